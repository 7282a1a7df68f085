"""Electricity in physical units inside a table of money: MWh bought at a price, CO2 of the grid that makes them.

A table in money counts electricity at its average price to everyone, and its industry "energy" often holds gas and
water too; t of CO2 per MWh would come out wrong by a factor of two or three. So the purchase enters at a typed price,
and the emissions of making it at a typed grid intensity: the energy industry's own intensity moves by the difference.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.twin.change import Change
from kaldor.twin.levies import Positions, rows_of_product
from kaldor.twin.order import Order

TONNES_PER_KT = 1_000.0

ELECTRICITY = ("electricity_price", "grid", "table_grid")
"""The figures that `buy_electricity` reads."""

PRICE_OF_ELECTRICITY = ("electricity_price",)
"""Those of them that are dollars."""


def sectors_named(economy: Economy, name: str) -> tuple[str, ...]:
    """The sectors of a group, or the one sector of that name. Raises UnknownLabelError."""
    return (name,) if name in economy.sectors and name not in economy.sector_groups else economy.group(name)


def buy_electricity(change: Change, order: Order, industries: Positions, mwh: Array) -> Array:
    """Industries buy `mwh` (per unit of output, one for each) more; returns what they pay (money per unit of output).

    Figures: `electricity_price` ($/MWh); `grid` (t CO2/MWh) for the added electricity; `table_grid` (%) the share of it
    that is left at the intensity which the table itself implies.
    """
    economy, price = change.economy, order.figures["electricity_price"] * order.dollar
    paid = mwh * price
    carriers = sectors_named(economy, "energy")
    bought = np.stack([change.bought(carrier, industries) for carrier in carriers])
    total = bought.sum(axis=0)
    parts = np.where(total > 0, bought / np.where(total > 0, total, 1), 1 / len(carriers))
    bought_mwh = mwh * change.x[..., industries]
    made = np.zeros((*change.shape, economy.n))  # MWh added, by maker
    for carrier, part in zip(carriers, parts, strict=True):
        rows = rows_of_product(economy, economy.sector_position(carrier))
        made[..., rows] = (change.suppliers(carrier, industries) @ (part * bought_mwh)[..., None])[..., 0]
        change.add_use(carrier, change.users_at(industries), paid * part)
    _count_at_grid(change, order, made)
    return paid


def _count_at_grid(change: Change, order: Order, made: Array) -> None:
    """Let the makers of added electricity (MWh, n) emit what the typed grid does."""
    typed = 1 - order.figures["table_grid"] / 100
    grid = order.figures["grid"] / TONNES_PER_KT
    price = order.figures["electricity_price"] * order.dollar

    def difference(finished: Change) -> Array:
        at_table = finished.intensity_so_far("co2") * price
        return np.asarray(typed * (grid - at_table) * made * finished.per_output)

    change.adjust_intensity("co2", difference)
