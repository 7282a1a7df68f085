"""What the five questions tell, figure by figure and sentence by sentence, on tables whose answers fit on a page.

The table is that of `test_by_hand`: two countries alike, two products, output 100 each, half of it inputs, four fifths
of every purchase from home, fixed shares of spending everywhere but among sources (σ = 3), no tax.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from kaldor.asking import Answer
from kaldor.atlas.money import exchange_rate
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import chosen, closure_of
from kaldor.economy.equilibrium.sets import Capital, Labour, elasticities_of
from kaldor.economy.questions.subject import Asked
from kaldor.economy.questions.trade_block import OfTrade, block_of_trade
from tests.economy.equilibrium.asking import ask
from tests.economy.equilibrium.test_by_hand import HOME, SETS
from tests.economy.equilibrium.test_levels import base_of, observed

MADE = {"region": ["DEU"], "sector": ["goods"]}


@pytest.fixture(scope="module")
def lending(economy) -> Economy:
    """Germany spends 120 and France 80: outputs solve 0.6 a − 0.1 b = 56 and 0.6 b − 0.1 a = 44."""
    a, b = 38 / 0.35, 32 / 0.35
    shares = np.kron(np.array([[HOME, 1 - HOME], [1 - HOME, HOME]]), np.ones((2, 2)))
    Y = np.array([[60 * HOME, 40 * (1 - HOME)]] * 2 + [[60 * (1 - HOME), 40 * HOME]] * 2)
    x = np.array([a, a, b, b])
    labour = replace(economy.extension("labour_income"), F=0.3 * x)
    table = replace(economy, Z=shares * x / 4, Y=Y, x=x)
    return table.with_extensions(labour)


def row(answer: Answer, region: str) -> dict[str, Any]:
    found: dict[str, Any] = answer.tables[1].frame.loc[region].to_dict()
    return found


def said(answer: Answer) -> str:
    return " ".join(answer.said)


# -- figures ---------------------------------------------------------------------------------------------------------


def test_income_is_told_apart_from_what_is_bought_with_what_is_lent(lending):
    """5 % more everywhere is 10.25 % more of all: of an income of 108.57 and of a spending of 120."""
    answer = ask(lending, "productivity", {"region": ["all"]})
    for region, income, spent in (("DEU", 38 / 0.35, 120), ("FRA", 32 / 0.35, 80)):
        found = row(answer, region)
        assert found["real_income"] == pytest.approx(0.1025 * income, rel=1e-9)
        assert found["real_income_share"] == pytest.approx(10.25 * income / spent, rel=1e-9)
        assert found["real_spending"] == pytest.approx(0.1025 * spent, rel=1e-9)
        assert found["real_spending_share"] == pytest.approx(10.25, rel=1e-9)
        assert found["terms_of_trade"] == pytest.approx(0, abs=1e-8)
    for name in ("real_income", "real_spending"):
        assert answer.facts[name] == pytest.approx(20.5, rel=1e-9)


@pytest.mark.parametrize(("kind", "weight"), [("all", 1.0), ("labour", 0.3)])
def test_a_little_more_is_worth_its_share_of_sales_to_who_has_it(economy, kind, weight):
    """Hulten (1978): goods sell for all of Germany's income, their workers earn 0.3 of it; France makes no more."""
    answer = ask(economy, "productivity", MADE | {"rise": 0.001, "kind": kind})
    germany, france = row(answer, "DEU"), row(answer, "FRA")
    assert germany["gdp_volume"] == pytest.approx(0.1 * weight, rel=2e-3)
    assert france["gdp_volume"] == pytest.approx(0, abs=1e-5)
    assert germany["real_income"] + france["real_income"] == pytest.approx(0.1 * weight, rel=2e-3)
    assert germany["terms_of_trade"] < 0 < france["terms_of_trade"] == pytest.approx(france["real_income"], rel=1e-2)


def test_a_subsidy_to_all_costs_what_it_distorts_and_its_bill_is_paid(economy):
    """A tenth of all cost: output 1/(1 − s), of it inputs 1/2/(1 − s); final use falls by (s/(1 − s))² = 1/81."""
    answer = ask(economy, "subsidy", {"region": ["all"], "amount": 40})
    for region in ("DEU", "FRA"):
        found = row(answer, region)
        assert found["real_income_share"] == pytest.approx(-100 / 81, rel=1e-9)
        assert found["real_spending_share"] == pytest.approx(-100 / 81, rel=1e-9)
        assert found["real_wage"] == pytest.approx(100 * (1 / 0.9**2 - 1), rel=1e-9)  # p / w = (1 − s)²
    assert answer.title.startswith("A subsidy of 40 million US dollars of 2018 to all industries of all")


def test_a_subsidy_at_home_makes_partners_buy_cheaper(economy):
    once, twice = (ask(economy, "subsidy", MADE | {"amount": amount}) for amount in (0.1, 0.2))
    lost = [row(answer, "DEU")["real_income"] + row(answer, "FRA")["real_income"] for answer in (once, twice)]
    assert lost[0] < 0
    assert lost[1] / lost[0] == pytest.approx(4, rel=0.02)  # by its square
    assert row(once, "DEU")["terms_of_trade"] < 0 < row(once, "FRA")["real_income"]
    assert row(once, "DEU")["real_wage"] > 0


def test_tariffs_of_both_sides(economy):
    """All imports pay 10 %: with k² = 1/(0.8 + 0.2/1.1²) and a the duty in spending, (1 + a)/((1 − a) k²) is left."""
    k2 = 1 / (HOME + (1 - HOME) / 1.1**2)
    a = 0.1 / 1.1 * (1 - HOME) / 1.1**2 * k2
    answer = ask(economy, "tariff", {"supplier": ["all"], "buyer": ["all"], "rate": 0.1})
    left = (1 + a) / ((1 - a) * k2)
    assert left == pytest.approx(0.99582, abs=1e-5)
    for region in ("DEU", "FRA"):
        found = row(answer, region)
        assert found["real_income_share"] == pytest.approx(100 * (left - 1), rel=1e-9)
        assert found["real_wage"] == pytest.approx(100 * (1 / k2 - 1), rel=1e-9)  # final prices are k² wages
    assert "What DEU, FRA sell each other counts too." in answer.said


def test_a_tariff_stands_on_what_the_supplier_sells_to_the_buyer(economy, starter):
    asked = Asked(economy, "hand", lambda _: economy, lambda _: None)
    block = block_of_trade(asked, OfTrade(supplier=("FRA",), buyer=("DEU",), product=("goods",)))
    wanted = np.zeros((2, 2, 2))  # supplier, product, buyer
    wanted[1, 1, 0] = 0.25
    np.testing.assert_array_equal(block.of_tariffs(np.zeros((2, 2, 2)), 0.25), wanted)

    trade = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"]}
    for question in ("tariff", "cut-off"):
        answer = ask(starter, question, trade, by_hand=False)
        assert row(answer, "CHN")["terms_of_trade"] < 0 < row(answer, "DEU")["terms_of_trade"], question
        assert row(answer, "CHN")["consumer_prices"] < 0 < row(answer, "DEU")["consumer_prices"], question


def test_a_price_of_carbon_costs_the_world_half_of_it_for_what_is_averted(economy):
    """Nothing is distorted before: 10 $/t (0.01 million per kt) cost half of 0.01 for each kt less."""
    answer = ask(economy, "leakage", {"region": ["DEU"], "price": 10})
    home, abroad = answer.facts["co2_home"], answer.facts["co2_abroad"]
    assert home < 0 < abroad
    lost = row(answer, "DEU")["real_income"] + row(answer, "FRA")["real_income"]
    assert lost == pytest.approx(0.5 * 0.01 * home, rel=0.03)  # what leaks costs nobody who charges nothing
    assert f"{answer.facts['leakage']:.4f}".rstrip("0") in said(answer)
    assert "t more are emitted abroad." in said(answer)
    assert answer.facts["co2_home_share"] == pytest.approx(100 * home / 35, rel=1e-12)


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("leakage", {"region": ["DEU", "FRA"], "border": True}),
        ("tariff", {"supplier": ["FRA"], "buyer": ["DEU"], "labour": "supply"}),
        ("productivity", MADE | {"capital": "mobile"}),
        ("subsidy", MADE | {"amount": 3, "lending": "fixed"}),
        ("cut-off", {"supplier": ["FRA"], "buyer": ["DEU"], "product": ["goods"]}),
    ],
)
def test_why_real_income_changes_adds_up_in_both_ways(lending, question, given):
    answer = ask(lending, question, given)
    channels, income = answer.tables[3].frame["value"], answer.facts["real_income"]
    for way in ("use", "income"):
        assert channels[way].sum() == pytest.approx(income, rel=1e-8, abs=1e-9), way
    terms = channels["use"]["export_prices"] + channels["use"]["import_prices"]
    assert terms == pytest.approx(answer.facts["terms_of_trade"], rel=1e-8)
    assert answer.tables[3].unit("value") == "million USD"
    worlds = ask(lending, question, given | {"band": "all"}).tables[3].frame
    assert (worlds["low"] <= worlds["value"]).all()
    assert (worlds["value"] <= worlds["high"]).all()


def test_households_emit_no_more_than_their_fuel_can(economy):
    """50 million of coal burn 30 kt per million at most: 50 of 1,550 kt stand nowhere, and that is said."""
    heavy = replace(economy.extension("co2"), F_Y=np.array([1550.0, 5.0]))
    answer = ask(economy.with_extensions(heavy), "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]})
    assert "Of households' CO2 in DEU, 50 kt are more than what they buy of fuel can burn" in said(answer)
    assert "Of households' CO2" not in said(ask(economy, "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]}))


# -- what is not modelled is no figure -------------------------------------------------------------------------------


def test_without_partners_nothing_is_abroad(economy):
    answer = ask(economy, "leakage", {"region": ["all"]})
    assert not {"co2_abroad", "leakage"} & (set(answer.facts) | set(answer.tables[2].frame.columns))
    assert "abroad" not in said(answer)
    assert "others together" not in said(answer)
    assert answer.facts["co2_home"] < 0


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("leakage", {"region": ["DEU"], "price": 0}),
        ("tariff", {"supplier": ["!DEU"], "buyer": ["DEU"], "rate": 0}),
        ("productivity", {"region": ["DEU"], "rise": 0}),
    ],
)
@pytest.mark.parametrize("of", ["by hand", "starter"])
def test_no_change_is_none_and_not_what_rounding_leaves(economy, starter, of, question, given):
    answer = ask(
        economy if of == "by hand" else starter, question, given | {"labour": "supply"}, by_hand=of != "starter"
    )
    assert set(answer.tables[0].frame["value"]) == {0.0}
    assert "leakage" not in answer.facts
    assert "terms of trade only" not in said(answer)


def test_only_a_price_of_carbon_leaks_and_only_emissions_are_told(economy):
    with_co2 = ask(economy, "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]})
    assert "leakage" not in with_co2.facts
    assert {"co2_home", "co2_abroad"} <= set(with_co2.facts)
    bare = replace(economy, extensions={"labour_income": economy.extension("labour_income")})
    without = ask(bare, "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]})
    assert not [name for name in (*without.facts, *without.tables[1].frame.columns) if "co2" in name]
    assert "No emissions are attached under the id 'co2', and none are modelled" in said(without)


def test_welfare_stands_where_work_answers(economy):
    held, answering = (ask(economy, "productivity", MADE | {"labour": one}) for one in ("full-employment", "supply"))
    assert not [name for name in held.facts if "welfare" in name]
    assert "welfare_share" not in held.tables[2].frame.columns
    assert 0 < answering.facts["welfare"] < answering.facts["real_spending"]
    assert "less the worth of more work" in said(answering)
    less = ask(economy, "productivity", MADE | {"labour": "supply", "rise": -0.05})
    assert less.facts["welfare"] > less.facts["real_spending"]
    assert "with the worth of less work" in said(less)


# -- the band --------------------------------------------------------------------------------------------------------


def test_one_world_has_no_band(economy):
    answer = ask(economy, "productivity", MADE)
    assert list(answer.tables[0].frame.columns) == ["meaning", "value", "unit"]
    assert not [name for name in answer.tables[1].frame.columns if name.endswith(("_low", "_high"))]
    assert "probability" not in said(answer)


def test_the_ends_of_the_band_are_those_of_its_worlds(economy):
    answer = ask(economy, "productivity", MADE | {"band": "all", "set": "low", "labour": "supply"})
    effects, each, worlds, _ = (table.frame for table in answer.tables)
    assert len(worlds) == answer.facts["solved"] == 20, "work does not answer in this set: that is full employment"
    assert "everybody who works goes on working, at the wage that this takes (in this set work does not" in said(answer)
    for name in ("real_income_share", "terms_of_trade", "gdp_volume", "real_wage", "jobs"):
        told = effects.loc[name]
        assert (told["low"], told["high"]) == (worlds[name].min(), worlds[name].max())
        assert told["low"] <= told["value"] == worlds[name].iloc[0] <= told["high"]
    assert effects.loc["real_income_share", "low"] < effects.loc["real_income_share", "high"]
    assert (each["real_income_share_low"] < each["real_income_share_high"]).all()
    assert (each["real_income_share_low"] <= each["real_income_share"]).all()
    assert (each["real_income_share"] <= each["real_income_share_high"]).all()
    assert each.loc["DEU", "real_income_share_low"] == effects.loc["real_income_share", "low"]
    low, high = (effects.loc["real_income_share", end] for end in ("low", "high"))
    assert f"+{low:.3f} to +{high:.3f} % over 20 sets and closures, which is a range and no probability" in said(answer)
    assert answer.tables[0].title == "Effects on DEU, low and high over 20 sets and closures"


# -- elasticities and closures ---------------------------------------------------------------------------------------


def test_every_number_of_a_set_is_taken_for_what_it_is(economy):
    own = elasticity_set("hand", text=SETS)
    names = ("materials", "top", "factors", "final", "energy_against_factors", "fuels")
    numbers = {name: getattr(own, name).model_copy(update={"value": 0.1 * i}) for i, name in enumerate(names, start=1)}
    found, _ = elasticities_of(own.model_copy(update=numbers), economy)
    assert [getattr(found, name) for name in names] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert found.sourcing.tolist() == [3, 3]


def test_central_answers_where_hand_would_not(starter):
    """Sets in order of how much replaces what is lost: the less, the more a ban costs who buys."""
    trade = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"]}
    lost = [
        ask(starter, "cut-off", trade | {"set": own}, by_hand=False).facts["real_income"] for own in ("low", "central")
    ]
    assert lost[0] < 2 * lost[1] < 0


@pytest.mark.parametrize("labour", get_args(Labour))
@pytest.mark.parametrize("capital", get_args(Capital))
def test_every_closure_is_taken_for_what_it_is(economy, labour, capital):
    base = base_of(observed())
    for lending, wanted in (("pooled", "pooled"), ("fixed", "fixed"), ("balanced", "fixed")):
        found = closure_of(base, chosen(elasticity_set("central"), labour, capital, lending), economy)  # type: ignore[arg-type]
        supply = {"full-employment": 0.0, "supply": 0.25, "fixed-real-wage": np.inf}[labour]
        assert found.labour_supply.tolist() == [supply] * base.regions
        assert found.capital == {"by-industry": "by industry", "mobile": "mobile"}[capital]
        assert found.lending == wanted


# -- money, and what is estimated ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_euros(economy) -> Economy:
    """The same table in another currency."""
    rate = exchange_rate("EUR", 2018)
    assert rate is not None
    size = rate.per_dollar
    labour = replace(economy.extension("labour_income"), F=30.0 * size * np.ones(4), unit="million EUR")
    table = replace(economy, unit="million EUR", Z=size * economy.Z, Y=size * economy.Y, x=size * economy.x)
    return table.with_extensions(labour)


@pytest.mark.parametrize(
    ("question", "given"), [("leakage", {"region": ["DEU"], "border": True}), ("subsidy", MADE | {"amount": 5})]
)
def test_a_table_in_euros_is_priced_in_dollars_at_a_rate_that_is_said(economy, in_euros, question, given):
    dollars, euros = ask(economy, question, given), ask(in_euros, question, given)
    rate = exchange_rate("EUR", 2018)
    assert rate is not None
    size = rate.per_dollar
    assert size == pytest.approx(0.85, abs=0.01)
    for region in ("DEU", "FRA"):
        assert row(euros, region)["real_income_share"] == pytest.approx(row(dollars, region)["real_income_share"])
        assert row(euros, region)["real_income"] == pytest.approx(size * row(dollars, region)["real_income"])
        assert row(euros, region)["co2_home"] == pytest.approx(row(dollars, region)["co2_home"])
    assert f"Dollars are counted at {rate}." in euros.said
    assert "Dollars are counted" not in said(dollars)
    assert euros.tables[0].frame.loc["real_income", "unit"] == "million EUR"
    assert "million EUR" in euros.said[0]


def test_labour_that_is_typed_is_estimated_and_says_which_way_it_bends(economy):
    typed = ask(replace(economy, extensions={"co2": economy.extension("co2")}), "leakage", {"region": ["DEU"]})
    assert "Labour income is estimated" in said(typed)
    assert "a price of carbon costs too little and leaks too much" in said(typed)
    assert "costs too little" not in said(ask(economy, "leakage", {"region": ["DEU"]}))


def test_a_gap_of_one_industry_is_estimated_and_not_told_twice(economy):
    """Goods of Germany have no labour income: 0.55 of a value added of 50; no sentence says that they are left out."""
    from kaldor.economy.equilibrium.accounts_of import accounts_of

    missing = np.array([False, True, False, False])
    own = replace(economy.extension("labour_income"), F=np.array([30.0, 0, 30, 30]), missing=missing)
    gap = economy.with_extensions(own)
    assert accounts_of(gap).accounts.labour.ravel().tolist() == pytest.approx([30, 0.55 * 50, 30, 30])
    answer = ask(gap, "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]})
    assert "Labour income of 1 industries is estimated by shares of value added." in said(answer)
    assert "not published for" not in said(answer)
    lacking = economy.with_extensions(replace(economy.extension("co2"), missing=missing))
    assert "not published for 1 industries" in said(ask(lacking, "tariff", {"supplier": ["FRA"], "buyer": ["DEU"]}))
