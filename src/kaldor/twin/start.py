"""What levers act on: an economy as published, or as each of many futures has grown it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy


@dataclass(frozen=True, eq=False)
class Start:
    """An economy before its levers; `shape` is () for one, (futures,) for many, and leads every array.

    x output (…, n); `demand` how many times the published final demand (…, regions) and `intensities` by extension how
    many times the published intensity (…, regions), None and absent where nothing has grown. A and value added per unit
    of output are the published ones: growth leaves them as they are. An array without the leading axis holds for all.
    """

    economy: Economy
    x: Array
    demand: Array | None = None
    intensities: Mapping[str, Array] = field(default_factory=dict)
    shape: tuple[int, ...] = ()

    @cached_property
    def per_output(self) -> Array:
        """1/x where there is output, zero elsewhere (…, n)."""
        inverse = np.zeros_like(self.x)
        np.divide(1.0, self.x, out=inverse, where=self.economy.has_output)
        return inverse

    @property
    def v(self) -> Array:
        """Value added per unit of output (n), as published."""
        return self.economy.once(_value_added_per_output)

    @cached_property
    def per_column(self) -> Array | None:
        """How many times the published amount each column of final demand buys (…, m); None where all stay."""
        return None if self.demand is None else np.repeat(self.demand, len(self.economy.demands), axis=-1)

    def S(self, extension: str) -> Array:
        """Intensity (…, n) of an extension."""
        published = self.economy.S(extension)
        factor = self.intensities.get(extension)
        return published if factor is None else published * np.repeat(factor, len(self.economy.sectors), axis=-1)

    def direct(self, extension: str) -> Array:
        """Direct amount of final use (…, m) of an extension."""
        amount, factor = self.economy.extension(extension).F_Y, self.intensities.get(extension)
        grown = amount if self.per_column is None else amount * self.per_column
        return grown if factor is None else grown * np.repeat(factor, len(self.economy.demands), axis=-1)

    def Y(self, rows: slice, columns: NDArray[np.intp]) -> Array:
        """Cells of final demand (…, rows, columns)."""
        published = self.economy.Y[rows][:, columns]
        return published if self.per_column is None else published * self.per_column[..., None, columns]


def published(economy: Economy) -> Start:
    """An economy as it is."""
    return Start(economy, economy.x)


def _value_added_per_output(economy: Economy) -> Array:
    return economy.value_added * economy.per_output
