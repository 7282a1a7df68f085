"""Levers that give money to industries, aimed or spread."""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import act, refused, within
from kaldor.twin.change import Change
from kaldor.twin.order import Order

_BILLION = 1e9


@act("targeting", assumes=False, dollars=("strength",))
def subsidise(change: Change, order: Order) -> None:
    """Treasuries pay `strength` billion $ a year to industries, by output, and show how much misses its aim.

    `products` are the industries that the money is meant for, `sectors` all that can claim it. Figure `targeting` (%):
    the part paid to the industries meant; the rest is spread over all that can claim. What falls on others is leakage.
    """
    economy, budget = change.economy, order.strength * _BILLION * order.dollar
    eligible = change.industries(order.regions, order.sectors)
    meant = change.industries(order.regions, order.products)
    aimed, spread = (change.at(industries, change.x[..., industries]) for industries in (meant, eligible))
    if not economy.has_output[meant].any() or not economy.has_output[eligible].any():
        raise refused(order, f"{', '.join(order.regions)} have no output in these sectors.", "Name others.")
    part = order.figures["targeting"] / 100
    paid = budget * (part * _by_share(aimed) + (1 - part) * _by_share(spread))
    on_aim = change.at(meant, paid[..., meant])
    _affordable(change, order, paid)
    change.levy("subsidy on its aim", -on_aim * change.per_output, "treasury")
    change.levy("subsidy that leaks", -(paid - on_aim) * change.per_output, "treasury")


def _by_share(output: Array) -> Array:
    return np.asarray(output / output.sum(axis=-1, keepdims=True))


def _affordable(change: Change, order: Order, paid: Array) -> None:
    """Refuse a subsidy larger than the value added of an industry that gets it: its price would have no floor."""
    there = np.maximum(change.value_added_so_far * change.x, 0)
    within(order, paid, there, "exceeds the value added of an industry paid", "or spread it over more industries")
