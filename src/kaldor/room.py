"""A room of the house: what can be asked there, and what it brings to a brief. Other packages bring rooms, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from typing import Any, Final

from kaldor.asking import Question
from kaldor.errors import InputError, Problem
from kaldor.words import Words

GROUP: Final = "kaldor.rooms"
"""The entry point under which another package names its rooms, each by the room's id: `toy = "toyroom:ROOM"`."""


@dataclass(frozen=True)
class Room:
    """One subject: its questions, in the order in which they are offered, and its sections of a brief.

    `sections` are `kaldor.brief.section.Section`, of a higher floor than this.
    """

    id: str
    title: Words
    questions: tuple[Question[Any, Any], ...] = ()
    sections: tuple[Any, ...] = ()


def questions_in(package: str) -> tuple[Question[Any, Any], ...]:
    """Every question that the modules of a package declare, in their order: no list names them."""
    modules = [import_module(f"{package}.{one.name}") for one in iter_modules(import_module(package).__path__)]
    found = {id(one): one for module in modules for one in vars(module).values() if isinstance(one, Question)}
    return tuple(sorted(found.values(), key=lambda question: (question.order, question.id)))


def bringers() -> Mapping[str, str]:
    """Rooms that other packages bring, and what brings each; nothing is imported for it."""
    return {point.name: point.dist.name if point.dist else point.value for point in _points()}


@cache
def rooms_from_outside() -> Mapping[str, Room]:
    """The rooms that other packages bring, by id. Raises InputError for what is named as a room and is none."""
    return {point.name: _loaded(point) for point in _points()}


def _points() -> tuple[EntryPoint, ...]:
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def _loaded(point: EntryPoint) -> Room:
    room, where = point.load(), f"entry point '{point.name}' ({point.value})"
    if not isinstance(room, Room):
        raise InputError(Problem(where, "is no kaldor.room.Room.", "Name the module and its ROOM: 'module:ROOM'."))
    if room.id != point.name:
        raise InputError(Problem(where, f"holds the room '{room.id}'.", "Give both one name."))
    return room
