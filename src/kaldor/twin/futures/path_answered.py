"""A scenario followed over the years as plain fields: metrics by year, and what is reached when."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kaldor.digits import finite
from kaldor.economy.economy import Economy
from kaldor.twin.futures.path_fields import (
    AssumedGrowth,
    CostByYear,
    GrownAnswer,
    LatestStart,
    LeverByYear,
    MetricByYear,
    MilestoneAnswer,
    PathwayAnswer,
    SummedMetric,
)
from kaldor.twin.futures.path_result import PathResult
from kaldor.twin.futures.ranges import Range
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcome import PREDICTED


def path_answered(
    found: PathResult, economy: Economy, *, starts: pd.DataFrame | None = None, ranges: Sequence[Range] = ()
) -> PathwayAnswer:
    """What `run_path` found, year by year, with and without the levers.

    `starts`: the latest useful starts, where they were asked for; `ranges`: of which growth the middles were assumed.
    """
    pathway, units = found.pathway, found.yearly.attrs["units"]
    return PathwayAnswer(
        id=pathway.id,
        view=pathway.view,
        responding=found.responding,
        region=pathway.region,
        years=list(pathway.years),
        metrics=[_metric(found, id, str(units[id])) for id in units],
        levers=[
            LeverByYear(lever=setting.lever, unit=found.strengths.attrs["units"][name], strengths=_list(values))
            for setting, (name, values) in zip(pathway.levers, found.strengths.items(), strict=True)
        ],
        milestones=[_milestone(row) for row in found.milestones.to_dict(orient="records")],
        summed=[_summed(id, row) for id, row in found.cumulative.to_dict(orient="index").items()],
        growth=[
            AssumedGrowth(name=one.name, rate=middle(one), low=one.low, high=one.high, unit=one.unit, source=one.source)
            for one in ranges
        ],
        grown=[GrownAnswer(name=name, percent=_list(values)) for name, values in found.grown.items()],
        costs=[
            CostByYear(name=str(name), unit=economy.unit, amounts=_list(values)) for name, values in found.costs.items()
        ],
        latest_starts=None if starts is None else [_start(row) for row in starts.reset_index().to_dict("records")],
        warning=found.warning,
        not_modelled=dict(found.not_modelled),
        year=economy.year,
        source=economy.source.id,
        status=PREDICTED,
        notes=[*economy.notes, *found.notes],
    )


def middle(of: Range) -> float:
    """The middle of a range."""
    return (of.low + of.high) / 2


def _start(row: dict[str, object]) -> LatestStart:
    figures = {name: finite(float(str(row[name]))) for name in ("latest", "slack")}
    said = {name: str(row[name]) for name in ("lever", "target", "in_words")}
    return LatestStart(planned=float(str(row["planned"])), **said, **figures)


def _metric(found: PathResult, id: str, unit: str) -> MetricByYear:
    metric = packaged_metrics()[id]
    return MetricByYear(
        id=id,
        dimension=metric.dimension,
        title=metric.title,
        unit=unit,
        better=metric.better,
        view=found.views[id],
        reference=_list(found.of(id, "reference")),
        path=_list(found.of(id, "path")),
    )


def _milestone(row: dict[str, object]) -> MilestoneAnswer:
    year = float(str(row["year"]))
    met = None if row["met"] is None else bool(row["met"])
    return MilestoneAnswer(what=str(row["what"]), year=year if math.isfinite(year) else None, met=met)


def _summed(id: str, row: dict[str, object]) -> SummedMetric:
    amounts = {name: finite(float(str(row[name]))) for name in ("reference", "path", "change")}
    return SummedMetric(id=id, title=str(row["title"]), unit=str(row["unit"]), **amounts)


def _list(values: pd.Series) -> list[float | None]:
    return [finite(value) for value in values.tolist()]
