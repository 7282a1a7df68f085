"""Levers on prices: carbon price and border adjustment."""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import act
from kaldor.twin.acts.trade import charge_at_the_border
from kaldor.twin.change import Change
from kaldor.twin.levies import Positions
from kaldor.twin.order import Order

_TONNES_PER_KT = 1_000.0


@act(assumes=False, dollars=("strength",), charges=True)
def carbon_price(change: Change, order: Order) -> None:
    """The industries named pay `strength` $ a tonne of what they emit themselves, to their own treasury.

    What they emit is what all levers together leave of it. At fixed prices nothing is abated by the price itself.
    Households' own fuel is not charged.
    """
    charged = change.industries(order.regions, order.sectors)

    def rate(finished: Change) -> Array:
        return _only(charged, _price_of_emissions(finished, order))

    change.levy("carbon price", rate, "treasury", at_fixed_prices=True)
    change.where_prices_respond(
        lambda asked, _: asked.price_carbon(charged, float(order.strength) * _TONNES_PER_KT * order.dollar)
    )


@act(assumes=False, around_bloc=True, dollars=("strength",), charges=True)
def border_adjustment(change: Change, order: Order) -> None:
    """Buyers inside the bloc pay for what covered foreign producers emitted themselves, to their own treasury.

    t_j = Σ_i a_ij τ_i over covered i outside the bloc, for every industry j inside; final users pay on direct imports.
    Never a cost of the foreign producer. No rebate on exports, no credit for prices paid abroad.
    """
    outside = [region for region in change.economy.regions if region not in order.bloc]
    foreign = change.industries(outside, order.products)

    def rate(finished: Change) -> Array:
        return _only(foreign, _price_of_emissions(finished, order))

    charge_at_the_border(change, "border adjustment", foreign, order.bloc, rate)
    change.where_prices_respond(
        lambda asked, finished: asked.charge_imports(
            foreign, _price_of_emissions(finished, order)[..., foreign], order.bloc
        )
    )


def _only(positions: Positions, values: Array) -> Array:
    """The values at some positions, zero elsewhere."""
    kept = np.zeros_like(values)
    kept[..., positions] = values[..., positions]
    return kept


def _price_of_emissions(change: Change, order: Order) -> Array:
    """Money per unit of output, for CO2 in kt: $/t × table's money a dollar × 1,000 t/kt × kt per unit of output."""
    return change.intensity("co2") * order.strength * _TONNES_PER_KT * order.dollar
