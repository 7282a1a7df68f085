"""Groupings of regions by name: what they join, what they leave, and what a converted dataset says of them."""

from __future__ import annotations

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.converting import convert_dataset
from kaldor.atlas.groupings import grouping, is_grouping
from kaldor.atlas.store import Store
from kaldor.errors import InputError, UnknownLabelError
from tests.atlas.plain_folders import balanced, write_csv, write_economy

CODES = ("GBR", "POL", "USA", "IND", "ROW")


def test_a_bloc_becomes_one_region_and_others_stay():
    found = grouping("EU@2019", CODES, ())
    assert found.shares == {
        "GBR": {"EU": 1.0},
        "POL": {"EU": 1.0},
        "USA": {"USA": 1.0},
        "IND": {"IND": 1.0},
        "ROW": {"ROW": 1.0},
    }
    assert "European Union at the end of 2019 (GBR, POL;" in found.origin
    assert grouping("EU@2020", CODES, ()).shares["GBR"] == {"GBR": 1.0}


def test_income_groups_are_those_of_the_year():
    found = grouping("income groups@2008", CODES, ())
    assert found.shares["POL"] == {"upper middle income": 1.0}
    assert found.shares["IND"] == {"lower middle income": 1.0}
    assert found.shares["ROW"] == {"ROW": 1.0}
    assert grouping("income groups", CODES, (2009,)).shares["POL"] == {"high income": 1.0}
    assert "left as they are: ROW" in found.origin


def test_world_regions_and_states_over_time():
    assert grouping("world regions", CODES, (1995, 2009)).shares["POL"] == {"Europe and Central Asia": 1.0}
    assert grouping("states@1990-2000", ("CZE", "SVK"), ()).targets == ("CSK",)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("EUU@2009", UnknownLabelError, "unknown grouping of regions 'EUU'"),
        ("EU", InputError, "the dataset has 2"),
        ("EU@1950", InputError, "began in 1958"),
        ("EU@1995-2009", InputError, "names two years"),
        ("states@1990", InputError, "Write states@1990-2011"),
        ("income groups@1950", InputError, "no region of the dataset is in any group"),
    ],
)
def test_what_cannot_be_grouped_is_said(text, error, said):
    with pytest.raises(error, match=said):
        grouping(text, CODES, (1995, 2009))


def test_names_are_told_from_files():
    assert is_grouping("EU@2009")
    assert is_grouping("income groups")
    assert not is_grouping("map.csv")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    folder = write_economy(tmp_path / "own", {2009: balanced(1, 3, 2)}, regions=3, sectors=2)
    write_csv(folder / "regions.csv", [["region"], ["DEU"], ["FRA"], ["USA"]])
    add(folder, store, "own")
    return store


def test_an_economy_is_converted_by_name_and_its_provenance_says_so(store):
    made = convert_dataset(store, "own", "own-eu", regions="EU@2009")
    before, after = store.economy("own", 2009), store.economy("own-eu", 2009)
    assert after.regions == ("EU", "USA")
    assert after.Z.sum() == pytest.approx(before.Z.sum(), rel=1e-12)
    assert after.x[2:] == pytest.approx(before.x[4:])
    assert made.provenance.saw == "a conversion of dataset own, regions by EU@2009"
    assert [origin.name for origin in made.provenance.origin] == ["dataset own"]
    assert "European Union at the end of 2009 (DEU, FRA;" in made.source.notes[-1]


def test_a_wrong_name_is_said_with_the_near_match(store):
    with pytest.raises(UnknownLabelError, match=r"Did you mean 'EFTA'\? A file of your own"):
        convert_dataset(store, "own", "own-eu", regions="EFTTA@2009")
    with pytest.raises(InputError, match=r"missing\.csv"):
        convert_dataset(store, "own", "own-eu", regions="missing.csv")
    assert [one.id for one in store.datasets()] == ["own"]


def test_indicators_are_brought_to_the_states_of_a_period(tmp_path):
    path = tmp_path / "gdp.csv"
    rows = [("CSK", 1991, 30), ("CZE", 1993, 25), ("SVK", 1993, 9), ("SVK", 1994, 10), ("POL", 1994, 80)]
    path.write_text("indicator,region,year,value,unit\n" + "".join(f"gdp,{r},{y},{v},USD\n" for r, y, v in rows))
    store = Store(tmp_path / "store")
    add(path, store, "gdp")
    made = convert_dataset(store, "gdp", "gdp-states", regions="states@1991-1994")
    found = store.indicators("gdp-states")[["region", "year", "value"]]
    assert sorted(found.itertuples(index=False, name=None)) == [
        ("CSK", 1991, 30.0),
        ("CSK", 1993, 34.0),
        ("POL", 1994, 80.0),
    ]
    assert "states@1991-1994" in made.provenance.saw
