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
    """The base with every elasticity alike and its final categories added up; no fuel of theirs is charged."""
    S = base.products
    assert not base.carbon_price[:, S:].any()
    one = Elasticities(np.full(S, elasticity), *(elasticity for _ in range(6)))
    return replace(
        base,
        flows=added_up(base.flows, S),
        fuel_carbon=np.concatenate([base.fuel_carbon[..., :S], np.zeros_like(base.fuel_carbon[..., :1])], axis=2),
        carbon_price=base.carbon_price[:, : S + 1],
        elasticities=one,
        investment=None,
    )


def added_up(flows: np.ndarray, products: int) -> np.ndarray:
    """Flows with their final categories added up."""
    return np.concatenate([flows[..., :products], flows[..., products:].sum(axis=3, keepdims=True)], axis=3)


def of_rigid(shock: Shock, products: int) -> Shock:
    """A shock for the base with one final category; what final buyers emit moves nothing there."""
    return replace(
        shock,
        recipe=None if shock.recipe is None else added_up(shock.recipe, products),
        carbon_price=shock.carbon_price[:, : products + 1],
        emission_factor=shock.emission_factor[:, : products + 1],
    )


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
        volumes = quantities_at(scenario, at, prices)
        wanted = volumes.sent.sum(axis=2) + volumes.stocks.sum(axis=2)
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
