"""Bring a drawn table back to what is better known than its cells: outputs, and the totals of countries.

Outputs are exact. Of each country, what it sells to and buys from others and what is finally used in it have errors of
their own, smaller than those of the cells that they are the sums of. Cells are scaled by industry, by exporting and by
importing country and by final use in turn, as in RAS, until all of them add up; only sums by row and country are gone
through, since every factor is the same within one. Source: Stone (1961), Input–Output and National Accounts, OECD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_PASSES = 12  # leave less than a tenth of a national total's own error; rows come last and are exact


class NationalTotals:
    """The published totals of regions, with their relative standard errors; None leaves them to the cells.

    `Z`, `Y` (n × regions): what each industry sells to the industries and to the final users of each region.
    """

    def __init__(self, Z: Array, Y: Array, *, trade: float | None, final_use: float | None) -> None:
        n, regions = Z.shape
        self._industries, self._regions = n // regions, regions
        self._abroad = np.repeat(~np.eye(regions, dtype=bool), self._industries, axis=0)
        sold = np.where(self._abroad, Z + Y, 0.0)
        self._exports, self._imports, self._used = self._by_seller(sold), sold.sum(axis=0), Y.sum(axis=0)
        self._trade = trade if regions > 1 else None
        self._final_use = final_use

    def factors(self, rng: np.random.Generator, Z: Array, Y: Array, rows: Array) -> tuple[Array, Array]:
        """By how much to scale drawn sales `Z` and `Y` (n × regions) so that they add up to `rows` (n) and to totals.

        The totals are drawn here. Rows hold exactly, totals nearly.
        """
        exports, imports = self._drawn(rng, self._exports, self._trade), self._drawn(rng, self._imports, self._trade)
        used = self._drawn(rng, self._used, self._final_use)
        if exports.sum() > 0:
            exports *= imports.sum() / exports.sum()  # what all sell is what all buy
        of_Z, of_Y = np.ones_like(Z), np.ones_like(Y)
        for _ in range(_PASSES if self._trade is not None or self._final_use is not None else 0):
            if self._trade is not None:
                bought = np.where(self._abroad, Z * of_Z + Y * of_Y, 0.0)
                by_buyer = _scale(imports, bought.sum(axis=0))
                by_seller = _scale(exports, self._by_seller(bought * by_buyer))
                both = np.where(self._abroad, np.repeat(by_seller, self._industries)[:, None] * by_buyer, 1.0)
                of_Z *= both
                of_Y *= both
            if self._final_use is not None:
                of_Y *= _scale(used, (Y * of_Y).sum(axis=0))
            _by_row(of_Z, of_Y, Z, Y, rows)
        _by_row(of_Z, of_Y, Z, Y, rows)
        return of_Z, of_Y

    def _by_seller(self, sold: Array) -> Array:
        return np.asarray(sold.sum(axis=1).reshape(self._regions, -1).sum(axis=1))

    def _drawn(self, rng: np.random.Generator, published: Array, error: float | None) -> Array:
        return published * (1.0 if error is None else factors_of_mean_one(rng, error, published.shape))


def factors_of_mean_one(rng: np.random.Generator, error: float, shape: tuple[int, ...]) -> Array:
    """Log-normal factors of mean one with this relative standard error."""
    sd = float(np.sqrt(np.log1p(error**2)))
    return np.exp(sd * rng.standard_normal(shape) - sd**2 / 2)


def _by_row(of_Z: Array, of_Y: Array, Z: Array, Y: Array, rows: Array) -> None:
    above = (Z * of_Z).sum(axis=1) + (Y * of_Y).sum(axis=1)
    scale = np.divide(rows, above, out=np.ones_like(above), where=above > 0)[:, None]
    of_Z *= scale
    of_Y *= scale


def _scale(wanted: Array, found: Array) -> Array:
    """wanted over found, 1 where there is nothing to scale."""
    return np.divide(wanted, found, out=np.ones_like(found), where=(found > 0) & (wanted > 0))
