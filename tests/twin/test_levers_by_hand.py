"""What every act does to a table that can be reckoned by hand: `tests/twin/hand_world.py` has its figures."""

from __future__ import annotations

import pytest

from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.many import Many
from kaldor.twin.incidence import incidence
from kaldor.twin.lever import Lever
from kaldor.twin.scenario import Closure, LeverSetting
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FINAL, FLOWS, at, hand_world, inputs, known, lever, purchases, scenario, setting

ELECTRICITY = {"electricity_price": 100.0, "grid": (0.0, 0.5, 1.0), "table_grid": 0.0}


def run(one: Lever, strength: float, *regions: str, closure: Closure = "pass-through", **named: object) -> State:
    twin = Twin(hand_world(), known(one))
    return twin.run(scenario(setting(one.id, strength, *regions, **named), closure=closure))


def co2_per_output(state: State, *places: str) -> list[float]:
    return at(state.change.intensity("co2"), *places)


def test_fuel_saved_is_not_bought_and_only_what_burns_is_not_emitted() -> None:
    """Half of the energy; CO2 0.3 × (1 − 0.5 × 0.6): the other 40 % come from the process."""
    after = run(lever("save_fuel", combustion_share=60), 50, "DEU", sectors=["metals"], products=["energy"])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.10, 0.05, 0.15])
    assert inputs(after, "energy", "IND metals") == pytest.approx([0, 0.4, 0])
    assert co2_per_output(after, "DEU metals", "IND metals", "DEU goods") == pytest.approx([0.21, 0.6, 0.02])


@pytest.mark.parametrize(("table_grid", "part"), [(0.0, 1.0), (25.0, 0.75), (100.0, 0.0)])
def test_electricity_in_place_of_fuel_is_bought_in_mwh_and_emitted_by_its_makers(
    table_grid: float, part: float
) -> None:
    """0.5 × 0.8 × 300 t / 0.2 = 600 MWh of fuel; × 0.9 / 3 = 180 MWh of electricity; × 100 $ = 0.018 of each dollar.

    18,000 MWh in all, 1/3, 1/6 and 1/2 of them from DEU, IND and USA. DEU: 6,000 MWh at 0.0005 kt in place of the
    0.1 kt × 0.0001 that the table implies add 2.94 kt to 100.6 million of output, the electricity included.
    """
    figures = {"combustion_share": 80.0, "fuel_co2": 0.2, "boiler_efficiency": 0.9, "electric_efficiency": 3.0}
    electrify = lever("electrify", **figures | ELECTRICITY | {"table_grid": table_grid})
    after = run(electrify, 50, "DEU", sectors=["metals"], products=["energy"])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.318 / 3, 0.318 / 6, 0.318 / 2])
    assert co2_per_output(after, "DEU metals", "IND metals") == pytest.approx([0.18, 0.6])
    added = [part * more for more in (2.94 / 100.6, 1.38 / 100.3, 4.32 / 100.9)]
    expected = [0.1 + added[0], 0.4 + added[1], 0.2 + added[2]]
    assert co2_per_output(after, "DEU energy", "IND energy", "USA energy") == pytest.approx(expected)


def test_two_purchases_of_electricity_both_count_at_the_grid() -> None:
    """Metals of DEU and of IND change over by two settings: the makers in IND serve both, and both are felt.

    IND: 0.5 × 0.8 × 600 t / 0.2 × 0.3 = 360 MWh a million × 100 = 36,000 MWh, all from IND, beside the 3,000 for DEU;
    at 100 $ they are 3.9 million of output.
    """
    figures = {"combustion_share": 80.0, "fuel_co2": 0.2, "boiler_efficiency": 0.9, "electric_efficiency": 3.0}
    electrify = lever("electrify", **figures | ELECTRICITY)
    targets = {"sectors": ["metals"], "products": ["energy"]}
    both = scenario(setting("electrify", 50, "DEU", **targets), setting("electrify", 50, "IND", **targets))
    after = Twin(hand_world(), known(electrify)).run(both)
    assert co2_per_output(after, "IND energy") == pytest.approx([0.4 + (0.0005 - 0.00004) * 39_000 / 103.9])


def heavy_power(own: float) -> Economy:
    """The table with power plants in the USA that buy 40 million of each other, and 20 of the metals of the USA."""
    more = {("USA energy", "USA energy"): own, ("USA metals", "USA energy"): own / 2, ("USA energy", "USA metals"): own}
    return hand_world(flows=FLOWS | more)


@pytest.mark.parametrize(("grid", "kt"), [(0.0, 0.0), (0.5, 4.5)])
def test_all_that_power_plants_emit_for_an_added_mwh_is_the_typed_grid(grid: float, kt: float) -> None:
    """9,000 of the 18,000 MWh of DEU's metals come from the USA, 0.9 million at 100 $; nothing else changes there.

    Energy of the USA sells 70 + 30 + 40 + 40 = 180 and buys 40 of it itself; metals sell 80 + 20 + 20 = 120 and buy 40
    of energy. For a million, energy makes e = 1 + 40/180 e + 40/120 m and metals m = 20/180 e: e = 1.35, m = 0.15. So
    1.215 million are made in all rounds; the typed grid is emitted for 9,000 MWh, and 0.135 × 50/120 kt by the metals.
    """
    figures = {"combustion_share": 80.0, "fuel_co2": 0.2, "boiler_efficiency": 0.9, "electric_efficiency": 3.0}
    twin = Twin(heavy_power(40), known(electrify := lever("electrify", **figures | ELECTRICITY)))
    targets = {"sectors": ["metals"], "products": ["goods"], "figures": {"grid": grid}}  # fuel that nobody buys
    after = twin.run(scenario(setting(electrify.id, 50, "DEU", **targets)))
    assert at(after.x - twin.before().x, "USA energy", "USA metals") == pytest.approx([1.215, 0.135])
    more = after.amount("co2") - twin.before().amount("co2")
    assert at(more, "USA energy", "USA metals") == pytest.approx([kt, 0.135 * 50 / 120], abs=1e-9)


def test_steel_with_hydrogen_on_a_clean_grid_lets_no_power_plant_emit_more() -> None:
    """10,000 t in DEU take 30,000 MWh, half from the USA, whose plants buy of each other; no coal is given up."""
    figures = STEEL | ELECTRICITY | {"coal": 0.0, "grid": 0.0}
    hydrogen = lever("hydrogen_steel", **figures, hydrogen_co2=0.4, electricity=3.0)
    twin = Twin(heavy_power(40), known(hydrogen))
    after = twin.run(scenario(setting(hydrogen.id, 0.01, "DEU", sectors=["metals"], products=["energy"])))
    more = after.amount("co2") - twin.before().amount("co2")
    assert at(more, "DEU energy", "IND energy", "USA energy") == pytest.approx([0, 0, 0], abs=1e-9)
    assert at(more, "DEU metals") == pytest.approx([-15])


def test_another_fuel_costs_by_its_price_and_saves_by_its_carbon() -> None:
    """Goods take half of what they buy as fuel (0.25) anew at 1.5 times the price, as their region buys energy."""
    figures = {"combustion_share": 80.0, "old_co2": 90.0, "new_co2": 60.0, "price_ratio": 1.5}
    after = run(lever("switch_fuel", **figures), 50, "DEU", sectors=["goods"], products=["metals"])
    assert inputs(after, "metals", "DEU goods") == pytest.approx([0.125, 0.075, 0.05])
    assert inputs(after, "energy", "DEU goods") == pytest.approx([0.375 / 3, 0.375 / 6, 0.375 / 2])
    assert co2_per_output(after, "DEU goods") == pytest.approx([0.02 * (1 - 0.5 * 0.8 / 3)])


def test_capture_takes_its_share_burns_for_its_steam_and_costs_by_the_tonne() -> None:
    """0.5 × 0.8 × 0.9 = 36 % caught, a tenth of it burnt again for 2 GJ × 50 kg.

    108 t a million × (60 + 10 + 5) $ = 0.0081, of which 54 MWh at 100 $ = 0.0054 are electricity.
    """
    costs = {"capture_cost": 60.0, "transport_cost": 10.0, "storage_cost": 5.0}
    physics = {"capturable_share": 80.0, "capture_rate": 90.0, "heat": 2.0, "heat_co2": 50.0, "electricity": 0.5}
    after = run(lever("capture_carbon", **costs | physics | ELECTRICITY), 50, "DEU", sectors=["metals"])
    assert co2_per_output(after, "DEU metals") == pytest.approx([0.3 * (1 - 0.36 * 0.9)])
    assert sum(inputs(after, "energy", "DEU metals")) == pytest.approx(0.6054)
    (levy,) = after.change.levies
    assert levy.recipient == "factors"
    assert at(levy.rate, "DEU metals", "DEU goods", "IND metals") == pytest.approx([0.0027, 0, 0])


def test_the_gap_is_to_the_mean_of_the_bloc_weighted_by_output() -> None:
    """Leaders are DEU and USA: energy 30/200, metals 80/200, goods 9/300 (not the mean of 0.02 and 0.05)."""
    after = run(lever("close_gap"), 50, "IND", bloc=["DEU", "USA"])
    expected = [0.4 - 0.5 * 0.25, 0.6 - 0.5 * 0.2, 0.1 - 0.5 * 0.07]
    assert co2_per_output(after, "IND energy", "IND metals", "IND goods") == pytest.approx(expected)
    assert co2_per_output(after, "DEU metals", "USA metals") == pytest.approx([0.3, 0.5])


def test_cleaner_supply_is_that_of_the_regions_and_sectors_named() -> None:
    after = run(lever("clean_supply"), 40, "IND", sectors=["energy"])
    assert co2_per_output(after, "IND energy", "DEU energy", "IND metals") == pytest.approx([0.24, 0.1, 0.6])


def test_less_is_used_of_the_products_by_the_sectors_and_regions_named() -> None:
    after = run(lever("use_less"), 20, "DEU", sectors=["goods"], products=["metals"])
    assert inputs(after, "metals", "DEU goods") == pytest.approx([0.2, 0.12, 0.08])
    assert inputs(after, "metals", "IND goods") == pytest.approx([0, 0.2, 0])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.2, 0.1, 0.3])


def test_what_lasts_longer_is_replaced_less_by_households_and_investors_of_the_region() -> None:
    """A quarter longer: a fifth fewer replacements, of 50 % of purchases: a tenth less."""
    after = run(lever("extend_life", replacement=50), 25, "DEU", products=["metals", "goods"])
    assert purchases(after, "goods", "DEU households") == pytest.approx([108, 27, 0])
    assert purchases(after, "metals", "DEU investment") == pytest.approx([36, 0, 0])
    assert purchases(after, "goods", "DEU government") == pytest.approx([50, 10, 20])
    assert purchases(after, "goods", "DEU inventories") == pytest.approx([5, 0, 0])
    assert purchases(after, "goods", "IND households") == pytest.approx([15, 60, 0])


def test_repairs_are_bought_from_the_trades_as_households_buy_from_these() -> None:
    """8 of 80 are repaired for 4, spread as 25 : 150 over metals and goods, goods as 120 : 30 over DEU and IND."""
    after = run(lever("repair", repair_cost=50), 10, "DEU", products=["energy"])
    assert purchases(after, "energy", "DEU households") == pytest.approx([72, 0, 0])
    assert purchases(after, "metals", "DEU households") == pytest.approx([0, 25 + 4 / 7, 0])
    assert purchases(after, "goods", "DEU households") == pytest.approx([120 + 96 / 35, 30 + 24 / 35, 0])


def test_productivity_by_hand() -> None:
    """25 % × gain 40 % = 0.1 more a job; of 0.5 × 0.1/1.1 of value added saved a fifth goes to wages: 2/55.

    The price cut is 0.4 × 2/55 = 0.8/55; at fixed prices nobody buys more for it.
    """
    figures = {"labour_share": 50.0, "to_wages": 20.0, "gain": 40.0}
    after = run(lever("raise_productivity", **figures), 25, "DEU", sectors=["metals"])
    assert at(after.value_added, "DEU metals", "IND metals") == pytest.approx([0.4 * 53 / 55, 0.6])
    assert at(after.change.intensity("jobs_male"), "DEU metals", "IND metals") == pytest.approx([0.06 / 1.1, 0.08])
    assert at(after.change.intensity("jobs_female"), "DEU metals") == pytest.approx([0.02 / 1.1])
    assert purchases(after, "metals", "DEU investment") == pytest.approx([40, 0, 0])
    assert purchases(after, "metals", "IND households") == pytest.approx([10, 25, 0])
    assert at(after.x, "DEU metals", "IND energy") == pytest.approx([100, 100])
    assert at(after.prices, "DEU metals", "DEU goods") == pytest.approx([1 - 0.8 / 55, 1 - 0.25 * 0.8 / 55])


def test_a_wage_floor_costs_its_share_of_value_added_and_jobs_answer() -> None:
    """10 % of 60 % of 0.5; jobs fall by 0.3 × 10 %."""
    after = run(lever("wage_floor", labour_share=60, jobs_elasticity=-0.3), 10, "DEU", sectors=["goods"])
    (levy,) = after.change.levies
    assert levy.recipient == "factors"
    assert at(levy.rate, "DEU goods", "DEU metals", "IND goods") == pytest.approx([0.03, 0, 0])
    assert at(after.amount("jobs_female"), "DEU goods", "IND goods") == pytest.approx([7.76, 9])


def test_equal_pay_adds_the_gap_of_women_to_the_wage_bill() -> None:
    """Metals: a quarter women, gap 20 %: half of it closed adds 0.5 × 0.05/0.95 of 60 % of 0.4."""
    after = run(lever("close_pay_gap", labour_share=60, pay_gap=20), 50, "DEU", sectors=["metals"])
    assert at(after.change.levies[0].rate, "DEU metals") == pytest.approx([0.5 * 0.05 / 0.95 * 0.6 * 0.4])


STEEL = {"blast_furnace_co2": 1.9, "coal": 0.5, "coal_price": 200.0}


def test_steel_with_hydrogen_is_shared_out_by_the_co2_of_the_industries() -> None:
    """30,000 t: 10,000 in DEU (30 of 90 kt), 20,000 in IND. Saved 1.5 t each; coal 100 $, electricity 3 × 100 $ a t."""
    hydrogen = lever("hydrogen_steel", **STEEL | ELECTRICITY, hydrogen_co2=0.4, electricity=3.0)
    after = run(hydrogen, 0.03, "DEU", "IND", sectors=["metals"], products=["energy"])
    assert co2_per_output(after, "DEU metals", "IND metals", "USA metals") == pytest.approx([0.15, 0.3, 0.5])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.62 / 3, 0.62 / 6, 0.62 / 2])
    assert inputs(after, "energy", "IND metals") == pytest.approx([0, 0.4 - 0.02 + 0.06, 0])


def test_steel_from_scrap_needs_no_ore_and_no_coal_and_buys_from_all_traders_evenly() -> None:
    """10,000 t in DEU: ore 1.5 × 80 and coal 0.5 × 200 = 220 $ less, 1 × 100 $ of power and 1.1 × 300 $ of scrap more.

    The trades that sell scrap are metals and goods, half each; nobody in DEU's metals buys of them yet, so that they
    are bought from where DEU's industries buy: metals 5 : 3 : 2, goods at home, as no industry buys any.
    """
    figures = STEEL | ELECTRICITY | {"furnace_co2": 0.1, "ore": 1.5, "ore_price": 80.0, "scrap": 1.1}
    scrap = lever("scrap_steel", **figures, scrap_price=300.0, electricity=1.0)
    after = run(scrap, 0.01, "DEU", sectors=["metals"], products=["energy"])
    assert co2_per_output(after, "DEU metals") == pytest.approx([0.3 - 0.18])
    assert sum(inputs(after, "energy", "DEU metals")) == pytest.approx(0.6 - 0.022 + 0.01)
    assert inputs(after, "metals", "DEU metals") == pytest.approx([0.00825, 0.00495, 0.0033])
    assert inputs(after, "goods", "DEU metals") == pytest.approx([0.0165, 0, 0])


@pytest.mark.parametrize(("targeting", "aimed", "leaks"), [(0, 20 / 3, 10 / 3), (40, 8.0, 2.0), (100, 10.0, 0.0)])
def test_a_subsidy_is_paid_by_output_and_its_leak_is_shown(targeting: float, aimed: float, leaks: float) -> None:
    """10 million on goods (output 200) of metals and goods (100 and 200): 40 % on its aim, the rest by output."""
    after = run(lever("subsidise", targeting=targeting), 0.01, "DEU", sectors=["metals", "goods"], products=["goods"])
    on_aim, leak = after.change.levies
    assert at(on_aim.rate, "DEU goods", "DEU metals", "IND goods") == pytest.approx([-aimed / 200, 0, 0])
    assert at(leak.rate, "DEU metals", "DEU goods") == pytest.approx([-leaks / 100, 0])


def earned_more(one: Lever, setting_: LeverSetting, *places: str) -> list[float]:
    """What industries earn more (million USD) than with the same lever free of a premium."""
    twin = Twin(hand_world(), known(one))
    free = setting_.model_copy(update={"figures": {"premium": 0.0}})
    after, without = (twin.run(scenario(chosen)) for chosen in (setting_, free))
    own = [incidence(twin.before(), state).value_added["own_change"].to_numpy() for state in (after, without)]
    return at(own[0] - own[1], *places)


def test_what_is_reshored_comes_from_everywhere_or_only_from_those_that_are_left() -> None:
    """Of 20, 10 and 30 half of what is foreign: 40, 5, 15; half of the American alone: 35, 10, 15."""
    reshore = lever("reshore", premium=(0, 20, 20))
    all_ = run(reshore, 50, "DEU", sectors=["metals"], products=["energy"])
    assert inputs(all_, "energy", "DEU metals") == pytest.approx([0.4, 0.05, 0.15])
    some = run(reshore, 50, "DEU", sectors=["metals"], products=["energy"], away_from=["USA"])
    assert inputs(some, "energy", "DEU metals") == pytest.approx([0.35, 0.1, 0.15])
    # Where only some industries move, final users stay: households buy 25 of metals from IND.
    goods = run(reshore, 50, "DEU", sectors=["goods"], products=["metals"])
    assert inputs(goods, "metals", "DEU goods") == pytest.approx([0.375, 0.075, 0.05])
    assert purchases(goods, "metals", "DEU households") == pytest.approx([0, 25, 0])
    # 20 % on the 15 million that came home are earned by those who supply them.
    leaving = setting("reshore", 50, "DEU", sectors=["metals"], products=["energy"], away_from=["USA"])
    assert earned_more(reshore, leaving, "DEU energy", "USA energy", "DEU metals") == pytest.approx([3, 0, 0])


def test_final_users_reshore_where_all_industries_do_and_stocks_stay() -> None:
    """Households' 30 from IND and government's 10 and 20 are halved; inventories and other countries stay."""
    reshore = lever("reshore", premium=(0, 20, 20))
    after = run(reshore, 50, "DEU", products=["goods"])
    assert purchases(after, "goods", "DEU households") == pytest.approx([135, 15, 0])
    assert purchases(after, "goods", "DEU government") == pytest.approx([65, 5, 10])
    assert purchases(after, "goods", "DEU inventories") == pytest.approx([5, 0, 0])
    assert purchases(after, "goods", "IND households") == pytest.approx([15, 60, 0])
    # 20 % on the 15 and 15 million that came home.
    assert earned_more(reshore, setting("reshore", 50, "DEU", products=["goods"]), "DEU goods") == pytest.approx([6])


def test_changes_of_stocks_never_move_to_another_country() -> None:
    """Goods that DEU's inventories hold from USA stay from USA."""
    table = hand_world(final=FINAL | {("USA goods", "DEU inventories"): 8})
    reshore = lever("reshore", premium=0)
    after = Twin(table, known(reshore)).run(scenario(setting("reshore", 50, "DEU", products=["goods"])))
    assert purchases(after, "goods", "DEU inventories") == pytest.approx([5, 0, 8])
    assert purchases(after, "goods", "DEU government") == pytest.approx([65, 5, 10])


def test_turning_to_a_bloc_leaves_home_alone_and_the_countries_named() -> None:
    turn = lever("turn_to_bloc", premium=(0, 10, 10))
    after = run(turn, 50, "DEU", sectors=["metals"], products=["energy"], bloc=["IND"])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.2, 0.25, 0.15])
    both = run(turn, 50, "DEU", sectors=["metals"], products=["energy"], bloc=["DEU", "IND"])
    assert inputs(both, "energy", "DEU metals") == pytest.approx([0.2, 0.25, 0.15])
    # Indian households buy no American metals yet: half of their German ones turn there, and nowhere else.
    new = run(turn, 50, "IND", products=["metals"], bloc=["USA"])
    assert purchases(new, "metals", "IND households") == pytest.approx([5, 25, 5])
    kept = run(turn, 50, "IND", products=["metals"], bloc=["USA"], away_from=["IND"])
    assert purchases(kept, "metals", "IND households") == pytest.approx([10, 25, 0])
    paid = setting("turn-to-bloc", 50, "DEU", sectors=["metals"], products=["energy"], bloc=["IND"])
    assert earned_more(turn, paid, "IND energy", "DEU energy", "USA energy") == pytest.approx([1.5, 0, 0])


def test_a_cap_on_single_suppliers_spares_home_and_spreads_the_rest_by_what_is_bought() -> None:
    """Cap 40 % of 60: 30 from USA become 24, the 6 go to DEU and IND as 20 : 10; half from home is no excess."""
    diversify = lever("diversify", high=95, premium=(0, 10, 10))
    after = run(diversify, 60, "DEU", sectors=["metals", "goods"], products=["energy", "metals"])
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.24, 0.12, 0.24])
    assert inputs(after, "metals", "DEU goods") == pytest.approx([0.25, 0.15, 0.10])
    paid = setting("diversify", 60, "DEU", sectors=["metals"], products=["energy"])
    assert earned_more(diversify, paid, "DEU energy", "IND energy", "USA energy") == pytest.approx([0.4, 0.2, 0])


def test_what_a_capped_supplier_leaves_may_cap_the_next() -> None:
    """Of 60 IND has 50 %, USA 38, home 12; at 40 % for IND its tenth would lift USA to 45.6: both stay at 40."""
    shares = {"DEU energy": 7.2, "IND energy": 30, "USA energy": 22.8}
    table = hand_world(flows=FLOWS | {(seller, "DEU metals"): amount for seller, amount in shares.items()})
    twin = Twin(table, known(lever("diversify", high=95, premium=0)))
    after = twin.run(scenario(setting("diversify", 60, "DEU", sectors=["metals"], products=["energy"])))
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0.12, 0.24, 0.24])


def test_two_suppliers_abroad_share_evenly_where_the_cap_leaves_no_third() -> None:
    shares = {"DEU energy": 0, "IND energy": 45, "USA energy": 15}
    table = hand_world(flows=FLOWS | {(seller, "DEU metals"): amount for seller, amount in shares.items()})
    twin = Twin(table, known(lever("diversify", high=95, premium=0)))
    after = twin.run(scenario(setting("diversify", 60, "DEU", sectors=["metals"], products=["energy"])))
    assert inputs(after, "energy", "DEU metals") == pytest.approx([0, 0.3, 0.3])


def test_nobody_turns_to_a_country_that_makes_none_and_what_is_not_made_keeps_its_price() -> None:
    """USA makes no goods: DEU's government stays with its 50 and 10."""
    none = {pair: amount for pair, amount in FINAL.items() if pair[0] != "USA goods"}
    levers = known(lever("turn_to_bloc", premium=0), lever("carbon_price", "$/t"))
    turned = setting("turn-to-bloc", 50, "DEU", products=["goods"], bloc=["USA"])
    after = Twin(hand_world(final=none), levers).run(scenario(turned, setting("carbon-price", 100, "all")))
    assert purchases(after, "goods", "DEU government") == pytest.approx([50, 10, 0])
    assert at(after.x, "USA goods", "DEU goods") == pytest.approx([0, 200])
    assert at(after.prices, "USA goods", "USA energy") == pytest.approx([1, 1.02])


def test_only_government_buys_local() -> None:
    after = run(lever("buy_local", premium=(0, 10, 10)), 50, "DEU", products=["goods"])
    assert purchases(after, "goods", "DEU government") == pytest.approx([65, 5, 10])
    assert purchases(after, "goods", "DEU households") == pytest.approx([120, 30, 0])
    one = run(lever("buy_local", premium=(0, 10, 10)), 50, "DEU", products=["goods"], away_from=["USA"])
    assert purchases(one, "goods", "DEU government") == pytest.approx([60, 10, 10])


def test_a_figure_that_the_scenario_sets_wins_over_the_levers_own() -> None:
    saved = lever("save_fuel", combustion_share=(0, 60, 100))
    after = run(saved, 50, "DEU", sectors=["metals"], products=["energy"], figures={"combustion_share": 100})
    assert co2_per_output(after, "DEU metals") == pytest.approx([0.15])


def test_a_lever_that_stands_twice_is_found_whatever_stands_between() -> None:
    less, saved = lever("use_less"), lever("save_fuel", combustion_share=60)
    target = {"sectors": ["goods"], "products": ["metals"]}
    first = setting("use-less", 20, "DEU", **target)
    other = setting("save-fuel", 20, "DEU", sectors=["metals"], products=["energy"])
    with pytest.raises(InputError, match="as lever 1 does already"):
        Twin(hand_world(), known(less, saved)).run(scenario(first, other, first))


@pytest.mark.parametrize("wrong", [{"strength": 101.0}, {"strength": -1.0}, {"figures": {"combustion_share": 100.5}}])
def test_strengths_and_figures_keep_to_their_bounds(wrong: dict[str, object]) -> None:
    saved = lever("save_fuel", high=100, combustion_share=(20, 60, 100))
    asked = setting("save-fuel", 50, "DEU", sectors=["metals"], products=["energy"])
    with pytest.raises(InputError, match="out of bounds"):
        Twin(hand_world(), known(saved)).run(scenario(asked.model_copy(update=wrong)))


@pytest.mark.parametrize(("sectors", "notes"), [(["energy"], 0), (["goods"], 1), (["all"], 1)])
def test_a_price_says_what_it_cannot_charge_of_the_industries_named(sectors: list[str], notes: int) -> None:
    """USA makes no goods, and 5 kt stand in that industry."""
    none = {pair: amount for pair, amount in FINAL.items() if pair[0] != "USA goods"}
    twin = Twin(hand_world(final=none), known(lever("carbon_price", "$/t")))
    (order,) = twin.run(scenario(setting("carbon-price", 100, "USA", sectors=sectors))).orders
    assert len(order.notes) == notes
    assert all("5 kt CO2" in note and "USA/goods" in note for note in order.notes)


@pytest.mark.parametrize(
    ("function", "figures", "targets", "said"),
    [
        ("save_fuel", {"combustion_share": 300.0}, {"products": ["energy"]}, "co2 per unit of output of DEU metals"),
        ("repair", {"repair_cost": -5000.0}, {"products": ["goods"]}, "final purchases of "),
        ("use_less", {}, {"products": ["energy"]}, "purchases of DEU metals"),
        ("extend_life", {"replacement": 400.0}, {"products": ["goods"]}, "final purchases of DEU goods"),
    ],
)
def test_figures_that_make_less_than_nothing_are_refused_by_the_lever(
    function: str, figures: dict[str, float], targets: dict[str, object], said: str
) -> None:
    """Half the fuel at 300 % of CO2 is 1 − 1.5; half the goods repaired at −50 of the price; 120 % less is −20 %.

    Lasting half as long again cuts 4 × (1 − 1/1.5) = 4/3 of purchases.
    """
    wrong, fine = lever(function, **figures), lever("clean_supply")
    strength = 120.0 if function == "use_less" else 50.0
    twin = Twin(hand_world(), known(wrong, fine))
    targets = targets | ({"sectors": ["metals"]} if function in {"save_fuel", "use_less"} else {})
    asked = scenario(setting(fine.id, 10, "DEU", sectors=["goods"]), setting(wrong.id, strength, "DEU", **targets))
    with pytest.raises(InputError) as refused:
        twin.run(asked)
    assert f"lever 2 ({wrong.id})" in str(refused.value)
    assert "would fall below zero" in str(refused.value)
    assert said in str(refused.value)
    (answered,) = Many(twin).answers(Futures.of([Future(asked)]))
    assert "would fall below zero" in answered.failed[0]


def test_each_future_is_refused_by_itself_and_names_its_own_industry() -> None:
    """120 % less energy in the metals of Germany, then of India; 10 % less is fine in both."""
    less = lever("use_less")

    def future(german: float, indian: float) -> Future:
        of = {"sectors": ["metals"], "products": ["energy"]}
        strengths = {"DEU": german, "IND": indian}
        return Future(scenario(*(setting(less.id, strength, region, **of) for region, strength in strengths.items())))

    futures = Futures.of([future(10, 10), future(120, 10), future(10, 120)])
    failed = [why for answered in Many(Twin(hand_world(), known(less))).answers(futures) for why in answered.failed]
    assert failed == [
        "",
        "purchases of DEU metals would fall below zero.",
        "purchases of IND metals would fall below zero.",
    ]
