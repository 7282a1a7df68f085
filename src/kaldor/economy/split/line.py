"""One line of a table shared out among the parts of a sector: typed values first, the others by output.

A line is a column, a row or one amount of the sector that is split. The typed values of a part take their cells, the
part's output share takes the others, and the rest gets what remains. Where that cannot be, it says by how much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.errors import Problem

Positions = NDArray[np.intp]

EXACT = 1e-13  # a remainder smaller than this share of what was split is rounding, and becomes zero


@dataclass(frozen=True, eq=False)
class Typed:
    """One typed value: in whose part, over which cells of a line, as which amount of the line's unit."""

    place: str
    part: int
    cells: Positions
    amount: float
    value: float


@dataclass(frozen=True, eq=False)
class Line:
    """A line shared out: the named parts (parts − 1 × cells), the rest (cells), and what is wrong with it."""

    named: Array
    rest: Array
    problems: tuple[Problem, ...]
    bad_sums: tuple[tuple[int, str], ...]


def split_line(
    whole: Array, shares: Array, typed: Sequence[Typed], text: Callable[[int], str], *, keep_sums: bool
) -> Line:
    """Share the cells of a line among the named parts, by output `shares` where nothing is typed.

    With `keep_sums` what is typed moves the rest of a part's line, so that it still sums to shares × the line's sum.
    """
    named = shares[:, None] * whole
    touched = np.zeros(named.shape, dtype=bool)
    problems: list[Problem] = []
    for entry in typed:
        room = np.where(whole[entry.cells] * np.sign(entry.amount) > 0, whole[entry.cells], 0.0)
        if touched[entry.part, entry.cells].any():
            problems.append(Problem(entry.place, "part of these cells is typed twice.", "Keep one of the two values."))
        elif entry.amount and not room.any():
            problems.append(too_much(entry.place, f"{text(entry.cells[0])} has nothing to split", entry.value, 0.0))
        else:
            named[entry.part, entry.cells] = entry.amount * room / (room.sum() or 1.0)
            touched[entry.part, entry.cells] = True
    bad_sums = [*_rescale(whole, shares, named, touched)] if keep_sums else []
    rest = whole - named.sum(axis=0)
    rest[np.abs(rest) <= EXACT * np.abs(whole)] = 0
    if not problems and not bad_sums:
        rest_is_empty = bool(shares.sum() >= 1 - EXACT)
        problems = [*_overdrawn(whole, named, rest, typed, text, rest_is_empty=rest_is_empty)]
    return Line(named, rest, tuple(problems), tuple(bad_sums))


def _rescale(whole: Array, shares: Array, named: Array, touched: NDArray[np.bool_]) -> Iterator[tuple[int, str]]:
    """Scale the untyped positive cells of each part so that its line sums to its share; say where that cannot be."""
    for k in np.flatnonzero(touched.any(axis=1)):
        open_cells = ~touched[k] & (whole > 0)
        sales, kept = shares[k] * whole.sum(), named[k, ~touched[k] & (whole <= 0)].sum()
        typed, room = named[k, touched[k]].sum(), whole[open_cells].sum()
        left = sales - kept - typed
        if left < -EXACT * abs(sales):
            yield (
                int(k),
                f"what is typed adds up to {typed / sales:.4g} of the part's sales;"
                f" the largest possible is {(sales - kept) / sales:.4g}.",
            )
        elif left > room + EXACT * abs(sales):
            yield (
                int(k),
                f"what is typed leaves {left:.6g} of sales to all others, who buy {room:.6g} of the parent in all;"
                f" the shares must add up to at least {(sales - kept - room) / sales:.4g}.",
            )
        else:
            named[k, open_cells] = max(left, 0.0) * whole[open_cells] / (room or 1.0)


def _overdrawn(
    whole: Array, named: Array, rest: Array, typed: Sequence[Typed], text: Callable[[int], str], *, rest_is_empty: bool
) -> Iterator[Problem]:
    """Where the rest would have the opposite sign of what was split, and which typed value is to blame."""
    bad = rest * np.sign(whole) < 0
    blamed = np.zeros(len(whole), dtype=bool)
    for entry in typed:
        if not bad[entry.cells].any():
            continue
        own = named[entry.part, entry.cells]
        possible = own + rest[entry.cells]
        ratio = np.divide(possible, own, out=np.full(len(own), np.inf), where=own != 0)
        if not math.isfinite(ratio.min()):
            continue
        tied = ratio <= ratio.min() + 1e-9  # a product bought of many regions is short in all of them at once
        worst = int(np.argmax(np.where(tied, np.abs(rest[entry.cells]), -1)))
        blamed[entry.cells] = True
        yield too_much(
            entry.place,
            f"the rest of {text(entry.cells[worst])} would be {rest[entry.cells[worst]]:.6g}",
            entry.value,
            entry.value * max(float(ratio.min()), 0.0),
        )
    if (bad & ~blamed).any():
        worst = int(np.argmin(np.where(bad & ~blamed, rest * np.sign(whole), 0)))
        yield Problem(
            text(worst),
            f"the rest would be {rest[worst]:.6g}, since what is typed elsewhere leaves the named parts"
            f" {named[:, worst].sum():.6g} here; the largest possible is {whole[worst]:.6g}.",
            "Type larger values elsewhere, or this cell too.",
        )
    if rest_is_empty and rest.any() and not bad.any():
        worst = int(np.argmax(np.abs(rest)))
        yield Problem(
            text(worst),
            f"the rest has no output, but {rest[worst]:.6g} would be left in it.",
            "Type less output for the named parts, or leave this to be shared by output.",
        )


def too_much(place: str, why: str, value: float, largest: float) -> Problem:
    """The problem of a typed value that is too large, with the largest possible one."""
    return Problem(place, f"{value:.6g} is typed, and {why}.", f"The largest possible value is {largest:.6g}.")
