"""Shocks and the stress set in a study: read, run, shown with figures that are the model's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kaldor.brief.charts import draw
from kaldor.brief.declared import abbreviations_in
from kaldor.brief.document import Chart, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study, read_study
from kaldor.brief.tables import annex_text, beside
from kaldor.brief.tiles import classes, placed
from kaldor.digits import settled
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.shocks.events import parse_shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock
from kaldor.twin.shocks.stress import stress
from tests.brief.conftest import DIGITS

HEAD = """
title = "Shocks on the starter world"
country = "KOR"
year = 2018
economy = "starter"
"""
PORT = """
id = "port"
title = "A port closed"

[[events]]
kind = "capacity"
regions = ["KOR"]
sectors = ["trade"]
share = 0.33
days = 56
"""
STUDY = (
    HEAD
    + """
sections = ["shocks", "stress"]
stress = { runs = 2, steps = 8, seed = 3 }

[[shocks]]
file = "mine/port.toml"
runs = 3
steps = 20

[[shocks]]
id = "power"
runs = 2
steps = 20
seed = 5
events = [{ kind = "shortage", regions = ["KOR"], products = ["utilities"], share = 0.15, days = 119 }]
"""
)


def written(folder: Path, text: str = STUDY, port: str = PORT) -> Path:
    (folder / "mine").mkdir(exist_ok=True)
    (folder / "mine" / "port.toml").write_text(port, encoding="utf-8")
    file = folder / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(starter_world())


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("shocks")
    return run_study(written(folder), out=folder / "brief", formats=["html", "pdf"])


@pytest.fixture(scope="module")
def port(economy: Economy) -> ShockResult:
    return run_shock(economy, parse_shock(PORT, "port.toml"), Parameters(dt=7), steps=20, bands=3, seed=1)


def block(brief: StudyResult, id: str) -> Chart | Table:
    found = [b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart | Table) and b.id == id]
    assert len(found) == 1, id
    return found[0]


def test_sections_stand_after_scenarios_and_only_where_there_is_something_to_show() -> None:
    shock = "\n[[shocks]]\n" + PORT.replace("[[events]]", "[[shocks.events]]")
    assert parse_study(HEAD, "s.toml").sections[-2:] == ("exports", "framework")
    assert parse_study(HEAD + "[stress]" + shock, "s.toml").sections[-3:] == ("shocks", "stress", "framework")


def in_billions(millions: float | tuple[float, ...]):  # type: ignore[no-untyped-def]
    """To the last digits alone: the brief multiplies by 0.001, which is no binary number, and sums may turn round."""
    return pytest.approx(np.divide(millions, 1e3), rel=DIGITS)


def test_the_loss_in_the_brief_is_that_of_run_shock(brief: StudyResult, port: ShockResult) -> None:
    figures = brief.document.figure_by_id()
    korea, world = port.summary(["KOR"]), port.summary()
    assert figures["shocks-port-kor-lost-value-added"].value == in_billions(korea.loc["lost_value_added", "central"])
    assert figures["shocks-port-world-lost-value-added"].value == in_billions(world.loc["lost_value_added", "central"])
    direct = figures["shocks-port-kor-direct-loss-spread"]
    assert direct.unit == "billion US$"
    spread = korea.loc["direct_loss", ["central", "p5", "median", "p95"]].astype(float)
    assert direct.values == in_billions(tuple(spread))


def test_the_fan_holds_every_step_and_lists_some(brief: StudyResult, port: ShockResult) -> None:
    chart = block(brief, "shocks-port-fan-kor")
    assert isinstance(chart, Chart)
    figures = brief.document.figure_by_id()
    drawn = np.array([row.values(figures) for row in chart.rows])
    normal = port.economy.sum_by_region(port.economy.value_added)[port.economy.region_position("KOR")]
    bands = port.bands["KOR"][["p5", "median", "p95"]].to_numpy()
    assert drawn.shape == (20, 4)
    assert drawn[:, :3] == pytest.approx(100 * (bands - 1), rel=DIGITS, abs=1e-6)
    assert drawn[:, 3] == pytest.approx(100 * (port.value_added["KOR"].to_numpy() / normal - 1), rel=DIGITS, abs=1e-6)
    assert (np.diff(drawn[:, :3], axis=1) >= 0).all()
    assert [row[0].text for row in beside(chart).rows] == ["1", "2", "4", "8", "12", "16", "20"]


def test_the_map_shows_loss_by_region_at_its_weeks(brief: StudyResult, port: ShockResult) -> None:
    chart = block(brief, "shocks-port-map")
    assert isinstance(chart, Chart)
    assert chart.series == ("Week 1", "Week 4", "Week 8", "Week 16")
    assert set(chart.tiles) == set(port.economy.regions)
    figures = brief.document.figure_by_id()
    normal = port.economy.sum_by_region(port.economy.value_added)
    lost = 100 * (1 - port.value_added.to_numpy() / normal)
    for code, row in zip(chart.tiles, chart.rows, strict=True):
        expected = lost[[0, 3, 7, 15], port.economy.region_position(code)]
        assert row.values(figures) == pytest.approx(list(expected), rel=DIGITS, abs=1e-6)
    assert chart.tiles[0] == "KOR"  # the hardest hit stands first in the table
    assert "take no view on any" in chart.caption
    svg = draw(chart, figures, "resilience")
    assert svg.count(">KOR<") == 4


def test_what_breaks_first_is_the_models_table_or_said_to_be_nothing(brief: StudyResult, economy: Economy) -> None:
    power = next(shock for shock in brief_study(brief).shocks if shock.id == "power")
    expected = run_shock(economy, power, Parameters(dt=7), steps=20, bands=2, seed=5).bottlenecks()
    table = block(brief, "shocks-power-breaks-first")
    assert isinstance(table, Table)
    assert len(table.rows) == len(expected) == 1
    figures = brief.document.figure_by_id()
    assert figures[str(table.rows[0][1].figure)].value == pytest.approx(expected["first_day"].iloc[0], rel=DIGITS)
    assert figures[str(table.rows[0][5].figure)].value == pytest.approx(100 * expected["in_runs"].iloc[0], rel=DIGITS)
    notes = [b.title for s in brief.document.sections for b in s.blocks if b.kind == "note"]
    assert "What breaks first: A port closed" in notes


def brief_study(brief: StudyResult):  # type: ignore[no-untyped-def]
    return read_study(brief.folder.parent / "study.toml").study


def test_the_stress_table_is_that_of_stress(brief: StudyResult, economy: Economy) -> None:
    expected = stress(economy, "KOR", runs=2, steps=8, seed=3).shocks
    table = block(brief, "stress-shocks")
    assert isinstance(table, Table)
    assert len(table.rows) == len(expected)
    figures = brief.document.figure_by_id()
    for row, (_, wanted) in zip(table.rows, expected.iterrows(), strict=True):
        for cell, name in ((row[1], "value_added_at_risk_mean"), (row[2], "value_added_at_risk_tail")):
            assert figures[str(cell.figure)].value == pytest.approx(100 * wanted[name], rel=DIGITS)
        if np.isinf(wanted["days_to_recover"]):
            assert row[3].text == "over 56"
        else:
            assert figures[str(row[3].figure)].value == pytest.approx(wanted["days_to_recover"], rel=DIGITS)


def test_a_time_to_recover_beyond_the_horizon_is_said_in_words(brief: StudyResult) -> None:
    table = block(brief, "shocks-power-losses-kor")
    assert isinstance(table, Table)
    assert "not in this time" in {cell.text for cell in table.rows[-1]}


def test_every_figure_is_predicted_and_every_abbreviation_explained(brief: StudyResult) -> None:
    document = brief.document
    assert {f.status for f in document.figures if f.method in ("shock", "stress")} == {"predicted"}
    assert abbreviations_in(document.words()) <= {
        name for term in document.glossary for name in term.term.split(" or ")
    }
    html = brief.files["html"].read_text("utf-8")
    assert "A port closed: where the loss falls, over time" in html
    assert not re.search(r"\bnan\b|\binf\b", html)


def test_results_hold_every_run_value(brief: StudyResult, port: ShockResult) -> None:
    content = json.loads((brief.folder / "results.json").read_text("utf-8"))
    losers = pd.read_parquet(brief.folder / content["tables"]["shock_port_losers"]["file"])
    assert losers["central"].to_list() == pytest.approx(
        settled(port.losers()["central"].to_numpy()).tolist(), rel=1e-12
    )
    figure = next(one for one in content["figures"] if one["id"] == "shocks-port-kor-central")
    assert len(figure["values"]) == 20


def test_the_lock_holds_included_files_and_seeds(brief: StudyResult, tmp_path: Path) -> None:
    import hashlib

    lock = json.loads((brief.folder / "study.lock.json").read_text("utf-8"))
    digest = hashlib.sha256(PORT.encode()).hexdigest()
    assert lock["included"] == [{"file": "mine/port.toml", "sha256": digest}]
    assert lock["seeds"] == {"shocks.port": 1, "shocks.power": 5, "stress": 3}
    changed = read_study(written(tmp_path, port=PORT.replace("0.33", "0.34")))
    assert changed.included["mine/port.toml"] != digest


def test_the_same_study_twice_gives_the_same_results(brief: StudyResult, tmp_path: Path) -> None:
    again = run_study(written(tmp_path), out=tmp_path / "brief", formats=[])
    assert (again.folder / "results.json").read_bytes() == (brief.folder / "results.json").read_bytes()
    locks = [json.loads((one.folder / "study.lock.json").read_text("utf-8")) for one in (again, brief)]
    assert locks[0]["included"] == locks[1]["included"]
    assert locks[0]["inputs"] == locks[1]["inputs"]


def test_what_stands_beside_file_replaces_what_stands_in_it(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, STUDY.replace("runs = 3", 'title = "Mine"'))).study
    assert (study.shocks[0].title, study.shocks[0].id, study.shocks[0].runs) == ("Mine", "port", 30)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (STUDY.replace("mine/port.toml", "../port.toml"), "outside the study's own folder"),
        (STUDY.replace("mine/port.toml", "/etc/hostname"), "outside the study's own folder"),
        (STUDY.replace("mine/port.toml", "mine/prt.toml"), "'mine/prt.toml': cannot be read"),
        (STUDY.replace("mine/port.toml", "mine"), "it is a folder"),
        (STUDY.replace('file = "mine/port.toml"', "file = 3"), "is no path"),
        (STUDY.replace('"power"', '"port"'), "shocks 'port': the id stands twice"),
        (
            STUDY.replace("share = 0.15", "share = 15"),
            r"shocks 'power', events 1, share: '15' is not within its bounds. Allowed: 0 to 1.",
        ),
        (
            STUDY.replace("runs = 2\n", "runs = 0\n"),
            r"shocks 'power', runs: '0' is not within its bounds. Allowed: 1 to 1,000.",
        ),
        (STUDY.replace("seed = 5", "sead = 5"), r"shocks 'power', sead: unknown key. Did you mean 'seed'"),
        (STUDY.replace('"shocks", "stress"', '"stress"'), "shocks: are given, but no section shows them"),
        (STUDY.replace('"shocks", "stress"', '"shocks"'), "stress: is given, but no section shows it"),
        (HEAD + 'sections = ["stress"]', r"'stress' is named, but the study has no \[stress\]"),
        (HEAD + 'sections = ["shocks"]', r"Add \[\[shocks\]\]"),
    ],
)
def test_a_faulty_study_is_refused_when_it_is_read(tmp_path: Path, changed: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_study(written(tmp_path, changed))


def test_a_fault_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine/port\.toml, events 1, share: '33' is not within"):
        read_study(written(tmp_path, port=PORT.replace("0.33", "33")))
    with pytest.raises(InputError, match=r"port\.toml: is not valid TOML"):
        read_study(written(tmp_path, port="id = "))


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text(PORT, encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    file = written(inner)
    (inner / "mine" / "port.toml").unlink()
    (inner / "mine" / "port.toml").symlink_to(tmp_path / "secret.toml")
    with pytest.raises(InputError, match="outside the study's own folder"):
        read_study(file)


def test_a_study_without_a_folder_includes_nothing() -> None:
    with pytest.raises(InputError, match="not a file in a folder"):
        parse_study(STUDY, "study.toml")


def test_an_unknown_place_of_a_shock_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    file = written(tmp_path, STUDY.replace('regions = ["KOR"], products', 'regions = ["FRA"], products'))
    with pytest.raises(InputError, match="power: event 1, regions"):
        run_study(file, out=tmp_path / "brief")
    assert not (tmp_path / "brief").exists()


PARTS_AND_PRICES = (
    HEAD
    + """
sections = ["shocks"]

[[shocks]]
id = "plant"
title = "A plant stands still"
runs = 1
steps = 10
step_days = 1
parts = [{ region = "KOR", sector = "electronics", label = "plant", name = "The plant", output_share = 0.2 }]
events = [{ kind = "capacity", regions = ["KOR.plant"], sectors = ["electronics"], share = 1, days = 5 }]

[[shocks]]
id = "dear"
runs = 1
steps = 3
events = [{ kind = "price", regions = ["KOR"], products = ["utilities"], rise = 0.3, days = 50 }]
"""
)


def test_a_firm_counts_with_its_country_and_a_price_moves_no_volume(tmp_path: Path, economy: Economy) -> None:
    file = written(tmp_path, PARTS_AND_PRICES)
    brief = run_study(file, out=tmp_path / "brief", formats=["html"])
    shocks = read_study(file).study.shocks
    plant = run_shock(economy, shocks[0], Parameters(dt=1), steps=10, bands=1, seed=1)
    figures = brief.document.figure_by_id()
    both = plant.summary(["KOR", "KOR.plant"]).loc["direct_loss", "central"]
    assert both > plant.summary(["KOR"]).loc["direct_loss", "central"] == 0
    assert figures["shocks-plant-kor-direct-loss"].value == in_billions(both)
    chart = block(brief, "shocks-plant-map")
    assert isinstance(chart, Chart)
    assert chart.rows[0].label == "The plant (South Korea)"
    assert len(chart.series) == 6

    dear = run_shock(economy, shocks[1], Parameters(dt=7), steps=3, bands=1, seed=1)
    table = block(brief, "shocks-dear-prices")
    assert isinstance(table, Table)
    assert figures[str(table.rows[0][1].figure)].value == pytest.approx(100 * dear.prices["KOR"].max(), rel=DIGITS)
    assert "shocks-dear-kor-lost-value-added" not in figures, "it said 0"
    assert "Volumes: not moved, and losses not modelled: only prices change" in brief.files["html"].read_text("utf-8")


def test_tiles_close_up_empty_rows_and_place_strangers_below() -> None:
    grid = placed(["DEU", "FRA", "USA", "DEU.plant", "ROW"])
    assert len(set(grid.values())) == 5
    assert grid["USA"][1] < grid["FRA"][1] < grid["DEU"][1]
    assert grid["DEU.plant"][0] == grid["ROW"][0] > max(grid[c][0] for c in ("DEU", "FRA", "USA"))
    assert tuple(map(min, zip(*grid.values(), strict=True))) == (0, 0)


def test_classes_are_round_and_hold_the_largest() -> None:
    assert classes([[8.3, 0.01], [None, -2.0]]) == (0.02, 0.2, 2.0)
    assert classes([[-1.0]]) == (0.01, 0.1, 1.0)


def test_the_annex_says_how_many_values_a_long_run_has(brief: StudyResult) -> None:
    figures = brief.document.figure_by_id()
    assert annex_text(figures["shocks-port-kor-central"]).startswith("20 values, −")
    assert annex_text(figures["shocks-port-kor-direct-loss-spread"]).count(";") == 3


def test_runs_are_draws_beside_the_central_run_and_said_alike(brief: StudyResult) -> None:
    """Three draws of the port and two of the standard set: never called four and two runs, nor nine of ten of them."""
    port, standard = block(brief, "shocks-port-losses-kor"), block(brief, "stress-shocks")
    assert port.caption.startswith("A central run and 3 draws of how firms behave, seed 1.")
    assert standard.caption.startswith("2 draws of how firms behave for each shock, seed 3.")
    assert "5 to 95 % of 3 draws of how firms behave" in block(brief, "shocks-port-fan-kor").caption
    assert "nine of ten" not in brief.document.model_dump_json()
