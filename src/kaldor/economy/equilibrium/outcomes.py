"""What a country gains and loses between the base and a new balance: income, spending, volumes, prices, work, carbon.

Real national income before transfers is the headline. Spending beyond income (transfers, lending) stands beside it,
never inside; welfare counts the worth of hours worked and of capital built more or less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.model import abatement_baskets
from kaldor.economy.equilibrium.solver import Point
from kaldor.economy.equilibrium.work import employed, pay


@dataclass(frozen=True, eq=False)
class Outcomes:
    """By region (R), money in the table's unit at base prices.

    `income` before transfers; `spending` as equivalent variation; `welfare` net of the worth of more work and capital;
    `volume` and `terms_of_trade` and `stocks_valued` are the exact parts of `income`; `jobs`, `real_wage` (after the
    tax on labour, if any), `consumer_prices` and `gdp_volume` (Fisher) are shares of the base; `emissions` in the
    table's unit.
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
    at = scenario, point.at, prices, volumes
    worked = np.exp(employed(*at))
    volume, terms, stocks = _bennet(point, spending, level)
    return Outcomes(
        income=income,
        spending=spending,
        welfare=spending - _worth_of_work(point, worked) - _worth_of_capital(point),
        volume=volume,
        terms_of_trade=terms,
        stocks_valued=stocks,
        jobs=worked - 1,
        real_wage=np.expm1(pay(*at) - point.at.households),
        consumer_prices=np.expm1(point.at.households),
        gdp_volume=_fisher(point) - 1,
        emissions=volumes.emissions - base.emissions,
    )


def _worth_of_work(point: Point, worked: Array) -> Array:
    """What more hours of each worker are worth to them (R); more workers are no more hours."""
    force = point.scenario.shock.labour_force
    worth = _forgone(worked / force, point.scenario.closure.labour_supply)
    return np.asarray(force * point.scenario.base.labour.sum(axis=1) * worth)


def _worth_of_capital(point: Point) -> Array:
    """What more capital keeps from being used otherwise (R): its supply, summed up from the stock that there is."""
    scenario = point.scenario
    before = scenario.base.capital * scenario.shock.capital_stock[:, None]
    supply = scenario.closure.capital_supply
    if scenario.closure.capital == "mobile":
        stock = point.volumes.capital.sum(axis=1) / before.sum(axis=1).clip(np.finfo(float).tiny)
        return np.asarray(before.sum(axis=1) * _forgone(stock, supply))
    stock = point.volumes.capital / before.clip(np.finfo(float).tiny)
    return np.asarray((before * _forgone(stock, supply[:, None])).sum(axis=1))


def _forgone(more: Array, supply: Array) -> Array:
    """The area below a supply of constant elasticity from 1 to `more`; none where it does not answer its price."""
    answering = (supply > 0) & np.isfinite(supply)
    phi = np.where(answering, supply, 1.0)
    return np.asarray(np.where(answering, phi / (1 + phi) * (more ** ((1 + phi) / phi) - 1), 0.0))


class Trade:
    """What crosses borders (R supplier, S, R buyer) before and after; stocks cross them without any tax on exports."""

    def __init__(self, point: Point) -> None:
        base = point.scenario.base
        self._sent = [_abroad(sent) for sent in (base.flows.sum(axis=3).transpose(2, 0, 1), point.volumes.sent)]
        self._stocks = [_abroad(stocks) for stocks in (base.stocks, point.volumes.stocks)]
        self._producers = np.exp(point.prices.producers)[:, :, None]
        self._price = self._producers * (1 + point.scenario.shock.export_tax)

    def net_exports(self, *, after: float, now: bool) -> Array:
        """Exports less imports of each region (R), as `sold_and_bought` counts them."""
        sold, bought = self.sold_and_bought(after=after, now=now)
        return sold - bought

    def sold_and_bought(self, *, after: float, now: bool) -> tuple[Array, Array]:
        """Exports and imports of each region (R), stocks among them: those of the base (`after` 0), those of now (1)
        or a mean, at prices of now or of the base."""
        sent, stocks = ((1 - after) * before + after * then for before, then in (self._sent, self._stocks))
        value = sent * self._price + stocks * self._producers if now else sent + stocks
        return np.asarray(value.sum(axis=(1, 2))), np.asarray(value.sum(axis=(0, 1)))


def _abroad(sent: Array) -> Array:
    away = sent.copy()
    home = np.arange(len(sent))
    away[home, :, home] = 0
    return away


def _bennet(point: Point, spending: Array, level: Array) -> tuple[Array, Array, Array]:
    """Volume, terms of trade and the worth of stocks: they add up to the change of real income exactly."""
    base, trade = point.scenario.base, Trade(point)
    rise = [trade.net_exports(after=1, now=now) - trade.net_exports(after=0, now=now) for now in (False, True)]
    terms = trade.net_exports(after=0.5, now=True) / level - trade.net_exports(after=0.5, now=False)
    price, stocks = np.exp(point.prices.producers)[:, :, None] / level, point.volumes.stocks
    more = ((1 + price) / 2 * (stocks - base.stocks)).sum(axis=(0, 1))
    revalued = ((base.stocks + stocks) / 2 * (price - 1)).sum(axis=(0, 1))
    return spending + (rise[0] + rise[1] / level) / 2 + more, terms, revalued


def averted_share(point: Point) -> Array:
    """Of what households' basket is bought for, what averts process emissions (R)."""
    scenario = point.scenario
    averted = abatement_baskets(scenario, point.at)
    value = scenario.base.spending.sum(axis=1) * np.exp(point.at.spending)
    own = scenario.spending_shares[:, 0] * value / np.exp(point.at.households)
    return np.asarray(averted / (own + averted))


def _fisher(point: Point) -> Array:
    """Volume of GDP over base (R): final use at market prices, stocks, exports less imports.

    Not a number where what is left comes to less than nothing at the prices of the other balance.
    """
    scenario, base, trade = point.scenario, point.scenario.base, Trade(point)
    S = base.products
    charged = [1 + carbon[..., S:] * base.carbon_price[:, S:] for carbon in (base.fuel_carbon, scenario.fuel_carbon)]
    price = charged[0], charged[1] * np.exp(point.prices.with_carbon[..., S:])
    used = scenario.paid[..., S:] * point.volumes.demand[..., S:]
    used[..., 0] *= 1 - averted_share(point)  # what averts emissions is no final use
    stock_price = np.exp(point.prices.producers)[:, :, None]

    use, stocks = (base.paid[..., S:], used), (base.stocks, point.volumes.stocks)

    def value(*, after: bool, now: bool) -> Array:
        final = (use[after] * price[now]).sum(axis=(0, 2))
        stored = stocks[after] * stock_price if now else stocks[after]
        return np.asarray(final + stored.sum(axis=(0, 1)) + trade.net_exports(after=after, now=now))

    laspeyres = value(after=True, now=False) / value(after=False, now=False)
    paasche = value(after=True, now=True) / value(after=False, now=True)
    known = (laspeyres > 0) & (paasche > 0)
    return np.where(known, np.sqrt(np.where(known, laspeyres * paasche, 1.0)), np.nan)
