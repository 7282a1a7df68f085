"""The tangent made ready to divide by, in single precision: it steers the steps and enters no answer.

Where capital or labour stays in its industry, every industry's price equation answers its own output, so outputs are
taken from it; where both move, prices answer no output, so they come first. Either way what is factored has half the
size: some three times n³ operations for n industries, not eight.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.linalg import lu_factor

from kaldor.economy.divided import Factored, divided
from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.tangent import Tangent
from kaldor.errors import NotConvergedError

_STEEP = 1e-4  # of an industry's price by its own output, at least, where outputs are taken from prices


class Factor(Protocol):
    """A tangent to divide by."""

    def step(self, missed: Array) -> Array:
        """Newton's step from what the equations are missed by, both as `Unknowns.flat` has them."""


def factor_of(tangent: Tangent) -> Factor:
    """Factor a tangent in single precision.

    Raises NotConvergedError where a small change has no finite answer.
    """
    slopes = np.abs(tangent.slopes)
    if slopes.min() > _STEEP:
        return _WithoutOutputs(tangent)
    return _Whole(tangent) if slopes.any() else _PricesFirst(tangent)


class _Whole:
    def __init__(self, tangent: Tangent) -> None:
        self._lu = _lu_of(tangent.matrix())

    def step(self, missed: Array) -> Array:
        return -divided(self._lu, missed).astype(float)


class _WithoutOutputs:
    def __init__(self, tangent: Tangent) -> None:
        parts = tangent.in_parts(outputs_from_prices=True)
        self._slopes, self._prices, self._outputs = parts.slopes, parts.prices, parts.outputs
        self._prices /= self._slopes[:, None]
        self._lu = _lu_of(parts.rest)

    def step(self, missed: Array) -> Array:
        n = self._slopes.size
        single = missed.astype(np.float32)
        outputs = single[:n] / self._slopes
        rest = divided(self._lu, single[n:] - self._outputs @ outputs)
        outputs -= self._prices @ rest
        return -np.concatenate([rest[:n], outputs, rest[n:]]).astype(float)


class _PricesFirst:
    def __init__(self, tangent: Tangent) -> None:
        parts = tangent.in_parts(outputs_from_prices=False)
        n = parts.slopes.size
        self._prices = _lu_of(parts.prices[:, :n])
        self._by_regions = divided(self._prices, parts.prices[:, n:])
        self._by_prices = np.ascontiguousarray(parts.rest[:, :n])
        of_regions = parts.rest[:, n:] - self._by_prices @ self._by_regions
        self._rest = _lu_of(np.concatenate([parts.outputs, of_regions], axis=1))

    def step(self, missed: Array) -> Array:
        n = len(self._by_regions)
        single = missed.astype(np.float32)
        prices = divided(self._prices, single[:n])
        rest = divided(self._rest, single[n:] - self._by_prices @ prices)
        prices -= self._by_regions @ rest[n:]
        return -np.concatenate([prices, rest]).astype(float)


def _lu_of(matrix: Array) -> Factored:
    if not np.isfinite(matrix).all():
        raise NotConvergedError("The equilibrium has no finite answer to a small change here.")
    lu, pivots = lu_factor(matrix, overwrite_a=True, check_finite=False)
    return lu, pivots
