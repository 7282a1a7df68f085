"""Solve with (I − A) and its transpose, without ever forming the inverse.

Three ways, chosen by size and by how many right-hand sides are asked for (`choose_method`):

- ``krylov``: no factor; ten products or some more with A in single precision, the regions' own blocks solved in front
  of them (`krylov`), and the residual in double precision, which gives back full accuracy. For few right-hand sides
  beside n.
- ``lu64``: one double-precision LU factor; for small tables, where it takes a second at most.
- ``lu32``: a single-precision factor (half the memory, twice the speed) and the same refinement in double precision
  (Higham 2002, ch. 12).

Every one multiplies by A as Z (x̂⁻¹ ·), so that A is never stored beside Z in double precision.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgWarning, lu_factor
from scipy.sparse import coo_array, csr_array

from kaldor import threads
from kaldor.atlas.memory import free_bytes
from kaldor.economy.divided import Floats, divided
from kaldor.economy.economy import Array, Economy
from kaldor.economy.krylov import OwnBlocks, Single, least_residual, times_rows
from kaldor.errors import NotConvergedError, UnproductiveEconomyError

Method = Literal["lu64", "lu32", "krylov"]
Factors = Mapping[str, tuple[Array, NDArray[np.int32]]]
_FACTORS = ("_factor32", "_factor64")

_TINY = 600  # rows up to which a factor costs less than the bookkeeping of an iteration
_SMALL = 2_000  # below, a double-precision factor costs less than half a second on one core
_ROWS_A_SIDE = 40  # rows of the table for each right-hand side from which a factor costs more than products with A
_COPIED = 8_000  # rows up to which Z is kept in single precision too
_COPY_AFTER = 24  # products in single precision by which such a copy has paid for its memory
_AT_ONCE = 192  # rows of Z brought to single precision at a time: they stay in the processor's cache
_REFINEMENTS = 10
_PRODUCTS = 30  # of one pass in single precision; nearly singular economies take more, and a factor is cheaper then
_MOST_SINGLE = 1e30  # 1/x beyond, or flows below its inverse, are near the end of what single precision can say
_PASS = 1e-6  # what one pass in single precision can leave of a right-hand side


def solver_of(economy: Economy) -> LeontiefSolver:
    """The solver of an economy, with its factor, made once; economies with the same flows have the same."""
    return economy.once(LeontiefSolver, of_flows=True)


def domestic_solver(economy: Economy, region: str) -> LeontiefSolver:
    """The solver of one region's own block of A, as of an economy of that region alone; made once."""
    return economy.once(_domestic_solvers, of_flows=True)[economy.regions[economy.region_position(region)]]


def _domestic_solvers(economy: Economy) -> Mapping[str, LeontiefSolver]:
    return {region: _domestic_solver(economy, region) for region in economy.regions}


def _domestic_solver(economy: Economy, region: str) -> LeontiefSolver:
    rows = economy.rows_of(region)
    own = np.ascontiguousarray(economy.Z[rows, rows])
    return LeontiefSolver(
        replace(economy, regions=(region,), Z=own, x=economy.x[rows], Y=economy.Y[rows], extensions={})
    )


def solved_within(A: Array, B: Array, where: str) -> Array:
    """X with (1 − A) X = B for a few industries of a table, whose A (k × k) has its certificate here.

    Raises UnproductiveEconomyError if the spectral radius of A is 1 or more.
    """
    if len(A) and not float(np.abs(np.linalg.eigvals(A)).max()) < 1:
        raise UnproductiveEconomyError(
            f"{where}: these industries need more of each other's output than they make. Check their flows and output."
        )
    return np.asarray(np.linalg.solve(np.eye(len(A)) - A, B), dtype=np.float64)


def share_solver(economy: Economy, other: Economy) -> None:
    """Let an economy whose A is the same, but not its flows, solve with another's solver, and so with its factor."""
    other.keep(LeontiefSolver, solver_of(economy), of_flows=True)


def choose_method(n: int, right_hand_sides: int) -> Method:
    """Which way of solving costs least for a table of n rows and this many right-hand sides in all."""
    if n > _TINY and (_ROWS_A_SIDE * right_hand_sides <= n or not _factor_fits(n)):
        return "krylov"
    return "lu64" if n <= _SMALL else "lu32"


def _factor_fits(n: int) -> bool:
    """Whether a factor of n rows would leave half of the free memory."""
    free = free_bytes()
    return n <= _SMALL or free is None or 2 * 4 * n**2 <= free


_CHANGED = " after the change"


class LeontiefSolver:
    """Answers (I − A) X = B and (I − A)ᵀ X = B for one economy; factors are made once, when first needed.

    `tolerance` bounds the largest residual of each column relative to the largest entry of its right-hand side.
    """

    def __init__(self, economy: Economy, *, tolerance: float = 1e-12) -> None:
        self._Z = economy.Z
        self._per_output = economy.per_output[:, None]
        self._place = f"{economy.source.id} {economy.year}"
        self._index = economy.index
        self._regions = len(economy.regions)
        self._asked = 0  # right-hand sides solved without a factor so far
        self._multiplied = 0  # products in single precision so far
        self.n = economy.n
        self.tolerance = tolerance

    def solve(self, B: Array, *, transposed: bool = False, method: Method | None = None) -> Array:
        """X with (I − A) X = B, or (I − A)ᵀ X = B when `transposed`; B is (n,) or (n, r), X has its shape.

        Raises UnproductiveEconomyError if the spectral radius of A is 1 or more, NotConvergedError if the
        tolerance is out of reach.
        """
        rows = B.reshape(len(B), -1).T
        chosen = self._cheapest(len(rows)) if method is None else self._held(method)
        try:
            self._require_productive(chosen)
            solution = self._solved(rows, transposed, chosen)
        except _TooSlowError:
            self._require_productive(self._factor_kind)
            solution = self._solved(rows, transposed, self._factor_kind)
        if chosen == "krylov":
            self._asked += len(rows)
        return np.ascontiguousarray(solution.T).reshape(B.shape)

    def require_productive(self) -> None:
        """Raise UnproductiveEconomyError unless the spectral radius of A is below 1: for who does not solve with it."""
        method = self._cheapest(1)
        try:
            self._require_productive(method)
        except _TooSlowError:
            self._require_productive(self._factor_kind)

    def keep_factor(self) -> None:
        """Make a factor now, where there is room for one: for many solves to come, a few right-hand sides each.

        Raises UnproductiveEconomyError.
        """
        if _factor_fits(self.n):
            self._factor_of(self._factor_kind)
            self._require_productive(self._factor_kind)

    def keep_double_factor(self) -> None:
        """Make a factor in double precision now and keep no other: for thousands of solves, at a third of the time.

        It takes as much memory as Z. Raises UnproductiveEconomyError.
        """
        vars(self).pop("_factor32", None)
        self._require_productive("lu64")
        self._factor64  # noqa: B018  (made, if A was known to be productive before)

    @property
    def factors(self) -> Factors:
        """The factors made so far, for another process that is to give the same digits (`adopt`)."""
        return {name: vars(self)[name] for name in _FACTORS if name in vars(self)}

    def adopt(self, factors: Factors) -> None:
        """Solve with factors that another process made of the same economy."""
        vars(self).update(factors)

    def with_change(self, delta_A: coo_array | csr_array) -> LeontiefSolver:
        """The solver of A + delta_A (sparse, n×n), with no factor yet.

        Coefficients of an industry without output cannot be changed: it would have no flows to change.
        """
        changed = copy(self)
        for name in (*_FACTORS, "_productive", "_copy", "_own_blocks"):
            vars(changed).pop(name, None)
        cells = delta_A.tocoo()
        changed._Z = self._Z * self._per_output.T
        np.add.at(changed._Z, (cells.row, cells.col), cells.data)
        changed._per_output = np.ones_like(self._per_output)
        changed._place = f"{self._place}{_CHANGED}"
        changed._asked = changed._multiplied = 0
        return changed

    @property
    def _factor_kind(self) -> Method:
        return self._held("lu64" if self.n <= _SMALL else "lu32")

    def _held(self, method: Method) -> Method:
        """A way of solving, or that in double precision where single precision cannot hold 1/x of some industry."""
        return method if float(self._per_output.max()) < _MOST_SINGLE else "lu64"

    def _factor_of(self, kind: Method) -> tuple[Array, NDArray[np.int32]]:
        return self._factor64 if kind == "lu64" else self._factor32

    def _cheapest(self, right_hand_sides: int) -> Method:
        """As `choose_method` for all right-hand sides so far, except that a factor that is there is always used."""
        if "_factor64" in vars(self):
            return "lu64"
        if "_factor32" in vars(self):
            return "lu32"
        return self._held(choose_method(self.n, self._asked + right_hand_sides))

    # Right-hand sides and solutions are rows (k × n) from here on: a row is one of them, and lies in one piece, as BLAS
    # and LAPACK read them without a copy.

    def _solved(self, rows: Array, transposed: bool, method: Method) -> Array:
        if method == "lu64":
            return self._by_factor(rows, transposed, "lu64").astype(np.float64, copy=False)
        if method == "krylov":
            return self._refined(rows, transposed, self._by_products)
        return self._refined(rows, transposed, lambda residual, transposed, _: self._by_factor(residual, transposed))

    # -- products with A -------------------------------------------------------------------------------------------

    def _times_A(self, rows: Array, transposed: bool) -> Array:
        """(A v)ᵀ for every row vᵀ, or (Aᵀ v)ᵀ; made anew."""
        per_output = self._per_output[:, 0]
        if not transposed:
            return times_rows(rows * per_output, self._Z.T)
        found = times_rows(rows, self._Z)
        found *= per_output
        return found

    # -- factors of (I − A)ᵀ: the transpose of a row-major matrix is what LAPACK reads without a copy -----------------

    @cached_property
    def _factor64(self) -> tuple[Array, NDArray[np.int32]]:
        return self._factor(np.float64)

    @cached_property
    def _factor32(self) -> tuple[Array, NDArray[np.int32]]:
        return self._factor(np.float32)

    def _factor(self, precision: type[np.floating]) -> tuple[Array, NDArray[np.int32]]:
        matrix = self._Z.astype(precision)  # first the one, then the other: quicker than both in one pass
        matrix *= -self._per_output.T.astype(precision)
        matrix[np.diag_indices_from(matrix)] += 1
        with threads.for_factor(len(matrix)), warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)  # of a singular matrix: `_is_productive` says it in words
            return lu_factor(matrix.T, overwrite_a=True, check_finite=False)

    # -- whether A is productive -----------------------------------------------------------------------------------

    def _require_productive(self, method: Method) -> None:
        """Raise UnproductiveEconomyError unless A is productive; found out once."""
        if "_productive" not in vars(self):
            self._productive = self._is_productive(method)
        if not self._productive:
            raise self.unproductive()

    def _is_productive(self, method: Method) -> bool:
        """Whether the spectral radius of A is below 1.

        Where A ≥ 0, it is if every industry's inputs are less than its output, or else if (I − Aᵀ) u = 1 with u > 0. A
        few official tables have negative flows (scrap, by-products); there the radius itself is found.
        """
        if self._Z.min() < 0:
            return self._spectral_radius() < 1
        if self._input_shares().max() < 1 - 1e-9:
            return True
        ones = np.ones((1, self.n))
        # (I − Aᵀ) u = 1 and A ≥ 0 give u ≥ 1; four digits of it are enough to tell.
        u = self._by_products(ones, True) if method == "krylov" else self._by_factor(ones, True, method)
        return bool(np.isfinite(u).all() and u.min() >= 0.9)

    def _input_shares(self) -> Array:
        """Inputs of each industry as a share of its output (n): the column sums of A."""
        shares: Array = self._Z.sum(axis=0) * self._per_output[:, 0]
        return shares

    def _spectral_radius(self) -> float:
        from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigs

        n = self.n
        if n < 20:
            return float(np.max(np.abs(np.linalg.eigvals(self._Z * self._per_output.T))))
        product = LinearOperator((n, n), matvec=lambda v: self._times_A(v.reshape(1, n), False)[0], dtype=float)
        start = np.ones(n)  # ARPACK's own start is random
        try:
            return float(np.abs(eigs(product, k=1, v0=start, return_eigenvectors=False, tol=1e-6)[0]))
        except ArpackNoConvergence:
            remedy = "Aggregate the table, or correct its negative flows."
            raise NotConvergedError(f"{self._place}: the spectral radius of A cannot be found. {remedy}") from None

    # -- single precision, refined -----------------------------------------------------------------------------------

    def _refined(self, rows: Array, transposed: bool, roughly: _Roughly) -> Array:
        """Rows solved in double precision by rough solutions, of what each leaves.

        Arrays as large as all rows are few and changed in place: fresh memory costs as much as arithmetic does.
        """
        scale = _largest(rows)
        wanted = rows / scale
        solution = np.zeros(wanted.shape)
        residual = wanted
        worst = 1.0
        for _ in range(_REFINEMENTS):
            # A pass need not leave less than what is asked for in the end.
            enough = min(max(self.tolerance / (4 * worst), _PASS), 0.3)
            solution += roughly(residual, transposed, enough)
            residual = self._times_A(solution, transposed)
            residual -= solution
            residual += wanted
            worst, before = float(max(residual.max(initial=0), -residual.min(initial=0))), worst
            if worst <= self.tolerance or not worst <= before / 2:  # as exact as the arithmetic allows
                break
        if not worst <= max(self.tolerance, 1e-11):
            raise NotConvergedError(
                f"{self._place}: refinement stopped at a relative residual of {worst:.1e}. Solve with method='lu64'."
            )
        solution *= scale
        return solution

    def _by_factor(self, rows: Array, transposed: bool, kind: Method = "lu32") -> Floats:
        return divided(self._factor_of(kind), rows.T, 0 if transposed else 1).T

    def _by_products(self, rows: Array, transposed: bool, enough: float = 1e-4) -> Single:
        """Rows solved by products with A until `enough` of them is left. Raises _TooSlowError."""
        size = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
        size[size == 0] = 1
        single = np.empty(rows.shape, dtype=np.float32)
        np.divide(rows, size, out=single, casting="same_kind")
        found = least_residual(
            lambda V: self._single_times(V, transposed),
            lambda V: self._own_blocks.after(V, transposed=not transposed),
            single,
            tolerance=enough,
            most=_PRODUCTS,
        )
        if found is None:
            if _factor_fits(self.n):
                raise _TooSlowError
            raise NotConvergedError(
                f"{self._place}: {_PRODUCTS} products with A do not come near a solution, and a factor of {self.n:,} "
                "rows does not fit into memory. Free some, or aggregate the table."
            )
        found *= size.astype(np.float32)
        return found

    def _single_times(self, V: Single, transposed: bool) -> Single:
        """Rows V (k × n) times A where `transposed` ((Aᵀ v)ᵀ = vᵀ A), else times Aᵀ.

        By a few rows of Z at a time, whether these are copied for later products or not: the digits are the same.
        """
        per_output = self._per_output[:, 0].astype(np.float32)
        if transposed:
            found = np.zeros_like(V)
            for rows, block in self._single_blocks():
                found += times_rows(V[:, rows], block)
            return found * per_output
        columns = np.ascontiguousarray((V * per_output).T)  # multiplied from the left they take a fifth less time
        by_row = np.empty_like(columns)
        for rows, block in self._single_blocks():
            np.matmul(block, columns, out=by_row[rows])
        return np.ascontiguousarray(by_row.T)

    def _single_blocks(self) -> Iterator[tuple[slice, Single]]:
        """Z in single precision, some rows at a time; only until the next ones are asked for."""
        self._multiplied += 1
        copied = self._copy if self.n <= _COPIED and self._multiplied > _COPY_AFTER else None
        room = np.empty((min(_AT_ONCE, self.n) if copied is None else 0, self.n), dtype=np.float32)
        for start in range(0, self.n, _AT_ONCE):
            rows = slice(start, min(start + _AT_ONCE, self.n))
            if copied is None:
                block = room[: rows.stop - start]
                np.copyto(block, self._Z[rows], casting="same_kind")
                yield rows, block
            else:
                yield rows, copied[rows]

    @cached_property
    def _copy(self) -> Single:
        return self._Z.astype(np.float32)

    @cached_property
    def _own_blocks(self) -> OwnBlocks:
        sectors = self.n // self._regions

        def block(region: int) -> Array:
            rows = slice(region * sectors, (region + 1) * sectors)
            return self._Z[rows, rows] * self._per_output[rows].T

        return OwnBlocks.of(block, self._regions, sectors)

    def unproductive(self, when: str = "", added: Array | None = None) -> UnproductiveEconomyError:
        """The error to raise, naming the industry that takes most for its output.

        `added` (n) is what a change of A adds to its column sums, where it is the changed economy that is refused.
        """
        sums = self._input_shares() if added is None else self._input_shares() + added
        worst = int(np.argmax(sums))
        remedy = (
            f"Check the flows of that industry and its output, or run: kaldor data check {self._place.split()[0]}"
            if added is None and not self._place.endswith(_CHANGED)
            else "The table itself is productive; it is what the change adds to inputs that is too much."
        )
        return UnproductiveEconomyError(
            f"{self._place}{when}: the spectral radius of A is 1 or more; the largest column sum is "
            f"{sums[worst]:.3g} for {self._index[worst]}. Output must exceed inputs taken together. {remedy}"
        )


_Roughly = Callable[[Array, bool, float], Floats]
"""Solves rows, or their transposed system, until about a share of them is left."""


class _TooSlowError(Exception):
    """Products with A do not come near the solution: the economy is nearly unproductive, or is."""


def _largest(rows: Array) -> Array:
    """Largest entry of each row in absolute value (k × 1); 1 for a row of zeros."""
    largest = np.maximum(rows.max(axis=1, keepdims=True), -rows.min(axis=1, keepdims=True))
    return np.where(largest > 0, largest, 1.0)
