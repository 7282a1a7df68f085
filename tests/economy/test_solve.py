from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.solve import LeontiefSolver, choose_method
from kaldor.errors import UnproductiveEconomyError
from tests.economy.random_tables import random_economy, random_published


@pytest.mark.parametrize("method", ["lu64", "lu32", "series"])
@pytest.mark.parametrize("transposed", [False, True])
def test_every_method_agrees_with_the_explicit_inverse(method, transposed):
    economy = random_economy(1, regions=5, sectors=6, idle=2)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    B = np.random.default_rng(2).normal(size=(economy.n, 3))
    solved = LeontiefSolver(economy).solve(B, transposed=transposed, method=method)
    np.testing.assert_allclose(solved, (L.T if transposed else L) @ B, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("method", ["lu64", "lu32", "series"])
def test_an_unproductive_economy_is_refused_by_name(method):
    table = random_published(3)
    Z = np.array(table.Z)
    Z[:, 1] = 5 * table.x[1] / len(table.x)  # one industry takes five times its output
    Z[1, :] = np.maximum(Z[1, :], 0.9 * table.x)
    economy = Economy.from_published(replace(table, Z=Z))
    with pytest.raises(UnproductiveEconomyError, match=r"random 2009.*spectral radius.*largest column sum.*R00"):
        LeontiefSolver(economy).solve(np.ones(economy.n), method=method)


def test_a_column_sum_above_one_alone_is_no_reason_to_refuse():
    table = random_published(4)
    Z = np.array(table.Z)
    Z[:, 0] *= 1.05 * table.x[0] / Z[:, 0].sum()  # negative value added occurs in official tables
    economy = Economy.from_published(replace(table, Z=Z))
    assert economy.value_added[0] < 0
    assert np.isfinite(LeontiefSolver(economy).solve(np.ones(economy.n))).all()


def test_the_method_follows_size_and_number_of_right_hand_sides():
    assert choose_method(1_435, 41) == "lu64"
    assert choose_method(5_000, 100) == "lu32"
    assert choose_method(5_000, 4) == "series"
    assert choose_method(20_000, 400) == "series"


def test_one_right_hand_side_keeps_its_shape():
    economy = random_economy(5)
    assert LeontiefSolver(economy).solve(economy.Y_by_region.sum(axis=1)).shape == (economy.n,)


@pytest.mark.parametrize("regions", [3, 6])
def test_a_few_negative_flows_are_solved_and_still_checked(regions):
    table = random_published(6, regions=regions)
    Z = np.array(table.Z)
    Z[0, 1] = -0.01 * table.x[1]  # scrap: sold by the one that uses
    economy = Economy.from_published(replace(table, Z=Z))
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(LeontiefSolver(economy).solve(np.eye(economy.n)), L, atol=1e-12)
    Z[2, 2] = 1.1 * table.x[2]
    with pytest.raises(UnproductiveEconomyError):
        LeontiefSolver(Economy.from_published(replace(table, Z=Z))).solve(np.ones(economy.n))


def test_many_threads_may_share_one_factor():
    from concurrent.futures import ThreadPoolExecutor

    economy = random_economy(8, regions=20, sectors=20)
    solver = LeontiefSolver(economy)
    B = np.random.default_rng(1).random((economy.n, 8))
    alone = solver.solve(B)
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda _: solver.solve(B), range(200)))
    for found in together:
        np.testing.assert_allclose(found, alone, rtol=1e-12)
