"""The commands of time and uncertainty, as a user types them, on the embedded starter world."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
    assert (found["seed"], found["runs"]) == (3, 5)
    lost = next(row for row in found["summary"] if row["measure"] == "lost_value_added")
    assert lost["min"] <= lost["central"] <= lost["max"]
    assert lost["min"] > 0
    assert found["losers"][0]["region"] == "KOR"


def test_the_standard_shocks_put_value_added_at_risk():
    found = answer("stress", "--region", "DEU", "--runs", "2", "--seed", "4")
    whole = found["shocks"][-1]
    assert whole["value_added_at_risk_tail"] >= whole["value_added_at_risk_mean"] > 0


def test_a_path_says_what_it_is_and_how_late_a_lever_may_start():
    found = answer("path", str(STUDIES / "paths" / "clean-power-india.toml"))
    assert "not a forecast" in found["warning"]
    starts = {row["lever"]: row for row in found["latest useful starts"]}
    assert starts["clean-electricity"]["latest"] > starts["clean-electricity"]["planned"]


def test_a_sweep_goes_on_from_its_folder_with_the_same_numbers(tmp_path):
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    asked = ("sweep", scenario, "--runs", "60", "--seed", "5", "--where", str(tmp_path / "parts"))
    first, again = answer(*asked), answer(*asked)
    assert first == again
    band = next(row for row in first["bands"] if row["metric"] == "co2-production")
    assert band["p5"] < band["p50"] < band["p95"] < 0


def test_discovery_says_in_words_where_a_scenario_fails():
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    found = answer("discover", scenario, "--runs", "200", "--metric", "co2-production", "--worse-than", "-300000")
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
    done = kaldor(command, str(file))
    assert done.returncode == 2
    assert "bad.toml" in done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
