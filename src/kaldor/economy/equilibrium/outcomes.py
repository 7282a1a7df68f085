"""What a country gains and loses between the base and a new balance: income, spending, volumes, prices, work, carbon.

Real national income before transfers is the headline. Spending beyond income (transfers, lending) stands beside it,
never inside; welfare counts the worth of the hours that are worked more or less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.model import abatement_baskets
from kaldor.economy.equilibrium.solver import Point


@dataclass(frozen=True, eq=False)
class Outcomes:
    """By region (R), money in the table's unit at base prices.

    `income` before transfers; `spending` as equivalent variation; `welfare` net of the worth of more work; `volume`
    and `terms_of_trade` and `stocks_valued` are the exact parts of `income`; `jobs`, `real_wage`, `consumer_prices` and
    `gdp_volume` (Fisher) are shares of the base; `emissions` in the table's unit.
    """

    income: Array
    spending: Array
    welfare: Array
    volume: Array
    terms_of_trade: Array
    stocks_valued: Array
    jobs: Array
    real_wage: Array
    consumer_prices: Array
    gdp_volume: Array
    emissions: Array


def outcomes_of(point: Point) -> Outcomes:
    """All outcomes of a solved balance against its base."""
    scenario, base, volumes, prices = point.scenario, point.scenario.base, point.volumes, point.prices
    level = np.exp(prices.consumption)
    before = base.spending.sum(axis=1)
    consumed = before * np.exp(point.at.spending) / level
    spending = consumed - before
    income = volumes.income / level - base.income
    employed = volumes.labour.sum(axis=1) / base.labour.sum(axis=1)
    wage = point.at.wage + np.log((scenario.shock.wage_wedge * volumes.labour).sum(axis=1) / volumes.labour.sum(axis=1))
    volume, terms, stocks = _bennet(point, spending, level)
    return Outcomes(
        income=income,
        spending=spending,
        welfare=spending - _worth_of_work(point, employed),
        volume=volume,
        terms_of_trade=terms,
        stocks_valued=stocks,
        jobs=employed - 1,
        real_wage=np.expm1(wage - point.at.households),
        consumer_prices=np.expm1(point.at.households),
        gdp_volume=_fisher(point) - 1,
        emissions=volumes.emissions - base.emissions,
    )


def _worth_of_work(point: Point, employed: Array) -> Array:
    supply = point.scenario.closure.labour_supply
    answering = (supply > 0) & np.isfinite(supply)
    phi = np.where(answering, supply, 1.0)
    worth = phi / (1 + phi) * (employed ** ((1 + phi) / phi) - 1)
    return np.asarray(np.where(answering, point.scenario.base.labour.sum(axis=1) * worth, 0.0))


def _net_exports(sent: Array) -> Array:
    """By good and region that it is traded by (R, S, R): exports at home's price, imports negative."""
    R = len(sent)
    net = -sent.copy()
    home = np.arange(R)
    net[home, :, home] += sent.sum(axis=2)
    return net


def _bennet(point: Point, spending: Array, level: Array) -> tuple[Array, Array, Array]:
    """Volume, terms of trade and the worth of stocks: they add up to the change of real income exactly."""
    base, prices = point.scenario.base, point.prices
    before = _net_exports(base.flows.sum(axis=3).transpose(2, 0, 1) + base.stocks)
    after = _net_exports(point.volumes.sent + base.stocks)
    price = np.exp(prices.producers)[:, :, None] / level
    mean_price, mean_net = (1 + price) / 2, (before + after) / 2
    traded = (mean_price * (after - before)).sum(axis=(0, 1))
    terms = (mean_net * (price - 1)).sum(axis=(0, 1))
    stocks = (base.stocks * (price - 1)).sum(axis=(0, 1))
    return spending + traded, terms, stocks


def averted_share(point: Point) -> Array:
    """Of what households' basket is bought for, what averts process emissions (R)."""
    scenario = point.scenario
    averted = abatement_baskets(scenario, point.at)
    value = scenario.base.spending.sum(axis=1) * np.exp(point.at.spending)
    own = scenario.spending_shares[:, 0] * value / np.exp(point.at.households)
    return np.asarray(averted / (own + averted))


def _fisher(point: Point) -> Array:
    """Volume of GDP over base (R): final use at market prices, stocks, exports less imports."""
    scenario, base, prices = point.scenario, point.scenario.base, point.prices
    S = base.products
    price = np.exp(prices.producers)[:, :, None]
    paid = np.exp(point.prices.with_carbon[..., S:])
    use = scenario.paid[..., S:] * (1 + base.fuel_carbon[..., S:] * base.carbon_price[:, None])
    used = use * point.volumes.demand[..., S:]
    used[..., 0] *= 1 - averted_share(point)  # what averts emissions is no final use
    use_before = base.paid_with_carbon[..., S:]
    stocks = base.stocks
    before = _net_exports(base.flows.sum(axis=3).transpose(2, 0, 1) + stocks)
    after = _net_exports(point.volumes.sent + stocks)

    def value(use_: Array, net: Array, use_price: Array | float, price_: Array | float) -> Array:
        return np.asarray((use_ * use_price).sum(axis=(0, 2)) + ((net + stocks) * price_).sum(axis=(0, 1)))

    laspeyres = value(used, after, 1.0, 1.0) / value(use_before, before, 1.0, 1.0)
    paasche = value(used, after, paid, price) / value(use_before, before, paid, price)
    return np.asarray(np.sqrt(laspeyres * paasche))
