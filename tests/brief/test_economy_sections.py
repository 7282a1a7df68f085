"""The sections on supply chains, change and linkages: the functions' own figures, and what is said without data."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kaldor.brief.document import Chart, Note, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.paths import structural_paths
from kaldor.economy.upstream import positions
from kaldor.errors import InputError
from tests.brief.test_run import check_document

STARTER = """
title = "Germany’s chains"
country = "DEU"
peers = ["KOR"]
year = 2018
economy = "starter"
sections = ["supply-paths", "linkages"]
"""


def _run(folder: Path, text: str, store=None) -> StudyResult:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return run_study(folder / "study.toml", store, folder / "out", ["html"])


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return _run(tmp_path_factory.mktemp("chains"), STARTER)


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))


def test_the_largest_chains_are_those_of_the_search(brief, starter):
    expected = structural_paths(starter, "co2", "DEU", threshold=1e-4)
    figures = brief.document.figure_by_id()
    for rank, row in enumerate(expected.table.head(12).itertuples(), start=1):
        assert figures[f"supply-paths-deu-chain-{rank}"].value == pytest.approx(row.value / 1000, rel=1e-9)
    shares = [figures[f"supply-paths-deu-tier-{place}"].value for place in range(5)]
    assert sum(shares) == pytest.approx(100)
    assert shares[-1] == pytest.approx(100 * expected.remainder / expected.total)
    written = pd.read_parquet(brief.folder / "results" / "supply_paths.parquet")
    assert len(written) == len(expected.table)
    assert written["path"][0] == " → ".join(" ".join(step) for step in expected.table["path"][0])


def test_linkages_stand_in_their_quadrants_with_their_place_in_the_chains(brief, starter):
    own = linkages(starter, variation=False).loc["DEU"]
    figures = brief.document.figure_by_id()
    for sector in own.index:
        assert figures[f"linkages-deu-{sector}-power"].value == pytest.approx(own.loc[sector, "power"])
        stages = positions(starter).loc[("DEU", sector), "upstreamness"]
        assert figures[f"linkages-deu-{sector}-upstreamness"].value == pytest.approx(stages)
    [table] = [
        b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and b.id == "linkages-table"
    ]
    quadrants = [row[1].text for row in table.rows]
    assert quadrants.count("Key") == int((own["quadrant"] == "key").sum())
    assert quadrants == sorted(quadrants, key=["Key", "Strong backward", "Strong forward", "Weak"].index)


def test_the_brief_is_whole_and_drawn(brief):
    explained = brief.document
    assert [section.id for section in explained.sections] == ["supply-paths", "linkages"]
    assert all(block.alt for section in explained.sections for block in section.blocks if isinstance(block, Chart))
    page = brief.files["html"].read_text("utf-8")
    assert "Supply chains behind the footprint" in page
    assert page.count("<svg") >= 2


def test_an_economy_without_emissions_says_so(tmp_path):
    made = _run(tmp_path, STARTER + 'emissions = "methane"\n')
    [section, _] = made.document.sections
    assert [block.tone for block in section.blocks if isinstance(block, Note)] == ["missing"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('sections = ["change"]\n', "named, but the study has no compare_year. Add compare_year"),
        ('sections = ["linkages"]\ncompare_year = 2000\n', "compare_year: is given, but no section shows it"),
        ("compare_year = 2018\n", "2018 is not before 2018"),
        ("compare_deflator = 1.2\n", "compare_deflator: is given, but no compare_year"),
        ("compare_year = 2000\ncompare_deflator = -1\n", "compare_deflator"),
    ],
)
def test_a_year_to_compare_with_must_make_sense(more, words):
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    with pytest.raises(InputError, match=words):
        parse_study(bare + "\n" + more, "study.toml")


def test_a_year_to_compare_with_brings_the_section_and_chains_only_on_request():
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    sections = parse_study(bare + "\ncompare_year = 2000\n", "study.toml").sections
    assert "change" in sections
    assert not {"supply-paths", "linkages"} & set(sections)


def test_the_starter_world_has_no_earlier_year(tmp_path):
    text = STARTER.replace('"linkages"]', '"change"]') + "compare_year = 2000\n"
    with pytest.raises(InputError, match="one year only"):
        _run(tmp_path, text)


WIOD = """
title = "The United States since 2000"
country = "USA"
peers = ["DEU", "CHN"]
year = 2009
economy = "wiod2013"
extensions = ["jrc_wiod_co2"]
compare_year = 2000
sections = ["accounts", "scopes", "dependence", "supply-paths", "change"]
"""


@pytest.mark.real
def test_the_terms_of_a_change_add_up_and_both_years_are_locked(tmp_path, real_store, wiod):
    made = _run(tmp_path, WIOD, real_store)
    check_document(made.document)
    figures = made.document.figure_by_id()
    expected = decompose(wiod(2000), wiod(2009), "co2").table.loc["USA"]
    terms = ["intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level", "direct use"]
    for term in terms:
        value = figures[f"change-usa-{term.replace(' ', '-')}"].value
        assert value == pytest.approx(expected[term] / 1000, rel=1e-9)
    moved = sum(figures[f"change-usa-{term.replace(' ', '-')}"].value for term in terms)
    assert figures["change-usa-later"].value - figures["change-usa-earlier"].value == pytest.approx(moved, rel=1e-9)
    assert figures["change-usa-intensity"].period == "2000–2009"
    lock = json.loads((made.folder / "study.lock.json").read_text("utf-8"))
    assert {entry["year"] for entry in lock["inputs"]} == {2000, 2009}
    notes = [b.title for s in made.document.sections if s.id == "change" for b in s.blocks if isinstance(b, Note)]
    assert notes == ["Prices are in these terms"]


@pytest.mark.real
def test_a_deflator_changes_the_terms_and_the_warning(tmp_path, real_store, wiod):
    made = _run(
        tmp_path,
        WIOD.replace('["accounts", "scopes", "dependence", "supply-paths", "change"]', '["change"]')
        + "compare_deflator = 1.27\n",
        real_store,
    )
    value = made.document.figure_by_id()["change-usa-intensity"].value
    expected = decompose(wiod(2000), wiod(2009), "co2", deflators=1.27).table.loc["USA", "intensity"]
    assert value == pytest.approx(expected / 1000, rel=1e-9)
    notes = [b.title for s in made.document.sections for b in s.blocks if isinstance(b, Note)]
    assert notes == ["One deflator for all"]
