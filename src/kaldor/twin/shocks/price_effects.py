"""What dearer products cost whom, with volumes as they are: dearer baskets, what their users lose and sellers win.

Rises are those at the height of price events, passed on along all chains (`kaldor.twin.shocks.timeline`); losses and
windfalls are a year's, if the rise lasted a year. Events that never hold at once are never added up: the height is the
day on which those that hold cost final users most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kaldor.digits import largest_first
from kaldor.economy.economy import Array
from kaldor.economy.labelled import SHARE, labelled
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.events import Price
from kaldor.twin.shocks.timeline import Timeline

_MOMENT = 1e-6  # days: over so little time an event's mean strength is that of the moment


@dataclass(frozen=True, eq=False)
class Height:
    """Price events at their height: from day `first` to day `last`, what holds of each being in its strength.

    rises     how much dearer each product is for the final users of each region (n × R)
    costs     by how much the costs of industries rise (n)
    windfall  what the rises alone bring sellers on what is bought (n, a year)
    apart     whether some price event does not hold then
    """

    first: float
    last: float
    rises: Array
    costs: Array
    windfall: Array
    apart: bool

    @property
    def said(self) -> str:
        """Which days are meant, in a sentence, where price events do not all hold at once; else empty."""
        if not self.apart:
            return ""
        return (
            f"Price events do not all hold at once: what is dearer is that of days {self.first:g} to {self.last:g}, "
            "when it costs final users most."
        )


def height_of(body: Body, timeline: Timeline) -> Height:
    """The height of the price events of a timeline: of all days on which one begins or ends, that on which those that
    hold cost final users most; of several the first."""
    events = [event for event in timeline.shock.events if isinstance(event, Price)]
    loss = np.array([float((rises * body.final).sum()) for rises in timeline.price_rises])
    turns = sorted({day for event in events for day in (event.start, event.start + event.days)})
    strengths = [np.array([event.mean_strength(day, _MOMENT) for event in events]).round(6) for day in turns]
    best = int(np.argmax([float(strength @ loss) for strength in strengths])) if events else 0
    strength = strengths[best] if events else np.zeros(0)
    return Height(
        first=turns[best] if events else 0.0,
        last=turns[min(best + 1, len(turns) - 1)] if events else 0.0,
        rises=_together(strength, timeline.price_rises, (body.n, body.R)),
        costs=_together(strength, timeline.costs, (body.n,)),
        windfall=_together(strength, timeline.windfalls, (body.n,)),
        apart=bool((strength < 1).any()),
    )


def _together(strength: Array, of_events: Sequence[Array], shape: tuple[int, ...]) -> Array:
    return np.asarray(sum((s * one for s, one in zip(strength, of_events, strict=True)), np.zeros(shape)))


def home_prices(body: Body, height: Height) -> pd.Series:
    """How much dearer each product is for its own region's final users: share."""
    home = np.repeat(np.arange(body.R), body.S)
    return pd.Series(height.rises[np.arange(body.n), home], body.economy.index, name="price_rise")


def basket_frame(body: Body, height: Height) -> pd.DataFrame:
    """What price events cost the final users of each region, and what its sellers win, a year; dearest basket first.

    Columns: basket_rise (Σ rise · f / Σ f, share), real_income_loss (Σ rise · f, before any windfall) and its share of
    value added, windfall (the first round's rise times what all buy, at the region's sellers) and net_loss (the loss
    less its own sellers' windfall, in the table's unit a year).
    """
    economy = body.economy
    loss = (height.rises * body.final).sum(axis=0)
    spent = body.final.sum(axis=0)
    made = (body.x * body.value_added).reshape(body.R, body.S).sum(axis=1)
    windfall = height.windfall.reshape(body.R, body.S).sum(axis=1)
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


def costs_frame(body: Body, height: Height) -> pd.DataFrame:
    """Industries by how much their costs rise at the height of price events, dearest first: share of output."""
    frame = pd.DataFrame({"cost_rise": height.costs}, index=body.economy.index)
    return labelled(frame.iloc[largest_first(height.costs)], body.economy, {"cost_rise": SHARE}, status="predicted")


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
