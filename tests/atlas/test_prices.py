"""Deflators in dollars and purchasing power: by hand, against the methods page, and never made up."""

from __future__ import annotations

import pandas as pd
import pytest

from kaldor.atlas.prices import (
    built_in_deflators,
    constant_prices,
    deflators_in_dollars,
    ppp_rates,
    price_levels,
    typed_deflators,
)
from kaldor.errors import InputError


def indicators(rows):
    columns = ["indicator", "region", "year", "value"]
    return pd.DataFrame(rows, columns=columns).assign(unit="", sector="", status="observed", source="")


def over(indicator, region, early, late):
    return [(indicator, region, 2000, float(early)), (indicator, region, 2011, float(late))]


def test_the_built_in_deflators_are_those_of_the_methods_page():
    """docs/methods/decomposition.md, 2000 to 2011, own deflators in dollars."""
    found = built_in_deflators(2000, 2011)
    page = {"USA": 1.262, "CHN": 2.094, "DEU": 1.698, "IND": 1.811, "JPN": 1.184}
    assert found.round(3).to_dict() == page
    assert "World Development Indicators" in found.attrs["source"]
    back = built_in_deflators(2011, 2000)
    assert (found * back).to_numpy() == pytest.approx(1)
    with pytest.raises(InputError, match="1995: only 2000, 2005, 2009, 2011 are typed in"):
        built_in_deflators(1995, 2009)


def test_own_prices_times_the_rise_of_the_currency():
    rows = over("NY.GDP.DEFL.ZS", "CHN", 57.953, 94.664) + over("PA.NUS.FCRF", "CHN", 8.28, 6.46)
    found = deflators_in_dollars(indicators(rows), 2000, 2011, ["CHN", "IND"])
    assert found.to_dict() == {"CHN": pytest.approx(94.664 / 57.953 * 8.28 / 6.46)}
    assert found.attrs["missing"] == ("IND",), "said, and not 1"
    assert found.attrs["basis"] == {"CHN": "GDP deflator and exchange rate (NY.GDP.DEFL.ZS, PA.NUS.FCRF)"}
    assert found.attrs["unit"] == "US$ of 2011 for what cost 1 US$ in 2000"


def test_gdp_in_current_and_constant_dollars_comes_first_and_says_the_same():
    local = {2000: (100.0, 50.0, 2.0), 2011: (300.0, 75.0, 1.5)}  # nominal, real in own currency, rate
    rows = []
    for year, (nominal, real, rate) in local.items():
        rows += [("NY.GDP.MKTP.CD", "CHN", year, nominal / rate), ("NY.GDP.MKTP.KD", "CHN", year, real / 2.0)]
        rows += [("NY.GDP.DEFL.ZS", "IND", year, 100 * nominal / real), ("PA.NUS.FCRF", "IND", year, rate)]
    found = deflators_in_dollars(indicators(rows), 2000, 2011, ["CHN", "IND"])
    assert found["CHN"] == pytest.approx(found["IND"])
    assert found["CHN"] == pytest.approx((300 / 75) / (100 / 50) * 2.0 / 1.5)
    assert found.attrs["basis"]["CHN"].startswith("GDP in current over GDP in constant")


def test_exchange_rates_are_not_compared_across_a_change_of_currency():
    rows = over("NY.GDP.DEFL.ZS", "EST", 70, 110) + over("PA.NUS.FCRF", "EST", 16.97, 0.72)
    rows += over("NY.GDP.DEFL.ZS", "DEU", 89.731, 101.07) + over("PA.NUS.FCRF", "DEU", 1.0827, 0.7184)
    found = deflators_in_dollars(indicators(rows), 2000, 2011, ["EST", "DEU"])
    assert list(found.index) == ["DEU"], "Estonia had the kroon until 2010"
    assert found.attrs["missing"] == ("EST",)


def test_the_penn_world_table_gives_the_same_deflator():
    """With cgdpo = nominal / (xr pl) and rgdpna in constant dollars the deflator is that of the national accounts."""
    rows = []
    for year, (nominal, real, rate, level) in {2000: (100, 50, 2, 0.4), 2011: (300, 75, 1.5, 0.7)}.items():
        rows += [("cgdpo", "IND", year, nominal / rate / level), ("pl_gdpo", "IND", year, level)]
        rows += [("rgdpna", "IND", year, real / 2.0)]
    found = deflators_in_dollars(indicators(rows), 2000, 2011, ["IND"])
    assert found["IND"] == pytest.approx((300 / 75) / (100 / 50) * 2.0 / 1.5)


def test_nothing_to_go_by_is_said():
    rows = over("SP.POP.TOTL", "IND", 1, 2)
    for ask in (lambda f: deflators_in_dollars(f, 2000, 2011, ["IND"]), lambda f: ppp_rates(f, 2011, ["IND"])):
        with pytest.raises(InputError, match="hold none of these"):
            ask(indicators(rows))


def test_zero_is_no_price():
    rows = over("NY.GDP.DEFL.ZS", "IND", 0, 100) + over("PA.NUS.FCRF", "IND", 44.94, 46.67)
    rows += over("NY.GDP.DEFL.ZS", "USA", 80.899, 102.065) + over("PA.NUS.FCRF", "USA", 1, 1)
    assert list(deflators_in_dollars(indicators(rows), 2000, 2011, ["IND", "USA"]).index) == ["USA"]


def test_purchasing_power_from_either_source():
    """India 2011: 15.11 rupees an international dollar at 46.67 rupees a dollar (International Comparison Program)."""
    world_bank = indicators([("PA.NUS.PPP", "IND", 2011, 15.11), ("PA.NUS.FCRF", "IND", 2011, 46.67)])
    assert ppp_rates(world_bank, 2011, ["IND", "DEU"]).to_dict() == pytest.approx({"IND": 15.11}, rel=1e-12)
    assert price_levels(world_bank, 2011, ["IND"])["IND"] == pytest.approx(15.11 / 46.67)
    penn = indicators([("pl_gdpo", "IND", 2011, 0.3), ("xr", "IND", 2011, 46.67), ("pl_gdpo", "USA", 2011, 0.92)])
    assert ppp_rates(penn, 2011, ["IND"])["IND"] == pytest.approx(46.67 * 0.3 / 0.92)
    assert price_levels(penn, 2011, ["IND"])["IND"] == pytest.approx(0.3 / 0.92)
    without_us = penn[penn["region"] != "USA"]
    with pytest.raises(InputError, match="hold none of these"):
        price_levels(without_us, 2011, ["IND"])


def test_values_at_constant_prices_leave_out_what_has_no_deflator():
    prices = indicators(over("NY.GDP.DEFL.ZS", "USA", 80, 100) + over("PA.NUS.FCRF", "USA", 1, 1))
    values = pd.DataFrame(
        [("USA", 2000, 80.0), ("IND", 2000, 10.0), ("USA", 2011, 200.0), ("IND", 2011, 40.0)],
        columns=["region", "year", "value"],
    )
    found = constant_prices(values, prices, 2011)
    assert found[["region", "year"]].to_numpy().tolist() == [["USA", 2000], ["USA", 2011], ["IND", 2011]]
    assert found["value"].tolist() == pytest.approx([100, 200, 40], rel=1e-12)
    assert found.attrs == {"unit": "US$ at prices of 2011", "missing": (("IND", 2000),)}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("DEU,1.1\nDEU,1.9\n", ["own.csv, line 3: DEU stands twice, in line 2 too. Keep one of the two."]),
        (
            "DEU,1e308\nFRA,1e-320\nUSA,0\nJPN,-1\n",
            [f"own.csv, line {n}, column 'deflator': '{v}' is not within 0.000001 to 1,000,000"
             for n, v in ((2, "1e308"), (3, "1e-320"), (4, "0"), (5, "-1"))],
        ),
        ("DEU,dear\nDEU,2\n", ["line 2, column 'deflator': 'dear' is not a finite number", "line 3: DEU stands twice"]),
    ],
)  # fmt: skip
def test_typed_deflators_that_double_or_are_no_prices_are_refused_by_line(rows: str, said: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        typed_deflators(f"region,deflator\n{rows}", "own.csv")
    assert len(caught.value.problems) == len(said)
    assert all(one in str(caught.value) for one in said)


def test_a_deflator_of_a_sector_beside_one_of_its_region_is_no_double() -> None:
    text = "region,sector,deflator\nDEU,,1.1\nDEU,c1,1.9\nFRA,c1,1000000\n"
    assert typed_deflators(text, "x") == {"DEU": 1.1, ("DEU", "c1"): 1.9, ("FRA", "c1"): 1e6}
    with pytest.raises(InputError, match="line 3: DEU c1 stands twice"):
        typed_deflators("region,sector,deflator\nDEU,c1,1.1\nDEU,c1,1.9\n", "x")
