"""Many changes of one economy answered together: what is shared by all is computed once, the rest runs as one product.

Two kinds of ensembles, both exact:

- `BatchedBaseline`: any change of the same columns J of A, of final demand and of intensities, a different one in every
  future. With D_b the change of the columns in future b,

      A_b = A + D_b E_Jᵀ,   K_b = 1 − L_J D_b,   x_b = L (y_b + D_b K_b⁻¹ (L y_b)_J),
      M_b = S_b L + (S_b L D_b) K_b⁻¹ L_J,

  so the inverse's rows L_J serve every future and each product with L has all futures as its columns (Woodbury 1950).

- `Sliders`: A, y and S move along fixed directions, only the strengths differ. Then totals of extensions touch nothing
  larger than r × r, r being the rank of all directions together: with A(s) = A + Σ s_l U_l V_lᵀ and σ the strength of
  each column of U,

      t(s) = S(s) L y(s) + S(s) L U σ K⁻¹ Vᵀ L y(s),   K = 1 − (Vᵀ L U) σ.

Both hold the explicit inverse or images of it, and are meant for tables of some thousand rows. A single what-if is for
`kaldor.economy.lowrank`.

Checked to 1e-10 against one-by-one answers in `tests/economy/test_lowrank_batch.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from kaldor.economy.economy import Array
from kaldor.economy.lowrank import Baseline, _factors

Positions = NDArray[np.intp]

MOST_ROWS = 6_000
"""Rows of a table up to which the explicit inverse (288 MB there) is worth holding."""

_LEAST_MULTIPLIER = (
    0.9  # column sums of a productive economy's inverse are at least 1; less is a sign of another branch
)
_LEAST_PIVOT = 1e-6  # below it the unpivoted elimination of `_solve_lanes` is not trusted
_LANES = 64  # futures solved side by side in one pass of the elimination: long enough loops, still in cache
_BLOCK = 8_192  # futures whose intermediate rows stay in cache


@dataclass(frozen=True, eq=False)
class BatchResponse:
    """Answers to B futures: x (B × n), multipliers (B × extensions × n), and which of them are productive (B).

    `weights` (B × |J|) are K⁻¹ (L y)_J. Rows of futures that are not productive hold no meaning.
    """

    x: Array
    multipliers: Array
    productive: NDArray[np.bool_]
    columns: Positions
    D: Array = field(repr=False)
    K: Array = field(repr=False)
    _of: BatchedBaseline = field(repr=False)

    def inverse_columns(self, future: int, positions: Positions) -> Array:
        """Columns of one future's inverse (n × len(positions)): all output behind one unit of each."""
        L = self._of.L
        if not len(self.columns):
            return L[:, positions]
        weights = np.linalg.solve(self.K[future], L[np.ix_(self.columns, positions)])
        return L[:, positions] + L @ (self.D[future] @ weights)

    def behind_block(self, block: Positions) -> Array:
        """L'_·B L'_BB⁻¹ x'_B of every future (B × n): all output that stands behind a block's own output.

        Its rows in the block are x'_B. Futures that are not productive give zeros.
        """
        L = self._of.L
        L_B, L_BB = L[:, block], L[np.ix_(block, block)]
        demand = np.zeros((len(self.x), len(block)))
        through = np.zeros((len(self.x), self._of.n))
        L_J_B = L[np.ix_(self.columns, block)]
        for b in np.flatnonzero(self.productive):
            weights = np.linalg.solve(self.K[b], L_J_B) if len(self.columns) else L_J_B
            inner = L_BB + (L[block] @ self.D[b]) @ weights
            demand[b] = np.linalg.solve(inner, self.x[b, block])
            through[b] = self.D[b] @ (weights @ demand[b])
        return demand @ L_B.T + through @ L.T


class BatchedBaseline:
    """One economy, prepared for many futures at once; holds the explicit inverse L (n × n).

    Several threads may ask at once: nothing changes after it is made.
    """

    def __init__(self, baseline: Baseline) -> None:
        self.n = baseline.economy.n
        self.y, self.x, self.S, self.M = baseline.y, baseline.x, baseline.S, baseline.M
        self.L: Array = np.ascontiguousarray(baseline.solver.solve(np.eye(self.n)))
        self._gross = self.L.sum(axis=0)

    def respond(self, columns: Positions, D: Array, *, y: Array | None = None, S: Array | None = None) -> BatchResponse:
        """Output and multipliers of B futures: D (B × n × |J|) changes the columns J of A.

        `y` (B × n) is final demand and `S` (B × extensions × n) the intensities of each future; left out, the
        baseline's. A future that cannot reproduce itself is marked, not refused: the others still have their answer.
        """
        count = len(D)
        x = np.repeat(self.x[None], count, axis=0) if y is None else self.x + (y - self.y) @ self.L.T
        M = np.repeat(self.M[None], count, axis=0) if S is None else self._multipliers(S)
        if not len(columns):
            return BatchResponse(x, M, np.ones(count, dtype=bool), columns, D, np.empty((count, 0, 0)), self)
        K = np.eye(len(columns)) - self.L[columns] @ D
        above = np.concatenate([M @ D, (self._gross @ D)[:, None, :]], axis=1)
        regular = np.linalg.det(K) > 0
        K_safe = np.where(regular[:, None, None], K, np.eye(len(columns)))
        pulled = np.linalg.solve(K_safe.transpose(0, 2, 1), above.transpose(0, 2, 1)).transpose(0, 2, 1)
        correction = pulled @ self.L[columns]
        u = self._gross + correction[:, -1]
        productive = regular & np.isfinite(u).all(axis=1) & (u.min(axis=1) >= _LEAST_MULTIPLIER)
        weights = np.linalg.solve(K_safe, x[:, columns, None])
        x = x + (D @ weights)[:, :, 0] @ self.L.T
        return BatchResponse(x, M + correction[:, :-1], productive, columns, D, K_safe, self)

    def _multipliers(self, S: Array) -> Array:
        """S_b L, solving only for the rows that differ from the baseline's."""
        M = np.repeat(self.M[None], len(S), axis=0)
        changed = (S != self.S).any(axis=2)
        if changed.any():
            M[changed] += (S - self.S)[changed] @ self.L
        return M


@dataclass(frozen=True, eq=False)
class Direction:
    """What one unit of a slider adds: to A (sparse n × n), to final demand (n), to intensities (extensions × n)."""

    delta_A: coo_array | csr_array | None = None
    delta_y: Array | None = None
    delta_S: Array | None = None


class Sliders:
    """Totals of extensions for any strengths of k sliders, each along a fixed direction, at r × r a future."""

    def __init__(self, baseline: Baseline, directions: Sequence[Direction]) -> None:
        self._baseline, self._directions = baseline, tuple(directions)
        self.k, self.extensions = len(directions), len(baseline.S)

    def totals(self, strengths: Array) -> Array:
        """Totals S' x' (B × extensions) for strengths (B × k).

        NaN where a future's economy could not reproduce itself, as far as the determinant of K shows it.
        """
        strengths = np.ascontiguousarray(strengths, dtype=float)
        result = np.empty((len(strengths), self.extensions))
        for start in range(0, len(strengths), _BLOCK):
            result[start : start + _BLOCK] = self._block(strengths[start : start + _BLOCK])
        return result

    def _block(self, strengths: Array) -> Array:
        right = np.broadcast_to(self._x_J, (len(strengths), self.rank))
        if self._moves_y:
            right = right + strengths @ self._x_J_moved
        weighted, regular = _solve_lanes(self._G, self._owner, strengths, right)
        if not regular.all():
            self._solve_again(strengths, right, weighted, regular)
        result = weighted @ self._SLU
        result += self._t
        if self._moves_y or self._with_S:
            result += strengths @ self._t_moved
        if self._t_twice is not None:
            result += np.einsum("bi,ije,bj->be", strengths, self._t_twice, strengths, optimize=True)
        for lever, image in self._SLU_moved:
            result += strengths[:, lever, None] * (weighted @ image)
        result[~regular] = np.nan
        return result

    def _solve_again(self, strengths: Array, right: Array, weighted: Array, regular: NDArray[np.bool_]) -> None:
        """Where a pivot was small the elimination is done once more with row exchanges."""
        for b in np.flatnonzero(~regular):
            sigma = strengths[b, self._owner]
            K = np.eye(len(sigma)) - self._G * sigma
            if np.linalg.det(K) > 0:
                weighted[b] = sigma * np.linalg.solve(K, right[b])
                regular[b] = True

    # -- shared by all futures, made at the first question ------------------------------------------------------------

    @cached_property
    def _parts(self) -> tuple[Array, Array, NDArray[np.intp]]:
        """U (n × r), V (n × r), and the slider to which each column belongs (r)."""
        n = self._baseline.economy.n
        U, V, owner = [np.empty((n, 0))], [np.empty((n, 0))], []
        for number, direction in enumerate(self._directions):
            if direction.delta_A is None:
                continue
            parts = _factors(direction.delta_A, n)
            U += [parts.D, _units(n, parts.rows)]
            V += [_units(n, parts.columns), parts.R]
            owner += [number] * parts.rank
        return np.hstack(U), np.hstack(V), np.array(owner, dtype=np.intp)

    @property
    def rank(self) -> int:
        """Rank of all directions together: the size of the system that a future costs."""
        return len(self._owner)

    @cached_property
    def _owner(self) -> NDArray[np.intp]:
        return self._parts[2]

    @cached_property
    def _LU(self) -> Array:
        return self._baseline.solver.solve(self._parts[0]) if self.rank else np.empty((self._baseline.economy.n, 0))

    @cached_property
    def _G(self) -> Array:
        return np.ascontiguousarray(self._parts[1].T @ self._LU)

    @cached_property
    def _SLU(self) -> Array:
        return np.ascontiguousarray((self._baseline.S @ self._LU).T)

    @cached_property
    def _L_dy(self) -> Array:
        """Images of each slider's change of final demand (n × k)."""
        zero = np.zeros(self._baseline.economy.n)
        dy = np.stack([zero if d.delta_y is None else d.delta_y for d in self._directions], axis=1)
        return self._baseline.solver.solve(dy) if dy.any() else dy

    @cached_property
    def _moves_y(self) -> bool:
        return bool(self._L_dy.any())

    @cached_property
    def _x_J(self) -> Array:
        return self._parts[1].T @ self._baseline.x

    @cached_property
    def _x_J_moved(self) -> Array:
        return np.ascontiguousarray((self._parts[1].T @ self._L_dy).T)

    @cached_property
    def _t(self) -> Array:
        return self._baseline.S @ self._baseline.x

    @cached_property
    def _t_moved(self) -> Array:
        """What a unit of each slider adds to totals with the old A (k × extensions): through y, and through S."""
        moved = (self._baseline.S @ self._L_dy).T
        for number, direction in self._with_S:
            moved[number] += direction @ self._baseline.x
        return np.ascontiguousarray(moved)

    @cached_property
    def _with_S(self) -> list[tuple[int, Array]]:
        return [(i, d.delta_S) for i, d in enumerate(self._directions) if d.delta_S is not None]

    @cached_property
    def _SLU_moved(self) -> list[tuple[int, Array]]:
        return [(number, np.ascontiguousarray((direction @ self._LU).T)) for number, direction in self._with_S]

    @cached_property
    def _t_twice(self) -> Array | None:
        """Changed intensities on changed demand: k × k × extensions, or None where there is no such pair."""
        if not self._with_S or not self._moves_y:
            return None
        twice = np.zeros((self.k, self.k, self.extensions))
        for number, direction in self._with_S:
            twice[number] = (direction @ self._L_dy).T
        return twice


def _units(n: int, positions: Positions) -> Array:
    units = np.zeros((n, len(positions)))
    units[positions, np.arange(len(positions))] = 1
    return units


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})  # type: ignore[untyped-decorator]
def _solve_lanes(  # noqa: PLR0912  (one pass over what stays in cache)
    G: Array, owner: NDArray[np.intp], strengths: Array, right: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """σ ⊙ (1 − G σ)⁻¹ right for every future (B × r), and whether its elimination met only sound pivots (B).

    Gaussian elimination without row exchanges, `_LANES` futures side by side in the innermost loop.
    """
    count, r = right.shape
    result = np.empty((count, r))
    regular = np.ones(count, dtype=np.bool_)
    K = np.empty((r, r, _LANES))
    w = np.empty((r, _LANES))
    sigma = np.empty((r, _LANES))
    inverse = np.empty((r, _LANES))
    least = np.empty(_LANES)
    for start in range(0, count, _LANES):
        lanes = min(_LANES, count - start)
        for lane in range(_LANES):
            future = start + min(lane, lanes - 1)  # idle lanes repeat the last future
            for i in range(r):
                sigma[i, lane] = strengths[future, owner[i]]
                w[i, lane] = right[future, i]
        for i in range(r):
            for j in range(r):
                one, g = (1.0 if i == j else 0.0), G[i, j]
                for lane in range(_LANES):
                    K[i, j, lane] = one - g * sigma[j, lane]
        least[:] = np.inf
        for p in range(r):
            for lane in range(_LANES):
                pivot = K[p, p, lane]
                least[lane] = min(least[lane], pivot) if np.isfinite(pivot) else -np.inf
                inverse[p, lane] = 1.0 / pivot
            for i in range(p + 1, r):
                below = K[i, p]
                for lane in range(_LANES):
                    below[lane] *= inverse[p, lane]
                for j in range(p + 1, r):
                    for lane in range(_LANES):
                        K[i, j, lane] -= below[lane] * K[p, j, lane]
                for lane in range(_LANES):
                    w[i, lane] -= below[lane] * w[p, lane]
        for p in range(r - 1, -1, -1):
            for j in range(p + 1, r):
                for lane in range(_LANES):
                    w[p, lane] -= K[p, j, lane] * w[j, lane]
            for lane in range(_LANES):
                w[p, lane] *= inverse[p, lane]
        for lane in range(lanes):
            regular[start + lane] = least[lane] > _LEAST_PIVOT
            for i in range(r):
                result[start + lane, i] = w[i, lane] * sigma[i, lane]
    return result, regular
