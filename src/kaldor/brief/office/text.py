"""The brief as a DOCX text: headings, tables and pictures in named styles, which a ministry's template may replace."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from kaldor.brief import palette, wording
from kaldor.brief.document import Block, Bullets, Chart, Document, Note, Paragraph, Section, Table
from kaldor.brief.figure import Text
from kaldor.brief.office.parts import describe, needed, png, saved, words
from kaldor.brief.office.template import EDGE, opened_template, usable_styles
from kaldor.brief.tables import annex_text, beside, cell_texts

_NARROW: Final = 0.65  # of the width of the text, of a picture that is no wide one
_SMALL: Final = 8.0  # points, of a table
_LETTER: Final = 0.2  # cm in that size, where it is bold and wide
_LEAST: Final = 1.6  # cm of a column
_USUAL: Final = {"Normal": 9.5, "Title": 20.0, "Subtitle": 11.0, "Quote": 11.0, "Caption": 8.0}
"""Points of the styles where no template says otherwise, so that page one holds the answer."""


def to_docx(document: Document, template: Path | None = None) -> bytes:
    """The brief as a text, the same bytes for the same document and template.

    The text of a template is left out; its styles, page, headers and footers stay. Raises InputError where the template
    is no DOCX file, or the package that writes such files is absent.
    """
    return _Text(document, _opened(template)).made()


def _opened(template: Path | None) -> Any:
    docx = needed("docx", "DOCX")
    return _plain(docx.Document()) if template is None else opened_template(template, docx)


def _plain(file: Any) -> Any:
    """A page of A4 and quiet styles, in place of a letter page with much colour."""
    from docx.shared import Cm, Pt, RGBColor

    page = file.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(EDGE)
    for name, size in _USUAL.items():
        file.styles[name].font.size = Pt(size)
        file.styles[name].paragraph_format.space_after = Pt(4)
    for name in ("Caption", "Subtitle"):
        file.styles[name].font.color.rgb = RGBColor.from_string(palette.QUIET.lstrip("#").upper())
        file.styles[name].font.bold = file.styles[name].font.italic = False
    file.styles["Quote"].font.italic = False
    file.styles["List Bullet"].paragraph_format.space_after = Pt(2)
    for name, above in (("Heading 1", 14), ("Heading 2", 8)):
        file.styles[name].paragraph_format.space_before = Pt(above)
    return file


class _Text:
    """A text while it is written."""

    def __init__(self, document: Document, file: Any) -> None:
        from docx.shared import Cm

        self._brief, self._file = document, file
        self._figures = document.figure_by_id()
        self._sources = {source.id: source for source in document.sources}
        self._styles = usable_styles(file)
        page = file.sections[0]
        self._width = (page.page_width - page.left_margin - page.right_margin) / Cm(1)

    def made(self) -> bytes:
        brief = self._brief
        describe(self._file.core_properties, brief)
        self._answer()
        self._file.add_page_break()
        for section in (one for one in brief.sections if one.argued):
            self._section(section, annex=False)
        if not brief.short:
            self._line("Annex", "Heading 1")
            for section in (one for one in brief.sections if one.annexed):
                self._section(section, annex=True)
            self._back_matter()
        self._source_list()
        return saved(self._file.save)

    def _answer(self) -> None:
        brief, answer = self._brief, self._brief.answer
        self._line(answer.question, "Title")
        self._line(brief.subtitle, "Subtitle")
        self._line(brief.status_line, "Caption")
        for text in answer.sentences:
            self._spans(text, "Quote")
        if answer.entries:
            rows = [(entry.kind, entry.name, words(entry.text)) for entry in answer.entries]
            self._grid(("", "What is tried", "What comes of it"), rows)
        if found := brief.pictured():
            self._picture(*found)
        self._list("Who gains and who pays", [words(text) for text in answer.gains] or ["This study does not say."])
        self._list("How sure this is", [words(text) for text in answer.uncertain])
        self._list("What is not in it", [f"{words(one.what)} Would help: {one.data}." for one in answer.lacks])
        self._line(brief.warning, "Caption")

    def _section(self, section: Section, *, annex: bool) -> None:
        place = self._brief.sections.index(section) + 1
        self._line(f"{place} {section.title}{' (the rest)' if annex and section.argued else ''}", "Heading 1")
        for block in section.blocks:
            if block.annex == annex:
                self._block(block, section)

    def _block(self, block: Block, section: Section) -> None:
        if isinstance(block, Paragraph):
            self._spans(block.text)
        elif isinstance(block, Note):
            self._line(block.title, "Heading 2")
            self._spans(block.text)
        elif isinstance(block, Bullets):
            for item in block.items:
                self._spans(item, "List Bullet")
        elif isinstance(block, Chart):
            self._line(block.title, "Heading 2")
            self._picture(section, block, titled=False)
            self._table(beside(block))
        else:
            self._line(block.title, "Heading 2")
            self._table(block)
            stamp = wording.stamp_line(block.stamp, self._sources) if block.stamp else ""
            self._line(" ".join(part for part in (block.caption, stamp) if part), "Caption")

    def _picture(self, section: Section, chart: Chart, *, titled: bool = True) -> None:
        from docx.shared import Cm

        if titled:
            self._line(chart.title, "Heading 2")
        width = Cm(self._width if chart.wide else self._width * _NARROW)
        shape = self._file.add_picture(BytesIO(png(self._brief, section, chart)), width=width)
        shape._inline.docPr.set("descr", chart.alt)
        stamp = f"{wording.stamp_line(chart.stamp, self._sources)} Unit: {chart.unit}."
        self._line(f"{chart.caption} {stamp}".strip(), "Caption")

    def _table(self, table: Table) -> None:
        heads = [f"{column.title}\n{column.unit}" if column.unit else column.title for column in table.columns]
        self._grid(heads, cell_texts(table, self._figures), [column.numeric for column in table.columns])

    def _grid(self, heads: Any, rows: Any, numeric: Any = ()) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        lines = [tuple(heads), *map(tuple, rows)]
        grid = self._file.add_table(rows=len(lines), cols=len(lines[0]))
        if "Table Grid" in self._styles:
            grid.style = "Table Grid"
        grid.autofit = False
        for column, width in zip(grid.columns, _widths(lines, self._width), strict=True):
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)
        for number, (row, line) in enumerate(zip(grid.rows, lines, strict=True)):
            for place, (cell, content) in enumerate(zip(row.cells, line, strict=True)):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(0)
                run = paragraph.add_run(content)
                run.font.size, run.bold = Pt(_SMALL), number == 0
                if place < len(numeric) and numeric[place]:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _repeated(grid.rows[0])

    def _list(self, title: str, items: list[str]) -> None:
        self._line(title, "Heading 2")
        for item in items:
            self._line(item, "List Bullet")

    def _spans(self, text: Text, style: str = "") -> None:
        paragraph = self._file.add_paragraph(style=style if style in self._styles else None)
        for span in text:
            paragraph.add_run(span.text).bold = True if span.strong or (span.figure and style == "Quote") else None

    def _line(self, content: str, style: str) -> None:
        if content:
            self._file.add_paragraph(content, style=style if style in self._styles else None)

    def _back_matter(self) -> None:
        brief = self._brief
        self._list("What the data cannot say", [words(text) for text in brief.not_modelled])
        self._list("Notes on the data", list(brief.notes)) if brief.notes else None
        self._list("Methods", [f"{one.title}. {one.text} {one.source}" for one in brief.methods])
        self._list("Abbreviations", [f"{one.term}: {one.meaning}" for one in brief.glossary])
        self._line("Data rows", "Heading 2")
        rows = [
            (str(one.number), one.label, annex_text(one), one.unit, one.period, one.status) for one in brief.figures
        ]
        self._grid(("Row", "What", "Value", "Unit", "Year", "Status"), rows, (False, False, True))

    def _source_list(self) -> None:
        brief = self._brief
        shown = [one for one in brief.sources if not brief.short or one.id in wording.read(brief)]
        self._list(
            "Sources", [f"{one.title}. {one.publisher}. {one.citation} Licence: {one.licence}." for one in shown]
        )
        self._line(wording.WITHOUT_ANNEX if brief.short else "", "Caption")
        self._line(brief.made_with, "Caption")


def _widths(lines: Sequence[Sequence[str]], whole: float) -> list[float]:
    """How wide each column of a table is, in cm: its longest word, and of what is left a share by its longest line."""
    columns = [[part for text in column for part in text.split("\n")] for column in zip(*lines, strict=True)]
    least = [_wide([word for part in column for word in part.split()]) for column in columns]
    more = [_wide(column) - narrow for column, narrow in zip(columns, least, strict=True)]
    left = whole - sum(least)
    if left <= 0:  # so many columns that words must break
        return [narrow * whole / sum(least) for narrow in least]
    if sum(more) <= left:
        return [least[0] + left - sum(more[1:]), *(a + b for a, b in zip(least[1:], more[1:], strict=True))]
    return [narrow + left * wish / sum(more) for narrow, wish in zip(least, more, strict=True)]


def _wide(texts: Sequence[str]) -> float:
    """The width in cm of the longest of some texts, with the edges of a cell."""
    return max(_LEAST, 0.5 + _LETTER * max(map(len, texts), default=0))


def _repeated(row: Any) -> None:
    """Say that a row is the head of its table, repeated on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
