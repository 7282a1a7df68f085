"""What every command is asked here, to what each of its options is changed, and screens read back by their headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from tests.atlas.plain_folders import write_csv
from tests.brief.trading import keep_trading
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
view = "fixed prices"
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
EVENT = """
id = "{ID}"
title = "Idle works"
when = "never"
declared = "Works stand still."
may_miss = "Nothing."
runs = [{ id = "days", shock = "../shock.toml", year = 2010, why = "it is the only one" }]
[[published]]
id = "output"
kind = "scenario"
measure = "output"
unit = "%"
central = -5
scope = "Poland"
horizon = "a year"
by = "Nobody (2010)"
year = 2010
verify = false
compared = [{ run = "days", of = "value added", regions = ["all"] }]
"""
GOODS = """
sectors = ["power", "works", "farms"]
sources = { all = "by hand" }
[goods]
power = { differentiated = DIFFERENTIATED }
works = { differentiated = DIFFERENTIATED }
farms = { differentiated = DIFFERENTIATED }
[critical]
works = [0.2, 0.3, 0.4]
[important]
power = [0.1, 0.9, 0.9]
works = [0.5, 0.6, 0.5]
farms = [0.1, 0.9, 0.9]
[energy]
saved = ["works"]
stock_days = { works = 9, power = 9, farms = 9 }
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
ASSUMED = {
    "--goods": ("others.toml",), "--specificity": ("works=0.9",), "--all-critical": (),
    "--important-share": ("1",), "--overlap": (), "--saving": ("0.3",), "--lasting-share": ("0.9",),
    "--fading-days": ("400",),
}  # fmt: skip

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
        ("adopt.toml", *ON, "--all"),
        {
            **OF_2005, "--region": ("POL",), "--bloc": ("FRA",), "--stress": ("1",),
            "--id": (), "--band": (), "--all": (), "--share": (),
        },
    ),
    ("twin", "compare"): (
        ("two.toml", *ON),
        {**OF_2005, "--region": ("POL",), "--bloc": ("POL",), "--stress": ("1",)},
    ),
    ("twin", "explain"): (
        ("two.toml", "--id", "adopt", *ON),
        {
            **OF_2005, "--region": ("POL",), "--metric": ("real-income",),
            "--id": (), "--bloc": (), "--seed": (),
        },
    ),
    ("twin", "shock"): (
        ("shock.toml", *ON, "--all", "--steps", "20", "--bands", "3", "--goods", "goods.toml"),
        {
            **OF_2005, "--region": ("FRA",), "--steps": ("60",),
            "--step-days": ("1",), "--bands": ("5",), "--seed": ("2",), "--all": (), **ASSUMED,
        },
    ),
    ("twin", "events"): (
        ("events", "--on", "trading", "--all", "--draws", "3"),
        {"--on": ("older",), "--event": ("second",), "--draws": ("5",), "--seed": ("2",), "--all": ()},
    ),
    ("twin", "stress"): (
        (*ON, "--region", "DEU", "--runs", "2", "--goods", "goods.toml"),
        {**OF_2005, "--region": ("POL",), "--runs": ("3",), "--seed": ("2",), **ASSUMED},
    ),
    ("twin", "path"): (("path.toml", *ON), {**OF_2005}),
    ("twin", "sweep"): (
        ("two.toml", *WAGES, *ON, "--runs", "12"),
        {
            **OF_2005, "--region": ("POL",), "--runs": ("16",),
            "--seed": ("2",), "--years": ("30",), "--id": ("adopt",),
            "--stress": ("1", "--stressed", "1"), "--stressed": (), "--responding": (),
        },
    ),
    ("twin", "discover"): (
        ("two.toml", *WAGES, *ON, "--runs", "40", "--metric", "real-income", "--worse-than", "1.1"),
        {
            **OF_2005, "--region": ("POL",), "--runs": ("60",),
            "--seed": ("2",), "--years": ("30",), "--id": ("adopt",), "--stress": (), "--stressed": (),
            "--responding": (), "--metric": ("household-burden",), "--worse-than": ("0.9",), "--fails-when": ("above",),
        },
    ),
}  # fmt: skip
"""What each command is asked, and to what each of its options is changed; () where a test of its own looks at it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with all files that are named here, in which the commands run, and a store that they read."""
    folder = tmp_path_factory.mktemp("options")
    store = Store(folder / "store")
    keep_trading(store, folder / "files")
    (folder / "files" / "t_2010.npz").unlink()
    add(folder / "files", store, as_id="older")
    texts = {
        "two.toml": TWO, "many.toml": MANY, "shock.toml": SHOCK, "path.toml": PATH,
        "goods.toml": GOODS.replace("DIFFERENTIATED", "0.2"), "others.toml": GOODS.replace("DIFFERENTIATED", "0.8"),
        "levers.toml": LEVERS_TOML,
        "wages.toml": TWO.split("\n\n", maxsplit=1)[1],
        "adopt.toml": TWO.split("\n\n", maxsplit=1)[0],
    }  # fmt: skip
    texts |= {f"events/{id}.toml": EVENT.replace("{ID}", id) for id in ("first", "second")}
    (folder / "events").mkdir()
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
