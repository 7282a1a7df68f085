"""Levers that give money to industries, aimed or spread."""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import refused
from kaldor.twin.acts.power import DOLLARS_PER_MILLION
from kaldor.twin.acts.productivity import value_added_so_far
from kaldor.twin.change import Change
from kaldor.twin.order import Order

_MILLION_PER_BILLION = 1e9 / DOLLARS_PER_MILLION


def subsidise(change: Change, order: Order) -> None:
    """Treasuries pay `strength` billion $ a year to industries, by output, and show how much misses its aim.

    `products` are the industries that the money is meant for, `sectors` all that can claim it. Figure `targeting` (%):
    the part paid to the industries meant; the rest is spread over all that can claim. What falls on others is leakage.
    """
    economy, budget = change.economy, order.strength * _MILLION_PER_BILLION
    eligible = change.industries(order.regions, order.sectors)
    meant = change.industries(order.regions, order.products)
    aimed, spread = np.zeros(economy.n), np.zeros(economy.n)
    aimed[meant], spread[eligible] = economy.x[meant], economy.x[eligible]
    if not aimed.sum() or not spread.sum():
        raise refused(order, f"{', '.join(order.regions)} have no output in these sectors.", "Name others.")
    part = order.figures["targeting"] / 100
    paid = budget * (part * aimed / aimed.sum() + (1 - part) * spread / spread.sum())
    on_aim = np.zeros(economy.n)
    on_aim[meant] = paid[meant]
    _affordable(change, order, paid)
    change.levy("subsidy on its aim", -on_aim * economy.per_output, "treasury")
    change.levy("subsidy that leaks", -(paid - on_aim) * economy.per_output, "treasury")


def _affordable(change: Change, order: Order, paid: Array) -> None:
    """Refuse a subsidy larger than the value added of an industry that gets it: its price would have no floor."""
    limit = np.maximum(value_added_so_far(change) * change.economy.x, 0)
    acting = paid > 0
    if (paid > limit).any():
        most = order.strength * float((limit[acting] / paid[acting]).min())
        raise refused(
            order,
            f"strength {order.strength:g} {order.lever.parameter.unit} exceeds the value added of an industry paid.",
            f"Stay at or below {most:.3g}, or spread it over more industries.",
        )


ACTS = (subsidise,)
