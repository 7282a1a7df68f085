"""How every equation answers every unknown at any point: the matrix that Newton's method divides by.

It is exact but for what export taxes bring in, which is taken to follow the exporter's price alone.

Rows are made a few regions at a time and in the precision that is asked for. What is linear in the prices of
industries' bundles stays so until a row is written, since then one product of matrices serves all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.forms import (
    ENERGY,
    LOCAL,
    MATERIALS,
    NET,
    NEW_CAPITAL,
    OUTPUT,
    RENTAL,
    WAGE,
    Forms,
)
from kaldor.economy.equilibrium.model import (
    Prices,
    Quantities,
    Unknowns,
    abatement_baskets,
    affordable,
    net_value,
    numeraire_row,
)
from kaldor.economy.equilibrium.nests import shares_in
from kaldor.economy.equilibrium.rows import Bundles, Parts, Rows
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.work import bill, labour_tax, offered_worth, treasury

_ROWS = 512  # that are under way at once


class Tangent:
    """The matrix of derivatives at a point, of the residuals in `model.residuals_at` by its unknowns."""

    def __init__(
        self, scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities, precision: DTypeLike = np.float64
    ) -> None:
        self._scenario, self._at, self._prices, self._volumes = scenario, at, prices, volumes
        self._precision = precision
        base = scenario.base
        self._R, self._S = base.regions, base.products
        self._n = self._R * self._S
        self._forms = Forms(scenario, at, prices, precision)
        power = (1 - base.elasticities.sourcing)[:, None, None]
        weights = scenario.base_duty * np.exp(power * prices.delivered)
        scaled = np.divide(
            np.exp(-power * prices.composite), scenario.paid, out=np.zeros_like(scenario.paid), where=scenario.paid > 0
        )
        self._sources = self._flows(np.s_[:], weights, scaled)  # α: shares of suppliers
        charge = scenario.fuel_carbon * scenario.shock.carbon_price * np.exp(at.households)[:, None]
        plain = np.exp(prices.composite)
        self._plain = self._cast(plain / (plain + charge))  # φ: what of a fuel's price is not carbon
        e = base.elasticities
        self._energy = self._bundles(scenario.fuel_weights, prices.energy, e.fuels)
        self._materials = self._bundles(scenario.material_weights, prices.materials, e.materials)
        self._categories()
        kept = scenario.net_share * np.exp(at.net - prices.producers)
        self._kept = self._cast(kept.ravel())  # of producers' prices, what their process is not charged
        self._sales()

    def matrix(self) -> Array:
        """Rows: prices, goods, labour, budgets, baskets, mobile capital; columns as `Unknowns` has them."""
        size = self._columns + self._n
        matrix, done = np.empty((size, size), self._precision), 0
        for rows in chain(self._prices_by_block(), self._others_by_block()):
            several = slice(done, done + len(rows.net))
            matrix[several, self._n : 2 * self._n] = rows.output
            self._write(rows, matrix[several, : self._n], matrix[several, 2 * self._n :])
            done = several.stop
        return matrix

    @property
    def slopes(self) -> Array:
        """By how much each industry's price equation answers its own output (n): it answers no other's."""
        return self._forms.price[OUTPUT].ravel()

    def in_parts(self, *, outputs_from_prices: bool) -> Parts:
        """The tangent by prices and other rows, outputs and other columns: each part of half the size.

        Outputs may be taken from prices where every industry's price equation answers its own output.
        """
        n, m, slopes = self._n, self._columns, self.slopes
        prices, done = np.empty((n, m), self._precision), 0
        for rows in self._prices_by_block():
            several = slice(done, done + len(rows.net))
            self._write(rows, prices[several, :n], prices[several, n:])
            done = several.stop
        rest_of_price = self._forms.price.copy()
        rest_of_price[OUTPUT] = 0
        outputs, rest, done = np.empty((m, n), self._precision), np.empty((m, m), self._precision), 0
        for rows in self._others_by_block():
            several = slice(done, done + len(rows.net))
            outputs[several] = rows.output
            if outputs_from_prices:
                self._expand(-rows.output / slopes, rest_of_price, rows)
            self._write(rows, rest[several, :n], rest[several, n:])
            done = several.stop
        return Parts(slopes, prices, outputs, rest)

    @property
    def _mobile(self) -> bool:
        return self._scenario.closure.capital == "mobile"

    @property
    def _columns(self) -> int:
        """Unknowns but outputs."""
        return self._n + (4 if self._mobile else 3) * self._R

    def _prices_by_block(self) -> Iterator[Rows]:
        return (self._price_rows(regions) for regions in self._blocks())

    def _others_by_block(self) -> Iterator[Rows]:
        yield from (self._goods_rows(regions) for regions in self._blocks())
        yield self._labour_rows()
        yield self._budget_rows()
        yield self._basket_rows()
        if self._mobile:
            yield self._capital_rows()

    def _blocks(self) -> Iterator[slice]:
        several = max(1, _ROWS // self._S)
        return (slice(first, min(first + several, self._R)) for first in range(0, self._R, several))

    def _write(self, rows: Rows, net: Array, of_regions: Array) -> None:
        """Rows into their place: on net prices (m, n), and on what regions have (m, 3 or 4 R)."""
        for bundles, weights in ((self._energy, rows.energy), (self._materials, rows.materials)):
            if weights.any():
                rows.price[:, bundles.suppliers] += weights @ bundles.on_prices
                rows.households += self._by_region(weights * bundles.on_households)
        if rows.new_capital.any():
            new_capital, rest = self._new_capital()
            rows.price += rows.new_capital @ new_capital
            rows.households += rows.new_capital * rest
        rows.households += self._by_region(rows.price * (1 - self._kept))
        np.multiply(rows.price, self._kept, out=net)
        net += rows.net
        parts = [rows.wage, rows.spending, rows.households]
        np.concatenate([*parts, rows.rental] if self._mobile else parts, axis=1, out=of_regions)

    def _cast(self, array: Array) -> Array:
        return np.asarray(array, self._precision)

    def _flows(self, suppliers: slice, by_pair: Array, by_buyer: Array) -> Array:
        """Flows of some suppliers (S, R, suppliers, S + K) times factors (S, R, R) and (S, R, S + K)."""
        some = self._scenario.flows[:, :, suppliers]
        flows = np.multiply(some, by_buyer[:, :, None, :], dtype=self._precision, casting="same_kind")
        flows *= self._cast(by_pair)[:, :, suppliers, None]
        return flows

    def _rows(self, count: int) -> Rows:
        return Rows(count, self._n, self._R, self._precision)

    def _bundles(self, weights: Array, bundle: Array, elasticity: float) -> Bundles:
        S = self._S
        bought = np.flatnonzero(weights.any(axis=(1, 2)))
        shares = self._cast(shares_in(weights, self._prices.with_carbon[..., :S], bundle, elasticity))
        plain = self._plain[..., :S]
        rows = (shares * plain)[bought][:, :, None, :] * self._sources[bought][..., :S]
        on_prices = np.ascontiguousarray(rows.transpose(1, 3, 2, 0)).reshape(self._n, -1)
        suppliers = (S * np.arange(self._R)[:, None] + bought).ravel()
        all_of_them = len(bought) == S
        return Bundles(np.s_[:] if all_of_them else suppliers, on_prices, (shares * (1 - plain)).sum(axis=0).ravel())

    def _by_buyer(self, array: Array) -> Array:
        """(S, R buyer, R supplier, V) as (buyers, suppliers)."""
        return np.ascontiguousarray(array.transpose(1, 3, 2, 0)).reshape(-1, self._n)

    def _by_supplier(self, array: Array) -> Array:
        """(S, R buyer, some R supplier, V) as (suppliers, buyers)."""
        return np.ascontiguousarray(array.transpose(2, 0, 1, 3)).reshape(array.shape[2] * self._S, -1)

    def _categories(self) -> None:
        """Final categories' prices on producers' prices (R, K, n) and on households' baskets (R, K)."""
        scenario, S = self._scenario, self._S
        e = scenario.base.elasticities
        size = np.where(scenario.final_size > 0, scenario.final_size, 1.0)
        own = self._prices.with_carbon[..., S:]
        shares = self._cast(shares_in(scenario.final_weights, own, self._prices.final - np.log(size), e.final))
        rows = self._by_buyer((shares * self._plain[..., S:])[:, :, None, :] * self._sources[..., S:])
        self._final = rows.reshape(self._R, -1, self._n)
        self._final_households = (shares * (1 - self._plain[..., S:])).sum(axis=0)

    def _expand(self, weights: Array, form: Array, rows: Rows, at: slice | NDArray[np.intp] = np.s_[:]) -> None:
        """Add to rows the sum over industries of weights (m, n) times an industry's form."""
        local = form.reshape(len(LOCAL), self._n)
        for name, position in (("output", OUTPUT), ("net", NET), ("energy", ENERGY), ("materials", MATERIALS)):
            if local[position].any():
                getattr(rows, name)[at] += weights * local[position]
        for name, position in (("wage", WAGE), ("rental", RENTAL), ("new_capital", NEW_CAPITAL)):
            if local[position].any():
                getattr(rows, name)[at] += self._by_region(weights * local[position])

    def _by_region(self, weights: Array) -> Array:
        return np.asarray(weights.reshape(-1, self._R, self._S).sum(axis=2))

    def _of_region(self, amounts: Array, form: Array, *, shares: bool = False) -> Rows:
        """One row a region: its industries' amounts (or their shares) times a form."""
        weights = np.zeros((self._R, self._R, self._S), self._precision)
        weights[np.arange(self._R), np.arange(self._R)] = (
            amounts / amounts.sum(axis=1, keepdims=True) if shares else amounts
        )
        rows = self._rows(self._R)
        self._expand(weights.reshape(self._R, self._n), form, rows)
        return rows

    def _price_rows(self, regions: slice) -> Rows:
        """Each price is its own industry's form: one entry a row, and its bundles' rows as they are."""
        of = np.arange(self._n).reshape(self._R, self._S)[regions].ravel()
        rows, each = self._rows(len(of)), np.arange(len(of))
        local = self._forms.price.reshape(len(LOCAL), self._n)[:, of]
        rows.net[each, of], rows.output[each, of] = local[NET], local[OUTPUT]
        region = of // self._S
        rows.wage[each, region], rows.rental[each, region] = local[WAGE], local[RENTAL]
        rows.new_capital[each, region] = local[NEW_CAPITAL]
        for bundles, position in ((self._energy, ENERGY), (self._materials, MATERIALS)):
            rows.price[:, bundles.suppliers] += local[position][:, None] * bundles.on_prices[of]
            rows.households[each, region] += local[position] * bundles.on_households[of]
        return rows

    def _substitution(self) -> Array:
        """By how much a buyer's volume of a product falls in its price, its bundle's price given (S, R, V)."""
        e, S = self._scenario.base.elasticities, self._S
        among = np.empty_like(self._plain)
        among[..., :S] = np.where(self._scenario.energy[:, None, :], e.fuels, e.materials)
        among[..., S:] = e.final
        return among

    def _sales(self) -> None:
        """What a unit sold at base is sold as now, by buyer and by pair of regions, as a share of all that is wanted;
        and how sales answer the prices of other suppliers of the same product: one R × R block a product."""
        scenario, R = self._scenario, self._R
        sigma = scenario.base.elasticities.sourcing[:, None, None]
        wanted = self._volumes.sent.sum(axis=2) + self._volumes.stocks.sum(axis=2)
        self._made_for_use = 1 - (self._following.sum(axis=2) / wanted).ravel()
        self._pull = self._volumes.demand * np.exp(sigma * self._prices.composite)
        away = np.exp(-sigma * self._prices.delivered).transpose(2, 0, 1) * scenario.shock.transport
        self._away = (away / wanted[:, :, None]).transpose(1, 2, 0)
        answer = sigma - self._substitution() * self._plain
        self._rivals = np.empty((self._S, R, R), self._precision)
        for product, own in enumerate(scenario.flows):
            weights = self._cast(self._pull[product] * answer[product])
            sold = self._cast(own * self._away[product][..., None]) * weights[:, None, :]
            left = sold.transpose(1, 0, 2).reshape(R, -1)
            right = self._sources[product].transpose(1, 0, 2).reshape(R, -1)
            self._rivals[product] = left @ right.T

    def _goods_rows(self, regions: slice) -> Rows:
        S, n = self._S, self._n
        of = np.arange(n).reshape(self._R, S)[regions].ravel()
        taken = self._flows(regions, self._away, self._pull)  # shares of each buyer in what is wanted
        rows, each = self._rows(len(of)), np.arange(len(of))
        rows.output[each, of] += self._made_for_use[of]
        self._goods_of_industries(rows, self._by_supplier(taken[..., :S]))
        self._goods_of_final(rows, self._by_supplier(taken[..., S:]))
        products = np.arange(S)
        rows.price.reshape(-1, S, self._R, S)[:, products, :, products] -= self._rivals[:, regions]
        carbon = self._cast(self._substitution() * (1 - self._plain))
        rest = (taken * carbon[:, :, None, :]).sum(axis=3)
        rows.households += rest.transpose(2, 0, 1).reshape(len(of), self._R)
        sold = taken.sum(axis=(1, 3)).T * self._scenario.base.elasticities.sourcing
        rows.price[each, of] += sold.ravel()
        return rows

    def _goods_of_industries(self, rows: Rows, taken: Array) -> None:
        energy, regions = self._scenario.energy, len(taken) // self._S
        for kind, form in ((energy, self._forms.fuels), (~energy, self._forms.materials)):
            some = np.flatnonzero(np.tile(kind.any(axis=1), regions))
            if some.size:
                members = np.tile(kind, (regions, self._R))[some]
                self._expand(-taken[some] * members, form, rows, some)

    def _goods_of_final(self, rows: Rows, taken: Array) -> None:
        self._expand_final(rows, -taken)

    def _expand_final(self, rows: Rows, weights: Array) -> None:
        """Add the sum over final categories of weights (m, R·K) times volume bought, all products alike."""
        scenario, at, K = self._scenario, self._at, self._scenario.base.categories
        spent, averted = self._bought()
        by_region = weights.reshape(-1, self._R, K)
        rows.spending += (by_region * spent).sum(axis=2)
        on_price = (scenario.base.elasticities.final - spent) * by_region
        rows.price += on_price.reshape(-1, self._R * K) @ self._final.reshape(-1, self._n)
        rows.households += (on_price * self._final_households).sum(axis=2)
        cost = (scenario.abatement[0] - scenario.abatement[1] * scenario.process_price) * scenario.base.output
        if averted.any():
            paid = cost * np.exp(at.output) / abatement_baskets(scenario, at)[:, None].clip(np.finfo(float).tiny)
            rows.output += np.repeat(by_region[:, :, 0] * averted, self._S, axis=1) * paid.ravel()

    def _bought(self) -> tuple[Array, Array]:
        """Shares of spending in each category's volume (R, K), and of abatement in households' (R)."""
        scenario = self._scenario
        value = scenario.base.spending.sum(axis=1) * np.exp(self._at.spending)
        baskets = scenario.spending_shares * value[:, None] / np.exp(self._prices.final)
        averted = abatement_baskets(scenario, self._at)
        averted = averted / (baskets[:, 0] + averted)
        spent = np.ones_like(baskets)
        spent[:, 0] -= averted
        return spent, averted

    def _capital_rows(self) -> Rows:
        rows = self._of_region(self._volumes.capital, self._forms.capital, shares=True)
        own, answer = np.diag_indices(self._R), self._scenario.closure.capital_supply
        rows.rental[own] -= answer
        rows.new_capital[own] += answer
        return rows

    def _new_capital(self) -> tuple[Array, Array]:
        """The price of new capital on producers' prices (R, n) and on households' baskets (R)."""
        category = self._scenario.base.investment
        if category is None:
            shares = self._scenario.spending_shares
            return (shares[..., None] * self._final).sum(axis=1), (shares * self._final_households).sum(axis=1)
        return self._final[:, category], self._final_households[:, category]

    @property
    def _following(self) -> Array:
        """Of stocks (R, S, R), what follows the sales of who made it."""
        stocks = self._volumes.stocks
        return np.minimum(stocks, 0.0) if self._scenario.closure.stocks == "with sales" else np.zeros_like(stocks)

    def _labour_rows(self) -> Rows:
        scenario, supply = self._scenario, self._scenario.closure.labour_supply
        fixed = np.isinf(supply)
        more, real = np.where(fixed, 0.0, 1.0), np.where(fixed, 1.0, supply)
        paid = bill(scenario, self._prices, self._volumes)
        rows = self._employed_rows(more + real)
        share = real[:, None] * paid / paid.sum(axis=1, keepdims=True)
        rows.add(self._of_region(-share, self._forms.wage + self._forms.labour))
        self._consumption(rows, real)
        if scenario.closure.treasury == "labour tax":
            self._tax_on_labour(rows, real)
        return rows

    def _tax_on_labour(self, rows: Rows, weights: Array) -> None:
        """What the rate that pays for all other revenue takes of the log of pay, times weights (R), off the rows."""
        scenario, prices, volumes = self._scenario, self._prices, self._volumes
        rate, paid = labour_tax(scenario, prices, volumes), volumes.parts["labour"]
        per_money = weights / ((1 - rate) * paid)
        rows.add(self._revenue, mixed_by=-np.diag(per_money))
        self._consumption(rows, per_money * treasury(scenario) * np.exp(prices.consumption))
        on_bill = (per_money * rate)[:, None] * bill(scenario, prices, volumes)
        rows.add(self._of_region(-on_bill, self._forms.wage + self._forms.labour))

    def _employed_rows(self, weights: Array) -> Rows:
        """Work of each region, of what it offers to all industries where it moves slowly, times weights (R)."""
        mobility = self._scenario.closure.labour_mobility
        if np.isinf(mobility):
            labour = self._volumes.labour
            return self._of_region(weights[:, None] * labour / labour.sum(axis=1, keepdims=True), self._forms.labour)
        worth = offered_worth(self._scenario, self._prices)
        share = mobility * worth / worth.sum(axis=1, keepdims=True)
        rows = self._of_region(weights[:, None] * share, self._forms.wage)
        rows.wage[np.diag_indices(self._R)] -= weights * (1 + mobility)
        return rows

    def _basket_rows(self) -> Rows:
        rows = self._rows(self._R)
        rows.price -= self._final[:, 0]
        rows.households += np.diag(1 - self._final_households[:, 0])
        return rows

    def _consumption(self, rows: Rows, weights: Array) -> None:
        shares = self._scenario.spending_shares
        rows.price += weights[:, None] * (shares[..., None] * self._final).sum(axis=1)
        rows.households[np.diag_indices(self._R)] += weights * (shares * self._final_households).sum(axis=1)

    def _budget_rows(self) -> Rows:
        scenario, R = self._scenario, self._R
        income = self._income_rows()
        lending = np.eye(R)
        if scenario.closure.lending == "pooled":
            fixed = scenario.shock.transfers
            rates = np.where(fixed < 0, fixed / scenario.base.income, 0.0)
            borrowed = np.where(fixed > 0, fixed, 0.0)
            lending += np.diag(rates) - np.outer(borrowed / max(borrowed.sum(), np.finfo(float).tiny), rates)
        spent = affordable(self._prices, self._volumes)
        rows = self._rows(R)
        rows.add(income, mixed_by=-lending / spent[:, None])
        worth = np.exp(self._prices.producers)[:, :, None] / spent
        rows.price += (worth * self._volumes.stocks).transpose(2, 0, 1).reshape(R, self._n)
        rows.output += (worth * self._following).transpose(2, 0, 1).reshape(R, self._n)
        rows.spending[np.diag_indices(R)] += 1
        self._numeraire(rows)
        return rows

    def _numeraire(self, rows: Rows) -> None:
        row = numeraire_row(self._scenario)
        for part in vars(rows).values():
            part[row] = 0
        spent = self._scenario.base.spending.sum(axis=1)
        level = self._rows(self._R)
        self._consumption(level, spent / spent.sum())
        rows.price[row] = level.price.sum(axis=0)
        rows.households[row] = level.households.sum(axis=0)

    def _income_rows(self) -> Rows:
        rent = np.exp(self._prices.rental) * self._volumes.capital
        paid = bill(self._scenario, self._prices, self._volumes)
        rows = self._of_region(paid, self._forms.wage + self._forms.labour)
        rows.add(self._of_region(rent, self._forms.rental + self._forms.capital))
        rows.add(self._revenue)
        return rows

    @cached_property
    def _revenue(self) -> Rows:
        """What each region's treasury collects, one row a region."""
        scenario, volumes, R = self._scenario, self._volumes, self._R
        shock, base, output = scenario.shock, scenario.base, self._forms.output
        taxes = (base.output_tax + shock.output_tax) * net_value(scenario, self._at)
        rows = self._of_region(taxes, self._forms.net + output)
        carbon = shock.carbon_price * np.exp(self._at.households)[:, None]
        made = base.output * np.exp(self._at.output)
        rows.add(self._of_region(carbon[:, : self._S] * scenario.abatement[1] * made, output))
        rows.households[np.diag_indices(R)] += volumes.parts["carbon price"]
        self._revenue_of_trade_and_fuel(rows, carbon)
        return rows

    def _revenue_of_trade_and_fuel(self, rows: Rows, carbon: Array) -> None:
        scenario, volumes, S, R = self._scenario, self._volumes, self._S, self._R
        base, sigma = scenario.base, scenario.base.elasticities.sourcing[:, None, None]
        fuel = carbon * scenario.fuel_carbon * scenario.paid * volumes.demand
        duty = scenario.shock.tariffs * (1 + scenario.shock.export_tax) * np.exp(self._prices.producers)[:, :, None]
        away = np.exp(-sigma * self._prices.delivered).transpose(2, 0, 1) * scenario.shock.transport
        per_unit = (duty * away).transpose(1, 2, 0)
        duties = np.matmul(per_unit[:, :, None, :], scenario.flows)[:, :, 0, :]
        duties = duties * volumes.demand * np.exp(sigma * self._prices.composite)
        both, among = fuel + duties, self._substitution()
        answered = sigma * duties - among * self._plain * both
        rows.price += np.einsum("sdv,sdrv->drs", answered, self._sources).reshape(R, self._n)
        rows.households[np.diag_indices(R)] -= (among * (1 - self._plain) * both).sum(axis=(0, 2))
        collected = (duty * volumes.sent) * (1 - base.elasticities.sourcing)[:, None]
        rows.price += collected.transpose(2, 0, 1).reshape(R, self._n)
        exported = scenario.shock.export_tax * np.exp(self._prices.producers)[:, :, None] * volumes.sent
        for region in range(R):
            own = slice(region * S, (region + 1) * S)
            rows.price[region, own] += exported[region].sum(axis=1)
        for kind, form in ((scenario.energy, self._forms.fuels), (~scenario.energy, self._forms.materials)):
            rows.add(self._of_region((both[..., :S] * kind[:, None, :]).sum(axis=0), form))
        weights = np.zeros((R, R, base.categories))
        weights[np.arange(R), np.arange(R)] = both[..., S:].sum(axis=0)
        self._expand_final(rows, weights.reshape(R, -1))
