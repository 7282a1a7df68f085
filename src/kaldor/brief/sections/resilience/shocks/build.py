"""Section: what each shock of the study would cost, whom, for how long, where, and what would break first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Cell, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, in_text, possessive, sentence_start
from kaldor.brief.sections.resilience.shocks import SECTION, SHOCKS, StudyShock
from kaldor.brief.sections.resilience.shocks.pictures import METHOD, WORLD, Run, fan, tile_map
from kaldor.brief.units import PERCENT
from kaldor.brief.wording import listing
from kaldor.digits import ranked
from kaldor.twin.shocks import draws_beside
from kaldor.twin.shocks.parameters import RANGES, Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock

if TYPE_CHECKING:
    import pandas as pd

_LOSERS: Final = 6  # rows of each printed table; the results have all
_COLUMNS: Final = ("central", "p5", "median", "p95")
_HEADS: Final = ("Central", "5 %", "Median", "95 %")
_MONEY: Final = "money"
_RISE: Final = 1e-6  # share; smaller rises are not told
_MEASURES: Final = (
    ("lost_value_added", "Value added lost", _MONEY),
    ("lost_value_added_share", "The same, of what is normal over that time", PERCENT),
    ("direct_loss", "Direct: what the events themselves take", _MONEY),
    ("indirect_loss", "Indirect: what spreads along chains", _MONEY),
    ("unmet_final_demand", "Final demand not delivered", _MONEY),
    ("deepest_loss_share", "Deepest loss in any step", PERCENT),
    ("days_to_recover", "Time until back to normal", "days"),
)
"""Measures of `kaldor.twin.shocks.summary.losses`, their words, and how they are shown."""


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
        return [*blocks, *_dearer(run, origin)]
    for place in run.places:
        blocks += [fan(run, place, origin), _summary_table(run, place, origin)]
    blocks += _dearer(run, origin)
    blocks += [_breaks_first(run, origin), tile_map(run, origin), _regions_table(run, origin)]
    return [*blocks, _industries_table(run, origin)]


def _told(run: Run, origin: Origin) -> Paragraph:
    shock = run.shock
    return Paragraph(
        text=(
            *write("{name}, over {days} days. ", name=run.name, days=f"{shock.steps * shock.step_days:g}"),
            *_lost(run, run.context.country, origin),
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
    return write(" In the world: {lost} in the central run.", lost=_one(run, WORLD, "lost_value_added", origin))


def _lost(run: Run, place: str, origin: Origin) -> Text:
    """What a place loses in the central run, or gains, with the band: a sentence."""
    if run.result.not_modelled:
        return write("{reason}", reason=sentence_start(run.result.not_modelled))
    if why := run.idle(place):
        return write("{why}", why=sentence_start(why))
    lost = _one(run, place, "lost_value_added", origin)
    if run.without_effect:
        whose = sentence_start(possessive(place))
        return write("{whose} value added would change by {lost}: no volume moves.", whose=whose, lost=lost)
    low, high = (_one(run, place, "lost_value_added", origin, column) for column in ("p5", "p95"))
    direct = _one(run, place, "direct_loss", origin)
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
        return (*where, *write(". None of it is lost directly: all comes along chains."))
    return (*where, *write(". {direct} are lost directly, the rest along chains.", direct=direct))


def _of(run: Run, place: str) -> pd.DataFrame:
    return run.result.summary(run.members(place))


def _one(run: Run, place: str, measure: str, origin: Origin, column: str = "central") -> Figure:
    """One measure of the central run, or at an end of the band, to be quoted in text."""
    words, kind = next((words, kind) for name, words, kind in _MEASURES if name == measure)
    factor, unit = _shown(run, kind)
    which = {"central": "central run", "p5": "5 % of runs", "p95": "95 % of runs"}[column]
    return run.context.ledger.enter(
        (SECTION.id, run.id, place, measure, *([column] if column != "central" else [])),
        f"{run.name}: {in_running_text(words)}, {_whose(run, place)}, {which}",
        run.cleared(float(_of(run, place).loc[measure, column])) * factor,
        unit,
        METHOD,
        origin,
    )


def _shown(run: Run, kind: str) -> tuple[float, str]:
    """By how much the published value of a measure is multiplied, and its unit then."""
    if kind == _MONEY:
        return run.context.currency().factor, run.context.currency().unit
    return (100.0, PERCENT) if kind == PERCENT else (1.0, kind)


def _whose(run: Run, place: str) -> str:
    return "the world" if place == WORLD else run.called(place, in_a_sentence=True)


def _summary_table(run: Run, place: str, origin: Origin) -> Table:
    frame, rows = _of(run, place), []
    for measure, words, kind in _MEASURES:
        factor, unit = _shown(run, kind)
        raw = [float(frame.loc[measure, column]) for column in _COLUMNS]
        values = [(run.cleared(value) if kind == _MONEY else value) * factor for value in raw]
        figure = run.context.ledger.enter_run(
            (SECTION.id, run.id, place, measure, "spread"),
            f"{run.name}: {in_running_text(words)}, {_whose(run, place)}",
            values,
            "central run, 5 %, median, 95 % of runs",
            unit,
            METHOD,
            origin,
        )
        cells = (
            Cell(text="not in this time") if np.isinf(value) else cell(figure, at=at) for at, value in enumerate(values)
        )
        rows.append((Cell(text=words), Cell(text=unit), *cells))
    return Table(
        id=identifier(SECTION.id, run.id, "losses", place),
        title=f"{run.name}: losses of {_whose(run, place)}",
        columns=(Column(title="Measure"), Column(title="Unit"), *(Column(title=h, numeric=True) for h in _HEADS)),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=(
            f"{sentence_start(draws_beside(run.shock.runs))}, seed {run.shock.seed}. A loss below zero is a gain. "
            "Back to normal: value added stays within 0.1 % of normal, or above it, from then on."
        ),
        decimals="row",
    )


def _dearer(run: Run, origin: Origin) -> list[Block]:
    """What becomes dearer for the country's final users at the height of price events, where there are any."""
    prices = run.result.prices.loc[run.context.country]
    rises = ranked(prices[prices > _RISE]).head(_LOSERS)
    if rises.empty:
        return []
    rows = []
    for sector, rise in rises.items():
        name = _industry(run, str(sector))
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "price", str(sector)),
            f"{run.name}: rise of the price of {in_running_text(name)} for final users, {in_text(run.context.country)}",
            100.0 * float(rise),
            PERCENT,
            METHOD,
            origin,
        )
        rows.append((Cell(text=name), cell(figure)))
    table = Table(
        id=identifier(SECTION.id, run.id, "prices"),
        title=f"{run.name}: what becomes dearer in {in_text(run.context.country)}",
        columns=(Column(title="Product"), Column(title="Rise", unit=PERCENT, numeric=True)),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Costs passed on along all chains, at the height of the event.",
    )
    return [table]


def _breaks_first(run: Run, origin: Origin) -> Block:
    """Products by the day on which their stocks first stop a user; in words where none does."""
    frame = run.result.bottlenecks()
    if frame.empty:
        text = (
            "No product ran short in the central run: stocks, other suppliers and unused capacity bridged the gap. "
            "What was lost was lost where the events struck, and in demand for what those industries buy. Runs with "
            "smaller stocks or slower substitution may lose more; the band shows how much."
        )
        return Note(tone="caution", title=f"What breaks first: {run.name}", text=write("{text}", text=text))
    money, ledger, rows = run.context.currency(), run.context.ledger, []
    for product, row in frame.head(_LOSERS).iterrows():
        name = _industry(run, str(product))
        key = (SECTION.id, run.id, "breaks", str(product))
        known = (
            ("day", "day on which it first stops a user", float(row["first_day"]), "day"),
            ("lost", "value added lost for want of it", float(row["lost_value_added"]) * money.factor, money.unit),
            ("runs", "share of runs in which it runs short", 100.0 * float(row["in_runs"]), PERCENT),
        )
        day, lost, share = (
            ledger.enter((*key, what), f"{run.name}: {name}, {words}", value, unit, METHOD, origin)
            for what, words, value, unit in known
        )
        user = f"{_industry(run, row['first_sector'])}, {run.called(row['first_region'])}"
        rows.append((Cell(text=name), cell(day), Cell(text=user), cell(lost), cell(share)))
    return Table(
        id=identifier(SECTION.id, run.id, "breaks-first"),
        title=f"What breaks first: {run.name}",
        columns=(
            Column(title="Product"),
            Column(title="First day", unit="from the start", numeric=True),
            Column(title="First user to halt"),
            Column(title="Lost by its lack", unit=money.unit, numeric=True),
            Column(title="Runs short in", unit="% of runs", numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Products whose stocks ran short in the central run. Among users cut on the same day, the largest.",
    )


def _regions_table(run: Run, origin: Origin) -> Table:
    """The regions that lose most value added, in money; and how much of their own year that is."""
    by_region = ranked(run.result.losers()["central"].groupby(level="region").sum())
    normal = run.result.economy.sum_by_region(run.result.economy.value_added)
    rows = []
    for region in [str(name) for name in by_region.index[:_LOSERS]]:
        yearly = float(normal[run.result.economy.region_position(region)])
        spread = run.result.summary([region]).loc["lost_value_added"]
        values = [float(spread[column]) for column in ("central", "p5", "p95")]
        name = run.called(region)
        rows.append((Cell(text=name), *_loser_cells(run, (region,), name, values, yearly, origin)))
    return _losers_table(run, "regions", "regions", "Region", rows, origin)


def _industries_table(run: Run, origin: Origin) -> Table:
    """The industries that lose most value added, anywhere."""
    rows = []
    for (region, sector), row in run.result.losers().head(_LOSERS).iterrows():
        name = f"{run.called(region)}: {in_running_text(_industry(run, sector))}"
        yearly = float(row["central"]) / float(row["share_of_year"]) if row["share_of_year"] else float("nan")
        values = [float(row[column]) for column in ("central", "p5", "p95")]
        rows.append((Cell(text=name), *_loser_cells(run, (region, sector), name, values, yearly, origin)))
    return _losers_table(run, "industries", "industries", "Industry", rows, origin)


def _loser_cells(
    run: Run, key: tuple[str, ...], name: str, values: Sequence[float], yearly: float, origin: Origin
) -> tuple[Cell, ...]:
    """Central loss, 5 and 95 % of runs, and the central loss as a share of what it makes in a normal year."""
    money, ledger = run.context.currency(), run.context.ledger
    lost = ledger.enter_run(
        (SECTION.id, run.id, "loser", *key),
        f"{run.name}: value added lost, {name}",
        [run.cleared(value) * money.factor for value in values],
        "central run, 5 %, 95 % of runs",
        money.unit,
        METHOD,
        origin,
    )
    share = ledger.enter(
        (SECTION.id, run.id, "loser", *key, "share"),
        f"{run.name}: value added lost, of a normal year, {name}, central run",
        100.0 * run.cleared(values[0]) / yearly if yearly > 0 else float("nan"),
        PERCENT,
        METHOD,
        origin,
    )
    return (*(cell(lost, at=at) for at in range(3)), cell(share))


def _losers_table(
    run: Run, id: str, who: str, head: str, rows: Sequence[tuple[Cell, ...]], origin: Origin
) -> Table:  # fmt: skip
    unit = run.context.currency().unit
    return Table(
        id=identifier(SECTION.id, run.id, "losers", id),
        title=f"{run.name}: {who} that lose most",
        columns=(
            Column(title=head),
            Column(title="Lost, central", unit=unit, numeric=True),
            Column(title="5 %", unit=unit, numeric=True),
            Column(title="95 %", unit=unit, numeric=True),
            Column(title="Of a normal year", unit=PERCENT, numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
    )


def _how_sure(runs: Sequence[Run]) -> Note:
    """What the bands vary, and how each event is carried."""
    varied = listing([r.meaning.split(" (")[0].split(", ")[0] for r in RANGES])
    events = "; ".join(f"{run.name}: {listing(list(dict.fromkeys(run.result.honesty)))}" for run in runs)
    text = (
        f"Bands vary how firms behave and nothing else: {varied}. None of this is observed for an economy as a whole. "
        f"Errors of the table and of the size of the shock are not in them. How the events are carried: {events}."
    )
    return Note(tone="caution", title="How sure this is", text=write("{text}", text=text))


def _headline(run: Run, origin: Origin) -> Text:
    return (*write("{name}. ", name=run.name), *_lost(run, run.context.country, origin))


def _industry(run: Run, sector: str) -> str:
    """A sector's name; of one that the shock itself split off, the name it was given."""
    economy = run.result.economy
    if sector in run.context.economy.sectors:
        return run.context.sector_name(sector)
    return economy.sector_names[economy.sector_position(sector)]


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
    return {f"shock_{name}_{kind}": frame for kind, frame in tables.items()}
