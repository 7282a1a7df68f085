"""The pages on how to add something hold: blocks are put where they say, in a copy, and are then there."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_PLACE = re.compile(r"(?:#|<!--) (?P<path>[\w./-]+)(?:, in (?P<into>\w+))?(?: -->)?\n")


@dataclass
class House:
    """A copy of Kaldor's sources in a folder, with what a page adds, and what it types on the command line."""

    folder: Path
    lines: list[str] = field(default_factory=list)

    def follow(self, page: str) -> None:
        """Put each block of a page where its first line says: a file, lines after the one that `in` names, a change."""
        for kind, text in _BLOCK.findall((ROOT / "docs" / "how-to" / page).read_text("utf-8")):
            if kind == "sh":
                self.lines += text.splitlines()
                continue
            place = _PLACE.match(text)
            assert place, f"{page}: a block does not say where it stands:\n{text}"
            file, rest = self.folder / place["path"], text[place.end() :]
            if kind == "diff":
                old, new = (
                    "\n".join(line[1:].strip() for line in rest.splitlines() if line[0] == sign) for sign in "-+"
                )
                before = file.read_text("utf-8")
                assert before.count(old) == 1, f"{page}: {place['path']} does not hold {old} once"
                file.write_text(before.replace(old, new), "utf-8")
            elif place["into"]:
                before = file.read_text("utf-8")
                head = re.search(rf"^{place['into']}\b.*\n", before, re.M)
                assert head, f"{place['path']} has no {place['into']}"
                file.write_text(before[: head.end()] + rest + before[head.end() :], "utf-8")
            else:
                assert not file.exists(), f"{page}: {place['path']} is there already"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(rest, "utf-8")

    def python(self, *arguments: str) -> str:
        """What Python prints in this folder, where the copy is what `import kaldor` finds."""
        places = [str(self.folder / "src"), str(self.folder), str(ROOT)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "KALDOR_STORE": str(self.folder / "store")}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def typed(self, number: int, *more: str) -> str:
        """What one of the page's commands prints."""
        name, *arguments = shlex.split(self.lines[number])
        assert name == "kaldor"
        return self.python("-m", "kaldor", *arguments, *more)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """A copy that has followed a page."""
    shutil.copytree(
        ROOT / "src" / "kaldor",
        tmp_path / "src" / "kaldor",
        ignore=lambda folder, names: {n for n in names if n == "__pycache__" or (n == "page" and "server" in folder)},
    )

    def made(page: str) -> House:
        found = House(tmp_path)
        found.follow(page)
        return found

    yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


SHARES = """
from pathlib import Path
from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.twin.reading import read_scenarios
from kaldor.twin.twin import Twin

economy = Economy.from_published(open_table("starter"))
(scenario,) = read_scenarios(Path("shared.toml"))
after = Twin(economy).run(scenario)
column = list(economy.final_demand_index).index(("IND", economy.demands[0]))
rows = [list(economy.index).index((region, "vehicles")) for region in ("IND", "CHN")]
print([float(after.Y[row, column] / economy.Y[row, column]) for row in rows])
"""
"""What Indian households buy of Indian and Chinese vehicles, over what they bought before."""


def test_a_lever_is_listed_and_does_what_its_function_says(house) -> None:
    """A fifth of Indian households share and spare half: a tenth fewer vehicles are bought by all."""
    made = house("add-a-lever.md")
    assert "shared-goods" in made.typed(0)
    assert json.loads(made.typed(1, "--json"))
    shares = made.python("-c", SHARES)
    assert json.loads(shares) == pytest.approx([0.9, 0.9])


def test_a_metric_is_measured(house) -> None:
    """As the footprint of the same extension on the changed economy: fewer jobs behind less material."""
    found = json.loads(house("add-a-metric.md").typed(0, "--json"))
    (own,) = [row for row in found["outcomes"] if row["id"] == "womens-jobs-behind-use"]
    assert own["unit"] == "thousand jobs"
    assert own["before"] > own["after"] > 0


def test_a_question_is_at_every_door_without_another_file(house) -> None:
    made = house("add-a-question.md")
    (table,) = json.loads(made.typed(0, "--json"))["tables"]
    assert all(row["share"] > 0.05 for row in table["rows"])
    made.typed(1)
    lines = (made.folder / "makeup.csv").read_text("utf-8").splitlines()
    assert lines[0] == "sector,output (million US$),share (share (0 to 1))"
    assert sum(float(line.split(",")[2]) for line in lines[1:]) == pytest.approx(1)
    served = made.python(
        "-c",
        "import json\n"
        "from kaldor.server.settings import Settings\n"
        "from tests.server.conftest import in_process\n"
        "with in_process(Settings()) as client:\n"
        "    asked = client.get('/api/economies/starter/2018/makeup', params={'region': 'IND', 'above': 2})\n"
        "    (room,) = [one for one in client.get('/api/rooms').json() if one['id'] == 'economy']\n"
        "    print(json.dumps([asked.json()['message'], room['questions'][-1]['id']]))",
    )
    assert json.loads(served.splitlines()[-1]) == [
        "above: '2' is not within its bounds. Allowed: 0 to below 1.",
        "makeup",
    ]


def test_a_room_from_outside_and_one_of_the_house(house) -> None:
    made = house("add-a-room.md")
    project = tomllib.loads((made.folder / "pyproject.toml").read_text("utf-8"))["project"]
    about = made.folder / "harbour-1.0.dist-info"  # what installing the package writes
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["kaldor.rooms"].items()
    (about / "entry_points.txt").write_text(
        "[kaldor.rooms]\n" + "".join(f"{name} = {value}\n" for name, value in points)
    )
    (table,) = json.loads(made.typed(0, "--json"))["tables"]
    assert {row["sector"] for row in table["rows"]} >= {"vehicles", "services"}
    assert sum(row["exports"] for row in table["rows"]) > 0
    assert "technology" in made.python("-m", "kaldor", "--help")
    rooms = made.python("-c", "from kaldor.rooms import rooms; print(*rooms())")
    assert rooms.split() == ["technology", "economy", "sustainability", "resilience", "twin", "harbour"]


def test_a_reader_is_found_with_its_source(house) -> None:
    made = house("add-a-reader.md")
    assert "rainfall, 2024" in made.typed(0)
    assert "A weather office" in made.typed(1)
    read = made.python(
        "-c", "from kaldor.atlas.store import Store; print(Store().indicators('rainfall').to_json(orient='records'))"
    )
    (row,) = json.loads(read)
    assert (row["region"], row["year"], row["value"], row["unit"]) == ("IND", 2024, 1083, "mm a year")


@pytest.fixture
def web(tmp_path: Path) -> House:
    """A copy of the page's sources that has followed the page on pages."""
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    made = House(tmp_path)
    made.follow("add-a-page.md")
    return made


def test_a_page_changes_what_it_says(web) -> None:
    for language in ("en", "fr", "es"):
        assert "'nav.harbour'" in (web.folder / "web" / "src" / "strings" / f"{language}.ts").read_text("utf-8")


@pytest.mark.long
def test_a_page_is_built(web) -> None:
    """With types checked, and its own file beside those of the other pages."""
    packages = ROOT / "web" / "node_modules"
    if not packages.is_dir():
        pytest.skip("the page's packages are not installed: npm ci in web/")
    folder = web.folder / "web"
    (folder / "node_modules").symlink_to(packages.resolve())
    for command in (["svelte-check", "--tsconfig", "./tsconfig.json"], ["vite", "build", "--outDir", "../built"]):
        done = subprocess.run(
            [str(folder / "node_modules" / ".bin" / command[0]), *command[1:]],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert list((web.folder / "built").rglob("Harbour*.js"))


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs" / "how-to").glob("add-a-*.md")))
def test_every_such_page_is_found(page: str) -> None:
    """From the documentation's table of contents and from CONTRIBUTING."""
    assert f"how-to/{page.removesuffix('.md')}\n" in (ROOT / "docs" / "index.md").read_text("utf-8")
    assert f"docs/how-to/{page}" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
