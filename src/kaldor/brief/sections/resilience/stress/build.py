"""Section: the standard set of shocks on the country, one after the other: value added at risk and time to recover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.brief.answer import Entry, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    ChartRow,
    Column,
    Paragraph,
    Table,
    Text,
)
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_that_says
from kaldor.brief.names import in_text, possessive, sentence_start
from kaldor.brief.sections.resilience.stress import SECTION, STRESS, StudyStress
from kaldor.brief.units import PERCENT
from kaldor.digits import ranked
from kaldor.twin.shocks import draws_said
from kaldor.twin.shocks.idle import without_value_added
from kaldor.twin.shocks.stress import WEEKLY, StressResult, standard_shocks, stress

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.brief.document import Figure

METHOD: Final = "stress"
_ALL: Final = "all"
_SECTORS: Final = 6
_COUNTS: Final = {5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine"}


def build(context: Context) -> Part:
    """The standard set on the study's country, or on the region that its [stress] names."""
    asked = context.study.of(STRESS) or StudyStress()
    region = asked.region or context.country
    if why := without_value_added(context.economy, [region]):
        return part_that_says(SECTION, why, "Name a region that produces under [stress].")
    result = stress(context.economy, region, runs=asked.runs, steps=asked.steps, seed=asked.seed, parameters=WEEKLY)
    origin = context.table_origin("predicted")
    ran = result.shocks[result.shocks["note"] == ""]
    each = ran.drop(index=_ALL, errors="ignore")
    title = f"How {in_text(region)} stands up to the standard shocks"
    picture = [_chart(context, region, each, origin)] if len(each) else []
    blocks: list[Block] = [_words(asked, region), *picture, _table(context, asked, each, ran, origin)]
    if len(each):
        blocks.append(_sectors(context, region, result, origin))
    blocks += _sizes()
    headline = _headline(context, region, each, origin)
    return Part.of(
        SECTION,
        tuple(blocks),
        headline,
        heading=title,
        results={
            "stress_shocks": result.shocks,
            "stress_sectors": result.sectors,
            "stress_regions": result.regions,
        },
        said=Said(
            sentences=(headline,),
            entries=(Entry(kind="Stress test", name="Standard shocks", text=headline, section=SECTION.id),),
            picture=picture[0].id if picture else "",
        ),
        not_modelled=tuple(
            write("Stress test, {title}: {note}", title=str(row["title"]), note=str(row["note"]))
            for _, row in result.shocks[result.shocks["note"] != ""].iterrows()
        ),
    )


def _words(asked: StudyStress, region: str) -> Paragraph:
    return Paragraph(
        text=write(
            "{count} shocks of sizes that have been seen somewhere, each tried on {place} over {weeks} weeks with "
            "{runs} (seed {seed}). Value added at risk is what is lost over that time, as a "
            "share of a normal year. The mean is that of all draws, the tail that of the worst twentieth. The set says "
            "how hard a country is hit, and not how likely that is.",
            count=_COUNTS.get(len(standard_shocks()), str(len(standard_shocks()))),
            place=in_text(region),
            weeks=str(asked.steps),
            runs=draws_said(asked.runs),
            seed=str(asked.seed),
        )
    )


def _share(context: Context, shock: str, title: str, row: pd.Series, which: str, origin: Origin) -> Figure:
    words = {"mean": "mean of runs", "tail": "worst twentieth of runs"}[which]
    return context.ledger.enter(
        (SECTION.id, shock, which),
        f"{title}: value added at risk, {words}",
        100.0 * float(row[f"value_added_at_risk_{which}"]),
        PERCENT,
        METHOD,
        origin,
    )


def _chart(context: Context, region: str, each: pd.DataFrame, origin: Origin) -> Chart:
    rows = tuple(
        ChartRow(
            label=str(row["title"]),
            figures=tuple(
                _share(context, str(shock), str(row["title"]), row, which, origin).id for which in ("mean", "tail")
            ),
        )
        for shock, row in each.loc[ranked(each["value_added_at_risk_mean"]).index].iterrows()
    )
    return Chart(
        id="stress-at-risk",
        form="dumbbell",
        title=f"Value added at risk in {in_text(region)}",
        unit=PERCENT,
        axis="Value added lost, of a normal year",
        series=("Mean", "Tail"),
        rows=rows,
        label_title="Shock",
        stamp=origin.stamp(),
        alt=f"Mean and tail of value added at risk under {len(rows)} shocks; most under: {rows[0].label}.",
        caption="Below zero: a gain, as trade turns to the country.",
    )


def _table(context: Context, asked: StudyStress, each: pd.DataFrame, ran: pd.DataFrame, origin: Origin) -> Table:
    """All figures by shock, and those of all shocks pooled in a last row."""
    money, rows = context.currency(), []
    pooled = [(str(shock), row) for shock, row in ran.iterrows() if shock == _ALL]
    for shock, row in [*((str(shock), row) for shock, row in each.iterrows()), *pooled]:
        title = sentence_start(str(row["title"]))
        days = float(row["days_to_recover"])
        recovered = context.ledger.enter(
            (SECTION.id, shock, "days"),
            f"{title}: days until back to normal, median of runs",
            days,
            "days",
            METHOD,
            origin,
        )
        world = context.ledger.enter(
            (SECTION.id, shock, "world"),
            f"{title}: value added lost in the world, mean of runs",
            float(row["world_mean"]) * money.factor,
            money.unit,
            METHOD,
            origin,
        )
        shares = (cell(_share(context, shock, title, row, which, origin)) for which in ("mean", "tail"))
        time = Cell(text=f"over {asked.steps * 7}") if np.isinf(days) else cell(recovered)
        rows.append((Cell(text=title), *shares, time, cell(world)))
    if not rows:
        rows = [(Cell(text="None of the standard shocks can be run on this economy"), *[Cell(text="–")] * 4)]
    return Table(
        id="stress-shocks",
        title="The standard shocks one by one",
        columns=(
            Column(title="Shock"),
            Column(title="Mean", unit="% of a year", numeric=True),
            Column(title="Tail", unit="% of a year", numeric=True),
            Column(title="Back to normal", unit="days, median", numeric=True),
            Column(title="World, mean", unit=money.unit, numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=(
            f"{sentence_start(draws_said(asked.runs))} for each shock, seed {asked.seed}. Tail: mean of the worst "
            "twentieth of runs, of at least one. Back to normal: value added stays within 0.1 % of normal from then "
            "on; 0 if it never left."
        ),
    )


def _sectors(context: Context, region: str, result: StressResult, origin: Origin) -> Table:
    """The industries of the region with most at risk over all shocks."""
    rows = []
    known = result.sectors.dropna()
    for sector, row in known.loc[ranked(known["mean"]).index[:_SECTORS]].iterrows():
        name = context.sector_name(str(sector))
        figures = [
            context.ledger.enter(
                (SECTION.id, "sector", str(sector), which),
                f"All standard shocks: value added at risk, {name}, {in_text(region)}, {which} of runs",
                100.0 * float(row[which]),
                PERCENT,
                METHOD,
                origin,
            )
            for which in ("mean", "tail")
        ]
        rows.append((Cell(text=name), *(cell(figure) for figure in figures)))
    return Table(
        id="stress-sectors",
        title=f"{sentence_start(possessive(region))} industries with most at risk",
        columns=(
            Column(title="Industry"),
            Column(title="Mean", unit="% of its year", numeric=True),
            Column(title="Tail", unit="% of its year", numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Over the runs of all shocks, each shock counting the same.",
    )


def _sizes() -> list[Block]:
    """Where the sizes of the shocks come from."""
    items = (
        write("{title}. {source}.", title=shock.title, source=shock.source.rstrip("."))
        for shock in standard_shocks().values()
    )
    return [Paragraph(text=write("Where the sizes of the shocks come from:")), Bullets(items=tuple(items))]


def _headline(context: Context, region: str, each: pd.DataFrame, origin: Origin) -> Text:
    if not len(each):
        return write("Stress test: not modelled, since the economy declares none of the sectors that the shocks name.")
    worst = str(ranked(each["value_added_at_risk_mean"]).index[0])
    row = each.loc[worst]
    shares: Sequence[Figure] = [
        _share(context, worst, str(row["title"]), row, which, origin) for which in ("mean", "tail")
    ]
    return write(
        "Of the standard shocks “{title}” would cost {place} most: {mean} of a year’s value added, {tail} in the tail.",
        title=str(row["title"]),
        place=in_text(region),
        mean=shares[0],
        tail=shares[1],
    )
