"""Labour on a table, through the command line: jobs behind final use, levers on jobs, briefs, and what is missing.

By hand on the small table of `tests.atlas.small_wiod`: jobs per million $ are 0.1 in Polish crops, 0.04 in Polish food,
0.01 in American crops, 0.02 in the American rest; nothing was published for the rest of the world.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.extraction import extract
from kaldor.economy.trade import content_of_exports
from kaldor.errors import InputError, KaldorError
from kaldor.twin.twin import Twin
from tests.atlas.small_wiod import write_labour, write_table

WITH = ("--with", "wiod2013_labour")
MADE = ("production", "consumption", "domestic", "embodied_in_exports", "direct", "discrepancy", "unallocated")
FACTORS = ("intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level")

FLOOR = """
id = "floor"
title = "A wage floor"
view = "fixed prices"
[[levers]]
lever = "wage-floor"
strength = 10
regions = ["POL"]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("labour")
    store = Store(folder / "store")
    add(write_table(folder / "small"), store)
    add(write_labour(folder / "files"), store)
    return store


@pytest.fixture(scope="module")
def economy(store) -> Economy:
    return Economy.from_published(store.economy("small", 2009, ["wiod2013_labour"]))


def _invoke(store: Store, *arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "KALDOR_STORE": str(store.path)})
    if isinstance(done.exception, KaldorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def _answer(store: Store, *arguments: str) -> dict:
    return json.loads(_invoke(store, *arguments, "--json"))


def _rows(answer: dict, key: str) -> dict[str, dict]:
    (table,) = answer["tables"]
    return {row[key]: row for row in table["rows"]}


def test_jobs_behind_final_use_by_hand(store):
    asked = ("economy", "footprint", "--on", "small", "--year", "2009", *WITH, "--extension", "jobs")
    answer = _answer(store, *asked)
    rows = _rows(answer, "region")
    # Poland uses 60 crops, and 150 of food with 30 of its own crops and 37.5 of American in it
    assert rows["POL"]["production"] == pytest.approx(18)
    assert rows["POL"]["consumption"] == pytest.approx(60 * 0.1 + 150 * 0.04 + 30 * 0.1 + 37.5 * 0.01)
    assert rows["POL"]["embodied_in_imports"] == pytest.approx(0.375)
    # the USA 350 crops, 100 of the rest, and 50 of Polish food with 10 and 12.5 of crops in it
    assert rows["USA"]["production"] == pytest.approx(6)
    assert rows["USA"]["consumption"] == pytest.approx(350 * 0.01 + 100 * 0.02 + 50 * 0.04 + 10 * 0.1 + 12.5 * 0.01)
    assert rows["POL"]["consumption"] + rows["USA"]["consumption"] == pytest.approx(24)
    assert [rows["ROW"][column] for column in MADE] == [None] * len(MADE)
    assert rows["ROW"]["embodied_in_imports"] == 0
    assert {column["unit"] for column in answer["tables"][0]["columns"][1:]} == {"thousand persons"}
    (said,) = answer["said"]
    assert said.startswith("Jobs (persons engaged): not published for 2 industries with output (ROW 2).")
    text = _invoke(store, *asked)
    assert "in thousand persons" in text
    assert "They are missing, not zero" in text

    by_origin = _rows(_answer(store, *asked, "--by", "region"), "origin")
    assert by_origin["USA"]["POL"] == pytest.approx(0.375)
    assert by_origin["POL"]["USA"] == pytest.approx(3)
    assert by_origin["ROW"]["POL"] is None


def test_value_added_at_basic_prices_stands_beside_that_of_the_table(store, economy):
    """Polish food: 200 less 110 of inputs are 90, of which 75 at basic prices; accounts that add up keep the 90."""
    asked = ("economy", "footprint", "--on", "small", "--year", "2009", "--extension", "value_added")
    plain, attached = _rows(_answer(store, *asked), "region"), _rows(_answer(store, *asked, *WITH), "region")
    assert (plain["POL"]["production"], attached["POL"]["production"]) == (190, pytest.approx(115))
    bare = Economy.from_published(store.economy("small", 2009))
    pd.testing.assert_frame_equal(content_of_exports(bare), content_of_exports(economy))
    block = [("USA", "c1")]
    lost = extract(economy, block)
    for column in ("value_added", "value_added_lost"):
        pd.testing.assert_series_equal(extract(bare, block)[column], lost[column])
    assert Twin(economy).before().prices == pytest.approx(np.ones(economy.n))
    content = content_of_exports(economy, "jobs")["content"]
    assert content.tolist()[:2] == [pytest.approx(50 * 0.04 + 10 * 0.1), pytest.approx(0.5)]
    assert np.isnan(content["ROW"])


def test_levers_move_jobs_and_a_region_without_any_has_no_figure(store, tmp_path):
    """A floor of 10 % costs 1.5 % of Poland's 18 thousand jobs, at the lever's −0.15."""
    file = tmp_path / "floor.toml"
    file.write_text(FLOOR, encoding="utf-8")
    asked = ("twin", "run", str(file), "--on", "small", "--year", "2009", *WITH)
    found = {one["id"]: one for one in _answer(store, *asked, "--region", "POL")["outcomes"]}
    assert (found["jobs"]["unit"], found["jobs"]["before"]) == ("thousand persons", pytest.approx(18))
    assert found["jobs"]["change"] == pytest.approx(-0.27)
    assert found["jobs-to-move"]["after"] == pytest.approx(0.27)
    assert found["labour-productivity"]["before"] == pytest.approx(190 / 18)
    assert found["wage-share"]["before"] == pytest.approx(100 * (10 + 28) / 190)
    none = {one["id"]: one for one in _answer(store, *asked, "--region", "ROW")["outcomes"]}
    for metric in ("jobs", "jobs-to-move", "labour-productivity"):
        assert none[metric]["after"] is None
        assert none[metric]["reason"] == "Jobs (persons engaged): nothing was published for ROW."


def test_a_change_between_years_of_which_one_lacks_figures_is_refused(store, economy):
    later = Economy.from_published(store.economy("small", 2011, ["wiod2013_labour"]))
    with pytest.raises(InputError, match=r"2 industries have it in one of 2009 and 2011 only \(USA\)"):
        decompose(economy, later, "labour_income", factors=FACTORS)
    # only jobs per output change: Polish crops take 9 thousand in place of 10, American ones 4.4 in place of 4
    change = decompose(economy, later, "jobs", factors=FACTORS).table
    assert change.loc["POL", "intensity"] == pytest.approx(90 * -0.01 + 37.5 * 0.001)
    assert change.loc["USA", "intensity"] == pytest.approx(362.5 * 0.001 + 10 * -0.01)


@pytest.mark.real
def test_germanys_jobs_of_2009_behind_its_final_use(labour_store):
    asked = ("economy", "footprint", "--on", "wiod2013", "--year", "2009", *WITH, "--extension", "jobs")
    rows = _rows(_answer(labour_store, *asked), "region")
    made, used = rows["DEU"]["production"], rows["DEU"]["consumption"]
    known = [row for region, row in rows.items() if region != "ROW"]
    total, elsewhere = sum(row["production"] for row in known), rows["ROW"]["embodied_in_imports"]
    others = sum(row["discrepancy"] + row["unallocated"] for row in known)
    print(f"DEU 2009, thousand persons: {made:,.0f} at home, {used:,.0f} behind its final use; world {total:,.0f}")
    assert made == pytest.approx(40_850, abs=1)
    assert used == pytest.approx(49_853, abs=1)
    table = labour_store.economy("wiod2013", 2009, ["wiod2013_labour"])
    jobs = next(extension for extension in table.extensions if extension.id == "jobs").F
    x, Z, Y = (np.asarray(array, float) for array in (table.x, table.Z, table.Y))
    per_output = np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)
    place = table.regions.index("DEU") * len(table.demands)
    outputs = np.linalg.solve(np.eye(len(x)) - Z * per_output, Y[:, place : place + len(table.demands)].sum(axis=1))
    assert used == pytest.approx((jobs * per_output) @ outputs, rel=1e-9)
    assert sum(row["consumption"] for row in known) + elsewhere + others == pytest.approx(total, rel=1e-9)
    assert rows["ROW"]["production"] is None


@pytest.mark.real
def test_a_wage_floor_and_a_brief_on_the_real_table(labour_store, tmp_path):
    file = tmp_path / "floor.toml"
    file.write_text(FLOOR.replace("POL", "DEU"), encoding="utf-8")
    asked = ("twin", "run", str(file), "--on", "wiod2013", "--year", "2009", *WITH, "--region", "DEU")
    found = {one["id"]: one for one in _answer(labour_store, *asked)["outcomes"]}
    print(
        {
            id: (found[id]["before"], found[id]["change"], found[id]["unit"])
            for id in ("jobs", "labour-productivity", "wage-share")
        }
    )
    assert found["jobs"]["change"] == pytest.approx(-0.015 * 40_850, rel=1e-4)
    study = tmp_path / "study.toml"
    study.write_text(
        'title = "Jobs"\ncountry = "DEU"\npeers = ["POL", "ROW"]\nyear = 2009\neconomy = "wiod2013"\n'
        'extensions = ["jrc_wiod_co2", "wiod2013_labour"]\nsections = ["accounts", "exports"]\n',
        encoding="utf-8",
    )
    _invoke(labour_store, "run", str(study), "--out", str(tmp_path / "out"), "--format", "html")
    jobs = pd.read_parquet(tmp_path / "out" / "results" / "exports_jobs.parquet").set_index("region")
    print(f"jobs in exports, thousand: DEU {jobs.loc['DEU', 'content']:,.0f}, POL {jobs.loc['POL', 'content']:,.0f}")
    assert np.isnan(jobs.loc["ROW", "content"])
    brief = json.loads((tmp_path / "out" / "brief.json").read_text(encoding="utf-8"))
    assert "thousand persons" in json.dumps(brief)
    assert "The rest of the world has no account" in json.dumps(brief)
    assert "not published for 35 industries with output" in json.dumps(brief)
    lock = json.loads((tmp_path / "out" / "study.lock.json").read_text(encoding="utf-8"))
    held = {one.get("extension"): one["dataset"] for one in lock["inputs"]}
    assert (held["co2"], held["jobs"], held["hours"]) == ("jrc_wiod_co2", "wiod2013_labour", "wiod2013_labour")
