"""What in a table is out of line with the same table a year, or a vintage, before.

Small cells jump about from year to year, large ones hardly do. So the change of a cell, as the logarithm of its ratio,
is measured against the usual spread of changes among cells of its size: score = (change − median) / (1.4826 MAD) of its
size class. Median and MAD (median absolute deviation) are not moved by the outliers that are looked for.
Source: Rousseeuw & Croux (1993), Journal of the American Statistical Association 88, for MAD as a robust scale.
Known limit: a true break (a war, a new plant, a new exchange rate) is as much out of line as a slip of a decimal point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Stored = NDArray[np.generic]
"""A matrix as the store holds it: of any number type, memory-mapped."""

_CLASSES = 12
_SAMPLE = 1_000_000  # cells that medians and spreads are read off
_ROWS_AT_ONCE = 512  # so that a table of the size of EXIOBASE is never copied whole
_NARROWEST = 0.01  # smallest spread assumed, in logarithms: 1 %
_TWICE = 2.0  # the smallest move of a total that is out of line
_MAD = 1.4826  # from median absolute deviation to standard deviation, for a normal spread


@dataclass(frozen=True)
class Jump:
    """A value out of line: its place, before and after, and how many usual spreads its change is away from usual."""

    place: tuple[int, ...]
    before: float
    after: float
    score: float


@dataclass(frozen=True)
class Jumps:
    """How many values are out of line, and the largest of them (by the change that they make) one by one."""

    count: int
    largest: tuple[Jump, ...]


def cell_jumps(before: Stored, after: Stored, *, floor: float, limit: float, most: int) -> Jumps:
    """Cells (r × c) of `after` whose change from `before` is more than `limit` usual spreads away from usual.

    Both positive and one at `floor` or above; the `most` with the largest change are returned one by one.
    """
    sizes, changes = _sampled(before, after, floor)
    if len(changes) < 10:
        return Jumps(0, ())
    edges, centre, spread = _classes(sizes, changes)
    found: list[Jump] = []
    count = 0
    for start, b, a in _rows(before, after):
        rows, columns = np.nonzero((b > 0) & (a > 0) & (np.maximum(b, a) >= floor))
        old, new = b[rows, columns], a[rows, columns]
        kind = np.searchsorted(edges, np.log(old * new) / 2)
        score = (np.log(new / old) - centre[kind]) / spread[kind]
        out = np.flatnonzero(np.abs(score) > limit)
        count += len(out)
        out = out[np.argsort(-np.abs(new[out] - old[out]))[:most]]
        found += [
            Jump((start + int(rows[k]), int(columns[k])), float(old[k]), float(new[k]), float(score[k])) for k in out
        ]
    found.sort(key=lambda jump: -abs(jump.after - jump.before))
    return Jumps(count, tuple(found[:most]))


def appearances(before: Stored, after: Stored, *, floor: float, most: int) -> Jumps:
    """Cells that are zero in one of the two tables and at `floor` or above in the other; scores are infinite."""
    found: list[Jump] = []
    count = 0
    for start, b, a in _rows(before, after):
        rows, columns = np.nonzero(((b == 0) & (a >= floor)) | ((a == 0) & (b >= floor)))
        count += len(rows)
        change = np.abs(a[rows, columns] - b[rows, columns])
        found += [
            Jump(
                (start + int(rows[k]), int(columns[k])),
                float(b[rows[k], columns[k]]),
                float(a[rows[k], columns[k]]),
                float("inf"),
            )
            for k in np.argsort(-change)[:most]
        ]
    found.sort(key=lambda jump: -abs(jump.after - jump.before))
    return Jumps(count, tuple(found[:most]))


def line_jumps(before: Array, after: Array, groups: NDArray[np.intp], *, floor: float, limit: float) -> Jumps:
    """Totals (n) out of line with the others, after what all of a group (a country) do together is taken off.

    Beside the usual spread a total must have moved by a factor of two: in a year in which all countries move alike the
    spread is a few per cent, and fuels that follow the price of oil would be out of line.
    """
    there = np.flatnonzero((before > 0) & (after > 0) & (np.maximum(before, after) >= floor))
    if len(there) < 10:
        return Jumps(0, ())
    change = np.log(after[there] / before[there])
    for group in np.unique(groups[there]):
        own = groups[there] == group
        change[own] -= np.median(change[own])
    score = change / max(_spread(change), np.log(_TWICE) / limit)
    out = there[np.abs(score) > limit]
    scores = dict(zip(there.tolist(), score.tolist(), strict=True))
    found = [Jump((int(i),), float(before[i]), float(after[i]), scores[int(i)]) for i in out]
    return Jumps(len(found), tuple(sorted(found, key=lambda jump: -abs(jump.after - jump.before))))


def median_ratio(before: Array, after: Array) -> float | None:
    """The usual ratio of a total to the same one before; far from one it says that the unit has changed."""
    there = (before > 0) & (after > 0)
    return float(np.exp(np.median(np.log(after[there] / before[there])))) if there.any() else None


def _sampled(before: Stored, after: Stored, floor: float) -> tuple[Array, Array]:
    """Logarithms of size and of change of an even sample of the cells that are positive in both."""
    step = max(1, round(before.size / _SAMPLE))
    b, a = (np.asarray(table, np.float64).reshape(-1)[::step] for table in (before, after))
    there = (b > 0) & (a > 0) & (np.maximum(b, a) >= floor)
    return np.log(b[there] * a[there]) / 2, np.log(a[there] / b[there])


def _classes(sizes: Array, changes: Array) -> tuple[Array, Array, Array]:
    """Bounds of classes of equal number by size, and the median and spread of the changes in each."""
    edges = np.quantile(sizes, np.linspace(0, 1, _CLASSES + 1)[1:-1])
    kind = np.searchsorted(edges, sizes)
    whole = (float(np.median(changes)), _spread(changes - np.median(changes)))
    centre, spread = np.full(_CLASSES, whole[0]), np.full(_CLASSES, whole[1])
    for number in range(_CLASSES):
        own = changes[kind == number]
        if len(own) >= 10:
            centre[number] = np.median(own)
            spread[number] = _spread(own - centre[number])
    return edges, centre, spread


def _spread(centred: Array) -> float:
    return max(float(_MAD * np.median(np.abs(centred))), _NARROWEST)


def _rows(before: Stored, after: Stored) -> Iterator[tuple[int, Array, Array]]:
    for start in range(0, len(before), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        yield start, np.asarray(before[part], np.float64), np.asarray(after[part], np.float64)
