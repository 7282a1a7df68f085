"""What dearer products cost whom, with volumes as they are: dearer baskets, what their users lose and sellers win.

Rises are those at the height of price events, passed on along all chains (`kaldor.twin.shocks.timeline`); losses and
windfalls are a year's, if the rise lasted a year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kaldor.digits import largest_first
from kaldor.economy.economy import Array
from kaldor.economy.labelled import SHARE, labelled
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.timeline import Timeline


def basket_frame(body: Body, timeline: Timeline) -> pd.DataFrame:
    """What price events cost the final users of each region, and what its sellers win, a year; dearest basket first.

    Columns: basket_rise (Σ rise · f / Σ f, share), real_income_loss (Σ rise · f, before any windfall) and its share of
    value added, windfall (the first round's rise times what all buy, at the region's sellers) and net_loss (the loss
    less its own sellers' windfall, in the table's unit a year).
    """
    economy, none = body.economy, np.zeros((body.n, body.R))
    loss = (sum(timeline.price_rises, none) * body.final).sum(axis=0)
    spent = body.final.sum(axis=0)
    made = (body.x * body.value_added).reshape(body.R, body.S).sum(axis=1)
    windfall = sum(timeline.windfalls, np.zeros(body.n)).reshape(body.R, body.S).sum(axis=1)
    frame = pd.DataFrame(
        {
            "basket_rise": _share(loss, spent),
            "real_income_loss": loss,
            "real_income_loss_share": _share(loss, made),
            "windfall": windfall,
            "net_loss": loss - windfall,
        },
        index=pd.Index(economy.regions, name="region"),
    )
    money = f"{economy.unit} a year"
    units = {
        "basket_rise": "share of the price before",
        "real_income_loss": money,
        "real_income_loss_share": "share of value added",
        "windfall": money,
        "net_loss": money,
    }
    dearest_first = largest_first(frame["basket_rise"].fillna(0.0).to_numpy())
    return labelled(frame.iloc[dearest_first], economy, units, status="predicted")


def costs_frame(body: Body, timeline: Timeline) -> pd.DataFrame:
    """Industries by how much their costs rise at the height of price events, dearest first: share of output."""
    costs = sum(timeline.costs, np.zeros(body.n))
    frame = pd.DataFrame({"cost_rise": costs}, index=body.economy.index)
    return labelled(frame.iloc[largest_first(costs)], body.economy, {"cost_rise": SHARE}, status="predicted")


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
