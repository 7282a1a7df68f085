"""Scenarios on a twin, in the shape of the answers: outcomes, maps, who pays and gains, and what it took."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kaldor.asking.shape import rows_of
from kaldor.server.answers.scenarios import (
    MapAbout,
    Milliseconds,
    OutcomeAnswer,
    PayerLine,
    PriceAnswer,
    SimulationAnswer,
    TreasuryLine,
)
from kaldor.server.tables import by_region, finite, share_of
from kaldor.server.twins import Prepared
from kaldor.twin import measures
from kaldor.twin.incidence import Incidence, incidence
from kaldor.twin.metric import Better, better_of
from kaldor.twin.outcome import PREDICTED, Outcome
from kaldor.twin.outcomes import outcomes, region_of
from kaldor.twin.payers import payers
from kaldor.twin.reach import why_unmoved
from kaldor.twin.scenario import Scenario
from kaldor.twin.spread import spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

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
        payers=_payers(before, after, place),
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
        note=_notes([one] if one.modelled else []),
    )


def _notes(of: Iterable[Outcome]) -> str | None:
    """What is said of some outcomes, each sentence once."""
    return " ".join(dict.fromkeys(one.note for one in of if one.note)) or None


def _maps(who: Incidence) -> tuple[Mapping[str, Mapping[str, float | None]], Mapping[str, MapAbout]]:
    """Changes of every region in %: each production-based extension, value added, and real income."""
    before, after, economy = who.before, who.after, who.economy
    maps: dict[str, dict[str, float | None]] = {}
    described: dict[str, MapAbout] = {}

    def put(metric: str, title: str, better: Better, part: np.ndarray, whole: np.ndarray) -> None:
        maps[metric] = by_region(economy.regions, share_of(part, whole))
        described[metric] = MapAbout(title=title, unit="%", better=better)

    for extension in economy.extensions.values():
        old, new = _produced(before, extension.id), _produced(after, extension.id)
        moved = _or_unknown(new - old, measures.in_industries.__name__, [extension.id], who)
        put(extension.id, f"{extension.name}, production-based, change", better_of(extension.id), moved, old)
    old, new = economy.sum_by_region(before.income()), economy.sum_by_region(after.income())
    moved = _or_unknown(new - old, measures.manufacturing_value_added.__name__, (), who)
    put("value-added", "Value added, change", "higher", moved, old)
    title = "Real income, effect as a share of final demand"
    effects = _or_unknown(who.effects, measures.real_income_of_region.__name__, (), who)
    put("real-income", title, "higher", effects, who.burden_base[: len(economy.regions)])
    return maps, described


def _or_unknown(change: np.ndarray, measure: str, extensions: Sequence[str], who: Incidence) -> np.ndarray:
    """Changes by region; NaN where the levers leave all as they are for want of data, which is no zero."""
    unknown = not change.any() and why_unmoved(measure, extensions, who.before, who.after)
    return np.full(len(change), np.nan) if unknown else change


def _produced(state: State, extension: str) -> np.ndarray:
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


def _payers(before: State, after: State, region: str) -> list[PayerLine]:
    lines = payers(before, after, region).items()
    return [
        PayerLine(payer=who, prices=prices, levies=levies, total=prices + levies) for who, (prices, levies) in lines
    ]


def _milliseconds(seconds: float) -> float:
    return math.floor(seconds * 1e4) / 10
