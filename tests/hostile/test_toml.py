"""Every command that reads TOML of a user's, given sixty hostile files in place of a whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.economy.starter.factsheet import parse_fact_sheet
from kaldor.errors import KaldorError
from tests.hostile.doors import content, faults, in_time, kaldor, told
from tests.hostile.texts import some
from tests.hostile.tomls import DOORS, Door, fact_sheets


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's, in which the commands are given, and an empty store."""
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    folder = tmp_path / "mine"
    (folder / "briefs").mkdir(parents=True)
    (folder / "briefs" / "thesis.txt").write_text("years of work", "utf-8")
    monkeypatch.chdir(folder)
    return folder


def _wrong(door: Door, makers: dict, folder: Path, mine: Path) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    before = content(mine)
    for number, (name, make) in enumerate(makers.items()):
        place = folder / f"given-{number}"
        place.mkdir()
        door.beside(place)
        make(place / "given.toml")
        given = content(place)
        ended = kaldor(*door.command(place, "given.toml", folder / "out"))
        found += [(name, fault) for fault in faults(ended)]
        if content(place) != given or content(mine) != before:
            found.append((name, f"something of the user's was changed (exit {ended.code})"))
            before = content(mine)
    return found


@pytest.mark.parametrize("name", DOORS)
def test_hostile_declarations_are_refused_in_words(tmp_path, mine, name):
    door = DOORS[name]
    assert len(door.hostile()) >= 60
    wrong = _wrong(door, some(door.hostile(), 12), tmp_path, mine)
    assert not wrong, told(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", DOORS)
def test_all_hostile_declarations_are_refused_in_words(tmp_path, mine, name):
    wrong = _wrong(DOORS[name], DOORS[name].hostile(), tmp_path, mine)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("name", DOORS)
def test_the_whole_file_passes(tmp_path, mine, name):
    door = DOORS[name]
    door.beside(tmp_path)
    (tmp_path / "given.toml").write_text(door.whole, "utf-8")
    ended = kaldor(*door.command(tmp_path, "given.toml", tmp_path / "out"))
    assert ended.code == 0, ended.err


MAY_PASS = {
    "name is an empty text", "name is a blank", "name is a long text", "name is a path upwards", "name is markup",
    "name is an absolute path", "name is a line feed", "name is an escape", "name is right to left",
    "name is a zero character",
}  # fmt: skip
"""A name may be any text; whoever shows it escapes it."""


def test_hostile_fact_sheets_are_refused_in_words():
    for name, text in fact_sheets().items():
        assert "own.toml" in _said_of(text) or name in MAY_PASS, name


def _said_of(text: str) -> str:
    with in_time(20):
        try:
            parse_fact_sheet(text, "own.toml")
        except KaldorError as error:
            return str(error)
    return ""
