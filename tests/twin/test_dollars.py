"""Levers that count in dollars act alike on a table in any unit of money, at the prices of its year, and say how."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.twin.acts import functions
from kaldor.twin.declared import load_levers, packaged_levers
from kaldor.twin.dollars import counts_in_dollars, priced
from kaldor.twin.order import missing_data
from kaldor.twin.outcome import Outcomes
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.twin.random_world import random_world
from tests.twin.test_levers import ACTING, LEVERS, default_or_some, setting, strongest

IN_MONEY = [id for id, lever in LEVERS.items() if counts_in_dollars(lever)]
UNITS = {"million USD": 1.0, "thousand USD": 1e3, "USD": 1e6, "million EUR": 1 / 1.39, "billion JPY": 93.7e-3}
"""What a million dollars of 2009 is in each unit, by hand from the rates of that year."""


def in_unit(world: Economy, unit: str, size: float, year: int = 2009) -> Economy:
    """The same economy counted in another unit of money."""
    Z, Y, x = world.Z * size, world.Y * size, world.x * size
    for array in (Z, Y, x):
        array.flags.writeable = False
    return replace(world, Z=Z, Y=Y, x=x, unit=unit, year=year)


@cache
def twin_in(unit: str) -> Twin:
    """A random world of 2009, its first industry idle, in a unit of money."""
    return Twin(in_unit(random_world(3, idle=1), unit, UNITS[unit]))


def strength(id: str) -> float:
    """A strength that the small world can carry."""
    return min(default_or_some(LEVERS[id]), strongest(LEVERS[id]))


def measured(twin: Twin, region: str, *settings_: LeverSetting) -> Outcomes:
    """All outcomes of a scenario for a region at fixed prices, bands from the assumed figures included."""
    return outcomes_of(twin, Scenario(id="test", view="fixed prices", levers=settings_), region=region)


def hold_alike(unit: str, region: str, *settings_: LeverSetting) -> None:
    """Physical outcomes are those of the table in million USD, amounts of money the same after conversion."""
    size = UNITS[unit]
    dollars, others = (measured(twin_in(one), region, *settings_) for one in ("million USD", unit))
    world = float(twin_in("million USD").economy.x.sum())
    for one, other in zip(dollars.outcomes, others.outcomes, strict=True):
        assert one.modelled == other.modelled, one.metric.id
        is_money = "{money}" in one.metric.unit
        assert (unit in other.unit) == is_money
        factor = size if is_money else 1.0
        both = ([each.before, each.after, *(each.band or ())] for each in (one, other))
        ours, theirs = ([each for each in some if each is not None] for some in both)
        if not one.modelled:
            assert one.after is other.after is None, one.metric.id
            assert theirs == pytest.approx([v * factor for v in ours], rel=1e-12), one.metric.id
            continue
        # Changes are held to the digits of the levels that they are differences of.
        alike = [abs(each.before or 0) for each in dollars.outcomes if each.unit == one.unit]
        level = world if one.unit == "million USD" else max(alike)
        assert theirs == pytest.approx([v * factor for v in ours], rel=1e-12, abs=1e-12 * level * factor), one.metric.id


# -- units and currencies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit != "million USD"])
@pytest.mark.parametrize("id", ACTING)
def test_a_lever_does_the_same_in_any_unit_of_money(id: str, unit: str) -> None:
    hold_alike(unit, "AAA", setting(LEVERS[id], strength(id), "AAA", ("BBB",)))


@pytest.mark.parametrize("unit", ["USD", "million EUR"])
def test_two_levers_and_a_second_region_do_the_same_in_any_unit(unit: str) -> None:
    levers = (
        setting(LEVERS["carbon-price"], 80, "AAA", ()),
        setting(LEVERS["electrification"], 30, "AAA", ()),
        setting(LEVERS["carbon-price"], 40, "BBB", ()),
    )
    hold_alike(unit, "AAA", *levers)
    hold_alike(unit, "BBB", *levers)


def test_there_are_the_levers_that_were_refused() -> None:
    assert len(IN_MONEY) == 9
    acting = {LEVERS[id].function for id in IN_MONEY} - {None}
    assert acting == {name for name, act in functions().items() if act.dollars}
    assert len(acting) == 7  # subsidise is of two levers, and one lever only states its cost


@pytest.mark.parametrize("id", [id for id in IN_MONEY if LEVERS[id].function])
def test_every_money_lever_says_its_rate(id: str) -> None:
    there = measured(twin_in("million EUR"), "AAA", setting(LEVERS[id], strength(id), "AAA", ("BBB",)))
    assert any("1.39 USD per EUR, yearly mean of 2009 (Federal Reserve" in note for note in there.notes)
    here = measured(twin_in("million USD"), "AAA", setting(LEVERS[id], strength(id), "AAA", ("BBB",)))
    assert here.notes == ()


def state(twin: Twin, region: str, *settings_: LeverSetting) -> State:
    """The state after a scenario."""
    return twin.run(Scenario(id="test", levers=settings_))


def test_revenue_of_a_carbon_price_in_euros_by_hand() -> None:
    """100 $ on every tonne at 1.39 $ a euro, for each of two regions."""
    twin = twin_in("million EUR")
    economy = twin.economy
    after = measured(twin, "BBB", setting(LEVERS["carbon-price"], 100, "BBB", ()))
    kt = float(np.where(economy.has_output, economy.extensions["co2"].F, 0.0)[economy.rows_of("BBB")].sum())
    # kt × 1000 t × 100 $ = 1e5 $, / 1.39 in euros, / 1e6 in millions; nothing is abated
    assert after["treasury-revenue"].after == pytest.approx(kt * 0.1 / 1.39, rel=1e-9)
    assert after["treasury-revenue"].unit == "million EUR"
    assert measured(twin, "AAA", setting(LEVERS["carbon-price"], 100, "BBB", ()))["treasury-revenue"].after == 0


def test_a_year_without_a_rate_is_refused_in_a_sentence() -> None:
    old = in_unit(random_world(3), "million EUR", 1.0, year=1995)
    wanted = r"needs the exchange rate of EUR for 1995 \(there are those of 1999 to 2025\), which is missing\. Bring"
    with pytest.raises(InputError, match=wanted):
        Twin(old).run(Scenario(id="p", levers=(setting(LEVERS["carbon-price"], 50, "AAA", ()),)))
    pounds = in_unit(random_world(3), "million GBP", 1.0)
    with pytest.raises(InputError, match=r"exchange rate of GBP for 2009 \(there are none\)"):
        Twin(pounds).run(Scenario(id="p", levers=(setting(LEVERS["carbon-price"], 50, "AAA", ()),)))
    assert missing_data(old, LEVERS["carbon-price"]) == (
        "exchange rate of EUR for 1995 (there are those of 1999 to 2025)",
    )
    assert missing_data(old, LEVERS["material-efficiency"]) == ()


def test_a_unit_that_is_no_money_is_refused() -> None:
    tonnes = in_unit(random_world(3), "kt of goods", 1.0)
    assert missing_data(tonnes, LEVERS["carbon-price"]) == (
        "flows in money of a known currency (these are in kt of goods)",
    )


# -- prices of another year --------------------------------------------------------------------------------------------


def test_a_declared_price_is_brought_to_the_tables_year_by_hand() -> None:
    """68 $/MWh of 2009 are 68 × 102 / 88.6 = 78.28 $ in 2018; its range moves with it."""
    world = in_unit(random_world(3), "million USD", 1.0, year=2018)
    here = priced(world, LEVERS["electrification"])
    (price,) = [figure for figure in here.lever.figures if figure.name == "electricity_price"]
    assert (price.value, price.low, price.high, price.price_year) == (78.28, 23.02, 345.4, 2018)
    assert here.dollar == 1e-6
    assert here.notes == (
        "Heat from electricity: electricity_price is 68 $/MWh at prices of 2009 and 78.28 at those of 2018 (GDP "
        "deflator of the United States, US Bureau of Economic Analysis: 88.6 and 102).",
    )
    assert priced(world, here.lever).lever == here.lever  # once is enough


def test_deflated_and_converted_together_by_hand() -> None:
    """In 2018 at 1.18 $ a euro: what steel pays for MWh is 78.28 / 1.18 euros each, and physics stay as they were."""
    lever = setting(LEVERS["electrification"], 100, "AAA", ())
    dollars = Twin(in_unit(random_world(3), "million USD", 1.0, year=2018))
    euros = Twin(in_unit(random_world(3), "million EUR", 1 / 1.18, year=2018))
    ours, theirs = measured(dollars, "AAA", lever), measured(euros, "AAA", lever)
    for metric in ("co2-production", "co2-world"):
        assert theirs[metric].after == pytest.approx(ours[metric].after, rel=1e-12)
    assert [("1.18 USD per EUR" in note, "78.28" in note) for note in theirs.notes] == [(True, False), (False, True)]
    typed = lever.model_copy(update={"figures": {"electricity_price": 78.28}})
    assert measured(dollars, "AAA", typed)["co2-world"].after == ours["co2-world"].after


def test_what_is_typed_stands_at_the_prices_of_the_tables_year() -> None:
    world = in_unit(random_world(3), "million USD", 1.0, year=2018)
    twin = Twin(world)
    typed = setting(LEVERS["electrification"], 30, "AAA", (), figures={"electricity_price": 68})
    (order,) = twin.run(Scenario(id="t", levers=(typed,))).orders
    assert order.figures["electricity_price"] == 68
    assert order.notes == ()
    # Both the declared bounds (20 to 300) and those of 2018 (23.02 to 345.4) may be typed.
    for value in (20, 345):
        twin.run(Scenario(id="t", levers=(typed.model_copy(update={"figures": {"electricity_price": value}}),)))
    with pytest.raises(InputError, match=r"346 is out of bounds 20 to 345\.4 \$/MWh"):
        twin.run(Scenario(id="t", levers=(typed.model_copy(update={"figures": {"electricity_price": 346}}),)))
    (price,) = twin.run(Scenario(id="t", levers=(setting(LEVERS["carbon-price"], 100, "AAA", ()),))).orders
    assert (price.strength, price.notes) == (100, ())


def test_a_year_without_an_index_is_refused_and_the_figure_can_be_typed() -> None:
    twin = Twin(in_unit(random_world(3), "million USD", 1.0, year=1950))
    lever = setting(LEVERS["electrification"], 30, "AAA", ())
    wanted = r"needs the index of prices for 1950 \(there are those of 1960 to 2025\), which is missing\. Type elec"
    with pytest.raises(InputError, match=wanted):
        twin.run(Scenario(id="t", levers=(lever,)))
    typed = lever.model_copy(update={"figures": {"electricity_price": 20}})
    assert twin.run(Scenario(id="t", levers=(typed,))).orders[0].figures["electricity_price"] == 20


def test_a_table_at_prices_of_another_year_counts_in_those() -> None:
    named = in_unit(random_world(3), "million USD at prices of 2018", 1.0, year=2009)
    (price,) = [f for f in priced(named, LEVERS["electrification"]).lever.figures if f.name == "electricity_price"]
    assert price.value == 78.28
    unnamed = in_unit(random_world(3), "million USD at earlier prices", 1.0, year=2009)
    assert missing_data(unnamed, LEVERS["carbon-price"]) == ()
    assert missing_data(unnamed, LEVERS["electrification"]) == (
        "index of prices for the unknown year of the table's prices (there are those of 1960 to 2025)",
    )


# -- declarations ------------------------------------------------------------------------------------------------------


def test_every_declared_price_says_of_which_year() -> None:
    for lever in packaged_levers().values():
        for figure in lever.figures:
            assert (figure.price_year is not None) == ("$" in figure.unit), (lever.id, figure.name)
        assert lever.cost.price_year is not None or "$" not in lever.cost.unit


def test_a_users_own_lever_without_a_price_year_is_taken_as_it_is(tmp_path) -> None:
    file = tmp_path / "own.toml"
    text = OWN.replace("YEAR", "")
    file.write_text(text, encoding="utf-8")
    world = in_unit(random_world(3), "million USD", 1.0, year=2018)
    levers = load_levers(file)
    (order,) = Twin(world, levers).run(Scenario(id="t", levers=(setting(levers["my-heat"], 30, "AAA", ()),))).orders
    assert order.figures["electricity_price"] == 50
    assert order.notes == ("My heat: electricity_price has no price_year and is taken as it is.",)
    file.write_text(OWN.replace("YEAR", "price_year = 2000"), encoding="utf-8")
    levers = load_levers(file)
    (order,) = Twin(world, levers).run(Scenario(id="t", levers=(setting(levers["my-heat"], 30, "AAA", ()),))).orders
    assert order.figures["electricity_price"] == 70.15  # 50 × 102 / 72.7


def test_a_price_in_another_currency_is_refused_when_the_file_is_read(tmp_path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("YEAR", "").replace("$/MWh", "€/MWh"), encoding="utf-8")
    with pytest.raises(InputError, match="unit of 'electricity_price': is '€/MWh', but 'electrify' reads dollars"):
        load_levers(file)


def test_only_money_has_a_price_year(tmp_path) -> None:
    file = tmp_path / "own.toml"
    wrong = OWN.replace("YEAR", "").replace('unit = "t CO2/MWh"', 'unit = "t CO2/MWh"\nprice_year = 2009', 1)
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError, match="only an amount of money has a price_year"):
        load_levers(file)


OWN = """
[[levers]]
id = "my-heat"
title = "My heat"
summary = "Heat from electricity at my price."
challenge = "sustainability"
priority = "sustainability.public.regulation"
honesty = "assumed effect, traced"
function = "electrify"
parameter = { name = "share", unit = "%", low = 0, high = 100, default = 20 }
sectors = ["electronics"]
products = ["fuels"]
needs = ["extension:co2"]
cost = { bearer = "firms", basis = "In prices." }
years_to_effect = [0, 1]
evidence = []
limits = "For tests."

[[levers.figures]]
name = "electricity_price"
meaning = "price"
value = 50
low = 10
high = 100
unit = "$/MWh"
source = "me"
YEAR

""" + "\n".join(
    f"""
[[levers.figures]]
name = "{name}"
meaning = "{name}"
value = {value}
low = {value}
high = {value}
unit = "{unit}"
source = "me"
"""
    for name, value, unit in (
        ("fuel_co2", 0.2, "t CO2/MWh"),
        ("combustion_share", 100, "%"),
        ("boiler_efficiency", 0.9, "MWh/MWh"),
        ("electric_efficiency", 3, "MWh/MWh"),
        ("grid", 0.5, "t CO2/MWh"),
        ("table_grid", 0, "%"),
    )
)
