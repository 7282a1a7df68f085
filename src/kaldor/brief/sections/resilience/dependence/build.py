"""Section: on whom manufacturing depends abroad, at face value and looked through all tiers of suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaldor.brief.answer import Lack, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_that_says, part_without
from kaldor.brief.names import in_running_text, in_text, listed, possessive
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.resilience.dependence import SECTION
from kaldor.brief.units import PERCENT
from kaldor.resilience.lookthrough import FACE_VALUE, MEASURES, VALUE_ADDED, ImportDependence, import_dependence

if TYPE_CHECKING:
    import pandas as pd

MANUFACTURING = "manufacturing"
_METHOD = "import-dependence"
_MOST = 10
_SUPPLIERS = 3
_SHOWN = (FACE_VALUE, VALUE_ADDED)
"""What is pictured; the measure that counts chains twice stands in one table, under that name."""


def build(context: Context) -> Part:
    """Foreign shares of the country and its peers; the ten largest foreign inputs and who stands behind them."""
    if MANUFACTURING not in context.economy.sector_groups:
        lacking = f"no sector group '{MANUFACTURING}'"
        remedy = "Name it in the column 'groups' of the table's sectors.csv."
        return part_without(context, SECTION, lacking, remedy)
    origin = context.table_origin()
    views = {code: import_dependence(context.economy, code) for code in context.compared}
    own = views[context.country]
    if why := own.without_inputs:
        return part_that_says(SECTION, f"{why}.", "Use a table of industries that buy inputs.")
    shares = {code: _shares(context, code, view, origin) for code, view in views.items()}
    inputs = own.by_product().head(_MOST)
    rows = {str(sector): _input_figures(context, str(sector), inputs, origin) for sector in inputs.index}
    mine = shares[context.country]
    first = str(inputs.index[0])
    headline = write(
        "Of the inputs that {whose} manufacturing buys in, {face} come straight from abroad; looked through "
        "its suppliers’ suppliers, {through} of the value added behind them is earned abroad.",
        face=mine[FACE_VALUE],
        whose=possessive(context.country),
        through=mine[VALUE_ADDED],
    )
    return Part.of(
        SECTION,
        (
            _words(context, mine, context.sector_name(first)),
            _country_chart(context, shares, origin),
            _input_chart(context, rows, origin),
            _supplier_table(context, own, rows, origin),
            _country_table(context, shares, origin),
            _limits(),
        ),
        headline,
        results={"import_dependence": own.inputs, "import_dependence_shares": _frame(views)},
        not_modelled=(
            write("Who could replace a supplier, at what cost and how fast; stocks; single firms and single products."),
        ),
        said=Said(
            sentences=(headline,),
            lacks=(
                Lack(
                    what=write("Who could replace a supplier, at what cost and how fast."),
                    data="customs records by product and partner, and a survey of firms’ stocks and suppliers",
                ),
            ),
        ),
        leading=("dependence-inputs", "dependence-suppliers"),
    )


def _shares(context: Context, code: str, view: ImportDependence, origin: Origin) -> dict[str, Figure]:
    shares = view.foreign_share()
    return {
        measure: context.ledger.enter(
            (SECTION.id, code, measure),
            f"{listed(code)}, manufacturing: foreign share of inputs, {words.lower()}",
            100 * shares[measure],
            PERCENT,
            _METHOD,
            context.table_origin("observed") if measure == FACE_VALUE else origin,
        )
        for measure, words in MEASURES.items()
    }


def _input_figures(context: Context, sector: str, inputs: pd.DataFrame, origin: Origin) -> dict[str, Figure]:
    name = in_running_text(context.sector_name(sector))
    return {
        measure: context.ledger.enter(
            (SECTION.id, "input", sector, measure),
            f"{listed(context.country)}, manufacturing: share of all inputs that is foreign {name}, {words.lower()}",
            100 * inputs.loc[sector, measure],
            PERCENT,
            _METHOD,
            context.table_origin("observed") if measure == FACE_VALUE else origin,
        )
        for measure, words in MEASURES.items()
        if measure in _SHOWN
    }


def _words(context: Context, mine: dict[str, Figure], first: str) -> Paragraph:
    return Paragraph(
        text=write(
            "At face value, {face} of the inputs that {whose} manufacturing buys from outside itself come from "
            "abroad. Domestic suppliers import too, and so do theirs. Looked through all tiers, {through} of the value "
            "added behind those inputs is earned abroad. The largest foreign input is {first}.",
            face=mine[FACE_VALUE],
            whose=possessive(context.country),
            through=mine[VALUE_ADDED],
            first=in_running_text(first),
        )
    )


def _country_chart(context: Context, shares: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    ordered = sorted(shares, key=lambda code: -(shares[code][VALUE_ADDED].value or 0.0))
    mine = shares[context.country]
    return Chart(
        id="dependence-countries",
        form="dumbbell",
        title="Foreign share of the inputs of manufacturing",
        unit=PERCENT,
        axis="Foreign share of inputs from outside manufacturing’s own block",
        series=tuple(MEASURES[measure] for measure in _SHOWN),
        rows=tuple(
            ChartRow(
                label=listed(code),
                figures=tuple(shares[code][measure].id for measure in _SHOWN),
                highlight=code == context.country,
            )
            for code in ordered
        ),
        label_title="Country",
        stamp=origin.stamp(),
        alt=(
            f"Pairs of dots. {listed(context.country)}: {in_prose(mine[FACE_VALUE].value)} % at face value, "
            f"{in_prose(mine[VALUE_ADDED].value)} % looked through, in value added."
        ),
    )


def _input_chart(context: Context, rows: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    return Chart(
        id="dependence-inputs",
        form="dots",
        title=f"The ten largest foreign inputs of {possessive(context.country)} manufacturing",
        unit=PERCENT,
        axis="Share of all inputs by the same measure",
        series=tuple(MEASURES[measure] for measure in _SHOWN),
        rows=tuple(
            ChartRow(label=context.sector_name(sector), figures=tuple(figure.id for figure in figures.values()))
            for sector, figures in rows.items()
        ),
        label_title="Foreign input",
        stamp=origin.stamp(),
        alt=f"Pairs of dots for {len(rows)} foreign inputs, largest share of value added first.",
        caption="Services such as trade and transport count as inputs like goods.",
    )


def _supplier_table(
    context: Context, own: ImportDependence, rows: dict[str, dict[str, Figure]], origin: Origin
) -> Table:
    body = []
    for sector, figures in rows.items():
        name = context.sector_name(sector)
        suppliers = own.suppliers_of(sector, most=_SUPPLIERS)
        cells = [Cell(text=name), *(cell(figure) for figure in figures.values())]
        for code, share in suppliers.items():
            label = f"{listed(context.country)}, foreign {in_running_text(name)}: share of it from {in_text(str(code))}"
            figure = context.ledger.enter(
                (SECTION.id, "input", sector, "from", str(code)), label, 100 * share, PERCENT, _METHOD, origin
            )
            cells.append(cell(figure, listed(str(code))))
        cells += [Cell()] * (1 + len(_SHOWN) + _SUPPLIERS - len(cells))
        body.append(tuple(cells))
    return Table(
        id="dependence-suppliers",
        title="Who stands behind the ten largest foreign inputs",
        columns=(
            Column(title="Foreign input"),
            *(Column(title=MEASURES[measure], unit=PERCENT, numeric=True) for measure in _SHOWN),
            *(Column(title=place, unit=PERCENT) for place in ("First supplier", "Second supplier", "Third supplier")),
        ),
        rows=tuple(body),
        stamp=origin.stamp(),
        caption="A supplier's share is of the value added abroad in that product behind the inputs, through all tiers.",
    )


def _country_table(context: Context, shares: dict[str, dict[str, Figure]], origin: Origin) -> Table:
    return Table(
        id="dependence-measures",
        title="Foreign share of the inputs of manufacturing, by each measure",
        columns=(
            Column(title="Country"),
            *(Column(title=words, unit=PERCENT, numeric=True) for words in MEASURES.values()),
        ),
        rows=tuple(
            (Cell(text=listed(code)), *(cell(figure) for figure in shares[code].values())) for code in context.compared
        ),
        stamp=origin.stamp(),
        caption="Gross output is counted at each step of a chain; value added is counted once.",
    )


def _limits() -> Note:
    return Note(
        tone="caution",
        title="How to read look-through shares",
        text=write(
            "They are shares of the value added behind all inputs, another total than that of face-value shares; what "
            "manufacturing itself adds by supplying its suppliers is in neither. A large share is exposure, not yet "
            "risk: the table does not say who could step in."
        ),
    )


def _frame(views: dict[str, ImportDependence]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({code: view.foreign_share() for code, view in views.items()}).T.rename_axis("region")
