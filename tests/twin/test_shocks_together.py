"""Runs that go through the shock model side by side are those that they are alone, in parts of any size."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.twin.shocks import side_by_side
from kaldor.twin.shocks.body import prepare
from kaldor.twin.shocks.course import Course, simulate, simulate_together
from kaldor.twin.shocks.draws import draw, latin_hypercube
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.stress import stress
from kaldor.twin.shocks.timeline import groups_of_buyers, lay_out
from tests.economy.random_tables import random_economy

STEPS = 60
CLOSED: dict[str, Any] = {"kind": "capacity", "regions": ["R00"], "sectors": ["s01"], "share": 0.6, "days": 30}
BAN: dict[str, Any] = {
    **{"kind": "ban", "origins": ["!R01"], "destinations": ["R01"], "products": ["s00", "s02"]},
    **{"share": 0.7, "days": 25, "start": 4},
}
LATE: dict[str, Any] = {
    **{"kind": "delay", "origins": ["R00", "R01"], "destinations": ["R02"], "products": ["s00", "s03"]},
    **{"by": 6, "days": 20, "start": 2},
}
LOST: dict[str, Any] = {
    **{"kind": "capital", "regions": ["R01"], "sectors": ["manufacturing"], "share": 0.2},
    **{"rebuilding": {"s00": 0.6, "s02": 0.4}, "days": 5},
}
LESS: dict[str, Any] = {"kind": "demand", "regions": ["R02"], "products": ["s01"], "share": -0.4, "days": 30}

EVENTS = {
    "capacity": (CLOSED,),
    "ban": (BAN,),
    "capacity and ban": (CLOSED, BAN),
    "delay and ban of the same goods": (LATE, {**BAN, "origins": ["R00"], "destinations": ["R02"]}),
    "capital and ban": (LOST, BAN),
    "capital and demand": (LOST, LESS),
}
PARAMETERS = {
    "as they are": Parameters(),
    "nothing specific": Parameters(specificity=0.0),
    "four classes, backlog": Parameters(
        priority=("s01", "energy", "final demand"), final_substitution_days=20, backlog_days=15, sourcing="ability"
    ),
    "at once, one class": Parameters(priority=(), substitution_days=0, non_essential=("s03",), destock=True),
    "stocks of one region": Parameters(substitution_days=None, inventory_days={"R01/s02": 90.0}),
}


def shock_of(*events: dict[str, Any]) -> Shock:
    return Shock.model_validate({"id": "test", "events": events})


def assert_same(one: Course, other: Course, economy: Economy) -> None:
    """Equal to 1e-12 of normal output; which product stopped whom, exactly."""
    scale = economy.x.sum()
    assert (one.short_from == other.short_from).all()
    assert (one.short_of == other.short_of).all()
    for name in ("value_added", "lost_output", "direct_value_added", "unmet", "received", "halted_by"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12, abs=1e-12 * scale), name
    assert one.stocks == pytest.approx(other.stocks, rel=1e-12)


@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=PARAMETERS)
@pytest.mark.parametrize(("regions", "sectors", "idle"), [(3, 4, 1), (5, 6, 0)])
def test_each_run_of_a_batch_is_the_run_alone(
    events: tuple[dict[str, Any], ...], parameters: Parameters, regions: int, sectors: int, idle: int
) -> None:
    economy = random_economy(regions, regions, sectors, idle=idle)
    shock = resolved(economy, shock_of(*events))
    stock_days = behaviour_of(economy, parameters).stock_days
    body = prepare(economy, parameters.priority, groups=groups_of_buyers(economy, shock, stock_days))
    timeline = lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)
    behaviours = [behaviour_of(economy, parameters), *(b for _, b in draw(economy, parameters, 4, seed=3))]
    together = simulate_together(body, timeline, behaviours, STEPS, keep=2)
    assert len({course.lost_output.sum() for course in together}) > 1  # they do differ from each other
    for course, behaviour in zip(together, behaviours, strict=True):
        assert_same(course, simulate(body, timeline, behaviour, STEPS), economy)
    first, second, third = together[:3]
    assert first.production is not None
    assert second.unmet_by_step is not None
    assert third.production is None
    assert first.production.sum(axis=0) == pytest.approx(STEPS * body.x - first.lost_output * 365, rel=1e-9)
    assert second.unmet_by_step.sum(axis=0) / 365 == pytest.approx(second.unmet)


@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=PARAMETERS)
def test_telling_more_routes_apart_changes_nothing(events: tuple[dict[str, Any], ...], parameters: Parameters) -> None:
    """The table laid out for the groups of buyers that events tell apart, and for each region alone.

    Stocks of specific goods are shared by a group's users: how finely groups are cut moves figures, by less than 0.2 %
    in all of these but where orders oscillate.
    """
    economy = random_economy(8)
    shock = resolved(economy, shock_of(*events))
    courses = []
    behaviour = behaviour_of(economy, parameters)
    for groups in (groups_of_buyers(economy, shock, behaviour.stock_days), None):
        body = prepare(economy, parameters.priority, groups=groups)
        timeline = lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)
        courses.append(simulate(body, timeline, behaviour, STEPS))
    if parameters.specificity == 0:
        assert_same(*courses, economy)
    if not parameters.destock:  # which may oscillate, and then magnifies any difference
        one, other = (course.lost_value_added.sum() for course in courses)
        assert one == pytest.approx(other, rel=2.5e-3)


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_parts_of_any_size_give_the_same(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    economy = random_economy(9)
    shock = shock_of(CLOSED, BAN)
    expected = run_shock(economy, shock, steps=STEPS, bands=7, seed=5)
    body = prepare(economy, groups=(0, 1, 0))
    timeline = lay_out(body, resolved(economy, shock), 1.0, 4.0)
    monkeypatch.setattr(side_by_side, "_ROOM", most * side_by_side.bytes_of_a_run(body, timeline))
    monkeypatch.setattr(side_by_side, "_ROOM_OF_TABLE", 0)
    behaviours = [behaviour for _, behaviour in draw(economy, Parameters(), 8, seed=5)]
    parts = side_by_side.parts_of(body, timeline, behaviours)
    assert [behaviour for part in parts for behaviour in part] == behaviours
    assert len(parts) == -(-8 // most)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    told: list[tuple[int, int]] = []
    found = run_shock(
        economy, shock, steps=STEPS, bands=7, seed=5, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(done, STEPS * len(parts)) for done in range(1, STEPS * len(parts) + 1)]
    for name in ("bands", "production", "unmet", "stocks", "runs"):
        scale = getattr(expected, name).abs().to_numpy().max()
        assert getattr(found, name).to_numpy() == pytest.approx(getattr(expected, name).to_numpy(), abs=1e-12 * scale)
    assert found.bottlenecks()["in_runs"].equals(expected.bottlenecks()["in_runs"])


def test_a_run_takes_the_memory_that_is_counted_for_it() -> None:
    """Stocks and orders, goods on their way, preferences: what a state of one run more holds."""
    economy = random_economy(9, regions=4, sectors=5)
    shock = resolved(economy, shock_of(LATE, LOST))
    body = prepare(economy, groups=(0, 0, 1, 0))
    timeline = lay_out(body, shock, 1.0, 4.0)
    n, S, R, hit = 20, 5, 4, 4
    G, ring = 2, 7  # the buyers of R02 and all others, a delay of 6 steps
    cells = S * n * (2 + ring) + S * G * R * (1 + 3 + ring) + 2 * n * hit
    assert side_by_side.bytes_of_a_run(body, timeline) == 8 * cells


def test_threads_change_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "_SMALL", 0)
    monkeypatch.setattr(side_by_side, "_ENOUGH", 3)
    one, three = (run_shock(random_economy(2), shock_of(BAN), steps=40, bands=8, workers=w) for w in (1, 3))
    assert one.bands.equals(three.bands)
    assert one.runs.equals(three.runs)


def test_a_stress_test_is_its_runs_one_by_one() -> None:
    economy = random_economy(5)
    declared = {"closed": shock_of(CLOSED, BAN), "late": shock_of(LATE)}
    found = stress(economy, "R01", shocks=declared, runs=3, steps=40, seed=4, parameters=Parameters())
    here, yearly = economy.rows_of("R01"), economy.value_added[economy.rows_of("R01")].sum()
    for id, shock in declared.items():
        written = resolved(economy, shock)
        body = prepare(
            economy,
            Parameters().priority,
            groups=groups_of_buyers(economy, written, behaviour_of(economy, Parameters()).stock_days),
        )
        timeline = lay_out(body, written, 1.0, 4.0)
        for run, (_, behaviour) in enumerate(draw(economy, Parameters(), 3, seed=4)):
            lost = simulate(body, timeline, behaviour, 40).lost_value_added[here].sum()
            assert found.runs.loc[(id, run), "value_added_at_risk"] == pytest.approx(lost / yearly, rel=1e-9)


def test_runs_that_differ_in_more_than_what_is_drawn_are_refused() -> None:
    economy = random_economy(1)
    shock = resolved(economy, shock_of(CLOSED))
    body = prepare(economy)
    timeline = lay_out(body, shock, 1.0, 4.0)
    central = behaviour_of(economy, Parameters())
    for other, named in (
        (replace(central, destock=True, backlog_days=3.0), "backlog_days, destock"),
        (replace(central, substitution_days=None), "substitution_days"),
        (behaviour_of(economy, Parameters(non_essential=("s03",))), "critical"),
    ):
        with pytest.raises(InputError, match=f"differ in {named}"):
            simulate_together(body, timeline, [central, other], 3)


@pytest.mark.parametrize(("count", "seed"), [(1, 1), (5, 3), (31, 99)])
def test_the_draws_are_those_of_scipy(count: int, seed: int) -> None:
    expected = qmc.LatinHypercube(d=len(RANGES), seed=seed).random(count)
    assert np.array_equal(latin_hypercube(count, len(RANGES), seed), expected)
