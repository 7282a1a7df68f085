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
from kaldor.economy.starter.amounts import to_facts
from kaldor.economy.starter.declared import (
    declared_sectors,
    declared_templates,
    declared_world,
    starter_extension,
    starter_sheets,
    starter_sources,
    template_names,
)
from kaldor.economy.starter.estimate import CountryEstimate, Facts, estimate_country
from kaldor.economy.starter.factsheet import SEXES, FactSheet, emissions, jobs
from kaldor.economy.starter.jobs import jobs_by_sex
from kaldor.economy.starter.joining import (
    WorldEstimate,
    Worth,
    join_countries,
    nearness_from_blocs,
    outward_trade,
)
from kaldor.economy.starter.template import Spread, Template, drawn
from kaldor.economy.starter.told import Reached, Told, Tolerance, told
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

REST = "ROW"
"""Region code of the rest of the world."""


@dataclass(frozen=True, eq=False)
class StarterWorld:
    """The economy, and every typed fact beside what it came to."""

    economy: PublishedEconomy
    told: tuple[Told, ...]

    @property
    def conflicts(self) -> tuple[Told, ...]:
        """The typed facts that were missed by more than the declared tolerance."""
        return tuple(fact for fact in self.told if fact.met is False)


def starter_world() -> PublishedEconomy:
    """The starter world as a published economy: 13 regions × 12 sectors, million US$ of 2018, everything estimated.

    Extensions: `co2` (kt), `jobs_female` and `jobs_male` (thousand jobs). The notes name the facts that were not met
    and whose technology stands in for whom.
    """
    return starter_estimate().economy


@cache
def starter_estimate() -> StarterWorld:
    """The starter world with every typed fact beside what was reached."""
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
    """Starter worlds as they might be: what the facts leave open, shaken by the spread found among countries.

    Shaken are technologies (and whose, where another might as well stand in), the trade of partners that nobody typed,
    margins between free-on-board and basic prices, households' part of emissions, and each country's emissions as far
    as their publisher vouches for them. All else that was typed stays; the range of an outcome over the draws is the
    spread that the unknown parts leave. Draw k depends on the seed and k alone. Of the packaged sheets, or of those
    given.
    """
    for k in range(count):
        yield _drawn(starter_sheets() if sheets is None else sheets, np.random.default_rng((seed, k)))


@dataclass(frozen=True, eq=False)
class LeftOpen:
    """What the facts of R sheets leave open, as one draw has it.

    Each country's technology, by how much trade between two of them is nearer than gravity says (R × R), the margin
    between free-on-board and basic prices, and what multiplies each country's emissions.
    """

    templates: Mapping[str, Template]
    nearness: Array
    margin: float
    emitted: Mapping[str, float]


def left_open(sheets: Mapping[str, FactSheet], rng: np.random.Generator) -> LeftOpen:
    """A draw of all that the facts leave open, by the declared spread."""
    world = declared_world()
    spread, R = Spread(**world.spread.model_dump(exclude={"source", "co2_total", "outside"})), len(sheets)
    nearness = _nearness(sheets) * rng.lognormal(0, spread.bilateral, (R, R))
    templates = {code: _drawn_template(sheet, spread, rng) for code, sheet in sheets.items()}
    emitted = dict(zip(sheets, rng.lognormal(0, world.spread.co2_total, R), strict=True))
    return LeftOpen(templates, nearness, float(rng.uniform(world.margin.low, world.margin.high)), emitted)


def _drawn(sheets: Mapping[str, FactSheet], rng: np.random.Generator) -> PublishedEconomy:
    drawn = left_open(sheets, rng)
    made = _made_from(sheets, drawn.templates, drawn.nearness, margin=drawn.margin, emitted=drawn.emitted)
    return made.economy


def _drawn_template(sheet: FactSheet, spread: Spread, rng: np.random.Generator) -> Template:
    """One of the templates that may stand in, shaken; farther where more than one may: no table says anything of it."""
    names = (sheet.template, *sheet.template_or)
    chosen = declared_templates()[names[rng.integers(len(names))]]
    return drawn(chosen, spread.times(declared_world().spread.outside) if sheet.template_or else spread, rng)


def _made(sheets: Mapping[str, FactSheet]) -> StarterWorld:
    """The world of these sheets with the templates that they name."""
    templates = {code: declared_templates()[sheet.template] for code, sheet in sheets.items()}
    made = _made_from(sheets, templates, _nearness(sheets), margin=declared_world().margin.share)
    return replace(made, economy=replace(made.economy, redrawn=partial(_redrawn, sheets)))


def _redrawn(sheets: Mapping[str, FactSheet], count: int, seed: int) -> Iterator[PublishedEconomy]:
    """What these sheets might have given, for whoever holds the world that was made of them."""
    return starter_draws(count, seed=seed, sheets=sheets)


def _made_from(
    sheets: Mapping[str, FactSheet],
    templates: Mapping[str, Template],
    nearness: Array,
    *,
    margin: float,
    emitted: Mapping[str, float] | None = None,
) -> StarterWorld:
    """Estimate each country, join them, lay the extensions on top; `emitted` multiplies a country's emissions."""
    world, sectors, demands = declared_world(), declared_sectors(), tuple(declared_world().demands)
    typed = [to_facts(sheet, sectors, templates[code], demands, margin=margin) for code, sheet in sheets.items()]
    if emitted is not None:
        typed = [replace(f, co2=None if f.co2 is None else f.co2 * emitted[f.region]) for f in typed]
    facts = _closed(typed, [code for code, sheet in sheets.items() if sheet.aggregate])
    countries = [estimate_country(known, templates[known.region]) for known in facts]
    joined = join_countries(
        countries,
        facts,
        nearness,
        worth=Worth(**world.worth.model_dump()),
        products=[sectors.product[sector] for sector in sectors.ids],
    )
    co2, *work = extensions = (_co2(countries), *jobs_by_sex(facts, sheets, sectors))
    shape = (len(sheets), len(sectors.ids))
    all_co2 = co2.F.reshape(shape).sum(axis=1) + co2.F_Y.reshape(len(sheets), -1).sum(axis=1)
    at_work = {sex: one.F.reshape(shape) for sex, one in zip(SEXES, work, strict=True)}
    reached = Reached.of(joined, all_co2, at_work, len(sectors.ids), len(demands), margin)
    facts_told = tuple(told(sheets, reached, sectors, demands, Tolerance(**world.tolerance.model_dump())))
    return StarterWorld(_published(joined, sheets, extensions, facts_told), facts_told)


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
    if rest.facts.co2 is not None:
        sizes["co2"] = rest.facts.co2.model_copy(update={"value": (whole_co2 - part_co2) / 1000})
    # What the rest of the world sold to the twelve, the country's part of it included, is not known any more.
    sizes |= dict.fromkeys(("goods_exports", "goods_exports_by_product", "goods_exports_by_partner", "mining_exports"))
    return rest.model_copy(update={"facts": rest.facts.model_copy(update=sizes)})


def _published(
    joined: WorldEstimate,
    sheets: Mapping[str, FactSheet],
    extensions: tuple[PublishedExtension, ...],
    facts: Sequence[Told],
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
        notes=tuple(_notes(sheets, facts)),
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


def _notes(sheets: Mapping[str, FactSheet], facts: Sequence[Told]) -> Iterator[str]:
    world = declared_world()
    names = template_names()
    yield (
        "Every flow is estimated: facts of each country, the technology of a group of countries in 2011, trade by "
        "typed partners and gravity. Single cells carry no information of their own."
    )
    yield f"Facts are for {world.year} or the nearest year."
    yield (
        "CO2 is territorial, by the Global Carbon Budget: what ships and aircraft burn between countries is left out, "
        "where accounts of residents would count it to their operators."
    )
    for code, sheet in sheets.items():
        if sheet.template_note:
            yield f"{code}: technology '{names[sheet.template]}'. {sheet.template_note}"
    without = [code for code, sheet in sheets.items() if jobs(sheet) is None]
    if without:
        yield f"Jobs of {', '.join(without)}: no total at hand; the jobs per head of the other economies together."
    yield "GDP holds net taxes on products, which are spread over the sectors in proportion to value added."
    for fact in facts:
        if fact.met is False:
            yield f"Not met: {fact}."


def _nearness(sheets: Mapping[str, FactSheet]) -> Array:
    return nearness_from_blocs([sheet.bloc for sheet in sheets.values()], declared_world().nearness.factor)
