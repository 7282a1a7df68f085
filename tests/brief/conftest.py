"""A small document with every kind of block, for the renderers' tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kaldor.brief.answer import Answer, Entry, Lack
from kaldor.brief.document import (
    Bullets,
    Cell,
    Chart,
    ChartRow,
    Column,
    Document,
    Finding,
    Method,
    Note,
    Paragraph,
    Section,
    Span,
    Table,
    Term,
    numbered,
)
from kaldor.brief.ledger import Ledger, Origin, cell, write

DIGITS = 5e-6
"""To what share of itself a figure of a brief equals what it shows: half a unit of its sixth digit."""

HOSTILE = "<b>Steel</b> & #co"


def made_document(label: str = HOSTILE) -> Document:
    ledger = Ledger()
    origin = Origin(("table",), 2009, "estimated", "table")
    places = ["Germany", "France", label, "Poland", "Japan", "United Kingdom"]
    values = [812.4, 391.0, 12.25, 288.1, 1093.7, 561.9]

    def figure(what: str, place: str, value: float | None, unit: str = "Mt CO₂"):
        return ledger.enter((what, place), f"{what}, {place}", value, unit, "accounts", origin)

    one = [figure("production", p, v) for p, v in zip(places, values, strict=True)]
    two = [figure("consumption", p, v * 1.15) for p, v in zip(places, values, strict=True)]
    three = [figure("balance", p, (v - 500) / 5, "%") for p, v in zip(places, values, strict=True)]
    parts = [[figure(f"scope {s}", p, v / s) for s in (1, 2, 3)] for p, v in zip(places, values, strict=True)]

    def chart(name: str, form: str, series: tuple[str, ...], figures: list[list], unit: str = "Mt CO₂") -> Chart:
        return Chart(
            id=name,
            form=form,
            title=f"A picture of form {form}",
            unit=unit,
            axis="CO₂ in a year",
            series=series,
            rows=tuple(
                ChartRow(label=p, figures=tuple(f.id for f in row), highlight=p == "Germany")
                for p, row in zip(places, figures, strict=True)
            ),
            label_title="Country",
            stamp=origin.stamp(),
            alt=f"{form}: Germany 812, France 391.",
            caption="What the picture shows.",
        )

    blocks = (
        Paragraph(text=write("Germany made {made} and used {used}. {more}", made=one[0], used=two[0], more=label)),
        chart("pic-dumbbell", "dumbbell", ("Production", "Consumption"), [list(r) for r in zip(one, two, strict=True)]),
        chart("pic-bars", "bars", ("Balance",), [[f] for f in three], unit="%"),
        Note(tone="missing", title="Jobs are not modelled", text=write("Add a dataset with jobs.")),
        chart("pic-stacked", "stacked", ("Scope 1", "Scope 2", "Scope 3 upstream"), parts),
        chart("pic-dots", "dots", ("Face value", "Look-through"), [list(r) for r in zip(one, two, strict=True)]),
        Table(
            id="tab",
            title="A table",
            columns=(
                Column(title="Country"),
                Column(title="Production", unit="Mt CO₂", numeric=True),
                Column(title="Remark"),
            ),
            rows=tuple((Cell(text=p), cell(f), Cell(text="a remark")) for p, f in zip(places, one, strict=True)),
            stamp=origin.stamp(),
        ),
        Bullets(items=(write("First {a}.", a=one[1]), write("Second."))),
    )
    sections = (
        Section(id="accounts", title="What a country makes and uses", challenge="sustainability", blocks=blocks),
        Section(
            id="trade",
            title="What others buy",
            challenge="resilience",
            blocks=(Paragraph(text=write("See {link}.", link=Span(text="the accounts", section="accounts"))),),
        ),
    )
    findings = tuple(
        Finding(
            challenge=c, text=write("Germany's use caused {a} of CO₂, of which much elsewhere.", a=two[0]), section=s
        )
        for c, s in (
            ("sustainability", "accounts"),
            ("resilience", "trade"),
            ("technology", "trade"),
            ("workforce", "trade"),
            ("society", "accounts"),
        )
    )
    draft = Document(
        title="Germany in 2009",
        subtitle="What its industry emits, needs and earns",
        country="DEU",
        year=2009,
        status="estimated",
        status_line="Estimated data for 2009",
        answer=Answer(
            question="What does Germany’s industry emit?",
            sentences=(write("It made {made}.", made=one[0]), write("It used {used}.", used=two[0])),
            entries=(Entry(kind="Scenario", name=label, text=write("{made} less.", made=one[1]), section="trade"),),
            picture="pic-bars",
            gains=(write("France gains {made}.", made=one[1]),),
            uncertain=(write("No band."),),
            lacks=(Lack(what=write("Jobs."), data="jobs by industry"),),
        ),
        findings=findings,
        sections=sections,
        not_modelled=(write("Households' own energy."),),
        notes=("2009 is a crisis year.",),
        methods=(
            Method(id="accounts", title="Country accounts", text="Sums along chains.", source="Miller & Blair (2009)"),
        ),
        sources=(
            {
                "id": "table",
                "title": "A table of the world",
                "publisher": "Its maker",
                "citation": "Maker (2015)",
                "licence": "CC BY 4.0",
            },
        ),
        glossary=(Term(term="CO₂", meaning="carbon dioxide"),),
        figures=tuple(ledger.figures.values()),
        made_with="Kaldor",
    )
    return draft.model_copy(update={"figures": numbered(draft.figures, draft.figure_references())})


@pytest.fixture
def document() -> Document:
    return made_document()


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """Makes the document with another label for one of its places."""
    return made_document


@pytest.fixture(scope="session")
def hostile() -> str:
    """The label that tries to be markup."""
    return HOSTILE
