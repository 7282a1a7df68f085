"""Blocs of countries by year: the European Union, the euro area, the OECD, the G20, trade agreements …

A year counts for who belonged at its end: the United Kingdom, which left on 31 January 2020, is no member in 2020.
Dates and sources stand in blocs.toml. Blocs of one's own go into the `[blocs]` of a study, scenario or shock, where
"EU@2009" stands for the members of a bloc that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import BeforeValidator, Field

from kaldor.atlas.regions import canonical_code, is_known
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem, UnknownLabelError

Day = Annotated[date, Field(strict=False)]
"""A day that is the key of a table, which TOML writes as a text."""


class Bloc(Declared):
    """A group of countries, and from which day who joined and left it (codes with blanks between them)."""

    id: str
    name: str
    source: str
    page: str
    note: str = ""
    joined: Mapping[Day, str]
    left: Mapping[Day, str] = {}

    def members(self, year: int) -> tuple[str, ...]:
        """Who belongs at the end of a year, in alphabetic order; nobody before the bloc began."""
        inside: set[str] = set()
        for day in sorted({*self.joined, *self.left}):
            if day.year <= year:
                inside = (inside - set(self.left.get(day, "").split())) | set(self.joined.get(day, "").split())
        return tuple(sorted(inside))

    @property
    def began(self) -> int:
        """The first year with members."""
        return min(self.joined).year


def blocs() -> tuple[Bloc, ...]:
    """Every bloc that is declared."""
    return tuple(_declared().values())


def bloc(id: str) -> Bloc:
    """The bloc with this id. Raises UnknownLabelError with the near match."""
    if id not in _declared():
        raise UnknownLabelError("bloc", id, _declared())
    return _declared()[id]


def members(id: str, year: int) -> tuple[str, ...]:
    """The countries (ISO3) that belong to a bloc at the end of a year; none before it began.

    Source: the treaty or the organisation's own page, see `bloc(id).source`. Raises UnknownLabelError.
    """
    return bloc(id).members(year)


def blocs_of(code: str, year: int) -> tuple[str, ...]:
    """The blocs to which a country belongs at the end of a year."""
    return tuple(one.id for one in blocs() if canonical_code(code) in one.members(year))


def spelt_out(written: object) -> object:
    """The members that "EU@2009" stands for; anything but a text as it is. Raises ValueError for an unknown bloc."""
    if not isinstance(written, str):
        return written
    id, _, year = written.partition("@")
    if id not in _declared():
        raise ValueError(str(UnknownLabelError("bloc", id, _declared())))
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ValueError(f"'{written}' names no year: write {id}@2009, or list countries.")
    if not members(id, int(year)):
        raise ValueError(f"'{written}' has no members: {bloc(id).name} began in {bloc(id).began}.")
    return members(id, int(year))


Members = Annotated[tuple[str, ...], BeforeValidator(spelt_out)]
"""Countries of a bloc in a declaration: listed, or named as "EU@2009"."""


@cache
def _declared() -> dict[str, Bloc]:
    declared = read_packaged(_File, "kaldor.atlas", "blocs.toml").bloc
    problems = [problem for one in declared for problem in _problems("blocs.toml", one)]
    if problems:
        raise InputError(problems)
    return {one.id: one for one in declared}


def _problems(file: str, one: Bloc) -> list[Problem]:
    """Codes that nobody knows, and members that leave without having joined or join twice."""
    problems, inside = [], set[str]()
    for day in sorted({*one.joined, *one.left}):
        leaves, comes = set(one.left.get(day, "").split()), set(one.joined.get(day, "").split())
        where = f"{file}, {one.id}, {day}"
        problems += [Problem(where, f"'{code}' is no known code.") for code in leaves | comes if not is_known(code)]
        problems += [Problem(where, f"{code} leaves and was no member.") for code in leaves - inside]
        problems += [Problem(where, f"{code} joins and was a member.") for code in comes & inside]
        inside = (inside - leaves) | comes
    return problems


class _File(DeclaredFile):
    bloc: tuple[Bloc, ...]
