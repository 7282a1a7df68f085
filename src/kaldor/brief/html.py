"""The brief as one HTML file that needs nothing else: no request, no script, readable in light, dark and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

from kaldor.atlas.escaped import templates_of
from kaldor.brief import palette, wording
from kaldor.brief.charts import FACE, draw
from kaldor.brief.document import Chart, Document, Figure, Section, SourceRecord, Table
from kaldor.brief.tables import annex_text, beside, cell_texts

if TYPE_CHECKING:
    from jinja2 import Environment

_VARIABLES = {
    palette.INK: "var(--ink)",
    palette.QUIET: "var(--quiet)",
    palette.RULE: "var(--rule)",
    palette.PAPER: "var(--paper)",
    **{colour: f"var(--{name})" for name, colour in palette.CHALLENGE.items()},
    **{
        colour: f"var(--{name}-{step})"
        for name, colours in palette.STEPS.items()
        for step, colour in enumerate(colours, start=1)
    },
}


def to_html(document: Document) -> str:
    """The whole brief as a self-contained page. Every text of the document is escaped."""
    source_keys, method_keys = wording.keys(document)
    figures, sources = document.figure_by_id(), {source.id: source for source in document.sources}
    return (
        _environment(document, figures, sources)
        .get_template("brief.html")
        .render(
            sources=sources,
            methods={method.id: method for method in document.methods},
            source_keys=source_keys,
            method_keys=method_keys,
            running=wording.running_line(document),
            style=resources.files("kaldor.brief").joinpath("templates/brief.css").read_text("utf-8"),
            palette=palette,
            without_annex=wording.WITHOUT_ANNEX,
            read=wording.read(document),
        )
    )


def _environment(document: Document, figures: Mapping[str, Figure], sources: Mapping[str, SourceRecord]) -> Environment:
    from markupsafe import Markup

    environment = templates_of("kaldor.brief")

    def picture(chart: Chart, section: Section) -> Markup:
        # The canvas escapes the words that it writes; nothing else of the data enters its output.
        return Markup(_in_page_colours(draw(chart, figures, section.challenge)))

    def texts(table: Table) -> tuple[tuple[str, ...], ...]:
        return cell_texts(table, figures)

    # Macros see these and no argument of the page.
    environment.globals.update(picture=picture, table_beside=beside, texts=texts, document=document, figures=figures)
    environment.globals.update(
        shown=[section.id for section in document.sections if section.argued or not document.short],
        pictured=document.pictured(),
        colour=wording.leading_challenge(document),
    )
    environment.filters.update(
        annex=annex_text,
        stamp=lambda stamp: wording.stamp_line(stamp, sources),
    )
    return environment


def _in_page_colours(svg: str) -> str:
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.replace(FACE, "var(--face)")
