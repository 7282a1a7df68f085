"""Levers on how steel is made, in tonnes: hydrogen instead of coke, scrap instead of ore.

A table's metals hold steel, aluminium, copper and what is made of them, so a share of that industry would be no share
of steel. The strength is therefore an amount of steel (Mt a year); physical figures turn it into CO2, MWh and money.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import refused
from kaldor.twin.acts.power import DOLLARS_PER_MILLION, TONNES_PER_KT, buy_electricity, sectors_named
from kaldor.twin.change import Change, Positions
from kaldor.twin.order import Order


def hydrogen_steel(change: Change, order: Order) -> None:
    """`strength` Mt of steel a year are made with hydrogen and an electric furnace instead of a blast furnace.

    Figures: `blast_furnace_co2` and `hydrogen_co2` (t/t, on site), `electricity` (MWh/t), `coal` (t/t) and
    `coal_price` ($/t), and those of `buy_electricity`.
    """
    figures = order.figures
    industries, tonnes = _steel_of(change, order)
    _emit_less(change, order, industries, tonnes, figures["blast_furnace_co2"] - figures["hydrogen_co2"])
    _buy_less(change, order, industries, tonnes * figures["coal"] * figures["coal_price"] / DOLLARS_PER_MILLION)
    buy_electricity(change, order, industries, tonnes * figures["electricity"])


def scrap_steel(change: Change, order: Order) -> None:
    """`strength` Mt of steel a year are melted from scrap in an electric furnace instead of made from ore.

    Figures: `blast_furnace_co2` and `furnace_co2` (t/t, on site), `electricity` (MWh/t); `ore`, `coal` and `scrap`
    (t/t) with `ore_price`, `coal_price` and `scrap_price` ($/t); and those of `buy_electricity`.
    """
    figures = order.figures
    industries, tonnes = _steel_of(change, order)
    _emit_less(change, order, industries, tonnes, figures["blast_furnace_co2"] - figures["furnace_co2"])
    primary = figures["ore"] * figures["ore_price"] + figures["coal"] * figures["coal_price"]
    _buy_less(change, order, industries, tonnes * primary / DOLLARS_PER_MILLION)
    buy_electricity(change, order, industries, tonnes * figures["electricity"])
    scrap = tonnes * figures["scrap"] * figures["scrap_price"] / DOLLARS_PER_MILLION
    traders = sectors_named(change.economy, "recycling")
    for trader in traders:
        change.add_use(trader, change.users_at(industries), scrap / len(traders))


def _steel_of(change: Change, order: Order) -> tuple[Positions, Array]:
    """The industries that change over and the tonnes of steel per million $ of their output, by their own CO2."""
    economy = change.economy
    industries = change.industries(order.regions, order.sectors)
    emitted = change.intensity_so_far("co2")[industries] * economy.x[industries]
    if emitted.sum() <= 0:
        raise refused(order, f"{', '.join(order.regions)} make no metals that emit CO2.", "Name other regions.")
    tonnes = order.strength * 1e6 * emitted / emitted.sum()
    return industries, tonnes * economy.per_output[industries]


def _emit_less(change: Change, order: Order, industries: Positions, tonnes: Array, saved: float) -> None:
    """Take the CO2 saved (t for each t of steel) off the industries' own; more than they emit cannot be saved."""
    emitted = change.intensity_so_far("co2")[industries]
    less = tonnes * saved / TONNES_PER_KT
    _within(order, less, emitted, "save more CO2 than these industries emit themselves")
    change.add_intensity("co2", industries, -less)


def _buy_less(change: Change, order: Order, industries: Positions, amount: Array) -> None:
    """Buy less ore, coal and coke (million $ per million $ of output), from each product in proportion."""
    bought = np.stack([change.bought(product, industries) for product in order.products])
    total = bought.sum(axis=0)
    _within(order, amount, total, "replace more ore and coal than these industries buy")
    share = np.divide(amount, total, out=np.zeros_like(total), where=total > 0)
    for product, part in zip(order.products, bought, strict=True):
        change.use_less(product, industries, part * share)


def _within(order: Order, asked: Array, there: Array, what: str) -> None:
    """Refuse a strength beyond what the table's industries can give, and name the largest that they can."""
    acting = asked > 0
    if (asked > there * (1 + 1e-12)).any():
        most = order.strength * float((there[acting] / asked[acting]).min())
        raise refused(
            order,
            f"strength {order.strength:g} {order.lever.parameter.unit} would {what}.",
            f"Stay at or below {most:.3g}, name other regions, or check the lever's figures.",
        )


ACTS = (hydrogen_steel, scrap_steel)
