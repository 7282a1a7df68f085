"""From a context to the finished document: its sections, first page, back matter and numbered data rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kaldor.brief.argument import argued
from kaldor.brief.context import Context, Part
from kaldor.brief.declared import glossary_of, methods
from kaldor.brief.document import Document, Figure, SourceRecord, numbered
from kaldor.brief.first_page import first_page
from kaldor.brief.missing import unbuilt
from kaldor.brief.names import listed
from kaldor.brief.quoted import document_source
from kaldor.brief.sections import sections
from kaldor.digits import settled_table
from kaldor.words import STATUSES, weakest

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""


def assemble(
    context: Context, notes: Sequence[str], made_with: str, progress: Progress | None = None
) -> tuple[Document, Mapping[str, pd.DataFrame]]:
    """Build every section that the study names; gives the document and the tables of results behind it.

    `notes` are what the datasets say of themselves, the economy's own first.
    """
    parts: list[Part] = []
    for done, name in enumerate(context.study.sections):
        if progress:
            progress(f"section {name}", done, len(context.study.sections))
        section = sections()[name]
        parts.append(unbuilt(context, section) or section.builder()(context))
    results = {name: settled_table(frame) for part in parts for name, frame in part.results.items()}
    return _document(context, parts, notes, made_with), results


def _document(context: Context, parts: Sequence[Part], notes: Sequence[str], made_with: str) -> Document:
    study, economy = context.study, context.economy
    entered = tuple(context.ledger.figures.values())
    sources = _sources(context, entered)
    draft = Document(
        title=study.title,
        subtitle=study.subtitle or _subtitle(context),
        country=study.country,
        year=economy.year,
        status=economy.status,
        status_line="",
        warning=_warning(context, notes),
        language=study.language,
        short=study.short,
        answer=first_page(study.question or study.title, parts),
        findings=tuple(part.finding for part in parts if part.finding is not None),
        sections=argued(parts),
        not_modelled=tuple(text for part in parts for text in part.not_modelled),
        notes=_relevant(context, notes),
        methods=tuple(methods().values()),
        sources=sources,
        glossary=(),
        figures=entered,
        made_with=made_with,
    )
    return _pruned(draft, _year_line(context, notes))


def _pruned(draft: Document, year_line: str) -> Document:
    """The document with the data rows, methods and sources that it refers to, and the abbreviations that it uses.

    Its status is the weakest of the figures that it shows; what documents say of quoted ones is no status of Kaldor's.
    """
    figures = numbered(draft.figures, draft.figure_references())
    used_methods = {figure.method for figure in figures}
    status = weakest(draft.status, *(figure.status for figure in figures if figure.status in STATUSES))
    changes: dict[str, object] = {
        "figures": figures,
        "status": status,
        "status_line": f"Status: {status} · {year_line}",
        "methods": tuple(method for method in draft.methods if method.id in used_methods),
    }
    lean = draft.model_copy(update=changes)
    complete = lean.model_copy(update={"glossary": glossary_of(lean.words())})
    # Copies are not validated; a last pass over the whole makes sure that every reference still leads somewhere.
    return Document.model_validate(complete.model_dump())


def _sources(context: Context, entered: Sequence[Figure]) -> tuple[SourceRecord, ...]:
    data = context.sources()
    known = {source.id for source in data}
    quoted = dict.fromkeys(name for figure in entered for name in figure.sources if name not in known)
    return (*data, *(document_source(context.framework, name) for name in quoted))


def _year_line(context: Context, notes: Sequence[str]) -> str:
    year = str(context.economy.year)
    remark = _warning(context, notes).split(":")[0]
    return remark if remark.startswith(year) else f"Year: {year}"


def _warning(context: Context, notes: Sequence[str]) -> str:
    """What a reader must know first: a note on the study's year, else on how an estimated table came about."""
    economy = context.economy
    of_the_year = (note for note in notes if note.startswith(str(economy.year)))
    return next(of_the_year, notes[0] if notes and economy.status != "observed" else "")


def _relevant(context: Context, notes: Sequence[str]) -> tuple[str, ...]:
    """The notes that speak of no region in particular or of one that the brief shows, with names in place of codes."""
    regions = {code: listed(code) for code in context.economy.regions}
    shown = {*context.compared, "ROW"}
    code = re.compile(r"\b(" + "|".join(map(re.escape, regions)) + r")\b")
    kept = [note for note in notes if shown >= set(code.findall(note)) or shown & set(code.findall(note))]
    return tuple(code.sub(lambda match: regions[match[1]], note) for note in kept)


def _subtitle(context: Context) -> str:
    return f"What {listed(context.country)} emits, needs from abroad and earns by exports, beside its peers"
