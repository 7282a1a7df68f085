"""Hostile command lines: exit 0, 1 of a check, or 2 with one message; nothing is written where it was not asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.hostile.arguments import BYTES, lines
from tests.hostile.doors import content, faults, kaldor, told
from tests.hostile.texts import some
from tests.waiting import PATIENCE, until


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder of the user's, in which the commands are given, and an empty store."""
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", "utf-8")
    monkeypatch.chdir(folder)
    return folder


def _wrong(chosen, mine):
    before, found = content(mine), []
    for name, line in chosen.items():
        ended = kaldor(*line)
        found += [(name, fault) for fault in faults(ended) if not (fault == "Usage:" and ended.code == 2)]
        if "No such command" in ended.err:
            found.append((name, "the test names no command"))
        now = content(mine)
        if any(now.get(path) != what for path, what in before.items()):
            found.append((name, "something of the user's was changed"))
    return found


def test_hostile_arguments_are_refused_in_words(mine):
    assert len(lines()) >= 60
    wrong = _wrong(some(lines(), 60), mine)
    assert not wrong, told(wrong)


@pytest.mark.long
def test_all_hostile_arguments_are_refused_in_words(mine):
    wrong = _wrong(lines(), mine)
    assert not wrong, told(wrong)


def _process(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "kaldor", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


@pytest.mark.parametrize(
    "arguments", [["run", BYTES], ["data", "add", "/dev/zero"], ["twin", "run", "/dev/tty", "--on", "starter"]]
)
def test_real_processes_refuse_in_one_message(mine, arguments):
    out, err = _process(*arguments).communicate(timeout=PATIENCE)
    assert err.startswith(b"kaldor: ")
    assert b"Traceback" not in err
    assert not out


def test_a_pipe_is_not_waited_for(mine, tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    running = _process("run", str(tmp_path / "pipe.toml"))
    _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 2
    assert b"it is a pipe" in err


def test_a_name_that_the_terminal_cannot_show_is_shown_as_it_can(mine, tmp_path):
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    running = _process("twin", "levers", env=ascii_only)
    out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, err
    assert b"carbon-price" in out


def test_an_interrupted_command_ends_without_a_traceback(mine):
    running = _process("demo")
    until(lambda: running.poll() is not None or _computes(running.pid))  # before that, Python itself would say it
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=PATIENCE)
    assert running.returncode in {130, -signal.SIGINT, 0}, err  # a library may let the signal itself end it
    assert b"Traceback" not in err
    assert list(mine.rglob("*.tmp")) == []


def _computes(process: int) -> bool:
    """Whether a command has begun its work: the command line itself loads no NumPy."""
    return any("numpy" in one.path for one in psutil.Process(process).memory_maps())


def test_a_closed_pipe_is_no_message(mine):
    running = _process("framework", "cases", "--json")
    running.stdout.close()
    err = running.stderr.read()
    assert running.wait(PATIENCE) in {0, 1}
    assert err == b""
