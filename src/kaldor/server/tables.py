"""Figures and arrays as JSON: null where a figure is missing, since JSON knows no NaN."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kaldor.digits import finite
from kaldor.economy.economy import Array


def by_region(regions: Iterable[str], values: Array) -> dict[str, float | None]:
    """One number a region."""
    return {region: finite(value) for region, value in zip(regions, values.tolist(), strict=True)}


def share_of(part: Array, whole: Array) -> Array:
    """Part as % of whole; NaN where the whole is zero."""
    return np.divide(100 * part, whole, out=np.full(len(whole), np.nan), where=whole != 0)
