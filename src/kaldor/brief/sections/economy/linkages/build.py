"""Section: which industries pull on suppliers and push on customers most, and where in the chains they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.sections.economy.linkages import SECTION
from kaldor.brief.wording import listing
from kaldor.digits import ranked
from kaldor.economy.linkages import QUADRANTS, linkages
from kaldor.economy.upstream import positions

_METHOD = "linkages"
_POSITION = "upstreamness"
_TIMES = "times the average"
_STAGES = "stages"
_IN_PICTURE = 12
_NAMED = 4

_QUADRANT: Final[Mapping[str, str]] = {
    "key": "Key",
    "backward": "Strong backward",
    "forward": "Strong forward",
    "weak": "Weak",
}
_MEASURES: Final[Mapping[str, tuple[str, str, str]]] = {
    "power": ("backward linkage over the average", _TIMES, _METHOD),
    "sensitivity_ghosh": ("forward linkage over the average", _TIMES, _METHOD),
    "upstreamness": ("stages to final use", _STAGES, _POSITION),
    "downstreamness": ("stages from primary inputs", _STAGES, _POSITION),
}


def build(context: Context) -> Part:
    """Industries of the country by quadrant, the largest ones as pairs of dots, and how far from final use each is."""
    found = linkages(context.economy, scope="domestic", variation=False)
    frame = found.join(positions(context.economy))
    own = frame.loc[context.country]
    active = own.loc[ranked(own["power"][own["output"] > 0]).index]
    origin = context.table_origin()
    figures = {str(sector): _enter(context, str(sector), active, origin) for sector in active.index}
    keys = [str(sector) for sector in active.index[active["quadrant"] == "key"]]
    return Part.of(
        SECTION,
        (
            _words(context, active, figures),
            _chart(context, active, figures, origin),
            _table(context, active, figures, origin),
            _limits(),
        ),
        _headline(context, keys),
        results={"linkages": frame},
    )


def _enter(context: Context, sector: str, active: pd.DataFrame, origin: Origin) -> dict[str, Figure]:
    name = in_running_text(context.sector_name(sector))
    return {
        measure: context.ledger.enter(
            (SECTION.id, context.country, sector, measure),
            f"{listed(context.country)}, {name}: {words}",
            float(active.loc[sector, measure]),
            unit,
            method,
            origin,
        )
        for measure, (words, unit, method) in _MEASURES.items()
    }


def _headline(context: Context, keys: list[str]) -> Text:
    if not keys:
        return write(
            "No industry of {whose} pulls and pushes more than the average.", whose=possessive(context.country)
        )
    return write(
        "{whose} key industries, which pull on suppliers and push on customers at home more than the average, are led "
        "by {names}.",
        whose=sentence_start(possessive(context.country)),
        names=_names(context, keys[:_NAMED]),
    )


def _words(context: Context, active: pd.DataFrame, figures: dict[str, dict[str, Figure]]) -> Paragraph:
    first = str(active.index[0])
    furthest = str(ranked(active["upstreamness"]).index[0])
    return Paragraph(
        text=write(
            "An industry pulls where a unit of its output takes much from home suppliers, and pushes where much is "
            "made from its product at home; both are compared with the average industry. {Pull} pulls most ({power}). "
            "Furthest from final use is {up}, {stages} away.",
            Pull=sentence_start(context.sector_name(first)),
            power=figures[first]["power"],
            up=in_running_text(context.sector_name(furthest)),
            stages=figures[furthest]["upstreamness"],
        )
    )


def _chart(context: Context, active: pd.DataFrame, figures: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    both = ranked(active["power"] + active["sensitivity_ghosh"]).head(_IN_PICTURE)
    return Chart(
        id="linkages-largest",
        form="dots",
        title=f"The twelve most linked industries of {in_text(context.country)}"
        if len(both) == _IN_PICTURE
        else f"The most linked industries of {in_text(context.country)}",
        unit=_TIMES,
        axis="Linkage over that of the average industry",
        series=("Forward", "Backward"),
        rows=tuple(
            ChartRow(
                label=context.sector_name(str(sector)),
                figures=(figures[str(sector)]["sensitivity_ghosh"].id, figures[str(sector)]["power"].id),
                highlight=active.loc[sector, "quadrant"] == "key",
            )
            for sector in both.index
        ),
        label_title="Industry",
        stamp=origin.stamp(),
        alt=f"Pairs of dots for {len(both)} industries, the most linked first; key industries in bold.",
        caption="Key industries, above average in both, are in bold.",
    )


def _table(context: Context, active: pd.DataFrame, figures: dict[str, dict[str, Figure]], origin: Origin) -> Table:
    order = active.assign(place=active["quadrant"].map(QUADRANTS.index)).sort_values("place", kind="stable")
    return Table(
        id="linkages-table",
        title="Every industry, by quadrant",
        columns=(
            Column(title="Industry"),
            Column(title="Quadrant"),
            Column(title="Backward", unit=_TIMES, numeric=True),
            Column(title="Forward", unit=_TIMES, numeric=True),
            Column(title="To final use", unit=_STAGES, numeric=True),
            Column(title="From primary inputs", unit=_STAGES, numeric=True),
        ),
        rows=tuple(
            (
                Cell(text=context.sector_name(str(sector))),
                Cell(text=_QUADRANT[str(order.loc[sector, "quadrant"])]),
                *(cell(figures[str(sector)][measure]) for measure in _MEASURES),
            )
            for sector in order.index
        ),
        stamp=origin.stamp(),
        caption="Linkages follow inputs made at home; stages count purchases along chains at home and abroad.",
    )


def _limits() -> Note:
    return Note(
        tone="caution",
        title="How to read linkages",
        text=write(
            "They say how much hangs together, not how much would grow if an industry were promoted: no capacity, no "
            "price and no import responds. Every industry weighs alike in the average, however small."
        ),
    )


def _names(context: Context, sectors: list[str]) -> str:
    return listing([in_running_text(context.sector_name(sector)) for sector in sectors])
