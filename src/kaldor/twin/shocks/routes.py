"""Routes that an event limits or slows, from a supplier to a group of buyers; all others need no attention.

Shapes as in `kaldor.twin.shocks.table`, B runs side by side. Events are the same in all runs, and so are limits and
delays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.table import Positions, Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Terms:
    """On what terms suppliers sell in one step, apart from their preferences.

    limit   largest sales on a route relative to normal (S × G × R, by product, group of buyers and supplier; infinite
            where it is open), or None: all are open
    delay   steps that goods take longer (S × G × R), or None
    """

    limit: Array | None = None
    delay: Positions | None = None

    @classmethod
    def of(cls, table: Table, limit: Array | None, delay: Positions | None) -> Terms:
        """Terms by product and group from those by industry and region of buyers (n × R)."""
        _, first = np.unique(table.groups, return_index=True)

        def laid_out(values: NDArray[Any]) -> NDArray[Any]:
            return np.ascontiguousarray(values[:, first].reshape(table.R, table.S, -1).transpose(1, 2, 0))

        return cls(None if limit is None else laid_out(limit), None if delay is None else laid_out(delay))

    def plain(self, products: slice) -> Array | None:
        """1 for a route that is open and on time, else 0 (c × G × 1 × R); None where all are."""
        return _as_factor(self._open(products), None if self.delay is None else self.delay[products] == 0)

    def open(self, products: slice) -> Array | None:
        """1 for a route without a limit, else 0 (c × G × 1 × R); None where all are."""
        return _as_factor(self._open(products))

    def _open(self, products: slice) -> Mask | None:
        return None if self.limit is None else np.isinf(self.limit[products])

    def shipments(self, products: slice) -> Iterator[tuple[int, Mask, Mask]]:
        """By the steps that goods come late: the routes on which they do, open ones and limited ones (c × G × R)."""
        given = self.limit if self.delay is None else self.delay
        if given is None:
            return
        late = np.zeros(given[products].shape, dtype=np.int64) if self.delay is None else self.delay[products]
        free = self._open(products)
        free = np.ones(late.shape, dtype=bool) if free is None else free
        for steps in np.unique(late):
            here = late == steps
            yield int(steps), here & free, here & ~free


def _as_factor(*masks: Mask | None) -> Array | None:
    given = [mask for mask in masks if mask is not None]
    if not given or all(mask.all() for mask in given):
        return None
    return np.logical_and.reduce(given).astype(float)[:, :, None]


def deliveries(
    table: Table, products: slice, transport: Terms, share: Array, w: Array, g: Array, part: Array
) -> Iterator[tuple[int, Array]]:
    """What comes of some products over routes that are limited or late, by the steps it comes late (each c × B × n).

    `share` (c × K × B × R) of its orders is what a supplier delivers, w (c × G × B × R) and g (c × B × n) are what was
    ordered; a limit holds for the `part` (c × B) of normal sales that these goods are.
    """
    for steps, free, limited in transport.shipments(products):
        if not limited.any() and not (steps and free.any()):
            continue
        goods = np.zeros_like(g)
        if steps and free.any():
            offers = share[:, None] * (w * free[:, :, None])[:, :, None]
            sums = table.bought(products, offers.reshape(*offers.shape[:2], -1, table.R))
            goods += table.of_class(sums.reshape(len(g), table.K, *g.shape[1:]))
            goods *= g
        for route in _limited(table, products, transport, limited, w, g, part):
            goods[route.product, :, route.users] += _by_class(table, share[route.product], route)
        yield steps, goods


def limited_orders(table: Table, products: slice, terms: Terms, w: Array, g: Array, part: Array) -> Array | float:
    """New orders of some products on limited routes, by class of clients (c × K × B × R); 0 where none is limited."""
    if terms.limit is None:
        return 0.0
    orders = np.zeros((len(g), table.K, g.shape[1], table.R))
    for route in _limited(table, products, terms, np.isfinite(terms.limit[products]), w, g, part):
        for k in range(table.K):
            own = route.amounts if table.K == 1 else route.amounts[..., table.classes[route.users] == k]
            orders[route.product, k, :, route.suppliers] += own.sum(axis=2)
    return orders


@dataclass(frozen=True, eq=False)
class _Limited:
    """Limited routes of a product (of a portion): its suppliers, buyers of one segment, and what they order on them
    (suppliers × B × buyers)."""

    product: int
    suppliers: Positions
    users: slice
    amounts: Array


def _limited(
    table: Table, products: slice, terms: Terms, routes: Mask, w: Array, g: Array, part: Array
) -> Iterator[_Limited]:
    """Limited routes on which something may go."""
    if terms.limit is None or not routes.any():
        return
    limit, sales = terms.limit[products], table.sales[products]
    some = routes & (limit > 0)
    for s in np.flatnonzero(some.any(axis=(1, 2))):
        for group, _, users in table.segments:
            suppliers = np.flatnonzero(some[s, group])
            if not len(suppliers):
                continue
            most = limit[s, group, suppliers, None] * part[s]
            amounts = w[s, group].T[suppliers][:, :, None] * g[s, :, users]
            np.minimum(amounts, most[:, :, None], out=amounts)
            amounts *= sales[s, suppliers, users][:, None]
            yield _Limited(int(s), suppliers, users, amounts)


def _by_class(table: Table, share: Array, route: _Limited) -> Array:
    """What is delivered on routes (B × buyers), `share` being that of their orders that suppliers deliver to each class
    (K × B × R)."""
    offered = share[:, :, route.suppliers].transpose(2, 1, 0)  # suppliers × B × K
    if table.K == 1:
        return np.asarray((route.amounts * offered).sum(axis=0))
    return np.asarray((route.amounts * offered[:, :, table.classes[route.users]]).sum(axis=0))
