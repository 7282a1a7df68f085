"""A path to a chosen year: levers that spread along adoption curves, on an economy that grows as assumed.

A path is a chain of assumptions on the structure of the base year, and is to be read so: technology, tastes and what
people have are those of the table's year unless a lever or declared growth changes them (`kaldor.twin.futures.growth`);
no plant wears out, and nothing is invented that no lever says. Each year is a what-if of its own: the grown economy
without the levers (reference) and with each lever at the strength that its curve gives it in that year.

Where prices respond (default) each year without and with the levers is an equilibrium: how many work and what each
makes are declared, so that an unchanged population ends with as many jobs as it has workers, and income, value added,
jobs, prices and CO2 come from there (`kaldor.twin.futures.responding`). What has no answer there (dependence on
suppliers, extensions other than CO2 and jobs) follows volumes at fixed prices, which grow as demand is declared to;
`views` says which.

Cumulative figures add up the years; between computed years (`step` above 1) they lie on a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kaldor.twin.futures.latest_starts import latest_starts
from kaldor.twin.futures.path_bands import bands_of
from kaldor.twin.futures.path_reached import cumulative_of, milestones_of
from kaldor.twin.futures.path_result import PathResult, costs_of, grown_of, strengths_of, yearly_of
from kaldor.twin.futures.path_years import PathYears
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range
from kaldor.twin.natures import nature_of
from kaldor.twin.order import said_of
from kaldor.twin.twin import Twin

__all__ = ["PathResult", "latest_starts", "run_path"]

WARNING = (
    "A path of assumptions on the structure of {year} ({source}), not a forecast: technology, tastes and what people "
    "have are that year's unless a lever or declared growth changes them."
)


def run_path(
    twin: Twin,
    pathway: Pathway,
    *,
    metrics: Sequence[str] | None = None,
    ranges: Sequence[Range] = (),
    runs: int = 100,
    seed: int = 0,
) -> PathResult:
    """Every year of a path, with and without its levers.

    With `ranges` (strengths are those of full adoption, growth rates replace nothing but multiply with the declared
    ones) the path is run `runs` times besides, from a Latin hypercube with this `seed`, for bands on every year.

    Raises InputError with all that is wrong with the levers (out of bounds, unknown labels, missing data), with the
    growth or with a year that cannot be run (which, and why).
    """
    metrics = _with_targets(metrics, pathway)
    runner = PathYears(twin, pathway, metrics)
    solved = runner.years(pathway, pathway.years)
    yearly = yearly_of(runner.meter, pathway.years, solved)
    still = runner.unmoved(pathway)
    for metric in runner.meter.metrics:
        if metric.id in still:
            unknown = nature_of(str(metric.measure)).of_change or metric.id in runner.unanswered
            absent = ("reference", "path", "change") if unknown else ("path", "change")
            yearly[[(metric.id, which) for which in absent]] = np.nan
    units = runner.meter.units(runner.many.before)
    yearly.attrs |= {"units": units, "region": runner.meter.region, "base_year": twin.economy.year}
    return PathResult(
        pathway=pathway,
        yearly=yearly,
        strengths=strengths_of(twin, pathway),
        costs=costs_of(pathway, solved, twin.economy),
        views=runner.meter.views,
        responding=runner.in_words(pathway),
        grown=grown_of(pathway, solved),
        cumulative=cumulative_of(yearly, runner.meter.metrics, units),
        milestones=milestones_of(twin, pathway, yearly),
        bands=bands_of(runner, pathway, ranges, runs, seed, units, still),
        warning=WARNING.format(year=twin.economy.year, source=twin.economy.source.id),
        not_modelled={**runner.meter.not_modelled, **still},
        notes=tuple(
            dict.fromkeys((*runner.meter.notes, *said_of(twin.economy, pathway.scenario(pathway.end), twin.levers)))
        ),
    )


def _with_targets(metrics: Sequence[str] | None, pathway: Pathway) -> Sequence[str] | None:
    return metrics if metrics is None else list(dict.fromkeys([*metrics, *(t.metric for t in pathway.targets)]))
