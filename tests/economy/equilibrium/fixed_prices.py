"""The equilibrium's equations where factor prices and final volumes are held: no market is left to answer.

Held: wages and rentals at their base, by region; what final buyers take, in volume (one category of them, since several
keep their shares of spending and not their volumes); stocks. Left: every price from its costs, every output from what
is bought. These are two linear systems where all elasticities are 0, solved here by going round the model's own
equations until nothing moves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.model import Unknowns, prices_at, quantities_at, residuals_at
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Point

_ROUNDS = 2_000


def rigid(base: Base, elasticity: float = 0.0) -> Base:
    """The base with every elasticity alike and its final categories added up."""
    S = base.products
    final = base.flows[..., S:].sum(axis=3, keepdims=True)
    assert not base.fuel_carbon[..., S:].any() or not base.carbon_price.any(), "added up, fuel is charged on all"
    one = Elasticities(np.full(S, elasticity), *(elasticity for _ in range(6)))
    fuel = np.concatenate([base.fuel_carbon[..., :S], np.zeros_like(base.fuel_carbon[..., :1])], axis=2)
    return replace(base, flows=np.concatenate([base.flows[..., :S], final], axis=3), fuel_carbon=fuel, elasticities=one)


def held(base: Base, shock: Shock) -> Point:
    """The point at which prices follow from costs and outputs from purchases, at held factor prices and final use."""
    scenario = Scenario(base, shock, Closure.of(base, capital="mobile", lending="fixed"))
    at = Unknowns.base(scenario)
    taxed = np.log1p(shock.output_tax / (1 + base.output_tax))
    for _ in range(_ROUNDS):
        prices = prices_at(scenario, at)
        final = prices.final[:, 0]
        moved = replace(at, net=prices.cost + taxed, households=final, spending=final)
        done = np.abs(moved.net - at.net).max() + np.abs(moved.households - at.households).max() < 1e-15
        at = moved
        if done:
            break
    prices = prices_at(scenario, at)
    for _ in range(_ROUNDS):
        wanted = quantities_at(scenario, at, prices).sent.sum(axis=2) + base.stocks.sum(axis=2)
        output = np.log(wanted / base.output)
        done = np.abs(output - at.output).max() < 1e-15
        at = replace(at, output=output)
        if done:
            break
    point = Point.of(scenario, at)
    n = base.output.size
    missed = residuals_at(scenario, at, point.prices, point.volumes)
    assert np.abs(missed[: 2 * n]).max() < 1e-12, "prices or markets are not settled"
    return point
