"""One event over three horizons, in one picture with its table: days, the first years, the long run."""

from __future__ import annotations

import numpy as np

from kaldor.brief.document import Block, Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table
from kaldor.brief.ledger import Origin, identifier, write
from kaldor.brief.names import sentence_start
from kaldor.brief.sections.resilience.shocks import SECTION
from kaldor.brief.sections.resilience.shocks.pictures import METHOD, Run
from kaldor.brief.units import PERCENT
from kaldor.twin.horizons import CONTAINS, DAYS, HORIZONS, MEASURES, METHODS, Horizons

_LASTING = "lasting-loss"
_BAND = ("low", "gdp_volume", "high")


def over_horizons(run: Run, origin: Origin) -> list[Block]:
    """The event beside what is left of it for good, where the study asks for it; of what is no ban, the reason."""
    found = run.over_horizons
    if found is None:
        return []
    if found.not_modelled:
        title = f"What is left of it for good: {run.name}"
        return [Note(tone="missing", title=title, text=write("{why}", why=found.not_modelled))]
    said = Paragraph(text=write("{said}", said=" ".join(found.said)))
    return [_picture(run, found, origin), _contents(run, found, origin), said]


def _picture(run: Run, found: Horizons, origin: Origin) -> Chart:
    rows = [
        ChartRow(
            label=f"{sentence_start(str(place))}: {found.called(horizon)}",
            figures=(figure.id,) * len(_BAND),
            at=tuple(range(len(_BAND))),
            highlight=str(place) == run.whose(run.context.country),
        )
        for place in dict.fromkeys(found.table.index.get_level_values("place"))
        for horizon in HORIZONS
        for figure in (_figure(run, found, str(place), horizon, origin),)
    ]
    return Chart(
        id=identifier(SECTION.id, run.id, "horizons"),
        form="dumbbell",
        title=f"{run.name}: the {found.called(DAYS)}, the first years, the long run",
        unit=PERCENT,
        axis="Volume of GDP against what it would be",
        series=("Low", "Central", "High"),
        rows=tuple(rows),
        label_title="Whose, and over what",
        stamp=origin.stamp(),
        level=0.0,
        alt="Change of the volume of GDP over three horizons, each with its range: the table has the figures.",
        caption="Below zero is a loss. What each figure contains, and whence it comes, stands in the table below.",
    )


def _figure(run: Run, found: Horizons, place: str, horizon: str, origin: Origin) -> Figure:
    values = found.table.loc[(place, horizon), list(_BAND)].astype(float)
    return run.context.ledger.enter_run(
        (SECTION.id, run.id, "horizon", place, horizon),
        f"{run.name}: volume of GDP of {place}, {horizon}",
        np.where(np.abs(values) < 1e-9, 0.0, values).tolist(),
        "low, central, high",
        PERCENT,
        METHOD if horizon == DAYS else _LASTING,
        origin,
    )


def _contents(run: Run, found: Horizons, origin: Origin) -> Table:
    return Table(
        id=identifier(SECTION.id, run.id, "horizons", "contents"),
        title=f"{run.name}: what each of the three contains",
        columns=(
            Column(title="Over"),
            Column(title="What is measured"),
            Column(title="What is in it"),
            Column(title="Source"),
        ),
        rows=tuple(
            (
                Cell(text=sentence_start(found.called(one))),
                Cell(text=sentence_start(MEASURES[one])),
                Cell(text=sentence_start(CONTAINS[one])),
                Cell(text=sentence_start(METHODS[one])),
            )
            for one in HORIZONS
        ),
        stamp=origin.stamp(),
    )
