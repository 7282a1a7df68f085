"""What must hold of any equilibrium, with every wedge in the base: no reference solution is needed to see it broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Base, Elasticities, every_user
from kaldor.economy.equilibrium.model import Unknowns, numeraire_row, prices_at, quantities_at, residuals_at
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.scenario import Scenario
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from kaldor.economy.equilibrium.tangent import Tangent
from tests.economy.equilibrium.test_levels import CHANGES, CLOSURES, base_of, observed

R, S, K = 2, 3, 2
PLAIN = [name for name, change in CHANGES.items() if "ban" not in change]


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(observed())


@pytest.fixture(scope="module")
def untaxed(base: Base) -> Base:
    """The same table without any wedge: output taxes become capital income, tariffs and carbon prices are none."""
    bare = replace(base, tariffs=np.zeros_like(base.tariffs), carbon_price=np.zeros((R, S + K)))
    return replace(bare, capital=bare.capital + bare.output - bare.cost)


def _closure(base: Base, name: str) -> Closure:
    return Closure.of(base, **CLOSURES[name])  # type: ignore[arg-type]


@pytest.mark.parametrize("closure", CLOSURES)
def test_no_shock_changes_nothing(base: Base, closure: str) -> None:
    equilibrium = Equilibrium(base, _closure(base, closure))
    point = equilibrium.solve(Shock.none(base))
    assert point.worst <= 1e-12
    assert np.abs(point.at.flat(mobile=equilibrium.closure.capital == "mobile")).max() <= 1e-12
    assert equilibrium.steps == 0


@pytest.mark.parametrize("closure", [name for name, one in CLOSURES.items() if one["lending"] == "pooled"])
def test_money_is_a_veil(base: Base, closure: str) -> None:
    shock = replace(Shock.none(base), **CHANGES["all"])
    equilibrium = Equilibrium(base, _closure(base, closure))
    at, more = equilibrium.solve(shock).at, np.log(1.07)
    mobility = equilibrium.closure.labour_mobility
    asked = more if np.isinf(mobility) else more * mobility / (1 + mobility)  # what workers ask of each industry
    dearer = Unknowns(
        at.net + more, at.output, at.wage + asked, at.spending + more, at.households + more, at.rental + more
    )
    scenario = Scenario(base, shock, equilibrium.closure)
    prices = prices_at(scenario, dearer)
    missed = residuals_at(scenario, dearer, prices, quantities_at(scenario, dearer, prices))
    level = 2 * R * S + R + numeraire_row(scenario)
    assert missed[level] == pytest.approx(more, abs=1e-9)
    assert np.abs(np.delete(missed, level)).max() <= 1e-10


def test_another_start_ends_at_the_same_answer(base: Base) -> None:
    shock = replace(Shock.none(base), **CHANGES["all"])
    equilibrium = Equilibrium(base, _closure(base, "plain"))
    first = equilibrium.solve(shock)
    other = equilibrium.solve(replace(Shock.none(base), **CHANGES["subsidy and tax"]))
    again = equilibrium.solve(shock, start=other)
    np.testing.assert_allclose(again.prices.producers, first.prices.producers, atol=1e-10)
    np.testing.assert_allclose(again.at.output, first.at.output, atol=1e-10)


def test_new_needs_and_emissions_are_exact_at_base_prices(base: Base) -> None:
    shock = Shock.none(base)
    draw = np.random.default_rng(7)
    for name in ("factor_need", "labour_need", "emission_factor"):
        shock = replace(shock, **{name: draw.uniform(0.5, 1.5, getattr(shock, name).shape)})
    scenario = Scenario(base, shock, Closure.of(base, capital="mobile"))
    at = Unknowns.base(scenario)
    prices = prices_at(scenario, replace(at, net=np.log((1 - scenario.abatement[0]) / scenario.net_share)))
    assert np.abs(prices.producers).max() < 1e-15
    volumes = quantities_at(scenario, replace(at, net=prices.cost), prices)
    np.testing.assert_allclose(volumes.labour, base.labour * shock.factor_need * shock.labour_need, rtol=1e-13)
    np.testing.assert_allclose(volumes.capital, base.capital * shock.factor_need, rtol=1e-13)
    np.testing.assert_allclose(volumes.demand[..., :S], 1, rtol=1e-13)
    emitted = (base.emitted * shock.emission_factor)[:, :S]
    np.testing.assert_allclose(volumes.emitted[:, :S], emitted, rtol=1e-13)
    saved = (base.carbon_price * (base.emitted - volumes.emitted))[:, :S]
    added = base.labour * (shock.factor_need * shock.labour_need - 1) + base.capital * (shock.factor_need - 1)
    fuels = saved - base.carbon_price[:, :S] * base.process_carbon * base.output * (1 - shock.emission_factor[:, :S])
    np.testing.assert_allclose(base.cost * np.expm1(prices.cost), added - fuels, rtol=1e-11)


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("change", ["all", "carbon price", "tariffs"])
def test_the_tangent_is_the_derivative(base: Base, change: str, closure: str) -> None:
    closing = _closure(base, closure)
    scenario = Scenario(base, replace(Shock.none(base), **CHANGES[change]), closing)
    mobile = closing.capital == "mobile"
    start = Unknowns.base(scenario)
    size = len(start.flat(mobile=mobile))
    at = start.moved(np.random.default_rng(5).normal(0, 0.05, size), mobile=mobile)

    def missed(step: np.ndarray) -> np.ndarray:
        there = at.moved(step, mobile=mobile)
        prices = prices_at(scenario, there)
        return residuals_at(scenario, there, prices, quantities_at(scenario, there, prices))

    prices = prices_at(scenario, at)
    tangent = Tangent(scenario, at, prices, quantities_at(scenario, at, prices)).matrix()
    h = 1e-6
    numeric = np.stack([(missed(h * e) - missed(-h * e)) / (2 * h) for e in np.eye(size)], axis=1)
    np.testing.assert_allclose(tangent, numeric, atol=2e-9)


@pytest.mark.parametrize("supply", [0.0, 0.5])
def test_hulten_small_gains_are_worth_their_share_of_sales(untaxed: Base, supply: float) -> None:
    step, where = 1e-3, (0, 2)
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed, labour_supply=supply))
    world = []
    for sign in (1, -1):
        better = np.ones((R, S))
        better[where] = np.exp(sign * step)
        world.append(outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), productivity=better))).welfare.sum())
    assert (world[0] - world[1]) / (2 * step) == pytest.approx(untaxed.output[where], rel=2e-6)


def test_hulten_holds_for_each_country_and_not_for_its_neighbour(untaxed: Base) -> None:
    step, where = 1e-3, (0, 2)
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed))
    volume = []
    for sign in (1, -1):
        better = np.ones((R, S))
        better[where] = np.exp(sign * step)
        volume.append(outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), productivity=better))).gdp_volume)
    slope = (volume[0] - volume[1]) / (2 * step)
    gdp = (untaxed.labour + untaxed.capital).sum(axis=1)
    assert slope[0] == pytest.approx(untaxed.output[where] / gdp[0], rel=2e-6)
    assert slope[1] == pytest.approx(0, abs=2e-6)


@pytest.mark.parametrize("supply", [0.0, 0.5])
def test_a_subsidy_costs_the_world_by_its_square(untaxed: Base, supply: float) -> None:
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed, labour_supply=supply))
    losses = []
    for rate in (-0.02, -0.01):
        tax = np.zeros((R, S))
        tax[0, 1] = rate
        losses.append(outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), output_tax=tax))).welfare.sum())
    assert losses[0] < 0
    assert losses[0] / losses[1] == pytest.approx(4, abs=0.1)


def test_a_carbon_price_costs_the_world_half_the_price_times_what_is_averted(untaxed: Base) -> None:
    equilibrium = Equilibrium(untaxed, Closure.of(untaxed))
    price = every_user(np.array([0.002, 0.0]), S + K)
    outcomes = outcomes_of(equilibrium.solve(replace(Shock.none(untaxed), carbon_price=price)))
    averted = -outcomes.emissions[0]
    assert averted > 0
    # the tax acts abroad through trade; small prices leave the triangle
    assert outcomes.welfare.sum() == pytest.approx(-0.5 * 0.002 * averted, rel=0.02)


def test_a_uniform_wage_wedge_is_neutral_but_under_a_fixed_real_wage(base: Base) -> None:
    wedge = np.ones((R, S))
    wedge[0] = 1.05
    shock = replace(Shock.none(base), wage_wedge=wedge)
    for closure in ("plain", "supply of labour, pooled lending, external economies"):
        outcomes = outcomes_of(Equilibrium(base, _closure(base, closure)).solve(shock))
        assert np.abs(outcomes.income).max() <= 1e-8
        assert np.abs(outcomes.jobs).max() <= 1e-10


def test_lerner_a_tax_on_all_imports_is_one_on_all_exports(untaxed: Base) -> None:
    balanced = _balanced(untaxed)
    equilibrium = Equilibrium(balanced, Closure.of(balanced, lending="fixed"))
    rates = np.zeros_like(balanced.tariffs)
    rates[1, :, 0] = 0.2
    on_imports = equilibrium.solve(replace(Shock.none(balanced), tariffs=rates))
    on_exports = equilibrium.solve(replace(Shock.none(balanced), export_tax=rates.transpose(2, 1, 0)))
    np.testing.assert_allclose(on_imports.at.output, on_exports.at.output, atol=1e-9)
    np.testing.assert_allclose(
        outcomes_of(on_imports).spending, outcomes_of(on_exports).spending, atol=1e-9 * balanced.output.sum()
    )
    assert outcomes_of(on_imports).spending.sum() < 0


def test_the_parts_of_income_add_up_with_every_wedge_and_a_tax_on_exports(base: Base) -> None:
    rates = np.zeros_like(base.tariffs)
    rates[0, 1, 1] = 0.15
    changes = {**CHANGES["all"], "export_tax": rates}
    outcomes = outcomes_of(Equilibrium(base, _closure(base, "plain")).solve(replace(Shock.none(base), **changes)))
    parts = outcomes.volume + outcomes.terms_of_trade + outcomes.stocks_valued
    np.testing.assert_allclose(parts, outcomes.income, atol=1e-9 * base.income.sum())


def _balanced(base: Base) -> Base:
    """The table without stocks and lending, from its own equilibrium."""
    still = replace(base, stocks=np.zeros_like(base.stocks))
    output = still.flows.sum(axis=(1, 3)).T
    still = replace(still, output=output)
    still = replace(still, capital=still.capital + still.output - still.cost)
    point = Equilibrium(still, Closure.of(still, lending="fixed")).solve(
        replace(Shock.none(still), transfers=np.zeros(R))
    )
    return point.as_base()


def test_a_small_country_gains_most_from_the_tariff_that_theory_names() -> None:
    """One product, two regions of which one is tiny: the best tariff is 1 / (σ − 1)."""
    sigma, small = 4.0, 1e-5
    home, abroad = small * 0.7, small * 0.3
    flows = np.zeros((1, 2, 2, 2))
    flows[0, :, :, 1] = [[home, abroad], [abroad, 1.0]]
    total = np.array([[home + abroad], [1.0 + abroad]])
    base = Base(
        flows=flows,
        stocks=np.zeros((2, 1, 2)),
        output=total,
        labour=total,
        capital=np.zeros((2, 1)),
        tariffs=np.zeros((2, 1, 2)),
        carbon_price=np.zeros((2, 2)),
        fuel_carbon=np.zeros((1, 2, 2)),
        process_carbon=np.zeros((2, 1)),
        abatement_slope=np.ones((2, 1)),
        energy=np.zeros((1, 1), dtype=bool),
        elasticities=Elasticities(np.array([sigma]), 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
    )
    equilibrium = Equilibrium(base, Closure.of(base, lending="fixed"))

    def gain(rate: float) -> float:
        tariffs = np.zeros((2, 1, 2))
        tariffs[1, 0, 0] = rate
        return float(outcomes_of(equilibrium.solve(replace(Shock.none(base), tariffs=tariffs))).income[0]) / small

    rates = np.array([0.28, 1 / 3, 0.38])
    low, best, high = (gain(rate) for rate in rates)
    peak = np.polyfit(rates, [low, best, high], 2)
    assert best > max(low, high) > 0
    assert -peak[1] / (2 * peak[0]) == pytest.approx(1 / (sigma - 1), abs=0.002)


def test_gains_from_trade_are_those_of_the_closed_form(untaxed: Base) -> None:
    """One factor, one product, no inputs: autarky costs 1 − λ^(1/(σ−1)), λ what is bought at home."""
    sigma = 5.0
    flows = np.zeros((1, 2, 2, 2))
    flows[0, 0, :, 1], flows[0, 1, :, 1] = [80.0, 20.0], [20.0, 180.0]
    total = np.array([[100.0], [200.0]])
    base = Base(
        flows, np.zeros((2, 1, 2)), total, total, np.zeros((2, 1)), np.zeros((2, 1, 2)), np.zeros((2, 2)),
        np.zeros((1, 2, 2)), np.zeros((2, 1)), np.ones((2, 1)), np.zeros((1, 1), dtype=bool),
        Elasticities(np.array([sigma]), 0.5, 0.5, 0.5, 0.9, 0.5, 0.5),
    )  # fmt: skip
    closed = np.ones_like(flows)
    closed[0, 0, 1], closed[0, 1, 0] = 0, 0
    point = Equilibrium(base, Closure.of(base, lending="fixed")).solve(replace(Shock.none(base), barred=closed))
    share = np.array([0.8, 0.9])
    np.testing.assert_allclose(outcomes_of(point).income / total[:, 0], share ** (1 / (sigma - 1)) - 1, atol=1e-9)


@pytest.mark.parametrize(
    ("first", "second"),
    [("materials", "top"), ("energy_against_factors", "fuels"), ("final", "materials"), ("factors", "top")],
)
def test_swapped_elasticities_would_be_seen(base: Base, first: str, second: str) -> None:
    shock = replace(Shock.none(base), **CHANGES["all"])
    e = base.elasticities
    swapped = replace(base, elasticities=replace(e, **{first: getattr(e, second), second: getattr(e, first)}))
    right = Equilibrium(base, _closure(base, "plain")).solve(shock)
    wrong = Equilibrium(swapped, _closure(base, "plain")).solve(shock)
    assert np.abs(right.prices.producers - wrong.prices.producers).max() > 5e-4
