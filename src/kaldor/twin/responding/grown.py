"""What there is in another year, where prices respond: workers, what each makes, and the capital that keeps pace.

Labour is counted in what a worker of the table's year did. If workers are L times as many and each makes a times as
much, there is L a times as much of it, and as much more capital of every kind: the balanced growth of Harrod, in which
a region that grows with all others keeps its prices, and in which people work as many hours as before although they
earn a times as much (King, Plosser & Rebelo 1988). Stocks, which answer to nothing, grow with demand as they do at
fixed prices; what is lent in world prices grows with the world.

Source: Harrod (1939), Economic Journal 49; Uzawa (1961), Review of Economic Studies 28; King, Plosser & Rebelo (1988),
Journal of Monetary Economics 21. Known limits: capital is not built out of saving, and old plants do not wear out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.model import Unknowns
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.twin.start import Start


@dataclass(frozen=True, eq=False)
class Grown:
    """How many times as much as in the table's year (R each): `workers`, and `product`, the work that they do.

    `start` is the economy as it has grown at fixed prices: levers act on it, so that an amount of money is as large a
    part of the larger economy as it is.
    """

    start: Start = field(repr=False)
    workers: Array
    product: Array

    @property
    def efficiency(self) -> Array:
        """How many times as much work a worker does (R)."""
        return self.product / self.workers

    def on(self, shock: Shock, base: Base, closure: Closure) -> Shock:
        """A shock on the economy that has grown."""
        demand = np.ones(base.regions) if self.start.demand is None else self.start.demand
        world = float(demand @ base.spending.sum(axis=1) / base.spending.sum())
        return replace(
            shock,
            labour_force=shock.labour_force * self.product,
            capital_stock=shock.capital_stock * self.product,
            stocks=shock.stocks * demand,
            transfers=shock.transfers * (world if closure.lending == "fixed" else 1.0),
        )

    def near(self, at: Unknowns) -> Unknowns:
        """Where to look for the balance from one in the table's year: every region larger, at the same prices."""
        larger = np.log(self.product)
        return replace(at, output=at.output + larger[:, None], spending=at.spending + larger)
