"""A scenario followed over the years, in the shape of an answer: metrics by year, and what is reached when."""

from __future__ import annotations

import math

import pandas as pd

from kaldor.digits import finite
from kaldor.errors import InputError, Problem
from kaldor.server.answers.pathways import (
    AssumedGrowth,
    GrownAnswer,
    LeverByYear,
    MetricByYear,
    MilestoneAnswer,
    PathwayAnswer,
    SummedMetric,
)
from kaldor.server.refusals import RefusedError
from kaldor.server.twins import Prepared
from kaldor.twin.futures.path import PathResult, run_path
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range, packaged_growth_ranges
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcome import PREDICTED

MOST_YEARS = 61
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def pathway_answer(prepared: Prepared, pathway: Pathway, *, packaged_growth: bool = False) -> PathwayAnswer:
    """A path year by year, with and without its levers; `packaged_growth` adds the middles of the package's ranges.

    Works on a twin of its own, so that nobody's slider waits for it. Raises RefusedError (413) for more years than a
    server should compute at once; InputError for years that are none of an industrial strategy; what `run_path` raises.
    """
    _refuse_far(pathway)
    _refuse_long(pathway)
    ranges = packaged_growth_ranges(prepared.economy) if packaged_growth else ()
    grown = (*pathway.growth, *(one.as_growth(_middle(one)) for one in ranges))
    found = run_path(prepared.own_twin(), pathway.model_copy(update={"growth": grown}))
    economy, units = prepared.economy, found.yearly.attrs["units"]
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
            AssumedGrowth(
                name=one.name, rate=_middle(one), low=one.low, high=one.high, unit=one.unit, source=one.source
            )
            for one in ranges
        ],
        grown=[GrownAnswer(name=name, percent=_list(values)) for name, values in found.grown.items()],
        warning=found.warning,
        not_modelled=dict(found.not_modelled),
        year=economy.year,
        source=economy.source.id,
        status=PREDICTED,
        notes=[*economy.notes, *found.notes],
    )


def _refuse_far(pathway: Pathway) -> None:
    named: list[tuple[str, float]] = [("start", pathway.start), ("end", pathway.end)]
    for number, lever in enumerate(pathway.levers, start=1):
        named += [
            (f"lever {number}, adoption, start", lever.adoption.start),
            (f"lever {number}, adoption, until", lever.adoption.until),
        ]
    problems = [
        Problem(place, f"{year:g} is no year from {_FIRST_YEAR} to {_LAST_YEAR}.", "Name another year.")
        for place, year in named
        if not _FIRST_YEAR <= year <= _LAST_YEAR
    ]
    if problems:
        raise InputError(problems)


def _refuse_long(pathway: Pathway) -> None:
    """A hundred years on a large table take a server too long; every fifth year of them does not."""
    if len(pathway.years) > MOST_YEARS:
        what = f"asks for {len(pathway.years)} years; this server computes {MOST_YEARS} at once."
        raise RefusedError(413, Problem(f"path '{pathway.id[:80]}'", what, "Set a larger step, or an earlier end."))


def _middle(one: Range) -> float:
    return (one.low + one.high) / 2


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
