"""What every job of a server reads before it begins: the questions and the starter world (`tests.server.ready`)."""

import kaldor.economy.questions.opening
import kaldor.server.work  # noqa: F401
from kaldor.economy.starter import starter_world
from kaldor.rooms import questions

questions()
starter_world()
