"""Final demand of many futures without a table for each: what was published, and what levers and growth changed of it.

Levers change the columns of the final users on whom they act, product by product, and how much all others buy from an
industry; growth multiplies columns; households that re-spend multiply theirs once more. Sums over rows or columns of
all that follow from products with the published table, which all futures share.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.change import Change
from kaldor.twin.levies import ALL_PRODUCTS, Positions, rows_of_product


class FinalDemand:
    """Final demand (futures × n × m) after the levers of a change. `again` (futures × m), where households re-spend, is
    how many times as much they buy of all that somebody produces.
    """

    def __init__(self, change: Change) -> None:
        self._start, self._change, self._economy = change.start, change, change.economy
        self._Y, self._growth = self._economy.Y, change.start.per_column
        self._kept = change.buyers.positions
        self._moved = {
            product: block - self._start.Y(rows_of_product(self._economy, product), self._kept)
            for product, block in change.final_blocks().items()
        }
        self.again: Array | None = None

    def worth(self, prices: Array) -> Array:
        """What each column buys, at some prices (…, n) (futures × m)."""
        if self.again is None:
            return self._worth(prices)
        made = self._economy.has_output
        return self.again * self._worth(np.where(made, prices, 0.0)) + self._worth(np.where(made, 0.0, prices))

    def bought(self, columns: slice | Positions) -> Array:
        """What some columns buy together (futures × n)."""
        wanted = np.zeros(self._Y.shape[1])
        wanted[columns] = 1.0
        return self._gathered(wanted)

    def more(self) -> Array | None:
        """What all columns buy more than before the levers (futures × n); None where nothing changed."""
        everyone = np.ones(self._Y.shape[1])
        if self.again is not None:
            grown = everyone if self._growth is None else self._growth
            return self._gathered(everyone) - grown @ self._Y.T
        return self._changes(everyone) if self._moved else None

    def cells(self, product: int, columns: Positions) -> Array:
        """A product from each region, or all n rows with ALL_PRODUCTS, in kept columns (futures × rows × columns)."""
        rows, at, sectors = rows_of_product(self._economy, product), self._change.buyers.at(columns), self._sectors
        blocks = self._change.final_blocks()
        found = blocks[product][..., at] if product in blocks else self._start.Y(rows, columns)
        if product == ALL_PRODUCTS and blocks:
            found = np.array(np.broadcast_to(found, (*self._change.shape, *found.shape[-2:])))
            for touched, block in blocks.items():
                found[..., touched::sectors, :] = block[..., at]
        if self.again is None:
            return found
        made = self._economy.has_output[rows]
        return found * np.where(made[:, None], self.again[..., None, columns], 1.0)

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _sectors(self) -> int:
        return len(self._economy.sectors)

    def _worth(self, prices: Array) -> Array:
        paid = prices @ self._Y
        if self._growth is not None:
            paid = paid * self._growth
        paid = np.array(np.broadcast_to(paid, (*self._change.shape, paid.shape[-1])))
        for product, moved in self._moved.items():
            paid[..., self._kept] += (prices[..., None, product :: self._sectors] @ moved)[..., 0, :]
        return paid

    def _gathered(self, wanted: Array) -> Array:
        """Σ over columns of what each buys, `wanted` (m) times (futures × n)."""
        if self.again is None:
            return self._plainly(wanted)
        made = self._economy.has_output
        return np.where(made, self._plainly(wanted * self.again), self._plainly(wanted))

    def _plainly(self, wanted: Array) -> Array:
        return self._grown(wanted) @ self._Y.T + self._changes(wanted)

    def _grown(self, wanted: Array) -> Array:
        return wanted if self._growth is None else wanted * self._growth

    def _changes(self, wanted: Array) -> Array:
        """The part of the sum that levers added."""
        added = np.zeros((*self._change.shape, self._economy.n))
        for product, moved in self._moved.items():
            added[..., product :: self._sectors] += (moved @ wanted[..., self._kept, None])[..., 0]
        return added
