"""A room of the house: what can be asked there, and what it brings to a brief. Other packages bring rooms, too."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import Distribution, EntryPoint, distributions
from itertools import groupby
from pkgutil import iter_modules
from typing import Any, Final

from kaldor.asking import Question
from kaldor.errors import InputError, Problem, printable
from kaldor.unforeseen import brings
from kaldor.words import LANGUAGES, Words

GROUP: Final = "kaldor.rooms"
"""The entry point under which another package names its rooms, each by the room's id: `toy = "toyroom:ROOM"`."""

_LOG = logging.getLogger("kaldor.rooms")
_LONGEST_REASON = 300


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
    return {point.name: _package(point) for point in _points()}


@dataclass(frozen=True)
class FromOutside:
    """The rooms that other packages bring, by id; and, by id, what is wrong with those that cannot be used."""

    rooms: Mapping[str, Room]
    left_out: Mapping[str, Problem]


@cache
def from_outside() -> FromOutside:
    """The rooms that other packages bring. One that is faulty is left out and told of; it stops nothing else."""
    rooms, left_out = {}, dict(_scanned().unreadable)
    for fault in left_out.values():
        tell_left_out(fault)
    for name, points in groupby(_points(), key=lambda point: point.name):
        try:
            rooms[name] = _only(list(points))
        except InputError as error:
            (left_out[name],) = error.problems
            tell_left_out(left_out[name])
    return FromOutside(rooms, left_out)


def tell_left_out(problem: Problem) -> None:
    """One line of warning, on stderr or in the log of a server, that something from outside is left out, and why."""
    _LOG.warning("%s What comes from outside is left out.", printable(str(problem)))


@dataclass(frozen=True)
class _Scanned:
    """Entry points that name rooms; and, by package, what is wrong with those that cannot be read."""

    points: tuple[EntryPoint, ...]
    unreadable: Mapping[str, Problem]


@cache
def _scanned() -> _Scanned:
    """Every installed package looked at by itself: one whose entry_points.txt is broken must not hide the others."""
    points: list[EntryPoint] = []
    unreadable: dict[str, Problem] = {}
    seen: set[str] = set()
    for package in distributions():
        try:
            name = package.name
            if name in seen:  # the first on the path is the one that is imported
                continue
            seen.add(name)
            points += package.entry_points.select(group=GROUP)
        except Exception as error:  # whatever the file of somebody else's makes of the library that reads it
            if (found := _brings_rooms(package)) is not None:
                what = f"cannot be read ({type(error).__name__})."
                unreadable[found] = Problem(f"package {found}, entry_points.txt", what, "Mend or remove the package.")
    return _Scanned(tuple(sorted(points, key=lambda point: (point.name, _package(point)))), unreadable)


def _brings_rooms(package: Distribution) -> str | None:
    """The name of a package with a broken entry_points.txt, if it may bring rooms."""
    try:
        return package.name if GROUP in (package.read_text("entry_points.txt") or "") else None
    except UnicodeError:
        return package.name
    except Exception:
        return None


def _points() -> tuple[EntryPoint, ...]:
    return _scanned().points


def _package(point: EntryPoint) -> str:
    return (point.dist.name if point.dist else None) or point.value


def _only(points: list[EntryPoint]) -> Room:
    """The room of one name. Raises InputError where two packages bring it, or where what one brings cannot be used."""
    if len(points) > 1:
        packages = ", ".join(_package(point) for point in points)
        what = f"is registered twice, by {packages}."
        raise InputError(Problem(f"room '{points[0].name}'", what, "Remove one of them."))
    (point,) = points
    where = f"package {_package(point)}, entry point '{point.name}' ({point.value})"
    brings(point.value.partition(":")[0].strip(), _package(point))
    try:
        room = point.load()
        fault = _fault(room, point.name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever code of somebody else's may do, ending the process included
        told = f"{type(error).__name__}: {error}".removesuffix(": ").removesuffix(".")[:_LONGEST_REASON]
        raise InputError(Problem(where, f"cannot be loaded ({told}).", "Mend or remove the package.")) from None
    if fault:
        raise InputError(Problem(where, *fault))
    return room


def _fault(room: Any, name: str) -> tuple[str, str] | None:
    """What is wrong with what an entry point of this name leads to, and what to do about it."""
    if not isinstance(room, Room):
        return "is no kaldor.room.Room.", "Name the module and its ROOM: 'module:ROOM'."
    if room.id != name:
        return f"holds the room '{room.id}'.", "Give both one name."
    if not isinstance(room.title, Mapping) or not all(isinstance(room.title.get(one), str) for one in LANGUAGES):
        return "has no title in every language.", f"Say it in {', '.join(LANGUAGES)}."
    if not isinstance(room.questions, tuple) or not all(isinstance(one, Question) for one in room.questions):
        return "has questions that are no tuple of kaldor.asking.Question.", "Write questions=(QUESTION,)."
    if not isinstance(room.sections, tuple):
        return "has sections that are no tuple.", "Write sections=(SECTION,)."
    return _fault_of_questions(room.questions)


def _fault_of_questions(questions: tuple[Question[Any, Any], ...]) -> tuple[str, str] | None:
    """The same of questions. Raises what they do when they are looked at, as every door does to list them."""
    for question in questions:
        if not question.help or question.described is None:
            return f"has the question '{question.id}', which does not say what it answers.", "Give it a docstring."
    return None
