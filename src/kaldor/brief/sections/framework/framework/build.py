"""Section: what the framework of grand challenges asks on the points of this brief, and which cases bear on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Bullets, Cell, Column, Paragraph, Span, Table, Text
from kaldor.brief.ledger import write
from kaldor.brief.names import in_text, with_subscript
from kaldor.brief.quoted import quote_result
from kaldor.brief.sections.framework.framework import SECTION
from kaldor.brief.sections.framework.framework.chosen import cases_first, priorities_first, weights

if TYPE_CHECKING:
    from kaldor.framework.framework import Framework
    from kaldor.framework.model import Case

_RESULTS_OF_A_CASE = 3
_FIRST_PRIORITIES = 5
_FIRST_CASES = 3


def build(context: Context) -> Part:
    """Priorities and debates for the sections of this study, and the cases that answer them with their results."""
    framework, known = context.framework, weights(context)
    priorities = priorities_first(context, known)
    debates = [debate.id for debate in framework.debates() if debate.id in known]
    cases = [_case(context, case) for case in cases_first(context, known)]
    table = _priority_table(framework, priorities[:_FIRST_PRIORITIES])
    nearest = Bullets(items=tuple(cases[:_FIRST_CASES]))
    blocks: tuple[Block, ...] = (
        Paragraph(
            text=write(
                "The white paper behind the framework sorts what governments and firms want into five grand "
                "challenges. These of its priorities bear most on this study: first those that its levers act on, "
                "then those of most of its sections. Whether they fit the country is for its ministers, firms and "
                "workers to decide. Cases come first from {place}, then from its peers; most figures are stated by "
                "those who run the programme, and none shows what would have happened without it.",
                place=in_text(context.country),
            )
        ),
        table,
        *((nearest,) if cases else ()),
        *(
            (_priority_table(framework, priorities[_FIRST_PRIORITIES:], more=True),)
            if priorities[_FIRST_PRIORITIES:]
            else ()
        ),
        *_debates(framework, debates),
        *_more_cases(cases[_FIRST_CASES:]),
    )
    return Part.of(SECTION, blocks, leading=(table, nearest))


def _priority_table(framework: Framework, ids: Sequence[str], *, more: bool = False) -> Table:
    priorities = [framework.priority(name) for name in ids]
    return Table(
        id="framework-priorities-more" if more else "framework-priorities",
        title="Further priorities that bear on this brief" if more else "Priorities that bear most on this brief",
        columns=(
            Column(title="Priority"),
            Column(title="Whose"),
            Column(title="What it asks"),
            Column(title="Challenge"),
        ),
        rows=tuple(
            (
                Cell(text=priority.title),
                Cell(text="Government" if priority.sector == "public" else "Firms"),
                Cell(text=priority.summary),
                Cell(text=framework.challenge(priority.challenge).name),
            )
            for priority in priorities
        ),
        caption="In our own words, after tables 2 to 6 of the white paper of the World Economic Forum (2024).",
    )


def _debates(framework: Framework, ids: Sequence[str]) -> Iterator[Block]:
    debates = [framework.debate(name) for name in ids]
    if debates:
        yield Paragraph(text=write("On these questions the experts asked did not agree:"))
        yield Bullets(
            items=tuple((Span(text=f"{debate.title}: ", strong=True), Span(text=debate.question)) for debate in debates)
        )


def _more_cases(cases: Sequence[Text]) -> Iterator[Block]:
    if cases:
        yield Paragraph(text=write("Further cases that bear on them, each result with its standing:"))
        yield Bullets(items=tuple(cases))


def _case(context: Context, case: Case) -> Text:
    start = (Span(text=f"{case.title}.", strong=True), Span(text=f" {case.place}; {case.period}: "))
    if not case.results:
        return (*start, Span(text="no quantified result."))
    spans: list[Span] = []
    for result in case.results[:_RESULTS_OF_A_CASE]:
        if spans:
            spans.append(Span(text="; "))
        spans.append(Span(text=f"{with_subscript(result.measures)}: "))
        spans += quote_result(context.ledger, case, result)
        spans.append(Span(text=f" ({result.standing})"))
    return (*start, *spans, Span(text="."))
