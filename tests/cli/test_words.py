"""What the command line says where something was mistyped or left out: one sentence that leads on."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import kaldor
from kaldor.cli.main import app
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
    words = said("economy", "footprint", "--on", "starter")
    held = "co2, jobs_female, jobs_male, value_added"
    assert words == f"extension: none is named. There are {held}. Name one: --extension co2."


def test_a_year_that_the_starter_world_is_not_of() -> None:
    assert said(*FOOTPRINT, "--year", "2019").endswith("the starter world is of 2018, not 2019. Leave it out.")


def test_a_file_goes_into_a_folder_that_is_there(tmp_path: Path) -> None:
    words = said(*FOOTPRINT, "--out", str(tmp_path / "nope" / "x.csv"))
    assert words.endswith("Make it first, or choose another file with --out; nothing was written.")
    assert f"there is no folder {tmp_path / 'nope'}" in words
    assert list(tmp_path.iterdir()) == []
