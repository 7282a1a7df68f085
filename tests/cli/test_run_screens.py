"""`kaldor twin run` on a narrow screen, and the same fields in JSON as over REST."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.cli.main import app
from kaldor.server.settings import Settings
from tests.server.conftest import in_process

SCENARIO = {
    "id": "lighter",
    "title": "Lighter buildings",
    "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}],
}
TOML = """
id = "lighter"
title = "Lighter buildings"
levers = [{ lever = "material-efficiency", strength = 20, regions = ["IND"] }]
"""


def run(folder: Path, *more: str, width: int = 80) -> str:
    (folder / "s.toml").write_text(TOML, "utf-8")
    line = ["twin", "run", str(folder / "s.toml"), "--on", "starter", "--no-band", *more]
    done = CliRunner().invoke(app, line, env={"COLUMNS": str(width)}, catch_exceptions=False)
    return done.stdout


@pytest.mark.parametrize("more", [(), ("--all",)])
@pytest.mark.parametrize("width", [60, 80])
def test_nothing_breaks_inside_a_word(tmp_path: Path, width: int, more: tuple[str, ...]) -> None:
    wide, narrow = (run(tmp_path, *more, width=size) for size in (400, width))
    known = set(wide.split())
    broken = [word for word in narrow.split() if word not in known and set(word) - set("─·")]
    assert broken == []
    assert max(map(len, narrow.splitlines())) <= width


def test_the_lines_that_matter_and_how_to_see_the_rest(tmp_path: Path) -> None:
    title, sentence, place, *lines, rest = run(tmp_path, width=1000).splitlines()
    assert title == "Lighter buildings"
    assert sentence == json.loads(run(tmp_path, "--json"))["sentence"]["en"]
    assert place.startswith("IND · ")
    challenges = ["sustainability", "resilience", "technology", "workforce", "society"]
    assert [line.partition(": ")[0] for line in lines][:5] == challenges
    assert len(lines) <= 6, "a line a challenge, and the treasury's where it moves"
    assert "--all" in rest
    assert "--share" in rest


def test_json_has_the_fields_and_nulls_of_the_rest_answer(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "--json"))
    with in_process(Settings(store=tmp_path / "store")) as client:
        answer = client.post("/api/economies/starter/2018/simulate", params={"bands": False}, json=SCENARIO).json()
    assert set(told) <= set(answer)
    for name in set(told) - {"partners", "method"}:
        assert told[name] == answer[name], name
    assert any(one["after"] is None and one["reason"] for one in told["outcomes"])


def shown(*arguments: str, width: int, store: Path) -> list[str]:
    told = {"COLUMNS": str(width), "KALDOR_STORE": str(store)}
    return CliRunner().invoke(app, arguments, env=told, catch_exceptions=False).stdout.splitlines()


_FITTING = "Its columns do not fit side by side: --json and --out give them in one table."
_ASKED = {
    "help": ("--help",),
    "help of run": ("twin", "run", "--help"),
    "help of footprint": ("economy", "footprint", "--help"),
    "demo": ("demo", "--format", "html", "--out", "BRIEF"),
    "sources": ("data", "list"),
    "footprint": ("economy", "footprint", "--on", "starter"),
    "shock": ("twin", "shock", "studies/shocks/port-closed.toml", "--on", "starter", "--bands", "2"),
    "events": ("twin", "events", "--on", "starter", "--draws", "2"),
    "levers": ("twin", "levers", "--on", "starter"),
    "info": ("data", "info", "jrc_wiod_co2"),
}


@pytest.mark.parametrize("name", [name for name in _ASKED if name != "info"])
def test_at_80_columns_no_command_breaks_or_cuts_a_word(name: str, tmp_path: Path) -> None:
    arguments = [one.replace("BRIEF", str(tmp_path / "b")) for one in _ASKED[name]]
    check_whole(arguments, tmp_path / "store")


@pytest.mark.real
def test_at_80_columns_what_is_known_of_a_dataset_is_whole(real_store) -> None:
    check_whole(_ASKED["info"], real_store.path)


def check_whole(arguments, store: Path) -> None:
    """Every word of the narrow screen stands on the wide one; only an address or a path reaches over the edge."""
    wide, narrow = (shown(*arguments, width=width, store=store) for width in (400, 80))
    known = {*" ".join(wide).split(), *_FITTING.split()}
    assert [word for line in narrow for word in line.split() if word not in known and set(word) - set("─·│╭╮╰╯")] == []
    assert not [
        word
        for line in narrow
        for word in line.split()
        if word.endswith("…") and len(word) > 1 and not word[:8].isalnum()
    ]
    over = [line for line in narrow if len(line) > 80]
    assert not [line for line in over if "/" not in line.split()[-1]], over
