"""`kaldor mcp` as a program uses it: the protocol's own client starts the command and asks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from kaldor.declared.json import refuse_hostile
from kaldor.economy.questions.opening import asked_of
from kaldor.errors import InputError
from kaldor.rooms import questions
from tests.asking.doors import talk


def test_every_question_is_a_tool_that_answers_refuses_and_changes_nothing() -> None:
    prices = {"on": "starter", "cost": 0.05, "region": ["DEU"], "rows": 3}
    tools, (found, refused, unknown) = talk(
        [("prices", prices), ("prices", prices | {"cost": 100}), ("prizes", {"on": "starter"})]
    )
    assert {tool.name for tool in tools} == set(questions())
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert next(tool for tool in tools if tool.name == "prices").input_schema["required"] == ["on", "cost"]

    whole = questions()["prices"].ask(asked_of("starter", None, (), None), {"cost": 0.05, "region": ["DEU"]})
    assert found["status"] == "predicted"
    assert found["origin"]["dataset"] == "starter"
    assert {column["id"]: column["unit"] for column in found["tables"][0]["columns"]}["extra_cost"] == "million US$"
    assert [row["extra_cost"] for row in found["tables"][0]["rows"]] == whole.tables[0].frame["extra_cost"][:3].tolist()

    assert refused == "cost: '100' is not within its bounds. Allowed: −1 to 10."
    assert "Did you mean 'prices'?" in unknown


ROWS = "is not within its bounds. Allowed: 1 to 1,000."
WHOLE = "is not a whole number."


def test_what_stands_beside_the_inputs_is_refused_in_words() -> None:
    asked = {"on": "starter", "cost": 0.05, "region": ["DEU"]}
    wrong = [
        ("rows", -5, f"rows: '-5' {ROWS}"),
        ("rows", 0, f"rows: '0' {ROWS}"),
        ("rows", 1001, f"rows: '1001' {ROWS}"),
        ("rows", 1e308, f"rows: '1e+308' {WHOLE}"),
        ("rows", 2.9, f"rows: '2.9' {WHOLE}"),
        ("rows", "abc", f"rows: 'abc' {WHOLE}"),
        ("rows", True, f"rows: 'true' {WHOLE}"),
        ("year", True, f"year: 'true' {WHOLE}"),
        ("cost", True, "cost: 'true' is not a number."),
        ("with", [1], "with: '1' is not a text."),
        ("on", 7, "on: '7' is not a text."),
    ]
    _, said = talk([("prices", {**asked, name: value}) for name, value, _ in wrong])
    for text, (*_, expected) in zip(said, wrong, strict=True):
        assert str(text).startswith(expected)
    _, (unsaid, missing) = talk([("prices", asked | {"rows": None}), ("prices", {"cost": 0.05})])
    assert len(unsaid["tables"][0]["rows"]) > 0
    assert missing.startswith("on: is missing.")


CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"footprint","arguments":{"region":"\\ud800"}}}'


@pytest.mark.parametrize(
    ("line", "code", "id"),
    [
        (CALL, -32700, 7),
        ("{broken", -32700, None),
        ("[" * 100_000, -32700, None),
        ("[]", -32600, None),
        ("null", -32600, None),
        ('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":7}', -32600, "a"),
        ('{"jsonrpc":"2.0","id":8,"params":{"id":9}}', -32600, 8),
    ],
    ids=["half a character", "broken", "deep", "list", "null", "no parameters", "no method"],
)
def test_a_line_that_is_no_message_is_answered_and_the_next_is_heard(line: str, code: int, id: Any) -> None:
    ready = json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"})
    for lines in ([FIRST, ready, line, PING], [line, FIRST, ready, PING]):
        by_id = {answer["id"]: answer for answer in _spoken(lines)}
        assert by_id[id]["error"]["code"] == code
        assert by_id[id]["error"]["message"].startswith("line: is no ")
        assert len(json.dumps(by_id[id])) < 500
        assert by_id[99]["result"] == {}


COST = '"cost":0.05,"cost":0.5'
TWICE = (
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":'
    f'{{"name":"prices","arguments":{{"on":"starter","region":["DEU"],{COST}}}}}}}'
)


@pytest.mark.parametrize(
    ("line", "id", "said"),
    [
        (TWICE, 7, "line: the key 'cost' stands twice in one object. Keep one of them."),
        (TWICE.replace('"id":7', '"id":7,"jsonrpc":"2.0"').replace(COST, '"cost":0.05'), 7, "line: the key 'jsonrpc' "),
        (TWICE.replace(COST, '"cost":99999999999999999999'), 7, "line"),
        (TWICE.replace(COST, '"cost":0.05,"with":"\\u0007"'), 7, "line"),
    ],
    ids=["an input twice", "the version twice", "no number of 64 bits", "no text"],
)
def test_a_line_is_read_as_strictly_as_a_body_of_the_server(line: str, id: int, said: str) -> None:
    by_id = {answer["id"]: answer for answer in _spoken([FIRST, line, PING])}
    assert by_id[id]["error"]["code"] == -32600
    assert by_id[id]["error"]["message"].startswith(said)
    with pytest.raises(InputError) as refused:
        refuse_hostile(line.encode(), "line")
    assert by_id[id]["error"]["message"] == str(refused.value)
    assert by_id[99]["result"] == {}


HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
FIRST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO})
PING = json.dumps({"jsonrpc": "2.0", "id": 99, "method": "ping"})


def _spoken(lines: list[str]) -> list[dict[str, Any]]:
    """What `kaldor mcp` answers to lines, until it has answered the ping at their end."""
    command = [sys.executable, "-m", "kaldor", "mcp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{line}\n" for line in lines))
        process.stdin.flush()
        answers = []
        while not answers or answers[-1]["id"] != 99:
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
    return answers
