"""The table as an equilibrium at prices of one: what every industry and every final buyer pays, and for what.

Industry (r, s) makes product s in region r. Buyer (d, v) is an industry of region d (v < products) or one of its final
categories (v ≥ products; the first are households). Money is in the table's unit, base producers' prices are 1.

Sources: Dekle, Eaton & Kortum (2008), IMF Staff Papers 55 (hats); Caliendo & Parro (2015), Review of Economic
Studies 82 (tariffs and materials); Baqaee & Farhi (2024), Econometrica 92 (nests and wedges).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Elasticities:
    """How easily one thing replaces another in each nest; 0 is a fixed recipe, 1 are fixed shares of spending."""

    sourcing: Array  # σ, by product: among the source regions of one product
    materials: float  # ε: among the materials of an industry
    top: float  # θ: its materials against primary factors with energy
    factors: float  # η: labour against capital
    final: float  # ρ: among the products that a final category buys
    energy_against_factors: float  # κE
    fuels: float  # εE: among energy products


@dataclass(frozen=True, eq=False)
class Base:
    """A balanced table of R regions × S products with K final categories, and the wedges that it holds already.

    `flows` (product, region of the buyer, region of the supplier, buyer) at base producers' prices, buyers being the S
    industries and then the K final categories of the region; `stocks` (R, S, R) volumes that do not answer: changes in
    stocks, negative cells, the table's discrepancy; `output` (R, S); `labour` and `capital` (R, S) incomes; `tariffs`
    (R supplier, S, R buyer) rates on use; `carbon_price` (R, S + K) what each buyer pays per unit of its emissions;
    `fuel_carbon` (S, R, S + K) emissions per purchasers' value of a fuel; `process_carbon` (R, S) per output;
    `abatement_slope` (R, S); `energy` (S, S) whether a product is in the energy nest of who makes another, (S, 1) where
    it is the same for all; `investment` the position of the final category that builds capital, if there is one.
    """

    flows: Array
    stocks: Array
    output: Array
    labour: Array
    capital: Array
    tariffs: Array
    carbon_price: Array
    fuel_carbon: Array
    process_carbon: Array
    abatement_slope: Array
    energy: NDArray[np.bool_]
    elasticities: Elasticities
    investment: int | None = None

    @property
    def regions(self) -> int:
        """R."""
        return self.output.shape[0]

    @property
    def products(self) -> int:
        """S, as many as industries of a region."""
        return self.output.shape[1]

    @property
    def categories(self) -> int:
        """K, households first."""
        return self.flows.shape[3] - self.products

    @property
    def users(self) -> int:
        """S + K, the buyers of a region."""
        return self.flows.shape[3]

    @cached_property
    def paid(self) -> Array:
        """What buyers pay for each product (S, R, S + K), tariffs in, at base."""
        return self.purchasers_value(self.flows)

    @cached_property
    def paid_with_carbon(self) -> Array:
        """The same with the base carbon price of its fuel."""
        return self.paid * (1 + self.fuel_carbon * self.carbon_price)

    @cached_property
    def cost(self) -> Array:
        """What an industry pays for labour, capital and inputs (R, S)."""
        inputs = self.paid_with_carbon[..., : self.products].sum(axis=0)
        return np.asarray(self.labour + self.capital + inputs)

    @cached_property
    def output_tax(self) -> Array:
        """All of output that is neither input nor factor, by cost (R, S): taxes less subsidies, and margins."""
        net = self.output * (1 - self.process_carbon * self.carbon_price[:, : self.products])
        return np.asarray(net / self.cost - 1)

    @cached_property
    def spending(self) -> Array:
        """Final spending by category (R, K)."""
        return np.asarray(self.paid_with_carbon[..., self.products :].sum(axis=0))

    @cached_property
    def emitted(self) -> Array:
        """Emissions of each industry, its process among them, and of each final category (R, S + K)."""
        emitted = (self.fuel_carbon * self.paid).sum(axis=0)
        emitted[:, : self.products] += self.process_carbon * self.output
        return np.asarray(emitted)

    @cached_property
    def emissions(self) -> Array:
        """Emissions on each region's ground (R)."""
        return np.asarray(self.emitted.sum(axis=1))

    @cached_property
    def income(self) -> Array:
        """What each region earns and collects (R): factors, tariffs, output taxes, carbon revenue."""
        imports = self.flows.sum(axis=3).transpose(2, 0, 1)  # supplier, product, buyer
        return np.asarray(
            (self.labour + self.capital).sum(axis=1)
            + (self.tariffs * imports).sum(axis=(0, 1))
            + (self.output_tax * self.cost).sum(axis=1)
            + (self.carbon_price * self.emitted).sum(axis=1)
        )

    @cached_property
    def transfers(self) -> Array:
        """What each region spends beyond its income (R): borrowed where positive, lent where negative."""
        return np.asarray(self.spending.sum(axis=1) + self.stocks.sum(axis=(0, 1)) - self.income)

    def purchasers_value(self, flows: Array) -> Array:
        """Flows (S, R, R, S + K) summed over suppliers with their base tariffs: (S, R, S + K)."""
        duty = 1 + self.tariffs.transpose(1, 2, 0)  # product, buyer, supplier
        return np.asarray(np.matmul(duty[:, :, None, :], flows)[:, :, 0, :])


def every_user(by_region: Array, users: int) -> Array:
    """What is given by region (R), for each of its users alike (R, S + K): a carbon price on all that is emitted."""
    return np.repeat(np.asarray(by_region, dtype=float)[:, None], users, axis=1)
