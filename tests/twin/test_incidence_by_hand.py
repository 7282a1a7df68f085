"""Who pays, by hand: a carbon price, a border adjustment, subsidies and what they cost, on `tests/twin/hand_world.py`.

CO2 per million of output, in kt: DEU 0.1 (energy), 0.3 (metals), 0.02 (goods); IND 0.4, 0.6, 0.1; USA 0.2, 0.5, 0.05.
At 100 $ a tonne that is 0.01, 0.03, 0.002; 0.04, 0.06, 0.01; 0.02, 0.05, 0.005 of each dollar of output.
"""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.twin.explain import channels, cost_per, explain, paths
from kaldor.twin.incidence import Incidence, groups_year, incidence, treasury_amount
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import value_of
from kaldor.twin.scenario import Closure, LeverSetting
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.twin.hand_world import at, column, hand_world, known, lever, purchases, row, scenario, setting

LEVERS = known(
    lever("carbon_price", "$/t"),
    lever("border_adjustment", "$/t"),
    lever("use_less"),
    lever("clean_supply"),
    lever("subsidise", "billion $ a year", targeting=100),
    lever("reshore", premium=(0, 20, 20)),
)
PRICE = setting("carbon-price", 100, "DEU")
BORDER = setting("border-adjustment", 100, bloc=["DEU"])
LESS = setting("use-less", 20, "DEU", sectors=["goods"], products=["metals"])
MONEY = setting("subsidise", 0.01, "DEU", sectors=["goods"], products=["goods"])


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(hand_world(), LEVERS)


def run(twin: Twin, *settings: LeverSetting, closure: Closure = "pass-through") -> tuple[State, State, Incidence]:
    before, after = twin.before(), twin.run(scenario(*settings, closure=closure))
    return before, after, incidence(before, after)


def measured(name: str, before: State, after: State, region: str = "DEU") -> float:
    return value_of(packaged_metrics()[name], before, after, region=region)


def test_a_carbon_price_is_paid_at_home_and_borne_along_the_chain(twin: Twin) -> None:
    """Prices: metals 0.03 + 0.2 × 0.01, goods 0.002 + 0.25 × 0.032. Revenue 1 + 3 + 0.4."""
    before, after, who = run(twin, PRICE)
    places = ("DEU energy", "DEU metals", "DEU goods", "IND metals", "IND goods", "USA goods")
    assert at(after.prices, *places) == pytest.approx([1.01, 1.032, 1.01, 1, 1, 1])
    assert who.prices["change_pct"].loc[("DEU", "metals")] == pytest.approx(3.2)
    lines = who.burden["total"]
    assert lines["DEU", "households"] == pytest.approx(80 * 0.01 + 120 * 0.01)
    assert lines["DEU", "government"] == pytest.approx(0.5)
    assert lines["DEU", "investment"] == pytest.approx(40 * 0.032)
    assert lines["IND", "households"] == pytest.approx(10 * 0.032 + 15 * 0.01)
    assert lines["USA", "households"] == pytest.approx(0.1)
    income = who.real_income
    assert income["value_added"].to_list() == pytest.approx([4.4, 0, 0, 0])
    assert income["effect"].to_list() == pytest.approx([4.4 - 3.83, -0.47, -0.1, 0], abs=1e-12)
    assert income["effect_pct"].iloc[:3].to_list() == pytest.approx([0.57 / 3.8, -0.47 / 1.6, -0.1 / 2.4])
    assert who.by_income_group["effect"].to_dict() == pytest.approx(
        {"lower middle income": -0.47, "high income": 0.47, "statistical discrepancy": 0}, abs=1e-12
    )
    metals = who.value_added.loc[("DEU", "metals")]
    assert metals[["before", "after", "change", "own_change", "levies_change"]].to_list() == pytest.approx(
        [40, 43, 3, 0, 3]
    )
    assert [measured("household-burden", before, after, r) for r in ("DEU", "IND")] == pytest.approx([2.0, 0.47])
    assert [measured("treasury-revenue", before, after, r) for r in ("DEU", "IND")] == pytest.approx([4.4, 0])
    assert [measured("real-income", before, after, r) for r in ("DEU", "IND")] == pytest.approx([0.57, -0.47])
    assert measured("real-income-lower-middle", before, after) == pytest.approx(-0.47)
    assert measured("real-income-high", before, after, "IND") == pytest.approx(0.47)


def test_a_price_on_some_industries_leaves_the_others_alone(twin: Twin) -> None:
    """Metals alone: 3 million; of two countries 3 + 6."""
    *_, who = run(twin, setting("carbon-price", 100, "DEU", sectors=["metals"]))
    assert who.treasury_of(["DEU", "IND", "USA"], "revenue") == pytest.approx(3)
    *_, who = run(twin, setting("carbon-price", 100, "DEU", "IND", sectors=["metals"]))
    assert [who.treasury_of([region], "revenue") for region in ("DEU", "IND", "USA")] == pytest.approx([3, 6, 0])


def test_a_border_adjustment_is_levied_by_the_bloc_alone(twin: Twin) -> None:
    """Metals pay (10 × 0.04 + 30 × 0.02)/100, goods (30 × 0.06 + 20 × 0.05)/200; households 25 × 0.06 + 30 × 0.01.

    Prices at home rise by 0.01 and 0.014 + 0.25 × 0.01. Households bear 120 × 0.0165 of these and 1.8 at the border.
    """
    before, after, who = run(twin, BORDER)
    places = ("DEU energy", "DEU metals", "DEU goods", "IND metals", "IND goods", "USA metals")
    assert at(after.prices, *places) == pytest.approx([1, 1.01, 1.0165, 1, 1, 1])
    levies = who.burden["levies"]
    assert levies["DEU", "households"] == pytest.approx(1.8)
    assert levies["DEU", "government"] == pytest.approx(10 * 0.01 + 20 * 0.005)
    assert levies.drop("DEU").abs().max() == 0
    assert who.burden["total"]["DEU", "households"] == pytest.approx(1.98 + 1.8)
    assert [who.treasury_of([region], "revenue") for region in ("DEU", "IND", "USA")] == pytest.approx([5.8, 0, 0])
    income = who.real_income
    assert income["value_added"].to_list() == pytest.approx([3.8, 0, 0, 0])
    assert income["final_levies"].to_list() == pytest.approx([2.0, 0, 0, 0])
    assert income["effect"].to_list() == pytest.approx([5.8 - 5.2875, -0.3475, -0.165, 0], abs=1e-12)
    assert who.effects.tolist() == pytest.approx([0.5125, -0.3475, -0.165])
    assert [measured("household-burden", before, after, r) for r in ("DEU", "IND")] == pytest.approx([3.78, 0.3475])
    assert [measured("treasury-revenue", before, after, r) for r in ("DEU", "IND")] == pytest.approx([5.8, 0])
    assert measured("real-income", before, after) == pytest.approx(0.5125)


def test_a_border_is_around_the_whole_bloc_and_charges_the_products_named(twin: Twin) -> None:
    """Around DEU and USA only India is outside: 0.4 + 1.8 of industries, 1.5 + 0.3 + 0.1 of final users."""
    *_, who = run(twin, setting("border-adjustment", 100, bloc=["DEU", "USA"]))
    assert [who.treasury_of([region], "revenue") for region in ("DEU", "IND", "USA")] == pytest.approx([4.1, 0, 0])
    *_, who = run(twin, setting("border-adjustment", 100, bloc=["DEU"], products=["metals"]))
    assert who.treasury_of(["DEU"], "revenue") == pytest.approx(30 * 0.06 + 20 * 0.05 + 25 * 0.06)
    # Both countries of a bloc charge, each what its own users buy outside: India 10 × 0.03 + 15 × 0.002.
    *_, who = run(twin, setting("border-adjustment", 100, bloc=["IND", "USA"]))
    assert [who.treasury_of([r], "revenue") for r in ("DEU", "IND", "USA")] == pytest.approx([0, 0.33, 10 * 0.002])


def test_the_border_charges_what_is_bought_after_all_levers(twin: Twin) -> None:
    """A fifth less of metals: goods pay 0.8 × 2.8, and the metals of DEU on nine tenths of their output."""
    *_, who = run(twin, BORDER, LESS)
    assert who.treasury_of(["DEU"], "revenue") == pytest.approx(0.9 + 0.8 * 2.8 + 2.0)


def test_a_price_and_a_border_together_are_both_paid(twin: Twin) -> None:
    before, after, who = run(twin, PRICE, BORDER)
    assert who.treasury_of(["DEU"], "revenue") == pytest.approx(4.4 + 5.8)
    assert who.burden["total"]["DEU", "households"] == pytest.approx(2.0 + 3.78)
    assert measured("treasury-revenue", before, after) == pytest.approx(10.2)


def test_with_prices_fixed_industries_pay_out_of_their_own(twin: Twin) -> None:
    """Metals keep 40 − 3; goods that use a fifth less of metals keep 100 + 20 − 0.4."""
    _, after, who = run(twin, PRICE, LESS, closure="profit")
    assert after.prices == pytest.approx(1)
    own = who.value_added["own_change"]
    assert own["DEU", "goods"] == pytest.approx(20 - 0.4)
    assert own["DEU", "metals"] == pytest.approx(-0.1 * 40 - 0.9 * 3)
    gainers = who.gainers()
    assert gainers.index.to_list() == [("DEU", "goods")]
    assert gainers["change"].to_list() == pytest.approx([19.6])
    losers = who.losers()
    assert losers.loc[("DEU", "metals"), "change_pct"] == pytest.approx(-100 * 6.7 / 40)
    assert losers.index.to_list().count(("IND", "energy")) == 1  # shown once, among the poorer


def test_households_spend_as_much_as_before_border_charges_included(twin: Twin) -> None:
    """DEU had 255 for what would now cost 255 + 3.78; IND 160 and 0.3475. Government and stocks stay."""
    _, after, _ = run(twin, BORDER, closure="savings re-spent")
    assert purchases(after, "goods", "DEU households") == pytest.approx([120 * 255 / 258.78, 30 * 255 / 258.78, 0])
    assert purchases(after, "goods", "IND households")[0] == pytest.approx(15 * 160 / 160.3475)
    made = 120 * 255 / 258.78 + 50 + 5 + 15 * 160 / 160.3475 + 10 * 240 / 240.165
    assert at(after.x, "DEU goods") == pytest.approx([made])
    assert purchases(after, "goods", "DEU government") == pytest.approx([50, 10, 20])
    assert purchases(after, "goods", "DEU inventories") == pytest.approx([5, 0, 0])


def test_subsidies_and_spending_stand_on_their_own_side_of_each_treasury(twin: Twin) -> None:
    before, after, who = run(twin, PRICE, MONEY)
    after.change.spend("training", "IND", 2.0)
    after.change.spend("training", "IND", 3.0)
    mixed, tax = np.zeros(9), np.zeros(9)
    mixed[[row("USA energy"), row("USA metals")]] = 0.02, -0.03  # one levy that charges one and pays another
    tax[row("USA energy")] = 0.1
    after.change.levy("feebate", mixed, "treasury")
    after.change.levy_final("purchase tax", tax, np.array([column("USA households")]))
    amounts = {
        (region, kind): float(treasury_amount(after, region, kind))
        for region in ("DEU", "IND", "USA")
        for kind in ("revenue", "spending")
    }
    expected = {
        ("DEU", "revenue"): 4.4,
        ("DEU", "spending"): 10,
        ("IND", "revenue"): 0,
        ("IND", "spending"): 5,
        ("USA", "revenue"): 2 + 7,
        ("USA", "spending"): 3,
    }
    assert amounts == pytest.approx(expected)
    who = incidence(before, after)
    assert {place: who.treasury_of([place[0]], place[1]) for place in expected} == pytest.approx(expected)
    assert [measured("treasury-spending", before, after, r) for r in ("DEU", "IND")] == pytest.approx([10, 5])


def test_a_premium_on_final_purchases_is_earned_by_who_supplies_them(twin: Twin) -> None:
    """DEU's households and government bring 15 + 15 of goods home and pay 6 million more, earned by DEU's goods.

    Indian and American goods lose 15 + 5 and 10 of sales, and with them 0.8 × 20 and 10 of value added.
    """
    *_, who = run(twin, setting("reshore", 50, "DEU", products=["goods"]))
    own = who.value_added["own_change"]
    assert own["DEU", "goods"] == pytest.approx(0.5 * 30 + 6)
    assert own["IND", "goods"] == pytest.approx(-16)
    assert own["USA", "goods"] == pytest.approx(-10)
    assert who.burden["levies"]["DEU", "households"] == pytest.approx(3)
    assert who.burden["levies"]["DEU", "government"] == pytest.approx(3)


def test_the_income_groups_are_of_the_tables_year_or_the_latest_before() -> None:
    assert groups_year(hand_world(year=2009)) == 2009
    latest = max(year for year in range(2009, 2040) if groups_year(hand_world(year=year)) == year)
    assert groups_year(hand_world(year=2011)) == 2011
    assert latest > 2011


# -- cost --------------------------------------------------------------------------------------------------------------
# A fifth less metals saves, in kt: metals 0.3 × 10 + 0.6 × 6 + 0.5 × 4 = 8.6; energy 0.1 × 2 + 0.4 × 3.4 + 0.2 × 3.


def test_the_cost_of_a_tonne_is_spending_and_burden_and_net_of_revenue(twin: Twin) -> None:
    """Prices fixed: 10 of subsidy, 0.33 that India's buyers pay at their border; 4.08 + 0.33 of revenue comes back."""
    border = setting("border-adjustment", 100, bloc=["IND"])
    before, after, _ = run(twin, LESS, PRICE, MONEY, border, closure="profit")
    cost = cost_per(before, after, "co2")
    assert (cost.spending, cost.burden, cost.revenue) == pytest.approx((10, 0.33, 0.98 + 2.7 + 0.4 + 0.33))
    assert cost.amount == pytest.approx(10.76)
    assert (cost.cost, cost.net) == pytest.approx((10.33, 5.92))
    assert (cost.per_unit, cost.net_per_unit) == pytest.approx((10.33 / 10.76, 5.92 / 10.76))


def test_prices_that_fall_are_a_gain_and_the_range_has_both_its_ends(twin: Twin) -> None:
    """Goods cost 0.5 + 0.2 × 1.032 + 0.2 + 0.002: final users save 18.32, less 2.4 on energy and metals."""

    def less(by: float, closure: Closure) -> State:
        return run(twin, LESS.model_copy(update={"strength": by}), PRICE, closure=closure)[1]

    before, middle = twin.before(), less(20, "pass-through")
    ends = {"weak": less(10, "pass-through"), "strong": less(40, "pass-through")}
    cost = cost_per(before, middle, "co2", spread=ends)
    assert cost.burden == pytest.approx(-18.32 + 0.8 + 1.6)
    assert cost.per_unit == pytest.approx(-15.92 / 10.76)
    assert cost.range == pytest.approx((-36.24 / 21.52, -5.76 / 5.38))
    # At fixed prices nobody's purchases move, and no treasury spends: a cost of 0 would be made up.
    cost = cost_per(before, less(20, "profit"), "co2")
    assert (cost.per_unit, cost.net_per_unit) == (None, None)
    assert "no price and no treasury" in cost.reason


def test_jobs_are_counted_where_they_are_asked_for(twin: Twin) -> None:
    """Energy brought home: 20 more at 0.04 jobs in DEU, 5 less at 0.08 in IND."""
    before, after, _ = run(twin, setting("reshore", 50, "DEU", sectors=["metals"], products=["energy"]))
    assert cost_per(before, after, "jobs").amount == pytest.approx(0.8)
    elsewhere = cost_per(before, after, "jobs", region="IND")
    assert elsewhere.amount == pytest.approx(-0.4)
    assert elsewhere.per_unit is None


def test_no_cost_is_given_where_the_second_lever_states_none(twin: Twin) -> None:
    silent = LEVERS["clean-supply"]
    silent = silent.model_copy(update={"cost": silent.cost.model_copy(update={"bearer": "not modelled"})})
    quiet = Twin(hand_world(), LEVERS | known(silent))
    clean = setting("clean-supply", 40, "IND", sectors=["energy"])
    cost = cost_per(quiet.before(), quiet.run(scenario(LESS, clean)), "co2")
    assert cost.per_unit is None
    assert "no cost data for clean_supply:" in cost.reason


# -- why ---------------------------------------------------------------------------------------------------------------


def test_what_two_levers_do_together_is_shared_between_them(twin: Twin) -> None:
    """India's energy 40 % cleaner saves 16 alone and 15.456 of the 96.6 that are left; less metals 10.76 and 10.216."""
    clean = setting("clean-supply", 40, "IND", sectors=["energy"])
    found = explain(twin, scenario(clean, LESS), packaged_metrics()["co2-world"], region="DEU")
    assert found.levers["alone"].to_list() == pytest.approx([-16, -10.76])
    assert found.levers["part"].to_list() == pytest.approx([-15.728, -10.488])
    assert found.change == pytest.approx(-26.216)
    assert found.interaction == pytest.approx(0.544)


def test_an_industrys_change_is_part_intensity_and_part_volume(twin: Twin) -> None:
    """−0.16 over the mean of 100 and 96.6, and −3.4 at the mean of 0.4 and 0.24."""
    before, after, _ = run(twin, setting("clean-supply", 40, "IND", sectors=["energy"]), LESS)
    found = channels(before, after, "co2")
    assert found.index[0] == ("IND", "energy")  # the largest first
    energy = found.loc[("IND", "energy")]
    assert energy[["intensity", "volume"]].to_list() == pytest.approx([-0.16 * 98.3, -3.4 * 0.32])


def test_an_explanation_counts_the_blocs_countries_as_friends(twin: Twin) -> None:
    found = explain(twin, scenario(LESS), packaged_metrics()["foreign-share-direct"], region="DEU", bloc=["USA"])
    assert found.before == pytest.approx(100 * 40 / 110)
    assert found.after == pytest.approx(100 * 33 / 94)


def test_chains_begin_at_inputs_and_at_final_purchases_that_change() -> None:
    """A fifth less metals in DEU's goods, −10.76 kt, and a tenth less goods, 12 and 3, for its households.

    A million of DEU's goods then has 0.02 + 0.2 × 0.42 + 0.12 × 0.76 + 0.08 × 0.5 = 0.2352 kt behind it.
    """
    last = lever("extend_life", replacement=40)
    twin = Twin(hand_world(), LEVERS | known(last))
    longer = setting("extend-life", 100 / 3, "DEU", products=["goods"])  # 0.4 × (1 − 3/4)
    before, after = twin.before(), twin.run(scenario(LESS, longer))
    found = paths(before, after, "co2", threshold=1e-4, most=50)
    assert found.total == pytest.approx(-10.76 - 12 * 0.2352 - 3 * 0.252)
    assert found.found + found.remainder == pytest.approx(found.total)


def test_who_counts_as_home_can_be_said(twin: Twin) -> None:
    who = run(twin, LESS, closure="profit")[2]
    places = {("IND", "metals"): "home", ("USA", "metals"): "abroad"}
    assert who.losers(home=["IND"])["where"].loc[list(places)].to_dict() == places
    assert who.losers(most=1, home=["IND"])["where"].to_list() == ["home", "abroad"]
