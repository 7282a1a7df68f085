"""The fields of a path's answer, the same in every door that speaks JSON: what is not there is null."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from kaldor.twin.metric import Better, Dimension
from kaldor.twin.responding.closing import View
from kaldor.words import Status


class MetricByYear(BaseModel):
    """A metric in every year of a path: without the levers (reference) and with them; `view` says whether prices
    respond in it."""

    id: str
    view: View
    dimension: Dimension
    title: str
    unit: str
    better: Better
    reference: list[float | None]
    path: list[float | None]


class LeverByYear(BaseModel):
    """How strong a lever is in every year of a path, in its own unit."""

    lever: str
    unit: str
    strengths: list[float | None]


class MilestoneAnswer(BaseModel):
    """What is reached when; `year` is null for what is never reached."""

    what: str
    year: float | None
    met: bool | None


class SummedMetric(BaseModel):
    """An amount a year added up over all years of a path."""

    id: str
    title: str
    unit: str
    reference: float | None
    path: float | None
    change: float | None


class AssumedGrowth(BaseModel):
    """A growth rate that a path assumes everywhere: the middle of a range, with the range and its source."""

    name: str
    rate: float
    low: float
    high: float
    unit: str
    source: str


class GrownAnswer(BaseModel):
    """What has grown in a path's region without the levers since the table's year, in %, by year."""

    name: str
    percent: list[float | None]


class CostByYear(BaseModel):
    """Whose income in the path's region the levers change; at fixed prices what they make somebody pay, by year."""

    name: str
    unit: str
    amounts: list[float | None]


class LatestStart(BaseModel):
    """How late a lever may begin for a target to be met; `latest` and `slack` are null where no year is such a year."""

    lever: str
    target: str
    planned: float
    latest: float | None
    slack: float | None
    in_words: str


class PathwayAnswer(BaseModel):
    """A path to a chosen year: assumptions put on the structure of the table's year, not a forecast.

    `responding` says by which elasticities and closures prices respond, or why they do not; empty at fixed prices, as
    is `grown`. `latest_starts` is null where it was not asked for, and of a path without a target.
    """

    id: str
    view: View
    responding: str
    region: str
    years: list[int]
    metrics: list[MetricByYear]
    levers: list[LeverByYear]
    milestones: list[MilestoneAnswer]
    summed: list[SummedMetric]
    growth: list[AssumedGrowth]
    grown: list[GrownAnswer]
    costs: list[CostByYear]
    latest_starts: list[LatestStart] | None
    warning: str
    not_modelled: Mapping[str, str]
    year: int
    source: str
    status: Status
    notes: list[str]
