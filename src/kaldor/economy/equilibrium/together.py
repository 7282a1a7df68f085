"""Several measures as one change: what each does alone adds to the others, and every subset of them can be asked for.

Factors multiply, rates add, what stands in place of the base's adds its difference. A ban cuts suppliers' weights; all
bans are cut together, since buyers are left poor by their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import product as every

import numpy as np

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.responses import Change
from kaldor.economy.equilibrium.shock import Shock

MOST_PARTS = 6
"""Measures that are told apart: two to their number balances are solved."""

_FACTORS = (
    "productivity", "labour_productivity", "wage_wedge", "factor_need", "labour_need", "emission_factor", "transport",
    "labour_force", "capital_stock",
)  # fmt: skip
_RATES = ("output_tax", "export_tax")
_IN_PLACE = ("tariffs", "carbon_price", "transfers", "stocks")
_NAMED = 6


@dataclass(frozen=True, eq=False)
class Measure:
    """One thing that is done: its words, its shock, and what it cuts of suppliers' weights.

    `cut` gives factors that broadcast to flows (S, R buyer, R supplier, S + K), 0 a full ban.
    """

    words: str
    shock: Callable[[Base], Shock] = Shock.none
    cut: Callable[[Base], Array] | None = None


def together(economy: Economy, measures: Sequence[Measure], base: Base) -> Change:
    """All measures on a base, and what must be said of it. Raises as `bars`."""
    shock = reduce(partial(_both, base), (one.shock(base) for one in measures), Shock.none(base))
    cuts = [one.cut(base) for one in measures if one.cut is not None]
    if not cuts:
        return Change(shock)
    cut = np.broadcast_to(reduce(np.multiply, cuts), base.flows.shape)
    found = bars(base, cut, economy.sectors, economy.regions)
    barred = replace(shock, recipe=found.recipe, barred=found.barred, stocks=found.stocks)
    return Change(barred, tuple(_exempt(economy, found.exempt)))


def subsets(economy: Economy, measures: Sequence[Measure]) -> list[Callable[[Base], Change]]:
    """Changes with every subset of the measures: none first, then as 0 and 1 count up, the last measure fastest."""
    chosen = every((False, True), repeat=len(measures))
    return [
        partial(together, economy, [one for one, there in zip(measures, has, strict=True) if there]) for has in chosen
    ]


def _both(base: Base, one: Shock, other: Shock) -> Shock:
    """Two shocks of which neither has a recipe of its own or bars."""
    made = {name: getattr(one, name) * getattr(other, name) for name in _FACTORS}
    made |= {name: getattr(one, name) + getattr(other, name) for name in _RATES}
    made |= {name: getattr(one, name) + getattr(other, name) - getattr(base, name) for name in _IN_PLACE}
    return replace(one, **made)


def _exempt(economy: Economy, cells: Sequence[tuple[int, int]]) -> list[str]:
    if not cells:
        return []
    shown = ", ".join(f"{economy.sectors[s]} of {economy.regions[d]}" for s, d in cells[:_NAMED])
    more = f" and {len(cells) - _NAMED} more" if len(cells) > _NAMED else ""
    return [f"Exempt, small and without another maker: {shown}{more}."]
