"""What the starter world declares: its sectors, sources and technologies, and a fact sheet a country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from kaldor.atlas.published import PublishedExtension, Source
from kaldor.declared import Declared, DeclaredFile, read_packaged, read_packaged_folder
from kaldor.economy.starter.amounts import Sectors
from kaldor.economy.starter.factsheet import FactSheet
from kaldor.economy.starter.template import Template, with_column_sums
from kaldor.errors import InputError, Problem
from kaldor.words import Principle

Array = NDArray[np.float64]

_PACKAGE: Final = "kaldor.atlas.starter"
_WORLD: Final = "world.toml"


class _Sector(Declared):
    id: str
    name: str
    broad: str
    part: str
    product: str = ""
    wiod: tuple[str, ...]


class _Source(Declared):
    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str
    principle: Principle = "unknown"


class _Nearness(Declared):
    factor: Annotated[float, Field(gt=0)]
    source: str


class _Margin(Declared):
    share: Annotated[float, Field(ge=0, lt=1)]
    low: Annotated[float, Field(ge=0, lt=1)]
    high: Annotated[float, Field(ge=0, lt=1)]
    source: str


class _Worth(Declared):
    trade: Annotated[float, Field(gt=0)]
    products: Annotated[float, Field(gt=0)]
    partners: Annotated[float, Field(gt=0)]
    imports: Annotated[float, Field(gt=0)]
    mix: Annotated[float, Field(gt=0)]


class _Tolerance(Declared):
    points: Annotated[float, Field(gt=0)]
    relative: Annotated[float, Field(gt=0)]


class _Spread(Declared):
    value_added: float
    inputs: float
    inputs_common: float
    final_use: float
    imported: float
    exported: float
    bilateral: float
    co2: float
    co2_households: float
    co2_total: float
    outside: Annotated[float, Field(ge=1)]
    source: str


class World(DeclaredFile):
    """The starter world as declared: what it is made of, and by which numbers."""

    id: str
    title: str
    year: int
    unit: str
    raw_materials: tuple[str, ...]
    regions: tuple[str, ...]
    sector: tuple[_Sector, ...]
    sector_groups: Mapping[str, tuple[str, ...]]
    demands: Mapping[str, str]
    nearness: _Nearness
    margin: _Margin
    worth: _Worth
    tolerance: _Tolerance
    spread: _Spread
    jobs_per_value_added: Mapping[str, float | str]
    source: tuple[_Source, ...]


class _Template(Declared):
    id: str
    name: str
    countries: tuple[str, ...]
    pooled: bool = False
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


@cache
def declared_world() -> World:
    """The declaration of the starter world: year, unit, regions, sectors, sources and the like."""
    return read_packaged(World, _PACKAGE, _WORLD)


@cache
def declared_sectors() -> Sectors:
    """The sectors of the starter world and what each belongs to."""
    known = declared_world().sector
    return Sectors(
        tuple(sector.id for sector in known),
        {sector.id: sector.broad for sector in known},
        {sector.id: sector.part for sector in known},
        {sector.id: sector.product for sector in known},
        declared_world().raw_materials,
    )


@cache
def declared_templates() -> Mapping[str, Template]:
    """The technologies of groups of countries, by id."""
    return {declared.id: _template(declared) for declared in _declared_templates().template}


def template_names() -> Mapping[str, str]:
    """What each technology is called, by id."""
    return {template.id: template.name for template in _declared_templates().template}


@cache
def starter_sheets() -> Mapping[str, FactSheet]:
    """The starter world's fact sheets by region code, in the order of its regions."""
    sheets = read_packaged_folder(FactSheet, _PACKAGE, "facts")
    missing = [code for code in declared_world().regions if code not in sheets]
    if missing:
        raise InputError(Problem(_WORLD, f"no fact sheet for {', '.join(missing)}.", "Add facts/ISO3.toml."))
    return {code: sheets[code] for code in declared_world().regions}


def starter_sources() -> Mapping[str, Source]:
    """The sources that fact sheets and templates name, by id."""
    return {source.id: Source(**source.model_dump()) for source in declared_world().source}


def starter_extension(id: str, name: str, unit: str, F: Array, F_Y: Array) -> PublishedExtension:
    """An extension of the starter world, estimated like all of it."""
    source = starter_sources()["kaldor-starter"]
    return PublishedExtension(id=id, name=name, unit=unit, F=F, F_Y=F_Y, status="estimated", source=source)


@cache
def _declared_templates() -> _Templates:
    return read_packaged(_Templates, _PACKAGE, "templates.toml")


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
