"""Levers, and what a scenario would do: outcomes, who pays, comparison, explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, Field

from kaldor.asking.shape import Row
from kaldor.twin.lever import Assumption, Cost, Evidence, Honesty, Parameter
from kaldor.twin.outcomes import Dimension
from kaldor.words import Status


class LeverDefaults(BaseModel):
    """Which sectors and products a lever acts on where a scenario names none."""

    sectors: list[str]
    products: list[str]


class LeverAnswer(BaseModel):
    """A lever, and whether an economy has the data that it needs."""

    id: str
    title: str
    summary: str
    challenge: str
    priority: str
    honesty: Honesty
    parameter: Parameter
    figures: list[Assumption]
    cost: Cost
    years_to_effect: tuple[float, float]
    evidence: list[Evidence]
    limits: str
    live: bool
    lacks: list[str]
    defaults: LeverDefaults
    needs_bloc: bool


class OutcomeAnswer(BaseModel):
    """One metric before and after. `after` is null where it is not modelled; `reason` then says why."""

    id: str
    dimension: Dimension
    title: str
    unit: str
    before: float | None
    after: float | None
    change: float | None
    change_pct: float | None
    better: Literal["lower", "higher", "none"]
    status: Status
    before_status: Status
    band_low: float | None
    band_high: float | None
    reason: str | None


class Milliseconds(BaseModel):
    """What the answer took: the economy's solution, the measures, and all in all."""

    solve: float
    measure: float
    total: float


class PriceAnswer(BaseModel):
    """A product's price of the asked region, relative to before."""

    sector: str
    change_pct: float


class TreasuryLine(BaseModel):
    """A line of a treasury."""

    region: str
    line: str
    kind: Literal["revenue", "spending"]
    amount: float


class SimulationAnswer(BaseModel):
    """A scenario's outcomes for one region, maps of all regions, and who pays and gains."""

    scenario: str
    region: str
    bloc: list[str]
    outcomes: list[OutcomeAnswer]
    about_the_band: str
    map: Mapping[str, Mapping[str, float | None]]
    map_about: Mapping[str, MapAbout]
    prices: list[PriceAnswer]
    losers: list[Row]
    gainers: list[Row]
    treasury: list[TreasuryLine]
    method: str
    rank: int
    milliseconds: Milliseconds
    unit: str
    status: Status
    year: int
    source: str
    notes: list[str]


class MapAbout(BaseModel):
    """What a map of a simulation shows."""

    title: str
    unit: str


class ComparedScenario(BaseModel):
    """A scenario of a comparison."""

    id: str
    title: str


class ComparedMetric(BaseModel):
    """The change that each scenario brings to a metric; null where it is not modelled."""

    id: str
    dimension: Dimension
    title: str
    unit: str
    better: Literal["lower", "higher", "none"]
    before: float | None
    changes: Mapping[str, float | None]
    reason: str | None


class ComparisonAnswer(BaseModel):
    """Scenarios side by side."""

    region: str
    scenarios: list[ComparedScenario]
    metrics: list[ComparedMetric]
    year: int
    source: str
    status: Status
    notes: list[str]


class CostAnswer(BaseModel):
    """What a scenario costs the world per unit saved or job gained; null where not modelled, with the reason."""

    cost: float | None
    net: float | None
    spending: float | None
    burden: float | None
    revenue: float | None
    amount: float | None
    per_unit: float | None
    net_per_unit: float | None
    range: tuple[float | None, float | None] | None = Field(description="a null end is without bound")
    net_range: tuple[float | None, float | None] | None
    unit: str
    reason: str | None


class ExplanationAnswer(BaseModel):
    """Each lever's part in the change of one metric, the industries it works through, and the cost."""

    metric: str
    title: str
    unit: str
    region: str
    before: float
    after: float
    change: float
    interaction: float
    exact: bool
    runs: int
    seed: int | None
    levers: list[Row]
    channels: list[Row] | None = Field(description="the industries through which most changes, largest first")
    channels_beyond: float | None = Field(description="what all other industries change together")
    cost: CostAnswer | None
    notes: list[str]
