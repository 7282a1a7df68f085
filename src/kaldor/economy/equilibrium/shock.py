"""What is changed of an equilibrium, and how it closes: plain arrays and three choices, each with a neutral default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base

Capital = Literal["by industry", "mobile"]
Lending = Literal["fixed", "pooled"]


@dataclass(frozen=True, eq=False)
class Shock:
    """Changes against the base, each of the shape that it acts on; `none` changes nothing.

    By industry (R, S): `productivity`, `labour_productivity` and `wage_wedge` (paid to workers) are factors,
    `output_tax` is added to the base's rate; `factor_need` and `labour_need` are factors on what a unit of output takes
    of labour and capital, or of labour alone. By user (R, S + K): `carbon_price` in place of the base's,
    `emission_factor` on what a unit of fuel or of process emits. By supplier and buyer (R, S, R): `tariffs` in place of
    the base's, `export_tax` rates that the supplier's region collects (a rent where they stand for one), `transport`
    units sent for one that arrives. By region (R): `transfers` in place of the base's, `labour_force` factors. By flow
    (S, R buyer, R supplier, S + K): `recipe` at base prices in place of the base's, `barred` factors on suppliers'
    weights that the others' weights do not make up for.

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
    labour_force: Array
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
            labour_force=np.ones(base.regions),
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
            labour_force=self.labour_force**share,
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
    """

    labour_supply: Array
    capital: Capital
    lending: Lending
    external_economies: Array

    @classmethod
    def of(
        cls,
        base: Base,
        *,
        labour_supply: float | Array = 0.0,
        capital: Capital = "by industry",
        lending: Lending = "pooled",
        external_economies: float | Array = 0.0,
    ) -> Closure:
        """One number for all regions or products, or one each."""
        return cls(
            labour_supply=np.broadcast_to(np.asarray(labour_supply, float), base.regions).copy(),
            capital=capital,
            lending=lending,
            external_economies=np.broadcast_to(np.asarray(external_economies, float), base.products).copy(),
        )
