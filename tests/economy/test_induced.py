"""Type II multipliers against the inverse of the table enlarged by households, and the textbook's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Extension
from kaldor.economy.induced import households_inside, type2_multipliers
from kaldor.economy.multipliers import multipliers
from kaldor.errors import InputError, UnknownExtensionError, UnproductiveEconomyError
from tests.economy.random_tables import SOURCE, random_economy
from tests.economy.textbook import miller_blair


def _enlarged_inverse(economy, income, spending):
    """(I − A)⁻¹ with one more row and column a region: households that earn `income` and spend on their basket."""
    regions, n = len(economy.regions), economy.n
    basket = economy.Y[:, 0::2]
    A = np.zeros((n + regions, n + regions))
    A[:n, :n] = economy.A()
    A[:n, n:] = basket / basket.sum(axis=0) * spending
    for r, region in enumerate(economy.regions):
        rows = economy.rows_of(region)
        A[n + r, rows] = income[rows] * economy.per_output[rows]
    return np.linalg.inv(np.eye(n + regions) - A)


@pytest.mark.parametrize("idle", [0, 1])
def test_type_2_is_the_inverse_of_the_table_with_households_inside(idle):
    economy = random_economy(1, idle=idle)
    spending = np.array([0.7, 0.5, 0.9])
    income = np.where(economy.has_output, economy.value_added, 0)
    L = _enlarged_inverse(economy, income, spending)
    n = economy.n
    found = type2_multipliers(economy, spending=dict(zip(economy.regions, spending, strict=True)))
    np.testing.assert_allclose(found["output_type2"], L[:n, :n].sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found["income_type2"], L[n:, :n].sum(axis=0), rtol=1e-10)
    burnt = economy.extension("co2").F_Y[0::2] / economy.Y[:, 0::2].sum(axis=0) * spending
    carried = np.concatenate([economy.S("co2"), burnt])
    np.testing.assert_allclose(found["co2_type2"], (carried @ L)[:n], rtol=1e-10)


def test_type_1_is_the_open_model():
    economy = random_economy(2)
    found = type2_multipliers(economy, spending=0.8)
    np.testing.assert_allclose(found["co2_type1"], multipliers(economy)["co2"], rtol=1e-12)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(found["output_type1"], L.sum(axis=0), rtol=1e-10)


def test_households_that_spend_nothing_induce_nothing():
    found = type2_multipliers(random_economy(3), spending=0.0)
    for name in ("output", "income", "co2"):
        np.testing.assert_allclose(found[f"{name}_type2"], found[f"{name}_type1"], rtol=1e-12)


def test_more_spending_induces_more():
    economy = random_economy(4)
    totals = [type2_multipliers(economy, spending=s)["output_type2"].sum() for s in (0.2, 0.5, 0.8)]
    assert totals == sorted(totals)


def test_the_spending_of_the_table_itself_is_the_default():
    economy = miller_blair()
    default = type2_multipliers(economy, income="labour")
    given = type2_multipliers(economy, income="labour", spending=450 / 800)
    np.testing.assert_allclose(default, given, rtol=1e-12)
    assert "truncated" in default.attrs["note"]
    assert default.attrs["units"]["labour"] == "$ per $"


def test_miller_and_blair_s_closed_model():
    """Section 2.5 and 6.2, as printed: simple 1.518, 1.452; total 2.462, 2.262; income .570, .489.

    The book's households spend their income of 1000 (800 from the sectors, 50 from each other) on 50, 400 and 50 of
    labour services: coefficients .05, .40, .05.
    """
    A = np.array([[0.15, 0.25], [0.20, 0.05]])
    L = np.linalg.inv(np.eye(2) - A)
    H, C = np.array([[0.30, 0.25]]), np.array([[0.05], [0.40]])
    simple, incomes = np.ones((1, 2)) @ L, H @ L
    truncated, incomes2 = households_inside(simple, incomes, C, np.zeros((1, 1)), own=np.array([[0.05]]))
    assert simple[0].round(3).tolist() == [1.518, 1.452]
    assert incomes2[0].round(3).tolist() == [0.570, 0.489]
    assert (truncated + incomes2)[0].round(3).tolist() == pytest.approx([2.462, 2.262], abs=0.0011)
    inside = households_inside(L, incomes, C, np.zeros((2, 1)), own=np.array([[0.05]]))[0]
    np.testing.assert_allclose(inside, [[1.365, 0.425], [0.527, 1.348]], atol=5e-4)


def test_income_in_another_unit_and_endless_spending_are_refused():
    economy = random_economy(5)
    with pytest.raises(InputError, match="is in kt CO2, the table in million"):
        type2_multipliers(economy, income="co2", spending=0.5)
    with pytest.raises(UnknownExtensionError):
        type2_multipliers(economy, income="wages")
    with pytest.raises(UnproductiveEconomyError, match="never dies down"):
        type2_multipliers(economy, spending=1.0)
    with pytest.raises(InputError, match="none for R02"):
        type2_multipliers(economy, spending={"R00": 0.5, "R01": 0.5})
    with pytest.raises(InputError, match="0 or more"):
        type2_multipliers(economy, spending=-0.5)
    with pytest.raises(InputError, match="role 'households'"):
        type2_multipliers(replace(economy, demand_roles={}))


def test_income_of_an_extension_in_the_table_s_unit():
    economy = random_economy(6)
    wages = Extension("wages", "Wages", "million $", 0.5 * economy.value_added, np.zeros(6), "estimated", SOURCE)
    by_wages = type2_multipliers(economy.with_extensions(wages), ["co2"], income="wages", spending=0.8)
    by_value_added = type2_multipliers(economy, ["co2"], spending=0.4)
    np.testing.assert_allclose(by_wages["output_type2"], by_value_added["output_type2"], rtol=1e-12)


@pytest.mark.real
def test_world_type_2_is_bounded_by_what_households_spend(wiod):
    """In a closed world a share of every dollar of value added is spent again: income is 1 / (1 − share)."""
    found = type2_multipliers(wiod(2009), ["co2"], spending=0.5)
    shares = found["income_type1"][wiod(2009).has_output]
    np.testing.assert_allclose(shares, 1.0, rtol=1e-9)
    np.testing.assert_allclose(found["income_type2"][wiod(2009).has_output], 2.0, rtol=1e-9)
