"""The one registry of rooms, above them all: which questions there are, and where they come from.

A room is a module with a `ROOM`. Those of the house are listed here; a package from outside names its own under the
entry point "kaldor.rooms", with the room's id as the name, and it appears at every door.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Final

from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.asking import Question
    from kaldor.room import Room

OF_THE_HOUSE: Final = {"economy": "kaldor.economy.questions.room"}
"""The modules of the rooms of the house, by room."""

GROUP: Final = "kaldor.rooms"
"""The entry point under which another package names its rooms."""


def from_outside() -> Mapping[str, str]:
    """Rooms that other packages bring, and what brings each; nothing is imported for it."""
    return {point.name: point.dist.name if point.dist else point.value for point in _points()}


@cache
def rooms() -> Mapping[str, Room]:
    """Every room by id, those of the house first.

    Raises InputError for a room or a question that is there twice, and for what is named as a room and is none.
    """
    found: dict[str, Room] = {id: import_module(module).ROOM for id, module in OF_THE_HOUSE.items()}
    for point in _points():
        if point.name in found:
            raise InputError(Problem(f"room '{point.name}'", "is registered twice.", "Choose another name."))
        found[point.name] = _loaded(point)
    _refuse_twice(found)
    return found


@cache
def questions() -> Mapping[str, Question[Any, Any]]:
    """Every question by id."""
    return {question.id: question for room in rooms().values() for question in room.questions}


def _points() -> tuple[EntryPoint, ...]:
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def _loaded(point: EntryPoint) -> Room:
    from kaldor.room import Room

    room, where = point.load(), f"entry point '{point.name}' ({point.value})"
    if not isinstance(room, Room):
        raise InputError(Problem(where, "is no kaldor.room.Room.", "Name the module and its ROOM: 'module:ROOM'."))
    if room.id != point.name:
        raise InputError(Problem(where, f"holds the room '{room.id}'.", "Give both one name."))
    return room


def _refuse_twice(found: Mapping[str, Room]) -> None:
    at: dict[str, str] = {}
    for room in found.values():
        for question in room.questions:
            if question.id in at:
                where = f"room '{room.id}', question '{question.id}'"
                raise InputError(Problem(where, f"the room '{at[question.id]}' has it.", "Choose another id."))
            at[question.id] = room.id
