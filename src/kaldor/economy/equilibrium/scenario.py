"""A base under a shock: the centres and weights of every nest, made once and read by each evaluation."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.shock import Closure, Shock


class Scenario:
    """What the equations read that does not depend on prices.

    `flows` are the base's under the recipe and the bars; `paid` those of the recipe alone, the centre of the nests;
    `labour` and `capital` (R, S) what industries take at base prices, `fuel_carbon` (S, R, S + K) what a fuel emits;
    `inputs` (S, R, S) spending on inputs, `energy_share`, `material_share`, `factor_share` (R, S) of base cost,
    `size` (R, S) their sum: 1 at the base's centres.
    """

    def __init__(self, base: Base, shock: Shock, closure: Closure) -> None:
        self.base, self.shock, self.closure = base, shock, closure
        recipe = base.flows if shock.recipe is None else shock.recipe
        self.flows = recipe if shock.barred is None else recipe * shock.barred
        self.paid = base.paid if shock.recipe is None else base.purchasers_value(recipe)
        self.fuel_carbon = base.fuel_carbon * shock.emission_factor
        self.worth = self.paid * (1 + self.fuel_carbon * base.carbon_price)
        paid = self.paid if shock.barred is None else base.purchasers_value(self.flows)
        self._per_paid = np.divide(1.0, self.paid, out=np.zeros_like(self.paid), where=self.paid > 0)
        self.left = paid * self._per_paid  # weight that is left of each composite's suppliers
        products = base.products
        self.inputs = self.worth[..., :products]
        self.final = self.worth[..., products:]
        self.energy = np.broadcast_to(base.energy, (products, products))
        self.energy_share = (self.inputs * self.energy[:, None, :]).sum(axis=0) / base.cost
        self.material_share = (self.inputs * ~self.energy[:, None, :]).sum(axis=0) / base.cost
        self.labour = base.labour * shock.factor_need * shock.labour_need
        self.capital = base.capital * shock.factor_need
        self.factor_share = (self.labour + self.capital) / base.cost
        self.size = self.factor_share + self.energy_share + self.material_share
        self.labour_share = self.labour / np.maximum(self.labour + self.capital, np.finfo(float).tiny)
        self.final_size = _ratio(self.final.sum(axis=0), base.spending)

    @cached_property
    def duty(self) -> Array:
        """Purchasers' price of a unit over its base, but for the producer's own price: (S, R buyer, R supplier)."""
        shock = self.shock
        factor = shock.transport * (1 + shock.export_tax) * (1 + shock.tariffs) / (1 + self.base.tariffs)
        return np.log(factor).transpose(1, 2, 0)

    @cached_property
    def base_duty(self) -> Array:
        """One and the base's tariff: (S, R buyer, R supplier)."""
        return (1 + self.base.tariffs).transpose(1, 2, 0)

    @cached_property
    def net_share(self) -> Array:
        """Of an industry's price at base, what its own process is not charged (R, S)."""
        return np.asarray(1 - self.base.process_carbon * self.base.carbon_price[:, : self.base.products])

    @cached_property
    def unsold(self) -> NDArray[np.bool_]:
        """Industries whose product nobody buys, stocks apart (R, S): no price makes them make more or less."""
        return np.asarray(~self.flows.any(axis=(1, 3)).T)

    @cached_property
    def fuel_weights(self) -> Array:
        """Shares of each product in an industry's energy, 0 for materials (S, R, S)."""
        return self._within(self.energy)

    @cached_property
    def material_weights(self) -> Array:
        """Shares of each product in an industry's materials, 0 for energy (S, R, S)."""
        return self._within(~self.energy)

    @cached_property
    def final_weights(self) -> Array:
        """Shares of each product in a final category's spending (S, R, K)."""
        return _ratio(self.final, self.final.sum(axis=0))

    @cached_property
    def spending_shares(self) -> Array:
        """Shares of each final category in a region's spending at base (R, K); they are kept."""
        spending = self.base.spending
        return spending / spending.sum(axis=1, keepdims=True)

    @cached_property
    def abatement(self) -> tuple[Array, Array]:
        """What a unit of output pays in real terms for process emissions, and what it emits then (R, S)."""
        before, now = self.base.carbon_price[:, : self.base.products], self.process_price
        process = self.base.process_carbon * self.shock.emission_factor[:, : self.base.products]
        slope, rise = self.base.abatement_slope, now - before
        flat = np.where(slope > 0, slope, 1.0)
        averted = np.where(slope > 0, -np.expm1(-flat * rise) / flat, rise)
        return np.asarray(process * (before + averted)), np.asarray(process * np.exp(-slope * rise))

    @property
    def process_price(self) -> Array:
        """What each industry pays per unit that its process emits (R, S)."""
        return self.shock.carbon_price[:, : self.base.products]

    def composite(self, weighted_by: Array) -> Array:
        """Σ over suppliers of flows × a factor (S, R buyer, R supplier), by what was paid at base: (S, R, S + K)."""
        return np.asarray(np.matmul(weighted_by[:, :, None, :], self.flows)[:, :, 0, :] * self._per_paid)

    def _within(self, kind: NDArray[np.bool_]) -> Array:
        part = self.inputs * kind[:, None, :]
        return _ratio(part, part.sum(axis=0))


def _ratio(part: Array, whole: Array) -> Array:
    whole = np.broadcast_to(whole, np.broadcast_shapes(part.shape, whole.shape))
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole != 0)
