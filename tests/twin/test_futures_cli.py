"""The commands of time and uncertainty, as a user types them, on the embedded starter world."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.split import SplitPart, split_sector
from kaldor.economy.starter import starter_world
from kaldor.twin.splits import read_splits, with_splits
from tests.hostile import doors

STUDIES = Path(__file__).parents[2] / "studies"


def kaldor(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kaldor", "twin", *arguments, "--on", "starter"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(*arguments: str):
    done = kaldor(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_shock_reports_losses_with_a_band():
    shock = str(STUDIES / "shocks" / "port-closed.toml")
    found = answer("shock", shock, "--region", "KOR", "--steps", "120", "--bands", "4", "--seed", "3")
    assert (found["seed"], found["runs"]) == (3, 4)
    assert (found["status"], found["year"], found["economy"]) == ("predicted", 2018, "kaldor-starter")
    lost = next(row for row in found["by_region"]["KOR"] if row["measure"] == "lost_value_added")
    assert lost["min"] <= lost["central"] <= lost["max"]
    assert lost["min"] > 0
    assert found["losers"][0]["region"] == "KOR"


@pytest.mark.long
def test_the_standard_shocks_put_value_added_at_risk():
    found = answer("stress", "--region", "DEU", "--runs", "2", "--seed", "4")
    whole = found["shocks"][-1]
    assert whole["value_added_at_risk_tail"] >= whole["value_added_at_risk_mean"] > 0


def test_a_path_is_of_the_one_region_where_its_levers_act_and_asks_where_they_act_in_two(tmp_path):
    text = """id = "p"
start = 2025
end = 2035
step = 10
[[levers]]
lever = "clean-electricity"
strength = 50
regions = [{regions}]
adoption = {{ curve = "linear", start = 2025, until = 2035 }}
"""
    file = tmp_path / "p.toml"
    file.write_text(text.format(regions='"BRA"'), "utf-8")
    alone = answer("path", str(file))
    assert alone["region"] == "BRA"
    file.write_text('region = "BRA"\n' + text.format(regions='"BRA"'), "utf-8")
    assert answer("path", str(file))["summed"] == alone["summed"]
    file.write_text(text.format(regions='"BRA", "IND"'), "utf-8")
    done = kaldor("path", str(file))
    assert done.returncode != 0
    assert "region: is missing" in done.stderr


@pytest.mark.long
def test_a_path_says_what_it_is_and_how_late_a_lever_may_start():
    found = answer("path", str(STUDIES / "paths" / "clean-power-india.toml"))
    assert "not a forecast" in found["warning"]
    assert (found["status"], found["source"]) == ("predicted", "kaldor-starter")
    starts = {row["lever"]: row for row in found["latest_starts"]}
    assert starts["clean-electricity"]["latest"] > starts["clean-electricity"]["planned"]


@pytest.mark.long
def test_a_sweep_goes_on_from_its_folder_with_the_same_numbers(tmp_path):
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    asked = ("sweep", scenario, "--runs", "60", "--seed", "5", "--where", str(tmp_path / "parts"))
    first, again = answer(*asked), answer(*asked)
    assert first == again
    assert (first["status"], first["source"]) == ("predicted", "kaldor-starter")
    band = next(row for row in first["bands"] if row["metric"] == "co2-production")
    assert band["p5"] < band["p50"] < band["p95"] < 0


@pytest.mark.long
def test_discovery_says_in_words_where_a_scenario_fails():
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    found = answer("discover", scenario, "--runs", "200", "--metric", "co2-production", "--worse-than", "-600000")
    assert "clean-electricity is below" in found["words"]
    assert 0 < found["failing"] < 200


@pytest.mark.parametrize(
    ("command", "text", "message"),
    [
        ("shock", "id = 'x'\nevents = []\n", "needs at least one event"),
        ("path", "id = 'p'\nregion = 'IND'\nstart = 2050\nend = 2040\n", "must come after start"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, command, text, message):
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    done = doors.kaldor("twin", command, str(file), "--on", "starter")
    assert done.code == 2
    assert "bad.toml" in done.err
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.long
def test_a_sweep_says_how_many_futures_carry_stress_figures():
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    found = answer("sweep", scenario, "--runs", "12", "--seed", "5", "--stress", "1", "--stressed", "2")
    assert found["stressed"] == 2
    by_metric = {row["metric"]: row for row in found["bands"]}
    assert by_metric["value-added-at-risk"]["futures"] == 2
    assert by_metric["co2-production"]["futures"] == 12


@pytest.mark.long
@pytest.mark.parametrize(("view", "latest"), [("prices respond", 2038), ("fixed prices", 2035)])
def test_a_path_on_split_sectors_gives_its_latest_useful_starts(tmp_path, view, latest):
    """In both views: how late steel may turn to hydrogen for a third less CO2 by 2045."""
    files = [STUDIES / "paths" / f"heavy-industry-germany{part}.toml" for part in ("", ".split", ".levers")]
    path = tmp_path / "path.toml"
    path.write_text(f'view = "{view}"\n' + files[0].read_text("utf-8"), encoding="utf-8")
    found = answer("path", str(path), "--split", str(files[1]), "--levers", str(files[2]))
    starts = {(row["lever"], row["target"]): row["latest"] for row in found["latest_starts"]}
    assert starts["steel-hydrogen", "co2-production 33 % lower by 2045"] == latest
    assert starts["cement-capture", "co2-production summed 25 % lower by 2050"] is None  # not needed


def test_splits_of_a_file_are_those_of_the_function():
    economy = Economy.from_published(starter_world())
    splits = read_splits(STUDIES / "paths" / "heavy-industry-germany.split.toml")
    parts = [SplitPart("steel", output_share=0.12, amounts={"co2": 55_000})]
    parts += [SplitPart("cement", output_share=0.02, amounts={"co2": 25_000}), SplitPart("rest")]
    found, expected = with_splits(economy, splits), split_sector(economy, "DEU", "metals", parts)
    assert found.sectors == expected.sectors
    np.testing.assert_array_equal(found.Z, expected.Z)
    np.testing.assert_array_equal(found.extension("co2").F, expected.extension("co2").F)


def test_a_bad_file_of_splits_is_refused_with_its_place(tmp_path):
    file = tmp_path / "splits.toml"
    file.write_text("[[splits]]\nregion = 'DEU'\nsector = 'metals'\nparts = [{ lable = 'steel' }]\n", encoding="utf-8")
    path = str(STUDIES / "paths" / "clean-power-india.toml")
    done = doors.kaldor("twin", "path", path, "--split", str(file), "--on", "starter")
    assert done.code == 2
    assert "splits.toml" in done.err
    assert "lable" in done.err


PRICED = (str(STUDIES / "scenarios" / "carbon-price.toml"), "--id", "price", "--runs", "8")


def test_a_sweep_says_what_is_not_modelled_and_why():
    found = answer("sweep", *PRICED)
    assert "no elasticity is given" in found["not_modelled"]["foreign-share"]
    assert next(row["p50"] for row in found["bands"] if row["metric"] == "foreign-share") is None
    told = " ".join(kaldor("sweep", *PRICED).stdout.split())
    assert "Not modelled: Foreign value added behind manufacturing's inputs, through all tiers; " in told
    assert "no elasticity is given, so that volumes stay." in told


def test_a_scenario_never_fails_on_what_is_not_modelled():
    done = kaldor("discover", *PRICED, "--metric", "foreign-share", "--worse-than", "-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "metric 'foreign-share': not modelled: Carbon price moves prices" in done.stderr
