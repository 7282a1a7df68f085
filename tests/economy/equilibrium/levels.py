"""A small economy in levels, from primitives: quantities, prices and technologies, no ratio to a base anywhere.

It shares nothing with the equilibrium that it checks: technologies are built from one observed point of quantities and
arbitrary prices, every market is written out buyer by buyer, and SciPy finds the roots.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import root

Array = np.ndarray


class Technology:
    """A constant-elasticity recipe through one point: `used` of each thing at `prices` made one unit."""

    def __init__(self, used: list[float], prices: list[float], elasticity: float) -> None:
        self.elasticity = elasticity
        self.unit_cost = sum(q * p for q, p in zip(used, prices, strict=True))
        self.weights = [q * (p / self.unit_cost) ** elasticity if q else 0.0 for q, p in zip(used, prices, strict=True)]

    def price(self, prices: list[float]) -> float:
        power = 1 - self.elasticity
        return sum(w * p**power for w, p in zip(self.weights, prices, strict=True) if w) ** (1 / power)

    def needs(self, prices: list[float]) -> list[float]:
        """Of each thing for one unit at these prices."""
        own = self.price(prices)
        return [w * (p / own) ** -self.elasticity if w else 0.0 for w, p in zip(self.weights, prices, strict=True)]


@dataclass
class Observed:
    """The table (in money) with the prices that its quantities are measured at; keys are positions."""

    regions: int
    products: int
    categories: int
    between: Array  # (n, n)
    final: Array  # (n, R, K)
    stocks: Array  # (n, R)
    labour: Array  # (n)
    capital: Array  # (n)
    tariff: Array  # (n, R)
    carbon_price: Array  # (R, S + K) by who emits
    fuel: Array  # (S, n) emissions per money that a user pays
    household_fuel: Array  # (S, R)
    process: Array  # (n) emissions per money of output
    slope: Array  # (n)
    energy: list[int]
    price: Array  # (n)
    wage: Array  # (R)
    rental: Array  # (n)
    sourcing: list[float]
    materials: float
    top: float
    factors: float
    final_elasticity: float
    energy_against_factors: float
    fuels: float
    investment: int  # the final category that builds capital

    @property
    def output(self) -> Array:
        return self.between.sum(axis=1) + self.final.sum(axis=(1, 2)) + self.stocks.sum(axis=1)


@dataclass
class Change:
    productivity: Array
    labour_productivity: Array
    wedge: Array
    tax: Array
    tariff: Array
    carbon_price: Array
    factor_need: Array  # (n) as `labour_need`: on what one unit takes before prices move
    labour_need: Array
    emission_factor: Array  # (R, S + K)
    lost_on_the_way: Array
    supply: Array
    force: Array  # (R)
    machines: Array  # (R)
    pooled: bool = False
    external: float = 0.0
    mobile: bool = False
    capital_supply: float = 0.0
    mobility: float = np.inf
    taxed_labour: bool = False  # what is collected otherwise stays what it was, in households' mean prices
    stocks_follow: bool = False  # what is taken from stocks grows with what is made
    stocks: Array | None = None  # (n, R) in place of those observed
    without: list[tuple[int, int]] = field(default_factory=list)  # supplier i may not sell to region d


class Economy:
    """Markets of the observed economy under a change; `solve` gives prices, quantities and incomes in money."""

    def __init__(self, seen: Observed, change: Change) -> None:
        self.seen, self.change = seen, change
        self.n = seen.regions * seen.products
        self.index = [float(np.nan)] * seen.regions
        self._base()

    def region(self, i: int) -> int:
        return i // self.seen.products

    def place(self, user: int) -> tuple[int, int]:
        """The region of a user and its place among the users there."""
        if user < self.n:
            return divmod(user, self.seen.products)
        d, k = divmod(user - self.n, self.seen.categories)
        return d, self.seen.products + k

    def supplier(self, region: int, product: int) -> int:
        return region * self.seen.products + product

    def _base(self) -> None:
        seen = self.seen
        R, S, K = seen.regions, seen.products, seen.categories
        self.quantity = seen.output / seen.price
        self.bundles: dict[tuple[int, int], tuple[Technology, float, float]] = {}
        for user in range(self.n + R * K):
            region = self.region(user) if user < self.n else (user - self.n) // K
            for s in range(S):
                money = [self._bought(self.supplier(r, s), user) for r in range(R)]
                paid_prices = [
                    seen.price[self.supplier(r, s)] * (1 + seen.tariff[self.supplier(r, s), region]) for r in range(R)
                ]
                units = [m / seen.price[self.supplier(r, s)] for r, m in enumerate(money)]
                amount = sum(units)
                value = sum(u * p for u, p in zip(units, paid_prices, strict=True))
                mix = Technology([u / amount for u in units], paid_prices, seen.sourcing[s])
                emitted = self._emissions_per_money(s, user) * value / amount
                self.bundles[user, s] = (mix, amount, emitted)
        self.base_tax = np.zeros(self.n)
        self.unit_cost = np.zeros(self.n)
        self.recipes = []
        for j in range(self.n):
            self.unit_cost[j] = self._recipe(j, changed=False)["top"].unit_cost
            kept = seen.price[j] * (1 - seen.process[j] * seen.carbon_price[self.place(j)])
            self.base_tax[j] = kept / self.unit_cost[j] - 1
            self.recipes.append(self._recipe(j, changed=True))
        self.spent = np.array([[self._basket(d, k, changed=False).unit_cost for k in range(K)] for d in range(R)])
        self.basket_price = self.spent
        self.baskets = [[self._basket(d, k, changed=True) for k in range(K)] for d in range(R)]
        self.shares = self.spent / self.spent.sum(axis=1, keepdims=True)
        self.base_income = self._base_income()
        self.base_lending = self.spent.sum(axis=1) + seen.stocks.sum(axis=0) - self.base_income

    def _bought(self, i: int, user: int) -> float:
        if user < self.n:
            return float(self.seen.between[i, user])
        d, k = divmod(user - self.n, self.seen.categories)
        return float(self.seen.final[i, d, k])

    def _emissions_per_money(self, s: int, user: int) -> float:
        if user < self.n:
            return float(self.seen.fuel[s, user])
        d, k = divmod(user - self.n, self.seen.categories)
        return float(self.seen.household_fuel[s, d]) if k == 0 else 0.0

    def _fuel_price(self, user: int, s: int, *, changed: bool) -> float:
        mix, _, emitted = self.bundles[user, s]
        cleaner = self.change.emission_factor[self.place(user)] if changed else 1.0
        return mix.unit_cost + cleaner * emitted * self.seen.carbon_price[self.place(user)]

    def _recipe(self, j: int, *, changed: bool) -> dict[str, object]:
        seen, region = self.seen, self.region(j)
        made = self.quantity[j]
        hours, machines = seen.labour[j] / seen.wage[region] / made, seen.capital[j] / seen.rental[j] / made
        if changed:
            hours *= self.change.factor_need[j] * self.change.labour_need[j]
            machines *= self.change.factor_need[j]
        value = Technology([hours, machines], [seen.wage[region], seen.rental[j]], seen.factors)
        kinds = {True: [s for s in range(seen.products) if s in seen.energy], False: []}
        kinds[False] = [s for s in range(seen.products) if s not in seen.energy]
        parts = {}
        for energy, members in kinds.items():
            if members:
                amounts = [self.bundles[j, s][1] / made for s in members]
                prices = [self._fuel_price(j, s, changed=changed) for s in members]
                parts[energy] = Technology(amounts, prices, seen.fuels if energy else seen.materials)
        lower = value
        nest = None
        if True in parts:
            nest = Technology([1.0, 1.0], [value.unit_cost, parts[True].unit_cost], seen.energy_against_factors)
            lower = nest
        top = Technology([1.0, 1.0], [lower.unit_cost, parts[False].unit_cost], seen.top)
        return {"value": value, "parts": parts, "kinds": kinds, "nest": nest, "top": top}

    def _basket(self, d: int, k: int, *, changed: bool) -> Technology:
        user = self.n + d * self.seen.categories + k
        amounts = [self.bundles[user, s][1] for s in range(self.seen.products)]
        prices = [self._fuel_price(user, s, changed=changed) for s in range(self.seen.products)]
        return Technology(amounts, prices, self.seen.final_elasticity)

    def _base_income(self) -> Array:
        seen = self.seen
        income = np.zeros(seen.regions)
        for j in range(self.n):
            d = self.region(j)
            cost = self.unit_cost[j] * self.quantity[j]
            income[d] += seen.labour[j] + seen.capital[j] + self.base_tax[j] * cost
            income[d] += seen.process[j] * seen.output[j] * seen.carbon_price[self.place(j)]
        for (user, s), (_, amount, emitted) in self.bundles.items():
            d = self.place(user)[0]
            income[d] += emitted * amount * seen.carbon_price[self.place(user)]
            for r in range(seen.regions):
                i = self.supplier(r, s)
                income[d] += seen.tariff[i, d] * self._bought(i, user)
        return income

    def _sources(self, user: int, s: int, d: int, price: Array) -> tuple[list[float], list[float]]:
        """What one unit of each source costs where it arrives, and what is missing of it (banned sources)."""
        change = self.change
        paid = []
        for r in range(self.seen.regions):
            i = self.supplier(r, s)
            paid.append(price[i] * change.lost_on_the_way[i, d] * (1 + change.tariff[i, d]))
        return paid, [0.0 if (self.supplier(r, s), d) in change.without else 1.0 for r in range(self.seen.regions)]

    def _markets(self, unknown: Array) -> tuple[Array, dict[str, Array]]:  # noqa: PLR0912 - one market after another
        seen, change, n = self.seen, self.change, self.n
        R, S, K = seen.regions, seen.products, seen.categories
        slow = np.isfinite(change.mobility)
        wages = n if slow else R
        parts = np.split(np.exp(unknown), np.cumsum([n, n, wages, R, R, R if change.mobile else n]))
        price, made, wage, spending, living, rental, work = parts
        risen = rental.copy()
        if change.mobile:
            rental = np.array([seen.rental[j] * rental[self.region(j)] for j in range(n)])
        wage = wage if slow else np.repeat(wage, S)  # by industry
        carbon = change.carbon_price * (living / self.basket_price[:, 0])[:, None]
        stocks = (seen.stocks if change.stocks is None else change.stocks) / seen.price[:, None]
        if change.stocks_follow:
            stocks = np.where(stocks < 0, stocks * (made / self.quantity)[:, None], stocks)
        wanted = stocks.sum(axis=1)
        emitted, tariffs, taxes = np.zeros((R, S + K)), np.zeros(R), np.zeros(R)
        hours, machines, averted = np.zeros(n), np.zeros(n), np.zeros(R)
        gaps: list[float] = []

        def unit(user: int, s: int, d: int) -> tuple[float, list[float]]:
            """Price with carbon of one unit of a composite, and units that leave each source for it."""
            mix, _, emissions = self.bundles[user, s]
            emissions *= change.emission_factor[self.place(user)]
            paid, open_ = self._sources(user, s, d, price)
            power = 1 - mix.elasticity
            weights = [w * o for w, o in zip(mix.weights, open_, strict=True)]
            own = sum(w * p**power for w, p in zip(weights, paid, strict=True) if w) ** (1 / power)
            needs = [w * (p / own) ** -mix.elasticity if w else 0.0 for w, p in zip(weights, paid, strict=True)]
            lost = [change.lost_on_the_way[self.supplier(r, s), d] for r in range(R)]
            return own + emissions * carbon[self.place(user)], [q * f for q, f in zip(needs, lost, strict=True)]

        def take(user: int, s: int, d: int, amount: float, sources: list[float]) -> None:
            own = self.place(user)
            emitted[own] += self.bundles[user, s][2] * change.emission_factor[own] * amount
            for r, each in enumerate(sources):
                i = self.supplier(r, s)
                wanted[i] += each * amount
                tariffs[d] += change.tariff[i, d] * price[i] * each * amount

        for j in range(n):
            d, recipe = self.region(j), self.recipes[j]
            factor = change.productivity[j] * (made[j] / self.quantity[j]) ** change.external
            paid = {s: unit(j, s, d) for s in range(seen.products)}
            pay = wage[j] * change.wedge[j] / change.labour_productivity[j]
            value = recipe["value"].price([pay, rental[j]])
            inside = {
                kind: recipe["parts"][kind].price([paid[s][0] for s in recipe["kinds"][kind]])
                for kind in recipe["parts"]
            }
            lower = recipe["nest"].price([value, inside[True]]) if recipe["nest"] else value
            activity = made[j] / factor
            cost = recipe["top"].price([lower, inside[False]]) / factor
            rate = self.base_tax[j] + change.tax[j]
            own = self.place(j)
            e0 = seen.process[j] * seen.price[j] * change.emission_factor[own]
            rise = change.carbon_price[own] - seen.carbon_price[own]
            left = e0 * np.exp(-seen.slope[j] * rise)
            effort = e0 * (seen.carbon_price[own] + (1 - np.exp(-seen.slope[j] * rise)) / seen.slope[j])
            per_living = living[d] / self.basket_price[d, 0]
            gaps.append(np.log(price[j] / (cost * (1 + rate) + effort * per_living)))
            of_lower, of_materials = recipe["top"].needs([lower, inside[False]])
            of_value, of_energy = (of_lower, 0.0)
            if recipe["nest"]:
                of_value, of_energy = (of_lower * q for q in recipe["nest"].needs([value, inside[True]]))
            need_hours, need_machines = recipe["value"].needs([pay, rental[j]])
            hours[j] = activity * of_value * need_hours / change.labour_productivity[j]
            machines[j] = activity * of_value * need_machines
            for kind, amount in ((True, of_energy), (False, of_materials)):
                if kind in recipe["parts"]:
                    members = recipe["kinds"][kind]
                    each = recipe["parts"][kind].needs([paid[s][0] for s in members])
                    for s, q in zip(members, each, strict=True):
                        take(j, s, d, activity * amount * q, paid[s][1])
            emitted[own] += left * made[j]
            averted[d] += (effort - left * change.carbon_price[own]) * made[j] / self.basket_price[d, 0]
            taxes[d] += rate * cost * made[j]
        level, building = np.zeros(R), np.zeros(R)
        for d in range(R):
            index = 0.0
            for k in range(K):
                user, basket = n + d * K + k, self.baskets[d][k]
                paid = {s: unit(user, s, d) for s in range(seen.products)}
                prices = [paid[s][0] for s in range(seen.products)]
                own = basket.price(prices)
                amount = self.shares[d, k] * spending[d] / own + (averted[d] if k == 0 else 0.0)
                for s, q in enumerate(basket.needs(prices)):
                    take(user, s, d, amount * q, paid[s][1])
                index += self.shares[d, k] * np.log(own / self.basket_price[d, k])
                if k == seen.investment:
                    building[d] = own / self.basket_price[d, k]
                if k == 0:
                    gaps.append(np.log(living[d] / own))
            level[d] = np.exp(index)
        earned = np.array([wage[j] * change.wedge[j] * hours[j] + rental[j] * machines[j] for j in range(n)])
        income = np.array([earned[d * seen.products : (d + 1) * seen.products].sum() for d in range(R)])
        collected = tariffs + taxes + (carbon * emitted).sum(axis=1)
        income += collected
        lent = self.base_lending.copy()
        if change.pooled:
            lenders = self.base_lending < 0
            lent[lenders] = (self.base_lending * income / self.base_income)[lenders]
            borrowed = self.base_lending[~lenders]
            lent[~lenders] = -lent[lenders].sum() * borrowed / borrowed.sum()
        stock_value = price @ stocks
        gaps += list(np.log(wanted / made))
        bill = np.zeros(R)
        offers = np.zeros(n)
        for d in range(R):
            own = slice(d * S, (d + 1) * S)
            bill[d] = (change.wedge[own] * hours[own] * wage[own]).sum()
            rise = wage[own] / seen.wage[d]
            if slow:  # a ray of work in constant proportions of transformation, as large as its owners like
                share = seen.labour[own] / seen.labour[own].sum()
                power = 1 + change.mobility
                offers[own] = seen.labour[own] / seen.wage[d] * work[d]
                offers[own] *= (rise / (share @ rise**power) ** (1 / power)) ** change.mobility
                more = work[d]
            else:
                more = hours[own].sum() / (seen.labour[own] / seen.wage[d]).sum()
            rate = 0.0
            if change.taxed_labour:
                before = self.base_income[d] - seen.labour[own].sum() - seen.capital[own].sum()
                rate = (before * level[d] - collected[d]) / bill[d]
            pay = (1 - rate) * bill[d] / seen.labour[own].sum() / more
            more /= change.force[d]
            if np.isinf(change.supply[d]):
                gaps.append(np.log(pay / level[d]))
            else:
                gaps.append(np.log(more) - change.supply[d] * np.log(pay / level[d]))
        if slow:
            gaps += list(np.log(hours / offers))
        spent = self.spent.sum(axis=1)
        budget = np.log(spending / (income + lent - stock_value))
        gaps += [*budget[1:], float(spent @ np.log(level) / spent.sum())]
        machines_before = seen.capital / seen.rental * np.repeat(change.machines, S)
        if change.mobile:
            for d in range(R):
                own = slice(d * S, (d + 1) * S)
                stock = (machines * seen.rental)[own].sum() / (seen.capital[own].sum() * change.machines[d])
                gaps.append(np.log(stock) - change.capital_supply * np.log(risen[d] / building[d]))
        else:
            dearer = rental / seen.rental / np.repeat(building, S)
            gaps += list(np.log(machines / machines_before) - change.capital_supply * np.log(dearer))
        found = {
            "price": price / seen.price,
            "output": made / self.quantity,
            "wage": wage / np.repeat(seen.wage, S),
            "spending": spending / spent,
            "income": income,
            "emissions": emitted,
            "level": level,
            "walras": budget[:1],
            "hours": hours,
        }
        return np.array(gaps), found

    def solve(self) -> dict[str, Array]:
        """Ratios to what was observed, incomes in money, emissions; fails loudly where no root is found."""
        seen, R = self.seen, self.seen.regions
        slow = np.isfinite(self.change.mobility)
        rental = np.zeros(R) if self.change.mobile else np.log(seen.rental)
        start = np.concatenate(
            [
                np.log(seen.price),
                np.log(self.quantity),
                np.log(np.repeat(seen.wage, seen.products) if slow else seen.wage),
                np.log(self.spent.sum(axis=1)),
                np.log(self.basket_price[:, 0]),
                rental,
                np.zeros(R if slow else 0),
            ]
        )
        answer = root(lambda unknown: self._markets(unknown)[0], start, method="hybr", tol=1e-14)
        gaps, found = self._markets(answer.x)
        assert np.abs(gaps).max() < 1e-12, np.abs(gaps).max()
        return found
