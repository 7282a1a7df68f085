"""What each closure that is off by default holds, by hand and at its limits (in levels: `test_levels`)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Base, Elasticities
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium, Point
from kaldor.economy.equilibrium.work import TAXES, labour_tax, treasury
from kaldor.errors import InputError
from tests.economy.equilibrium.test_levels import CHANGES, base_of, observed

R, S, K = 2, 3, 2


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(observed())


@pytest.fixture(scope="module")
def untaxed(base: Base) -> Base:
    """The same table without any wedge: output taxes become capital income, tariffs and carbon prices are none."""
    bare = replace(base, tariffs=np.zeros_like(base.tariffs), carbon_price=np.zeros_like(base.carbon_price))
    return replace(bare, capital=bare.capital + bare.output - bare.cost)


def solved(base: Base, change: str = "all", **closing: object) -> Point:
    closure = Closure.of(base, **{"lending": "fixed", **closing})  # type: ignore[arg-type]
    return Equilibrium(base, closure).solve(replace(Shock.none(base), **CHANGES[change]))


def one_good(labour: float = 1.0, capital: float = 0.0) -> Base:
    """One region that makes one product from labour and capital for itself: prices by hand."""
    total = np.array([[labour + capital]])
    flows = np.zeros((1, 1, 1, 2))
    flows[..., 1] = labour + capital
    return Base(
        flows, np.zeros((1, 1, 1)), total, np.array([[labour]]), np.array([[capital]]), np.zeros((1, 1, 1)),
        np.zeros((1, 2)), np.zeros((1, 1, 2)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 1), dtype=bool),
        Elasticities(np.array([3.0]), 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
    )  # fmt: skip


@pytest.mark.parametrize("capital", ["by industry", "mobile"])
def test_labour_that_moves_easily_has_one_wage(base: Base, capital: str) -> None:
    free = solved(base, capital=capital, labour_supply=0.3)
    gaps = []
    for mobility in (1e2, 1e3):
        slow = solved(base, capital=capital, labour_supply=0.3, labour_mobility=mobility)
        gaps.append(np.abs(slow.at.output - free.at.output).max())
    assert gaps[0] < 5e-3
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.02)


def test_labour_tied_to_its_industry_stays_and_takes_what_it_is_paid(base: Base) -> None:
    point = solved(base, labour_mobility=0.0)
    force = CHANGES["all"]["labour_force"][:, None]
    np.testing.assert_allclose(point.volumes.labour, base.labour * force, rtol=1e-10)
    np.testing.assert_allclose(point.volumes.capital, base.capital, rtol=1e-10)
    assert np.ptp(point.prices.wage[0]) > 0.03
    np.testing.assert_allclose(outcomes_of(point).jobs, force[:, 0] - 1, atol=1e-10)


def test_labour_follows_wages_by_its_mobility(base: Base) -> None:
    point = solved(base, labour_mobility=1.5, capital="mobile")
    share = point.volumes.labour / base.labour
    for region in range(R):
        moved = np.log(share[region] / share[region, 0])
        dearer = point.prices.wage[region] - point.prices.wage[region, 0]
        np.testing.assert_allclose(moved, 1.5 * dearer, atol=1e-9)
    worth = (np.exp(point.prices.wage) * point.volumes.labour).sum(axis=1) / base.labour.sum(axis=1)
    index = ((base.labour * np.exp(2.5 * point.prices.wage)).sum(axis=1) / base.labour.sum(axis=1)) ** (1 / 2.5)
    np.testing.assert_allclose(worth / index, CHANGES["all"]["labour_force"], rtol=1e-9)


def test_capital_answers_its_rental_over_the_price_of_what_it_is_built_of(base: Base) -> None:
    own = solved(base, capital_supply=0.8)
    built = np.exp(own.prices.rental - own.prices.final[:, 1:2])
    np.testing.assert_allclose(own.volumes.capital / base.capital, built**0.8, rtol=1e-9)
    region = solved(base, capital_supply=0.8, capital="mobile")
    stock = region.volumes.capital.sum(axis=1) / base.capital.sum(axis=1)
    np.testing.assert_allclose(stock, np.exp(0.8 * (region.at.rental[:, 0] - region.prices.final[:, 1])), rtol=1e-9)
    without = replace(base, investment=None)
    other = solved(without, capital_supply=0.8)
    np.testing.assert_allclose(
        other.volumes.capital / base.capital,
        np.exp(0.8 * (other.prices.rental.T - other.prices.consumption).T),
        rtol=1e-9,
    )


def test_productivity_with_capital_that_answers_by_hand() -> None:
    """Half labour, half capital, fixed shares: Y = z K^½, K = (r/p)^s and r K = p Y / 2 give K = z^(s / (1 + s/2))."""
    base = one_good(0.5, 0.5)
    base = replace(base, elasticities=replace(base.elasticities, factors=1.0))
    better, s = np.array([[1.1]]), 2.0
    for capital in ("by industry", "mobile"):
        closure = Closure.of(base, capital=capital, capital_supply=s)
        point = Equilibrium(base, closure).solve(replace(Shock.none(base), productivity=better))
        stock = 1.1 ** (s / (1 + s / 2))
        assert point.volumes.capital[0, 0] == pytest.approx(0.5 * stock, rel=1e-10)
        assert np.exp(point.at.output[0, 0]) == pytest.approx(1.1 * stock**0.5, rel=1e-10)


@pytest.mark.parametrize("capital", ["by industry", "mobile"])
def test_hulten_holds_of_welfare_where_capital_and_slow_labour_answer(untaxed: Base, capital: str) -> None:
    step, where = 1e-3, (0, 2)
    closure = Closure.of(untaxed, capital=capital, capital_supply=0.5, labour_mobility=1.5, labour_supply=0.3)
    equilibrium, world = Equilibrium(untaxed, closure), []
    for sign in (1, -1):
        better = np.ones((R, S))
        better[where] = np.exp(sign * step)
        outcomes = outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), productivity=better)))
        world.append((outcomes.welfare.sum(), outcomes.spending.sum()))
    welfare, spending = ((more - less) / (2 * step) for more, less in zip(*world, strict=True))
    assert welfare == pytest.approx(untaxed.output[where], rel=2e-6)
    assert spending > 1.2 * welfare, "what more capital and work cost is not in what is bought"


def test_a_tax_on_labour_in_place_of_one_on_output_by_hand() -> None:
    """Labour alone: a tax of 25 % on output handed to labour leaves work as it was; handed out otherwise, φ counts."""
    base, phi = one_good(), 0.5
    shock = replace(Shock.none(base), output_tax=np.array([[0.25]]))
    for treasury_, rate, work in (("labour tax", -0.25, 1.0), ("lump sum", 0.0, 1.25**-phi)):
        closure = Closure.of(base, labour_supply=phi, treasury=treasury_)
        point = Equilibrium(base, closure).solve(shock)
        assert labour_tax(point.scenario, point.prices, point.volumes)[0] == pytest.approx(rate, abs=1e-10)
        assert 1 + outcomes_of(point).jobs[0] == pytest.approx(work, rel=1e-10)


def test_the_treasury_keeps_in_real_terms_what_it_had(base: Base) -> None:
    point = solved(base, treasury="labour tax", labour_supply=0.4)
    collected = sum(point.volumes.parts[name] for name in TAXES)
    on_labour = labour_tax(point.scenario, point.prices, point.volumes) * point.volumes.parts["labour"]
    assert np.abs(on_labour).min() > 1
    np.testing.assert_allclose(
        collected + on_labour, treasury(point.scenario) * np.exp(point.prices.consumption), rtol=1e-12
    )


def test_who_pays_is_no_matter_where_everybody_works_anyway(base: Base) -> None:
    found = [outcomes_of(solved(base, treasury=one)).income for one in ("labour tax", "lump sum")]
    np.testing.assert_allclose(*found, rtol=1e-9)


def test_a_subsidy_paid_by_labour_costs_work(untaxed: Base) -> None:
    shock = replace(Shock.none(untaxed), output_tax=np.array([[0.0, -0.1, 0.0], [0.0, 0.0, 0.0]]))
    jobs, welfare = [], []
    for paid in ("lump sum", "labour tax"):
        outcomes = outcomes_of(Equilibrium(untaxed, Closure.of(untaxed, labour_supply=0.4, treasury=paid)).solve(shock))
        jobs.append(outcomes.jobs[0])
        welfare.append(outcomes.welfare.sum())
    assert jobs[1] < jobs[0]
    assert welfare[0] < 0


def test_what_is_taken_out_of_stocks_follows_sales(base: Base) -> None:
    point = solved(base, stocks="with sales")
    given = point.scenario.shock.stocks
    grown = np.where(given < 0, given * np.exp(point.at.output)[:, :, None], given)
    assert np.abs(grown - given).max() > 0.01
    np.testing.assert_allclose(point.volumes.stocks, grown, rtol=1e-13)
    parts = outcomes_of(point)
    np.testing.assert_allclose(
        parts.volume + parts.terms_of_trade + parts.stocks_valued, parts.income, atol=1e-9 * base.income.sum()
    )


def test_external_economies_as_strong_as_trade_answers_are_refused(base: Base) -> None:
    """σ is 3.6, 2.2, 4.4: the third product's bound is 1 / 3.4 = 0.294."""
    Closure.of(base, external_economies=0.29)
    with pytest.raises(
        InputError, match=r"external economies of steel: 0\.3 × \(4\.4 − 1\) is 1\.02.*less than 0\.294"
    ):
        Closure.of(base, external_economies=0.3, products=("coal", "food", "steel"))
    with pytest.raises(InputError, match="external economies of product 1"):
        Closure.of(base, external_economies=np.array([0.5, 0.0, 0.0]))


def test_labour_that_neither_moves_nor_is_replaced_is_refused(base: Base) -> None:
    rigid = replace(base, elasticities=replace(base.elasticities, factors=0.0))
    with pytest.raises(InputError, match="labour mobility"):
        Closure.of(rigid, labour_mobility=0.0)


def test_a_ban_cuts_what_goes_into_stocks_too(base: Base) -> None:
    """Product 3 of region 2: what stays at home keeps its stocks, 2.0; what went to region 1, 1.0 here, is gone."""
    given = base.stocks.copy()
    given[1, 2, 0] = 1.0
    stocked = replace(base, stocks=given)
    cut = np.ones_like(base.flows)
    cut[2, 0, 1] = 0
    found = bars(stocked, cut)
    assert (found.stocks[1, 2, 0], found.stocks[1, 2, 1]) == (0, 2.0)
    assert (found.stocks == given).sum() == given.size - 1
    cut[2, 0, 1, 0] = 1
    assert bars(stocked, cut).stocks[1, 2, 0] == 1.0, "who still buys may store"


@pytest.mark.parametrize("closing", [{}, {"capital": "mobile"}, {"labour_supply": 0.4}, {"labour_supply": np.inf}])
def test_where_all_that_there_is_grows_alike_everything_does_and_no_price_moves(base: Base, closing: dict) -> None:
    """Labour, capital, stocks and what is lent are a fifth more: balanced growth under duties and prices of carbon."""
    more = np.full(R, 1.2)
    grown = {
        "labour_force": more,
        "capital_stock": more,
        "stocks": 1.2 * base.stocks,
        "transfers": 1.2 * base.transfers,
    }
    closure = Closure.of(base, lending="fixed", **closing)
    point = Equilibrium(base, closure).solve(replace(Shock.none(base), **grown))
    np.testing.assert_allclose(np.exp(point.at.output), 1.2, rtol=1e-10)
    np.testing.assert_allclose(point.prices.producers, 0, atol=1e-10)
    np.testing.assert_allclose(point.prices.wage, 0, atol=1e-10)
    np.testing.assert_allclose(point.volumes.income, 1.2 * base.income, rtol=1e-10)
    found = outcomes_of(point)
    np.testing.assert_allclose(found.terms_of_trade, 0, atol=1e-9 * base.income.sum())
    np.testing.assert_allclose(found.welfare, found.spending, rtol=1e-9)  # more people, and no more hours of each


@pytest.mark.parametrize("capital", ["by industry", "mobile"])
@pytest.mark.parametrize("mobility", [0.0, 0.5])
def test_what_nobody_buys_keeps_slow_labour_from_no_answer(capital: str, mobility: float) -> None:
    """A second product that a trace is made of, for stocks: tied factors and fixed sales would leave it no price."""
    good, trace = one_good(60.0, 40.0), 1e-7
    flows = np.zeros((2, 1, 1, 3))
    flows[0, ..., 2] = 100.0
    base = replace(
        good,
        flows=flows,
        stocks=np.array([[[0.0], [trace]]]),
        output=np.array([[100.0, trace]]),
        labour=np.array([[60.0, trace / 2]]),
        capital=np.array([[40.0, trace / 2]]),
        tariffs=np.zeros((1, 2, 1)),
        carbon_price=np.zeros((1, 3)),
        fuel_carbon=np.zeros((2, 1, 3)),
        process_carbon=np.zeros((1, 2)),
        abatement_slope=np.ones((1, 2)),
        energy=np.zeros((2, 1), dtype=bool),
        elasticities=replace(good.elasticities, sourcing=np.array([3.0, 3.0])),
    )
    closure = Closure.of(base, capital=capital, labour_mobility=mobility, labour_supply=0.5)
    equilibrium = Equilibrium(base, closure)
    better = replace(Shock.none(base), productivity=np.array([[1.1, 1.0]]))
    point = equilibrium.solve(better)
    alone = Equilibrium(good, Closure.of(good, capital=capital, labour_supply=0.5)).solve(
        replace(Shock.none(good), productivity=np.array([[1.1]]))
    )
    assert equilibrium.factors == 0
    assert point.walras < 1e-11
    np.testing.assert_allclose(point.at.output[0, 0], alone.at.output[0, 0], atol=1e-8)
