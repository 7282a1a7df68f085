"""All trade of one step, for B runs side by side, in one pass over the flow table.

Flows are annual rates in the table's unit, stocks are amounts, h is the step in years. S products, R regions,
n = R·S industries, K classes of clients in the order in which they are served, B runs with behaviours of their own. An
order factorises into numbers of size n × D and S × n (D = R regions of buyers, or 1 where suppliers treat them alike):

    order_ij = Z0_ij · min(w_iD · g_sj, b_iD)      s the product of i, D the region of j

with w the preference for a supplier, g how much of the product is ordered relative to normal, and b an upper limit
on a route (infinite where it is open). So no matrix of orders exists. Everything that is summed over suppliers or
buyers is a product of Z0 with rows of w or g, stacked over runs: Z0 is read once for all of them.

What a step holds lies product by product, as Z0 does (`kaldor.twin.shocks.table`): w as S × D × B × R, g and stocks as
S × B × n. As many products as fit a processor's cache are treated together, from deliveries to new orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.routes import Terms, deliveries, limited_orders
from kaldor.twin.shocks.table import Positions, Table

_UNBOUND = 1e30  # finite, so that times an output of zero it stays zero
_EQUAL = 1e-9  # products that allow as much of normal output, but for this, limit alike: no choice by rounding
_CACHE = 16_000_000  # bytes of Z between its two uses in a step
_NEAR = 400_000  # bytes of one quantity by products, runs and industries that are worked on together


@dataclass(eq=False)
class Held:
    """What trade changes from step to step.

    stock    of each product at each industry (S × B × n), amounts
    g        how much of each product was ordered relative to normal (S × B × n), with the preferences w
             (S × D × B × R) and the limits of routes (S × D × R, or None) of that time
    orders   those orders, by supplier and class of clients (S × K × B × R)
    transit  goods on delayed routes, a ring of steps × S × B × n, amounts, or None
    """

    stock: Array
    g: Array
    w: Array
    limit: Array | None
    orders: Array
    transit: Array | None


@dataclass(frozen=True, eq=False)
class Needs:
    """What industries need and how they seek it.

    use       of each product in normal times (S × n); target stock (S × B × n)
    ratio     output made, and `wanted`, relative to normal (B × n)
    restock   years in which stocks are brought back to target (B × 1)
    destock   whether industries order less than they use when stocks are too high
    ability   what each supplier can make relative to normal (S × B × R), to which preferences move by the share `speed`
              of the way (B × 1, or None: preferences stay)
    """

    use: Array
    target: Array
    ratio: Array
    wanted: Array
    restock: Array
    destock: bool
    ability: Array
    speed: Array | None


def stock_bounds(stock: Array, needed: Array, products: NDArray[np.bool_]) -> Array:
    """What stocks of some products let each industry make, relative to its normal output (B × n).

    `needed` (S × B × n) is the stock below which production is cut; where it is 0 the product does not limit.
    """
    bound = np.full(stock.shape[1:], _UNBOUND)
    with np.errstate(divide="ignore", invalid="ignore"):
        for s in np.flatnonzero(products):
            np.fmin(bound, stock[s] / needed[s], out=bound)
    return bound


def limiting_products(stock: Array, needed: Array, short: NDArray[np.bool_]) -> Positions:
    """Which product limits an industry by its stock, where `short` (B × n); of several the first; −1 elsewhere."""
    limiting = np.full(short.shape, -1)
    stocks, least = stock[:, short], needed[:, short]
    share = np.divide(stocks, least, out=np.full_like(stocks, _UNBOUND), where=least > 0)
    limiting[short] = (share <= share.min(axis=0) * (1 + _EQUAL) + _EQUAL).argmax(axis=0)
    return limiting


def trade(table: Table, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int) -> Array:
    """Deliver yesterday's orders, use and restock, move preferences, place new orders. Changes `held`.

    `terms` are those of the new orders and of today's transport; `share` (S × K × B × R) of its orders is what a
    supplier delivers. Returns deliveries by product (S × B).
    """
    received = np.empty((table.S, share.shape[2]))
    in_step, made = h * share, h * needs.ratio  # within a step goods are amounts
    for products in _chunks(table, share.shape[2]):
        goods, weights = _goods_and_weights(table, products, held, terms, needs, in_step[products], h, now)
        received[products] = goods.sum(axis=2) / h
        needed = needs.use[products, None] * made
        level = held.stock[products]
        level -= needed
        np.maximum(level, 0.0, out=level)
        level += goods
        gap = np.multiply(needs.target[products], needs.wanted, out=goods)
        gap -= level
        if held.transit is not None:  # goods on the way count, against what is normally on the way
            gap += _mean_delay(table, products, held, terms, weights, h) * needed
            gap -= held.transit[:, products].sum(axis=0)
        if not needs.destock:
            np.maximum(gap, 0.0, out=gap)
        gap *= h / needs.restock
        gap += needed
        want = np.maximum(gap, 0.0, out=gap) if needs.destock else gap
        g = held.g[products]
        g.fill(0.0)
        np.divide(want, weights, out=g, where=weights > 0)
        held.orders[products] = _orders(table, products, held, terms)
    held.limit = terms.limit
    return received


def _chunks(table: Table, runs: int) -> Iterator[slice]:
    """Products in portions that stay in a processor's caches, so that memory is read once."""
    width = max(1, min(_CACHE // (table.R * table.n * 8), _NEAR // (runs * table.n * 8)))
    for first in range(0, table.S, width):
        yield slice(first, min(first + width, table.S))


def _goods_and_weights(
    table: Table, products: slice, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int
) -> tuple[Array, Array]:
    """What arrives at each industry, and the weight of all its suppliers on the new terms, in a step (c × B × n)."""
    c, K, B, R = share.shape
    transport = Terms(held.limit, terms.delay)
    apart = _limited_and_late(table, products, held, transport, share, now)
    w, plain = held.w[products], transport.plain(products)
    offers = np.empty((c, table.D, K + 1, B, R))
    np.multiply(share[:, None], (w if plain is None else w * plain)[:, :, None], out=offers[:, :, :K])
    _turn(w, needs, products, terms)
    np.multiply(w, h, out=offers[:, :, K])
    sums = table.bought(products, offers.reshape(c, table.D, -1, R)).reshape(c, K + 1, B, table.n)
    goods = table.of_class(sums[:, :K])
    goods *= held.g[products]
    if apart is not None:
        goods += apart
    return goods, sums[:, K]


def _turn(w: Array, needs: Needs, products: slice, terms: Terms) -> None:
    """Move preferences (c × D × B × R) towards what each supplier can make and is allowed to send."""
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
    table: Table, products: slice, held: Held, transport: Terms, share: Array, now: int
) -> Array | None:
    """What comes today over routes with a limit and from goods sent earlier (c × B × n); today's late goods are sent.

    None where there is neither.
    """
    transit = held.transit
    if transport.plain(products) is None and transit is None:
        return None
    arriving = np.zeros((len(share), *held.g.shape[1:]))
    if transit is not None:
        due = transit[now % len(transit), products]
        arriving += due
        due.fill(0.0)
    for at, s in enumerate(range(table.S)[products]):
        for steps, goods in deliveries(table, transport, s, share[at], held.w[s], held.g[s]):
            if steps == 0:
                arriving[at] += goods
            elif transit is not None:
                transit[(now + steps) % len(transit), s] += goods
    return arriving


def _mean_delay(table: Table, products: slice, held: Held, terms: Terms, weights: Array, h: float) -> Array | float:
    """How many steps goods take on average, over an industry's suppliers on the new terms (c × B × n)."""
    if terms.delay is None or not terms.delay[products].any():
        return 0.0
    lag = table.bought(products, h * held.w[products] * terms.delay[products][:, :, None])
    return np.divide(lag, weights, out=np.zeros_like(lag), where=weights > 0)


def _orders(table: Table, products: slice, held: Held, terms: Terms) -> Array:
    """New orders at the suppliers of some products, by class of clients (c × K × B × R)."""
    w, g = held.w[products], held.g[products]
    c, D, B, R = w.shape
    asked = table.sold(products, table.by_class(g).reshape(c, -1, table.n)).reshape(c, D, table.K, B, R)
    open_ = terms.open(products)
    asked *= (w if open_ is None else w * open_)[:, :, None]
    orders = asked.sum(axis=1)
    if open_ is not None:
        for at, s in enumerate(range(table.S)[products]):
            limited = limited_orders(table, terms, s, w[at], g[at])
            if limited is not None:
                orders[at] += limited
    return orders
