"""Bring amounts in national currencies to the money of a table, by each country's output there and here."""

from __future__ import annotations

import numpy as np

from kaldor.atlas.placing import Cells
from kaldor.atlas.published import PublishedEconomy

_NAMED = 3
_SMALL = 1e-4  # of a country's output: below it a table in whole millions tells little of an industry


def in_money_of(table: PublishedEconomy, amounts: Cells, outputs: Cells) -> tuple[Cells, str]:
    """Amounts by (region, sector) in the table's money, and how they got there, in words.

    One rate a country: its output in the table over its output in the accounts (`outputs`, in the same national
    currency), of the industries that both have. A country without a rate has no amounts; one that the table lacks keeps
    them, since who places them has to refuse it.
    """
    x = np.asarray(table.x, np.float64).reshape(len(table.regions), len(table.sectors))
    rates: dict[str, float] = {}
    weight: dict[str, float] = {}
    worst = 0.0
    for region, made in zip(table.regions, x, strict=True):
        own = np.array([outputs.get((region, sector), np.nan) for sector in table.sectors])
        both = np.isfinite(own)
        if made[both].sum() <= 0 or own[both].sum() <= 0:
            continue
        weight[region] = float(made[both].sum())
        rates[region] = weight[region] / float(own[both].sum())
        large = both & (made > _SMALL * weight[region])
        worst = max(worst, float(np.abs(own[large] * rates[region] / made[large] - 1).max(initial=0.0)))
    known = {cell: value for cell, value in amounts.items() if cell[0] in rates or cell[0] not in table.regions}
    largest = sorted(weight, key=lambda region: -weight[region])[:_NAMED]
    named = ", ".join(f"{region} {rates[region]:.5g}" for region in largest)
    note = (
        f"brought from national currency to {table.unit} by each country's output in the table over that in the "
        f"accounts ({named}{' …' if len(rates) > _NAMED else ''}); outputs of single industries then differ by "
        f"{worst:.1%} at most."
    )
    return {cell: value * rates.get(cell[0], 1.0) for cell, value in known.items()}, note
