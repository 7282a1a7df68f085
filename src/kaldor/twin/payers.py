"""Who pays: what final users pay more after a scenario, by who they are, seen from one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from kaldor.economy.accounts import DISCREPANCY, OUTSIDE
from kaldor.twin.incidence import final_levies
from kaldor.twin.state import State

HOUSEHOLDS: Final = "households"
OTHERS: Final = "other final users"
ABROAD: Final = "buyers abroad"


def payers(before: State, after: State, region: str) -> Mapping[str, tuple[float, float]]:
    """What each kind of payer pays more (negative: less): through prices, and as levies on final purchases.

    In the table's unit. "households" and "other final users" (government, investment) are those of `region`, "buyers
    abroad" the final users of all other regions; buyers outside the table and the statistical discrepancy stand by
    themselves where the table has them. All lines add up to the total of `Incidence.burden`.
    Raises UnknownLabelError.
    """
    economy = after.economy
    rise = after.prices - before.prices
    paid = np.array([after.worth(rise), final_levies(after)])
    at_home = np.arange(len(economy.regions)).repeat(len(economy.demands)) == economy.region_position(region)
    household = np.tile(
        [economy.demand_roles.get(demand) == HOUSEHOLDS for demand in economy.demands], len(economy.regions)
    )
    inside = economy.used_at_home
    found = {
        HOUSEHOLDS: _sums(paid, inside & at_home & household),
        OTHERS: _sums(paid, inside & at_home & ~household),
        ABROAD: _sums(paid, inside & ~at_home),
    }
    if economy.trades_outside:
        found[OUTSIDE] = _sums(paid, ~inside)
    found[DISCREPANCY] = (float(rise @ economy.unexplained), 0.0)
    return found


def _sums(paid: np.ndarray, columns: np.ndarray) -> tuple[float, float]:
    prices, levies = paid[:, columns].sum(axis=1)
    return float(prices), float(levies)
