"""Words that every floor uses with one meaning: statuses of a number in order, languages, "not modelled"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, get_args

Status = Literal["observed", "modelled", "estimated", "predicted"]
"""How a number came about, the surest first: read from a statistic; solved from such (a footprint, a multiplier);
estimated from partial facts, or modelled on what was; what a model says of a change."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)

Principle = Literal["residence", "territory", "unknown"]
"""Whose emissions, energy or materials a source counts as a country's."""

PRINCIPLES: Final[Mapping[Principle, str]] = {
    "residence": "counted by residence",
    "territory": "counted on the territory",
    "unknown": "counted by residence or on the territory: the source does not say which",
}
ABOUT_PRINCIPLES: Final[Mapping[Principle, str]] = {
    "residence": "what a country's producers and households cause wherever they are, its ships and aircraft abroad "
    "included, as in national accounts; a national inventory counts what happens on the territory, and differs",
    "territory": "what happens within a country's borders, as national inventories count; ships and aircraft abroad "
    "are in no country's, while money in national accounts follows residence",
    "unknown": "where many ships and aircraft work abroad the two differ by a tenth and more",
}
"""What each principle means beside the other."""

Language = Literal["en", "fr", "es"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
Words = Mapping[Language, str]
"""One thing said in every language of the page."""

NOT_MODELLED: Final = "not modelled"
"""What stands where a method gives no number: never 0."""


MISSING: Final = "missing"
"""The attribute of a table that says, by column, what stands on a screen where a figure is missing."""


def weakest(*statuses: Status) -> Status:
    """The status of a figure made from several: the least sure of them."""
    return max(statuses, key=STATUSES.index)


def unit_among(units: Mapping[str, str], column: object) -> str | None:
    """The unit of a column: its own, or that of the quantity it is a variant of ("output" of "output_lost"); or None.

    >>> unit_among({"output": "million US$"}, "output_lost")
    'million US$'
    """
    name = str(column)
    return units.get(name, units.get(name.rpartition("_")[0]))


_SMALLEST = 5e-7
"""Below it nothing is left of a number with six decimals."""


def decimals_of(size: float) -> int:
    """How many decimals a number of this size needs for about four digits; at most six."""
    return 0 if size == 0 else max(0, min(6, 3 - math.floor(math.log10(size))))


def figure(value: object, decimals: int | None = None) -> str:
    """A figure for a sentence or a screen: words as they are, numbers with about four digits, or so many decimals."""
    if value is None or isinstance(value, str):
        return value or NOT_MODELLED
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        return "undefined" if math.isnan(number) else "unbounded"
    if decimals is None and 0 < abs(number) < _SMALLEST:
        return f"{number:.3g}".replace("-", "−")  # six decimals would print it as a zero that it is not
    decimals = decimals_of(abs(number)) if decimals is None else decimals
    return f"{number:,.{decimals}f}".replace("-", "−")
