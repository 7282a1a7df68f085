"""Rows of the tangent while they are made, and the parts that they make up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kaldor.economy.equilibrium.base import Array


class Rows:
    """Rows of the tangent under way: coefficients on producers' prices, net prices, outputs and the prices of
    industries' energy and materials (m, n), on the regions' unknowns and on their prices of new capital (m, R)."""

    def __init__(self, rows: int, industries: int, regions: int, precision: DTypeLike) -> None:
        self.price = np.zeros((rows, industries), precision)
        self.net = np.zeros((rows, industries), precision)
        self.output = np.zeros((rows, industries), precision)
        self.energy = np.zeros((rows, industries), precision)
        self.materials = np.zeros((rows, industries), precision)
        self.wage = np.zeros((rows, regions), precision)
        self.spending = np.zeros((rows, regions), precision)
        self.rental = np.zeros((rows, regions), precision)
        self.new_capital = np.zeros((rows, regions), precision)
        self.households = np.zeros((rows, regions), precision)

    def add(self, other: Rows, rows: slice | NDArray[np.intp] = np.s_[:], mixed_by: Array | None = None) -> None:
        """Another's rows onto these, or mixtures of its rows (m, its rows)."""
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            mine[rows] += theirs if mixed_by is None else mixed_by @ theirs


@dataclass(frozen=True, eq=False)
class Bundles:
    """Prices of the bundles that industries buy: on the producers' prices of `suppliers` (n, suppliers) and on their
    region's households' basket (n), to which carbon prices are indexed."""

    suppliers: NDArray[np.intp] | slice
    on_prices: Array
    on_households: Array


@dataclass(frozen=True, eq=False)
class Parts:
    """The tangent in four parts; m counts the unknowns but outputs.

    `slopes` (n) by which prices answer their own outputs, `prices` (n, m) by which they answer all else; `outputs`
    (m, n) and `rest` (m, m) the other rows by outputs and by all else, where outputs may have been replaced.
    """

    slopes: Array
    prices: Array
    outputs: Array
    rest: Array
