"""One change under several sets of elasticities and closures: what each says, and what the one asked for says in full.

One factor a set of elasticities and closure of capital steers all of its closures; the change is then a few steps. A
set or closure without an answer is told and stands in no band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

import numpy as np

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import Read, accounts_of, emissions_left_out
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.channels import Channels, channels_of
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.sets import (
    Capital,
    ElasticitySet,
    Labour,
    Lending,
    closures,
    elasticities_of,
    sets_of_band,
)
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.errors import KaldorError

Band = Literal["all", "none"]
"""Whether every set and closure of the band is solved beside the one that is asked for."""

_CAPITAL: dict[Capital, Literal["by industry", "mobile"]] = {"by-industry": "by industry", "mobile": "mobile"}


@dataclass(frozen=True)
class Choice:
    """A set with its closures."""

    set: ElasticitySet
    labour: Labour
    capital: Capital
    lending: Lending

    @property
    def labour_supply(self) -> float:
        """The elasticity of work to the real wage: 0 at full employment, infinite at a fixed real wage."""
        if self.labour == "supply":
            return self.set.labour_supply.value
        return np.inf if self.labour == "fixed-real-wage" else 0.0

    @property
    def works(self) -> Labour:
        """The closure of labour that this comes to: full employment where work does not answer in this set."""
        return self.labour if self.labour_supply else "full-employment"

    @property
    def meaning(self) -> tuple[str, Labour, Capital, Lending]:
        """What choices that come to the same have in common."""
        return self.set.id, self.works, self.capital, self.lending

    @property
    def words(self) -> str:
        """The set and its closures by their ids."""
        return f"{self.set.id}, {self.labour}, {self.capital}, {self.lending}"


class Change(NamedTuple):
    """What is asked of a base: the shock, and what must be said of it."""

    shock: Shock
    said: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Response:
    """What a choice says of the change: outcomes against `base`, along which channels real income moves; what is said
    of the change and of the table."""

    choice: Choice
    base: Base
    outcomes: Outcomes
    channels: Channels
    said: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A choice without an answer, and why."""

    choice: Choice
    why: str


@dataclass(frozen=True, eq=False)
class Responses:
    """The response that was asked for, the others of its band, and the choices that have none."""

    read: Read
    asked: Response
    others: tuple[Response, ...]
    refused: tuple[Refused, ...]

    @property
    def solved(self) -> tuple[Response, ...]:
        """The response that was asked for, then all others."""
        return (self.asked, *self.others)


def chosen(
    own: ElasticitySet, labour: Labour | None = None, capital: Capital | None = None, lending: Lending | None = None
) -> Choice:
    """A set with the closures that are named, its own for the others."""
    return Choice(own, labour or own.labour, capital or own.capital, lending or own.lending)


def responses(
    economy: Economy,
    choice: Choice,
    change: Callable[[Base], Change],
    *,
    band: Band = "all",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Responses:
    """The answer of a choice to a change, and those of its band.

    Raises InputError for a table that cannot be calibrated, KaldorError where the choice itself has no answer.
    """
    read = accounts_of(economy)
    base = calibrate(read.accounts, read.fuels, elasticities_of(choice.set, economy)[0])
    read = replace(read, notes=(*read.notes, *emissions_left_out(economy, read, base)))
    asking = _Asking(economy, base, change)
    own = asking.response(choice)
    others = [one for one in beside(choice) if one.meaning != choice.meaning] if band == "all" else []
    progress(1, 1 + len(others))
    found: list[Response | Refused] = []
    for position, one in enumerate(others):
        try:
            found.append(asking.response(one))
        except KaldorError as reason:
            found.append(Refused(one, str(reason)))
        progress(position + 2, 1 + len(others))
    return Responses(
        read,
        own,
        tuple(one for one in found if isinstance(one, Response)),
        tuple(one for one in found if isinstance(one, Refused)),
    )


class _Asking:
    """One calibrated table and one change: what each choice says of it."""

    def __init__(self, economy: Economy, base: Base, change: Callable[[Base], Change]) -> None:
        self._economy, self._base, self._change = economy, base, change
        self._steering: dict[tuple[str, Capital], Equilibrium] = {}

    def response(self, choice: Choice) -> Response:
        elasticities, told = elasticities_of(choice.set, self._economy)
        base = replace(self._base, elasticities=elasticities)
        if choice.lending == "balanced":
            base = _balanced(base, choice)
        wanted = self._change(base)
        family = choice.set.id, choice.capital
        like, table = self._steering.get(family), self._economy
        closure = closure_of(base, choice)
        equilibrium = Equilibrium(base, closure, like, regions=table.regions, products=table.sectors)
        point = equilibrium.solve(wanted.shock)
        self._steering.setdefault(family, equilibrium)
        outcomes = outcomes_of(point)
        return Response(choice, base, outcomes, channels_of(point, outcomes), wanted.said, told)


def beside(choice: Choice) -> tuple[Choice, ...]:
    """Every set of the band under every closure of it, with the set that is asked for; each meaning once."""
    own = {one.id: one for one in (choice.set, *sets_of_band())}
    closing = [[name for name in get_args(kind) if closures(of)[name].in_band] for of, kind in _KINDS]
    made: dict[object, Choice] = {}
    for one in own.values():
        for labour in closing[0]:
            for capital in closing[1]:
                for lending in closing[2]:
                    found = Choice(one, labour, capital, lending)
                    made.setdefault(found.meaning, found)
    return tuple(made.values())


_KINDS: Sequence[tuple[str, object]] = (("labour", Labour), ("capital", Capital), ("lending", Lending))


def closure_of(base: Base, choice: Choice) -> Closure:
    """A choice's closure on a base; in balanced trade there is nothing to lend."""
    return Closure.of(
        base,
        labour_supply=choice.labour_supply,
        capital=_CAPITAL[choice.capital],
        lending="pooled" if choice.lending == "pooled" else "fixed",
    )


def _balanced(base: Base, choice: Choice) -> Base:
    """The base without lending between regions, at prices of one: where a change is measured from if trade balances."""
    none = replace(Shock.none(base), transfers=np.zeros(base.regions))
    return Equilibrium(base, closure_of(base, replace(choice, labour="full-employment"))).solve(none).as_base()
