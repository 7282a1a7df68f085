"""A scenario where prices respond, with what it is compared with and its band; or why it was not answered so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kaldor.economy.equilibrium.options import named
from kaldor.economy.equilibrium.sets import closures
from kaldor.errors import KaldorError
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.band import Band, band_of, unread
from kaldor.twin.responding.closing import SOURCING
from kaldor.twin.responding.respondent import turns
from kaldor.twin.scenario import Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin


@dataclass(frozen=True, eq=False)
class Responded:
    """The answer, the balance before it and its band; without an answer, `why_not` says the reason."""

    answer: Answer | None = None
    balance: Answer | None = None
    band: Band | None = None
    why_not: str = ""

    unread: tuple[str, ...] = ()
    """What the scenario says that only fixed prices read."""

    @property
    def said(self) -> tuple[str, ...]:
        """What must be said of the answer."""
        return () if self.answer is None else (*self.answer.said, *self.unread)


def responded(
    twin: Twin,
    scenario: Scenario,
    after: State,
    *,
    band: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Responded:
    """Answer a scenario, of which `after` is the state at fixed prices, where prices respond.

    Raises UnknownLabelError for a set of elasticities that there is not; what else keeps it from an answer is told.
    """
    respondent, responses = twin.respondent, scenario.responses
    choice = respondent.choice(responses)
    place = f"scenario '{scenario.id}'"
    try:
        balance = respondent.before(choice, responses.sourcing)
        answer = respondent.answer(after.orders, choice, responses.sourcing, place=place)
    except KaldorError as reason:
        return Responded(why_not=str(reason))
    unread_here = tuple(_unread(scenario, after))
    if not band:
        return Responded(answer, balance, unread=unread_here)
    known = [frozenset(setting.figures) for setting in scenario.levers]
    found = band_of(respondent, after.orders, choice, responses.sourcing, known=known, progress=progress)
    return Responded(answer, balance, found, unread=unread_here)


def _unread(scenario: Scenario, after: State) -> Iterator[str]:
    """What a scenario says that metrics which respond do not read."""
    if scenario.closure != "pass-through":
        yield f"The closure '{scenario.closure}' is about fixed prices: metrics that respond do not read it."
    for setting, order in zip(scenario.levers, after.orders, strict=True):
        if typed := [name for name in setting.figures if name in unread(order, scenario.responses.sourcing)]:
            yield (
                f"{', '.join(typed)} of {setting.lever}: read at fixed prices only; where prices respond labour's "
                "income is the table's, and wages, jobs and costs answer."
            )


def in_words(found: Responded | None) -> str:
    """The elasticities and closures of an answer, why buyers turn where some do, and what is estimated of the table;
    why there is no answer; empty at fixed prices."""
    if found is None:
        return ""
    if found.answer is None:
        return f"Prices do not respond here: {found.why_not}"
    choice = found.answer.choice
    held = (closures("labour")[choice.works], closures("capital")[choice.capital], closures("lending")[choice.lending])
    said = "; ".join(one.said for one in held)
    if choice.works != choice.labour:
        said = f"{said} ({closures('labour')[choice.labour].said}: in this set by an elasticity of 0)"
    on = "; ".join(option.said for option in named(choice.options))
    switched = f" Switched on: {on}." if on else ""
    turning = any(turns(order) for order in found.answer.orders)
    why = SOURCING[found.answer.why].removesuffix(" (default)") if turning else ""
    then = f" {why[0].upper()}{why[1:]}." if why else ""
    how = f"Prices respond: elasticities '{choice.set.id}' ({choice.set.title}). Held: {said}.{switched}{then}"
    return " ".join((how, *found.answer.assumed))
