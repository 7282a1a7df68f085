"""Who gains and pays where prices respond: labour, capital, the treasury at home, partners; maps of all regions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kaldor.asking.shape import rows_of
from kaldor.economy.economy import Array
from kaldor.server.answers.scenarios import EarnerLine, PartnerLine, TreasuryLine
from kaldor.server.who.maps import Maps, Who, or_unknown, produced, produced_change
from kaldor.server.who.prices import moved_prices
from kaldor.twin import measures
from kaldor.twin.measures import View
from kaldor.twin.metric import better_of
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.incomes import treasury_lines
from kaldor.twin.responding.measures import changed_by_region, responds
from kaldor.twin.responding.outcome_of import why_unmoved
from kaldor.twin.state import State

_AGAINST = "the price of what the region's final users buy"
_SOLVING = 1e-9  # of the whole: what solving leaves


def where_prices_respond(view: View, earners: pd.DataFrame, partners: pd.DataFrame) -> Who:
    """The fields of an answer about who gains and pays, seen from the view's region; without an answer they are empty.

    `earners` and `partners` are those of the outcomes. What does not respond is on a map at fixed prices, and says so.
    """
    answer, balance = view.answer, view.balance
    maps = _maps(view)
    found = Who(
        map=maps.map,
        map_about=maps.about,
        prices=[],
        prices_against=_AGAINST,
        treasury=[],
        payers=[],
        earners=[],
        partners=[],
    )
    if answer is None or balance is None:
        return found
    region = view.region
    found["prices"] = moved_prices(view.economy, answer.real_price[view.rows])
    found["treasury"] = [_treasury(*line) for line in treasury_lines(balance, answer, region)]
    found["earners"] = [EarnerLine.model_validate(row) for row in rows_of(earners)]
    found["partners"] = [PartnerLine.model_validate(row) for row in rows_of(partners)]
    return found


def _treasury(region: str, line: str, amount: float) -> TreasuryLine:
    return TreasuryLine(region=region, line=line, kind="revenue" if amount > 0 else "spending", amount=abs(amount))


def _maps(view: View) -> Maps:
    """Changes of every region in %: extensions, value added as a volume, real national income as a share of use."""
    economy, before, after, answer = view.economy, view.before, view.after, view.answer
    assert isinstance(before, State)
    assert isinstance(after, State)
    maps = Maps(economy.regions, "prices respond")
    for extension in economy.extensions.values():
        whole, title = produced(before, extension.id), f"{extension.name}, production-based, change"
        if responds(measures.on_territory.__name__, extension.id):
            changed = None if answer is None else changed_by_region(view, answer, extension.id)
            maps.put(extension.id, title, better_of(extension.id), _solved(changed, whole, answer), whole)
        else:
            moved = produced_change(before, after, extension.id, measures.in_industries.__name__)
            maps.put(extension.id, title, better_of(extension.id), moved, whole, view="fixed prices")
    made = economy.sum_by_region(economy.value_added)
    added = None if answer is None else economy.sum_by_region(answer.value_added_change)
    maps.put("value-added", "Value added as a volume, change", "higher", _solved(added, made, answer), made)
    used = made if answer is None else answer.money(answer.point.scenario.base.spending.sum(axis=1))
    income = None if answer is None else answer.money(answer.outcomes.income)
    title = "Real national income, change as a share of final use"
    maps.put("real-income", title, "higher", _solved(income, used, answer), used)
    return maps


def _solved(change: Array | None, whole: Array, answer: Answer | None) -> Array:
    """Changes by region without what solving leaves; NaN where there is no answer, or no data for one."""
    if change is None or answer is None:
        return np.full(len(whole), np.nan)
    kept = np.where(np.abs(change) > _SOLVING * np.abs(whole).sum(), change, 0.0)
    return or_unknown(kept, lambda: why_unmoved(answer))
