"""How much work there is and what it is paid: the market of each region's labour, and a tax on it that pays bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.errors import NotConvergedError

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.model import Prices, Quantities, Unknowns

TAXES = ("tariffs", "export taxes", "output taxes", "carbon price")
"""Parts of income that the treasury collects."""


def employed(scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> Array:
    """Log over base of a region's work (R); where it moves slowly, of what it offers to all industries together."""
    mobility, before = scenario.closure.labour_mobility, scenario.base.labour.sum(axis=1)
    if np.isinf(mobility):
        return np.asarray(np.log(volumes.labour.sum(axis=1) / before))
    highest = prices.wage.max(axis=1)
    worth = offered_worth(scenario, prices).sum(axis=1) / before
    wage = highest + np.log(worth) / (1 + mobility)
    return np.asarray(mobility * (wage - at.wage) - at.wage)


def offered_worth(scenario: Scenario, prices: Prices) -> Array:
    """What slow labour earns in each industry, by the same scale within a region (R, S): large powers overflow."""
    power = 1 + scenario.closure.labour_mobility
    return np.asarray(scenario.base.labour * np.exp(power * (prices.wage - prices.wage.max(axis=1, keepdims=True))))


def bill(scenario: Scenario, prices: Prices, volumes: Quantities) -> Array:
    """What each industry pays for labour, any wedge in it (R, S)."""
    return np.asarray(np.exp(prices.wage) * scenario.shock.wage_wedge * volumes.labour)


def pay(scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> Array:
    """Log over base of mean pay, after the tax on labour that the closure may ask for (R)."""
    before = scenario.base.labour.sum(axis=1)
    paid = np.log(bill(scenario, prices, volumes).sum(axis=1) / before)
    rate = labour_tax(scenario, prices, volumes)
    if (rate >= 1).any():
        raise NotConvergedError("All that labour earns would not pay for what the treasury has lost.")
    kept = np.log1p(-rate)
    return np.asarray(paid - employed(scenario, at, prices, volumes) + kept)


def labour_tax(scenario: Scenario, prices: Prices, volumes: Quantities) -> Array:
    """The rate on labour's income (R) by which other revenue stays what it was in real terms; 0 under a lump sum."""
    if scenario.closure.treasury == "lump sum":
        return np.zeros(scenario.base.regions)
    wanted = treasury(scenario) * np.exp(prices.consumption)
    collected = sum(volumes.parts[name] for name in TAXES)
    return np.asarray((wanted - collected) / volumes.parts["labour"])


def treasury(scenario: Scenario) -> Array:
    """What is collected at base (R)."""
    base = scenario.base
    return np.asarray(base.income - (base.labour + base.capital).sum(axis=1))


def labour_residual(scenario: Scenario, at: Unknowns, prices: Prices, volumes: Quantities) -> Array:
    """Log by which work misses its supply at the mean pay, or the real wage where it is fixed (R)."""
    supply = scenario.closure.labour_supply
    more = employed(scenario, at, prices, volumes) - np.log(scenario.shock.labour_force)
    fixed = np.isinf(supply)
    real = pay(scenario, at, prices, volumes) - prices.consumption
    return np.asarray(np.where(fixed, 0, 1) * more - np.where(fixed, 1, supply) * real)
