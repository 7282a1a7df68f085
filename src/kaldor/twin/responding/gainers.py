"""Who gains and who pays where prices respond: industries by what their capital and labour earn, countries, factors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kaldor.twin.incidence import ranked
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
