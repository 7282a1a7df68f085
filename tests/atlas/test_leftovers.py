"""Only what a record names is cleared away, and nothing through a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.atlas.leftovers import Leftovers, remove


def test_what_is_written_down_goes_and_nothing_else(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path, ".record")
    leftovers.note("staging/a").mkdir(parents=True)
    (tmp_path / "staging/a/half").write_text("half")
    (tmp_path / "staging/mine").write_text("mine")
    assert leftovers.clear() == ()
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == ["staging", "staging/mine"]


def test_what_is_kept_stays_and_is_forgotten(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path, ".record")
    leftovers.note("v-new").mkdir()
    leftovers.note("v-old").mkdir()
    leftovers.clear(lambda name: name == "v-new")
    leftovers.clear()
    assert (tmp_path / "v-new").is_dir()
    assert not (tmp_path / "v-old").exists()


def test_a_file_of_the_users_in_a_folder_stays(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path, ".record")
    folder = leftovers.note("v-1", files=["2009/Z.npy", "regions.parquet"])
    (folder / "2009").mkdir(parents=True)
    for name in ("2009/Z.npy", "regions.parquet", "notes.txt"):
        (folder / name).write_text("x")
    assert leftovers.clear() == ("v-1",)
    assert [p.relative_to(folder).as_posix() for p in folder.rglob("*")] == ["notes.txt"]


def test_links_are_neither_followed_nor_removed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "theirs").write_text("theirs")
    (root / "link").symlink_to(outside)
    (root / "made").mkdir()
    (root / "made/inner").symlink_to(outside)
    assert not remove(root, "link")
    assert not remove(root, "link/theirs")
    assert not remove(root, "link", ["theirs"])
    assert remove(root, "made")
    assert (outside / "theirs").read_text() == "theirs"
    assert (root / "link").is_symlink()


@pytest.mark.parametrize(
    "line", ["{", '{"name": "../x", "files": null}', '{"name": "/etc", "files": null}', "7", '{"name": 7, "files": 0}']
)
def test_a_record_that_somebody_else_wrote_removes_nothing(tmp_path: Path, line: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "x").write_text("x")
    (root / ".record").write_text(line + "\n")
    assert Leftovers(root, ".record").clear() == ()
    assert (tmp_path / "x").is_file()
