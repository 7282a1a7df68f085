"""What holds of every answer to the digit, with every wedge, a new recipe and pooled lending: no reference is needed.

Lerner's symmetry, a region that is split in two, the exact parts of real income, a wedge that all workers are paid. The
bars are what the specification reached, or the solver's own tolerance of 1e-11 where that is larger.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.accounts_of import accounts_of
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.calibration import calibrate
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.sets import elasticities_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import TOLERANCE, Equilibrium
from tests.economy.equilibrium.test_levels import CHANGES, CLOSURES, base_of, observed
from tests.economy.equilibrium.wiod_labour import with_labour

R, S = 2, 3


@pytest.fixture(scope="module")
def base() -> Base:
    return base_of(observed())


def everything(base: Base) -> Shock:
    """All wedges at once, an export tax and a recipe that is not the base's."""
    rent = np.zeros_like(base.tariffs)
    rent[0, 1, 1] = 0.15
    recipe = base.flows * np.random.default_rng(7).uniform(0.7, 1.2, base.flows.shape)
    return replace(Shock.none(base), **CHANGES["all"], export_tax=rent, recipe=recipe)


def closing(base: Base, name: str) -> Closure:
    return Closure.of(base, **CLOSURES[name])  # type: ignore[arg-type]


@pytest.mark.parametrize("closure", CLOSURES)
def test_the_parts_of_real_income_add_up_and_no_budget_is_left(base, closure):
    point = Equilibrium(base, closing(base, closure)).solve(everything(base))
    outcomes, spent = outcomes_of(point), base.spending.sum()
    parts = outcomes.volume + outcomes.terms_of_trade + outcomes.stocks_valued
    assert np.abs(outcomes.income).min() > 1e-3 * spent
    assert np.abs(parts - outcomes.income).max() <= 1e-10 * spent
    assert point.walras <= 1e-10
    assert point.worst <= TOLERANCE


def test_lerner_to_the_digit(base):
    """Balanced trade, no stocks: a tariff on all imports is a tax on all exports, with base tariffs and carbon on."""
    still = replace(base, stocks=np.zeros_like(base.stocks), carbon_price=np.zeros_like(base.carbon_price))
    still = replace(still, output=still.flows.sum(axis=(1, 3)).T)
    still = replace(still, capital=still.capital + still.output - still.cost)
    none = replace(Shock.none(still), transfers=np.zeros(R))
    balanced = Equilibrium(still, Closure.of(still, lending="fixed")).solve(none).as_base()
    equilibrium = Equilibrium(balanced, Closure.of(balanced, lending="fixed"))
    rates = np.zeros_like(balanced.tariffs)
    rates[1, :, 0] = 0.2
    duty = (1 + balanced.tariffs) * (1 + rates) - 1  # the same factor on what stands there already
    on_imports = equilibrium.solve(replace(Shock.none(balanced), tariffs=duty))
    on_exports = equilibrium.solve(replace(Shock.none(balanced), export_tax=rates.transpose(2, 1, 0)))
    assert np.abs(on_imports.at.output).max() > 1e-2
    assert np.abs(on_imports.at.output - on_exports.at.output).max() <= 10 * TOLERANCE
    one, other = outcomes_of(on_imports).spending, outcomes_of(on_exports).spending
    assert np.abs(one - other).max() <= 10 * TOLERANCE * balanced.output.sum()


PARENT, SHARE = np.array([0, 0, 1]), np.array([0.3, 0.7, 1.0])
"""The first region in two parts that are alike but for their size."""


def _split(values: Array, *, axes: tuple[int, ...], amount: bool) -> Array:
    """An array with the first region twice along some axes; amounts are shared out, rates stay."""
    for axis in axes:
        values = np.take(values, PARENT, axis=axis)
        if amount:
            values = values * SHARE.reshape([-1 if at == axis else 1 for at in range(values.ndim)])
    return values


def split(base: Base) -> Base:
    return replace(
        base,
        flows=_split(base.flows, axes=(1, 2), amount=True),
        stocks=_split(base.stocks, axes=(0, 2), amount=True),
        output=_split(base.output, axes=(0,), amount=True),
        labour=_split(base.labour, axes=(0,), amount=True),
        capital=_split(base.capital, axes=(0,), amount=True),
        tariffs=_split(base.tariffs, axes=(0, 2), amount=False),
        carbon_price=base.carbon_price[PARENT],
        fuel_carbon=_split(base.fuel_carbon, axes=(1,), amount=False),
        process_carbon=base.process_carbon[PARENT],
        abatement_slope=base.abatement_slope[PARENT],
    )


def split_shock(shock: Shock, base: Base) -> Shock:
    assert shock.recipe is not None
    return replace(
        Shock.none(base),
        productivity=shock.productivity[PARENT],
        labour_productivity=shock.labour_productivity[PARENT],
        wage_wedge=shock.wage_wedge[PARENT],
        output_tax=shock.output_tax[PARENT],
        tariffs=_split(shock.tariffs, axes=(0, 2), amount=False),
        export_tax=_split(shock.export_tax, axes=(0, 2), amount=False),
        carbon_price=shock.carbon_price[PARENT],
        emission_factor=shock.emission_factor[PARENT],
        factor_need=shock.factor_need[PARENT],
        labour_need=shock.labour_need[PARENT],
        labour_force=shock.labour_force[PARENT],
        stocks=_split(shock.stocks, axes=(0, 2), amount=True),
        transport=_split(shock.transport, axes=(0, 2), amount=False),
        recipe=_split(shock.recipe, axes=(1, 2), amount=True),
    )


@pytest.mark.parametrize("closure", CLOSURES)
def test_a_region_in_two_parts_answers_as_one(base, closure):
    options = dict(CLOSURES[closure])
    whole = Equilibrium(base, Closure.of(base, **options)).solve(everything(base))  # type: ignore[arg-type]
    if isinstance(options.get("labour_supply"), np.ndarray):
        options["labour_supply"] = options["labour_supply"][PARENT]
    twice = split(base)
    parts = Equilibrium(twice, Closure.of(twice, **options)).solve(split_shock(everything(base), twice))  # type: ignore[arg-type]
    for one, other in ((whole.prices.producers, parts.prices.producers), (whole.at.output, parts.at.output)):
        assert np.abs(other - one[PARENT]).max() <= 10 * TOLERANCE
    assert np.abs(parts.at.wage - whole.at.wage[PARENT]).max() <= 10 * TOLERANCE
    for name in ("income", "spending", "welfare", "emissions"):
        one, other = getattr(outcomes_of(whole), name), getattr(outcomes_of(parts), name)
        np.testing.assert_allclose(other, one[PARENT] * SHARE, rtol=1e-8, atol=1e-9 * base.income.sum(), err_msg=name)


@pytest.mark.parametrize("closure", CLOSURES)
def test_a_wedge_that_all_workers_are_paid_changes_nothing(base, closure):
    """Under a fixed real wage neither: what is fixed is mean pay, of which the wedge is a part."""
    wedge = np.ones((R, S))
    wedge[0] = 1.05
    point = Equilibrium(base, closing(base, closure)).solve(replace(Shock.none(base), wage_wedge=wedge))
    outcomes, spent = outcomes_of(point), base.spending.sum()
    assert point.prices.wage[0] == pytest.approx(np.full(S, -np.log(1.05)), abs=1e-9)
    assert np.abs(outcomes.income).max() <= 1e-10 * spent
    assert np.abs(outcomes.jobs).max() <= 1e-10
    assert np.abs(outcomes.real_wage).max() <= 1e-10


@pytest.mark.real
@pytest.mark.parametrize("year", [2008, 2009, 2011])
def test_every_equation_holds_at_base_on_wiod_with_its_accounts(wiod, shared, year):
    economy = with_labour(wiod, shared, year)
    read = accounts_of(economy)
    base = calibrate(read.accounts, read.fuels, elasticities_of(elasticity_set(), economy)[0])
    for capital in ("by industry", "mobile"):
        point = Equilibrium(base, Closure.of(base, capital=capital)).at_base
        assert point.worst <= 1e-12
        assert point.walras <= 1e-12
