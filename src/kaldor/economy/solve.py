"""Solve with (I − A) and its transpose, without ever forming the inverse.

Three ways, chosen by size and by how many right-hand sides are asked for (`choose_method`):

- ``lu64``: one double-precision LU factor; for small tables, where it takes a second at most.
- ``lu32``: a single-precision factor (half the memory, twice the speed) and iterative refinement in double
  precision, which gives back full accuracy (Higham 2002, ch. 12).
- ``series``: L b = b + A b + A² b + …, no factor at all; for few right-hand sides, or where a factor would not fit.

Every one multiplies by A as Z (x̂⁻¹ ·), so that A is never stored beside Z.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import LinearOperator, eigs

from kaldor import threads
from kaldor.economy.economy import Array, Economy
from kaldor.errors import NotConvergedError, UnproductiveEconomyError

Method = Literal["lu64", "lu32", "series"]

_SMALL = 2_000  # below, a double-precision factor costs less than half a second on one core
_FEW = 8  # right-hand sides up to which a series of about 30 products is cheaper than a factor
_FACTOR_MOST = 12_000  # rows beyond which a single-precision factor no longer fits beside Z in 8 GiB
_REFINEMENTS = 10
_TERMS = 2_000


def solver_of(economy: Economy) -> LeontiefSolver:
    """The solver of an economy, with its factor, made once; economies with the same flows have the same."""
    return economy.once(LeontiefSolver, of_flows=True)


def choose_method(n: int, right_hand_sides: int) -> Method:
    """Which way of solving costs least for a table of n rows and this many right-hand sides."""
    if n <= _SMALL:
        return "lu64"
    if right_hand_sides <= _FEW or n > _FACTOR_MOST:
        return "series"
    return "lu32"


class LeontiefSolver:
    """Answers (I − A) X = B and (I − A)ᵀ X = B for one economy; factors are made once, when first needed.

    `tolerance` bounds the largest residual of each column relative to the largest entry of its right-hand side.
    """

    def __init__(self, economy: Economy, *, tolerance: float = 1e-12) -> None:
        self._Z = economy.Z
        self._per_output = economy.per_output[:, None]
        self._place = f"{economy.source.id} {economy.year}"
        self._index = economy.index
        self.n = economy.n
        self.tolerance = tolerance

    def solve(self, B: Array, *, transposed: bool = False, method: Method | None = None) -> Array:
        """X with (I − A) X = B, or (I − A)ᵀ X = B when `transposed`; B is (n,) or (n, r), X has its shape.

        Raises UnproductiveEconomyError if the spectral radius of A is 1 or more, NotConvergedError if the
        tolerance is out of reach.
        """
        columns = B.reshape(len(B), -1)
        chosen = method or self._cheapest(columns.shape[1])
        if chosen == "series":
            solution = self._series(columns, transposed)
        else:
            self._certified  # noqa: B018  (a factor of an unproductive A exists but means nothing)
            if chosen == "lu64":
                solution = _with_factor(self._factor64, columns, 0 if transposed else 1)
            else:
                solution = self._refined(columns, transposed)
        return solution.reshape(B.shape)

    def with_change(self, delta_A: coo_array | csr_array) -> LeontiefSolver:
        """The solver of A + delta_A (sparse, n×n), with no factor yet.

        Coefficients of an industry without output cannot be changed: it would have no flows to change.
        """
        changed = copy(self)
        for name in ("_factor32", "_factor64", "_certified"):
            vars(changed).pop(name, None)
        changed._Z = self._Z * self._per_output.T + delta_A.toarray()
        changed._per_output = np.ones_like(self._per_output)
        changed._place = f"{self._place} after the change"
        return changed

    def _cheapest(self, right_hand_sides: int) -> Method:
        """As `choose_method`, except that a factor which is there already is always used."""
        if "_factor32" in vars(self):
            return "lu32"
        return choose_method(len(self._Z), right_hand_sides)

    # -- products with A -------------------------------------------------------------------------------------------

    def times_A(self, X: Array, transposed: bool) -> Array:
        """A X, or Aᵀ X."""
        if transposed:
            return self._per_output * (self._Z.T @ X)
        return self._Z @ (self._per_output * X)

    # -- factors of (I − A)ᵀ: the transpose of a row-major matrix is what LAPACK reads without a copy -----------------

    @cached_property
    def _factor64(self) -> tuple[Array, NDArray[np.int32]]:
        return self._factor(np.float64)

    @cached_property
    def _factor32(self) -> tuple[Array, NDArray[np.int32]]:
        return self._factor(np.float32)

    def _factor(self, precision: type[np.floating]) -> tuple[Array, NDArray[np.int32]]:
        matrix = np.empty(self._Z.shape, dtype=precision)
        np.multiply(self._Z, -self._per_output.T, out=matrix, casting="same_kind")
        matrix[np.diag_indices_from(matrix)] += 1
        with threads.for_factor(len(matrix)):
            return lu_factor(matrix.T, overwrite_a=True, check_finite=False)

    @cached_property
    def _certified(self) -> bool:
        """Whether A is productive. Where A ≥ 0, (I − Aᵀ) u = 1 with u > 0 proves that its spectral radius is below 1.

        A few official tables have negative flows (scrap, by-products); there the radius itself is found.
        """
        ones = np.ones((len(self._Z), 1))
        small = len(self._Z) <= _SMALL
        u = _with_factor(self._factor64 if small else self._factor32, ones, 0)
        # (I − Aᵀ) u = 1 and A ≥ 0 give u ≥ 1; single precision may miss that by its rounding only.
        productive = bool(np.isfinite(u).all() and u.min() >= 0.9)
        if self._Z.min() < 0:
            productive = self._spectral_radius() < 1
        if not productive:
            raise self.unproductive()
        return True

    def _spectral_radius(self) -> float:
        n = len(self._Z)
        if n < 20:
            return float(np.max(np.abs(np.linalg.eigvals(self._Z * self._per_output.T))))
        product = LinearOperator((n, n), matvec=lambda v: self.times_A(v.reshape(n, 1), transposed=False), dtype=float)
        start = np.ones(n)  # ARPACK's own start is random
        return float(np.abs(eigs(product, k=1, v0=start, return_eigenvectors=False, tol=1e-6)[0]))

    # -- the two iterations ----------------------------------------------------------------------------------------

    def _refined(self, B: Array, transposed: bool) -> Array:
        trans = 0 if transposed else 1
        scale = _column_scale(B)
        solution = np.zeros_like(B)
        residual = B
        worst = np.inf
        for _ in range(_REFINEMENTS):
            step = _with_factor(self._factor32, residual / scale, trans)
            solution += step * scale
            residual = B - solution + self.times_A(solution, transposed)
            worst, before = float(np.max(np.abs(residual) / scale)), worst
            if worst <= self.tolerance or worst > before / 2:  # as exact as the arithmetic allows
                break
        if worst > max(self.tolerance, 1e-11):
            raise NotConvergedError(
                f"{self._place}: refinement stopped at a relative residual of {worst:.1e}. Solve with method='lu64'."
            )
        return solution

    def _series(self, B: Array, transposed: bool) -> Array:
        scale = _column_scale(B)
        solution = B.copy()
        term = B
        size = previous = np.inf
        for _ in range(_TERMS):
            term = self.times_A(term, transposed)
            solution += term
            size, previous = float(np.max(np.abs(term) / scale)), size
            if size <= self.tolerance / 10:
                return solution
            if not np.isfinite(size) or size > 1e12:
                break
        if size >= previous:
            raise self.unproductive()
        raise NotConvergedError(f"{self._place}: {_TERMS} terms of the series leave {size:.1e}. Use method='lu64'.")

    def unproductive(self, when: str = "") -> UnproductiveEconomyError:
        """The error to raise, naming the industry that takes most for its output."""
        sums = self._Z.sum(axis=0) * self._per_output[:, 0]
        worst = int(np.argmax(sums))
        return UnproductiveEconomyError(
            f"{self._place}{when}: the spectral radius of A is 1 or more; the largest column sum is "
            f"{sums[worst]:.3g} for {self._index[worst]}. Output must exceed inputs taken together. Check the flows "
            f"of that industry and its output, or run: kaldor data check {self._place.split()[0]}"
        )


def _with_factor(factor: tuple[Array, NDArray[np.int32]], B: Array, trans: int) -> Array:
    """Solve with a kept factor, in its precision.

    The pivots are copied: LAPACK's wrapper counts them from 1 in place while it works, so that two threads with one
    factor would read each other's and write beyond their arrays.
    """
    lu, pivots = factor
    return lu_solve((lu, pivots.copy()), B.astype(lu.dtype, copy=False), trans=trans, check_finite=False)


def _column_scale(B: Array) -> Array:
    """Largest entry of each column in absolute value; 1 for a column of zeros."""
    scale = np.max(np.abs(B), axis=0)
    return np.where(scale > 0, scale, 1.0)
