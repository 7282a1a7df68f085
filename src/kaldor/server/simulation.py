"""Scenarios on a twin, in the shape of the answers: outcomes, maps, who pays and gains, and what it took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence

from kaldor.asking.shape import rows_of
from kaldor.server.answers.scenarios import EffectAnswer, Milliseconds, OutcomeAnswer, SimulationAnswer
from kaldor.server.tables import finite
from kaldor.server.twins import Prepared
from kaldor.server.who.fixed import at_fixed_prices
from kaldor.server.who.maps import Who
from kaldor.server.who.responding import where_prices_respond
from kaldor.twin.effect import effect_of
from kaldor.twin.gains import gain_in_words
from kaldor.twin.measures import View
from kaldor.twin.outcome import PREDICTED, Outcome, Outcomes
from kaldor.twin.outcomes import outcomes, region_of
from kaldor.twin.responding.responded import Responded, responded
from kaldor.twin.scenario import Scenario
from kaldor.twin.sentence import in_words
from kaldor.twin.spread import spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

Progress = Callable[[int, int], None]


def simulate(
    prepared: Prepared,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str] = (),
    *,
    bands: bool = False,
    progress: Progress = lambda done, total: None,
) -> SimulationAnswer:
    """A scenario's outcomes for a region (default: the one in which its levers act).

    Where prices respond bands take seconds; `progress` is called between their answers and may raise to end them.
    Raises what `Twin.run`, `region_of`, `outcomes` and `responded` raise.
    """
    started = time.perf_counter()
    with prepared.twin(patient=bands) as (twin, before):
        progress(0, 1)  # whoever had to wait may have left meanwhile
        # All of it in one go: threads that take turns on one processor would only delay each other's answers.
        return _simulated(twin, before, scenario, region, bloc, bands=bands, progress=progress, started=started)


# -- parts -------------------------------------------------------------------------------------------------------------


def _simulated(
    twin: Twin,
    before: State,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str],
    *,
    bands: bool,
    progress: Progress,
    started: float,
) -> SimulationAnswer:
    place = region_of(twin, scenario, region)
    after = twin.run(scenario)
    responds = scenario.view == "prices respond"
    answered = responded(twin, scenario, after, band=bands, progress=progress) if responds else None
    spread = spread_of(twin, scenario) if bands else {}
    solved = time.perf_counter()
    measured = outcomes(before, after, region=place, bloc=bloc, spread=spread, responded=answered)
    ended = time.perf_counter()
    economy = twin.economy
    return SimulationAnswer(
        scenario=scenario.id,
        view=scenario.view,
        responding=measured.responding,
        region=measured.region,
        bloc=list(measured.bloc),
        sentence=in_words(measured),
        outcomes=[_outcome(one) for one in measured.outcomes],
        about_the_band=measured.about_the_band if bands else "Bands were not asked for.",
        **_who(before, after, measured, answered),
        losers=rows_of(measured.losers),
        gainers=rows_of(measured.gainers),
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
        notes=[*economy.notes, *filter(None, [gain_in_words(measured)]), *measured.notes],
    )


def _who(before: State, after: State, measured: Outcomes, answered: Responded | None) -> Who:
    """Maps, prices, and who gains and pays, in the view that was asked for."""
    if answered is None:
        return at_fixed_prices(before, after, measured.region)
    view = View(before, after, measured.region, answer=answered.answer, balance=answered.balance)
    return where_prices_respond(view, measured.earners, measured.partners)


def _outcome(one: Outcome) -> OutcomeAnswer:
    metric = one.metric
    low, high = one.band or (None, None)
    return OutcomeAnswer(
        id=metric.id,
        view=one.view,
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
        effect=_effect(one),
        on_dials=metric.on_dials,
        reason=None if one.modelled else one.note,
        note=_notes([one] if one.modelled else []),
    )


def _effect(one: Outcome) -> EffectAnswer | None:
    effect = effect_of(one)
    return None if effect is None else EffectAnswer(**vars(effect))


def _notes(of: Iterable[Outcome]) -> str | None:
    """What is said of some outcomes, each sentence once."""
    return " ".join(dict.fromkeys(one.note for one in of if one.note)) or None


def _milliseconds(seconds: float) -> float:
    return math.floor(seconds * 1e4) / 10
