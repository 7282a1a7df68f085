"""The units in which a brief shows what tables hold: thousands of tonnes become Mt, millions become billions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
    "million US$": Shown(1e-3, "billion US$"),
    "million USD": Shown(1e-3, "billion US$"),
    "jobs": Shown(1e-3, "thousand jobs"),
    "thousand jobs": Shown(1.0, "thousand jobs"),
    "jobs × years": Shown(1e-3, "thousand job-years"),
    "thousand jobs × years": Shown(1.0, "thousand job-years"),
    "thousand persons": Shown(1.0, "thousand persons"),
}

PERCENT: Final = "%"
YEAR: Final = "year"
"""The unit of a year of the calendar, which is written without a gap between its thousands."""


def shown_unit(unit: str) -> Shown:
    """How amounts in a published unit are shown; a unit that is not declared here stays as published."""
    return _SHOWN.get(unit, Shown(1.0, unit))
