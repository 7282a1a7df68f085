"""The sections that a brief can have: one package each, in the folder of its room, and those of rooms from outside.

<room>/<section>/__init__.py   the declaration, `SECTION`, with the models of the keys that it reads
<room>/<section>/build.py      what makes it: reads the context, enters its figures, gives a `Part` of the brief

The `sections` of a room that another package brings (`kaldor.room`) stand beside these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from kaldor.brief.section import Key, Section
from kaldor.errors import InputError, Problem
from kaldor.room import rooms_from_outside


@cache
def sections() -> Mapping[str, Section]:
    """Every section by id, in the order of a brief that names none. Raises InputError where two have one id."""
    found: dict[str, Section] = {}
    for section in sorted((*_of_the_house(), *_from_outside()), key=lambda one: (one.order, one.id)):
        if section.id in found:
            raise InputError(Problem(f"section '{section.id}'", "is declared twice.", "Choose another id."))
        found[section.id] = section
    return found


@cache
def keys() -> Mapping[str, Key[Any]]:
    """Every key that a section reads, by name. Raises InputError where two sections declare the same."""
    found: dict[str, Key[Any]] = {}
    for section in sections().values():
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


def _from_outside() -> Iterator[Section]:
    for room in rooms_from_outside().values():
        for section in room.sections:
            if not isinstance(section, Section):
                what = f"{section!r} is no section."
                raise InputError(Problem(f"room '{room.id}'", what, "Give kaldor.brief.section.Section."))
            yield section
