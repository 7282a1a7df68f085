"""Where a country stands: figures per head and per dollar by hand, ranks, and what is missing is not zero."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from kaldor.brief.document import Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.tables import annex_text, cell_texts
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from tests.brief.test_run import STARTER, changed

FACTS = Path("src/kaldor/atlas/starter/facts")


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(STARTER, out=tmp_path_factory.mktemp("standing") / "brief", formats=["json"])


def table(brief: StudyResult, id: str) -> Table:
    return next(b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and b.id == id)


def test_per_head_and_per_dollar_by_hand(brief: StudyResult) -> None:
    figures = brief.document.figure_by_id()
    facts = tomllib.loads((FACTS / "IND.toml").read_text("utf-8"))["facts"]
    people, tonnes = facts["population"]["value"] * 1e6, facts["co2"]["value"] * 1e6
    # Inhabitants are typed to three digits: a third digit of a figure per head is nobody's knowledge.
    assert tonnes / people == pytest.approx(1.9185, abs=5e-5)
    assert figures["standing-co2-per-head-now"].value == 1.9
    row = next(one for one in cell_texts(table(brief, "standing-measures"), figures) if "per head" in one[0])
    assert row[2] == "1.9"
    assert annex_text(figures["standing-co2-per-head-now"]) == "1.9"
    world = Economy.from_published(starter_world())
    added = world.value_added[world.rows_of("IND")].sum()
    assert world.unit == "million US$"
    assert figures["standing-value-added-per-head-now"].value == float(f"{added * 1e6 / people / 1e3:.1e}")
    method = next(one for one in brief.document.methods if one.id == "per-head")
    assert "Population to three digits, so shown to two" in method.text
    assert figures["standing-co2-per-money-now"].value == pytest.approx(1e3 * tonnes / (added * 1e6), rel=1e-3)


def test_a_rank_counts_the_country_and_its_peers_and_the_middle_is_that_of_peers_alone(brief: StudyResult) -> None:
    found = table(brief, "standing-measures")
    row = next(one for one in found.rows if one[0].text == "CO₂ emitted per head")
    codes = ("CHN", "VNM", "MEX", "BRA", "ZAF", "ETH", "KOR", "DEU")
    each = {code: tomllib.loads((FACTS / f"{code}.toml").read_text("utf-8"))["facts"] for code in (*codes, "IND")}
    heads = {
        code: facts["co2"]["value"] / facts["population"]["value"] for code, facts in each.items() if "co2" in facts
    }
    assert len(heads) == 9
    assert row[3].text == f"{1 + sum(heads[code] > heads['IND'] for code in codes)} of 9"
    middle = brief.document.figure_by_id()["standing-co2-per-head-peers"].value
    # Shown to two digits, as all figures per head.
    assert middle == float(f"{np.median([heads[code] for code in codes]):.1e}") == 5.5


def test_one_year_has_no_column_of_changes(brief: StudyResult) -> None:
    for id in ("standing-measures", "standing-industries"):
        assert not [column for column in table(brief, id).columns if "hange" in column.title]


def test_without_emissions_their_measures_are_not_there(tmp_path: Path) -> None:
    made = run_study(changed(tmp_path, emissions='"ch4"'), out=tmp_path / "brief", formats=["json"])
    measures = [row[0].text for row in table(made, "standing-measures").rows]
    assert not [name for name in measures if "CO₂" in name]
    assert "Value added per head" in measures


@pytest.mark.real
def test_changes_are_since_the_first_year_and_both_years_are_locked(tmp_path: Path, real_store) -> None:
    import json

    text = 'title = "T"\ncountry = "CHN"\npeers = ["DEU", "USA"]\nyear = 2009\neconomy = "wiod2013"\n'
    (tmp_path / "s.toml").write_text(text + 'sections = ["standing"]\n', encoding="utf-8")
    made = run_study(tmp_path / "s.toml", real_store, tmp_path / "brief", ["json"])
    lock = json.loads((made.folder / "study.lock.json").read_text("utf-8"))
    years = sorted(one["year"] for one in lock["inputs"] if one["kind"] == "economy")
    print(f"years read: {years}")
    assert len(years) == 2
    assert years[1] == 2009
    figures = made.document.figure_by_id()
    now, change = (figures[f"standing-market-share-{which}"].value for which in ("now", "change"))
    # China's share of the world's exports of manufactures rose steeply until 2009.
    assert change > 5
    assert now > change
    assert figures["standing-market-share-change"].unit == "%"
