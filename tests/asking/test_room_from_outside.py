"""A room from another package: named by an entry point, it is at every door without a change to Kaldor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.asking.doors import talk

ROOM = '''
from typing import Annotated

import pandas as pd
from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table, names
from kaldor.economy.names import region_of
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.room import Room


class Twice(Inputs):
    region: Annotated[str, Field(description="Whose output.", json_schema_extra=names("region"))]
    times: Annotated[float, Field(ge=0, le=5, description="How many times.")] = 2.0


def twice(asked: Asked, given: Twice, _: Progress) -> Answer:
    """Take a region's output several times."""
    region = region_of(asked.economy, given.region)
    output = given.times * asked.economy.x[asked.economy.index.get_level_values(0) == region].sum()
    frame = pd.DataFrame({"output": [output]}, index=pd.Index([region], name="region"))
    return answer(asked, "Several times", Table("twice", frame, {"output": asked.economy.unit}), "by hand")


TITLE = {"en": "Several times", "fr": "Plusieurs fois", "es": "Varias veces"}
QUESTION = Question("twice", "toy", ECONOMY, TITLE, Twice, twice, "none")
ROOM = Room("toy", TITLE, (QUESTION,))
'''
SERVED = """
import json, sys
from pathlib import Path
from kaldor.server.settings import Settings
from tests.server.conftest import in_process

with in_process(Settings(store=Path(sys.argv[1]))) as client:
    address = "/api/economies/starter/2018/twice"
    print(json.dumps({
        "rooms": client.get("/api/rooms").json(),
        "described": client.get("/api/openapi.json").json()["paths"]["/api/economies/{dataset}/{year}/twice"]["get"],
        "answer": client.get(address, params={"region": "India", "times": 3}).json(),
        "refusal": client.get(address, params={"region": "India", "times": 6}).json()["message"],
    }))
"""


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has installed a package with a toy room."""
    package = tmp_path / "site" / "toyroom.py"
    package.parent.mkdir()
    package.write_text(ROOM)
    info = package.parent / "toy_room-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-room\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[kaldor.rooms]\ntoy = toyroom:ROOM\n")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(package.parent), str(Path(__file__).parents[2])])}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_it_is_on_the_command_line(outside) -> None:
    assert "What toy-room can tell" in run(outside, "-m", "kaldor", "--help").stdout
    asked = ("-m", "kaldor", "toy", "twice", "--on=starter", "--json")
    answer = json.loads(run(outside, *asked, "--region=IND", "--times=3").stdout)
    single = json.loads(run(outside, *asked, "--region=IND", "--times=1").stdout)
    assert output(answer) == pytest.approx(3 * output(single))
    refused = run(outside, *asked, "--region=IND", "--times=6")
    assert refused.returncode == 2
    assert refused.stderr == "kaldor: times: '6' is not within its bounds. Allowed: 0 to 5.\n"


def test_it_is_served_with_its_form_and_its_place_in_openapi(outside, tmp_path) -> None:
    served = json.loads(run(outside, "-c", SERVED, str(tmp_path / "store")).stdout)
    (room,) = [room for room in served["rooms"] if room["id"] == "toy"]
    assert room["title"]["es"] == "Varias veces"
    assert [one["id"] for one in room["questions"][0]["inputs"]] == ["region", "times"]
    (times,) = [one for one in served["described"]["parameters"] if one["name"] == "times"]
    assert times["schema"] == {"type": "number", "minimum": 0.0, "maximum": 5.0, "default": 2.0}
    assert served["answer"]["tables"][0]["columns"][1] == {"id": "output", "unit": "million US$"}
    assert output(served["answer"]) > 0
    assert served["refusal"] == "times: '6' is not within its bounds. Allowed: 0 to 5."


def test_it_is_a_tool(outside) -> None:
    tools, (answer,) = talk([("twice", {"on": "starter", "region": "IND", "times": 3})], outside)
    assert "twice" in {tool.name for tool in tools}
    assert output(answer) > 0


def test_a_name_that_is_taken_is_refused(outside) -> None:
    entry = Path(outside["PYTHONPATH"].split(os.pathsep)[0]) / "toy_room-1.dist-info" / "entry_points.txt"
    entry.write_text("[kaldor.rooms]\neconomy = toyroom:ROOM\n")
    refused = run(outside, "-m", "kaldor", "economy", "--help")
    assert (refused.returncode, refused.stderr) == (
        2,
        "kaldor: room 'economy': is registered twice. Choose another name.\n",
    )


def output(answer: Any) -> float:
    """The only figure of the toy question."""
    return answer["tables"][0]["rows"][0]["output"]
