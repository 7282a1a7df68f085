"""The ledger of figures: sections enter values here and get back what the text may quote.

Here every figure gets the digits that a brief shows (`kaldor.digits`), before anything is written, drawn or ranked by
it. Figures quoted from documents keep those that they were printed with.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kaldor.brief.document import Cell, Figure, Span, Stamp, Text
from kaldor.brief.numbers import DIGITS, in_prose, with_unit
from kaldor.brief.units import YEAR
from kaldor.digits import shown, shown_beside, to_digits
from kaldor.words import Status

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True)
class Origin:
    """What a set of figures shares: where they come from, of which year, and how they came about."""

    sources: tuple[str, ...]
    year: int
    status: Status
    dataset: str
    period: str = ""
    """What stands for the year, where the figures are of several."""

    def stamp(self) -> Stamp:
        """The line under a picture or table of these figures."""
        return Stamp(sources=self.sources, year=self.year, status=self.status, period=self.period)


@dataclass
class Ledger:
    """All figures of one brief, by id; the same id cannot be entered with two values."""

    figures: dict[str, Figure] = field(default_factory=dict)

    def enter(
        self,
        parts: Sequence[str],
        label: str,
        value: float | None,
        unit: str,
        method: str,
        origin: Origin,
        digits: int = 0,
    ) -> Figure:
        """Enter a value under the id made of `parts`; gives the figure to quote. Entering it again is harmless.

        With `digits` it is known to so many, and is entered, told and listed with no more.
        """
        known = _shown(value)
        known = known if known is None or not digits else to_digits(known, digits)
        figure = _figure(parts, label, unit, method, origin)
        return self.keep(figure.model_copy(update={"value": known, "digits": digits}))

    def enter_run(
        self,
        parts: Sequence[str],
        label: str,
        values: Sequence[float | None],
        along: str,
        unit: str,
        method: str,
        origin: Origin,
    ) -> Figure:
        """Enter a run of values under one id, such as one for each week; `along` says what they run along."""
        run = {"values": shown_beside(map(_finite, values)), "along": along}
        return self.keep(_figure(parts, label, unit, method, origin).model_copy(update=run))

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

    `{name}` shows a figure with its unit, `{name:number}` without, `{name:size}` without sign,
    `{name:signed}` with a sign above zero too, as a change has it. Strings from data are
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


def cell(figure: Figure, text: str = "", at: int | None = None) -> Cell:
    """A table cell that shows this figure (or the value at a place of its run), after `text` if any."""
    return Cell(text=text, figure=figure.id, at=at)


def _figure(parts: Sequence[str], label: str, unit: str, method: str, origin: Origin) -> Figure:
    return Figure(
        id=identifier(*parts),
        label=label,
        value=None,
        unit=unit,
        period=origin.period or str(origin.year),
        status=origin.status,
        sources=origin.sources,
        method=method,
        dataset=origin.dataset,
    )


def _shown(value: float | None) -> float | None:
    known = _finite(value)
    return None if known is None else shown(known)


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _filled(value: Figure | str | Span, form: str) -> Span:
    if isinstance(value, Span):
        return value
    if isinstance(value, str):
        return Span(text=value)
    if value.unit == YEAR and value.value is not None:
        return Span(text=f"{value.value:.0f}", figure=value.id)
    number = in_prose(
        abs(value.value) if form == "size" and value.value is not None else value.value,
        value.digits or DIGITS,
        signed=form == "signed",
    )
    return Span(text=number if form == "number" else with_unit(number, value.unit), figure=value.id)
