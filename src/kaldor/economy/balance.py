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

import numpy as np
from numpy.typing import NDArray

from kaldor.errors import InputError, NotConvergedError, Problem

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
    guess, rows, columns = (np.asarray(values, dtype=np.float64) for values in (prior, row_totals, column_totals))
    _check_margins(guess, rows, columns)
    guess = _without_idle_lines(_without_idle_lines(guess, rows).T, columns).T
    positive, negative = np.maximum(guess, 0.0), np.maximum(-guess, 0.0)
    scale = max(float(np.abs(rows).max(initial=0.0)), float(np.abs(columns).max(initial=0.0)), np.finfo(float).tiny)
    r, s = np.ones(len(rows)), np.ones(len(columns))
    residual = np.inf
    for iteration in range(1, most + 1):
        r = _factors(rows, positive @ s, negative @ (1 / s))
        s = _factors(columns, r @ positive, (1 / r) @ negative)
        # Columns hold after this half step; what is left shows in the rows.
        gap = r * (positive @ s) - (negative @ (1 / s)) / r - rows
        residual = float(np.abs(gap).max(initial=0.0)) / scale
        if residual <= tolerance:
            matrix = positive * np.outer(r, s) - negative / np.outer(r, s)
            return Balanced(matrix, r, s, iteration, residual)
    raise NotConvergedError(
        f"balancing: a row is still {residual:.2g} of the largest total away from its own after {most} rounds. "
        "The zeros of the first guess probably leave no way to meet all totals: fill the cells that may be used."
    )


def fit_margins(prior: Array, margins: Sequence[Margin], *, tolerance: float = 1e-10, most: int = 20_000) -> Fitted:
    """The non-negative matrix nearest to `prior` that meets hard totals and gives way on soft ones.

    Minimises KL(T | prior) + Σ w KL(total of T | wanted total) over the soft totals, subject to the hard ones, by
    scaling one family after another. Within a family the groups do not overlap.
    Raises InputError if a hard total has no cell to stand in, or hard families disagree on the grand total of cells
    that all of them cover; NotConvergedError if hard totals are still off by more than `tolerance` (relative to the
    largest of the family) after `most` rounds.
    """
    guess = np.asarray(prior, dtype=np.float64)
    families = [_Family(guess, margin) for margin in margins]
    _check_families(guess, families)
    cells = guess.ravel().copy()
    residual = np.inf
    for iteration in range(1, most + 1):
        change = max((family.scale(cells) for family in families), default=0.0)
        residual = max((family.gap(cells) for family in families if family.hard.any()), default=0.0)
        if residual <= tolerance and change <= np.sqrt(tolerance):
            return Fitted(cells.reshape(guess.shape), tuple(f.sums(cells) for f in families), iteration, residual)
    worst = max((family for family in families if family.hard.any()), key=lambda family: family.gap(cells))
    raise NotConvergedError(
        f"fitting: '{worst.name}' is still {residual:.2g} away from its totals after {most} rounds. "
        "The totals that must hold contradict each other: give the less certain ones a finite weight."
    )


class _Family:
    """One margin with its present factors; `cells` is the flattened matrix, changed in place."""

    def __init__(self, guess: Array, margin: Margin) -> None:
        groups = np.asarray(margin.groups).ravel()
        if groups.size != guess.size:
            raise InputError(
                Problem(f"margin '{margin.name}'", f"numbers {groups.size} cells, the matrix has {guess.size}.")
            )
        self.name = margin.name
        self.totals = np.asarray(margin.totals, dtype=np.float64)
        self.inside = np.flatnonzero(groups != FREE)
        self.group = groups[self.inside]
        weight = np.broadcast_to(np.asarray(margin.weight, dtype=np.float64), self.totals.shape)
        self.hard = np.isinf(weight)
        self.pull = np.where(self.hard, 1.0, weight / (1.0 + np.where(self.hard, 0.0, weight)))
        self.factors = np.ones_like(self.totals)

    def sums(self, cells: Array) -> Array:
        """The totals that the cells come to now."""
        sums: Array = np.bincount(self.group, weights=cells[self.inside], minlength=len(self.totals)).astype(np.float64)
        return sums

    def scale(self, cells: Array) -> float:
        """Bring the cells to the totals, softly where they are soft; the largest relative change of a factor."""
        now = self.sums(cells)
        without = np.divide(now, self.factors, out=np.zeros_like(now), where=self.factors > 0)
        wanted = np.divide(self.totals, without, out=np.ones_like(now), where=without > 0) ** self.pull
        step = np.divide(wanted, self.factors, out=np.ones_like(now), where=self.factors > 0)
        self.factors = np.where(self.factors > 0, wanted, 0.0)
        cells[self.inside] *= step[self.group]
        return float(np.abs(step - 1).max(initial=0.0))

    def gap(self, cells: Array) -> float:
        """Largest gap to a total that must hold, relative to the family's largest total."""
        scale = float(np.abs(self.totals).max(initial=np.finfo(float).tiny))
        return float(np.abs(self.sums(cells) - self.totals)[self.hard].max(initial=0.0)) / scale


def _factors(totals: Array, positive: Array, negative: Array) -> Array:
    """The factor f ≥ 0 with f·positive − negative/f = total, for each line."""
    root = np.sqrt(totals**2 + 4 * positive * negative)
    # Of the two ways to write the positive root, take the one that does not subtract nearly equal numbers.
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(totals >= 0, (totals + root) / (2 * positive), 2 * negative / (root - totals))
    return np.where((positive > 0) | (negative > 0), factors, 1.0)


def _without_idle_lines(guess: Array, totals: Array) -> Array:
    """Empty each row whose cells have one sign and whose total is zero: no finite factor would do it."""
    one_sign = (guess >= 0).all(axis=1) | (guess <= 0).all(axis=1)
    return np.where((one_sign & (totals == 0))[:, None], 0.0, guess)


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


def _check_families(guess: Array, families: Sequence[_Family]) -> None:
    problems = []
    if not np.isfinite(guess).all() or (guess < 0).any():
        problems.append(Problem("first guess", "holds a negative cell or one that is not a finite number."))
    for family in families:
        if not np.isfinite(family.totals).all() or (family.totals < 0).any():
            problems.append(Problem(f"margin '{family.name}'", "has a total that is negative or not a finite number."))
            continue
        empty = family.hard & (family.totals > 0) & (family.sums(guess.ravel()) == 0)
        problems += [
            Problem(
                f"margin '{family.name}'",
                f"total {i} must be {family.totals[i]:.6g}, but all of its cells are zero.",
                "Fill the cells that may be used.",
            )
            for i in np.flatnonzero(empty)
        ]
    whole = {f.name: float(f.totals.sum()) for f in families if f.hard.all() and len(f.inside) == guess.size}
    if whole and max(whole.values()) - min(whole.values()) > 1e-8 * max(whole.values()):
        listed = ", ".join(f"'{name}' {total:.10g}" for name, total in whole.items())
        problems.append(Problem("margins", f"that must hold add up to different sums: {listed}.", "Scale them first."))
    if problems:
        raise InputError(problems)
