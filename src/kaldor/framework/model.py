"""The types of the framework: what a challenge, an issue, a priority, a debate, a case and its figures are.

Every entry is frozen and refuses unknown keys, so that a file can only say what is declared here. Ids are stable:
surveys, levers, indicators and briefs refer to them. Drawback: wording is one language only.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints, model_validator

from kaldor.bounds import AGE, AMOUNT, PLACE
from kaldor.declared import Declared, Link, spelt

Sector = Literal["public", "private"]
"""Whose priority it is: a government's or a firm's."""

Standing = Literal["observed", "self-reported", "target", "projection"]
"""How a figure came about.

`observed`: a statistic by someone with no part in the programme. `self-reported`: stated by those who run the
programme or take part, without a check that the document names. `target`: aimed at. `projection`: expected.
"""

Role = Literal["result", "means", "context"]
"""What a figure is about: what a programme brings about, its means and size, or its surroundings."""

_PART = r"[a-z0-9]+(-[a-z0-9]+)*"
Id = Annotated[str, spelt(rf"^{_PART}$", "lower-case words joined by hyphens, such as fuel-switching")]

DottedId = Annotated[
    str,
    spelt(rf"^{_PART}(\.{_PART})+$", "lower-case words joined by hyphens, and by points between levels, such as a.b-c"),
]
"""Ids joined by points, from the general to the particular, such as `workforce.public.safety-nets`."""

Count = Annotated[int, PLACE]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
CountryCode = Annotated[str, spelt(r"^[A-Z]{3}$", "an ISO 3166 code of three capital letters, such as BRA")]
Date = Annotated[
    str, spelt(r"^\d{4}(-\d{2}){0,2}$", "a year, a month or a day in quotes, such as 2024, 2024-01 or 2024-01-16")
]


class Origin(Declared):
    """Where in a document an entry comes from: a row of a table (counted from 1), or a heading, or a page."""

    document: Id
    table: Count | None = None
    row: Count | None = None
    heading: Text | None = None
    page: Count | None = None

    def __str__(self) -> str:
        place = [self.heading] if self.heading else []
        if self.table is not None:
            place.append(f"table {self.table}" + (f", row {self.row}" if self.row is not None else ""))
        if self.page is not None:
            place.append(f"p. {self.page}")
        return ", ".join([self.document, *place])


class Locator(Declared):
    """The place in a document at which a case or a figure stands.

    `line` counts the lines of the plain text from 1 (texts without page marks), `page` those of a paged document.
    `printed` is how the document writes the figure, so that it can be found. `heading_missing` says that the
    heading is the one to be expected, but that the document leaves it out.
    """

    document: Id
    heading: Text | None = None
    line: Count | None = None
    page: Count | None = None
    printed: Text | None = None
    heading_missing: bool = False

    def __str__(self) -> str:
        parts = [self.document]
        if self.heading:
            parts.append(self.heading + (" (heading missing in the document)" if self.heading_missing else ""))
        if self.page is not None:
            parts.append(f"p. {self.page}")
        if self.line is not None:
            parts.append(f"line {self.line} of the text")
        return ", ".join(parts)


class Document(Declared):
    """A publication that entries come from. `basis` says how it came to its statements, and how far they carry."""

    id: Id
    title: Text
    publisher: Text
    date: Date
    kind: Text
    summary: Text
    basis: Text | None = None
    url: Link | None = None


class Instrument(Declared):
    """Something that a government, a firm or an association can use, such as a grant or a shared data space."""

    id: Id
    title: Text
    summary: Text


class Challenge(Declared):
    """One of the grand challenges. `colour` names a slot; page and brief choose the ink."""

    id: Id
    number: Count
    title: Text
    name: Text
    colour: Id
    summary: Text
    origin: Origin | None = None


class Issue(Declared):
    """A key issue of a challenge. `table1`: its place in the overview table of the white paper, counted from 1."""

    id: DottedId
    challenge: Id
    title: Text
    summary: Text
    examples: tuple[Text, ...] = ()
    table1: Count | None = None
    origin: Origin | None = None

    @model_validator(mode="after")
    def _id_says_where(self) -> Issue:
        return _require_prefix(self, f"{self.challenge}.issue.")


class Point(Declared):
    """One of several things that a priority consists of."""

    title: Text
    text: Text


class Priority(Declared):
    """Something that one sector wants done about a challenge: one row of a table of the white paper.

    `table1`: its place in the overview table, counted from 1 within challenge and sector.
    """

    id: DottedId
    challenge: Id
    sector: Sector
    title: Text
    summary: Text
    points: tuple[Point, ...] = ()
    examples: tuple[Text, ...] = ()
    table1: Count | None = None
    origin: Origin | None = None

    @model_validator(mode="after")
    def _id_says_where(self) -> Priority:
        return _require_prefix(self, f"{self.challenge}.{self.sector}.")


class Debate(Declared):
    """A question of a challenge on which the experts asked did not agree."""

    id: DottedId
    challenge: Id
    title: Text
    question: Text
    summary: Text
    examples: tuple[Text, ...] = ()
    origin: Origin | None = None

    @model_validator(mode="after")
    def _id_says_where(self) -> Debate:
        return _require_prefix(self, f"{self.challenge}.debate.")


class Quantity(Declared):
    """A number from a document: one value or a range, in `unit`, with what it measures and how far to trust it.

    `qualifier` is part of the statement ("more than", "about"). `baseline` is what the number is compared with;
    None means that the document names nothing.
    """

    id: Id
    value: Annotated[float, AMOUNT] | None = None
    value_low: Annotated[float, AMOUNT] | None = None
    value_high: Annotated[float, AMOUNT] | None = None
    unit: Text
    measures: Text
    standing: Standing
    qualifier: Text | None = None
    period: Text | None = None
    baseline: Text | None = None
    caution: Text | None = None
    locator: Locator

    @model_validator(mode="after")
    def _one_value_or_a_range(self) -> Quantity:
        if self.value is not None:
            if self.value_low is not None or self.value_high is not None:
                raise ValueError("give either value, or value_low and value_high, not both")
        elif self.value_low is None or self.value_high is None:
            raise ValueError("a number is missing: give value, or both value_low and value_high")
        elif self.value_low > self.value_high:
            raise ValueError("value_low is above value_high")
        return self

    def stated(self) -> str:
        """How the number reads in a sentence: qualifier, number or range, unit."""
        if self.value is not None:
            number = _number(self.value)
        else:
            number = f"{_number(self.value_low or 0.0)} to {_number(self.value_high or 0.0)}"
        return " ".join(part for part in (self.qualifier, number, self.unit) if part)


class Figure(Quantity):
    """A number of a case, and the role it plays there."""

    role: Role


class Fact(Quantity):
    """A general statistic that a brief may quote, never without its `caution`."""

    title: Text
    reported_by: Text
    caution: Text


class Case(Declared):
    """What someone did about a challenge, where, with which instrument, and what is known of the result.

    `evidence` says what the figures can bear. A case without figures says why in `no_figures_because`.
    Countries are ISO 3166 alpha-3 codes. `since` is the first year, where the document gives one.
    """

    id: Id
    number: Count | None = None
    title: Text
    initiative: Text
    actors: tuple[Text, ...] = Field(min_length=1)
    place: Text
    countries: tuple[CountryCode, ...] = ()
    period: Text
    since: Annotated[int, AGE] | None = None
    instruments: tuple[Id, ...] = Field(min_length=1)
    challenge: Id
    priorities: tuple[DottedId, ...] = Field(min_length=1)
    debates: tuple[DottedId, ...] = ()
    summary: Text
    evidence: Text
    reported_by: Text
    locator: Locator
    figures: tuple[Figure, ...] = ()
    no_figures_because: Text | None = None

    @model_validator(mode="after")
    def _figures_or_the_reason(self) -> Case:
        if not self.figures and self.no_figures_because is None:
            raise ValueError("it has no figures: say why in no_figures_because")
        if self.figures and self.no_figures_because is not None:
            raise ValueError("it has figures: no_figures_because does not belong here")
        return self

    @property
    def results(self) -> tuple[Figure, ...]:
        """The figures that say what the programme brings about; the others tell its size or surroundings."""
        return tuple(figure for figure in self.figures if figure.role == "result")


Entry = TypeVar("Entry", Issue, Priority, Debate)


def _require_prefix(entry: Entry, prefix: str) -> Entry:
    if not entry.id.startswith(prefix):
        raise ValueError(f"its id should start with '{prefix}', as its challenge and kind say")
    return entry


def _number(value: float) -> str:
    """A number as people write it: 18, 3.25, 2 million, 1 billion, thousands set apart."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.6g} {word}"
    return f"{value:,.10g}"
