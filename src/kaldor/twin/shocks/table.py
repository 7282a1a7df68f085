"""The flow table as a step reads it: product by product.

S products, R regions, n = R·S industries (row i = region · S + product). The R suppliers of one product are rows of Z
that lie S rows apart. Where suppliers treat all buyers alike, which is so for most products in most shocks, sales of a
product are one matrix (R × n) of whole rows of Z, read where it lies. Where an event tells routes apart, sales of its
products are R small matrices (R × S), one a region of buyers. Each of their rows would come from another page of
memory, so these are copied once, in the order in which they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Portion:
    """Some products that follow each other: which of the S they are, and who buys how much of them from whom.

    sales   c × D × R × P: by product, region of buyers (D = R, or 1 where all buyers are treated alike), supplier and
            buyer in that region, P = n / D
    """

    products: slice
    sales: Array

    @property
    def D(self) -> int:
        """Regions of buyers that are told apart."""
        return self.sales.shape[1]

    def parts(self, width: int) -> Iterator[tuple[slice, Portion]]:
        """The same in portions of at most `width` products, each with its place in this one."""
        for at in range(0, len(self.sales), width):
            here = slice(at, min(at + width, len(self.sales)))
            first = self.products.start
            yield here, Portion(slice(first + here.start, first + here.stop), self.sales[here])

    def bought(self, offers: Array) -> Array:
        """Σ over suppliers of offers × sales: from c × D × m × R to c × m × n."""
        c, D, m, _ = offers.shape
        P = self.sales.shape[3]
        sums = np.empty((c, m, D * P))
        by_region = sums.reshape(c, m, D, P).transpose(0, 2, 1, 3)
        if m > 2:
            np.matmul(offers, self.sales, out=by_region)
        else:  # so few rows are quicker one by one, while a product's sales are in the cache
            for s in range(c):
                for row in range(m):
                    here = np.s_[s, :, row : row + 1]
                    np.matmul(offers[here], self.sales[s], out=by_region[here])
        return sums

    def sold(self, orders: Array) -> Array:
        """Σ over the buyers of each region of orders × sales: from c × m × n to c × D × m × R."""
        c, m, _ = orders.shape
        return orders.reshape(c, m, self.D, -1).transpose(0, 2, 1, 3) @ self.sales.swapaxes(2, 3)


@dataclass(frozen=True, eq=False)
class Table:
    """Flows between industries in portions of products, and the class of clients (of K) of each buyer (n)."""

    portions: tuple[Portion, ...]
    S: int
    R: int
    classes: Positions
    K: int

    @classmethod
    def of(cls, Z: Array, S: int, apart: NDArray[np.bool_], classes: Positions, K: int) -> Table:
        """Lay out the flow table Z (n × n) of S products; `apart` (S) are those whose routes are told apart."""
        n = len(Z)
        bounds = [0, *(np.flatnonzero(np.diff(apart)) + 1), S]
        portions = []
        for first, stop in pairwise(bounds):
            D = n // S if apart[first] else 1
            sales = Z.reshape(n // S, S, D, n // D)[:, first:stop].transpose(1, 2, 0, 3)
            portions.append(Portion(slice(int(first), int(stop)), np.ascontiguousarray(sales) if D > 1 else sales))
        return cls(tuple(portions), S, n // S, classes, K)

    @property
    def n(self) -> int:
        """Industries."""
        return len(self.classes)

    @property
    def D(self) -> int:
        """Regions of buyers that are told apart for some product."""
        return max(portion.D for portion in self.portions)

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
    even = [np.ones((len(portion.sales), portion.D, 1, table.R)) for portion in table.portions]
    return np.concatenate([p.bought(offers)[:, 0] for p, offers in zip(table.portions, even, strict=True)])


def normal_orders(table: Table) -> Array:
    """Orders that each supplier gets from each class of industries in the undisturbed economy (S × K × R)."""
    even = table.by_class(np.ones((1, 1, table.n)))[:, :, 0]
    every = [part for portion in table.portions for _, part in portion.parts(1)]
    return np.concatenate([part.sold(even).sum(axis=1) for part in every])
