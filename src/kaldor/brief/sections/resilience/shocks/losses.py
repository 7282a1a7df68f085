"""What a shock costs one place, and who else pays for it: the measures in words, quoted and in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.brief.document import Cell, Column, Figure, Table, Text
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, possessive, sentence_start
from kaldor.brief.sections.resilience.shocks import SECTION
from kaldor.brief.sections.resilience.shocks.pictures import METHOD, WORLD, Run
from kaldor.brief.units import PERCENT
from kaldor.twin.shocks import draws_beside
from kaldor.twin.shocks.words import DAYS, MEASURES, MONEY, NOT_IN_TIME, SAME_LOSS, SHARE, SIGNS, few

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS: Final = ("central", "p5", "median", "p95")
_HEADS: Final = ("Central", "5 %", "Median", "95 %")
_UNITS: Final = {DAYS: "days"}


def lost(run: Run, place: str, origin: Origin) -> Text:
    """What a place loses in the central run, or gains, with the band: a sentence."""
    if run.result.not_modelled:
        return write("{reason}", reason=sentence_start(run.result.not_modelled.replace("`", "")))
    if why := run.idle(place):
        return write("{why}", why=sentence_start(why))
    lost = one(run, place, "lost_value_added", origin)
    if run.without_effect:
        whose = sentence_start(possessive(place))
        return write("{whose} value added would change by {lost}: no volume moves.", whose=whose, lost=lost)
    low, high = (one(run, place, "lost_value_added", origin, column) for column in ("p5", "p95"))
    direct, along, made_up = (one(run, place, name, origin) for name in ("direct_loss", "lost_along_chains", "made_up"))
    where = write(
        "{whose} value added would be {lost:size} {way} in all in the central run; from 5 to 95 % of all runs, the "
        "loss goes from {low:number} to {high}",
        whose=sentence_start(possessive(place)),
        lost=lost,
        way="lower" if (lost.value or 0.0) >= 0 else "higher",
        low=low,
        high=high,
    )
    if not direct.value:
        begins = write(". None of it is lost directly, {along} along chains", along=along)
    else:
        begins = write(". {direct} are lost directly and {along} along chains", direct=direct, along=along)
    ends = write("; {made_up} are made up by overtime, rebuilding and sales that others lost.", made_up=made_up)
    return (*where, *begins, *ends)


def who_else_pays(run: Run, place: str, origin: Origin) -> Text:
    """Who pays beside the industries of a place: its final users, those elsewhere, and whom the events strike there."""
    if run.without_effect or run.idle(place):
        return ()
    here = one(run, place, "unmet_final_demand", origin)
    if "unmet_final_demand_elsewhere" not in _of(run, place).index:  # a table of one region knows nobody elsewhere
        return write(
            " Final users go without {here}: the same loss seen from those who use, not to be added to it.", here=here
        )
    elsewhere = one(run, place, "unmet_final_demand_elsewhere", origin)
    direct = one(run, place, "direct_loss_elsewhere", origin)
    said = write(
        " Who else pays: final users at home go without {here}, those elsewhere without {elsewhere}. This is the "
        "world’s loss seen from those who use, not to be added to it.",
        here=here,
        elsewhere=elsewhere,
    )
    if not direct.value:
        return said
    struck = few([run.called(region, in_a_sentence=True) for region in run.struck])
    return (*said, *write(" The events take {direct} directly from {struck}.", direct=direct, struck=struck))


def one(run: Run, place: str, measure: str, origin: Origin, column: str = "central") -> Figure:
    """One measure of the central run, or at an end of the band, to be quoted in text."""
    words, kind = next((words, kind) for name, words, kind in MEASURES if name == measure)
    factor, unit = _shown(run, kind)
    which = {"central": "central run", "p5": "5 % of runs", "p95": "95 % of runs"}[column]
    return run.context.ledger.enter(
        (SECTION.id, run.id, place, measure, *([column] if column != "central" else [])),
        f"{run.name}: {in_running_text(words)}, {run.whose(place)}, {which}",
        run.cleared(float(_of(run, place).loc[measure, column])) * factor,
        unit,
        METHOD,
        origin,
    )


def summary_table(run: Run, place: str, origin: Origin) -> Table:
    """Every measure of a place: the central run beside the band."""
    frame, rows = _of(run, place), []
    for measure, words, kind in MEASURES:
        if measure not in frame.index or np.isnan(float(frame.loc[measure, "central"])):
            continue
        factor, unit = _shown(run, kind)
        raw = [float(frame.loc[measure, column]) for column in _COLUMNS]
        values = [(run.cleared(value) if kind == MONEY else value) * factor for value in raw]
        figure = run.context.ledger.enter_run(
            (SECTION.id, run.id, place, measure, "spread"),
            f"{run.name}: {in_running_text(words)}, {run.whose(place)}",
            values,
            "central run, 5 %, median, 95 % of runs",
            unit,
            METHOD,
            origin,
        )
        cells = (Cell(text=NOT_IN_TIME) if np.isinf(value) else cell(figure, at=at) for at, value in enumerate(values))
        rows.append((Cell(text=words), Cell(text=unit), *cells))
    return Table(
        id=identifier(SECTION.id, run.id, "losses", place),
        title=f"{run.name}: losses of {run.whose(place)}" + ("" if place == WORLD else ", and who else pays"),
        columns=(Column(title="Measure"), Column(title="Unit"), *(Column(title=h, numeric=True) for h in _HEADS)),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=(
            f"{sentence_start(draws_beside(run.shock.runs))}, seed {run.shock.seed}. Central: usual behaviour; median: "
            f"of the draws. {SIGNS} {SAME_LOSS} Back to normal: value added stays within 0.1 % of normal, or above it, "
            "from then on."
        ),
        decimals="row",
    )


def _of(run: Run, place: str) -> pd.DataFrame:
    return run.result.summary(run.members(place))


def _shown(run: Run, kind: str) -> tuple[float, str]:
    """By how much the published value of a measure is multiplied, and its unit then."""
    if kind == MONEY:
        return run.context.currency().factor, run.context.currency().unit
    return (100.0, PERCENT) if kind == SHARE else (1.0, _UNITS.get(kind, kind))
