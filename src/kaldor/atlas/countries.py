"""States over time: which existed in a year, what became of those that ended, and which series may be compared.

A year counts for who existed at its end: the Soviet Union, dissolved on 26 December 1991, is no state of 1991. The
events since 1990 stand in countries.toml; a country that is in none of them has existed all along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from kaldor.atlas.concordance import Concordance, merging
from kaldor.atlas.regions import all_codes, canonical_code, region
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem
from kaldor.words import weakest

EARLIEST = 1989
"""The first year whose states are known: events are typed from 1990 on."""


class Event(Declared):
    """States that change on a day: those `before` become those `after`; a code on both sides changes its territory."""

    date: date
    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    source: str

    @property
    def ended(self) -> tuple[str, ...]:
        """The states that are no more."""
        return tuple(code for code in self.before if code not in self.after)

    @property
    def began(self) -> tuple[str, ...]:
        """The states that are new."""
        return tuple(code for code in self.after if code not in self.before)


@dataclass(frozen=True)
class Territory:
    """What can be compared over a period: the code it goes by, and the states that shared it at one time or another."""

    code: str
    states: tuple[str, ...]


def events() -> tuple[Event, ...]:
    """Every event since 1990, by date."""
    return _declared()


def exists(code: str, year: int) -> bool:
    """Whether a state existed at the end of a year; False for what is no state, such as the rest of the world.

    Raises UnknownLabelError for an unknown code, InputError for a year before 1989.
    """
    canonical, past = _known(code, year), _until(year)
    if not (region(canonical).is_country or any(canonical in (*event.before, *event.after) for event in events())):
        return False
    for event in reversed(past):
        if canonical in (*event.ended, *event.began):
            return canonical in event.began
    return not any(canonical in event.began for event in events())


def successors(code: str, year: int | None = None) -> tuple[str, ...]:
    """The states that hold a state's territory at the end of `year` (None: after every event); itself if unchanged.

    A state that goes on smaller is among its own successors: Sudan's are Sudan and South Sudan.
    """
    found = {_known(code, year if year is not None else EARLIEST)}
    for event in events() if year is None else _until(year):
        if found & set(event.before):
            found = (found - set(event.before)) | set(event.after)
    return tuple(sorted(found))


def predecessors(code: str, year: int) -> tuple[str, ...]:
    """The states that held a state's territory at the end of `year`: Ukraine's of 1989 is the Soviet Union."""
    found = {_known(code, year)}
    for event in reversed(events()[len(_until(year)) :]):
        if found & set(event.after):
            found = (found - set(event.after)) | set(event.before)
    return tuple(sorted(found))


def territories(first: int, last: int) -> tuple[Territory, ...]:
    """The territories whose states changed between the ends of two years, each with every state it had.

    It goes by the one state that it was at the end of `first`, or else by the one that it is at the end of `last`.
    """
    if first > last:
        raise InputError(Problem(f"years {first}-{last}", "end before they begin.", "Give the earlier year first."))
    groups: list[set[str]] = []
    for event in _until(last)[len(_until(first)) :]:
        touched = {*event.before, *event.after}
        if event.before:  # a state that leaves no series behind has nothing to be compared with
            groups, apart = [g for g in groups if not g & touched], [g for g in groups if g & touched]
            groups.append(touched.union(*apart))
    return tuple(Territory(_name_of(group, first, last), tuple(sorted(group))) for group in groups)


def succession(codes: Sequence[str], first: int, last: int) -> Concordance:
    """A concordance that makes regions comparable from one year to another: successors are added up to the old state.

    Nothing is split. States of a territory are added up only where all that shared it at the end of `first` or of
    `last` are among `codes`; otherwise they stay as they are, and the concordance's `origin` says so.
    """
    joined: dict[str, tuple[str, ...]] = {}
    apart: list[str] = []
    for territory in territories(first, last):
        present = tuple(code for code in codes if canonical_code(code) in territory.states)
        held = {canonical_code(code) for code in present}
        if len(held) > 1 and any(set(_alive(territory, year)) <= held for year in (first, last)):
            joined[territory.code] = present
        else:
            apart += present
    told = [f"{code} is {' + '.join(members)}" for code, members in joined.items()]
    told += [f"not comparable, other parts of the old state being absent: {', '.join(apart)}"] if apart else []
    said = "; ".join(told) or "no state changed"
    return merging(joined, codes, f"the states of {first} to {last} ({said})")


def comparable(frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Amounts (indicator, region, year, value, unit, sector …) of territories that are the same from `first` to `last`.

    In each year the states of a territory are added up: those of that year, or, where a source gives figures for states
    that were not yet or no longer, those of `last` or of `first`. A year in which none of these sets is whole has no
    value: Sudan alone is not the Sudan of before 2011. Only for amounts; `source` says what was added up.
    """
    kept = frame[(frame["year"] >= first) & (frame["year"] <= last)]
    found = territories(first, last)
    states = {state for territory in found for state in territory.states}
    parts = [kept[~kept["region"].isin(states)]]
    parts += [_added_up(kept, territory, first, last) for territory in found]
    return pd.concat(parts, ignore_index=True)


def _added_up(frame: pd.DataFrame, territory: Territory, first: int, last: int) -> pd.DataFrame:
    rows = frame[frame["region"].isin(territory.states) & np.isfinite(frame["value"])]
    keys = ["indicator", "year", "unit", "sector"]
    made = []
    for _, group in rows.groupby(keys, sort=False):
        members = _whole(territory, int(group["year"].iloc[0]), first, last, set(group["region"]))
        if members:
            made.append(_sum_of(group[group["region"].isin(members)], territory.code, members))
    return pd.DataFrame(made, columns=list(frame.columns)).astype(frame.dtypes.to_dict())


def _whole(territory: Territory, year: int, first: int, last: int, held: set[str]) -> tuple[str, ...]:
    """The states whose figures make up the territory in a year, or none.

    States of another year serve only where one of them shows that the source goes by that other year's borders.
    """
    now = _alive(territory, year)
    if set(now) <= held:
        return now
    others = (_alive(territory, last), _alive(territory, first))
    return next((other for other in others if set(other) <= held and set(other) - set(now)), ())


def _sum_of(group: pd.DataFrame, code: str, members: Collection[str]) -> dict[str, object]:
    row = {str(name): value for name, value in group.iloc[0].to_dict().items()}
    row |= {"region": code, "value": float(group["value"].sum())}
    row |= {"status": weakest(*group["status"])} if "status" in row else {}
    if len(members) > 1 and "source" in row:
        row["source"] = f"{row['source']} (sum of {', '.join(sorted(members))})"
    return row


def _alive(territory: Territory, year: int) -> tuple[str, ...]:
    return tuple(state for state in territory.states if exists(state, year))


def _name_of(group: Iterable[str], first: int, last: int) -> str:
    for year in (first, last):
        alive = [state for state in sorted(group) if exists(state, year)]
        if len(alive) == 1:
            return alive[0]
    return "+".join(alive)


def _until(year: int) -> tuple[Event, ...]:
    """The events that had happened by the end of a year."""
    return tuple(event for event in events() if event.date.year <= year)


def _known(code: str, year: int) -> str:
    if year < EARLIEST:
        what = f"{year} is before the earliest year whose states are known."
        raise InputError(Problem("year", what, f"Events are typed from 1990 on: take {EARLIEST} or later."))
    return region(code).code


@cache
def _declared() -> tuple[Event, ...]:
    declared = read_packaged(_File, "kaldor.atlas", "countries.toml").event
    known = set(all_codes())
    wrong = [
        Problem(f"countries.toml, event of {event.date}", f"'{code}' is no known code.")
        for event in declared
        for code in (*event.before, *event.after)
        if code not in known
    ]
    if wrong:
        raise InputError(wrong)
    return tuple(sorted(declared, key=lambda event: event.date))


class _File(DeclaredFile):
    event: tuple[Event, ...]
