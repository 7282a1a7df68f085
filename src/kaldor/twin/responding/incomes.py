"""Who gains and who pays where prices respond: labour, capital and the treasury at home, and partners.

Real changes: in the table's unit, at base prices of what the region's final users buy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kaldor.economy.labelled import PERCENT, labelled
from kaldor.twin.incidence import GROUPS, income_groups
from kaldor.twin.responding.answer import Answer

LABOUR, CAPITAL, TREASURY = "labour", "capital", "treasury"
OF_THE_TABLE = "taxes of the table"

_ROUNDING = 1e-9  # of the world's income: what solving leaves


def earners(before: Answer, after: Answer, region: str) -> pd.DataFrame:
    """What labour, capital and the treasury of a region receive: before, change, change_pct.

    The changes add up to that of its real national income before transfers; what the treasury has more it hands to
    the region's final users. Raises UnknownLabelError.
    """
    place = after.economy.region_position(region)
    sums = [(*one.factor_incomes, np.sum(list(one.taxes.values()), axis=0)) for one in (before, after)]
    old, new = np.array([[part[place] for part in parts] for parts in sums])
    return _changes(after, pd.Index([LABOUR, CAPITAL, TREASURY], name="earner"), old, new - old)


def partners(after: Answer, region: str) -> pd.DataFrame:
    """Real national income of all other regions: group, before, change, change_pct, and of it terms_of_trade.

    Low-income countries stand first, regions of no income group last; within a group whom it moves most.
    Raises UnknownLabelError.
    """
    economy, groups = after.economy, income_groups(after.economy)
    change = after.money(after.outcomes.income)
    ranks = np.array([GROUPS.index(group) for group in groups])
    order = np.lexsort((-np.abs(change), ranks))
    others = order[order != economy.region_position(region)]
    index = pd.Index([economy.regions[i] for i in others], name="region")
    frame = _changes(after, index, after.money(after.point.scenario.base.income)[others], change[others])
    frame.insert(0, "group", [groups[i] for i in others])
    terms = after.money(after.outcomes.terms_of_trade)[others]
    frame["terms_of_trade"] = np.where(frame["change"] == 0, 0.0, terms)
    frame.attrs["units"] = {"group": "", **frame.attrs["units"], "terms_of_trade": economy.unit}
    return frame


def treasury_lines(before: Answer, after: Answer, region: str) -> list[tuple[str, str, float]]:
    """Region, line and change of what its treasury takes in; what it pays out more is negative.

    Levies of the scenario wherever it has any; what the table's own taxes bring more or less for `region` alone.
    """
    economy = after.economy
    least = _ROUNDING * float(np.abs(after.point.scenario.base.income).sum() / after.read.million)
    found = []
    for line, amounts in after.taxes.items():
        change = amounts - before.taxes[line]
        for i in np.flatnonzero(np.abs(change) > least):
            if line != OF_THE_TABLE or economy.regions[i] == region:
                found.append((economy.regions[i], line, float(change[i])))
    return found


def _changes(after: Answer, index: pd.Index, old: np.ndarray, change: np.ndarray) -> pd.DataFrame:
    least = _ROUNDING * float(np.abs(after.point.scenario.base.income).sum() / after.read.million)
    change = np.where(np.abs(change) > least, change, 0.0)
    percent = np.divide(100 * change, old, out=np.full(len(old), np.nan), where=old > least)
    frame = pd.DataFrame({"before": old, "change": change, "change_pct": percent}, index=index)
    unit = after.economy.unit
    units = {"before": unit, "change": unit, "change_pct": PERCENT}
    return labelled(frame, after.economy, units, status="predicted")
