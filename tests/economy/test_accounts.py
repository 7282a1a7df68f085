from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.accounts import DISCREPANCY, UNALLOCATED, country_accounts, footprint, output_by_use
from kaldor.errors import UnknownExtensionError
from tests.economy.random_tables import random_economy

shapes = st.tuples(st.integers(0, 10_000), st.integers(1, 4), st.integers(2, 5), st.integers(0, 2))


@settings(deadline=None, max_examples=30)
@given(shapes)
def test_nothing_vanishes_between_production_and_consumption(shape):
    seed, regions, sectors, idle = shape
    economy = random_economy(seed, regions, sectors, idle=idle)
    accounts = country_accounts(economy, "co2")
    published = economy.extension("co2").F.sum() + economy.extension("co2").F_Y.sum()
    assert accounts["production"].sum() == pytest.approx(published, rel=1e-10)
    everything = accounts[["consumption", "discrepancy", "unallocated"]].to_numpy().sum()
    assert everything == pytest.approx(published, rel=1e-10)
    parts = accounts[["domestic", "embodied_in_exports", "direct", "discrepancy", "unallocated"]].sum(axis=1)
    np.testing.assert_allclose(parts, accounts["production"], rtol=1e-10)
    uses = accounts[["domestic", "embodied_in_imports", "direct"]].sum(axis=1)
    np.testing.assert_allclose(uses, accounts["consumption"], rtol=1e-10)


def test_rows_of_a_footprint_are_production_and_its_columns_consumption():
    economy = random_economy(7, idle=1)
    flows, accounts = footprint(economy, "co2"), country_accounts(economy, "co2")
    np.testing.assert_allclose(flows.sum(axis=1), accounts["production"])
    np.testing.assert_allclose(flows[list(economy.regions)].sum(), accounts["consumption"])
    assert list(flows.columns[-2:]) == [DISCREPANCY, UNALLOCATED]
    assert flows.attrs["unit"] == "kt CO2"


def test_the_footprint_by_product_adds_up_to_the_consumption_account():
    economy = random_economy(8)
    by_product = footprint(economy, "co2", by="product")
    np.testing.assert_allclose(by_product.sum(), country_accounts(economy, "co2")["consumption"], rtol=1e-10)
    assert by_product.index[-1] == ("", "direct use")


def test_value_added_is_an_extension_that_every_economy_has():
    economy = random_economy(9)
    accounts = country_accounts(economy, "value_added")
    assert accounts["production"].sum() == pytest.approx(economy.value_added.sum())
    assert accounts.attrs["unit"] == "million $"


def test_a_mistyped_extension_is_told_the_near_match():
    with pytest.raises(UnknownExtensionError, match=r"'c02'.*Did you mean 'co2'"):
        country_accounts(random_economy(1), "c02")


def test_the_solved_final_demand_is_shared_and_cannot_be_written():
    economy = random_economy(2)
    assert np.shares_memory(output_by_use(economy), output_by_use(economy))
    with pytest.raises(ValueError, match="read-only"):
        output_by_use(economy)[0, 0] = 1
