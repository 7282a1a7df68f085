"""Measuring a scenario, in five dimensions and for the treasury: every metric declared, none ever silently missing.

A metric whose data the economy lacks, or whose model is not there, reads "not modelled" with the reason. A scenario
whose levers rest on assumed figures has a band: each figure is set to its low and its high value, one at a time, and
the smallest and largest change is shown. The band of a stress figure is another: the change under each behaviour of
firms that was drawn, the levers' figures at their own values; its note says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kaldor.digits import unless_noise
from kaldor.economy.cautions import unpublished
from kaldor.economy.names import region_of as region_of_economy
from kaldor.economy.names import regions_of
from kaldor.errors import InputError, Problem
from kaldor.twin.incidence import groups_year, incidence
from kaldor.twin.measured import Measured
from kaldor.twin.measures import BEYOND_THE_REGION, STRESS_FIGURES, View, income_of, jobs_by_industry, measure
from kaldor.twin.metric import Metric, carried_by, extensions_of, packaged_metrics, status_of, unit_of, why_not
from kaldor.twin.natures import nature_of
from kaldor.twin.order import Order, orders_of
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.reach import levers_without_cost, why_partial, why_unmoved
from kaldor.twin.responding.gainers import who_gains
from kaldor.twin.responding.incomes import earners, partners
from kaldor.twin.responding.outcome_of import change_of, outcome_of
from kaldor.twin.responding.responded import Responded, in_words, responded
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import StressPlan, about_the_pair, changes_by_run
from kaldor.twin.spread import Spread, spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED, Status

NOT_ASKED = "not asked for: use --stress (in Python, stress=StressPlan(region)); it takes seconds a run."


def outcomes(
    before: State,
    after: State,
    *,
    region: str,
    bloc: Sequence[str] = (),
    spread: Mapping[str, State] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    responded: Responded | None = None,
) -> Outcomes:
    """Every metric of one region before and after a scenario.

    `responded` is the scenario where prices respond (`kaldor.twin.responding.responded`): metrics that respond are then
    measured there and all others at fixed prices; without it, all are measured at fixed prices.

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
    answered = _answered(view, responded)
    spread_where_responding = _spread_of([one for one in declared.values() if one.responds], view, responded)
    found = tuple(
        outcome_of(metric, answered, responded.why_not, spread_where_responding.get(metric.id))
        if responded is not None and metric.responds
        else _beside(_outcome(metric, baseline, view, tuple(views.values())), responded)
        for metric in declared.values()
    )
    losers, gainers = _who(before, after, responded)
    return Outcomes(
        scenario=after.scenario,
        region=region,
        bloc=friends.regions,
        outcomes=found,
        losers=losers,
        gainers=gainers,
        source=economy.source.id,
        year=economy.year,
        method=after.method,
        varied=tuple(views),
        responding=in_words(responded),
        band_where_responding=responded.band.said if responded and responded.band else "",
        without_band=spread.without_band if isinstance(spread, Spread) else "",
        notes=tuple(dict.fromkeys((*friends.notes, *after.notes, *(responded.said if responded else ())))),
        without_cost=levers_without_cost(after.orders),
        earners=_earners(responded, region),
        partners=partners(responded.answer, region) if responded and responded.answer else pd.DataFrame(),
    )


def _answered(view: View, responded: Responded | None) -> View:
    """The view of the answer where prices respond, if there is one."""
    if responded is None or responded.answer is None:
        return view
    return replace(view, answer=responded.answer, balance=responded.balance)


def _spread_of(metrics: Sequence[Metric], view: View, responded: Responded | None) -> Mapping[str, list[float]]:
    """Changes of metrics over a band, by id; each of its answers goes before the next is made."""
    found: dict[str, list[float]] = {}
    for pair in responded.band.pairs() if responded and responded.band else ():
        one = replace(view, answer=pair.answer, balance=pair.balance)
        for metric in metrics:
            found.setdefault(metric.id, []).append(change_of(metric, one))
    return found


def _beside(outcome: Outcome, responded: Responded | None) -> Outcome:
    """An outcome at fixed prices; one that these leave as it is says so where other metrics respond."""
    if responded is None or responded.answer is None or outcome.modelled or outcome.metric.measure is None:
        return outcome
    if why_not(outcome.metric, responded.answer.economy) or outcome.metric.stress:
        return outcome
    return replace(outcome, note=f"Measured at fixed prices, at which {outcome.note[0].lower()}{outcome.note[1:]}")


def _who(before: State, after: State, responded: Responded | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The industries that lose and gain most."""
    if responded is not None and responded.answer is not None and responded.balance is not None:
        return who_gains(responded.balance, responded.answer, after.home)
    who = incidence(before, after)
    return who.losers(), who.gainers()


def _earners(responded: Responded | None, region: str) -> pd.DataFrame:
    """What labour, capital and the treasury receive, where prices respond."""
    if responded is None or responded.answer is None or responded.balance is None:
        return pd.DataFrame()
    return earners(responded.balance, responded.answer, region)


def outcomes_of(
    twin: Twin,
    scenario: Scenario,
    *,
    region: str,
    bloc: Sequence[str] = (),
    metrics: Mapping[str, Metric] | None = None,
    stress: StressPlan | None = None,
    band: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Outcomes:
    """Run a scenario and measure it for one region; with `band`, with all that is assumed varied, too.

    Where prices respond the band takes tens of answers, a tenth of a second each on a table of 1,435 industries;
    `progress` is told how many of how many are done. With `stress` the baseline and the scenario also go through the
    plan's shocks, which takes seconds a run.
    Raises what `Twin.run` and `outcomes` raise.
    """
    before, after = twin.before(stress=stress), twin.run(scenario, stress=stress)
    answered = (
        None if scenario.view == "fixed prices" else responded(twin, scenario, after, band=band, progress=progress)
    )
    return outcomes(
        before,
        after,
        region=region,
        bloc=bloc,
        spread=spread_of(twin, scenario) if band else None,
        metrics=metrics,
        responded=answered,
    )


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
        raise InputError(Problem(f"scenario '{scenario.id}'", where, "Name the region that is meant, such as DEU."))
    return next(iter(there))


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


def own_size_of(metric: Metric, baseline: View) -> float:
    """What a metric that is a change is a change of in its country or group: its income, or its jobs; else zero."""
    if not nature_of(str(metric.measure)).of_change:
        return 0.0
    if "jobs" in metric.needs:
        return float(np.abs(jobs_by_industry(baseline.before)[baseline.rows]).sum())
    return income_of(baseline, metric.group)


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


def _outcome(metric: Metric, baseline: View, view: View, spread: Sequence[View]) -> Outcome:
    economy = view.economy
    unit, status = unit_of(metric, economy), status_of(metric, economy)
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
    band = (min(changes), max(changes)) if spread else None
    return Outcome(metric, unit, known, after, status, band, note, size=own_size_of(metric, baseline))


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
    gaps = [name for name in carried_by(metric, economy) if economy.missing(name)[... if beyond else view.rows].any()]
    return " ".join(unpublished(economy, gaps))
