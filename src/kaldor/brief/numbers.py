"""How numbers are written: thousands set apart by a thin space, three digits in prose, all of them in tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from kaldor.digits import shown

THIN = "\N{NARROW NO-BREAK SPACE}"
DIGITS: Final = 3
"""Significant digits of a number in a sentence, a picture, or a row of a table that is like no other."""
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def in_prose(value: float | None, digits: int = DIGITS, *, signed: bool = False) -> str:
    """A number as a sentence carries it: rounded to `digits` significant digits, four-figure numbers to units.

    `signed`: what is above zero has a sign too, as a change should.

    >>> in_prose(912.437), in_prose(0.04567), in_prose(None)
    ('912', '0.0457', 'not available')
    >>> in_prose(1013.2).replace(THIN, " "), in_prose(30761.0).replace(THIN, " ")
    ('1 013', '30 800')
    >>> in_prose(11.52, signed=True), in_prose(1.9148, 2)
    ('+11.5', '1.9')
    """
    if signed and value is not None and math.isfinite(value) and value > 0:
        return f"+{in_prose(value, digits)}"
    if value is None or not math.isfinite(value):
        return "not available"
    value = shown(value)  # no number of a sentence is closer to a border than the figure that it shows
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < 10_000:
        return _written(value, 0)
    decimals = 0 if 1000 <= abs(value) < 10_000 else digits - 1 - math.floor(math.log10(abs(value)))
    return _written(round(value, decimals), max(decimals, 0))


def in_table(value: float | None, decimals: int) -> str:
    """A number as a column carries it: the same number of decimals in every row; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    return _written(value, decimals)


def decimals_for(values: Iterable[float | None]) -> int:
    """Decimals that give the largest value of a column three or four digits.

    >>> decimals_for([1234.5, 0.2]), decimals_for([56.1]), decimals_for([0.034])
    (0, 1, 3)
    """
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    steps = ((1000.0, 0), (10.0, 1), (1.0, 2))
    return next((decimals for floor, decimals in steps if largest >= floor), 3)


def in_annex(value: float | None) -> str:
    """A number as the data annex carries it: six significant digits, never fewer than the whole part has.

    A whole number has no decimals, which would say that it is known to them.
    """
    if value is None or not math.isfinite(value):
        return "not available"
    if value == 0:
        return "0"
    decimals = 0 if float(value).is_integer() else max(0, 5 - math.floor(math.log10(abs(value))))
    return _written(value, min(decimals, 8))


def with_unit(number: str, unit: str) -> str:
    """Number and unit, kept on one line."""
    if not unit or number == "not available":
        return number
    return f"{number}{THIN}{unit.replace(' ', NO_BREAK)}"


def _written(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN)
    negative = value < 0 and any(c in "123456789" for c in text)
    return (MINUS if negative else "") + text
