"""The sections that a brief can have: one package each, in the folder of its room, and those of rooms from outside.

<room>/<section>/__init__.py   the declaration, `SECTION`, with the models of the keys that it reads
<room>/<section>/build.py      what makes it: reads the context, enters its figures, gives a `Part` of the brief

The `sections` of a room that another package brings (`kaldor.room`) stand beside these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from kaldor.brief.section import Key, Section
from kaldor.errors import InputError, Problem
from kaldor.room import Room, from_outside, tell_left_out


@cache
def sections() -> Mapping[str, Section]:
    """Every section by id, in the order of a brief that names none.

    Those of a room from outside of which one cannot stand beside the others are left out and told of. Raises InputError
    where two of the house have one id.
    """
    found = _by_id(_of_the_house())
    for room in from_outside().rooms.values():
        try:
            both = _by_id((*found.values(), *_brought(room)))
            _keys_of(both.values())
        except InputError as error:
            (fault,) = error.problems
            tell_left_out(Problem(f"room '{room.id}', {fault.where}", fault.what, fault.remedy))
        else:
            found = both
    return dict(sorted(found.items(), key=lambda one: (one[1].order, one[0])))


@cache
def keys() -> Mapping[str, Key[Any]]:
    """Every key that a section reads, by name. Raises InputError where two sections declare the same."""
    return _keys_of(sections().values())


def _by_id(declared: Iterable[Section]) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for section in declared:
        if section.id in found:
            raise InputError(Problem(f"section '{section.id}'", "is declared twice.", "Choose another id."))
        found[section.id] = section
    return found


def _keys_of(declared: Iterable[Section]) -> dict[str, Key[Any]]:
    found: dict[str, Key[Any]] = {}
    for section in declared:
        for key in section.keys:
            if key.name in found:
                where = f"section '{section.id}', key '{key.name}'"
                raise InputError(Problem(where, "another section declares it.", "Import that section's, or rename it."))
            found[key.name] = key
    return found


def _of_the_house() -> Iterator[Section]:
    for room in iter_modules(__path__, f"{__name__}."):
        for one in iter_modules(import_module(room.name).__path__, f"{room.name}."):
            yield import_module(one.name).SECTION


def _brought(room: Room) -> Iterator[Section]:
    for section in room.sections:
        if not isinstance(section, Section):
            raise InputError(Problem("sections", f"{section!r} is no section.", "Give kaldor.brief.section.Section."))
        yield section
