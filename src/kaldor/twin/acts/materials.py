"""Levers on how much of a product is used: less of a carrier or a material, longer life, repair."""

from __future__ import annotations

import numpy as np

from kaldor.twin.acts import act
from kaldor.twin.acts.power import sectors_named
from kaldor.twin.change import Change
from kaldor.twin.order import Order


@act(assumes=False)
def use_less(change: Change, order: Order) -> None:
    """The industries named use `strength` % less of the products named, from the same countries."""
    change.scale_use(order.products, change.users(order.regions, order.sectors), 1 - order.strength / 100)


@act("replacement")
def extend_life(change: Change, order: Order) -> None:
    """Households and investors buy the products named less often, because each lasts `strength` % longer.

    A stock that is kept up needs purchases = stock / lifetime, so replacements fall by 1 − 1/(1 + s). The figure
    `replacement` is the share (%) of purchases that replaces something; the rest lets the stock grow and stays.
    """
    fewer = 1 - 1 / (1 + order.strength / 100)
    users = change.final_users(order.regions, "households", "investment")
    change.scale_use(order.products, users, 1 - order.figures["replacement"] / 100 * fewer)


@act("repair_cost", charges=True)
def repair(change: Change, order: Order) -> None:
    """Households have `strength` % of the goods named repaired that they would have bought anew.

    They pay the figure `repair_cost` (% of the new price) to the trades that repair, in proportion to what they buy of
    these now. What they save stays unspent unless the closure re-spends it.
    """
    users = change.final_users(order.regions, "households")
    trades = sectors_named(change.economy, "repair")
    sales = np.stack([change.final_use(trade, users.final).sum(axis=-1, keepdims=True) for trade in trades])
    total = sales.sum(axis=0)
    shares = np.where(total > 0, sales / np.where(total > 0, total, 1), 1 / len(trades))
    parts = dict(zip(trades, shares, strict=True))
    for product in order.products:
        change.move_use(product, parts, users, order.strength / 100, per_unit=order.figures["repair_cost"] / 100)
