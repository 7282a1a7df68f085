"""How metrics are measured where prices respond: one small function each, beside those of fixed prices.

Each gives the metric after the scenario. What is a level starts from what the table says; the equilibrium adds the
change. Money is in the table's unit at base prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.equilibrium.accounts_of import CO2
from kaldor.economy.names import counts_jobs
from kaldor.twin import measures as fixed
from kaldor.twin.incidence import income_groups
from kaldor.twin.measures import Terms, View
from kaldor.twin.natures import nature
from kaldor.twin.responding.answer import Answer

_PERCENT = 100.0

Measured = Callable[[View, Answer, Terms], float]


def on_territory(view: View, answer: Answer, terms: Terms) -> float:
    """What the region's industries and its final users themselves emit."""
    return in_industries(view, answer, terms) + _direct(view, answer, terms, slice(view.position, view.position + 1))


def in_industries(view: View, answer: Answer, terms: Terms) -> float:
    """What the region's industries emit or employ."""
    before = float(fixed.in_industries(_base(view), terms))
    return before + float(change_in_industries(view, answer, terms.extension)[view.rows].sum())


def in_the_world(view: View, answer: Answer, terms: Terms) -> float:
    """What all industries and final users emit or employ."""
    industries = _amount(view, terms.extension) + change_in_industries(view, answer, terms.extension)
    return float(industries.sum()) + _direct(view, answer, terms, slice(None))


def behind_final_use(view: View, answer: Answer, terms: Terms) -> float:
    """What is emitted anywhere along all chains for the region's final use, its own emissions included."""
    before = float(fixed.behind_final_use(_base(view), terms))
    at_base = view.balance
    assert at_base is not None
    more = answer.behind_final_use(view.position) - at_base.behind_final_use(view.position)
    return before + more + float(_beyond(view, answer, terms)[view.position])


def manufacturing_value_added(view: View, answer: Answer, terms: Terms) -> float:
    """Value added of the region's manufacturing as a volume (double deflation)."""
    before = float(fixed.manufacturing_value_added(_base(view), terms))
    return before + float(answer.value_added_change[view.manufacturing].sum())


def labour_productivity(view: View, answer: Answer, terms: Terms) -> float:
    """Volume of the region's GDP per job: what the table says before, times both as they change."""
    before, people = float(fixed.labour_productivity(_base(view), terms)), float(fixed.jobs(_base(view), terms))
    if not people:
        return float("nan")
    return before * (1 + float(answer.outcomes.gdp_volume[view.position])) * people / jobs(view, answer, terms)


def jobs(view: View, answer: Answer, terms: Terms) -> float:
    """Jobs in the region's industries."""
    return float(fixed.jobs(_base(view), terms)) + float(_jobs_change(view, answer)[view.rows].sum())


@nature(of_change=True)
def jobs_to_move(view: View, answer: Answer, terms: Terms) -> float:
    """Jobs lost in the region's industries that lose any."""
    at_base = view.balance
    assert at_base is not None
    lost = _jobs_change(view, at_base) - _jobs_change(view, answer)
    return float(np.maximum(lost[view.rows], 0).sum())


def real_income_of_region(view: View, answer: Answer, terms: Terms) -> float:
    """Real national income of the region, before transfers."""
    return float(answer.money(answer.outcomes.income)[view.position])


def real_income_of_group(view: View, answer: Answer, terms: Terms) -> float:
    """Real national income of all regions of one income group, before transfers."""
    members = np.array([group == terms.group for group in income_groups(view.economy)])
    return float(answer.money(answer.outcomes.income)[members].sum())


def treasury_revenue(view: View, answer: Answer, terms: Terms) -> float:
    """What the region's treasury receives in levies of the scenario."""
    taxes = answer.taxes
    return float(sum(taxes[name][view.position] for name in _LEVIES))


def treasury_spending(view: View, answer: Answer, terms: Terms) -> float:
    """What the region's treasury pays in subsidies of the scenario."""
    return float(-answer.taxes["subsidies"][view.position])


@nature(of_change=True)
def treasury_balance(view: View, answer: Answer, terms: Terms) -> float:
    """Change of all that the region's treasury takes in, less subsidies."""
    at_base = view.balance
    assert at_base is not None
    return float(sum(after[view.position] - at_base.taxes[name][view.position] for name, after in answer.taxes.items()))


@nature(of_change=True)
def real_spending(view: View, answer: Answer, terms: Terms) -> float:
    """What the region can buy more: its income and what it lends or borrows (equivalent variation)."""
    return float(answer.money(answer.outcomes.spending)[view.position])


@nature(of_change=True)
def welfare(view: View, answer: Answer, terms: Terms) -> float:
    """What the region can buy more, less the worth of more work."""
    return float(answer.money(answer.outcomes.welfare)[view.position])


@nature(of_change=True)
def terms_of_trade(view: View, answer: Answer, terms: Terms) -> float:
    """The part of the region's real income that is better prices in trade."""
    return float(answer.money(answer.outcomes.terms_of_trade)[view.position])


@nature(of_change=True)
def gdp_volume(view: View, answer: Answer, terms: Terms) -> float:
    """Volume of the region's GDP (Fisher), change in %."""
    return _PERCENT * float(answer.outcomes.gdp_volume[view.position])


@nature(of_change=True)
def real_wage(view: View, answer: Answer, terms: Terms) -> float:
    """Mean pay over the price of what the region's households buy, change in %."""
    return _PERCENT * float(answer.real_wage[view.position] - 1)


@nature(of_change=True)
def consumer_prices(view: View, answer: Answer, terms: Terms) -> float:
    """Price of what the region's households buy, against the world's final use, change in %."""
    return _PERCENT * float(answer.outcomes.consumer_prices[view.position])


def changed_by_region(view: View, answer: Answer, extension: str) -> Array:
    """By how much what regions' industries and final users emit or employ changes (regions)."""
    changed = view.economy.sum_by_region(change_in_industries(view, answer, extension))
    return np.asarray(changed + answer.burnt_change if extension == CO2 else changed)


_LEVIES = ("price of carbon", "tariffs", "taxes on exports", "taxes on output")


def _base(view: View) -> View:
    """The same view of the state before any lever."""
    return View(view.before, view.before, view.region, view.bloc)


def _amount(view: View, extension: str) -> Array:
    return view.before.amount(extension)


def change_in_industries(view: View, answer: Answer, extension: str) -> Array:
    """Change of what industries emit or employ (n), in the extension's unit."""
    amounts = _amount(view, extension)
    if extension == CO2:
        return answer.emitted_change(amounts)
    return np.asarray(amounts * (_heads_ratio(view, answer) - 1))


def _direct(view: View, answer: Answer, terms: Terms, regions: slice) -> float:
    """What final users of some regions themselves emit."""
    direct = _by_region(view, view.before.change.direct(terms.extension))
    moved = answer.burnt_change if terms.extension == CO2 else np.zeros_like(direct)
    return float((direct + moved + _beyond(view, answer, terms))[regions].sum())


def _beyond(view: View, answer: Answer, terms: Terms) -> Array:
    """By how much final users emit more of what the equilibrium does not hold (R): it grows as at fixed prices."""
    direct = _by_region(view, view.before.change.direct(terms.extension))
    if answer.grown is None or terms.extension != CO2:
        return np.zeros_like(direct)
    later = _by_region(view, answer.grown.start.direct(terms.extension))
    growth = np.divide(later, direct, out=np.ones_like(direct), where=direct > 0)
    return np.asarray((direct - answer.burnt_before) * (growth - 1))


def _by_region(view: View, by_column: Array) -> Array:
    return np.asarray(by_column.reshape(len(view.economy.regions), -1).sum(axis=1))


def _jobs_change(view: View, answer: Answer) -> Array:
    return np.asarray(fixed.jobs_by_industry(view.before) * (_heads_ratio(view, answer) - 1))


def _heads_ratio(view: View, answer: Answer) -> Array:
    """Jobs over base (n): who moves to an industry of other pay stays one person, so that heads of a region are as many
    times as before as its work is."""
    heads = view.economy.sum_by_region(fixed.jobs_by_industry(view.before))
    moved = view.economy.sum_by_region(fixed.jobs_by_industry(view.before) * answer.jobs_ratio)
    right = np.divide(heads * answer.jobs, moved, out=np.ones_like(heads), where=moved > 0)
    return np.asarray(answer.jobs_ratio * right.repeat(len(view.economy.sectors)))


RESPONDING: Mapping[str, Measured] = {
    function.__name__: function
    for function in (
        on_territory,
        in_industries,
        in_the_world,
        behind_final_use,
        manufacturing_value_added,
        labour_productivity,
        jobs,
        jobs_to_move,
        real_income_of_region,
        real_income_of_group,
        treasury_revenue,
        treasury_spending,
        treasury_balance,
        real_spending,
        welfare,
        terms_of_trade,
        gdp_volume,
        real_wage,
        consumer_prices,
    )
}
"""Every measure that can be taken where prices respond."""

ONLY_RESPONDING = frozenset(RESPONDING) - frozenset(fixed.MEASURES)
"""Those that mean nothing at fixed prices."""


def responds(measure: str, extension: str) -> bool:
    """Whether a measure of an extension is taken where prices respond; others follow volumes at fixed prices."""
    of_extension = measure in (on_territory.__name__, in_industries.__name__, in_the_world.__name__)
    if of_extension:
        return extension == CO2 or counts_jobs(extension)
    return measure in RESPONDING and (measure != behind_final_use.__name__ or extension == CO2)
