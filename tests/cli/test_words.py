"""What the command line says where something was mistyped or left out: one sentence that leads on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import kaldor
from kaldor.cli.main import app
from kaldor.economy.names import extension_of
from kaldor.errors import KaldorError

FOOTPRINT = ("economy", "footprint", "--on", "starter", "--extension", "co2")


def said(*arguments: str) -> str:
    found = CliRunner().invoke(app, list(arguments))
    assert isinstance(found.exception, KaldorError), found.output
    return str(found.exception)


def test_a_mistyped_starter_is_led_to_it_and_not_to_adding_data(tmp_path: Path) -> None:
    words = said("economy", "footprint", "--on", "strater", "--extension", "co2", "--store", str(tmp_path))
    assert words == "unknown dataset 'strater'. Did you mean 'starter'?"
    with pytest.raises(KaldorError, match=r"unknown dataset 'nosuch'\. Known: starter\. Add it with: "):
        kaldor.load("nosuch", store=tmp_path)
    with pytest.raises(KaldorError, match=r"unknown dataset 'wiod2013'\..* Add it with"):
        kaldor.load("wiod2013", store=tmp_path)


def test_an_extension_that_is_not_named_is_led_to_one() -> None:
    starter = kaldor.load("starter")
    co2, jobs = starter.extensions["co2"], starter.extensions["jobs_male"]
    two = replace(starter, extensions={"ch4": replace(co2, id="ch4"), "n2o": replace(co2, id="n2o")})
    with pytest.raises(KaldorError) as refused:
        extension_of(two, None)
    held = "ch4, n2o, value_added"
    assert str(refused.value) == f"extension: none is named. There are {held}. Name one: --extension ch4."
    assert extension_of(starter, None) == "co2"
    one = replace(starter, extensions={"ch4": replace(co2, id="ch4"), "jobs_male": jobs})
    assert extension_of(one, None) == "ch4", "the only one besides jobs"


def test_a_table_without_materials_says_so_and_how_to_attach_them() -> None:
    for room, kind in (("materials", "a unit of mass"), ("energy", "a unit of energy")):
        words = said("sustainability", room, "--on", "starter", "--extension", "ore")
        assert words.startswith(f"extension: starter 2018 carries no {room}: no extension in {kind} (")
        assert "Attach one of the store with --with ID; 'kaldor data list' shows" in words
        assert "--with ID" in said("sustainability", room, "--on", "starter")


def test_gross_output_is_not_called_looked_through_alone() -> None:
    found = CliRunner().invoke(
        app, ["resilience", "dependence", "--on", "starter", "--region", "IND"], env={"COLUMNS": "300"}
    )
    assert "Looked through, in gross output (counts chains twice)" in found.stdout
    assert "look through" not in found.stdout


def test_a_year_that_the_starter_world_is_not_of() -> None:
    assert said(*FOOTPRINT, "--year", "2019").endswith("the starter world is of 2018, not 2019. Leave it out.")


def test_a_file_goes_into_a_folder_that_is_there(tmp_path: Path) -> None:
    words = said(*FOOTPRINT, "--out", str(tmp_path / "nope" / "x.csv"))
    assert words.endswith("Make it first, or choose another file with --out; nothing was written.")
    assert f"there is no folder {tmp_path / 'nope'}" in words
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_says_its_year_as_a_number_and_nothing_that_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "footprint.xlsx"
    CliRunner().invoke(app, [*FOOTPRINT, "--out", str(file)], catch_exceptions=False)
    book = load_workbook(file)
    about = dict(book["about"].values)
    assert about["year"] == 2018
    assert "said" not in about
    assert None not in about.values()
    sheet = book["footprint"]
    widths = {at: one.width for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
    assert all(widths[at] >= 0.9 * len(heading) for at, heading in enumerate(next(sheet.values), start=1))


@pytest.mark.parametrize("kind", ["capcity", None])
def test_a_kind_of_event_that_is_none_leads_to_those_there_are(kind: str | None) -> None:
    event = {"regions": "DEU", "sectors": "metals", "share": 0.4, "days": 7} | ({"kind": kind} if kind else {})
    with pytest.raises(KaldorError) as caught:
        kaldor.shock(kaldor.load(), **event)
    said = {
        "capcity": "the shock, events 1, kind: 'capcity' is none. Did you mean 'capacity'?",
        None: "the shock, events 1, kind: is missing. Say of which kind it is.",
    }
    assert str(caught.value) == said[kind]


def shown(*arguments: str) -> str:
    found = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    return " ".join((found.stdout + found.stderr).split())


def test_an_option_out_of_its_bounds_is_refused_in_our_words() -> None:
    found = CliRunner().invoke(app, [*FOOTPRINT, "--rows", "0"])
    assert str(found.exception) == "--rows: '0' is not within its bounds. Allowed: 1 to 1,000,000."


@pytest.mark.parametrize("command", ["economy extract", "economy change", "serve", "twin stress"])
def test_what_an_option_takes_is_said_in_one_way(command: str) -> None:
    found = shown(*command.split(), "--help").partition("--help")[0]
    assert not {kind for kind in ("<int", "<path", "<bool", "<str", "<float", "<file", "<dir") if kind in found}


def test_help_says_years_as_years_and_what_must_be_named_with_a_star() -> None:
    change = shown("economy", "change", "--help")
    assert "1900 to 2200" in change
    assert "* --since WHOLE NUMBER" in change
    assert "if none, all industries" in shown("economy", "extract", "--help")


def test_taking_out_every_industry_of_a_country_is_said() -> None:
    extract = ("economy", "extract", "--on", "starter", "--region", "DEU", "--json")
    every = json.loads(CliRunner().invoke(app, extract).stdout)
    one = json.loads(CliRunner().invoke(app, [*extract, "--sector", "metals"]).stdout)
    assert every["facts"]["all_sectors"]
    assert len(every["facts"]["block"]) == 12
    assert every["said"][0].startswith("No sector is named: all industries of these regions are taken out together")
    assert not one["facts"]["all_sectors"]
    assert one["said"] == []
