"""Frames and arrays as JSON: plain rows, and null where a figure is missing, since JSON knows no NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array

Cell = str | float | int | bool | None


def finite(value: float | None) -> float | None:
    """The number, or None where it is missing or without bound."""
    return None if value is None or not math.isfinite(value) else float(value)


def by_region(regions: Iterable[str], values: Array) -> dict[str, float | None]:
    """One number a region."""
    return {region: finite(value) for region, value in zip(regions, values.tolist(), strict=True)}


def rows_of(frame: pd.DataFrame, most: int | None = None) -> list[dict[str, Cell]]:
    """The rows of a frame, its index first, as plain values."""
    flat = (frame if most is None else frame.head(most)).reset_index()
    columns = [[_plain(value) for value in flat[name].tolist()] for name in flat.columns]
    names = [str(name) for name in flat.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def share_of(part: Array, whole: Array) -> Array:
    """Part as % of whole; NaN where the whole is zero."""
    return np.divide(100 * part, whole, out=np.full(len(whole), np.nan), where=whole != 0)


def _plain(value: Any) -> Cell:
    if isinstance(value, float):
        return finite(value)
    return value if isinstance(value, str | int | bool) or value is None else str(value)
