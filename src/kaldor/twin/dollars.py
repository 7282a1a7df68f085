"""A lever's dollars on a table: what a dollar is in the table's unit, and declared prices at those of its year.

With s the table's power of ten, e(y) the units of its currency for a dollar in the year y and P(y) an index of prices
in dollars, an amount of c dollars that a lever declares at prices of the year b is, on a table of the year y,

    c · P(y) / P(b) · e(y) / s

What a user types, a price or a figure, stands at the prices of the table's own year. Sources of both series and their
limits: `kaldor.atlas.money`.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from kaldor.atlas.money import Money, declared, dollar_in, money_of, years_of_rates
from kaldor.economy.economy import Economy
from kaldor.twin.lever import Assumption, Lever, in_dollars

_DIGITS = 4
"""Digits of a price that was brought to another year: one more than the index has."""


@dataclass(frozen=True)
class Lack:
    """What stands in the way of a lever that counts in dollars, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Priced:
    """A lever on one table: its figures in dollars of the table's year.

    `dollar` is what one dollar is in the table's unit (1e-6 in million USD); NaN where it is not known. `notes` say
    which rate and which index were used, `lacks` what is missing.
    """

    lever: Lever
    dollar: float
    notes: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()


def priced(economy: Economy, lever: Lever, typed: Collection[str] = ()) -> Priced:
    """A lever at the prices of a table's year; the figures that are `typed` in a scenario stand there already."""
    money = money_of(economy.unit, economy.year)
    dollar, notes, lacks = _dollar(economy, money)
    if not counts_in_dollars(lever):
        return Priced(lever, dollar)
    if money is None:
        return Priced(lever, dollar, lacks=lacks)
    figures = []
    for figure in lever.figures:
        brought, note, lack = _brought(figure, money.year, is_typed=figure.name in typed)
        figures.append(brought)
        notes += (note,) if note else ()
        lacks += (lack,) if lack else ()
    said = tuple(f"{lever.title}: {note}" for note in notes) if lever.function is not None else ()
    return Priced(lever.model_copy(update={"figures": tuple(figures)}), dollar, said, lacks)


def counts_in_dollars(lever: Lever) -> bool:
    """Whether a lever's strength or a figure of it is an amount of money."""
    return any(in_dollars(unit) for unit in (lever.parameter.unit, *(figure.unit for figure in lever.figures)))


def _dollar(economy: Economy, money: Money | None) -> tuple[float, tuple[str, ...], tuple[Lack, ...]]:
    """What a dollar is in the table's unit, what must be said of it and what is missing."""
    if money is None:
        unit = economy.unit or "a unit not stated"
        return math.nan, (), (Lack(f"flows in money of a known currency (these are in {unit})", _IN_DOLLARS),)
    found = dollar_in(money)
    if found is None:
        years = years_of_rates(money.currency)
        known = f"there are those of {years[0]} to {years[-1]}" if years else "there are none"
        when = "the unknown year of its prices" if money.year is None else f"{money.year}"
        return math.nan, (), (Lack(f"exchange rate of {money.currency} for {when} ({known})", _IN_DOLLARS),)
    dollar, rate = found
    return dollar, (f"the table is in {economy.unit}; dollars are converted at {rate}.",) if rate else (), ()


def _brought(figure: Assumption, year: int | None, *, is_typed: bool) -> tuple[Assumption, str, Lack | None]:
    """A figure at the prices of a year, what must be said of it and what is missing."""
    if not in_dollars(figure.unit) or figure.price_year == year:
        return figure, "", None
    if figure.price_year is None:
        return figure, "" if is_typed else f"{figure.name} has no price_year and is taken as it is.", None
    deflator = declared().deflator
    before, after = deflator.of(figure.price_year), None if year is None else deflator.of(year)
    if before is None or after is None:
        missing = figure.price_year if before is None else year or "the unknown year of the table's prices"
        known = f"there are those of {deflator.years[0]} to {deflator.years[-1]}"
        remedy = f"Type {figure.name} in the scenario, at the prices of the table."
        lack = Lack(f"index of prices for {missing} ({known})", remedy)
        return figure, "", None if is_typed else lack
    value, low, high = (_rounded(amount * after / before) for amount in (figure.value, figure.low, figure.high))
    update = {"value": value, "low": low, "high": high, "price_year": year}
    note = (
        f"{figure.name} is {figure.value:g} {figure.unit} at prices of {figure.price_year} and {value:g} at those of "
        f"{year} ({deflator.title}, {deflator.source}: {before:g} and {after:g})."
    )
    return figure.model_copy(update=update), "" if is_typed else note, None


def _rounded(amount: float) -> float:
    return float(f"{amount:.{_DIGITS}g}")


_IN_DOLLARS = "Bring the table to US dollars of its year, or take one whose currency and year are declared."
