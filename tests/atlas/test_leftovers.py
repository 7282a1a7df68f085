"""Only what a record names is cleared away, and nothing through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kaldor.atlas.leftovers import Leftovers, remove
from kaldor.errors import StoreError


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


def test_a_record_of_the_users_is_neither_written_to_nor_removed(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    for text in ("my notes", "my notes\n", '{"name": "x", "files": null}\nmy notes\n', '{"mine": 1}'):
        mine.write_text(text, encoding="utf-8")
        (tmp_path / "x").write_text("x", encoding="utf-8")
        leftovers = Leftovers(tmp_path, "mine.txt")
        with pytest.raises(StoreError, match="Move it to another place"):
            leftovers.note("x")
        assert leftovers.clear() == leftovers.names() == ()
        assert mine.read_text("utf-8") == text
        assert (tmp_path / "x").is_file()


def test_a_record_that_is_a_link_a_pipe_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "pipe", "folder"):
        leftovers = Leftovers(tmp_path, name)
        with pytest.raises(StoreError, match=f"{name}: is not the record"):
            leftovers.note("x")
        assert leftovers.clear() == ()
    assert (tmp_path / "outside").read_text("utf-8") == ""


def test_half_a_line_of_a_killed_process_is_written_over(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path, ".record")
    leftovers.note("a").touch()
    with (tmp_path / ".record").open("a", encoding="utf-8") as record:
        record.write('{"name": "b", "fi')
    leftovers.note("c").touch()
    (tmp_path / "b").touch()
    assert leftovers.names() == ("a", "c")
    assert leftovers.clear() == ()
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_what_could_not_go_stays_noted_and_goes_the_next_time(tmp_path: Path) -> None:
    """A folder where a file was noted: it cannot be unlinked, and nothing about it is the record's to forget."""
    leftovers = Leftovers(tmp_path, ".record")
    leftovers.note("v-1", files=["Z.npy"])
    leftovers.note("gone").touch()
    (tmp_path / "v-1/Z.npy").mkdir(parents=True)
    assert leftovers.clear() == ("v-1",)
    assert leftovers.names() == ("v-1",)
    (tmp_path / "v-1/Z.npy").rmdir()
    (tmp_path / "v-1/Z.npy").touch()
    assert leftovers.clear() == ()
    assert list(tmp_path.iterdir()) == []


def test_empty_folders_of_the_users_stay(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path, ".record")
    folder = leftovers.note("v-1", files=["2009/Z.npy"])
    (folder / "2009").mkdir(parents=True)
    (folder / "2009/Z.npy").touch()
    (folder / "mine").mkdir()
    assert leftovers.clear() == ("v-1",)
    assert leftovers.names() == (), "what is left is the user's: nothing to try again"
    assert [path.name for path in folder.iterdir()] == ["mine"]
