"""A factor that several threads share: the same answers as alone, and one place that divides by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import lu_factor

import kaldor
from kaldor.economy.divided import divided


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_threads_that_share_a_factor_answer_as_one_does_alone(kind):
    drawn = np.random.default_rng(0)
    factor = lu_factor(drawn.standard_normal((700, 700)).astype(kind))
    right = drawn.standard_normal(700).astype(kind)
    alone, pivots = divided(factor, right), factor[1].copy()
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: divided(factor, right), range(400)))
    assert all(np.array_equal(one, alone) for one in together)
    assert np.array_equal(factor[1], pivots)


def test_nothing_else_divides_by_a_kept_factor():
    """LAPACK's wrapper writes into the pivots that it is given: whoever calls it must copy them."""
    package = Path(kaldor.__file__).parent
    found = {one.name for one in package.rglob("*.py") if "lu_solve" in one.read_text("utf-8")}
    assert found == {"divided.py"}
