"""The flow table as a step reads it: product by product, and by group of buyers.

S products, R regions, n = R·S industries (row i = region · S + product). The R suppliers of one product are rows of Z
that lie S rows apart, and are read where they lie. Suppliers tell buyers apart only by group: G groups of regions that
some event, or a stock of its own, treats unlike others; one where nothing does. The regions of a group rarely stand
side by side, so the table is read in segments: runs of neighbouring regions of one group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array

Positions = NDArray[np.int64]
_ROW_BY_ROW = 4  # rows up to which a product of matrices is quicker one row at a time


class Segment(NamedTuple):
    """Neighbouring regions of one group of buyers, and the industries in them."""

    group: int
    regions: slice
    users: slice


@dataclass(frozen=True, eq=False)
class Table:
    """Flows between industries (`sales`, S × R × n: product, supplier, buyer), the group (of G) of each region of
    buyers (R), and the class of clients (of K) of each buyer (n)."""

    sales: Array
    groups: Positions
    classes: Positions
    K: int

    @classmethod
    def of(cls, Z: Array, S: int, groups: Positions, classes: Positions, K: int) -> Table:
        """The flow table Z (n × n) of S products, where it lies."""
        n = len(Z)
        return cls(Z.reshape(n // S, S, n).transpose(1, 0, 2), groups, classes, K)

    @property
    def S(self) -> int:
        """Products."""
        return self.sales.shape[0]

    @property
    def R(self) -> int:
        """Regions."""
        return self.sales.shape[1]

    @property
    def n(self) -> int:
        """Industries."""
        return self.sales.shape[2]

    @cached_property
    def G(self) -> int:
        """Groups of buyers."""
        return int(self.groups.max()) + 1

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """All regions, in order."""
        bounds = [0, *(np.flatnonzero(np.diff(self.groups)) + 1), self.R]
        return tuple(
            Segment(
                int(self.groups[first]), slice(int(first), int(stop)), slice(int(first) * self.S, int(stop) * self.S)
            )
            for first, stop in pairwise(bounds)
        )

    @cached_property
    def members(self) -> Array:
        """1 where a region is in a group, else 0 (G × R)."""
        return np.equal.outer(np.arange(self.G), self.groups).astype(float)

    def portions(self, width: int) -> Iterator[slice]:
        """Products in portions of at most `width`."""
        for first in range(0, self.S, width):
            yield slice(first, min(first + width, self.S))

    def bought_from(self, s: int, suppliers: Positions, offers: Array) -> Array:
        """What each buyer finds of one product at some suppliers, in its own group and class: from G × K × B ×
        suppliers to B × n."""
        sales, (_, K, B, _) = self.sales[s, suppliers], offers.shape
        sums = np.empty((K * B, self.n))
        for group, _, users in self.segments:
            np.matmul(offers[group].reshape(K * B, -1), sales[:, users], out=sums[:, users])
        return self.of_class(sums.reshape(1, K, B, self.n))[0]

    def bought(self, products: slice, offers: Array, out: Array | None = None) -> Array:
        """Σ over suppliers of offers × sales of some products: from c × G × m × R to c × m × n."""
        sales, m = self.sales[products], offers.shape[2]
        sums = np.empty((len(sales), m, self.n)) if out is None else out
        rows = [slice(row, row + 1) for row in range(m)] if m <= _ROW_BY_ROW else [slice(None)]
        for group, _, users in self.segments:
            for row in rows:
                np.matmul(offers[:, group, row], sales[:, :, users], out=sums[:, row, users])
        return sums

    def sold(self, products: slice, orders: Array) -> Array:
        """Σ over the buyers of each group of orders × sales of some products: from c × m × n to c × G × m × R."""
        sales = self.sales[products]
        sums = np.zeros((len(sales), self.G, orders.shape[1], self.R))
        for group, _, users in self.segments:
            sums[:, group] += orders[:, :, users] @ sales[:, :, users].swapaxes(1, 2)
        return sums

    def to_users(self, values: Array) -> Array:
        """What each buyer finds in its own group and class: from c × G × K × B to c × B × n, or c × B × 1 where all
        find the same."""
        c, _, _, B = values.shape
        if self.G == self.K == 1:
            return values[:, 0, 0, :, None]
        found = np.empty((c, B, self.n))
        for group, _, users in self.segments:
            if self.K == 1:
                found[:, :, users] = values[:, group, 0, :, None]
            else:
                found[:, :, users] = values[:, group].swapaxes(1, 2)[:, :, self.classes[users]]
        return found

    def by_product(self, values: Array) -> Array:
        """Values of industries (… × n) by product and supplier: S × … × R, contiguous."""
        split = values.reshape(*values.shape[:-1], self.R, self.S)
        return np.ascontiguousarray(np.moveaxis(split, -1, 0))

    def by_industry(self, values: Array) -> Array:
        """The way back: from S × … × R to … × n."""
        return np.moveaxis(values, 0, -1).reshape(*values.shape[1:-1], self.n)

    def by_class(self, orders: Array) -> Array:
        """Orders of industries (c × B × n) by their classes, zero outside a buyer's own: c × K × B × n."""
        if self.K == 1:
            return orders[:, None]
        own = self.classes == np.arange(self.K)[:, None]
        return orders[:, None] * own[:, None]

    def of_class(self, by_class: Array) -> Array:
        """What each buyer finds in its own class: from c × K × B × n to c × B × n."""
        found = by_class[:, 0]
        for k in range(1, self.K):
            np.copyto(found, by_class[:, k], where=self.classes == k)
        return found


def normal_use(table: Table) -> Array:
    """Use of each product by each industry in the undisturbed economy (S × n), summed as a step does."""
    return table.bought(slice(None), np.ones((table.S, table.G, 1, table.R)))[:, 0]


def normal_orders(table: Table) -> Array:
    """Orders of each group of buyers, by class, at each supplier in the undisturbed economy (S × G × K × R)."""
    one = np.ones((table.S, 1, table.n))
    return table.sold(slice(None), table.by_class(one)[:, :, 0])
