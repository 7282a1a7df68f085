"""Every command that has a REST twin says in JSON what that says: the same names, nulls and numbers, asked the same.

The commands are found by walking the program: a new one is compared here, or named as one that REST does not have.
"""

from __future__ import annotations

import io
import json
import math
import shutil
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.server.settings import Settings
from kaldor.twin.library.packaged import PACKAGED
from tests.asking.cases import ASKED
from tests.atlas.plain_folders import small_economy
from tests.server.conftest import in_process

ON = ("--on", "starter")
AT = "/api/economies/starter/2018"
SCENARIO = """
id = "lighter"
levers = [{ lever = "material-efficiency", strength = 20, regions = ["IND"] }]
"""
PATH = """
id = "lighter-by-2035"
start = 2025
end = 2035
step = 5
region = "IND"
[[levers]]
lever = "material-efficiency"
strength = 20
regions = ["IND"]
adoption = { curve = "linear", start = 2026, until = 2034 }
[[targets]]
metric = "co2-production"
cut = 0.5
by = 2035
"""
SHOCKS = {
    "a ban": """
id = "metals"
[[events]]
kind = "ban"
origins = ["CHN"]
destinations = ["DEU"]
products = ["metals"]
start = 2
days = 6
""",
    "a price": """
id = "dear"
[[events]]
kind = "price"
regions = ["DEU", "KOR"]
origins = ["CHN"]
products = ["electronics"]
rise = 1.0
days = 5
""",
}

WITHOUT_A_TWIN = {
    ("data", "get"): "a server fetches nothing",
    ("data", "check"): "of the store's own disk",
    ("data", "codes"): "lists of codes have no route",
    ("data", "export"): "writes into a folder",
    ("data", "convert"): "has no route",
    ("data", "report"): "has no route",
    ("twin", "stress"): "has no route",
    ("twin", "sweep"): "has no route: a server would be busy for hours",
    ("twin", "discover"): "has no route: a server would be busy for hours",
    ("demo",): "says where it wrote on one's own disk",
    ("run",): "says where it wrote on one's own disk",
}
OTHERWISE = {("demo",), ("run",), ("data", "export")}
"""Whose names are words of routes too, with another meaning."""


@dataclass
class Doors:
    """A command line and a server over one store."""

    client: TestClient
    folder: Path
    store: Path

    def said(self, *command: str, code: int = 0) -> Any:
        done = CliRunner().invoke(app, [*command, "--json"], env={"KALDOR_STORE": str(self.store)})
        assert done.exit_code == code, (done.output, done.exception)
        return json.loads(done.stdout)

    def got(self, address: str, **query: Any) -> Any:
        return self._read(self.client.get(address, params=query))

    def sent(self, address: str, body: Any, **query: Any) -> Any:
        return self._read(self.client.post(address, json=body, params=query))

    def file(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return str(self.folder / name)

    def _read(self, answer: Any) -> Any:
        assert answer.status_code < 400, answer.text
        return self.result(answer.json()["job"]) if answer.status_code == 202 else answer.json()

    def result(self, job: str) -> Any:
        while (record := self.client.get(f"/api/jobs/{job}").json())["state"] in {"queued", "running"}:
            time.sleep(0.05)
        assert record["state"] == "done", record["problems"]
        return record["result"]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("doors")
    store = Store(folder / "store")
    for id in ("own", "damaged"):
        add(small_economy(folder / id, years=(2001, 2005)), store, id)
    (store.path / "datasets" / "damaged" / "manifest.json").write_text("{", "utf-8")
    with in_process(Settings(store=store.path)) as client:
        yield Doors(client, folder, store.path)


def alike(ours: Any, theirs: Any, at: str = "") -> None:
    """Equal names, nulls and texts; numbers to nine digits."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert set(ours) == set(theirs), at
        for name in ours:
            alike(ours[name], theirs[name], f"{at}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        assert len(ours) == len(theirs), at
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            alike(one, other, f"{at}[{number}]")
    elif isinstance(ours, float) and isinstance(theirs, float | int) and not isinstance(theirs, bool):
        assert math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12), (at, ours, theirs)
    else:
        assert ours == theirs, at


# -- what is asked -----------------------------------------------------------------------------------------------------


def _list(doors: Doors) -> Iterator[tuple[Any, Any]]:
    said = doors.said("data", "list")
    assert [one["id"] for one in said["datasets"]] == ["starter", "own", "damaged"]
    yield (
        said,
        {
            "store": str(doors.store),
            "datasets": doors.got("/api/datasets"),
            "catalogue": doors.got("/api/catalogue"),
        },
    )


def _info(doors: Doors) -> Iterator[tuple[Any, Any]]:
    known = {one["id"]: one for one in doors.got("/api/datasets")}
    for id in ("starter", "own"):
        yield doors.said("data", "info", id), known[id]


def _add(doors: Doors) -> Iterator[tuple[Any, Any]]:
    source = small_economy(doors.folder / "more", years=(2003,))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in source.iterdir():
            archive.write(path, f"more/{path.name}")
    files = {"file": ("more.zip", packed.getvalue(), "application/zip")}
    job = doors.client.post("/api/datasets", files=files, data={"as_id": "more"})
    assert job.status_code == 202, job.text
    theirs = doors.result(job.json()["job"])
    assert doors.client.delete("/api/datasets/more").status_code == 200
    said = doors.said("data", "add", str(source), "--as", "more")
    assert [one["year"] for one in said["balance"]] == [2003]
    yield said, theirs | {"store": str(doors.store)}


def _remove(doors: Doors) -> Iterator[tuple[Any, Any]]:
    source, found = small_economy(doors.folder / "gone"), []
    for door in ("command", "route"):
        add(source, Store(doors.store), "gone")
        (doors.store / "datasets" / "gone" / "mine.txt").write_text("mine", "utf-8")
        if door == "command":
            found.append(doors.said("data", "remove", "gone", "--yes"))
        else:
            found.append(doors.client.delete("/api/datasets/gone").json())
        (doors.store / "datasets" / "gone" / "mine.txt").unlink()
        (doors.store / "datasets" / "gone").rmdir()
    assert found[0]["kept"]
    yield found[0], found[1]


def _levers(doors: Doors) -> Iterator[tuple[Any, Any]]:
    yield doors.said("twin", "levers"), doors.got("/api/levers")
    on = doors.said("twin", "levers", *ON)
    assert {one["live"] for one in on} == {True, False}
    yield on, doors.got("/api/levers", dataset="starter", year=2018)


def _run(doors: Doors) -> Iterator[tuple[Any, Any]]:
    file = doors.file("scenario.toml", SCENARIO)
    body = {"id": "lighter", "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}]}
    for more, bands in ((("--no-band",), False), ((), True)):
        theirs = doors.sent(f"{AT}/simulate", body, bands=bands)
        ours = doors.said("twin", "run", file, *ON, *more)
        drawn = set(theirs) - set(ours)  # what a page draws or times besides
        assert drawn == {
            "map", "map_about", "prices", "prices_against", "treasury", "payers", "earners", "rank", "milliseconds",
        }  # fmt: skip
        yield ours, {name: theirs[name] for name in theirs if name not in drawn}


def _shock(doors: Doors) -> Iterator[tuple[Any, Any]]:
    for text in SHOCKS.values():
        file = doors.file("shock.toml", text)
        size = {"steps": 20, "bands": 3, "seed": 2}
        typed = [f"--{name}={value}" for name, value in size.items()]
        yield (
            doors.said("twin", "shock", file, *ON, *typed, "--step-days=1"),
            doors.sent(f"{AT}/shocks", tomllib.loads(text), **size),
        )


def _path(doors: Doors) -> Iterator[tuple[Any, Any]]:
    for view in ("prices respond", "fixed prices"):
        text = f'view = "{view}"\n{PATH}'
        ours = doors.said("twin", "path", doors.file("path.toml", text), *ON)
        assert ours["latest_starts"]
        yield ours, doors.sent(f"{AT}/pathway", tomllib.loads(text), starts=True)


def _events(doors: Doors) -> Iterator[tuple[Any, Any]]:
    """An event of the library put into the year of the starter world: its fields, and its figures beside a run's."""
    id = "port-strike-2024"
    copy = doors.folder / "library"
    shutil.copytree(PACKAGED.parent, copy)
    event = copy / "events" / f"{id}.toml"
    event.write_text(event.read_text("utf-8").replace("year = 2011", "year = 2018"), "utf-8")
    (ours,) = doors.said("twin", "events", str(event), *ON, "--draws=3", "--seed=2")["events"]
    listed = {one["id"]: one for one in doors.got(f"{AT}/events")}[id]
    shared = set(ours) & set(listed)
    assert shared == {"id", "title", "when", "declared", "may_miss", "published"}
    yield {name: ours[name] for name in shared}, {name: listed[name] for name in shared}
    assert ours["beside"]
    yield ours["beside"], doors.sent(f"{AT}/events/{id}/days", None, bands=3, seed=2)["event"]["beside"]


def _show(doors: Doors) -> Iterator[tuple[Any, Any]]:
    theirs = doors.got("/api/framework")
    yield doors.said("framework", "show"), theirs
    for challenge in theirs["challenges"]:
        yield doors.said("framework", "show", challenge["id"]), challenge


def _cases(doors: Doors) -> Iterator[tuple[Any, Any]]:
    yield doors.said("framework", "cases"), doors.got("/api/framework/cases")
    some = doors.said("framework", "cases", "--challenge", "workforce", "--instrument", "apprenticeship")
    yield some, doors.got("/api/framework/cases", challenge="workforce", instrument="apprenticeship")


def _case(doors: Doors) -> Iterator[tuple[Any, Any]]:
    for case in doors.got("/api/framework/cases")["cases"][:5]:
        yield doors.said("framework", "case", case["id"]), case


COMPARED: Mapping[tuple[str, ...], Callable[[Doors], Iterator[tuple[Any, Any]]]] = {
    ("data", "list"): _list,
    ("data", "info"): _info,
    ("data", "add"): _add,
    ("data", "remove"): _remove,
    ("twin", "levers"): _levers,
    ("twin", "run"): _run,
    ("twin", "shock"): _shock,
    ("twin", "path"): _path,
    ("twin", "events"): _events,
    ("framework", "show"): _show,
    ("framework", "cases"): _cases,
    ("framework", "case"): _case,
}


# -- the commands ------------------------------------------------------------------------------------------------------


def commands() -> dict[tuple[str, ...], Any]:
    """Every command that prints JSON, by its path."""
    return dict(_leaves(typer.main.get_command(app), ()))


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "list_commands"):
        if any(one.name == "as_json" for one in command.params):
            yield path, command
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from _leaves(command.get_command(context, name), (*path, name))


QUESTIONS = [path for path, command in commands().items() if hasattr(command, "question")]


def test_every_command_is_compared_or_has_no_twin(doors: Doors) -> None:
    """A question has a route of its name, and `tests.asking.test_every_door` asks whatever is in `ASKED` at all doors;
    every other command is named in this file."""
    named = {*COMPARED, *WITHOUT_A_TWIN}
    assert not {*COMPARED} & {*WITHOUT_A_TWIN}
    assert {*commands()} - {*QUESTIONS} == named
    routes = {part for route in doors.got("/api/openapi.json")["paths"] for part in route.split("/")}
    assert not routes & {path[-1] for path in WITHOUT_A_TWIN if path not in OTHERWISE}
    assert {path[-1] for path in QUESTIONS} <= routes
    assert {path[-1] for path in QUESTIONS} <= {*ASKED}


@pytest.mark.parametrize("path", COMPARED, ids=" ".join)
def test_a_command_says_what_its_route_says(doors: Doors, path: tuple[str, ...]) -> None:
    compared = 0
    for ours, theirs in COMPARED[path](doors):
        alike(ours, theirs, " ".join(path))
        compared += 1
    assert compared
