"""What stands under each heading of a screen is what the same answer says as JSON, or what was worked out by hand."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from kaldor.asking import Table
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.tables import print_table
from kaldor.twin.explain import Cost
from kaldor.twin.questions.explain import cost_in_words
from kaldor.words import figure
from tests.cli.experiments import ON, number, rows, run, said

pytestmark = pytest.mark.usefixtures("place")


def test_a_run_has_its_figures_under_their_headings() -> None:
    text, record = said(("twin", "run"), "--all"), json.loads(said(("twin", "run"), "--json"))
    found = {row["metric"]: row for row in rows(text, "dimension", "before", "band of change")}
    checked = 0
    for outcome in record["outcomes"]:
        if outcome["title"] in found and isinstance(outcome["after"], float):
            row = found[outcome["title"]]
            heads = ["after", "change"] if outcome["before"] is None else ["before", "after", "change"]
            assert (row["before"] == "") == (outcome["before"] is None), "a change has nothing before it"
            for head in heads:
                assert number(row[head]) == pytest.approx(outcome[head], rel=1e-3, abs=1e-4), head
            checked += outcome["before"] != outcome["after"]
    assert checked > 2


def test_losers_lose_and_gainers_gain() -> None:
    text, record = said(("twin", "run"), "--all"), json.loads(said(("twin", "run"), "--json"))
    losing, gaining = text.split("Who loses most")[1].split("Who gains most")
    for part, side in ((losing, "losers"), (gaining, "gainers")):
        row, first = rows(part, "where", "industry", "change")[0], record[side][0]
        assert number(row["change"]) == pytest.approx(first["change"], rel=1e-3)
        assert number(row["%"]) == pytest.approx(first["change_pct"], rel=1e-3)
    assert record["losers"][0]["change"] < 0 < record["gainers"][0]["change"]


def _table(record: dict[str, Any], id: str) -> list[dict[str, Any]]:
    (found,) = (one for one in record["tables"] if one["id"] == id)
    return list(found["rows"])


def test_a_comparison_has_each_scenario_under_its_own_name() -> None:
    title = "Real income of the country"
    (found,) = (row for row in rows(said(("twin", "compare")), "dimension", "adopt", "wages") if row["title"] == title)
    record = json.loads(said(("twin", "compare"), "--json"))
    (row,) = (one for one in _table(record, "changes") if one["title"] == title)
    assert (found["before"], row["before"]) == ("", None), "a change has nothing before it"
    for head in ("adopt", "wages"):
        assert number(found[head]) == pytest.approx(row[head], rel=1e-3, abs=1e-4), head
    assert row["adopt"] != row["wages"]


def test_an_explanation_has_its_figures_under_their_headings() -> None:
    text, record = said(("twin", "explain")), json.loads(said(("twin", "explain"), "--json"))
    facts = record["facts"]
    assert facts["view"] == "prices respond"
    assert facts["before"] == pytest.approx(1620)
    assert facts["after"] == pytest.approx(facts["before"] + facts["change"])
    assert abs(facts["change"]) > 1
    before, after, change = (figure(facts[name]) for name in ("before", "after", "change"))
    assert f"{before} to {after} {facts['unit']}: {change}." in text
    found = rows(text, "lever", "alone", "part")
    for row, lever in zip(found, _table(record, "levers"), strict=True):
        assert number(row["alone"]) == pytest.approx(lever["alone"], rel=1e-3)
        assert number(row["part"]) == pytest.approx(lever["part"], rel=1e-3)
        assert lever["alone"] != pytest.approx(lever["part"], rel=1e-3)


def test_a_sweep_has_its_percentiles_under_their_headings() -> None:
    text, record = said(("twin", "sweep")), json.loads(said(("twin", "sweep"), "--json"))
    found = {row["metric"]: row for row in rows(text, "metric", "p5", "p95")}
    (band,) = (one for one in record["bands"] if one["metric"] == "real-income")
    for head in ("p5", "p50", "p95"):
        assert number(found[band["title"]][head]) == pytest.approx(band[head], rel=1e-3), head
    assert len({band[head] for head in ("p5", "p25", "p50", "p75", "p95")}) == 5


def test_a_path_tells_each_table_under_its_name() -> None:
    record = json.loads(said(("twin", "path"), "--json"))
    assert {"what", "year", "met"} <= set(record["milestones"][0])
    assert {"unit", "reference", "path", "change"} <= set(record["summed"][0])
    assert record["latest_starts"][0]["planned"] == 2011
    assert {one["name"] for one in record["grown"]} == {
        "workers", "product of each", "jobs", "volume of GDP", "real wage",
    }  # fmt: skip
    paid = {one["name"] for one in record["costs"]}
    assert all(name in {"labour", "capital"} or name.startswith("treasury: ") for name in paid)
    assert {one["id"]: one["view"] for one in record["metrics"]}["co2-production"] == "prices respond"


def test_a_question_is_asked_of_its_year_and_shows_as_many_rows_as_asked() -> None:
    """CO2 of 2005 was 1.25 times as much: 920 kt became 1,150 before; the two largest of three are DEU and POL."""
    asked = ("economy", "footprint", "--on", "trading", "--extension", "co2")
    for year, made in (("2005", 1150), ("2010", 920)):
        found = rows(run(*asked, "--year", year), "region", "production", "consumption")
        assert {row["region"]: number(row["production"]) for row in found}["DEU"] == made
    two = rows(run(*asked, "--year", "2010", "--rows", "2"), "region", "production", "consumption")
    assert [row["region"] for row in two] == ["DEU", "FRA"]


def test_of_a_long_table_the_largest_rows_are_shown_with_the_units_of_their_columns() -> None:
    frame = pd.DataFrame(
        {"size": [1.0, -9.0, 3.0, 5.0], "jobs": [40.0, 30, 20, 10]}, index=pd.Index(list("abcd"), name="place")
    )
    with (console := Console(width=100, file=io.StringIO())).capture() as shown:
        print_table(console, Table("t", frame, {"size": "kt", "jobs": "persons"}, largest="size"), 2)
    found = rows(shown.get(), "place", "size (kt)", "jobs (persons)")
    assert {row["place"]: number(row["jobs (persons)"]) for row in found} == {"b": 30, "d": 10}
    assert "The 2 largest by size of 4 rows" in shown.get()


def test_each_column_of_a_screen_has_its_own_unit() -> None:
    text = run("economy", "induced", *ON, "--region", "DEU", "--extension", "co2", "--extension", "jobs")
    header = next(line for line in text.splitlines() if "sector" in line and "(" in line)
    assert "co2 type1 (kt CO2 per million USD)" in header
    assert "jobs type1 (thousand jobs per million USD)" in header


def test_balances_of_the_year_that_is_named_under_their_headings() -> None:
    """2010: 60 + 200 + 20 + 20 + 100 + 40 + 20 + 50 + 10 of output, 410 of value added (`tests.brief.trading`)."""
    both = run("data", "check", "trading").split("Amounts in")[0]
    one = run("data", "check", "trading", "--year", "2010").split("Amounts in")[0]
    (row,) = rows(one, "year", "output", "value added")
    assert (row["year"], row["output"], row["value added"], row["all gaps"]) == ("2010", "520", "410", "0.000%")
    assert len(rows(both, "year", "output", "value added")) == 2
    (record,) = json.loads(run("data", "check", "trading", "--year", "2005", "--json"))["datasets"]
    assert [one["year"] for one in record["balance"]] == [2005]


def test_regions_and_sectors_are_both_converted() -> None:
    run("data", "convert", "trading", "--as", "made", "--regions", "regions.csv", "--sectors", "sectors.csv")
    made = Store().economy("made", 2010)
    assert (made.regions, made.sectors) == (("A", "B"), ("whole",))
    assert made.x.tolist() == pytest.approx([440, 80])  # 280 + 160, 80
    assert Store().info("made").extensions[0].status == "estimated"


def test_a_report_compares_with_what_is_named_and_lists_as_many() -> None:
    against = json.loads(run("data", "report", "trading", "--against", "older", "--json"))
    alone = json.loads(run("data", "report", "trading", "--json"))
    assert against["compared_with"] != alone["compared_with"]
    few = json.loads(run("data", "report", "trading", "--most", "1", "--json"))
    assert max(Counter((one["kind"], one["year"]) for one in few["faults"]).values(), default=0) == 1
    assert max(Counter((one["kind"], one["year"]) for one in alone["faults"]).values(), default=0) > 1


def test_what_is_known_of_a_dataset_stands_beside_its_name() -> None:
    text = run("data", "info", "trading")
    facts = {line.split("  ")[0].strip(): line for line in text.splitlines()}
    assert "2005, 2010" in facts["Years"]
    assert "By hand (2010)" in facts["Citation"]
    assert "2005–2010, 2 of them" in run("data", "list")


def test_the_overview_counts_priorities_of_each_sector() -> None:
    from kaldor.framework import load_framework

    framework = load_framework()
    found = {row["id"]: row for row in rows(run("framework", "show"), "no.", "id", "public", "private")}
    counted = 0
    for challenge in framework.challenges:
        sides = [len(framework.priorities(challenge.id, side)) for side in ("public", "private")]
        assert [int(found[challenge.id][side]) for side in ("public", "private")] == sides
        counted += sides[0] != sides[1]
    assert counted


def test_cases_are_chosen_by_challenge_and_by_instrument() -> None:
    every = json.loads(run("framework", "cases", "--json"))["cases"]
    instrument = every[0]["instruments"][0]
    some = json.loads(run("framework", "cases", "--instrument", instrument, "--json"))["cases"]
    assert some == [one for one in every if instrument in one["instruments"]] != every


def test_gaps_are_shares_of_output(place: Path) -> None:
    """German power makes 5.2 more than is used, of 525.2: 0.990 %."""
    folder = place / "gap"
    shutil.copytree(place / "files", folder)
    arrays = dict(np.load(folder / "t_2005.npz"))
    x = arrays["x"].copy()
    x[0] += 5.2
    np.savez(folder / "t_2005.npz", **{**arrays, "x": x})
    add(folder, Store(), as_id="gap")
    (row,) = rows(run("data", "check", "gap").split("Amounts in")[0], "year", "output", "value added")
    assert number(row["all gaps"]) == pytest.approx(100 * 5.2 / x.sum(), abs=1e-3)


def test_each_part_of_a_cost_has_its_own_name() -> None:
    said = cost_in_words(Cost(10.0, 20, 30, 4, 5, 6, (7, 8), None, "US$ per t"))
    assert "5.000 US$ per t (range 7.000 to 8.000); net of levies 6.000." in said
    assert "Treasuries spend 10.00, final users bear 20.00, treasuries receive 30.00." in said
