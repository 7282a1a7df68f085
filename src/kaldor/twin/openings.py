"""Questions to begin with: declared candidates, tried on one economy and country, and those that say something there.

A candidate is offered at the first of its strengths at which its own metric moves clearly; of each challenge the first
two. Where nothing moves a challenge's dial, the candidates say why, and so what data would help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Final, Literal

from kaldor.bounds import AMOUNT
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.economy.economy import Economy
from kaldor.economy.names import region_of
from kaldor.errors import InputError, KaldorError, Problem
from kaldor.twin.effect import Effect, effect_of
from kaldor.twin.incidence import income_groups
from kaldor.twin.metric import DIMENSIONS, Dimension, packaged_metrics
from kaldor.twin.order import missing_data
from kaldor.twin.outcomes import outcomes
from kaldor.twin.responding.closing import Responses
from kaldor.twin.responding.responded import responded
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import Words

OF_EACH: Final = 2
"""Questions that are offered of a challenge."""
CLEARLY: Final = 2.0
"""How many times its least change that counts a question's own metric must move."""
_PARTNERS = 3


class Opening(Declared):
    """One candidate: its lever, at which strengths it is tried, the metric that it is about, and its words."""

    id: str
    challenge: Dimension
    lever: str
    strengths: tuple[Annotated[float, AMOUNT], ...]
    metric: str
    labour: Literal["full-employment", "supply", "fixed-real-wage"] | None = None
    title: Words


class _Openings(DeclaredFile):
    openings: tuple[Opening, ...]


@cache
def declared() -> tuple[Opening, ...]:
    """The candidates in their order. Raises InputError that names one whose metric is on no dial of its challenge."""
    file = "openings.toml"
    found = read_packaged(_Openings, "kaldor.twin", file).openings
    wrong = [one for one in found if not _on_its_dial(one)]
    if wrong:
        raise InputError(
            [Problem(f"{file}, {one.id}", f"{one.metric} is on no dial of {one.challenge}.") for one in wrong]
        )
    return found


def asks(scenario: Scenario) -> Opening | None:
    """The question that a scenario asks first: by its first lever that acts, and what holds in the labour market."""
    first = next((one.lever for one in scenario.levers if one.strength), None)
    same = [one for one in declared() if one.lever == first]
    by_id = (one for one in same if one.id == scenario.id)
    by_labour = (one for one in same if one.labour == scenario.responses.labour)
    return next(by_id, next(by_labour, same[0] if same else None))


@dataclass(frozen=True)
class Offered:
    """A question that says something: the scenario that asks it, and how far its own metric moves."""

    opening: Opening
    scenario: Scenario
    effect: Effect


@dataclass(frozen=True)
class Tried:
    """What is offered, in the order of the challenges, and why nothing is of a challenge that is not there."""

    offered: tuple[Offered, ...]
    silent: dict[Dimension, tuple[str, ...]] = field(default_factory=dict)


def tried_on(twin: Twin, before: State, region: str, progress: Callable[[], None] = lambda: None) -> Tried:
    """Try the candidates for one region; `progress` is called between runs and may raise to end them.

    Raises UnknownLabelError for a region that the economy does not have.
    """
    region = region_of(twin.economy, region)
    offered: list[Offered] = []
    silent: dict[Dimension, tuple[str, ...]] = {}
    for challenge in DIMENSIONS[:5]:
        found: list[Offered] = []
        reasons: list[str] = []
        for opening in (one for one in declared() if one.challenge == challenge):
            if len(found) == OF_EACH:
                break
            answer = _first_clear(twin, before, opening, region, progress)
            if isinstance(answer, Offered):
                found.append(answer)
            else:
                reasons.append(answer)
        offered += found
        if not found:
            silent[challenge] = tuple(dict.fromkeys(reasons))
    return Tried(tuple(offered), silent)


def scenario_of(opening: Opening, economy: Economy, region: str, strength: float, *, needs_bloc: bool) -> Scenario:
    """The scenario that asks a candidate's question at a strength; its title is left to whoever shows it."""
    bloc = partners_of(economy, region) if needs_bloc else ()
    setting = LeverSetting(lever=opening.lever, strength=strength, regions=(region,), bloc=bloc)
    return Scenario(id=opening.id, levers=(setting,), responses=Responses(labour=opening.labour))


def partners_of(economy: Economy, region: str) -> tuple[str, ...]:
    """The countries of the same income group, else some others: whom a lever that needs partners turns to."""
    groups = dict(zip(economy.regions, income_groups(economy), strict=True))
    others = [one for one in economy.regions if one != region and groups[one] != "no income group"]
    return tuple(one for one in others if groups[one] == groups[region]) or tuple(others[:_PARTNERS])


# -- parts -------------------------------------------------------------------------------------------------------------


def _first_clear(
    twin: Twin, before: State, opening: Opening, region: str, progress: Callable[[], None]
) -> Offered | str:
    """The question at the first strength at which its metric moves clearly, else why it does not."""
    lever, reason = twin.levers[opening.lever], ""
    if lacks := missing_data(twin.economy, lever):
        return f"{lever.title}: needs {', '.join(lacks)}, which {twin.economy.source.id} does not carry."
    for strength in opening.strengths:
        progress()
        scenario = scenario_of(opening, twin.economy, region, strength, needs_bloc=lever.needs_bloc)
        answer = _answer(twin, before, scenario, opening, region)
        if isinstance(answer, Effect):
            if abs(answer.value) >= CLEARLY * answer.material and answer.verdict != "cost not modelled":
                return Offered(opening, scenario, answer)
            title = packaged_metrics()[opening.metric].title
            reason = f"{lever.title}: moves “{title}” by less than counts, or without what it costs."
        else:
            reason = f"{lever.title}: {answer}"
    return reason


def _answer(twin: Twin, before: State, scenario: Scenario, opening: Opening, region: str) -> Effect | str:
    """The effect on the candidate's own metric, or why there is none."""
    wanted = {opening.metric: packaged_metrics()[opening.metric]}
    try:
        after = twin.run(scenario)
        answered = responded(twin, scenario, after, band=False)
        (found,) = outcomes(before, after, region=region, metrics=wanted, responded=answered).outcomes
    except KaldorError as error:
        return str(error)
    return effect_of(found) or found.note


def _on_its_dial(opening: Opening) -> bool:
    metric = packaged_metrics().get(opening.metric)
    return metric is not None and metric.on_dials and metric.dimension == opening.challenge
