"""Many futures together, against each of them answered alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array

from kaldor.economy.lowrank import Baseline
from kaldor.economy.lowrank_batch import BatchedBaseline, Direction, Sliders
from tests.economy.random_tables import random_economy


def _baseline(seed: int) -> Baseline:
    economy = random_economy(seed, 3, 4)
    return Baseline(economy, np.stack([economy.S("co2"), economy.value_added * economy.per_output]))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 3), st.integers(0, 5))
def test_a_batch_equals_its_futures_one_by_one(seed, width, height):
    rng = np.random.default_rng(seed)
    baseline = _baseline(seed)
    n, A, count = baseline.economy.n, baseline.economy.A(), 5
    rows, columns = (np.sort(rng.choice(n, size, replace=False)) for size in (height, width))
    delta = A[np.ix_(rows, columns)] * rng.uniform(-0.5, 0.5, (count, height, width))
    more = rng.normal(0, 0.1, (count, n))
    S = baseline.S * rng.uniform(0.5, 1, (count, *baseline.S.shape))
    shared = BatchedBaseline(baseline)
    found = shared.respond(rows, columns, delta)
    assert found.productive.all()
    block = np.array([1, 2, 7])
    x = found.output(baseline.x, more)
    M = [found.multipliers(baseline.M[e] + shared.left(S[:, e] - baseline.S[e])) for e in range(len(baseline.S))]
    behind = found.behind_block(block, x)
    for b in range(count):
        change = np.zeros((n, n))
        change[np.ix_(rows, columns)] = delta[b]
        L = np.linalg.inv(np.eye(n) - A - change)
        alone = baseline.respond(coo_array(change), delta_y=more[b], delta_S=S[b] - baseline.S)
        np.testing.assert_allclose(x[b], alone.x, rtol=1e-10)
        np.testing.assert_allclose([m[b] for m in M], alone.multipliers, rtol=1e-10)
        expected = L[:, block] @ np.linalg.solve(L[np.ix_(block, block)], alone.x[block])
        np.testing.assert_allclose(behind[b], expected, rtol=1e-10)


def test_rows_that_are_not_worth_keeping_are_solved_for():
    baseline = _baseline(3)
    vectors = np.random.default_rng(3).uniform(size=(4, baseline.economy.n))
    kept, solved = (BatchedBaseline(baseline, runs=runs).left(vectors) for runs in (1_000, 1))
    np.testing.assert_allclose(kept, solved, rtol=1e-12)


def test_an_unproductive_future_is_marked_and_leaves_the_others_alone():
    baseline = _baseline(4)
    n = baseline.economy.n
    columns = np.array([2])
    delta = np.stack([baseline.economy.A()[:, columns] * factor for factor in (0.1, 40.0, -0.2)])
    found = BatchedBaseline(baseline).respond(np.arange(n), columns, delta)
    assert found.productive.tolist() == [True, False, True]
    x = found.output(baseline.x)
    for b in (0, 2):
        change = np.zeros((n, n))
        change[:, columns] = delta[b]
        np.testing.assert_allclose(x[b], baseline.respond(coo_array(change)).x, rtol=1e-10)


def _directions(baseline: Baseline, rng) -> list[Direction]:
    """A column, a row, a column that shares cells with the row, a change of demand and one of intensities."""
    n, A = baseline.economy.n, baseline.economy.A()
    column, row, wide = np.zeros((n, n)), np.zeros((n, n)), np.zeros((n, n))
    column[:, 3] = -0.4 * A[:, 3]
    row[5] = A[5] * rng.uniform(-0.3, 0.3, n)
    wide[:, [7, 8]] = A[:, [7, 8]] * rng.uniform(-0.3, 0.3, (n, 2))
    return [
        Direction(coo_array(column)),
        Direction(coo_array(row), delta_S=-0.3 * baseline.S),
        Direction(coo_array(wide), delta_y=rng.uniform(0, 0.1, n)),
        Direction(delta_y=rng.uniform(0, 0.1, n), delta_S=rng.uniform(-0.1, 0.1, baseline.S.shape) * baseline.S),
    ]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_sliders_equal_totals_one_by_one(seed, count):
    rng = np.random.default_rng(seed)
    baseline = _baseline(seed)
    directions = _directions(baseline, rng)
    strengths = rng.uniform(-0.5, 1, (count, len(directions)))
    found = Sliders(baseline, directions).totals(strengths)
    n = baseline.economy.n
    for b in range(count):
        delta_A = sum(
            (s * d.delta_A.toarray() for s, d in zip(strengths[b], directions, strict=True) if d.delta_A is not None),
            np.zeros((n, n)),
        )
        delta_y = sum(s * d.delta_y for s, d in zip(strengths[b], directions, strict=True) if d.delta_y is not None)
        delta_S = sum(s * d.delta_S for s, d in zip(strengths[b], directions, strict=True) if d.delta_S is not None)
        alone = baseline.totals(coo_array(delta_A), delta_y=delta_y, delta_S=delta_S)
        np.testing.assert_allclose(found[b], alone, rtol=1e-10)


def test_sliders_without_any_change_of_A_and_at_strength_zero():
    baseline = _baseline(1)
    sliders = Sliders(baseline, [Direction(delta_y=np.ones(baseline.economy.n))])
    totals = sliders.totals(np.array([[0.0], [2.0]]))
    np.testing.assert_allclose(totals[0], baseline.S @ baseline.x, rtol=1e-12)
    np.testing.assert_allclose(totals[1], baseline.M @ (baseline.y + 2), rtol=1e-12)


def test_a_slider_that_makes_the_economy_unproductive_gives_no_number():
    baseline = _baseline(4)
    delta = np.zeros((baseline.economy.n,) * 2)
    delta[:, 2] = baseline.economy.A()[:, 2]
    sliders = Sliders(baseline, [Direction(coo_array(delta))])
    totals = sliders.totals(np.array([[0.1], [40.0]]))
    assert np.isfinite(totals[0]).all()
    assert np.isnan(totals[1]).all()
