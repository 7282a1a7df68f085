"""Who gains and who pays where prices respond: industries by what their capital and labour earn, countries, factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kaldor.digits import largest_first
from kaldor.economy.labelled import PERCENT, labelled
from kaldor.twin.incidence import POORER, income_groups, ranked
from kaldor.twin.responding.answer import Answer

_ROUNDING = 1e-9  # of the world's factor income: what solving leaves


def who_gains(before: Answer, after: Answer, home: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The industries whose capital and labour lose most, and those whose gain most, as `Incidence.losers` orders them.

    In the table's unit, at base prices of what their region's final users buy.
    """
    change = after.earned - before.earned
    smallest = _ROUNDING * float(np.abs(before.earned).sum())
    losers, gainers = (
        ranked(after.economy, before.earned, change, home=home, sign=sign, smallest=smallest) for sign in (-1, 1)
    )
    return losers, gainers


def partners(after: Answer, region: str) -> pd.DataFrame:
    """What other regions gain and lose: low-income and lower-middle-income ones first, each by size; none that stays.

    Index region; columns group, real_income, of it terms_of_trade (table's unit, at base prices), real_income_pct.
    """
    economy, found = after.economy, after.outcomes
    income, terms = after.money(found.income), after.money(found.terms_of_trade)
    before = after.money(after.point.scenario.base.income)
    group = np.array(income_groups(economy), dtype=object)
    others = largest_first(np.abs(income))
    moved = np.abs(income[others]) > _ROUNDING * float(np.abs(before).sum())
    others = others[moved & (others != economy.region_position(region))]
    first = [others[group[others] == name] for name in POORER]
    order = np.concatenate([*first, others[~np.isin(group[others], POORER)]])
    frame = pd.DataFrame(
        {
            "group": group[order],
            "real_income": income[order],
            "terms_of_trade": terms[order],
            "real_income_pct": 100 * income[order] / before[order],
        },
        index=pd.Index([economy.regions[i] for i in order], name="region"),
    )
    units = {"group": "", "real_income": economy.unit, "terms_of_trade": economy.unit, "real_income_pct": PERCENT}
    return labelled(frame, economy, units, status="predicted")
