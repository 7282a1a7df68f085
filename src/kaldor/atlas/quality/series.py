"""Faults of long tables: extensions and indicators, series by series over the years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kaldor.atlas.quality.faults import Fault

if TYPE_CHECKING:
    import pandas as pd

_SEVERAL = 2  # years above zero make a zero one remarkable, and fewer where they are half of the years
_SCALE = 3.0  # a factor of a whole account from one year to the next that no growth explains
_ENOUGH = 4  # series make a whole
_NARROWEST = 0.05  # smallest usual spread of yearly changes, in logarithms: 5 %


def series_faults(frame: pd.DataFrame, add: Callable[[Sequence[Fault]], None], *, limit: float) -> float:
    """Add the faults of a long table (columns year, value, and what names a series); returns how full its grid is.

    A value is out of line if both the step to it and the step from it (or the only one there is) are more than `limit`
    usual steps of the whole table, in logarithms: a slip of a decimal point in one year, not a new level. Where half of
    an indicator, or of an account's industries or final users, take such a step together, that is said once.
    """
    keys = [name for name in ("indicator", "extension", "region", "sector") if name in frame.columns]
    wide = frame.pivot_table(index=keys, columns="year", values="value", aggfunc="first", dropna=False)
    wide = wide[wide.notna().any(axis=1)]
    if wide.empty:
        return 0.0
    names = ["/".join(str(part) for part in _parts(label) if str(part)) for label in wide.index]
    years, values = [int(year) for year in wide.columns], wide.to_numpy(float)
    below = np.argwhere(values < 0)
    add([Fault("negative value", years[t], names[i], f"{values[i, t]:,.6g}", -float(values[i, t])) for i, t in below])
    add(_zeroed(frame, years))
    add(_holes(values, names, years))
    steps, changes = _without_changes_of_unit(_steps(values), _wholes(wide.index), years)
    add(changes)
    add(_jumps(values, steps, names, years, limit))
    return float(np.isfinite(values).mean())


def _zeroed(frame: pd.DataFrame, years: Sequence[int]) -> list[Fault]:
    """Accounts that are zero in every industry of a year, or of a country's year, and are not in others."""
    if "indicator" in frame.columns or "sector" not in frame.columns:
        return []
    made = frame[frame["sector"] != ""]
    found: list[Fault] = []
    for label, own in made.groupby("extension") if "extension" in frame.columns else [("", made)]:
        amounts = own["value"].abs()
        whole = amounts.groupby(own["year"]).sum()
        empty = [int(year) for year in whole.index[whole == 0]]
        found += [Fault("account all zero", year, str(label) or "all values", "zero throughout") for year in empty]
        by_region = amounts.groupby([own["region"], own["year"]]).sum().unstack().reindex(columns=list(years))
        others = by_region.drop(columns=empty)
        above, known = (others > 0).sum(axis=1), others.notna().sum(axis=1)
        for region, row in others[(above >= _SEVERAL) | (2 * above >= known)].iterrows():
            where = "/".join(part for part in (str(label), str(region)) if part)
            zero = [int(year) for year in row.index[row == 0]]
            found += [
                Fault("account all zero", year, where, "zero throughout, and not in other years") for year in zero
            ]
    return found


def _holes(values: np.ndarray, names: Sequence[str], years: Sequence[int]) -> list[Fault]:
    found = []
    for i, row in enumerate(np.isfinite(values)):
        there = np.flatnonzero(row)
        missing = [years[t] for t in range(there[0], there[-1] + 1) if not row[t]]
        if missing:
            words = "no value in " + ", ".join(map(str, missing))
            found.append(Fault("gap in a series", None, names[i], words, float(len(missing))))
    return found


def _steps(values: np.ndarray) -> np.ndarray:
    """The logarithm of each value's ratio to the year before (series × years but the first); NaN where it has none."""
    logs = np.full(values.shape, np.nan)
    np.log(values, out=logs, where=values > 0)
    return np.diff(logs, axis=1)


def _wholes(index: pd.Index) -> np.ndarray:
    """What each series is a part of: its indicator, or its account's industries or final users, in words."""
    frame = index.to_frame(index=False)
    if "indicator" in frame.columns:
        return frame["indicator"].astype(str).to_numpy()
    users = np.where(frame["sector"] == "", "final users", "industries")
    return users if "extension" not in frame.columns else (frame["extension"].astype(str) + ": " + users).to_numpy()


def _without_changes_of_unit(
    steps: np.ndarray, wholes: np.ndarray, years: Sequence[int]
) -> tuple[np.ndarray, list[Fault]]:
    """The steps less what a whole takes together beyond growth, and what is said of that."""
    left, found = steps.copy(), []
    for whole in dict.fromkeys(wholes):
        own = np.flatnonzero(wholes == whole)
        for t in range(steps.shape[1]):
            known = steps[own, t][np.isfinite(steps[own, t])]
            middle = float(np.median(known)) if len(known) >= _ENOUGH else 0.0
            if abs(middle) > np.log(_SCALE):
                what = (
                    f"half of all values are {np.exp(abs(middle)):,.4g} times as {'large' if middle > 0 else 'small'}"
                )
                found.append(Fault("scale", years[t + 1], whole, f"{what} as the year before: a change of unit?"))
                left[own, t] -= middle
    return left, found


def _jumps(
    values: np.ndarray,
    steps: np.ndarray,
    names: Sequence[str],
    years: Sequence[int],
    limit: float,
) -> list[Fault]:
    known = steps[np.isfinite(steps)]
    if len(known) < 10:
        return []
    centre = float(np.median(known))
    spread = max(1.4826 * float(np.median(np.abs(known - centre))), _NARROWEST)
    scores = (steps - centre) / spread
    found = []
    for i, t in np.argwhere(np.abs(scores) > limit):
        before, after = scores[i, t], scores[i, t + 1] if t + 1 < scores.shape[1] else np.nan
        alone = not np.isfinite(after) and (
            t == 0 or not np.isfinite(scores[i, t - 1]) or abs(scores[i, t - 1]) <= limit
        )
        back = np.isfinite(after) and abs(after) > limit and np.sign(after) != np.sign(before)
        if alone or back:
            what = f"{values[i, t]:,.6g} → {values[i, t + 1]:,.6g}, {abs(before):.0f} times the usual step"
            found.append(Fault("value out of line", years[t + 1], names[i], what, abs(float(before))))
    return found


def _parts(label: object) -> tuple[object, ...]:
    return label if isinstance(label, tuple) else (label,)
