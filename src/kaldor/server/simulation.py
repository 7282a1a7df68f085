"""Scenarios on a twin, in the shape of the answers: outcomes, maps, who pays and gains, and what it took."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

import numpy as np

from kaldor.asking.shape import rows_of
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.server.answers.scenarios import (
    ComparedMetric,
    ComparedScenario,
    ComparisonAnswer,
    CostAnswer,
    ExplanationAnswer,
    MapAbout,
    Milliseconds,
    OutcomeAnswer,
    PriceAnswer,
    SimulationAnswer,
    TreasuryLine,
)
from kaldor.server.tables import by_region, finite, share_of
from kaldor.server.twins import Prepared
from kaldor.twin.compare import side_by_side
from kaldor.twin.explain import Cost
from kaldor.twin.explained import explained as of_twin
from kaldor.twin.incidence import Incidence, incidence
from kaldor.twin.outcomes import PREDICTED, Outcome, outcomes, packaged_metrics, region_of, spread_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

MOST_COMPARED = 4
_MOST_CHANNELS = 40
_LEAST_PRICE_CHANGE = 1e-9  # in %: below it is the rounding of a solve


def simulate(
    prepared: Prepared, scenario: Scenario, region: str | None, bloc: Sequence[str] = (), *, bands: bool = False
) -> SimulationAnswer:
    """A scenario's outcomes for a region (default: the one in which its levers act).

    Raises what `Twin.run`, `region_of` and `outcomes` raise.
    """
    started = time.perf_counter()
    with prepared.twin(patient=bands) as (twin, before):
        # All of it in one go: threads that take turns on one processor would only delay each other's answers.
        return _simulated(twin, before, scenario, region, bloc, bands=bands, started=started)


def compare(
    prepared: Prepared, scenarios: Sequence[Scenario], region: str | None, bloc: Sequence[str] = ()
) -> ComparisonAnswer:
    """Scenarios side by side for a region (default: that of the first scenario's levers).

    Raises InputError for none or more than four; what `Twin.run` and `side_by_side` raise.
    """
    if not 1 <= len(scenarios) <= MOST_COMPARED:
        what = f"{len(scenarios)} scenarios are given."
        raise InputError(Problem("scenarios", what, f"Compare one to {MOST_COMPARED}."))
    with prepared.twin(patient=True) as (twin, before):
        place = region_of(twin, scenarios[0], region)
        compared = [outcomes(before, twin.run(one), region=place, bloc=bloc) for one in scenarios]
    side_by_side(compared)  # refuses what must not stand side by side; its table holds the same figures
    economy = prepared.economy
    return ComparisonAnswer(
        region=place,
        scenarios=[ComparedScenario(id=one.id, title=one.title) for one in scenarios],
        metrics=[
            ComparedMetric(
                id=first.metric.id,
                dimension=first.metric.dimension,
                title=first.metric.title,
                unit=first.unit,
                better=first.metric.better,
                before=finite(first.before),
                changes={one.scenario.id: finite(one[first.metric.id].change) for one in compared},
                reason=None if first.modelled else first.note,
            )
            for first in compared[0].outcomes
        ],
        year=economy.year,
        source=economy.source.id,
        status=PREDICTED,
        notes=list(dict.fromkeys(note for one in compared for note in one.notes)),
    )


def explained(
    prepared: Prepared, scenario: Scenario, metric: str, region: str | None, bloc: Sequence[str] = (), *, seed: int = 0
) -> ExplanationAnswer:
    """Which lever does how much to a metric, through which industries, at what cost.

    Works on a twin of its own, so that nobody's slider waits for it. Raises what `kaldor.twin.explained` does.
    """
    known = packaged_metrics()
    if metric not in known:
        raise UnknownLabelError("metric", metric, known)
    whole = of_twin(prepared.own_twin(), scenario, known[metric], region=region, bloc=bloc, seed=seed)
    found, through = whole.parts, whole.channels
    measured = outcomes(whole.before, whole.before, region=whole.region, metrics={metric: known[metric]})
    return ExplanationAnswer(
        metric=metric,
        title=known[metric].title,
        unit=measured[metric].unit,
        region=whole.region,
        before=found.before,
        after=found.after,
        change=found.change,
        interaction=found.interaction,
        exact=found.exact,
        runs=found.runs,
        seed=found.seed,
        levers=rows_of(found.levers),
        channels=rows_of(through, _MOST_CHANNELS) if through is not None else None,
        channels_beyond=float(through["change"].iloc[_MOST_CHANNELS:].sum()) if through is not None else None,
        cost=_cost(whole.cost) if whole.cost else None,
        notes=list(whole.after.notes),
    )


# -- parts -------------------------------------------------------------------------------------------------------------


def _simulated(
    twin: Twin,
    before: State,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str],
    *,
    bands: bool,
    started: float,
) -> SimulationAnswer:
    place = region_of(twin, scenario, region)
    after = twin.run(scenario)
    spread = spread_of(twin, scenario) if bands else {}
    solved = time.perf_counter()
    measured = outcomes(before, after, region=place, bloc=bloc, spread=spread)
    who = incidence(before, after)
    maps, maps_about = _maps(who)
    ended = time.perf_counter()
    economy = twin.economy
    return SimulationAnswer(
        scenario=scenario.id,
        region=measured.region,
        bloc=list(measured.bloc),
        outcomes=[_outcome(one) for one in measured.outcomes],
        about_the_band=measured.about_the_band if bands else "Bands were not asked for.",
        map=maps,
        map_about=maps_about,
        prices=_prices(after, place),
        losers=rows_of(measured.losers),
        gainers=rows_of(measured.gainers),
        treasury=_treasury(who),
        method=after.method,
        rank=after.rank,
        milliseconds=Milliseconds(
            solve=_milliseconds(solved - started),
            measure=_milliseconds(ended - solved),
            total=_milliseconds(time.perf_counter() - started),
        ),
        unit=economy.unit,
        status=PREDICTED,
        year=economy.year,
        source=economy.source.id,
        notes=[*economy.notes, *measured.notes],
    )


def _outcome(one: Outcome) -> OutcomeAnswer:
    metric = one.metric
    low, high = one.band or (None, None)
    return OutcomeAnswer(
        id=metric.id,
        dimension=metric.dimension,
        title=metric.title,
        unit=one.unit,
        before=finite(one.before),
        after=finite(one.after),
        change=finite(one.change),
        change_pct=finite(one.change_pct),
        better=metric.better,
        status=one.status,
        before_status=one.before_status,
        band_low=finite(low),
        band_high=finite(high),
        reason=None if one.modelled else one.note,
    )


def _maps(who: Incidence) -> tuple[Mapping[str, Mapping[str, float | None]], Mapping[str, MapAbout]]:
    """Changes of every region in %: each extension on the territory, value added, and real income."""
    before, after, economy = who.before, who.after, who.economy
    maps: dict[str, dict[str, float | None]] = {}
    described: dict[str, MapAbout] = {}

    def put(metric: str, title: str, part: np.ndarray, whole: np.ndarray) -> None:
        maps[metric] = by_region(economy.regions, share_of(part, whole))
        described[metric] = MapAbout(title=title, unit="%")

    for extension in economy.extensions.values():
        old, new = _on_territory(before, extension.id), _on_territory(after, extension.id)
        put(extension.id, f"{extension.name} on the territory, change", new - old, old)
    old, new = economy.sum_by_region(before.income()), economy.sum_by_region(after.income())
    put("value-added", "Value added, change", new - old, old)
    title = "Real income, effect as a share of final demand"
    put("real-income", title, who.effects, who.burden_base[: len(economy.regions)])
    return maps, described


def _on_territory(state: State, extension: str) -> np.ndarray:
    economy = state.economy
    direct = state.change.direct(extension).reshape(len(economy.regions), -1).sum(axis=1)
    return np.asarray(economy.sum_by_region(state.amount(extension)) + direct)


def _prices(after: State, region: str) -> list[PriceAnswer]:
    economy = after.economy
    changes = 100 * (after.prices[economy.rows_of(region)] - 1)
    moved = np.argsort(-np.abs(changes), kind="stable")
    return [
        PriceAnswer(sector=economy.sectors[i], change_pct=float(changes[i]))
        for i in moved
        if abs(changes[i]) > _LEAST_PRICE_CHANGE
    ]


def _treasury(who: Incidence) -> list[TreasuryLine]:
    return [TreasuryLine.model_validate(row) for row in who.treasury.to_dict(orient="records")]


def _cost(cost: Cost) -> CostAnswer:
    figures = ("cost", "net", "spending", "burden", "revenue", "amount", "per_unit", "net_per_unit")
    return CostAnswer(
        **{name: finite(getattr(cost, name)) for name in figures},
        range=_ends(cost.range),
        net_range=_ends(cost.net_range),
        unit=cost.unit,
        reason=cost.reason or None,
    )


def _ends(ends: tuple[float, float] | None) -> tuple[float | None, float | None] | None:
    return None if ends is None else (finite(ends[0]), finite(ends[1]))


def _milliseconds(seconds: float) -> float:
    return math.floor(seconds * 1e4) / 10
