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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.shocks.cover import Lack, Uses
from kaldor.twin.shocks.routes import Terms, deliveries, limited_orders
from kaldor.twin.shocks.specific import Links, Own, coverage, deliver, divided, order, spread_over_suppliers
from kaldor.twin.shocks.table import Positions, Table
from kaldor.twin.shocks.targets import Targets

_UNBOUND = 1e30  # finite, so that times an output of zero it stays zero
_CACHE = 4_000_000  # bytes of Z between its two uses in a step
_NEAR = 400_000  # bytes of one quantity by products, runs and industries that are worked on together


@dataclass(eq=False)
class Held:
    """What trade changes from step to step.

    stock    pooled goods of each product at each industry (S × B × n), amounts, and the `lowest` relative to its target
             of any user (S × B; not a number where nobody uses the product)
    least    of all products that an industry uses (B × n), where suppliers' ability asks for it
    g        how much of each product was ordered relative to normal (S × B × n), with the preferences w (S × G × B × R)
             and the limits of routes (S × G × R, or None) of that time
    orders   those orders, by supplier and class of clients (S × K × B × R)
    transit  pooled goods on delayed routes, a ring of steps × S × B × n, amounts, or None
    own      specific goods
    """

    stock: Array
    lowest: Array
    least: Array | None
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

    targets   of stocks in normal times; specific goods last each group's customers `own_years` (S × G × K × B × 1) on
              average, `own_target` of them if all were specific (S × G × K × B, amounts)
    specific  σ in this step and in the `next` (S × B each)
    ratio     output made, and `wanted`, relative to normal (B × n)
    lacks     the users who are short of something, and what they use of it, by product
    psi       share of the target below which stocks are too small (B × 1)
    restock   years in which stocks are brought back to target (B × 1)
    destock   whether industries order less than they use when stocks are too high
    ability   what each supplier can make relative to normal (S × B × R), to which preferences move by the share `speed`
              of the way (B × 1, or None: preferences stay)
    """

    targets: Targets
    own_years: Array
    own_target: Array
    specific: Array
    next: Array
    ratio: Array
    wanted: Array
    lacks: Mapping[int, tuple[Lack, Uses]]
    psi: Array
    restock: Array
    destock: bool
    ability: Array
    speed: Array | None


class Traded(NamedTuple):
    """Deliveries of each product to industries, a rate, and what is in stock afterwards (S × B each)."""

    received: Array
    stored: Array


class _Room(NamedTuple):
    """Room for one portion of products, used over and over: what it takes stays in a processor's cache.

    sums (c × m × n) for sums over suppliers, used and kept (c × B × n each) for goods.
    """

    sums: Array
    used: Array
    kept: Array

    def of(self, products: slice) -> _Room:
        """The part of it that some products take."""
        return _Room(*(part[: products.stop - products.start] for part in self))


def lowest_stock(level: Array, target: Array, least: Array | None, room: Array) -> Array:
    """The lowest stock of some products relative to its target, of any user (c × B); not a number where there is none.

    level, target and room for their ratio are c × B × n; it is also counted in `least` (B × n).
    """
    np.divide(level, target, out=room)
    if least is not None:
        for one in room:
            np.fmin(least, one, out=least)
    return np.asarray(np.fmin.reduce(room, axis=2))


def trade(
    table: Table, links: Links, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int
) -> Traded:
    """Deliver yesterday's orders, use and restock, move preferences, place new orders. Changes `held`.

    `terms` are those of the new orders and of today's transport; `share` (S × K × B × R) of its orders is what a
    supplier delivers.
    """
    runs = share.shape[2]
    received, stored = np.empty((table.S, runs)), np.empty((table.S, runs))
    if held.least is not None:
        held.least.fill(_UNBOUND)
    in_step, made = h * share, h * needs.ratio  # within a step goods are amounts
    freed = _trade_own(links, held.own, terms, needs, share, h, now)
    width = max(1, min(_CACHE // (table.R * table.n * 8), _NEAR // (runs * table.n * 8)))
    room = _Room(*(np.empty((width, rows, table.n)) for rows in ((table.K + 1) * runs, runs, runs)))
    with np.errstate(invalid="ignore", divide="ignore"):  # where nothing is used there is nothing in stock
        for products in table.portions(width):
            goods, weights = _goods_and_weights(
                table, products, held, terms, needs, in_step[products], h, now, room.of(products)
            )
            received[products] = goods.sum(axis=2) / h
            stored[products] = _use_and_order(
                table, products, held, terms, needs, goods, weights, freed, made, h, room.of(products)
            )
    held.limit = terms.limit
    received += held.own.arrived / h
    stored += held.own.stock.sum(axis=(1, 2, 4))
    return Traded(received, stored)


def _use_and_order(
    table: Table,
    products: slice,
    held: Held,
    terms: Terms,
    needs: Needs,
    goods: Array,
    weights: Array,
    freed: Array | None,
    made: Array,
    h: float,
    room: _Room,
) -> Array:
    """Use and store some products, order new ones; what is in stock then (c × B). Overwrites `goods`.

    goods and the weights of suppliers are c × B × n, what each has `made` in the step is B × n.
    """
    level, later = held.stock[products], (1 - needs.next[products])[:, :, None]
    use, years = needs.targets.use[products, None], needs.targets.years_of(products)
    replaced, needed = np.multiply(use, made, out=room.used), room.kept
    np.multiply(replaced, (1 - needs.specific[products])[:, :, None], out=needed)
    replaced *= later
    if _put_in(needed, replaced, products, needs, h):
        level -= needed
        np.maximum(level, 0.0, out=level)
    else:
        level -= needed
    level += goods
    gap = goods
    if held.transit is not None:  # goods on the way count, against what is normally on the way
        waited = _mean_delay(table, products, held.w[products], terms, weights, h) * needed
        waited -= held.transit[:, products].sum(axis=0)
    if freed is not None:
        level += np.multiply(use, years * table.to_users(freed[products]), out=room.kept)
    normal = np.multiply(use, years * later, out=room.kept)
    held.lowest[products] = lowest_stock(level, normal, held.least, goods)
    np.multiply(normal, needs.wanted, out=gap)
    gap -= level
    if held.transit is not None:
        gap += waited
    if not needs.destock:
        np.maximum(gap, 0.0, out=gap)
    gap *= h / needs.restock
    gap += replaced
    if needs.destock:
        np.maximum(gap, 0.0, out=gap)
    g = held.g[products]
    _shared_out(gap, weights, held.w[products], needs.targets.idle[products], g)
    held.orders[products] = _orders(table, products, held.w[products], g, terms, 1 - needs.next[products])
    return np.asarray(level.sum(axis=2))


def _shared_out(want: Array, weights: Array, w: Array, idle: tuple[Positions, ...], out: Array) -> None:
    """What is wanted by the weight of its suppliers (c × B × n), 0 where there are none: at users who are `idle` (of
    each product), and where no supplier is preferred any more (w, c × G × B × R)."""
    if (w <= 0).any():
        out.fill(0.0)
        np.divide(want, weights, out=out, where=weights > 0)
        return
    np.divide(want, weights, out=out)
    for one, nobody in zip(out, idle, strict=True):
        if len(nobody):
            one[:, nobody] = 0.0


def _put_in(needed: Array, replaced: Array, products: slice, needs: Needs, h: float) -> bool:
    """What users who are short use of some products (c × B × n, amounts), and what they order to replace it.

    Who becomes free orders from the pool. Whether there are such users.
    """
    here = [s for s in range(products.start, products.stop) if s in needs.lacks]
    for s in here:
        lack, uses = needs.lacks[s]
        lost = 1 - divided(needs.next[s], needs.specific[s])
        per_use = h * needs.targets.use[s, lack.user]
        from_pool = per_use * uses.pooled
        needed[s - products.start].ravel()[lack.place] = from_pool
        replaced[s - products.start].ravel()[lack.place] = from_pool + per_use * uses.own * lost[lack.run]
    return bool(here)


def _trade_own(links: Links, own: Own, terms: Terms, needs: Needs, share: Array, h: float, now: int) -> Array | None:
    """Deliver, use and order specific goods; what customers who become free take along, relative to the target stock of
    their group (S × G × K × B), or None."""
    if own.idle:
        return None
    runs = share.shape[2]
    sigma, later = needs.specific, needs.next
    mean, wanted = links.by_region(needs.ratio), links.by_region(needs.wanted)
    total = mean * sigma[:, None, :, None]
    for s, (lack, uses) in needs.lacks.items():
        use = needs.targets.use[s, lack.user]
        mean[s] += lack.summed(links.table, use * (uses.covered - uses.made), runs)
        total[s] += lack.summed(links.table, use * (uses.own - sigma[s, lack.run] * uses.made), runs)
    used = spread_over_suppliers(
        links, divided(np.maximum(mean, 0.0), links.normal), links.of_groups(np.maximum(total, 0.0)), own, h
    )
    own.arrived = deliver(own, terms, share, used, h, now)
    normal = links.by_group[:, :, :, None] * later[:, None, None, :, None]
    freed = None
    if (later < sigma).any():
        kept = divided(later, sigma)
        kept[sigma == 0] = 1.0
        leaving = own.stock.sum(axis=-1) * (1 - kept)[:, None, None]
        freed = divided(leaving, needs.own_target)
        own.stock *= kept[:, None, None, :, None]
        used = used * kept[:, None, None, :, None]
    own.coverage = coverage(own.stock, needs.psi * needs.own_years * normal)
    if own.coverage is not None:
        own.missing += h * ((1 - own.coverage) * normal).sum(axis=(1, 2))
    at = links.at_suppliers(divided(wanted, links.normal)) * later[:, None, None, :, None]
    order(own, terms, normal, used, needs.own_years * at, needs.restock, h, destock=needs.destock)
    return freed


def _goods_and_weights(
    table: Table,
    products: slice,
    held: Held,
    terms: Terms,
    needs: Needs,
    share: Array,
    h: float,
    now: int,
    room: _Room,
) -> tuple[Array, Array]:
    """What arrives at each industry, and the weight of all its suppliers on the new terms, in a step (c × B × n)."""
    c, K, B, R = share.shape
    w = held.w[products]
    transport = Terms(held.limit, terms.delay)
    apart = _limited_and_late(table, products, held, transport, share, 1 - needs.specific[products], now)
    plain = transport.plain(products)
    offers = np.empty((c, table.G, K + 1, B, R))
    np.multiply(share[:, None], (w if plain is None else w * plain)[:, :, None], out=offers[:, :, :K])
    _turn(w, products, needs, terms)
    np.multiply(w, h, out=offers[:, :, K])
    sums = table.bought(products, offers.reshape(c, table.G, -1, R), room.sums).reshape(c, -1, B, table.n)
    goods = table.of_class(sums[:, :K])
    goods *= held.g[products]
    if apart is not None:
        goods += apart
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
