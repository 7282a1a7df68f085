"""What an answer says of who gains and pays, and its maps: one change in % for every region, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

import numpy as np

from kaldor.economy.economy import Array
from kaldor.server.answers.scenarios import EarnerLine, MapAbout, PartnerLine, PayerLine, PriceAnswer, TreasuryLine
from kaldor.server.tables import by_region, share_of
from kaldor.twin.metric import Better
from kaldor.twin.reach import why_unmoved
from kaldor.twin.responding.closing import View
from kaldor.twin.state import State


class Who(TypedDict):
    """The fields of an answer that say who gains and pays."""

    map: Mapping[str, Mapping[str, float | None]]
    map_about: Mapping[str, MapAbout]
    prices: list[PriceAnswer]
    prices_against: str
    treasury: list[TreasuryLine]
    payers: list[PayerLine]
    earners: list[EarnerLine]
    partners: list[PartnerLine]


class Maps:
    """Maps as they are put together, in the order in which a page offers them."""

    def __init__(self, regions: tuple[str, ...], view: View) -> None:
        self._regions, self._view = regions, view
        self.map: dict[str, dict[str, float | None]] = {}
        self.about: dict[str, MapAbout] = {}

    def put(
        self, metric: str, title: str, better: Better, part: Array, whole: Array, *, view: View | None = None
    ) -> None:
        """A map of a part in % of a whole, by region; of another view than all others where one is named."""
        self.map[metric] = by_region(self._regions, share_of(part, whole))
        self.about[metric] = MapAbout(title=title, unit="%", better=better, view=view or self._view)


def produced(state: State, extension: str) -> Array:
    """What regions' industries and final users emit or employ (regions)."""
    economy = state.economy
    direct = state.change.direct(extension).reshape(len(economy.regions), -1).sum(axis=1)
    return np.asarray(economy.sum_by_region(state.amount(extension)) + direct)


def produced_change(before: State, after: State, extension: str, measure: str) -> Array:
    """Its change at fixed prices."""
    change = produced(after, extension) - produced(before, extension)
    return or_unknown(change, lambda: why_unmoved(measure, [extension], before, after))


def or_unknown(change: Array, why: Callable[[], str]) -> Array:
    """Changes by region; NaN where the levers leave all as they are for want of data (`why`), which is no zero."""
    return np.full(len(change), np.nan) if not change.any() and why() else change
