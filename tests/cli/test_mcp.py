"""`kaldor mcp` as a program uses it: the protocol's own client starts the command and asks."""

from __future__ import annotations

import os
import sys
from typing import Any

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from kaldor.economy.questions.opening import asked_of
from kaldor.rooms import questions


def talk(calls: list[tuple[str, dict[str, Any]]]) -> tuple[Any, list[Any]]:
    """The tools of a fresh `kaldor mcp`, and what it says to each call."""

    async def session() -> tuple[Any, list[Any]]:
        command = StdioServerParameters(command=sys.executable, args=["-m", "kaldor", "mcp"], env=dict(os.environ))
        async with stdio_client(command) as (reading, writing), ClientSession(reading, writing) as client:
            await client.initialize()
            listed = await client.list_tools()
            return listed.tools, [await client.call_tool(name, given) for name, given in calls]

    return anyio.run(session)


def test_every_question_is_a_tool_that_answers_refuses_and_changes_nothing() -> None:
    prices = {"on": "starter", "cost": 0.05, "region": ["DEU"], "rows": 3}
    tools, (found, refused, unknown) = talk(
        [("prices", prices), ("prices", prices | {"cost": 100}), ("prizes", {"on": "starter"})]
    )
    assert {tool.name for tool in tools} == set(questions())
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert next(tool for tool in tools if tool.name == "prices").input_schema["required"] == ["on", "cost"]

    answer = found.structured_content
    whole = questions()["prices"].ask(asked_of("starter", None, (), None), {"cost": 0.05, "region": ["DEU"]})
    assert answer["status"] == "estimated"
    assert answer["origin"]["dataset"] == "starter"
    assert {column["id"]: column["unit"] for column in answer["tables"][0]["columns"]}["extra_cost"] == "million US$"
    assert [row["extra_cost"] for row in answer["tables"][0]["rows"]] == whole.tables[0].frame["extra_cost"][
        :3
    ].tolist()

    assert refused.is_error
    assert refused.content[0].text == "cost: '100' is not within its bounds. Allowed: −1 to 10."
    assert unknown.is_error
    assert "Did you mean 'prices'?" in unknown.content[0].text
