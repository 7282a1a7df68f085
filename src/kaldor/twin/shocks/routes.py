"""Routes that an event limits or slows, from a supplier to a region of buyers; all others need no attention.

Only products whose routes the table tells apart have any. Shapes as in `kaldor.twin.shocks.table`, B runs side by side.
Events are the same in all runs, and so are limits and delays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.shocks.table import Portion, Positions, Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Terms:
    """On what terms suppliers sell in one step, apart from their preferences.

    limit   largest sales on a route relative to normal (S × R × R, by product, region of buyers and supplier; infinite
            where it is open), or None: all are open
    delay   steps that goods take longer (S × R × R), or None
    """

    limit: Array | None = None
    delay: Positions | None = None

    @classmethod
    def of(cls, table: Table, limit: Array | None, delay: Positions | None) -> Terms:
        """Terms by product from those by industry (n × R)."""

        def laid_out(values: NDArray[Any]) -> NDArray[Any]:
            return np.ascontiguousarray(values.reshape(table.R, table.S, table.R).transpose(1, 2, 0))

        return cls(None if limit is None else laid_out(limit), None if delay is None else laid_out(delay))

    def plain(self, portion: Portion) -> Array | None:
        """1 for a route that is open and on time, else 0 (c × D × 1 × R); None where all are."""
        on_time = None if self.delay is None or portion.D == 1 else self.delay[portion.products] == 0
        return _as_factor(self._open(portion), on_time)

    def open(self, portion: Portion) -> Array | None:
        """1 for a route without a limit, else 0 (c × D × 1 × R); None where all are."""
        return _as_factor(self._open(portion))

    def _open(self, portion: Portion) -> Mask | None:
        return None if self.limit is None or portion.D == 1 else np.isinf(self.limit[portion.products])


def _as_factor(*masks: Mask | None) -> Array | None:
    given = [mask for mask in masks if mask is not None]
    if not given or all(mask.all() for mask in given):
        return None
    return np.logical_and.reduce(given).astype(float)[:, :, None]


def deliveries(
    table: Table, portion: Portion, transport: Terms, share: Array, w: Array, g: Array
) -> Iterator[tuple[int, Array]]:
    """What comes of one product over routes that are limited or late, by the steps it comes late (each B × n).

    `share` (K × B × R) of its orders is what a supplier delivers, w (D × B × R) and g (B × n) are what was ordered.
    """
    s = portion.products.start
    limited = None if transport.limit is None else np.isfinite(transport.limit[s])
    late = np.zeros((table.R, table.R), dtype=np.int64) if transport.delay is None else transport.delay[s]
    for steps in np.unique(late):
        here = late == steps
        goods = np.zeros_like(g)
        if steps:
            free = here if limited is None else here & ~limited
            offers = (share * (w * free[:, None])[:, None]).reshape(1, portion.D, -1, table.R)
            by_class = portion.bought(offers).reshape(1, table.K, *g.shape)
            goods += table.of_class(by_class)[0] * g
        if limited is not None and (here & limited).any():
            _add_limited(table, _Capped.of(portion, transport, here & limited, w, g), share, goods)
        elif not steps:
            continue
        yield int(steps), goods


def limited_orders(table: Table, portion: Portion, terms: Terms, w: Array, g: Array) -> Array | float:
    """New orders of one product on limited routes, by class of clients (K × B × R); 0 where none is limited."""
    if terms.limit is None:
        return 0.0
    capped = _Capped.of(portion, terms, np.isfinite(terms.limit[portion.products.start]), w, g)
    orders = np.zeros((table.K, *w.shape[1:]))
    for k in range(table.K):
        of_class = capped.amounts * (capped.classes(table) == k) if table.K > 1 else capped.amounts
        np.add.at(orders[k].T, capped.suppliers, of_class.sum(axis=2))
    return orders


def _add_limited(table: Table, capped: _Capped, share: Array, goods: Array) -> None:
    """Add to goods (B × n) what comes over some limited routes."""
    offered = share[:, :, capped.suppliers].transpose(0, 2, 1)[..., None]  # K × m × B × 1
    delivered = capped.amounts * offered[0]
    for k in range(1, table.K):
        np.copyto(delivered, capped.amounts * offered[k], where=capped.classes(table) == k)
    first = np.flatnonzero(np.diff(capped.buyers, prepend=-1))  # routes come sorted by region of buyers
    by_region = goods.reshape(-1, table.R, table.S).transpose(1, 0, 2)
    by_region[capped.buyers[first]] += np.add.reduceat(delivered, first, axis=0)


@dataclass(frozen=True, eq=False)
class _Capped:
    """Limited routes of a product, m of them: regions of buyers, suppliers, and orders on them (m × B × P)."""

    buyers: Positions
    suppliers: Positions
    amounts: Array

    @classmethod
    def of(cls, portion: Portion, terms: Terms, routes: Mask, w: Array, g: Array) -> _Capped:
        assert terms.limit is not None
        buyers, suppliers = np.nonzero(routes)
        ordered = g.reshape(len(g), portion.D, -1).transpose(1, 0, 2)[buyers]
        limit = terms.limit[portion.products.start][routes]
        amounts = np.minimum(w[buyers, :, suppliers][..., None] * ordered, limit[:, None, None])
        amounts *= portion.sales[0, buyers, suppliers][:, None]
        return cls(buyers, suppliers, amounts)

    def classes(self, table: Table) -> Positions:
        """Class of clients of each buyer (m × 1 × P)."""
        return table.classes.reshape(table.R, 1, table.S)[self.buyers]
