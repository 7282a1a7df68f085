"""The one registry of rooms, above them all: which questions and sections there are, and where they come from.

A room is a module with a `ROOM`. Those of the house are listed here; a package from outside names its own under the
entry point "kaldor.rooms", and it appears at every door.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from kaldor.asking import Question
from kaldor.errors import InputError, Problem
from kaldor.room import Room

_OF_THE_HOUSE = ("kaldor.economy.questions.room",)
GROUP = "kaldor.rooms"
"""The entry point under which another package names its rooms."""


@cache
def rooms() -> Mapping[str, Room]:
    """Every room by id, those of the house first. Raises InputError where two have one id."""
    found: dict[str, Room] = {}
    outside = [point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]
    for room in (*(import_module(name).ROOM for name in _OF_THE_HOUSE), *outside):
        if room.id in found:
            raise InputError(Problem(f"room '{room.id}'", "is registered twice.", "Choose another id."))
        found[room.id] = room
    return found


@cache
def questions() -> Mapping[str, Question[Any, Any]]:
    """Every question by id. Raises InputError where two have one id."""
    found: dict[str, Question[Any, Any]] = {}
    for room in rooms().values():
        for question in room.questions:
            if question.id in found:
                where = f"room '{room.id}', question '{question.id}'"
                raise InputError(Problem(where, f"the room '{found[question.id].room}' has it.", "Choose another id."))
            found[question.id] = question
    return found
