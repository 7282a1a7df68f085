from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.errors import UnknownLabelError
from kaldor.sustainability.scopes import block_scopes, industry_scopes
from tests.economy.random_tables import random_economy


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000))
def test_the_three_scopes_are_the_industrys_total_requirement(seed):
    economy = random_economy(seed)
    table = industry_scopes(economy).table
    s = economy.S("co2")
    M = s @ np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(table[["scope1", "scope2", "scope3_upstream"]].sum(axis=1), M * economy.x, rtol=1e-9)
    assert (table[["scope1", "scope2", "scope3_upstream"]] >= -1e-9).all(axis=None)
    assert (table["scope2"] >= table["scope2_direct"] - 1e-12).all()


def test_energy_industries_have_no_scope_2_of_their_own():
    scopes = industry_scopes(random_economy(1))
    assert (scopes.of(["s03"]).table["scope2"] == 0).all()
    assert (scopes.of(["s00"]).table["scope2"] > 0).all()


def test_a_block_is_netted_like_the_inverse_of_everything_outside_it():
    economy = random_economy(2)
    found = block_scopes(economy, "R01", ["s00", "s01", "s02"])
    rows = economy.index
    inside = (rows.get_level_values("region") == "R01") & rows.get_level_values("sector").isin(["s00", "s01", "s02"])
    A, s = economy.A(), economy.S("co2")
    outside_inverse = np.linalg.inv(np.eye((~inside).sum()) - A[np.ix_(~inside, ~inside)])
    upstream = s[~inside] @ outside_inverse @ A[np.ix_(~inside, inside)] @ economy.x[inside]
    assert found["scope2"] + found["scope3_upstream"] == pytest.approx(upstream)
    assert found["scope1"] == pytest.approx(s[inside] @ economy.x[inside])


def test_a_block_with_an_energy_sector_is_refused():
    with pytest.raises(UnknownLabelError, match="s03"):
        block_scopes(random_economy(2), "R01", ["s02", "s03"])


@pytest.mark.real
def test_published_ratios_of_568_manufacturing_industries(wiod):
    economy = wiod(2009)
    scopes = industry_scopes(economy).of(economy.group("manufacturing"))
    with_chain = scopes.scope3_over_scopes12()
    assert with_chain.industries == 568
    assert [round(with_chain.pooled, 2), round(with_chain.median, 2)] == [1.62, 2.49]
    direct_only = scopes.scope3_over_scopes12(chain_of_energy=False)
    assert [round(direct_only.pooled, 2), round(direct_only.median, 2)] == [1.81, 2.78]
    upstream = scopes.upstream_over_scope1()
    assert [round(upstream.pooled, 2), round(upstream.median, 2)] == [2.87, 6.09]


@pytest.mark.real
def test_published_facts_about_chains(wiod):
    economy = wiod(2009)
    table = industry_scopes(economy).table
    upstream = (table["scope2"] + table["scope3_upstream"]).sum() / table["scope1"].sum()
    assert upstream == pytest.approx(1.8, abs=0.05)
    assert table["scope2"].sum() / table["scope2_direct"].sum() == pytest.approx(1.21, abs=0.005)
    blocks = [block_scopes(economy, region, economy.group("manufacturing")) for region in economy.regions]
    direct = [
        (b["scope3_upstream"] + b["scope2"] - b["scope2_direct"]) / (b["scope1"] + b["scope2_direct"]) for b in blocks
    ]
    assert np.median(direct) == pytest.approx(1.1, abs=0.05)
