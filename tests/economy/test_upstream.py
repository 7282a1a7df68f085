"""Upstreamness and downstreamness against the explicit inverses, their series of stages, and published positions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from kaldor.economy.upstream import downstreamness, positions, upstreamness
from kaldor.errors import InputError, UnknownLabelError
from tests.economy.random_tables import random_economy


def _with_inventories(economy):
    return replace(economy, demand_roles={"households": "households", "inventories": "inventories"})


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), regions=st.integers(1, 3), sectors=st.integers(1, 5))
def test_positions_are_the_sums_of_the_ghosh_and_leontief_inverses(seed, regions, sectors):
    economy = random_economy(seed, regions, sectors)
    G = np.linalg.inv(np.eye(economy.n) - economy.Z / economy.x[:, None])
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(upstreamness(economy), G.sum(axis=1), rtol=1e-10)
    np.testing.assert_allclose(downstreamness(economy), L.sum(axis=0), rtol=1e-10)


def test_upstreamness_counts_stages_until_final_use():
    """Antràs and others' definition written out: 1 × share sold to final users + 2 × share sold to their suppliers …"""
    economy = random_economy(3)
    A, stage = economy.A(), economy.x - economy.Z.sum(axis=1)
    total = np.zeros(economy.n)
    for steps in range(1, 400):
        total += steps * stage / economy.x
        stage = A @ stage
    np.testing.assert_allclose(upstreamness(economy), total, rtol=1e-10)


def test_a_chain_of_three_has_positions_three_two_one():
    economy = random_economy(1, regions=1, sectors=3)
    Z = np.zeros((3, 3))
    Z[0, 1], Z[1, 2] = 10, 20
    chain = replace(economy, Z=Z, x=np.array([10.0, 20.0, 40.0]), Y=np.array([[0.0, 0], [0, 0], [40, 0]]))
    assert upstreamness(chain).tolist() == pytest.approx([3, 2, 1], rel=1e-12)
    assert downstreamness(chain).tolist() == pytest.approx([1, 1.5, 1.75], rel=1e-12)


def test_value_added_weighted_upstreamness_is_final_use_weighted_downstreamness():
    """Both equal output over value added for the world (Fally 2012; Antràs & Chor 2018)."""
    economy = random_economy(4)
    final = economy.x - economy.Z.sum(axis=1)
    ratio = economy.x.sum() / economy.value_added.sum()
    assert np.average(upstreamness(economy), weights=economy.value_added) == pytest.approx(ratio, rel=1e-10)
    assert np.average(downstreamness(economy), weights=final) == pytest.approx(ratio, rel=1e-10)


def test_inventories_in_proportion_scale_the_other_uses():
    economy = _with_inventories(random_economy(5))
    held = economy.Y[:, 1::2].sum(axis=1)
    D = economy.Z / (economy.x - held)[:, None]
    expected = np.linalg.inv(np.eye(economy.n) - D).sum(axis=1)
    np.testing.assert_allclose(upstreamness(economy, inventories="in proportion"), expected, rtol=1e-10)
    A = economy.Z * (economy.x / (economy.x - held))[:, None] / economy.x
    expected = np.linalg.inv(np.eye(economy.n) - A).sum(axis=0)
    np.testing.assert_allclose(downstreamness(economy, inventories="in proportion"), expected, rtol=1e-10)


def test_an_industry_that_fills_its_stores_keeps_its_inventories_as_final_use():
    economy = _with_inventories(random_economy(6))
    Y = np.array(economy.Y)
    Y[0, 1] = 0.9 * economy.x[0]
    filled = replace(economy, Y=Y)
    assert np.isfinite(upstreamness(filled, inventories="in proportion")).all()


def test_means_are_weighted_by_output():
    economy = random_economy(7, idle=1)
    rows = positions(economy)
    assert np.isnan(rows["upstreamness"].iloc[0])
    means = positions(economy, by="region")
    there = rows.loc["R01"]
    expected = np.average(there["downstreamness"], weights=there["output"])
    assert means.loc["R01", "downstreamness"] == pytest.approx(expected)
    world = positions(economy, by="world").loc["world"]
    assert world["output"] == pytest.approx(economy.x.sum())
    assert world["upstreamness"] == pytest.approx(np.average(means["upstreamness"], weights=means["output"]))
    assert positions(economy, by="sector").index.tolist() == list(economy.sectors)


def test_without_inventories_the_correction_is_refused():
    with pytest.raises(InputError, match="inventories='final use'"):
        upstreamness(random_economy(1), inventories="in proportion")
    with pytest.raises(UnknownLabelError, match="final use"):
        upstreamness(random_economy(1), inventories="final")
    with pytest.raises(UnknownLabelError, match="region"):
        positions(random_economy(1), by="regions")


PUBLISHED_US_2002 = {
    # sector of WIOD: upstreamness of an industry of it in the US table of 2002 (Antràs, Chor, Fally & Hillberry 2012)
    "c1": 3.404,  # grain farming
    "c2": 3.347,  # oil and gas extraction
    "c3": 1.183,  # bread and bakery products
    "c5": 1.007,  # footwear
    "c6": 3.006,  # sawmills
    "c7": 2.718,  # paper mills
    "c8": 2.396,  # petroleum refineries
    "c9": 4.651,  # petrochemicals
    "c10": 2.417,  # other plastics products
    "c11": 2.986,  # cement
    "c12": 3.358,  # iron and steel mills
    "c15": 1.000,  # automobiles
    "c17": 2.112,  # electric power
    "c18": 1.000,  # new residential structures
}


@pytest.mark.real
def test_united_states_industries_stand_in_the_published_order(wiod):
    ours = upstreamness(wiod(2000), inventories="in proportion").xs("USA").loc[list(PUBLISHED_US_2002)]
    published = list(PUBLISHED_US_2002.values())
    assert spearmanr(ours, published).statistic >= 0.75
    assert ours["c15"] < ours["c9"] - 0.5


@pytest.mark.real
def test_the_world_moved_upstream_and_china_stands_furthest_from_final_use(wiod):
    """Antràs & Chor (2018) on the same tables: positions rose from 1995 to 2011."""
    before, after = (positions(wiod(year), by="world").loc["world", "upstreamness"] for year in (2000, 2011))
    assert after > before + 0.1
    countries = positions(wiod(2011), by="region")
    assert countries["upstreamness"].idxmax() == "CHN"
    assert countries["upstreamness"].corr(countries["downstreamness"]) > 0.5
