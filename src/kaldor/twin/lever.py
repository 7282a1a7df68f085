"""Levers as declarations: what a government or a firm can do, how far, at what cost, and what is known of it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from kaldor.atlas.money import DOLLAR
from kaldor.bounds import AMOUNT, YEAR, YEARS_AHEAD
from kaldor.declared import Declared, spelt
from kaldor.words import Words

Honesty = Literal["simulated", "assumed effect, traced", "cost and reach only"]

HONESTY: dict[Honesty, str] = {
    "simulated": "the table itself carries the mechanism; nothing but the strength is assumed",
    "assumed effect, traced": "an effect size from outside evidence enters, and its consequences are traced",
    "cost and reach only": "cost and coverage are stated; no outcome moves, because no defensible effect size exists",
}


def in_dollars(unit: str) -> bool:
    """Whether a number of a lever counts in dollars: "$/t CO2", "billion USD a year"."""
    return "$" in unit or DOLLAR in unit


class Parameter(Declared):
    """The slider: what it measures, its unit and bounds. Zero strength is the baseline."""

    name: str
    unit: str
    low: Annotated[float, AMOUNT]
    high: Annotated[float, AMOUNT]
    default: Annotated[float, AMOUNT]

    @model_validator(mode="after")
    def _in_order(self) -> Parameter:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"default {self.default} lies outside {self.low} to {self.high}")
        if not self.low <= 0 <= self.high:
            raise ValueError("bounds must hold 0, the baseline")
        return self


class Assumption(Declared):
    """A number that a lever rests on, one of its `figures`: typed with its source, and editable in a scenario.

    An amount of money says in `price_year` at whose prices it stands, and is brought to those of a table's year;
    without one it is taken as it is.
    """

    key: ClassVar[str] = "name"

    name: str
    meaning: str
    value: Annotated[float, AMOUNT]
    low: Annotated[float, AMOUNT]
    high: Annotated[float, AMOUNT]
    unit: str
    source: str
    price_year: Annotated[int, YEAR] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Assumption:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.name}: {self.value} lies outside {self.low} to {self.high}")
        if self.price_year is not None and not in_dollars(self.unit):
            raise ValueError(f"{self.name}: only an amount of money has a price_year, in a unit such as $/t")
        return self


class Cost(Declared):
    """What the lever costs and who bears it; without an amount the cost reads "not modelled"."""

    bearer: Literal["treasury", "firms", "households", "foreign suppliers", "not modelled"]
    basis: str
    amount: Annotated[float, AMOUNT] | None = None
    low: Annotated[float, AMOUNT] | None = None
    high: Annotated[float, AMOUNT] | None = None
    unit: str = ""
    source: str = ""
    price_year: Annotated[int, YEAR] | None = None

    @model_validator(mode="after")
    def _amount_is_sourced(self) -> Cost:
        if self.amount is not None and not (self.unit and self.source):
            raise ValueError("an amount needs its unit and source")
        return self


class Evidence(Declared):
    """What the default size rests on: a case of the library or a publication, and how strong it is."""

    case: str | None = None
    publication: str | None = None
    strength: Literal["none", "weak", "moderate", "strong"]
    note: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Evidence:
        if (self.case is None) == (self.publication is None):
            raise ValueError("give either case or publication")
        return self


class InWords(Declared):
    """What a lever is called and does in another language than English, in which it is declared."""

    title: str
    summary: str
    parameter: str


_NEEDS = "an extension or a group of sectors, such as extension:co2 or group:metals"


class Lever(Declared):
    """One lever. `function` names the small function that acts (`kaldor.twin.acts`); cost and reach only has none."""

    id: Annotated[str, spelt(r"^[a-z][a-z0-9-]*$", "small letters, digits and hyphens, such as my-lever")]
    title: str
    summary: str
    challenge: str
    priority: str
    honesty: Honesty
    function: str | None = None
    parameter: Parameter
    fr: InWords | None = None
    es: InWords | None = None
    figures: tuple[Assumption, ...] = ()
    sectors: tuple[str, ...] = Field(default=(), description="default target sectors or sector groups")
    products: tuple[str, ...] = Field(default=(), description="default products (sectors or groups) that are bought")
    needs_bloc: bool = False
    needs: tuple[Annotated[str, spelt(r"^(extension|group):.+$", _NEEDS)], ...] = Field(
        default=(), description="extensions and sector groups the table must carry"
    )
    cost: Cost
    years_to_effect: tuple[Annotated[float, YEARS_AHEAD], Annotated[float, YEARS_AHEAD]]
    evidence: tuple[Evidence, ...]
    limits: str

    @property
    def titles(self) -> Words:
        """What it is called in every language of the page; English where a lever of somebody's own has no other."""
        return {"en": self.title, "fr": (self.fr or self).title, "es": (self.es or self).title}

    @model_validator(mode="after")
    def _soonest_first(self) -> Lever:
        soonest, latest = self.years_to_effect
        if soonest > latest:
            raise ValueError(f"years_to_effect = [{soonest:g}, {latest:g}]: the first must not come after the second")
        return self

    @model_validator(mode="after")
    def _acts_or_says_so(self) -> Lever:
        if (self.honesty == "cost and reach only") == (self.function is not None):
            raise ValueError("a lever has a function unless it is of the class 'cost and reach only'")
        return self
