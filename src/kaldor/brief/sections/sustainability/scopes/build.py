"""Section: manufacturing by scope, and what may be compared with companies' own reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_without
from kaldor.brief.names import listed, possessive, sentence_start
from kaldor.brief.quoted import quote_fact
from kaldor.brief.sections.sustainability.scopes import SECTION
from kaldor.brief.units import shown_unit
from kaldor.digits import ranked
from kaldor.sustainability.scopes import ENERGY_GROUP, IndustryScopes, RatioSummary, block_scopes, industry_scopes

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.economy import Extension

MANUFACTURING = "manufacturing"
_SCOPES = {"scope1": "Scope 1", "scope2": "Scope 2", "scope3_upstream": "Scope 3 upstream"}
_REPORTED = "supply-chain-over-operational-emissions"
_MOST = 14


def build(context: Context) -> Part:
    """Scopes of each manufacturing industry, of manufacturing as one block, and the ratios that may be quoted."""
    emissions, economy = context.needed_emissions, context.economy
    if not {MANUFACTURING, ENERGY_GROUP} <= set(economy.sector_groups):
        lacking = "no sector groups 'manufacturing' and 'energy'"
        remedy = "Name them in the column 'groups' of the table's sectors.csv."
        return part_without(context, SECTION, lacking, remedy)
    sectors = economy.group(MANUFACTURING)
    scopes = industry_scopes(economy, emissions.id)
    own = scopes.of(sectors, [context.country])
    blocks_of = {code: block_scopes(economy, code, sectors, emissions.id) for code in context.compared}
    origin = context.origin_of(emissions)
    ratio = {code: _block_ratio(context, code, block, origin) for code, block in blocks_of.items()}
    pooled, median = _world_ratios(context, scopes.of(sectors).scope3_over_scopes12(), origin)
    block = _block_figures(context, emissions, context.country, blocks_of[context.country], origin)
    return Part.of(
        SECTION,
        (
            _words(context),
            _industry_chart(context, emissions, own, origin),
            _block_words(context, block, ratio[context.country]),
            _block_table(context, ratio, blocks_of, emissions, origin),
            _comparison(context, pooled, median),
        ),
        write(
            "{whose} manufacturing as a whole emitted {own} itself, {power} through its electricity and {chain} "
            "further up its supply chains.",
            whose=sentence_start(possessive(context.country)),
            own=block["scope1"],
            power=block["scope2"],
            chain=block["scope3_upstream"],
        ),
        results={"scopes": scopes.table, "scopes_of_blocks": _frame(blocks_of)},
        not_modelled=(
            write(
                "Scope 3 downstream: emissions when products are used or discarded. Machines and buildings that an "
                "industry invests in are final demand in the table and so outside its scope 3 as well."
            ),
        ),
    )


def _words(context: Context) -> Paragraph:
    names = [context.sector_name(code) for code in context.economy.group(ENERGY_GROUP)]
    return Paragraph(
        text=write(
            "Scopes belong to industries, never to countries. Scope 1 is what an industry emits itself; scope 2 what "
            "arises in making its electricity and heat (here the sector “{power}”); scope 3 upstream what arises in "
            "the rest of its supply chain, at home and abroad. The chain of one industry runs through the next: "
            "the bars below overlap and must not be added up.",
            power="; ".join(names),
        )
    )


def _industry_chart(context: Context, emissions: Extension, own: IndustryScopes, origin: Origin) -> Chart:
    shown = shown_unit(emissions.unit)
    table = own.table[own.table["output"] > 0]
    order = ranked(table[list(_SCOPES)].sum(axis=1)).index[:_MOST]
    rows = []
    for key in order:
        sector = key[1]
        name = context.sector_name(sector)
        figures = tuple(
            context.ledger.enter(
                (SECTION.id, sector, column),
                f"{listed(context.country)}, {name}: {words.lower()}",
                table.loc[key, column] * shown.factor,
                shown.unit,
                "scopes",
                origin,
            ).id
            for column, words in _SCOPES.items()
        )
        rows.append(ChartRow(label=name, figures=figures))
    return Chart(
        id="scopes-industries",
        form="stacked",
        title=f"{sentence_start(possessive(context.country))} manufacturing industries by scope",
        unit=shown.unit,
        axis="Emissions of the industry and its supply chain",
        series=tuple(_SCOPES.values()),
        rows=tuple(rows),
        label_title="Industry",
        stamp=origin.stamp(),
        alt=f"Stacked bars for {len(rows)} industries in three scopes, largest first: {rows[0].label}.",
        caption="Bars overlap through supply chains: never add them up.",
    )


def _block_figures(
    context: Context, emissions: Extension, code: str, block: pd.Series, origin: Origin
) -> dict[str, Figure]:
    shown = shown_unit(emissions.unit)
    return {
        column: context.ledger.enter(
            (SECTION.id, "block", code, column),
            f"{listed(code)}, manufacturing as one block: {words.lower()}",
            block[column] * shown.factor,
            shown.unit,
            "block-scopes",
            origin,
        )
        for column, words in _SCOPES.items()
    }


def _block_ratio(context: Context, code: str, block: pd.Series, origin: Origin) -> Figure:
    own = block["scope1"] + block["scope2"]
    return context.ledger.enter(
        (SECTION.id, "block-ratio", code),
        f"{listed(code)}, manufacturing as one block: scope 3 upstream over scopes 1 and 2",
        block["scope3_upstream"] / own if own > 0 else None,
        "t per t",
        "block-scopes",
        origin,
    )


def _block_words(context: Context, block: dict[str, Figure], ratio: Figure) -> Paragraph:
    return Paragraph(
        text=write(
            "Asked as one block, with the chains between its industries netted, {whose} manufacturing emitted {own} "
            "itself and {power} through electricity; {chain} arose upstream of its borders. That is {ratio:number} "
            "tonnes upstream for each tonne of scopes 1 and 2.",
            whose=possessive(context.country),
            own=block["scope1"],
            power=block["scope2"],
            chain=block["scope3_upstream"],
            ratio=ratio,
        )
    )


def _block_table(
    context: Context,
    ratio: dict[str, Figure],
    blocks_of: dict[str, pd.Series],
    emissions: Extension,
    origin: Origin,
) -> Table:
    unit = shown_unit(emissions.unit).unit
    rows = []
    for code, block in blocks_of.items():
        figures = _block_figures(context, emissions, code, block, origin).values()
        rows.append((Cell(text=listed(code)), *(cell(figure) for figure in figures), cell(ratio[code])))
    return Table(
        id="scopes-blocks",
        title="Manufacturing of each country as one block",
        columns=(
            Column(title="Country"),
            *(Column(title=words, unit=unit, numeric=True) for words in _SCOPES.values()),
            Column(title="Scope 3 upstream over 1 and 2", unit="t per t", numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
    )


def _world_ratios(context: Context, summary: RatioSummary, origin: Origin) -> tuple[Figure, Figure]:
    def enter(name: str, value: float) -> Figure:
        label = (
            f"World manufacturing, {summary.industries} industries of regions: scope 3 upstream over 1 and 2, {name}"
        )
        return context.ledger.enter((SECTION.id, "world", name), label, value, "t per t", "scope-ratio", origin)

    return enter("pooled", summary.pooled), enter("median", summary.median)


def _comparison(context: Context, pooled: Figure, median: Figure) -> Note:
    reported = quote_fact(context.ledger, context.framework.fact(_REPORTED))
    return Note(
        tone="caution",
        title="Beside what companies report",
        text=(
            *write(
                "Over the manufacturing industries of all regions in this table, scope 3 upstream is {pooled:number} "
                "times scopes 1 and 2 together when all are pooled, and {median:number} times in the middle industry. ",
                pooled=pooled,
                median=median,
            ),
            *_quoted(reported),
        ),
    )


def _quoted(reported: Figure) -> Text:
    return write(
        "An average of {times:number} times is often quoted. It is another measure: the mean over companies that "
        "report to CDP, of supply-chain over operational emissions as they state them, with the use of sold products "
        "and capital goods included and chains counted once for each company that they pass. The two cannot stand on "
        "one axis, and neither confirms or refutes the other.",
        times=reported,
    )


def _frame(blocks_of: dict[str, pd.Series]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(blocks_of).T.rename_axis("region")
