"""Futures answered where prices respond: two balances each, one without the levers and one with them.

What grows are workers and what each makes (`kaldor.twin.responding.grown`). Levels are those of the table's year with
what the equilibrium adds; of a metric that is a change, the change that the levers bring in that future counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaldor.economy.economy import Array
from kaldor.errors import KaldorError
from kaldor.twin.futures.future import Future
from kaldor.twin.futures.growth import Factors
from kaldor.twin.futures.many import Many
from kaldor.twin.measures import View
from kaldor.twin.metric import Metric
from kaldor.twin.natures import nature_of
from kaldor.twin.order import orders_of
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.grown import Grown
from kaldor.twin.responding.measures import RESPONDING
from kaldor.twin.responding.outcome_of import NEGLIGIBLE, outcome_of, size_where_responding
from kaldor.twin.responding.responded import Responded, in_words
from kaldor.twin.scenario import Scenario

_PERCENT = 100.0


@dataclass(frozen=True, eq=False)
class Pair:
    """A future without its levers and with them."""

    reference: Answer
    answer: Answer


class Respondents:
    """Answers futures of one scenario where prices respond, and measures them for one region.

    `why_not` says why none can be answered, empty where they can.
    """

    def __init__(
        self, many: Many, scenario: Scenario, metrics: Sequence[Metric], region: str, bloc: tuple[str, ...]
    ) -> None:
        self.metrics, self.why_not = tuple(metrics), ""
        self._many, self._twin, self._responses = many, many.twin, scenario.responses
        self._references: dict[bytes, Answer] = {}
        self._view = View(many.before, many.before, region, bloc)
        if not self.metrics:
            return
        choice = self._twin.respondent.choice(self._responses)
        try:
            self._balance = self._twin.respondent.before(choice, self._responses.sourcing)
        except KaldorError as reason:
            self.why_not = str(reason)

    def pair(self, future: Future, place: str = "future") -> Pair:
        """A future answered. Raises InputError where it has no balance, with the reason."""
        grown = self._grown(future.factors)
        orders = orders_of(self._twin.economy, future.scenario, self._twin.levers)
        choice, why = self._twin.respondent.choice(self._responses), self._responses.sourcing
        reference = self._reference(future.factors, grown, place)
        near = None if grown is None else reference
        found = self._twin.respondent.answer(orders, choice, why, grown=grown, start=near, place=place)
        return Pair(reference, found)

    def values(self, pair: Pair) -> tuple[Array, Array]:
        """Every metric without the levers and with them (metrics each)."""
        found = np.array([self._measured(metric, pair) for metric in self.metrics])
        return found[:, 0], found[:, 1]

    def unmoved(self, scenario: Scenario) -> dict[str, str]:
        """Which of the metrics a scenario cannot move for want of data, and why, by id; all where none is answered."""
        if self.why_not:
            return dict.fromkeys((metric.id for metric in self.metrics), self.why_not)
        if not self.metrics:
            return {}
        try:
            pair = self.pair(Future(scenario), f"scenario '{scenario.id}'")
        except KaldorError as reason:
            return dict.fromkeys((metric.id for metric in self.metrics), str(reason))
        view = replace(self._view, answer=pair.answer, balance=pair.reference)
        found = (outcome_of(metric, view, "") for metric in self.metrics)
        return {one.metric.id: one.note for one in found if not one.modelled}

    def in_words(self, scenario: Scenario) -> str:
        """The elasticities and closures, and why buyers turn where some do."""
        orders = orders_of(self._twin.economy, scenario, self._twin.levers)
        return in_words(Responded(replace(self._balance, orders=orders)))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _grown(self, factors: Factors | None) -> Grown | None:
        if factors is None or factors.none:
            return None
        demand = factors.demand
        workers = np.ones_like(demand) if factors.workers is None else factors.workers
        product = demand if factors.product is None else factors.product
        return Grown(self._many.start(factors), workers, product)

    def _reference(self, factors: Factors | None, grown: Grown | None, place: str) -> Answer:
        if grown is None or factors is None:
            return self._balance
        decides = (factors.demand, grown.workers, grown.product, *factors.intensities.values())
        key = b"".join(one.tobytes() for one in decides)
        if key not in self._references:
            choice, why = self._twin.respondent.choice(self._responses), self._responses.sourcing
            found = self._twin.respondent.answer((), choice, why, grown=grown, place=f"{place}, without the levers")
            if len(self._references) >= _REMEMBERED:
                self._references.pop(next(iter(self._references)))
            self._references[key] = found
        return self._references[key]

    def _measured(self, metric: Metric, pair: Pair) -> tuple[float, float]:
        measured, of_change = RESPONDING[str(metric.measure)], nature_of(str(metric.measure)).of_change
        view = replace(self._view, answer=pair.answer, balance=pair.reference if of_change else self._balance)
        before, after = (measured(view, answer, metric.terms) for answer in (pair.reference, pair.answer))
        change = after - before
        if of_change and metric.unit == "%":
            change = _PERCENT * ((_PERCENT + after) / (_PERCENT + before) - 1)
        start = 0.0 if of_change else before
        least = NEGLIGIBLE * max(abs(start), size_where_responding(metric, replace(view, balance=self._balance)))
        return start, start if abs(change) <= least else start + change


def incomes(pair: Pair, region: int) -> dict[str, float]:
    """Whose income in a region the levers change, at base prices: they add up to the change of its real income."""
    found: dict[str, float] = {}
    for sign, answer in ((1, pair.answer), (-1, pair.reference)):
        labour, capital = answer.factor_incomes
        lines = {"labour": labour, "capital": capital}
        lines |= {f"treasury: {kind}": amount for kind, amount in answer.taxes.items()}
        for name, amount in lines.items():
            found[name] = found.get(name, 0.0) + sign * float(amount[region])
    return found


def growth_of(reference: Answer, region: int) -> dict[str, float]:
    """What has grown in a region without any lever since the table's year, in %."""
    grown, outcomes = reference.grown, reference.outcomes
    workers, product = (1.0, 1.0) if grown is None else (grown.workers[region], grown.efficiency[region])
    times = {
        "workers": workers,
        "product of each": product,
        "jobs": reference.jobs[region],
        "volume of GDP": 1 + outcomes.gdp_volume[region],
        "real wage": reference.real_wage[region],
    }
    more = {name: float(value - 1) for name, value in times.items()}
    return {name: _PERCENT * value if abs(value) > NEGLIGIBLE else 0.0 for name, value in more.items()}


_REMEMBERED = 8  # balances of other growth: a large table takes some 10 MB each
