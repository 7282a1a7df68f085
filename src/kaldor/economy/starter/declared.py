"""What the starter world declares: its sectors, sources and technologies, and a fact sheet a country."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kaldor.atlas.catalogue import toml_problems
from kaldor.atlas.published import PublishedExtension, Source
from kaldor.atlas.starter import TEMPLATES, WORLD, declarations, fact_sheets
from kaldor.economy.starter.factsheet import FactSheet, parse_fact_sheet
from kaldor.economy.starter.template import Template, with_column_sums
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]
Model = TypeVar("Model", bound=BaseModel)


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sector(_Declared):
    id: str
    name: str
    broad: str
    wiod: tuple[str, ...]


class _Source(_Declared):
    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str


class _Nearness(_Declared):
    factor: Annotated[float, Field(gt=0)]
    source: str


class _Spread(_Declared):
    value_added: float
    inputs: float
    imported: float
    exported: float
    bilateral: float
    co2: float
    source: str


class World(_Declared):
    """The starter world as declared: what it is made of, and by which numbers."""

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


class _Template(_Declared):
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


class _Templates(_Declared):
    template: tuple[_Template, ...]


@cache
def declared_world() -> World:
    """The declaration of the starter world: year, unit, regions, sectors, sources and the like."""
    return _parsed(World, WORLD)


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
    sheets = {file.removesuffix(".toml"): parse_fact_sheet(text, file) for file, text in fact_sheets().items()}
    missing = [code for code in declared_world().regions if code not in sheets]
    if missing:
        raise InputError(Problem(WORLD, f"no fact sheet for {', '.join(missing)}.", "Add facts/ISO3.toml."))
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
    return _parsed(_Templates, TEMPLATES)


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


def _parsed(model: type[Model], file: str) -> Model:
    try:
        return model.model_validate(tomllib.loads(declarations()[file]))
    except ValidationError as error:
        raise InputError(toml_problems(error, file)) from None
