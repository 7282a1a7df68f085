"""The brief as a PDF for print and for readers with assistive technology (PDF/UA-1), from the same document.

The template reads `brief.json` and a second file, `looks.json`, with what needs Python to say: formatted numbers,
the line under each picture, file names of the drawings. Both reach it as data, so that no text of a table or a study
can act as markup.
"""

from __future__ import annotations

import json
import re
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaldor.brief import palette, wording
from kaldor.brief.charts import draw
from kaldor.brief.document import Block, Chart, Document, Section, Table
from kaldor.brief.packed import packed
from kaldor.brief.tables import annex_text, beside, cell_texts
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    import typst

# A fixed time: the PDF of the same document has the same bytes whenever it is made.
_EPOCH = 0
_NARROW, _WIDE = 13, 20  # letters of a title over numbers, in a narrow column and in one that has room
_MANY_COLUMNS = 5
_TIGHT = (1.0, 0.97, 0.94, 0.91)  # scales of type that a short brief is tried at
_ENOUGH = 65.0 + 0.4 * 709.0  # points: what a page holds begins 65 from its top and ends 709 below

Foot = tuple[int, float]
"""Where a block of a brief ends: its page, and points from the top of it."""


def to_pdf(document: Document, scratch: Path | None = None) -> bytes:
    """The whole brief as PDF/UA-1, the same bytes for the same document, set in the fonts that the compiler brings.

    What the compiler reads stands for a moment in the folder `scratch`, else in the system's own for such files.
    Raises InputError where a text has a letter that the font lacks.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="kaldor-print-", dir=scratch) as name:
        folder = Path(name)
        looks = _looks(document, folder)
        (folder / "brief.json").write_text(document.model_dump_json(), encoding="utf-8")
        template = resources.files("kaldor.brief").joinpath("templates/brief.typ").read_text("utf-8")
        (folder / "brief.typ").write_text(template, encoding="utf-8")

        def set_tight(tight: float) -> typst.Compiler:
            tightened = json.dumps({**looks, "tight": tight}, ensure_ascii=False)
            (folder / "looks.json").write_text(tightened, encoding="utf-8")
            return typst.Compiler(str(folder / "brief.typ"), root=str(folder), ignore_system_fonts=True)

        compiler = set_tight(best_filled(_TIGHT if document.short else _TIGHT[:1], lambda t: _feet(set_tight(t))))
        try:
            pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_EPOCH)
        except typst.TypstError as error:
            if (lacking := _letters_lacking(str(error))) is None:
                raise
            raise InputError(lacking) from None
        assert isinstance(pdf, bytes), "one document was asked for"
        return packed(pdf)


def _letters_lacking(fault: str) -> Problem | None:
    """What to do where a text has a letter that the fonts of the PDF lack; None where the fault is another."""
    found = re.search(r'the text\W+"(.+?)"\W+could not be displayed with font', fault)
    if found is None:
        return None
    remedy = "Ask for the other formats (--format html,docx), or write it in letters that the font has."
    return Problem("brief, pdf", f"'{found[1]}' has no letter in the font that a PDF is set in.", remedy)


def best_filled(scales: Sequence[float], feet_at: Callable[[float], Sequence[Foot]]) -> float:
    """The first of some scales of type with no page of the argument two-thirds empty, else the one that comes nearest.

    `feet_at` sets the brief at a scale and gives where its blocks end: page, and points from the top of it.
    """
    if len(scales) == 1:
        return scales[0]
    emptiest: dict[float, float] = {}
    for scale in scales:
        lowest: dict[int, float] = {}
        for page, y in feet_at(scale):
            lowest[page] = max(y, lowest.get(page, 0.0))
        emptiest[scale] = min(lowest.values(), default=_ENOUGH)
        if emptiest[scale] >= _ENOUGH:
            return scale
    return max(scales, key=emptiest.__getitem__)


def _feet(compiler: typst.Compiler) -> list[Foot]:
    told = json.loads(compiler.query("<foot>", field="value"))
    return [(foot["page"], foot["y"]) for foot in told]


def _looks(document: Document, folder: Path) -> dict[str, Any]:
    """What the template shows and Python formats; draws the pictures into `folder` on the way."""
    source_keys, method_keys = wording.keys(document)
    return {
        "ink": palette.INK,
        "quiet": palette.QUIET,
        "rule": palette.RULE,
        "challenge": dict(palette.CHALLENGE),
        "running": wording.running_line(document),
        "reading": wording.READING,
        "blocks": [
            [
                {} if block.annex and document.short else _block(document, section, block, folder)
                for block in section.blocks
            ]
            for section in document.sections
        ],
        "argued": {section.id: section.argued for section in document.sections},
        "annexed": {section.id: section.annexed for section in document.sections},
        "picture": _first_picture(document, folder),
        "colour": wording.leading_challenge(document),
        "read": wording.read(document),
        "without_annex": wording.WITHOUT_ANNEX,
        "values": [annex_text(figure) for figure in document.figures],
        "source_keys": source_keys,
        "method_keys": method_keys,
    }


def _first_picture(document: Document, folder: Path) -> dict[str, Any] | None:
    """The picture of the first page, drawn once more for it."""
    found = document.pictured()
    if found is None:
        return None
    section, chart = found
    (folder / "first-page.svg").write_text(draw(chart, document.figure_by_id(), section.challenge), encoding="utf-8")
    sources = {source.id: source for source in document.sources}
    stamp = f"{chart.caption} {wording.stamp_line(chart.stamp, sources)} Unit: {chart.unit}.".strip()
    return {"file": "first-page.svg", "title": chart.title, "alt": chart.alt, "stamp": stamp, "wide": chart.wide}


def _block(document: Document, section: Section, block: Block, folder: Path) -> dict[str, Any]:
    figures, sources = document.figure_by_id(), {source.id: source for source in document.sources}
    if isinstance(block, Chart):
        drawing = f"{block.id}.svg"
        (folder / drawing).write_text(draw(block, figures, section.challenge), encoding="utf-8")
        table = beside(block)
        return {
            "file": drawing,
            "wide": block.wide,
            "table": table.model_dump(mode="json"),
            "texts": cell_texts(table, figures),
            "widths": _widths(table),
            "heads": _heads(table, _NARROW),
            "stamp": f"{wording.stamp_line(block.stamp, sources)} Unit: {block.unit}.",
        }
    if isinstance(block, Table):
        stamp = wording.stamp_line(block.stamp, sources) if block.stamp else ""
        heads = _heads(block, _NARROW if len(block.columns) > _MANY_COLUMNS else _WIDE)
        return {"texts": cell_texts(block, figures), "stamp": stamp, "widths": _widths(block), "heads": heads}
    return {}


def _heads(table: Table, letters: int) -> list[list[str]]:
    """The lines of each column's title: one of numbers is as wide as they are, so that names keep their room."""
    return [
        textwrap.wrap(column.title, letters, break_long_words=False) or [""] if column.numeric else [column.title]
        for column in table.columns
    ]


def _widths(table: Table) -> list[float]:
    """How much of the free width each column gets: nothing for numbers, otherwise by the length of its texts.

    Columns that name things beside their figures are alike and get the same.
    """
    weights = [
        0.0 if column.numeric else _weight([column.title, *(row[place].text for row in table.rows)])
        for place, column in enumerate(table.columns)
    ]
    mixed = {k for row in table.rows for k, cell in enumerate(row) if cell.figure and not table.columns[k].numeric}
    widest = max((weights[k] for k in mixed), default=0.0)
    return [widest if place in mixed else weight for place, weight in enumerate(weights)]


def _weight(texts: list[str]) -> float:
    mean = sum(map(len, texts)) / len(texts)
    return round(min(max(mean, 9.0, max(map(len, texts)) / 3), 90.0) ** 0.75, 2)
