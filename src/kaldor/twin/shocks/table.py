"""The flow table as a step reads it: product by product, and within a product by region of buyers.

S products, R regions, n = R·S industries (row i = region · S + product). Suppliers of one product are R rows that lie
S rows apart. Where suppliers tell D = R regions of buyers apart, the products of a step are S·R small matrices (R × S),
and a cell of each would come from another page of memory. So Z is copied once, in the order in which it is read. Where
they treat all buyers alike (D = 1), each matrix has whole rows of Z, and Z is read where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Table:
    """Flows between industries, and the class of clients (of K) that each buyer belongs to.

    sales     S × D × R × P: sales of a product to a region of buyers, by supplier and buyer, P = n / D
    classes   class of each buyer (n)
    """

    sales: Array
    classes: Positions
    K: int

    @classmethod
    def of(cls, Z: Array, S: int, D: int, classes: Positions, K: int) -> Table:
        """Lay out the flow table Z (n × n) of S products for D regions of buyers."""
        n = len(Z)
        sales = Z.reshape(n // S, S, D, n // D).transpose(1, 2, 0, 3)
        return cls(sales if D == 1 else np.ascontiguousarray(sales), classes, K)

    @property
    def S(self) -> int:
        """Products."""
        return self.sales.shape[0]

    @property
    def D(self) -> int:
        """Regions of buyers that are told apart."""
        return self.sales.shape[1]

    @property
    def R(self) -> int:
        """Regions, each with a supplier of every product."""
        return self.sales.shape[2]

    @property
    def P(self) -> int:
        """Buyers in a region of buyers."""
        return self.sales.shape[3]

    @property
    def n(self) -> int:
        """Industries."""
        return self.D * self.P

    def bought(self, products: slice, offers: Array) -> Array:
        """Σ over suppliers of offers × sales: from c × D × m × R to c × m × n, for the c products of a slice."""
        c, D, m, _ = offers.shape
        sums = np.empty((c, m, self.n))
        np.matmul(offers, self.sales[products], out=sums.reshape(c, m, D, self.P).transpose(0, 2, 1, 3))
        return sums

    def sold(self, products: slice, orders: Array) -> Array:
        """Σ over the buyers of each region of orders × sales: from c × m × n to c × D × m × R."""
        c, m, _ = orders.shape
        by_region = orders.reshape(c, m, self.D, self.P).transpose(0, 2, 1, 3)
        return by_region @ self.sales[products].swapaxes(2, 3)

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
    even = np.ones((table.S, table.D, 1, table.R))
    return table.bought(slice(None), even)[:, 0]


def normal_orders(table: Table) -> Array:
    """Orders that each supplier gets from each class of industries in the undisturbed economy (S × K × R)."""
    even = table.by_class(np.ones((1, 1, table.n)))[:, :, 0]
    return np.stack([table.sold(slice(s, s + 1), even)[0].sum(axis=0) for s in range(table.S)])
