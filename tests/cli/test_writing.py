"""Files that an option named: replaced in one step, never through a link, and never something else than a file."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.atlas import atomic
from kaldor.cli.main import app
from kaldor.cli.writing import write_named
from kaldor.errors import StoreError
from tests.users_folder import looked_at
from tests.waiting import PATIENCE


def test_a_file_is_replaced_with_its_rights_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("older")
    file.chmod(0o640)
    write_named(file, "newer", "--csv")
    assert file.read_text() == "newer"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_where_the_disk_refuses_the_older_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "table.csv").write_text("older")
    before = looked_at(tmp_path)
    monkeypatch.setattr(atomic.os, "fsync", refuse)
    with pytest.raises(
        StoreError, match=r"cannot be written \(No space left on device\)\. Choose another file with --csv"
    ):
        write_named(tmp_path / "table.csv", "newer", "--csv")
    assert looked_at(tmp_path) == before


@pytest.mark.parametrize("leads_to", ["a file", "nothing"])
def test_a_link_is_refused_and_what_it_leads_to_stays(tmp_path: Path, leads_to: str) -> None:
    target = tmp_path / "target.csv"
    if leads_to == "a file":
        target.write_text("mine")
    (tmp_path / "link.csv").symlink_to(target)
    before = looked_at(tmp_path)
    with pytest.raises(StoreError, match=r"is a link\. Name the file that it leads to with --csv"):
        write_named(tmp_path / "link.csv", "newer", "--csv")
    assert looked_at(tmp_path) == before


WRITER = """
import sys, time
from pathlib import Path
from kaldor.cli.writing import write_named
until, letter, many = time.time() + 2, sys.argv[2], int(sys.argv[3])
while time.time() < until:
    write_named(Path(sys.argv[1]), letter * many, "--out")
"""


def test_two_that_write_one_file_at_once_never_mix_it(tmp_path: Path) -> None:
    file, whole = tmp_path / "table.csv", {"a" * 300_000, "b" * 50_000}
    file.write_text("a" * 300_000)
    commands = [
        [sys.executable, "-c", WRITER, str(file), letter, many] for letter, many in (("a", "300000"), ("b", "50000"))
    ]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for command in commands]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(file.read_text())
    assert [(writer.returncode, writer.stderr.read()) for writer in writers if writer.stderr] == [(0, "")] * 2
    assert seen <= whole
    assert file.read_text() in whole
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_a_file_under_a_name_that_kaldor_once_wrote_to_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    (tmp_path / ".table.csv.kaldor-new").hardlink_to(tmp_path / "mine.csv")
    write_named(tmp_path / "table.csv", "newer", "--csv")
    assert (tmp_path / "mine.csv").read_text() == (tmp_path / ".table.csv.kaldor-new").read_text() == "mine"


def test_only_what_a_killed_process_left_long_ago_is_cleared(tmp_path: Path) -> None:
    def left(name: str, file: str, days: float, mode: int = 0o700) -> Path:
        folder = tmp_path / f".kaldor-new-{name}"
        folder.mkdir(mode)
        (folder / file).write_text("half")
        os.utime(folder, (time.time() - days * 86_400,) * 2)
        return folder

    old = left("aaaaaaaa", "table.csv", 2)
    stay = [
        left("bbbbbbbb", "table.csv", 0),
        left("cccccccc", "notes.txt", 2),
        left("dddddddd", "table.csv", 2, 0o755),
        left("mine", "table.csv", 2),
    ]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(0o700)
    (elsewhere / "table.csv").write_text("mine")
    (tmp_path / ".kaldor-new-eeeeeeee").symlink_to(elsewhere)
    write_named(tmp_path / "table.csv", "newer", "--csv")
    assert not old.exists()
    assert all(len(list(folder.iterdir())) == 1 for folder in [*stay, elsewhere])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(StoreError, match="--csv"):
        write_named(tmp_path / "table.csv", "newer", "--csv")
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_a_pipe_gets_the_text_as_it_comes(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_named(pipe, "newer", "--csv")
    reader.join(timeout=PATIENCE)
    assert read == ["newer"]
    assert pipe.is_fifo()


def test_a_csv_file_through_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    (tmp_path / "link.csv").symlink_to(tmp_path / "mine.csv")
    line = ["economy", "footprint", "--on", "starter", "--extension", "co2", "--out", str(tmp_path / "link.csv")]
    refused = CliRunner().invoke(app, line)
    assert isinstance(refused.exception, StoreError)
    assert "is a link" in str(refused.exception)
    assert (tmp_path / "mine.csv").read_text() == "mine"
