"""A brief's picture by itself: as SVG, and as a figure with its title and stamp for a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from kaldor.brief.charts import draw
from kaldor.brief.document import Challenge, Chart, Document, Figure, SourceRecord
from kaldor.brief.tables import beside, cell_texts
from kaldor.brief.wording import stamp_line
from kaldor.errors import InputError, Problem, UnknownLabelError


@dataclass(frozen=True, repr=False)
class Picture:
    """A chart with its figures: notebooks draw it, `svg` is its text, `save` writes it to a file."""

    chart: Chart
    figures: Mapping[str, Figure]
    challenge: Challenge
    sources: Mapping[str, SourceRecord]

    @property
    def id(self) -> str:
        """The chart's id in a brief."""
        return self.chart.id

    @property
    def svg(self) -> str:
        """The drawing, the same bytes as in a brief of the same figures (before that colours them for its page)."""
        return draw(self.chart, self.figures, self.challenge)

    @property
    def stamp(self) -> str:
        """Source, year and status, as they stand under the picture in a brief."""
        return stamp_line(self.chart.stamp, self.sources)

    def save(self, path: str | Path) -> Path:
        """Write the drawing to an SVG file, and return its path. Raises InputError for a name that ends otherwise."""
        file = Path(path)
        if file.suffix.lower() != ".svg":
            raise InputError(Problem(str(path), "pictures are drawn as SVG.", "End the name in .svg."))
        file.write_text(self.svg + "\n", encoding="utf-8")
        return file

    def __repr__(self) -> str:
        return f"Picture {self.id}: {self.chart.title} ({len(self.chart.rows)} rows, {self.chart.unit}). {self.stamp}"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        chart = self.chart
        words = " ".join(filter(None, (chart.caption, f"{self.stamp} Unit: {chart.unit}.")))
        return (
            f"<figure><figcaption><b>{escape(chart.title)}</b></figcaption>"
            f'<div role="img" aria-label="{escape(chart.alt)}">{self.svg}</div>'
            f"<figcaption><small>{escape(words)}</small></figcaption>"
            f"<details><summary>Numbers</summary>{self._numbers()}</details></figure>"
        )

    def _numbers(self) -> str:
        """The same figures as a table, as a brief has them beside the picture."""
        table = beside(self.chart)
        head = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in table.columns)
        rows = "".join(
            f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(text)}</td>" for text in rest)}</tr>'
            for first, *rest in cell_texts(table, self.figures)
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def pictures_of(document: Document) -> dict[str, Picture]:
    """Every picture of a brief by its id, in reading order."""
    figures = document.figure_by_id()
    sources = {source.id: source for source in document.sources}
    return {
        block.id: Picture(block, figures, section.challenge, sources)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Chart)
    }


def chosen(pictures: Mapping[str, Picture], name: str | None) -> Picture:
    """One picture by its id, the first where none is named. Raises UnknownLabelError with the near match."""
    found = next(iter(pictures.values()), None) if name is None else pictures.get(name)
    if found is None:
        raise UnknownLabelError("picture", name or "", pictures)
    return found
