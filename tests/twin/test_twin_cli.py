"""`kaldor twin`: scenarios from a file, on the starter world, and messages that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from kaldor.cli.twin import app
from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, KaldorError
from kaldor.twin.declared import load_levers
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.reading import parse_scenarios, read_scenarios
from kaldor.twin.twin import Twin
from tests.twin.small_levers import LEVERS_TOML

BOTH = """
id = "both"
title = "A price, and less metal"
[[levers]]
lever = "t-price"
strength = 100
regions = ["DEU"]
[[levers]]
lever = "t-less"
strength = 20
regions = ["DEU"]
sectors = ["construction"]
products = ["metals"]
"""

SEVERAL = """
[blocs]
friends = ["DEU", "USA"]

[[scenarios]]
id = "price"
levers = [{ lever = "t-price", strength = 50, regions = ["friends"] }]

[[scenarios]]
id = "border"
closure = "profit"
levers = [{ lever = "t-border", strength = 50, regions = ["DEU"], bloc = ["friends"] }]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "levers.toml").write_text(LEVERS_TOML, encoding="utf-8")
    (tmp_path / "both.toml").write_text(BOTH, encoding="utf-8")
    (tmp_path / "fixed.toml").write_text(f'view = "fixed prices"\n{BOTH}', encoding="utf-8")
    (tmp_path / "several.toml").write_text(SEVERAL, encoding="utf-8")
    return tmp_path


def _run(folder, *arguments: str):
    levers = ["--levers", str(folder / "levers.toml")]
    named = [str(folder / a) if a.endswith(".toml") else a for a in arguments]
    done = CliRunner().invoke(app, [*named, *levers], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_a_run_shows_every_metric_and_who_loses(folder):
    answer = json.loads(_run(folder, "run", "both.toml", "--on", "starter", "--json"))
    assert answer["region"] == "DEU"
    found = {outcome["id"]: outcome for outcome in answer["outcomes"]}
    assert found["treasury-revenue"]["after"] > 10_000
    assert found["co2-world"]["change"] < 0
    assert found["energy-use"]["after"] is None
    assert found["energy-use"]["reason"].startswith("needs the extension 'energy'")
    assert found["co2-world"]["status"] == "predicted"
    assert found["co2-world"]["before_status"] == "estimated"
    assert (answer["status"], answer["source"]) == ("predicted", "kaldor-starter")
    assert answer["losers"][0]["where"] == "home"
    text = _run(folder, "run", "both.toml", "--on", "starter", "--all")
    for words in ("A price, and less metal", "Not modelled", "use --stress", "Who loses most", "No band", "estimated"):
        assert words in text


def test_several_scenarios_side_by_side(folder):
    answer = json.loads(
        _run(folder, "compare", "several.toml", "both.toml", "--on", "starter", "--region", "DEU", "--json")
    )
    rows = {row["metric"]: row for row in answer["tables"][0]["rows"]}
    assert rows["treasury-revenue"]["price"] > 0
    assert rows["household-burden"]["both"] > 0
    assert "pay-gap" not in rows
    assert answer["facts"]["not_modelled"]["pay-gap"]
    text = _run(folder, "compare", "several.toml", "both.toml", "--on", "starter", "--region", "DEU")
    assert "border" in text
    assert "starter 2018 (predicted)" in text
    assert (answer["status"], answer["origin"]["status"], answer["origin"]["year"]) == ("predicted", "estimated", 2018)
    assert "Not modelled: " in text


def test_a_country_may_be_named_where_a_metric_is_explained(folder):
    """Its cost per job is that of the code: the name was read for the parts, but not for the jobs gained."""
    by_name, by_code = (
        json.loads(
            _run(folder, "explain", "both.toml", "--on", "starter", "--metric", "jobs", "--region", name, "--json")
        )
        for name in ("Germany", "DEU")
    )
    assert by_name == by_code
    assert by_code["facts"]["region"] == "DEU"


def test_an_explanation_adds_up(folder):
    answer = json.loads(_run(folder, "explain", "fixed.toml", "--on", "starter", "--metric", "co2-world", "--json"))
    facts, tables = answer["facts"], {table["id"]: table["rows"] for table in answer["tables"]}
    assert sum(lever["part"] or 0 for lever in tables["levers"]) == pytest.approx(facts["change"], rel=1e-9)
    price = tables["levers"][0]
    assert (price["lever"], price["alone"], price["part"]) == ("t-price", None, None)
    assert any("Alone not modelled: t-price: Carbon price" in one for one in answer["said"])
    shown = _run(folder, "explain", "fixed.toml", "--on", "starter", "--metric", "co2-world")
    assert next(line for line in shown.splitlines() if "t-price" in line).count("not modelled") >= 2
    assert "undefined" not in shown
    assert sum(row["change"] for row in tables["channels"]) == pytest.approx(facts["change"], rel=1e-6)
    assert facts["cost"]["per_unit"] != 0
    assert answer["status"] == "predicted"
    assert facts["cost"]["range"] is None
    text = _run(folder, "explain", "fixed.toml", "--on", "starter", "--metric", "jobs")
    assert "not modelled: no job is gained in DEU." in text
    with pytest.raises(InputError, match="--id"):
        _run(folder, "explain", "several.toml", "--on", "starter", "--metric", "jobs")


def test_a_change_has_nothing_before_it_and_what_is_missing_has_its_reason(folder):
    answer = json.loads(_run(folder, "run", "both.toml", "--on", "starter", "--json"))
    income = next(one for one in answer["outcomes"] if one["id"] == "real-income")
    assert (income["before"], income["after"]) == (None, income["change"])
    compared = json.loads(_run(folder, "compare", "several.toml", "--on", "starter", "--region", "DEU", "--json"))
    row = next(one for one in compared["tables"][0]["rows"] if one["metric"] == "real-income")
    assert row["before"] is None
    assert row["price"] > 0  # the treasury keeps more than final users pay, of what foreigners buy
    reasons = [one for one in compared["said"] if one.startswith("Not modelled")]
    assert any("needs" in one and "kaldor-starter 2018 does not carry" in one for one in reasons), reasons
    assert any(one.startswith("Not modelled, price: ") and "no elasticity is given" in one for one in reasons), reasons
    explained = json.loads(_run(folder, "explain", "both.toml", "--on", "starter", "--metric", "real-income", "--json"))
    assert explained["facts"]["before"] is None
    assert any(one.startswith("Change: ") for one in explained["said"])


def test_a_run_takes_one_scenario_of_a_file(folder):
    line = ("run", "several.toml", "--on", "starter", "--region", "DEU", "--json")
    every, one = json.loads(_run(folder, *line)), json.loads(_run(folder, *line, "--id", "border"))
    assert [found["scenario"] for found in every["scenarios"]] == ["price", "border"]
    assert one == every["scenarios"][1]
    with pytest.raises(KaldorError, match="Did you mean 'border'"):
        _run(folder, *line, "--id", "bordr")


def test_levers_say_which_are_live_and_what_the_others_lack(folder):
    listed = json.loads(_run(folder, "levers", "--on", "starter", "--json"))
    by_id = {lever["id"]: lever for lever in listed}
    assert by_id["t-price"]["live"]
    assert not by_id["t-silent"]["live"]
    assert by_id["t-silent"]["lacks"] == ["extension 'water'"]
    only = json.loads(_run(folder, "levers", "--challenge", "resilience", "--json"))
    assert {lever["challenge"] for lever in only} == {"resilience"}
    assert "lacks extension 'water'" in _run(folder, "levers", "--on", "starter")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "both.toml", "--on", "starter", "--year", "1999"], "2018"),
        (["run", "both.toml", "--on", "starter", "--with", "co2"], "its own"),
        (["run", "both.toml", "--on", "starter", "--region", "GER"], "GER"),
        (["run", "nowhere.toml", "--on", "starter"], "cannot be read"),
        (["run", "several.toml", "--on", "starter"], "Name the region"),
        (["explain", "both.toml", "--on", "starter", "--metric", "co2-wrld"], "co2-world"),
        (["explain", "several.toml", "--on", "starter", "--id", "prices"], "price"),
        (["levers", "--challenge", "society2"], "society"),
    ],
)
def test_faults_are_one_message(folder, arguments, said):
    with pytest.raises(KaldorError, match=said):
        _run(folder, *arguments)


def test_a_scenario_file_is_one_or_several(folder):
    assert [scenario.id for scenario in read_scenarios(folder / "both.toml")] == ["both"]
    price, border = read_scenarios(folder / "several.toml")
    assert price.blocs == border.blocs == {"friends": ("DEU", "USA")}
    assert border.closure == "profit"


def test_every_fault_of_a_scenario_file_is_named_with_its_place():
    text = """
[[scenarios]]
id = "a"
closur = "profit"
levers = [{ lever = "t-price", regions = ["DEU"], strenght = 3 }]
[[scenarios]]
id = "b"
closure = "free"
[[scenarios]]
id = "c"
[[scenarios]]
id = "c"
"""
    with pytest.raises(InputError) as caught:
        parse_scenarios(text, "s.toml")
    said = [str(problem) for problem in caught.value.problems]
    assert "s.toml, scenarios 'a', closur: unknown key. Did you mean 'closure'?" in said
    assert "s.toml, scenarios 'a', levers 1, strenght: unknown key. Did you mean 'strength'?" in said
    assert "s.toml, scenarios 'a', levers 1, strength: is missing. Add it." in said
    assert any(line.startswith("s.toml, scenarios 'b', closure:") for line in said)
    assert "s.toml, scenarios 'c': the id stands twice. Give each its own." in said
    for broken in ("id = ", "scenarios = 3", 'scenarios = ["a"]', "[[scenarios]]\nid = 'a'\n[other]\nx = 1"):
        with pytest.raises(InputError, match=r"s\.toml"):
            parse_scenarios(broken, "s.toml")


def test_help_imports_nothing_heavy():
    code = "import sys, kaldor.cli.twin; print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_json_holds_every_digit(folder):
    """What an industry loses, to the last bit: 15 decimals are not enough for a small figure."""
    found = json.loads(_run(folder, "run", "both.toml", "--on", "starter", "--json"))
    twin = Twin(Economy.from_published(open_table("starter")), load_levers(folder / "levers.toml"))
    (scenario,) = read_scenarios(folder / "both.toml")
    losers = outcomes_of(twin, scenario, region="DEU").losers
    assert [row["change_pct"] for row in found["losers"]] == losers["change_pct"].tolist()
