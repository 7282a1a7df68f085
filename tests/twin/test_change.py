"""The vocabulary of levers: what a change keeps, how changes compose, and what contradicts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.twin.change import Change
from kaldor.twin.errors import ContradictingLeversError
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.twin.users import Users
from tests.twin.random_world import REGIONS, SECTORS, random_world


def everyone(change: Change) -> Users:
    """All industries and all final users but inventories."""
    return Users(np.arange(change.economy.n), change.final_users(REGIONS).final)


def by_product(change: Change, product: str) -> tuple[np.ndarray, np.ndarray]:
    """What industries and final users use of a product, from all countries together."""
    k, position = len(SECTORS), SECTORS.index(product)
    A = change.economy.A() + change.delta_A().toarray()
    return A[position::k].sum(axis=0), change.Y()[position::k].sum(axis=0)


def run(twin: Twin, *levers: LeverSetting) -> State:
    """The state of a scenario of these levers."""
    return twin.run(Scenario(id="test", levers=levers))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 9), share=st.floats(0, 1), keep_home=st.booleans())
def test_sourcing_keeps_how_much_is_used(seed: int, share: float, keep_home: bool) -> None:
    change = Change(random_world(seed, idle=seed % 2))
    before = by_product(change, "metals")
    change.shift_sourcing("metals", everyone(change), to=("BBB",), share=share, keep_home=keep_home)
    change.cap_share("metals", everyone(change), 0.4)
    for new, old in zip(by_product(change, "metals"), before, strict=True):
        np.testing.assert_allclose(new, old, rtol=1e-12, atol=1e-15)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 9), cap=st.floats(0.05, 1))
def test_a_cap_is_kept_by_all_foreign_suppliers(seed: int, cap: float) -> None:
    change = Change(random_world(seed))
    change.cap_share("metals", everyone(change), cap)
    k, position = len(SECTORS), SECTORS.index("metals")
    A = (change.economy.A() + change.delta_A().toarray())[position::k]
    shares = A / A.sum(axis=0)
    home = np.arange(change.economy.n) // k
    shares[home, np.arange(change.economy.n)] = 0
    assert shares.max() <= cap * (1 + 1e-9)


def test_a_cap_that_too_few_suppliers_can_keep_ends_in_equal_parts() -> None:
    """Nothing at home, 70/30 abroad: 50/50 is the nearest, for every cap below a half."""
    world = random_world(1)
    change = Change(world)
    inputs = change.inputs("metals")
    inputs[:, 0] = [0.0, 0.07, 0.03]
    change.cap_share("metals", change.users_at(np.array([0])), 0.2)
    np.testing.assert_allclose(change.inputs("metals")[:, 0], [0, 0.05, 0.05])


def test_a_cap_that_does_not_bind_changes_nothing() -> None:
    change = Change(random_world(1))
    change.cap_share("metals", everyone(change), 1.0)
    assert change.delta_A().nnz == 0
    np.testing.assert_array_equal(change.Y(), change.economy.Y)


def test_moving_use_moves_money_by_the_rate_given() -> None:
    change = Change(random_world(1))
    users = change.users(("AAA",), ("electronics",), ("households",))
    (fuels_A, fuels_Y), (energy_A, energy_Y) = by_product(change, "fuels"), by_product(change, "energy")
    change.move_use("fuels", {"energy": 0.75, "services": 0.25}, users, 0.4, per_unit=0.5)
    (new_fuels_A, new_fuels_Y), (new_energy_A, new_energy_Y) = by_product(change, "fuels"), by_product(change, "energy")
    np.testing.assert_allclose(new_fuels_A[users.industries], 0.6 * fuels_A[users.industries])
    np.testing.assert_allclose(new_fuels_Y[users.final], 0.6 * fuels_Y[users.final])
    np.testing.assert_allclose(
        (new_energy_A - energy_A)[users.industries], 0.4 * 0.5 * 0.75 * fuels_A[users.industries]
    )
    np.testing.assert_allclose((new_energy_Y - energy_Y)[users.final], 0.4 * 0.5 * 0.75 * fuels_Y[users.final])
    others = np.setdiff1d(np.arange(change.economy.n), users.industries)
    np.testing.assert_array_equal(new_energy_A[others], energy_A[others])


def test_final_users_leave_inventories_out() -> None:
    change = Change(random_world(1))
    users = change.final_users(("BBB",))
    assert [change.economy.final_demand_index[i] for i in users.final] == [
        ("BBB", demand) for demand in ("households", "government", "investment")
    ]
    change.scale_use(change.economy.sectors, change.final_users(change.economy.regions), 2.0)
    stocks = np.arange(change.economy.Y.shape[1]) % 4 == 3
    np.testing.assert_array_equal(change.Y()[:, stocks], change.economy.Y[:, stocks])
    np.testing.assert_allclose(change.Y()[:, ~stocks], 2 * change.economy.Y[:, ~stocks])


# -- levers together -------------------------------------------------------------------------------------------------

LESS = LeverSetting(
    lever="material-efficiency", strength=20, regions=("AAA",), sectors=("electronics",), products=("metals",)
)
HOME = LeverSetting(lever="reshoring", strength=50, regions=("AAA",), products=("metals",))


def cells(state: State) -> np.ndarray:
    """What the electronics of AAA buy of metals, by country of origin, per unit of output."""
    k = len(SECTORS)
    A = state.economy.A() + state.change.delta_A().toarray()
    return np.asarray(A[SECTORS.index("metals") :: k, SECTORS.index("electronics")])


@pytest.mark.parametrize("order", [(LESS, HOME), (HOME, LESS)])
def test_technology_and_sourcing_are_both_felt_in_full(order: tuple[LeverSetting, ...]) -> None:
    """A fifth less in all, half of what is foreign brought home: not the sum of two changes of A."""
    twin = Twin(random_world(1))
    old, new = cells(twin.before()), cells(run(twin, *order))
    expected = 0.8 * np.array([old[0] + 0.5 * (old[1] + old[2]), 0.5 * old[1], 0.5 * old[2]])
    np.testing.assert_allclose(new, expected, rtol=1e-12)


def test_the_premium_follows_what_is_left_after_all_levers() -> None:
    twin = Twin(random_world(1))
    position = SECTORS.index("electronics")
    rates = [run(twin, *order).change.levies[0].rate[position] for order in ((HOME,), (HOME, LESS), (LESS, HOME))]
    old = cells(twin.before())
    assert rates[0] == pytest.approx(0.3 * 0.5 * (old[1] + old[2]))
    assert rates[1] == pytest.approx(0.8 * rates[0])
    assert rates[2] == pytest.approx(rates[1])


def test_final_users_pay_the_premium_on_what_they_moved() -> None:
    twin = Twin(random_world(1))
    after = run(twin, HOME)
    (levy,) = after.change.final_levies
    assert levy.recipient == "suppliers"
    rows = SECTORS.index("metals") + np.arange(3) * len(SECTORS)
    imported = twin.economy.Y[rows[1:], 0].sum()
    assert (levy.rate * after.Y)[:, 0].sum() == pytest.approx(0.3 * 0.5 * imported)


def test_final_users_stay_where_only_some_industries_move() -> None:
    twin = Twin(random_world(1))
    after = run(twin, HOME.model_copy(update={"sectors": ("electronics",)}))
    assert not after.change.final_levies
    np.testing.assert_array_equal(after.Y, twin.economy.Y)
    assert cells(after)[0] > cells(twin.before())[0]


def test_a_tax_sees_the_levers_that_follow_it() -> None:
    twin = Twin(random_world(1))
    tax = LeverSetting(lever="carbon-price", strength=100, regions=("AAA",))
    clean = LeverSetting(lever="clean-electricity", strength=50, regions=("AAA",))
    first, last = run(twin, tax, clean), run(twin, clean, tax)
    np.testing.assert_allclose(first.prices, last.prices, rtol=1e-12)
    energy = SECTORS.index("energy")
    assert first.change.levies[0].rate[energy] == pytest.approx(0.5 * 0.1 * twin.economy.S("co2")[energy])


def test_levers_that_pull_the_same_purchases_apart_are_refused_by_name() -> None:
    twin = Twin(random_world(1))
    away = LeverSetting(lever="friendshoring", strength=20, regions=("AAA",), products=("metals",), bloc=("BBB",))
    with pytest.raises(ContradictingLeversError, match=r"'reshoring' and 'friendshoring'.*'metals'"):
        run(twin, HOME, away)


@pytest.mark.parametrize(
    "other",
    [
        LeverSetting(lever="friendshoring", strength=20, regions=("AAA",), products=("electronics",), bloc=("BBB",)),
        LeverSetting(lever="friendshoring", strength=20, regions=("BBB",), products=("metals",), bloc=("AAA",)),
        LeverSetting(lever="friendshoring", strength=0, regions=("AAA",), products=("metals",), bloc=("BBB",)),
        HOME.model_copy(update={"strength": 0}),
    ],
)
def test_levers_that_do_not_meet_or_agree_are_not_refused(other: LeverSetting) -> None:
    """Each does what it does alone: their changes of A and of final use add up, for they share no purchase."""
    twin = Twin(random_world(1))
    alone, there, both = run(twin, HOME), run(twin, other), run(twin, HOME, other)
    one, second, together = (state.coefficients_change.toarray() for state in (alone, there, both))
    np.testing.assert_allclose(together, one + second, atol=1e-12)
    np.testing.assert_allclose(both.Y - twin.economy.Y, alone.Y + there.Y - 2 * twin.economy.Y, atol=1e-7)
    assert np.abs(one).max() > 1e-3
    assert (np.abs(second).max() > 1e-3) == bool(other.strength)
