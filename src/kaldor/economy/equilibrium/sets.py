"""Elasticities, closures and rules of calibration as they are declared, and what they mean on a classification.

A number is declared for sectors or groups of sectors by the names that tables share ("manufacturing", "energy"): the
narrowest that holds a sector counts. What a table does not tell apart is said, and has the number of what holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from kaldor.atlas.blocs import ALL
from kaldor.declared import Declared, DeclaredFile, Slug, read_packaged
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.base import Array, Elasticities

USUAL = "central"
"""The set that is meant where none is named."""

Labour = Literal["full-employment", "supply", "fixed-real-wage"]
Capital = Literal["by-industry", "mobile"]
Lending = Literal["pooled", "fixed", "balanced"]

Mark = Literal["abstract read", "table read", "referee's word", "from memory", "our assumption"]
"""How far the source of a number is known to who typed it."""


class Number(Declared):
    """A number with its source."""

    value: Annotated[float, Field(ge=0, le=100)]
    source: str
    mark: Mark


class SectorNumber(Number):
    """A number for a sector or a group of sectors."""

    key: ClassVar[str] = "of"

    of: str


class ElasticitySet(Declared):
    """How easily one thing replaces another, and how such a world closes unless something else is asked for.

    `labour_supply` is the elasticity of work to the real wage under the closure "supply". Sets `in_band` are solved
    beside the one that is asked for.
    """

    id: Slug
    title: str
    materials: Number
    top: Number
    factors: Number
    final: Number
    energy_against_factors: Number
    fuels: Number
    sourcing: Annotated[tuple[SectorNumber, ...], Field(min_length=1)]
    labour_supply: Number
    labour: Labour = "full-employment"
    capital: Capital = "by-industry"
    lending: Lending = "pooled"
    in_band: bool = False


class ClosureWords(Declared):
    """What a closure holds fixed, in words."""

    id: str
    of: Literal["labour", "capital", "lending"]
    said: str
    in_band: bool = False


class Option(Declared):
    """What is off unless it is asked for: what it `sets` of a closure, in words, with its numbers by sector."""

    id: Slug
    sets: Literal["external_economies", "labour_mobility", "capital_supply", "treasury", "stocks"]
    said: str
    numbers: tuple[SectorNumber, ...] = ()


class CarbonRules(Declared):
    """Which sectors carry carbon: fuels, power of which a share is gas, refining whose crude is a material."""

    source: str
    mark: Mark
    fuels: tuple[str, ...]
    power: tuple[str, ...]
    refining: tuple[str, ...]
    gas_share: Annotated[float, Field(ge=0, le=1)]
    process: tuple[SectorNumber, ...]


class LabourRules(Declared):
    """What labour earns of value added where no account says it, and whose accounts stand in for a rest of world."""

    source: str
    emerging: tuple[str, ...]
    share: tuple[SectorNumber, ...]


class _Rules(DeclaredFile):
    sets: tuple[ElasticitySet, ...]
    closures: tuple[ClosureWords, ...]
    options: tuple[Option, ...]
    carbon: CarbonRules
    labour: LabourRules


@dataclass(frozen=True, eq=False)
class OnTable:
    """Declared numbers by sector of one table (S), and the names that this table does not tell apart."""

    values: Array
    missing: tuple[str, ...]


def sets_of_band() -> tuple[ElasticitySet, ...]:
    """The sets that are solved beside the one that is asked for."""
    return tuple(one for one in declared().sets if one.in_band)


def closures(of: str) -> Mapping[str, ClosureWords]:
    """The closures of labour, capital or lending by id."""
    return {one.id: one for one in declared().closures if one.of == of}


def elasticities_of(declared_set: ElasticitySet, economy: Economy) -> tuple[Elasticities, tuple[str, ...]]:
    """The elasticities on the products of a table, and what must be said where it tells less apart than they do."""
    sourcing = on_table(declared_set.sourcing, economy)
    said = ""
    if sourcing.missing:
        said = (
            f"This table does not tell apart {', '.join(sourcing.missing)}: the elasticity among sources there is that "
            "of the sectors that hold them."
        )
    return Elasticities(
        sourcing=sourcing.values,
        materials=declared_set.materials.value,
        top=declared_set.top.value,
        factors=declared_set.factors.value,
        final=declared_set.final.value,
        energy_against_factors=declared_set.energy_against_factors.value,
        fuels=declared_set.fuels.value,
    ), (said,) if said else ()


def on_table(numbers: Sequence[SectorNumber], economy: Economy) -> OnTable:
    """Numbers by sector (S), 0 where none is declared: the narrowest that holds it, the mean of equally narrow ones."""
    held = [(sectors_in(economy, one.of), one) for one in numbers]
    values = np.zeros(len(economy.sectors))
    for position, sector in enumerate(economy.sectors):
        own = [(len(sectors), one.value) for sectors, one in held if sector in sectors]
        narrowest = min((size for size, _ in own), default=0)
        values[position] = np.mean([value for size, value in own if size == narrowest]) if own else 0.0
    return OnTable(values, tuple(one.of for sectors, one in held if not sectors))


def sectors_in(economy: Economy, name: str) -> tuple[str, ...]:
    """The sectors that a declared name means on a table; none where the table does not tell them apart."""
    if name == ALL:
        return economy.sectors
    return economy.sector_groups.get(name, (name,) if name in economy.sectors else ())


def positions_in(economy: Economy, names: Iterable[str]) -> tuple[int, ...]:
    """Positions of all sectors that declared names mean on a table."""
    held = {sector for name in names for sector in sectors_in(economy, name)}
    return tuple(position for position, sector in enumerate(economy.sectors) if sector in held)


@cache
def declared() -> _Rules:
    """All that is declared of equilibria."""
    return read_packaged(_Rules, "kaldor.economy.equilibrium", "sets.toml")
