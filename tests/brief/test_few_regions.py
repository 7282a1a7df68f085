"""A brief on a table of two regions, or of one: nothing is said of a second foreign source, or of any."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from tests.atlas.official.national_table import write_national_table
from tests.brief.conftest import DIGITS

OLD_STORE = Path(__file__).parents[1] / "old" / "0.1" / "store"
STUDY = """
title = "Two countries"
country = "DEU"
year = 2020
economy = "tiny"
sections = ["accounts", "sources"]
"""


def test_the_only_foreign_source_is_named_alone(tmp_path: Path) -> None:
    store = Store(Path(shutil.copytree(OLD_STORE, tmp_path / "store")))
    (tmp_path / "two.toml").write_text(STUDY, encoding="utf-8")
    brief = run_study(tmp_path / "two.toml", store, tmp_path / "brief", ["html"])
    account = country_accounts(Economy.from_published(store.economy("tiny", 2020)), "co2").loc["DEU"]
    share = brief.document.figure_by_id()["sources-share-abroad"].value
    assert share == pytest.approx(100 * account["embodied_in_imports"] / account["consumption"], rel=DIGITS)
    said = next(one for one in brief.document.findings if one.section == "sources")
    words = "".join(span.text for span in said.text)
    assert words.count("Mt") == 1
    assert "arose abroad, in France" in words
    assert "three largest" not in (tmp_path / "brief" / "brief.html").read_text("utf-8")


def test_a_national_table_knows_of_no_foreign_source(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(write_national_table(tmp_path / "national"), store)
    study = STUDY.replace("DEU", "POL").replace("2020", "1995").replace("tiny", "national")
    (tmp_path / "one.toml").write_text(study, encoding="utf-8")
    brief = run_study(tmp_path / "one.toml", store, tmp_path / "brief", ["html"])
    assert any("no region but the country itself" in "".join(map(str, text)) for text in brief.document.not_modelled)
    assert not [id for id in brief.document.figure_by_id() if id.startswith("sources-")]
