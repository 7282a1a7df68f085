"""Who pays and gains at fixed prices: treasuries, final users, and maps of all regions."""

from __future__ import annotations

import numpy as np

from kaldor.server.answers.scenarios import PayerLine, PriceAnswer, TreasuryLine
from kaldor.server.who.maps import Maps, Who, or_unknown, produced, produced_change
from kaldor.server.who.prices import moved_prices
from kaldor.twin import measures
from kaldor.twin.incidence import Incidence, incidence
from kaldor.twin.metric import better_of
from kaldor.twin.payers import payers
from kaldor.twin.reach import why_unmoved
from kaldor.twin.state import State


def at_fixed_prices(before: State, after: State, region: str) -> Who:
    """The fields of an answer about who pays and gains, seen from a region."""
    who = incidence(before, after)
    maps = _maps(who)
    return Who(
        map=maps.map,
        map_about=maps.about,
        prices=_prices(after, region),
        prices_against="what they were before",
        treasury=[TreasuryLine.model_validate(row) for row in who.treasury.to_dict(orient="records")],
        payers=_payers(before, after, region),
        earners=[],
        partners=[],
    )


def _maps(who: Incidence) -> Maps:
    """Changes of every region in %: each production-based extension, value added, and real income."""
    before, after, economy = who.before, who.after, who.economy
    maps = Maps(economy.regions, "fixed prices")
    for extension in economy.extensions.values():
        moved = produced_change(before, after, extension.id, measures.in_industries.__name__)
        title = f"{extension.name}, production-based, change"
        maps.put(extension.id, title, better_of(extension.id), moved, produced(before, extension.id))
    old, new = economy.sum_by_region(before.income()), economy.sum_by_region(after.income())
    moved = _or_unknown(new - old, measures.manufacturing_value_added.__name__, who)
    maps.put("value-added", "Value added, change", "higher", moved, old)
    effects = _or_unknown(who.effects, measures.real_income_of_region.__name__, who)
    title = "Real income, effect as a share of final demand"
    maps.put("real-income", title, "higher", effects, who.burden_base[: len(economy.regions)])
    return maps


def _or_unknown(change: np.ndarray, measure: str, who: Incidence) -> np.ndarray:
    return or_unknown(change, lambda: why_unmoved(measure, (), who.before, who.after))


def _prices(after: State, region: str) -> list[PriceAnswer]:
    return moved_prices(after.economy, after.prices[after.economy.rows_of(region)])


def _payers(before: State, after: State, region: str) -> list[PayerLine]:
    lines = payers(before, after, region).items()
    return [
        PayerLine(payer=who, prices=prices, levies=levies, total=prices + levies) for who, (prices, levies) in lines
    ]
