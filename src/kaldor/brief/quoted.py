"""Figures taken over from the framework's documents: quoted with their standing, never computed with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kaldor.brief.document import Figure, SourceRecord, Span
from kaldor.brief.ledger import Ledger, identifier
from kaldor.brief.names import with_subscript
from kaldor.brief.numbers import NO_BREAK, THIN, in_prose

if TYPE_CHECKING:
    from kaldor.framework.framework import Framework
    from kaldor.framework.model import Case, Fact, Quantity


def quote_fact(ledger: Ledger, fact: Fact) -> Figure:
    """A general statistic of the framework as a data row. Whoever quotes it must print its caution beside it."""
    label = f"{fact.measures} ({fact.reported_by})"
    return ledger.keep(_figure(("fact", fact.id), label, fact, fact.value))


def quote_result(ledger: Ledger, case: Case, result: Quantity) -> tuple[Span, ...]:
    """A figure of a case as the document states it, each of its numbers leading to a data row."""
    label = f"{case.title}: {result.measures}"
    if result.value is not None:
        figure = ledger.keep(_figure(("case", case.id, result.id), label, result, result.value))
        return (Span(text=_as_in_a_brief(result.stated()), figure=figure.id),)
    ends = {"low": result.value_low, "high": result.value_high}
    low, high = (
        ledger.keep(_figure(("case", case.id, result.id, end), f"{label}, {end} end", result, value))
        for end, value in ends.items()
    )
    qualifier = f"{result.qualifier} " if result.qualifier else ""
    return (
        Span(text=f"{qualifier}{in_prose(low.value)}", figure=low.id),
        Span(text=" to "),
        Span(text=_as_in_a_brief(f"{in_prose(high.value)} {result.unit}"), figure=high.id),
    )


def _as_in_a_brief(stated: str) -> str:
    """A stated figure with its thousands set apart as everywhere in a brief, and on one line with its unit."""
    apart = re.sub(r"(?<=\d),(?=\d{3})", THIN, stated)
    return with_subscript(re.sub(r"(?<=\d) (?=\S)", NO_BREAK, apart))


def document_source(framework: Framework, id: str) -> SourceRecord:
    """A document of the framework as a source that data rows can name."""
    document = framework.document(id)
    return SourceRecord(
        id=document.id,
        title=document.title,
        publisher=document.publisher,
        citation=f"{document.publisher} ({document.date[:4]}), {document.title}, {document.kind}.",
        licence="facts quoted with their source",
        landing_page=document.url or "",
    )


def _figure(parts: tuple[str, ...], label: str, quantity: Quantity, value: float | None) -> Figure:
    return Figure(
        id=identifier(*parts),
        label=label[:1].upper() + label[1:],
        value=value,
        unit=quantity.unit,
        period=quantity.period or "not stated",
        status=quantity.standing,
        sources=(quantity.locator.document,),
        method="quoted",
        dataset="framework",
    )
