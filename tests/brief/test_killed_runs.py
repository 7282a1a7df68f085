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


def run(study: Path, out: Path, signs: Path) -> None:
    """The command line's own function, in a process of its own; makes a file when it begins to write, and to place."""
    from kaldor.brief import replacing
    from kaldor.brief import run as runner
    from kaldor.cli import study as commands

    begin, place = runner.new_folder, replacing._put_in_place
    runner.new_folder = lambda folder: ((signs / "writing").touch(), begin(folder))[1]
    replacing._put_in_place = lambda *arguments: ((signs / "placing").touch(), place(*arguments))[1]
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
    out, signs = home / "brief", tmp_path / "signs"
    signs.mkdir()

    def started(title: str) -> BaseProcess:
        for sign in signs.iterdir():
            sign.unlink()
        process = context.Process(target=run, args=(studies[title], out, signs))
        process.start()
        return process

    def seen(sign: str) -> float:
        while not (signs / sign).exists():
            time.sleep(0.0005)
        return time.monotonic()

    def whole_run(title: str) -> dict[str, float]:
        """Seconds from its start, its writing and its placing until it is done."""
        began, process = time.monotonic(), started(title)
        times = {"start": began, "writing": seen("writing"), "placing": seen("placing")}
        process.join()
        assert process.exitcode == 0
        return {name: time.monotonic() - moment for name, moment in times.items()}

    wholes = {}
    for title in ("First", "Second", "First"):
        lasts = whole_run(title)
        wholes[title] = files_of(out)
    add_strangers(out)
    users = not_made(out)

    drawn, ended = random.Random(SEED), {"old": 0, "new": 0, "interrupted": 0}
    for kill in range(10 * KILLS):
        before = title_of(out)
        after = "Second" if before == "First" else "First"
        process = started(after)
        since = drawn.choice(("start", "writing", "placing", "placing"))  # often where the most can go wrong
        if since != "start":
            seen(since)
        time.sleep(drawn.uniform(0, lasts[since]))
        process.kill()
        process.join()
        interrupted = process.exitcode == -signal.SIGKILL
        lasts[since] *= 1.1 if interrupted else 0.7  # what else the machine does changes all the while
        ended["interrupted"] += interrupted
        found = title_of(out)
        assert files_of(out) == wholes[found], f"kill {kill}: neither the old brief nor the new one"
        assert not_made(out).items() >= users.items(), f"kill {kill}"
        ended["old" if found == before else "new"] += 1
        if kill + 1 >= KILLS and min(ended["old"], ended["new"]) >= 3 and ended["interrupted"] > KILLS // 2:
            break
    else:
        raise AssertionError(ended)
    print(ended)
    whole_run("First")
    assert files_of(out) == wholes["First"]
    assert not_made(out) == users
    assert {path.name for path in home.iterdir()} == {"brief", "outside"}


def files_of(out: Path) -> dict[str, str]:
    """The hashes of what the folder says that runs made, and of the record itself."""
    names = [RECORD, *json.loads((out / RECORD).read_text("utf-8"))["made"]]
    return {name: sha256((out / name).read_bytes()).hexdigest() for name in names}
