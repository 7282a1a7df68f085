"""Payments that levers bring: by industries per unit of output, by final users per unit bought, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy

Positions = NDArray[np.intp]
Recipient = Literal["treasury", "factors", "suppliers"]

ALL_PRODUCTS = -1


@dataclass(frozen=True)
class Levy:
    """A payment per unit of output (n) that an industry makes besides its value added, and who receives it.

    `recipient` is a region's treasury ("treasury"), the industry's own primary factors ("factors": capital, wages), or
    the capital and labour of those who supply `product` ("suppliers": a dearer purchase), of whom `by_supplier`
    (regions × payers) says who receives what part of the rate of the industries `payers`. A negative rate is a subsidy.
    """

    name: str
    rate: Array = field(repr=False)
    recipient: Recipient
    product: int = ALL_PRODUCTS
    by_supplier: Array | None = field(default=None, repr=False)
    payers: Positions | None = field(default=None, repr=False)


@dataclass(frozen=True)
class FinalLevy:
    """A payment on final purchases per unit bought, and who receives it.

    `cells` (rows × columns, or rows × 1 where all pay alike) are what the columns `columns` pay on `product` from each
    region, or on all n rows with ALL_PRODUCTS; nothing else is charged.
    "treasury": a tax of the buyer's region. "suppliers": a dearer purchase, income of the capital and labour of the
    industry (row) that is bought from. "factors": income of the buyer's region that stands in no industry.
    """

    name: str
    cells: Array = field(repr=False)
    recipient: Recipient
    product: int
    columns: Positions = field(repr=False)
    economy: Economy = field(repr=False)

    @property
    def rows(self) -> slice:
        """The rows of final demand that are charged."""
        return rows_of_product(self.economy, self.product)

    @property
    def rate(self) -> Array:
        """The rate of every cell of final demand (n × m)."""
        dense = np.zeros((*self.cells.shape[:-2], *self.economy.Y.shape))
        charged = dense[..., self.rows, :]
        charged[..., self.columns] = self.cells
        return dense


def rows_of_product(economy: Economy, product: int) -> slice:
    """The rows of one product in all regions; all n with ALL_PRODUCTS."""
    return slice(None) if product == ALL_PRODUCTS else slice(product, None, len(economy.sectors))
