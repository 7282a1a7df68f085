"""An industry at its own prices: what its nests cost, and the wage and rental at which it takes what there is.

Labour that moves slowly between industries offers each of them log L = κ log w − (1 + κ) u, u being what its region's
`wage` then stands for; κ infinite is one wage for all. Capital that stays in its industry, or its stock, answers its
rental over the price of new capital. Both are one equation an industry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.nests import price_of
from kaldor.economy.equilibrium.scenario import Scenario

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.model import Unknowns

_ROUNDING = 1e-15
_ITERATIONS = 100


def price_of_factors(scenario: Scenario, wage: Array, rental: Array) -> Array:
    """Log over base of labour with capital, by the wage that an hour's work costs and the rental (R, S)."""
    share = scenario.labour_share
    both = np.stack(np.broadcast_arrays(wage, rental))
    return price_of(np.stack([share, 1 - share]), both, scenario.base.elasticities.factors)


def price_of_bundle(scenario: Scenario, factors: Array, energy: Array) -> Array:
    """Log over base of factors with energy (R, S)."""
    both = np.stack([scenario.factor_share, scenario.energy_share])
    both = both / both.sum(axis=0)
    return price_of(both, np.stack([factors, energy]), scenario.base.elasticities.energy_against_factors)


def efficiency(scenario: Scenario, output: Array) -> Array:
    """Log of productivity with what the industry's own size adds to it (R, S)."""
    return np.asarray(np.log(scenario.shock.productivity) + scenario.closure.external_economies * output)


def activity_at(scenario: Scenario, output: Array) -> Array:
    """Log of what output takes of its bundles when a unit costs what it earns (R, S)."""
    return np.asarray(output + (scenario.base.elasticities.top - 1) * efficiency(scenario, output))


def per_unit(scenario: Scenario, net: Array) -> Array:
    """Log over base of what a unit earns after output tax (R, S)."""
    before, added = scenario.base.output_tax, scenario.shock.output_tax
    return np.asarray(net - np.log1p(added / (1 + before)))


def factor_prices(scenario: Scenario, at: Unknowns, energy: Array, new_capital: Array) -> tuple[Array, Array]:
    """Logs of the wage that workers ask and of the rental, by industry (R, S), at given prices of all else.

    `new_capital` (R) is the price that capital which answers is built at. Where labour is slow, what nobody buys would
    have any price: its own wage and rental follow new capital and its output.
    """
    mobile, slow = scenario.closure.capital == "mobile", np.isfinite(scenario.closure.labour_mobility)
    wage = np.broadcast_to(at.wage[:, None], at.net.shape)
    rental = np.broadcast_to(at.rental, at.net.shape)
    if mobile and not slow:
        return wage, rental
    if mobile:
        wage = _wage_of_slow_labour(scenario, at, energy, rental)
    else:
        wage, rental = _rental_of_own_capital(scenario, at, energy, new_capital[:, None])
    if not slow:
        return wage, rental
    nominal = new_capital[:, None] + at.output
    wage = np.where(scenario.unsold, nominal, wage)
    return wage, rental if mobile else np.where(scenario.unsold, nominal, rental)


def _wage_of_slow_labour(scenario: Scenario, at: Unknowns, energy: Array, rental: Array) -> Array:
    mobility, eta = scenario.closure.labour_mobility, scenario.base.elasticities.factors
    dearer, hours = _per_hour(scenario)
    offered = (1 + mobility) * at.wage[:, None]
    taken = np.log(scenario.shock.factor_need) + hours - eta * dearer + offered
    return _cleared(
        scenario,
        at,
        energy,
        wage=_Line(dearer, np.ones_like(dearer)),
        rental=_Line(rental, np.zeros_like(dearer)),
        market=_Line(taken, np.full_like(taken, -(eta + mobility))),
        start=at.wage[:, None],
    )


def _rental_of_own_capital(scenario: Scenario, at: Unknowns, energy: Array, new_capital: Array) -> tuple[Array, Array]:
    """Wages and rentals: labour against capital is the same whatever both are needed for, so the wage follows."""
    mobility, eta = scenario.closure.labour_mobility, scenario.base.elasticities.factors
    answer = scenario.closure.capital_supply[:, None]
    dearer, hours = _per_hour(scenario)
    offered = np.broadcast_to(at.wage[:, None], at.net.shape)
    built = answer * new_capital - np.log(scenario.shock.capital_stock)[:, None]
    if np.isinf(mobility):
        wage = _Line(offered, np.zeros_like(offered))
    else:
        level = hours - eta * dearer + (1 + mobility) * offered - built
        wage = _Line(level / (mobility + eta), (eta + answer) / (mobility + eta))
    rental = _cleared(
        scenario,
        at,
        energy,
        wage=_Line(wage.level + dearer, wage.slope),
        rental=_Line(np.zeros_like(offered), np.ones_like(offered)),
        market=_Line(np.log(scenario.shock.factor_need) + built, -(eta + answer)),
        start=at.rental,
    )
    return wage.at(rental), rental


def _per_hour(scenario: Scenario) -> tuple[Array, Array]:
    """Logs of what an effective hour costs over its wage, and of hours that are needed beside other factors (R, S)."""
    shock = scenario.shock
    return np.log(shock.wage_wedge / shock.labour_productivity), np.log(shock.labour_need / shock.labour_productivity)


@dataclass(frozen=True, eq=False)
class _Line:
    """Something linear in one log of an industry."""

    level: Array
    slope: Array

    def at(self, log: Array) -> Array:
        return np.asarray(self.level + self.slope * log)


def _cleared(
    scenario: Scenario, at: Unknowns, energy: Array, wage: _Line, rental: _Line, market: _Line, start: Array
) -> Array:
    """The log at which an industry takes of a factor just what is offered (R, S): one equation each, by Newton.

    `market` is what it takes less what is offered, but for the volume of labour with capital.
    """
    e = scenario.base.elasticities
    theta, kappa, eta = e.top, e.energy_against_factors, e.factors
    volume = activity_at(scenario, at.output) + theta * (per_unit(scenario, at.net) - np.log(scenario.size))
    log = np.broadcast_to(start, at.net.shape)
    for _ in range(_ITERATIONS):
        factors = price_of_factors(scenario, wage.at(log), rental.at(log))
        bundle = price_of_bundle(scenario, factors, energy)
        excess = volume + (kappa - theta) * bundle + (eta - kappa) * factors + market.at(log)
        labour = np.exp((1 - eta) * (wage.at(log) - factors)) * scenario.labour_share
        capital = np.exp((1 - eta) * (rental.at(log) - factors)) * (1 - scenario.labour_share)
        rise = labour * wage.slope + capital * rental.slope
        shared = scenario.factor_share / (scenario.factor_share + scenario.energy_share)
        of_bundle = shared * np.exp((1 - kappa) * (factors - bundle))
        slope = rise * ((kappa - theta) * of_bundle + eta - kappa) + market.slope
        step = np.clip(excess / slope, -1.0, 1.0)
        log = log - step
        if np.abs(step).max() <= 4 * _ROUNDING * max(1.0, float(np.abs(log).max())):
            break
    return np.asarray(log)
