"""What a measure reads: one state of an economy, or those of many futures at once.

Arrays of many have the futures as their leading axis; shapes below are those of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.twin.change import Change
from kaldor.twin.levies import FinalLevy, Positions
from kaldor.twin.shocks.stress import StressResult


class Measured(Protocol):
    """Volumes at the baseline's prices; see `kaldor.twin.state.State` for the words."""

    @property
    def economy(self) -> Economy:
        """The economy of the table."""

    @property
    def change(self) -> Change:
        """What the levers made of it."""

    @property
    def x(self) -> Array:
        """Output (n)."""

    @property
    def prices(self) -> Array:
        """Prices (n), 1 = unchanged."""

    @property
    def multipliers(self) -> Mapping[str, Array]:
        """Multipliers (n) by extension."""

    @property
    def stress(self) -> StressResult | None:
        """What a stress test found."""

    def amount(self, extension: str) -> Array:
        """What each industry emits, uses or employs (n)."""

    def income(self) -> Array:
        """Value added of each industry (n), levies included."""

    def bought(self, columns: slice | Positions) -> Array:
        """What some columns of final demand buy together (n)."""

    def worth(self, prices: Array) -> Array:
        """What each column of final demand buys, at some prices (n) (m)."""

    def due(self, levy: FinalLevy) -> Array:
        """What is paid of a levy on final purchases in each cell that it charges (rows × columns)."""

    def inputs(self, industries: Positions) -> Array:
        """What some industries buy together (n)."""

    def supply(self, industries: Positions, among: NDArray[np.bool_]) -> tuple[Array, Array]:
        """What they use of every product per unit of output, and of it the most from one of some regions.

        `among` (regions) marks those. Both products × industries.
        """

    def behind(self, block: Positions) -> Array:
        """All output that stands behind a block's own output (n): L'_·B L'_BB⁻¹ x'_B."""
