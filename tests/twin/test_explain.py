"""Parts that add up, industries that add up, and a cost that says when it is not known."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

from kaldor.errors import InputError
from kaldor.twin.explain import channels, cost_per, explain, paths, shapley
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.twin import Twin
from tests.economy.random_tables import random_economy
from tests.twin.small_levers import levers, scenario, setting

WORLD = packaged_metrics()["co2-world"]
THREE = (
    setting("t-less", 40, "R00", sectors=("s00", "s01"), products=("s00", "s02")),
    setting("t-less", 50, "R00", "R01", sectors=("s01",), products=("s01", "s03")),
    setting("t-price", 100, "R00"),
)


def test_in_an_additive_game_each_part_is_what_the_player_brings():
    brings = np.array([3.0, -1.0, 0.0, 2.5])
    parts = shapley(lambda members: sum(brings[i] for i in members), 4)
    assert parts.exact
    assert parts.runs == 16
    np.testing.assert_allclose(parts.values, brings, atol=1e-12)


def test_the_glove_game_has_its_known_values():
    """One left glove (player 0), two right ones: a pair is worth 1. Shapley: 2/3, 1/6, 1/6."""
    parts = shapley(lambda members: float(0 in members and len(members) > 1), 3)
    np.testing.assert_allclose(parts.values, [2 / 3, 1 / 6, 1 / 6], atol=1e-12)


def test_sampled_parts_add_up_carry_an_error_and_repeat_by_their_seed():
    rng = np.random.default_rng(0)
    weights, pairs = rng.normal(size=10), rng.normal(size=(10, 10))

    def value(members: frozenset[int]) -> float:
        chosen = sorted(members)
        return float(weights[chosen].sum() + pairs[np.ix_(chosen, chosen)].sum())

    exact = weights + (pairs + pairs.T).sum(axis=1) / 2
    drawn = shapley(value, 10, pairs=40, seed=1)
    assert not drawn.exact
    assert drawn.values.sum() == pytest.approx(value(frozenset(range(10))), abs=1e-9)
    # A game of pairs is linear in the place of a player, so an order and its reverse give the exact value together.
    np.testing.assert_allclose(drawn.values, exact, atol=1e-9)
    np.testing.assert_allclose(drawn.errors, 0, atol=1e-9)
    np.testing.assert_array_equal(shapley(value, 10, pairs=40, seed=1).values, drawn.values)

    def cubic(members: frozenset[int]) -> float:
        return value(members) + 0.1 * weights[sorted(members)].sum() ** 3

    true = shapley(cubic, 10, most_exact=10).values
    drawn = shapley(cubic, 10, pairs=200, seed=2)
    assert drawn.values.sum() == pytest.approx(true.sum(), abs=1e-9)
    assert (drawn.errors > 0).all()
    assert (np.abs(drawn.values - true) < 4.5 * drawn.errors).all()
    with pytest.raises(InputError, match="standard error"):
        shapley(cubic, 10, pairs=1)


def test_exact_weights_are_those_of_all_orders():
    from itertools import permutations

    rng = np.random.default_rng(5)
    worth = {}
    parts = shapley(lambda members: worth.setdefault(members, rng.normal()), 4)
    by_orders = np.zeros(4)
    for order in permutations(range(4)):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            by_orders[player] += (worth[before | {player}] - worth[before]) / factorial(4)
    np.testing.assert_allclose(parts.values, by_orders, atol=1e-12)


def test_levers_parts_add_up_to_the_change():
    twin = Twin(random_economy(6), levers())
    found = explain(twin, scenario(*THREE), WORLD, region="R00")
    assert found.exact
    assert found.runs == 8
    assert found.levers["part"].sum() == pytest.approx(found.change, rel=1e-9)
    assert found.levers.loc[3, ["alone", "part"]].isna().all()  # what a price alone abates is not known
    assert "no elasticity is given" in found.levers.loc[3, "note"]
    assert (found.levers.loc[[1, 2], "note"] == "").all()
    assert found.interaction > 0  # both levers save partly the same
    assert found.interaction == pytest.approx(found.change - found.levers["alone"].sum())
    with pytest.raises(InputError, match="no lever"):
        explain(twin, scenario(), WORLD, region="R00")
    with pytest.raises(InputError, match="not modelled"):
        explain(twin, scenario(*THREE), packaged_metrics()["jobs"], region="R00")


def test_a_lever_without_cost_data_has_no_real_income_alone_and_the_whole_is_a_part():
    twin = Twin(random_economy(6), levers())
    both = scenario(setting("t-silent", 20, "R00", products=("s01",)), setting("t-price", 100, "R00"))
    metric = packaged_metrics()["real-income"]
    found = explain(twin, both, metric, region="R00")
    assert found.before is None, "a change has nothing before it"
    assert found.note.startswith("Partial: no cost data for Use less, cost unknown")
    assert found.levers["part"].sum() == pytest.approx(found.change, rel=1e-9)
    alone = explain(twin, scenario(both.levers[1]), metric, region="R00")
    assert found.levers.loc[2, "alone"] == pytest.approx(alone.change)
    assert found.interaction == pytest.approx(found.change - alone.change)


def test_what_rounding_leaves_of_levers_that_add_up_is_nothing():
    """Two prices in two countries: what both do is the sum of what each does, and no 1e-10 more."""
    twin = Twin(random_economy(6), levers())
    two = scenario(setting("t-price", 100, "R00"), setting("t-price", 70, "R01"))
    found = explain(twin, two, packaged_metrics()["real-income"], region="R00")
    assert found.levers["alone"].notna().all()
    assert found.interaction == 0


def test_nine_levers_are_sampled():
    twin = Twin(random_economy(6), levers())
    nine = scenario(
        *(setting("t-less", 5.0 * (i + 1), f"R0{i % 3}", sectors=("s00",), products=(f"s0{i // 3}",)) for i in range(9))
    )
    found = explain(twin, nine, WORLD, region="R00", pairs=4, seed=3)
    assert not found.exact
    assert found.seed == 3
    assert found.levers["part"].sum() == pytest.approx(found.change, rel=1e-9)
    assert (found.levers["standard_error"] > 0).any()


def test_channels_add_up_to_the_worlds_change():
    twin = Twin(random_economy(6), levers())
    before, after = twin.before(), twin.run(scenario(*THREE))
    after.change.scale_intensity("co2", np.array([2, 7]), 0.5)
    found = channels(before, after, "co2")
    total = (after.amount("co2") - before.amount("co2")).sum()
    assert found["change"].sum() == pytest.approx(total, rel=1e-9)
    assert set(found.index[found["intensity"] != 0]) == {("R00", "s02"), ("R01", "s03")}
    assert found["change"].abs().is_monotonic_decreasing
    assert found.attrs["unit"] == "kt CO2"


def test_cost_per_tonne_is_spending_and_burden_over_what_the_world_saves():
    twin = Twin(random_economy(6), levers())
    before, after = twin.before(), twin.run(scenario(*THREE))
    cost = cost_per(before, after, "co2")
    saved = before.amount("co2").sum() - after.amount("co2").sum()
    assert cost.amount == pytest.approx(saved)
    assert cost.per_unit == pytest.approx((cost.spending + cost.burden) / saved)
    assert cost.net == pytest.approx(cost.cost - cost.revenue)
    assert cost.range is None
    assert cost.unit == "million $ per kt CO2"
    less = twin.run(scenario(THREE[0]))
    ranged = cost_per(before, after, "co2", spread={"one": less})
    assert ranged.range[0] <= ranged.per_unit <= ranged.range[1]
    assert ranged.range[0] < ranged.range[1]


def test_a_cost_that_is_not_known_is_not_zero():
    twin = Twin(random_economy(6), levers())
    before = twin.before()
    silent = twin.run(scenario(setting("t-silent", 40, "R00", sectors=("s00",), products=("s01",))))
    unknown = cost_per(before, silent, "co2")
    assert unknown.per_unit is None
    assert "no cost data for Use less, cost unknown" in unknown.reason
    nothing = cost_per(before, twin.run(scenario(THREE[2])), "co2")
    assert nothing.per_unit is None
    assert "no co2 is saved" in nothing.reason
    assert nothing.burden > 0
    assert "no jobs" in cost_per(before, twin.run(scenario(THREE[0])), "jobs").reason


def test_paths_of_a_lever_and_their_remainder_are_the_volume_change_exactly():
    economy = random_economy(5)
    twin = Twin(economy, levers())
    before, after = (
        twin.before(),
        twin.run(scenario(setting("t-less", 30, "R00", "R01", sectors=("s00",), products=("s01",)))),
    )
    found = paths(before, after, "co2", threshold=1e-3, most=50)
    volume = economy.S("co2") @ (after.x - before.x)
    assert found.total == pytest.approx(volume, rel=1e-9)
    assert found.found + found.remainder == pytest.approx(volume, rel=1e-9)
    assert len(found.table) > 3


def test_a_lever_that_changes_no_purchase_has_no_paths():
    twin = Twin(random_economy(5), levers())
    after = twin.run(scenario(setting("t-price", 50, "R00")))
    assert paths(twin.before(), after, "co2").table.empty
