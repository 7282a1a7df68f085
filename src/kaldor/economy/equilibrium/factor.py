"""The tangent made ready to divide by, in single precision: it steers the steps and enters no answer.

Where capital or labour stays in its industry, every industry's price equation answers its own output, so outputs are
taken from it and what is factored has half the size: two and two thirds n³ operations for n industries, not nine.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

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
    return _WithoutOutputs(tangent) if np.abs(tangent.slopes).min() > _STEEP else _Whole(tangent)


class _Whole:
    def __init__(self, tangent: Tangent) -> None:
        self._lu = _lu_of(tangent.matrix())

    def step(self, missed: Array) -> Array:
        return -lu_solve(self._lu, missed.astype(np.float32), check_finite=False).astype(float)


class _WithoutOutputs:
    def __init__(self, tangent: Tangent) -> None:
        parts = tangent.without_outputs()
        self._slopes, self._prices, self._outputs = parts.slopes, parts.prices, parts.outputs
        self._lu = _lu_of(parts.rest)

    def step(self, missed: Array) -> Array:
        n = self._slopes.size
        single = missed.astype(np.float32)
        outputs = single[:n] / self._slopes
        rest = lu_solve(self._lu, single[n:] - self._outputs @ outputs, check_finite=False)
        outputs -= self._prices @ rest
        return -np.concatenate([rest[:n], outputs, rest[n:]]).astype(float)


def _lu_of(matrix: Array) -> tuple[Array, NDArray[np.int32]]:
    if not np.isfinite(matrix).all():
        raise NotConvergedError("The equilibrium has no finite answer to a small change here.")
    lu, pivots = lu_factor(matrix, overwrite_a=True, check_finite=False)
    return lu, pivots
