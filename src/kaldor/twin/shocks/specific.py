"""Specific goods: what a user can have from its own supplier only, beside the pooled ones that any supplier fills.

A share σ of each link between a supplier and its users is specific within the horizon: a share σ of the users' firms
depends on that supplier, the rest buy anywhere. Losses add up over firms, so they are linear in the share of supply
that is lost. Suppliers' customers keep one stock by supplier and group of buyers, restocked from that supplier only:

    coverage    c = min(1, Y / (ψ target)), target = σ n N, N the group's normal purchases from the supplier
    cover       A_sj = Σ over suppliers of c Z_ij / use_sj: what share of its specific use a user can go on with
    use         σ use A, over suppliers in proportion to c · Σ over the group's regions of N · (mean use of the region)
    orders      use + max(0, target − Y) / τ, at most b σ N on a limited route

Customers of a supplier in a region are thus like the region's average user. Shapes as in `kaldor.twin.shocks.table`:
S products, G groups and K classes of buyers, B runs, R suppliers: S × G × K × B × R.

Sources: Barrot & Sauvagnat (2016), Quarterly Journal of Economics 131(3): shocks spread from specific suppliers only;
Boehm, Flaaen & Pandalai-Nayar (2019), Review of Economics and Statistics 101(1): imports of affiliates are hardly
replaced within months.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.shocks.routes import Terms
from kaldor.twin.shocks.table import Table

_FULL = 1 - 1e-12  # a stock that is this close to what is needed is enough: rounding, no shortage


@dataclass(eq=False)
class Own:
    """What customers hold of their own suppliers: `stock` (amounts) and `orders` (rates), S × G × K × B × R each.

    coverage  share of their use that customers of each supplier can go on with (as `stock`), or None: all of it
    missing   what was not covered, by product and supplier, so far (S × B × R, amounts)
    arrived   what came in the last step, by product (S × B, amounts)
    transit   specific goods on delayed routes, a ring of steps of `stock`, or None
    idle      nothing is specific in any run
    """

    stock: Array
    orders: Array
    coverage: Array | None
    missing: Array
    arrived: Array
    transit: Array | None
    idle: bool


@dataclass(frozen=True, eq=False)
class Links:
    """Normal purchases by product, class and region of buyers, and supplier (S × K × R × R), and by group (S × G × K ×
    R); `use` of each product by region and class (R × S·K × S, users last)."""

    table: Table
    purchases: Array
    by_group: Array
    use: Array

    @cached_property
    def normal(self) -> Array:
        """Normal use by region and class of buyers (S × K × 1 × R)."""
        return self.by_region(np.ones((1, self.table.n)))

    @classmethod
    def of(cls, table: Table, use: Array, by_group: Array) -> Links:
        """Links of a table whose normal use of each product is S × n."""
        S, R, K = table.S, table.R, table.K
        flows = table.sales.transpose(1, 0, 2).reshape(R, S, R, S)  # as they lie: no second copy of the table
        own = (table.classes.reshape(R, S)[0][:, None] == np.arange(K)).astype(float)
        purchases = np.ascontiguousarray((flows @ own).transpose(1, 3, 2, 0))
        by_class = table.by_class(use[:, None])[:, :, 0].reshape(S * K, R, S)
        return cls(table, purchases, by_group, np.ascontiguousarray(by_class.transpose(1, 0, 2)))

    def by_region(self, ratio: Array) -> Array:
        """Σ over the users of each region and class of use × ratio: from B × n to S × K × B × R."""
        S, R, K = self.table.S, self.table.R, self.table.K
        sums = self.use @ ratio.reshape(-1, R, S).transpose(1, 2, 0)
        return np.ascontiguousarray(sums.reshape(R, S, K, -1).transpose(1, 2, 3, 0))

    def by_region_of(self, values: Array) -> Array:
        """Σ over the users of each region and class of values by product: from S × B × n to S × K × B × R."""
        by_class = self.table.by_class(values)
        return np.asarray(by_class.reshape(*by_class.shape[:-1], self.table.R, -1).sum(axis=-1))

    def at_suppliers(self, mean: Array) -> Array:
        """Σ over the regions of each group of purchases × mean: from S × K × B × R to S × G × K × B × R."""
        found = np.zeros((mean.shape[0], self.table.G, *mean.shape[1:3], self.table.R))
        for group, regions, _ in self.table.segments:
            found[:, group] += mean[..., regions] @ self.purchases[:, :, regions]
        return found

    def of_groups(self, by_region: Array) -> Array:
        """Sums over the regions of each group: from S × K × B × R to S × G × K × B."""
        return np.moveaxis(by_region @ self.table.members.T, -1, 1)


def divided(above: Array, below: Array) -> Array:
    """above / below, 0 where there is nothing below."""
    return np.divide(above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below > 0)


def coverage(stock: Array, needed: Array) -> Array | None:
    """Share of their use that customers can go on with, `needed` (as stock) being enough for all; None: all of it."""
    if (stock >= needed * _FULL).all():
        return None
    share = np.divide(stock, needed, out=np.ones_like(stock), where=needed > 0)
    return np.where(share >= _FULL, 1.0, share)


def spread_over_suppliers(links: Links, mean: Array, total: Array, own: Own, h: float) -> Array:
    """What customers use of each supplier's goods (rates, S × G × K × B × R), in sum `total` (S × G × K × B).

    In proportion to what is covered of the suppliers' customers, each like the mean user of its region (S × K × B × R),
    and never more than they have in stock: what one supplier's customers lack then, others' use.
    """
    raw = links.at_suppliers(mean)
    if own.coverage is not None:
        raw *= own.coverage
    used = raw * divided(total, raw.sum(axis=-1))[..., None]
    there = own.stock / h
    excess = used - there
    if (excess > 0).any():
        over = np.maximum(excess, 0.0)
        room = np.maximum(-excess, 0.0)
        moved = np.minimum(divided(over.sum(axis=-1), room.sum(axis=-1)), 1.0)
        used = np.minimum(used, there) + room * moved[..., None]
    return used


def deliver(own: Own, terms: Terms, share: Array, used: Array, h: float, now: int) -> Array:
    """Take from the stocks what is `used`, bring what was ordered; what arrives, by product (S × B), amounts."""
    sent = own.orders * share[:, None] * h
    arriving = sent
    if own.transit is not None:
        arriving = np.zeros_like(sent)
        due = own.transit[now % len(own.transit)]
        arriving += due
        due.fill(0.0)
        if terms.delay is None:
            arriving += sent
        else:
            for steps in np.unique(terms.delay):
                goods = sent * (terms.delay == steps)[:, :, None, None]
                if steps:
                    own.transit[(now + steps) % len(own.transit)] += goods
                else:
                    arriving += goods
    own.stock = np.maximum(own.stock - h * used, 0.0) + arriving
    return np.asarray(arriving.sum(axis=(1, 2, 4)))


def order(
    own: Own, terms: Terms, normal: Array, used: Array, aim: Array, restock: Array, h: float, *, destock: bool
) -> None:
    """Place new orders: what was `used`, and what is missing to `aim` over the time of restocking (years, B × 1).

    normal, used (rates) and aim (amounts) are as the stock. Goods on their way count as stock, against what is normally
    on its way.
    """
    gap = aim - own.stock
    if own.transit is not None:
        gap -= own.transit.sum(axis=0)
        if terms.delay is not None:
            gap += h * used * terms.delay[:, :, None, None]
    if not destock:
        np.maximum(gap, 0.0, out=gap)
    own.orders = np.maximum(used + gap / restock, 0.0)
    if terms.limit is not None:
        limit = terms.limit[:, :, None, None]
        limited = np.isfinite(limit)
        np.minimum(own.orders, np.where(limited, limit, 0.0) * normal, out=own.orders, where=limited)
