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
    calls = [{**asked, name: value} for name, value, _ in wrong]
    _, (*said, unsaid, missing) = talk([("prices", one) for one in (*calls, asked | {"rows": None}, {"cost": 0.05})])
    for text, (*_, expected) in zip(said, wrong, strict=True):
        assert str(text).startswith(expected)
    assert len(unsaid["tables"][0]["rows"]) > 0
    assert missing.startswith("on: is missing.")


CALL = '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"footprint","arguments":{"region":"\\ud800"}}}'


LINES: dict[str, tuple[str, int, Any]] = {
    "half a character": (CALL, -32700, 7),
    "broken": ("{broken", -32700, None),
    "deep": ("[" * 100_000, -32700, None),
    "list": ("[]", -32600, None),
    "null": ("null", -32600, None),
    "no parameters": ('{"jsonrpc":"2.0","id":"a","method":"tools/call","params":7}', -32600, "a"),
    "no method": ('{"jsonrpc":"2.0","id":8,"params":{"id":9}}', -32600, 8),
}
"""What is no message, and the code and the id of its answer."""


@pytest.mark.parametrize("before", [True, False], ids=["before it is greeted", "afterwards"])
def test_a_line_that_is_no_message_is_answered_and_the_next_is_heard(before: bool) -> None:
    """All such lines to one process, each answered before the next is sent."""
    with _Spoken() as spoken:
        if not before:
            spoken.greet()
        for name, (line, code, id) in LINES.items():
            answer = spoken.answer_to(line)
            assert answer["id"] == id, name
            assert answer["error"]["code"] == code, name
            assert answer["error"]["message"].startswith("line: is no "), name
            assert len(json.dumps(answer)) < 500, name
            if not before:
                assert spoken.answer_to(PING) == PONG, name
        if before:
            spoken.greet()
        assert spoken.answer_to(PING) == PONG


COST = '"cost":0.05,"cost":0.5'
TWICE = (
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":'
    f'{{"name":"prices","arguments":{{"on":"starter","region":["DEU"],{COST}}}}}}}'
)


STRICT: dict[str, tuple[str, str]] = {
    "an input twice": (TWICE, "line: the key 'cost' stands twice in one object. Keep one of them."),
    "the version twice": (
        TWICE.replace('"id":7', '"id":7,"jsonrpc":"2.0"').replace(COST, '"cost":0.05'),
        "line: the key 'jsonrpc' ",
    ),
    "no number of 64 bits": (TWICE.replace(COST, '"cost":99999999999999999999'), "line"),
    "no text": (TWICE.replace(COST, '"cost":0.05,"with":"\\u0007"'), "line"),
}
"""What the server would refuse in a body, and how the sentence about it begins."""


def test_a_line_is_read_as_strictly_as_a_body_of_the_server() -> None:
    with _Spoken() as spoken:
        spoken.greet()
        for name, (line, said) in STRICT.items():
            answer = spoken.answer_to(line)
            assert answer["id"] == 7, name
            assert answer["error"]["code"] == -32600, name
            assert answer["error"]["message"].startswith(said), name
            with pytest.raises(InputError) as refused:
                refuse_hostile(line.encode(), "line")
            assert answer["error"]["message"] == str(refused.value), name
            assert spoken.answer_to(PING) == PONG, name


HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
FIRST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO})
PING = json.dumps({"jsonrpc": "2.0", "id": 99, "method": "ping"})
PONG = {"jsonrpc": "2.0", "id": 99, "result": {}}


class _Spoken:
    """`kaldor mcp` in a process of its own, spoken to line by line."""

    def __enter__(self) -> _Spoken:
        command = [sys.executable, "-m", "kaldor", "mcp"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            assert process.stdin
            process.stdin.close()

    def greet(self) -> None:
        assert self.answer_to(FIRST)["id"] == 1
        self._say(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))

    def answer_to(self, line: str) -> dict[str, Any]:
        self._say(line)
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
