"""Section: paths of levers to a chosen year: what comes of them, when, at what cost, how late is too late."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Bullets, Chart, ChartRow, Mark, Note, Paragraph, Text
from kaldor.brief.ledger import identifier, write
from kaldor.brief.names import in_running_text, in_text, possessive
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.twin.paths import PATHS, SECTION
from kaldor.brief.sections.twin.paths.said import said
from kaldor.brief.sections.twin.paths.tables import (
    METHOD,
    SUMMED,
    PathRun,
    costs_table,
    grown_table,
    milestones_table,
    starts_table,
    sums_table,
)
from kaldor.brief.sections.twin.paths.targets import missed_by, targets_table
from kaldor.brief.units import shown_unit
from kaldor.twin.futures.meter import at_fixed_prices
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import NOT_ASKED
from kaldor.twin.scenario import CLOSURES
from kaldor.twin.twin import Twin

if TYPE_CHECKING:
    import pandas as pd

_PICTURED: Final = ("co2-production", "co2-world", "jobs", "real-income")
_MOST_PICTURES: Final = 3


def build(context: Context) -> Part:
    """Every path of the study, on its economy."""
    twin = context.economy.once(Twin)
    runs = tuple(
        PathRun(context, twin, one.model_copy(update={"region": one.region or context.country}))
        for one in context.study.of(PATHS)
    )
    blocks: list[Block] = []
    for run in runs:
        blocks += _blocks(run)
    heads = [_headline(run) for run in runs]
    return Part.of(
        SECTION,
        tuple(blocks),
        heads[0],
        results={name: frame for run in runs for name, frame in _results(run).items()},
        not_modelled=tuple(
            write("Paths, {metric}: {reason}", metric=packaged_metrics()[id].title, reason=reason)
            for id, reason in runs[0].result.not_modelled.items()
            if reason != NOT_ASKED
        ),
        said=said(runs, heads, next((block.id for block in blocks if isinstance(block, Chart)), "")),
        leading=tuple(
            identifier(SECTION.id, run.id, name)
            for names in zip_longest(*([*_pictured(run)[:1], "targets", *_pictured(run)[1:2], "sums"] for run in runs))
            for run, name in zip(runs, names, strict=True)
            if name
        ),
    )


def _blocks(run: PathRun) -> list[Block]:
    blocks: list[Block] = [_told(run), _levers(run)]
    blocks += [_chart(run, metric) for metric in _pictured(run)]
    targets = targets_table(run)
    blocks += [*((targets,) if targets else ()), milestones_table(run), sums_table(run), costs_table(run)]
    if run.result.responding and not run.result.grown.empty:
        blocks.append(grown_table(run))
    if run.starts is not None:
        blocks.append(starts_table(run, run.starts))
    return [*blocks, Note(tone="caution", title="How to read this", text=write("{text}", text=_caution(run)))]


def _told(run: PathRun) -> Paragraph:
    economy = run.context.economy
    return Paragraph(
        text=write(
            "{name}: from {start} to {end} each lever spreads along its curve, on the structure of the economy of "
            "{base}. Outcomes are those of {place}, beside the world where the world is named. {how}",
            name=run.name,
            start=str(run.path.start),
            end=str(run.path.end),
            base=str(economy.year),
            place=in_text(run.path.region),
            how=_how(run),
        )
    )


def _how(run: PathRun) -> str:
    """How prices respond and what does not, or the closure at fixed prices."""
    if not run.result.responding:
        return f"At fixed prices: {CLOSURES[run.path.closure]}."
    still = at_fixed_prices({id: view for id, view in run.result.views.items() if id not in run.result.not_modelled})
    return f"{run.result.responding} {still}".strip()


def _levers(run: PathRun) -> Bullets:
    items: list[Text] = []
    for lever in run.path.levers:
        declared, curve = run.twin.levers[lever.lever], lever.adoption
        items.append(
            write(
                "{title}: {name} {strength} {unit} at full strength; {curve} from {start} to {until}.",
                title=declared.title,
                name=declared.parameter.name,
                strength=f"{lever.strength:g}",
                unit=declared.parameter.unit,
                curve=f"{curve.curve} adoption" if curve.curve != "step" else "at once,",
                start=f"{curve.start:g}",
                until=f"{curve.until:g}",
            )
        )
    for growth in run.path.growth:
        source = growth.source.rstrip(".") if growth.source else "none is given"
        items.append(write("Growth of {regions}. Source: {s}.", regions=", ".join(growth.regions), s=source))
    return Bullets(items=tuple(items or [write("No lever acts on this path.")]))


def _pictured(run: PathRun) -> list[str]:
    known = set(run.result.yearly.columns.get_level_values(0))
    wanted = dict.fromkeys([*(target.metric for target in run.path.targets), *_PICTURED])
    return [metric for metric in wanted if metric in known and metric not in run.result.not_modelled][:_MOST_PICTURES]


def _chart(run: PathRun, metric: str) -> Chart:
    """One metric by year, with the levers and without, and the numbered milestones."""
    yearly, title = run.result.yearly, packaged_metrics()[metric].title
    shown = shown_unit(yearly.attrs["units"][metric])
    years = [int(year) for year in yearly.index]
    origin = run.origin()
    lines = (("reference", "Without the levers"), ("path", "With the levers"))
    figures = [
        run.context.ledger.enter_run(
            (SECTION.id, run.id, metric, which),
            f"{run.name}: {in_running_text(title)}, {in_running_text(words)}",
            [float(value) * shown.factor for value in yearly[metric, which]],
            f"{len(years)} years, {run.span}",
            shown.unit,
            METHOD,
            origin,
        )
        for which, words in lines
    ]
    change = float(yearly[metric, "change"].iloc[-1]) * shown.factor
    return Chart(
        id=identifier(SECTION.id, run.id, metric),
        form="lines",
        title=f"{run.name}: {in_running_text(title)}",
        unit=shown.unit,
        axis=f"{title} in a year",
        along="Year",
        series=tuple(words for _, words in lines),
        rows=tuple(
            ChartRow(
                label=str(year),
                figures=tuple(figure.id for figure in figures),
                at=(at, at),
                x=float(year),
                listed=len(years) <= 12 or at % math.ceil(len(years) / 8) == 0 or at == len(years) - 1,
            )
            for at, year in enumerate(years)
        ),
        label_title="Year",
        stamp=origin.stamp(),
        marks=tuple(Mark(x=float(year), label=str(number)) for number, year, _ in _marked(run)),
        alt=f"Two lines by year, {run.span}: {title}, with and without the levers; {in_prose(change)} {shown.unit} "
        "apart at the end.",
        caption=_what_is_marked(run),
    )


def _what_is_marked(run: PathRun) -> str:
    """What the dotted lines of a picture are, in words, since the list of milestones may stand in the annex."""
    marked = [f"{number}, {run.words(what)}" for number, _, what in _marked(run)]
    return f"Dotted lines: {'; '.join(marked)}." if marked else ""


def _marked(run: PathRun) -> list[tuple[int, float, str]]:
    """Number, year and name of the milestones that pictures point out: half adopted, and targets met."""
    rows = enumerate(run.result.milestones.itertuples(), start=1)
    return [
        (number, float(row.year), str(row.what))
        for number, row in rows
        if math.isfinite(row.year) and ("50%" in row.what or row.what.startswith("target"))
    ]


def _caution(run: PathRun) -> str:
    economy = run.context.economy
    return (
        f"This is a path of assumptions on the structure of {economy.year}, not a forecast: who buys what from whom "
        f"and how things are made is that year’s unless {_moved_by(run)}. No plant wears out, and nothing is "
        "invented that no lever says. It has no band: no assumption was varied."
        + "".join(f" {note}" for note in run.result.notes)
    )


def _moved_by(run: PathRun) -> str:
    if run.result.responding:
        return "a lever, a price or declared growth changes it; how many work and what each makes is declared"
    return "a lever changes it, and nobody reacts beyond what the levers say"


def _headline(run: PathRun) -> Text:
    """The first target if there is one, else what the first summed metric comes to."""
    origin, ledger = run.origin(), run.context.ledger
    summed_up = [name for name in SUMMED if name in run.result.cumulative.index and name not in run.result.not_modelled]
    if not summed_up:
        return write("{name}: of nothing that adds up over years is the change modelled.", name=run.name)
    line = run.result.cumulative.loc[summed_up[0]]
    shown = shown_unit(str(line["unit"]))
    change = ledger.enter(
        (SECTION.id, run.id, summed_up[0], "change"),
        f"{run.name}: change of {in_running_text(str(line['title']))}, summed over {run.span}",
        float(line["change"]) * shown.factor,
        shown.unit,
        METHOD,
        origin,
    )
    head = write(
        "{name}: over {span} {whose} {what} would change by {change:signed} in all",
        name=run.name,
        span=run.span,
        whose=possessive(run.path.region) if summed_up[0] != "co2-world" else "all the world’s",
        what=in_running_text(str(line["title"])),
        change=change,
    )
    if not run.path.targets:
        return (*head, *write("."))
    reached = next(row for row in run.result.milestones.itertuples() if str(row.what).startswith("target"))
    number = list(run.result.milestones["what"]).index(reached.what) + 1
    words = run.words(str(reached.what)).removeprefix("target: ")
    if math.isnan(reached.year):
        return (*head, *write("; whether the target ({target}) is reached is not modelled.", target=words))
    if not math.isfinite(reached.year):
        return (*head, *write("; the target ({target}) is missed by {still}.", target=words, still=missed_by(run)))
    year = ledger.figures[identifier(SECTION.id, run.id, "milestone", str(number))]
    return (*head, *write("; the target ({target}) is reached in {year:number}.", target=words, year=year))


def _results(run: PathRun) -> dict[str, pd.DataFrame]:
    """Tables for the results folder, long where the table has two levels of columns."""
    result, name = run.result, run.id.replace("-", "_")
    yearly = result.yearly.copy()
    yearly.columns = [f"{metric} ({which})" for metric, which in yearly.columns]
    tables = {
        "yearly": yearly,
        "strengths": result.strengths,
        "costs": result.costs,
        "cumulative": result.cumulative,
        "milestones": result.milestones,
    } | ({"grown": result.grown} if result.responding else {})
    tables |= {"latest_starts": run.starts} if run.starts is not None else {}
    return {f"path_{name}_{kind}": frame for kind, frame in tables.items()}
