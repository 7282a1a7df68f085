"""The one registry of rooms, above them all: which questions there are, and where they come from.

A room is a module with a `ROOM`. Those of the house are listed here; a package from outside names its own under the
entry point "kaldor.rooms" (`kaldor.room`), and it appears at every door.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kaldor.errors import InputError, Problem, UnknownLabelError

if TYPE_CHECKING:
    from kaldor.asking import Question
    from kaldor.room import FromOutside, Room

OF_THE_HOUSE: Final = {
    "economy": ("kaldor.economy.questions.room", "Footprints, paths, linkages …: what an economy's table can tell."),
    "sustainability": ("kaldor.sustainability.questions.room", "Materials, energy and what is recycled."),
    "resilience": ("kaldor.resilience.questions.room", "On whom an economy depends."),
    "twin": ("kaldor.twin.questions.room", "What-ifs: levers on one economy, and who pays and gains."),
}
"""The rooms of the house: their modules, and a line that the command line shows without reading them."""


@cache
def rooms() -> Mapping[str, Room]:
    """Every room by id, those of the house first. One from outside that cannot be used is left out and told of.

    Raises InputError where two questions of the house have one id.
    """
    return _sorted_out().rooms


def room(id: str) -> Room:
    """The room of an id. Raises InputError with its fault for one that is left out, UnknownLabelError for no room."""
    found = _sorted_out()
    if id in found.rooms:
        return found.rooms[id]
    if id in found.left_out:
        raise InputError(found.left_out[id])
    raise UnknownLabelError("room", id, found.rooms)


def left_out() -> Mapping[str, Problem]:
    """What other packages bring under an id and cannot be used, with what is wrong with it."""
    return _sorted_out().left_out


@cache
def questions() -> Mapping[str, Question[Any, Any]]:
    """Every question by id."""
    return {question.id: question for room in rooms().values() for question in room.questions}


@cache
def _sorted_out() -> FromOutside:
    """The rooms of the house and those from outside that agree with them; what is wrong with the others."""
    from kaldor.room import FromOutside, bringers, from_outside, tell_left_out

    found: dict[str, Room] = {}
    for id, (module, _) in OF_THE_HOUSE.items():
        own = import_module(module).ROOM
        if taken := _taken(own, found):
            raise InputError(taken)
        found[id] = own
    outside = from_outside()
    faults = dict(outside.left_out)
    for id, brought in outside.rooms.items():
        fault = _taken(brought, found)
        if id in OF_THE_HOUSE:
            what = f"is registered twice, by kaldor and {bringers()[id]}."
            fault = Problem(f"room '{id}'", what, "Choose another name.")
        if fault is None:
            found[id] = brought
        else:
            faults[id] = fault
            tell_left_out(fault)
    return FromOutside(found, faults)


def _taken(room: Room, found: Mapping[str, Room]) -> Problem | None:
    """What is wrong where a question of a room has the id of another."""
    at = {question.id: other.id for other in found.values() for question in other.questions}
    for question in room.questions:
        if question.id in at:
            where = f"room '{room.id}', question '{question.id}'"
            return Problem(where, f"the room '{at[question.id]}' has it.", "Choose another id.")
        at[question.id] = room.id
    return None
