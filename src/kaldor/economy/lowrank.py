"""What changes when a few rows and columns of A change: the answer at the speed of a slider.

A lever rewrites some columns J of A (how industries produce) and some rows I (from whom everyone buys). With D the
change of the columns J, R the change of the rows I outside those columns, and E the unit vectors,

    A' = A + D E_Jᵀ + E_I Rᵀ = A + U Vᵀ,    U = [D, E_I],  V = [E_J, R],

where the block I × J is in D alone, so that it is counted once. The inverse of the new economy is the old one and a
correction of rank k = |J| + |I| (Woodbury 1950):

    L' = L + (L U) K⁻¹ (Vᵀ L),    K = 1 − Vᵀ L U   (k × k).

Output x' = L' y', multipliers and prices S' L' then cost one k × k solve and one pass over k vectors, once the images
L U and Vᵀ L are known. A slider only scales a direction that was seen before, and then its image is scaled too; a new
direction costs one solve with the baseline's factor. The choice of J and I is the smallest that covers all changed
cells (König 1931).

Checked to 1e-10 against a full recompute in `tests/economy/test_lowrank.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from kaldor.economy.economy import Array, Economy
from kaldor.economy.solve import LeontiefSolver, solver_of

Positions = NDArray[np.intp]

_MOST_OF_N = 0.25  # a correction of more than a quarter of n costs more than a new factor
_UNITS = 64  # up to so many entries a changed intensity is added up from unit images


@dataclass(frozen=True, eq=False)
class Response:
    """The economy after a change: output (n), multipliers S' L' (extensions × n), and how it was found."""

    x: Array
    multipliers: Array
    method: Literal["low rank", "full solve"]
    rank: int


class Baseline:
    """One economy, prepared for many small changes of A, intensities and final demand.

    `intensities` (extensions × n) are the rows whose multipliers are asked for; value added among them gives prices.
    Several threads may ask it at once: what it remembers is looked up, solved for and kept by one of them at a time.
    """

    def __init__(self, economy: Economy, intensities: Array) -> None:
        self.economy = economy
        self.S = intensities
        self.solver: LeontiefSolver = solver_of(economy)
        self.solver.keep_factor()  # every new direction is a solve
        self.y = economy.Y.sum(axis=1) + economy.unexplained
        self.x = economy.x
        solved = self.solver.solve(np.column_stack([intensities.T, np.ones(economy.n)]), transposed=True)
        self.M = np.ascontiguousarray(solved[:, :-1].T)
        self.gross: Array = solved[:, -1]  # column sums of L; positive as long as the economy is productive
        self._right = _Images(self.solver, transposed=False)
        self._left = _Images(self.solver, transposed=True)

    def respond(
        self,
        delta_A: coo_array | csr_array | None = None,
        *,
        delta_y: Array | None = None,
        delta_S: Array | None = None,
    ) -> Response:
        """Output and multipliers after A + delta_A (sparse n×n), y + delta_y (n) and S + delta_S (extensions × n).

        Raises UnproductiveEconomyError if the changed economy cannot reproduce itself.
        """
        factors = _factors(delta_A, self.economy.n)
        S = self.S if delta_S is None else self.S + delta_S
        y = self.y if delta_y is None else self.y + delta_y
        if factors.rank > _MOST_OF_N * self.economy.n and delta_A is not None:
            return self._full_solve(delta_A, S, y, factors.rank)
        x, M = self._before_A(delta_y, delta_S)
        if factors.rank:
            x, M = self._corrected(factors, x, M, S)
        return Response(x, M, "low rank", factors.rank)

    def totals(
        self,
        delta_A: coo_array | csr_array | None = None,
        *,
        delta_y: Array | None = None,
        delta_S: Array | None = None,
    ) -> Array:
        """Totals of every extension (extensions) after the change, S' x', without forming the new x or multipliers.

        Raises UnproductiveEconomyError as `respond`.
        """
        factors = _factors(delta_A, self.economy.n)
        if factors.rank > _MOST_OF_N * self.economy.n:
            answer = self.respond(delta_A, delta_y=delta_y, delta_S=delta_S)
            return (self.S if delta_S is None else self.S + delta_S) @ answer.x
        S_L_y = self.M @ self.y if delta_y is None else self.M @ (self.y + delta_y)
        x = self.x if delta_y is None else self.x + self._right.of("y", 0, delta_y)
        if delta_S is not None:
            S_L_y = S_L_y + delta_S @ x
        if not factors.rank:
            return S_L_y
        LU = self._images_of_U(factors)
        K = factors.capacitance(LU)
        if not stays_productive(K):
            self._require_productive(factors, K, LU, self._images_of_V(factors))
        weights = np.linalg.solve(K, factors.Vt(x))
        S_L_U = factors.times_U(self.M)
        if delta_S is not None:
            S_L_U = S_L_U + delta_S @ LU
        return S_L_y + S_L_U @ weights

    def columns(self, delta_A: coo_array | csr_array | None, positions: Positions) -> Array:
        """Columns of the changed inverse, L'[:, positions] (n × len(positions)): what stands behind one unit of each.

        Raises UnproductiveEconomyError if the changed economy cannot reproduce itself.
        """
        factors = _factors(delta_A, self.economy.n)
        if factors.rank > _MOST_OF_N * self.economy.n and delta_A is not None:
            units = np.zeros((self.economy.n, len(positions)))
            units[positions, np.arange(len(positions))] = 1
            return self.solver.with_change(delta_A).solve(units)
        L_columns = self._right.units(positions)
        if not factors.rank:
            return L_columns
        LU, VtL = self._images_of_U(factors), self._images_of_V(factors)
        K = factors.capacitance(LU)
        self._require_productive(factors, K, LU, VtL)
        return L_columns + LU @ np.linalg.solve(K, VtL[:, positions])

    # -- the parts ---------------------------------------------------------------------------------------------------

    def _before_A(self, delta_y: Array | None, delta_S: Array | None) -> tuple[Array, Array]:
        """Output and multipliers of the new y and S with the old A."""
        x = self.x if delta_y is None else self.x + self._right.of("y", 0, delta_y)
        if delta_S is None:
            return x, self.M
        return x, self.M + np.stack([self._left_sum(row, number) for number, row in enumerate(delta_S)])

    def _left_sum(self, row: Array, number: int) -> Array:
        support = np.flatnonzero(row)
        if len(support) > _UNITS:
            return self._left.of("S", number, row)
        if not len(support):
            return np.zeros_like(row)
        return row[support] @ self._left.units(support).T

    def _corrected(self, factors: _Factors, x: Array, M: Array, S: Array) -> tuple[Array, Array]:
        LU, VtL = self._images_of_U(factors), self._images_of_V(factors)
        K = factors.capacitance(LU)
        self._require_productive(factors, K, LU, VtL)
        new_x = x + LU @ np.linalg.solve(K, factors.Vt(x))
        new_M = M + np.linalg.solve(K.T, (S @ LU).T).T @ VtL
        return new_x, new_M

    def _require_productive(self, factors: _Factors, K: Array, LU: Array, VtL: Array) -> None:
        """(I − A'ᵀ) u = 1 with u > 0 proves a nonnegative A' productive, as in `solve`."""
        try:
            u = self.gross + np.linalg.solve(K.T, LU.sum(axis=0)) @ VtL
        except np.linalg.LinAlgError:  # the spectral radius is 1 exactly
            raise self.solver.unproductive(" after the change", factors.column_sums()) from None
        if not np.isfinite(u).all() or u.min() < 0.9:
            raise self.solver.unproductive(" after the change", factors.column_sums())

    def _images_of_U(self, factors: _Factors) -> Array:
        """L U: the columns of D along their directions, and the unit columns of I (n × k)."""
        return np.column_stack([self._right.directions(factors.columns, factors.D), self._right.units(factors.rows)])

    def _images_of_V(self, factors: _Factors) -> Array:
        """Vᵀ L: the unit rows of J, and the rows of R along their directions (k × n)."""
        return np.vstack([self._left.units(factors.columns).T, self._left.directions(factors.rows, factors.R).T])

    def _full_solve(self, delta_A: coo_array | csr_array, S: Array, y: Array, rank: int) -> Response:
        changed = self.solver.with_change(delta_A)
        x = changed.solve(y)
        return Response(x, changed.solve(np.ascontiguousarray(S.T), transposed=True).T, "full solve", rank)


def stays_productive(K: Array) -> bool:
    """Whether a nonnegative A' = A + U Vᵀ is known to be productive from K = 1 − Vᵀ L U alone; False says nothing.

    On the way from A to A' the spectral radius passes 1 where 1 is an eigenvalue of A + t U Vᵀ for some t ≤ 1, so where
    Vᵀ L U has a real eigenvalue 1/t ≥ 1. The sign of the determinant does not show it: two changes may each turn it.
    """
    eigenvalues = np.linalg.eigvals(np.eye(len(K)) - K)
    real = eigenvalues.real[np.abs(eigenvalues.imag) <= 1e-9 * np.abs(eigenvalues)]
    return bool(np.isfinite(eigenvalues).all() and (real < 1).all())


@dataclass(frozen=True, eq=False)
class _Factors:
    """U and V of one change: columns J with D (n × |J|), rows I with R (n × |I|, zero in the columns J)."""

    columns: Positions
    D: Array
    rows: Positions
    R: Array

    @property
    def rank(self) -> int:
        return len(self.columns) + len(self.rows)

    def column_sums(self) -> Array:
        """Column sums of the change (n)."""
        sums: Array = self.R.sum(axis=1)
        sums[self.columns] += self.D.sum(axis=0)
        return sums

    def Vt(self, X: Array) -> Array:
        """Vᵀ X."""
        return np.concatenate([X[self.columns], self.R.T @ X])

    def times_U(self, rows: Array) -> Array:
        """rows · U."""
        return np.concatenate([rows @ self.D, rows[:, self.rows]], axis=1)

    def capacitance(self, LU: Array) -> Array:
        """K = 1 − Vᵀ L U (k × k)."""
        return np.eye(self.rank) - self.Vt(LU)


class _Images:
    """L times vectors (or their transposes times L), remembered by direction.

    Every vector has a place of its own (a kind and a position). A vector that is a multiple of the one last seen at its
    place has the same multiple of its image; others are solved for together. Another thread may ask for a vector at the
    same place, so that the look-up, the solve and what is made of the image are one step.
    """

    def __init__(self, solver: LeontiefSolver, *, transposed: bool) -> None:
        self._solver = solver
        self._transposed = transposed
        self._lock = Lock()
        self._known: dict[tuple[str, int], tuple[Array, Array]] = {}
        self._unit_columns: dict[int, Array] = {}

    def units(self, positions: Positions) -> Array:
        """Images of unit vectors, one a column (n × len(positions))."""
        with self._lock:
            missing = [int(p) for p in positions if int(p) not in self._unit_columns]
            if missing:
                vectors = np.zeros((self._solver.n, len(missing)))
                vectors[missing, np.arange(len(missing))] = 1
                solved = self._solver.solve(vectors, transposed=self._transposed)
                self._unit_columns.update(zip(missing, np.ascontiguousarray(solved.T), strict=True))
            if not len(positions):
                return np.empty((self._solver.n, 0))
            return np.column_stack([self._unit_columns[int(p)] for p in positions])

    def directions(self, positions: Positions, vectors: Array) -> Array:
        """Images of the columns of `vectors`, the one at each position scaled where its direction is known."""
        with self._lock:
            scales = [self._scale(("D", int(p)), vectors[:, i]) for i, p in enumerate(positions)]
            missing = [i for i, scale in enumerate(scales) if scale is None]
            if missing:
                solved = self._solver.solve(np.ascontiguousarray(vectors[:, missing]), transposed=self._transposed)
                for column, i in enumerate(missing):
                    self._known["D", int(positions[i])] = (vectors[:, i].copy(), solved[:, column].copy())
            images = np.empty((self._solver.n, len(positions)))
            for i, (p, scale) in enumerate(zip(positions, scales, strict=True)):
                np.multiply(self._known["D", int(p)][1], 1.0 if scale is None else scale, out=images[:, i])
            return images

    def of(self, kind: str, number: int, vector: Array) -> Array:
        """Image of one vector."""
        with self._lock:
            key = (kind, number)
            scale = self._scale(key, vector)
            if scale is None:
                self._known[key] = (vector.copy(), self._solver.solve(vector, transposed=self._transposed))
                scale = 1.0
            return self._known[key][1] * scale

    def _scale(self, key: tuple[str, int], vector: Array) -> float | None:
        """c with vector = c × the direction last seen there, or None."""
        if key not in self._known:
            return None
        direction = self._known[key][0]
        largest = int(np.argmax(np.abs(direction)))
        if direction[largest] == 0:
            return None
        scale = float(vector[largest] / direction[largest])
        difference = np.abs(vector - scale * direction).max()
        return scale if difference <= 1e-15 * abs(vector[largest]) else None


def _factors(delta_A: coo_array | csr_array | None, n: int) -> _Factors:
    """The smallest sets of columns J and rows I that cover all changed cells, and what stands in them."""
    if delta_A is None or delta_A.nnz == 0:
        none = np.empty(0, dtype=np.intp)
        return _Factors(none, np.empty((n, 0)), none, np.empty((n, 0)))
    cells = csr_array(delta_A)
    cells.eliminate_zeros()
    rows, columns = _smallest_cover(cells)
    D = cells[:, columns].toarray() if len(columns) else np.empty((n, 0))
    R = cells[rows, :].toarray().T if len(rows) else np.empty((n, 0))
    R[columns] = 0
    return _Factors(columns, D, rows, R)


def _smallest_cover(cells: csr_array) -> tuple[Positions, Positions]:
    """Fewest rows and columns that touch every stored cell (König's theorem on the bipartite graph of the cells)."""
    partner_of_column = maximum_bipartite_matching(cells, perm_type="row")  # row matched to each column, or −1
    row_is_matched = np.zeros(cells.shape[0], dtype=bool)
    row_is_matched[partner_of_column[partner_of_column >= 0]] = True
    touched = np.flatnonzero(np.diff(cells.indptr))
    # Walk alternating paths from the unmatched rows: rows reached stay out of the cover, columns reached enter it.
    reached_row = np.zeros(cells.shape[0], dtype=bool)
    reached_column = np.zeros(cells.shape[1], dtype=bool)
    front = touched[~row_is_matched[touched]]
    reached_row[front] = True
    while len(front):
        seen = np.unique(cells[front, :].indices)
        new_columns = seen[~reached_column[seen]]
        reached_column[new_columns] = True
        partners = partner_of_column[new_columns]
        front = np.unique(partners[(partners >= 0)])
        front = front[~reached_row[front]]
        reached_row[front] = True
    rows = touched[~reached_row[touched]]
    return rows.astype(np.intp), np.flatnonzero(reached_column).astype(np.intp)
