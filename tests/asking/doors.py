"""The doors of a question, each a function from its inputs to an answer as plain values, or to the refusal's words."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kaldor.asking.shape import as_plain
from kaldor.cli.main import app
from kaldor.economy.questions.opening import asked_of
from kaldor.errors import KaldorError
from kaldor.rooms import questions
from tests.asking.cases import asked_on
from tests.asking.mined import YEAR

Answer = dict[str, Any] | str
ROWS = 1000
"""Rows of a table that MCP gives at most; no table of the tests is longer."""


def by_python(question: str, given: Mapping[str, Any]) -> Answer:
    try:
        return as_plain(questions()[question].ask(asked_of(asked_on(question), YEAR, (), None), given))
    except KaldorError as error:
        return str(error)


def by_command(question: str, given: Mapping[str, Any], folder: Path, *options: str) -> Answer:
    """The command line, files as files."""
    done = CliRunner().invoke(
        app, [questions()[question].room, question, *arguments(question, given, folder), "--json", *options]
    )
    if isinstance(done.exception, KaldorError):
        return str(done.exception)
    return json.loads(done.stdout) if done.exit_code == 0 else done.output


def arguments(question: str, given: Mapping[str, Any], folder: Path) -> list[str]:
    """Inputs as they are typed on a command line."""
    kinds = {one.id: one for one in questions()[question].described}
    typed = [f"--on={asked_on(question)}", f"--year={YEAR}"]
    for name, value in given.items():
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            text = str(one)
            if name in kinds and kinds[name].kind == "file" and "\n" in text:
                file = folder / f"{name}{number}{kinds[name].ending}"
                file.write_text(text, "utf-8")
                text = str(file)
            option = "" if name in kinds and kinds[name].first else f"--{name.replace('_', '-')}="
            typed.append(f"{option}{text}")
    return typed


def by_rest(client: TestClient, question: str, given: Mapping[str, Any], *, body: bool = False) -> Answer:
    """The server: a route, or a job for what takes long."""
    address = f"/api/economies/{asked_on(question)}/{YEAR}/{question}"
    sent = {"json": dict(given)} if body else {"params": dict(given)}
    answer = client.request("POST" if body or questions()[question].long else "GET", address, **sent)
    if answer.status_code >= 400:
        assert answer.status_code in {400, 404}
        return answer.json()["message"]
    if answer.status_code != 202:
        return answer.json()
    job = answer.json()["job"]
    while (record := client.get(f"/api/jobs/{job}").json())["state"] in {"queued", "running"}:
        time.sleep(0.05)
    if record["state"] == "done":
        return record["result"]
    return "\n".join(" ".join(filter(None, [one["what"], one["remedy"]])) for one in record["problems"])


def by_protocol(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[list[Any], list[Answer]]:
    """As `talk`, of the economies that the questions are asked of here."""
    return talk([(name, {"on": asked_on(name), "year": YEAR, "rows": ROWS, **given}) for name, given in calls])


def talk(
    calls: Sequence[tuple[str, Mapping[str, Any]]], environment: Mapping[str, str] = os.environ
) -> tuple[list[Any], list[Answer]]:
    """The tools of one `kaldor mcp`, spoken to with the protocol's own client, and what it says to each call."""

    async def session() -> tuple[list[Any], list[Answer]]:
        command = StdioServerParameters(command=sys.executable, args=["-m", "kaldor", "mcp"], env=dict(environment))
        async with stdio_client(command) as (reading, writing), ClientSession(reading, writing) as client:
            await client.initialize()
            listed = await client.list_tools()
            answers: list[Answer] = []
            for name, given in calls:
                said = await client.call_tool(name, dict(given))
                answers.append(said.content[0].text if said.is_error else said.structured_content)
            return listed.tools, answers

    return anyio.run(session)
