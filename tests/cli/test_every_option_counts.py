"""Every option of every command changes what the command says, or is named here as one that changes something else.

The commands are found by walking the program, so that a new option without an experiment fails. All of them run on
three small countries with two years (`tests.brief.trading`), where one answer takes a moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.cli.mcp import _answered
from kaldor.errors import InputError, Problem
from kaldor.rooms import questions
from kaldor.server.settings import Limits, Settings
from tests.atlas.official import indicators as official
from tests.brief.trading import keep_water
from tests.cli.experiments import (
    BASES,
    COMMANDS_ELSEWHERE,
    ELSEWHERE,
    ON,
    WAGES,
    figures,
    number,
    rows,
    run,
    said,
)
from tests.twin.small_levers import LEVERS_TOML

pytestmark = pytest.mark.usefixtures("place")


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


@pytest.mark.parametrize(("path", "option"), [(p, o) for p, o in EXPERIMENTS if p[0] == "twin"], ids=str)
def test_an_option_of_the_twin_changes_what_is_said(path: tuple[str, ...], option: str) -> None:
    changed = said(path, option, *BASES[path][1][option])
    assert figures(changed) != figures(said(path))


def test_the_seed_of_random_orders_counts() -> None:
    """Above eight levers the orders are drawn."""
    many = ("twin", "explain", "many.toml", *ON, "--region", "DEU", "--json")
    parts = [_parts(run(*many, "--seed", seed)) for seed in ("0", "1")]
    assert parts[0] != parts[1]


def test_of_a_file_of_several_scenarios_the_one_named_is_explained() -> None:
    asked = ("twin", "explain", "two.toml", *ON, "--region", "DEU", "--metric", "real-income", "--json")
    assert _parts(run(*asked, "--id", "adopt")) != _parts(run(*asked, "--id", "wages"))


def test_of_a_file_of_several_scenarios_the_one_named_is_run() -> None:
    asked = ("twin", "run", "two.toml", *ON, "--region", "DEU", "--json")
    every = json.loads(run(*asked))["scenarios"]
    assert [json.loads(run(*asked, "--id", one["scenario"])) for one in every] == every
    assert len(every) == 2


def test_a_band_is_left_out_where_it_is_not_wanted() -> None:
    whole, short = (json.loads(said(("twin", "run"), "--json", *more))["outcomes"] for more in ((), ("--no-band",)))
    assert [one["change"] for one in short] == [one["change"] for one in whole]
    assert {one["band_low"] for one in short} == {None}
    assert any(isinstance(one["band_low"], float) for one in whole)


def _parts(answer: str) -> list[float]:
    (levers,) = (table for table in json.loads(answer)["tables"] if table["id"] == "levers")
    return [row["part"] for row in levers["rows"]]


def test_discovery_fails_where_it_is_worse() -> None:
    """Real income is better where it is higher: fewer futures fail below a lower bound, and none below the lowest."""
    asked = ("twin", "discover", "two.toml", *WAGES, *ON, "--runs", "40", "--metric", "real-income", "--json")
    failing = [json.loads(run(*asked, "--worse-than", bound))["failing"] for bound in ("-100", "1.1", "100")]
    assert failing[0] == 0
    assert 0 < failing[1] < 40
    assert failing[2] == 40


def test_a_metric_without_a_worse_fails_on_the_side_that_is_named() -> None:
    """Spending is no better high or low: the side is asked for, and each side holds what the other does not."""
    asked = ("twin", "discover", "two.toml", *ON, "--runs", "40", "--metric", "treasury-spending", "--worse-than", "0")
    refused = CliRunner().invoke(app, list(asked))
    assert isinstance(refused.exception, InputError)
    assert "'treasury-spending' has no better and no worse" in str(refused.exception)
    assert "--fails-when" in str(refused.exception)
    asked = ("twin", "discover", "two.toml", *WAGES, *ON, "--runs", "40", "--metric", "real-income", "--json")
    both = [
        json.loads(run(*asked, "--worse-than", "1.1", "--fails-when", side))["failing"] for side in ("above", "below")
    ]
    assert sum(both) == 40
    assert all(both)


def test_how_many_futures_are_put_under_stress() -> None:
    asked = ("twin", "sweep", "two.toml", *WAGES, *ON, "--runs", "12", "--stress", "1", "--json")
    assert [json.loads(run(*asked, "--stressed", many))["stressed"] for many in ("1", "2")] == [1, 2]


def test_how_many_futures_are_answered_where_prices_respond() -> None:
    asked = ("twin", "sweep", "two.toml", "--id", "adopt", *ON, "--region", "DEU", "--runs", "12", "--json")
    found = [json.loads(run(*asked, "--responding", most)) for most in ("3", "12")]
    assert [one["answered"] for one in found] == [3, 12]
    counts = [{row["metric"]: row["futures"] for row in one["bands"]} for one in found]
    assert [(one["real-income"], one["foreign-share"]) for one in counts] == [(3, 12), (12, 12)]
    asked = ("twin", "discover", *asked[2:], "--metric", "real-income", "--worse-than", "0")
    assert [json.loads(run(*asked, "--responding", most))["futures"] for most in ("3", "12")] == [3, 12]


def test_levers_of_one_challenge_and_those_that_are_live() -> None:
    every, some = (json.loads(run("twin", "levers", *more, "--json")) for more in ((), ("--challenge", "society")))
    assert {one["challenge"] for one in some} == {"society"}
    assert [one for one in every if one["challenge"] == "society"] == some
    live = json.loads(run("twin", "levers", *ON, "--json"))
    assert {one["live"] for one in live} == {True, False}


def test_a_run_prints_its_main_lines_unless_all_is_asked_for() -> None:
    """Ten lines that matter at 80 columns, no word broken, and how the rest is seen."""
    short, whole = (run("twin", "run", "adopt.toml", *ON, *more) for more in ((), ("--all",)))
    assert "--all prints them" in short
    assert "Who loses most" in whole
    assert "Who loses most" not in short
    assert len(short.splitlines()) <= len(whole.splitlines()) / 2
    challenges = ("sustainability", "resilience", "technology", "workforce", "society")
    lines = [line.strip() for line in short.splitlines()]
    assert [line.split(":")[0] for line in lines if line.startswith(challenges)] == list(challenges)


def test_own_levers_and_splits_count(place: Path) -> None:
    assert "t-price" not in run("twin", "levers")
    assert "t-price" in run("twin", "levers", "--levers", "levers.toml")
    split = '[[splits]]\nregion = "DEU"\nsector = "works"\n[[splits.parts]]\nlabel = "steel"\noutput_share = 0.4\n'
    split += 'amounts = { co2 = 150 }\n[[splits.parts]]\nlabel = "rest"\n'
    (place / "split.toml").write_text(split, "utf-8")
    whole, parted = (run("twin", "run", "wages.toml", *ON, "--all", *more) for more in ((), ("--split", "split.toml")))
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


def test_as_many_behaviours_are_tried_under_stress_as_asked() -> None:
    once, twice = (said(("twin", "run"), "--stress", runs) for runs in ("1", "2"))
    assert figures(once) != figures(twice)


def test_scenarios_side_by_side_are_put_under_stress_as_often_as_asked() -> None:
    once, twice = (said(("twin", "compare"), "--stress", runs) for runs in ("1", "2"))
    assert figures(once) != figures(twice)


def test_an_explanation_follows_chains_unless_that_is_not_wanted() -> None:
    whole, short = (json.loads(said(("twin", "explain"), "--json", *more)) for more in ((), ("--chains", "false")))
    tables = [table["id"] for table in whole["tables"]]
    assert "chains" in tables
    assert [table["id"] for table in short["tables"]] == [id for id in tables if id != "chains"]


def test_levers_of_every_file_that_is_named_are_known(place: Path) -> None:
    (place / "more.toml").write_text(LEVERS_TOML.replace('id = "t-', 'id = "u-'), "utf-8")
    levers = ", ".join(f'{{ lever = "{id}-price", strength = 50, regions = ["DEU"] }}' for id in ("t", "u"))
    (place / "both.toml").write_text(f'id = "both"\nlevers = [{levers}]\n', "utf-8")
    asked = ("twin", "explain", "both.toml", *ON, "--metric", "treasury-revenue", "--json")
    (parts,) = (_parts(run(*asked, "--levers", "levers.toml", "--levers", "more.toml")),)
    assert parts[0] == pytest.approx(parts[1])
    assert parts[0] > 0


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


def test_a_tool_heeds_year_extensions_rows_and_store(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Water of 2005: 1 + 2 + 3 in Germany, 4 + 5 + 6 in France; of the store that the command was started with."""
    if not Store().has("water"):
        keep_water(Store(), place / "water")
    monkeypatch.setenv("KALDOR_STORE", str(place / "nowhere"))
    asked = {"on": "trading", "year": 2005, "with": ["water"], "extension": "water", "rows": 2}
    found = _answered("footprint", asked, place / "store")["tables"][0]["rows"]
    assert {row["region"]: row["production"] for row in found} == pytest.approx({"DEU": 6, "FRA": 15})
