"""All trade of one step, in one pass over the flow table.

Flows are annual rates in the table's unit, stocks are amounts, h is the step in years. S products, R regions,
n = R·S industries (row i = region · S + product), K classes of clients in the order in which they are served. An order
factorises into numbers of size n × D and S × n (D = R regions of buyers, or 1 where suppliers treat them all alike):

    order_ij = Z0_ij · min(w_iD · g_sj, b_iD)      s the product of i, D the region of j

with w the preference for a supplier, g how much of the product is ordered relative to normal, and b an upper limit
on a route (infinite where it is open). So no matrix of orders exists. The rows of one product (R × n) are a view
of Z0; as many products as fit a processor's cache are treated together: Z0 comes from memory once, and serves
deliveries, weights and new orders.

Small matrix products do the work. A compiled loop was tried: as quick, but it brings a compiler of 130 MB with it and
the first run waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array

Positions = NDArray[np.int64]

_UNBOUND = 1e30  # finite, so that times an output of zero it stays zero
_CACHE = 16_000_000  # bytes of Z between its two uses in a step


@dataclass(frozen=True, eq=False)
class Table:
    """The flow table Z (n × n) of S products, D regions of buyers that are told apart, and the class of each column."""

    Z: Array
    S: int
    D: int
    classes: Positions
    K: int

    def rows(self, s: int) -> Array:
        """Sales of product s as a view, D × R × (n / D): by region of buyers, supplier, buyer."""
        n = len(self.Z)
        return self.Z[s :: self.S].reshape(n // self.S, self.D, n // self.D).transpose(1, 0, 2)


@dataclass(frozen=True, eq=False)
class Terms:
    """On what terms suppliers sell in one step: preference w, limit b and delay in steps (n × D each, or None)."""

    w: Array
    b: Array | None = None
    delay: Positions | None = None


@dataclass(frozen=True, eq=False)
class Needs:
    """What industries need: normal use and target stock (S × n), output made and wanted relative to normal (n), time
    to restock in years, and whether they order less than they use when stocks are too high."""

    use: Array
    target: Array
    ratio: Array
    wanted: Array
    restock: float
    destock: bool


def normal_use(table: Table) -> Array:
    """Use of each product by each industry in the undisturbed economy (S × n), summed as `trade` does."""
    n = len(table.Z)
    even = np.ones((table.D, 1, n // table.S))
    return np.stack([(even @ table.rows(s)).reshape(n) for s in range(table.S)])


def normal_orders(table: Table) -> Array:
    """Orders that each supplier gets from each class of industries in the undisturbed economy (n × K)."""
    n = len(table.Z)
    orders = np.empty((n, table.K))
    ones, terms = np.ones((table.D, n // table.D)), Terms(np.ones((n, table.D)))
    for s in range(table.S):
        orders[s :: table.S] = _orders(table, s, table.rows(s), ones, terms)
    return orders


def stock_bounds(stock: Array, needed: Array) -> tuple[Array, Positions]:
    """What stocks let each industry make, relative to its normal output (n), and which product limits it (−1: none).

    `needed` (S × n) is the stock below which production is cut, 0 for non-essential products.
    """
    share = np.divide(stock, needed, out=np.full_like(stock, _UNBOUND), where=needed > 0)
    limiting = share.argmin(axis=0)
    bound = share[limiting, np.arange(stock.shape[1])]
    return bound, np.where(bound < _UNBOUND, limiting, -1)


def trade(
    table: Table,
    old: Terms,
    new: Terms,
    needs: Needs,
    fill: Array,
    h: float,
    *,
    now: int,
    g: Array,
    stock: Array,
    orders: Array,
    transit: Array | None,
) -> Array:
    """Deliver yesterday's orders, use and restock, place new orders. Returns deliveries by product (S).

    `old` are the terms on which the orders were placed, `new` those of the new orders and of today's transport; `fill`
    (n × K) is the share of its orders that a supplier delivers. Changes g, stock (S × n), orders (n × K) and transit
    (ring of steps × S × n: goods on delayed routes, as amounts).
    """
    received = np.empty(table.S)
    for products in _chunks(table):
        arriving, weights, pipeline = _arrivals(table, products, old, new, fill, h, now, g, transit)
        level = stock[products]
        needed = needs.use[products] * needs.ratio
        arrived = arriving.sum(axis=1)
        arriving -= np.minimum(needed, level / h)  # what stays of it after use
        arriving *= h
        level += arriving
        np.maximum(level, 0.0, out=level)
        gap = needs.target[products] * needs.wanted
        gap -= level
        if transit is not None:  # goods on the way count, against what is normally on the way
            gap += pipeline * needed - transit[:, products].sum(axis=0)
        if not needs.destock:
            np.maximum(gap, 0.0, out=gap)
        gap /= needs.restock
        gap += needed
        want = np.maximum(gap, 0.0, out=gap)
        fresh = np.divide(want, weights, out=np.zeros_like(want), where=weights > 0)
        for s, row in zip(range(table.S)[products], fresh, strict=True):
            orders[s :: table.S] = _orders(table, s, table.rows(s), row.reshape(table.D, -1), new)
        g[products], received[products] = fresh, arrived
    return received


def _chunks(table: Table) -> Iterator[slice]:
    """Products in portions whose rows of Z fit a processor's shared cache, so that memory is read once."""
    rows = len(table.Z) // table.S * table.Z.shape[1] * 8
    width = max(1, _CACHE // rows)
    for first in range(0, table.S, width):
        yield slice(first, min(first + width, table.S))


def _arrivals(
    table: Table,
    products: slice,
    old: Terms,
    new: Terms,
    fill: Array,
    h: float,
    now: int,
    g: Array,
    transit: Array | None,
) -> tuple[Array, Array, Array]:
    """What arrives at each industry, the weight of all its suppliers, the mean delay in years (products × n each)."""
    count, n = products.stop - products.start, len(table.Z)
    arriving, weights = np.empty((count, n)), np.empty((count, n))
    pipeline = np.zeros((count, n)) if transit is not None else weights
    for at, s in enumerate(range(table.S)[products]):
        rows = slice(s, None, table.S)
        share, w, prefer = fill[rows].T[None], old.w[rows].T[:, None], new.w[rows].T[:, None]
        limits = _finite(old.b, rows)
        if transit is None:
            open_share = share * w if limits is None else share * np.where(np.isfinite(limits.T[:, None]), 0.0, w)
            both = np.concatenate([open_share, prefer], axis=1) @ table.rows(s)
            goods, weights[at] = _of_class(table, both[:, :-1]), both[:, -1].ravel()
            goods = goods * g[s].reshape(table.D, -1)
            if limits is not None:
                goods += _limited_arrivals(table, table.rows(s), w, limits, g[s].reshape(table.D, -1), share)
            arriving[at] = goods.ravel()
        else:
            late = np.zeros(old.w[rows].shape, dtype=np.int64) if new.delay is None else new.delay[rows]
            arriving[at] = _late_arrivals(table, s, share, w, limits, late, h, now, g[s], transit)
            sums = np.concatenate([prefer, prefer * late.T[:, None]], axis=1) @ table.rows(s)
            weights[at] = sums[:, 0].ravel()
            lag = h * sums[:, 1].ravel()
            np.divide(lag, weights[at], out=pipeline[at], where=weights[at] > 0)
    return arriving, weights, pipeline


def _late_arrivals(
    table: Table,
    s: int,
    share: Array,
    w: Array,
    limits: Array | None,
    late: Positions,
    h: float,
    now: int,
    g: Array,
    transit: Array,
) -> Array:
    """What arrives of product s today (n); goods on routes that are `late` (R × D, steps) are put on their way."""
    ring, ordered = len(transit), g.reshape(table.D, -1)
    arriving = transit[now % ring, s] / h
    transit[now % ring, s] = 0.0
    for steps in np.unique(late):
        here = late == steps
        free = here if limits is None else here & ~np.isfinite(limits)
        goods = _of_class(table, (share * w * free.T[:, None]) @ table.rows(s)) * ordered
        if limits is not None:
            on_route = np.where(here, limits, np.inf)
            goods = goods + _limited_arrivals(table, table.rows(s), w, on_route, ordered, share)
        if steps == 0:
            arriving = arriving + goods.ravel()
        else:
            transit[(now + steps) % ring, s] += h * goods.ravel()
    return arriving


def _limited_arrivals(table: Table, sales: Array, w: Array, limits: Array, ordered: Array, share: Array) -> Array:
    """What comes over routes with an upper limit (D × n/D); `limits` (R × D) is infinite on open ones."""
    supplier, buyer = np.nonzero(np.isfinite(limits))
    capped = np.minimum(w[buyer, 0, supplier][:, None] * ordered[buyer], limits[supplier, buyer][:, None])
    classes = table.classes.reshape(table.D, -1)[buyer]
    goods = np.zeros_like(ordered)
    np.add.at(goods, buyer, share[0][classes, supplier[:, None]] * capped * sales[buyer, supplier])
    return goods


def _orders(table: Table, s: int, sales: Array, fresh: Array, terms: Terms) -> Array:
    """New orders at the suppliers of product s, by class of clients (R × K)."""
    product = slice(s, None, table.S)
    if table.K == 1:
        by_class = fresh[:, :, None]
    else:
        by_class = fresh[:, :, None] * (table.classes.reshape(table.D, -1)[:, :, None] == np.arange(table.K))
    asked = sales @ by_class  # D × R × K
    w = terms.w[product]
    limits = _finite(terms.b, product)
    if limits is None and table.D == 1:
        return np.asarray(asked[0] * w)
    if limits is None:
        return np.einsum("drk,rd->rk", asked, w)
    orders = np.einsum("drk,rd->rk", asked, np.where(np.isfinite(limits), 0.0, w))
    supplier, buyer = np.nonzero(np.isfinite(limits))
    capped = np.minimum(w[supplier, buyer][:, None] * fresh[buyer], limits[supplier, buyer][:, None])
    amounts = capped * sales[buyer, supplier]
    classes = table.classes.reshape(table.D, -1)[buyer]
    for k in range(table.K):
        np.add.at(orders[:, k], supplier, (amounts * (classes == k)).sum(axis=1))
    return orders


def _of_class(table: Table, by_class: Array) -> Array:
    """From D × K × n/D the entry of each column's own class (D × n/D)."""
    if table.K == 1:
        return by_class[:, 0]
    picked = np.take_along_axis(by_class, table.classes.reshape(table.D, 1, -1), axis=1)
    return np.asarray(picked[:, 0])


def _finite(b: Array | None, product: slice) -> Array | None:
    """Limits on the routes of a product (R × D), or None where all are open."""
    if b is None or not np.isfinite(b[product]).any():
        return None
    return b[product]
