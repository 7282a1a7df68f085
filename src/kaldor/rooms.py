"""The one registry of rooms, above them all: which questions there are, and where they come from.

A room is a module with a `ROOM`. Those of the house are listed here; a package from outside names its own under the
entry point "kaldor.rooms" (`kaldor.room`), and it appears at every door.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.asking import Question
    from kaldor.room import Room

OF_THE_HOUSE: Final = {
    "economy": ("kaldor.economy.questions.room", "Footprints, paths, linkages …: what an economy's table can tell."),
    "sustainability": ("kaldor.sustainability.questions.room", "Materials, energy and what is recycled."),
    "resilience": ("kaldor.resilience.questions.room", "On whom an economy depends."),
}
"""The rooms of the house: their modules, and a line that the command line shows without reading them."""


@cache
def rooms() -> Mapping[str, Room]:
    """Every room by id, those of the house first.

    Raises InputError for a room or a question that is there twice, and for what is named as a room and is none.
    """
    from kaldor.room import bringers, rooms_from_outside

    if taken := [id for id in bringers() if id in OF_THE_HOUSE]:
        raise InputError(Problem(f"room '{taken[0]}'", "is registered twice.", "Choose another name."))
    house = {id: import_module(module).ROOM for id, (module, _) in OF_THE_HOUSE.items()}
    found = {**house, **rooms_from_outside()}
    _refuse_twice(found)
    return found


@cache
def questions() -> Mapping[str, Question[Any, Any]]:
    """Every question by id."""
    return {question.id: question for room in rooms().values() for question in room.questions}


def _refuse_twice(found: Mapping[str, Room]) -> None:
    at: dict[str, str] = {}
    for room in found.values():
        for question in room.questions:
            if question.id in at:
                where = f"room '{room.id}', question '{question.id}'"
                raise InputError(Problem(where, f"the room '{at[question.id]}' has it.", "Choose another id."))
            at[question.id] = room.id
