"""Bands on every year of a path: its percentiles over drawn assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.twin.futures.path_years import PathYears
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range
from kaldor.twin.futures.sampling import latin_hypercube


def bands_of(
    runner: PathYears,
    pathway: Pathway,
    ranges: Sequence[Range],
    runs: int,
    seed: int,
    units: Mapping[str, str],
    still: Mapping[str, str],
) -> pd.DataFrame:
    """Percentiles of path and change by year and metric over drawn assumptions."""
    index = pd.MultiIndex.from_arrays([[], [], []], names=["year", "metric", "which"])
    if not ranges:
        return pd.DataFrame(columns=["p5", "p50", "p95"], index=index)
    low, high = np.array([r.low for r in ranges]), np.array([r.high for r in ranges])
    drawn = low + latin_hypercube(len(ranges), runs, seed) * (high - low)
    paths = np.empty((runs, len(pathway.years), len(runner.meter.names)))
    changes = np.empty_like(paths)
    for run, values in enumerate(drawn):
        solved = runner.years(_varied(pathway, ranges, values), pathway.years)
        paths[run] = [one.path for one in solved]
        changes[run] = paths[run] - np.stack([one.reference for one in solved])
    for m, name in enumerate(runner.meter.names):
        if name in still and not changes[..., m].any():
            paths[..., m] = changes[..., m] = np.nan
    rows = {
        (year, name, which): np.percentile(values[:, y, m], (5, 50, 95))
        for y, year in enumerate(pathway.years)
        for m, name in enumerate(runner.meter.names)
        for which, values in (("path", paths), ("change", changes))
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["p5", "p50", "p95"])
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["year", "metric", "which"])
    frame.attrs |= {"seed": seed, "runs": runs, "method": "latin hypercube", "units": dict(units)}
    return frame


def _varied(pathway: Pathway, ranges: Sequence[Range], values: Array) -> Pathway:
    """The path in which each range has its value."""
    levers, growth = list(pathway.levers), list(pathway.growth)
    for one, value in zip(ranges, values.tolist(), strict=True):
        if one.lever is None:
            growth.append(one.as_growth(value))
        else:
            lever = levers[one.lever - 1]
            figures = {**lever.figures, one.figure: value}
            update = {"strength": value} if one.varies == "strength" else {"figures": figures}
            levers[one.lever - 1] = lever.model_copy(update=update)
    return pathway.model_copy(update={"levers": tuple(levers), "growth": tuple(growth)})
