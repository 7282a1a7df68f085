"""Stress figures among a scenario's outcomes: the same shocks and behaviours, before and after its levers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.solve import solver_of
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import NOT_ASKED, outcomes, outcomes_of, value_of
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.scaled import scaled
from kaldor.twin.shocks.stress import standard_shocks, stress, tail_mean
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy
from tests.twin.small_levers import levers, scenario, setting

METRICS = ("value-added-at-risk", "value-added-at-risk-tail", "days-to-recover")
LESS = setting("t-less", 30, "R00", sectors=("s00", "s01"), products=("s02",))


def two_shocks() -> dict[str, Shock]:
    """Two that any table of several regions can carry."""

    def shock(id: str, **event) -> Shock:
        return Shock.model_validate({"id": id, "title": id, "events": [{"start": 0, **event}]})

    return {
        "closed": shock("closed", kind="capacity", regions=["home"], sectors=["all"], share=0.3, days=28),
        "cut": shock("cut", kind="ban", origins=["top-supplier"], destinations=["home"], products=["all"], days=56),
    }


def small_plan(**named) -> StressPlan:
    return StressPlan("R00", **{"runs": 3, "steps": 30, "shocks": two_shocks(), **named})


@pytest.fixture(scope="module")
def twin() -> Twin:
    economy = random_economy(4)
    assert set(economy.sectors) >= {"s00", "s01", "s02"}
    return Twin(economy, levers())


def test_without_levers_the_figures_are_exactly_those_of_the_baseline(twin):
    found = outcomes_of(twin, scenario(), region="R00", stress=small_plan())
    for id in METRICS:
        assert found[id].before == found[id].after > 0
        assert found[id].band == (0, 0)
    assert twin.run(scenario(), stress=small_plan()).as_economy() is twin.economy


def test_the_figures_equal_a_stress_test_of_the_changed_economy(twin):
    plan = small_plan(seed=5)
    after = twin.run(scenario(LESS), stress=plan)
    direct = stress(after.as_economy(), "R00", shocks=plan.shocks, runs=3, steps=30, seed=5)
    found = outcomes(twin.before(stress=plan), after, region="R00")
    whole = direct.shocks.loc["all"]
    assert found["value-added-at-risk"].after == pytest.approx(100 * whole["value_added_at_risk_mean"], rel=1e-12)
    assert found["value-added-at-risk-tail"].after == pytest.approx(100 * whole["value_added_at_risk_tail"], rel=1e-12)
    assert found["days-to-recover"].after == pytest.approx(min(whole["days_to_recover"], 30 * 7), rel=1e-12)
    assert found["value-added-at-risk"].change != 0
    base = stress(twin.economy, "R00", shocks=plan.shocks, runs=3, steps=30, seed=5).runs
    by_hand = 100 * (direct.runs - base)["value_added_at_risk"].groupby(level="run").mean()
    low, high = found["value-added-at-risk"].band
    assert (low, high) == (pytest.approx(by_hand.min()), pytest.approx(by_hand.max()))
    assert low <= found["value-added-at-risk"].change <= high
    assert tail_mean(direct.runs["value_added_at_risk"].to_numpy()) == pytest.approx(whole["value_added_at_risk_tail"])
    assert "2 shocks, 3 behaviours each, seed 5, 210 days" in found["days-to-recover"].note


def test_the_changed_economy_balances_and_solves_to_the_same_output(twin):
    after = twin.run(scenario(LESS))
    changed = after.as_economy()
    scale = twin.economy.x.max()
    np.testing.assert_allclose(changed.x, after.x, rtol=1e-12, atol=1e-12 * scale)
    np.testing.assert_allclose(changed.Y, after.Y)
    np.testing.assert_allclose(changed.discrepancy, twin.economy.discrepancy, atol=1e-9 * scale)
    solved = solver_of(changed).solve(changed.Y.sum(axis=1) + changed.discrepancy)
    np.testing.assert_allclose(solved, changed.x, atol=1e-9 * scale)
    users, product = twin.economy.rows_of("R00").start, twin.economy.sectors.index("s02")
    step = len(twin.economy.sectors)
    ratio = changed.A()[product::step, users] / twin.economy.A()[product::step, users]
    np.testing.assert_allclose(ratio, 0.7)
    for name in twin.economy.extensions:
        np.testing.assert_allclose(changed.extension(name).F, after.amount(name))
    Economy.from_published(changed.to_published())


def test_a_price_alone_moves_no_flow_and_no_stress_figure(twin):
    plan = small_plan()
    priced = twin.run(scenario(setting("t-price", 100, "R00")), stress=plan)
    assert priced.stress is twin.before(stress=plan).stress


def test_a_second_scenario_finds_the_baseline_at_hand(twin, monkeypatch):
    plan = small_plan(seed=99)
    first = twin.before(stress=plan).stress
    monkeypatch.setattr("kaldor.twin.shocks.stress_plan.stress", lambda *a, **k: pytest.fail("run again"))
    assert twin.before(stress=small_plan(seed=99)).stress is first


def test_not_asked_for_is_said_in_words(twin):
    found = outcomes_of(twin, scenario(LESS), region="R00")
    for id in METRICS:
        assert found[id].after is None
        assert found[id].note == NOT_ASKED
    state = twin.run(scenario(LESS))
    with pytest.raises(InputError, match="not asked for"):
        value_of(packaged_metrics()["value-added-at-risk"], twin.before(), state, region="R00")


def test_a_stress_test_of_another_region_is_not_taken_for_this_one(twin):
    plan = StressPlan("R01", runs=1, steps=5, shocks=two_shocks())
    found = outcomes_of(twin, scenario(LESS), region="R00", stress=plan)
    assert found["value-added-at-risk"].after is None
    assert "R01, not for R00" in found["value-added-at-risk"].note


def test_shocks_that_the_table_cannot_carry_are_named(twin):
    shocks = {**two_shocks(), "flood": standard_shocks()["flood"]}
    found = outcomes_of(twin, scenario(LESS), region="R00", stress=small_plan(shocks=shocks))
    assert found["value-added-at-risk"].modelled
    assert "Left out: flood" in found["value-added-at-risk"].note
    only = outcomes_of(twin, scenario(LESS), region="R00", stress=small_plan(shocks={"flood": shocks["flood"]}))
    assert only["value-added-at-risk"].after is None


def test_a_cap_on_single_suppliers_lowers_what_a_cut_by_the_largest_costs():
    twin = Twin(Economy.from_published(starter_world()))
    cap = LeverSetting(lever="diversification", strength=90, regions=("DEU",))
    cut = {"export-cut": scaled(standard_shocks()["export-cut"], size=2.5)}
    plan = StressPlan("DEU", runs=3, steps=52, shocks=cut, parameters=Parameters(dt=7, stock_days=20))
    found = outcomes_of(twin, Scenario(id="cap", levers=(cap,)), region="DEU", stress=plan)["value-added-at-risk"]
    assert found.before > 0
    assert found.after < 0.97 * found.before
    low, high = found.band
    assert low < -0.3 * found.before
    assert high < 0.05 * found.before  # one draw in three stops what hardly anybody buys: nothing to save


def test_no_runs_are_refused():
    with pytest.raises(InputError, match="runs: '0' is not within its bounds"):
        StressPlan("R00", runs=0)


@pytest.mark.long
def test_the_command_shows_them_when_asked():
    file = Path(__file__).parents[2] / "studies" / "scenarios" / "india-power.toml"
    command = [sys.executable, "-m", "kaldor", "twin", "run", str(file), "--on", "starter", "--json", "--stress", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row["id"]: row for row in json.loads(done.stdout)["outcomes"]}
    assert rows["value-added-at-risk"]["before"] > 0
    assert "7 shocks, 1 behaviours" in rows["value-added-at-risk"]["note"]
