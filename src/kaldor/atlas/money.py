"""Units of money: which currency, which power of ten, whose prices; and what a dollar was worth in each by year.

Rates and the deflator stand in money.toml, each with its source. A year that it does not hold is not known and is never
taken for another.

Known limits: yearly means at market rates, three digits; one index of prices, that of the whole US economy, for every
declared price. A currency that was replaced (the ECU before 1999) is another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar

from pydantic import Field

from kaldor.bounds import POSITIVE, YEAR, Bounds
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem

DOLLAR = "USD"
_CURRENT = frozenset({"current", "prices", "basic", "producer", "at", "in", "of"})
"""Words beside a unit of money that leave its prices those of the table's year."""


@dataclass(frozen=True)
class Money:
    """A unit of money: 10^`power` of `currency` at the prices of `year`.

    `year` is None where the unit speaks of other prices than the table's own and does not say of which year.
    """

    currency: str
    power: int
    year: int | None

    @property
    def title(self) -> str:
        """Its currency as readers know it: "US$"."""
        return _by_code()[self.currency].shown


@dataclass(frozen=True)
class Rate:
    """What a dollar cost in a currency in one year (`per_dollar`), and how its source quotes that."""

    per_dollar: float
    value: float
    quoted: str
    year: int
    source: str

    def __str__(self) -> str:
        return f"{self.value:.4g} {self.quoted}, yearly mean of {self.year} ({self.source})"


class Series(Declared):
    """Yearly numbers above zero from the year `first` on: by whom (`source`), and where they were `found`."""

    first: Annotated[int, YEAR]
    values: Annotated[tuple[Annotated[float, POSITIVE], ...], Field(min_length=1)]
    source: str
    found: str

    @property
    def years(self) -> range:
        """The years that are there."""
        return range(self.first, self.first + len(self.values))

    def of(self, year: int) -> float | None:
        """The number of a year; None where there is none."""
        return self.values[year - self.first] if year in self.years else None


class Quotes(Series):
    """Yearly exchange rates, in dollars per unit of a currency or the other way round."""

    quoted: str

    def per_dollar(self, year: int) -> float | None:
        """Units of the currency for a dollar."""
        value = self.of(year)
        return 1 / value if value is not None and self.quoted.startswith(f"{DOLLAR} per ") else value


class Currency(Declared):
    """A currency: how units write it, how readers know it, and its rates where there are sourced ones."""

    key: ClassVar[str] = "code"

    code: str
    shown: str
    names: tuple[str, ...]
    rate: Quotes | None = None


class Deflator(Series):
    """A yearly index of prices in dollars."""

    title: str


class _File(DeclaredFile):
    powers: Mapping[str, Annotated[int, Bounds(0, 15)]]
    currencies: tuple[Currency, ...]
    deflator: Deflator


def money_of(unit: str, year: int) -> Money | None:
    """What a table's unit says of its money, in the table's `year`; None where it is no unit of money.

    >>> money_of("thousand USD", 2015), money_of("M.EUR", 2009)
    (Money(currency='USD', power=3, year=2015), Money(currency='EUR', power=6, year=2009))
    >>> money_of("million US$ at prices of 2010", 2015).year, money_of("kt CO2", 2015)
    (2010, None)
    """
    words = unit.lower().replace(".", " ").split()
    power = declared().powers.get(words[0]) if len(words) > 1 else None
    if power is not None:
        words = words[1:]
    found = _by_name().get(words[0]) if words else None
    return None if found is None else Money(found.code, power or 0, _whose_prices(words[1:], year))


def _whose_prices(words: Sequence[str], year: int) -> int | None:
    """The year that the rest of a unit names; the table's own where it says nothing else; None where it is unsaid."""
    named = [int(word) for word in words if len(word) == 4 and word.isdecimal()]
    if named:
        return named[0]
    return year if _CURRENT.issuperset(words) else None


def exchange_rate(currency: str, year: int) -> Rate | None:
    """What a dollar cost in a currency in one year; None where no sourced rate is declared."""
    quotes = _by_code()[currency].rate
    value, per_dollar = (quotes.of(year), quotes.per_dollar(year)) if quotes else (None, None)
    if quotes is None or value is None or per_dollar is None:
        return None
    return Rate(per_dollar, value, quotes.quoted, year, quotes.source)


def dollar_in(money: Money) -> tuple[float, Rate | None] | None:
    """What a dollar is in a unit of money (1e-6 in million USD) and the rate that was needed; None where none is known.

    >>> dollar_in(Money("USD", 6, 2015)), dollar_in(Money("EUR", 6, None))
    ((1e-06, None), None)
    """
    size = 10.0**money.power
    if money.currency == DOLLAR:
        return 1 / size, None
    rate = None if money.year is None else exchange_rate(money.currency, money.year)
    return None if rate is None else (rate.per_dollar / size, rate)


def years_of_rates(currency: str) -> range:
    """The years for which a currency has rates, without a gap; none where it has none."""
    quotes = _by_code()[currency].rate
    return range(0) if quotes is None else quotes.years


def rise_of_dollar(unit: str, earlier: int, later: int) -> tuple[float, str]:
    """How many times as much of a table's currency a dollar costs in `later` as in `earlier`, and what to say of it.

    1 for a table in dollars. A unit that is no declared money is taken for dollars, which is said. Raises InputError
    where a rate is missing.
    """
    money = money_of(unit, later)
    if money is None:
        return 1.0, f"The currency of the table's unit ({unit or 'not stated'}) is not known: taken for US dollars."
    if money.currency == DOLLAR:
        return 1.0, ""
    before, after = exchange_rate(money.currency, earlier), exchange_rate(money.currency, later)
    if before is None or after is None:
        years = years_of_rates(money.currency)
        known = f"there are those of {years[0]} to {years[-1]}" if years else "there are none"
        what = f"needs the exchange rates of {money.currency} for {earlier} and {later}; {known}."
        raise InputError(Problem("deflators", what, f"Type deflators in {money.currency}, by region, in a file."))
    said = f"Deflators in dollars are brought to the table's currency: {before}; {after}."
    return after.per_dollar / before.per_dollar, said


@cache
def declared() -> _File:
    """All that is declared of money."""
    return read_packaged(_File, "kaldor.atlas", "money.toml")


@cache
def _by_code() -> Mapping[str, Currency]:
    return {one.code: one for one in declared().currencies}


@cache
def _by_name() -> Mapping[str, Currency]:
    return {name: one for one in declared().currencies for name in (one.code.lower(), *one.names)}
