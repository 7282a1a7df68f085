"""Section: what each shock of the study would cost, whom, for how long, where, and what would break first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Note, Paragraph, Text
from kaldor.brief.ledger import Origin, identifier, write
from kaldor.brief.sections.resilience.shocks import SECTION, SHOCKS, StudyShock
from kaldor.brief.sections.resilience.shocks.dearer import dearer, dearer_in_words
from kaldor.brief.sections.resilience.shocks.horizons import over_horizons
from kaldor.brief.sections.resilience.shocks.losers import (
    breaks_first,
    industries_table,
    own_industries_table,
    regions_table,
)
from kaldor.brief.sections.resilience.shocks.losses import lost, one, summary_table, who_else_pays
from kaldor.brief.sections.resilience.shocks.pictures import WORLD, Run, fan, tile_map
from kaldor.brief.sections.resilience.shocks.said import said
from kaldor.brief.wording import listing
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.run import ShockResult, run_shock

if TYPE_CHECKING:
    import pandas as pd


def build(context: Context) -> Part:
    """Every shock of the study, run on its economy."""
    runs = tuple(Run(context, shock, result_of(context, shock)) for shock in context.study.of(SHOCKS))
    origin = context.table_origin("predicted")
    blocks: list[Block] = [_words(context, runs)]
    for run in runs:
        blocks += _blocks(run, origin)
    blocks.append(_how_sure(runs))
    return Part.of(
        SECTION,
        tuple(blocks),
        _headline(runs[0], origin),
        results={name: frame for run in runs for name, frame in _results(run).items()},
        not_modelled=(
            write(
                "Shocks: firms that close for good, credit and new capital. Stocks, overproduction and other suppliers "
                "are all that firms can turn to in the model."
            ),
        ),
        said=said(runs, origin),
        leading=tuple(
            identifier(SECTION.id, run.id, *which)
            for which in (("fan", context.country), ("losses", context.country), ("losers", "regions"))
            for run in runs
        ),
    )


def result_of(context: Context, shock: StudyShock) -> ShockResult:
    """One shock of the study, run as it is declared there."""
    behaviour = Parameters.assuming(shock.assumptions, shock.step_days)
    return run_shock(context.economy, shock, behaviour, steps=shock.steps, bands=shock.runs, seed=shock.seed)


def _words(context: Context, runs: Sequence[Run]) -> Paragraph:
    names = [run.name for run in runs]
    return Paragraph(
        text=write(
            "Tried on the economy of {year}, step by step: {names}. Firms draw on their stocks, "
            "make more where they can, and turn to other suppliers over time. Losses are of value added; those of "
            "gross output would count a product again at every stage of its chain.",
            year=str(context.economy.year),
            names="; ".join(names),
        )
    )


def _blocks(run: Run, origin: Origin) -> list[Block]:
    blocks: list[Block] = [_told(run, origin)]
    if run.without_effect:
        return [*blocks, *dearer(run, origin)]
    for place in run.places:
        blocks += [fan(run, place, origin), summary_table(run, place, origin)]
    blocks += dearer(run, origin)
    blocks += [breaks_first(run, origin), tile_map(run, origin), regions_table(run, origin)]
    blocks += [*own_industries_table(run, origin), industries_table(run, origin)]
    return [*blocks, *over_horizons(run, origin)]


def _told(run: Run, origin: Origin) -> Paragraph:
    shock = run.shock
    return Paragraph(
        text=(
            *write("{name}, over {days} days. ", name=run.name, days=f"{shock.steps * shock.step_days:g}"),
            *lost(run, run.context.country, origin),
            *who_else_pays(run, run.context.country, origin),
            *dearer_in_words(run, origin),
            *_in_the_world(run, origin),
            *write(
                "{note}{source}",
                note=f" {run.result.shock.note.rstrip('.')}." if run.result.shock.note else "",
                source=f" Source of its size: {shock.source.rstrip('.')}." if shock.source else "",
            ),
        )
    )


def _in_the_world(run: Run, origin: Origin) -> Text:
    if run.result.not_modelled:
        return ()
    return write(" In the world: {lost} in the central run.", lost=one(run, WORLD, "lost_value_added", origin))


def _how_sure(runs: Sequence[Run]) -> Note:
    """What the bands vary, and how each event is carried."""
    varied = listing([one.short for one in RANGES])
    events = "; ".join(f"{run.name}: {listing(list(dict.fromkeys(run.result.honesty)))}" for run in runs)
    text = (
        f"Bands vary how firms behave and nothing else: {varied}. None of this is observed for an economy as a whole. "
        f"Errors of the table and of the size of the shock are not in them. How the events are carried: {events}."
    )
    return Note(tone="caution", title="How sure this is", text=write("{text}", text=text))


def _headline(run: Run, origin: Origin) -> Text:
    return (*write("{name}. ", name=run.name), *lost(run, run.context.country, origin))


def _results(run: Run) -> dict[str, pd.DataFrame]:
    """Tables for the results folder; the shock's id stands in their names."""
    result, name = run.result, run.id.replace("-", "_")
    bands = result.bands.T.stack().rename("of_normal").reset_index().set_index(["region", "statistic", "day"])
    value_added = result.value_added.T.stack().rename("value_added").to_frame()
    tables = {
        "bands": bands,
        "value_added": value_added,
        "losers": result.losers(),
        "breaks_first": result.bottlenecks(),
        "summary": result.summary(run.members(run.context.country)),
        "summary_world": result.summary(),
    }
    if (result.prices != 0).any():
        tables |= {"price_effects": result.price_effects(), "cost_rises": result.cost_rises()}
    if run.over_horizons:
        tables["horizons"] = run.over_horizons.table
    return {f"shock_{name}_{kind}": frame for kind, frame in tables.items()}
