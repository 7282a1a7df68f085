"""What an industry's prices and quantities answer: linear in a few logs of its own at any point.

All nests have constant elasticities, so logs answer logs by shares of spending; a form is the (7, R, S) array of the
coefficients on `LOCAL`. Rentals of capital that stays in its industry are eliminated, one equation an industry, as are
wages of labour that moves slowly: "wage" then is what its region's unknown stands for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.model import Prices, Unknowns
from kaldor.economy.equilibrium.nests import shares_in
from kaldor.economy.equilibrium.scenario import Scenario

LOCAL = ("output", "net", "wage", "rental", "energy", "materials", "new capital")
OUTPUT, NET, WAGE, RENTAL, ENERGY, MATERIALS, NEW_CAPITAL = range(7)
"""The logs that forms are linear in, and their places."""


class Forms:
    """An industry's logs as coefficients on its six local logs, at a point."""

    def __init__(self, scenario: Scenario, at: Unknowns, prices: Prices, precision: DTypeLike) -> None:
        e = scenario.base.elasticities
        theta, kappa, eta = e.top, e.energy_against_factors, e.factors
        one = {name: self._unit(position, at.net.shape) for position, name in enumerate(LOCAL)}
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
        nominal, slow = one["new capital"] + one["output"], np.isfinite(mobility)
        by_price = scenario.unsold & slow  # as `factor_prices` has it
        if slow:
            market = self.labour - mobility * one["wage"]
            market = np.where(by_price, one["wage"] - nominal, market)
            self._eliminate(WAGE, market, offered=np.where(by_price, 0.0, 1 + mobility))
        if closure.capital == "by industry":
            answer = closure.capital_supply[:, None]
            market = self.capital - answer * (one["rental"] - one["new capital"])
            self._eliminate(RENTAL, np.where(by_price, one["rental"] - nominal, market))
        vars(self).update({name: form.astype(precision) for name, form in vars(self).items()})

    @staticmethod
    def _unit(position: int, shape: tuple[int, ...]) -> Array:
        form = np.zeros((len(LOCAL), *shape))
        form[position] = 1
        return form

    def _eliminate(self, position: int, market: Array, offered: Array | float = 0.0) -> None:
        """An industry's own market of a factor is cleared: its price by the other logs, and `offered` by its region."""
        price = -market / market[position]
        price[position] = -offered / market[position]
        for name in ("materials", "fuels", "labour", "capital", "price", "wage", "rental"):
            form = getattr(self, name)
            rest = form.copy()
            rest[position] = 0
            setattr(self, name, rest + form[position] * price)
