"""The ledger of figures: sections enter values here and get back what the text may quote."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kaldor.atlas.published import Status
from kaldor.brief.document import Cell, Figure, Span, Stamp, Text
from kaldor.brief.numbers import in_prose, with_unit

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Origin:
    """What a set of figures shares: where they come from, of which year, and how they came about."""

    sources: tuple[str, ...]
    year: int
    status: Status
    dataset: str

    def stamp(self) -> Stamp:
        """The line under a picture or table of these figures."""
        return Stamp(sources=self.sources, year=self.year, status=self.status)


@dataclass
class Ledger:
    """All figures of one brief, by id; the same id cannot be entered with two values."""

    figures: dict[str, Figure] = field(default_factory=dict)

    def enter(
        self, parts: Sequence[str], label: str, value: float | None, unit: str, method: str, origin: Origin
    ) -> Figure:
        """Enter a value under the id made of `parts`; gives the figure to quote. Entering it again is harmless."""
        name = identifier(*parts)
        figure = Figure(
            id=name,
            label=label,
            value=float(value) if value is not None and math.isfinite(value) else None,
            unit=unit,
            period=str(origin.year),
            status=origin.status,
            sources=origin.sources,
            method=method,
            dataset=origin.dataset,
        )
        return self.keep(figure)

    def keep(self, figure: Figure) -> Figure:
        """Enter a figure that was made elsewhere, such as one quoted from a document."""
        known = self.figures.setdefault(figure.id, figure)
        if known != figure:
            raise ValueError(f"two different figures were entered as '{figure.id}'")
        return known


def identifier(*parts: str) -> str:
    """An id from free text: lower-case letters, digits and single hyphens.

    >>> identifier("accounts", "DEU", "Basic Metals & co")
    'accounts-deu-basic-metals-co'
    """
    return re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")


def write(template: str, **values: Figure | str | Span) -> Text:
    """Text from a template of ours whose {places} are filled with figures or strings.

    `{name}` shows a figure with its unit, `{name:number}` without, `{name:size}` without sign. Strings from data are
    only ever filled in, never read as a template.

    >>> [span.text for span in write("made in {place}", place="{odd}")]
    ['made in ', '{odd}']
    """
    spans: list[Span] = []
    end = 0
    for match in _PLACE.finditer(template):
        if match.start() > end:
            spans.append(Span(text=template[end : match.start()]))
        spans.append(_filled(values[match[1]], match[2] or ""))
        end = match.end()
    if end < len(template):
        spans.append(Span(text=template[end:]))
    return tuple(spans)


def cell(figure: Figure, text: str = "") -> Cell:
    """A table cell that shows this figure, after `text` if any."""
    return Cell(text=text, figure=figure.id)


def _filled(value: Figure | str | Span, form: str) -> Span:
    if isinstance(value, Span):
        return value
    if isinstance(value, str):
        return Span(text=value)
    number = in_prose(abs(value.value) if form == "size" and value.value is not None else value.value)
    return Span(text=number if form == "number" else with_unit(number, value.unit), figure=value.id)
