"""Prices of a region's products, those that move most first."""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.server.answers.scenarios import PriceAnswer

_LEAST = 1e-9  # in %: below it is the rounding of a solve


def moved_prices(economy: Economy, ratios: Array) -> list[PriceAnswer]:
    """The products of one region whose price over before (sectors) is not 1."""
    changes = 100 * (ratios - 1)
    moved = np.argsort(-np.abs(changes), kind="stable")
    return [
        PriceAnswer(sector=economy.sectors[i], change_pct=float(changes[i])) for i in moved if abs(changes[i]) > _LEAST
    ]
