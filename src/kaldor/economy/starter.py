"""The starter world: twelve economies of every income group and the rest of the world, from facts that fit on a page.

It needs no file but those of the package, is the same on every machine, and is *estimated* throughout: good for
learning the workbench and for a first order of magnitude, never for a published figure. How it is made and how far to
trust it: docs/methods/starter-world.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.declared import Declared, DeclaredFile, read_packaged, read_packaged_folder
from kaldor.economy.estimate import (
    Conflict,
    CountryEstimate,
    Facts,
    WorldEstimate,
    estimate_country,
    join_countries,
    nearness_from_blocs,
    outward_trade,
)
from kaldor.economy.factsheet import (
    SEXES,
    FactSheet,
    emissions,
    job_shares,
    jobs,
    share_conflicts,
    to_facts,
)
from kaldor.economy.template import Spread, Template, drawn, with_column_sums
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

REST = "ROW"
"""Region code of the rest of the world."""

JOBS = {"women": "jobs_female", "men": "jobs_male"}
"""Extension of the jobs of each sex."""

_PACKAGE = "kaldor.atlas.starter"
_WORLD = "world.toml"

TRUSTED_TRADE = 100.0
"""How hard typed trade totals pull when countries are fitted together; the first guess pulls with 1."""


@dataclass(frozen=True, eq=False)
class StarterWorld:
    """The economy and the typed facts that it could not meet exactly."""

    economy: PublishedEconomy
    conflicts: tuple[Conflict, ...]


class _Sector(Declared):
    id: str
    name: str
    broad: str
    wiod: tuple[str, ...]


class _Source(Declared):
    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str


class _Nearness(Declared):
    factor: Annotated[float, Field(gt=0)]
    source: str


class _Spread(Declared):
    value_added: float
    inputs: float
    imported: float
    exported: float
    bilateral: float
    co2: float
    source: str


class _World(DeclaredFile):
    id: str
    title: str
    year: int
    unit: str
    regions: tuple[str, ...]
    sector: tuple[_Sector, ...]
    sector_groups: Mapping[str, tuple[str, ...]]
    demands: Mapping[str, str]
    nearness: _Nearness
    spread: _Spread
    jobs_per_value_added: Mapping[str, float | str]
    source: tuple[_Source, ...]


class _Template(Declared):
    id: str
    name: str
    countries: tuple[str, ...]
    value_added: tuple[float, ...]
    value_added_mix: tuple[float, ...]
    imported_inputs: tuple[float, ...]
    imported_final: tuple[float, ...]
    exported: tuple[float, ...]
    co2: tuple[float, ...]
    co2_households: float
    final_use: tuple[tuple[float, ...], ...]
    inputs: tuple[tuple[float, ...], ...]


class _Templates(DeclaredFile):
    template: tuple[_Template, ...]


def starter_world() -> PublishedEconomy:
    """The starter world as a published economy: 13 regions × 12 sectors, million US$ of 2018, everything estimated.

    Extensions: `co2` (kt), `jobs_female` and `jobs_male` (thousand jobs). The notes name the facts that were not met
    and whose technology stands in for whom.
    """
    return starter_estimate().economy


@cache
def starter_estimate() -> StarterWorld:
    """The starter world with the list of typed facts that gave way."""
    return _made(starter_sheets())


def starter_with(*sheets: FactSheet) -> StarterWorld:
    """The starter world with more countries in it, each from a fact sheet of your own.

    A sheet of a country that the starter world has replaces it; another is taken out of the rest of the world, whose
    GDP, people and CO2 shrink by it. `template` must be one of the starter world's.
    Raises InputError if a sheet lacks GDP, population or CO2, names no known template, or outgrows the rest.
    """
    world = dict(starter_sheets())
    for sheet in sheets:
        if sheet.template not in _templates():
            raise InputError(
                Problem(
                    f"{sheet.country}, template", f"'{sheet.template}' is none.", f"Known: {', '.join(_templates())}."
                )
            )
        if sheet.country not in world:
            rest = world.pop(REST)
            world |= {sheet.country: sheet, REST: _without(rest, sheet)}
        world[sheet.country] = sheet
    return _made(world)


def starter_draws(count: int, *, seed: int) -> Iterator[PublishedEconomy]:
    """Starter worlds as they might be: technologies and bilateral trade shaken by the spread found among countries.

    What was typed stays; the range of an outcome over the draws is the spread that the unknown parts leave.
    """
    rng, world = np.random.default_rng(seed), _world()
    spread = Spread(**world.spread.model_dump(exclude={"source"}))
    sheets = starter_sheets()
    for _ in range(count):
        nearness = _nearness(sheets) * rng.lognormal(0, spread.bilateral, (len(sheets), len(sheets)))
        templates = {code: drawn(_templates()[sheet.template], spread, rng) for code, sheet in sheets.items()}
        yield _made_from(sheets, templates, nearness).economy


@cache
def starter_sheets() -> Mapping[str, FactSheet]:
    """The starter world's fact sheets by region code, in the order of its regions."""
    sheets = read_packaged_folder(FactSheet, _PACKAGE, "facts")
    missing = [code for code in _world().regions if code not in sheets]
    if missing:
        raise InputError(Problem(_WORLD, f"no fact sheet for {', '.join(missing)}.", "Add facts/ISO3.toml."))
    return {code: sheets[code] for code in _world().regions}


def starter_sectors() -> Mapping[str, tuple[str, ...]]:
    """The starter world's sectors, each with the industries of the World Input-Output Database that it holds."""
    return {sector.id: sector.wiod for sector in _world().sector}


def starter_sources() -> Mapping[str, Source]:
    """The sources that fact sheets and templates name, by id."""
    return {source.id: Source(**source.model_dump()) for source in _world().source}


def _made(sheets: Mapping[str, FactSheet]) -> StarterWorld:
    """The world of these sheets with the templates that they name."""
    templates = {code: _templates()[sheet.template] for code, sheet in sheets.items()}
    return _made_from(sheets, templates, _nearness(sheets))


def _made_from(sheets: Mapping[str, FactSheet], templates: Mapping[str, Template], nearness: Array) -> StarterWorld:
    """Estimate each country, join them, lay the extensions on top."""
    world = _world()
    sectors = [sector.id for sector in world.sector]
    broad = {sector.id: sector.broad for sector in world.sector}
    typed = [to_facts(sheet, sectors, broad, templates[code]) for code, sheet in sheets.items()]
    facts = _closed(typed, [code for code, sheet in sheets.items() if sheet.aggregate])
    countries = [estimate_country(known, templates[known.region]) for known in facts]
    joined = join_countries(countries, facts, nearness, weight=TRUSTED_TRADE, unit=world.unit)
    conflicts = (
        *(
            c
            for s, f in zip(sheets.values(), facts, strict=True)
            for c in share_conflicts(s, f.value_added, sectors, broad)
        ),
        *joined.conflicts,
    )
    extensions = (_co2(countries), *_jobs(facts, sheets, sectors, broad))
    return StarterWorld(_published(joined, sheets, extensions, conflicts), conflicts)


def _closed(typed: Sequence[Facts], aggregates: Sequence[str]) -> list[Facts]:
    """Facts in which aggregates trade with the others only, so that the world's trade adds up."""
    others = [known for known in typed if known.region not in aggregates]
    return [outward_trade(known, others) if known.region in aggregates else known for known in typed]


def _without(rest: FactSheet, sheet: FactSheet) -> FactSheet:
    """The rest of the world once a country stands on its own."""
    sizes = {}
    for name in ("gdp", "population"):
        whole, part = getattr(rest.facts, name), getattr(sheet.facts, name)
        if part is None or whole is None or part.value >= whole.value:
            raise InputError(
                Problem(
                    f"{sheet.country}, {name}", "is missing or as large as that of the rest of the world.", "Type it."
                )
            )
        sizes[name] = whole.model_copy(update={"value": whole.value - part.value})
    whole_co2, part_co2 = emissions(rest), emissions(sheet)
    if whole_co2 is None or part_co2 is None or part_co2 >= whole_co2:
        raise InputError(Problem(f"{sheet.country}, co2_per_person", "is missing or too large.", "Type it."))
    per_person = rest.facts.co2_per_person
    if per_person is not None:
        left = (whole_co2 - part_co2) / 1000 / sizes["population"].value
        sizes["co2_per_person"] = per_person.model_copy(update={"value": left})
    return rest.model_copy(update={"facts": rest.facts.model_copy(update=sizes)})


def _published(
    joined: WorldEstimate,
    sheets: Mapping[str, FactSheet],
    extensions: tuple[PublishedExtension, ...],
    conflicts: Sequence[Conflict],
) -> PublishedEconomy:
    world = _world()
    return PublishedEconomy(
        regions=tuple(sheets),
        sectors=tuple(sector.id for sector in world.sector),
        sector_names=tuple(sector.name for sector in world.sector),
        demands=tuple(world.demands),
        demand_names=tuple(world.demands.values()),
        Z=joined.Z,
        Y=joined.Y,
        x=joined.x,
        unit=world.unit,
        year=world.year,
        status="estimated",
        source=starter_sources()["kaldor-starter"],
        demand_roles={demand: demand for demand in world.demands},
        sector_groups=dict(world.sector_groups),
        extensions=extensions,
        notes=tuple(_notes(sheets, conflicts)),
    )


def _co2(countries: Sequence[CountryEstimate]) -> PublishedExtension:
    """Each country's emissions: the template's proportions over sectors, households' own part beside them."""
    demands = len(_world().demands)
    direct = np.zeros((len(countries), demands))
    direct[:, list(_world().demands).index("households")] = [c.co2_households or 0.0 for c in countries]
    industry = [np.zeros_like(c.x) if c.co2 is None else c.co2 for c in countries]
    return _extension("co2", "Carbon dioxide from fuels and cement", "kt CO2", np.concatenate(industry), direct.ravel())


def _jobs(
    facts: Sequence[Facts], sheets: Mapping[str, FactSheet], sectors: Sequence[str], broad: Mapping[str, str]
) -> Iterator[PublishedExtension]:
    """Jobs by sex: typed by broad sector; within one, in proportion to value added times jobs per value added."""
    groups = np.array([broad[sector] for sector in sectors])
    weights = np.array([float(_world().jobs_per_value_added[sector]) for sector in sectors])
    for sex in SEXES:
        amounts = []
        for known in facts:
            within = known.value_added * weights
            total, shares = _jobs_of(sheets[known.region], sex), _job_shares_of(sheets[known.region], sex)
            for group, share in shares.items():
                within[groups == group] *= share * total / within[groups == group].sum()
            amounts.append(within)
        direct = np.zeros(len(facts) * len(_world().demands))
        yield _extension(JOBS[sex], f"Jobs held by {sex}", "thousand jobs", np.concatenate(amounts), direct)


def _jobs_of(sheet: FactSheet, sex: str) -> float:
    """Typed jobs, or the jobs per head of all sheets that have them."""
    own = jobs(sheet)
    if own is not None:
        return own[sex]
    known = [(j, s.facts.population.value) for s in starter_sheets().values() if (j := jobs(s)) and s.facts.population]
    per_head = sum(sum(j.values()) for j, _ in known) / sum(people for _, people in known)
    people, women = sheet.facts.population, sheet.facts.women_in_labour_force
    if people is None or women is None:
        raise InputError(
            Problem(f"{sheet.country}, jobs", "population or women_in_labour_force is missing.", "Give both.")
        )
    part = women.value / 100 if sex == "women" else 1 - women.value / 100
    return per_head * people.value * part


def _job_shares_of(sheet: FactSheet, sex: str) -> dict[str, float]:
    """Typed shares of broad sectors; where agriculture is missing, its part of what is not industry is the others'."""
    own = job_shares(sheet, sex)
    if own is not None:
        return own
    known = [(job_shares(s, sex), jobs(s)) for s in starter_sheets().values()]
    pooled = {
        group: sum(shares[group] * total[sex] for shares, total in known if shares and total)
        for group in ("agriculture", "industry", "services")
    }
    typed = getattr(sheet.facts, f"{sex}_in_industry")
    industry = typed.value / 100 if typed else pooled["industry"] / sum(pooled.values())
    farmed = pooled["agriculture"] / (pooled["agriculture"] + pooled["services"])
    return {
        "agriculture": (1 - industry) * farmed,
        "industry": industry,
        "services": (1 - industry) * (1 - farmed),
    }


def _extension(id: str, name: str, unit: str, F: Array, F_Y: Array) -> PublishedExtension:
    source = starter_sources()["kaldor-starter"]
    return PublishedExtension(id=id, name=name, unit=unit, F=F, F_Y=F_Y, status="estimated", source=source)


def _notes(sheets: Mapping[str, FactSheet], conflicts: Sequence[Conflict]) -> Iterator[str]:
    world = _world()
    names = {template.id: template.name for template in _declared_templates().template}
    yield (
        "Every flow is estimated: facts of each country, the technology of a group of countries in 2011, trade by "
        "gravity. Single cells carry no information of their own."
    )
    yield f"Facts are for {world.year} or the nearest year; the rest of the world's GDP is for 2019."
    for code, sheet in sheets.items():
        if sheet.template_note:
            yield f"{code}: technology '{names[sheet.template]}'. {sheet.template_note}"
    without = [code for code, sheet in sheets.items() if jobs(sheet) is None]
    if without:
        yield f"Jobs of {', '.join(without)}: no total at hand; the jobs per head of the other economies together."
    taxes = [conflict for conflict in conflicts if conflict.unit == "% of GDP"]
    if taxes:
        largest = max(taxes, key=lambda conflict: abs(conflict.gap))
        yield (
            "Shares of agriculture, industry and services are typed without net taxes on products, which are spread "
            f"over them here; largest difference: {largest}."
        )
    for conflict in conflicts:
        if conflict not in taxes:
            yield f"Not met: {conflict}."


@cache
def _world() -> _World:
    return read_packaged(_World, _PACKAGE, _WORLD)


@cache
def _declared_templates() -> _Templates:
    return read_packaged(_Templates, _PACKAGE, "templates.toml")


@cache
def _templates() -> Mapping[str, Template]:
    return {declared.id: _template(declared) for declared in _declared_templates().template}


def _template(declared: _Template) -> Template:
    """A declared template with what rounding took away restored: mixes and columns add up to 1."""
    value_added, final = np.array(declared.value_added), np.array(declared.final_use)
    mix = np.array(declared.value_added_mix)
    template = Template(
        name=declared.name,
        value_added=value_added,
        value_added_mix=mix / mix.sum(),
        inputs=np.array(declared.inputs),
        imported_inputs=np.array(declared.imported_inputs),
        imported_final=np.array(declared.imported_final),
        exported=np.array(declared.exported),
        final_use=final / final.sum(),
        co2=np.array(declared.co2),
        co2_households=declared.co2_households,
    )
    return replace(template, inputs=with_column_sums(template.inputs, 1 - value_added))


def _nearness(sheets: Mapping[str, FactSheet]) -> Array:
    return nearness_from_blocs([sheet.bloc for sheet in sheets.values()], _world().nearness.factor)
