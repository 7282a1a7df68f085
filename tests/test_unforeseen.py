"""The last net: what nobody foresaw is one message at every door, and nobody reads a traceback unasked."""

from __future__ import annotations

import errno
import multiprocessing
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from kaldor.atlas import writing
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import DEBUG
from kaldor.errors import StoreError
from kaldor.server import work
from kaldor.server.settings import Settings
from kaldor.unforeseen import caught, refusal
from tests.hostile.doors import kaldor
from tests.server.conftest import in_process
from tests.twin.idle_region import write_idle_region

FORESEEN = {
    OSError(
        errno.ENOSPC, "No space left on device", "/home/someone/store/Z.npy"
    ): "Z.npy: the system refuses (No space",
    MemoryError("Unable to allocate 64 GiB"): "memory: this needs more than there is",
    RecursionError("maximum recursion depth exceeded"): "input: is nested too deeply",
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"): "text: holds half of a character",
}


@pytest.mark.parametrize("error", FORESEEN, ids=lambda error: type(error).__name__)
def test_what_the_system_refuses_is_the_users_to_mend(error):
    found = caught(error)
    assert not found.fault
    assert str(found.problem).startswith(FORESEEN[error])
    assert "/home" not in str(found.problem)


def test_a_fault_of_kaldors_is_named_by_kind_and_place_only():
    found = caught(ValueError("Object arrays cannot be loaded when allow_pickle=False"))
    assert found.fault
    assert "ValueError" in found.problem.what
    assert "allow_pickle" not in str(found.problem)


def _raising(error):
    def run(*_arguments, **_named):
        raise error

    return run


@pytest.mark.parametrize("error", FORESEEN, ids=lambda error: type(error).__name__)
def test_a_command_says_it_and_ends_with_2(monkeypatch, error):
    monkeypatch.setattr("kaldor.framework.load_framework", _raising(error))
    ended = kaldor("framework", "cases")
    assert (ended.code, ended.err) == (2, f"kaldor: {caught(error).problem}\n")


def test_a_command_at_fault_asks_for_a_report_and_shows_where_only_when_asked(monkeypatch):
    monkeypatch.delenv(DEBUG, raising=False)
    monkeypatch.setattr("kaldor.framework.load_framework", _raising(ZeroDivisionError("secret")))
    ended = kaldor("framework", "cases")
    assert ended.code == 70
    assert "ZeroDivisionError in kaldor.cli.framework" in ended.err
    assert "Please report this" in ended.err
    assert "KALDOR_DEBUG=1 shows where" in ended.err
    assert "Traceback" not in ended.err
    assert "secret" not in ended.err
    monkeypatch.setenv(DEBUG, "1")
    assert "ZeroDivisionError: secret" in kaldor("framework", "cases").err


STATUSES = {"OSError": 503, "MemoryError": 503, "RecursionError": 400, "UnicodeEncodeError": 400}


@pytest.mark.parametrize("error", [*FORESEEN, ZeroDivisionError("secret")], ids=lambda error: type(error).__name__)
def test_a_route_that_breaks_is_a_refusal_and_the_server_goes_on(tmp_path, monkeypatch, error):
    monkeypatch.setattr("kaldor.server.routes_about.load_framework", _raising(error))
    with in_process(Settings(store=tmp_path / "store")) as client:
        answer = client.get("/api/framework")
        assert answer.status_code == STATUSES.get(type(error).__name__, 503)
        assert set(answer.json()) == {"message", "problems"}
        assert "secret" not in answer.text
        assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize("error", [*FORESEEN, ZeroDivisionError("secret")], ids=lambda error: type(error).__name__)
def test_a_job_that_breaks_fails_with_a_problem(tmp_path, monkeypatch, error):
    monkeypatch.setattr(work, "WORK", {"study": _raising(error)})
    monkeypatch.setattr(work, "_limit_memory", lambda _: None)
    monkeypatch.setattr(work, "end_with_server", lambda *_: None, raising=False)
    monkeypatch.setattr(work.signal, "signal", lambda *_: None)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    work.main(theirs, "study", {"store": str(tmp_path)}, 10**9)
    kind, problems = ours.recv()
    assert kind == "failed"
    assert set(problems[0]) == {"where", "what", "remedy"}
    assert "secret" not in str(problems)
    assert "/home" not in str(problems)


def test_a_refusal_names_files_without_the_servers_folders(tmp_path):
    from kaldor.server.refusals import ProblemAnswer, Refusal, without_folders

    store = tmp_path / "a store"
    said = f"{store}/datasets/own/manifest.json: damaged; see {store}/jobs and /api/openapi.json"
    told = without_folders(Refusal(message=said, problems=[ProblemAnswer(where=f"{store}", what=said)]), store)
    assert told.message == "manifest.json: damaged; see jobs and /api/openapi.json"
    assert told.problems[0].where == "the store"


def _full_disk(write):
    with Path("/dev/full").open("wb", buffering=0) as full:
        try:
            write(full)
        except OSError as error:
            return error
    raise AssertionError("a full disk took it")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("library", ["numpy", "arrow", "python"])
def test_a_full_disk_is_one_sentence_whoever_writes(tmp_path, monkeypatch, library):
    def arrow(full):
        with pyarrow.PythonFile(full) as sink:
            parquet.write_table(pyarrow.table({"a": np.arange(100_000)}), sink)

    ways = {"numpy": lambda full: np.zeros(100_000).tofile(full), "arrow": arrow, "python": lambda f: f.write(b"a")}
    error = _full_disk(ways[library])
    assert refusal(error) == ("No space left on device", "Free some space and try again.")

    monkeypatch.setattr(writing, "write_dataset", _raising(error))
    folder = write_idle_region(tmp_path / "table")
    with pytest.raises(StoreError) as said:
        add(folder, Store(tmp_path / "store"), as_id="idle")
    assert str(said.value).endswith(
        "store: writing failed (No space left on device). Nothing was changed. Free some space and try again."
    )
