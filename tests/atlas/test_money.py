"""Units of money are read, and what is declared of rates and prices has a source and agrees with what others typed."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

import pytest

from kaldor.atlas.money import Money, declared, exchange_rate, money_of
from kaldor.atlas.prices import _typed
from kaldor.brief.units import Shown, shown_unit


def test_units_of_money_are_read() -> None:
    assert money_of("million USD", 2009) == Money("USD", 6, 2009) == money_of("million US$", 2009)
    assert money_of("M.EUR", 2011) == Money("EUR", 6, 2011) == money_of("Million Euro", 2011)
    assert money_of("thousand USD", 2015) == Money("USD", 3, 2015)
    assert money_of("USD", 2012) == Money("USD", 0, 2012)
    assert money_of("billion JPY", 2012) == Money("JPY", 9, 2012)
    assert money_of("crore INR", 2012) == Money("INR", 7, 2012)
    assert money_of("million USD at current prices", 2012) == Money("USD", 6, 2012)
    for no_money in ("", "kt CO2", "thousand jobs", "million", "million tonnes", "kg"):
        assert money_of(no_money, 2012) is None


def test_rates_agree_with_those_of_the_built_in_deflators() -> None:
    """The World Bank's and the European Central Bank's yearly means, typed apart: within three digits."""
    other = _typed()
    for code, currency in (("DEU", "EUR"), ("CHN", "CNY"), ("IND", "INR"), ("JPN", "JPY")):
        for year, value in zip(other.years, other.per_dollar[code], strict=True):
            assert exchange_rate(currency, year).per_dollar == pytest.approx(value, rel=0.006), (code, year)
    index = declared().deflator
    for year, value in zip(other.years, other.gdp_deflator["USA"], strict=True):
        ours = index.of(year) / index.of(2009)
        assert ours == pytest.approx(value / other.gdp_deflator["USA"][other.years.index(2009)], rel=0.006)


def test_the_page_of_rates_is_made_from_the_declarations() -> None:
    made = run_path(str(Path(__file__).parents[2] / "docs" / "make_money.py"))
    assert made["PAGE"].read_text("utf-8") == made["money_page"](), "run: ./run python docs/make_money.py"
    assert "| 2009 | 1.39 | 6.83 | 48.3 | 93.7 | 1270 | 88.6 |" in made["money_page"]()


def test_every_number_has_three_digits_and_a_source() -> None:
    for series in (declared().deflator, *(one.rate for one in declared().currencies if one.rate)):
        assert series.source
        assert all(float(f"{value:.3g}") == value for value in series.values)
        assert series.of(series.first - 1) is None
        assert series.of(series.years[-1] + 1) is None


@pytest.mark.parametrize(
    ("unit", "factor", "shown"),
    [
        ("million USD", 1e-3, "billion US$"),
        ("million US$", 1e-3, "billion US$"),
        ("thousand USD", 1e-6, "billion US$"),
        ("USD", 1e-9, "billion US$"),
        ("million EUR", 1e-3, "billion EUR"),
        ("billion JPY", 1.0, "billion JPY"),
        ("million USD at earlier prices", 1.0, "million USD at earlier prices"),
        ("million tugrik", 1.0, "million tugrik"),
        ("kt CO2", 1e-3, "Mt CO₂"),
    ],
)
def test_a_brief_shows_money_in_billions_of_its_own_currency(unit: str, factor: float, shown: str) -> None:
    assert shown_unit(unit) == Shown(factor, shown)
