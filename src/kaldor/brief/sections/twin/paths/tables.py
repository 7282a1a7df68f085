"""Tables of one path: milestones, what adds up over the years, who pays, and how late each lever may begin."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kaldor.brief.context import Context
from kaldor.brief.cost_left_out import left_out_in_words, without_cost
from kaldor.brief.document import Cell, Column, Table
from kaldor.brief.ledger import Origin, cell, identifier
from kaldor.brief.names import in_running_text, in_text, sentence_start
from kaldor.brief.numbers import NO_BREAK
from kaldor.brief.sections.twin.paths import SECTION, StudyPath
from kaldor.brief.units import PERCENT, YEAR, shown_unit
from kaldor.twin.futures.path import PathResult, latest_starts, run_path
from kaldor.twin.futures.path_reached import summed
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

if TYPE_CHECKING:
    import pandas as pd

METHOD: Final = "path"
SUMMED: Final = (
    "co2-production",
    "co2-world",
    "jobs",
    "manufacturing-value-added",
    "real-income",
    "household-burden",
    "treasury-revenue",
    "treasury-spending",
)
"""Metrics that are added up over years, in the order of the table."""


@dataclass(frozen=True)
class PathRun:
    """One path of the study and what came of it."""

    context: Context
    twin: Twin
    path: StudyPath

    @property
    def id(self) -> str:
        """Its id."""
        return self.path.id

    @property
    def name(self) -> str:
        """What it is called."""
        return self.path.title or self.path.id

    @cached_property
    def result(self) -> PathResult:
        """The path, run."""
        return run_path(self.twin, self.path)

    @cached_property
    def starts(self) -> pd.DataFrame | None:
        """The latest useful starts, where the path has a target and a lever."""
        return latest_starts(self.twin, self.path) if self.path.targets and self.path.levers else None

    @property
    def span(self) -> str:
        """Its years, first and last."""
        return f"{self.path.start}–{self.path.end}"

    @property
    def without_cost(self) -> tuple[str, ...]:
        """The titles of the levers that act and of which nobody knows what they cost."""
        return without_cost(self.twin, (one.lever for one in self.path.levers if one.strength))

    def origin(self) -> Origin:
        """Figures of the path's years, predicted on the table of its own year."""
        return replace(self.context.table_origin("predicted"), period=self.span)

    def words(self, text: str) -> str:
        """The model's words with titles in place of the ids of levers and metrics."""
        for number, lever in enumerate(self.path.levers):
            title = self.twin.levers[lever.lever].title
            label = self.path.label(number)
            text = text.replace(label, title + label.removeprefix(lever.lever))
        for id in sorted({target.metric for target in self.path.targets}, key=len, reverse=True):
            text = text.replace(id, in_running_text(packaged_metrics()[id].title))
        return text.replace(" % ", "% ").replace("% ", f"{NO_BREAK}% ")


def milestones_table(run: PathRun) -> Table:
    """When each lever gets how far, and when targets are met, numbered as the pictures number them."""
    rows = []
    for number, row in enumerate(run.result.milestones.itertuples(), start=1):
        what, finite = run.words(str(row.what)), math.isfinite(row.year)
        # A curve reaches a share within a year: the first whole year in which it holds is told.
        year = math.ceil(row.year - 1e-9) if finite else None
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "milestone", str(number)),
            f"{run.name}: {what}, first whole year",
            year,
            YEAR,
            METHOD,
            run.origin(),
        )
        judged = (
            (NOT_MODELLED if row.met is None else "met" if row.met else "not met")
            if str(row.what).startswith("target")
            else ("" if row.met else "early")
        )
        when = cell(figure) if finite else Cell(text=NOT_MODELLED if row.met is None else "not on this path")
        rows.append((Cell(text=str(number)), Cell(text=sentence_start(what)), when, Cell(text=judged)))
    return Table(
        id=identifier(SECTION.id, run.id, "milestones"),
        title=f"{run.name}: milestones",
        columns=(
            Column(title="No.", numeric=True),
            Column(title="What"),
            Column(title="First whole", unit=YEAR, numeric=True),
            Column(title="Target"),
        ),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
    )


def sums_table(run: PathRun) -> Table:
    """What adds up over the years: without the levers, with them, and the difference."""
    cumulative, rows = run.result.cumulative, []
    for metric in [name for name in SUMMED if name in cumulative.index]:
        line = cumulative.loc[metric]
        shown = shown_unit(str(line["unit"]))
        figure = run.context.ledger.enter_run(
            (SECTION.id, run.id, metric, "sum"),
            f"{run.name}: {in_running_text(str(line['title']))}, summed over {run.span}",
            [float(line[which]) * shown.factor for which in ("reference", "path", "change")],
            "without the levers, with them, change",
            shown.unit,
            METHOD,
            run.origin(),
        )
        cells = (cell(figure, at=at) for at in range(3))
        rows.append((Cell(text=str(line["title"])), Cell(text=shown.unit), *cells))
    return Table(
        id=identifier(SECTION.id, run.id, "sums"),
        title=f"{run.name}: added up from {run.path.start} to {run.path.end}",
        columns=(
            Column(title="What"),
            Column(title="Unit"),
            Column(title="Without the levers", numeric=True),
            Column(title="With them", numeric=True),
            Column(title="Change", numeric=True),
        ),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
        caption="Between computed years sums follow straight lines. Jobs are people at a time; over years, job-years."
        + left_out_in_words(run.without_cost),
        decimals="row",
    )


def costs_table(run: PathRun) -> Table:
    """Whose income in the region the levers change, or at fixed prices who pays: in the last year, and over all."""
    costs, money, rows = run.result.costs, run.context.currency(), []
    incomes = bool(run.result.responding) and not run.result.grown.empty
    for line in costs.columns:
        name = run.words(str(line))
        figure = run.context.ledger.enter_run(
            (SECTION.id, run.id, "cost", str(line)),
            f"{run.name}: {in_running_text(name)}",
            [float(costs[line].iloc[-1]) * money.factor, summed(costs[line], list(costs.index)) * money.factor],
            f"in {run.path.end}, summed over {run.span}",
            money.unit,
            METHOD,
            run.origin(),
        )
        rows.append((Cell(text=sentence_start(name)), cell(figure, at=0), cell(figure, at=1)))
    return Table(
        id=identifier(SECTION.id, run.id, "costs"),
        title=f"{run.name}: {'whose income changes' if incomes else 'who pays'} in {in_text(run.path.region)}",
        columns=(
            Column(title="Income of" if incomes else "Paid"),
            Column(title=f"In {run.path.end}", unit=money.unit, numeric=True),
            Column(title=f"{run.path.start} to {run.path.end}", unit=money.unit, numeric=True),
        ),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
        caption=(_INCOMES if incomes else _PAID) + left_out_in_words(run.without_cost),
    )


_INCOMES: Final = (
    "At the price of what is bought in the table’s year, no discounting. The lines add up to the change of real "
    "national income; what the treasury receives it hands to final users."
)
_PAID: Final = "Below zero: what they buy has become cheaper. Prices of the table’s year, no discounting."


def grown_table(run: PathRun) -> Table:
    """What has grown without the levers: workers and what each makes are declared, the rest answers."""
    rows = []
    for line in run.result.grown.columns:
        name = str(line)
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "grown", name),
            f"{run.name}: growth of {name} since {run.context.economy.year} without the levers",
            float(run.result.grown[line].iloc[-1]),
            PERCENT,
            METHOD,
            run.origin(),
        )
        rows.append((Cell(text=sentence_start(name)), cell(figure)))
    return Table(
        id=identifier(SECTION.id, run.id, "grown"),
        title=f"{run.name}: growth without the levers in {in_text(run.path.region)}, {run.context.economy.year} to "
        f"{run.path.end}",
        columns=(Column(title="What"), Column(title="Growth", unit=PERCENT, numeric=True)),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
        caption="Workers and the product of each are declared, or follow from declared population and demand; capital "
        "keeps pace with both. Jobs, GDP and wages answer.",
    )


def starts_table(run: PathRun, starts: pd.DataFrame) -> Table:
    """The latest year in which each lever may begin for each target still to be met."""
    rows = []
    for number, ((lever, target), row) in enumerate(starts.iterrows(), start=1):
        planned, latest = (
            run.context.ledger.enter(
                (SECTION.id, run.id, "start", str(number), which),
                f"{run.name}: {words} start of {run.words(str(lever))} for {run.words(str(target))}",
                float(row[which]),
                YEAR,
                METHOD,
                run.origin(),
            )
            for which, words in (("planned", "planned"), ("latest", "latest useful"))
        )
        late = cell(latest) if math.isfinite(row["latest"]) else Cell(text="–")
        aim = sentence_start(run.words(str(target)))
        what = sentence_start(str(row["in_words"]))
        rows.append(
            (Cell(text=sentence_start(run.words(str(lever)))), Cell(text=aim), cell(planned), late, Cell(text=what))
        )
    return Table(
        id=identifier(SECTION.id, run.id, "starts"),
        title=f"{run.name}: latest useful starts",
        columns=(
            Column(title="Lever"),
            Column(title="Target"),
            Column(title="Planned", unit=YEAR, numeric=True),
            Column(title="Latest", unit=YEAR, numeric=True),
            Column(title="What that means"),
        ),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
        caption="One lever is moved at a time, with the length of its curve; the others begin as planned.",
    )
