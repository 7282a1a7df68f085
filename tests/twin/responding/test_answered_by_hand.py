"""What treasuries, earners and buyers of an answer have, in figures that a person can follow.

A lever that is weak enough moves nobody: what its treasury then takes is its rate times what the table says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.declared import packaged_levers
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.responding.closing import Responses, Sourcing
from kaldor.twin.responding.grown import Grown
from kaldor.twin.responding.incomes import OF_THE_TABLE, earners, partners, treasury_lines
from kaldor.twin.scenario import Scenario
from kaldor.twin.start import Start
from kaldor.twin.twin import Twin
from tests.twin.hand_world import FLOWS, REGIONS, hand_world, setting
from tests.twin.responding.by_hand import OWN, answer, at, balance, measured, shock, twin
from tests.twin.responding.test_levers_respond import twin as starter

WEAK = 1e-3
"""Strength, in %, at which all figures are those of the table but for a few in a hundred thousand."""


# -- treasuries --------------------------------------------------------------------------------------------------------

METALS_OF_INDIA_FOR_GERMANY = 30.0 + 25.0


def test_a_weak_tariff_brings_its_rate_on_what_is_bought_and_to_the_buyers_treasury() -> None:
    tariff = setting("tariff", WEAK, "DEU", products=["metals"], away_from=["IND"])
    found, other = measured(tariff, region="DEU"), measured(tariff, region="IND")
    assert found["treasury-revenue"].after == pytest.approx(WEAK / 100 * METALS_OF_INDIA_FOR_GERMANY, rel=1e-3)
    assert other["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_weak_tax_on_exports_brings_its_rate_to_the_sellers_treasury() -> None:
    tax = setting("export-tax", WEAK, "IND", products=["metals"], away_from=["DEU"])
    found, other = measured(tax, region="IND"), measured(tax, region="DEU")
    assert found["treasury-revenue"].after == pytest.approx(WEAK / 100 * METALS_OF_INDIA_FOR_GERMANY, rel=1e-3)
    assert other["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_tariff_stands_on_the_price_with_the_tax_on_exports_in_it() -> None:
    """10 % on the price with a tax of 50 % in it is 0.15 for each 0.50, in world prices; the table's taxes are none."""
    found = answer(
        setting("tariff", 10, "DEU", products=["metals"], away_from=["IND"]),
        setting("export-tax", 50, "IND", products=["metals"], away_from=["DEU"]),
    )
    germany, india = REGIONS.index("DEU"), REGIONS.index("IND")
    taken, taxed = found.taxes["tariffs"] * found.level, found.taxes["taxes on exports"] * found.level
    assert taken[germany] == pytest.approx(0.3 * taxed[india])
    np.testing.assert_allclose(found.taxes[OF_THE_TABLE], 0, atol=1e-9)


@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_a_small_subsidy_is_spent_and_is_in_the_bill(region: str) -> None:
    """A thousand dollars to each treasury's industries are a thousandth of a million; they are no revenue."""
    found = measured(setting("subsidise", 1e-6, region), region=region)
    assert found["treasury-spending"].after == pytest.approx(1e-3, rel=1e-3)
    assert found["treasury-balance"].change == pytest.approx(-1e-3, rel=1e-3)
    assert found["treasury-revenue"].after == pytest.approx(0, abs=1e-9)


def test_a_large_subsidy_is_all_that_the_treasury_has_less() -> None:
    """Of its cost net of a subsidy s an industry is given s: nothing of it is called another tax."""
    found = answer(setting("subsidise", 0.02, "IND"), setting("export-tax", -10, "IND", products=["metals"]))
    assert found.taxes["subsidies"][REGIONS.index("IND")] < -15
    assert found.taxes["taxes on exports"][REGIONS.index("IND")] < -4
    np.testing.assert_allclose(found.taxes[OF_THE_TABLE], 0, atol=1e-9)


# -- who earns ---------------------------------------------------------------------------------------------------------

PAID_MORE = (setting("wage-floor", 20, "DEU", sectors=["metals"]), setting("tariff", 10, "IND"))


def test_what_industries_earn_is_what_labour_and_capital_earn() -> None:
    found = answer(*PAID_MORE)
    labour, capital = found.factor_incomes
    np.testing.assert_allclose(found.earned.reshape(3, 3).sum(axis=1), labour + capital, rtol=1e-9)
    of_labour = found.pay_ratio.reshape(3, 3) * found.point.scenario.base.labour
    np.testing.assert_allclose(of_labour.sum(axis=1), labour, rtol=1e-9)


def test_what_a_country_buys_costs_on_average_as_much_as_what_it_buys() -> None:
    """Prices of makers against their own country's level, brought to Germany's: weighted by what Germany buys of each
    they are 1, to the first order."""
    found = answer(setting("raise-productivity", 0.1, "DEU"), setting("export-tax", 0.1, "IND"))
    level = found.level.repeat(3) / found.level[0]
    bought = twin().economy.Y.reshape(9, 3, 4)[:, 0, :3].sum(axis=1)
    assert abs(found.level[0] - 1) > 1e-5
    sold = np.log(found.real_price * level)
    taxed = 0.001 * bought[3:6].sum() / bought.sum()  # Germany pays the tax on what India sells it
    assert np.average(sold, weights=bought) + taxed == pytest.approx(0, abs=3e-6)


def test_earners_and_partners_stand_in_their_own_rows() -> None:
    """Labour and capital make 240 in Germany; India, lower middle income, stands above America, for all that."""
    found = answer(*PAID_MORE)
    own = earners(balance(twin()), found, "DEU")
    labour = float(found.point.scenario.base.labour[0].sum())
    assert own.loc["labour", "before"] == pytest.approx(labour)
    assert own.loc["capital", "before"] == pytest.approx(240 - labour)
    assert own.loc["labour", "change_pct"] == pytest.approx(100 * own.loc["labour", "change"] / labour)
    others = partners(found, "DEU")
    assert list(others.index) == ["IND", "USA"]
    income, terms = found.money(found.outcomes.income), found.money(found.outcomes.terms_of_trade)
    for region, made in (("IND", 240.0), ("USA", 300.0)):
        place = REGIONS.index(region)
        assert others.loc[region, "before"] == pytest.approx(made)
        assert others.loc[region, "change"] == pytest.approx(income[place])
        assert others.loc[region, "terms_of_trade"] == pytest.approx(terms[place])


def test_lines_of_a_treasury_name_who_takes_and_who_gives() -> None:
    found = answer(setting("tariff", 10, "DEU"), setting("subsidise", 0.01, "IND"))
    lines = {(region, line): amount for region, line, amount in treasury_lines(balance(twin()), found, "USA")}
    assert set(lines) == {("DEU", "tariffs"), ("IND", "subsidies")}
    assert lines["DEU", "tariffs"] > 0 > lines["IND", "subsidies"]


def test_partners_of_one_group_stand_by_how_much_they_are_moved_each_with_its_own_figures() -> None:
    """On the starter world, where groups have several countries."""
    found = answer(setting("tariff", 10, "DEU"), setting("carbon-price", 50, "JPN"), on=starter())
    others, economy = partners(found, "DEU"), found.economy
    assert any(len(group) > 2 for _, group in others.groupby("group"))
    for _, group in others.groupby("group"):
        assert list(group["change"].abs()) == sorted(group["change"].abs(), reverse=True)
    places = [economy.region_position(region) for region in others.index]
    np.testing.assert_allclose(others["before"], found.money(found.point.scenario.base.income)[places])
    np.testing.assert_allclose(others["terms_of_trade"], found.money(found.outcomes.terms_of_trade)[places])


@pytest.mark.parametrize("region", REGIONS[:2])
def test_spending_and_prices_are_those_of_what_the_region_buys(region: str) -> None:
    """Germany buys 375 million before and India 160, stocks not counted."""
    levers = setting("tariff", 10, "DEU"), setting("subsidise", 0.02, "IND")
    found, told, place = answer(*levers), measured(*levers, region=region), REGIONS.index(region)
    spent = {"DEU": 375.0, "IND": 160.0}[region]
    bought = spent * np.exp(found.point.at.spending[place]) / found.level[place]
    assert told["real-spending"].change == pytest.approx(bought - spent)
    assert abs(told["real-spending"].change - told["real-income"].change) > 0.01
    dearer_by = 100 * np.expm1(found.point.at.households[place])
    assert told["consumer-prices"].change == pytest.approx(dearer_by)


def test_work_that_is_given_up_is_worth_its_pay() -> None:
    """India makes more with less work, where work answers to the wage: what people do besides counts as they were
    paid for it."""
    better = (setting("raise-productivity", 10, "IND"),)
    asked_for = Scenario(id="t", levers=better, responses=Responses(labour="supply"))
    found = outcomes_of(twin(), asked_for, region="IND", band=False)
    paid = balance(twin()).point.scenario.base.labour[REGIONS.index("IND")].sum()
    given_up = -found["jobs"].change_pct / 100 * paid
    assert given_up > 0.05
    assert found["welfare"].change - found["real-spending"].change == pytest.approx(given_up, rel=0.02)


def test_who_must_move_are_no_fewer_than_the_jobs_that_are_gone() -> None:
    """Where no wage gives way a price of carbon costs jobs in more industries than gain any."""
    price = Scenario(
        id="t", levers=(setting("carbon-price", 200, "DEU"),), responses=Responses(labour="fixed-real-wage")
    )
    found = outcomes_of(twin(), price, region="DEU", band=False)
    gone = -found["jobs"].change
    assert gone > 0.1
    assert found["jobs-to-move"].change >= gone * (1 - 1e-9)


# -- taxes of the table ------------------------------------------------------------------------------------------------


def test_what_a_treasury_pays_to_who_sells_below_cost_is_its_amount_and_the_tables_own_stay_at_home() -> None:
    """India's energy buys 120 for an output of 100: the table gives it what it lacks, which is part of no lever.
    Ten points of training cost 0.1 % of output, 0.1 million, and the treasury pays that."""
    on = Twin(hand_world({**FLOWS, ("USA energy", "IND energy"): 120}), {**packaged_levers(), **OWN})
    base = balance(on).point.scenario.base
    energy = at("IND", "energy")
    assert base.cost[energy] > 110
    given = setting("skills-programme", 10, "IND", sectors=["energy"])
    assert (shock(given, on=on).output_tax * base.cost)[energy] == pytest.approx(-0.1)
    found = answer(given, on=on)
    lines = {(region, line) for region, line, _ in treasury_lines(balance(on), found, "USA")}
    assert lines == {("IND", "subsidies")}
    assert ("IND", OF_THE_TABLE) in {(region, line) for region, line, _ in treasury_lines(balance(on), found, "IND")}


# -- growth ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lending", ["pooled", "fixed"])
def test_a_world_with_stocks_and_loans_that_doubles_keeps_its_prices(lending: Literal["pooled", "fixed"]) -> None:
    """Germany puts 5 million of goods in stock and buys more than it sells; half as many workers again do twice as
    much: jobs by half more, pay of each by a third."""
    respondent, wanted = twin().respondent, Responses(lending=lending)
    choice = respondent.choice(wanted)
    start = Start(twin().economy, 2 * twin().economy.x, np.full(3, 2.0))
    grown = Grown(start, np.full(3, 1.5), np.full(3, 2.0))
    found = respondent.answer((), choice, wanted.sourcing, grown=grown)
    np.testing.assert_allclose(found.output_ratio, 2, rtol=1e-9)
    np.testing.assert_allclose(found.real_price, 1, rtol=1e-9)
    np.testing.assert_allclose(found.jobs, 1.5, rtol=1e-9)
    np.testing.assert_allclose(found.jobs_ratio, 1.5, rtol=1e-9)
    np.testing.assert_allclose(found.real_wage, 4 / 3, rtol=1e-9)


# -- another unit ------------------------------------------------------------------------------------------------------


def in_thousands() -> Economy:
    """The same world, told in thousands of dollars."""
    economy = hand_world()
    return replace(economy, Z=1000 * economy.Z, Y=1000 * economy.Y, x=1000 * economy.x, unit="thousand USD")


@pytest.mark.parametrize("why", ["real-cost", "taste"])
def test_the_same_world_in_thousands_of_dollars_answers_the_same(why: Sourcing) -> None:
    """Money is a thousand times as many of the unit; what is no money is the same."""
    levers = (
        setting("carbon-price", 50, "DEU"),
        setting("subsidise", 0.005, "IND"),
        setting("border-adjustment", 50, bloc=["DEU"], products=["metals"]),
        setting("reshore", 20, "IND", products=["metals"]),
        setting("use-less", 10, "DEU"),
    )
    asked_for = Scenario(id="t", levers=levers, responses=Responses(sourcing=why))
    other = Twin(in_thousands(), {**packaged_levers(), **OWN})
    told, again = (outcomes_of(on, asked_for, region="DEU", band=False) for on in (twin(), other))
    compared = 0
    for one, same in zip(told.outcomes, again.outcomes, strict=True):
        if one.view != "prices respond" or one.change is None:
            continue
        assert same.change is not None
        times = 1000 if "USD" in one.unit else 1
        assert same.change == pytest.approx(times * one.change, rel=1e-6, abs=1e-6), one.metric.id
        compared += 1
    assert compared > 15
