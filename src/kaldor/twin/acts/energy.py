"""Levers on energy and the CO2 of burning: fuel saved, electrified or switched, carbon captured, cleaner supply."""

from __future__ import annotations

import numpy as np

from kaldor.twin.acts import act
from kaldor.twin.acts.power import ELECTRICITY, PRICE_OF_ELECTRICITY, TONNES_PER_KT, buy_electricity, sectors_named
from kaldor.twin.change import Change
from kaldor.twin.order import Order

COSTS_OF_CAPTURE = ("capture_cost", "transport_cost", "storage_cost")


@act("combustion_share", assumes=False)
def save_fuel(change: Change, order: Order) -> None:
    """The industries named burn `strength` % less fuel: they buy less of it and emit less.

    Figure `combustion_share` (%): the part of their own CO2 that comes from burning; the rest (process CO2) stays.
    """
    saved = order.strength / 100
    industries = change.industries(order.regions, order.sectors)
    change.scale_use(order.products, change.users_at(industries), 1 - saved)
    change.scale_intensity("co2", industries, 1 - saved * order.figures["combustion_share"] / 100)


@act(
    "combustion_share",
    "fuel_co2",
    "boiler_efficiency",
    "electric_efficiency",
    *ELECTRICITY,
    dollars=PRICE_OF_ELECTRICITY,
)
def electrify(change: Change, order: Order) -> None:
    """The industries named replace `strength` % of the fuel that they burn by electricity.

    MWh of fuel = own CO2 of burning / CO2 per MWh of fuel; MWh of electricity = MWh of fuel × boiler efficiency /
    electric efficiency (coefficient of performance). Figures: `combustion_share` (%), `fuel_co2` (t/MWh),
    `boiler_efficiency`, `electric_efficiency`, and those of `buy_electricity`.
    """
    figures, replaced = order.figures, order.strength / 100
    industries = change.industries(order.regions, order.sectors)
    burnt = replaced * figures["combustion_share"] / 100 * change.intensity_so_far("co2")[..., industries]
    fuel_mwh = burnt * TONNES_PER_KT / figures["fuel_co2"]
    change.scale_use(order.products, change.users_at(industries), 1 - replaced)
    change.scale_intensity("co2", industries, 1 - replaced * figures["combustion_share"] / 100)
    efficiency = figures["boiler_efficiency"] / figures["electric_efficiency"]
    buy_electricity(change, order, industries, fuel_mwh * efficiency)


@act("combustion_share", "old_co2", "new_co2", "price_ratio")
def switch_fuel(change: Change, order: Order) -> None:
    """The industries named burn another fuel for `strength` % of what they burn, for the same heat.

    Money moves from refined fuels and coke to what is extracted (natural gas). Figures: `combustion_share` (%),
    `old_co2` and `new_co2` (kg/GJ), `price_ratio` (new over old, per unit of heat).
    """
    figures, switched = order.figures, order.strength / 100
    industries = change.industries(order.regions, order.sectors)
    extracted = sectors_named(change.economy, "mining")
    parts = dict.fromkeys(extracted, 1 / len(extracted))
    for product in order.products:
        change.move_use(product, parts, change.users_at(industries), switched, per_unit=figures["price_ratio"])
    cleaner = 1 - figures["new_co2"] / figures["old_co2"]
    change.scale_intensity("co2", industries, 1 - switched * figures["combustion_share"] / 100 * cleaner)


@act(
    "capturable_share",
    "capture_rate",
    "heat",
    "heat_co2",
    "electricity",
    *COSTS_OF_CAPTURE,
    *ELECTRICITY,
    dollars=(*COSTS_OF_CAPTURE, *PRICE_OF_ELECTRICITY),
)
def capture_carbon(change: Change, order: Order) -> None:
    """The industries named fit capture to `strength` % of their capturable CO2, and have it transported and stored.

    Captured = S × s × `capturable_share` × `capture_rate`. Steam for it is made from natural gas without capture
    (`heat`, GJ/t; `heat_co2`, kg/GJ), compression takes `electricity` (MWh/t). `capture_cost`, `transport_cost` and
    `storage_cost` ($/t) hold that energy: what the electricity costs is bought, the rest is paid to capital and labour.
    """
    figures = order.figures
    industries = change.industries(order.regions, order.sectors)
    share = order.strength / 100 * figures["capturable_share"] / 100 * figures["capture_rate"] / 100
    tonnes = share * change.intensity_so_far("co2")[..., industries] * TONNES_PER_KT  # per unit of output
    steam = figures["heat"] * figures["heat_co2"] / 1_000  # t CO2 for each t captured
    change.scale_intensity("co2", industries, 1 - share * (1 - steam))
    electricity = buy_electricity(change, order, industries, tonnes * figures["electricity"])
    per_tonne = figures["capture_cost"] + figures["transport_cost"] + figures["storage_cost"]
    rest = np.maximum(tonnes * per_tonne * order.dollar - electricity, 0)
    change.levy("capture, transport and storage of CO2", change.at(industries, rest), "factors")


@act(assumes=False)
def clean_supply(change: Change, order: Order) -> None:
    """The industries named emit `strength` % less for each unit that they deliver."""
    change.scale_intensity("co2", change.industries(order.regions, order.sectors), 1 - order.strength / 100)


@act(assumes=False)
def close_gap(change: Change, order: Order) -> None:
    """The industries named close `strength` % of the gap to the mean CO2 intensity of the same industry in the bloc.

    Industries that are as clean as the bloc's, and those that the bloc does not have, stay as they are.
    """
    economy = change.economy
    intensity = change.intensity_so_far("co2")
    for sector in order.sectors:
        leaders = change.industries(order.bloc, [sector])
        if not economy.has_output[leaders].any():
            continue
        output = change.x[..., leaders]
        emitted = (intensity[..., leaders] * output).sum(axis=-1, keepdims=True)
        mean = emitted / output.sum(axis=-1, keepdims=True)
        followers = change.industries(order.regions, [sector])
        gap = np.where(economy.has_output[followers], np.maximum(intensity[..., followers] - mean, 0), 0.0)
        change.add_intensity("co2", followers, -order.strength / 100 * gap)
