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

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import relabelled
from kaldor.economy.names import counts_jobs
from kaldor.errors import InputError, KaldorError, Problem, UnknownLabelError
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growth import factors_after
from kaldor.twin.futures.many import Answered, Many
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.pathway import Pathway, Target
from kaldor.twin.futures.ranges import Range
from kaldor.twin.futures.responding import Respondents, growth_of, incomes
from kaldor.twin.futures.sampling import latin_hypercube
from kaldor.twin.measured import Measured
from kaldor.twin.metric import Metric
from kaldor.twin.natures import nature_of
from kaldor.twin.order import orders_of, said_of
from kaldor.twin.responding.closing import View
from kaldor.twin.responding.outcome_of import NEGLIGIBLE
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

WARNING = (
    "A path of assumptions on the structure of {year} ({source}), not a forecast: technology, tastes and what people "
    "have are that year's unless a lever or declared growth changes them."
)

_MILESTONES = (0.1, 0.5, 0.9)
_BATCH = 32

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


@dataclass(frozen=True, eq=False)
class PathResult:
    """A path, year by year.

    `yearly`: index year; columns (metric, "reference" | "path" | "change"). `strengths`: year × lever, in the
    lever's unit. `costs`: year × line: where prices respond, whose income in the region the levers change, which adds
    up to its real income; at fixed prices, what they make industries, final users and the treasury pay. `grown`: where
    prices respond, year × (workers, product of each, jobs, GDP volume, real wage), growth in % since the table's year
    without the levers. `views`: in which view each metric is measured, `responding` how prices respond.
    `cumulative`: by metric that can be summed: reference, path, change up to the last year. `milestones`: what is
    reached when. What the levers cannot move for want of data is NaN with them and as a change, and `not_modelled` says
    why; so is what no year has where prices respond.
    `bands`: percentiles of the yearly change over drawn assumptions, empty without ranges.
    Units are in `attrs["units"]`.
    """

    pathway: Pathway
    yearly: pd.DataFrame
    strengths: pd.DataFrame
    costs: pd.DataFrame
    cumulative: pd.DataFrame
    milestones: pd.DataFrame
    bands: pd.DataFrame
    warning: str
    not_modelled: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What must be said of the names: members of blocs that the economy does not show."""
    views: Mapping[str, View] = field(default_factory=dict)
    responding: str = ""
    grown: pd.DataFrame = field(default_factory=pd.DataFrame)

    def of(self, metric: str, which: Literal["reference", "path", "change"] = "path") -> pd.Series:
        """One metric by year. Raises UnknownLabelError with the near match."""
        known = list(dict.fromkeys(self.yearly.columns.get_level_values(0)))
        if metric not in known:
            raise UnknownLabelError("metric", metric, known)
        return relabelled(self.yearly[metric, which], self.yearly.attrs["units"][metric], like=self.yearly)


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
    runner = _Runner(twin, pathway, metrics)
    solved = runner.years(pathway, pathway.years)
    yearly = _yearly(runner.meter, pathway.years, solved)
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
        strengths=_strengths(twin, pathway),
        costs=_costs(pathway, solved, twin.economy),
        views=runner.meter.views,
        responding=runner.in_words(pathway),
        grown=_grown(pathway, solved),
        cumulative=_cumulative(yearly, runner.meter.metrics, units),
        milestones=_milestones(twin, pathway, yearly),
        bands=_bands(runner, pathway, ranges, runs, seed, units, still),
        warning=WARNING.format(year=twin.economy.year, source=twin.economy.source.id),
        not_modelled={**runner.meter.not_modelled, **still},
        notes=tuple(
            dict.fromkeys((*runner.meter.notes, *said_of(twin.economy, pathway.scenario(pathway.end), twin.levers)))
        ),
    )


def latest_starts(twin: Twin, pathway: Pathway) -> pd.DataFrame:
    """The latest year in which each lever may still begin for each target of the path to be met.

    A lever's curve is moved as a whole; everything else stays as declared. Every whole year from the path's first to
    the target's is tried, the latest first. Index (lever, target); columns planned, latest (NaN where none helps),
    slack (years between them) and what it means in words.
    Raises InputError where the path has no target; and what `run_path` raises.
    """
    if not pathway.targets:
        raise InputError(Problem(f"path '{pathway.id}'", "has no target to be late for.", "Add [[targets]]."))
    rows = []
    for target in pathway.targets:
        runner = _Runner(twin, pathway, [target.metric])
        years = _years_asked(pathway, target)
        first = runner.years(pathway.model_copy(update={"levers": ()}), (pathway.start,))
        still = runner.unmoved(pathway)
        aim = _Aim(runner, target, first[0], years)
        for number, lever in enumerate(pathway.levers):
            without = tuple(one for i, one in enumerate(pathway.levers) if i != number)
            never = pathway.model_copy(update={"levers": without})
            planned = lever.adoption.start
            if target.metric in still:
                latest, words = float("nan"), f"{NOT_MODELLED}: {still[target.metric]}"
            elif aim.met(never):
                latest, words = float("nan"), "not needed: the others meet the target"
            else:
                latest, words = _latest(aim, pathway, number, target.by)
            rows.append(
                {
                    "lever": pathway.label(number),
                    "target": target.words,
                    "planned": planned,
                    "latest": latest,
                    "slack": latest - planned,
                    "in_words": words,
                }
            )
    frame = pd.DataFrame(rows).set_index(["lever", "target"])
    frame.attrs["units"] = {"planned": "year", "latest": "year", "slack": "years"}
    return frame


# -- years -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Year:
    """One computed year: the metrics without and with the levers, what the region pays because of them, and what has
    grown without them (empty at fixed prices)."""

    reference: Array
    path: Array
    paid: dict[str, float]
    grown: dict[str, float] = field(default_factory=dict)


class _Runner:
    """Answers years of paths on one twin. `unanswered` says of metrics why no year has them where prices respond."""

    def __init__(self, twin: Twin, pathway: Pathway, metrics: Sequence[str] | None) -> None:
        self.twin = twin
        responding = pathway.view == "prices respond"
        self.meter = Meter(
            twin.economy, pathway.region, pathway.bloc, metrics, blocs=pathway.blocs, responding=responding
        )
        self.many = Many(twin)
        asked = self.meter.responding
        scenario = pathway.scenario(pathway.end)
        self._respondents = Respondents(self.many, scenario, asked, self.meter.region, self.meter.bloc)
        self._responding = self.meter.places(asked)
        self._position = twin.economy.region_position(self.meter.region)
        self.unanswered: dict[str, str] = {}
        self._refuse(self._respondents.why_not)

    def unmoved(self, pathway: Pathway) -> dict[str, str]:
        """Metrics that the path's levers cannot move for want of data, and why; those that no year has."""
        end = pathway.scenario(pathway.end)
        found = self.meter.unmoved(self.twin, end)
        return found | (self.unanswered or self._respondents.unmoved(end))

    def in_words(self, pathway: Pathway) -> str:
        """How prices respond; empty at fixed prices."""
        if not self.meter.responding:
            return ""
        if self.unanswered:
            return f"Prices do not respond here: {next(iter(self.unanswered.values()))}"
        return self._respondents.in_words(pathway.scenario(pathway.end))

    def years(self, pathway: Pathway, years: Sequence[int]) -> list[_Year]:
        """The years of a path, in their order. Raises InputError naming the year that cannot be run."""
        economy = self.twin.economy
        orders_of(economy, pathway.scenario(pathway.end), self.twin.levers)  # all faults at once, before any year
        futures = [
            Future(pathway.scenario(year), factors_after(economy, pathway.growth, year - economy.year))
            for year in years
        ]
        return self.solved(futures, [f"path '{pathway.id}', year {year}" for year in years])

    def solved(self, futures: Sequence[Future], places: Sequence[str]) -> list[_Year]:
        """Futures answered and measured; `places` name them in an error."""
        found: list[_Year] = []
        for start in range(0, len(futures), _BATCH):
            for answered in self.many.answers(Futures.of(futures[start : start + _BATCH])):
                for failed in filter(None, answered.failed):
                    place = places[len(found) + answered.failed.index(failed)]
                    raise InputError(Problem(place, failed, "Lower the strength of that lever, or let less grow."))
                found += self._measured(answered)
        if not self.meter.responding or self.unanswered:
            return found
        return [self._responded(*one) for one in zip(found, futures, places, strict=True)]

    def _responded(self, year: _Year, future: Future, place: str) -> _Year:
        """A year with the metrics that respond, measured in its two balances."""
        reference, path = year.reference.copy(), year.path.copy()
        try:
            pair = self._respondents.pair(future, place)
        except KaldorError as reason:
            self._refuse(str(reason))
            return year
        reference[self._responding], path[self._responding] = self._respondents.values(pair)
        return _Year(reference, path, incomes(pair, self._position), growth_of(pair.reference, self._position))

    def _refuse(self, reason: str) -> None:
        if reason:
            self.unanswered = dict.fromkeys((metric.id for metric in self.meter.responding), reason)

    def _measured(self, answered: Answered) -> list[_Year]:
        before, after = answered.before, answered.after
        if before is None or after is None:
            raise AssertionError("futures without states that have not failed")
        count = len(answered.failed)
        shape = (count, len(self.meter.metrics))
        reference = np.broadcast_to(self.meter.values(before, before), shape)
        after_levers = np.broadcast_to(self.meter.values(before, after), shape)
        path = self.meter.changed(reference, after_levers, self.many.before)
        paid = {
            name: np.broadcast_to(amount, count) for name, amount in _paid(before, after, self.meter.region).items()
        }
        return [
            _Year(reference[i], path[i], {name: float(amount[i]) for name, amount in paid.items()})
            for i in range(count)
        ]


def _paid(before: Measured, after: Measured, region: str) -> dict[str, Array]:
    """What a region's industries, its final users and its treasury pay because of the levers, by line."""
    economy = after.economy
    rows, position = economy.rows_of(region), economy.region_position(region)
    columns = slice(position * len(economy.demands), (position + 1) * len(economy.demands))
    rise = after.worth(after.prices - before.prices)[..., columns].sum(axis=-1)
    paid: dict[str, Array] = {"dearer purchases (final users)": rise}
    for levy in after.change.levies:
        name = f"{levy.name} (industries, to {levy.recipient})"
        paid[name] = paid.get(name, np.zeros(())) + (levy.rate * after.x)[..., rows].sum(axis=-1)
    for final in after.change.final_levies:
        name = f"{final.name} (final users, to {final.recipient})"
        own = final.columns // len(economy.demands) == position
        paid[name] = paid.get(name, np.zeros(())) + after.due(final)[..., own].sum(axis=(-2, -1))
    for name, amounts in after.change.spending.items():
        paid[f"{name} (treasury)"] = amounts[..., position]
    return paid


def _with_targets(metrics: Sequence[str] | None, pathway: Pathway) -> Sequence[str] | None:
    return metrics if metrics is None else list(dict.fromkeys([*metrics, *(t.metric for t in pathway.targets)]))


def _yearly(meter: Meter, years: Sequence[int], solved: Sequence[_Year]) -> pd.DataFrame:
    reference, path = np.stack([one.reference for one in solved]), np.stack([one.path for one in solved])
    parts = {"reference": reference, "path": path, "change": path - reference}
    columns = {(name, which): values[:, i] for i, name in enumerate(meter.names) for which, values in parts.items()}
    frame = pd.DataFrame(columns, index=pd.Index(years, name="year"))
    frame.columns = pd.MultiIndex.from_tuples(frame.columns, names=["metric", "which"])
    return frame


def _strengths(twin: Twin, pathway: Pathway) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            pathway.label(i): lever.strength * lever.adoption.share(np.array(pathway.years))
            for i, lever in enumerate(pathway.levers)
        },
        index=pd.Index(pathway.years, name="year"),
    )
    frame.attrs["units"] = {
        pathway.label(i): twin.levers[lever.lever].parameter.unit for i, lever in enumerate(pathway.levers)
    }
    return frame


def _costs(pathway: Pathway, solved: Sequence[_Year], economy: Economy) -> pd.DataFrame:
    """Whose income the levers change in the region; at fixed prices what its industries and final users pay because of
    them, and what its treasury spends."""
    frame = pd.DataFrame([one.paid for one in solved], index=pd.Index(pathway.years, name="year")).fillna(0.0)
    if any(one.grown for one in solved):
        least = NEGLIGIBLE * float(frame.abs().to_numpy().max(initial=0.0))
        frame = frame.loc[:, (frame.abs() > least).any()]
    frame.attrs |= {"unit": economy.unit, "region": pathway.region}
    return frame


def _grown(pathway: Pathway, solved: Sequence[_Year]) -> pd.DataFrame:
    """What has grown in the region without the levers since the table's year, in %; empty at fixed prices."""
    frame = pd.DataFrame([one.grown for one in solved], index=pd.Index(pathway.years, name="year"))
    frame.attrs |= {"units": dict.fromkeys(frame.columns, "%"), "region": pathway.region}
    return frame


# -- sums and milestones -----------------------------------------------------------------------------------------


def summed(values: pd.Series | Array, years: Sequence[int]) -> float:
    """A yearly amount added up over all years from the first to the last; straight lines between computed years."""
    every = np.arange(years[0], years[-1] + 1)
    return float(np.interp(every, np.asarray(years, dtype=float), np.asarray(values, dtype=float)).sum())


def _cumulative(yearly: pd.DataFrame, metrics: Sequence[Metric], units: Mapping[str, str]) -> pd.DataFrame:
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


def _milestones(twin: Twin, pathway: Pathway, yearly: pd.DataFrame) -> pd.DataFrame:
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
        years = [year for year in yearly.index if year <= target.by]
        total, without = summed(path.loc[years], years), summed(reference.loc[years], years)
        return float(target.by) if _holds(target, total, without) else float("inf")
    held = [year for year, value in path.items() if _holds(target, float(value), float(reference.iloc[0]))]
    return float(held[0]) if held else float("inf")


def _holds(target: Target, value: float, base: float) -> bool:
    """Whether a value meets a target; `base` is what a cut is counted from."""
    if target.above is not None:
        return value >= target.above
    limit = target.below if target.below is not None else base * (1 - (target.cut or 0.0) / 100)
    return value <= limit


# -- latest useful starts ---------------------------------------------------------------------------------------------


class _Aim:
    """Whether paths meet one target; only the years that it looks at are computed."""

    def __init__(self, runner: _Runner, target: Target, first: _Year, years: Sequence[int]) -> None:
        self._runner, self._target, self._years = runner, target, tuple(years)
        self._first = float(first.reference[0])

    def met(self, pathway: Pathway) -> bool:
        """Whether a path meets the target."""
        solved = self._runner.years(pathway, self._years)
        path = [float(one.path[0]) for one in solved]
        if not self._target.cumulative:
            return _holds(self._target, path[-1], self._first)
        reference = [float(one.reference[0]) for one in solved]
        return _holds(self._target, summed(np.array(path), self._years), summed(np.array(reference), self._years))


def _years_asked(pathway: Pathway, target: Target) -> list[int]:
    return [year for year in pathway.years if year <= target.by] if target.cumulative else [target.by]


def _latest(aim: _Aim, pathway: Pathway, lever: int, by: int) -> tuple[float, str]:
    """The latest year from the path's first on in which a lever may begin, and what that means."""
    planned = pathway.levers[lever].adoption.start
    tried = range(by, pathway.start - 1, -1)
    found = next((year for year in tried if aim.met(pathway.begun(lever, year))), None)
    if found is not None:
        late = planned - found
        return float(found), (
            f"planned {late:g} years too late" if late > 0 else f"may begin {-late:g} years later than planned"
        )
    if planned < pathway.start and aim.met(pathway):
        return planned, f"begun in {planned:g} it meets the target; a start in {pathway.start} or later does not"
    return float("nan"), "no start is early enough: this lever cannot meet the target with the others as planned"


# -- bands -------------------------------------------------------------------------------------------------------


def _bands(
    runner: _Runner,
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
