"""An economy: its labels, its source, and its overview."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from kaldor.economy.held import ExtensionAnswer
from kaldor.server.answers.data import Code
from kaldor.words import Principle, Status, Words


class RegionAnswer(BaseModel):
    """A region of an economy. `income_group` is the World Bank's of `groups_year`, or "no income group"."""

    code: str
    name: str
    world_region: str | None
    income_group: str
    is_country: bool


class SourceAnswer(BaseModel):
    """Where data come from."""

    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str
    principle: Principle


class About(BaseModel):
    """What stands beside every figure: source, year, status and how it was made."""

    source: SourceAnswer
    year: int
    status: Status
    method: str = ""
    notes: list[str] = []


class EconomyAnswer(BaseModel):
    """The labels of one economy of one year."""

    dataset: str
    regions: list[RegionAnswer]
    sectors: list[Code]
    groups: Mapping[str, list[str]]
    group_names: Mapping[str, Words]
    demands: list[Code]
    extensions: list[ExtensionAnswer]
    unit: str
    year: int
    status: Status
    groups_year: int
    notes: list[str]
    source: SourceAnswer


class NamedAnswer(BaseModel):
    """Regions that names mean on an economy, and what must be said of those left out."""

    regions: list[str]
    notes: list[str]


class Headline(BaseModel):
    """One figure of the overview; `value` is null where it is not modelled, and then the reason stands there."""

    id: str
    title: str
    definition: str
    value: float | None
    unit: str
    status: Status
    reason_if_not_modelled: str | None


class ChallengeOverview(BaseModel):
    """A challenge's headline figures for one region."""

    challenge: str
    figures: list[Headline]


class MapValues(BaseModel):
    """One number for every region."""

    metric: str
    challenge: str
    title: str
    unit: str
    values: Mapping[str, float | None]


class OverviewAnswer(About):
    """The five challenges at a glance for one region, and maps of all regions."""

    region: str
    challenges: list[ChallengeOverview]
    maps: list[MapValues]
