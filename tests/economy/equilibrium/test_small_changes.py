"""What small changes are worth, to the digits that differences allow: Hulten, the envelope, carbon, the best tariff.

These hold where the base has no tax; the bars are what the specification's own program reached, and a little room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Base, Elasticities, every_user
from kaldor.economy.equilibrium.outcomes import Outcomes, outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from tests.economy.equilibrium.test_levels import base_of, observed

R, S = 2, 3
WHERE = (0, 2)


@pytest.fixture(scope="module")
def untaxed() -> Base:
    """No wedge in the base: output taxes are capital's income, tariffs and carbon prices none."""
    base = base_of(observed())
    bare = replace(base, tariffs=np.zeros_like(base.tariffs), carbon_price=np.zeros_like(base.carbon_price))
    return replace(bare, capital=bare.capital + bare.output - bare.cost)


def slope(of: Callable[[float], np.ndarray], step: float = 1e-3) -> np.ndarray:
    """Central difference with its error of second order taken out: (4 D(h/2) − D(h)) / 3."""
    wide, narrow = ((of(h) - of(-h)) / (2 * h) for h in (step, step / 2))
    return np.asarray((4 * narrow - wide) / 3)


def better(base: Base, supply: float) -> Callable[[float], Outcomes]:
    equilibrium = Equilibrium(base, Closure.of(base, labour_supply=supply))

    def at(rise: float) -> Outcomes:
        productivity = np.ones((R, S))
        productivity[WHERE] = np.exp(rise)
        return outcomes_of(equilibrium.solve(replace(Shock.none(base), productivity=productivity)))

    return at


@pytest.mark.parametrize("supply", [0.0, 0.5])
def test_world_welfare_rises_by_sales(untaxed, supply):
    at = better(untaxed, supply)
    assert slope(lambda h: at(h).welfare.sum()) == pytest.approx(untaxed.output[WHERE], rel=1e-7)


def test_spending_alone_would_be_far_off_where_work_answers(untaxed):
    at = better(untaxed, 0.5)
    off = slope(lambda h: at(h).spending.sum()) / untaxed.output[WHERE] - 1
    assert off > 0.1


def test_gdp_rises_by_its_own_sales_share_and_by_no_other(untaxed):
    at = better(untaxed, 0.0)
    own, other = slope(lambda h: at(h).gdp_volume)
    assert own == pytest.approx(untaxed.output[WHERE] / untaxed.income[0], rel=1e-7)
    assert other == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("supply", [0.0, 0.5])
def test_half_a_subsidy_costs_a_fourth(untaxed, supply):
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed, labour_supply=supply))

    def lost(rate: float) -> float:
        tax = np.zeros((R, S))
        tax[0, 1] = -rate
        return -float(outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), output_tax=tax))).welfare.sum())

    ratios = [lost(rate) / lost(rate / 2) for rate in (0.04, 0.02, 0.01)]
    assert lost(0.01) > 0
    assert ratios[-1] == pytest.approx(4, abs=0.025)
    assert abs(ratios[0] - 4) > abs(ratios[1] - 4) > abs(ratios[2] - 4)


@pytest.mark.parametrize("supply", [0.0, 0.5])
def test_a_carbon_price_costs_the_world_the_triangle_and_less_of_it_the_higher_it_is(untaxed, supply):
    """Half the price times what is averted at small prices; what is averted bends, and the loss with it."""
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed, labour_supply=supply))
    shares = []
    for price in (0.005, 0.02, 0.05, 0.1):
        found = outcomes_of(
            equilibrium.solve(
                replace(Shock.none(untaxed), carbon_price=every_user(np.array([price, 0.0]), untaxed.users))
            )
        )
        shares.append(float(-found.welfare.sum() / (0.5 * price * -found.emissions[0])))
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(1, abs=0.01)
    assert shares[-1] > 0.9


def test_the_best_tariff_of_a_small_country_is_one_over_elasticity_less_one():
    """One product, two regions of which one is tiny: 1 / (σ − 1), found to four digits."""
    sigma, small = 4.0, 1e-5
    home, abroad = small * 0.7, small * 0.3
    flows = np.zeros((1, 2, 2, 2))
    flows[0, :, :, 1] = [[home, abroad], [abroad, 1.0]]
    total = np.array([[home + abroad], [1.0 + abroad]])
    base = Base(
        flows, np.zeros((2, 1, 2)), total, total, np.zeros((2, 1)), np.zeros((2, 1, 2)), np.zeros((2, 2)),
        np.zeros((1, 2, 2)), np.zeros((2, 1)), np.ones((2, 1)), np.zeros((1, 1), dtype=bool),
        Elasticities(np.array([sigma]), 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
    )  # fmt: skip
    equilibrium = Equilibrium(base, Closure.of(base, lending="fixed"))

    def gain(rate: float) -> float:
        tariffs = np.zeros((2, 1, 2))
        tariffs[1, 0, 0] = rate
        return float(outcomes_of(equilibrium.solve(replace(Shock.none(base), tariffs=tariffs))).income[0]) / small

    rates = 1 / (sigma - 1) + np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
    fit = np.polynomial.Polynomial.fit(rates, [gain(rate) for rate in rates], 4)
    best = next(float(one.real) for one in fit.deriv().roots() if rates[0] < one.real < rates[-1])
    assert best == pytest.approx(1 / (sigma - 1), abs=1e-4)
