"""Sobol indices on functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.errors import InputError
from kaldor.twin.futures.sensitivity import sensitivity_of


def ishigami(X, a=7.0, b=0.1):
    return np.sin(X[:, 0]) + a * np.sin(X[:, 1]) ** 2 + b * X[:, 2] ** 4 * np.sin(X[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    """Ishigami & Homma (1990): variances by integration."""
    first = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0])
    together = b**2 * np.pi**8 * 8 / 225
    whole = first.sum() + together
    return first / whole, (first + np.array([together, 0, together])) / whole


G = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def g_function(X):
    return np.prod((np.abs(4 * X - 2) + G) / (1 + G), axis=1)


def g_indices():
    """Saltelli & Sobol (1995)."""
    own = 1 / (3 * (1 + G) ** 2)
    whole = np.prod(1 + own) - 1
    return own / whole, own * np.array([np.prod(1 + np.delete(own, i)) for i in range(len(G))]) / whole


CASES = [
    (ishigami, [-np.pi] * 3, [np.pi] * 3, ishigami_indices()),
    (g_function, [0.0] * 5, [1.0] * 5, g_indices()),
]


@pytest.mark.parametrize("case", CASES, ids=["Ishigami", "g-function"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_known_indices_lie_within_the_stated_intervals(case, seed):
    function, low, high, (first, total) = case
    found = sensitivity_of(function, low, high, base=2048, seed=seed)
    assert (found["first_low"] - 1e-9 <= first).all()
    assert (first <= found["first_high"] + 1e-9).all()
    assert (found["total_low"] - 1e-9 <= total).all()
    assert (total <= found["total_high"] + 1e-9).all()
    assert (found["first_high"] - found["first_low"]).max() < 0.25
    np.testing.assert_allclose(found["total"], total, atol=0.06)


def test_the_same_seed_gives_the_same_figures():
    runs = [sensitivity_of(ishigami, [-np.pi] * 3, [np.pi] * 3, base=256, seed=s) for s in (5, 5, 6)]
    assert runs[0].equals(runs[1])
    assert not runs[0].equals(runs[2])


def test_a_base_that_is_no_power_of_two_is_refused():
    with pytest.raises(InputError, match="power of 2"):
        sensitivity_of(ishigami, [-np.pi] * 3, [np.pi] * 3, base=1000)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (lambda X: np.where(X[:, 0] > 0.9, np.nan, X[:, 0]), "outcomes are no figure"),
        (lambda X: np.full(len(X), np.nan), "80 of 80 outcomes are no figure"),
        (lambda X: np.where(X[:, 1] > 0.5, np.inf, X[:, 0]), "outcomes are no figure"),
        (lambda X: np.full(len(X), 3.0), "all 80 outcomes are 3: there is no variance"),
        (lambda X: X[:3, 0], "Expected 80"),
    ],
    ids=["some NaN", "all NaN", "infinite", "constant", "too few"],
)
def test_outcomes_without_a_variance_are_refused_in_one_sentence(outcome, said):
    """SALib gave zeros for them."""
    with pytest.raises(InputError, match=said) as caught:
        sensitivity_of(outcome, [0.0] * 3, [1.0] * 3, base=16)
    assert len(caught.value.problems) == 1
