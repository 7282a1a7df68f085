"""A room from another package: named by an entry point, it is at every door without a change to Kaldor.

Each door is a process of its own once; whatever else is asked of the command line is asked in this process, in which
the package is as good as installed (`here`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kaldor.brief.sections import sections
from tests.asking.doors import talk
from tests.hostile.doors import kaldor
from tests.installed import forget, installed

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
def site(tmp_path: Path) -> Path:
    """A folder into which a user has installed a package with a toy room."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "toyroom.py").write_text(ROOM)
    _describe(folder, "toy-room", b"[kaldor.rooms]\ntoy = toyroom:ROOM\n")
    return folder


def _describe(site: Path, package: str, entry_points: bytes) -> None:
    """What an installer leaves of a package beside its modules."""
    info = site / f"{package.replace('-', '_')}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    (info / "entry_points.txt").write_bytes(entry_points)


@pytest.fixture
def outside(site: Path) -> dict[str, str]:
    """The environment of that user, for processes."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(Path(__file__).parents[2])])}


@pytest.fixture
def here(site: Path) -> Iterator[None]:
    """The package is installed for this process."""
    with installed(site):
        yield


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_it_is_on_the_command_line(outside, here) -> None:
    assert "What toy-room can tell" in kaldor("--help").out
    asked = ("toy", "twice", "--on=starter", "--json")
    answer = json.loads(run(outside, "-m", "kaldor", *asked, "--region=IND", "--times=3").stdout)
    single = json.loads(kaldor(*asked, "--region=IND", "--times=1").out)
    assert output(answer) == pytest.approx(3 * output(single))
    refused = kaldor(*asked, "--region=IND", "--times=6")
    assert refused.code == 2
    assert refused.err == "kaldor: times: '6' is not within its bounds. Allowed: 0 to 5.\n"


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
LISTED = ("economy", "--help")


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_room_alone_is_out_and_told_of(site, here, broken: str) -> None:
    code, fault = BROKEN[broken]
    (site / "toyroom.py").write_text(code)
    listed = kaldor(*LISTED)
    assert listed.code == 0
    assert "footprint" in listed.out
    (told,) = listed.err.splitlines()
    assert told.startswith(f"package toy-room, entry point 'toy' (toyroom:ROOM): {fault}")
    assert told.endswith("What comes from outside is left out.")
    forget(site)
    named = kaldor("toy", "twice")
    assert named.code == 2
    assert f"kaldor: package toy-room, entry point 'toy' (toyroom:ROOM): {fault}" in named.err


def test_a_room_that_ends_the_process_does_not_end_a_command(site, outside) -> None:
    code, fault = BROKEN["an end of the process"]
    (site / "toyroom.py").write_text(code)
    listed = run(outside, "-m", "kaldor", *LISTED)
    assert listed.returncode == 0
    assert "footprint" in listed.stdout
    (told,) = listed.stderr.splitlines()
    assert told.startswith(f"package toy-room, entry point 'toy' (toyroom:ROOM): {fault}")


def test_a_broken_room_is_left_out_of_server_tools_and_briefs(site, outside, tmp_path) -> None:
    (site / "toyroom.py").write_text("raise RuntimeError('out of order')")
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


def test_a_tool_that_fails_unforeseen_says_so_in_our_words(site, outside) -> None:
    (site / "toyroom.py").write_text(ROOM.replace("    region = region_of", "    1 / 0\n    region = region_of"))
    _, (said,) = talk([("twice", {"on": "starter", "region": "IND"})], outside)
    assert said.startswith("package toy-room: its code fails (ZeroDivisionError in toyroom, line ")


def test_a_room_whose_section_is_none_leaves_the_sections_of_the_house(site, here, capsys) -> None:
    (site / "toyroom.py").write_text(f"{ROOM}\nROOM = Room('toy', TITLE, (QUESTION,), (7,))")
    assert "linkages" in sections()
    assert capsys.readouterr().err.startswith("room 'toy', sections: 7 is no section.")


def test_two_packages_that_bring_one_room_are_both_named_and_neither_wins(site, here) -> None:
    _describe(site, "other-room", b"[kaldor.rooms]\ntoy = toyroom:ROOM\n")
    fault = "room 'toy': is registered twice, by other-room, toy-room. Remove one of them."
    named = kaldor("toy", "twice")
    assert (named.code, named.err.splitlines()[-1]) == (2, f"kaldor: {fault}")
    forget(site)
    listed = kaldor(*LISTED)
    assert (listed.code, listed.err) == (0, f"{fault} What comes from outside is left out.\n")


def test_a_name_that_the_house_has_stays_the_houses(site, here) -> None:
    (site / "toyroom.py").write_text(ROOM.replace('Room("toy"', 'Room("economy"'))
    (site / "toy_room-1.dist-info" / "entry_points.txt").write_text("[kaldor.rooms]\neconomy = toyroom:ROOM\n")
    listed = kaldor(*LISTED)
    assert "footprint" in listed.out
    assert "twice" not in listed.out
    fault = "room 'economy': is registered twice, by kaldor and toy-room. Choose another name."
    assert (listed.code, listed.err) == (0, f"{fault} What comes from outside is left out.\n")


def test_a_question_that_the_house_has_leaves_its_room_out(site, here) -> None:
    (site / "toyroom.py").write_text(ROOM.replace('Question("twice"', 'Question("footprint"'))
    fault = "room 'toy', question 'footprint': the room 'economy' has it. Choose another id."
    listed = kaldor(*LISTED)
    assert (listed.code, listed.err) == (0, f"{fault} What comes from outside is left out.\n")
    assert kaldor("toy").code == 2


def output(answer: Any) -> float:
    """The only figure of the toy question."""
    return answer["tables"][0]["rows"][0]["output"]


UNREADABLE = {
    "no equals sign": b"[kaldor.rooms]\ntoy\n",
    "no UTF-8": b"[kaldor.rooms]\ntoy = \xff\xfe:ROOM\n",
    "no value": b"[kaldor.rooms]\ntoy =\n",
    "no reference": b"[kaldor.rooms]\ntoy = not valid!! ::\n",
}


OWN = ("economy", "footprint", "--on=starter", "--extension=co2")


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_broken_entry_points_file_stops_nothing_and_hides_no_other_package(site, here, text) -> None:
    _describe(site, "broken", text.replace(b"toy", b"other"))
    assert kaldor("--help").code == 0
    forget(site)
    own = kaldor(*OWN)
    assert own.code == 0, own.err
    assert own.err.strip().count("\n") == 0
    assert "package broken, entry" in own.err
    assert "Mend or remove the package" in own.err
    other = kaldor("toy", "twice", "--on=starter", "--region=IND", "--times=3")
    assert other.code == 0, other.err


def test_a_broken_entry_points_file_that_names_no_room_is_nobodys_business_here(site, here) -> None:
    _describe(site, "broken", b"[console_scripts]\nbroken\n")
    own = kaldor(*OWN)
    assert (own.code, own.err.strip()) == (0, "")


def test_what_fails_in_a_room_from_outside_is_not_called_a_fault_of_kaldors(site, here) -> None:
    (site / "toyroom.py").write_text(
        ROOM.replace("    output = given", "    frame = {}[given.times]\n    output = given")
    )
    failed = kaldor("toy", "twice", "--on=starter", "--region=IND")
    assert failed.code == 70
    (said,) = failed.err.strip().splitlines()
    assert said.startswith("kaldor: package toy-room: its code fails (KeyError in toyroom, line ")
    assert "Report this to those who make it" in said
    assert "Kaldor's own" not in said
