"""Section: what exports leave at home, in value added and in jobs, by a named definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kaldor.brief.answer import Lack, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.document import (
    Block,
    Cell,
    Challenge,
    Chart,
    ChartRow,
    Column,
    Figure,
    Note,
    Paragraph,
    Table,
    Text,
)
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_without
from kaldor.brief.names import in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.economy.exports import SECTION
from kaldor.brief.sentences import sentence
from kaldor.brief.units import PERCENT, shown_unit
from kaldor.economy.trade import Definition, content_of_exports

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from kaldor.economy.economy import Extension

_WITH_JOBS = "Value added and jobs in exports"
_DEFINITIONS: Final[Mapping[Definition, tuple[str, str]]] = {
    "gross_exports": ("domestic content of gross exports", "exports-gross"),
    "extraction": ("by extraction of exports", "exports-extraction"),
    "absorbed_abroad": ("finally used abroad", "exports-absorbed"),
}


def build(context: Context) -> Part:
    """Value added in exports of the country and its peers, the country’s by three definitions, and jobs."""
    if context.economy.bought_outside.any():
        lacking = "imports among its flows, so that what of an export was made at home cannot be told"
        return part_without(context, SECTION, lacking, "Add a table of domestic flows, or one of the world.")
    by_definition = {name: content_of_exports(context.economy, definition=name) for name in _DEFINITIONS}
    main = by_definition["gross_exports"]
    origin = context.table_origin()
    figures = {code: _enter(context, main, code, origin) for code in context.compared}
    jobs = {e.id: content_of_exports(context.economy, e.id, definition="gross_exports") for e in context.jobs}
    own = figures[context.country]
    challenge: Challenge = "workforce" if jobs else "economy"
    blocks: tuple[Block, ...] = (
        _words(context, own),
        _share_chart(context, figures, origin),
        _country_table(context, figures, origin),
        _definition_table(context, by_definition, own, origin),
        _jobs_block(context, jobs),
    )
    return Part.of(
        SECTION,
        blocks,
        _headline(context, own),
        heading=_WITH_JOBS if jobs else "",
        challenge=challenge,
        results={f"exports_{name}": frame for name, frame in by_definition.items()}
        | {f"exports_{name}": frame for name, frame in jobs.items()},
        not_modelled=() if jobs else (_no_jobs(context),),
        said=Said(
            sentences=(_headline(context, own),),
            gains=(
                sentence(
                    "exports-gain", exports=own["exports"], content=own["content"], place=in_text(context.country)
                ),
            ),
            lacks=()
            if jobs
            else (Lack(what=write("Jobs, in exports and anywhere else."), data="jobs by country and industry"),),
        ),
    )


def _enter(context: Context, frame: pd.DataFrame, code: str, origin: Origin) -> dict[str, Figure]:
    money, name = context.currency(), listed(code)
    row = frame.loc[code]

    def enter(key: str, words: str, value: float, unit: str, method: str, of: Origin = origin) -> Figure:
        return context.ledger.enter((SECTION.id, code, key), f"{name}: {words}", value, unit, method, of)

    content = "domestic value added in gross exports"
    sold, cells = row["exports"] * money.factor, context.table_origin("observed")
    return {
        "exports": enter("exports", "gross exports", sold, money.unit, "gross-exports", cells),
        "content": enter("content", content, row["content"] * money.factor, money.unit, "exports-gross"),
        "kept": enter("kept", f"{content}, per gross exports", 100 * _over(row), PERCENT, "exports-gross"),
        "share": enter(
            "share", f"{content}, share of its total value added", 100 * row["share_of_total"], PERCENT, "exports-gross"
        ),
    }


def _over(row: pd.Series) -> float:
    return float(row["content"] / row["exports"]) if row["exports"] > 0 else float("nan")


def _headline(context: Context, own: dict[str, Figure]) -> Text:
    return write(
        "Exports earned {place} {content} of value added at home, {share} of its total; of each 100 exported, in "
        "money, {kept:number} stayed in the country.",
        place=in_text(context.country),
        content=own["content"],
        share=own["share"],
        kept=own["kept"],
    )


def _words(context: Context, own: dict[str, Figure]) -> Paragraph:
    return Paragraph(
        text=write(
            "{whose} gross exports were {exports}. Part of each export was bought abroad before; what remained at "
            "home as value added was {content}, or {kept} of exports and {share} of the country’s value added. "
            "The definition is domestic content of gross exports; two others, which can differ from it by "
            "several percent, are set beside it below.",
            whose=sentence_start(possessive(context.country)),
            exports=own["exports"],
            content=own["content"],
            kept=own["kept"],
            share=own["share"],
        )
    )


def _share_chart(context: Context, figures: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    ordered = sorted(figures, key=lambda code: -(figures[code]["share"].value or 0.0))
    return Chart(
        id="exports-share",
        form="bars",
        title="How much of a country’s value added is earned by exports",
        unit=PERCENT,
        axis="Share of the country’s value added",
        series=("Share",),
        rows=tuple(
            ChartRow(label=listed(c), figures=(figures[c]["share"].id,), highlight=c == context.country)
            for c in ordered
        ),
        label_title="Country",
        stamp=origin.stamp(),
        alt=(
            f"Bars for {len(ordered)} countries. {listed(context.country)}: "
            f"{in_prose(figures[context.country]['share'].value)} %. Largest: {listed(ordered[0])}."
        ),
        caption="Domestic content of gross exports.",
    )


def _country_table(context: Context, figures: dict[str, dict[str, Figure]], origin: Origin) -> Table:
    unit = context.currency().unit
    return Table(
        id="exports-countries",
        title="Exports and what they leave at home",
        columns=(
            Column(title="Country"),
            Column(title="Gross exports", unit=unit, numeric=True),
            Column(title="Value added in them", unit=unit, numeric=True),
            Column(title="Per gross exports", unit=PERCENT, numeric=True),
            Column(title="Of all value added", unit=PERCENT, numeric=True),
        ),
        rows=tuple(
            (Cell(text=listed(code)), *(cell(entered[key]) for key in ("exports", "content", "kept", "share")))
            for code, entered in figures.items()
        ),
        stamp=origin.stamp(),
    )


def _definition_table(
    context: Context, frames: Mapping[Definition, pd.DataFrame], own: dict[str, Figure], origin: Origin
) -> Table:
    money = context.currency()
    rows = []
    for name, (words, method) in _DEFINITIONS.items():
        label = f"{listed(context.country)}: value added in exports, {words}"
        value = frames[name].loc[context.country, "content"] * money.factor
        if name == "gross_exports":  # a figure of the table above already
            figure = own["content"]
        else:
            figure = context.ledger.enter((SECTION.id, context.country, name), label, value, money.unit, method, origin)
        rows.append((Cell(text=sentence_start(words)), cell(figure)))
    return Table(
        id="exports-definitions",
        title=f"{sentence_start(possessive(context.country))} value added in exports by three definitions",
        columns=(Column(title="Definition"), Column(title="Value added", unit=money.unit, numeric=True)),
        rows=tuple(rows),
        stamp=origin.stamp(),
    )


def _jobs_block(context: Context, jobs: Mapping[str, pd.DataFrame]) -> Block:
    if not jobs:
        return Note(tone="missing", title="Jobs are not modelled", text=_no_jobs(context))
    extensions = {extension.id: extension for extension in context.jobs}
    shown = {name: shown_unit(extension.unit) for name, extension in extensions.items()}
    unit = next(iter(shown.values())).unit
    first = next(iter(extensions.values()))
    origin = context.origin_of(first)
    rows = []
    for code in context.compared:
        cells = [Cell(text=listed(code))]
        for name, frame in jobs.items():
            cells += _jobs_cells(context, code, extensions[name], frame)
        rows.append(tuple(cells))
    columns = [Column(title="Country")]
    for extension in extensions.values():
        columns += [
            Column(title=extension.name, unit=shown[extension.id].unit or unit, numeric=True),
            Column(title="of all", unit=PERCENT, numeric=True),
        ]
    return Table(
        id="exports-jobs",
        title="Jobs in exports",
        columns=tuple(columns),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Domestic content of gross exports, in jobs; the share is of all jobs of the country’s industries.",
    )


def _jobs_cells(context: Context, code: str, extension: Extension, frame: pd.DataFrame) -> list[Cell]:
    origin, shown = context.origin_of(extension), shown_unit(extension.unit)
    amount = context.ledger.enter(
        (SECTION.id, code, extension.id),
        f"{listed(code)}: {extension.name.lower()} in gross exports",
        frame.loc[code, "content"] * shown.factor,
        shown.unit,
        "exports-gross",
        origin,
    )
    share = context.ledger.enter(
        (SECTION.id, code, extension.id, "share"),
        f"{listed(code)}: {extension.name.lower()} in gross exports, share of all",
        100 * frame.loc[code, "share_of_total"],
        PERCENT,
        "exports-gross",
        origin,
    )
    return [cell(amount), cell(share)]


def _no_jobs(context: Context) -> Text:
    return write(
        "Jobs in exports: the economy of this study ({economy}, {year}) carries no extension with jobs. Add a dataset "
        "with jobs by industry (command: kaldor data add) and name it under 'extensions' in the study.",
        economy=context.economy.source.title,
        year=str(context.economy.year),
    )
