"""What explains a scenario where prices respond: each set of its levers answered, what income is made of, its cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.economy.labelled import labelled
from kaldor.errors import InputError, Problem
from kaldor.twin.measures import View
from kaldor.twin.metric import Metric
from kaldor.twin.order import orders_of
from kaldor.twin.outcome import PREDICTED, Outcome
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.measures import change_in_industries
from kaldor.twin.responding.outcome_of import outcome_of, size_where_responding
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

MADE_OF: Final = "what it is made of"
RECEIVED: Final = "who receives it"


@dataclass(eq=False)
class Subsets:
    """One metric of a scenario with some of its levers, each set of them answered exactly and once.

    Raises InputError where a set has no answer, with the reason.
    """

    twin: Twin
    scenario: Scenario
    metric: Metric
    region: str
    bloc: tuple[str, ...]
    _known: dict[frozenset[int], Outcome] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """The balance before any lever."""
        responses, respondent = self.scenario.responses, self.twin.respondent
        self._choice = respondent.choice(responses)
        self._orders = orders_of(self.twin.economy, self.scenario, self.twin.levers)
        before = self.twin.before()
        balance = respondent.before(self._choice, responses.sourcing)
        self._view = View(before, before, self.region, self.bloc, balance=balance)

    @property
    def size(self) -> float:
        """The size of what the metric is a change of, of which rounding leaves a share."""
        level = self.measured(frozenset()).before or 0.0
        return max(abs(level), size_where_responding(self.metric, self._view))

    def measured(self, members: frozenset[int]) -> Outcome:
        """The metric with the levers at these positions."""
        if members not in self._known:
            view = replace(self._view, answer=self._answer(members))
            self._known[members] = outcome_of(self.metric, [view], "")
        return self._known[members]

    def value(self, members: frozenset[int]) -> float:
        """The same as a number; what the levers cannot move is as before."""
        found = self.measured(members)
        if found.before is None and found.after is None and not members:
            raise InputError(Problem(f"metric '{self.metric.id}'", f"{NOT_MODELLED}: {found.note}"))
        return (found.before or 0.0) + (found.change or 0.0)

    def _answer(self, members: frozenset[int]) -> Answer:
        if not members:
            assert self._view.balance is not None
            return self._view.balance
        orders = [order for number, order in enumerate(self._orders) if number in members]
        named = ", ".join(str(number + 1) for number in sorted(members))
        place = f"scenario '{self.scenario.id}' with levers {named} alone"
        why = self.scenario.responses.sourcing
        return self.twin.respondent.answer(orders, self._choice, why, place=place)


def income_parts(balance: Answer, answer: Answer, region: str) -> pd.DataFrame:
    """Of what the change of a region's real income is made, and who receives it: each adds up to the change.

    Index (which, part); column change, in the table's unit at base prices.
    """
    at, found = answer.economy.region_position(region), answer.outcomes
    made = {
        "more or less is made and used (volume)": found.volume,
        "better or worse prices in trade (terms of trade)": found.terms_of_trade,
        "worth of stocks": found.stocks_valued,
    }
    before, after = _received(balance), _received(answer)
    rows = {(MADE_OF, name): float(answer.money(amount)[at]) for name, amount in made.items()}
    rows |= {(RECEIVED, name): float((after[name] - before[name])[at]) for name in after}
    frame = pd.DataFrame({"change": rows})
    frame.index = frame.index.set_names(["which", "part"])
    return labelled(frame, answer.economy, {"change": answer.economy.unit}, status=PREDICTED)


def _received(answer: Answer) -> dict[str, Array]:
    labour, capital = answer.factor_incomes
    return {"labour": labour, "capital": capital} | {f"treasury: {kind}": paid for kind, paid in answer.taxes.items()}


def made_before_and_after(view: View, answer: Answer, extension: str) -> tuple[Array, Array, Array, Array]:
    """Intensity and output of industries before, then after (n): with them the extension's amounts."""
    economy = view.economy
    x = economy.x, economy.x * answer.output_ratio
    allocated = view.before.amount(extension) - economy.unallocated(extension)
    amounts = allocated, allocated + change_in_industries(view, answer, extension)
    before, after = (np.divide(a, b, out=np.zeros_like(b), where=b > 0) for a, b in zip(amounts, x, strict=True))
    return before, x[0], after, x[1]


def lost_by_the_world(answer: Answer) -> float:
    """What all regions together can buy less, net of the worth of work: the cost of a scenario, in the table's unit."""
    return -float(answer.money(answer.outcomes.welfare).sum())
