"""A section is declared once: a room from outside brings one to study, brief and server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaldor.brief.section import Section, names, table, value
from kaldor.brief.sections import keys, sections
from kaldor.brief.study import parse_study
from kaldor.brief.study_model import Study, study_model
from kaldor.errors import InputError
from kaldor.framework import load_framework
from tests.hostile.doors import kaldor
from tests.installed import installed

ROOT = Path(__file__).parents[2]
EVERYWHERE = {"en": "Toys", "fr": "Jouets", "es": "Juguetes"}

TOY = '''
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kaldor.brief.section import Section, table
from kaldor.room import Room

class Toy(BaseModel):
    """What is played with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    balls: Annotated[int, Field(ge=1)]
    seed: int = 5

TOY = table("toy", Toy, {"en": "Toy", "fr": "Jouet", "es": "Juguete"})
SECTION = Section(
    id="toy-box",
    title={"en": "Toys", "fr": "Jouets", "es": "Juguetes"},
    heading="What is in the box",
    challenge="society",
    order=45,
    shown="where declared",
    keys=(TOY,),
    build="toy_build",
)
ROOM = Room("toys", SECTION.title, sections=(SECTION,))
'''

TOY_BUILD = """
from kaldor.brief.context import Part
from kaldor.brief.document import Paragraph
from kaldor.brief.ledger import write
from toy import SECTION, TOY

def build(context):
    balls = context.ledger.enter(
        (SECTION.id, "balls"), "Balls", context.study.of(TOY).balls, "balls", "quoted", context.table_origin()
    )
    words = write("There are {balls} in the box.", balls=balls)
    return Part.of(SECTION, (Paragraph(text=words),), words)
"""

TOY_STUDY = """
title = "Play"
country = "IND"
year = 2018
economy = "starter"

[toy]
balls = 17
"""


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with an installed package that brings a room, and a study that names what it reads."""
    (tmp_path / "toy.py").write_text(TOY, "utf-8")
    (tmp_path / "toy_build.py").write_text(TOY_BUILD, "utf-8")
    about = tmp_path / "toy-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text("[kaldor.rooms]\ntoys = toy:ROOM\n", "utf-8")
    (tmp_path / "play.toml").write_text(TOY_STUDY, "utf-8")
    return tmp_path


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, which finds what is installed in a folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
        "KALDOR_STORE": str(folder / "store"),
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)


@pytest.fixture
def here(outside: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package is installed for this process, in the folder of the study."""
    monkeypatch.setenv("KALDOR_STORE", str(outside / "store"))
    monkeypatch.chdir(outside)
    with installed(outside):
        yield


def test_a_section_from_outside_is_in_study_brief_and_lock_without_touching_another_file(outside: Path) -> None:
    done = python(outside, "-m", "kaldor", "run", "play.toml", "--out", "brief")
    assert done.returncode == 0, done.stderr
    brief = json.loads((outside / "brief" / "brief.json").read_text("utf-8"))
    ids = [section["id"] for section in brief["sections"]]
    assert ids == ["standing", "accounts", "sources", "scopes", "dependence", "toy-box", "exports", "framework"]
    assert [one["value"] for one in brief["figures"] if one["id"] == "toy-box-balls"] == [17]
    assert "What is in the box" in (outside / "brief" / "brief.html").read_text("utf-8")
    from pypdfium2 import PdfDocument

    pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(outside / "brief" / "brief.pdf")]
    assert "What is in the box" in " ".join(" ".join(pages).split())
    assert json.loads((outside / "brief" / "study.lock.json").read_text("utf-8"))["seeds"] == {"toy": 5}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("balls = 17|balls = 0", "play.toml, toy.balls: should be greater than or equal to 1; found 0."),
        ("balls = 17|bals = 17", "play.toml, toy.bals: unknown key. Did you mean 'balls'?"),
        ("[toy]\nballs = 17|[toi]", "play.toml, toi: unknown key. Did you mean 'toy'?"),
        ("[toy]\nballs = 17|sections = ['toybox']", "unknown section 'toybox'. Did you mean 'toy-box'?"),
        ("[toy]\nballs = 17|sections = ['toy-box']", "'toy-box' is named, but the study has no [toy]. Add [toy]."),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_study_is_told_what_is_wrong_with_such_a_section_as_with_any(outside: Path, change: str, said: str) -> None:
    file = outside / "play.toml"
    file.write_text(TOY_STUDY.replace(*change.split("|")), "utf-8")
    done = kaldor("run", "play.toml")
    assert done.code == 2
    assert said in " ".join(done.err.split())


SERVED = """
import json
from kaldor.server.settings import Settings
from tests.server.conftest import in_process

with in_process(Settings()) as client:
    study = {"title": "Play", "country": "IND", "year": 2018, "economy": "starter", "toy": {"balls": 3}}
    kept = client.post("/api/studies", json={"study": study, "id": "play"}).json()
    described = client.get("/api/sections").json()["sections"]
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    toys = [one for one in described if one["id"] == "toy-box"]
    print(json.dumps([kept["study"], toys, "balls" in schemas["Toy"]["properties"]]))
"""


def test_the_server_describes_it_keeps_it_and_has_it_in_openapi(outside: Path) -> None:
    done = python(outside, "-c", SERVED)
    assert done.returncode == 0, done.stderr
    study, (described,), in_openapi = json.loads(done.stdout.splitlines()[-1])
    assert (study["toy"], study["sections"][5]) == ({"balls": 3, "seed": 5}, "toy-box")
    assert (described["title"], described["shown"]) == (EVERYWHERE, "where declared")
    (key,) = described["keys"]
    assert key["form"]["$defs"]["Toy"]["properties"]["balls"] == {"minimum": 1, "title": "Balls", "type": "integer"}
    assert in_openapi


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('id="toy-box"|id="accounts"', "section 'accounts': is declared twice."),
        ('table("toy"|table("stress"', "key 'stress': another section declares it."),
        ('table("toy"|table("title"', "key 'title': every study has it."),
        (
            '"fr": "Jouets", "es": "Juguetes"},\n    heading|"fr": "Jouets"},\n    heading',
            "title: is not said in every language.",
        ),
        ("sections=(SECTION,)|sections=(7,)", "7 is no section."),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_declaration_at_fault_is_refused_in_a_sentence(outside: Path, change: str, said: str) -> None:
    (outside / "toy.py").write_text(TOY.replace(*change.split("|")), "utf-8")
    done = kaldor("run", "play.toml")
    assert done.code == 2, done.err
    assert said in " ".join(done.err.split())


@pytest.mark.parametrize("id", list(sections()))
def test_every_declaration_is_whole(id: str) -> None:
    section, framework = sections()[id], load_framework()
    assert section.id == id
    assert section.heading
    assert all(set(words) == {"en", "fr", "es"} for words in (section.title, *(key.title for key in section.keys)))
    assert all(framework.priority(name) for name in section.priorities)
    assert all(framework.debate(name) for name in section.debates)
    assert all(study_model().model_fields[key.name] for key in section.keys)
    assert not {key.name for key in section.keys} & set(Study.model_fields)


def test_orders_and_keys_are_each_ones_own() -> None:
    orders = [section.order for section in sections().values()]
    assert orders == sorted(set(orders))
    assert len(keys()) == sum(len(section.keys) for section in sections().values())


def test_a_section_shown_where_declared_needs_a_key_and_an_id_is_small_letters() -> None:
    with pytest.raises(InputError) as refused:
        Section("Bad Id", EVERYWHERE, "Bad", "economy", 1, build="nowhere", shown="where declared")
    assert [problem.what for problem in refused.value.problems] == [
        "is no id.",
        "is shown where declared, but has no key.",
    ]


def test_names_of_the_table_are_found_wherever_a_key_declares_them() -> None:
    from kaldor.brief.sections.economy.prices import CostRise

    alone, inside = names("toys", "sector", EVERYWHERE), table("rise", CostRise, EVERYWHERE)
    assert list(alone.exact_names(("a", "b"))) == [("toys", "sector", "a"), ("toys", "sector", "b")]
    rise = CostRise(share=0.1, sectors=("energy",), regions=("DEU",))
    places = [("rise.sectors", "sector", "energy"), ("rise.regions", "region", "DEU")]
    assert list(inside.exact_names(rise)) == places
    assert list(inside.exact_names({"share": 0.1, "sectors": ["energy"], "regions": ["DEU"]})) == places
    assert list(inside.exact_names(None)) == []
    assert list(value("toy", int, EVERYWHERE).exact_names(3)) == []


def test_what_a_study_without_keys_says_of_a_key_is_its_default() -> None:
    study = parse_study('title = "T"\ncountry = "IND"\nyear = 2018\neconomy = "starter"\n', "t.toml")
    assert {name: study.of(key) for name, key in keys().items()} == {
        name: () if key.many else None for name, key in keys().items()
    }
