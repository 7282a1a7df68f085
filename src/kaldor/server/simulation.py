"""Scenarios on a twin, in the shape of the answers: outcomes, maps, who pays and gains, and what it took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from kaldor.server.answers.scenarios import Milliseconds, SimulationAnswer
from kaldor.server.twins import Prepared
from kaldor.server.who.fixed import at_fixed_prices
from kaldor.server.who.maps import Who
from kaldor.server.who.responding import where_prices_respond
from kaldor.twin.answered import answered
from kaldor.twin.measures import View
from kaldor.twin.outcome import Outcomes
from kaldor.twin.outcomes import outcomes, region_of
from kaldor.twin.responding.responded import Responded, responded
from kaldor.twin.scenario import Scenario
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
    response = responded(twin, scenario, after, band=bands, progress=progress) if responds else None
    spread = spread_of(twin, scenario) if bands else {}
    solved = time.perf_counter()
    measured = outcomes(before, after, region=place, bloc=bloc, spread=spread, responded=response)
    ended = time.perf_counter()
    about = answered(measured, twin.economy, banded=bands) | {**_who(before, after, measured, response)}
    return SimulationAnswer(
        **about,
        rank=after.rank,
        milliseconds=Milliseconds(
            solve=_milliseconds(solved - started),
            measure=_milliseconds(ended - solved),
            total=_milliseconds(time.perf_counter() - started),
        ),
    )


def _who(before: State, after: State, measured: Outcomes, response: Responded | None) -> Who:
    """Maps, prices, and who gains and pays, in the view that was asked for."""
    if response is None:
        return at_fixed_prices(before, after, measured.region)
    view = View(before, after, measured.region, answer=response.answer, balance=response.balance)
    return where_prices_respond(view, measured.earners, measured.partners)


def _milliseconds(seconds: float) -> float:
    return math.floor(seconds * 1e4) / 10
