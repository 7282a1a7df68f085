"""Structural decomposition against every ordering walked one by one with the explicit inverse."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.accounts import country_accounts
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.factors import combine
from kaldor.economy.orderings import terms_of
from kaldor.errors import InputError, UnknownExtensionError, UnknownLabelError
from tests.economy.random_tables import random_economy

FIVE = ("intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level")


def _total(flows: np.ndarray, regions: int) -> np.ndarray:
    """What is bought of each product, whatever its origin, stacked again to the rows of the table."""
    return np.tile(flows.reshape(regions, -1, flows.shape[1]).sum(axis=0), (regions, 1))


def _account_by_inverse(pair: tuple[Economy, Economy], state: dict[str, int], account: str) -> np.ndarray:
    """The account of every region with each factor at its own year, written out with the inverse of I − A."""
    regions = len(pair[0].regions)
    A, Y = [e.A() for e in pair], [e.Y_by_region for e in pair]
    tech, origin = state["technology"], state.get("sourcing", state["technology"])
    mixed_A = A[origin] * _total(A[tech], regions) / _total(A[origin], regions)
    mix = state["final-demand-mix"]
    origin = state.get("sourcing", mix)
    share = Y[mix] / Y[mix].sum(axis=0)
    other = Y[origin] / Y[origin].sum(axis=0)
    final = other * _total(share, regions) / _total(other, regions) * Y[state["final-demand-level"]].sum(axis=0)
    carried = (np.linalg.inv(np.eye(pair[0].n) - mixed_A) @ final) * pair[state["intensity"]].S("co2")[:, None]
    by_region = pair[0].sum_by_region(carried)
    return by_region.sum(axis=0) if account == "consumption" else by_region.sum(axis=1)


def _every_ordering(pair, factors, account):
    """Terms by ordering: factor → (orderings × regions)."""
    found = {factor: [] for factor in factors}
    for order in permutations(factors):
        state = dict.fromkeys(factors, 0)
        before = _account_by_inverse(pair, state, account)
        for factor in order:
            state[factor] = 1
            after = _account_by_inverse(pair, state, account)
            found[factor].append(after - before)
            before = after
    return {factor: np.array(terms) for factor, terms in found.items()}


@pytest.mark.parametrize("account", ["consumption", "production"])
@pytest.mark.parametrize("factors", [FIVE, ("intensity", "technology", "final-demand-mix", "final-demand-level")])
def test_mean_and_range_are_those_of_all_orderings_walked_one_by_one(account, factors):
    pair = random_economy(11), random_economy(12)
    found = decompose(*pair, "co2", factors=factors, account=account)
    walked = _every_ordering(pair, factors, account)
    assert found.orderings == len(next(iter(walked.values())))
    for factor in factors:
        spread = found.spread.xs(factor, level="factor")
        np.testing.assert_allclose(spread["mean"], walked[factor].mean(axis=0), rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(spread["lowest"], walked[factor].min(axis=0), rtol=1e-10, atol=1e-9)
        np.testing.assert_allclose(spread["highest"], walked[factor].max(axis=0), rtol=1e-10, atol=1e-9)
        # permutations() starts with the given order and ends with its reverse
        np.testing.assert_allclose(spread["polar"], walked[factor][[0, -1]].mean(axis=0), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("by", ["region", "sector", "world"])
@pytest.mark.parametrize("account", ["consumption", "production"])
def test_terms_add_up_to_the_change_of_the_accounts(by, account):
    earlier, later = random_economy(21, idle=1), random_economy(22, idle=1)
    table = decompose(earlier, later, "co2", account=account, by=by).table
    terms = table.drop(columns=["earlier", "later", "change"]).sum(axis=1)
    np.testing.assert_allclose(terms, table["change"], rtol=1e-9, atol=1e-9)
    for column, economy in (("earlier", earlier), ("later", later)):
        accounts = country_accounts(economy, "co2")[account]
        if by == "region":
            np.testing.assert_allclose(table[column], accounts, rtol=1e-9)
        assert table[column].sum() == pytest.approx(accounts.sum(), rel=1e-9)


@pytest.mark.parametrize("deflators", [None, 1.3])
def test_memory_is_that_of_one_table_of_coefficients_and_its_single_precision(deflators):
    pair = random_economy(21, 20, 40, idle=1), random_economy(22, 20, 40, idle=1)
    decompose(*pair, "co2")  # imports, cached sums
    tracemalloc.start()
    decompose(*pair, "co2", deflators=deflators)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 2 * pair[0].Z.nbytes


def test_solves_do_not_grow_with_the_orderings():
    found = decompose(random_economy(1), random_economy(2), "co2")
    assert (found.orderings, found.solves) == (120, 8)
    assert decompose(random_economy(1), random_economy(2), "co2", account="production").solves == 16


def test_a_change_of_one_factor_alone_is_its_term_alone():
    earlier = random_economy(5)
    cleaner = replace(
        earlier, extensions={"co2": replace(earlier.extension("co2"), F=earlier.extension("co2").F * 0.8)}
    )
    table = decompose(earlier, cleaner, "co2").table
    np.testing.assert_allclose(table["intensity"], table["change"], rtol=1e-12)
    others = table[["technology", "sourcing", "final-demand-mix", "final-demand-level", "direct use"]]
    np.testing.assert_allclose(others, 0, atol=1e-9)


def test_prices_that_doubled_change_nothing_once_deflated():
    earlier = random_economy(6)
    dearer = replace(earlier, Z=earlier.Z * 2, Y=earlier.Y * 2, x=earlier.x * 2)
    current = decompose(earlier, dearer, "co2")
    assert current.table["intensity"].sum() < -1
    assert "Current prices" in current.warning
    constant = decompose(earlier, dearer, "co2", deflators=2.0)
    np.testing.assert_allclose(constant.spread, 0, atol=1e-9)
    assert constant.warning == ""


def test_deflators_by_region_by_sector_and_as_a_table_agree():
    earlier, later = random_economy(7), random_economy(8)
    rates = {"R00": 1.1, "R01": 1.3, "R02": 0.9}
    by_region = decompose(earlier, later, "co2", deflators=rates).spread
    by_row = decompose(earlier, later, "co2", deflators={(r, s): rates[r] for r, s in earlier.index}).spread
    frame = pd.DataFrame({s: pd.Series(rates) for s in earlier.sectors})
    pd.testing.assert_frame_equal(by_region, by_row)
    pd.testing.assert_frame_equal(by_region, decompose(earlier, later, "co2", deflators=frame).spread)
    assert not by_region.equals(decompose(earlier, later, "co2", deflators=1.1).spread)


def test_population_and_demand_per_head_make_up_the_level():
    earlier, later = random_economy(9), random_economy(10)
    people = {"R00": (10.0, 12.0), "R01": (5.0, 5.0), "R02": (7.0, 6.0)}
    with_people = decompose(earlier, later, "co2", factors=(*FIVE, "population"), population=people).table
    without = decompose(earlier, later, "co2").table
    assert with_people.loc["R01", "population"] == pytest.approx(0, abs=1e-9)
    assert with_people.loc["R00", "population"] > 0 > with_people.loc["R02", "population"]
    np.testing.assert_allclose(with_people["change"], without["change"])
    five = list(FIVE)
    np.testing.assert_allclose(with_people.loc["R01", five].to_numpy(float), without.loc["R01", five].to_numpy(float))


def test_population_must_be_there_and_positive_for_every_region():
    pair, factors = (random_economy(9), random_economy(10)), (*FIVE, "population")
    people = {"R00": (10.0, 12.0), "R01": (5.0, float("nan"))}
    with pytest.raises(InputError, match="is not positive for R01") as refused:
        decompose(*pair, "co2", factors=factors, population=people)
    assert len(refused.value.problems) == 2
    decompose(*pair, "co2", population=people)  # not asked for, not read


def test_an_industry_that_appears_is_not_a_change_of_intensity():
    later = random_economy(13)
    Z, Y, x, F = (np.array(a) for a in (later.Z, later.Y, later.x, later.extension("co2").F))
    Z[0], Z[:, 0], Y[0], x[0], F[0] = 0, 0, 0, 0, 0
    earlier = replace(later, Z=Z, Y=Y, x=x, extensions={"co2": replace(later.extension("co2"), F=F)})
    table = decompose(earlier, later, "co2").table
    np.testing.assert_allclose(table["intensity"], 0, atol=1e-9)
    assert table["change"].abs().sum() > 0.1


def test_value_added_can_be_decomposed_like_an_extension():
    earlier, later = random_economy(14), random_economy(15)
    found = decompose(earlier, later, "value_added", account="production")
    assert found.unit == "million $"
    np.testing.assert_allclose(found.table["later"], later.sum_by_region(later.value_added), rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_terms_of_any_states_add_up_and_lie_in_their_range(k, seed):
    values = np.random.default_rng(seed).normal(size=(2,) * k + (3,))
    terms = terms_of(values)
    ends = values.reshape(-1, 3)
    np.testing.assert_allclose(terms.mean.sum(axis=0), ends[-1] - ends[0], atol=1e-12)
    np.testing.assert_allclose(terms.polar.sum(axis=0), ends[-1] - ends[0], atol=1e-12)
    assert (terms.lowest <= terms.mean + 1e-12).all()
    assert (terms.mean <= terms.highest + 1e-12).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"factors": ("intensity", "technology")}, "do not make up the account"),
        ({"factors": ("intensity", "technology", "final-demand", "price")}, "'price' is no factor"),
        ({"factors": (*FIVE, "final-demand")}, "do not make up the account"),
        ({"factors": (*FIVE, "population")}, "none for R02"),
        ({"deflators": {"R00": 1.0, "R01": 1.0}}, "none for R02"),
        ({"deflators": {"R00": 1.0, "R01": 1.0, "R02": 1.0, "XX": 1.0}}, "'XX' is no region"),
        ({"deflators": -1.0}, "above zero"),
        ({"deflators": float("nan")}, "above zero"),
    ],
)
def test_wrong_asks_are_refused_with_what_to_do(change, message):
    with pytest.raises(InputError, match=message):
        decompose(random_economy(1), random_economy(2), "co2", **change)


def test_final_demand_that_cancels_does_not_blow_up_the_terms():
    """Where falling inventories offset purchases, a product's origins cannot be told from its sum."""
    earlier, later = random_economy(16), random_economy(17)
    Y = np.array(earlier.Y)
    rows = [0, 4, 8]  # one product from three regions, for the first region
    Y[rows, 0], Y[rows, 1] = [5.0, 3.0, 2.0], [-5.0, -4.0, -1.0 + 1e-9]
    emptied = replace(earlier, Y=Y)
    found = decompose(emptied, later, "co2")
    gap = found.table.drop(columns=["earlier", "later", "change"]).sum(axis=1) - found.table["change"]
    assert gap.abs().max() < 1e-9
    assert found.spread.abs().to_numpy().max() < 100 * found.table["later"].max()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4))
def test_combining_keeps_the_amount_of_each_product_and_the_origins_of_the_other_year(seed, regions, products):
    rng = np.random.default_rng(seed)
    amounts, origins = rng.uniform(0.1, 1, (2, regions * products, 3))
    mixed = combine(amounts, origins, regions).reshape(regions, products, 3)
    np.testing.assert_allclose(mixed.sum(axis=0), amounts.reshape(regions, products, 3).sum(axis=0), rtol=1e-12)
    shares = origins.reshape(regions, products, 3)
    np.testing.assert_allclose(mixed / mixed.sum(axis=0), shares / shares.sum(axis=0), rtol=1e-12)


def test_unknown_accounts_and_groupings_are_refused():
    pair = random_economy(1), random_economy(2)
    with pytest.raises(UnknownLabelError, match="consumption"):
        decompose(*pair, "co2", account="consumtion")
    with pytest.raises(UnknownLabelError, match="region"):
        decompose(*pair, "co2", by="regions")


def test_tables_that_do_not_match_are_refused():
    with pytest.raises(InputError, match="Aggregate both years"):
        decompose(random_economy(1), random_economy(2, sectors=5), "co2")
    with pytest.raises(InputError, match="one currency unit"):
        decompose(random_economy(1), replace(random_economy(2), unit="million EUR"), "co2")
    with pytest.raises(UnknownExtensionError):
        decompose(random_economy(1), random_economy(2), "co3")


# -- the world's tables ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def change_2000_to_2011(wiod):
    """The decomposition of WIOD's CO2 for a deflator, made once."""
    return cache(lambda deflators: decompose(wiod(2000), wiod(2011), "co2", deflators=deflators))


@pytest.mark.real
def test_figures_of_the_method_page(change_2000_to_2011):
    found = change_2000_to_2011(None).table.loc[["CHN", "DEU"]] / 1e3
    assert found["intensity"].round().tolist() == [-7970, -1129]
    assert found["final-demand-level"].round().tolist() == [11046, 640]
    assert found["change"].round().tolist() == [4996, -122]


@pytest.mark.real
@pytest.mark.parametrize(("deflators", "megatonnes"), [(1.27, -1499)])
def test_united_states_intensity_term_of_three_factors_over_all_orderings(wiod, deflators, megatonnes):
    """As computed with the explicit inverses of both years: intensity, L and final demand, six orderings."""
    factors = ("intensity", "technology", "final-demand")
    found = decompose(wiod(2000), wiod(2011), "co2", factors=factors, deflators=deflators)
    assert found.spread.loc[("USA", "intensity"), "mean"] / 1e3 == pytest.approx(megatonnes, abs=0.5)
    assert (found.orderings, found.solves) == (6, 4)


@pytest.mark.real
@pytest.mark.parametrize(("deflators", "megatonnes"), [(None, -3061), (1.27, -1533)])
def test_united_states_intensity_term_2000_to_2011_by_the_mean_of_both_polar_orders(
    change_2000_to_2011, deflators, megatonnes
):
    found = change_2000_to_2011(deflators)
    assert found.spread.loc[("USA", "intensity"), "polar"] / 1e3 == pytest.approx(megatonnes, abs=0.5)
    assert found.orderings == 120
    table = found.table
    gap = table.drop(columns=["earlier", "later", "change"]).sum(axis=1) - table["change"]
    assert gap.abs().max() <= 1e-9 * table["later"].max()
