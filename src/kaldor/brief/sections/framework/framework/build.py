"""Section: what the framework of grand challenges asks on the points of this brief, and which cases bear on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Bullets, Cell, Column, Paragraph, Span, Table, Text
from kaldor.brief.ledger import write
from kaldor.brief.quoted import quote_result
from kaldor.brief.sections import sections
from kaldor.brief.sections.framework.framework import SECTION

if TYPE_CHECKING:
    from kaldor.framework.framework import Framework
    from kaldor.framework.model import Case

_RESULTS_OF_A_CASE = 3


def build(context: Context) -> Part:
    """Priorities and debates for the sections of this study, and the cases that answer them with their results."""
    framework = context.framework
    shown = [section for section in sections().values() if section.id in context.study.sections]
    priorities = list(dict.fromkeys(name for section in shown for name in section.priorities))
    debates = list(dict.fromkeys(name for section in shown for name in section.debates))
    blocks: tuple[Block, ...] = (
        Paragraph(
            text=write(
                "The white paper behind the framework sorts what governments and firms want into five grand "
                "challenges. These of its priorities bear on the figures above; whether they fit the country is for "
                "its ministers, firms and workers to decide."
            )
        ),
        _priority_table(framework, priorities),
        *_debates(framework, debates),
        *_cases(context, {*priorities, *debates}),
    )
    return Part.of(
        SECTION,
        blocks,
    )


def _priority_table(framework: Framework, ids: Sequence[str]) -> Table:
    priorities = [framework.priority(name) for name in ids]
    return Table(
        id="framework-priorities",
        title="Priorities that bear on this brief",
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


def _cases(context: Context, asked: Set[str]) -> Iterator[Block]:
    cases = [case for case in context.framework.cases() if asked & {*case.priorities, *case.debates}]
    if not cases:
        return
    yield Paragraph(
        text=write(
            "Cases that bear on them, each result with its standing. Most figures are stated by those who run the "
            "programme; none shows what would have happened without it."
        )
    )
    yield Bullets(items=tuple(_case(context, case) for case in cases))


def _case(context: Context, case: Case) -> Text:
    start = (Span(text=case.title, strong=True), Span(text=f" ({case.place}; {case.period}): "))
    if not case.results:
        return (*start, Span(text="no quantified result."))
    spans: list[Span] = []
    for result in case.results[:_RESULTS_OF_A_CASE]:
        if spans:
            spans.append(Span(text="; "))
        spans.append(Span(text=f"{result.measures}: "))
        spans += quote_result(context.ledger, case, result)
        spans.append(Span(text=f" ({result.standing})"))
    return (*start, *spans, Span(text="."))
