"""Accounts by residence say so in every door, and an inventory that the store holds stands beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kaldor
from kaldor.atlas.add import add
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.atlas.territorial import territorial
from kaldor.brief.run import run_study
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.words import ABOUT_PRINCIPLES, PRINCIPLES

INVENTORY = """indicator,region,year,value,unit
co2_territorial,IND,2018,2600,Mt CO2
co2_territorial,DEU,2018,755,Mt CO2
co2_territorial,DEU,2017,787,Mt CO2
EN.ATM.CO2E.KT,KOR,2018,9,% of GDP
gdp,IND,2018,2700,billion US$
"""
STUDY = """
title = "India"
country = "IND"
peers = ["DEU"]
year = 2018
economy = "starter"
sections = ["accounts"]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("inventory")
    (folder / "inventory.csv").write_text(INVENTORY)
    store = Store(folder / "store")
    add(folder / "inventory.csv", store)
    return store


def test_tables_and_air_accounts_of_statistical_offices_count_residence_and_the_starter_territory() -> None:
    declared = {id: one.as_source().principle for id, one in Catalogue.load().sources.items()}
    counted = {id for id, one in Catalogue.load().sources.items() if one.kind in ("economy", "extension")}
    silent = {id for id in counted if declared[id] == "unknown"}
    assert silent == {"eora26", "gloria", "useeio", "own-economy", "own-extension"}
    assert {declared[id] for id in counted - silent} == {"residence"}
    assert {one.source.principle for one in starter_world().extensions} == {"territory"}


def test_frames_notes_and_rest_name_the_principle() -> None:
    world = Economy.from_published(starter_world())
    assert kaldor.accounts(world, "co2").attrs["principle"] == "territory"
    assert "principle" not in kaldor.multipliers(world, []).attrs
    name = world.extension("co2").name
    assert f"{name}: {PRINCIPLES['territory']}; {ABOUT_PRINCIPLES['territory']}." in world.notes
    assert not any("Jobs" in note and "territory" in note for note in world.notes)


def test_an_inventory_in_the_store_is_found_in_kilotonnes(store: Store) -> None:
    found = territorial(store, "co2", 2018, ["DEU", "IND", "KOR", "BRA"])
    assert [(one.region, one.value, one.indicator) for one in found] == [
        ("DEU", 755_000.0, "co2_territorial"),
        ("IND", 2_600_000.0, "co2_territorial"),
    ]  # a share of GDP is no mass
    assert territorial(store, "jobs", 2018, ["DEU"]) == ()
    assert territorial(store, "co2", 2016, ["DEU"]) == ()


def test_any_unit_of_mass_is_kilotonnes_and_the_first_dataset_that_has_a_country_wins(tmp_path: Path) -> None:
    told = {
        "d": "BRA,2018,478,Mt CO2\nFRA,2018,1,Mt CO2",
        "c": "FRA,2018,338000,kt CO2\nIND,2018,1,kt CO2",
        "b": "IND,2018,2.6,Gt CO2\nDEU,2018,1,Gt CO2",
        "a": "DEU,2018,755000000,t CO2",
    }
    store = Store(tmp_path / "store")
    for id, text in told.items():
        rows = "".join(f"co2_territorial,{row}\n" for row in text.splitlines())
        (tmp_path / f"{id}.csv").write_text(f"indicator,region,year,value,unit\n{rows}")
        add(tmp_path / f"{id}.csv", store, as_id=id)
    found = territorial(store, "co2", 2018, ["DEU", "IND", "FRA", "BRA"])
    assert [(one.dataset, one.region, one.value) for one in found] == [
        ("a", "DEU", pytest.approx(755_000)),
        ("b", "IND", pytest.approx(2_600_000)),
        ("c", "FRA", pytest.approx(338_000)),
        ("d", "BRA", pytest.approx(478_000)),
    ]


def test_the_question_shows_it_in_a_table_of_its_own(store: Store) -> None:
    asked = ["economy", "footprint", "--on", "starter", "--extension", "co2", "--store", str(store.path), "--json"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert {row["region"]: row["on_territory"] for row in answer["tables"][1]["rows"]} == {
        "DEU": 755_000.0,
        "IND": 2_600_000.0,
    }
    assert any(PRINCIPLES["territory"] in note for note in answer["notes"])


def test_the_brief_shows_it_beside_its_own_account_with_its_source(store: Store, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY)
    result = run_study(tmp_path / "study.toml", store, tmp_path / "brief", formats=("json", "html"))
    figures = result.document.figure_by_id()
    own = figures["accounts-ind-territory"]
    assert (own.value, own.unit, own.status, own.sources) == (2600.0, "Mt CO₂", "observed", ("inventory",))
    assert figures["accounts-deu-territory"].value == 755.0
    (section,) = result.document.sections
    said = [
        "".join(span.text for span in item) for block in section.blocks if block.kind == "list" for item in block.items
    ]
    assert any("counted on the territory" in one and "(source: Own indicators" in one for one in said)
    headline = "".join(span.text for span in result.document.findings[0].text)
    assert "(counted on the territory)" in headline
    assert any(PRINCIPLES["territory"] in note for note in result.document.notes)
    lock = json.loads((tmp_path / "brief" / "study.lock.json").read_text())
    assert {"dataset": "inventory", "kind": "indicators"}.items() <= lock["inputs"][-1].items()


@pytest.mark.real
def test_germany_by_residence_beside_the_inventory(wiod) -> None:
    """Territory: Global Carbon Budget 2024, 790 Mt; residence: the JRC's accounts, 854 Mt."""
    accounts = kaldor.accounts(wiod(2009), "co2")
    assert accounts.attrs["principle"] == "residence"
    assert accounts.loc["DEU", "production"] / 1000 == pytest.approx(854, abs=0.5)
    assert accounts.loc["DEU", "production"] / 790e3 == pytest.approx(1.081, abs=0.001)
