"""Two countries that make goods and services, 100 million $ of each: small enough to be solved in fractions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kaldor.economy.economy import Economy
from tests.economy.random_tables import random_published

Z = [
    # into A's goods, A's services, B's goods, B's services
    [10.0, 10.0, 0.0, 0.0],
    [30.0, 0.0, 0.0, 10.0],
    [20.0, 0.0, 0.0, 0.0],
    [0.0, 20.0, 50.0, 0.0],
]


def two_by_two() -> Economy:
    """Goods are manufacturing; each country uses the rest of its own output."""
    table = random_published(1, regions=2, sectors=2)
    flows, x = np.array(Z), np.full(4, 100.0)
    Y = np.zeros((4, table.Y.shape[1]))
    width = Y.shape[1] // 2
    for row, left in enumerate(x - flows.sum(axis=1)):
        Y[row, (row // 2) * width] = left
    return Economy.from_published(
        replace(
            table,
            regions=("A", "B"),
            sectors=("goods", "services"),
            sector_names=("Goods", "Services"),
            sector_groups={"manufacturing": ("goods",)},
            Z=flows,
            Y=Y,
            x=x,
            extensions=(),
        )
    )
