"""One change under several sets of elasticities and closures: what each says, and what the one asked for says in full.

One factor a set of elasticities and closure of capital steers all of its closures; the change is then a few steps. A
set or closure without an answer is told and stands in no band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, NamedTuple, get_args

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import Read
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.channels import Channels, channels_of
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.prepared import Choice, Prepared
from kaldor.economy.equilibrium.sets import (
    Capital,
    Labour,
    Lending,
    closures,
    sets_of_band,
)
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.equilibrium.solver import Point
from kaldor.economy.equilibrium.sought import Sought, strength
from kaldor.errors import KaldorError

Band = Literal["all", "closures", "none"]
"""What is solved beside the choice that is asked for: every set and closure of the band, those of its set, or none."""


class Change(NamedTuple):
    """What is asked of a base: the shock, and what must be said of it."""

    shock: Shock
    said: tuple[str, ...] = ()


Wanted = Callable[[Base], Change] | Sought
"""A change of a base, or one of the strength that reaches something."""


@dataclass(frozen=True, eq=False)
class Response:
    """What a choice says of the change: outcomes against `base`, along which channels real income moves; what is said
    of the change and of the table; the `strength` at which what was sought is reached."""

    choice: Choice
    base: Base
    outcomes: Outcomes
    channels: Channels
    said: tuple[str, ...]
    notes: tuple[str, ...]
    strength: float | None = None


@dataclass(frozen=True)
class Refused:
    """A choice without an answer, and why."""

    choice: Choice
    why: str


@dataclass(frozen=True, eq=False)
class Responses:
    """The response that was asked for, the others of its band, and the choices that have none.

    `parts` are what the choice that was asked for says of every part of the change that was named.
    """

    read: Read
    asked: Response
    others: tuple[Response, ...]
    refused: tuple[Refused, ...]
    parts: tuple[Response, ...] = ()

    @property
    def solved(self) -> tuple[Response, ...]:
        """The response that was asked for, then all others."""
        return (self.asked, *self.others)


def responses(
    economy: Economy,
    choice: Choice,
    change: Wanted,
    *,
    band: Band = "all",
    parts: Sequence[Callable[[Base], Change]] = (),
    amend: Callable[[Base], Base] = lambda base: base,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Responses:
    """The answer of a choice to a change, and those of its band; of the choice alone to `parts` of the change.

    `amend` is that of `Prepared`: what is known of the base besides the table.

    Raises InputError for a table that cannot be calibrated, KaldorError where the choice itself has no answer.
    """
    prepared = Prepared(economy, amend)
    own = _response(prepared, choice, change)
    of_parts = tuple(_response(prepared, choice, part) for part in parts)
    others = [one for one in beside(choice) if one.meaning != choice.meaning] if band != "none" else []
    if band == "closures":
        others = [one for one in others if one.set.id == choice.set.id]
    progress(1, 1 + len(others))
    found: list[Response | Refused] = []
    for position, one in enumerate(others):
        try:
            found.append(_response(prepared, one, change))
        except KaldorError as reason:
            found.append(Refused(one, str(reason)))
        progress(position + 2, 1 + len(others))
    return Responses(
        prepared.read,
        own,
        tuple(one for one in found if isinstance(one, Response)),
        tuple(one for one in found if isinstance(one, Refused)),
        of_parts,
    )


def _response(prepared: Prepared, choice: Choice, change: Wanted) -> Response:
    if isinstance(change, Sought):
        at = strength(change, lambda at: change.reached(*_solved(prepared, choice, partial(change.change, at))))
        return replace(_solved(prepared, choice, partial(change.change, at))[1], strength=at)
    return _solved(prepared, choice, change)[1]


def _solved(prepared: Prepared, choice: Choice, change: Callable[[Base], Change]) -> tuple[Point, Response]:
    equilibrium = prepared.equilibrium(choice)
    wanted = change(equilibrium.base)
    point = equilibrium.solve(wanted.shock)
    outcomes = outcomes_of(point)
    channels = channels_of(point, outcomes)
    return point, Response(choice, equilibrium.base, outcomes, channels, wanted.said, prepared.said(choice))


def beside(choice: Choice) -> tuple[Choice, ...]:
    """Every set of the band under every closure of it, with the set that is asked for; each meaning once."""
    own = {one.id: one for one in (choice.set, *sets_of_band())}
    closing = [[name for name in get_args(kind) if closures(of)[name].in_band] for of, kind in _KINDS]
    made: dict[object, Choice] = {}
    for one in own.values():
        for labour in closing[0]:
            for capital in closing[1]:
                for lending in closing[2]:
                    found = Choice(one, labour, capital, lending, options=choice.options)
                    made.setdefault(found.meaning, found)
    return tuple(made.values())


_KINDS: Sequence[tuple[str, object]] = (("labour", Labour), ("capital", Capital), ("lending", Lending))
