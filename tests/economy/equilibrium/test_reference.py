"""The equilibrium equals twenty-six economies that somebody else solved in levels, from primitives."""

from pathlib import Path

import numpy as np
import pytest

from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.solver import Equilibrium
from tests.economy.equilibrium.reference import cases


@pytest.fixture(scope="module")
def solved(shared: Path):
    path = shared / "equilibrium" / "levels_2x2.json"
    return [
        (name, Equilibrium(base, closure).solve(shock), theirs) for name, base, shock, closure, theirs in cases(path)
    ]


def test_prices_volumes_wages_and_rentals_are_those_of_the_economies_in_levels(solved) -> None:
    assert len(solved) == 26
    for name, point, theirs in solved:
        ours = {
            "p": point.prices.producers,
            "x": point.at.output,
            "w": point.at.wage,
            "r": point.at.rental,
            "E": point.at.spending,
            "Ph": point.at.households,
            "PC": point.prices.consumption,
        }
        for key, value in ours.items():
            np.testing.assert_allclose(np.exp(value).ravel(), theirs[key], rtol=1e-10, err_msg=f"{name}: {key}")


def test_income_welfare_work_and_emissions_are_theirs(solved) -> None:
    for name, point, theirs in solved:
        outcomes, volumes = outcomes_of(point), point.volumes
        world = sum(theirs["E0"])
        ours = {
            "nat_income": outcomes.income,
            "ev": outcomes.spending,
            "ev_ghh": outcomes.welfare,
            "income": volumes.income,
            "co2": volumes.emissions,
        }
        for key, value in ours.items():
            np.testing.assert_allclose(value, theirs[key], atol=1e-10 * world, err_msg=f"{name}: {key}")
        np.testing.assert_allclose(1 + outcomes.jobs, theirs["L"], rtol=1e-10, err_msg=name)
        assert point.walras < 1e-10


def test_the_parts_of_income_add_up_to_it(solved) -> None:
    for name, point, theirs in solved:
        outcomes = outcomes_of(point)
        parts = outcomes.volume + outcomes.terms_of_trade + outcomes.stocks_valued
        np.testing.assert_allclose(parts, outcomes.income, atol=1e-10 * sum(theirs["E0"]), err_msg=name)
