"""What is typed of goods holds in every run of a band, is said with the result, and takes the usual's place only."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kaldor.atlas.classifications import classification
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.twin.shocks.assumptions import OfGoods, typed
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.events import Ban, Shock
from kaldor.twin.shocks.inputs import Energy, Goods, Inputs
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.replacing import replacing
from kaldor.twin.shocks.run import ShockResult, run_shock
from kaldor.twin.shocks.said import typed_in_words
from tests.economy.random_tables import random_economy
from tests.twin.own_facts import whole

WEEKS, RUNS = 52, 24
ENDS: dict[str, tuple[Any, Any]] = {
    "specificity": (0.0, 1.0),
    "important_share": (0.0, 1.0),
    "overlap": (0.0, 1.0),
    "saving": (0.0, 0.5),
    "lasting_share": (0.0, 1.0),
    "fading_days": (30.0, None),
}


@cache
def economy() -> Economy:
    return random_economy(3, 3, 4, idle=1)


@cache
def facts() -> Inputs:
    sectors = economy().sectors
    return whole(
        sectors,
        {one: Goods(differentiated=0.6, reference=0.3) for one in sectors},
        critical={"s00": (1, 0.5, 0, 1), "s01": (0, 0.5, 1, 0), "s02": (0, 1, 0.5, 0)},
        important={"s01": (1, 0.5, 0, 1), "s02": (1, 0, 0.5, 0), "s03": (0.5, 0.5, 1, 1)},
        energy=Energy(saved=("s00", "s01")),
    )


@cache
def ran(name: str = "", end: int = 0) -> ShockResult:
    """Half a year without most of what one region sells; `name` of the assumptions at one of its ends."""
    region, *others = economy().regions
    ban = Ban(
        kind="ban", origins=(region,), destinations=tuple(others), products=economy().sectors, share=0.9, days=180
    )
    said = {name: ENDS[name][end]} if name else {}
    return run_shock(
        economy(), Shock(id="ban", events=(ban,)), Parameters(dt=7, inputs=facts(), **said), steps=WEEKS, bands=RUNS
    )


def lost(result: ShockResult) -> Any:
    return result.summary().loc["lost_value_added"]


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("end", [0, 1])
def test_what_is_typed_moves_the_band_and_not_the_central_run_alone(name: str, end: int) -> None:
    usual, found = lost(ran()), lost(ran(name, end))
    assert found["min"] <= found["central"] <= found["max"]
    for one in ("p5", "median", "p95"):
        assert found[one] != pytest.approx(usual[one], rel=1e-3), (name, one)
    other = lost(ran(name, 1 - end))
    assert (found["median"] < other["median"]) == (found["central"] < other["central"])


@pytest.mark.parametrize("name", [name for name in ENDS if name != "specificity"])
def test_what_is_typed_is_not_drawn_the_usual_value_neither(name: str) -> None:
    usual = OfGoods.model_fields[name].default
    free = {values[name] for values, _ in draw(economy(), Parameters(), 5, seed=1)}
    held = {values[name] for values, _ in draw(economy(), Parameters(**{name: usual}), 5, seed=1)}
    assert (len(free), held) == (5, {usual})
    ranged = Parameters(**{name: usual}, ranges={name: (usual * 0.9, usual)})
    assert len({values[name] for values, _ in draw(economy(), ranged, 5, seed=1)}) == 5


@pytest.mark.parametrize("name", [r.name for r in RANGES if r.name not in OfGoods.model_fields])
def test_a_range_holds_what_is_typed_wherever_it_lies_and_moves_with_it(name: str) -> None:
    """Everything else that is set: half of the usual, the usual, and beyond both ends of the range."""
    (r,) = (one for one in RANGES if one.name == name)
    top = min(r.high * 1.5, r.most)
    found = {value: r.around(value) for value in (max(r.low * 0.7, r.least), r.central, top)}
    assert found[r.central] == pytest.approx((r.low, r.high))
    lows, highs = zip(*found.values(), strict=True)
    assert all(low <= value <= high for value, (low, high) in found.items())
    assert list(lows) == sorted(lows)
    assert list(highs) == sorted(highs)
    assert highs[0] < r.high or r.high == r.most
    assert max(highs) <= r.most
    drawn = [values[name] for values, _ in draw(economy(), Parameters(**{name: top}), 200, seed=1)]
    assert (min(drawn), max(drawn)) == pytest.approx(r.around(top), rel=0.02, abs=0.01)


def test_no_overproduction_is_none_in_any_run() -> None:
    """By hand: 1.2 has 1 to 1.25 about it, so a fifth above normal has up to a quarter; 1.1 half of each; 1 nothing."""
    (r,) = (one for one in RANGES if one.name == "overproduction")
    assert r.around(1.1) == pytest.approx((1, 1.125))
    assert r.around(1.0) == (1, 1)
    (psi,) = (one for one in RANGES if one.name == "psi")
    assert psi.around(0.9) == pytest.approx((0.5625, 0.975))  # 0.5 · 0.9/0.8, and 1 − 0.05 · 0.1/0.2


def test_what_was_typed_is_known_apart_from_what_holds_by_default() -> None:
    assert typed(Parameters()) == {}
    assert typed(Parameters(dt=7, overlap=0.5, fading_days=None)) == {"overlap": 0.5, "fading_days": None}


def test_a_result_says_what_was_typed_beside_what_is_usual() -> None:
    assert not any("Typed" in note for note in ran().notes)
    typed_note = "Typed, and so the same in every run: "
    assert f"{typed_note}overlap 1 (usually 0.5, drawn from 0 to 1)." in ran("overlap", 1).notes
    assert f"{typed_note}fading days never (usually 180, drawn from 90 to 365)." in ran("fading_days", 1).notes
    assert ran("overlap", 1).shock.note.count(typed_note) == 1  # the brief and the server print it
    said = typed_in_words(Parameters(specificity={"s01": 0.25, "s02": 1}, importance="all critical", saving=0))
    assert said == (
        f"{typed_note}specificity s01 0.25, s02 1 (usually what is known of the goods); "
        "importance all critical (usually survey); saving 0 (usually 0.05, drawn from 0 to 0.1)."
    )


def test_a_step_that_lengthens_stocks_says_which_and_to_how_many_days() -> None:
    """By hand: 28 days over ψ of 0.8 are 35, so stocks of nine days are taken as 35, those of 60 as they are."""
    own = facts().model_copy(update={"energy": Energy(saved=("s00",), stock_days={"s00": 9})})
    ban = Ban(kind="ban", origins=("R00",), destinations=("R01",), products=("s00",), share=0.5, days=28)

    def said(dt: float, runs: int = 0, **more: Any) -> list[str]:
        shock, p = Shock(id="ban", events=(ban,)), Parameters(dt=dt, inputs=own, **more)
        notes = run_shock(economy(), shock, p, steps=3, bands=runs).notes
        return [note for note in notes if note.startswith("Steps of")]

    assert said(1.0, 6) == said(7.0) == []  # 8.75 days are shorter than nine
    assert said(28.0) == [
        "Steps of 28 days need stocks that outlast them: those of s00 are taken as 35 days. Shorter steps lose more."
    ]
    (weekly,) = said(7.0, 6)
    behaviours = [b for _, b in draw(economy(), Parameters(dt=7, inputs=own), 6, seed=1)]
    scaled = [(v["stock_days"] / 60 * 9, 7 / v["psi"]) for v, _ in draw(economy(), Parameters(dt=7), 6, seed=1)]
    lifted = [least for days, least in scaled if days < least]
    assert 0 < len(lifted) < len(behaviours)
    assert f"in {len(lifted)} of 6 draws those of s00 are taken as up to {max(lifted):.3g} days" in weekly
    typed_stock = said(28.0, inventory_days={"s00": 40.0})
    assert typed_stock == []


def test_a_file_of_one_row_changes_that_row_alone() -> None:
    codes = classification("wiod35").codes
    wiod: Any = SimpleNamespace(
        sectors=codes, sector_groups={}, regions=("A",), source=SimpleNamespace(id="wiod"), sector_position=codes.index
    )
    known, at = replacing(wiod), codes.index("c5")
    everyone = (1.0,) * len(codes)
    sources = {"all": "by hand"}
    goods = replacing(wiod, Inputs(sectors=codes, sources=sources, goods={"c5": Goods(differentiated=0.2)}))
    needs = replacing(wiod, Inputs(sectors=codes, sources=sources, important={"c5": everyone}))
    others = np.arange(len(codes)) != at
    for mine in (goods, needs):
        assert (mine.specificity[:, others] == known.specificity[:, others]).all()
        assert (mine.critical[others] == known.critical[others]).all()
        assert (mine.less[others] == known.less[others]).all()
        assert (mine.saved == known.saved).all()
        assert mine.stock_days == known.stock_days == {"c17": 9}
    assert goods.specificity[:, at] == pytest.approx((0.1, 0.2 + 0.8 * 0.25, 0.2 + 0.8 * 0.5))
    assert (goods.critical[at] == known.critical[at]).all()
    assert (needs.specificity[:, at] == known.specificity[:, at]).all()
    assert (needs.critical[at].max(), needs.less[at].min()) == (0, 1)
    rest = "(by hand); the rest is what is known of the table's industries."
    assert goods.said == f"A file of your own says how specific c5 is {rest}"
    assert needs.said == f"A file of your own says how critical c5 is {rest}"
    energy = Energy(stock_days={"c8": 20})
    stocked = replacing(wiod, Inputs(sectors=codes, sources=sources, energy=energy))
    assert stocked.stock_days == {"c17": 9, "c8": 20}
    assert (stocked.saved == known.saved).all()
    assert stocked.said == f"A file of your own says what of energy is saved and stocked {rest}"


def test_a_file_with_gaps_is_refused_where_nothing_else_is_known() -> None:
    full = facts()
    goods = {name: one for name, one in full.goods.items() if name != "s02"}
    needs = {name: row for name, row in full.critical.items() if name not in {"s00", "s03"}}
    with pytest.raises(InputError) as refused:
        replacing(economy(), full.model_copy(update={"goods": goods, "critical": needs}))
    first, second = refused.value.problems
    assert (first.where, "says nothing of s02, and nothing else is known" in first.what) == ("goods, goods", True)
    assert (second.where, "says nothing of s00, and" in second.what) == ("goods, critical or important", True)
