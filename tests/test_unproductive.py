"""No figure of a table whose industries need more than they make: every door refuses it in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.main import get_command

from kaldor.cli.main import app
from kaldor.rooms import questions
from kaldor.server.settings import Settings
from tests.asking.cases import ASKED
from tests.asking.doors import arguments
from tests.hostile.bodies import WHOLE
from tests.hostile.doors import kaldor
from tests.server.conftest import in_process
from tests.unproductive import AT_HOME, EVERYWHERE, YEAR, keep_unproductive
from tests.waiting import until

SICK = (EVERYWHERE, AT_HOME)
SAID = "the spectral radius of A is 1 or more"
SCENARIO = """id = "lighter"
[[levers]]
lever = "material-efficiency"
strength = 20
regions = ["IND"]
"""
SHOCK = """id = "strike"
[[events]]
kind = "capacity"
regions = ["IND"]
sectors = ["metals"]
share = 0.3
days = 14
"""
EVENT = f"""id = "strike"
title = "A strike"
when = "never"
declared = "It is declared."
may_miss = "Nothing."
runs = [{{ id = "days", shock = "shock.toml", year = {YEAR}, why = "it is the only one" }}]
[[published]]
id = "lost"
kind = "scenario"
measure = "value added"
unit = "%"
central = -1
scope = "India"
horizon = "a year"
by = "Nobody"
year = {YEAR}
verify = false
compared = [{{ run = "days", of = "value added", regions = ["IND"] }}]
"""
PATH = """id = "to-2030"
region = "IND"
start = 2025
end = 2030
step = 5
[[levers]]
lever = "material-efficiency"
strength = 20
regions = ["IND"]
adoption = { curve = "linear", start = 2026, until = 2030 }
"""
STUDY = """title = "India"
country = "IND"
peers = ["CHN"]
year = 2018
economy = "@"
"""
WHAT_IFS: dict[str, list[str]] = {
    "run": ["scenario.toml"],
    "compare": ["scenario.toml", "scenario.toml"],
    "explain": ["scenario.toml"],
    "shock": ["shock.toml", "--steps=4", "--bands=1"],
    "events": ["event.toml", "--draws=1"],
    "stress": ["--region=IND", "--runs=1"],
    "path": ["path.toml"],
    "sweep": ["scenario.toml", "--runs=2"],
    "discover": ["scenario.toml", "--runs=2", "--metric=co2-world", "--worse-than=0"],
}
"""What each command of what-ifs is given; `levers` reads no flows."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unproductive")
    keep_unproductive(folder / "store", folder / "given")
    for name, text in {"scenario": SCENARIO, "shock": SHOCK, "event": EVENT, "path": PATH}.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    for sick in SICK:
        (folder / f"study-{sick}.toml").write_text(STUDY.replace("@", sick), "utf-8")
    return folder / "store"


def _refused(ended: Any) -> None:
    assert ended.code == 2, ended
    assert SAID in ended.err, ended
    assert ended.err.strip().count("\n") == 0, ended
    assert not ended.out, ended
    assert "nan" not in ended.err.lower()


OTHERWISE = {"materials": {"region": ["IND"]}, "energy": {"region": ["IND"]}}
"""What is asked of this world in place of what the tests ask of the mines."""


OF_PURCHASES = "recycled"
"""The question that adds purchases up and solves nothing: what a table holds, it tells of any."""


def _asked() -> Iterator[tuple[str, dict[str, Any]]]:
    for id in sorted(questions().keys() - {OF_PURCHASES}):
        given = ASKED[id][0] | OTHERWISE.get(id, {})
        yield id, {name: value for name, value in given.items() if name != "deflators"}


@pytest.mark.parametrize("sick", SICK)
@pytest.mark.parametrize(("id", "given"), list(_asked()), ids=[id for id, _ in _asked()])
def test_a_question_refuses_an_unproductive_table(store, tmp_path, sick, id, given):
    typed = [one for one in arguments(id, given, tmp_path) if not one.startswith(("--on=", "--year="))]
    _refused(kaldor(questions()[id].room, id, *typed, f"--on={sick}", f"--store={store}"))


def test_every_command_of_what_ifs_is_tried():
    twin = get_command(app).get_command(None, "twin")
    asked = {id for id, question in questions().items() if question.room == "twin"}  # each tried above, as all are
    assert set(twin.list_commands(None)) == {*WHAT_IFS, "levers", *asked}


@pytest.mark.parametrize("sick", SICK)
@pytest.mark.parametrize("command", WHAT_IFS)
def test_a_what_if_refuses_an_unproductive_table(store, monkeypatch, command, sick):
    monkeypatch.chdir(store.parent)
    _refused(kaldor("twin", command, *WHAT_IFS[command], f"--on={sick}", f"--store={store}"))


@pytest.mark.parametrize("sick", SICK)
def test_a_study_refuses_an_unproductive_table(store, tmp_path, sick):
    _refused(kaldor("run", str(store.parent / f"study-{sick}.toml"), f"--store={store}", f"--out={tmp_path / 'out'}"))
    assert not (tmp_path / "out").exists()


_ECONOMY = "/api/economies/{dataset}/{year}"
WITHOUT_FIGURES = {_ECONOMY, f"{_ECONOMY}/regions", f"{_ECONOMY}/events", f"{_ECONOMY}/{OF_PURCHASES}"} | {
    f"{_ECONOMY}/events/{{event}}/{{run}}"  # on the table of its own year alone
}
"""What tells labels alone."""
BODIES = {address.rpartition("/")[2].partition("?")[0]: body for _, address, body in WHOLE.values()}
BODIES["share"] = BODIES["simulate"]


@pytest.mark.long
@pytest.mark.parametrize("sick", SICK)
def test_every_route_of_an_economy_refuses_an_unproductive_table(store, sick):
    with in_process(Settings(store=store)) as client:
        paths = client.get("/api/openapi.json").json()["paths"]
        tried = 0
        for path, methods in paths.items():
            if "{dataset}/{year}" not in path or path in WITHOUT_FIGURES:
                continue
            for method, operation in methods.items():
                answer = client.request(method, **_request(path, operation, sick))
                tried += 1
                said = answer.json()["message"] if answer.status_code == 409 else _how_it_ended(client, answer)
                assert SAID in said, (method, path, answer.status_code, answer.text[:300])
        assert tried > 20


def _request(path: str, operation: dict[str, Any], sick: str) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    own = dict(_asked()).get(name, {"extension": "co2", "region": "IND"})
    known = {one["name"] for one in operation.get("parameters", [])}
    query = {key: value for key, value in own.items() if key in known}
    body = (dict(_asked()).get(name) or BODIES.get(name)) if "requestBody" in operation else None
    return {"url": path.format(dataset=sick, year=YEAR), "params": query, "json": body}


def _how_it_ended(client: TestClient, answer: Any) -> str:
    """What a job that was begun says in the end."""
    assert answer.status_code == 202, answer.text[:300]
    job = f"/api/jobs/{answer.json()['job']}"
    until(lambda: client.get(job).json()["state"] not in {"queued", "running"})
    return str(client.get(job).json()["problems"])
