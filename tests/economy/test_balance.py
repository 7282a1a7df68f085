"""RAS, GRAS and soft totals against an independent optimiser, and the refusals of totals that cannot be met."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import rel_entr

from kaldor.economy.balance import FREE, Margin, fit_margins, gras, ras
from kaldor.errors import InputError, NotConvergedError

MIXED = np.array([[7.0, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1]])


def entropy_optimum(prior, rows, columns):
    """min Σ |a| z ln(z/e) under the margins, by a general-purpose optimiser over the cells that are not zero."""
    place = np.nonzero(prior)
    a = prior[place]

    def matrix(z):
        t = np.zeros_like(prior)
        t[place] = a * z
        return t

    def objective(z):
        return np.sum(np.abs(a) * z * (np.log(z) - 1)), np.abs(a) * np.log(z)

    def margins(z):
        t = matrix(z)
        return np.concatenate([t.sum(axis=1) - rows, (t.sum(axis=0) - columns)[:-1]])

    start = np.ones(len(a))
    found = minimize(
        objective,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(1e-9, None)] * len(a),
        constraints=[{"type": "eq", "fun": margins}],
        options={"maxiter": 2000, "ftol": 1e-15},
    )
    assert found.success
    return matrix(found.x)


def test_gras_is_the_entropy_optimum_and_keeps_signs():
    rows, columns = np.array([15.0, 26, -1]), np.array([9.0, 16, 17, -2])
    balanced = gras(MIXED, rows, columns)
    np.testing.assert_allclose(balanced.matrix.sum(axis=1), rows, atol=1e-8)
    np.testing.assert_allclose(balanced.matrix.sum(axis=0), columns, atol=1e-8)
    assert (np.sign(balanced.matrix) == np.sign(MIXED)).all()
    np.testing.assert_allclose(balanced.matrix, entropy_optimum(MIXED, rows, columns), atol=2e-4)
    assert balanced.residual <= 1e-10
    assert balanced.iterations > 1


def test_ras_is_the_entropy_optimum():
    prior = np.random.default_rng(0).lognormal(0, 1, (4, 5))
    rows = prior.sum(axis=1) * [1.5, 0.7, 1.0, 1.2]
    columns = prior.sum(axis=0) * [0.5, 1, 2, 1, 0.8]
    columns *= rows.sum() / columns.sum()
    balanced = ras(prior, rows, columns)
    np.testing.assert_allclose(balanced.matrix, entropy_optimum(prior, rows, columns), rtol=2e-4)
    np.testing.assert_allclose(
        balanced.matrix, prior * np.outer(balanced.row_factors, balanced.column_factors), rtol=1e-12
    )


def test_a_balanced_matrix_stays_as_it_is():
    balanced = gras(MIXED, MIXED.sum(axis=1), MIXED.sum(axis=0))
    np.testing.assert_allclose(balanced.matrix, MIXED, rtol=1e-9)


def test_a_zero_total_empties_a_line_of_one_sign():
    balanced = gras(np.array([[1.0, 2], [3, 4], [-1, -2]]), np.array([0.0, 5, 0]), np.array([2.0, 3]))
    np.testing.assert_allclose(balanced.matrix, [[0, 0], [2, 3], [0, 0]], atol=1e-9)


@pytest.mark.parametrize(
    ("prior", "rows", "columns", "said"),
    [
        ([[1.0, 1], [1, 1]], [1.0, 1], [1.0, 2], "add up to"),
        ([[1.0, 1], [0, 0]], [1.0, 1], [1.0, 1], "row 1"),
        ([[1.0, -1], [1, -1]], [1.0, 1], [3.0, -1], ""),
        ([[1.0, 1], [1, 1]], [3.0, -1], [1.0, 1], "can only give zero or more"),
        ([[1.0, np.nan], [1, 1]], [1.0, 1], [1.0, 1], "not a finite number"),
        ([[1.0, 1]], [1.0, 1], [1.0, 1], "shape"),
    ],
)
def test_totals_that_cannot_be_met_are_refused(prior, rows, columns, said):
    if not said:  # the same shape with reachable totals passes, so that the refusals are not of everything
        gras(np.array(prior), np.array(rows), np.array(columns))
        return
    with pytest.raises(InputError, match=said):
        gras(np.array(prior), np.array(rows), np.array(columns))


def test_zeros_that_leave_no_way_do_not_converge():
    with pytest.raises(NotConvergedError, match="zeros of the first guess"):
        gras(np.array([[1.0, 0], [1, 1]]), np.array([3.0, 1]), np.array([1.0, 3]), most=200)


def test_ras_refuses_negative_cells():
    with pytest.raises(InputError, match="gras"):
        ras(MIXED, MIXED.sum(axis=1), MIXED.sum(axis=0))


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_margins_hold_for_any_reachable_totals(seed, r, c):
    rng = np.random.default_rng(seed)
    prior = rng.lognormal(0, 1, (r, c)) * np.where(rng.random((r, c)) < 0.15, -1, 1)
    target = prior * rng.lognormal(0, 0.5, (r, c))
    balanced = gras(prior, target.sum(axis=1), target.sum(axis=0), tolerance=1e-9)
    np.testing.assert_allclose(balanced.matrix.sum(axis=1), target.sum(axis=1), atol=1e-6)
    np.testing.assert_allclose(balanced.matrix.sum(axis=0), target.sum(axis=0), atol=1e-6)
    assert (balanced.matrix * prior >= 0).all()


def rows_and_columns(shape):
    return np.indices(shape)


def test_hard_margins_are_ras():
    prior = np.random.default_rng(1).lognormal(0, 1, (3, 4))
    rows, columns = np.array([2.0, 3, 4]), np.array([1.0, 2, 3, 3])
    i, j = rows_and_columns(prior.shape)
    fitted = fit_margins(prior, [Margin("rows", i, rows), Margin("columns", j, columns)], tolerance=1e-12)
    np.testing.assert_allclose(fitted.matrix, ras(prior, rows, columns, tolerance=1e-13).matrix, rtol=1e-8)
    np.testing.assert_allclose(fitted.reached[0], rows)


def test_a_soft_total_is_the_optimum_of_the_weighted_entropies():
    prior = np.array([[1.0, 2], [3, 4]])
    rows = np.array([4.0, 6])
    i, _ = rows_and_columns(prior.shape)
    corner = np.array([[0, FREE], [FREE, FREE]])
    soft = Margin("corner", corner, np.array([3.0]), weight=2.0)
    fitted = fit_margins(prior, [Margin("rows", i, rows), soft], tolerance=1e-14)

    def objective(t):
        cells = np.array([[t[0], rows[0] - t[0]], [t[1], rows[1] - t[1]]])
        distance = np.sum(rel_entr(cells, prior) - cells + prior)
        return distance + 2.0 * (rel_entr(t[0], 3.0) - t[0] + 3.0)

    best = minimize(objective, [1.0, 3.0], bounds=[(1e-6, 4 - 1e-6), (1e-6, 6 - 1e-6)], tol=1e-14).x
    np.testing.assert_allclose(fitted.matrix[:, 0], best, rtol=1e-4)
    unbent = prior[0, 0] / prior[0].sum() * 4
    assert unbent < fitted.matrix[0, 0] < 3.0


def test_contradicting_hard_totals_are_refused_or_do_not_converge():
    prior = np.ones((2, 2))
    i, j = rows_and_columns(prior.shape)
    with pytest.raises(InputError, match="different sums"):
        fit_margins(prior, [Margin("rows", i, np.array([1.0, 1])), Margin("columns", j, np.array([1.0, 2]))])
    corner = Margin("corner", np.array([[0, FREE], [FREE, FREE]]), np.array([5.0]))
    with pytest.raises(NotConvergedError, match="contradict"):
        fit_margins(prior, [Margin("rows", i, np.array([1.0, 1])), corner], most=50)


def test_a_hard_total_without_cells_is_refused():
    with pytest.raises(InputError, match="all of its cells are zero"):
        fit_margins(np.zeros((1, 1)), [Margin("rows", np.zeros((1, 1), dtype=int), np.array([1.0]))])
