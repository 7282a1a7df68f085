"""What a scenario does, in five dimensions and to the treasury: every metric declared, none ever silently missing.

A metric whose data the economy lacks, or whose model is not there, reads "not modelled" with the reason, never 0 and
never blank. A scenario whose levers rest on assumed figures has a band: each figure is set to its low and its high
value, one at a time, and the smallest and largest change is shown. The band of a stress figure is another: the change
under each behaviour of firms that was drawn, the levers' figures at their own values; its note says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
import pandas as pd
from pydantic import model_validator

from kaldor.bounds import AMOUNT
from kaldor.declared import Declared, DeclaredFile, joined, read_packaged, spelt
from kaldor.digits import unless_noise
from kaldor.economy.cautions import unpublished
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import OF_EACH_ROW, Shown, relabelled
from kaldor.economy.names import counts_jobs, jobs_of, regions_of
from kaldor.economy.names import region_of as region_of_economy
from kaldor.errors import InputError, Problem, UnknownLabelError, UnproductiveEconomyError
from kaldor.twin.incidence import groups_year, incidence, income_groups
from kaldor.twin.measured import Measured
from kaldor.twin.measures import (
    BEYOND_THE_REGION,
    MEASURES,
    READS,
    STRESS_FIGURES,
    Terms,
    View,
    in_the_world,
    jobs_by_industry,
    measure,
)
from kaldor.twin.natures import nature_of
from kaldor.twin.order import Order, orders_of
from kaldor.twin.reach import why_partial, why_unmoved
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import StressPlan, about_the_pair, changes_by_run
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED, Status, weakest

Better = Literal["lower", "higher", "none"]
Dimension = Literal["sustainability", "resilience", "technology", "workforce", "society", "treasury"]
DIMENSIONS: tuple[Dimension, ...] = ("sustainability", "resilience", "technology", "workforce", "society", "treasury")
"""The five challenges in the framework's order, and the treasury's own line."""

NOT_ASKED = "not asked for: use --stress (in Python, stress=StressPlan(region)); it takes seconds a run."
PREDICTED: Final[Status] = "predicted"
NO_BAND = "no band"
UNDEFINED = "undefined"

_NEEDS = "stress, jobs, or income, extension, group or role with a name, such as extension:co2"


class Metric(Declared):
    """One metric: what it means, in which unit, which way is better, how it is measured or what it waits for."""

    id: Annotated[str, spelt(r"^[a-z][a-z0-9-]*$", "small letters, digits and hyphens, such as my-metric")]
    dimension: Dimension
    title: str
    unit: str
    better: Better
    definition: str
    measure: str | None = None
    awaits: str | None = None
    extension: str = ""
    group: str = ""
    threshold: Annotated[float, AMOUNT] = 0.0
    needs: tuple[Annotated[str, spelt(r"^(stress|jobs|(income|extension|group|role):.+)$", _NEEDS)], ...] = ()

    @model_validator(mode="after")
    def _measured_or_waiting(self) -> Metric:
        if (self.measure is None) == (self.awaits is None):
            raise ValueError("give either measure, or awaits with the reason why there is none")
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(str(UnknownLabelError("measure", self.measure, MEASURES)))
        if (self.measure in STRESS_FIGURES) != ("stress" in self.needs):
            raise ValueError(f"measures of a stress test ({', '.join(STRESS_FIGURES)}), and only they, need 'stress'")
        if self.measure in READS and not getattr(self, READS[self.measure][0]):
            raise ValueError(f"measure '{self.measure}' reads `{READS[self.measure][0]}`, which is missing")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        """What the economy must carry: what is declared, and what the measure reads in any case."""
        term, kind = READS.get(self.measure or "", ("", ""))
        return tuple(dict.fromkeys([*self.needs, *([f"{kind}:{getattr(self, term)}"] if term else [])]))

    @property
    def stress(self) -> bool:
        """Whether the metric is read from a stress test."""
        return "stress" in self.needs

    @property
    def terms(self) -> Terms:
        """What the measure is told."""
        return Terms(self.extension, self.group, self.threshold)


class _Metrics(DeclaredFile):
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Outcome:
    """One metric before and after. `after` is None where it is not modelled; `note` then says why.

    `before` is None too of a metric that is a change (real income, a burden, revenue): it has no level before.
    A metric that the scenario's levers cannot move for want of data is not modelled either (`kaldor.twin.reach`), and
    keeps the figure before; the `note` of one that has a figure says what that leaves out. `before_status` is the
    weakest of what the metric reads and how it is made; what a scenario makes of it is a model's, `status`.
    `band` is the smallest and largest change over the ranges of the assumed figures; None where nothing was varied.
    """

    metric: Metric
    unit: str
    before: float | None
    after: float | None
    before_status: Status
    band: tuple[float, float] | None = None
    note: str = ""

    @property
    def status(self) -> Status:
        """How what comes after came about: by a model, whatever the table is."""
        return PREDICTED

    @property
    def modelled(self) -> bool:
        """Whether there is a figure."""
        return self.after is not None

    @property
    def change(self) -> float | None:
        """After less before."""
        if self.before is None or self.after is None:
            return self.after if nature_of(str(self.metric.measure)).of_change else None
        return self.after - self.before

    @property
    def change_pct(self) -> float | None:
        """Change in % of before; None where before is zero."""
        return 100 * self.change / abs(self.before) if self.before and self.change is not None else None

    def record(self) -> dict[str, Any]:
        """The outcome as plain values for a table or JSON; what is missing is said in words, None before a change."""
        band = self.band or ((NO_BAND, NO_BAND) if self.modelled else (NOT_MODELLED, NOT_MODELLED))
        relative = self.change_pct if self.change_pct is not None else UNDEFINED
        return {
            "metric": self.metric.id,
            "dimension": self.metric.dimension,
            "title": self.metric.title,
            "unit": self.unit,
            "better": self.metric.better,
            "before": (None if self.modelled else NOT_MODELLED) if self.before is None else self.before,
            "after": NOT_MODELLED if self.after is None else self.after,
            "change": NOT_MODELLED if self.change is None else self.change,
            "change_pct": relative if self.modelled else NOT_MODELLED,
            "status": self.status if self.modelled else NOT_MODELLED,
            "before_status": self.before_status if self.modelled or self.before is not None else NOT_MODELLED,
            "band_low": band[0],
            "band_high": band[1],
            "note": self.note,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Shown):
    """Every metric of one scenario for one region, and who loses and gains most."""

    scenario: Scenario
    region: str
    bloc: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    losers: pd.DataFrame
    gainers: pd.DataFrame
    source: str
    year: int
    method: str
    varied: tuple[str, ...] = ()
    without_band: str = ""
    """Why there is no band although figures have ranges: at which end the scenario cannot be run."""
    notes: tuple[str, ...] = ()
    """What must be said besides: members of blocs that the economy does not show, rates and indices of prices used."""

    def in_a_line(self) -> str:
        """Which scenario, measured where."""
        modelled = sum(outcome.modelled for outcome in self.outcomes)
        words = f"{self.scenario.title or self.scenario.id}, measured for {self.region}"
        return f"{words}: {modelled} of {len(self.outcomes)} metrics are modelled"

    def main_table(self) -> pd.DataFrame:
        """What is modelled: before, after and the change."""
        frame = self.frame()
        kept = frame[[outcome.modelled for outcome in self.outcomes]]
        return kept[["before", "after", "change", "unit"]]

    def __getitem__(self, metric: str) -> Outcome:
        found = {outcome.metric.id: outcome for outcome in self.outcomes}
        if metric not in found:
            raise UnknownLabelError("metric", metric, found)
        return found[metric]

    @property
    def about_the_band(self) -> str:
        """What the band varies, or why there is none."""
        if self.without_band:
            return self.without_band
        if self.varied:
            return "Band: one assumed figure at a time at its low and high value: " + "; ".join(self.varied) + "."
        return "No band: no lever of the scenario rests on an assumed figure with a range. Data errors are not in it."

    def frame(self) -> pd.DataFrame:
        """One row a metric; cells without a figure say why in words ("not modelled", "no band", "undefined")."""
        frame = pd.DataFrame([outcome.record() for outcome in self.outcomes]).set_index("metric")
        about = {"region": self.region, "scenario": self.scenario.id, "source": self.source, "year": self.year}
        about |= {"status": PREDICTED}
        return relabelled(frame, OF_EACH_ROW, about=about)


def outcomes(
    before: State,
    after: State,
    *,
    region: str,
    bloc: Sequence[str] = (),
    spread: Mapping[str, State] | None = None,
    metrics: Mapping[str, Metric] | None = None,
) -> Outcomes:
    """Every metric of one region before and after a scenario.

    `bloc` names the countries, or blocs of the scenario, whose suppliers do not count as foreign. `spread` are states
    of the same scenario with one assumed figure changed (see `spread_of`), which give the band. `metrics` defaults to
    the packaged ones. Stress figures need states that carry a stress test of the region
    (`Twin.run(scenario, stress=StressPlan(region))`).
    Raises UnknownLabelError for a region that the economy does not have; InputError for a bloc without any.
    """
    economy = after.economy
    region, friends = region_of_economy(economy, region), regions_of(economy, bloc, after.scenario.blocs, where="bloc")
    views = {label: View(before, state, region, friends.regions) for label, state in (spread or {}).items()}
    baseline = View(before, before, region, friends.regions)
    view = View(before, after, region, friends.regions)
    declared = packaged_metrics() if metrics is None else metrics
    who = incidence(before, after)
    found = tuple(_outcome(metric, baseline, view, tuple(views.values())) for metric in declared.values())
    return Outcomes(
        scenario=after.scenario,
        region=region,
        bloc=friends.regions,
        outcomes=found,
        losers=who.losers(),
        gainers=who.gainers(),
        source=economy.source.id,
        year=economy.year,
        method=after.method,
        varied=tuple(views),
        without_band=spread.without_band if isinstance(spread, Spread) else "",
        notes=tuple(dict.fromkeys((*friends.notes, *after.notes))),
    )


def outcomes_of(
    twin: Twin,
    scenario: Scenario,
    *,
    region: str,
    bloc: Sequence[str] = (),
    metrics: Mapping[str, Metric] | None = None,
    stress: StressPlan | None = None,
) -> Outcomes:
    """Run a scenario, and once more for each end of every assumed figure, and measure it for one region.

    With `stress` the baseline and the scenario also go through the plan's shocks, which takes seconds a run.
    Raises what `Twin.run` and `outcomes` raise.
    """
    before, after = twin.before(stress=stress), twin.run(scenario, stress=stress)
    return outcomes(before, after, region=region, bloc=bloc, spread=spread_of(twin, scenario), metrics=metrics)


def region_of(twin: Twin, scenario: Scenario, named: str | None = None) -> str:
    """The region whose outcomes are meant: the one named, else the only one in which the levers act.

    Raises UnknownLabelError for a name that means none; InputError where there are several or none; what `Twin.run`
    raises for a bad scenario.
    """
    if named is not None:
        return region_of_economy(twin.economy, named)
    orders = orders_of(twin.economy, scenario, twin.levers)
    there = dict.fromkeys(region for order in orders for region in (order.regions or order.bloc))
    if len(there) != 1:
        where = f"its levers act in {', '.join(there) or 'no region'}; outcomes are measured for one."
        raise InputError(Problem(f"scenario '{scenario.id}'", where, "Name the region (--region DEU)."))
    return next(iter(there))


class Spread(dict[str, State]):
    """States of a scenario with one assumed figure changed, by what was varied; empty where there can be no band."""

    without_band: str = ""
    """Why there is none: the figure and the end of its range at which the scenario cannot be run; "" otherwise."""


def spread_of(twin: Twin, scenario: Scenario) -> Spread:
    """The scenario with each assumed figure at its low and its high value, one at a time, by what was varied.

    A figure that the scenario itself sets is taken as known. Empty where no lever has a figure with a range, and where
    the scenario, which can be run as it is, cannot at one of these ends: the band would have no such end.
    """
    found = Spread()
    orders = orders_of(twin.economy, scenario, twin.levers)
    for number, (setting, order) in enumerate(zip(scenario.levers, orders, strict=True)):
        for figure in order.lever.figures:
            if figure.name in setting.figures or setting.strength == 0:
                continue
            for value in sorted({figure.low, figure.high} - {figure.value}):
                changed = setting.model_copy(update={"figures": {**setting.figures, figure.name: value}})
                levers = (*scenario.levers[:number], changed, *scenario.levers[number + 1 :])
                label = f"lever {number + 1} ({setting.lever}): {figure.name} = {value:g} {figure.unit}".rstrip()
                try:
                    found[label] = twin.run(scenario.model_copy(update={"levers": levers}))
                except UnproductiveEconomyError:
                    return _without(label, "the economy would not be productive.")
                except InputError as error:
                    return _without(label, f"the scenario cannot be run: {error}")
    return found


def _without(label: str, why: str) -> Spread:
    """No band, and why."""
    none = Spread()
    none.without_band = f"No band: at {label} {why}"
    return none


def value_of(metric: Metric, before: State, after: State, *, region: str, bloc: Sequence[str] = ()) -> float:
    """One metric at `after`. Raises InputError where it is not modelled, with the reason."""
    view = View(before, after, region, tuple(bloc))
    reason = why_not(metric, view.economy, region) or _no_stress(metric, view)
    if reason:
        raise InputError(Problem(f"metric '{metric.id}'", f"{NOT_MODELLED}: {reason}"))
    return float(measure(str(metric.measure))(view, metric.terms))


def scale_of(metric: Metric, before: Measured) -> float:
    """What a metric that is a change, zero before, is a change of: the value added of the world, or all its jobs."""
    if not nature_of(str(metric.measure)).of_change:
        return 0.0
    if "jobs" in metric.needs:
        return float(np.abs(jobs_by_industry(before)).sum())
    return float(np.abs(before.income()).sum())


def size_of(metric: Metric, before: State, *, region: str, bloc: Sequence[str] = ()) -> float:
    """The size of what a change of a metric is a change of, of which rounding leaves a share (`kaldor.digits`)."""
    level = value_of(metric, before, before, region=region, bloc=bloc)
    return max(abs(level), scale_of(metric, before))


def unmoved(
    twin: Twin, scenario: Scenario, metrics: Sequence[Metric], *, region: str, bloc: Sequence[str] = ()
) -> dict[str, str]:
    """Which of some metrics that an economy has a scenario cannot move for want of data, and why, by id.

    Raises what `Twin.run` and `outcomes` raise.
    """
    asked = {metric.id: metric for metric in metrics if not metric.stress}
    found = outcomes(twin.before(), twin.run(scenario), region=region, bloc=bloc, metrics=asked).outcomes
    return {one.metric.id: one.note for one in found if not one.modelled and not why_not(one.metric, twin.economy)}


def why_not(metric: Metric, economy: Economy, region: str | None = None) -> str:
    """Why a metric cannot be measured on an economy, of a region if one is named, in a sentence; empty where it can."""
    if metric.awaits is not None:
        return metric.awaits
    lacks = [what for need in metric.needed if (what := _lacks(need, economy))]
    if lacks:
        return f"needs {', '.join(lacks)}, which {economy.source.id} {economy.year} does not carry."
    if region is None or metric.measure == in_the_world.__name__:
        return ""
    place = economy.region_position(region)
    absent = [economy.extensions[name].name for name in _read(metric, economy) if economy.unpublished(name)[place]]
    return f"{', '.join(absent)}: nothing was published for {region}." if absent else ""


@cache
def packaged_metrics() -> Mapping[str, Metric]:
    """The metrics that Kaldor declares, by id, in the order of the dimensions."""
    return {metric.id: metric for metric in read_packaged(_Metrics, "kaldor.twin", "outcomes.toml").metrics}


def better_of(extension: str) -> Better:
    """Which way an extension is better: as the first metric that reads it declares; else more jobs, less of others."""
    declared = (metric.better for metric in packaged_metrics().values() if metric.extension == extension)
    return next(declared, "higher" if counts_jobs(extension) else "lower")


def dimension_of(extension: str) -> Dimension:
    """Which dimension an extension belongs to, likewise."""
    declared = (metric.dimension for metric in packaged_metrics().values() if metric.extension == extension)
    return next(declared, "workforce" if counts_jobs(extension) else "sustainability")


def load_metrics(*extra: Path | str) -> Mapping[str, Metric]:
    """The packaged metrics and those of a user's own files (`[[metrics]]`) or their texts, by id.

    Raises InputError with all problems: bad syntax, unknown keys, an id twice.
    """
    return joined(packaged_metrics(), _Metrics, "metrics", extra)


def _outcome(metric: Metric, baseline: View, view: View, spread: Sequence[View]) -> Outcome:
    economy = view.economy
    unit, status = _unit(metric, economy), _status(metric, economy)
    reason = why_not(metric, economy, view.region) or _no_stress(metric, view)
    if reason:
        return Outcome(metric, unit, None, None, status, note=reason)
    measured, terms = measure(str(metric.measure)), metric.terms
    before, after = float(measured(baseline, terms)), float(measured(view, terms))
    if not (math.isfinite(before) and math.isfinite(after)):
        return Outcome(metric, unit, None, None, status, note=f"{view.region} has nothing to measure it on.")
    if view.before.stress and view.after.stress and metric.stress:
        return _stress_outcome(metric, unit, status, view.before.stress, view.after.stress)
    afters = np.array([after, *(measured(one, terms) for one in spread)])
    after, *varied = unless_noise(before, afters, scale_of(metric, baseline.before)).tolist()
    changes = [value - before for value in (after, *varied)]
    known = None if nature_of(str(metric.measure)).of_change else before
    if not any(changes) and (reason := _unmoved(metric, view)):
        return Outcome(metric, unit, known, None, status, note=reason)
    note = " ".join(filter(None, (_note(metric, view), why_partial(str(metric.measure), _orders(view)))))
    return Outcome(metric, unit, known, after, status, (min(changes), max(changes)) if spread else None, note)


def _unmoved(metric: Metric, view: View) -> str:
    if not isinstance(view.before, State) or not isinstance(view.after, State):
        return ""
    return why_unmoved(str(metric.measure), extensions_of(metric, view.economy), view.before, view.after)


def _orders(view: View) -> tuple[Order, ...]:
    return view.after.orders if isinstance(view.after, State) else ()


def _no_stress(metric: Metric, view: View) -> str:
    """Why a stress figure cannot be read from two states; empty where it can, or where the metric is none."""
    before, after = view.before.stress, view.after.stress
    if not metric.stress:
        return ""
    if before is None or after is None:
        return NOT_ASKED
    if {before.region, after.region} != {view.region}:
        return f"the stress test was run for {after.region}, not for {view.region}."
    return ""


def _stress_outcome(metric: Metric, unit: str, status: Status, before: StressResult, after: StressResult) -> Outcome:
    """A stress figure, with the band of its change over the behaviours that both runs share."""
    figure = STRESS_FIGURES[str(metric.measure)]
    values = figure(before, None), figure(after, None)
    changes = [values[1] - values[0], *changes_by_run(figure, before, after)]
    return Outcome(metric, unit, *values, status, (min(changes), max(changes)), about_the_pair(before, after))


def _note(metric: Metric, view: View) -> str:
    economy = view.economy
    if metric.group and groups_year(economy) != economy.year:
        return f"Income groups of {groups_year(economy)}, the latest that are typed."
    beyond = metric.measure in BEYOND_THE_REGION
    gaps = [name for name in _read(metric, economy) if economy.missing(name)[... if beyond else view.rows].any()]
    return " ".join(unpublished(economy, gaps))


def _read(metric: Metric, economy: Economy) -> list[str]:
    """The extensions that a metric reads, of those that the economy carries."""
    return [name for name in extensions_of(metric, economy) if name in economy.extensions]


def _lacks(need: str, economy: Economy) -> str:
    kind, _, name = need.partition(":")
    if kind == "stress":
        return "" if len(economy.regions) > 1 else "several regions"
    if kind == "jobs":
        return "" if jobs_of(economy) else "an extension 'jobs', or 'jobs_female' and 'jobs_male'"
    if kind == "income":
        return (
            ""
            if name in income_groups(economy)
            else f"a region of the group '{name}' (groups of {groups_year(economy)})"
        )
    known = {"extension": economy.extensions, "group": economy.sector_groups, "role": economy.demand_roles.values()}[
        kind
    ]
    words = {"extension": "the extension", "group": "the sector group", "role": "final demand of the role"}[kind]
    return "" if name in known else f"{words} '{name}'"


def _unit(metric: Metric, economy: Economy) -> str:
    jobs = [economy.extensions[name].unit for name in jobs_of(economy)]
    extension = economy.extensions.get(metric.extension)
    names = {
        "{money}": economy.unit,
        "{jobs}": jobs[0] if jobs else "jobs",
        "{extension}": extension.unit if extension else f"unit of '{metric.extension}'",
    }
    unit = metric.unit
    for name, meant in names.items():  # not str.format, which reads more out of a user's text than these three
        unit = unit.replace(name, meant)
    return unit


def _status(metric: Metric, economy: Economy) -> Status:
    """The weakest status of the table, the extensions that the metric reads, and what its measure makes of them."""
    statuses = [economy.status, *(economy.extensions[name].status for name in _read(metric, economy))]
    return weakest(nature_of(metric.measure or "").before, *statuses)


def extensions_of(metric: Metric, economy: Economy) -> tuple[str, ...]:
    """The extensions that a metric is made of: its own, and jobs where it counts them."""
    return (*([metric.extension] if metric.extension else []), *(jobs_of(economy) if "jobs" in metric.needs else ()))
