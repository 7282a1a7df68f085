"""Deflators of the sellers, in any of the forms in which they are given, as one price index a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from kaldor.atlas.prices import HIGHEST, LOWEST, within_bounds
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem

Deflators: TypeAlias = float | Mapping[str, float] | Mapping[tuple[str, str], float] | pd.Series | pd.DataFrame
"""One number for all; by region; by (region, sector); or a table of regions × sectors. 1.27: prices rose by 27 %."""


def deflator_row(economy: Economy, deflators: Deflators) -> Array:
    """One price index for each region-sector (n), from any of the forms that `Deflators` allows."""
    if isinstance(deflators, int | float | np.number):
        row = np.full(economy.n, float(deflators))
    else:
        row = _from_labels(economy, _labelled(deflators))
    remedy = f"A price index is above zero, {within_bounds()}."
    wrong = [
        Problem(f"deflator of {'/'.join(economy.index[i])}", f"is {row[i]:.4g}.", remedy)
        for i in np.flatnonzero(~((row >= LOWEST) & (row <= HIGHEST)))
    ]
    if wrong:
        raise InputError(wrong)
    return row


def _labelled(
    deflators: Mapping[str, float] | Mapping[tuple[str, str], float] | pd.Series | pd.DataFrame,
) -> dict[Any, float]:
    if isinstance(deflators, pd.DataFrame):
        return {(str(r), str(s)): float(v) for (r, s), v in deflators.stack().items()}
    return {key: float(value) for key, value in deflators.items()}


def _from_labels(economy: Economy, given: dict[Any, float]) -> Array:
    """Deflators by region or by (region, sector), the finer one first, in the order of the rows."""
    rows = list(economy.index)
    known = {*rows, *economy.regions}
    problems = [
        Problem("deflators", f"'{key}' is no region or (region, sector) of the table.")
        for key in given
        if key not in known
    ]
    problems += [
        Problem("deflators", f"none for {region}{_some(missing)}.", "Give one for every region or region-sector.")
        for region in economy.regions
        if (missing := [s for s in economy.sectors if (region, s) not in given and region not in given])
    ]
    if problems:
        raise InputError(problems)
    return np.array([given.get((region, sector), given.get(region)) for region, sector in rows], dtype=np.float64)


def _some(sectors: list[str]) -> str:
    shown = ", ".join(sectors[:4])
    return f" ({shown}{' …' if len(sectors) > 4 else ''})"
