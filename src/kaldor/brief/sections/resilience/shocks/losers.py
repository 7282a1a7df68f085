"""Whom a shock hits hardest, and what breaks first: products, regions, industries at home and in the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kaldor.brief.document import Block, Cell, Column, Note, Table
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text
from kaldor.brief.sections.resilience.shocks import SECTION
from kaldor.brief.sections.resilience.shocks.pictures import METHOD, Run
from kaldor.brief.units import PERCENT
from kaldor.digits import ranked
from kaldor.twin.shocks.words import NOTHING_BREAKS

if TYPE_CHECKING:
    import pandas as pd

_LOSERS: Final = 6  # rows of each printed table; the results have all


def breaks_first(run: Run, origin: Origin) -> Block:
    """Products by the day on which their stocks first stop a user; in words where none does."""
    frame = run.result.bottlenecks()
    if frame.empty:
        return Note(tone="caution", title=f"What breaks first: {run.name}", text=write("{text}", text=NOTHING_BREAKS))
    money, ledger, rows = run.context.currency(), run.context.ledger, []
    for product, row in frame.head(_LOSERS).iterrows():
        name = run.industry(str(product))
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
        user = f"{run.industry(row['first_sector'])}, {run.called(row['first_region'])}"
        supplier = run.called(row["lost_supplier"]) if row["lost_supplier"] else "all alike"
        rows.append((Cell(text=name), cell(day), Cell(text=user), Cell(text=supplier), cell(lost), cell(share)))
    return Table(
        id=identifier(SECTION.id, run.id, "breaks-first"),
        title=f"What breaks first: {run.name}",
        columns=(
            Column(title="Product"),
            Column(title="First day", unit="from the start", numeric=True),
            Column(title="First user to halt"),
            Column(title="Supplier that is missed most"),
            Column(title="Lost by its lack", unit=money.unit, numeric=True),
            Column(title="Runs short in", unit="% of runs", numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Products whose stocks ran short in the central run. Among users cut on the same day, the largest.",
    )


def regions_table(run: Run, origin: Origin) -> Table:
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


def own_industries_table(run: Run, origin: Origin) -> list[Table]:
    """The country's own industries that lose most value added; no table where none loses any."""
    losers, own = run.result.losers(), run.members(run.context.country)
    here = losers[losers.index.get_level_values("region").isin(own) & (losers["central"] > 0)]
    if here.empty:
        return []
    title = f"industries of {run.whose(run.context.country)}"
    return [_losers_table(run, "own-industries", title, "Industry", _industries(run, here, origin), origin)]


def industries_table(run: Run, origin: Origin) -> Table:
    """The industries that lose most value added, anywhere."""
    rows = _industries(run, run.result.losers(), origin)
    return _losers_table(run, "industries", "industries of the world", "Industry", rows, origin)


def _industries(run: Run, losers: pd.DataFrame, origin: Origin) -> list[tuple[Cell, ...]]:
    rows = []
    for (region, sector), row in losers.head(_LOSERS).iterrows():
        name = f"{run.called(region)}: {in_running_text(run.industry(sector))}"
        yearly = float(row["central"]) / float(row["share_of_year"]) if row["share_of_year"] else float("nan")
        values = [float(row[column]) for column in ("central", "p5", "p95")]
        rows.append((Cell(text=name), *_loser_cells(run, (region, sector), name, values, yearly, origin)))
    return rows


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
