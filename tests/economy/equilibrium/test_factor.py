"""The factored tangent: half of it steers as the whole does, made in parts as at once, and in little memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import lu_factor

from kaldor.economy.equilibrium import factor, tangent
from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.factor import factor_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium, Point
from kaldor.economy.equilibrium.tangent import Tangent
from tests.economy.equilibrium.test_levels import CHANGES, CLOSURES, base_of, observed


@pytest.fixture(scope="module", params=CLOSURES)
def point(request) -> Point:
    """A balance with every wedge, and there a shock that it does not balance."""
    base = base_of(observed())
    equilibrium = Equilibrium(base, Closure.of(base, **CLOSURES[request.param]))
    return equilibrium.solve(replace(Shock.none(base), **CHANGES["all"]))


def tangent_of(point: Point, precision: type = np.float64) -> Tangent:
    return Tangent(point.scenario, point.at, point.prices, point.volumes, precision)


def test_a_step_is_the_whole_tangents(point):
    missed = np.random.default_rng(1).normal(0, 1, point.missed.size)
    exact = np.linalg.solve(tangent_of(point).matrix(), -missed)
    found = factor_of(tangent_of(point, np.float32)).step(missed)
    np.testing.assert_allclose(found, exact, atol=3e-4 * np.abs(exact).max())


def test_half_of_it_is_factored(point):
    """Outputs from prices where something stays in its industry; prices first where nothing does."""
    closure, factored = point.scenario.closure, []
    stays = closure.capital == "by industry" or np.isfinite(closure.labour_mobility)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factor, "lu_factor", lambda matrix, **more: factored.append(matrix.shape) or lu_factor(matrix))
        factor_of(tangent_of(point, np.float32))
    n, R = point.scenario.base.output.size, point.scenario.base.regions
    size = n + (4 if closure.capital == "mobile" else 3) * R
    assert factored == ([(size, size)] if stays else [(n, n), (size, size)])


def test_rows_are_the_same_however_many_are_made_at_once(point, monkeypatch):
    at_once = tangent_of(point).matrix()
    monkeypatch.setattr(tangent, "_ROWS", 1)
    np.testing.assert_allclose(tangent_of(point).matrix(), at_once, atol=1e-14)


def test_a_factor_takes_a_few_matrices_in_single_precision():
    rng = np.random.default_rng(2)
    R, S = 40, 25
    flows = rng.lognormal(0, 1, (S, R, R, S + 1))
    output = flows.sum(axis=(1, 3)).T
    paid = flows[..., :S].sum(axis=(0, 2))
    flows[..., :S] *= 0.5 * (output / paid)[None, :, None, :]
    output = flows.sum(axis=(1, 3)).T
    added = np.maximum(output - flows[..., :S].sum(axis=(0, 2)), 0.2 * output)
    energy = np.zeros((S, 1), bool)
    energy[:2] = True
    base = Base(
        flows, np.zeros((R, S, R)), output, 0.6 * added, 0.4 * added, np.zeros((R, S, R)),
        np.zeros((R, S + 1)),
        np.zeros((S, R, S + 1)), np.zeros((R, S)), np.ones((R, S)), energy,
        Elasticities(np.full(S, 5.0), 0.2, 0.5, 0.5, 0.9, 0.4, 0.5),
    )  # fmt: skip
    start = Equilibrium(base, Closure.of(base)).at_base
    tracemalloc.start()
    start.factor()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    matrix = 4 * (R * S) ** 2  # bytes of industries by industries
    assert peak < 16 * matrix
