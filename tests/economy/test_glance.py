"""The bands beside the figures of a first page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.glance import ENDS, FEW, _kept, glance, packaged_bands
from kaldor.economy.starter import starter_sheets, starter_with, starter_world
from kaldor.economy.uncertainty import ACCOUNTS, DRAWS, bands
from tests.economy.random_tables import random_economy


@pytest.fixture(scope="module")
def world() -> Economy:
    return Economy.from_published(starter_world())


def test_the_bands_that_come_with_the_starter_world_are_of_this_very_world(world):
    """If this fails: ./run python docs/make_starter_bands.py"""
    for extension in world.extensions:
        own = country_accounts(world, extension)[list(ACCOUNTS)].stack()
        kept = packaged_bands().loc[extension]["value"]
        assert list(kept.index) == list(own.index)
        assert kept.to_numpy() == pytest.approx(own.to_numpy(), rel=1e-8, abs=1e-8 * own.max())
    found = glance(world, "co2", "DEU")
    assert found.draws == DRAWS
    low, value, high = found.table.loc["consumption", ["low", "value", "high"]]
    assert low < value < high


def test_they_are_near_the_bands_of_few_of_its_draws(world):
    """If this fails: ./run python docs/make_starter_bands.py"""
    few = bands(world, "co2", regions=["CHN", "DEU"], draws=30).table[ENDS]
    kept = packaged_bands().loc["co2"].loc[["CHN", "DEU"]]
    width = (kept["high"] - kept["low"]).clip(lower=1.0)
    off = few.sub(kept).div(width, axis=0).abs()
    assert off["median"].max() < 0.35
    assert off[["low", "high"]].to_numpy().max() < 0.6


@pytest.mark.long
def test_they_are_the_bands_of_all_its_draws(world):
    few = bands(world, "co2").table[ENDS]
    assert packaged_bands().loc["co2"].to_numpy() == pytest.approx(few.to_numpy(), rel=1e-6, abs=1e-3)


def test_a_world_that_was_changed_is_drawn_and_does_not_take_them(world):
    own = world.extension("co2")
    larger = world.with_extensions(replace(own, F=own.F * 2))
    found = glance(larger, "co2", "DEU")
    assert found.draws == FEW
    expected = bands(larger, "co2", regions=["DEU"], draws=FEW, seed=1).table.loc["DEU", ENDS]
    assert found.table.to_numpy() == pytest.approx(expected.to_numpy(), rel=5e-3)


def test_a_region_and_an_extension_have_their_own_of_the_packaged_bands(world):
    for extension, region in (("co2", "CHN"), ("jobs_male", "CHN"), ("jobs_male", "VNM")):
        found = glance(world, extension, region).table
        kept = packaged_bands().loc[extension].loc[region]
        assert found["value"].to_numpy() == pytest.approx(kept["value"].to_numpy())
        assert found["high"].to_numpy() == pytest.approx(kept["high"].to_numpy(), rel=5e-3)


def test_a_world_of_other_facts_does_not_take_them(world):
    """Ethiopia half as rich again can be drawn anew as the packaged world can, and is another."""
    sheet = starter_sheets()["ETH"]
    richer = sheet.facts.gdp.model_copy(update={"value": sheet.facts.gdp.value * 1.5})
    own = sheet.model_copy(update={"facts": sheet.facts.model_copy(update={"gdp": richer})})
    other = Economy.from_published(starter_with(own).economy)
    assert other.redrawn_for("co2") is not None
    assert _kept(other, "co2", "ETH") is None
    assert _kept(world, "co2", "ETH") is not None


def test_of_several_extensions_the_one_asked_for_is_drawn():
    economy = random_economy(3)
    work = replace(economy.extension("co2"), id="work", F=economy.extension("co2").F[::-1] * 7)
    both = economy.with_extensions(work)
    assert glance(both, "work", "R01").table.loc["production", "value"] == pytest.approx(
        country_accounts(both, "work").loc["R01", "production"]
    )


def test_a_table_is_drawn_few_times():
    economy = random_economy(3)
    found = glance(economy, "co2", "R01")
    assert (found.draws, list(found.table.index), list(found.table.columns)) == (FEW, list(ACCOUNTS), ENDS)
    expected = bands(economy, "co2", regions=["R01"], draws=FEW, seed=1).table.loc["R01", ENDS]
    assert np.array_equal(found.table["value"], expected["value"])
    for end in ("low", "median", "high"):
        assert list(found.table[end]) == [float(f"{amount:.3g}") for amount in expected[end]]


def test_no_glance_of_what_is_too_large_or_cannot_be_solved_nearby(monkeypatch):
    economy = random_economy(1, regions=1, sectors=2)
    Z, Y, x = np.array([[0.9, 0.4], [0.05, 1.0]]), np.array([[0.0, -0.3], [9.0, -0.05]]), np.array([1.0, 10.0])
    assert glance(replace(economy, Z=Z, Y=Y, x=x), "co2", "R00") is None
    monkeypatch.setattr("kaldor.economy.glance.LARGEST", 1)
    assert glance(economy, "co2", "R00") is None
