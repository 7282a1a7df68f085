"""A national table that dataset.toml declares, against pandas, and Germany 1995 against the published multipliers.

Published figures: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 15, as in the package
iotables' own tests.
"""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.linkages import linkages
from kaldor.economy.multipliers import multipliers
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError
from tests.atlas.official.national_table import COLUMNS, DECLARED, DEMANDS, PRODUCTS, write_national_table

GERMANY = """title = "Germany 1995, domestic products, six groups"
citation = "Eurostat (2008), Manual of Supply, Use and Input-Output Tables, table 15.4"
unit = "million EUR"

[table]
file = "Beutel_15_4.csv"
region = "DEU"
year = 1995
rows = ["cpa_a", "cpa_c", "cpa_f", "cpa_g_i", "cpa_business", "cpa_other"]
columns = [
  "agriculture_group", "manufacturing_group", "construction_group", "trade_group", "business_services_group",
  "other_services_group",
]
output = "P1"
names = "t_rows2_lab"

[table.final_demand]
consumption_expenditure_household = "households"
consumption_expenditure_government = "government"
gross_capital_formation = "investment"
inventory_change = "inventories"
export_goods_services = "exports"

[[table.extensions]]
row = "B1G"
id = "gva"
name = "Value added at basic prices"
unit = "million EUR"

[[table.extensions]]
row = "EMP"
id = "jobs"
name = "Employment"
unit = "thousand people"

[[table.extensions]]
row = "CO2"
id = "co2"
name = "CO2 emissions"
unit = "kt CO2"
file = "germany_15_3_airpol.csv"
columns = [
  "agriculture_group", "industry_group", "construction", "trade_group", "business_services_group",
  "other_services_group",
]
households = "final_consumption_households"
"""


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def folder(tmp_path):
    return write_national_table(tmp_path / "ruritania")


def test_a_declared_table_is_what_pandas_makes_of_it(folder, store):
    report = add(folder, store)
    assert report.recognised == "a national table that dataset.toml declares"
    assert report.added[0].source.title == "Ruritania 1995"
    table, cells = store.economy("ruritania", 1995), pd.read_csv(folder / "table.csv", index_col="code")
    np.testing.assert_array_equal(table.Z, cells.loc[list(PRODUCTS), list(COLUMNS)].to_numpy(float))
    np.testing.assert_array_equal(table.Y, cells.loc[list(PRODUCTS), list(DEMANDS)].to_numpy(float))
    np.testing.assert_array_equal(table.x, cells.loc["P1", list(COLUMNS)].to_numpy(float))
    jobs, co2 = table.extensions
    assert (jobs.F.tolist(), jobs.F_Y.tolist()) == ([12, 34, 56], [0, 0, 0, 0])
    assert (co2.F.tolist(), co2.F_Y.tolist()) == ([1.5, 20, 3], [7, 0, 0, 0])
    assert (table.regions, table.sector_names) == (("POL",), tuple(PRODUCTS.values()))
    assert table.demand_roles["capital"] == "investment"


def test_without_a_row_of_output_it_is_the_sum_of_uses(folder, store):
    (folder / "dataset.toml").write_text(DECLARED.replace('output = "P1"\n', ""))
    add(folder, store)
    table = store.economy("ruritania", 1995)
    np.testing.assert_allclose(table.x, np.asarray(table.Z).sum(axis=1) + np.asarray(table.Y).sum(axis=1))


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('region = "POL"', 'region = "Poland"', "no ISO 3166 code"),
        ('rows = ["CPA_A", "CPA_B-E", "CPA_G-I"]', 'rows = ["CPA_A", "CPA_B-E"]', "2 rows and 3 columns"),
        ('output = "P1"', 'output = "P2"', "row 'P2' is missing"),
        ('exports = "exports"', 'export = "exports"', "column 'export' is missing"),
        ("year = 1995", "year = 1995\nyears = 2", "years: unknown key. Did you mean 'year'"),
        ('file = "table.csv"', 'file = "../table.csv"', "no file beside dataset.toml: copy it there"),
        ('row = "EMP"', 'row = "B1G"\nhouseholds = "exports"', "the cell is empty"),
    ],
)
def test_a_wrong_declaration_says_what_to_do(old, new, what, folder, store):
    assert old in DECLARED
    (folder / "dataset.toml").write_text(DECLARED.replace(old, new, 1))
    with pytest.raises(InputError, match=what):
        add(folder, store)
    assert store.datasets() == []


@pytest.mark.real
def test_germany_1995_through_the_store_gives_the_published_multipliers(shared, tmp_path, store):
    folder = tmp_path / "germany"
    folder.mkdir()
    for name in ("Beutel_15_4.csv", "germany_15_3_airpol.csv"):
        shutil.copy(shared / "germany1995" / name, folder / name)
    (folder / "dataset.toml").write_text(GERMANY)
    add(folder, store)
    economy = Economy.from_published(store.economy("germany", 1995))
    backward = linkages(economy, scope="global")["backward"]
    assert backward.round(4).tolist() == [
        1.7048,
        1.8413,
        1.8136,
        1.6035,
        1.5951,
        1.3782,
    ]
    inverse = solver_of(economy).solve(np.eye(economy.n))
    assert np.diag(inverse).round(4).tolist()[:3] == [1.0339, 1.4292, 1.0289]
    found = multipliers(economy)
    assert found["gva"].round(4).tolist() == [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
    assert found["jobs"].round(4).tolist() == [0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242]
    co2 = economy.extension("co2")
    assert (co2.F.sum() + co2.F_Y.sum(), co2.F_Y.max()) == (904_157, 217_137)
