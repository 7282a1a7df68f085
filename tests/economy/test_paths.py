"""Structural paths against every path written out one by one, and their remainder against the explicit inverse."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.paths import paths_of_demand, structural_paths
from kaldor.errors import InputError, UnknownExtensionError, UnknownLabelError
from tests.economy.random_tables import random_economy

TIERS = 5


def _every_path(economy, s, demand) -> list[np.ndarray]:
    """All paths up to TIERS by plain enumeration, one array a tier: by producer first, final product last."""
    A, flow, tiers = economy.A(), demand, []
    for tier in range(TIERS + 1):
        tiers.append((s * flow.T).T)
        flow = A.reshape(*A.shape, *[1] * tier) * flow
    return tiers


def _above(every, threshold) -> dict[tuple[int, ...], float]:
    ways = [(values, tuple(map(int, way))) for values in every for way in np.argwhere(np.abs(values) >= threshold)]
    return {way: values[way] for values, way in ways}


def _tail(economy, s, demand) -> float:
    """What all paths longer than TIERS carry: s L A^(TIERS + 1) y, by the explicit inverse."""
    A = economy.A()
    L = np.linalg.inv(np.eye(economy.n) - A)
    return s @ L @ np.linalg.matrix_power(A, TIERS + 1) @ demand


def _found(economy, paths) -> dict[tuple[int, ...], float]:
    place = {label: i for i, label in enumerate(economy.index)}
    return {tuple(place[label] for label in row.path): row.value for row in paths.table.itertuples()}


def _demand_of(economy, seed: int, *, negative: bool):
    rng = np.random.default_rng(seed)
    return rng.lognormal(0, 1, economy.n) * (rng.choice([-1, 1], economy.n, p=[0.2, 0.8]) if negative else 1)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.002, 0.05), st.booleans())
def test_all_paths_above_the_threshold_are_found_and_the_remainder_is_what_the_others_carry(seed, threshold, negative):
    economy = random_economy(seed, regions=2, sectors=3)
    s, demand = economy.S("co2"), _demand_of(economy, seed, negative=negative)
    paths = paths_of_demand(economy, "co2", demand, threshold=threshold)
    every, found = _every_path(economy, s, demand), _found(economy, paths)
    short = {way: value for way, value in found.items() if len(way) <= TIERS + 1}
    expected = _above(every, paths.threshold)
    assert short == pytest.approx(expected, rel=1e-10)
    total = s @ np.linalg.inv(np.eye(economy.n) - economy.A()) @ demand
    gross = np.abs(s) @ np.linalg.inv(np.eye(economy.n) - economy.A()) @ np.abs(demand)
    assert paths.total == pytest.approx(total, abs=1e-10 * gross)
    others = sum(values.sum() for values in every) - sum(expected.values())
    long = sum(value for way, value in found.items() if len(way) > TIERS + 1)
    assert paths.remainder == pytest.approx(others + _tail(economy, s, demand) - long, abs=1e-10 * gross)


def test_negative_flows_and_intensities_hide_no_path():
    economy = random_economy(3, regions=2, sectors=3)
    Z = economy.Z.copy()
    Z[1, 2], Z[4, 4] = -Z[1, 2], -Z[4, 4]
    F = economy.extension("co2").F * np.array([1, -1, 1, 1, 1, -1])
    economy = replace(economy, Z=Z).with_extensions(replace(economy.extension("co2"), F=F))
    s, demand = economy.S("co2"), _demand_of(economy, 3, negative=True)
    paths = paths_of_demand(economy, "co2", demand, threshold=0.01)
    every = _every_path(economy, s, demand)
    short = {way for way in _found(economy, paths) if len(way) <= TIERS + 1}
    assert short == set(_above(every, paths.threshold))


def test_only_the_largest_are_kept_and_they_are_the_largest():
    economy = random_economy(5)
    everything = structural_paths(economy, "co2", "R01", threshold=1e-3)
    largest = structural_paths(economy, "co2", "R01", threshold=1e-3, most=7)
    assert list(largest.table["path"]) == list(everything.table["path"][:7])
    assert largest.threshold == pytest.approx(everything.table["value"].iloc[6])
    assert largest.total == pytest.approx(everything.total, rel=1e-12)
    assert largest.found + largest.remainder == pytest.approx(everything.found + everything.remainder, rel=1e-12)


def test_longest_stops_at_its_tier_and_leaves_the_others_in_the_remainder():
    economy = random_economy(5)
    first = structural_paths(economy, "co2", "R01", threshold=1e-9, longest=0)
    assert set(first.table["tier"]) == {0}
    assert first.found == pytest.approx(economy.S("co2") @ economy.Y_by_region[:, 1], rel=1e-6)
    two = structural_paths(economy, "co2", "R01", threshold=1e-3, longest=2)
    everything = structural_paths(economy, "co2", "R01", threshold=1e-3)
    assert list(two.table["path"]) == list(everything.table.query("tier <= 2")["path"])


def test_a_named_product_of_all_origins_and_direct_use_apart():
    economy = random_economy(6)
    one = structural_paths(economy, "co2", "R02", sector="s01", threshold=1e-3)
    assert {path[-1][1] for path in one.table["path"]} == {"s01"}
    assert {path[-1][0] for path in one.table["path"]} == set(economy.regions)
    assert one.direct == 0
    whole = structural_paths(economy, "co2", "R02", threshold=1e-3)
    assert whole.direct == pytest.approx(economy.direct_by_region("co2")[2], rel=1e-12)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    assert whole.total == pytest.approx(economy.S("co2") @ L @ economy.Y_by_region[:, 2], rel=1e-10)
    parts = [structural_paths(economy, "co2", "R02", sector=s).total for s in economy.sectors]
    assert whole.total == pytest.approx(sum(parts), rel=1e-10)
    assert whole.unit == "kt CO2"


def test_value_added_on_all_chains_is_the_demand_itself():
    economy = random_economy(7)
    paths = structural_paths(economy, "value_added", "R00", threshold=1e-3)
    assert paths.total == pytest.approx(economy.Y_by_region[:, 0].sum(), rel=1e-10)
    assert paths.unit == "million $"


def test_industries_without_output_are_on_no_path():
    economy = random_economy(8, idle=1)
    paths = structural_paths(economy, "co2", "R00", threshold=1e-3)
    assert all(("R00", "s00") not in path for path in paths.table["path"])


def test_no_demand_has_no_paths():
    economy = random_economy(8)
    paths = paths_of_demand(economy, "co2", np.zeros(economy.n))
    assert (len(paths.table), paths.total, paths.found, paths.remainder) == (0, 0, 0, 0)


def test_bad_questions_are_refused_with_what_to_do():
    economy = random_economy(9)
    with pytest.raises(InputError, match=r"above 0 up to 1(.|\n)*Expected 1 or more(.|\n)*tier of 0 or more"):
        structural_paths(economy, "co2", "R00", threshold=0, most=0, longest=-1)
    with pytest.raises(InputError, match="Expected 12 finite numbers"):
        paths_of_demand(economy, "co2", np.ones(3))
    with pytest.raises(UnknownLabelError, match="R07"):
        structural_paths(economy, "co2", "R07")
    with pytest.raises(UnknownLabelError, match="s9"):
        structural_paths(economy, "co2", "R00", sector="s9")
    with pytest.raises(UnknownExtensionError):
        structural_paths(economy, "jobs", "R00")


def test_a_demand_that_carries_nothing_in_total_is_refused():
    economy = random_economy(9)
    Z, F = economy.Z.copy(), economy.extension("co2").F.copy()
    Z[:, :2] = 0  # two industries that buy nothing and emit the same cancel in the demand (1, −1)
    F[:2] = economy.x[:2] * 0.5
    cancelling = replace(economy, Z=Z).with_extensions(replace(economy.extension("co2"), F=F))
    demand = np.zeros(economy.n)
    demand[:2] = [1.0, -1.0]
    with pytest.raises(InputError, match="carries nothing in total"):
        paths_of_demand(cancelling, "co2", demand)


def test_too_many_branches_are_refused(monkeypatch):
    monkeypatch.setattr("kaldor.economy.paths._OPEN_MOST", 1_000)
    with pytest.raises(InputError, match="Raise the threshold"):
        structural_paths(random_economy(9), "co2", "R00", threshold=1e-6)


def test_small_batches_find_the_same_paths(monkeypatch):
    economy = random_economy(10)
    whole = structural_paths(economy, "co2", "R00", threshold=1e-4)
    monkeypatch.setattr("kaldor.economy.paths._CHILDREN_AT_ONCE", 10)
    monkeypatch.setattr("kaldor.economy.paths._ROWS_AT_ONCE", 5)
    small = structural_paths(economy, "co2", "R00", threshold=1e-4)
    assert list(small.table["path"]) == list(whole.table["path"])
    np.testing.assert_allclose(small.table["value"], whole.table["value"], rtol=1e-12)


@pytest.mark.real
def test_co2_of_the_transport_equipment_that_germany_finally_uses(wiod):
    economy = wiod(2009)
    structural_paths(economy, "co2", "DEU", sector="c15", threshold=0.1)  # makes the factor
    started = time.process_time()
    paths = structural_paths(economy, "co2", "DEU", sector="c15", threshold=1e-5)
    assert time.process_time() - started < 5
    demand = np.where(np.arange(economy.n) % 35 == economy.sector_position("c15"), economy.Y_by_region[:, 9], 0)
    assert economy.regions[9] == "DEU"
    A, s = economy.A(), economy.S("co2")
    total = s @ np.linalg.inv(np.eye(economy.n) - A) @ demand
    assert paths.total == pytest.approx(total, rel=1e-10)
    assert paths.found + paths.remainder == pytest.approx(total, rel=1e-10)
    for tier, values in enumerate([s * demand, s[:, None] * A * demand]):
        expected = np.sort(values[values >= 1e-5 * total])[::-1]
        np.testing.assert_allclose(paths.table.query(f"tier == {tier}")["value"], expected, rtol=1e-10)
    j = economy.index.get_loc(("DEU", "c15"))  # tier 2 behind one product: every one of its n² paths
    values = (s[:, None] * A * (A[:, j] * demand[j])).ravel()
    ours = [row.value for row in paths.table.query("tier == 2").itertuples() if row.path[-1] == ("DEU", "c15")]
    np.testing.assert_allclose(ours, np.sort(values[values >= 1e-5 * total])[::-1], rtol=1e-10)
    assert paths.table["path"].iloc[0] == (("DEU", "c17"), ("DEU", "c15"))
    assert paths.table["value"].iloc[0] == pytest.approx(1926, abs=1)
    assert paths.total == pytest.approx(53_316, abs=1)
    assert len(paths.table) == 6_369
    assert paths.found / paths.total == pytest.approx(0.521, abs=0.001)
