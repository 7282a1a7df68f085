"""The fact sheet of a country: a page of typed facts, each with value, unit, year, source and standing.

What is not known is left out: a missing fact is never zero. The sheet keeps shares as statistics give them; the
functions below turn them into amounts of one money unit, and say what could not be met.
Known limit: broad sectors' shares of GDP do not add up to 100, because GDP holds taxes less subsidies on products;
these are spread over the sectors in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, model_validator

from kaldor.bounds import SIZE, YEAR
from kaldor.declared import Declared, DeclaredFile, parse, spelt
from kaldor.economy.starter.estimate import Conflict, Facts
from kaldor.economy.starter.template import Template
from kaldor.errors import InputError, Problem
from kaldor.words import Status

Array = NDArray[np.float64]

MILLIONS_IN_A_BILLION = 1000.0
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
    exports: Share | None = None
    imports: Share | None = None
    re_exports: Share | None = None
    co2_per_person: Annotated[Fact, _in("t CO2")] | None = None
    population: Annotated[Fact, _in("million")] | None = None
    population_under_15: Annotated[Fact, _in("% of population")] | None = None
    participation: Annotated[Fact, _in("% of population aged 15 and over")] | None = None
    women_in_labour_force: LabourPercent | None = None
    unemployment_women: LabourPercent | None = None
    unemployment_men: LabourPercent | None = None
    women_in_agriculture: Percent | None = None
    men_in_agriculture: Percent | None = None
    women_in_industry: Percent | None = None
    men_in_industry: Percent | None = None
    value_added_by_sector: Annotated[SectorFacts, _in("% of value added")] | None = None
    exports_by_sector: Annotated[SectorFacts, _in("% of exports")] | None = None

    @model_validator(mode="after")
    def _enough(self) -> KnownFacts:
        if self.value_added_by_sector is None and (self.industry is None or self.services is None):
            raise ValueError("give value_added_by_sector, or industry and services as shares of GDP")
        if (self.exports is None) != (self.imports is None):
            raise ValueError("give both exports and imports, or neither")
        return self


class FactSheet(DeclaredFile):
    """A country, the technology template that stands in for its own, and what is known of it.

    `bloc` is the group of countries with which it trades more; `aggregate` marks many countries taken together,
    whose exports and imports include the trade among them.
    """

    country: Annotated[str, spelt(r"^[A-Z]{3}$", "an ISO 3166 code of three capital letters, such as BRA")]
    name: str
    template: str
    template_note: str = ""
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


def to_facts(sheet: FactSheet, sectors: Sequence[str], broad: Mapping[str, str], template: Template) -> Facts:
    """The sheet as amounts in million US$ (CO2 in kt), for `sectors` whose broad sector `broad` names.

    Value added by broad sector is split as the sheet's own sectors are, or else as the template's are; mining gets at
    least the oil rents. Re-exports are taken off both sides of trade.
    Raises InputError if the sheet names a sector that is not among `sectors`.
    """
    _check_sectors(sheet, sectors)
    facts = sheet.facts
    gdp = facts.gdp.value * MILLIONS_IN_A_BILLION
    passed_through = facts.re_exports.value if facts.re_exports else 0.0

    def amount(share: Fact | None) -> float | None:
        return None if share is None else (share.value - passed_through) / 100 * gdp

    mix = facts.exports_by_sector
    return Facts(
        region=sheet.country,
        value_added=_value_added_shares(sheet, sectors, broad, template) * gdp,
        exports=amount(facts.exports),
        imports=amount(facts.imports),
        export_shares=None if mix is None else np.array([mix.values.get(sector, 0.0) for sector in sectors]),
        co2=emissions(sheet),
    )


def emissions(sheet: FactSheet) -> float | None:
    """All CO2 of the country, kt; None if emissions per person or population are missing."""
    per_person, people = sheet.facts.co2_per_person, sheet.facts.population
    return None if per_person is None or people is None else per_person.value * people.value * 1000


def jobs(sheet: FactSheet) -> dict[str, float] | None:
    """Women and men at work, thousands; None if any of the six facts behind them is missing.

    Labour force = people of 15 and over × participation; jobs = each sex's part of it less its unemployed.
    """
    f = sheet.facts
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


def share_conflicts(
    sheet: FactSheet, value_added: Array, sectors: Sequence[str], broad: Mapping[str, str], least: float = 0.01
) -> list[Conflict]:
    """Typed shares of broad sectors that the sectors' value added misses by more than `least`, in % of GDP."""
    groups = np.array([broad[sector] for sector in sectors])
    found = []
    for group in ("agriculture", "industry", "services"):
        typed = getattr(sheet.facts, group)
        if typed is not None and typed.value > 0:
            reached = float(value_added[groups == group].sum() / value_added.sum() * 100)
            found.append(Conflict(sheet.country, group, typed.value, reached, "% of GDP"))
    return [conflict for conflict in found if abs(conflict.gap) > least]


def _value_added_shares(
    sheet: FactSheet, sectors: Sequence[str], broad: Mapping[str, str], template: Template
) -> Array:
    own = sheet.facts.value_added_by_sector
    split = template.value_added_mix if own is None else np.array([own.values.get(sector, 0.0) for sector in sectors])
    # A sector without any value added would have no output either: the smallest trace keeps every product alive.
    split = np.maximum(split / split.sum(), 1e-5)
    groups = np.array([broad[sector] for sector in sectors])
    shares = _with_broad_shares(sheet, split, groups)
    shares = _with_oil_rents(sheet, shares, np.array(sectors), groups)
    return np.asarray(shares / shares.sum())


def _with_broad_shares(sheet: FactSheet, split: Array, groups: NDArray[np.str_]) -> Array:
    """Scale each broad sector to its typed share; those not typed keep their size relative to the typed ones."""
    typed = {group: getattr(sheet.facts, group, None) for group in dict.fromkeys(groups)}
    known = {group: fact.value / 100 for group, fact in typed.items() if fact is not None}
    if not known:
        return split
    inside = np.isin(groups, list(known))
    scale = sum(known.values()) / split[inside].sum()
    shares = split * scale
    for group, share in known.items():
        shares[groups == group] *= share / shares[groups == group].sum()
    return shares


def _with_oil_rents(sheet: FactSheet, shares: Array, sectors: NDArray[np.str_], groups: NDArray[np.str_]) -> Array:
    """Mining at least as large as the oil rents, the other industries scaled so that industry keeps its share."""
    rents, mining = sheet.facts.oil_rents, sectors == "mining"
    if rents is None or not mining.any():
        return shares
    industry = groups == groups[mining][0]
    total = float(shares[industry].sum())
    wanted = rents.value / 100
    if wanted <= shares[mining].sum() or wanted >= total:
        return shares
    others = industry & ~mining
    shares = shares.copy()
    shares[others] *= (total - wanted) / shares[others].sum()
    shares[mining] = wanted
    return shares


def _check_sectors(sheet: FactSheet, sectors: Sequence[str]) -> None:
    problems = [
        Problem(f"{sheet.country}, {name}", f"'{label}' is no sector.", f"Sectors: {', '.join(sectors)}.")
        for name in ("value_added_by_sector", "exports_by_sector")
        if (fact := getattr(sheet.facts, name)) is not None
        for label in fact.values
        if label not in sectors
    ]
    if problems:
        raise InputError(problems)
