"""What explains a scenario where prices respond: each set of its levers answered, what income is made of, its cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.economy.equilibrium.channels import CHANNELS, channels_of
from kaldor.economy.labelled import labelled
from kaldor.errors import InputError, Problem
from kaldor.twin.game import Game
from kaldor.twin.measures import View
from kaldor.twin.order import orders_of
from kaldor.twin.outcome import PREDICTED, Outcome
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.measures import change_in_industries
from kaldor.twin.responding.outcome_of import outcome_of, size_where_responding
from kaldor.words import NOT_MODELLED


@dataclass(eq=False)
class Subsets(Game):
    """One metric of a scenario with some of its levers, each set of them answered exactly and once.

    Raises InputError where a set has no answer, with the reason.
    """

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
            self._known[members] = outcome_of(self.metric, view, "")
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


def income_parts(answer: Answer, region: str) -> pd.DataFrame:
    """The channels of a region's real income, told in two ways that each add up to its change.

    Index (way, channel); columns change (table's unit, at base prices) and meaning, in words.
    """
    at = answer.economy.region_position(region)
    found = channels_of(answer.point, answer.outcomes)
    rows = {key: {"change": float(answer.money(found[key])[at]), "meaning": CHANNELS[key]} for key in CHANNELS}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = frame.index.set_names(["way", "channel"])
    return labelled(frame, answer.economy, {"change": answer.economy.unit, "meaning": ""}, status=PREDICTED)


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
