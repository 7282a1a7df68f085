"""Cost-push prices and the Ghosh model against the explicit inverse and textbook economies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kaldor.economy.prices import consumer_prices, cost_push, ghosh_quantities
from kaldor.errors import InputError
from tests.economy.random_tables import random_economy
from tests.economy.textbook import germany_1995, miller_blair


def test_price_changes_are_those_of_the_explicit_inverse():
    economy = random_economy(1)
    change = pd.Series(np.random.default_rng(1).normal(0, 0.1, economy.n), index=economy.index)
    expected = np.linalg.inv(np.eye(economy.n) - economy.A()).T @ change.to_numpy()
    np.testing.assert_allclose(cost_push(economy, change), expected, rtol=1e-10)


def test_all_primary_inputs_dearer_by_a_tenth_make_everything_dearer_by_a_tenth():
    economy = random_economy(2)
    v = pd.Series(economy.value_added * economy.per_output, index=economy.index)
    np.testing.assert_allclose(cost_push(economy, 0.1 * v), 0.1, rtol=1e-12)


def test_extra_cost_of_final_demand_is_extra_primary_cost():
    """p' y = v' x: what final users pay more is what primary inputs receive more."""
    economy = random_economy(3)
    change = {("R01", "s02"): 0.2, ("R00", "s00"): -0.05}
    p = cost_push(economy, change)
    final = economy.x - economy.Z.sum(axis=1)
    received = sum(amount * economy.x[economy.index.get_loc(row)] for row, amount in change.items())
    assert p @ final == pytest.approx(received, rel=1e-12)


def test_wages_of_one_sector_in_the_textbook_economy():
    """Miller & Blair, section 2.6: labour of sector 1 (0.30 a dollar) dearer by 30 %, L as printed there."""
    p = cost_push(miller_blair(), {("ONE", "1"): 0.09})
    assert p.tolist() == pytest.approx([0.09 * 1.254, 0.09 * 0.330], abs=5e-5)
    assert (1 + p).round(3).tolist() == [1.113, 1.030]


def test_ghosh_change_of_output_is_that_of_the_explicit_inverse():
    economy = random_economy(4)
    change = pd.Series(np.random.default_rng(4).normal(0, 1, economy.n), index=economy.index)
    G = np.linalg.inv(np.eye(economy.n) - economy.Z / economy.x[:, None])
    np.testing.assert_allclose(ghosh_quantities(economy, change), change.to_numpy() @ G, rtol=1e-10)


def test_ghosh_values_are_leontief_prices_times_output():
    """Dietzenbacher (1997): the supply-driven model read as a price model."""
    economy = random_economy(5)
    amounts = pd.Series(np.random.default_rng(5).uniform(0, 1, economy.n), index=economy.index)
    p = cost_push(economy, amounts / economy.x)
    np.testing.assert_allclose(ghosh_quantities(economy, amounts), economy.x * p, rtol=1e-10)


def test_all_primary_inputs_make_all_output():
    economy = random_economy(6)
    v = pd.Series(economy.value_added, index=economy.index)
    np.testing.assert_allclose(ghosh_quantities(economy, v), economy.x, rtol=1e-12)


@pytest.mark.real
def test_germany_1995_first_column_of_the_ghosh_inverse_as_printed(shared):
    """Eurostat manual (2008), ch. 15: what one more euro of each sector's primary inputs adds to agriculture."""
    economy = germany_1995(shared)
    added = [ghosh_quantities(economy, {row: 1.0}).iloc[0].round(4) for row in economy.index]
    assert added == [1.0339, 0.0118, 0.0037, 0.0103, 0.0117, 0.0043]


def test_consumers_pay_for_what_they_buy():
    economy = random_economy(7)
    p = cost_push(economy, {("R00", "s01"): 0.1})
    found = consumer_prices(economy, p)
    basket = economy.Y[:, 0::2]  # households' columns
    np.testing.assert_allclose(found["extra_cost"], p @ basket)
    np.testing.assert_allclose(found["price_change"], (p @ basket) / basket.sum(axis=0))
    uniform = consumer_prices(economy, pd.Series(0.03, index=economy.index))
    np.testing.assert_allclose(uniform["price_change"], 0.03)


@pytest.mark.parametrize("ask", [cost_push, ghosh_quantities])
def test_unknown_rows_and_bad_numbers_are_refused(ask):
    economy = random_economy(1)
    with pytest.raises(InputError, match=r"\('R00', 's99'\) is no"):
        ask(economy, {("R00", "s99"): 0.1})
    with pytest.raises(InputError, match="finite"):
        ask(economy, {("R00", "s00"): float("inf")})


def test_idle_industries_and_missing_roles_are_refused():
    economy = random_economy(1, idle=1)
    with pytest.raises(InputError, match="R00/s00: has no output"):
        ghosh_quantities(economy, {("R00", "s00"): 1.0})
    with pytest.raises(InputError, match="Roles known: households"):
        consumer_prices(economy, pd.Series(0.1, index=economy.index), role="government")


@pytest.mark.real
def test_figures_of_the_method_page(wiod):
    change = cost_push(wiod(2011), {("RUS", "c2"): 0.1})
    assert change[("LTU", "c8")] == pytest.approx(0.0463, abs=5e-5)
    paid = consumer_prices(wiod(2011), change)["price_change"]
    assert (paid[["RUS", "LTU", "DEU"]] * 100).round(2).tolist() == [0.39, 0.46, 0.04]
