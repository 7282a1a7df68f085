"""What earners, buyers and emitters of an answer have, in figures that a person can follow; other units and years."""

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
from kaldor.twin.responding.incomes import earners, partners, treasury_lines
from kaldor.twin.scenario import Scenario
from kaldor.twin.start import Start
from kaldor.twin.twin import Twin
from tests.twin.hand_world import REGIONS, hand_world, setting
from tests.twin.responding.by_hand import OWN, answer, balance, measured, twin
from tests.twin.responding.test_levers_respond import twin as starter

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


# -- what is emitted ---------------------------------------------------------------------------------------------------


def test_footprints_of_all_countries_are_what_the_world_emits_goods_put_in_stock_among_them() -> None:
    """Germany's stocks take 5 million of its goods; at base the table tells 229 kt of industries."""
    for one in (balance(twin()), answer(*PAID_MORE), answer(setting("reshore", 20, "IND"))):
        found = sum(one.behind_final_use(region) for region in range(3))
        assert found == pytest.approx(float(one.point.volumes.emissions.sum()), rel=1e-9)
    assert balance(twin()).point.volumes.emitted[:, :3].sum() == pytest.approx(229)


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
