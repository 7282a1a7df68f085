"""What a path has reached: amounts added up over its years, milestones of its levers, and whether targets are met."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.economy.names import counts_jobs
from kaldor.twin.futures.pathway import Pathway, Target
from kaldor.twin.metric import Metric
from kaldor.twin.twin import Twin

_MILESTONES = (0.1, 0.5, 0.9)

# What may be added up over years: amounts a year. Shares, indices and ratios may not.
_ADDITIVE = frozenset(
    {
        "on_territory",
        "in_industries",
        "behind_final_use",
        "in_the_world",
        "manufacturing_value_added",
        "jobs",
        "real_income_of_region",
        "real_income_of_group",
        "household_burden",
        "treasury_revenue",
        "treasury_spending",
    }
)


def summed(values: pd.Series | Array, years: Sequence[int]) -> float:
    """A yearly amount added up over all years from the first to the last; straight lines between computed years."""
    every = np.arange(years[0], years[-1] + 1)
    return float(np.interp(every, np.asarray(years, dtype=float), np.asarray(values, dtype=float)).sum())


def cumulative_of(yearly: pd.DataFrame, metrics: Sequence[Metric], units: Mapping[str, str]) -> pd.DataFrame:
    """What can be added up, from the first year to the last: metric × (title, unit, reference, path, change)."""
    years = list(yearly.index)
    rows = {}
    for metric in metrics:
        if metric.measure in _ADDITIVE:
            unit = units[metric.id]
            rows[metric.id] = {
                "title": metric.title,
                # Jobs are people at a time: over years they are job-years.
                "unit": f"{unit} × years" if metric.measure == "jobs" or counts_jobs(metric.extension) else unit,
                **{which: summed(yearly[metric.id, which], years) for which in ("reference", "path", "change")},
            }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["title", "unit", "reference", "path", "change"])
    frame.index.name = "metric"
    frame.attrs |= {"from": years[0], "to": years[-1]}
    return frame


def milestones_of(twin: Twin, pathway: Pathway, yearly: pd.DataFrame) -> pd.DataFrame:
    """When each lever reaches 10, 50 and 90 % of its strength, and when each target is met (None: not modelled)."""
    rows: list[dict[str, object]] = []
    for i, lever in enumerate(pathway.levers):
        low, high = twin.levers[lever.lever].years_to_effect
        rows.append({"what": f"{pathway.label(i)}: begins", "year": lever.adoption.start, "met": True})
        rows += [
            {"what": f"{pathway.label(i)}: {share:.0%} adopted", "year": lever.adoption.year_of(share), "met": True}
            for share in _MILESTONES
        ]
        taken = lever.adoption.until - lever.adoption.start
        if lever.adoption.curve != "step" and taken < low:
            what = f"{pathway.label(i)}: complete in {taken:g} years, declared as taking {low:g} to {high:g}"
            rows.append({"what": what, "year": lever.adoption.until, "met": False})
    for target in pathway.targets:
        reached = _reached(target, yearly)
        met = None if math.isnan(reached) else reached <= target.by
        rows.append({"what": f"target: {target.words}", "year": reached, "met": met})
    frame = pd.DataFrame(rows, columns=["what", "year", "met"])
    frame.attrs["units"] = {"year": "year"}
    return frame


def _reached(target: Target, yearly: pd.DataFrame) -> float:
    """The first computed year in which a target holds (a sum: its own year, if it holds then); inf where never, NaN
    where the levers have no data to move its metric."""
    path, reference = yearly[target.metric, "path"], yearly[target.metric, "reference"]
    if path.isna().all():
        return float("nan")
    if target.cumulative:
        total, without = _sum_until(target, path), _sum_until(target, reference)
        return float(target.by) if holds(target, total, without) else float("inf")
    held = [year for year, value in path.items() if holds(target, float(value), float(reference.iloc[0]))]
    return float(held[0]) if held else float("inf")


def asked_for(target: Target, yearly: pd.DataFrame) -> float:
    """The value that a target asks for, in its metric's unit: given, or a cut below what there is without levers."""
    if target.cut is None:
        return float(target.above if target.above is not None else target.below or 0.0)
    reference = yearly[target.metric, "reference"]
    base = _sum_until(target, reference) if target.cumulative else float(reference.iloc[0])
    return base * (1 - target.cut / 100)


def at_that_time(target: Target, yearly: pd.DataFrame) -> float:
    """What the path has in the target's year, on a straight line between computed years, or summed up to it."""
    path = yearly[target.metric, "path"]
    if target.cumulative:
        return _sum_until(target, path)
    return float(np.interp(target.by, [float(year) for year in path.index], path.to_numpy(dtype=float)))


def _sum_until(target: Target, values: pd.Series) -> float:
    years = [year for year in values.index if year <= target.by]
    return summed(values.loc[years], years)


def holds(target: Target, value: float, base: float) -> bool:
    """Whether a value meets a target; `base` is what a cut is counted from."""
    if target.above is not None:
        return value >= target.above
    limit = target.below if target.below is not None else base * (1 - (target.cut or 0.0) / 100)
    return value <= limit
