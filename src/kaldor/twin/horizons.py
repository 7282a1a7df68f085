"""One event over three horizons: its days to weeks, a year or so with little substitution, and the long run.

The daily shock counts what is not made while stocks run out and firms look for others, at recipes and prices as they
were. The equilibrium counts what is left for good once prices, trade and income have answered, with elasticities of the
first years and of many years. Both are told as the volume of GDP against what it would be, in %, and never added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.economy.labelled import PERCENT, labelled
from kaldor.errors import KaldorError
from kaldor.twin.lasting import lasting, without_counterpart
from kaldor.twin.shocks.events import Price
from kaldor.twin.shocks.words import few
from kaldor.words import MISSING, NOT_MODELLED

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.equilibrium.responses import Band
    from kaldor.twin.shocks.run import ShockResult

DAYS, YEARS, LONG_RUN = "days to weeks", "first years", "long run"
HORIZONS: Final = (DAYS, YEARS, LONG_RUN)
"""The horizons in order: the daily shock, and the equilibrium with the sets of the first years and of many years."""
_SETS: Final = {YEARS: "low", LONG_RUN: "long"}

METHODS: Final[Mapping[str, str]] = {
    DAYS: "daily stocks, orders and substitution (Hallegatte 2013; Guan et al. 2020)",
    YEARS: "general equilibrium, set 'low' (Dekle, Eaton & Kortum 2008; Baqaee & Farhi 2024)",
    LONG_RUN: "general equilibrium, set 'long' (Dekle, Eaton & Kortum 2008; Baqaee & Farhi 2024)",
}
CONTAINS: Final[Mapping[str, str]] = {
    DAYS: "stocks, unused capacity and other suppliers over time; recipes and prices as they were; low to high: 5 to "
    "95 % of the draws of behaviour",
    YEARS: "prices, trade and income, where little replaces anything and capital stays; no stocks, no waiting; low to "
    "high: over closures",
    LONG_RUN: "the same with easy substitution and capital that moves; low to high: over closures",
}
"""What each figure contains."""

MEASURES: Final[Mapping[str, str]] = {
    DAYS: "value added made over these days, at base prices, against normal",
    **dict.fromkeys(_SETS, "volume of GDP (Fisher), final use as its users value it, a year, against before"),
}
SAID: Final = (
    "All three are the volume of GDP against what it would be, and are not added: the first counts what is not made "
    "until stocks and other makers fill in, at prices that do not move; the others what it costs every year to make do "
    "without, once prices, trade and income have answered, as if the ban never ended. Volume leaves out what prices in "
    "trade do: who no longer sells makes something else, and loses income rather than volume."
)


@dataclass(frozen=True, eq=False)
class Horizons:
    """The volume of GDP over three horizons.

    table         gdp_volume (%, below zero a loss) with low and high, and in words what is measured, what is in it and
                  its source, by place and horizon of `HORIZONS`; NaN where it is not modelled
    not_modelled  why nothing is said of the lasting loss, or of the days; empty where all is
    said          what must be said of the figures
    days          how many the daily shock has
    """

    table: pd.DataFrame
    not_modelled: str
    said: tuple[str, ...]
    days: float

    def called(self, horizon: str) -> str:
        """A horizon in words; of the daily shock, which may be as long as a year, the days that were simulated."""
        return f"first {self.days:g} days" if horizon == DAYS else horizon

    def of(self, place: str, horizon: str) -> tuple[float, float, float]:
        """Volume of GDP of a place over one horizon, with low and high (%)."""
        value, low, high = self.table.loc[(place, horizon), ["gdp_volume", "low", "high"]].astype(float)
        return float(value), float(low), float(high)


def horizons(
    result: ShockResult,
    places: Mapping[str, Sequence[str]],
    *,
    band: Band = "closures",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Horizons:
    """A shock that was run beside what is left of its bans for good, for places: regions by what they are called.

    Of a shock that is no ban, and where the equilibrium finds no balance, only the days are told, with the reason.
    """
    import pandas as pd

    figures = {(DAYS, place): _days(result, regions) for place, regions in places.items()}
    why = without_counterpart(result.shock)
    said: tuple[str, ...] = ()
    if not why:
        try:
            found, said = lasting(result.economy, result.shock, places, band=band, progress=progress)
            figures |= {(horizon, place): found[set, place] for horizon, set in _SETS.items() for place in places}
        except KaldorError as error:
            why = f"The equilibrium has no answer: {error}"
    none = (np.nan,) * 3
    rows = [
        (place, horizon, *figures.get((horizon, place), none), MEASURES[horizon], CONTAINS[horizon], METHODS[horizon])
        for place in places
        for horizon in HORIZONS
    ]
    columns = ["place", "horizon", "gdp_volume", "low", "high", "measures", "contains", "method"]
    frame = pd.DataFrame(rows, columns=columns).set_index(["place", "horizon"])
    units = dict.fromkeys(("gdp_volume", "low", "high"), PERCENT) | dict.fromkeys(
        ("measures", "contains", "method"), ""
    )
    table = labelled(frame, result.economy, units, status="predicted")
    table.attrs[MISSING] = dict.fromkeys(("gdp_volume", "low", "high"), NOT_MODELLED)
    days = len(result.value_added) * result.parameters.dt
    return Horizons(table, " ".join(filter(None, (result.not_modelled, why))), (SAID, *said) if not why else said, days)


def _days(result: ShockResult, regions: Sequence[str]) -> tuple[float, float, float]:
    """Value added over the simulated time against normal (%), of the central run and from 5 to 95 % of the draws."""
    row = result.summary(list(regions)).loc["lost_value_added_share"]
    central, low, high = (0.0 - 100.0 * float(row[one]) for one in ("central", "p95", "p5"))
    return central, *_holding(central, low, high)


def _holding(central: float, low: float, high: float) -> tuple[float, float]:
    """A range that holds the run with usual behaviour too."""
    known = [one for one in (central, low, high) if not np.isnan(one)]
    return (min(known), max(known)) if known else (np.nan, np.nan)


def places_of(result: ShockResult, own: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Who is told apart: the regions that are asked for, or those that no longer buy; who sells to them; all others."""
    events, regions = result.shock.events, result.economy.regions

    def named(field: str) -> Iterator[str]:
        for event in events:
            if field != "origins" or not isinstance(event, Price):  # who asks more still sells
                yield from getattr(event, field, ())

    struck = (*named("destinations"), *named("regions"))
    chosen = [region for region in regions if region in ({*own} or {*struck})]
    sellers = [region for region in regions if region in {*named("origins")} - {*chosen}]
    others = [region for region in regions if region not in {*chosen, *sellers}]
    groups = [(few(chosen), chosen), (few(sellers), sellers), ("all others", others), ("world", regions)]
    return {name: tuple(group) for name, group in groups if group}
