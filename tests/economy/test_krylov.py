from __future__ import annotations

import numpy as np
import pytest

from kaldor.economy.krylov import OwnBlocks, least_residual, times_rows
from tests.economy.random_tables import random_economy


def _left(X, R, A):
    """What X leaves of X (I − A) = R, in double precision and as a share of R."""
    X = X.astype(float)
    return float(np.linalg.norm(R - X + X @ A) / np.linalg.norm(R))


def test_single_precision_leaves_a_millionth_of_many_right_hand_sides():
    """Made orthogonal once, the basis drowns in its own rounding at a few millionths, however many products."""
    economy = random_economy(3, regions=30, sectors=20)
    A = economy.A()
    single = A.astype(np.float32)
    blocks = OwnBlocks.of(lambda r: A[20 * r : 20 * r + 20, 20 * r : 20 * r + 20], 30, 20)
    R = np.random.default_rng(1).lognormal(0, 2, (400, economy.n))
    R /= np.linalg.norm(R, axis=1)[:, None]
    products = 0

    def times(rows):
        nonlocal products
        products += 1
        return times_rows(rows, single)

    found = least_residual(
        times, lambda rows: blocks.after(rows, transposed=False), R.astype(np.float32), tolerance=1e-6, most=30
    )
    assert found is not None
    print(products, _left(found, R, A))
    assert _left(found, R, A) < 1.5e-6


def test_no_right_hand_side_takes_no_product():
    matrix = np.eye(3, dtype=np.float32)
    assert times_rows(np.empty((0, 3), dtype=np.float32), matrix).shape == (0, 3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_single_precision_cannot_hold_has_no_solution_and_no_stack_of_calls():
    def times(rows):
        return rows * np.float32(np.inf)

    R = np.ones((1, 3), dtype=np.float32)
    assert least_residual(times, lambda rows: rows, R, tolerance=1e-6, most=5) is None
