"""Balancing: the table nearest to a first guess that has the totals it must have.

`ras` and `gras` take row and column totals that must hold; `fit_margins` takes any number of families of totals,
each of which must hold or pulls with a given weight. All three minimise a relative entropy, which keeps zeros zero
and signs as they are.

Sources: Bacharach (1970) for RAS; Junius & Oosterhaven (2003), Economic Systems Research 15, for negative cells, with
the objective corrected by Lenzen, Wood & Gallego (2007), Economic Systems Research 19; Chizat, Peyré, Schmitzer &
Vialard (2018), Mathematics of Computation 87, for soft totals.
Known limit: entropy has no notion of economics. A cell that the first guess sets to zero stays zero, and a wrong
total is spread over its whole row or column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kaldor.errors import InputError, NotConvergedError, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = NDArray[np.float64]

FREE = -1
"""Group number of a cell that a family of totals does not touch."""


@dataclass(frozen=True, eq=False)
class Balanced:
    """A balanced matrix and how it was reached.

    Non-negative cells of the first guess are multiplied by row factor × column factor, negative ones divided by it.
    `residual` is the largest gap to a total, relative to the largest total.
    """

    matrix: Array
    row_factors: Array
    column_factors: Array
    iterations: int
    residual: float


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors of rows and columns that bring a matrix to its totals, and how they were reached, as in `Balanced`."""

    rows: Array
    columns: Array
    iterations: int
    residual: float


@dataclass(frozen=True, eq=False)
class Margin:
    """One family of totals: `groups` (shape of the matrix) numbers each cell's total, FREE where none applies.

    `weight` is infinite for totals that must hold; a finite weight w makes each total a soft one, which pulls as
    hard as the first guess resists at w = 1, and ever harder as w grows. One weight, or one for each total.
    """

    name: str
    groups: NDArray[np.intp]
    totals: Array
    weight: float | Array = np.inf


@dataclass(frozen=True, eq=False)
class Fitted:
    """A matrix fitted to families of totals; `reached` holds, family by family, the totals it came to."""

    matrix: Array
    reached: tuple[Array, ...]
    iterations: int
    residual: float


def ras(
    prior: Array, row_totals: Array, column_totals: Array, *, tolerance: float = 1e-10, most: int = 10_000
) -> Balanced:
    """The non-negative matrix nearest to `prior` (r × c) whose rows add up to `row_totals`, columns to `column_totals`.

    Raises InputError for negative cells (`gras` takes them) or totals that cannot be met; NotConvergedError.
    """
    if (np.asarray(prior) < 0).any():
        raise InputError(Problem("first guess", "has negative cells.", "RAS takes none; use gras."))
    return gras(prior, row_totals, column_totals, tolerance=tolerance, most=most)


def gras(
    prior: Array, row_totals: Array, column_totals: Array, *, tolerance: float = 1e-10, most: int = 10_000
) -> Balanced:
    """The matrix nearest to `prior` (r × c), signs kept, with the given row totals (r) and column totals (c).

    Minimises Σ |a| z ln(z/e) over z = t/a, the cells t of the result over those of the prior.
    Raises InputError if the totals of rows and columns add up to different sums, or if a line cannot reach its total
    whatever the factors; NotConvergedError if `most` rounds leave a gap above `tolerance` (of the largest total).
    """
    matrix = np.array(prior, dtype=np.float64)
    rows, columns = (np.asarray(totals, dtype=np.float64) for totals in (row_totals, column_totals))
    _check_margins(matrix, rows, columns)
    _empty_idle_lines(matrix, rows)
    _empty_idle_lines(matrix.T, columns)
    below = _below_zero(matrix)
    np.maximum(matrix, 0.0, out=matrix)
    found = scaling_factors(matrix, below, rows, columns, tolerance=tolerance, most=most)
    matrix *= found.rows[:, None]
    matrix *= found.columns
    cells = below.tocoo()
    matrix[cells.row, cells.col] = -cells.data / (found.rows[cells.row] * found.columns[cells.col])
    return Balanced(matrix, found.rows, found.columns, found.iterations, found.residual)


def scaling_factors(
    positive: Array | csr_array,
    negative: csr_array,
    rows: Array,
    columns: Array,
    *,
    tolerance: float = 1e-10,
    most: int = 10_000,
) -> Factors:
    """The row factors r and column factors s of `gras`: r positive s − negative / (r s) has the given totals.

    `positive` and `negative` (r × c, no cell below zero) are the two parts of the first guess; totals that its cells
    cannot give are the caller's to refuse. Raises NotConvergedError.
    """
    scale = max(float(np.abs(rows).max(initial=0.0)), float(np.abs(columns).max(initial=0.0)), np.finfo(float).tiny)
    positive_T, negative_T = positive.T, negative.T
    r, s = np.ones(len(rows)), np.ones(len(columns))
    sold, back = positive @ s, negative @ (1 / s)
    residual = np.inf
    for iteration in range(1, most + 1):
        r = _factors(rows, sold, back)
        s = _factors(columns, positive_T @ r, negative_T @ (1 / r))
        sold, back = positive @ s, negative @ (1 / s)
        # Columns hold after this half step; what is left shows in the rows.
        gap = r * sold - back / r - rows
        residual = float(np.abs(gap).max(initial=0.0)) / scale
        if residual <= tolerance:
            return Factors(r, s, iteration, residual)
    raise NotConvergedError(
        f"balancing: a row is still {residual:.2g} of the largest total away from its own after {most} rounds. "
        "The zeros of the first guess probably leave no way to meet all totals: fill the cells that may be used."
    )


def fit_margins(prior: Array, margins: Sequence[Margin], *, tolerance: float = 1e-10, most: int = 200) -> Fitted:
    """The non-negative matrix nearest to `prior` that meets hard totals and gives way on soft ones.

    Minimises KL(T | prior) + Σ w KL(total of T | wanted total) over the soft totals, subject to the hard ones.
    Scaling one family after another finds the same matrix, but crawls where families pull against each other; here
    Newton's method climbs the dual, whose unknowns are the logarithms of the factors, one for each total.
    Raises InputError if a hard total has no cell to stand in, or hard families that cover all cells disagree on the
    grand total; NotConvergedError if some total is still off by more than `tolerance`, relative to itself, after
    `most` steps.
    """
    guess = np.asarray(prior, dtype=np.float64)
    _check_families(guess, margins)
    dual = _Dual(guess.ravel(), margins)
    logs = np.zeros(len(dual.totals))
    residual = np.inf
    for iteration in range(1, most + 1):
        cells = dual.cells(logs)
        slope = dual.slope(cells, logs)
        residual = dual.gap(slope)
        if residual <= tolerance:
            return Fitted(cells.reshape(guess.shape), dual.reached(cells), iteration, residual)
        step = dual.newton_step(cells, logs, slope)
        logs = dual.line_search(logs, step, slope)
    raise NotConvergedError(
        f"fitting: '{dual.worst(slope)}' is still {residual:.2g} away from one of its totals after {most} steps. "
        "The totals that must hold contradict each other: give the less certain ones a finite weight."
    )


class _Dual:
    """The dual of `fit_margins`: convex in one unknown a total, the logarithm of its factor.

    Value: Σ cells − Σ total × log over hard totals + Σ w × total × exp(−log / w) over soft ones.
    """

    def __init__(self, guess: Array, margins: Sequence[Margin]) -> None:
        from scipy.sparse import csr_array

        self.names = [margin.name for margin in margins]
        groups = [np.asarray(margin.groups).ravel() for margin in margins]
        totals = [np.asarray(margin.totals, dtype=np.float64) for margin in margins]
        self.start = np.cumsum([0, *(len(t) for t in totals)])
        self.totals = np.concatenate(totals)
        weights = [np.broadcast_to(np.asarray(m.weight, float), t.shape) for m, t in zip(margins, totals, strict=True)]
        self.weights = np.concatenate(weights)
        self.soft = np.isfinite(self.weights)
        column = [np.where(g == FREE, FREE, g + first) for g, first in zip(groups, self.start[:-1], strict=True)]
        # A total of zero empties its cells at once: no finite logarithm would.
        banned = np.any([np.isin(c, np.flatnonzero(self.totals == 0)) for c in column], axis=0)
        self.guess = np.where(banned, 0.0, guess)
        place = [np.flatnonzero((c != FREE) & (self.guess > 0)) for c in column]
        rows, columns = np.concatenate(place), np.concatenate([c[at] for c, at in zip(column, place, strict=True)])
        shape = (len(guess), len(self.totals))
        self.member = csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        # Turned once: the steps multiply by it from the left.
        self.turned = self.member.T.tocsr()
        self.live = (self.totals > 0) & (self._sums(self.guess) > 0)

    def cells(self, logs: Array) -> Array:
        """The matrix, flattened, at these logarithms of the factors."""
        return np.asarray(self.guess * np.exp(self.member @ logs))

    def _sums(self, cells: Array) -> Array:
        return np.asarray(self.turned @ cells)

    def _wanted(self, logs: Array) -> Array:
        """The totals themselves where hard; where soft, what the pull at these logarithms asks for."""
        wanted = self.totals.copy()
        wanted[self.soft] *= np.exp(-logs[self.soft] / self.weights[self.soft])
        return wanted

    def slope(self, cells: Array, logs: Array) -> Array:
        """First derivative of the value: what the cells add up to, less what is wanted."""
        return np.where(self.live, self._sums(cells) - self._wanted(logs), 0.0)

    def value(self, logs: Array) -> float:
        """The dual's value; infinite where a factor overflows."""
        with np.errstate(over="ignore", invalid="ignore"):
            hard = self.live & ~self.soft
            pulled = self.live & self.soft
            soft = self.weights[pulled] * self._wanted(logs)[pulled]
            value = self.cells(logs).sum() - self.totals[hard] @ logs[hard] + soft.sum()
        return float(value) if np.isfinite(value) else np.inf

    def newton_step(self, cells: Array, logs: Array, slope: Array) -> Array:
        """The step to the minimum of the quadratic that touches the value here; at most e² on any cell."""
        weighted = self.turned.copy()
        weighted.data = cells[weighted.indices]
        curvature = (weighted @ self.member).toarray()
        spring = np.zeros(len(logs))
        pulled = self.soft & self.live
        spring[pulled] = self._wanted(logs)[pulled] / self.weights[pulled]
        diagonal = np.diag(curvature) + spring
        # Scaled to a unit diagonal; the small ridge fixes what the totals leave open (rows up, columns down).
        scale = np.where(self.live, 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0)), 0.0)
        curvature *= scale
        curvature *= scale[:, None]
        curvature[np.diag_indices_from(curvature)] = 1 + 1e-11
        step = scale * np.linalg.solve(curvature, -slope * scale)
        largest = float(np.abs(self.member @ step).max(initial=0.0))
        return np.asarray(step * min(1.0, 2.0 / largest) if largest > 0 else step)

    def line_search(self, logs: Array, step: Array, slope: Array) -> Array:
        """Halve the step until the value falls enough; near the minimum, where it falls by rounding only, take it."""
        here, promised = self.value(logs), float(slope @ step)
        for halvings in range(40):
            there = logs + step * 0.5**halvings
            if self.value(there) <= here + 1e-4 * promised * 0.5**halvings + 1e-12 * abs(here):
                return there
        return logs + step * 0.5**40

    def gap(self, slope: Array) -> float:
        """Largest gap to what is wanted, relative to the total."""
        return float((np.abs(slope[self.live]) / self.totals[self.live]).max(initial=0.0))

    def worst(self, slope: Array) -> str:
        """The name of the family with the largest gap."""
        relative = np.where(self.live, np.abs(slope) / np.where(self.live, self.totals, 1.0), 0.0)
        return self.names[int(np.searchsorted(self.start, int(np.argmax(relative)), side="right")) - 1]

    def reached(self, cells: Array) -> tuple[Array, ...]:
        """What the cells add up to, family by family."""
        return tuple(np.split(self._sums(cells), self.start[1:-1]))


def _factors(totals: Array, positive: Array, negative: Array) -> Array:
    """The factor f ≥ 0 with f·positive − negative/f = total, for each line."""
    root = np.sqrt(totals**2 + 4 * positive * negative)
    # Of the two ways to write the positive root, take the one that does not subtract nearly equal numbers.
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(totals >= 0, (totals + root) / (2 * positive), 2 * negative / (root - totals))
    return np.where((positive > 0) | (negative > 0), factors, 1.0)


def _below_zero(matrix: Array) -> csr_array:
    """What is below zero, without its sign: few cells of any table."""
    from scipy.sparse import coo_array

    rows, columns = np.nonzero(matrix < 0)
    return coo_array((-matrix[rows, columns], (rows, columns)), shape=matrix.shape).tocsr()


def _empty_idle_lines(matrix: Array, totals: Array) -> None:
    """Empty each row whose cells have one sign and whose total is zero: no finite factor would do it."""
    for line in (matrix[i] for i in np.flatnonzero(totals == 0)):
        if (line >= 0).all() or (line <= 0).all():
            line[:] = 0.0


def _check_margins(guess: Array, rows: Array, columns: Array) -> None:
    if guess.shape != (len(rows), len(columns)):
        raise InputError(
            Problem("first guess", f"has shape {guess.shape}; the totals call for {(len(rows), len(columns))}.")
        )
    if not all(np.isfinite(values).all() for values in (guess, rows, columns)):
        raise InputError(Problem("first guess or totals", "hold a value that is not a finite number."))
    problems = []
    gap = float(rows.sum() - columns.sum())
    if abs(gap) > 1e-8 * max(float(np.abs(rows).sum()), float(np.abs(columns).sum())):
        problems.append(
            Problem(
                "totals",
                f"the rows add up to {rows.sum():.10g}, the columns to {columns.sum():.10g}.",
                "Scale one side to the other first.",
            )
        )
    for kind, matrix, totals in (("row", guess, rows), ("column", guess.T, columns)):
        problems += [
            Problem(
                f"{kind} {i}",
                f"must add up to {totals[i]:.6g}, but its cells can only give {reach}.",
                "Correct the total, or fill a cell of the right sign.",
            )
            for i, reach in _out_of_reach(matrix, totals)
        ]
    if problems:
        raise InputError(problems)


def _out_of_reach(matrix: Array, totals: Array) -> list[tuple[int, str]]:
    """Lines whose total no factor can give, with what the cells can give."""
    has_positive = np.asarray((matrix > 0).any(axis=1))
    has_negative = np.asarray((matrix < 0).any(axis=1))
    impossible = ((totals > 0) & ~has_positive) | ((totals < 0) & ~has_negative)
    words = {(False, False): "zero", (True, False): "zero or more", (False, True): "zero or less"}
    return [(int(i), words[bool(has_positive[i]), bool(has_negative[i])]) for i in np.flatnonzero(impossible)]


def _check_families(guess: Array, margins: Sequence[Margin]) -> None:
    problems, whole = [], {}
    if not np.isfinite(guess).all() or (guess < 0).any():
        problems.append(Problem("first guess", "holds a negative cell or one that is not a finite number."))
    for margin in margins:
        place, totals = f"margin '{margin.name}'", np.asarray(margin.totals, dtype=np.float64)
        groups = np.asarray(margin.groups).ravel()
        if groups.size != guess.size:
            problems.append(Problem(place, f"numbers {groups.size} cells, the matrix has {guess.size}."))
            continue
        if not np.isfinite(totals).all() or (totals < 0).any():
            problems.append(Problem(place, "has a total that is negative or not a finite number."))
            continue
        inside = groups != FREE
        sums = np.bincount(groups[inside], weights=guess.ravel()[inside], minlength=len(totals))
        hard = np.broadcast_to(np.isinf(np.asarray(margin.weight, dtype=np.float64)), totals.shape)
        problems += [
            Problem(place, f"total {i} must be {totals[i]:.6g}, but all of its cells are zero.", "Fill some of them.")
            for i in np.flatnonzero(hard & (totals > 0) & (sums == 0))
        ]
        if hard.all() and inside.all():
            whole[margin.name] = float(totals.sum())
    if whole and max(whole.values()) - min(whole.values()) > 1e-8 * max(whole.values()):
        listed = ", ".join(f"'{name}' {total:.10g}" for name, total in whole.items())
        problems.append(Problem("margins", f"that must hold add up to different sums: {listed}.", "Scale them first."))
    if problems:
        raise InputError(problems)
