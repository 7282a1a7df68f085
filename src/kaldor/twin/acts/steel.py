"""Levers on how steel is made, in tonnes: hydrogen instead of coke, scrap instead of ore.

A table's metals hold steel, aluminium, copper and what is made of them, so a share of that industry would be no share
of steel. The strength is therefore an amount of steel (Mt a year); physical figures turn it into CO2, MWh and money.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import act, refused, within
from kaldor.twin.acts.power import ELECTRICITY, PRICE_OF_ELECTRICITY, TONNES_PER_KT, buy_electricity, sectors_named
from kaldor.twin.change import Change, Factor
from kaldor.twin.levies import Positions
from kaldor.twin.order import Order

INPUTS_OF_STEEL = ("ore", "ore_price", "coal", "coal_price", "scrap", "scrap_price")
_PRICES = ("ore_price", "coal_price", "scrap_price")
_REMEDY = "name other regions, or check the lever's figures"


@act(
    "blast_furnace_co2",
    "hydrogen_co2",
    "coal",
    "coal_price",
    "electricity",
    *ELECTRICITY,
    dollars=("coal_price", *PRICE_OF_ELECTRICITY),
)
def hydrogen_steel(change: Change, order: Order) -> None:
    """`strength` Mt of steel a year are made with hydrogen and an electric furnace instead of a blast furnace.

    Figures: `blast_furnace_co2` and `hydrogen_co2` (t/t, on site), `electricity` (MWh/t), `coal` (t/t) and
    `coal_price` ($/t), and those of `buy_electricity`.
    """
    figures = order.figures
    industries, tonnes = _steel_of(change, order)
    _emit_less(change, order, industries, tonnes, figures["blast_furnace_co2"] - figures["hydrogen_co2"])
    _buy_less(change, order, industries, tonnes * figures["coal"] * figures["coal_price"] * order.dollar)
    buy_electricity(change, order, industries, tonnes * figures["electricity"])


@act(
    "blast_furnace_co2",
    "furnace_co2",
    *INPUTS_OF_STEEL,
    "electricity",
    *ELECTRICITY,
    dollars=(*_PRICES, *PRICE_OF_ELECTRICITY),
)
def scrap_steel(change: Change, order: Order) -> None:
    """`strength` Mt of steel a year are melted from scrap in an electric furnace instead of made from ore.

    Figures: `blast_furnace_co2` and `furnace_co2` (t/t, on site), `electricity` (MWh/t); `ore`, `coal` and `scrap`
    (t/t) with `ore_price`, `coal_price` and `scrap_price` ($/t); and those of `buy_electricity`.
    """
    figures = order.figures
    industries, tonnes = _steel_of(change, order)
    _emit_less(change, order, industries, tonnes, figures["blast_furnace_co2"] - figures["furnace_co2"])
    primary = figures["ore"] * figures["ore_price"] + figures["coal"] * figures["coal_price"]
    _buy_less(change, order, industries, tonnes * primary * order.dollar)
    buy_electricity(change, order, industries, tonnes * figures["electricity"])
    scrap = tonnes * figures["scrap"] * figures["scrap_price"] * order.dollar
    traders = sectors_named(change.economy, "recycling")
    for trader in traders:
        change.add_use(trader, change.users_at(industries), scrap / len(traders))


def _steel_of(change: Change, order: Order) -> tuple[Positions, Array]:
    """The industries that change over and the tonnes of steel per unit of their output, by their own CO2."""
    industries = change.industries(order.regions, order.sectors)
    emitted = change.intensity_so_far("co2")[..., industries] * change.x[..., industries]
    total = emitted.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise refused(order, f"{', '.join(order.regions)} make no metals that emit CO2.", "Name other regions.")
    tonnes = order.strength * 1e6 * emitted / total
    return industries, tonnes * change.per_output[..., industries]


def _emit_less(change: Change, order: Order, industries: Positions, tonnes: Array, saved: Factor) -> None:
    """Take the CO2 saved (t for each t of steel) off the industries' own; more than they emit cannot be saved."""
    emitted = change.intensity_so_far("co2")[..., industries]
    less = tonnes * saved / TONNES_PER_KT
    within(order, less, emitted, "would save more CO2 than these industries emit themselves", _REMEDY)
    change.add_intensity("co2", industries, -less)


def _buy_less(change: Change, order: Order, industries: Positions, amount: Array) -> None:
    """Buy less ore, coal and coke (money per unit of output), from each product in proportion."""
    bought = np.stack([change.bought(product, industries) for product in order.products])
    total = bought.sum(axis=0)
    within(order, amount, total, "would replace more ore and coal than these industries buy", _REMEDY)
    share = np.divide(amount, total, out=np.zeros_like(total), where=total > 0)
    for product, part in zip(order.products, bought, strict=True):
        change.use_less(product, industries, part * share)
