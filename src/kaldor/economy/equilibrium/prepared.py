"""One table prepared for equilibria of any set of elasticities and closures; what is made once serves every change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Literal

import numpy as np

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import Read, accounts_of, emissions_left_out
from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.kept import Kept
from kaldor.economy.equilibrium.options import named, switched_on
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.sets import USUAL, Capital, ElasticitySet, Labour, Lending, elasticities_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium

_CAPITAL: dict[Capital, Literal["by industry", "mobile"]] = {"by-industry": "by industry", "mobile": "mobile"}

_SQUARES = 3
"""Squares of n that a factor keeps."""
_ARRAYS_AT_BASE = 18
"""What a balance at base keeps, in arrays of products by their users."""


CHOICES = 8
"""Choices, and factors that steer them, that are kept for the next question: as many as a band's sets and capital."""


@dataclass(frozen=True)
class Choice:
    """A set with its closures.

    `drawn` says how far (0 to 1, in logs) each elasticity lies from the low to the long set, in place of the set's own;
    `options` are switched on by name.
    """

    set: ElasticitySet
    labour: Labour
    capital: Capital
    lending: Lending
    drawn: tuple[float, ...] | None = None
    options: tuple[str, ...] = ()

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
    def weighs(self) -> tuple[str, ...]:
        """What answers and has a worth that welfare takes off what more of it buys: work, capital."""
        built = "capital_supply" in {option.sets for option in named(self.options)}
        return (*(("work",) if 0 < self.labour_supply < np.inf else ()), *(("capital",) if built else ()))

    @property
    def meaning(self) -> tuple[object, ...]:
        """What choices that come to the same have in common."""
        return self.set.id, self.works, self.capital, self.lending, self.drawn, self.options

    @property
    def words(self) -> str:
        """The set and its closures by their ids."""
        return ", ".join((self.set.id, self.labour, self.capital, self.lending, *self.options))


def chosen(
    own: ElasticitySet,
    labour: Labour | None = None,
    capital: Capital | None = None,
    lending: Lending | None = None,
    options: Sequence[str] = (),
) -> Choice:
    """A set with the closures that are named, its own for the others, and the options that are switched on.

    Raises UnknownLabelError, InputError as `named` does.
    """
    switched = tuple(option.id for option in named(options))
    return Choice(own, labour or own.labour, capital or own.capital, lending or own.lending, options=switched)


class Prepared:
    """A calibrated table; one factor a set of elasticities and closure of capital steers all of its closures.

    `amend` makes of the calibrated base what is known of it besides: tariffs that the table does not tell apart.

    Raises InputError for a table that cannot be calibrated, UnproductiveEconomyError.
    """

    def __init__(self, economy: Economy, amend: Callable[[Base], Base] = lambda base: base) -> None:
        self.economy, self._amend = economy, amend
        self._made: Kept[object, Equilibrium] = Kept(CHOICES)
        self._steering: Kept[object, Equilibrium] = Kept(CHOICES)

    @cached_property
    def _accounts(self) -> Read:
        return accounts_of(self.economy)

    @cached_property
    def _base(self) -> Base:
        usual = elasticities_of(elasticity_set(USUAL), self.economy)[0]
        return self._amend(calibrate(self._accounts.accounts, self._accounts.fuels, usual))

    @cached_property
    def read(self) -> Read:
        """The accounts, with what calibration left out of them."""
        read = self._accounts
        return replace(read, notes=(*read.notes, *emissions_left_out(self.economy, read, self._base)))

    @property
    def bytes(self) -> int:
        """What is kept in memory for the choices made so far, of which factors are the most; an estimate."""
        if not self._made:
            return 0
        flows = self._base.flows.nbytes
        own_flows = 1 + sum(one.base.flows is not self._base.flows for one in self._made.values())
        factors = len(self._steering) * np.dtype(np.float32).itemsize * _SQUARES * self.economy.n**2
        return own_flows * flows + factors + len(self._made) * _ARRAYS_AT_BASE * flows // self._base.regions

    def equilibrium(self, choice: Choice) -> Equilibrium:
        """The table under a choice, to be asked about any shock."""
        key = choice.set, *choice.meaning[1:]
        if key not in self._made:
            base = replace(self._base, elasticities=self._elasticities(choice))
            if choice.lending == "balanced":
                base = _balanced(base, choice, self.economy)
            family = _nearest(choice), choice.capital, choice.options
            like, table = self._steering.get(family), self.economy
            closure = closure_of(base, choice, table)
            made = Equilibrium(base, closure, like, regions=table.regions, products=table.sectors)
            if like is None:
                self._steering[family] = made
            if choice.drawn is not None:  # asked once
                return made
            self._made[key] = made
        return self._made[key]

    def _elasticities(self, choice: Choice) -> Elasticities:
        if choice.drawn is None:
            return elasticities_of(choice.set, self.economy)[0]
        low, high = (elasticities_of(elasticity_set(name), self.economy)[0] for name in ("low", "long"))
        parts = dict(zip((one.name for one in fields(Elasticities)), choice.drawn, strict=True))
        between = {name: getattr(low, name) ** (1 - u) * getattr(high, name) ** u for name, u in parts.items()}
        return Elasticities(**between)

    def said(self, choice: Choice) -> tuple[str, ...]:
        """What must be said of a choice's elasticities on this table, and of what is switched on."""
        return *elasticities_of(choice.set, self.economy)[1], *switched_on(choice.options, self.economy).said


def _nearest(choice: Choice) -> str:
    """The set whose factor steers a choice: its own, or of what is drawn that which lies nearest."""
    if choice.drawn is None:
        return choice.set.id
    sets = ("low", USUAL, "long")
    return sets[min(int(len(sets) * float(np.mean(choice.drawn))), len(sets) - 1)]


def closure_of(base: Base, choice: Choice, economy: Economy) -> Closure:
    """A choice's closure on the base of an economy; in balanced trade there is nothing to lend.

    Raises InputError and UnknownLabelError as `switched_on` does, InputError where what is switched on has no one
    answer.
    """
    return Closure.of(
        base,
        labour_supply=choice.labour_supply,
        capital=_CAPITAL[choice.capital],
        lending="pooled" if choice.lending == "pooled" else "fixed",
        products=economy.sectors,
        **switched_on(choice.options, economy).closing,
    )


def _balanced(base: Base, choice: Choice, economy: Economy) -> Base:
    """The base without lending between regions, at prices of one: where a change is measured from if trade balances."""
    none = replace(Shock.none(base), transfers=np.zeros(base.regions))
    plain = replace(choice, labour="full-employment", options=())
    return Equilibrium(base, closure_of(base, plain, economy)).solve(none).as_base()
