"""`kaldor run` killed (-9) at 50 random moments: its folder holds the old brief or the new, and all of the user's."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import time
from hashlib import sha256
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from kaldor.brief.made import RECORD
from tests.brief.test_out_folder import add_strangers, not_made, small_study, title_of

SEED, KILLS = 20261130, 50


def run(study: Path, out: Path, writing: Path) -> None:
    """The command line's own function, in a process of its own; makes a file `writing` when it begins to write."""
    from kaldor.brief import run as runner
    from kaldor.cli import study as commands

    begin = runner.new_folder
    runner.new_folder = lambda folder: (writing.touch(), begin(folder))[1]
    commands.run(study, out, "html,json")


@pytest.mark.long
def test_killed_at_random_moments_a_run_leaves_the_old_brief_or_the_new_one(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kaldor.cli.study", "kaldor.brief.run", "kaldor.brief.html", "pyarrow.parquet"])
    studies = {}
    for title in ("First", "Second"):
        (tmp_path / title).mkdir()
        studies[title] = small_study(tmp_path / title, title)
    home = tmp_path / "home"
    home.mkdir()
    out, writing = home / "brief", tmp_path / "writing"

    def started(title: str) -> BaseProcess:
        writing.unlink(missing_ok=True)
        process = context.Process(target=run, args=(studies[title], out, writing))
        process.start()
        return process

    def whole_run(title: str) -> tuple[float, float]:
        """Seconds until it writes, and until it is done."""
        began, process = time.monotonic(), started(title)
        while not writing.exists():
            time.sleep(0.001)
        wrote = time.monotonic() - began
        process.join()
        assert process.exitcode == 0
        return wrote, time.monotonic() - began

    wholes = {}
    for title in ("First", "Second", "First"):
        until_writing, until_done = whole_run(title)
        wholes[title] = files_of(out)
    add_strangers(out)
    users = not_made(out)

    drawn, ended = random.Random(SEED), {"old": 0, "new": 0, "interrupted": 0}
    for kill in range(KILLS):
        before = title_of(out)
        after = "Second" if before == "First" else "First"
        process = started(after)
        if kill % 4:  # most of them while it writes
            while not writing.exists():
                time.sleep(0.0005)
            time.sleep(drawn.uniform(0, until_done - until_writing))
        else:
            time.sleep(drawn.uniform(0, until_done))
        process.kill()
        process.join()
        ended["interrupted"] += process.exitcode == -signal.SIGKILL
        found = title_of(out)
        assert files_of(out) == wholes[found], f"kill {kill}: neither the old brief nor the new one"
        assert not_made(out).items() >= users.items(), f"kill {kill}"
        ended["old" if found == before else "new"] += 1
    print(ended)
    assert min(ended.values()) >= 3
    whole_run("First")
    assert files_of(out) == wholes["First"]
    assert not_made(out) == users
    assert {path.name for path in home.iterdir()} == {"brief", "outside"}


def files_of(out: Path) -> dict[str, str]:
    """The hashes of what the folder says that runs made, and of the record itself."""
    names = [RECORD, *json.loads((out / RECORD).read_text("utf-8"))["made"]]
    return {name: sha256((out / name).read_bytes()).hexdigest() for name in names}
