"""The fact sheet of a country: a page of typed facts, each with value, unit, year, source and standing.

What is not known is left out: a missing fact is never zero. The sheet keeps shares as statistics give them;
`kaldor.economy.starter.amounts` turns them into amounts of one money unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, model_validator

from kaldor.bounds import SIZE, YEAR
from kaldor.declared import Declared, DeclaredFile, parse, spelt
from kaldor.words import Status

SEXES = ("women", "men")


class Fact(Declared):
    """One figure and where it comes from."""

    value: Annotated[float, SIZE]
    unit: str
    year: Annotated[int, YEAR]
    source: str
    status: Status


class SectorFacts(Declared):
    """One figure for each sector, all from one source."""

    values: Mapping[str, Annotated[float, SIZE]]
    unit: str
    year: Annotated[int, YEAR]
    source: str
    status: Status


def _in(unit: str) -> AfterValidator:
    def check(fact: Fact | SectorFacts) -> Fact | SectorFacts:
        if fact.unit != unit:
            raise ValueError(f"unit is '{fact.unit}', expected '{unit}'")
        return fact

    return AfterValidator(check)


Share = Annotated[Fact, _in("% of GDP")]
Percent = Annotated[Fact, _in("% of employment")]
LabourPercent = Annotated[Fact, _in("% of labour force")]


class KnownFacts(Declared):
    """What a sheet may say; all but GDP may be missing."""

    gdp: Annotated[Fact, _in("billion US$")]
    agriculture: Share | None = None
    industry: Share | None = None
    services: Share | None = None
    oil_rents: Share | None = None
    mining: Annotated[Fact, _in("% of mining and utilities")] | None = None
    exports: Share | None = None
    imports: Share | None = None
    re_exports: Share | None = None
    goods_exports: Annotated[Fact, _in("billion US$")] | None = None
    goods_imports: Annotated[Fact, _in("billion US$")] | None = None
    raw_imports: Annotated[Fact, _in("billion US$")] | None = None
    mining_exports: Annotated[Fact, _in("% of goods exports")] | None = None
    co2: Annotated[Fact, _in("Mt CO2")] | None = None
    co2_per_person: Annotated[Fact, _in("t CO2")] | None = None
    population: Annotated[Fact, _in("million")] | None = None
    population_under_15: Annotated[Fact, _in("% of population")] | None = None
    participation: Annotated[Fact, _in("% of population aged 15 and over")] | None = None
    women_in_labour_force: LabourPercent | None = None
    women_at_work: Annotated[Fact, _in("million")] | None = None
    men_at_work: Annotated[Fact, _in("million")] | None = None
    unemployment_women: LabourPercent | None = None
    unemployment_men: LabourPercent | None = None
    women_in_agriculture: Percent | None = None
    men_in_agriculture: Percent | None = None
    women_in_industry: Percent | None = None
    men_in_industry: Percent | None = None
    value_added_by_part: Annotated[SectorFacts, _in("% of value added")] | None = None
    value_added_by_sector: Annotated[SectorFacts, _in("% of value added")] | None = None
    final_use: Annotated[SectorFacts, _in("% of GDP")] | None = None
    goods_exports_by_product: Annotated[SectorFacts, _in("% of goods exports")] | None = None
    goods_exports_by_partner: Annotated[SectorFacts, _in("% of goods exports")] | None = None
    exports_by_sector: Annotated[SectorFacts, _in("% of exports")] | None = None

    @model_validator(mode="after")
    def _enough(self) -> KnownFacts:
        split = self.value_added_by_part or self.value_added_by_sector
        if split is None and (self.industry is None or self.services is None):
            raise ValueError("give value_added_by_part or value_added_by_sector, or industry and services as % of GDP")
        if (self.exports is None) != (self.imports is None):
            raise ValueError("give both exports and imports, or neither")
        by_goods = (self.goods_exports_by_product, self.goods_exports_by_partner, self.mining_exports)
        if self.goods_exports is None and any(fact is not None for fact in by_goods):
            raise ValueError("give goods_exports, of which shares by product and partner are")
        if (self.goods_imports is None) != (self.raw_imports is None):
            raise ValueError("give both goods_imports and raw_imports, which are a part of them, or neither")
        if self.exports is None and (self.goods_exports is not None or self.goods_imports is not None):
            raise ValueError("give exports and imports, of which goods_exports and goods_imports are a part")
        return self


class FactSheet(DeclaredFile):
    """A country, the technology template that stands in for its own, and what is known of it.

    `template_or` names others that might as well stand in: one world has the template, draws take any of them.
    `bloc` is the group of countries with which it trades more; `aggregate` marks many countries taken together,
    whose exports and imports include the trade among them.
    """

    country: Annotated[str, spelt(r"^[A-Z]{3}$", "an ISO 3166 code of three capital letters, such as BRA")]
    name: str
    template: str
    template_note: str = ""
    template_or: tuple[str, ...] = ()
    income_group: str = ""
    world_region: str = ""
    bloc: str = ""
    aggregate: bool = False
    facts: KnownFacts

    def each(self) -> dict[str, Fact | SectorFacts]:
        """The facts that are known, by name."""
        named = {name: getattr(self.facts, name) for name in KnownFacts.model_fields}
        return {name: fact for name, fact in named.items() if fact is not None}


def parse_fact_sheet(text: str, file: str) -> FactSheet:
    """Read one fact sheet. Raises InputError with every wrong or unknown key, unit and value of the file."""
    return parse(FactSheet, text, file)


def emissions(sheet: FactSheet) -> float | None:
    """All CO2 of the country, kt: typed, or per person times population; None if neither is known."""
    if sheet.facts.co2 is not None:
        return sheet.facts.co2.value * 1000
    per_person, people = sheet.facts.co2_per_person, sheet.facts.population
    return None if per_person is None or people is None else per_person.value * people.value * 1000


def jobs(sheet: FactSheet) -> dict[str, float] | None:
    """Women and men at work, thousands: typed, or from six facts; None if one of these is missing.

    Labour force = people of 15 and over × participation; jobs = each sex's part of it less its unemployed.
    """
    f = sheet.facts
    if f.women_at_work is not None and f.men_at_work is not None:
        return {"women": f.women_at_work.value * 1000, "men": f.men_at_work.value * 1000}
    needed = (f.population, f.population_under_15, f.participation, f.women_in_labour_force)
    unemployed = {"women": f.unemployment_women, "men": f.unemployment_men}
    if any(fact is None for fact in (*needed, *unemployed.values())):
        return None
    people, children, participation, women = (fact.value for fact in needed if fact is not None)
    labour_force = people * 1000 * (1 - children / 100) * participation / 100
    part = {"women": women / 100, "men": 1 - women / 100}
    return {s: labour_force * part[s] * (1 - u.value / 100) for s, u in unemployed.items() if u is not None}


def job_shares(sheet: FactSheet, sex: str) -> dict[str, float] | None:
    """Broad sectors' shares of the jobs of one sex ("women", "men"), adding up to 1; None if one is missing."""
    agriculture = getattr(sheet.facts, f"{sex}_in_agriculture")
    industry = getattr(sheet.facts, f"{sex}_in_industry")
    if agriculture is None or industry is None:
        return None
    services = 100 - agriculture.value - industry.value
    return {"agriculture": agriculture.value / 100, "industry": industry.value / 100, "services": services / 100}
