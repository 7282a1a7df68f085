"""All trade of one step, for B runs side by side, in one pass over the flow table.

Flows are annual rates in the table's unit, stocks are amounts, h is the step in years. S products, R regions,
n = R·S industries, G groups of buyers that suppliers tell apart, K classes of clients in the order in which they are
served, B runs with behaviours of their own. An order factorises into numbers of size n × G and S × n:

    order_ij = Z0_ij · min(w_iG · g_sj, b_iG)      s the product of i, G the group of j

with w the preference for a supplier, g how much of the product is ordered relative to normal, and b an upper limit
on a route (infinite where it is open). So no matrix of orders exists. Everything that is summed over suppliers or
buyers is a product of Z0 with rows of w or g, stacked over runs: Z0 is read once for all of them.

These are the pooled goods, a share 1 − σ of each product; the rest goes from each supplier to customers of its own
(`kaldor.twin.shocks.specific`). As σ fades, customers become free: their stock and what they use join the pool.

What a step holds lies product by product, as Z0 does (`kaldor.twin.shocks.table`): w as S × G × B × R, g and stocks as
S × B × n. As many products as fit a processor's cache are treated together, from deliveries to new orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.shocks.cover import Short
from kaldor.twin.shocks.routes import Terms, deliveries, limited_orders
from kaldor.twin.shocks.specific import Links, Own, coverage, deliver, divided, order, spread_over_suppliers
from kaldor.twin.shocks.table import Table

_UNBOUND = 1e30  # finite, so that times an output of zero it stays zero
_FULL = 1 - 1e-12  # a cover that is this close to all of it is all of it: rounding
_CACHE = 4_000_000  # bytes of Z between its two uses in a step
_NEAR = 400_000  # bytes of one quantity by products, runs and industries that are worked on together


@dataclass(eq=False)
class Held:
    """What trade changes from step to step.

    stock    pooled goods of each product at each industry (S × B × n), amounts, the `least` of any relative to its
             target (B × n), and the `lowest` of each product at any (S)
    g        how much of each product was ordered relative to normal (S × B × n), with the preferences w (S × G × B × R)
             and the limits of routes (S × G × R, or None) of that time
    orders   those orders, by supplier and class of clients (S × K × B × R)
    transit  pooled goods on delayed routes, a ring of steps × S × B × n, amounts, or None
    own      specific goods
    """

    stock: Array
    least: Array
    lowest: Array
    g: Array
    w: Array
    limit: Array | None
    orders: Array
    transit: Array | None
    own: Own

    @property
    def asked(self) -> Array:
        """Orders of industries, by class of clients and supplier (S × K × B × R)."""
        return self.orders + self.own.orders.sum(axis=1)


@dataclass(frozen=True, eq=False)
class Needs:
    """What industries need and how they seek it.

    use       of each product in normal times (S × n); the whole target stock (S × B × n), and by group (S × G × K × B)
    specific  σ in this step and in the `next` (S × B each)
    ratio     output made, and `wanted`, relative to normal (B × n); the users who are `short` of something, or None
    psi       share of the target below which stocks are too small (B × 1)
    restock   years in which stocks are brought back to target (B × 1)
    destock   whether industries order less than they use when stocks are too high
    ability   what each supplier can make relative to normal (S × B × R), to which preferences move by the share `speed`
              of the way (B × 1, or None: preferences stay)
    """

    use: Array
    target: Array
    group_target: Array
    specific: Array
    next: Array
    ratio: Array
    wanted: Array
    short: Short | None
    psi: Array
    restock: Array
    destock: bool
    ability: Array
    speed: Array | None


class Traded(NamedTuple):
    """Deliveries of each product to industries, a rate, and what is in stock afterwards (S × B each)."""

    received: Array
    stored: Array


def least_stock(stock: Array, enough: Array, least: Array | None = None) -> tuple[Array, Array]:
    """The smallest stock relative to what is `enough`, of the products that each industry uses (B × n), and the
    smallest of each product (c, not a number where nobody uses it).

    stock, enough (c × B × n) are of some products, `least` is what was found for others. Very large where an industry
    uses none.
    """
    found = np.full(stock.shape[1:], _UNBOUND) if least is None else least
    lowest = np.empty(len(stock))
    with np.errstate(invalid="ignore", divide="ignore"):  # where nothing is used there is nothing in stock
        for s, (has, needs) in enumerate(zip(stock, enough, strict=True)):
            share = has / needs
            lowest[s] = np.fmin.reduce(share, axis=None)
            np.fmin(found, share, out=found)
    return found, lowest


def trade(
    table: Table, links: Links, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int
) -> Traded:
    """Deliver yesterday's orders, use and restock, move preferences, place new orders. Changes `held`.

    `terms` are those of the new orders and of today's transport; `share` (S × K × B × R) of its orders is what a
    supplier delivers.
    """
    runs = share.shape[2]
    received, stored = np.empty((table.S, runs)), np.empty((table.S, runs))
    held.least.fill(_UNBOUND)
    in_step, made = h * share, h * needs.ratio  # within a step goods are amounts
    use_of_short = None if needs.short is None else needs.short.use(needs.ratio)
    freed = _trade_own(links, held.own, terms, needs, use_of_short, share, h, now)
    pooled, later = (1 - needs.specific)[:, :, None], (1 - needs.next)[:, :, None]
    width = max(1, min(_CACHE // (table.R * table.n * 8), _NEAR // (runs * table.n * 8)))
    for products in table.portions(width):
        goods, weights = _goods_and_weights(table, products, held, terms, needs, in_step[products], h, now)
        received[products] = goods.sum(axis=2) / h
        used = needs.use[products, None] * made
        needed, replaced = used * pooled[products], used * later[products]
        if needs.short is not None and use_of_short is not None:
            _put_in(needed, replaced, products, needs, needs.short, use_of_short, h)
        level = held.stock[products]
        level -= needed
        np.maximum(level, 0.0, out=level)
        level += goods
        target = needs.target[products]
        if freed is not None:
            level += target * table.to_users(freed[products])
        stored[products] = level.sum(axis=2)
        normal = target * later[products]
        _, held.lowest[products] = least_stock(level, normal, held.least)
        gap = np.multiply(normal, needs.wanted, out=goods)
        gap -= level
        if held.transit is not None:  # goods on the way count, against what is normally on the way
            gap += _mean_delay(table, products, held.w[products], terms, weights, h) * needed
            gap -= held.transit[:, products].sum(axis=0)
        if not needs.destock:
            np.maximum(gap, 0.0, out=gap)
        gap *= h / needs.restock
        gap += replaced
        want = np.maximum(gap, 0.0, out=gap) if needs.destock else gap
        g = held.g[products]
        g.fill(0.0)
        np.divide(want, weights, out=g, where=weights > 0)
        held.orders[products] = _orders(table, products, held.w[products], g, terms, 1 - needs.next[products])
    held.limit = terms.limit
    received += held.own.arrived / h
    stored += held.own.stock.sum(axis=(1, 2, 4))
    return Traded(received, stored)


def _put_in(
    needed: Array,
    replaced: Array,
    products: slice,
    needs: Needs,
    short: Short,
    use: tuple[Array, Array, Array],
    h: float,
) -> None:
    """What users who are short use of some products (c × B × n, amounts), and what they order to replace it.

    `use` of pooled and of specific goods, relative to normal. Who becomes free orders from the pool.
    """
    lost = 1 - divided(needs.next, needs.specific)
    for row in np.flatnonzero((short.products >= products.start) & (short.products < products.stop)):
        s = short.products[row]
        per_use = h * needs.use[s, short.user]
        from_pool = per_use * use[0][row]
        needed[s - products.start].ravel()[short.place] = from_pool
        replaced[s - products.start].ravel()[short.place] = from_pool + per_use * use[1][row] * lost[s, short.run]


def _trade_own(
    links: Links,
    own: Own,
    terms: Terms,
    needs: Needs,
    use_of_short: tuple[Array, Array, Array] | None,
    share: Array,
    h: float,
    now: int,
) -> Array | None:
    """Deliver, use and order specific goods; what customers who become free take along, relative to the target stock of
    their group (S × G × K × B), or None."""
    if own.idle:
        return None
    runs = share.shape[2]
    sigma, later = needs.specific, needs.next
    mean, wanted = links.by_region(needs.ratio), links.by_region(needs.wanted)
    total = mean * sigma[:, None, :, None]
    if needs.short is not None and use_of_short is not None:
        short = needs.short
        _, from_own, all_of_it = use_of_short
        use, made = needs.use[short.products][:, short.user], needs.ratio.ravel()[short.place]
        mean = mean + short.sums(links.table, use * (all_of_it - made), runs)
        total = total + short.sums(links.table, use * (from_own - sigma[short.products][:, short.run] * made), runs)
    used = spread_over_suppliers(
        links, divided(np.maximum(mean, 0.0), links.normal), links.of_groups(np.maximum(total, 0.0)), own, h
    )
    own.arrived = deliver(own, terms, share, used, h, now)
    normal = links.by_group[:, :, :, None] * later[:, None, None, :, None]
    years = divided(needs.group_target, links.of_groups(links.normal))[..., None]
    freed = None
    if (later < sigma).any():
        kept = divided(later, sigma)
        kept[sigma == 0] = 1.0
        leaving = own.stock.sum(axis=-1) * (1 - kept)[:, None, None]
        freed = divided(leaving, needs.group_target)
        own.stock *= kept[:, None, None, :, None]
        used = used * kept[:, None, None, :, None]
    target = years * normal
    own.coverage = coverage(own.stock, needs.psi * target)
    if own.coverage is None:
        own.cover = None
    else:
        own.missing += h * ((1 - own.coverage) * normal).sum(axis=(1, 2))
    at = links.at_suppliers(divided(wanted, links.normal)) * later[:, None, None, :, None]
    order(own, terms, normal, used, years * at, needs.restock, h, destock=needs.destock)
    return freed


def _goods_and_weights(
    table: Table, products: slice, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int
) -> tuple[Array, Array]:
    """What arrives at each industry, and the weight of all its suppliers on the new terms, in a step (c × B × n).

    The cover of specific goods is found on the way."""
    c, K, B, R = share.shape
    w, own = held.w[products], held.own
    transport = Terms(held.limit, terms.delay)
    apart = _limited_and_late(table, products, held, transport, share, 1 - needs.specific[products], now)
    plain = transport.plain(products)
    covered = None if own.coverage is None else own.coverage[products]
    offers = np.empty((c, table.G, K + 1 + (0 if covered is None else K), B, R))
    np.multiply(share[:, None], (w if plain is None else w * plain)[:, :, None], out=offers[:, :, :K])
    _turn(w, products, needs, terms)
    np.multiply(w, h, out=offers[:, :, K])
    if covered is not None:
        offers[:, :, K + 1 :] = covered
    sums = table.bought(products, offers.reshape(c, table.G, -1, R)).reshape(c, -1, B, table.n)
    goods = table.of_class(sums[:, :K])
    goods *= held.g[products]
    if apart is not None:
        goods += apart
    if covered is not None:
        use = needs.use[products, None]
        cover = np.divide(table.of_class(sums[:, K + 1 :]), use, out=np.ones((c, B, table.n)), where=use > 0)
        if own.cover is None:
            own.cover = np.ones(needs.target.shape)
        own.cover[products] = np.where(cover >= _FULL, 1.0, cover)
    return goods, sums[:, K]


def _turn(w: Array, products: slice, needs: Needs, terms: Terms) -> None:
    """Move preferences (c × G × B × R) towards what each supplier can make and is allowed to send."""
    if needs.speed is None:
        return
    aim = np.broadcast_to(needs.ability[products, None], w.shape)
    if terms.limit is not None:
        aim = np.minimum(aim, terms.limit[products][:, :, None])
    if (needs.speed >= 1).all():
        w[:] = aim
    else:
        way = aim - w
        way *= needs.speed
        w += way


def _limited_and_late(
    table: Table, products: slice, held: Held, transport: Terms, share: Array, part: Array, now: int
) -> Array | None:
    """What comes today over routes with a limit and from goods sent earlier (c × B × n); today's late goods are sent.

    None where there is neither.
    """
    transit = held.transit
    if transport.plain(products) is None and transit is None:
        return None
    g = held.g[products]
    arriving = np.zeros_like(g)
    if transit is not None:
        due = transit[now % len(transit), products]
        arriving += due
        due.fill(0.0)
    for steps, goods in deliveries(table, products, transport, share, held.w[products], g, part):
        if steps == 0:
            arriving += goods
        elif transit is not None:
            transit[(now + steps) % len(transit), products] += goods
    return arriving


def _mean_delay(table: Table, products: slice, w: Array, terms: Terms, weights: Array, h: float) -> Array | float:
    """How many steps goods take on average, over an industry's suppliers on the new terms (c × B × n)."""
    if terms.delay is None or not terms.delay[products].any():
        return 0.0
    lag = table.bought(products, h * w * terms.delay[products][:, :, None])
    return np.divide(lag, weights, out=np.zeros_like(lag), where=weights > 0)


def _orders(table: Table, products: slice, w: Array, g: Array, terms: Terms, part: Array) -> Array:
    """New orders at the suppliers of some products, by class of clients (c × K × B × R)."""
    c, G, B, R = w.shape
    asked = table.sold(products, table.by_class(g).reshape(c, -1, table.n)).reshape(c, G, table.K, B, R)
    is_open = terms.open(products)
    asked *= (w if is_open is None else w * is_open)[:, :, None]
    orders = asked.sum(axis=1)
    if is_open is not None:
        orders += limited_orders(table, products, terms, w, g, part)
    return orders
