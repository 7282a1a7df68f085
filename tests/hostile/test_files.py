"""`kaldor data add` of hostile files and folders: a refusal in words, the store and the user's folders as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.atlas.plain_folders import small_economy
from tests.hostile.doors import content, faults, kaldor, told
from tests.hostile.files import DESCRIPTIONS, FILES
from tests.hostile.texts import some


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A store with a dataset, and a folder of the user's in which the command is given."""
    store, mine = tmp_path / "store", tmp_path / "mine"
    monkeypatch.setenv("KALDOR_STORE", str(store))
    assert kaldor("data", "add", str(small_economy(tmp_path / "whole")), "--as", "kept").code == 0
    (mine / "datasets").mkdir(parents=True)
    (mine / "datasets" / "thesis.txt").write_text("years of work", "utf-8")
    (mine / "link").symlink_to(tmp_path / "whole")
    monkeypatch.chdir(mine)
    return store, mine


def _wrong(makers: dict, folder: Path, store: Path, mine: Path) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    before = content(store, mine)
    for number, (name, make) in enumerate(makers.items()):
        place = folder / f"given-{number}"
        place.mkdir()
        path = make(place)
        given = content(place)
        ended = kaldor("data", "add", str(path), "--as", "given")
        found += [(name, fault) for fault in faults(ended)]
        if content(place) != given:
            found.append((name, "the given files were changed"))
        if ended.code == 0:
            assert kaldor("data", "remove", "given", "--yes").code == 0
        if content(store, mine) != before:
            found.append((name, f"the store or the user's folder was changed (exit {ended.code})"))
            before = content(store, mine)
    return found


def test_hostile_files_are_refused_and_nothing_is_changed(tmp_path, held):
    assert len(FILES) >= 60
    wrong = _wrong(FILES, tmp_path, *held)
    assert not wrong, told(wrong)


def test_hostile_descriptions_are_refused_and_nothing_is_changed(tmp_path, held):
    wrong = _wrong(some(DESCRIPTIONS, 20), tmp_path, *held)
    assert not wrong, told(wrong)


@pytest.mark.long
def test_all_hostile_descriptions_are_refused_and_nothing_is_changed(tmp_path, held):
    assert len(DESCRIPTIONS) >= 60
    wrong = _wrong(DESCRIPTIONS, tmp_path, *held)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("name", [name for name in FILES if "a pipe" in name or "zeros" in name or "to itself" in name])
def test_special_files_are_named_as_what_they_are(tmp_path, held, name):
    ended = kaldor("data", "add", str(FILES[name](tmp_path)))
    assert ended.code == 2
    assert any(what in ended.err for what in ("it is a pipe", "it is a device", "symbolic links")), ended.err
