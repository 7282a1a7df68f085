"""Levers where prices respond: what each comes to in the equilibrium, and what its outcomes must add up to."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.opening import STARTER, open_table
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.order import orders_of
from kaldor.twin.outcome import Outcomes
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.responding import measures
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.asked import Asked
from kaldor.twin.responding.closing import Responses
from kaldor.twin.responding.respondent import Respondent, shock_of
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.economy.test_outside import table

YEAR = 2018


@cache
def twin() -> Twin:
    """The starter world: 13 regions × 12 sectors, CO2 and jobs."""
    return Twin(Economy.from_published(open_table(STARTER, YEAR, ())))


def setting(lever: str, strength: float, *regions: str, **more: object) -> LeverSetting:
    return LeverSetting.model_validate({"lever": lever, "strength": strength, "regions": regions or ("DEU",), **more})


def answer(*settings: LeverSetting, **responses: object) -> tuple[Answer, Answer]:
    """The balance before and after levers."""
    wanted = Responses.model_validate(responses)
    respondent, orders = twin().respondent, orders_of(twin().economy, Scenario(id="t", levers=settings), twin().levers)
    choice = respondent.choice(wanted)
    return respondent.before(choice, wanted.sourcing), respondent.answer(orders, choice, wanted.sourcing)


def asked(*settings: LeverSetting, why: str = "real-cost") -> tuple[Shock, Asked]:
    """What levers come to as a shock of the central set."""
    orders = orders_of(twin().economy, Scenario(id="t", levers=settings), twin().levers)
    respondent = Respondent(twin().economy)
    before = respondent.before(respondent.choice(Responses()), "real-cost")
    gathers = Asked(twin().economy, before.read, before.point.scenario.base)
    return shock_of(twin().economy, orders, gathers, why)[0], gathers  # type: ignore[arg-type]


def measured(*settings: LeverSetting, region: str = "DEU", **scenario: object) -> Outcomes:
    asks = Scenario.model_validate({"id": "t", "levers": settings, **scenario})
    return outcomes_of(twin(), asks, region=region)


def place(region: str, sector: str) -> tuple[int, int]:
    return twin().economy.region_position(region), twin().economy.sector_position(sector)


# -- what a lever comes to ---------------------------------------------------------------------------------------------


def test_a_carbon_price_charges_the_industries_named_and_nobody_else() -> None:
    """100 $ a tonne is 0.1 million dollars a kt; households of Germany and all of Japan pay nothing."""
    shock, _ = asked(setting("carbon-price", 100, sectors=["metals"]))
    expected = np.zeros_like(shock.carbon_price)
    expected[place("DEU", "metals")] = 0.1
    np.testing.assert_allclose(shock.carbon_price, expected)


def test_two_levers_together_are_the_sum_of_their_taxes_and_the_product_of_their_factors() -> None:
    price, better = setting("carbon-price", 50), setting("technology-adoption", 10, sectors=["metals"])
    both, alone = asked(price, better)[0], asked(price)[0]
    np.testing.assert_array_equal(both.carbon_price, alone.carbon_price)
    assert both.labour_productivity[place("DEU", "metals")] == pytest.approx(1.1)
    assert np.count_nonzero(both.labour_productivity != 1) == 1


def test_a_subsidy_is_a_tax_below_zero_of_its_amount_at_base_prices() -> None:
    shock, gathers = asked(setting("flat-subsidy", 2, "JPN"))
    paid = -(shock.output_tax * gathers.base.cost)
    assert paid.sum() == pytest.approx(2_000)  # million dollars
    assert paid[twin().economy.region_position("JPN")].sum() == pytest.approx(2_000)


def test_less_material_is_a_new_recipe_of_who_uses_it_and_of_nobody_else() -> None:
    shock, gathers = asked(setting("material-efficiency", 20))
    assert shock.recipe is not None
    lever = twin().levers["material-efficiency"]
    users = [twin().economy.sector_position(one) for group in lever.sectors for one in _members(group)]
    products = [twin().economy.sector_position(one) for group in lever.products for one in _members(group)]
    ratio = np.divide(
        shock.recipe, gathers.base.flows, out=np.ones_like(gathers.base.flows), where=gathers.base.flows > 0
    )
    expected = np.ones_like(ratio)
    germany = twin().economy.region_position("DEU")
    for product in products:
        expected[product, germany][:, users] = 0.8
    np.testing.assert_allclose(
        np.where(gathers.base.flows > 0, ratio, 1.0), np.where(gathers.base.flows > 0, expected, 1.0)
    )


def _members(group: str) -> tuple[str, ...]:
    return twin().economy.sector_groups.get(group, (group,))


def test_cleaner_power_emits_less_for_each_unit_of_fuel_and_of_process() -> None:
    shock, _ = asked(setting("clean-electricity", 40))
    expected = np.ones_like(shock.emission_factor)
    expected[place("DEU", "utilities")] = 0.6
    np.testing.assert_allclose(shock.emission_factor, expected, rtol=1e-12)


def test_a_cost_that_capital_and_labour_receive_is_more_of_both() -> None:
    """0.1 % of output for ten points of training; the treasury gives it back to the industries."""
    shock, gathers = asked(setting("skills-programme", 10, sectors=["metals"]))
    at = place("DEU", "metals")
    base, cost = gathers.base, 0.1 / 100 * twin().economy.x.reshape(gathers.base.output.shape)[at]
    assert (shock.factor_need[at] - 1) * (base.labour + base.capital)[at] == pytest.approx(cost)
    assert shock.output_tax[at] * base.cost[at] == pytest.approx(-cost)
    assert shock.labour_productivity[at] == pytest.approx(1.01)


@pytest.mark.parametrize("why", ["real-cost", "tariff"])
def test_what_makes_buyers_turn_moves_at_base_prices_just_what_the_lever_says(why: str) -> None:
    """A fifth of what Germany buys of metals abroad comes home, at σ = 5: weights ω κ^(1 − σ) by hand."""
    shock, gathers = asked(setting("reshoring", 20, products=["metals"]), why=why)
    germany, metals = place("DEU", "metals")
    factor = shock.transport if why == "real-cost" else 1 + shock.tariffs
    bought = gathers.base.flows[metals, germany].sum(axis=1)
    weight = bought * factor[:, metals, germany] ** (1 - 5.0)
    share = weight / weight.sum()
    abroad = np.arange(len(bought)) != germany
    assert share[abroad].sum() == pytest.approx(0.8 * bought[abroad].sum() / bought.sum(), rel=1e-9)
    others = np.delete(factor, germany, axis=2)
    np.testing.assert_array_equal(others, np.ones_like(others))


def test_another_taste_is_a_recipe_that_needs_the_premium_on_what_moved() -> None:
    premium = 10.0
    shock, gathers = asked(setting("reshoring", 20, products=["metals"], figures={"premium": premium}), why="taste")
    assert shock.recipe is not None
    germany, metals = place("DEU", "metals")
    before, after = gathers.base.flows[metals, germany], shock.recipe[metals, germany]
    abroad = np.arange(len(before)) != germany
    moved = 0.2 * before[abroad].sum()
    assert after[abroad].sum() == pytest.approx(0.8 * before[abroad].sum())
    assert after[germany].sum() == pytest.approx(before[germany].sum() + moved * (1 + premium / 100))


def test_a_tariff_and_a_tax_on_exports_stand_on_the_same_trade_from_both_sides() -> None:
    tariff, _ = asked(setting("tariff", 10, "JPN", products=["metals"], away_from=["DEU"]))
    tax, _ = asked(setting("export-tax", 10, "DEU", products=["metals"], away_from=["JPN"]))
    germany, metals = place("DEU", "metals")
    japan = twin().economy.region_position("JPN")
    assert tariff.tariffs[germany, metals, japan] == pytest.approx(0.1)
    assert tax.export_tax[germany, metals, japan] == pytest.approx(0.1)
    assert np.count_nonzero(tariff.tariffs) == np.count_nonzero(tax.export_tax) == 1


def test_a_ban_of_half_leaves_half_of_the_weights_and_is_made_up_for_by_nobody() -> None:
    shock, _ = asked(setting("embargo", 50, "DEU", products=["metals"], away_from=["CHN"]))
    germany, metals = place("DEU", "metals")
    china = twin().economy.region_position("CHN")
    assert shock.barred is not None
    assert shock.barred[metals, germany, china] == pytest.approx(0.5)
    assert np.count_nonzero(shock.barred != 1) == shock.barred.shape[-1]


# -- what outcomes add up to -------------------------------------------------------------------------------------------

TWO = (setting("carbon-price", 50), setting("tariff", 10, "JPN"), setting("reshoring", 20))
"""A price, a tariff, and purchases that turn because units are lost on the way."""


def test_the_incomes_of_labour_capital_and_treasury_are_real_income() -> None:
    before, after = answer(*TWO)
    parts = [*after.factor_incomes, *after.taxes.values()]
    old = [*before.factor_incomes, *before.taxes.values()]
    change = sum(parts) - sum(old)  # type: ignore[operator]
    np.testing.assert_allclose(change, after.money(after.outcomes.income), rtol=1e-9, atol=1e-6)


def test_footprints_of_all_regions_are_what_the_world_emits() -> None:
    before, after = answer(*TWO)
    for one in (before, after):
        found = sum(one.behind_final_use(region) for region in range(len(one.economy.regions)))
        assert found == pytest.approx(float(one.point.volumes.emissions.sum()), rel=1e-6)


def test_value_added_as_a_volume_is_output_less_what_is_bought_at_base_prices() -> None:
    """Over the world what is made and not bought again is final use and stocks."""
    before, after = answer(*TWO)
    base = before.point.scenario.base
    S = base.products
    used = after._taken[..., S:].sum() - base.flows[..., S:].sum()  # what is lost on the way among it
    assert after.value_added_change.sum() == pytest.approx(float(after.money(used)), rel=1e-9)


def test_at_full_employment_nobody_is_without_work_though_pay_differs_between_industries() -> None:
    found = measured(setting("carbon-price", 100))
    assert found["jobs"].change == 0
    assert found["jobs-to-move"].change > 0
    assert found["jobs-women"].change == pytest.approx(-found["jobs-men"].change, rel=1e-9)


def test_where_work_answers_jobs_follow_the_real_wage() -> None:
    found = measured(setting("carbon-price", 100), responses={"labour": "supply"})
    elasticity = 0.25  # of the central set
    jobs = found["jobs"].change_pct
    assert jobs < 0
    pay = np.log1p(found["real-wage"].change / 100)
    assert np.log1p(jobs / 100) == pytest.approx(elasticity * pay, abs=3e-4)  # supply reads all of final use


def test_pay_that_rises_for_all_alike_is_neutral_and_says_so() -> None:
    found = measured(setting("wage-floor", 5))
    assert found["real-income"].change is None
    assert "neutral by construction" in found["real-income"].note
    some = measured(setting("wage-floor", 5, sectors=["metals"]))
    assert some["real-income"].change < 0


def test_a_gain_that_is_only_terms_of_trade_is_seen_beside_real_income() -> None:
    found = measured(setting("tariff", 5))
    assert 0 < found["real-income"].change < found["terms-of-trade"].change
    assert found["gdp-volume"].change < 0
    others = [found[f"real-income-{group}"].change for group in ("low", "lower-middle", "upper-middle", "high")]
    assert sum(others) + found["real-income-ungrouped"].change < 0


def test_revenue_of_a_carbon_price_is_price_times_what_is_still_emitted() -> None:
    before, after = answer(setting("carbon-price", 100))
    germany = twin().economy.region_position("DEU")
    S = before.point.scenario.base.products
    emitted = after.point.volumes.emitted[germany, :S].sum()
    households = np.exp(after.point.at.households - after.point.prices.consumption)[germany]
    assert after.taxes["price of carbon"][germany] == pytest.approx(0.1 * emitted * households)
    assert emitted < before.point.volumes.emitted[germany, :S].sum()


def test_the_same_in_another_region_is_of_that_region() -> None:
    germany, japan = measured(setting("carbon-price", 100)), measured(setting("carbon-price", 100, "JPN"), region="JPN")
    assert germany["co2-production"].before != japan["co2-production"].before
    assert germany["co2-production"].change < 0 > japan["co2-production"].change


# -- views, bands, refusals --------------------------------------------------------------------------------------------


def test_every_outcome_says_in_which_view_it_is() -> None:
    responding = {one.metric.id: one.view for one in measured(setting("carbon-price", 10)).outcomes}
    assert responding["real-income"] == responding["jobs"] == responding["co2-production"] == "prices respond"
    assert responding["foreign-share"] == responding["energy-use"] == "fixed prices"
    fixed = measured(setting("carbon-price", 10), view="fixed prices")
    assert {one.view for one in fixed.outcomes} == {"fixed prices"}
    assert "means nothing at fixed prices" in fixed["real-wage"].note
    assert fixed.responding == ""


def test_the_band_holds_the_answer_and_is_the_same_again() -> None:
    one, again = (measured(setting("friendshoring", 20, bloc=["JPN", "KOR"])) for _ in range(2))
    for outcome, other in zip(one.outcomes, again.outcomes, strict=True):
        if outcome.view == "prices respond" and outcome.modelled:
            assert outcome.band is not None
            low, high = outcome.band
            assert low <= outcome.change <= high
            assert outcome.band == other.band
    assert "draws of all of these at once (seed 0)" in one.about_the_band
    low, high = one["real-income"].band
    assert low < 0 < high  # a real cost loses, a tariff gains terms of trade: the reason decides


def test_a_set_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Exception, match="set of elasticities 'centrl'"):
        measured(setting("carbon-price", 10), responses={"set": "centrl"})


def test_a_table_that_trades_with_regions_it_does_not_show_says_why_prices_do_not_respond() -> None:
    """Its volumes at fixed prices are still measured; income is not, instead of being guessed at fixed prices."""
    national = table("households", "exports", Y=[[40.0, 30.0], [50.0, 5.0]])
    price = Scenario(id="t", levers=(setting("carbon-price", 50, "PRT"),))
    found = outcomes_of(Twin(national), price, region="PRT")
    assert found["real-income"].change is None
    assert "sells to regions that it does not show" in found["real-income"].note
    assert "Prices do not respond here" in found.responding
    fixed = outcomes_of(Twin(national), price.model_copy(update={"view": "fixed prices"}), region="PRT")
    assert fixed["treasury-revenue"].change > 0


def test_every_metric_that_responds_has_a_measure() -> None:
    for metric in packaged_metrics().values():
        if metric.responds:
            assert metric.measure in measures.RESPONDING


def test_where_nothing_is_left_no_index_is_made_up() -> None:
    """Mexico without any electronics from abroad, where little replaces anything, uses less than it sells abroad."""
    found = measured(setting("reshoring", 100, "MEX"), region="MEX", responses={"set": "low"})
    assert found["gdp-volume"].change is None
    assert "so little is left of what MEX makes and uses" in found["gdp-volume"].note
    assert found["real-income"].change < 0


@pytest.mark.parametrize("labour", ["full-employment", "supply", "fixed-real-wage"])
def test_a_floor_for_all_is_neutral_however_work_answers(labour: str) -> None:
    before, after = answer(setting("wage-floor", 5), labour=labour)
    np.testing.assert_allclose(after.output_ratio, before.output_ratio, atol=1e-9)
    np.testing.assert_allclose(after.outcomes.real_wage, 0, atol=1e-9)


def test_a_lever_that_finds_nothing_to_change_changes_nothing_and_does_not_ask_for_its_cost() -> None:
    """Germany's industries emit less for a unit than India's, all of them: no gap is closed, nothing is unknown."""
    cleaner = setting("clean-technology-abroad", 100, bloc=["IND"])
    found = measured(cleaner)
    assert found["co2-production"].change == found["real-income"].change == 0
    dirtier = measured(setting("clean-technology-abroad", 100, "IND", bloc=["DEU"]), region="IND")
    assert dirtier["co2-production"].change < 0
    assert "no cost data" in dirtier["real-income"].note
