"""The stocks that industries keep in normal times, of S products in B runs: never written out by industry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.table import Positions

DAYS = 365.0


@dataclass(frozen=True, eq=False)
class Targets:
    """A target is the `use` of a product in normal times (S × n, a rate) over the `years` that a region's industries
    keep of it (S × B × R)."""

    use: Array
    years: Array

    @classmethod
    def of(cls, use: Array, behaviours: Behaviours) -> Targets:
        """Targets under some behaviours."""
        return cls(use, np.ascontiguousarray(behaviours.stock_days.transpose(1, 0, 2)) / DAYS)

    @cached_property
    def alike(self) -> bool:
        """Whether a run's stocks of each product last equally long in all regions."""
        return bool((self.years == self.years[:, :, :1]).all())

    def years_of(self, products: slice) -> Array:
        """How long the stocks of some products last each industry (c × B × n, or c × B × 1 where all are alike)."""
        years = self.years[products]
        return years[:, :, :1] if self.alike else np.repeat(years, self.use.shape[1] // years.shape[2], axis=2)

    def amounts(self) -> Array:
        """All targets written out (S × B × n)."""
        return self.years_of(slice(None)) * self.use[:, None]

    def by_product(self) -> Array:
        """Their sums over industries (S × B)."""
        by_region = self.use.reshape(len(self.use), self.years.shape[2], -1).sum(axis=2)
        return np.asarray((self.years @ by_region[:, :, None])[:, :, 0])

    @cached_property
    def idle(self) -> tuple[Positions, ...]:
        """The industries that do not use a product, by product."""
        return tuple(np.flatnonzero(row == 0) for row in self.use)

    @cached_property
    def users(self) -> NDArray[np.bool_]:
        """Who uses a product (S × n)."""
        return self.use > 0
