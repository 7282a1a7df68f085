"""The starter world: twelve economies of every income group and the rest of the world, from facts that fit on a page.

It needs no file but those of the package, is the same on every machine, and is *estimated* throughout: good for
learning the workbench and for a first order of magnitude, never for a published figure. How it is made and how far to
trust it: docs/methods/starter-world.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.economy.starter.declared import (
    declared_templates,
    declared_world,
    starter_extension,
    starter_sheets,
    starter_sources,
    template_names,
)
from kaldor.economy.starter.estimate import (
    Conflict,
    CountryEstimate,
    Facts,
    WorldEstimate,
    estimate_country,
    join_countries,
    nearness_from_blocs,
    outward_trade,
)
from kaldor.economy.starter.factsheet import (
    FactSheet,
    emissions,
    jobs,
    share_conflicts,
    to_facts,
)
from kaldor.economy.starter.jobs import jobs_by_sex
from kaldor.economy.starter.template import Spread, Template, drawn
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

REST = "ROW"
"""Region code of the rest of the world."""

TRUSTED_TRADE = 100.0
"""How hard typed trade totals pull when countries are fitted together; the first guess pulls with 1."""


@dataclass(frozen=True, eq=False)
class StarterWorld:
    """The economy and the typed facts that it could not meet exactly."""

    economy: PublishedEconomy
    conflicts: tuple[Conflict, ...]


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
        if sheet.template not in declared_templates():
            known = f"Known: {', '.join(declared_templates())}."
            raise InputError(Problem(f"{sheet.country}, template", f"'{sheet.template}' is none.", known))
        if sheet.country not in world:
            rest = world.pop(REST)
            world |= {sheet.country: sheet, REST: _without(rest, sheet)}
        world[sheet.country] = sheet
    return _made(world)


def starter_draws(
    count: int, *, seed: int, sheets: Mapping[str, FactSheet] | None = None
) -> Iterator[PublishedEconomy]:
    """Starter worlds as they might be: technologies and bilateral trade shaken by the spread found among countries.

    Of the packaged sheets, or of those given.

    What was typed stays; the range of an outcome over the draws is the spread that the unknown parts leave.
    """
    rng, world = np.random.default_rng(seed), declared_world()
    spread = Spread(**world.spread.model_dump(exclude={"source"}))
    sheets = starter_sheets() if sheets is None else sheets
    for _ in range(count):
        nearness = _nearness(sheets) * rng.lognormal(0, spread.bilateral, (len(sheets), len(sheets)))
        templates = {code: drawn(declared_templates()[sheet.template], spread, rng) for code, sheet in sheets.items()}
        yield _made_from(sheets, templates, nearness).economy


def _made(sheets: Mapping[str, FactSheet]) -> StarterWorld:
    """The world of these sheets with the templates that they name."""
    templates = {code: declared_templates()[sheet.template] for code, sheet in sheets.items()}
    made = _made_from(sheets, templates, _nearness(sheets))
    return replace(made, economy=replace(made.economy, redrawn=partial(_redrawn, sheets)))


def _redrawn(sheets: Mapping[str, FactSheet], count: int, seed: int) -> Iterator[PublishedEconomy]:
    """What these sheets might have given, for whoever holds the world that was made of them."""
    return starter_draws(count, seed=seed, sheets=sheets)


def _made_from(sheets: Mapping[str, FactSheet], templates: Mapping[str, Template], nearness: Array) -> StarterWorld:
    """Estimate each country, join them, lay the extensions on top."""
    world = declared_world()
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
    extensions = (_co2(countries), *jobs_by_sex(facts, sheets, sectors, broad))
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
    world = declared_world()
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
    demands = len(declared_world().demands)
    direct = np.zeros((len(countries), demands))
    direct[:, list(declared_world().demands).index("households")] = [c.co2_households or 0.0 for c in countries]
    industry = [np.zeros_like(c.x) if c.co2 is None else c.co2 for c in countries]
    return starter_extension(
        "co2", "Carbon dioxide from fuels and cement", "kt CO2", np.concatenate(industry), direct.ravel()
    )


def _notes(sheets: Mapping[str, FactSheet], conflicts: Sequence[Conflict]) -> Iterator[str]:
    world = declared_world()
    names = template_names()
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


def _nearness(sheets: Mapping[str, FactSheet]) -> Array:
    return nearness_from_blocs([sheet.bloc for sheet in sheets.values()], declared_world().nearness.factor)
