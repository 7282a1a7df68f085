"""Every option of every command changes what the command says, or is named here as one that changes something else.

The commands are found by walking the program, so that a new option without an experiment fails. All of them run on
three small countries with two years (`tests.brief.trading`), where one answer takes a moment.
"""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from kaldor.asking import Table
from kaldor.atlas.add import add
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.cli.tables import print_table
from kaldor.cli.twin import _print_cost
from kaldor.errors import InputError, Problem
from kaldor.rooms import questions
from kaldor.server.settings import Limits, Settings
from kaldor.twin.explain import Cost
from tests.atlas.official import indicators as official
from tests.atlas.plain_folders import write_csv
from tests.brief.trading import keep_trading, keep_water
from tests.twin.small_levers import LEVERS_TOML

TWO = """
[[scenarios]]
id = "adopt"
levers = [
  { lever = "technology-adoption", strength = 10, regions = ["DEU"] },
  { lever = "electricity-efficiency", strength = 20, regions = ["DEU"] },
]

[[scenarios]]
id = "wages"
levers = [{ lever = "wage-floor", strength = 5, regions = ["DEU"] }]
"""
MANY = """
id = "many"
levers = [{LEVERS}]
""".replace(
    "{LEVERS}",
    ", ".join(
        f'{{ lever = "{lever}", strength = {size}, regions = ["{region}"] }}'
        for region in ("DEU", "FRA", "POL")
        for lever, size in (("technology-adoption", 10), ("electricity-efficiency", 20), ("worker-mobility", 5))
    ),
)
SHOCK = """
id = "idle"
events = [{ kind = "capacity", regions = ["POL"], sectors = ["works"], share = 0.6, days = 42 }]
"""
PATH = """
id = "p"
region = "DEU"
start = 2011
end = 2014
targets = [{ metric = "co2-production", by = 2014, cut = 1 }]
[[levers]]
lever = "clean-electricity"
strength = 60
regions = ["DEU"]
adoption = { curve = "linear", start = 2011, until = 2013 }
"""
WAGES = ("--id", "wages")
ON = ("--on", "trading", "--year", "2010")
OF_2005 = {"--on": ("older", "--year", "2005"), "--year": ("2005",)}

ELSEWHERE: Mapping[str, str] = {
    "--json": "the same in another form: tests of each command",
    "--open": "opens a browser or a viewer",
    "--out": "a file, and not what is said: test_words, test_writing, tests/brief/test_out_folder",
    "--where": "a folder for parts that are done: tests/twin/test_sweep_folder",
    "--store": "whence all of this is read: `test_the_store_is_the_one_that_is_named`",
    "--with": "`test_an_extension_dataset_is_attached_to_a_question`",
    "--levers": "`test_own_levers_and_splits_count`, tests/twin/test_own_levers",
    "--metrics": "tests/twin/test_outcomes",
    "--split": "`test_own_levers_and_splits_count`, tests/twin/test_futures_cli",
    "--ranges": "`test_own_ranges_count`",
}
"""Options whose effect is looked at in a test of their own, wherever they stand."""

COMMANDS_ELSEWHERE = {
    ("serve",): "tests/server/test_serving",
    ("mcp",): "tests/cli/test_mcp",
    ("demo",): "tests/brief/test_out_folder",
    ("run",): "tests/brief/test_out_folder, `test_a_study_makes_what_its_options_say`",
    ("data", "get"): "tests/atlas/test_getting",
    ("data", "export"): "tests/atlas/test_round_trip",
    ("data", "remove"): "tests/atlas/test_cli_data",
    ("data", "add"): "tests/atlas/test_cli_data",
    ("framework", "case"): "tests/framework",
}

BASES: Mapping[tuple[str, ...], tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]] = {
    ("data", "check"): (("trading",), {"--year": ("2005",)}),
    ("data", "codes"): (("codes",), {"--find": ("beta",)}),
    ("data", "convert"): (
        ("trading", "--as", "made", "--regions", "regions.csv"),
        {"--as": ("other",), "--regions": ("others.csv",), "--sectors": ("sectors.csv",)},
    ),
    ("data", "report"): (("trading",), {"--against": ("older",), "--most": ("1",)}),
    ("framework", "show"): (("resilience",), {"--add": ("framework.toml",)}),
    ("framework", "cases"): (
        (),
        {"--challenge": ("resilience",), "--instrument": ("skills-programme",), "--add": ("framework.toml",)},
    ),
    ("twin", "levers"): ((), {"--challenge": ("society",), "--on": ("trading", "--year", "2010"), "--year": ()}),
    ("twin", "run"): (
        ("adopt.toml", *ON),
        {**OF_2005, "--region": ("POL",), "--bloc": ("FRA",), "--stress": ("1",)},
    ),
    ("twin", "compare"): (
        ("two.toml", *ON),
        {**OF_2005, "--region": ("POL",), "--bloc": ("POL",), "--stress": ("1",)},
    ),
    ("twin", "explain"): (
        ("two.toml", "--id", "adopt", *ON),
        {
            **OF_2005, "--region": ("POL",), "--metric": ("real-income",),
            "--id": ("wages",), "--bloc": (), "--seed": (),
        },
    ),
    ("twin", "shock"): (
        ("shock.toml", *ON, "--steps", "20", "--bands", "3"),
        {
            **OF_2005, "--region": ("FRA",), "--steps": ("60",),
            "--step-days": ("1",), "--bands": ("5",), "--seed": ("2",),
        },
    ),
    ("twin", "stress"): (
        (*ON, "--region", "DEU", "--runs", "2"),
        {**OF_2005, "--region": ("POL",), "--runs": ("3",), "--seed": ("2",)},
    ),
    ("twin", "path"): (("path.toml", *ON), {**OF_2005}),
    ("twin", "sweep"): (
        ("two.toml", *WAGES, *ON, "--runs", "12"),
        {
            **OF_2005, "--region": ("POL",), "--runs": ("16",),
            "--seed": ("2",), "--years": ("30",), "--id": ("adopt",),
            "--stress": ("1", "--stressed", "1"), "--stressed": (),
        },
    ),
    ("twin", "discover"): (
        ("two.toml", *WAGES, *ON, "--runs", "40", "--metric", "real-income", "--worse-than", "1.1"),
        {
            **OF_2005, "--region": ("POL",), "--runs": ("60",),
            "--seed": ("2",), "--years": ("30",), "--id": ("adopt",), "--stress": (), "--stressed": (),
            "--metric": ("household-burden",), "--worse-than": ("0.9",),
        },
    ),
}  # fmt: skip
"""What each command is asked, and to what each of its options is changed; () where a test of its own looks at it."""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every command that is no question, with the names of its options."""
    group = group or typer.main.get_command(app)
    context = typer.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if hasattr(found, "list_commands"):
            yield from commands(found, (*path, name))
        elif name not in questions():
            options = [one.opts[0] for one in found.params if one.param_type_name == "option" and one.name != "help"]
            yield (*path, name), options


EXPERIMENTS = [(path, option) for path, (_, changes) in BASES.items() for option, to in changes.items() if to]


def test_every_option_of_every_command_has_its_experiment() -> None:
    lacking = {
        (path, option)
        for path, options in commands()
        for option in options
        if path not in COMMANDS_ELSEWHERE and option not in ELSEWHERE and option not in BASES[path][1]
    }
    assert lacking == set()


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with all files that are named here, in which the commands run, and a store that they read."""
    folder = tmp_path_factory.mktemp("options")
    store = Store(folder / "store")
    keep_trading(store, folder / "files")
    (folder / "files" / "t_2010.npz").unlink()
    add(folder / "files", store, as_id="older")
    texts = {
        "two.toml": TWO, "many.toml": MANY, "shock.toml": SHOCK, "path.toml": PATH, "levers.toml": LEVERS_TOML,
        "wages.toml": TWO.split("\n\n", maxsplit=1)[1],
        "adopt.toml": TWO.split("\n\n", maxsplit=1)[0],
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    write_csv(folder / "regions.csv", [["from", "to"], ["DEU", "A"], ["FRA", "A"], ["POL", "B"]])
    write_csv(folder / "others.csv", [["from", "to"], ["DEU", "A"], ["FRA", "B"], ["POL", "C"]])
    write_csv(folder / "sectors.csv", [["from", "to"], ["power", "whole"], ["works", "whole"], ["farms", "whole"]])
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("KALDOR_STORE", str(folder / "store"))
        changed.chdir(folder)
        yield folder


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "400"}, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


@cache
def said(path: tuple[str, ...], *more: str) -> str:
    return run(*path, *BASES[path][0], *more)


@pytest.mark.parametrize(("path", "option"), [(p, o) for p, o in EXPERIMENTS if p[0] == "twin"], ids=str)
def test_an_option_of_the_twin_changes_what_is_said(path: tuple[str, ...], option: str) -> None:
    changed = said(path, option, *BASES[path][1][option])
    assert figures(changed) != figures(said(path))


def figures(text: str) -> list[str]:
    """What is said, without the line that only repeats what was asked."""
    return [line for line in text.splitlines() if " · " not in line and "seed" not in line]


def rows(text: str, *headings: str) -> list[dict[str, str]]:
    """A table on a screen under these headings, each cell by its heading; two blanks set columns apart."""
    lines = text.splitlines()
    top = next(k for k, line in enumerate(lines) if all(one in line for one in headings))
    body = lines[top + (2 if "─" in lines[top + 1] else 1) :]
    ends = ends_of(lines[top], body, max(map(len, lines)))
    names = cut(lines[top], ends)
    found = []
    for line in body:
        if not line.strip():
            break
        found.append(dict(zip(names, cut(line, ends), strict=True)))
    return found


def ends_of(header: str, body: Sequence[str], width: int) -> list[int]:
    """Where columns end: places that are blank in every line, with a blank before them."""
    lines = [header, *body[: next((k for k, one in enumerate(body) if not one.strip()), len(body))]]
    blank = [all(line.ljust(width)[at] == " " for line in lines) for at in range(width)]
    return [at for at in range(1, width) if blank[at] and blank[at - 1] and not (at + 1 < width and blank[at + 1])]


def cut(line: str, ends: Sequence[int]) -> list[str]:
    places = [0, *ends, len(line)]
    return [line[a:b].strip() for a, b in pairwise(places)]


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "").rstrip(" %"))


def test_a_run_has_its_figures_under_their_headings() -> None:
    text, record = said(("twin", "run")), json.loads(said(("twin", "run"), "--json"))
    found = {row["metric"]: row for row in rows(text, "dimension", "before", "band of change")}
    checked = 0
    for outcome in record["outcomes"]:
        if outcome["title"] in found and isinstance(outcome["after"], float):
            for head in ("before", "after", "change"):
                assert number(found[outcome["title"]][head]) == pytest.approx(outcome[head], rel=1e-3, abs=1e-4), head
            checked += outcome["before"] != outcome["after"]
    assert checked > 2


def test_losers_lose_and_gainers_gain() -> None:
    text, record = said(("twin", "run")), json.loads(said(("twin", "run"), "--json"))
    losing, gaining = text.split("Who loses most")[1].split("Who gains most")
    for part, side in ((losing, "losers"), (gaining, "gainers")):
        row, first = rows(part, "where", "industry", "change")[0], record[side][0]
        assert number(row["change"]) == pytest.approx(first["change"], rel=1e-3)
        assert number(row["%"]) == pytest.approx(first["change_pct"], rel=1e-3)
    assert record["losers"][0]["change"] < 0 < record["gainers"][0]["change"]


def test_a_comparison_has_each_scenario_under_its_own_name() -> None:
    found = {row["metric"]: row for row in rows(said(("twin", "compare")), "dimension", "adopt", "wages")}
    record = {row["title"]: row for row in json.loads(said(("twin", "compare"), "--json"))["changes"]}
    (title,) = (one for one in record if one == "Real income of the country")
    for head in ("before", "adopt", "wages"):
        assert number(found[title][head]) == pytest.approx(record[title][head], rel=1e-3, abs=1e-4), head
    assert record[title]["adopt"] != record[title]["wages"]


def test_an_explanation_has_its_figures_under_their_headings() -> None:
    text, record = said(("twin", "explain")), json.loads(said(("twin", "explain"), "--json"))
    assert (record["before"], record["after"] < record["before"]) == (pytest.approx(1620), True)
    found = rows(text, "lever", "alone", "part")
    for row, lever in zip(found, record["levers"], strict=True):
        assert number(row["alone"]) == pytest.approx(lever["alone"], rel=1e-3)
        assert number(row["part"]) == pytest.approx(lever["part"], rel=1e-3)
        assert lever["alone"] != pytest.approx(lever["part"], rel=1e-3)
    chains = rows(text, "chain", "share")
    assert number(chains[0]["share"]) == pytest.approx(100 * record["paths"][0]["share"], rel=1e-3)


def test_the_seed_of_random_orders_counts() -> None:
    """Above eight levers the orders are drawn."""
    many = ("twin", "explain", "many.toml", *ON, "--region", "DEU", "--json")
    parts = [[lever["part"] for lever in json.loads(run(*many, "--seed", seed))["levers"]] for seed in ("0", "1")]
    assert parts[0] != parts[1]


def test_a_sweep_has_its_percentiles_under_their_headings() -> None:
    text, record = said(("twin", "sweep")), json.loads(said(("twin", "sweep"), "--json"))
    found = {row["metric"]: row for row in rows(text, "metric", "p5", "p95")}
    (band,) = (one for one in record["bands"] if one["metric"] == "real-income")
    for head in ("p5", "p50", "p95"):
        assert number(found[band["title"]][head]) == pytest.approx(band[head], rel=1e-3), head
    assert len({band[head] for head in ("p5", "p25", "p50", "p75", "p95")}) == 5


def test_discovery_fails_where_it_is_worse() -> None:
    """Real income is better where it is higher: fewer futures fail below a lower bound, and none below the lowest."""
    asked = ("twin", "discover", "two.toml", *WAGES, *ON, "--runs", "40", "--metric", "real-income", "--json")
    failing = [json.loads(run(*asked, "--worse-than", bound))["failing"] for bound in ("-100", "1.1", "100")]
    assert failing[0] == 0
    assert 0 < failing[1] < 40
    assert failing[2] == 40


def test_how_many_futures_are_put_under_stress() -> None:
    asked = ("twin", "sweep", "two.toml", *WAGES, *ON, "--runs", "12", "--stress", "1", "--json")
    assert [json.loads(run(*asked, "--stressed", many))["stressed"] for many in ("1", "2")] == [1, 2]


def test_a_path_tells_each_table_under_its_name() -> None:
    record = json.loads(said(("twin", "path"), "--json"))
    assert {"what", "year", "met"} <= set(record["milestones"][0])
    assert {"unit", "reference", "path", "change"} <= set(record["cumulative"][0])
    assert record["latest useful starts"][0]["planned"] == 2011
    assert (
        any("purchases" in name or "cost" in name for row in record["costs"] for name in row) or record["costs"] == []
    )


def test_levers_of_one_challenge_and_those_that_are_live() -> None:
    every, some = (
        json.loads(run("twin", "levers", *more, "--json"))["levers"] for more in ((), ("--challenge", "society"))
    )
    assert {one["challenge"] for one in some} == {"society"}
    assert [one for one in every if one["challenge"] == "society"] == some
    live = json.loads(run("twin", "levers", *ON, "--json"))["levers"]
    assert {one["live"] for one in live} == {True, False}


def test_own_levers_and_splits_count(place: Path) -> None:
    assert "t-price" not in run("twin", "levers")
    assert "t-price" in run("twin", "levers", "--levers", "levers.toml")
    split = '[[splits]]\nregion = "DEU"\nsector = "works"\n[[splits.parts]]\nlabel = "steel"\noutput_share = 0.4\n'
    split += 'amounts = { co2 = 150 }\n[[splits.parts]]\nlabel = "rest"\n'
    (place / "split.toml").write_text(split, "utf-8")
    whole, parted = (run("twin", "run", "wages.toml", *ON, *more) for more in ((), ("--split", "split.toml")))
    assert "steel" in parted
    assert "steel" not in whole


def test_the_store_is_the_one_that_is_named(place: Path, tmp_path: Path) -> None:
    """An empty one knows no such dataset; neither do its levers, shocks or questions."""
    from kaldor.errors import UnknownDatasetError

    Store(tmp_path / "empty").claim()
    for path in BASES:
        if path[0] == "twin" and path != ("twin", "levers"):
            with pytest.raises(UnknownDatasetError):
                run(*path, *BASES[path][0], "--store", str(tmp_path / "empty"))
    for asked in (("economy", "upstream", *ON), ("data", "report", "trading"), ("twin", "levers", *ON)):
        with pytest.raises(UnknownDatasetError):
            run(*asked, "--store", str(tmp_path / "empty"))


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


def test_a_study_makes_what_its_options_say(place: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        'title = "t"\ncountry = "DEU"\nyear = 2010\neconomy = "trading"\nsections = ["accounts"]\n', "utf-8"
    )
    run(
        "run",
        str(tmp_path / "s.toml"),
        "--out",
        str(tmp_path / "here"),
        "--format",
        "html",
        "--store",
        str(place / "store"),
    )
    made = {path.name for path in (tmp_path / "here").iterdir()}
    assert "brief.html" in made
    assert "brief.pdf" not in made


def test_own_ranges_count(place: Path) -> None:
    asked = ("twin", "sweep", "two.toml", *WAGES, *ON, "--runs", "12", "--json")
    usual = json.loads(run(*asked))["bands"]
    of = 'name = "floor"\nvaries = "strength"\nlever = 1\nlow = 1\nhigh = 2\nunit = "%"\nsource = "made up"'
    own = f"[[ranges]]\n{of}\n"
    (place / "ranges.toml").write_text(own, "utf-8")
    assert json.loads(run(*asked, "--ranges", "ranges.toml"))["bands"] != usual


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


def test_an_extension_dataset_is_attached_to_a_question(place: Path) -> None:
    keep_water(Store(), place / "water")
    asked = ("economy", "footprint", *ON, "--extension", "water")
    found = rows(run(*asked, "--with", "water"), "region", "production", "consumption")
    assert {row["region"]: number(row["production"]) for row in found} == {"DEU": 12, "FRA": 30, "POL": 48}


def test_codes_are_found_by_what_they_hold(place: Path) -> None:
    add(official.code_list(place / "isco", "isco"), Store(), as_id="isco")
    every, some = (json.loads(run("data", "codes", "isco", *more, "--json")) for more in ((), ("--find", "OFFICER")))
    assert [row["name"] for row in some] == ["Officers"]
    assert len(every) > 1


def test_files_of_the_year_that_is_named_are_fetched() -> None:
    (source,) = [one.id for one in Catalogue.load().sources.values() if any("{year}" in r.name for r in one.remote)][:1]
    first, last = Catalogue.load().source(source).years or (2010, 2011)
    names = [run("data", "get", source, "--year", str(year), "--dry-run", "--json") for year in (first, last)]
    assert str(first) in names[0]
    assert names[0] != names[1]


def test_companions_stay_where_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def stopped(*_: object, companions: bool, **__: object) -> None:
        seen.append(companions)
        raise InputError(Problem("add", "stopped.", ""))

    monkeypatch.setattr("kaldor.atlas.add.add", stopped)
    for more in ((), ("--no-companions",)):
        with pytest.raises(InputError, match="stopped"):
            run("data", "add", "files", *more)
    assert seen == [True, False]


def test_each_part_of_a_cost_has_its_own_name() -> None:
    with (console := Console(width=200, file=io.StringIO())).capture() as shown:
        _print_cost(console, Cost(10.0, 20, 30, 4, 5, 6, (7, 8), None, "US$ per t"))
    assert "5.000 US$ per t (range 7.000 to 8.000); net of levies 6.000." in shown.get()
    assert "treasuries spend 10.00, final users bear 20.00, treasuries receive 30.00." in shown.get()


def test_as_many_behaviours_are_tried_under_stress_as_asked() -> None:
    once, twice = (said(("twin", "run"), "--stress", runs) for runs in ("1", "2"))
    assert figures(once) != figures(twice)


def test_a_server_is_made_with_the_options_that_are_typed(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    seen: list[Settings] = []

    def noted(settings: Settings) -> None:
        seen.append(settings)
        raise InputError(Problem("serve", "stopped.", ""))

    monkeypatch.setattr("kaldor.cli.serve._ready", noted)
    token = "a-token-of-sixteen-or-more"
    typed = (
        "--port",
        "0",
        "--host",
        "localhost",
        "--token",
        token,
        "--read-only",
        "--limit",
        "levers=3",
        "--workers",
        "2",
    )
    with pytest.raises(InputError, match="stopped"):
        run("serve", *typed, "--dask", "tcp://nowhere:1", "--store", str(place / "store"))
    wanted = Settings("localhost", 0, token, True, place / "store", Limits(levers=3), 2, "tcp://nowhere:1")
    assert seen == [wanted]
