"""Which industries a question of the equilibrium is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from kaldor.asking import Inputs, names
from kaldor.economy.names import Named, sectors_of
from kaldor.economy.questions.inputs import Sectors
from kaldor.economy.questions.responding import Responding, choice_of, positions, some_regions
from kaldor.economy.questions.subject import Asked


class _Where(Inputs):
    """Where, and in which sectors."""

    region: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Where: a country or bloc.", json_schema_extra=names("region")),
    ]
    sector: Sectors = ()


class Industries(Responding, _Where):
    """Where, in which sectors, and how all respond."""


@dataclass(frozen=True)
class Own:
    """The regions as they were named, and positions of regions and sectors."""

    named: Named
    regions: list[int]
    sectors: list[int]
    words: str


def industries_of(asked: Asked, given: Industries) -> Own:
    """The industries that are meant. Raises UnknownLabelError, InputError."""
    economy = asked.economy
    choice_of(given)
    named = some_regions(economy, given.region, "region")
    sectors = positions(economy.sectors, sectors_of(economy, given.sector))
    words = f"{', '.join(given.sector) or 'all industries'} of {', '.join(given.region)}"
    return Own(named, positions(economy.regions, named.regions), sectors, words)
