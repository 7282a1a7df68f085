"""The equations: prices from costs, quantities from prices, and what is left of each balance.

Unknowns are logs of ratios to the base: prices net of what the industry's own process is charged and outputs by
industry (R, S), wages, final spending and the price of households' basket by region (R), and rentals by region where
capital moves. Where capital stays in its industry its rental follows industry by industry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.industries import (
    activity_at,
    efficiency,
    factor_prices,
    per_unit,
    price_of_bundle,
    price_of_factors,
)
from kaldor.economy.equilibrium.nests import price_of
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.work import labour_residual
from kaldor.errors import NotConvergedError

_LOST = 1e-12  # of a weight: less is the rounding of a sum


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Logs of ratios to the base: net price, output (R, S); wage, spending, households (R); rental (R, S) or (R, 1)."""

    net: Array
    output: Array
    wage: Array
    spending: Array
    households: Array
    rental: Array

    @classmethod
    def base(cls, scenario: Scenario) -> Unknowns:
        """Nothing changed."""
        shape = scenario.base.output.shape
        wide = shape if scenario.closure.capital == "by industry" else (shape[0], 1)
        region = np.zeros(shape[0])
        return cls(np.zeros(shape), np.zeros(shape), region, region, region, np.zeros(wide))

    def flat(self, *, mobile: bool) -> Array:
        """All unknowns in a row, in the order of the equations; rentals only where they are asked for."""
        parts = [self.net.ravel(), self.output.ravel(), self.wage, self.spending, self.households]
        return np.concatenate([*parts, self.rental.ravel()] if mobile else parts)

    def moved(self, step: Array, *, mobile: bool) -> Unknowns:
        """These with a step of the shape of `flat` added."""
        n, regions = self.net.size, len(self.wage)
        ends = np.cumsum([n, n, regions, regions, regions])
        net, output, wage, spending, households, rental = np.split(step, ends)
        return Unknowns(
            self.net + net.reshape(self.net.shape),
            self.output + output.reshape(self.output.shape),
            self.wage + wage,
            self.spending + spending,
            self.households + households,
            self.rental + rental[:, None] if mobile else self.rental,
        )


@dataclass(frozen=True, eq=False)
class Prices:
    """Logs of prices over base: `producers` (R, S), `delivered` (S, R buyer, R supplier), `composite` and the same
    `with_carbon` (S, R, S + K), the industries' nests, wages and rentals (R, S), the final categories' (R, K); of all
    consumption and of new capital (R)."""

    producers: Array
    delivered: Array
    composite: Array
    with_carbon: Array
    energy: Array
    materials: Array
    factors: Array
    bundle: Array
    cost: Array
    wage: Array
    rental: Array
    final: Array
    consumption: Array
    new_capital: Array


def prices_at(scenario: Scenario, at: Unknowns) -> Prices:
    """Every price that follows from producers' prices, outputs, wages and rentals."""
    base, shock, e = scenario.base, scenario.shock, scenario.base.elasticities
    S = base.products
    charge = scenario.abatement[0] * np.exp(at.households)[:, None]
    producers = np.log(scenario.net_share * np.exp(at.net) + charge)
    delivered = producers.T[:, None, :] + scenario.duty
    composite = _composites(scenario, delivered)
    with_carbon = _with_carbon(scenario, composite, at.households)
    own = with_carbon[..., :S]
    energy = np.where(scenario.energy_share > 0, price_of(scenario.fuel_weights, own, e.fuels), 0.0)
    materials = np.where(scenario.material_share > 0, price_of(scenario.material_weights, own, e.materials), 0.0)
    size = np.where(scenario.final_size > 0, scenario.final_size, 1.0)
    final = np.log(size) + price_of(scenario.final_weights, with_carbon[..., S:], e.final)
    consumption = (scenario.spending_shares * final).sum(axis=1)
    new_capital = consumption if base.investment is None else final[:, base.investment]
    wage, rental = factor_prices(scenario, at, energy, new_capital)
    factors = price_of_factors(scenario, wage + np.log(shock.wage_wedge / shock.labour_productivity), rental)
    bundle = price_of_bundle(scenario, factors, energy)
    top = np.stack([scenario.factor_share + scenario.energy_share, scenario.material_share]) / scenario.size
    cost = np.log(scenario.size) + price_of(top, np.stack([bundle, materials]), e.top) - efficiency(scenario, at.output)
    return Prices(
        producers=producers,
        delivered=delivered,
        composite=composite,
        with_carbon=with_carbon,
        energy=energy,
        materials=materials,
        factors=factors,
        bundle=bundle,
        cost=cost,
        wage=wage,
        rental=rental,
        final=final,
        consumption=consumption,
        new_capital=new_capital,
    )


def _composites(scenario: Scenario, delivered: Array) -> Array:
    """Prices of what each buyer takes of each product from all source regions; σ may be 1 for some products."""
    sigma = scenario.base.elasticities.sourcing
    power = (1 - sigma)[:, None, None]
    exact = power != 0
    grown = np.where(exact, np.expm1(np.where(exact, power, 1.0) * delivered), delivered)
    total = scenario.composite(scenario.base_duty * grown)
    missing = np.where(scenario.paid > 0, scenario.left - 1, 0.0)
    if (exact & (missing + total <= -1)).any() or (~exact & (missing < -_LOST)).any():
        raise NotConvergedError("A buyer is left without any supplier of a product.")
    with np.errstate(invalid="ignore"):
        return np.where(exact, np.log1p(np.where(exact, total + missing, 0.0)) / np.where(exact, power, 1.0), total)


def _with_carbon(scenario: Scenario, composite: Array, households: Array) -> Array:
    """Composites with the carbon price of their fuel, which is indexed to what households pay."""
    carbon = scenario.fuel_carbon
    charge = carbon * scenario.shock.carbon_price * np.exp(households)[:, None]
    return np.asarray(np.log((np.exp(composite) + charge) / (1 + carbon * scenario.base.carbon_price)))


@dataclass(frozen=True, eq=False)
class Quantities:
    """Volumes: `demand` (S, R, S + K) of composites over base, `sent` (R supplier, S, R buyer) at base prices, `labour`
    and `capital` (R, S) at base factor prices, `stocks` (R supplier, S, R) that do not answer prices; `emitted` (R,
    S + K); `income` and what was lent (R), income's parts by name."""

    demand: Array
    sent: Array
    labour: Array
    capital: Array
    stocks: Array
    emitted: Array
    income: Array
    parts: dict[str, Array]
    transfers: Array

    @property
    def emissions(self) -> Array:
        """Emissions on each region's ground (R)."""
        return np.asarray(self.emitted.sum(axis=1))


def quantities_at(scenario: Scenario, at: Unknowns, prices: Prices) -> Quantities:
    """Everything that is bought, employed, emitted and earned at these prices, outputs and spending."""
    base, shock, e = scenario.base, scenario.shock, scenario.base.elasticities
    net = per_unit(scenario, at.net) - np.log(scenario.size)
    activity = activity_at(scenario, at.output)
    materials = activity + e.top * (net - prices.materials)
    bundle = activity + e.top * (net - prices.bundle)
    factors = bundle + e.energy_against_factors * (prices.bundle - prices.factors)
    energy = bundle + e.energy_against_factors * (prices.bundle - prices.energy)
    own = prices.with_carbon[..., : base.products]
    industries = np.where(
        scenario.energy[:, None, :],
        energy + e.fuels * (prices.energy - own),
        materials + e.materials * (prices.materials - own),
    )
    demand = np.concatenate([np.exp(industries), _final_demand(scenario, at, prices)], axis=2)
    sent = _sent(scenario, prices, demand)
    wage = prices.wage + np.log(shock.wage_wedge)
    raised = np.log(shock.labour_productivity)
    labour = scenario.labour * np.exp(factors + e.factors * (prices.factors + raised - wage) - raised)
    capital = scenario.capital * np.exp(factors + e.factors * (prices.factors - prices.rental))
    output = base.output * np.exp(at.output)
    emitted = (scenario.fuel_carbon * scenario.paid * demand).sum(axis=0)
    emitted[:, : base.products] += scenario.abatement[1] * output
    value = np.exp(prices.producers)[:, :, None] * sent
    parts = {
        "labour": (np.exp(wage) * labour).sum(axis=1),
        "capital": (np.exp(prices.rental) * capital).sum(axis=1),
        "tariffs": (shock.tariffs * (1 + shock.export_tax) * value).sum(axis=(0, 1)),
        "export taxes": (shock.export_tax * value).sum(axis=(1, 2)),
        "output taxes": ((base.output_tax + shock.output_tax) * net_value(scenario, at)).sum(axis=1),
        "carbon price": np.exp(at.households) * (shock.carbon_price * emitted).sum(axis=1),
    }
    income = np.asarray(sum(parts.values()))
    return Quantities(
        demand, sent, labour, capital, _stocks(scenario, at), emitted, income, parts, _transfers(scenario, income)
    )


def _stocks(scenario: Scenario, at: Unknowns) -> Array:
    stocks = scenario.shock.stocks
    if scenario.closure.stocks == "fixed":
        return stocks
    return np.where(stocks < 0, stocks * np.exp(at.output)[:, :, None], stocks)


def net_value(scenario: Scenario, at: Unknowns) -> Array:
    """What industries keep of their sales after output taxes and what their process is charged (R, S)."""
    return np.asarray(scenario.base.cost * np.exp(per_unit(scenario, at.net) + at.output))


def _final_demand(scenario: Scenario, at: Unknowns, prices: Prices) -> Array:
    """Volumes of final buyers over base (S, R, K); households' basket is also what abatement is bought in."""
    base = scenario.base
    value = base.spending.sum(axis=1) * np.exp(at.spending)
    baskets = scenario.spending_shares * value[:, None] / np.exp(prices.final)
    baskets[:, 0] += abatement_baskets(scenario, at)
    rise = np.divide(baskets, base.spending, out=np.zeros_like(baskets), where=base.spending > 0)
    size = np.where(scenario.final_size > 0, scenario.final_size, 1.0)
    relative = prices.final - np.log(size) - prices.with_carbon[..., base.products :]
    return np.asarray(rise * np.exp(base.elasticities.final * relative))


def abatement_baskets(scenario: Scenario, at: Unknowns) -> Array:
    """What regions spend on averting process emissions, in households' baskets (R): bought, and nobody's income."""
    charge, emitted = scenario.abatement
    cost = charge - emitted * scenario.process_price
    return np.asarray((cost * scenario.base.output * np.exp(at.output)).sum(axis=1))


def _sent(scenario: Scenario, prices: Prices, demand: Array) -> Array:
    """Volumes that leave each supplier for each region, what is lost on the way included (R, S, R)."""
    sigma = scenario.base.elasticities.sourcing[:, None, None]
    pull = demand * np.exp(sigma * prices.composite)
    taken = np.matmul(scenario.flows, pull[..., None])[..., 0]  # product, buyer's region, supplier's
    away = np.exp(-sigma * prices.delivered).transpose(2, 0, 1) * scenario.shock.transport
    return np.asarray(taken.transpose(2, 0, 1) * away)


def _transfers(scenario: Scenario, income: Array) -> Array:
    base = scenario.base
    fixed = scenario.shock.transfers
    if scenario.closure.lending == "fixed":
        return fixed
    lent = np.where(fixed < 0, fixed * income / base.income, 0.0)
    borrowed = np.where(fixed > 0, fixed, 0.0)
    return np.asarray(lent - borrowed * lent.sum() / max(borrowed.sum(), np.finfo(float).tiny))


def residuals_at(scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> Array:
    """Logs by which each equation is missed: prices, goods, labour, budgets (one the numeraire), baskets, capital."""
    base, closure = scenario.base, scenario.closure
    price = per_unit(scenario, at.net) - prices.cost
    wanted = volumes.sent.sum(axis=2) + volumes.stocks.sum(axis=2)
    goods = at.output - np.log(np.maximum(wanted, np.finfo(float).tiny) / base.output)
    spendable = np.maximum(affordable(prices, volumes), np.finfo(float).tiny)
    budget = at.spending - np.log(spendable / base.spending.sum(axis=1))
    budget[numeraire_row(scenario)] = base.spending.sum(axis=1) @ prices.consumption / base.spending.sum()
    basket = at.households - prices.final[:, 0]
    parts = [price.ravel(), goods.ravel(), labour_residual(scenario, at, prices, volumes), budget, basket]
    if closure.capital == "mobile":
        stock = np.log(volumes.capital.sum(axis=1) / (base.capital.sum(axis=1) * scenario.shock.capital_stock))
        parts.append(stock - closure.capital_supply * (at.rental[:, 0] - prices.new_capital))
    return np.concatenate(parts)


def numeraire_row(scenario: Scenario) -> int:
    """The region whose budget is not asked for: by Walras's law it holds when all others do."""
    return int(np.argmax(scenario.base.spending.sum(axis=1)))


def affordable(prices: Prices, volumes: Quantities) -> Array:
    """What each region can spend (R): income, what it is lent, less its stocks at their price."""
    stocks = (np.exp(prices.producers)[:, :, None] * volumes.stocks).sum(axis=(0, 1))
    return np.asarray(volumes.income + volumes.transfers - stocks)


def walras(scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> float:
    """By how much the one budget that was not asked for is missed, as a share of world spending."""
    spent = scenario.base.spending.sum(axis=1)
    missing = spent * np.exp(at.spending) - affordable(prices, volumes)
    return float(np.abs(missing).max() / spent.sum())
