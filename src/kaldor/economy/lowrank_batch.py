"""Many changes of one economy answered together: what is shared by all is computed once, the rest runs as one product.

Two kinds of ensembles, both exact:

- `BatchedBaseline`: any change Δ_b of the same cells of A, rows I by columns J, and any change of final demand and of
  intensities, a different one in every future. With

      T_b = Δ_b (1 − L_JI Δ_b)⁻¹ = (1 − Δ_b L_JI)⁻¹ Δ_b,

  whichever system is smaller, the inverse of every future is L + L_·I T_b L_J· (Woodbury 1950), so that

      x_b = L (y_b + E_I T_b (L y_b)_J),   M_b = S_b L + (S_b L)_I T_b L_J·.

  The rows L_J· serve every future, and what remains is one solve for all right-hand sides of a batch.

- `Sliders`: A, y and S move along fixed directions, only the strengths differ. Then totals of extensions touch nothing
  larger than r × r, r being the rank of all directions together: with A(s) = A + Σ s_l U_l V_lᵀ and σ the strength of
  each column of U,

      t(s) = S(s) L y(s) + S(s) L U σ K⁻¹ Vᵀ L y(s),   K = 1 − (Vᵀ L U) σ.

Neither forms the inverse: both solve with the factor of the baseline. A single what-if is for `kaldor.economy.lowrank`.

Checked to 1e-10 against one-by-one answers in `tests/economy/test_lowrank_batch.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from kaldor.economy.economy import Array, Economy
from kaldor.economy.lowrank import Baseline, _factors, stays_productive
from kaldor.economy.solve import Method, solver_of

Positions = NDArray[np.intp]

_DOUBLE_MOST = 6_000
"""Rows of a table up to which a double-precision factor (288 MB there) is worth its memory for so many solves."""

_ROWS_BYTES = 64e6
"""Rows of the inverse that a baseline keeps at most."""

_LEAST_MULTIPLIER = (
    0.9  # column sums of a productive economy's inverse are at least 1; less is a sign of another branch
)
_KEPT_SETS = 8
_LEAST_PIVOT = 1e-6  # below it the unpivoted elimination of `_solve_lanes` is not trusted
_LANES = 64  # futures solved side by side in one pass of the elimination: long enough loops, still in cache
_BLOCK = 8_192  # futures whose intermediate rows stay in cache


def prepare(economy: Economy) -> Method:
    """Make the factor by which many futures of an economy are solved, and say which.

    What is solved for the same economy afterwards is solved with it, to the same digits wherever the factor is sent.
    """
    solver = solver_of(economy)
    if economy.n <= _DOUBLE_MOST:
        solver.keep_double_factor()
        return "lu64"
    solver.keep_factor()
    return "lu32" if solver.factors else "krylov"


class BatchedBaseline:
    """One economy, prepared for many futures at once. `runs` is how many will be asked for: what is worth keeping.

    Several threads may ask at once. What a batch is told does not depend on what was asked before.
    """

    def __init__(self, baseline: Baseline, *, runs: int = 1_000) -> None:
        self.n = baseline.economy.n
        self.S, self.M, self.gross = baseline.S, baseline.M, baseline.gross
        self._solver = baseline.solver
        self._method = prepare(baseline.economy)
        self._worth_keeping = min(runs, int(_ROWS_BYTES / (8 * self.n)))
        self._kept: dict[bytes, Array] = {}
        self._keeping = Lock()

    def right(self, vectors: Array) -> Array:
        """L v for every row v of `vectors` (r × n)."""
        return np.ascontiguousarray(self._solver.solve(vectors.T, method=self._method).T)

    def left(self, vectors: Array) -> Array:
        """v L for every row v of `vectors` (r × n)."""
        support = np.flatnonzero(vectors.any(axis=0))
        if len(support) <= self._worth_keeping:
            return vectors[:, support] @ self.rows(support)
        return self.left_anew(vectors)

    def rows(self, positions: Positions) -> Array:
        """Rows of L (len(positions) × n)."""
        return self._units(b"rows", positions, self.left_anew)

    def columns(self, positions: Positions) -> Array:
        """Columns of L, one a row (len(positions) × n)."""
        return self._units(b"columns", positions, self.right)

    def respond(self, rows: Positions, columns: Positions, delta: Array) -> BatchResponse:
        """The economies of B futures whose A changes by `delta` (B × rows × columns), zero elsewhere.

        A future that cannot reproduce itself is marked, not refused: the others still have their answer, and its own
        is the baseline's.
        """
        L_J = self.rows(columns)
        G = L_J[:, rows]
        inner, regular = _inner(delta, G)
        above = (self.gross[rows] @ inner) @ L_J
        u = self.gross + above
        productive = regular & np.isfinite(u).all(axis=1) & (u.min(axis=1) >= _LEAST_MULTIPLIER)
        inner[~productive] = 0.0
        return BatchResponse(rows, columns, inner, productive, self)

    def left_anew(self, vectors: Array) -> Array:
        """As `left`, without rows of L that are kept."""
        return np.ascontiguousarray(self._solver.solve(vectors.T, transposed=True, method=self._method).T)

    def _units(self, kind: bytes, positions: Positions, image: Callable[[Array], Array]) -> Array:
        """Images of unit vectors. A set is made together and kept: as a part of another, a last digit would differ."""
        key = kind + positions.tobytes()
        with self._keeping:
            if key not in self._kept:
                if len(self._kept) >= _KEPT_SETS:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = image(_units(self.n, positions).T) if len(positions) else np.empty((0, self.n))
            return self._kept[key]


@dataclass(frozen=True, eq=False)
class BatchResponse:
    """The inverses of B futures, L + L_·I T_b L_J·; `inner` (B × rows × columns) are the T_b.

    `productive` (B) says which futures can reproduce themselves; the others have the baseline's inverse.
    """

    rows: Positions
    columns: Positions
    inner: Array = field(repr=False)
    productive: NDArray[np.bool_]
    of: BatchedBaseline = field(repr=False)

    @property
    def rank(self) -> int:
        """Of the change of A: the size of the system that a future costs."""
        return min(len(self.rows), len(self.columns))

    def output(self, x: Array, more: Array | None = None) -> Array:
        """Output (B × n) where `x` (n, or B × n) is what the old A gives, and final demand is `more` (B × n) higher."""
        asked = np.zeros((len(self.inner), self.of.n)) if more is None else np.array(more)
        x_J = x[..., self.columns]
        if more is not None:
            x_J = x_J + more @ self.of.rows(self.columns).T
        asked[:, self.rows] += (self.inner @ np.broadcast_to(x_J, (len(asked), len(self.columns)))[..., None])[..., 0]
        return x + self.of.right(asked) if asked.any() else np.array(np.broadcast_to(x, asked.shape))

    def multipliers(self, M: Array) -> Array:
        """Multipliers (B × n) where `M` (n, or B × n) are those of the same intensities with the old A."""
        if not len(self.columns):
            return np.array(np.broadcast_to(M, (len(self.inner), self.of.n)))
        moved = (M[..., None, self.rows] @ self.inner)[..., 0, :]
        return np.asarray(M + moved @ self.of.rows(self.columns))

    def behind_block(self, block: Positions, x: Array) -> Array:
        """L'_·B L'_BB⁻¹ x'_B of every future (B × n): all output that stands behind a block's own output.

        `x` (B × n) are the futures' outputs; the rows in the block are those again.
        """
        through, demand = np.zeros((len(self.inner), self.of.n)), np.zeros((len(self.inner), self.of.n))
        L_B = self.of.columns(block)
        weights = self.inner @ L_B[:, self.columns].T
        inverse = L_B[:, block].T + self.of.rows(block)[:, self.rows] @ weights
        wanted = np.linalg.solve(inverse, np.broadcast_to(x, through.shape)[:, block, None])
        demand = wanted[..., 0] @ L_B
        if not len(self.rows):
            return demand
        through[:, self.rows] = (weights @ wanted)[..., 0]
        return demand + self.of.right(through)


def _inner(delta: Array, G: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Δ (1 − G Δ)⁻¹ of every future (B × rows × columns), and where the system has a determinant above 0 (B).

    It starts at 1 and passes 0 where the economy stops being productive.
    """
    rows, columns = delta.shape[1:]
    K = np.eye(columns) - G @ delta if columns <= rows else np.eye(rows) - delta @ G
    regular: NDArray[np.bool_] = np.linalg.det(K) > 0
    K[~regular] = np.eye(K.shape[-1])
    if columns <= rows:
        inner = np.linalg.solve(K.transpose(0, 2, 1), delta.transpose(0, 2, 1)).transpose(0, 2, 1)
    else:
        inner = np.linalg.solve(K, delta)
    return np.asarray(inner, dtype=float), regular


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

        NaN where a future's economy could not reproduce itself. Where a lever takes from A what another adds, only a
        future whose elimination meets a pivot near 0 or below is looked at.
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
            if stays_productive(K):
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
