"""The page of signs: what it says of the starter world is what the command finds, and no reason is idle."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.opening import STARTER, open_table

MADE = run_path(str(Path(__file__).parents[3] / "docs" / "make_lever_signs.py"))
PAGE = MADE["PAGE"].read_text("utf-8")
AGAIN = "run: ./run python docs/make_lever_signs.py --store FOLDER"


@pytest.mark.long
def test_the_rows_of_the_starter_world_are_what_the_command_finds() -> None:
    found = MADE["found_in"](Economy.from_published(open_table(STARTER)), "starter")
    assert all(MADE["explained"](found).values())
    rows = MADE["rows"](found)
    assert len(rows) == 3 * len({one.case for one in found})
    missing = [row for row in rows.values() if row not in PAGE.splitlines()]
    assert not missing, AGAIN


def test_every_reason_is_needed_and_every_kind_stands() -> None:
    kinds, reasons = MADE["declared"]()
    assert "the starter world alone" not in PAGE, AGAIN
    assert not [one.because for one in reasons if one.because not in PAGE], AGAIN
    assert not [case for kind in kinds for case in kind.cases if f"### {case}\n" not in PAGE], AGAIN


def test_a_sign_without_a_reason_writes_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that no sign needs does not either, once both tables are asked."""
    found, world = MADE["Found"], MADE["World"]("default", "central", "full-employment", "by-industry", "pooled")
    strange = [found("starter", "DEU", "carbon-price", world, "co2-world", 1.0)]
    known = [found("starter", "DEU", "carbon-price", world, "co2-world", -1.0)]
    monkeypatch.setitem(MADE["write"].__globals__, "PAGE", tmp_path / "page.md")
    with pytest.raises(SystemExit, match=r"no reason: carbon-price \| co2-world \| \+"):
        MADE["write"](strange, complete=False)
    with pytest.raises(SystemExit, match="never needed: Exports grow dearer"):
        MADE["write"](known, complete=True)
    assert not (tmp_path / "page.md").exists()
    MADE["write"](known, complete=False)
    assert "| DEU starter |" in (tmp_path / "page.md").read_text("utf-8")


def test_a_cell_says_the_usual_sign_and_where_it_is_another() -> None:
    """By hand: three worlds of which one differs, in its set."""
    world, found = MADE["World"], MADE["Found"]
    usual = world("default", "central", "full-employment", "by-industry", "pooled")
    others = [world("default", "low", *held) for held in (("full-employment", "by-industry", "pooled"),)]
    others += [world("default", "long", "full-employment", "mobile", "pooled")]
    changes = dict(zip([usual, *others], (-0.318, 0.2, -0.4), strict=True))
    asked = [found("WIOD", "DEU", "tariff", one, "jobs", change) for one, change in changes.items()]
    assert MADE["cell"](asked) == "−0.32; + (low)"
    nothing = [found("WIOD", "DEU", "tariff", one, "jobs", None, "no cost data.") for one in changes]
    assert MADE["cell"](nothing) == "not modelled"
