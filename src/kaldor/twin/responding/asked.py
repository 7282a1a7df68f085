"""What levers ask of an equilibrium, as one shock: recipes, needs, taxes, prices of carbon, wages, productivity.

Whatever a lever does to flows and levies enters as it is at base prices: changed recipes are the new centres of the
nests, added costs that go to capital and labour are more of both for each unit of output, what a treasury takes or
pays is a tax on output, and emissions per unit are what the levers leave. What has another meaning once prices respond
the levers say themselves (`Change.where_prices_respond`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import CO2, Read, final_buyers
from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.shock import Shock
from kaldor.twin.change import Change
from kaldor.twin.levies import Positions

_ROUNDING = 1e-12


@dataclass(eq=False)
class Asked:
    """Gathers what levers ask, in the table's money and positions; `shock` is what it comes to."""

    economy: Economy
    read: Read
    base: Base
    said: list[str] = field(init=False, default_factory=list)
    _shock: Shock = field(init=False)
    _left: Array = field(init=False)
    _more: list[tuple[int, Array, Array]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Nothing is asked yet."""
        self._shock = Shock.none(self.base)
        R, S = self.base.regions, self.base.products
        self._left = np.ones((S, R, R))

    # -- what levers ask -----------------------------------------------------------------------------------------------

    def price_carbon(self, industries: Positions, price: float) -> None:
        """Industries pay for each kt that they emit, in the table's money, indexed to what households pay."""
        added = np.zeros_like(self._shock.carbon_price)
        region, sector = self._places(industries)
        added[region, sector] = price * self.read.million
        self._shock = replace(self._shock, carbon_price=self._shock.carbon_price + added)

    def raise_wages(self, industries: Positions, factor: Array) -> None:
        """Industries pay their workers this many times the wage of their region."""
        self._shock = replace(self._shock, wage_wedge=self._scaled(self._shock.wage_wedge, industries, factor))

    def raise_labour_productivity(self, industries: Positions, factor: Array) -> None:
        """Industries make this many times as much with a worker."""
        raised = self._scaled(self._shock.labour_productivity, industries, factor)
        self._shock = replace(self._shock, labour_productivity=raised)

    def charge_imports(self, makers: Positions, rate: Array, buyers: Sequence[str]) -> None:
        """Regions charge what they buy of makers elsewhere, by a rate on its price (one for each)."""
        tariffs = self._shock.tariffs.copy()
        region, sector = self._places(makers)
        for buyer in (self.economy.region_position(one) for one in buyers):
            tariffs[region, sector, buyer] += np.where(region == buyer, 0.0, rate)
        self._shock = replace(self._shock, tariffs=tariffs)

    def tax_exports(self, makers: Positions, rate: float, buyers: Sequence[str]) -> None:
        """Regions of the makers take a rate on the price of what some regions buy; below 0 they pay."""
        taxes = self._shock.export_tax.copy()
        region, sector = self._places(makers)
        for buyer in (self.economy.region_position(one) for one in buyers):
            taxes[region, sector, buyer] += np.where(region == buyer, 0.0, rate)
        self._shock = replace(self._shock, export_tax=taxes)

    def bar(self, makers: Positions, share: float, buyers: Sequence[str]) -> None:
        """Some regions no longer get a share of what they get of the makers, for good."""
        region, sector = self._places(makers)
        for buyer in (self.economy.region_position(one) for one in buyers):
            self._left[sector, buyer, region] *= np.where(region == buyer, 1.0, 1 - share)

    def need_more(self, product: int, by_industry: Array, by_final: Array) -> None:
        """Users need more of a product for the same: per unit of output (regions × n), and in all (regions × m)."""
        self._more.append((product, by_industry * self.economy.x, by_final))

    # -- what it comes to ----------------------------------------------------------------------------------------------

    def shock(self, change: Change) -> Shock:
        """The shock of a finished change, with all that its levers asked for."""
        for act in change.responding:
            act(self, change)
        shock = self._shock
        recipe = self._recipe(change)
        shock, recipe = self._barred(shock, recipe)
        taxes, needs = self._levies(change)
        shock = replace(shock, recipe=recipe, output_tax=shock.output_tax + taxes, factor_need=needs)
        return replace(shock, emission_factor=self._emission_factor(change, recipe))

    def _recipe(self, change: Change) -> Array | None:
        """Flows at base prices after the levers (product, buyer's region, supplier, buyer); None where as before."""
        economy, R, S = self.economy, self.base.regions, self.base.products
        inputs = [(product, block * economy.x) for product, block in change.moved_inputs()]
        final = list(change.moved_final())
        inputs += [(product, by_industry) for product, by_industry, _ in self._more]
        final += [(product, change.at_tables_size(by_final)) for product, _, by_final in self._more]
        if not inputs and not final:
            return None
        recipe = self.base.flows.copy()
        for product, moved in inputs:
            recipe[product, :, :, :S] += self.read.million * moved.reshape(R, R, S).transpose(1, 0, 2)
        buyers = final_buyers(economy)
        for product, moved in final:
            by_demand = moved.reshape(R, R, len(economy.demands))
            grouped = np.stack([by_demand[..., own].sum(axis=-1) for own in buyers], axis=-1)
            recipe[product, :, :, S:] += self.read.million * grouped.transpose(1, 0, 2)
        made = economy.has_output.reshape(R, S).T
        for product in {product for product, _ in (*inputs, *final)}:
            # Nobody can turn to who makes nothing. All other products are the base's, which has neither fault.
            recipe[product] = np.maximum(recipe[product] * made[product, :, None], 0.0)
        return recipe

    def _barred(self, shock: Shock, recipe: Array | None) -> tuple[Shock, Array | None]:
        """The shock with what is left of suppliers' weights, and the recipe of who must buy as its region does."""
        if (self._left == 1).all():
            return shock, recipe
        cut = np.broadcast_to(self._left[..., None], self.base.flows.shape)
        found = bars(self.base, cut, self.economy.sectors, self.economy.regions)
        for product, region in found.exempt:
            where = f"{self.economy.sectors[product]} of {self.economy.regions[region]}"
            self.said.append(f"Exempt from the ban, small and without another maker: {where}.")
        if found.recipe is not None:
            recipe = found.recipe if recipe is None else np.maximum(recipe + found.recipe - self.base.flows, 0.0)
        return replace(shock, barred=found.barred, stocks=found.stocks), recipe

    def _levies(self, change: Change) -> tuple[Array, Array]:
        """Rates on cost that treasuries take, and how many times as much capital and labour a unit needs (R, S)."""
        base, million = self.base, self.read.million
        shape = base.output.shape
        taken, paid = np.zeros(shape), np.zeros(shape)
        for levy in change.lasting_levies:
            amount = million * (levy.rate * self.economy.x).reshape(shape)
            if levy.recipient == "treasury":
                taken += amount
            elif levy.recipient == "factors":
                paid += amount
        factors = base.labour + base.capital
        return taken / base.cost, 1 + np.divide(paid, factors, out=np.zeros(shape), where=factors > 0)

    def _emission_factor(self, change: Change, recipe: Array | None) -> Array:
        """How many times as much users (R, S + K) emit for a unit of fuel and of process, so that a unit of output of
        an industry emits at base prices what the levers leave of it."""
        base, S = self.base, self.base.products
        factor = np.ones_like(base.carbon_price)
        cleaner = change.start.intensities.get(CO2)
        moved = CO2 in change.moved_extensions or recipe is not None or cleaner is not None
        if CO2 not in self.read.extensions or not moved:
            return factor
        if cleaner is not None:
            factor[:, S:] *= cleaner[:, None]
        paid = (base.paid if recipe is None else base.purchasers_value(recipe))[..., :S]
        emitted = (base.fuel_carbon[..., :S] * paid).sum(axis=0) + base.process_carbon * base.output
        meant = (change.intensity(CO2) * self.economy.x).reshape(base.output.shape)
        made = self.economy.has_output.reshape(base.output.shape)  # what stands in others stays
        differs = made & (emitted > 0) & (np.abs(meant - emitted) > _ROUNDING * emitted)
        factor[:, :S] = np.divide(meant, emitted, out=factor[:, :S].copy(), where=differs)
        return factor

    # -- places --------------------------------------------------------------------------------------------------------

    def _places(self, industries: Positions) -> tuple[Positions, Positions]:
        return np.divmod(industries, self.base.products)

    def _scaled(self, values: Array, industries: Positions, factor: Array) -> Array:
        scaled = values.copy()
        scaled[self._places(industries)] *= factor
        return scaled
