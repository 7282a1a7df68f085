"""Files that an option named: replaced in one step, never through a link, and never something else than a file."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.cli import writing
from kaldor.cli.main import app
from kaldor.cli.writing import write_named
from kaldor.errors import StoreError
from tests.users_folder import looked_at


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
    monkeypatch.setattr(writing.os, "fsync", refuse)
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
    reader.join(timeout=10)
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
