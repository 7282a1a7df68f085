"""Section: a scenario in many futures: the band on every outcome, which numbers decide, and where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kaldor.brief.answer import Entry, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.cost_left_out import with_what_is_left_out
from kaldor.brief.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    ChartRow,
    Column,
    Figure,
    Paragraph,
    Table,
    Text,
)
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, in_text, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.twin.sweeps import SECTION, SWEEPS
from kaldor.brief.sections.twin.sweeps.causes import decided, failures, sensitivities
from kaldor.brief.sections.twin.sweeps.run import SweepRun, input_name
from kaldor.brief.sentences import after_the_name
from kaldor.brief.units import PERCENT
from kaldor.twin.futures.meter import at_fixed_prices
from kaldor.twin.futures.sensitivity import sensitivity
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import NOT_ASKED
from kaldor.twin.scenario import CLOSURES
from kaldor.twin.twin import Twin

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.twin.metric import Metric

METHOD: Final = "sweep"
_LEVELS: Final = ("p5", "p25", "p50", "p75", "p95")
_HEADS: Final = ("5 %", "25 %", "Median", "75 %", "95 %")
_MOST_PICTURES: Final = 3


def build(context: Context) -> Part:
    """Every sweep of the study."""
    twin = context.economy.once(Twin)
    runs = tuple(SweepRun(context, twin, asked) for asked in context.study.of(SWEEPS))
    origin = context.table_origin("predicted")
    blocks: list[Block] = []
    for run in runs:
        blocks += _blocks(run, origin)
    heads = [_headline(run, origin) for run in runs]
    return Part.of(
        SECTION,
        tuple(blocks),
        heads[0],
        results={name: frame for run in runs for name, frame in _results(run).items()},
        not_modelled=tuple(
            write("Sweeps, {metric}: {reason}", metric=packaged_metrics()[id].title, reason=reason)
            for id, reason in runs[0].result.not_modelled.items()
            if reason != NOT_ASKED and id in _asked_for(runs[0])
        ),
        said=Said(
            sentences=(heads[0],),
            entries=tuple(
                Entry(kind="Sweep", name=run.name, text=after_the_name(head), section=SECTION.id)
                for run, head in zip(runs, heads, strict=True)
            ),
            picture=next((block.id for block in blocks if isinstance(block, Chart)), ""),
            uncertain=tuple(heads),
        ),
    )


def _blocks(run: SweepRun, origin: Origin) -> list[Block]:
    blocks: list[Block] = [_told(run), _ranges(run)]
    blocks += _boxes(run, origin)
    blocks.append(_bands_table(run, origin))
    blocks += sensitivities(run, origin)
    blocks.append(failures(run, origin))
    return blocks


def _asked_for(run: SweepRun) -> set[str]:
    """The metrics that the sweep would show: those it names, or all that the table carries."""
    return {*(run.asked.measured() or ()), *(metric.id for metric in run.result.metrics)}


def _told(run: SweepRun) -> Paragraph:
    design = run.result.design
    return Paragraph(
        text=write(
            "{name} in {runs} futures ({sampling} sample, seed {seed}), measured for {place}: what the levers change "
            "in each of them.{fewer}{growth}{failed}{how}{notes}",
            name=run.name,
            runs=in_prose(design.runs, 6),
            sampling="Sobol" if design.method == "sobol" else "Latin hypercube",
            seed=str(design.seed),
            place=in_text(run.region),
            fewer=_fewer(run),
            growth=f" Growth is compounded over {design.years:g} years." if design.years else "",
            failed=f" {len(run.result.failed)} futures could not be run and are left out."
            if len(run.result.failed)
            else "",
            how=_how(run),
            notes="".join(f" {note}" for note in run.result.notes),
        )
    )


def _how(run: SweepRun) -> str:
    """In which futures prices respond and how, and what does not."""
    result = run.result
    if not result.responding:
        return f" At fixed prices: {CLOSURES[run.scenario.closure]}."
    count, runs = len(result.answered), result.design.runs
    first = "the first part of the sample" if result.design.method == "sobol" else "drawn by the seed"
    part = "" if count == runs else f" They do so in {count:,} of the {runs:,} futures, {first}."
    return f" {result.responding}{part} {at_fixed_prices(result.views)}".rstrip()


def _fewer(run: SweepRun) -> str:
    """Why there are fewer futures than the study allows; empty where there are as many."""
    design = run.result.design
    if design.runs == run.asked.futures:
        return ""
    per_base = len(design.ranges) + 2
    return (
        f" A Sobol sample of {len(design.ranges)} ranges comes in {per_base} times a power of 2: {design.runs:,} is "
        f"the largest within the {run.asked.futures:,} that the study allows."
    )


def _ranges(run: SweepRun) -> Bullets:
    """What is uncertain, between which bounds, on whose word."""
    return Bullets(
        items=tuple(
            write(
                "{name}: {low} to {high} {unit}. {source}.",
                name=sentence_start(input_name(run, one.name)),
                low=f"{one.low:g}".replace("-", "−"),
                high=f"{one.high:g}".replace("-", "−"),
                unit=one.unit,
                source=sentence_start(one.source.rstrip(".")),
            )
            for one in run.result.design.ranges
        )
    )


def _band(run: SweepRun, metric: Metric, origin: Origin) -> Figure:
    line = run.result.bands().loc[metric.id]
    shown = run.shown(metric.id)
    return run.context.ledger.enter_run(
        (SECTION.id, run.id, metric.id),
        f"{run.name}: change of {in_running_text(metric.title)} over the futures",
        [float(line[level]) * shown.factor for level in _LEVELS],
        "5, 25, 50, 75 and 95 % of futures",
        shown.unit,
        METHOD,
        origin,
    )


def _boxes(run: SweepRun, origin: Origin) -> list[Chart]:
    """A picture for each unit in which amounts change: a box for each metric of that unit."""
    units: dict[str, list[Metric]] = {}
    for metric in run.moving:
        units.setdefault(run.shown(metric.id).unit, []).append(metric)
    amounts = {
        unit: found for unit, found in units.items() if unit != PERCENT and "HHI" not in unit and " per " not in unit
    }
    return [_box(run, unit, found, origin) for unit, found in list(amounts.items())[:_MOST_PICTURES]]


def _box(run: SweepRun, unit: str, metrics: list[Metric], origin: Origin) -> Chart:
    most = run.result.bands().loc[[metric.id for metric in metrics], "futures"]
    runs = " or ".join(in_prose(int(count), 6) for count in sorted(set(most), reverse=True))
    return Chart(
        id=identifier(SECTION.id, run.id, "boxes", unit),
        form="boxes",
        title=f"{run.name}: changes in {unit}",
        unit=unit,
        axis="Change by the levers",
        series=_HEADS,
        rows=tuple(
            ChartRow(label=metric.title, figures=(_band(run, metric, origin).id,) * 5, at=(0, 1, 2, 3, 4))
            for metric in metrics
        ),
        label_title="Outcome",
        stamp=origin.stamp(),
        alt=f"Boxes over {runs} futures for {len(metrics)} outcomes, in {unit}.",
        caption=(
            "Line: 5 to 95 % of futures; bar: the middle half; stroke: the median. "
            f"{runs} futures, seed {run.result.design.seed}."
        ),
    )


def _bands_table(run: SweepRun, origin: Origin) -> Table:
    rows = []
    for metric in run.moving:
        figure = _band(run, metric, origin)
        better = {"higher": "more", "lower": "less", "none": "–"}[metric.better]
        cells = (cell(figure, at=at) for at in (0, 2, 4))
        rows.append((Cell(text=metric.title), Cell(text=figure.unit), Cell(text=better), *cells))
    still = [metric.title for metric in run.result.metrics if metric not in run.moving and run.modelled(metric)]
    unknown = [metric.title for metric in run.result.metrics if not run.modelled(metric)]
    remarks = [
        f"{words}: {'; '.join(titles)}."
        for words, titles in (("Unchanged in every future", still), ("Not modelled", unknown))
        if titles
    ]
    return Table(
        id=identifier(SECTION.id, run.id, "bands"),
        title=f"{run.name}: change of every outcome",
        columns=(
            Column(title="Outcome"),
            Column(title="Unit"),
            Column(title="Better is"),
            *(Column(title=head, numeric=True) for head in ("5 %", "Median", "95 %")),
        ),
        rows=tuple(rows) or ((Cell(text="Nothing that is modelled changes in any future"), *[Cell(text="–")] * 5),),
        stamp=origin.stamp(),
        caption=" ".join(remarks),
        decimals="row",
    )


def _headline(run: SweepRun, origin: Origin) -> Text:
    wanted = [metric for metric in run.moving if metric.id in decided(run)]
    if not wanted:
        return write("{name} changes nothing that is modelled, in any future.", name=run.name)
    metric = next((one for one in wanted if one.id == "real-income"), wanted[0])
    line, shown = run.result.bands().loc[metric.id], run.shown(metric.id)
    low, high = (
        run.context.ledger.enter(
            (SECTION.id, run.id, metric.id, "headline", level),
            f"{run.name}: change of {in_running_text(metric.title)}, {words} of futures",
            float(line[level]) * shown.factor,
            shown.unit,
            METHOD,
            origin,
        )
        for level, words in (("p5", "5 %"), ("p95", "95 %"))
    )
    whose = possessive(run.region)
    what = in_running_text(metric.title)
    told = write(
        "{name}: over {runs} futures the change of {what} lies between {low:number} and {high} (5 to 95 %){where}.",
        name=run.name,
        runs=in_prose(int(line["futures"]), 6),
        what=f"{whose} {what.removesuffix(' of the country')}" if what.endswith(" of the country") else what,
        low=low,
        high=high,
        where="" if what.endswith(" of the country") else f", measured for {in_text(run.region)}",
    )
    return with_what_is_left_out(told, run.without_cost if metric.dimension in ("society", "treasury") else ())


def _results(run: SweepRun) -> dict[str, pd.DataFrame]:
    """Tables for the results folder."""
    result, name = run.result, run.id.replace("-", "_")
    tables = {"bands": result.bands(), "inputs": result.inputs, "change": result.change}
    if result.design.method == "sobol" and not len(result.failed) and run.moving:
        tables["sensitivity"] = sensitivity(result, [metric.id for metric in run.moving])
    if run.discovery is not None:
        tables["boxes"] = run.discovery.frame()
    return {f"sweep_{name}_{kind}": frame for kind, frame in tables.items()}
