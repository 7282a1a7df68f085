"""Routes that an event limits or slows, from a supplier to a region of buyers; all others need no attention.

Shapes as in `kaldor.twin.shocks.table`, B runs side by side. Events are the same in all runs, so are limits and delays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.table import Positions, Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Terms:
    """On what terms suppliers sell in one step, apart from their preferences.

    limit   largest sales on a route relative to normal (S × D × R, infinite where it is open), or None: all are open
    delay   steps that goods take longer (S × D × R), or None
    """

    limit: Array | None = None
    delay: Positions | None = None

    @classmethod
    def of(cls, table: Table, limit: Array | None, delay: Positions | None) -> Terms:
        """Terms by product from those by industry (n × R)."""

        def laid_out(values: NDArray) -> NDArray:
            return np.ascontiguousarray(values.reshape(table.R, table.S, table.R).transpose(1, 2, 0))

        return cls(None if limit is None else laid_out(limit), None if delay is None else laid_out(delay))

    def plain(self, products: slice) -> Array | None:
        """1 for a route that is open and on time, else 0 (c × D × 1 × R); None where all are."""
        return _as_factor(self._open(products), None if self.delay is None else self.delay[products] == 0)

    def open(self, products: slice) -> Array | None:
        """1 for a route without a limit, else 0 (c × D × 1 × R); None where all are."""
        return _as_factor(self._open(products), None)

    def _open(self, products: slice) -> Mask | None:
        return None if self.limit is None else np.isinf(self.limit[products])


def _as_factor(*masks: Mask | None) -> Array | None:
    given = [mask for mask in masks if mask is not None]
    if not given or all(mask.all() for mask in given):
        return None
    return np.logical_and.reduce(given).astype(float)[:, :, None]


def deliveries(
    table: Table, terms: Terms, s: int, share: Array, w: Array, g: Array
) -> Iterator[tuple[int, Array]]:
    """What comes of product s over routes that are limited or late, by the steps it comes late (each B × n).

    `share` (K × B × R) of its orders is what a supplier delivers, w (D × B × R) and g (B × n) are what was ordered.
    """
    limited = None if terms.limit is None else np.isfinite(terms.limit[s])
    late = np.zeros((table.D, table.R), dtype=np.int64) if terms.delay is None else terms.delay[s]
    for steps in np.unique(late):
        here = late == steps
        goods = np.zeros_like(g)
        if steps:
            free = here if limited is None else here & ~limited
            offers = (share * (w * free[:, None])[:, None]).reshape(1, table.D, -1, table.R)
            by_class = table.bought(slice(s, s + 1), offers).reshape(1, table.K, *g.shape)
            goods += table.of_class(by_class)[0] * g
        if limited is not None and (here & limited).any():
            _add_limited(table, terms, s, here & limited, share, w, g, goods)
        elif not steps:
            continue
        yield int(steps), goods


def limited_orders(table: Table, terms: Terms, s: int, w: Array, g: Array) -> Array | None:
    """New orders of product s on limited routes, by class of clients (K × B × R), or None where none is limited."""
    if terms.limit is None or not np.isfinite(terms.limit[s]).any():
        return None
    buyers, suppliers, amounts = _capped(table, terms, s, np.isfinite(terms.limit[s]), w, g)
    orders = np.zeros((table.K, *w.shape[1:]))
    classes = table.classes.reshape(table.D, 1, table.P)[buyers]
    for k in range(table.K):
        of_class = amounts if table.K == 1 else amounts * (classes == k)
        np.add.at(orders[k].T, suppliers, of_class.sum(axis=2))
    return orders


def _add_limited(
    table: Table, terms: Terms, s: int, routes: Mask, share: Array, w: Array, g: Array, goods: Array
) -> None:
    """Add to goods (B × n) what comes over some limited routes."""
    buyers, suppliers, amounts = _capped(table, terms, s, routes, w, g)
    offered = share[:, :, suppliers].transpose(0, 2, 1)[..., None]  # K × m × B × 1
    classes = table.classes.reshape(table.D, 1, table.P)[buyers]
    delivered = amounts * offered[0]
    for k in range(1, table.K):
        np.copyto(delivered, amounts * offered[k], where=classes == k)
    first = np.flatnonzero(np.diff(buyers, prepend=-1))  # routes come sorted by region of buyers
    by_region = goods.reshape(-1, table.D, table.P).transpose(1, 0, 2)
    by_region[buyers[first]] += np.add.reduceat(delivered, first, axis=0)


def _capped(
    table: Table, terms: Terms, s: int, routes: Mask, w: Array, g: Array
) -> tuple[Positions, Positions, Array]:
    """Limited routes (m) of product s as regions of buyers and suppliers, and orders on them (m × B × P)."""
    assert terms.limit is not None
    buyers, suppliers = np.nonzero(routes)
    ordered = g.reshape(-1, table.D, table.P).transpose(1, 0, 2)[buyers]
    amounts = np.minimum(w[buyers, :, suppliers][..., None] * ordered, terms.limit[s][routes][:, None, None])
    amounts *= table.sales[s][buyers, suppliers][:, None]
    return buyers, suppliers, amounts
