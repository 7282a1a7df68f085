"""Electricity in physical units inside a table of money: MWh bought at a price, CO2 of the grid that makes them.

A table in money counts electricity at its average price to everyone, and its industry "energy" often holds gas and
water too; t of CO2 per MWh would come out wrong by a factor of two or three. So the purchase enters at a typed price,
and the emissions of making it at a typed grid intensity: the energy industry's own intensity moves by the difference.

The dollars set more in motion than the makers' first delivery: power plants buy of each other, and those who supply
them buy power. With A and L = (1 − A)⁻¹ of the table and b the dollars by maker, energy industries make e = (L b) in
all rounds, for which the table counts S e. All of that is taken out, and grid × MWh put in at the makers: what energy
industries emit for an added MWh, all rounds together, is the typed grid. What their suppliers emit (mines, transport)
stays at the table's intensity, as for every purchase.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.solve import solver_of
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
    _count_at_grid(change, order, made, carriers)
    return paid


def _count_at_grid(change: Change, order: Order, made: Array, carriers: tuple[str, ...]) -> None:
    """Let the energy industries emit for added electricity (MWh by maker, n) what the typed grid does, all rounds."""
    typed = 1 - order.figures["table_grid"] / 100
    grid = order.figures["grid"] / TONNES_PER_KT
    price = order.figures["electricity_price"] * order.dollar
    energy = change.industries(change.economy.regions, carriers)
    by_rounds = change.at(energy, _all_rounds(change.economy, made * price)[..., energy])
    change.set_in_motion(by_rounds)

    def difference(finished: Change) -> Array:
        emitted = finished.intensity_so_far("co2") * by_rounds
        return np.asarray(typed * (grid * made - emitted) * finished.per_output_in_motion)

    change.adjust_intensity("co2", difference)


def _all_rounds(economy: Economy, bought: Array) -> Array:
    """Output of all industries (…, n) behind purchases (…, n), by the table's own A, which growth leaves as it is."""
    rows = bought.reshape(-1, economy.n)
    makers = np.flatnonzero(rows.any(axis=0))
    if len(rows) <= len(makers):
        return solver_of(economy).solve(np.ascontiguousarray(rows.T)).T.reshape(bought.shape)
    units = np.zeros((economy.n, len(makers)))
    units[makers, np.arange(len(makers))] = 1.0
    return (rows[:, makers] @ solver_of(economy).solve(units).T).reshape(bought.shape)
