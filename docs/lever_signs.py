"""What every lever does to every outcome, sign by sign: asked in all worlds of docs/make_lever_signs.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from kaldor.economy.equilibrium.prepared import Choice, chosen
from kaldor.economy.equilibrium.responses import beside
from kaldor.errors import InputError, KaldorError, Problem
from kaldor.twin.incidence import income_groups
from kaldor.twin.lever import Lever
from kaldor.twin.measures import View
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.responding.closing import Responses, Sourcing
from kaldor.twin.responding.outcome_of import outcome_of
from kaldor.twin.responding.respondent import turns
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin

COUNTRIES = ("DEU", "IND", "MEX")
NEAR = {"DEU": ("FRA", "POL", "CZE"), "IND": ("IDN", "VNM"), "MEX": ("USA",)}
FRIENDS = ("USA", "JPN", "KOR")
OWN = (
    "real-income",
    "welfare",
    "terms-of-trade",
    "gdp-volume",
    "manufacturing-value-added",
    "labour-productivity",
    "real-wage",
    "jobs",
    "co2-production",
    "co2-world",
)
PARTNERS = tuple(f"real-income-{group}" for group in ("low", "lower-middle", "upper-middle", "high", "ungrouped"))
NOBODY = "no other country of the group"
_ROUNDING = 1e-9  # of the world's income, as the outcomes have it


@dataclass(frozen=True)
class Case:
    """A lever as it is asked: with which settings besides its own, and at which strengths ("" for its own name)."""

    lever: str
    variant: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    below_zero: bool = False

    @property
    def name(self) -> str:
        return f"{self.lever}, {self.variant}" if self.variant else self.lever


VARIANTS = (
    Case("wage-floor", "manufacturing alone", {"sectors": ("manufacturing",)}),
    Case("equal-pay", "manufacturing alone", {"sectors": ("manufacturing",)}),
    Case("worker-mobility", "manufacturing alone", {"sectors": ("manufacturing",)}),
    Case("export-tax", "a subsidy", below_zero=True),
)


@dataclass(frozen=True)
class World:
    """One way to answer: how strong the lever is, the elasticities, what is held, why buyers turn."""

    strength: str
    set: str
    labour: str
    capital: str
    lending: str
    sourcing: str = ""


@dataclass(frozen=True)
class Found:
    """What a case does to an outcome in one world, in % of what it is a change of; or why it is not known."""

    table: str
    country: str
    case: str
    world: World
    outcome: str
    change: float | None
    note: str = ""

    @property
    def sign(self) -> str:
        if self.change is None:
            return "?"
        return "+" if self.change > 0 else "−" if self.change < 0 else "0"


# -- asking ------------------------------------------------------------------------------------------------------------


def cases(levers: Mapping[str, Lever]) -> tuple[Case, ...]:
    """Every lever that acts, as it is declared, and some of them otherwise."""
    plain = (Case(id) for id, lever in levers.items() if lever.function is not None)
    return tuple(one for case in plain for one in (case, *(v for v in VARIANTS if v.lever == case.lever)))


def strengths(lever: Lever, case: Case) -> dict[str, float]:
    """A weak strength, the default, the strongest: of those below zero where a case is about them."""
    parameter = lever.parameter
    if case.below_zero:
        return {"weak": -parameter.default / 10, "default": -parameter.default, "strongest": parameter.low}
    usual = parameter.default or parameter.high / 2
    return {"weak": usual / 10, "default": usual, "strongest": parameter.high}


def setting(twin: Twin, case: Case, country: str, strength: float) -> LeverSetting:
    """The lever on a country; a border is drawn around it, friends and neighbours are those that the table shows."""
    bloc: Sequence[str] = ()
    if twin.levers[case.lever].needs_bloc:
        near = {"border-adjustment": (country,), "nearshoring": NEAR[country]}.get(case.lever, FRIENDS)
        bloc = [one for one in near if one in twin.economy.regions]
        if not bloc:
            raise InputError(Problem(f"lever '{case.lever}'", f"the table shows no neighbour of {country}."))
    return LeverSetting.model_validate(
        {"lever": case.lever, "strength": strength, "regions": (country,), "bloc": bloc} | dict(case.more)
    )


def found_of(twin: Twin, country: str, case: Case, table: str) -> Iterator[Found]:
    """What a case does to a country at every strength in every world; a refusal stands for all its outcomes."""
    respondent = twin.respondent
    choices = asked_choices(respondent.choice(Responses()))
    for name, strength in strengths(twin.levers[case.lever], case).items():
        try:
            scenario = Scenario(id=case.lever, levers=(setting(twin, case, country, strength),))
            state = twin.run(scenario)
        except KaldorError as reason:
            world = World(name, "", "", "", "")
            yield from (Found(table, country, case.name, world, one, None, str(reason)) for one in (*OWN, *PARTNERS))
            continue
        turning = any(turns(order) for order in state.orders)
        for why in get_args(Sourcing) if turning else ("real-cost",):
            for choice in choices:
                world = _world(name, choice, why if turning else "")
                try:
                    balance = respondent.before(choice, why)
                    answer = respondent.answer(state.orders, choice, why)
                except KaldorError as reason:
                    found = {one: (None, str(reason)) for one in (*OWN, *PARTNERS)}
                else:
                    found = measured(View(twin.before(), state, country, (), answer, balance))
                yield from (Found(table, country, case.name, world, one, *what) for one, what in found.items())


def asked_choices(usual: Choice) -> tuple[Choice, ...]:
    """Every set of the band with its own closures, and with each of its closures alone changed."""
    found = []
    for one in beside(usual):
        own = chosen(one.set)
        changed = (one.works != own.works) + (one.capital != own.capital) + (one.lending != own.lending)
        if changed <= 1:
            found.append(one)
    return tuple(found)


def _world(strength: str, choice: Choice, why: str) -> World:
    return World(strength, choice.set.id, choice.works, choice.capital, choice.lending, why)


def measured(view: View) -> dict[str, tuple[float | None, str]]:
    """Changes in % of the base: of its own level, money of what the country or group spends; or why there is none."""
    metrics, answer = packaged_metrics(), view.answer
    assert answer is not None
    spent = answer.money(answer.point.scenario.base.spending.sum(axis=1))
    found: dict[str, tuple[float | None, str]] = {}
    for id in OWN:
        outcome = outcome_of(metrics[id], view, "")
        if outcome.change is None:
            found[id] = None, outcome.note
        elif metrics[id].dimension == "society":
            found[id] = 100 * outcome.change / spent[view.position], ""
        else:
            found[id] = outcome.change if outcome.unit == "%" else outcome.change_pct, ""
    rounding = _ROUNDING * float(np.abs(view.before.income()).sum())
    silent = found[OWN[0]][1]
    for id in PARTNERS:
        partners = np.array([group == metrics[id].group for group in income_groups(view.economy)])
        partners[view.position] = False
        change = answer.money(answer.outcomes.income)[partners].sum()
        if not partners.any():
            found[id] = None, NOBODY
        elif silent:
            found[id] = None, silent
        else:
            found[id] = (100 * change / spent[partners].sum() if abs(change) > rounding else 0.0), ""
    return found
