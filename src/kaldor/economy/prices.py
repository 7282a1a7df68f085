"""How costs run through the chains to prices, and primary inputs to quantities.

Sources: Miller & Blair (2009), section 2.6 (Leontief price model) and 12.1 (Ghosh); Oosterhaven (1988), Journal of
Regional Science 28(2), and Dietzenbacher (1997), ibid. 37(4), on how the Ghosh model may be read.
Known limits: costs are passed on in full at once, nobody buys less or elsewhere, and foreign prices move as home ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem

Change: TypeAlias = pd.Series | Mapping[tuple[str, str], float]

OF_THE_PRICE = "share of the price before"
"""The unit of a change of prices, which may pass 1."""


def cost_push(economy: Economy, change_in_primary_inputs: Change) -> pd.Series:
    """By how much each product's price rises when primary inputs per unit of output (wages, taxes …) cost more.

    `change_in_primary_inputs` over (region, sector): currency per currency of output (0.05: five cents more on each
    dollar of output); rows that are not named change by nothing. Returns Δp = (I − Aᵀ)⁻¹ Δv over (region, sector), as a
    share of the price before (which is 1).
    Raises InputError for unknown rows or numbers that are not finite; UnproductiveEconomyError.
    """
    change = _aligned(economy, change_in_primary_inputs, "change_in_primary_inputs")
    series = pd.Series(solver_of(economy).solve(change, transposed=True), index=economy.index, name="price_change")
    return labelled(series, economy, OF_THE_PRICE, status="predicted")


def ghosh_quantities(economy: Economy, change_in_primary_inputs: Change) -> pd.Series:
    """Change of output value that a change of primary inputs brings when every industry's sales shares stay fixed.

    `change_in_primary_inputs` over (region, sector): amounts in the table's unit. Returns Δx = Gᵀ Δw over (region,
    sector) in the table's unit, G the Ghosh inverse. Read it as the cost-push in values (Δx = x̂ Δp; Dietzenbacher
    1997): as quantities it supposes that more of one input alone makes more output.
    Raises as `cost_push`; an amount for an industry without output is refused.
    """
    change = _aligned(economy, change_in_primary_inputs, "change_in_primary_inputs")
    idle = [
        f"{r}/{s}"
        for (r, s), amount, active in zip(economy.index, change, economy.has_output, strict=True)
        if amount != 0 and not active
    ]
    if idle:
        raise InputError([Problem(place, "has no output, so that nothing can be passed on.") for place in idle])
    solved = solver_of(economy).solve(change * economy.per_output, transposed=True)
    series = pd.Series(economy.x * solved, index=economy.index, name="output_change")
    return labelled(series, economy, economy.unit, status="predicted")


def consumer_prices(
    economy: Economy, price_change: pd.Series, *, role: str | Sequence[str] = "households"
) -> pd.DataFrame:
    """What a change of product prices costs the final users of each region, at the basket they bought before.

    `price_change` as `cost_push` returns it. `role`: the demand categories that count (households by default).
    Returns one row a region: `spending` and `extra_cost` (table's unit) and `price_change` (extra cost over spending: a
    Laspeyres index less 1), missing where there is no spending.
    Raises InputError if no category has the role.
    """
    roles = {role} if isinstance(role, str) else set(role)
    columns = [i for i, d in enumerate(economy.demands) if economy.demand_roles.get(d) in roles]
    if not columns:
        known = ", ".join(sorted(set(economy.demand_roles.values()))) or "none"
        raise InputError(
            Problem(
                economy.source.id,
                f"no category of final demand is {' or '.join(sorted(roles))}.",
                f"Roles known: {known}.",
            )
        )
    change = _aligned(economy, price_change, "price_change")
    basket = economy.Y.reshape(economy.n, len(economy.regions), len(economy.demands))[:, :, columns].sum(axis=2)
    spending, extra = basket.sum(axis=0), change @ basket
    frame = pd.DataFrame(
        {
            "spending": spending,
            "extra_cost": extra,
            "price_change": np.divide(extra, spending, out=np.full_like(extra, np.nan), where=spending > 0),
        },
        index=pd.Index(economy.regions, name="region"),
    )
    units = {"spending": economy.unit, "extra_cost": economy.unit, "price_change": OF_THE_PRICE}
    return labelled(frame, economy, units, status="predicted")


def _aligned(economy: Economy, given: Change, name: str) -> Array:
    series = given if isinstance(given, pd.Series) else pd.Series(given, dtype=np.float64)
    problems = [
        Problem(name, f"{row} is no (region, sector) of the table.") for row in series.index if row not in economy.index
    ]
    problems += [
        Problem(name, f"is {value} for {row}.", "Expected a finite number.")
        for row, value in series.items()
        if not np.isfinite(value)
    ]
    if problems:
        raise InputError(problems)
    return series.reindex(economy.index, fill_value=0.0).to_numpy(dtype=np.float64)
