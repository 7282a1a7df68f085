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


SERVED_BROKEN = """
import json, sys
from pathlib import Path
from kaldor.server.settings import Settings
from tests.server.conftest import in_process

with in_process(Settings(store=Path(sys.argv[1]))) as client:
    print(json.dumps([client.get("/api/rooms").json(), client.get("/api/sections").json()["sections"]]))
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


BROKEN = {
    "a module that is not there": ("import nowhere_at_all", "cannot be loaded (ModuleNotFoundError: No module named"),
    "a failure": ("raise RuntimeError('out of order')", "cannot be loaded (RuntimeError: out of order)"),
    "an end of the process": ("import sys; sys.exit(0)", "cannot be loaded (SystemExit: 0)"),
    "no list of questions": (f"{ROOM}\nROOM = Room('toy', TITLE, None, 7)", "has questions that are no tuple of"),
    "no list of sections": (f"{ROOM}\nROOM = Room('toy', TITLE, (), 7)", "has sections that are no tuple"),
    "no title": (f"{ROOM}\nROOM = Room('toy', None)", "has no title in every language"),
    "a question that says nothing": (f"{ROOM}\ntwice.__doc__ = None", "has the question 'twice', which does not say"),
    "something else": ("ROOM = 7", "is no kaldor.room.Room"),
}
LISTED = ("-m", "kaldor", "economy", "--help")


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_room_alone_is_out_and_told_of(outside, broken: str) -> None:
    code, fault = BROKEN[broken]
    rewrite(outside, "toyroom.py", code)
    listed = run(outside, *LISTED)
    assert listed.returncode == 0
    assert "footprint" in listed.stdout
    (told,) = listed.stderr.splitlines()
    assert told.startswith(f"package toy-room, entry point 'toy' (toyroom:ROOM): {fault}")
    assert told.endswith("What comes from outside is left out.")
    named = run(outside, "-m", "kaldor", "toy", "twice")
    assert named.returncode == 2
    assert f"kaldor: package toy-room, entry point 'toy' (toyroom:ROOM): {fault}" in named.stderr


def test_a_broken_room_is_left_out_of_server_tools_and_briefs(outside, tmp_path) -> None:
    rewrite(outside, "toyroom.py", "raise RuntimeError('out of order')")
    served = run(outside, "-c", SERVED_BROKEN, str(tmp_path / "store"))
    assert "entry point 'toy' (toyroom:ROOM)" in served.stderr
    rooms, sections = json.loads(served.stdout)
    (toy,) = [room for room in rooms if room["id"] == "toy"]
    assert (toy["questions"], "out of order" in toy["note"]) == ([], True)
    assert all(room["questions"] and not room["note"] for room in rooms if room["id"] != "toy")
    assert "linkages" in {section["id"] for section in sections}
    tools, _ = talk([], outside)
    assert "footprint" in {tool.name for tool in tools}
    assert "twice" not in {tool.name for tool in tools}


def test_a_tool_that_fails_unforeseen_says_so_in_our_words(outside) -> None:
    rewrite(outside, "toyroom.py", ROOM.replace("    region = region_of", "    1 / 0\n    region = region_of"))
    _, (said,) = talk([("twice", {"on": "starter", "region": "IND"})], outside)
    assert said.startswith("package toy-room: its code fails (ZeroDivisionError in toyroom, line ")


def test_a_room_whose_section_is_none_leaves_the_sections_of_the_house(outside) -> None:
    rewrite(outside, "toyroom.py", f"{ROOM}\nROOM = Room('toy', TITLE, (QUESTION,), (7,))")
    listed = run(outside, "-c", "from kaldor.brief.sections import sections; print(*sections())")
    assert "linkages" in listed.stdout.split()
    assert listed.stderr.startswith("room 'toy', sections: 7 is no section.")


def test_two_packages_that_bring_one_room_are_both_named_and_neither_wins(outside) -> None:
    site = Path(outside["PYTHONPATH"].split(os.pathsep)[0])
    (site / "other_room-1.dist-info").mkdir()
    (site / "other_room-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: other-room\nVersion: 1\n")
    (site / "other_room-1.dist-info" / "entry_points.txt").write_text("[kaldor.rooms]\ntoy = toyroom:ROOM\n")
    fault = "room 'toy': is registered twice, by other-room, toy-room. Remove one of them."
    named = run(outside, "-m", "kaldor", "toy", "twice")
    assert (named.returncode, named.stderr.splitlines()[-1]) == (2, f"kaldor: {fault}")
    listed = run(outside, *LISTED)
    assert (listed.returncode, listed.stderr) == (0, f"{fault} What comes from outside is left out.\n")


def test_a_name_that_the_house_has_stays_the_houses(outside) -> None:
    rewrite(outside, "toyroom.py", ROOM.replace('Room("toy"', 'Room("economy"'))
    rewrite(outside, "toy_room-1.dist-info/entry_points.txt", "[kaldor.rooms]\neconomy = toyroom:ROOM\n")
    listed = run(outside, *LISTED)
    assert "footprint" in listed.stdout
    assert "twice" not in listed.stdout
    fault = "room 'economy': is registered twice, by kaldor and toy-room. Choose another name."
    assert (listed.returncode, listed.stderr) == (0, f"{fault} What comes from outside is left out.\n")


def test_a_question_that_the_house_has_leaves_its_room_out(outside) -> None:
    rewrite(outside, "toyroom.py", ROOM.replace('Question("twice"', 'Question("footprint"'))
    fault = "room 'toy', question 'footprint': the room 'economy' has it. Choose another id."
    listed = run(outside, *LISTED)
    assert (listed.returncode, listed.stderr) == (0, f"{fault} What comes from outside is left out.\n")
    assert run(outside, "-m", "kaldor", "toy").returncode == 2


def rewrite(outside: dict[str, str], file: str, text: str) -> None:
    """Put another text in place of a file of the user's package."""
    (Path(outside["PYTHONPATH"].split(os.pathsep)[0]) / file).write_text(text)


def output(answer: Any) -> float:
    """The only figure of the toy question."""
    return answer["tables"][0]["rows"][0]["output"]


UNREADABLE = {
    "no equals sign": b"[kaldor.rooms]\ntoy\n",
    "no UTF-8": b"[kaldor.rooms]\ntoy = \xff\xfe:ROOM\n",
    "no value": b"[kaldor.rooms]\ntoy =\n",
    "no reference": b"[kaldor.rooms]\ntoy = not valid!! ::\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_broken_entry_points_file_stops_nothing_and_hides_no_other_package(outside, tmp_path, text) -> None:
    info = tmp_path / "site" / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_bytes(text.replace(b"toy", b"other"))
    assert run(outside, "-m", "kaldor", "--help").returncode == 0
    own = run(outside, "-m", "kaldor", "economy", "footprint", "--on=starter", "--extension=co2")
    assert own.returncode == 0, own.stderr
    assert own.stderr.strip().count("\n") == 0
    assert "package broken, entry" in own.stderr
    assert "Mend or remove the package" in own.stderr
    other = run(outside, "-m", "kaldor", "toy", "twice", "--on=starter", "--region=IND", "--times=3")
    assert other.returncode == 0, other.stderr


def test_a_broken_entry_points_file_that_names_no_room_is_nobodys_business_here(outside, tmp_path) -> None:
    info = tmp_path / "site" / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[console_scripts]\nbroken\n")
    own = run(outside, "-m", "kaldor", "economy", "footprint", "--on=starter", "--extension=co2")
    assert (own.returncode, own.stderr.strip()) == (0, "")


def test_what_fails_in_a_room_from_outside_is_not_called_a_fault_of_kaldors(outside, tmp_path) -> None:
    code = ROOM.replace("    output = given", "    frame = {}[given.times]\n    output = given")
    (tmp_path / "site" / "toyroom.py").write_text(code)
    failed = run(outside, "-m", "kaldor", "toy", "twice", "--on=starter", "--region=IND")
    assert failed.returncode == 70
    (said,) = failed.stderr.strip().splitlines()
    assert said.startswith("kaldor: package toy-room: its code fails (KeyError in toyroom, line ")
    assert "Report this to those who make it" in said
    assert "Kaldor's own" not in said
