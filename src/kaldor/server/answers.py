"""The shapes of the server's answers: what a program may rely on, and what the OpenAPI document says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, WithJsonSchema

from kaldor.asking import Input, Origin
from kaldor.atlas.catalogue import Kind as DatasetKind
from kaldor.atlas.manifest import Provenance
from kaldor.framework.model import Case, Challenge, Debate, Document, Instrument, Issue, Priority
from kaldor.server.refusals import ProblemAnswer
from kaldor.twin.lever import Assumption, Cost, Evidence, Honesty, Parameter
from kaldor.twin.outcomes import Dimension
from kaldor.words import Language, Status

Row = dict[str, str | float | int | bool | None]


# -- about -------------------------------------------------------------------------------------------------------------


class Health(BaseModel):
    """Which Kaldor answers, and what it lets one do."""

    version: str
    read_only: bool
    token_required: bool = Field(description="whether requests need a token and this one brought none")


class Session(BaseModel):
    """Whether the browser now holds a session."""

    open: bool


# -- data --------------------------------------------------------------------------------------------------------------


class Code(BaseModel):
    """A code with its name."""

    code: str
    name: str


class ExtensionAnswer(BaseModel):
    """What an economy carries beside its flows."""

    id: str
    name: str
    unit: str
    status: Status


class DatasetAnswer(BaseModel):
    """A dataset of the store, or the starter world inside the package (provenance null)."""

    id: str
    kind: DatasetKind
    title: str
    publisher: str
    years: list[int]
    unit: str
    status: Status
    licence: str
    citation: str
    landing_page: str
    extensions: list[ExtensionAnswer]
    attachable: list[str] = Field(description="ids of extension datasets of this store that fit the economy")
    notes: list[str]
    counts: Mapping[str, int]
    size: int = Field(description="bytes on disk")
    content_hash: str | None
    provenance: Provenance | None


class UnreadableAnswer(BaseModel):
    """A dataset of the store that this version cannot read: damaged, written by a newer one, or under a reserved id."""

    id: str
    kind: Literal["unreadable"] = "unreadable"
    title: str
    problems: list[ProblemAnswer] = Field(description="why, and what to do: it can be deleted, or added anew")


class CatalogueAnswer(BaseModel):
    """A public source that Kaldor knows."""

    id: str
    kind: DatasetKind
    title: str
    publisher: str
    licence: str
    landing_page: str
    years: tuple[int, int] | None
    held: bool
    how_to_add: str


class JobStarted(BaseModel):
    """Long work was taken on; follow it under /api/jobs/{job}."""

    job: str


class Removed(BaseModel):
    """What was deleted."""

    removed: str
    kept: list[str] = Field(default=[], description="files that stay in its folder because Kaldor did not make them")


# -- framework ---------------------------------------------------------------------------------------------------------


class ChallengeAnswer(Challenge):
    """A grand challenge with all that hangs on it."""

    issues: tuple[Issue, ...]
    priorities: tuple[Priority, ...]
    debates: tuple[Debate, ...]


class FrameworkAnswer(BaseModel):
    """The five challenges, the instruments that cases name, and the documents that entries come from."""

    challenges: list[ChallengeAnswer]
    instruments: list[Instrument]
    documents: list[Document]


class BlocAnswer(BaseModel):
    """A bloc of countries, with its members at the end of a year (none before it began) and where that is from."""

    id: str
    name: str
    members: list[str]
    note: str
    source: str
    page: str


class BlocsAnswer(BaseModel):
    """The blocs that Kaldor knows, in a year."""

    year: int
    blocs: list[BlocAnswer]


class CasesAnswer(BaseModel):
    """The case library."""

    cases: list[Case]


# -- economies ---------------------------------------------------------------------------------------------------------


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
    title: str
    unit: str
    values: Mapping[str, float | None]


class OverviewAnswer(About):
    """The five challenges at a glance for one region, and maps of all regions."""

    region: str
    challenges: list[ChallengeOverview]
    maps: list[MapValues]


class TableAnswer(About):
    """A table: its columns with units, and its rows."""

    columns: list[ColumnAnswer]
    rows: list[Row]


class ColumnAnswer(BaseModel):
    """A column: its key in the rows, and its unit (empty for labels)."""

    id: str
    unit: str = ""


class QuestionShape(BaseModel):
    """A question: what it asks, of what, its inputs, and the page on its method. A long one is answered by a job."""

    id: str
    room: str
    of: str
    title: dict[Language, str]
    help: str
    page: str
    long: bool
    inputs: list[Input]


class RoomShape(BaseModel):
    """A room, and what can be asked there; nothing in one that a package brings and that cannot be used."""

    id: str
    title: dict[Language, str]
    questions: list[QuestionShape]
    note: str = Field(default="", description="Why a room from another package is left out.")


_CELL = [{"type": kind} for kind in ("string", "number", "boolean", "null")]
_CHAIN = {"type": "array", "items": {"type": "array", "prefixItems": [{"type": "string"}] * 2}}
CellOrChain = Annotated[Any, WithJsonSchema({"anyOf": [*_CELL, _CHAIN]})]
"""A value of a table, or a chain of industries, each by region and sector, producer first. Described, not checked: a
table has many."""


class TableShape(BaseModel):
    """A table of an answer; `largest` is the column by whose size rows are chosen where they do not all fit."""

    id: str
    title: str
    largest: str | None
    columns: list[ColumnAnswer]
    rows: list[dict[str, CellOrChain]]


class AnswerShape(BaseModel):
    """The answer to a question: tables, settings and single figures, sentences, and what stands beside them."""

    title: str
    status: Status
    origin: Origin
    method: str
    facts: dict[str, Any]
    said: list[str]
    notes: list[str]
    tables: list[TableShape]


class Ratio(BaseModel):
    """One amount over another: of their sums, and the middle industry's."""

    pooled: float | None
    median: float | None
    industries: int


class ScopesAnswer(TableAnswer):
    """Scopes of a region's industries, and how upstream compares with own emissions."""

    region: str | None
    energy_sectors: list[str]
    scope3_over_scopes12: Ratio
    upstream_over_scope1: Ratio


# -- levers and scenarios ----------------------------------------------------------------------------------------------


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


class MetricByYear(BaseModel):
    """A metric in every year of a path: without the levers (reference) and with them."""

    id: str
    dimension: Dimension
    title: str
    unit: str
    better: Literal["lower", "higher", "none"]
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
    met: bool


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


class PathwayAnswer(BaseModel):
    """A path to a chosen year: assumptions put on the structure of the table's year, not a forecast."""

    id: str
    region: str
    years: list[int]
    metrics: list[MetricByYear]
    levers: list[LeverByYear]
    milestones: list[MilestoneAnswer]
    summed: list[SummedMetric]
    growth: list[AssumedGrowth]
    warning: str
    not_modelled: Mapping[str, str]
    year: int
    source: str
    status: Status
    notes: list[str]


# -- jobs and studies --------------------------------------------------------------------------------------------------

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobAnswer(BaseModel):
    """Long work: what it is, how far it is, and what came of it."""

    id: str
    kind: Literal["upload", "study", "shocks", "question"]
    title: str
    state: JobState
    progress: float = Field(ge=0, le=1)
    step: str
    made: datetime
    ended: datetime | None = None
    result: dict[str, Any] | None = None
    problems: list[ProblemAnswer] = []


class StudyEntry(BaseModel):
    """A saved study. `study` is null, with the problems, where its file was changed by hand and is no study now.

    `etag` changes with the file: who saves a change says by it, in the header If-Match, what the change was made to.
    """

    id: str
    title: str
    study: dict[str, Any] | None
    problems: list[ProblemAnswer] = []
    changed: datetime
    etag: str
    briefs: list[Literal["html", "pdf", "json"]]
    brief_made: datetime | None
    up_to_date: bool = Field(description="whether the brief was made from the study as it stands")


TableAnswer.model_rebuild()
ScopesAnswer.model_rebuild()
SimulationAnswer.model_rebuild()
