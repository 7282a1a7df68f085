from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import coo_array

from kaldor.economy import solve
from kaldor.economy.economy import Economy
from kaldor.economy.solve import LeontiefSolver, choose_method
from kaldor.errors import NotConvergedError, UnproductiveEconomyError
from tests.economy.random_tables import random_economy, random_published


@pytest.mark.parametrize("method", ["lu64", "lu32", "krylov"])
@pytest.mark.parametrize("transposed", [False, True])
def test_every_method_agrees_with_the_explicit_inverse(method, transposed):
    economy = random_economy(1, regions=5, sectors=6, idle=2)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    B = np.random.default_rng(2).normal(size=(economy.n, 3))
    solved = LeontiefSolver(economy).solve(B, transposed=transposed, method=method)
    np.testing.assert_allclose(solved, (L.T if transposed else L) @ B, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("method", ["lu64", "lu32", "krylov"])
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


def test_the_method_follows_size_number_of_right_hand_sides_and_room(monkeypatch):
    assert choose_method(300, 1) == "lu64"
    assert choose_method(1_435, 42) == "lu64"
    assert choose_method(1_435, 4) == "krylov"
    monkeypatch.setattr(solve, "free_bytes", lambda: 2**34)
    assert choose_method(5_000, 400) == "lu32"
    assert choose_method(5_000, 4) == "krylov"
    monkeypatch.setattr(solve, "free_bytes", lambda: 2**27)  # half of it: less than the 100 MB of a factor
    assert choose_method(5_000, 400) == "krylov"


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("columns", [1, 9])
@pytest.mark.parametrize("copied", [8_000, 0])
def test_products_alone_reach_full_accuracy_for_columns_of_any_size(monkeypatch, transposed, columns, copied):
    monkeypatch.setattr(solve, "_COPIED", copied)  # 0: from Z by rows, as large tables are
    economy = random_economy(4, regions=15, sectors=40, idle=3)
    B = np.random.default_rng(1).lognormal(0, 3, (economy.n, columns)) * 10.0 ** np.arange(-4, columns - 4)
    B[:, -1] *= np.arange(economy.n) == 7  # one industry alone
    solver = LeontiefSolver(economy)
    found = solver.solve(B, transposed=transposed, method="krylov")
    assert "_factor64" not in vars(solver)
    assert "_factor32" not in vars(solver)
    exact = solver.solve(B, transposed=transposed, method="lu64")
    assert (np.abs(found - exact).max(axis=0) <= 1e-11 * np.abs(exact).max(axis=0)).all()


@pytest.mark.parametrize("method", ["lu32", "krylov", None])
@pytest.mark.parametrize("negligible", [1e-35, 1e-300])
def test_an_output_that_single_precision_cannot_hold_is_solved_in_double(method, negligible):
    """Row and column of an industry a millionth of nothing as large as the others' stay what they are in every way."""
    economy = random_economy(4, regions=16, sectors=40)
    Z, Y = economy.Z.copy(), economy.Y.copy()
    Z[5] *= negligible
    Y[5] *= negligible
    Z[:, 5] *= negligible
    x = Z.sum(axis=1) + Y.sum(axis=1)
    tiny = replace(economy, Z=Z, Y=Y, x=x, extensions={})
    np.testing.assert_allclose(LeontiefSolver(tiny).solve(Y.sum(axis=1), method=method), x, rtol=1e-11)
    L = np.linalg.inv(np.eye(tiny.n) - tiny.A())
    found = LeontiefSolver(tiny).solve(np.ones(tiny.n), transposed=True, method=method)
    np.testing.assert_allclose(found, L.sum(axis=0), rtol=1e-10)


def test_many_small_questions_end_in_a_factor_and_a_kept_factor_is_used():
    economy = random_economy(4, regions=20, sectors=35)
    solver, ready = LeontiefSolver(economy), LeontiefSolver(economy)
    ready.keep_factor()
    b = np.ones(economy.n)
    for _ in range(17):
        solver.solve(b)
        assert "_factor64" not in vars(solver)
    assert np.array_equal(solver.solve(b), ready.solve(b))  # the eighteenth of 700 rows
    assert "_factor64" in vars(solver)


def test_a_nearly_unproductive_economy_is_solved_by_a_factor_after_all(monkeypatch):
    monkeypatch.setattr(solve, "_PRODUCTS", 2)
    economy = random_economy(4, regions=5, sectors=6)
    solver = LeontiefSolver(economy)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    np.testing.assert_allclose(solver.solve(np.ones(economy.n), method="krylov"), L.sum(axis=1), rtol=1e-12)
    monkeypatch.setattr(solve, "_factor_fits", lambda n: False)
    with pytest.raises(NotConvergedError, match="a factor of 30 rows does not fit into memory"):
        LeontiefSolver(economy).solve(np.ones(economy.n), method="krylov")


@pytest.mark.parametrize("method", ["lu64", "lu32", "krylov"])
def test_a_changed_economy_is_solved_anew(method):
    economy = random_economy(2, regions=4, sectors=5)
    solver = LeontiefSolver(economy)
    solver.solve(np.ones(economy.n), method=method)
    delta = coo_array(([0.05, 0.02, 0.03], ([1, 3, 3], [2, 4, 4])), shape=(economy.n, economy.n))  # a cell named twice
    expected = np.linalg.solve(np.eye(economy.n) - economy.A() - delta.toarray(), np.ones(economy.n))
    found = solver.with_change(delta).solve(np.ones(economy.n), method=method)
    np.testing.assert_allclose(found, expected, rtol=1e-11)


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


@pytest.mark.parametrize("method", ["lu64", "lu32", "krylov"])
def test_no_right_hand_side_has_no_solution_to_find(method):
    economy = random_economy(4, regions=3, sectors=5)
    assert LeontiefSolver(economy).solve(np.empty((economy.n, 0)), method=method).shape == (economy.n, 0)


def test_inputs_less_than_output_everywhere_prove_a_table_productive_without_a_solve(monkeypatch):
    monkeypatch.setattr(LeontiefSolver, "_by_products", None)  # asked for, it would fail
    solver = LeontiefSolver(random_economy(4, regions=3, sectors=5))
    solver._require_productive("krylov")
    assert solver._productive


@pytest.mark.parametrize("transposed", [False, True])
def test_a_copy_in_single_precision_changes_no_digit(monkeypatch, transposed):
    economy = random_economy(4, regions=15, sectors=40)
    B = np.random.default_rng(1).random((economy.n, 7))
    found = []
    for after in (0, 1_000):
        monkeypatch.setattr(solve, "_COPY_AFTER", after)
        solver = LeontiefSolver(economy)
        found.append(solver.solve(B, transposed=transposed, method="krylov"))
        assert ("_copy" in vars(solver)) == (after == 0)
    assert np.array_equal(*found)
