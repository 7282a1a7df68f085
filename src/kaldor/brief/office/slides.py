"""The brief as at most eight slides: the answer, what was tried, pictures with their numbers, what is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from kaldor.brief import palette, wording
from kaldor.brief.document import Chart, Document, Section
from kaldor.brief.office.parts import describe, needed, png, saved, words
from kaldor.brief.tables import beside, cell_texts

MOST: Final = 8
_AROUND: Final = 3  # slides beside those of pictures: the answer, who gains and how sure, sources
_ENTRIES: Final = 9  # of a study that a slide holds
_NUMBERS: Final = 3.2  # cm of a column of numbers
_ROWS: Final = 12  # of a table beside a picture; the notes have all
_WIDE: Final = 33.87  # cm
_HIGH: Final = 19.05
_EDGE: Final = 1.5


def to_pptx(document: Document) -> bytes:
    """The brief as slides, the same bytes for the same document. Raises InputError where the package is absent."""
    return _Slides(document, needed("pptx", "PPTX").Presentation()).made()


class _Slides:
    """Slides while they are made."""

    def __init__(self, document: Document, file: Any) -> None:
        from pptx.util import Cm

        self._brief, self._file = document, file
        self._sources = {source.id: source for source in document.sources}
        file.slide_width, file.slide_height = Cm(_WIDE), Cm(_HIGH)

    def made(self) -> bytes:
        brief = self._brief
        describe(self._file.core_properties, brief)
        self._answer()
        tried = [brief.answer.entries[at : at + _ENTRIES] for at in range(0, len(brief.answer.entries), _ENTRIES)]
        for entries in tried[: MOST - _AROUND]:
            rows = [(entry.kind, entry.name, words(entry.text)) for entry in entries]
            slide = self._slide("What was tried, and what comes of it")
            self._table(slide, [("", "What", "What comes of it"), *rows], (_EDGE, 3.4, _WIDE - 2 * _EDGE), (3, 9, 18.8))
        for section, chart in list(self._charts())[: MOST - _AROUND - len(tried)]:
            self._picture(section, chart)
        self._gains()
        self._source_slide()
        return saved(self._file.save)

    def _charts(self) -> Iterator[tuple[Section, Chart]]:
        """The pictures of the argument: that of the first page, then the first of each section, then all others.

        Sections of what the study tries come before those of how things stand.
        """
        brief, first = self._brief, self._brief.pictured()
        tried = {entry.section for entry in brief.answer.entries}
        sections = sorted(brief.sections, key=lambda section: section.id not in tried)
        argued = [(s, b) for s in sections for b in s.blocks if isinstance(b, Chart) and not b.annex]
        if first:
            yield first
        seen = {first[0].id} if first else set()
        leading = [pair for pair in argued if pair[0].id not in seen and not seen.add(pair[0].id)]  # type: ignore[func-returns-value]
        yield from leading
        shown = {pair[1].id for pair in (*leading, *((first,) if first else ()))}
        yield from (pair for pair in argued if pair[1].id not in shown)

    def _answer(self) -> None:
        answer = self._brief.answer
        slide = self._slide(answer.question, size=30)
        self._text(slide, [self._brief.subtitle], (_EDGE, 3.3, _WIDE - 2 * _EDGE, 1.2), 16, palette.QUIET)
        self._text(slide, [words(text) for text in answer.sentences], (_EDGE, 5.2, _WIDE - 2 * _EDGE, 10.5), 22)
        foot = " ".join(part for part in (self._brief.status_line + ".", self._brief.warning) if part)
        self._text(slide, [foot], (_EDGE, 16.6, _WIDE - 2 * _EDGE, 1.6), 12, palette.QUIET)

    def _picture(self, section: Section, chart: Chart) -> None:
        from pptx.util import Cm

        slide = self._slide(chart.title)
        table = beside(chart)
        rows = [
            tuple(f"{column.title}\n{column.unit}" if column.unit else column.title for column in table.columns),
            *cell_texts(table, self._brief.figure_by_id()),
        ]
        room = (_WIDE - 2 * _EDGE, 12.6) if chart.wide else (18.5, 12.6)
        shape = slide.shapes.add_picture(BytesIO(png(self._brief, section, chart)), Cm(_EDGE), Cm(3.2))
        scale = min(Cm(room[0]) / shape.width, Cm(room[1]) / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        shape._element.nvPicPr.cNvPr.set("descr", chart.alt)
        if not chart.wide:
            left = _EDGE + room[0] + 0.7
            self._table(slide, rows[: _ROWS + 1], (left, 3.4, _WIDE - left - _EDGE))
        stamp = f"{chart.caption} {wording.stamp_line(chart.stamp, self._sources)} Unit: {chart.unit}.".strip()
        self._text(slide, [stamp], (_EDGE, 16.6, _WIDE - 2 * _EDGE, 1.6), 11, palette.QUIET)
        slide.notes_slide.notes_text_frame.text = "\n".join("\t".join(row).replace("\n", " ") for row in rows)

    def _gains(self) -> None:
        answer = self._brief.answer
        slide, half = self._slide("Who gains and who pays, and how sure this is"), (_WIDE - 2 * _EDGE - 1) / 2
        gains = [words(text) for text in answer.gains] or ["This study does not say."]
        self._text(slide, ["Who gains and who pays", *gains], (_EDGE, 3.2, half, 13), 14, headed=True)
        unsure = ["How sure this is", *(words(text) for text in answer.uncertain)]
        self._text(slide, unsure, (_EDGE + half + 1, 3.2, half, 6.4), 14, headed=True)
        lacks = ["What is not in it", *(f"{words(one.what)} Would help: {one.data}." for one in answer.lacks)]
        self._text(slide, lacks, (_EDGE + half + 1, 9.8, half, 7), 14, headed=True)

    def _source_slide(self) -> None:
        brief, read = self._brief, wording.read(self._brief)
        slide = self._slide("Sources")
        lines = [f"{one.title}. {one.citation} Licence: {one.licence}." for one in brief.sources if one.id in read]
        self._text(slide, [*lines, brief.made_with], (_EDGE, 3.2, _WIDE - 2 * _EDGE, 14), 13)

    def _slide(self, title: str, size: int = 24) -> Any:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Cm, Pt

        slide = self._file.slides.add_slide(self._file.slide_layouts[5])  # a title and nothing else
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = Cm(_EDGE), Cm(0.9), Cm(_WIDE - 2 * _EDGE), Cm(2.2)
        head.text_frame.word_wrap = True
        head.text_frame.text = title
        paragraph = head.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.font.size, paragraph.font.bold = Pt(size if len(title) < 80 else 20), True
        paragraph.font.color.rgb = _colour(palette.INK)
        return slide

    def _text(
        self,
        slide: Any,
        lines: Sequence[str],
        place: tuple[float, float, float, float],
        size: int,
        colour: str = palette.INK,
        *,
        headed: bool = False,
    ) -> None:
        from pptx.util import Cm, Pt

        frame = slide.shapes.add_textbox(*(Cm(number) for number in place)).text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text, paragraph.space_after = line, Pt(size / 2)
            paragraph.font.size, paragraph.font.bold = Pt(size), headed and number == 0
            paragraph.font.color.rgb = _colour(colour)

    def _table(
        self,
        slide: Any,
        rows: Sequence[Sequence[str]],
        place: tuple[float, float, float],
        widths: Sequence[float] = (),
    ) -> None:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Cm, Pt

        left, top, width = (Cm(number) for number in place)
        table = slide.shapes.add_table(len(rows), len(rows[0]), left, top, width, Cm(0.8 * len(rows))).table
        each = min(place[2] / len(rows[0]), _NUMBERS)
        first = place[2] - each * (len(rows[0]) - 1)
        for at, wide in enumerate(widths or (first, *[each] * (len(rows[0]) - 1))):
            table.columns[at].width = Cm(wide)
        for number, row in enumerate(rows):
            for at, content in enumerate(row):
                cell = table.cell(number, at)
                cell.text = content
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.font.size, paragraph.font.bold = Pt(14 if widths else 10), number == 0
                    paragraph.alignment = PP_ALIGN.RIGHT if at and not widths else PP_ALIGN.LEFT


def _colour(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#").upper())
