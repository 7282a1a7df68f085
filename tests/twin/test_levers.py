"""Every declared lever: what it is declared with, that it acts, and what no lever may break."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.atlas.classifications import classification
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, UnproductiveEconomyError
from kaldor.framework import load_framework
from kaldor.twin.acts import functions
from kaldor.twin.declared import packaged_levers
from kaldor.twin.incidence import earned, final_levies, incidence, industry_levies, treasury_amount
from kaldor.twin.lever import Assumption, Lever
from kaldor.twin.order import Order, missing_data
from kaldor.twin.reach import cost_is_known, without_cost
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.twin.random_world import REGIONS, random_world

LEVERS = packaged_levers()
ACTING = [id for id, lever in LEVERS.items() if lever.function is not None]
FIXED = [id for id in ACTING if functions()[str(LEVERS[id].function)].at_fixed_prices]
"""Those that say something at fixed prices."""
SILENT = [id for id, lever in LEVERS.items() if lever.function is None]
MOST = {
    "hydrogen-steel": 3.0,
    "scrap-steel": 3.0,
    "flat-subsidy": 2.0,
    "targeted-subsidy": 2.0,
    "diversification": 95.0,
}
"""The strongest that the small random worlds can carry, where that is less than the lever's own bound."""


def setting(lever: Lever, strength: float, region: str, bloc: tuple[str, ...], **more: object) -> LeverSetting:
    """A lever on one region, with a bloc where it needs one. A border is drawn around the region itself."""
    around = (region,) if lever.id == "border-adjustment" else bloc
    return LeverSetting.model_validate(
        {"lever": lever.id, "strength": strength, "regions": (region,), "bloc": around if lever.needs_bloc else ()}
        | more
    )


def run(twin: Twin, *settings_: LeverSetting, closure: str = "pass-through") -> State:
    """The state of a scenario of these levers."""
    return twin.run(Scenario.model_validate({"id": "test", "levers": settings_, "closure": closure}))


@cache
def world_twin(seed: int) -> Twin:
    """A random world, prepared; the first industry of every third one is idle."""
    return Twin(random_world(seed, idle=seed % 3 == 0))


def strongest(lever: Lever) -> float:
    """The upper bound that the tests use."""
    return min(MOST.get(lever.id, lever.parameter.high), lever.parameter.high)


def default_or_some(lever: Lever) -> float:
    """The default, or half the bound where the default is to do nothing."""
    return lever.parameter.default or lever.parameter.high / 2


# -- declarations ------------------------------------------------------------------------------------------------------


def test_there_are_enough_and_of_every_challenge() -> None:
    assert len(LEVERS) >= 28
    assert {lever.challenge for lever in LEVERS.values()} == {c.id for c in load_framework().challenges}


@pytest.mark.parametrize("id", LEVERS)
def test_refers_to_what_exists(id: str) -> None:
    lever, framework = LEVERS[id], load_framework()
    assert framework.priority(lever.priority).challenge == lever.challenge
    for evidence in lever.evidence:
        assert (evidence.case is None) != (evidence.publication is None)
        if evidence.case:
            framework.case(evidence.case)
    assert lever.evidence
    assert all(figure.source for figure in lever.figures)
    assert lever.function is None or lever.function in functions()
    assert lever.cost.amount is None or (lever.cost.unit and lever.cost.source and lever.cost.low is not None)


@pytest.mark.parametrize("id", ACTING)
def test_default_targets_are_among_what_it_needs(id: str) -> None:
    """An economy that has what a lever needs can resolve its default sectors and products."""
    lever = LEVERS[id]
    needed = {need.partition(":")[2] for need in lever.needs}
    assert {*lever.sectors, *lever.products} - {"all"} <= needed


@pytest.mark.parametrize("id", ACTING)
def test_is_live_on_wiod_or_the_starter_world(id: str) -> None:
    lever = LEVERS[id]
    wiod = classification("wiod35")
    carried = {*wiod.groups, *wiod.codes, "co2"}
    on_wiod = all(need.partition(":")[2] in carried for need in lever.needs)
    assert on_wiod or not missing_data(starter(), lever)


# -- they act ----------------------------------------------------------------------------------------------------------


@cache
def starter() -> Economy:
    return Economy.from_published(starter_world())


@cache
def starter_twin() -> Twin:
    return Twin(starter())


def moved(before: State, after: State) -> bool:
    """Whether anything that outcomes are made of differs."""
    extensions = before.economy.extensions
    return (
        np.abs(after.x - before.x).max() > 1e-6
        or np.abs(after.prices - before.prices).max() > 1e-9
        or any(np.abs(after.amount(e) - before.amount(e)).max() > 1e-6 for e in extensions)
        or any(np.abs(levy.rate * after.x).max() > 1e-9 for levy in after.change.levies)
    )


def own_co2(state: State, order: Order) -> float:
    """What the industries named emit for each unit that they deliver."""
    return float(state.change.intensity("co2")[state.change.industries(order.regions, order.sectors)].sum())


def costs(state: State, order: Order) -> float:
    """What the world's final use costs, levies on it included."""
    return float((state.prices @ state.Y).sum() + final_levies(state).sum()) / float(state.Y.sum())


def own_value_added(state: State, order: Order) -> float:
    """Wages and profit in each unit that the industries named deliver."""
    return float(state.value_added[state.change.industries(order.regions, order.sectors)].sum())


def bought(state: State, order: Order) -> float:
    """What the world buys of the products named."""
    rows = state.change.industries(state.economy.regions, order.products)
    return float(state.x[rows].sum())


def foreign(state: State, order: Order) -> float:
    """The share of all purchases of the region that comes from abroad, friends that it turns to apart."""
    economy, (home,) = state.economy, order.regions
    here = economy.rows_of(home)
    at = economy.region_position(home)
    width = len(economy.demands)
    used = state.coefficients(np.arange(here.start, here.stop)) @ state.x[here]
    final = state.Y[:, at * width : (at + 1) * width].sum(axis=1)
    by_region = economy.sum_by_region(used + final)
    friends = {home, *order.bloc}
    return float(by_region[[region not in friends for region in economy.regions]].sum() / by_region.sum())


DOES: dict[str, tuple[Callable[[State, Order], float], int]] = {
    "carbon_price": (costs, 1),
    "border_adjustment": (costs, 1),
    "tariff": (costs, 1),
    "save_fuel": (own_co2, -1),
    "electrify": (own_co2, -1),
    "switch_fuel": (own_co2, -1),
    "capture_carbon": (own_co2, -1),
    "clean_supply": (own_co2, -1),
    "close_gap": (own_co2, -1),
    "hydrogen_steel": (own_co2, -1),
    "scrap_steel": (own_co2, -1),
    "use_less": (bought, -1),
    "extend_life": (bought, -1),
    "repair": (bought, -1),
    "raise_productivity": (own_value_added, -1),
    "wage_floor": (costs, 1),
    "close_pay_gap": (costs, 1),
    "subsidise": (costs, -1),
    "reshore": (foreign, -1),
    "turn_to_bloc": (foreign, -1),
    "diversify": (foreign, -1),
    "buy_local": (foreign, -1),
}
"""What each act is for, and which way it moves that."""


def as_meant(before: State, after: State) -> bool:
    """Whether the only lever of a scenario moves what it is for, the way that it should."""
    (order,) = after.orders
    measure, sign = DOES[str(order.lever.function)]
    old, new = measure(before, order), measure(after, order)
    return sign * (new - old) > 1e-9 * abs(old)


def test_it_is_said_of_every_act_what_it_is_for() -> None:
    assert DOES.keys() == {name for name, one in functions().items() if one.at_fixed_prices}


@pytest.mark.parametrize("id", [id for id in FIXED if not missing_data(starter(), LEVERS[id])])
def test_moves_an_outcome_of_the_starter_world(id: str) -> None:
    lever, twin = LEVERS[id], starter_twin()
    after = run(twin, setting(lever, default_or_some(lever), "MEX", ("DEU", "BRA")))
    assert as_meant(twin.before(), after)
    assert price_gap(after) < 1e-9


@pytest.mark.real
@pytest.mark.parametrize("id", FIXED)
def test_moves_an_outcome_of_wiod(id: str, wiod: Callable[[int], Economy]) -> None:
    lever, economy = LEVERS[id], wiod(2009)
    if missing_data(economy, lever):
        assert not missing_data(starter(), lever)
        return
    twin = economy.once(Twin)
    after = run(twin, setting(lever, default_or_some(lever), "MEX", ("USA", "DEU")))
    assert as_meant(twin.before(), after)
    assert price_gap(after) < 1e-9


@pytest.mark.parametrize("id", SILENT)
def test_of_cost_and_reach_only_moves_nothing(id: str) -> None:
    twin = starter_twin()
    lever = LEVERS[id]
    after = run(twin, LeverSetting(lever=id, strength=lever.parameter.high, regions=("DEU",), sectors=(), products=()))
    assert not moved(twin.before(), after)


# -- what no lever may break -------------------------------------------------------------------------------------------


def price_gap(state: State) -> float:
    """p'ᵀ(Y'1 + discrepancy) against v'ᵀx', relative."""
    spent = state.prices @ (state.Y.sum(axis=1) + state.economy.discrepancy)
    return float(abs(spent / (state.value_added @ state.x) - 1))


@pytest.mark.parametrize("id", ACTING)
def test_zero_strength_is_the_baseline(id: str) -> None:
    twin = world_twin(3)
    lever, before = LEVERS[id], twin.before()
    for strength in (0.0, 1e-13 * lever.parameter.high):
        after = run(twin, setting(lever, strength, REGIONS[0], REGIONS[1:2]))
        np.testing.assert_allclose(after.x, before.x, rtol=1e-12)
        np.testing.assert_allclose(after.prices, before.prices, rtol=1e-12)
        for extension in twin.economy.extensions:
            np.testing.assert_allclose(after.amount(extension), before.amount(extension), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("id", ACTING)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 5), part=st.floats(0, 1), region=st.sampled_from(REGIONS))
def test_keeps_flows_above_zero_and_prices_consistent(id: str, seed: int, part: float, region: str) -> None:
    twin, lever = world_twin(seed), LEVERS[id]
    economy = twin.economy
    bloc = tuple(r for r in REGIONS if r != region)[:1]
    after = run(twin, setting(lever, part * strongest(lever), region, bloc))
    A = economy.A() + after.change.delta_A().toarray()
    assert A.min() >= -1e-15
    lasting = [d != "inventories" for _, d in economy.final_demand_index]
    assert after.Y[:, lasting].min() >= -1e-12
    assert all(after.change.intensity(extension).min() >= -1e-12 for extension in economy.extensions)
    assert price_gap(after) < 1e-9
    # The answer is that of the changed table itself.
    demand = after.Y.sum(axis=1) + economy.discrepancy
    np.testing.assert_allclose(after.x - A @ after.x, demand, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("id", FIXED)
@pytest.mark.parametrize("seed", [1, 3])
def test_does_not_jump_as_strength_grows(id: str, seed: int) -> None:
    """Halving the interval where most happens, twelve times, must leave almost nothing of it."""
    twin, lever = world_twin(seed), LEVERS[id]

    @cache
    def state(strength: float) -> np.ndarray:
        after = run(twin, setting(lever, strength, REGIONS[0], REGIONS[1:2]))
        total = twin.economy.x.sum()
        return np.concatenate(
            [after.x / total, after.prices, *(after.amount(e) / after.amount(e).sum() for e in twin.economy.extensions)]
        )

    low, high = 0.0, strongest(lever)
    whole = np.abs(state(high) - state(low)).max()
    assert whole > 0
    for _ in range(12):
        middle = (low + high) / 2
        left, right = np.abs(state(middle) - state(low)).max(), np.abs(state(high) - state(middle)).max()
        low, high = (low, middle) if left > right else (middle, high)
    assert np.abs(state(high) - state(low)).max() < 0.05 * whole


@pytest.mark.parametrize("closure", ["profit", "savings re-spent"])
@pytest.mark.parametrize("id", ACTING)
def test_keeps_prices_consistent_under_other_closures(id: str, closure: str) -> None:
    after = run(
        world_twin(2), setting(LEVERS[id], default_or_some(LEVERS[id]), REGIONS[0], REGIONS[1:2]), closure=closure
    )
    assert price_gap(after) < 1e-9


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", LEVERS)
def test_out_of_bounds_is_refused_by_name(id: str) -> None:
    lever = LEVERS[id]
    with pytest.raises(InputError, match=rf"{id}.*out of bounds.*{lever.parameter.high:g}"):
        run(starter_twin(), LeverSetting(lever=id, strength=lever.parameter.high * 1.01, regions=("DEU",)))


def test_unknown_region_bloc_and_figure_are_refused_together() -> None:
    wrong = LeverSetting(
        lever="friendshoring", strength=10, regions=("DEU", "DEX"), bloc=("frends",), figures={"premum": 1}
    )
    with pytest.raises(InputError) as caught:
        run(starter_twin(), wrong)
    assert all(name in str(caught.value) for name in ("friendshoring", "DEX", "frends", "premum"))


def test_a_missing_bloc_is_refused() -> None:
    with pytest.raises(InputError, match=r"friendshoring.*needs a bloc"):
        run(starter_twin(), LeverSetting(lever="friendshoring", strength=10, regions=("DEU",)))


def test_a_bloc_of_the_buyer_alone_is_refused() -> None:
    with pytest.raises(InputError, match=r"friendshoring.*no country besides DEU"):
        run(starter_twin(), LeverSetting(lever="friendshoring", strength=10, regions=("DEU",), bloc=("DEU",)))


def test_what_a_table_lacks_is_named() -> None:
    with pytest.raises(InputError, match=r"fuel-efficiency.*group 'fuels'"):
        run(starter_twin(), LeverSetting(lever="fuel-efficiency", strength=10, regions=("DEU",)))


def test_more_steel_than_the_industry_emits_for_is_refused_with_the_bound() -> None:
    economy = random_world(1)
    metals = economy.region_position("AAA") * len(economy.sectors) + economy.sector_position("metals")
    most = economy.extension("co2").F[metals] / 1_000 / (1.9 - 0.053)
    with pytest.raises(InputError, match=rf"hydrogen-steel.*more CO2.*below {most:.3g}"):
        run(Twin(economy), LeverSetting(lever="hydrogen-steel", strength=400, regions=("AAA",)))


def test_a_subsidy_beyond_value_added_is_refused() -> None:
    with pytest.raises(InputError, match=r"flat-subsidy.*value added"):
        run(world_twin(1), LeverSetting(lever="flat-subsidy", strength=1_000, regions=("AAA",)))


def test_an_economy_made_unproductive_is_refused() -> None:
    """Electricity for what a very dirty industry burns can cost more than all it sells."""
    twin = Twin(random_world(1, co2_per_output=300))
    with pytest.raises(UnproductiveEconomyError):
        run(twin, LeverSetting(lever="electrification", strength=100, regions=("AAA",)))


# -- who pays ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", FIXED)
def test_who_bears_the_cost_by_its_declaration_pays_it_in_the_outcomes(id: str) -> None:
    """The treasury by its spending, households by what they buy, firms by the prices that they then ask.

    What a lever costs that is in no price and no treasury is said to be unknown.
    """
    lever, twin = LEVERS[id], world_twin(1)
    before = twin.before()
    strength = min(default_or_some(lever), strongest(lever))
    after = run(twin, setting(lever, strength, "AAA", ("BBB",)))
    spent = sum(float(treasury_amount(after, region, "spending")) for region in REGIONS)
    households = slice(0, 1)
    if not cost_is_known(lever):
        assert lever.title in without_cost(after.orders)
        assert spent == 0
    elif lever.cost.bearer == "treasury":
        assert spent > 0
        assert spent == pytest.approx(float(treasury_amount(after, "AAA", "spending")))
        assert (
            incidence(before, after).burden["total"].sum() <= 1e-9 * spent
        )  # a subsidy lowers it, no premium raises it
    elif lever.cost.bearer == "households":
        trades = twin.economy.sector_position("services")
        assert after.bought(households)[trades :: len(twin.economy.sectors)].sum() > (
            before.bought(households)[trades :: len(twin.economy.sectors)].sum()
        )
        assert spent == 0
    else:
        paid = np.abs(after.prices - 1).max() + np.abs(final_levies(after)).max()
        assert lever.cost.bearer == "firms"
        assert paid > 1e-9
        assert spent == 0


@pytest.mark.parametrize("id", ["reshoring", "technology-adoption"])
def test_a_lever_of_ones_own_is_paid_by_the_treasury_that_it_names(id: str) -> None:
    """By hand: what is paid stays the same as where firms bear it, but prices and users are left alone."""
    of_treasury = LEVERS[id].cost.model_copy(update={"bearer": "treasury"})
    cost = Assumption(name="added_cost", meaning="Cost", value=0.5, low=0, high=1, unit="%", source="Test")
    figures = (*LEVERS[id].figures, cost) if id == "technology-adoption" else LEVERS[id].figures
    lever = LEVERS[id].model_copy(update={"figures": figures, "cost": of_treasury})
    economy = world_twin(1).economy
    after = run(Twin(economy, {id: lever}), setting(lever, 10, "AAA", ()))
    free = {"added_cost": 0.0} if id == "technology-adoption" else {"premium": 0.0}
    without = run(Twin(economy, {id: lever}), setting(lever, 10, "AAA", (), figures=free))
    np.testing.assert_allclose(after.prices, without.prices, rtol=1e-12)
    assert np.abs(final_levies(after)).max() < 1e-9
    dearer = earned(after) - industry_levies(after) - earned(without)
    assert float(treasury_amount(after, "AAA", "spending")) == pytest.approx(dearer.sum())
    assert float(treasury_amount(after, "AAA", "spending")) > 0


# -- physics -----------------------------------------------------------------------------------------------------------


def co2(state: State, sector: str | None = None) -> float:
    """CO2 of the first region's industry, or of all, in kt."""
    amounts = state.amount("co2")
    return float(amounts.sum() if sector is None else amounts[state.economy.sector_position(sector)])


def test_hydrogen_saves_the_coal_and_pays_with_the_grid() -> None:
    """By hand: 2 Mt save 2 × (1.9 − 0.053) Mt on site; 7 TWh at 0.57 t/MWh emit 3.99 Mt: nothing is won."""
    twin = world_twin(1)
    steel = {"lever": "hydrogen-steel", "strength": 2.0, "regions": ("AAA",)}
    dirty = run(twin, LeverSetting.model_validate(steel))
    clean = run(twin, LeverSetting.model_validate(steel | {"figures": {"grid": 0.0}}))
    before = twin.before()
    assert co2(clean, "metals") - co2(before, "metals") == pytest.approx(-2_000 * 1.847, rel=0.02)
    # Both buy the same; only the makers of the electricity emit differently.
    assert co2(dirty) - co2(clean) == pytest.approx(7_000 * 0.57, rel=0.03)
    np.testing.assert_allclose(dirty.x, clean.x)


def test_typed_grid_and_cleaner_supply_do_not_depend_on_their_order() -> None:
    twin = world_twin(1)
    steel = LeverSetting(lever="hydrogen-steel", strength=2.0, regions=("AAA",))
    clean = LeverSetting(lever="clean-electricity", strength=60, regions=("all",))
    one, other = run(twin, steel, clean), run(twin, clean, steel)
    np.testing.assert_allclose(one.amount("co2"), other.amount("co2"), rtol=1e-12)


def test_electrification_buys_the_megawatt_hours_of_the_fuel_given_up() -> None:
    """By hand: CO2 / 0.202 t/MWh × 0.9 / 3 at 68 $/MWh, for all that the industry burns."""
    twin = world_twin(1)
    economy = twin.economy
    after = run(twin, LeverSetting(lever="electrification", strength=100, regions=("AAA",), sectors=("electronics",)))
    column = economy.sector_position("electronics")
    mwh = economy.S("co2")[column] * 1_000 / 0.202 * 0.3
    rows = economy.sector_position("energy") + np.arange(3) * len(economy.sectors)
    added = np.asarray(after.change.delta_A().toarray())[rows, column].sum()
    assert added == pytest.approx(mwh * 68 / 1e6)
    assert co2(after, "electronics") == pytest.approx(0, abs=1e-9)


def test_capture_leaves_what_is_not_reached_and_the_steam() -> None:
    """By hand: 60 % capturable × 90 % caught = 54 %; steam gives back 54 % × 3 GJ/t × 56.1 kg/GJ."""
    twin = world_twin(1)
    economy = twin.economy
    after = run(twin, LeverSetting(lever="carbon-capture", strength=100, regions=("AAA",)))
    minerals = economy.sector_position("minerals")
    kept = after.change.intensity("co2")[minerals] / economy.S("co2")[minerals]
    assert kept == pytest.approx(1 - 0.54 * (1 - 3 * 0.0561))
    captured = 0.54 * economy.S("co2")[minerals] * 1_000
    paid = after.change.levies[0].rate[minerals] * 1e6 + captured * 0.125 * 68
    assert paid / captured == pytest.approx(78.75)


def test_productivity_cuts_jobs_at_fixed_prices() -> None:
    twin = world_twin(1)
    after = run(twin, LeverSetting(lever="technology-adoption", strength=10, regions=("AAA",)))
    np.testing.assert_allclose(after.x, twin.before().x)
    assert after.prices.min() < 1
    assert after.amount("jobs_male").sum() < twin.before().amount("jobs_male").sum()


def test_a_figure_that_older_versions_read_is_refused_with_what_stands_in_its_place() -> None:
    old = LeverSetting(lever="technology-adoption", strength=10, regions=("AAA",), figures={"elasticity": 1.0})
    with pytest.raises(InputError, match=r"'elasticity' is no longer read: customers answer by the set.*Leave it out"):
        run(world_twin(1), old)


def test_the_targeting_of_a_subsidy_shows_its_leakage() -> None:
    twin = world_twin(1)
    flat, aimed = (
        {levy.name: levy.rate * after.x for levy in after.change.levies}
        for after in (
            run(twin, LeverSetting(lever=lever, strength=1, regions=("AAA",)))
            for lever in ("flat-subsidy", "targeted-subsidy")
        )
    )
    assert sum(paid.sum() for paid in flat.values()) == pytest.approx(-1_000)
    assert flat["subsidy that leaks"].sum() < -100
    assert aimed["subsidy on its aim"].sum() == pytest.approx(-1_000)
    assert aimed["subsidy that leaks"].sum() == pytest.approx(0, abs=1e-9)


def test_equal_pay_by_hand() -> None:
    """Half women with a gap of 20 % take 0.4 of 0.9; closing it adds 0.1/0.9 to the wage bill."""
    economy = random_world(1)
    same = economy.extension("jobs_male").F
    women = economy.extension("jobs_female")
    economy = economy.with_extensions(type(women)(**{**vars(women), "F": same}))
    after = run(Twin(economy), LeverSetting(lever="equal-pay", strength=100, regions=("AAA",)))
    wages = 0.514 * economy.value_added[0] * economy.per_output[0]
    assert after.change.levies[0].rate[0] == pytest.approx(wages * 0.1 / 0.9)


def test_longer_life_by_hand() -> None:
    """A quarter longer: purchases fall by a fifth, by a tenth where half of them let the stock grow."""
    twin = world_twin(1)
    row = twin.economy.sector_position("electronics")
    for replacement, kept in ((100.0, 0.8), (50.0, 0.9)):
        after = run(
            twin,
            LeverSetting(lever="longer-life", strength=25, regions=("AAA",), figures={"replacement": replacement}),
        )
        assert after.Y[row, 0] == pytest.approx(kept * twin.economy.Y[row, 0])
        assert after.Y[row, 1] == twin.economy.Y[row, 1]  # government


def test_repair_moves_a_third_of_the_price_to_workshops() -> None:
    twin = world_twin(1)
    economy = twin.economy
    after = run(twin, LeverSetting(lever="repair", strength=10, regions=("AAA",)))
    change = (after.Y - economy.Y)[:, 0]
    goods = change.reshape(3, -1)[:, economy.sector_position("electronics")].sum()
    assert goods < 0
    assert change.sum() == pytest.approx(0.7 * goods)


def test_rebound_of_repair() -> None:
    twin = world_twin(1)
    less = LeverSetting(lever="repair", strength=10, regions=("AAA",))
    kept, spent = run(twin, less), run(twin, less, closure="savings re-spent")
    assert spent.Y[:, 0].sum() == pytest.approx(twin.economy.Y[:, 0].sum())
    assert kept.x.sum() < spent.x.sum()


def test_clean_technology_abroad_closes_the_gap_and_never_opens_it() -> None:
    twin = world_twin(1)
    economy = twin.economy
    after = run(
        twin, LeverSetting(lever="clean-technology-abroad", strength=100, regions=("AAA",), bloc=("BBB", "CCC"))
    )
    new, old = after.change.intensity("co2"), economy.S("co2")
    k = len(economy.sectors)
    for sector in ("metals", "energy"):
        i = economy.sector_position(sector)
        leaders = [k + i, 2 * k + i]
        mean = old[leaders] @ economy.x[leaders] / economy.x[leaders].sum()
        assert new[i] == pytest.approx(min(old[i], mean))


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_of_levers_is_made_from_the_declarations() -> None:
    script = Path(__file__).parents[2] / "docs" / "make_levers.py"
    made = run_path(str(script))
    assert made["PAGE"].read_text("utf-8") == made["levers_page"](), "run: ./run python docs/make_levers.py"
