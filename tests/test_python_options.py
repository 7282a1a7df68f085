"""What is named beside a question in Python counts: on three countries of two years (`tests.brief.trading`)."""

from __future__ import annotations

from pathlib import Path

import pytest

import kaldor
from kaldor.asking import Answer, Origin, Table
from kaldor.asking.files import file_of, in_words
from kaldor.asking.shape import as_plain
from kaldor.atlas.store import Store
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.twin import Twin
from tests.brief.trading import keep_trading

FILE = """
[[scenarios]]
id = "first"
levers = [{ lever = "technology-adoption", strength = 10, regions = ["DEU"] }]

[[scenarios]]
id = "second"
levers = [{ lever = "electricity-efficiency", strength = 20, regions = ["DEU"] }]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("python")
    keep_trading(Store(made / "store"), made / "files")
    (made / "two.toml").write_text(FILE, "utf-8")
    return made


@pytest.fixture(scope="module")
def economy(folder: Path) -> kaldor.Economy:
    return kaldor.load("trading", 2010, store=folder / "store")


def test_a_year_is_read_from_store_and_files_alike(folder: Path) -> None:
    for year, emitted in ((2005, 1150), (2010, 920)):
        for where in (kaldor.load("trading", year, store=folder / "store"), kaldor.load(folder / "files", year)):
            assert where.year == year
            assert kaldor.accounts(where, "co2").loc["DEU", "production"] == pytest.approx(emitted)


def test_datasets_are_listed_with_first_and_last_year(folder: Path) -> None:
    found = kaldor.datasets(folder / "store")
    assert found.loc["trading", "years"] == "2005–2010"
    assert found.loc["trading", "unit"] == "million USD"


def test_accounts_are_drawn_with_the_peers_that_are_named(economy: kaldor.Economy) -> None:
    svg = kaldor.accounts(economy, "co2").plot("DEU", peers=["POL"]).svg
    assert "Poland" in svg
    assert "France" not in svg
    assert "France" in kaldor.accounts(economy, "co2").plot("DEU").svg


def test_strength_place_closure_and_region_of_a_what_if_count(economy: kaldor.Economy) -> None:
    weak, strong = (kaldor.what_if(economy, "technology-adoption", size, regions="DEU") for size in (5, 10))
    assert abs(weak["co2-world"].change) < abs(strong["co2-world"].change)
    assert weak.outcomes.region == "DEU"
    labour = {"labour": "supply"}
    answering = kaldor.what_if(economy, "technology-adoption", 10, regions="DEU", responses=labour, band=False)
    assert answering["jobs"].change != 0 == strong["jobs"].change
    assert answering["real-income"].band is None
    for region, emitted in (("FRA", 160), ("POL", 540)):
        measured = kaldor.what_if(economy, "technology-adoption", 10, regions="DEU", measured=region)
        assert measured["co2-production"].before == pytest.approx(emitted)
    price = {
        one: kaldor.what_if(economy, "carbon-price", 50, regions="POL", view="fixed prices", closure=one)
        for one in ("pass-through", "profit")
    }
    assert {id: one.outcomes.scenario.closure for id, one in price.items()} == {id: id for id in price}
    assert price["pass-through"]["household-burden"].change != price["profit"]["household-burden"].change


def test_a_bloc_is_not_foreign(economy: kaldor.Economy) -> None:
    alone = kaldor.what_if(economy, "electricity-efficiency", 10, regions="DEU")
    scenario = alone.outcomes.scenario
    together = kaldor.what_if(economy, scenario, bloc=["POL"])
    expected = outcomes_of(Twin(economy), scenario, region="DEU", bloc=["POL"])
    moved = 0
    for id in packaged_metrics():
        if together[id].modelled:
            if expected[id].before is not None:  # a change has nothing before it
                assert together[id].before == pytest.approx(expected[id].before, rel=1e-9, abs=1e-9), id
            moved += together[id].before != alone[id].before
    assert moved


def test_the_scenario_that_is_named_is_read(economy: kaldor.Economy, folder: Path) -> None:
    for id in ("first", "second"):
        assert kaldor.what_if(economy, folder / "two.toml", id=id).outcomes.scenario.id == id


def test_levers_tell_their_lowest_and_highest() -> None:
    found = kaldor.levers()
    assert (found["low"] <= found["default"]).all()
    assert (found["default"] <= found["high"]).all()
    assert (found["low"] < found["high"]).all()


def test_steps_days_draws_and_seed_of_a_shock_count(economy: kaldor.Economy) -> None:
    event = {"kind": "capacity", "regions": "POL", "sectors": "works", "share": 0.6, "days": 42}
    usual = kaldor.shock(economy, **event, steps=10, step_days=7, runs=3, seed=1)
    assert len(usual.value_added) == 10
    assert usual.value_added.index[1] == pytest.approx(7)
    daily = kaldor.shock(economy, **event, steps=10, step_days=1, runs=3, seed=1)
    assert daily.value_added.index[1] == pytest.approx(1)
    other = kaldor.shock(economy, **event, steps=10, step_days=7, runs=3, seed=2)
    assert (usual.seed, other.seed, len(usual.runs)) == (1, 2, 3)
    assert usual.bands["POL", "p95"].tolist() != other.bands["POL", "p95"].tolist()
    assert "Poland" in repr(usual.plot("POL"))
    assert "the world" in repr(usual.plot())


def test_a_study_is_written_in_the_formats_that_are_named(folder: Path, tmp_path: Path) -> None:
    text = 'title = "t"\ncountry = "DEU"\nyear = 2010\neconomy = "trading"\nsections = ["accounts"]\n'
    (tmp_path / "s.toml").write_text(text, "utf-8")
    made = kaldor.study(tmp_path / "s.toml", tmp_path / "out", store=folder / "store", formats=["html"])
    assert set(made.files) == {"html", "json"}


# -- an answer of its own, each part of which is another ---------------------------------------------------------------


def answer() -> Answer:
    import pandas as pd

    index = pd.Index(["a", "b", "c"], name="place")
    frame = pd.DataFrame({"output": [1.0, float("nan"), 3], "output_lost": [4.0, 5, 6], "jobs": [7, 8, 9]}, index=index)
    table = Table("t", frame, {"output": "kt", "jobs": "persons"})
    origin = Origin("set", 2010, "observed", "Title", "Citation", "Licence", "page")
    return Answer("Answer", (table,), "estimated", origin, "method", notes=("a note",), said=("said",))


def test_an_answer_keeps_each_of_its_parts() -> None:
    plain = as_plain(answer(), 2)
    assert (plain["notes"], plain["said"], plain["status"]) == (["a note"], ["said"], "estimated")
    assert [row["place"] for row in plain["tables"][0]["rows"]] == ["a", "b"]
    assert [row["output"] for row in plain["tables"][0]["rows"]] == [1.0, None]  # what is missing is not 0
    units = {one["id"]: one["unit"] for one in plain["tables"][0]["columns"]}
    assert units == {"place": "", "output": "kt", "output_lost": "kt", "jobs": "persons"}
    assert in_words([("DEU", "power"), ("FRA", "works")]) == "DEU power → FRA works"


def test_a_file_says_of_its_answer_what_the_answer_says(tmp_path: Path) -> None:
    import json

    import pyarrow.parquet as pq
    from openpyxl import load_workbook

    (tmp_path / "a.xlsx").write_bytes(file_of(answer(), "a.xlsx"))
    about = dict(load_workbook(tmp_path / "a.xlsx")["about"].values)
    wanted = {"title": "Answer", "source": "Title", "citation": "Citation", "licence": "Licence", "year": 2010}
    assert about == wanted | {"status": "estimated", "method": "method", "said": "said", "notes": "a note"}
    (tmp_path / "a.parquet").write_bytes(file_of(answer(), "a.parquet"))
    held = pq.read_schema(tmp_path / "a.parquet").metadata
    units = {"place": "", "output": "kt", "output_lost": "kt", "jobs": "persons"}
    assert json.loads(held[b"units"]) == units
    assert held[b"status"] == b"estimated"
