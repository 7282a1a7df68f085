"""What would not fit into memory is refused before work starts, in one sentence that says how much it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.atlas import memory
from tests.hostile.doors import kaldor

STUDIES = Path(__file__).parents[1] / "studies"
SCENARIO = 'id = "a"\n[[levers]]\nlever = "material-efficiency"\nstrength = 20\nregions = ["IND"]\n'
ON = "--on=starter"
ASKED = {
    "shock": (["twin", "shock", str(STUDIES / "shocks" / "port-closed.toml"), ON], "Take fewer steps or draws"),
    "sweep": (["twin", "sweep", "scenario.toml", ON, "--runs=100000"], "Run fewer futures."),
    "bands": (
        ["economy", "bands", ON, "--extension=co2", "--region=IND", "--draws=2000"],
        "Draw fewer, or aggregate the table.",
    ),
}


@pytest.fixture
def full(tmp_path, monkeypatch):
    """A machine on which a megabyte is free, as its system would say it."""
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 8000000 kB\nMemAvailable: 1000 kB\n", "ascii")
    monkeypatch.setattr(memory, "_SYSTEM", told)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenario.toml").write_text(SCENARIO, "utf-8")
    assert memory.free_bytes() == 1_024_000


@pytest.mark.parametrize("name", ASKED)
def test_what_does_not_fit_is_refused_before_it_starts(full, name):
    command, remedy = ASKED[name]
    ended = kaldor(*command)
    assert ended.code == 2, ended
    (said,) = ended.err.strip().splitlines()
    assert "bytes of memory; 1,024,000 are free." in said
    assert remedy in said
    needed = int(said.partition(" takes ")[2].partition(" bytes")[0].replace(",", ""))
    assert needed > 1_024_000


def test_more_steps_and_more_draws_take_more(full):
    def needed(*more: str) -> int:
        said = kaldor(*ASKED["shock"][0], *more).err
        return int(said.partition(" takes ")[2].partition(" bytes")[0].replace(",", ""))

    assert needed("--steps=36600") > needed("--steps=3660") > needed("--steps=366")
    assert needed("--bands=1000") > needed("--bands=100")
