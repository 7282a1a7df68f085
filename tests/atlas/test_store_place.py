"""Where a store may be: a folder that is none is refused and nothing in it is touched; one of version 0.1 opens."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.marker import MARKER, claim
from kaldor.atlas.store import Store
from kaldor.errors import StoreError
from tests.atlas.plain_folders import small_economy
from tests.hostile import doors
from tests.hostile.doors import Ended
from tests.users_folder import looked_at, users_folder
from tests.waiting import PATIENCE

COMMANDS = (
    ["list"],
    ["list", "--json"],
    ["info", "own"],
    ["add", "own"],
    ["get", "exiobase3_pxp", "--year", "2019"],
    ["get", "exiobase3_pxp", "--year", "2019", "--dry-run"],
    ["check"],
    ["check", "own"],
    ["codes", "own"],
    ["export", "own", "out"],
    ["convert", "own", "--as", "other", "--regions", "EU@2009"],
    ["remove", "survey", "--yes"],
    ["remove", "linked", "--yes"],
    ["report", "own"],
)


def kaldor(place: Path, store: Path | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line itself, started in `place`, with KALDOR_STORE on `store`."""
    environment = os.environ | {"KALDOR_STORE": str(store), "KALDOR_MIRROR": ""}
    command = [sys.executable, "-c", "from kaldor.cli.main import main; main()", *arguments]
    return subprocess.run(
        command, check=False, cwd=place, env=environment, capture_output=True, text=True, timeout=PATIENCE
    )


def kaldor_here(place: Path, store: Path | str, *arguments: str) -> Ended:
    """The same in this process: many commands take a start of Python each otherwise."""
    with contextlib.chdir(place), patch.dict(os.environ, {"KALDOR_STORE": str(store), "KALDOR_MIRROR": ""}):
        return doors.kaldor(*arguments)


def of_version_0_1(root: Path) -> Path:
    """A store as version 0.1 left it: datasets, locks, an index, downloads, records of jobs, a study; no marker."""
    store = Store(root / "store")
    add(small_economy(root / "own"), store, "own")
    add(small_economy(root / "two", years=(2001, 2005)), store, "two")
    (store.path / MARKER).unlink()
    for name in (
        ".server.lock",
        "catalogue-0123456789abcdef.duckdb",
        "downloads/exiobase3/.write.lock",
        "downloads/exiobase3/IOT_2019.zip",
        "jobs/0123456789abcdef.json",
        "studies/india/study.toml",
        "studies/india/brief/brief.html",
        "incoming/0123456789abcdef/sent",
        "staging/dataset/2009/Z.npy",
    ):
        (store.path / name).parent.mkdir(parents=True, exist_ok=True)
        (store.path / name).touch()
    return store.path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_ordinary_folder_is_refused_and_every_file_stays(tmp_path: Path, command: list[str]) -> None:
    proj = users_folder(tmp_path)
    small_economy(tmp_path / "own")
    before = looked_at(tmp_path)
    done = kaldor_here(tmp_path, proj, "data", *command)
    assert done.code == 2, done
    assert done.err.startswith(f"kaldor: {proj}: is an ordinary folder, not a store of Kaldor's")
    assert done.err.count("\n") == 1
    assert "Name another folder with KALDOR_STORE or --store." in done.err
    assert "Traceback" not in done.err
    assert done.out == ""
    assert looked_at(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    [
        "note.txt",
        "staging/plan.txt",
        "incoming/letter.txt",
        "jobs/cv.txt",
        "datasets/answers.csv",
        "datasets/survey/answers.csv",
        "datasets/own/notes.txt",
        "catalogue-old.duckdb",
    ],
)
def test_one_file_that_0_1_did_not_make_and_the_folder_is_not_its_store(tmp_path: Path, name: str) -> None:
    place = of_version_0_1(tmp_path)
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text("mine", encoding="utf-8")
    before = looked_at(tmp_path)
    for ask in (Store(place).datasets, Store(place).claim, lambda: Store(place).remove("own")):
        with pytest.raises(StoreError, match="ordinary folder"):
            ask()
    assert looked_at(tmp_path) == before


def test_names_of_a_store_without_anything_of_a_store_in_them_are_no_store(tmp_path: Path) -> None:
    for name in ("datasets", "staging", "incoming", "jobs", "studies"):
        (tmp_path / name).mkdir()
    with pytest.raises(StoreError, match="ordinary folder"):
        Store(tmp_path).claim()


def test_a_store_of_0_1_opens_and_is_marked_at_the_first_write(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = of_version_0_1(tmp_path)
    before = looked_at(place)
    store = Store(place)
    assert [one.id for one in store.datasets()] == ["own", "two"]
    assert store.economy("two", 2005).year == 2005
    assert looked_at(place) == before, "reading writes nothing, so that a store on a read-only disk opens"
    store.remove("two")
    assert (place / MARKER).is_file()
    assert [record.message for record in caplog.records] == [
        f"Note: {place} is a store of Kaldor 0.1; it is marked as one now ({MARKER})."
    ]
    gone = {name for name in before if name.split("/")[:2] == ["datasets", "two"]}
    assert set(looked_at(place)) == set(before) - gone | {MARKER}
    store.remove("own")
    assert len(caplog.records) == 1, "said once"


def test_the_command_line_says_once_that_a_store_of_0_1_is_marked(tmp_path: Path) -> None:
    place = of_version_0_1(tmp_path)
    first, second = (kaldor(tmp_path, place, "data", "add", "own", "--json") for _ in range(2))
    assert first.stderr == f"Note: {place} is a store of Kaldor 0.1; it is marked as one now ({MARKER}).\n"
    assert json.loads(first.stdout)["datasets"] == ["own"]
    assert second.stderr == ""


def test_a_manifest_that_does_not_parse_is_no_proof_of_a_store_of_0_1(tmp_path: Path) -> None:
    place = of_version_0_1(tmp_path)
    (place / "datasets/two/manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"dataset 'two': damaged .*: move 'datasets/two' elsewhere"):
        Store(place).datasets()
    (place / "datasets/two").rename(tmp_path / "moved away")
    assert [one.id for one in Store(place).datasets()], "the remedy works"


def test_absent_and_empty_folders_become_stores_at_the_first_write_only(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "far/away"):
        store = Store(place)
        assert store.datasets() == []
        assert not store.exists()
        assert looked_at(tmp_path).keys() <= {"empty", "far", "far/away", f"empty/{MARKER}"}
        assert not (place / MARKER).exists()
        store.claim()
        assert store.exists()
        assert json.loads((place / MARKER).read_text("utf-8"))["layout"] == 1
        store.claim()


def test_what_a_process_killed_over_the_marker_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / MARKER).touch()
    assert not Store(tmp_path).exists()
    Store(tmp_path).claim()
    assert Store(tmp_path).exists()


def test_a_folder_claimed_by_many_at_once_is_one_store(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def begin(number: int) -> None:
        try:
            add(small_economy(tmp_path / f"own{number}"), Store(tmp_path / "store"), f"own{number}")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(Store(tmp_path / "store").datasets()) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"layout": 2, "made by": "Kaldor 9"}', "written by a newer Kaldor: upgrade"),
        ("{", "is not the marker"),
        ("[" * 3000, "is not the marker"),
        ('{"layout": "one"}', "is not the marker"),
        ("\0\xff", "is not the marker"),
    ],
)
def test_a_marker_of_a_newer_layout_or_of_nobody_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / MARKER).write_text(text, encoding="latin-1")
    (tmp_path / "datasets").mkdir()
    before = looked_at(tmp_path)
    for ask in (Store(tmp_path).datasets, Store(tmp_path).claim):
        with pytest.raises(StoreError, match=said):
            ask()
    assert looked_at(tmp_path) == before


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _loop(place: Path) -> None:
    place.symlink_to(place)


ODD: dict[str, Callable[[Path], object]] = {
    "a file": lambda place: place.write_text("mine", encoding="utf-8"),
    "a pipe": _pipe,
    "a link to nothing": lambda place: place.symlink_to("nowhere"),
    "a link to itself": _loop,
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_folder_is_refused_in_one_sentence(tmp_path: Path, odd: str) -> None:
    ODD[odd](tmp_path / "store")
    small_economy(tmp_path / "own")
    for command in (["list"], ["add", "own"]):
        done = kaldor_here(tmp_path, tmp_path / "store", "data", *command)
        assert done.code == 2, done
        assert done.err.startswith(f"kaldor: {tmp_path / 'store'}")
        assert done.err.count("\n") == 1
    if odd == "a file":
        assert (tmp_path / "store").read_text("utf-8") == "mine"


def test_a_marker_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text('{"layout": 1}', encoding="utf-8")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / MARKER).symlink_to(tmp_path / "mine.json")
    with pytest.raises(StoreError, match="is not the marker"):
        claim(tmp_path / "store")
    (tmp_path / "store" / MARKER).unlink()
    os.mkfifo(tmp_path / "store" / MARKER)
    with pytest.raises(StoreError, match="is not the marker"):
        claim(tmp_path / "store")


def test_a_link_to_a_store_is_that_store(tmp_path: Path) -> None:
    add(small_economy(tmp_path / "own"), Store(tmp_path / "store"), "own")
    (tmp_path / "link").symlink_to(tmp_path / "store")
    linked = Store(tmp_path / "link")
    assert [one.id for one in linked.datasets()] == ["own"]
    add(small_economy(tmp_path / "own"), linked, "two")
    assert Store(tmp_path / "store").remove("own") == ()
    assert [one.id for one in linked.datasets()] == ["two"]


def test_a_home_that_nobody_has_and_an_empty_name_are_said(tmp_path: Path) -> None:
    done = kaldor(tmp_path, "~nobody-at-all/store", "data", "list")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Write the folder's whole path" in done.stderr
    done = kaldor(tmp_path, tmp_path / "store", "serve", "--store", "")
    assert (done.returncode, done.stderr) == (2, "kaldor: --store: names no folder. Name one, or leave --store out.\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is refused to this user")
def test_a_folder_without_the_right_to_write_is_said(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o500)
    small_economy(tmp_path / "own")
    done = kaldor(tmp_path, tmp_path / "store", "data", "add", "own")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_lock_or_record_of_the_users_is_neither_emptied_nor_removed(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own"), store, "own")
    for name in (".write.lock", ".leftovers"):
        kept = store.path / name
        held = kept.read_bytes() if kept.exists() else None
        kept.write_text("mine", encoding="utf-8")
        with pytest.raises(StoreError, match="Move it to another place"):
            store.remove("own")
        assert kept.read_text("utf-8") == "mine"
        kept.unlink()
        kept.symlink_to(tmp_path / "own" / "regions.csv")
        before = looked_at(tmp_path / "own")
        with pytest.raises(StoreError, match="Move it to another place"):
            store.remove("own")
        assert looked_at(tmp_path / "own") == before
        kept.unlink()
        if held is not None:
            kept.write_bytes(held)
    assert [one.id for one in store.datasets()] == ["own"]
    shutil.rmtree(store.path)
