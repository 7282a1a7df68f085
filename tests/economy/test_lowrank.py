"""Changes of A, intensities and final demand by low rank, against the whole economy computed anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array

from kaldor.economy.lowrank import Baseline, _smallest_cover
from kaldor.economy.lowrank_batch import Direction, Sliders
from kaldor.errors import UnproductiveEconomyError
from tests.economy.random_tables import random_economy


def _baseline(seed: int, regions: int = 3, sectors: int = 4) -> Baseline:
    economy = random_economy(seed, regions, sectors)
    return Baseline(economy, np.stack([economy.S("co2"), economy.value_added * economy.per_output]))


def _random_change(baseline: Baseline, rng, rows: int, columns: int) -> coo_array:
    """Whole columns and whole rows of A change by up to ± half of each cell."""
    n, A = baseline.economy.n, baseline.economy.A()
    touched = np.zeros((n, n), dtype=bool)
    touched[:, rng.choice(n, columns, replace=False)] = True
    touched[rng.choice(n, rows, replace=False)] = True
    return coo_array(np.where(touched, A * rng.uniform(-0.5, 0.5, (n, n)), 0))


def _recomputed(baseline: Baseline, delta_A, delta_y, delta_S):
    L = np.linalg.inv(np.eye(baseline.economy.n) - baseline.economy.A() - delta_A.toarray())
    return L @ (baseline.y + delta_y), (baseline.S + delta_S) @ L


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 1), st.integers(0, 1))
def test_rows_and_columns_together_equal_a_full_recompute(seed, rows, columns):
    rng = np.random.default_rng(seed)
    baseline = _baseline(seed)
    delta_A = _random_change(baseline, rng, rows, columns)
    delta_y = rng.normal(0, 0.1, baseline.economy.n)
    delta_S = baseline.S * rng.uniform(-0.5, 0, baseline.S.shape)
    found = baseline.respond(delta_A, delta_y=delta_y, delta_S=delta_S)
    x, M = _recomputed(baseline, delta_A, delta_y, delta_S)
    assert found.rank == rows + columns
    assert found.method == "low rank"
    np.testing.assert_allclose(found.x, x, rtol=1e-10, atol=1e-10 * np.abs(x).max())
    np.testing.assert_allclose(found.multipliers, M, rtol=1e-10, atol=1e-10 * np.abs(M).max())
    totals = baseline.totals(delta_A, delta_y=delta_y, delta_S=delta_S)
    np.testing.assert_allclose(totals, (baseline.S + delta_S) @ x, rtol=1e-10)


def test_a_slider_scales_known_images_and_stays_exact():
    baseline = _baseline(1)
    delta_A = _random_change(baseline, np.random.default_rng(1), 1, 1)
    baseline.respond(delta_A)
    solves = []
    solve = baseline.solver.solve
    baseline.solver.solve = lambda *a, **k: solves.append(1) or solve(*a, **k)
    for strength in (0.1, 0.7, -0.3):
        found = baseline.respond(delta_A * strength)
        x, M = _recomputed(baseline, delta_A * strength, 0, 0)
        np.testing.assert_allclose(found.x, x, rtol=1e-10)
        np.testing.assert_allclose(found.multipliers, M, rtol=1e-10)
    assert not solves


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(0, 2), st.integers(0, 2))
def test_columns_of_the_changed_inverse_equal_the_explicit_inverse(seed, rows, columns):
    """Rank 0 (the baseline's own), a correction, and from 4 of 12 on a full solve."""
    rng = np.random.default_rng(seed)
    baseline = _baseline(seed)
    delta_A = _random_change(baseline, rng, rows, columns)
    asked = np.array([0, 5, 11])
    L = np.linalg.inv(np.eye(baseline.economy.n) - baseline.economy.A() - delta_A.toarray())
    found = baseline.columns(delta_A, asked)
    np.testing.assert_allclose(found, L[:, asked], rtol=1e-10, atol=1e-12)


def test_many_changes_fall_back_to_a_full_solve_and_say_so():
    baseline = _baseline(2)
    delta_A = coo_array(-0.3 * baseline.economy.A())
    found = baseline.respond(delta_A)
    x, M = _recomputed(baseline, delta_A, 0, 0)
    assert found.method == "full solve"
    np.testing.assert_allclose(found.x, x, rtol=1e-10)
    np.testing.assert_allclose(found.multipliers, M, rtol=1e-10)
    np.testing.assert_allclose(baseline.totals(delta_A), baseline.S @ x, rtol=1e-10)


def test_no_change_gives_the_baseline():
    baseline = _baseline(3)
    found = baseline.respond()
    np.testing.assert_array_equal(found.x, baseline.economy.x)
    np.testing.assert_array_equal(found.multipliers, baseline.M)


@pytest.mark.parametrize("whole", [True, False])
def test_an_economy_made_unproductive_is_refused(whole):
    baseline = _baseline(4)
    A = baseline.economy.A()
    delta = 3 * A if whole else np.where(np.arange(len(A)) == 2, 40 * A, 0)
    with pytest.raises(UnproductiveEconomyError):
        baseline.respond(coo_array(delta))
    with pytest.raises(UnproductiveEconomyError):
        baseline.totals(coo_array(delta))
    with pytest.raises(UnproductiveEconomyError):
        baseline.columns(coo_array(delta), np.array([0]))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6))
def test_the_cover_touches_every_cell_and_is_the_smallest(seed, density):
    rng = np.random.default_rng(seed)
    cells = csr_array((rng.random((5, 5)) < density).astype(float))
    rows, columns = _smallest_cover(cells)
    left = cells.toarray()
    left[rows] = 0
    left[:, columns] = 0
    assert not left.any()
    assert len(rows) + len(columns) == _smallest_by_trying(cells.toarray())


def _smallest_by_trying(cells) -> int:
    sizes = []
    for row_mask in range(2**5):
        rest = cells[[i for i in range(5) if not row_mask >> i & 1]]
        sizes.append(row_mask.bit_count() + int(rest.any(axis=0).sum()))
    return min(sizes)


def _with_flows(A: np.ndarray) -> Baseline:
    """Twelve industries with the coefficients A among the first, and none besides."""
    economy = random_economy(1)
    Z = np.zeros_like(economy.Z)
    Z[: len(A), : len(A)] = A * economy.x[: len(A)]
    changed = replace(economy, Z=Z)
    return Baseline(changed, np.ones((1, economy.n)))


def _change(D: np.ndarray, n: int) -> coo_array:
    whole = np.zeros((n, n))
    whole[: len(D), : len(D)] = D
    return coo_array(whole)


def test_two_changes_that_turn_the_determinant_twice_are_refused_too():
    """Two industries that each come to need twice what they make: det(1 − A') = (−1)(−1), and no inverse is right."""
    baseline = _with_flows(np.diag([0.5, 0.5]))
    n = baseline.economy.n
    for ask in (baseline.respond, baseline.totals, lambda change: baseline.columns(change, np.array([0]))):
        with pytest.raises(UnproductiveEconomyError, match="after the change"):
            ask(_change(np.diag([1.5, 1.5]), n))
    both = [Direction(_change(np.diag(one), n)) for one in ([1.5, 0], [0, 1.5])]
    found = Sliders(baseline, both).totals(np.array([[0.0, 0.0], [0.2, 0.2], [1.0, 0.0], [1.0, 1.0]]))
    assert np.isfinite(found[:2]).all()
    assert np.isnan(found[2:]).all()


def test_a_need_of_exactly_what_is_made_is_refused():
    baseline = _with_flows(np.diag([0.5, 0.0]))
    for ask in (baseline.respond, baseline.totals):
        with pytest.raises(UnproductiveEconomyError, match="after the change"):
            ask(_change(np.diag([0.5, 0.0]), baseline.economy.n))


def test_what_is_productive_at_its_end_passes_though_it_is_not_half_way():
    """A + t D is [[0, 0.9 (1 − t)], [5 t, 0]]: its radius is 1.06 at t = ½ and 0 at the end."""
    baseline = _with_flows(np.array([[0.0, 0.9], [0.0, 0.0]]))
    change = _change(np.array([[0.0, -0.9], [5.0, 0.0]]), baseline.economy.n)
    A = baseline.economy.A() + change.toarray()
    expected = np.linalg.solve(np.eye(len(A)) - A, baseline.y).sum()
    assert baseline.totals(change)[0] == pytest.approx(expected, rel=1e-12)
