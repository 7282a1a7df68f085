"""What is typed of goods holds in every run of a band, is said with the result, and takes the usual's place only."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.shocks.assumptions import OfGoods, typed
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.events import Ban, Shock
from kaldor.twin.shocks.inputs import Energy, Goods, Inputs
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.run import ShockResult, run_shock
from tests.economy.random_tables import random_economy

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
    return Inputs(
        sectors=sectors,
        sources={"all": "by hand"},
        goods={one: Goods(differentiated=0.6, reference=0.3) for one in sectors},
        critical={"s00": (1, 0.5, 0, 1), "s01": (0, 0.5, 1, 0), "s02": (0, 1, 0.5, 0), "s03": (0, 0, 0, 0)},
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
