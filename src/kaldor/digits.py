"""How many digits a number keeps, so that the same study gives the same brief on every machine.

Linear algebra adds in an order that depends on processor and threads, and its results differ in their last digits: by
some 1e-13 of what was added up, which after a subtraction may be all that is left. What is stored therefore keeps ten
digits, what is shown six, and what is below a billionth of its column is nothing. Numbers are ranked by the digits that
are kept, so that noise puts nothing in order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

STORED: Final = 10
"""Significant digits of results in files: one unit of the last is a billionth of the number at most."""

SHOWN: Final = 6
"""Significant digits of figures in a brief: in text, tables, pictures and the data annex."""

BESIDE: Final = 8
"""Digits of the largest figure of a run that smaller ones beside it reach down to."""

NOISE: Final = 1e-9
"""Below this share of the largest beside it a number is what rounding left."""

UNMOVED: Final = 1e-11
"""Below this share of what it is a change of a change is none."""

_FURTHEST: Final = 300
_POWERS: Final[Array] = np.array([float(f"1e{power}") for power in range(-_FURTHEST, _FURTHEST + 1)])


def finite(value: float | None) -> float | None:
    """The number, or None where it is missing or without bound: JSON knows neither."""
    return None if value is None or not math.isfinite(value) else float(value)


def shown(value: float, largest: float = 0.0) -> float:
    """A finite number as a brief shows it; no finer than `BESIDE` digits of the `largest` beside it, if one is given.

    It is rounded to the digits of a stored result first: a number that lies on the border between two roundings, as
    round ones like to, would otherwise be sent to either side by its last digit.

    >>> shown(1234.5650000001), shown(1234.5649999999), shown(0.0123456789, largest=12.0), shown(-1e-17, largest=3.5)
    (1234.57, 1234.57, 0.012346, 0.0)
    """
    if largest:
        value = round(value, BESIDE - 1 - int(f"{largest:.{STORED - 1}e}".partition("e")[2]))
    return float(f"{float(f'{value:.{STORED - 1}e}'):.{SHOWN - 1}e}") + 0.0  # no zero below zero


def to_digits(value: float, digits: int) -> float:
    """A number to some significant digits, for what rests on facts that are known to few; NaN stays.

    >>> to_digits(1.9148, 2), to_digits(1351.9, 2)
    (1.9, 1400.0)
    """
    return float(f"{shown(value):.{digits - 1}e}") if math.isfinite(value) else value


def shown_beside(values: Iterable[float | None]) -> tuple[float | None, ...]:
    """The numbers of a run as a brief shows them, None where there is none."""
    run = tuple(values)
    largest = max((abs(value) for value in run if value is not None), default=0.0)
    return tuple(None if value is None else shown(value, largest) for value in run)


def settled(values: Array, axis: int | None = None) -> Array:
    """Numbers to the digits of a stored result, zero below `NOISE` of the largest (of its column, with `axis=0`).

    What is not finite stays. Only operations that give the same on every processor: no logarithm, no power.

    >>> settled(np.array([1234.567890004, -7e-12, np.inf])).tolist()
    [1234.56789, 0.0, inf]
    """
    size, known = np.abs(values), np.isfinite(values)
    largest = np.max(size, axis=axis, keepdims=True, initial=0.0, where=known)
    place = np.searchsorted(_POWERS, size, side="right") - STORED  # of the last digit that is kept
    place = np.clip(place, 0, 2 * _FURTHEST)
    down, up = _POWERS[place], _POWERS[2 * _FURTHEST - place]
    with np.errstate(invalid="ignore", over="ignore"):
        # Divided by a whole power of ten a number is the one that its decimals are read as; times 0.001 it may not be.
        rounded = np.where(place < _FURTHEST, np.rint(values * up) / up, np.rint(values / down) * down)
    return np.where(known, np.where(size >= NOISE * largest, rounded, 0.0), values)


def settled_table(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose columns of fractional numbers are settled, each beside its own largest; all else as it is."""
    fractional = [place for place, kind in enumerate(table.dtypes) if kind.kind == "f"]
    done = table.copy()
    if fractional:
        numbers = settled(table.iloc[:, fractional].to_numpy(np.float64), axis=0)
        for column, place in enumerate(fractional):
            done.isetitem(place, numbers[:, column])
    return done


def unless_noise(before: Array | float, after: Array, scale: Array | float = 0.0) -> Array:
    """`after`, and exactly `before` where the two differ by no more than rounding leaves of a change that is none.

    `scale` is the size of what both are differences of, where that is more than they are themselves.
    """
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(after - before) <= UNMOVED * np.maximum(np.abs(before), scale), before, after)


def largest_first(values: Array) -> NDArray[np.intp]:
    """The places of numbers, the largest first; those that share their kept digits stay as they stand, NaN last."""
    return np.argsort(-settled(values), kind="stable")


def ranked(column: pd.Series) -> pd.Series:
    """A column of numbers, the largest first as `largest_first` orders them."""
    return column.iloc[largest_first(column.to_numpy(np.float64))]
