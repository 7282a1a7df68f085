"""The units in which a brief shows what tables hold: thousands of tonnes become Mt, millions become billions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kaldor.atlas.money import money_of


@dataclass(frozen=True)
class Shown:
    """A unit for readers, and by how much the published value is multiplied to be in it."""

    factor: float
    unit: str


_SHOWN: Final = {
    "kt CO2": Shown(1e-3, "Mt CO₂"),
    "Mt CO2": Shown(1.0, "Mt CO₂"),
    "t CO2": Shown(1e-6, "Mt CO₂"),
    "kt CO2e": Shown(1e-3, "Mt CO₂e"),
    "jobs": Shown(1e-3, "thousand jobs"),
    "thousand jobs": Shown(1.0, "thousand jobs"),
    "jobs × years": Shown(1e-3, "thousand job-years"),
    "thousand jobs × years": Shown(1.0, "thousand job-years"),
    "thousand persons": Shown(1.0, "thousand persons"),
}

_BILLION: Final = 9

PERCENT: Final = "%"
YEAR: Final = "year"
"""The unit of a year of the calendar, which is written without a gap between its thousands."""


def shown_unit(unit: str) -> Shown:
    """How amounts in a published unit are shown: money in billions; one that is not declared stays as published."""
    money = money_of(unit, year=0)
    if unit in _SHOWN or money is None or money.year != 0:
        return _SHOWN.get(unit, Shown(1.0, unit))
    return Shown(10.0**money.power / 10.0**_BILLION, f"billion {money.title}")
