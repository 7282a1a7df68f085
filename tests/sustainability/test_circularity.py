"""Material and energy accounts and recycled inputs against plain sums and the explicit inverse."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Extension
from kaldor.errors import InputError, UnknownExtensionError, UnknownLabelError
from kaldor.sustainability.circularity import energy_accounts, material_accounts, recycled_input_share
from tests.economy.random_tables import SOURCE, random_economy


def _with(economy, name, unit, seed):
    rng = np.random.default_rng(seed)
    F, F_Y = rng.lognormal(0, 1, economy.n), np.zeros(economy.Y.shape[1])
    return economy.with_extensions(Extension(name, name, unit, F, F_Y, "estimated", SOURCE))


def test_material_footprint_is_that_of_the_explicit_inverse():
    economy = _with(_with(random_economy(1), "ore", "kt", 1), "biomass", "kt", 2)
    found = material_accounts(economy, ["ore", "biomass"])
    F = economy.extension("ore").F + economy.extension("biomass").F
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(found["domestic"], economy.sum_by_region(F), rtol=1e-10)
    footprint = (F / economy.x) @ L @ economy.Y_by_region
    np.testing.assert_allclose(found["footprint"], footprint, rtol=1e-10)
    np.testing.assert_allclose(found["footprint_over_domestic"], footprint / economy.sum_by_region(F), rtol=1e-10)
    net = found["embodied_imports"] - found["embodied_exports"]
    np.testing.assert_allclose(found["net_imports"], net)
    value_added = economy.sum_by_region(economy.value_added)
    np.testing.assert_allclose(found["domestic_per_value_added"], found["domestic"] / value_added)
    np.testing.assert_allclose(found["footprint_per_final_demand"], footprint / economy.Y_by_region.sum(axis=0))
    assert found.attrs["units"]["domestic"] == "kt"


def test_energy_goes_by_energy_units():
    economy = _with(random_economy(2), "energy", "TJ", 3)
    assert energy_accounts(economy, ["energy"])["domestic"].sum() == pytest.approx(economy.extension("energy").F.sum())
    with pytest.raises(InputError, match="'TJ', which is not a mass"):
        material_accounts(economy, ["energy"])


def test_emissions_are_no_material_and_units_are_not_mixed():
    economy = _with(_with(random_economy(3), "ore", "kt", 4), "sand", "t", 5)
    with pytest.raises(InputError, match="'kt CO2', which is not a mass of material"):
        material_accounts(economy, ["co2"])
    with pytest.raises(InputError, match="kt, t"):
        material_accounts(economy, ["ore", "sand"])
    with pytest.raises(InputError, match="none named"):
        material_accounts(economy, [])
    with pytest.raises(UnknownExtensionError):
        material_accounts(economy, ["gravel"])


def test_recycled_share_of_inputs_is_a_plain_sum():
    economy = replace(random_economy(4), sector_groups={"recycling": ("s03",), "mining": ("s00",)})
    found = recycled_input_share(economy)
    rows = np.arange(economy.n) % 4 == 3
    for r, region in enumerate(economy.regions):
        columns = slice(4 * r, 4 * r + 4)
        bought = economy.Z[rows, columns].sum()
        assert found.loc[region, "recycled"] == pytest.approx(bought)
        assert found.loc[region, "share"] == pytest.approx(bought / economy.Z[:, columns].sum())
    beside = recycled_input_share(economy, primary="mining")
    ores = economy.Z[np.arange(economy.n) % 4 == 0, :4].sum()
    recycled = beside.loc["R00", "recycled"]
    assert beside.loc["R00", "share"] == pytest.approx(recycled / (recycled + ores))


def test_a_table_without_recycling_says_so():
    with pytest.raises(UnknownLabelError, match="Only a table with such sectors"):
        recycled_input_share(random_economy(5))


@pytest.mark.real
def test_water_footprints_follow_from_the_published_multipliers_of_georgia(shared):
    """US EPA, USEEIO Georgia 2020: freshwater (kg) per dollar along all chains, times published consumption."""
    folder = shared / "useeio_georgia"
    matrix = {name: np.array(json.loads((folder / "matrix" / f"{name}.json").read_text())) for name in "ADNq"}
    codes = [row["code"] for row in json.loads((folder / "sectors.json").read_text())][:73]
    water = [row["code"] for row in json.loads((folder / "indicators.json").read_text())].index("WATR")
    Y = np.column_stack([_demand(folder, f"2020_{place}_Consumption_Complete") for place in ("US-GA", "RoUS")])
    q = matrix["q"][:, 0]
    economy = replace(
        random_economy(1, regions=2, sectors=73),
        regions=("US-GA", "RoUS"),
        sectors=tuple(codes),
        demands=("consumption",),
        Z=matrix["A"] * q,
        Y=Y,
        x=q,
        extensions={"water": Extension("water", "", "kg", matrix["D"][water] * q, np.zeros(2), "observed", SOURCE)},
    )
    found = material_accounts(economy, ["water"])
    np.testing.assert_allclose(found["footprint"], matrix["N"][water] @ Y, rtol=1e-9)
    np.testing.assert_allclose(found["domestic"].sum(), (matrix["D"][water] * q).sum(), rtol=1e-9)


def _demand(folder, name):
    return np.array([row["amount"] for row in json.loads((folder / "demands" / f"{name}.json").read_text())])
