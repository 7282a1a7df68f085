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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.routes import Terms, deliveries, limited_orders
from kaldor.twin.shocks.table import Portion, Positions, Table

_UNBOUND = 1e30  # finite, so that times an output of zero it stays zero
_EQUAL = 1e-9  # stocks that differ by less, relative to their targets, limit alike: rounding does not choose
_CACHE = 4_000_000  # bytes of Z between its two uses in a step
_NEAR = 400_000  # bytes of one quantity by products, runs and industries that are worked on together


@dataclass(eq=False)
class Held:
    """What trade changes from step to step.

    stock    of each product at each industry (S × B × n), amounts, and the `least` of an essential product, relative to
             its target (B × n)
    g        how much of each product was ordered relative to normal (S × B × n), with the preferences w (c × D × B × R,
             one for each portion of the table) and the limits of routes (S × R × R, or None) of that time
    orders   those orders, by supplier and class of clients (S × K × B × R)
    transit  goods on delayed routes, a ring of steps × S × B × n, amounts, or None
    """

    stock: Array
    least: Array
    g: Array
    w: tuple[Array, ...]
    limit: Array | None
    orders: Array
    transit: Array | None


@dataclass(frozen=True, eq=False)
class Needs:
    """What industries need and how they seek it.

    use       of each product in normal times (S × n); target stock (S × B × n); products that are essential (S)
    ratio     output made, and `wanted`, relative to normal (B × n)
    restock   years in which stocks are brought back to target (B × 1)
    destock   whether industries order less than they use when stocks are too high
    ability   what each supplier can make relative to normal (S × B × R), to which preferences move by the share `speed`
              of the way (B × 1, or None: preferences stay)
    """

    use: Array
    target: Array
    essential: NDArray[np.bool_]
    ratio: Array
    wanted: Array
    restock: Array
    destock: bool
    ability: Array
    speed: Array | None


class Traded(NamedTuple):
    """Deliveries of each product to industries, a rate, and what is in stock afterwards (S × B each)."""

    received: Array
    stored: Array


def least_stock(stock: Array, target: Array, essential: NDArray[np.bool_], least: Array | None = None) -> Array:
    """The smallest stock of an essential product, relative to its target, that each industry has (B × n).

    stock, target (c × B × n) and essential (c) are of some products, `least` is what was found for others. Very large
    where an industry needs none.
    """
    found = np.full(stock.shape[1:], _UNBOUND) if least is None else least
    with np.errstate(invalid="ignore"):  # where nothing is used there is nothing in stock
        for s in np.flatnonzero(essential):
            np.fmin(found, stock[s] / target[s], out=found)
    return found


def limiting_products(stock: Array, target: Array, essential: NDArray[np.bool_], short: NDArray[np.bool_]) -> Positions:
    """Of which product the stock is smallest so, where `short` (B × n); of several the first; −1 elsewhere."""
    limiting = np.full(short.shape, -1)
    stocks, targets = stock[:, short], target[:, short]
    needed = essential[:, None] & (targets > 0)
    share = np.divide(stocks, targets, out=np.full_like(stocks, _UNBOUND), where=needed)
    limiting[short] = (share <= share.min(axis=0) * (1 + _EQUAL) + _EQUAL).argmax(axis=0)
    return limiting


def trade(table: Table, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int) -> Traded:
    """Deliver yesterday's orders, use and restock, move preferences, place new orders. Changes `held`.

    `terms` are those of the new orders and of today's transport; `share` (S × K × B × R) of its orders is what a
    supplier delivers.
    """
    runs = share.shape[2]
    received, stored = np.empty((table.S, runs)), np.empty((table.S, runs))
    held.least.fill(_UNBOUND)
    in_step, made = h * share, h * needs.ratio  # within a step goods are amounts
    for portion, w in _in_caches(table, held, runs):
        products = portion.products
        goods, weights = _goods_and_weights(table, portion, w, held, terms, needs, in_step[products], h, now)
        received[products] = goods.sum(axis=2) / h
        needed = needs.use[products, None] * made
        level = held.stock[products]
        level -= needed
        np.maximum(level, 0.0, out=level)
        level += goods
        stored[products] = level.sum(axis=2)
        least_stock(level, needs.target[products], needs.essential[products], held.least)
        gap = np.multiply(needs.target[products], needs.wanted, out=goods)
        gap -= level
        if held.transit is not None and portion.D > 1:  # goods on the way count, against what is normally on the way
            gap += _mean_delay(portion, w, terms, weights, h) * needed
            gap -= held.transit[:, products].sum(axis=0)
        if not needs.destock:
            np.maximum(gap, 0.0, out=gap)
        gap *= h / needs.restock
        gap += needed
        want = np.maximum(gap, 0.0, out=gap) if needs.destock else gap
        g = held.g[products]
        g.fill(0.0)
        np.divide(want, weights, out=g, where=weights > 0)
        held.orders[products] = _orders(table, portion, w, g, terms)
    held.limit = terms.limit
    return Traded(received, stored)


def _in_caches(table: Table, held: Held, runs: int) -> Iterator[tuple[Portion, Array]]:
    """Products, with the preferences for their suppliers, in portions that stay in a processor's caches.

    So memory is read once a step.
    """
    width = max(1, min(_CACHE // (table.R * table.n * 8), _NEAR // (runs * table.n * 8)))
    for whole, w in zip(table.portions, held.w, strict=True):
        for here, portion in whole.parts(width):
            yield portion, w[here]


def _goods_and_weights(
    table: Table, portion: Portion, w: Array, held: Held, terms: Terms, needs: Needs, share: Array, h: float, now: int
) -> tuple[Array, Array]:
    """What arrives at each industry, and the weight of all its suppliers on the new terms, in a step (c × B × n)."""
    c, K, B, R = share.shape
    transport = Terms(held.limit, terms.delay)
    apart = _limited_and_late(table, portion, w, held, transport, share, now)
    plain = transport.plain(portion)
    offers = np.empty((c, portion.D, K + 1, B, R))
    np.multiply(share[:, None], (w if plain is None else w * plain)[:, :, None], out=offers[:, :, :K])
    _turn(w, portion, needs, terms)
    np.multiply(w, h, out=offers[:, :, K])
    sums = portion.bought(offers.reshape(c, portion.D, -1, R)).reshape(c, K + 1, B, table.n)
    goods = table.of_class(sums[:, :K])
    goods *= held.g[portion.products]
    if apart is not None:
        goods += apart
    return goods, sums[:, K]


def _turn(w: Array, portion: Portion, needs: Needs, terms: Terms) -> None:
    """Move preferences (c × D × B × R) towards what each supplier can make and is allowed to send."""
    if needs.speed is None:
        return
    aim = np.broadcast_to(needs.ability[portion.products, None], w.shape)
    if portion.D > 1 and terms.limit is not None:
        aim = np.minimum(aim, terms.limit[portion.products][:, :, None])
    if (needs.speed >= 1).all():
        w[:] = aim
    else:
        way = aim - w
        way *= needs.speed
        w += way


def _limited_and_late(
    table: Table, portion: Portion, w: Array, held: Held, transport: Terms, share: Array, now: int
) -> Array | None:
    """What comes today over routes with a limit and from goods sent earlier (c × B × n); today's late goods are sent.

    None where there is neither.
    """
    transit = held.transit
    if portion.D == 1 or (transport.plain(portion) is None and transit is None):
        return None
    g = held.g[portion.products]
    arriving = np.zeros_like(g)
    if transit is not None:
        due = transit[now % len(transit), portion.products]
        arriving += due
        due.fill(0.0)
    for at, one in portion.parts(1):
        [s] = range(table.S)[one.products]
        for steps, goods in deliveries(table, one, transport, share[at][0], w[at][0], g[at][0]):
            if steps == 0:
                arriving[at] += goods
            elif transit is not None:
                transit[(now + steps) % len(transit), s] += goods
    return arriving


def _mean_delay(portion: Portion, w: Array, terms: Terms, weights: Array, h: float) -> Array | float:
    """How many steps goods take on average, over an industry's suppliers on the new terms (c × B × n)."""
    if portion.D == 1 or terms.delay is None or not terms.delay[portion.products].any():
        return 0.0
    lag = portion.bought(h * w * terms.delay[portion.products][:, :, None])
    return np.divide(lag, weights, out=np.zeros_like(lag), where=weights > 0)


def _orders(table: Table, portion: Portion, w: Array, g: Array, terms: Terms) -> Array:
    """New orders at the suppliers of some products, by class of clients (c × K × B × R)."""
    c, D, B, R = w.shape
    asked = portion.sold(table.by_class(g).reshape(c, -1, table.n)).reshape(c, D, table.K, B, R)
    is_open = terms.open(portion)
    asked *= (w if is_open is None else w * is_open)[:, :, None]
    orders = asked.sum(axis=1)
    if is_open is not None:
        for at, one in portion.parts(1):
            orders[at] += limited_orders(table, one, terms, w[at][0], g[at][0])
    return orders
