"""A scenario's equilibrium in the words and units of the table: output, jobs, income, prices, emissions.

What the table says before stays what it says; the equilibrium gives the change. Money goes back to the table's unit at
base prices, by region and by industry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.equilibrium.accounts_of import CO2, Read
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.prepared import Choice
from kaldor.economy.equilibrium.sets import elasticities_of
from kaldor.economy.equilibrium.solver import Point
from kaldor.economy.equilibrium.work import labour_tax
from kaldor.economy.solve import solver_of
from kaldor.twin.order import Order
from kaldor.twin.responding.closing import Sourcing
from kaldor.twin.responding.grown import Grown

_TOLERANCE = 1e-12
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Answer:
    """One balance of an economy. Industries are rows of the table (n), regions in its order (R).

    `why` is what makes buyers turn to other countries; `said` what must be said of it.
    """

    economy: Economy
    read: Read = field(repr=False)
    choice: Choice
    why: Sourcing
    point: Point = field(repr=False)
    orders: tuple[Order, ...] = field(repr=False, default=())
    said: tuple[str, ...] = ()
    grown: Grown | None = field(repr=False, default=None)
    """What has grown besides; None in the table's own year."""

    # -- money and volumes by region -----------------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> Outcomes:
        """What regions gain and lose, in million dollars (R)."""
        return outcomes_of(self.point)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What is estimated or left out of the table, and what its elasticities do not tell apart."""
        return (*self.read.notes, *elasticities_of(self.choice.set, self.economy)[1])

    def money(self, amount: Array) -> Array:
        """An amount in million dollars, in the table's unit."""
        return np.asarray(amount / self.read.million)

    @cached_property
    def level(self) -> Array:
        """Price of what a region's final users buy, over base (R)."""
        return np.exp(self.point.prices.consumption)

    @cached_property
    def earned(self) -> Array:
        """What capital and labour of each industry earn (n), at base prices of their region's final use."""
        point, base = self.point, self.point.scenario.base
        wage = np.exp(point.prices.wage) * point.scenario.shock.wage_wedge
        income = wage * point.volumes.labour + np.exp(point.prices.rental) * point.volumes.capital
        idle = base.output <= 0
        return self.money(np.where(idle, 0.0, income / self.level[:, None])).ravel()

    @cached_property
    def factor_incomes(self) -> tuple[Array, Array]:
        """What labour, after any tax that the scenario switches on, and capital earn in each region (R), likewise."""
        parts = self.point.volumes.parts
        kept = parts["labour"] - self._tax_on_labour
        return self.money(kept / self.level), self.money(parts["capital"] / self.level)

    @cached_property
    def _tax_on_labour(self) -> Array:
        volumes = self.point.volumes
        return labour_tax(self.point.scenario, self.point.prices, volumes) * volumes.parts["labour"]

    @cached_property
    def taxes(self) -> dict[str, Array]:
        """What treasuries take in by kind (R), at base prices of final use; what they pay out is negative.

        Levies of the scenario stand by themselves: the price of carbon, added tariffs and taxes on exports, subsidies
        and other taxes on output; all others are those of the table.
        """
        point, shock, base = self.point, self.point.scenario.shock, self.point.scenario.base
        parts = point.volumes.parts
        sent = np.exp(point.prices.producers)[:, :, None] * point.volumes.sent * (1 + shock.export_tax)
        tariffs = ((shock.tariffs - base.tariffs) * sent).sum(axis=(0, 1))
        net = base.cost * np.exp(point.at.net - np.log1p(shock.output_tax / (1 + base.output_tax)) + point.at.output)
        added = shock.output_tax * net
        taken, paid = np.maximum(added, 0).sum(axis=1), np.minimum(added, 0).sum(axis=1)
        found = {
            "price of carbon": parts["carbon price"],
            "tariffs": tariffs,
            "taxes on exports": parts["export taxes"],
            "taxes on output": taken,
            "subsidies": paid,
            "tax on labour": self._tax_on_labour,
            "taxes of the table": parts["tariffs"] - tariffs + parts["output taxes"] - taken - paid,
        }
        return {name: self.money(amount / self.level) for name, amount in found.items()}

    # -- industries ----------------------------------------------------------------------------------------------------

    @cached_property
    def output_ratio(self) -> Array:
        """Output over base, in volumes (n)."""
        return np.exp(self.point.at.output).ravel()

    @cached_property
    def jobs_ratio(self) -> Array:
        """Jobs over base (n), where a worker of each region does as much in all industries."""
        return self._work_ratio / np.repeat(self._efficiency, self.point.scenario.base.products)

    @cached_property
    def jobs(self) -> Array:
        """Jobs over base (R)."""
        return np.asarray((1 + self.outcomes.jobs) / self._efficiency)

    @cached_property
    def real_wage(self) -> Array:
        """What a worker earns over base, against the price of what households buy (R)."""
        return np.asarray((1 + self.outcomes.real_wage) * self._efficiency)

    @cached_property
    def _work_ratio(self) -> Array:
        """Work over base (n), in what a worker of the table's year did; where the table shows none, as output."""
        base = self.point.scenario.base.labour
        ratio = np.divide(self.point.volumes.labour, base, out=np.exp(self.point.at.output), where=base > 0)
        return ratio.ravel()

    @cached_property
    def _efficiency(self) -> Array:
        return np.ones(self.point.scenario.base.regions) if self.grown is None else self.grown.efficiency

    @cached_property
    def pay_ratio(self) -> Array:
        """What labour earns over base (n), at base prices of its region's final use."""
        wage = np.exp(self.point.prices.wage) * self.point.scenario.shock.wage_wedge / self.level[:, None]
        return self._work_ratio * wage.ravel()

    @cached_property
    def value_added_change(self) -> Array:
        """Change of value added as a volume (n): output less inputs, both at base prices (double deflation)."""
        base, S = self.point.scenario.base, self.point.scenario.base.products
        before = base.flows[..., :S].sum(axis=(0, 2))
        after = self._taken.sum(axis=0)[:, :S]
        change = base.output * np.expm1(self.point.at.output) - (after - before)
        return self.money(change).ravel()

    @cached_property
    def real_price(self) -> Array:
        """Producers' prices over base, against what the region's final users buy (n)."""
        return np.exp(self.point.prices.producers - self.point.prices.consumption[:, None]).ravel()

    # -- emissions -----------------------------------------------------------------------------------------------------

    def emitted_change(self, amounts: Array) -> Array:
        """Change of what industries emit (n), in the extension's unit, from what the table says that they emit."""
        S = self.point.scenario.base.products
        emitted, before = self.point.volumes.emitted[:, :S].ravel(), self._emitted_before[:, :S].ravel()
        ratio = np.divide(emitted, before, out=np.ones_like(before), where=before > 0)
        return np.where(before > 0, amounts * (ratio - 1), emitted)

    @cached_property
    def burnt_before(self) -> Array:
        """What final users themselves emit in the equilibrium's base (R), in kt: no more than their fuel can burn."""
        return np.asarray(self._emitted_before[:, self.point.scenario.base.products :].sum(axis=1))

    @cached_property
    def burnt_change(self) -> Array:
        """Change of what final users themselves emit (R), in kt."""
        S = self.point.scenario.base.products
        return np.asarray(self.point.volumes.emitted[:, S:].sum(axis=1) - self.burnt_before)

    def behind_final_use(self, region: int) -> float:
        """What is emitted anywhere, in kt, for the final use of a region, its own emissions included."""
        own = self.point.volumes.emitted[region, self.point.scenario.base.products :].sum()
        return float((self._multipliers * self._taken_by_final(region)).sum() + own)

    @cached_property
    def _emitted_before(self) -> Array:
        base = self.point.scenario.base
        emitted = (base.fuel_carbon * base.paid).sum(axis=0)
        emitted[:, : base.products] += base.process_carbon * base.output
        return np.asarray(emitted)

    @cached_property
    def _multipliers(self) -> Array:
        """Emissions behind a unit of each product (R, S), by rounds of what industries buy after the change."""
        base, S = self.point.scenario.base, self.point.scenario.base.products
        output = base.output * np.exp(self.point.at.output)
        emitted = self.point.volumes.emitted[:, :S]
        own = emitted / output
        solver = solver_of(self.economy)
        found = solver.solve(own.reshape(-1), transposed=True).reshape(own.shape)
        for _ in range(_ROUNDS):
            missed = own - found + self._passed_on(found) / output
            if (np.abs(missed) * output).sum() <= _TOLERANCE * emitted.sum():  # idle industries weigh nothing
                break
            found = found + solver.solve(missed.reshape(-1), transposed=True).reshape(own.shape)
        return found

    def _passed_on(self, unit_costs: Array) -> Array:
        """What costs per unit of each product (R, S) come to in all that industries buy (R, S)."""
        S = self.point.scenario.base.products
        weighted = self._away * unit_costs.T[:, None, :]
        bought = np.matmul(weighted[:, :, None, :], self.point.scenario.flows[..., :S])[:, :, 0, :]
        return np.asarray((bought * self._pull[..., :S]).sum(axis=0))

    def _taken_by_final(self, region: int) -> Array:
        """What a region's final users take of each product (R supplier, S), volumes; stocks among them."""
        S = self.point.scenario.base.products
        flows = self.point.scenario.flows[:, region, :, S:]  # product, supplier, category
        taken = (flows * self._pull[:, region, None, S:]).sum(axis=2) * self._away[:, region]
        return np.asarray(taken.T + self.point.volumes.stocks[:, :, region])

    @cached_property
    def _taken(self) -> Array:
        """What each buyer takes of each product from all suppliers, volumes at base prices (S, R, S + K)."""
        flows = self.point.scenario.flows
        return np.asarray(np.matmul(self._away[:, :, None, :], flows)[:, :, 0, :] * self._pull)

    @cached_property
    def _pull(self) -> Array:
        sigma = self.point.scenario.base.elasticities.sourcing[:, None, None]
        return np.asarray(self.point.volumes.demand * np.exp(sigma * self.point.prices.composite))

    @cached_property
    def _away(self) -> Array:
        """What leaves suppliers for each region, what is lost on the way among it (S, R buyer, R supplier)."""
        sigma = self.point.scenario.base.elasticities.sourcing[:, None, None]
        lost = self.point.scenario.shock.transport.transpose(1, 2, 0)
        return np.asarray(np.exp(-sigma * self.point.prices.delivered) * lost)

    @property
    def knows_carbon(self) -> bool:
        """Whether emissions of the table are in the equilibrium."""
        return CO2 in self.read.extensions
