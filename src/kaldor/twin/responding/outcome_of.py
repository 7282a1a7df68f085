"""The outcome of one metric where prices respond, with its band; what has no figure says why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import numpy as np

from kaldor.economy.equilibrium.accounts_of import CO2
from kaldor.economy.equilibrium.shock import Shock
from kaldor.twin.measures import Terms, View, income_of
from kaldor.twin.metric import Metric, status_of, unit_of, why_not
from kaldor.twin.natures import nature_of
from kaldor.twin.outcome import Outcome
from kaldor.twin.reach import PARTIAL, acting, without_cost
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.measures import RESPONDING

_VIEW: Final = "prices respond"
_NEUTRAL = (
    "Pay that is raised in all industries alike is neutral by construction, however work answers: the country's wage "
    "gives way until pay is as before. Name some industries."
)
_NOTHING = "{} has nothing to measure it on."
_NO_LONGER = "so little is left of what {} makes and uses that no index measures it: lower the levers' strengths."
_SIZE_OF_A_SHARE = 100.0
NEGLIGIBLE = 1e-9
"""Of what a metric is a change of: what solving leaves."""


def outcome_of(metric: Metric, first: View, reason: str, spread: Sequence[float] | None = None) -> Outcome:
    """A metric of a view, with its band over the changes in a `spread`; `reason` says why none is to be measured."""
    economy = first.economy
    unit, status = unit_of(metric, economy), status_of(metric, economy)
    reason = why_not(metric, economy, first.region, responding=True) or reason or _without_carbon(metric, first)
    if reason or first.answer is None or first.balance is None:
        return Outcome(metric, unit, None, None, status, note=reason, view=_VIEW)
    before = _measured(metric, first, first.balance)
    after = _measured(metric, first, first.answer)
    if not (math.isfinite(before) and math.isfinite(after)):
        why = _NO_LONGER if math.isfinite(before) else _NOTHING
        return Outcome(metric, unit, None, None, status, note=why.format(first.region), view=_VIEW)
    known = None if nature_of(str(metric.measure)).of_change else before
    changes = [after - before, *filter(math.isfinite, spread or ())]
    least = NEGLIGIBLE * max(abs(before), size_where_responding(metric, first))
    changes = [0.0 if abs(change) <= least else change for change in changes]
    silent = _costs_unknown(metric, first.answer)
    # Where levers do something and nothing moves but what nobody knows, that is no 0.
    if not any(changes) and (why := why_unmoved(first.answer) or (silent if _asks(first.answer) else "")):
        return Outcome(metric, unit, known, None, status, note=why, view=_VIEW)
    band = (min(changes), max(changes)) if spread else None
    after, note = (known or 0.0) + changes[0], f"{PARTIAL}{silent}" if silent else ""
    size = size_where_responding(metric, first)
    return Outcome(metric, unit, known, after, status, band, note, _VIEW, size)


def _without_carbon(metric: Metric, view: View) -> str:
    """Why CO2 cannot be measured where prices respond, of a metric that reads it; empty where it can."""
    if metric.extension != CO2 or view.answer is None or view.answer.knows_carbon:
        return ""
    return f"emissions are in {view.economy.extension(CO2).unit} and not in kt: the equilibrium holds none."


def change_of(metric: Metric, view: View) -> float:
    """The change of a metric in one answer of a band; NaN where there is nothing to measure it on."""
    if why_not(metric, view.economy, view.region, responding=True):
        return math.nan
    return _measured(metric, view, view.answer) - _measured(metric, view, view.balance)


def _measured(metric: Metric, view: View, answer: Answer | None) -> float:
    if answer is None:
        raise ValueError("only a view with an answer is measured where prices respond")
    return RESPONDING[str(metric.measure)](view, answer, metric.terms)


def size_where_responding(metric: Metric, view: View) -> float:
    """The size of what a metric that is a change is a change of."""
    if not nature_of(str(metric.measure)).of_change:
        return 0.0
    if metric.unit == "%":
        return _SIZE_OF_A_SHARE
    if "jobs" in metric.needs:
        return float(RESPONDING["jobs"](view, view.balance, Terms())) if view.balance else 0.0
    return income_of(view, metric.group)


def why_unmoved(answer: Answer) -> str:
    """Why a scenario leaves all as it is although nothing says that it would; empty where it moves any output.

    A metric that stays where others move (jobs at full employment) truly stays, and so does all where the levers find
    nothing to change (industries that are as clean as the bloc's).
    """
    if np.abs(answer.output_ratio - 1).max() > NEGLIGIBLE or not _asks(answer):
        return ""
    orders = acting(answer.orders)
    doing = [order for order in orders if order.lever.function is not None]
    if not orders:
        return ""
    if not doing:
        titles = ", ".join(dict.fromkeys(order.lever.title for order in orders))
        return f"{titles}: cost and reach only, no effect size is known."
    wedge = answer.point.scenario.shock.wage_wedge
    if (wedge != 1).any() and (wedge == wedge[:, :1]).all():
        return _NEUTRAL
    return without_cost(orders)


def _asks(answer: Answer) -> bool:
    """Whether the levers change anything that the equilibrium is asked with, or are known not to act at all."""
    scenario = answer.point.scenario
    none = Shock.none(scenario.base)
    pairs = ((getattr(scenario.shock, one.name), getattr(none, one.name)) for one in fields(Shock))
    acts = any(order.lever.function is not None for order in acting(answer.orders))
    return not acts or any(one is not None and not np.array_equal(one, other) for one, other in pairs)


def _costs_unknown(metric: Metric, answer: Answer) -> str:
    """What a figure in money leaves out: what levers cost of which nobody knows the cost; empty of other figures."""
    return without_cost(answer.orders) if metric.dimension in ("society", "treasury") else ""
