"""One question, every door: the same numbers to the last bit, the same defaults and bounds, the same refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kaldor.asking.schema import schema_of
from kaldor.cli.main import app
from kaldor.economy.questions.subject import ECONOMY, OfEconomy
from kaldor.rooms import questions, rooms
from kaldor.server.settings import Limits, Settings
from kaldor.words import LANGUAGES
from tests.asking.cases import ASKED, asked, asked_wrongly
from tests.asking.doors import Answer, arguments, by_command, by_protocol, by_python, by_rest
from tests.asking.mined import keep_mined
from tests.server.conftest import in_process
from tests.server.ready import ready_jobs

RIGHT, WRONG = list(asked()), list(asked_wrongly())


def _name(case: Any) -> str | None:
    if not isinstance(case, dict):
        return None
    return " ".join(f"{key}={str(value)[:24]!r}" for key, value in case.items()) or "nothing"


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The store that every door opens, with the economy that has materials and energy."""
    folder = tmp_path_factory.mktemp("doors")
    keep_mined(folder / "store", folder / "mined")
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("KALDOR_STORE", str(folder / "store"))
        yield folder / "store"


@pytest.fixture(scope="module")
def in_python(store: Path) -> Callable[[str, Mapping[str, Any]], Answer]:
    """What Python answers, worked out once for all that is held beside it."""
    answers: dict[str, Answer] = {}

    def answered(id: str, given: Mapping[str, Any]) -> Answer:
        key = _key(id, given)
        if key not in answers:
            answers[key] = by_python(id, given)
        return answers[key]

    return answered


@pytest.fixture(scope="module")
def client(store: Path) -> Iterator[TestClient]:
    with ready_jobs(), in_process(Settings(store=store, limits=Limits(jobs_waiting=50))) as found:
        yield found


@pytest.fixture(scope="module")
def protocol(store: Path) -> tuple[list[Any], dict[str, Answer]]:
    """Tools of `kaldor mcp`, and its answers to all that is asked here."""
    tools, answers = by_protocol([*RIGHT, *WRONG])
    return tools, {_key(id, given): answer for (id, given), answer in zip([*RIGHT, *WRONG], answers, strict=True)}


def _key(id: str, given: Mapping[str, Any]) -> str:
    return f"{id} {json.dumps(given)}"


def test_every_question_is_asked_here() -> None:
    assert set(ASKED) == set(questions())


@pytest.mark.parametrize(("id", "given"), RIGHT, ids=_name)
def test_every_door_gives_the_same_numbers_to_the_last_bit(id, given, in_python, client, protocol, tmp_path) -> None:
    wanted = in_python(id, given)
    assert isinstance(wanted, dict), wanted
    assert any(isinstance(value, float) for value in wanted["tables"][0]["rows"][0].values())
    assert by_command(id, given, tmp_path) == wanted
    assert by_rest(client, id, given) == wanted
    if "post" in client.get("/api/openapi.json").json()["paths"][f"/api/economies/{{dataset}}/{{year}}/{id}"]:
        assert by_rest(client, id, given, body=True) == wanted
    assert protocol[1][_key(id, given)] == wanted


@pytest.mark.parametrize(("id", "given"), RIGHT, ids=_name)
def test_every_file_holds_the_same_rows(id, given, in_python, tmp_path: Path) -> None:
    wanted = in_python(id, given)
    rows, columns = wanted["tables"][0]["rows"], wanted["tables"][0]["columns"]
    headings = [f"{one['id']} ({one['unit']})" if one["unit"] else one["id"] for one in columns]
    written = {}
    several = len(wanted["tables"]) > 1
    for ending in (".json", ".csv", ".parquet", ".xlsx"):
        file = tmp_path / f"answer{ending}"
        line = [questions()[id].room, id, *arguments(id, given, tmp_path), "--out", str(file)]
        done = CliRunner().invoke(app, line)
        if several and ending in {".csv", ".parquet"}:
            assert "such a file holds one table" in str(done.exception)
            continue
        assert done.exit_code == 0
        written[ending] = file.read_bytes()
    assert json.loads(written[".json"]) == wanted
    if several:
        sheets = load_workbook(io.BytesIO(written[".xlsx"])).worksheets
        assert len(sheets) >= len(wanted["tables"])
        for table, sheet in zip(wanted["tables"], sheets, strict=False):
            _same_cells(table, list(sheet.values))
        return

    sheet = list(load_workbook(io.BytesIO(written[".xlsx"])).worksheets[0].values)
    assert list(sheet[0]) == headings
    assert len(sheet) - 1 == len(rows)
    lines = list(csv.reader(io.StringIO(written[".csv"].decode())))
    assert lines[0] == headings
    frame = pd.read_parquet(io.BytesIO(written[".parquet"]))
    assert len(lines) - 1 == len(frame) == len(sheet) - 1 == len(rows)
    for row, line, (_, stored), cells in zip(rows, lines[1:], frame.iterrows(), sheet[1:], strict=True):
        for value, text, kept, cell in zip(row.values(), line, stored, cells, strict=True):
            if isinstance(value, float):
                assert (float(text), kept) == (value, value)
                assert cell == pytest.approx(value, rel=1e-15)  # a workbook holds 16 digits


def _same_cells(table: dict[str, Any], sheet: list[tuple[Any, ...]]) -> None:
    """A sheet holds the rows of a table; a workbook holds 16 digits."""
    assert len(sheet) - 1 == len(table["rows"])
    for row, cells in zip(table["rows"], sheet[1:], strict=True):
        for value, cell in zip(row.values(), cells, strict=True):
            if isinstance(value, float):
                assert cell == pytest.approx(value, rel=1e-15)
            elif not isinstance(value, list):  # a chain is written in words
                assert cell == (None if value == "" else value)


@pytest.mark.parametrize(("id", "given"), WRONG, ids=_name)
def test_every_door_refuses_in_the_same_words(id, given, client, protocol, tmp_path) -> None:
    said = by_python(id, given)
    assert isinstance(said, str), "it is answered"
    if any(name not in {one.id for one in questions()[id].described} for name in given):
        assert "unknown input" in said  # a command line knows its options by itself
    else:
        assert by_command(id, given, tmp_path) == said
    assert by_rest(client, id, given) == said
    assert protocol[1][_key(id, given)] == said


def test_defaults_and_bounds_are_told_alike(client, protocol) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    tools = {tool.name: tool.input_schema for tool in protocol[0]}
    forms = {one["id"]: one for room in client.get("/api/rooms").json() for one in room["questions"]}
    assert set(tools) == set(forms) == set(questions())
    for id, question in questions().items():
        route = described[f"/api/economies/{{dataset}}/{{year}}/{id}"]
        told = [
            one for one in route.get("get", {}).get("parameters", []) if one["in"] == "query" and one["name"] != "with"
        ]
        in_query = {one["name"]: one["schema"] for one in told}
        body = route.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        for one, form in zip(question.described, forms[id]["inputs"], strict=True):
            schema = schema_of(one)
            assert schema.items() <= tools[id]["properties"][one.id].items()
            assert body is None or schema.items() <= body["properties"][one.id].items()
            if in_query and (one.kind != "file" or one.names):  # a file is sent in the body
                assert in_query[one.id] == schema
            assert (form["default"], form["low"], form["high"]) == (one.default, one.low, one.high)
            assert form["choices"] == list(one.choices)


def test_every_question_of_an_economy_may_be_asked_of_sectors_added_up() -> None:
    assert [one.id for one in questions().values() if one.of == ECONOMY and not issubclass(one.inputs, OfEconomy)] == []


def test_titles_come_in_every_language(client) -> None:
    for room in client.get("/api/rooms").json():
        for titled in (room, *room["questions"]):
            assert set(titled["title"]) == set(LANGUAGES)
            assert all(titled["title"].values())
    assert [room["id"] for room in client.get("/api/rooms").json()] == list(rooms())
