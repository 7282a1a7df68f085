"""Blocs of countries by year: the European Union, the euro area, the OECD, the G20, trade agreements …

A year counts for who belonged at its end: the United Kingdom, which left on 31 January 2020, is no member in 2020.
Dates and sources stand in blocs.toml. Blocs of one's own go into the `[blocs]` of a study, scenario or shock, where
"EU@2009" stands for the members of a bloc that is known. Such a name means nothing else already, and a member is no
bloc.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from kaldor.atlas.regions import INCOME_GROUP_NAMES, canonical_code, code_meant, is_known, region_name
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem, UnknownLabelError

ALL: Final = "all"
NOT: Final = "!"
"""What begins a name that is taken away."""

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
        began = f" of four digits from {bloc(id).began} on" if year else ""
        raise ValueError(f"'{written}' names no year{began}: write {id}@2009, or list countries.")
    if not members(id, int(year)):
        raise ValueError(f"'{written}' has no members: {bloc(id).name} began in {bloc(id).began}.")
    return members(id, int(year))


Members = Annotated[tuple[str, ...], BeforeValidator(spelt_out)]
"""Countries of a bloc in a declaration: listed, or named as "EU@2009"."""


def meaning_of(name: str) -> str:
    """What a name means to everybody, in words; empty where a bloc of one's own may have it."""
    if name.casefold() == ALL:
        return "means every region"
    if name.casefold() in INCOME_GROUP_NAMES.values():
        return "is an income group"
    if name.partition("@")[0] in _declared():
        return f"is {bloc(name.partition('@')[0]).name}"
    code = code_meant(name)
    return f"is {region_name(code)}" if is_known(code) else ""


def _contradictions(own: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """What is wrong with the names and members of blocs of one's own."""
    for name, listed in own.items():
        meaning = meaning_of(name)
        if not name.strip() or name.startswith(NOT):
            yield f"'{name}' is no name for a bloc: '{NOT}' takes away what is named after it."
        elif meaning and not _is_itself(name, listed):
            yield f"'{name}' {meaning}, and cannot name another bloc: choose another name."
        for member in listed:
            if wrong := _no_member(member, own):
                yield f"'{name}' holds '{member}', {wrong}: list countries by code or name."


def _no_member(member: str, own: Mapping[str, tuple[str, ...]]) -> str:
    """Why a text is no member of a bloc; empty where it may be one: only an economy tells its own regions."""
    if not member.strip() or member.startswith(NOT):
        return f"and nobody can be taken away with '{NOT}' within a bloc"
    if member in own:
        return "which is a bloc itself"
    return "" if is_known(code_meant(member)) else meaning_of(member) and f"which {meaning_of(member)}"


def _is_itself(name: str, listed: tuple[str, ...]) -> bool:
    """Whether a bloc that is known has its own name here, with the members of one of its years."""
    known = _declared().get(name)
    changes = {day.year for day in (*known.joined, *known.left)} if known else set()
    return any(set(listed) == set(members(name, year)) for year in changes)


def _unambiguous(own: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Blocs whose names and members mean one thing each. Raises ValueError with all that do not."""
    if wrong := list(_contradictions(own)):
        raise ValueError(" ".join(wrong))
    return own


Blocs = Annotated[dict[str, Members], AfterValidator(_unambiguous)]
"""Blocs of one's own by their names, in a declaration."""


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
