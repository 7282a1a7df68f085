"""The folder of a sweep: nothing of the user's is touched, and what was acknowledged outlives a kill."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
import time
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from kaldor.atlas.leftovers import Leftovers
from kaldor.cli.main import app
from kaldor.digits import unless_noise
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.futures.ranges import lever_ranges, packaged_growth_ranges
from kaldor.twin.futures.sampling import Design, plan
from kaldor.twin.futures.sweep import SweepResult, sweep
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.users_folder import looked_at, users_folder

RUNS, PART = 48, 2
SEED, KILLS = 20261130, 50
OWN_LEVER = """
[[levers]]
id = "cleaner-metals"
title = "Cleaner metals"
summary = "Makers of metals emit less for each unit they deliver."
challenge = "sustainability"
priority = "sustainability.public.risk-sharing"
honesty = "simulated"
function = "clean_supply"
parameter = { name = "cut in CO2 per unit delivered", unit = "%", low = 0, high = 95, default = 90 }
sectors = ["metals"]
years_to_effect = [5, 20]
limits = "What replaces coal is not bought."
evidence = []
cost = { bearer = "not modelled", basis = "In the full lever." }
"""
STUDIES = Path(__file__).parents[2] / "studies"


@cache
def asked() -> tuple[Twin, Design]:
    twin = Twin(Economy.from_published(starter_world()))
    price = LeverSetting(lever="carbon-price", strength=80, regions=("DEU",))
    planned = Scenario(view="fixed prices", id="price", levers=(price,))
    ranges = (*lever_ranges(twin, planned), *packaged_growth_ranges(twin.economy))
    return twin, plan(twin, planned, ranges, runs=RUNS, seed=7, region="DEU", years=10)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished sweep's folder, to be copied."""
    folder = tmp_path_factory.mktemp("swept") / "parts"
    sweep(*asked(), where=folder, part=16)
    return folder


def kaldor(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["twin", *arguments, "--on", "starter"], env=environment)


@pytest.mark.parametrize("through", ["itself", "link"])
def test_a_folder_of_the_users_stays_as_where_and_as_store(tmp_path: Path, through: str) -> None:
    proj = users_folder(tmp_path)
    if through == "link":
        (tmp_path / "link").symlink_to(proj)
        proj = tmp_path / "link"
    before = looked_at(tmp_path)
    scenario = str(STUDIES / "scenarios" / "india-power.toml")
    refused = kaldor("sweep", scenario, "--runs", "2", "--where", str(proj), KALDOR_STORE=str(proj))
    assert isinstance(refused.exception, InputError)
    assert "nothing was changed" in str(refused.exception)
    assert looked_at(tmp_path) == before
    done = kaldor("sweep", scenario, "--runs", "2", KALDOR_STORE=str(proj))
    assert done.exit_code == 0, done.output
    assert looked_at(tmp_path) == before


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "another program\'s"}'])
def test_a_note_of_somebody_else_makes_no_sweep(tmp_path: Path, text: str) -> None:
    (tmp_path / "sweep.json").write_text(text)
    before = looked_at(tmp_path)
    with pytest.raises(InputError, match="holds something else than a sweep"):
        sweep(*asked(), where=tmp_path)
    assert looked_at(tmp_path) == before


def test_a_file_of_the_users_among_the_parts_stays(swept: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(swept, tmp_path / "parts")
    (folder / "notes.txt").write_text("mine")
    sweep(*asked(), where=folder, part=16)
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_is_no_part_is_refused_by_name_and_stays(swept: Path, tmp_path: Path, kind: str) -> None:
    folder = shutil.copytree(swept, tmp_path / "parts")
    part = folder / "part-000001.npz"
    elsewhere = part.rename(tmp_path / "elsewhere.npz")
    if kind == "file":
        part.write_bytes(b"mine")
    elif kind == "link":
        part.symlink_to(elsewhere)
    else:
        part.mkdir()
    before = looked_at(tmp_path)
    with pytest.raises(InputError, match=r"part-000001\.npz: is no whole part of this sweep"):
        sweep(*asked(), where=folder, part=16)
    assert looked_at(tmp_path) == before


def test_a_sweep_killed_before_its_note_stood_can_be_begun_again(tmp_path: Path) -> None:
    (tmp_path / ".write.lock").touch()
    unfinished = Leftovers(tmp_path, ".leftovers").note(".unfinished-0123456789abcdef")
    unfinished.mkdir()
    (unfinished / "sweep.json").write_text('{"swe')
    sweep(*asked(), where=tmp_path, part=16)
    left = {path.name for path in tmp_path.iterdir()}
    assert left >= {"sweep.json", "part-000000.npz"}
    assert {name for name in left if name.startswith(".")} == {".write.lock"}


def test_a_record_of_somebody_else_makes_no_sweep(tmp_path: Path) -> None:
    (tmp_path / ".leftovers").write_text("mine")
    before = looked_at(tmp_path)
    with pytest.raises(InputError, match="holds something else than a sweep"):
        sweep(*asked(), where=tmp_path)
    assert looked_at(tmp_path) == before


def test_other_lever_files_than_the_sweep_was_begun_with_are_refused(tmp_path: Path) -> None:
    levers = tmp_path / "own.toml"
    levers.write_text(OWN_LEVER, encoding="utf-8")
    scenario = tmp_path / "scenario.toml"
    asked_for = '{ lever = "cleaner-metals", strength = 50, regions = ["IND"] }'
    scenario.write_text(f'id = "cleaner"\ntitle = "Cleaner metals"\nlevers = [{asked_for}]\n', encoding="utf-8")
    line = ("sweep", str(scenario), "--runs", "4", "--levers", str(levers), "--where", str(tmp_path / "parts"))
    begun = kaldor(*line)
    assert begun.exit_code == 0, begun.output
    assert kaldor(*line).stdout == begun.stdout
    before = looked_at(tmp_path / "parts")
    levers.write_text(OWN_LEVER.replace("high = 95", "high = 92"), encoding="utf-8")
    refused = kaldor(*line)
    assert isinstance(refused.exception, InputError)
    assert "holds another sweep: design, table, levers" in str(refused.exception)
    assert looked_at(tmp_path / "parts") == before


def swept_in_a_process(where: Path, told: Connection) -> None:
    """Sweep on in a folder; tells how many futures are done, each time that a part is."""
    sweep(*asked(), where=where, part=PART, progress=lambda done, _of: told.send(done))


@pytest.mark.long
def test_killed_at_random_moments_a_sweep_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kaldor.twin.futures.sweep", "kaldor.economy.starter", "SALib.sample.sobol"])
    whole = sweep(*asked(), where=None, part=PART)
    drawn, finished, interrupted = random.Random(SEED), 0, 0
    where = tmp_path / "sweep-0"

    def end(where: Path) -> None:
        """Finish a sweep without a kill: the numbers are those of one that was never interrupted."""
        result: SweepResult = sweep(*asked(), where=where, part=PART)
        np.testing.assert_array_equal(result.before_values, whole.before_values, strict=True)
        np.testing.assert_array_equal(result.after_values, whole.after_values, strict=True)
        names = {path.name for path in where.iterdir()}
        assert names == {".write.lock", "sweep.json", *(f"part-{number:06d}.npz" for number in range(RUNS // PART))}

    for kill in range(10 * KILLS):
        hears, tells = context.Pipe(duplex=False)
        process = context.Process(target=swept_in_a_process, args=(where, tells))
        process.start()
        tells.close()
        heard = [hears.recv() for _ in range(drawn.randrange(6))]  # none: it dies while it begins
        time.sleep(drawn.uniform(0, 0.05))
        process.kill()
        process.join()
        interrupted += process.exitcode == -signal.SIGKILL
        acknowledged = last_told(hears, heard[-1] if heard else 0)
        parts = sorted(where.glob("part-*.npz")) if where.exists() else []
        assert len(parts) * PART >= acknowledged, f"kill {kill}"
        for part in parts:
            with np.load(part) as held:
                number = int(part.stem.removeprefix("part-"))
                rows = slice(number * PART, (number + 1) * PART)
                told = unless_noise(held["before"], held["after"])  # as a sweep tells what its parts hold
                moved = ~np.isnan(whole.after_values).all(axis=0)  # what no lever has the data to move is not told
                assert moved.sum() > 5
                np.testing.assert_array_equal(told[:, moved], whole.after_values[rows][:, moved], strict=True)
        if acknowledged > RUNS // 2:
            end(where)
            finished += 1
            where = tmp_path / f"sweep-{finished}"
        if kill + 1 >= KILLS and interrupted > KILLS // 2 and finished:
            break
    else:
        raise AssertionError(f"{interrupted} of {10 * KILLS} died, {finished} sweeps were finished")
    end(where)
    print({"interrupted": interrupted, "sweeps": finished + 1})


def last_told(hears: Connection, told: int) -> int:
    """The last number in a pipe whose writer is gone."""
    try:
        while True:
            told = hears.recv()
    except EOFError:
        return told
    finally:
        hears.close()


@pytest.mark.parametrize("origin", ["another part", "another sweep"])
def test_a_part_under_another_parts_name_is_refused_and_stays(swept: Path, tmp_path: Path, origin: str) -> None:
    folder = Path(shutil.copytree(swept, tmp_path / "parts"))
    first = folder / "part-000000.npz"
    if origin == "another part":
        shutil.copyfile(folder / "part-000001.npz", first)
    else:
        twin, design = asked()
        sweep(twin, plan(twin, design.scenario, design.ranges, runs=RUNS, seed=8, region="DEU", years=10),
              where=tmp_path / "other", part=16)  # fmt: skip
        shutil.copyfile(tmp_path / "other" / first.name, first)
    before = first.read_bytes()
    with pytest.raises(InputError, match=r"part-000000\.npz: is no whole part of this sweep, or another part of it"):
        sweep(*asked(), where=folder, part=16)
    assert first.read_bytes() == before
