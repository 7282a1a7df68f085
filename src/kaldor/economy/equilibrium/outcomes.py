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


class Trade:
    """What crosses borders (R supplier, S, R buyer) before and after; stocks cross them without any tax on exports."""

    def __init__(self, point: Point) -> None:
        base = point.scenario.base
        self.before = _abroad(base.flows.sum(axis=3).transpose(2, 0, 1))
        self.after = _abroad(point.volumes.sent)
        self._stocks = _abroad(base.stocks)
        self._producers = np.exp(point.prices.producers)[:, :, None]
        self._price = self._producers * (1 + point.scenario.shock.export_tax)

    def net_exports(self, sent: Array, *, now: bool) -> Array:
        """Exports less imports of each region (R), fixed stocks among them, at prices of now or of the base."""
        sold, bought = self.sold_and_bought(sent, now=now)
        return sold - bought

    def sold_and_bought(self, sent: Array, *, now: bool) -> tuple[Array, Array]:
        """Exports and imports of each region (R), as `net_exports` counts them."""
        value = sent * self._price + self._stocks * self._producers if now else sent + self._stocks
        return np.asarray(value.sum(axis=(1, 2))), np.asarray(value.sum(axis=(0, 1)))


def _abroad(sent: Array) -> Array:
    away = sent.copy()
    home = np.arange(len(sent))
    away[home, :, home] = 0
    return away


def _bennet(point: Point, spending: Array, level: Array) -> tuple[Array, Array, Array]:
    """Volume, terms of trade and the worth of stocks: they add up to the change of real income exactly."""
    base, trade = point.scenario.base, Trade(point)
    rise = [trade.net_exports(trade.after, now=now) - trade.net_exports(trade.before, now=now) for now in (False, True)]
    volume = (rise[0] + rise[1] / level) / 2
    mean = (trade.before + trade.after) / 2
    terms = trade.net_exports(mean, now=True) / level - trade.net_exports(mean, now=False)
    price = np.exp(point.prices.producers)[:, :, None] / level
    stocks = (base.stocks * (price - 1)).sum(axis=(0, 1))
    return spending + volume, terms, stocks


def averted_share(point: Point) -> Array:
    """Of what households' basket is bought for, what averts process emissions (R)."""
    scenario = point.scenario
    averted = abatement_baskets(scenario, point.at)
    value = scenario.base.spending.sum(axis=1) * np.exp(point.at.spending)
    own = scenario.spending_shares[:, 0] * value / np.exp(point.at.households)
    return np.asarray(averted / (own + averted))


def _fisher(point: Point) -> Array:
    """Volume of GDP over base (R): final use at market prices, stocks, exports less imports."""
    scenario, base, trade = point.scenario, point.scenario.base, Trade(point)
    S = base.products
    charged = [1 + carbon[..., S:] * base.carbon_price[:, S:] for carbon in (base.fuel_carbon, scenario.fuel_carbon)]
    price = charged[0], charged[1] * np.exp(point.prices.with_carbon[..., S:])
    used = scenario.paid[..., S:] * point.volumes.demand[..., S:]
    used[..., 0] *= 1 - averted_share(point)  # what averts emissions is no final use
    stock_price = np.exp(point.prices.producers)[:, :, None]

    def value(use_: Array, traded: Array, *, now: bool) -> Array:
        final = (use_ * price[now]).sum(axis=(0, 2))
        stocks = base.stocks * stock_price if now else base.stocks
        return np.asarray(final + stocks.sum(axis=(0, 1)) + trade.net_exports(traded, now=now))

    before = base.paid[..., S:]
    laspeyres = value(used, trade.after, now=False) / value(before, trade.before, now=False)
    paasche = value(used, trade.after, now=True) / value(before, trade.before, now=True)
    return np.asarray(np.sqrt(laspeyres * paasche))
