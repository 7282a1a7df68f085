"""What is changed of an equilibrium, and how it closes: plain arrays and three choices, each with a neutral default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.errors import InputError, Problem

Capital = Literal["by industry", "mobile"]
Lending = Literal["fixed", "pooled"]
Treasury = Literal["lump sum", "labour tax"]
Stocks = Literal["fixed", "with sales"]


@dataclass(frozen=True, eq=False)
class Shock:
    """Changes against the base, each of the shape that it acts on; `none` changes nothing.

    By industry (R, S): `productivity`, `labour_productivity` and `wage_wedge` (paid to workers) are factors,
    `output_tax` is added to the base's rate; `factor_need` and `labour_need` are factors on what a unit of output takes
    of labour and capital, or of labour alone. By user (R, S + K): `carbon_price` in place of the base's,
    `emission_factor` on what a unit of fuel or of process emits. By supplier and buyer (R, S, R): `tariffs` and
    `stocks` in place of the base's, `export_tax` rates that the supplier's region collects (a rent where they stand for
    one), `transport` units sent for one that arrives. By region (R): `transfers` in place of the base's, factors on the
    `labour_force` and on the `capital_stock`, of each industry alike where it stays there. By flow (S, R buyer, R
    supplier, S + K): `recipe` at base prices in place of the base's, `barred` factors on suppliers' weights that the
    others' weights do not make up for.

    Needs, emission factors and the recipe are new centres of the nests: exact at base prices, from where prices lead.
    """

    productivity: Array
    labour_productivity: Array
    wage_wedge: Array
    output_tax: Array
    factor_need: Array
    labour_need: Array
    tariffs: Array
    export_tax: Array
    carbon_price: Array
    emission_factor: Array
    transport: Array
    stocks: Array
    labour_force: Array
    capital_stock: Array
    transfers: Array
    recipe: Array | None = None
    barred: Array | None = None

    @classmethod
    def none(cls, base: Base) -> Shock:
        """Nothing is changed."""
        ones = np.ones_like(base.output)
        return cls(
            productivity=ones,
            labour_productivity=ones,
            wage_wedge=ones,
            output_tax=np.zeros_like(ones),
            factor_need=ones,
            labour_need=ones,
            tariffs=base.tariffs,
            export_tax=np.zeros_like(base.tariffs),
            carbon_price=base.carbon_price,
            emission_factor=np.ones_like(base.carbon_price),
            transport=np.ones_like(base.tariffs),
            stocks=base.stocks,
            labour_force=np.ones(base.regions),
            capital_stock=np.ones(base.regions),
            transfers=base.transfers,
        )

    def part(self, base: Base, share: float) -> Shock:
        """The same shock at a share (0 to 1) of its strength: a point on the way from the base."""
        return replace(
            self,
            productivity=self.productivity**share,
            labour_productivity=self.labour_productivity**share,
            wage_wedge=self.wage_wedge**share,
            output_tax=share * self.output_tax,
            factor_need=1 + share * (self.factor_need - 1),
            labour_need=1 + share * (self.labour_need - 1),
            tariffs=base.tariffs + share * (self.tariffs - base.tariffs),
            export_tax=share * self.export_tax,
            carbon_price=base.carbon_price + share * (self.carbon_price - base.carbon_price),
            emission_factor=1 + share * (self.emission_factor - 1),
            transport=self.transport**share,
            stocks=base.stocks + share * (self.stocks - base.stocks),
            labour_force=self.labour_force**share,
            capital_stock=self.capital_stock**share,
            transfers=base.transfers + share * (self.transfers - base.transfers),
            recipe=None if self.recipe is None else base.flows + share * (self.recipe - base.flows),
            barred=None if self.barred is None else 1 + share * (self.barred - 1),
        )


@dataclass(frozen=True, eq=False)
class Closure:
    """What holds where the table does not say.

    `labour_supply` (R) is the elasticity of work to the real wage, 0 full employment and infinite a fixed real wage;
    capital stays in its industry or moves within its region; lending stays fixed in world prices, or lenders lend the
    base share of their income and the pool is shared as at base; `external_economies` (S): productivity grows with
    the industry's own output to this power.

    `capital_supply` (R) is the elasticity of the stock of capital (of an industry or a region) to its rental over the
    price of new capital, 0 a given stock; `labour_mobility` that of an industry's share of work to its wage, infinite
    one wage for all and 0 work that is tied to its industry; what the treasury collects is handed out, or stays as it
    was and a tax on labour's income makes up for the difference; stocks are fixed volumes, or what is taken out of them
    follows the sales of who made it.
    """

    labour_supply: Array
    capital: Capital
    lending: Lending
    external_economies: Array
    capital_supply: Array
    labour_mobility: float
    treasury: Treasury
    stocks: Stocks

    @classmethod
    def of(
        cls,
        base: Base,
        *,
        labour_supply: float | Array = 0.0,
        capital: Capital = "by industry",
        lending: Lending = "pooled",
        external_economies: float | Array = 0.0,
        capital_supply: float | Array = 0.0,
        labour_mobility: float = np.inf,
        treasury: Treasury = "lump sum",
        stocks: Stocks = "fixed",
        products: Sequence[str] = (),
    ) -> Closure:
        """One number for all regions or products, or one each; `products` name them for a refusal.

        Raises InputError where the answer would not be the only one: external economies that are as strong as sources
        replace each other, or work that neither moves nor can be replaced.
        """
        external = np.broadcast_to(np.asarray(external_economies, float), base.products).copy()
        _require_one_answer(base, external, labour_mobility, products)
        return cls(
            labour_supply=np.broadcast_to(np.asarray(labour_supply, float), base.regions).copy(),
            capital=capital,
            lending=lending,
            external_economies=external,
            capital_supply=np.broadcast_to(np.asarray(capital_supply, float), base.regions).copy(),
            labour_mobility=labour_mobility,
            treasury=treasury,
            stocks=stocks,
        )


def _require_one_answer(base: Base, external: Array, mobility: float, products: Sequence[str]) -> None:
    strength = external * (base.elasticities.sourcing - 1)
    if (strength >= 1).any():
        worst = int(strength.argmax())
        power, elasticity = external[worst], base.elasticities.sourcing[worst]
        raise InputError(
            Problem(
                f"external economies of {products[worst] if products else f'product {worst + 1}'}",
                f"{power:g} × ({elasticity:g} − 1) is {strength[worst]:.3g}, and 1 or more has many answers: an "
                "industry that grows outsells all others.",
                f"Choose less than {1 / (elasticity - 1):.3g}, or an elasticity among sources below "
                f"{1 + 1 / power:.3g}.",
            )
        )
    if mobility + base.elasticities.factors <= 0:
        what = "is 0 and labour is not replaced by capital either: no wage makes an industry take just its own."
        raise InputError(Problem("labour mobility", what, "Choose more than 0, or an elasticity of factors above 0."))
