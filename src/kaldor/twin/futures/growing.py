"""Growth of many futures at once: what it makes of output and multipliers, from images that serve all of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.lowrank_batch import BatchedBaseline
from kaldor.twin.futures.growth import Factors, produced
from kaldor.twin.start import Start


class Growing:
    """What growth makes of output and multipliers, for many futures at once, without a table for any.

    A stays, so that output is the images L Y_r of the regions' final demand, each times its factor, and multipliers are
    those of the regions' own intensities. The images are made when first needed and serve all futures.
    """

    def __init__(self, economy: Economy, shared: BatchedBaseline) -> None:
        self.economy, self.shared = economy, shared
        self._by_region: dict[str, Array] = {}

    def start(self, factors: Factors | None, count: int | None = None) -> Start:
        """The economies of `count` futures before any lever (of one, without a leading axis, if None).

        Raises InputError where an industry would have to produce less than nothing in one of them.
        """
        shape = () if count is None else (count,)
        if factors is None or factors.none:
            return Start(self.economy, self.economy.x, shape=shape)
        of_regions, of_discrepancy = self._images
        bought = self.economy.Y_with_outside.sum(axis=0)
        world = factors.demand @ (bought / bought.sum())
        x = factors.demand @ of_regions + np.multiply.outer(world, of_discrepancy)
        return Start(self.economy, produced(self.economy, x), factors.demand, factors.intensities, shape)

    def multipliers(self, start: Start, extension: str) -> Array:
        """Multipliers (futures × n) of an extension before any lever; (n) where its intensities have not grown."""
        factor = start.intensities.get(extension)
        if factor is None:
            return np.asarray(self.shared.M[list(self.economy.extensions).index(extension)])
        if extension not in self._by_region:
            regions, sectors = len(self.economy.regions), len(self.economy.sectors)
            own = np.kron(np.eye(regions), np.ones(sectors)) * self.economy.S(extension)
            self._by_region[extension] = self.shared.left_anew(own)
        return np.asarray(factor @ self._by_region[extension])

    @cached_property
    def _images(self) -> tuple[Array, Array]:
        """L Y_r of every region (regions × n), and L δ of the discrepancy (n)."""
        demand = np.vstack([self.economy.Y_with_outside.T, self.economy.unexplained])
        images = self.shared.right(demand)
        return images[:-1], images[-1]
