"""The brief as a document: what it says, and the figure behind every number in it.

One `Document` is written to `brief.json`; the HTML page and the PDF are both made from that file and from nothing
else. No number stands in the text by itself: a span that shows one names a `Figure`, which is a row of the data
annex with its value, unit, year, status, source and method. The validators refuse a document in which a reference
leads nowhere, so a brief that exists is a brief whose figures can be followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kaldor.brief.answer import Answer
from kaldor.brief.figure import Challenge, Figure, Identifier, Record, Span, Stamp, Standing, Text
from kaldor.words import Principle, Status

__all__ = [
    "Block",
    "Bullets",
    "Cell",
    "Challenge",
    "Chart",
    "ChartRow",
    "Column",
    "Document",
    "Figure",
    "Finding",
    "Identifier",
    "Mark",
    "Method",
    "Note",
    "Paragraph",
    "Record",
    "Section",
    "SourceRecord",
    "Span",
    "Stamp",
    "Standing",
    "Table",
    "Term",
    "Text",
    "numbered",
]


class Placed(Record):
    """A part of a section, and whether it stands in the annex, which a short brief leaves out."""

    annex: bool = False


class Paragraph(Placed):
    """Running text."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text


class Note(Placed):
    """A remark set apart: a caution, or what is missing and what would bring it."""

    kind: Literal["note"] = "note"
    tone: Literal["caution", "missing"]
    title: str
    text: Text


class Bullets(Placed):
    """A list of short statements."""

    kind: Literal["list"] = "list"
    items: tuple[Text, ...]


class ChartRow(Record):
    """One category, or one point along the axis, of a picture: its label and one figure per series.

    `at` says which value of each figure is meant, where figures are runs; `x` is where a point lies. A row that is not
    `listed` is drawn, and left out of the table beside the picture; one that is not `drawn` is too large for it, and
    stands in that table alone.
    """

    label: str
    figures: tuple[str, ...]
    highlight: bool = False
    at: tuple[int, ...] = ()
    x: float | None = None
    listed: bool = True
    drawn: bool = True

    def values(self, figures: Mapping[str, Figure]) -> list[float | None]:
        """The values of the row, one per series."""
        return [figures[name].at(place) for name, place in self.places()]

    def places(self) -> Iterator[tuple[str, int | None]]:
        """Each figure of the row with the place of its value."""
        yield from zip(self.figures, self.at or (None,) * len(self.figures), strict=True)


class Mark(Record):
    """A place on the horizontal axis that a picture points out, by a short label that a table explains."""

    x: float
    label: str


class Chart(Placed):
    """A picture described by its data; the renderers draw it and put its numbers beside it as a table.

    Forms with a row for each category: bars, dumbbell, stacked, dots, and boxes (five percentiles in order). Forms with
    a row for each point along `along`: lines, and fan (low, median, high, central). A tile map has a row for each
    region, named by its code in `tiles`, and a panel for each series.
    """

    kind: Literal["chart"] = "chart"
    id: Identifier
    form: Literal["bars", "dumbbell", "stacked", "dots", "boxes", "lines", "fan", "tiles"]
    title: str
    unit: str
    axis: str
    series: tuple[str, ...]
    rows: tuple[ChartRow, ...] = Field(min_length=1)
    label_title: str
    stamp: Stamp
    alt: str
    caption: str = ""
    along: str = ""
    """What runs along the horizontal axis of lines and fans, with its unit."""
    marks: tuple[Mark, ...] = ()
    tiles: tuple[str, ...] = ()
    level: float | None = None
    """A value that a line is drawn at, such as what is normal."""

    @model_validator(mode="after")
    def _one_figure_per_series(self) -> Chart:
        for row in self.rows:
            if len(row.figures) != len(self.series):
                raise ValueError(f"row '{row.label}' has {len(row.figures)} figures for {len(self.series)} series")
            if row.at and len(row.at) != len(row.figures):
                raise ValueError(f"row '{row.label}' has {len(row.at)} places for {len(row.figures)} figures")
            if (row.x is None) == (self.form in ("lines", "fan")):
                raise ValueError(f"row '{row.label}': points of lines and fans have an x, and only they")
        if len(self.tiles) != (len(self.rows) if self.form == "tiles" else 0):
            raise ValueError("a tile map names a region for each row, and only a tile map")
        needed = {"fan": 4, "boxes": 5}.get(self.form, len(self.series))
        if len(self.series) != needed:
            raise ValueError(f"a picture of form '{self.form}' has {needed} series, not {len(self.series)}")
        return self

    @property
    def wide(self) -> bool:
        """Whether the picture takes the whole width, with its numbers under it."""
        return self.form == "tiles" or (len(self.series) > 2 and self.form != "fan")


class Column(Record):
    """One column of a table; numbers are set flush right."""

    title: str
    unit: str = ""
    numeric: bool = False


class Cell(Record):
    """Text, or the figure whose value the cell shows, or both: a name and its figure.

    `at` is the place of the value, where the figure is a run of them.
    """

    text: str = ""
    figure: str | None = None
    at: int | None = None


class Table(Placed):
    """Rows of cells under named columns; the first column names the row."""

    kind: Literal["table"] = "table"
    id: Identifier
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    stamp: Stamp | None = None
    caption: str = ""
    decimals: Literal["column", "row", "table"] = "column"
    """What shares a unit: each column, each row, or all of the table. Columns and whole tables share decimals; numbers
    of rows are written as in a sentence."""

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table '{self.id}': a row has {len(row)} cells for {len(self.columns)} columns")
        return self


Block = Annotated[Paragraph | Note | Bullets | Chart | Table, Field(discriminator="kind")]


class Section(Record):
    """One question and its answer."""

    id: Identifier
    title: str
    challenge: Challenge
    blocks: tuple[Block, ...]

    @property
    def argued(self) -> bool:
        """Whether any of it stands before the annex."""
        return any(not block.annex for block in self.blocks)

    @property
    def annexed(self) -> bool:
        """Whether any of it stands in the annex."""
        return any(block.annex for block in self.blocks)


class Finding(Record):
    """What a section found, in a line; leads to the section that carries it."""

    challenge: Challenge
    text: Text
    section: str


class Method(Record):
    """How a kind of figure was computed, with the publication it follows and its known limits."""

    id: Identifier
    title: str
    text: str
    source: str


class SourceRecord(Record):
    """A dataset that the brief reads, in its publisher's words."""

    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str = ""
    principle: Principle = "unknown"


class Term(Record):
    """An abbreviation and what it stands for."""

    term: str
    meaning: str


class Document(Record):
    """The whole brief."""

    title: str
    subtitle: str
    country: str
    year: int
    status: Status
    status_line: str
    warning: str = ""
    """What a reader must know of the year or the data before the first figure."""
    language: Literal["en"] = "en"
    short: bool = False
    """Whether page and paper leave the annex out; the JSON file has it all the same."""
    answer: Answer
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    not_modelled: tuple[Text, ...]
    notes: tuple[str, ...]
    methods: tuple[Method, ...]
    sources: tuple[SourceRecord, ...]
    glossary: tuple[Term, ...]
    figures: tuple[Figure, ...]
    made_with: str

    @model_validator(mode="after")
    def _every_reference_leads_somewhere(self) -> Document:
        figures = {figure.id for figure in self.figures}
        sections = {section.id for section in self.sections}
        methods, sources = {m.id for m in self.methods}, {s.id for s in self.sources}
        faults = [f"no data row '{name}'" for name in self.figure_references() if name not in figures]
        faults += [f"no section '{name}'" for name in self._section_references() if name not in sections]
        for figure in self.figures:
            if figure.method not in methods:
                faults.append(f"data row '{figure.id}' names a method that is not described: '{figure.method}'")
            faults += [
                f"data row '{figure.id}' names an unlisted source: '{s}'" for s in figure.sources if s not in sources
            ]
        if self.answer.picture and self.pictured() is None:
            faults.append(f"no picture '{self.answer.picture}'")
        if len(figures) != len(self.figures):
            faults.append("two data rows share an id")
        faults += self._places_that_are_not_there()
        if faults:
            raise ValueError("; ".join(sorted(set(faults))))
        return self

    def figure_references(self) -> Iterator[str]:
        """Ids of the figures that the document shows, in reading order, with repetitions."""
        for text in self.answer.texts():
            yield from _figures_of_text(text)
        for finding in self.findings:
            yield from _figures_of_text(finding.text)
        for section in self.sections:
            for block in section.blocks:
                yield from _figures_of_block(block)
        for text in self.not_modelled:
            yield from _figures_of_text(text)

    def _places_that_are_not_there(self) -> list[str]:
        known = self.figure_by_id()
        places = [place for section in self.sections for block in section.blocks for place in _places_of_block(block)]
        return [
            f"data row '{name}' has no value number {at}" for name, at in places if not _is_there(known.get(name), at)
        ]

    def _section_references(self) -> Iterator[str]:
        yield from (entry.section for entry in self.answer.entries)
        yield from (finding.section for finding in self.findings)
        for text in self._texts():
            yield from (span.section for span in text if span.section)

    def pictured(self) -> tuple[Section, Chart] | None:
        """The picture of the first page, with its section; None where the brief has none."""
        charts = ((section, block) for section in self.sections for block in section.blocks if isinstance(block, Chart))
        return next((found for found in charts if found[1].id == self.answer.picture), None)

    def _texts(self) -> Iterator[Text]:
        yield from self.answer.texts()
        yield from (finding.text for finding in self.findings)
        yield from self.not_modelled
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph | Note):
                    yield block.text
                elif isinstance(block, Bullets):
                    yield from block.items

    def figure_by_id(self) -> Mapping[str, Figure]:
        """The data rows by id."""
        return {figure.id: figure for figure in self.figures}

    def words(self) -> Iterator[str]:
        """Every string that a reader sees, in no particular order: what the glossary must cover."""
        yield from (self.title, self.subtitle, self.status_line, self.warning, *self.notes)
        yield self.answer.question
        yield from (span.text for text in self._texts() for span in text)
        for section in self.sections:
            yield section.title
            for block in section.blocks:
                yield from _words_of_block(block)
        for method in self.methods:
            yield from (method.title, method.text, method.source)
        for source in self.sources:
            yield from (source.title, source.publisher, source.citation, source.licence)
        for figure in self.figures:
            yield from (figure.label, figure.unit)


def numbered(figures: Iterable[Figure], references: Iterable[str]) -> tuple[Figure, ...]:
    """The figures that are referred to, each once, numbered from 1 in the order of their first mention."""
    known = {figure.id: figure for figure in figures}
    order = [name for name in dict.fromkeys(references) if name in known]
    return tuple(known[name].model_copy(update={"number": place}) for place, name in enumerate(order, start=1))


def _figures_of_text(text: Text) -> Iterator[str]:
    yield from (span.figure for span in text if span.figure)


def _figures_of_block(block: Paragraph | Note | Bullets | Chart | Table) -> Iterator[str]:
    if isinstance(block, Paragraph | Note):
        yield from _figures_of_text(block.text)
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from _figures_of_text(item)
    elif isinstance(block, Chart):
        for row in block.rows:
            yield from row.figures
    else:
        for cells in block.rows:
            yield from (cell.figure for cell in cells if cell.figure)


def _is_there(figure: Figure | None, at: int | None) -> bool:
    """Whether a figure has a value at a place; a figure that is not known is somebody else's complaint."""
    if figure is None:
        return True
    return 0 <= at < len(figure.values) if at is not None else not figure.values


def _places_of_block(block: Paragraph | Note | Bullets | Chart | Table) -> Iterator[tuple[str, int | None]]:
    if isinstance(block, Chart):
        for row in block.rows:
            yield from row.places()
    elif isinstance(block, Table):
        yield from ((cell.figure, cell.at) for cells in block.rows for cell in cells if cell.figure)


def _words_of_block(block: Paragraph | Note | Bullets | Chart | Table) -> Iterator[str]:
    if isinstance(block, Note):
        yield block.title
    elif isinstance(block, Chart):
        yield from (block.title, block.unit, block.axis, block.label_title, block.alt, block.caption, *block.series)
        yield block.along
        yield from (row.label for row in block.rows)
    elif isinstance(block, Table):
        yield from (block.title, block.caption)
        for column in block.columns:
            yield from (column.title, column.unit)
        for cells in block.rows:
            yield from (cell.text for cell in cells)
