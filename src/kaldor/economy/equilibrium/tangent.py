"""How every equation answers every unknown at any point: the matrix that Newton's method divides by.

It is exact but for what export taxes bring in, which is taken to follow the exporter's price alone.

All nests have constant elasticities, so logs answer logs by shares of spending. An industry's own quantities are linear
in seven logs of its own (`_LOCAL`); a form is the (7, R, S) array of their coefficients. Rentals of capital that stays
in its industry are eliminated from the forms, one equation an industry, as are wages of labour that moves slowly:
"wage" then is what its region's unknown stands for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.equilibrium.base import Array
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
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.work import bill, labour_tax, offered_worth, treasury

_LOCAL = ("output", "net", "wage", "rental", "energy", "materials", "new capital")
_OUTPUT, _NET, _WAGE, _RENTAL, _ENERGY, _MATERIALS, _NEW_CAPITAL = range(7)


class Forms:
    """An industry's logs as coefficients on its six local logs, at a point."""

    def __init__(self, scenario: Scenario, at: Unknowns, prices: Prices) -> None:
        e = scenario.base.elasticities
        theta, kappa, eta = e.top, e.energy_against_factors, e.factors
        one = {name: self._unit(position, at.net.shape) for position, name in enumerate(_LOCAL)}
        wage = prices.wage + np.log(scenario.shock.wage_wedge / scenario.shock.labour_productivity)
        labour = shares_in(scenario.labour_share, wage, prices.factors, eta)
        with_energy = scenario.factor_share + scenario.energy_share
        of_bundle = shares_in(scenario.factor_share / with_energy, prices.factors, prices.bundle, kappa)
        unscaled = prices.cost - np.log(scenario.size) + np.log(scenario.shock.productivity)
        unscaled = unscaled + scenario.closure.external_economies * at.output
        of_cost = shares_in(with_energy / scenario.size, prices.bundle, unscaled, theta)
        factors = labour * one["wage"] + (1 - labour) * one["rental"]
        bundle = of_bundle * factors + (1 - of_bundle) * one["energy"]
        gain = scenario.closure.external_economies
        cost = of_cost * bundle + (1 - of_cost) * one["materials"] - gain * one["output"]
        net = one["net"]
        activity = (1 + gain * (theta - 1)) * one["output"]
        bundles = activity + theta * (net - bundle)
        inputs = bundles + kappa * (bundle - factors)
        self.materials = activity + theta * (net - one["materials"]) + e.materials * one["materials"]
        self.fuels = bundles + kappa * (bundle - one["energy"]) + e.fuels * one["energy"]
        self.labour = inputs + eta * (factors - one["wage"])
        self.capital = inputs + eta * (factors - one["rental"])
        self.price = net - cost
        self.net, self.output, self.wage, self.rental = net, one["output"], one["wage"], one["rental"]
        closure, mobility = scenario.closure, scenario.closure.labour_mobility
        if np.isfinite(mobility):
            self._eliminate(_WAGE, self.labour - mobility * one["wage"], offered=1 + mobility)
        if closure.capital == "by industry":
            built = closure.capital_supply[:, None] * one["new capital"]
            self._eliminate(_RENTAL, self.capital - closure.capital_supply[:, None] * one["rental"] + built)

    @staticmethod
    def _unit(position: int, shape: tuple[int, ...]) -> Array:
        form = np.zeros((len(_LOCAL), *shape))
        form[position] = 1
        return form

    def _eliminate(self, position: int, market: Array, offered: float = 0.0) -> None:
        """An industry's own market of a factor is cleared: its price by the other logs, and `offered` by its region."""
        price = -market / market[position]
        price[position] = -offered / market[position]
        for name in ("materials", "fuels", "labour", "capital", "price", "wage", "rental"):
            form = getattr(self, name)
            rest = form.copy()
            rest[position] = 0
            setattr(self, name, rest + form[position] * price)


class Rows:
    """Rows of the tangent under way: coefficients on producers' prices, net prices, outputs (m, n) and on the regions'
    unknowns (m, R)."""

    def __init__(self, rows: int, industries: int, regions: int) -> None:
        self.price = np.zeros((rows, industries))
        self.net = np.zeros((rows, industries))
        self.output = np.zeros((rows, industries))
        self.wage = np.zeros((rows, regions))
        self.spending = np.zeros((rows, regions))
        self.rental = np.zeros((rows, regions))
        self.households = np.zeros((rows, regions))

    def add(self, other: Rows, rows: slice | NDArray[np.intp] = np.s_[:], mixed_by: Array | None = None) -> None:
        """Another's rows onto these, or mixtures of its rows (m, its rows)."""
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            mine[rows] += theirs if mixed_by is None else mixed_by @ theirs


class Tangent:
    """The matrix of derivatives at a point, of the residuals in `model.residuals_at` by its unknowns."""

    def __init__(self, scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> None:
        self._scenario, self._at, self._prices, self._volumes = scenario, at, prices, volumes
        base = scenario.base
        self._R, self._S = base.regions, base.products
        self._n = self._R * self._S
        self._forms = Forms(scenario, at, prices)
        power = (1 - base.elasticities.sourcing)[:, None, None]
        weights = scenario.base_duty * np.exp(power * prices.delivered)
        scaled = np.divide(
            np.exp(-power * prices.composite), scenario.paid, out=np.zeros_like(scenario.paid), where=scenario.paid > 0
        )
        self._sources = scenario.flows * weights[..., None] * scaled[:, :, None, :]  # α: shares of suppliers
        charge = scenario.fuel_carbon * scenario.shock.carbon_price * np.exp(at.households)[:, None]
        plain = np.exp(prices.composite)
        self._plain = plain / (plain + charge)  # φ: what of a fuel's price is not carbon
        self._energy, self._energy_households = self._bundle_rows(
            scenario.fuel_weights, prices.energy, base.elasticities.fuels
        )
        self._materials, self._materials_households = self._bundle_rows(
            scenario.material_weights, prices.materials, base.elasticities.materials
        )
        self._categories()
        kept = scenario.net_share * np.exp(at.net - prices.producers)
        self._kept = kept.ravel()  # of producers' prices, what their process is not charged

    def matrix(self) -> Array:
        """Rows: prices, goods, labour, budgets, baskets, mobile capital; columns as `Unknowns` has them."""
        mobile = self._scenario.closure.capital == "mobile"
        parts = [self._price_rows(), self._goods_rows(), self._labour_rows(), self._budget_rows(), self._basket_rows()]
        if mobile:
            parts.append(self._capital_rows())
        return np.concatenate([self._columns(rows, mobile) for rows in parts])

    def _columns(self, rows: Rows, mobile: bool) -> Array:
        net = rows.net + rows.price * self._kept
        households = rows.households + self._by_region(rows.price * (1 - self._kept))
        parts = [net, rows.output, rows.wage, rows.spending, households]
        return np.concatenate([*parts, rows.rental] if mobile else parts, axis=1)

    def _rows(self, count: int) -> Rows:
        return Rows(count, self._n, self._R)

    def _bundle_rows(self, weights: Array, bundle: Array, elasticity: float) -> tuple[Array, Array]:
        """A bundle of inputs on producers' prices (n, n) and on households' basket, which indexes its carbon (R, S)."""
        S = self._S
        shares = shares_in(weights, self._prices.with_carbon[..., :S], bundle, elasticity)
        plain = self._plain[..., :S]
        rows = (shares * plain)[:, :, None, :] * self._sources[..., :S]
        return self._by_buyer(rows), np.asarray((shares * (1 - plain)).sum(axis=0))

    def _by_buyer(self, array: Array) -> Array:
        """(S, R buyer, R supplier, V) as (buyers, suppliers)."""
        return np.ascontiguousarray(array.transpose(1, 3, 2, 0)).reshape(-1, self._n)

    def _by_supplier(self, array: Array) -> Array:
        """(S, R buyer, R supplier, V) as (suppliers, buyers)."""
        return np.ascontiguousarray(array.transpose(2, 0, 1, 3)).reshape(self._n, -1)

    def _categories(self) -> None:
        """Final categories' prices on producers' prices (R, K, n) and on households' baskets (R, K)."""
        scenario, S = self._scenario, self._S
        e = scenario.base.elasticities
        size = np.where(scenario.final_size > 0, scenario.final_size, 1.0)
        own = self._prices.with_carbon[..., S:]
        shares = shares_in(scenario.final_weights, own, self._prices.final - np.log(size), e.final)
        rows = self._by_buyer((shares * self._plain[..., S:])[:, :, None, :] * self._sources[..., S:])
        self._final = rows.reshape(self._R, -1, self._n)
        self._final_households = (shares * (1 - self._plain[..., S:])).sum(axis=0)

    def _expand(self, weights: Array, form: Array, rows: Rows, at: slice | NDArray[np.intp] = np.s_[:]) -> None:
        """Add to rows the sum over industries of weights (m, n) times an industry's form."""
        local = form.reshape(len(_LOCAL), self._n)
        rows.output[at] += weights * local[_OUTPUT]
        rows.net[at] += weights * local[_NET]
        for name, position in (("wage", _WAGE), ("rental", _RENTAL)):
            getattr(rows, name)[at] += self._by_region(weights * local[position])
        for position, bundle, rest in (
            (_ENERGY, self._energy, self._energy_households),
            (_MATERIALS, self._materials, self._materials_households),
        ):
            if local[position].any():
                scaled = weights * local[position]
                rows.price[at] += scaled @ bundle
                rows.households[at] += self._by_region(scaled * rest.ravel())
        if local[_NEW_CAPITAL].any():
            of_region = self._by_region(weights * local[_NEW_CAPITAL])
            new_capital, rest = self._new_capital()
            rows.price[at] += of_region @ new_capital
            rows.households[at] += of_region * rest

    def _by_region(self, weights: Array) -> Array:
        return np.asarray(weights.reshape(-1, self._R, self._S).sum(axis=2))

    def _of_region(self, amounts: Array, form: Array, *, shares: bool = False) -> Rows:
        """One row a region: its industries' amounts (or their shares) times a form."""
        weights = np.zeros((self._R, self._R, self._S))
        weights[np.arange(self._R), np.arange(self._R)] = (
            amounts / amounts.sum(axis=1, keepdims=True) if shares else amounts
        )
        rows = self._rows(self._R)
        self._expand(weights.reshape(self._R, self._n), form, rows)
        return rows

    def _price_rows(self) -> Rows:
        rows, local = self._rows(self._n), self._forms.price.reshape(len(_LOCAL), self._n)
        rows.price += local[_ENERGY][:, None] * self._energy + local[_MATERIALS][:, None] * self._materials
        rows.net[np.diag_indices(self._n)] += local[_NET]
        rows.output[np.diag_indices(self._n)] += local[_OUTPUT]
        households = local[_ENERGY] * self._energy_households.ravel()
        households = households + local[_MATERIALS] * self._materials_households.ravel()
        own = np.repeat(np.eye(self._R), self._S, axis=0)
        rows.wage += local[_WAGE][:, None] * own
        rows.rental += local[_RENTAL][:, None] * own
        rows.households += households[:, None] * own
        if local[_NEW_CAPITAL].any():
            new_capital, rest = self._new_capital()
            built = local[_NEW_CAPITAL][:, None] * own
            rows.price += built @ new_capital
            rows.households += built * rest
        return rows

    def _substitution(self) -> Array:
        """By how much a buyer's volume of a product falls in its price, its bundle's price given (S, R, V)."""
        e, S = self._scenario.base.elasticities, self._S
        among = np.empty_like(self._plain)
        among[..., :S] = np.where(self._scenario.energy[:, None, :], e.fuels, e.materials)
        among[..., S:] = e.final
        return among

    def _goods_rows(self) -> Rows:
        scenario, S, n = self._scenario, self._S, self._n
        sigma = scenario.base.elasticities.sourcing[:, None, None]
        wanted = self._volumes.sent.sum(axis=2) + self._volumes.stocks.sum(axis=2)
        pull = self._volumes.demand * np.exp(sigma * self._prices.composite)
        away = np.exp(-sigma * self._prices.delivered).transpose(2, 0, 1) * scenario.shock.transport
        away = (away / wanted[:, :, None]).transpose(1, 2, 0)
        taken = scenario.flows * pull[:, :, None, :] * away[..., None]  # shares of each buyer in what is wanted
        rows = self._rows(n)
        taken_out = self._following.sum(axis=2) / wanted
        rows.output[np.diag_indices(n)] += 1 - taken_out.ravel()
        self._goods_of_industries(rows, self._by_supplier(taken[..., :S]))
        self._goods_of_final(rows, self._by_supplier(taken[..., S:]))
        among = self._substitution()
        self._same_product(rows, taken, sigma - among * self._plain)
        rest = (taken * (among * (1 - self._plain))[:, :, None, :]).sum(axis=3)
        rows.households += rest.transpose(2, 0, 1).reshape(n, self._R)
        sold = taken.sum(axis=(1, 3)).T * scenario.base.elasticities.sourcing
        rows.price[np.diag_indices(n)] += sold.ravel()
        return rows

    def _goods_of_industries(self, rows: Rows, taken: Array) -> None:
        energy = self._scenario.energy
        for kind, form in ((energy, self._forms.fuels), (~energy, self._forms.materials)):
            some = np.flatnonzero(np.tile(kind.any(axis=1), self._R))
            if some.size:
                members = np.tile(kind, (self._R, self._R))[some]
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

    def _same_product(self, rows: Rows, taken: Array, answer: Array) -> None:
        """How sales answer the prices of other suppliers of the same product: one R × R block a product."""
        blocks = rows.price.reshape(self._R, self._S, self._R, self._S)
        for product in range(self._S):
            weighted = taken[product] * answer[product][:, None, :]
            left = weighted.transpose(1, 0, 2).reshape(self._R, -1)
            right = self._sources[product].transpose(1, 0, 2).reshape(self._R, -1)
            blocks[:, product, :, product] -= left @ right.T

    def _capital_rows(self) -> Rows:
        rows = self._of_region(self._volumes.capital, self._forms.capital, shares=True)
        answer = self._scenario.closure.capital_supply
        if answer.any():
            new_capital, rest = self._new_capital()
            rows.rental[np.diag_indices(self._R)] -= answer
            rows.price += answer[:, None] * new_capital
            rows.households[np.diag_indices(self._R)] += answer * rest
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
