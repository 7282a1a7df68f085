"""The standing phrases of a brief: the line under every picture, the words for a status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaldor.brief.document import Challenge, Document, SourceRecord, Stamp


def stamp_line(stamp: Stamp, sources: Mapping[str, SourceRecord]) -> str:
    """Source, year and status in one line, as it stands under a picture or a table."""
    titles = "; ".join(short_title(sources[name]) for name in stamp.sources)
    return f"Source: {titles}. Year: {stamp.period or stamp.year}. Status: {stamp.status}."


def short_title(source: SourceRecord) -> str:
    """A source's title up to its colon, bracket or second comma; the list of sources has it in full."""
    return ",".join(source.title.split(":")[0].split(" (")[0].split(",")[:2]).strip()


def keys(document: Document) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The short keys by which data rows name sources (S1, S2 …) and methods (M1, M2 …)."""
    sources = {source.id: f"S{place}" for place, source in enumerate(document.sources, start=1)}
    methods = {method.id: f"M{place}" for place, method in enumerate(document.methods, start=1)}
    return sources, methods


def running_line(document: Document) -> str:
    """The line at the foot of every page: status, year and sources of the whole brief."""
    titles = "; ".join(dict.fromkeys(short_title(source) for source in document.sources if _is_data(source, document)))
    return f"Status: {document.status} · Year: {document.year} · Sources: {titles}"


def listing(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> listing(["coal", "oil", "gas"])
    'coal, oil and gas'
    """
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def _is_data(source: SourceRecord, document: Document) -> bool:
    return any(source.id in figure.sources and figure.method != "quoted" for figure in document.figures)


def leading_challenge(document: Document) -> Challenge:
    """The challenge whose colour the first page wears: that of its picture, else of the first section."""
    found = document.pictured()
    section = found[0] if found else next(iter(document.sections), None)
    return section.challenge if section else "economy"


def read(document: Document) -> list[str]:
    """The sources of data that a brief's figures come from, without those that are quoted."""
    return [source.id for source in document.sources if _is_data(source, document)]


READING = (
    "How to read this brief. The small number in square brackets after a figure is its row in the table of data rows "
    "at the end, which gives the value in full with unit, year, status, source and method."
)
WITHOUT_ANNEX = (
    "This brief is short: further tables, methods, what the data cannot say in full, abbreviations and every number "
    "with its source and method are in the annex of the long one, made of the same study without “short”, and in "
    "brief.json beside this file."
)
