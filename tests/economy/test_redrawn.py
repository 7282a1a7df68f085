"""Bands of an estimated economy: those of its estimate drawn anew, at every door, if nothing was changed since.

The doors of the command line and of the server are tested with the rest of them (`bands_of_the_draws`).
"""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

import kaldor
from kaldor.economy.economy import Economy
from kaldor.economy.error_model import error_model
from kaldor.economy.split import SplitPart, split_sector
from kaldor.economy.starter import starter_sheets, starter_with, starter_world
from kaldor.economy.uncertainty import Bands, bands
from kaldor.errors import InputError
from tests.economy.redrawn import bands_of_the_draws, drawn_worlds

ASKED = {"regions": ["DEU"], "draws": 20, "seed": 4}


@pytest.fixture(scope="module")
def world() -> Economy:
    return Economy.from_published(starter_world())


@pytest.fixture(scope="module")
def expected():
    return bands_of_the_draws("DEU", 20, 4)


@pytest.fixture(scope="module")
def found(world) -> Bands:
    """Of two countries, one of which will have a fact sheet of one's own."""
    return bands(world, "co2", **ASKED | {"regions": ["DEU", "ETH"]})


def test_the_starter_world_has_the_bands_of_its_draws(found, expected):
    assert found.table.loc[["DEU"]].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)
    of_another = bands_of_the_draws("ETH", 20, 4)
    assert found.table.loc[["ETH"]].to_numpy() == pytest.approx(of_another.to_numpy(), rel=1e-9)
    assert (found.model, found.rule) == (None, None)
    assert "of the estimate" in found.in_a_line()


def test_python_gives_the_same(expected):
    found = kaldor.bands(kaldor.load("starter"), "co2", **ASKED)
    assert found.table.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)


def test_multipliers_are_those_of_the_draws(found):
    inverse = [d.S("co2") @ np.linalg.inv(np.eye(d.n) - d.A()) for d in drawn_worlds(20, 4)]
    assert found.multipliers["mean"].to_numpy() == pytest.approx(np.mean(inverse, axis=0), rel=1e-9)


def test_an_error_model_that_is_named_draws_cells_instead(world, expected):
    found = bands(world, "co2", model=error_model(), **ASKED)
    assert (found.model, found.rule) == (error_model(), "rows")
    assert not np.allclose(found.table["low"], expected["low"], rtol=1e-3)


def test_what_was_changed_since_is_not_what_was_estimated(world):
    assert world.redrawn_for("co2") is not None
    assert replace(world, Z=world.Z * 0.9).redrawn_for("co2") is None
    own = world.extension("co2")
    changed = world.with_extensions(replace(own, F=own.F * 2))
    assert changed.redrawn_for("co2") is None
    assert changed.redrawn_for("jobs_male") is not None
    assert bands(changed, "co2", **ASKED).model == error_model()


def test_a_fact_sheet_of_ones_own_is_drawn_with_the_world(found):
    sheet = starter_sheets()["ETH"]
    richer = sheet.facts.gdp.model_copy(update={"value": sheet.facts.gdp.value * 1.5})
    own = sheet.model_copy(update={"facts": sheet.facts.model_copy(update={"gdp": richer})})
    economy = Economy.from_published(starter_with(own).economy)
    table = bands(economy, "co2", **ASKED | {"regions": ["ETH"]}).table
    usual = found.table.loc[["ETH"]]
    inside = table["median"].between(table["low"], table["high"])
    assert inside.all()
    assert not np.allclose(
        table["median"].drop("production", level="account"),
        usual["median"].drop("production", level="account"),
        rtol=1e-3,
    )


def test_a_split_sector_of_an_estimate_is_split_in_every_draw(world, expected):
    sector = world.sectors[5]
    output = float(world.x[world.index.get_loc(("DEU", sector))])
    split = split_sector(world, "DEU", sector, [SplitPart("part", output=0.3 * output), SplitPart("rest")])
    found = bands(split, "co2", **ASKED)
    assert found.model is None
    # Nothing but output was typed: the accounts of each draw stay, and with them their bands.
    assert found.table[["low", "high"]].to_numpy() == pytest.approx(expected[["low", "high"]].to_numpy(), rel=0.05)
    parts = found.multipliers.loc["DEU"].index
    assert f"{sector}.part" in parts


def test_draws_that_have_no_room_for_typed_values_are_replaced_and_too_few_are_refused(world, monkeypatch):
    sector = world.sectors[5]
    output = float(world.x[world.index.get_loc(("DEU", sector))])
    split = split_sector(world, "DEU", sector, [SplitPart("part", output=0.999 * output), SplitPart("rest")])
    monkeypatch.setattr("kaldor.economy.split.sector._TRIES", 0)
    with pytest.raises(InputError, match="0 of 20 draws"):
        bands(split, "co2", **ASKED)


def test_an_estimate_can_be_sent_to_another_process(world):
    sent = pickle.loads(pickle.dumps(world.to_published()))
    assert Economy.from_published(sent).redrawn_for("co2") is not None
