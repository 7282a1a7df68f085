"""`kaldor mcp` as a program uses it: the protocol's own client starts the command and asks."""

from __future__ import annotations

from kaldor.economy.questions.opening import asked_of
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
