"""What decides the outcome of a sweep, as shares of variance, and in which futures it fails, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kaldor.brief.document import Block, Bullets, Cell, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.twin.sweeps import SECTION
from kaldor.brief.sections.twin.sweeps.run import SweepRun, input_name
from kaldor.brief.units import PERCENT
from kaldor.digits import ranked
from kaldor.twin.futures.discovery import Box, Limit
from kaldor.twin.futures.sensitivity import sensitivity
from kaldor.twin.metric import packaged_metrics

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.twin.metric import Metric

SENSITIVITY: Final = "sensitivity"
DISCOVERY: Final = "discovery"
_DECIDED: Final = ("real-income", "co2-world")


def sensitivities(run: SweepRun, origin: Origin) -> list[Block]:
    """First and total order for the metrics that matter most here; in words where the sample cannot give them."""
    result = run.result
    moving = [metric for metric in run.moving if metric.id in decided(run)]
    why_not = ""
    if result.design.method != "sobol":
        why_not = "shares of variance take a Sobol sample; this sweep has a Latin hypercube."
    elif len(result.failed):
        why_not = "some futures could not be run, and shares of variance need all of them."
    elif not moving:
        why_not = "nothing that is asked about changes."
    if why_not:
        text = write("Which numbers decide is not shown: {why}", why=why_not)
        return [Note(tone="missing", title="What decides", text=text)]
    found = sensitivity(result, [metric.id for metric in moving])
    return [_sensitivity_table(run, metric, found.loc[metric.id], origin) for metric in moving]


def decided(run: SweepRun) -> tuple[str, ...]:
    """The metrics whose uncertainty is taken apart: that of the rule for failure, and two that every study has."""
    rule = (run.asked.fails.metric,) if run.asked.fails else ()
    wanted = tuple(dict.fromkeys([*rule, *_DECIDED]))
    measured = {metric.id for metric in run.moving}
    return tuple(id for id in wanted if id in measured) or tuple(metric.id for metric in run.moving[:1])


def _sensitivity_table(run: SweepRun, metric: Metric, found: pd.DataFrame, origin: Origin) -> Table:
    rows = []
    for name, line in found.loc[ranked(found["total"]).index].iterrows():
        input = sentence_start(input_name(run, str(name)))
        first, total = (
            run.context.ledger.enter_run(
                (SECTION.id, run.id, metric.id, str(name), order),
                f"{run.name}: {in_running_text(metric.title)}, {order}-order share of variance by {input}",
                [float(line[column]) for column in (order, f"{order}_low", f"{order}_high")],
                "estimate, low and high end of the 95 % interval",
                "share of variance",
                SENSITIVITY,
                origin,
            )
            for order in ("first", "total")
        )
        rows.append((Cell(text=input), *(cell(figure, at=at) for figure in (first, total) for at in range(3))))
    ends = (Column(title="from", unit="share", numeric=True), Column(title="to", unit="share", numeric=True))
    return Table(
        id=identifier(SECTION.id, run.id, "sensitivity", metric.id),
        title=f"{run.name}: what decides the change of {in_running_text(metric.title)}",
        columns=(
            Column(title="Uncertain number"),
            Column(title="First order", unit="share", numeric=True),
            *ends,
            Column(title="Total order", unit="share", numeric=True),
            *ends,
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=(
            "First order: the part of the variance that would go if this number were known. Total order adds all it "
            "does together with others. Intervals of 95 % by bootstrap; an end outside 0 to 1 shows how few futures "
            "there are."
        ),
        decimals="table",
    )


def failures(run: SweepRun, origin: Origin) -> Block:
    """In which futures the scenario fails, in words."""
    rule, found = run.asked.fails, run.discovery
    if rule is None:
        return Paragraph(text=write("The study does not say when {name} counts as failed.", name=run.name))
    metric = next((one for one in run.result.metrics if one.id == rule.metric), None)
    if found is None or metric is None:
        reason = run.result.not_modelled.get(rule.metric, "it was not measured.")
        text = write("{metric}: {reason}", metric=packaged_metrics()[rule.metric].title, reason=reason)
        return Note(tone="missing", title="Where it fails: not modelled", text=text)
    shown = run.shown(metric.id)
    bound = run.context.ledger.enter(
        (SECTION.id, run.id, "fails", "bound"),
        f"{run.name}: bound beyond which the change of {in_running_text(metric.title)} counts as failed",
        rule.worse_than * shown.factor,
        shown.unit,
        DISCOVERY,
        origin,
    )
    share = _number(run, "share", "share of futures that fail", 100.0 * found.failing / found.runs, PERCENT, origin)
    direction = "below" if metric.better == "higher" else "above"
    items = [
        write(
            "It counts as failed where the change of {metric} is {direction} {bound}: in {share} of {runs} futures.",
            metric=in_running_text(metric.title),
            direction=direction,
            bound=bound,
            share=share,
            runs=in_prose(found.runs, 6),
        ),
        *(_box_words(run, number, box, origin) for number, box in enumerate(found.boxes, start=1)),
    ]
    if not found.boxes:
        reason = (
            "It never fails in these futures."
            if found.failing == 0
            else "It fails in all of them; no range that was varied makes a difference to that."
            if found.failing == found.runs
            else "No limit on a single number sets these futures apart from the others."
        )
        items.append(write(reason))
    return Bullets(items=tuple(items))


def _number(run: SweepRun, key: str, words: str, value: float, unit: str, origin: Origin) -> Figure:
    return run.context.ledger.enter(
        (SECTION.id, run.id, "fails", key), f"{run.name}: {words}", value, unit, DISCOVERY, origin
    )  # fmt: skip


def _box_words(run: SweepRun, number: int, box: Box, origin: Origin) -> Text:
    """One box in a sentence: its limits, how many of its futures fail, and how many of all that fail it holds."""
    words: list[Text] = []
    for place, limit in enumerate(box.limits, start=1):
        words += ([write(" and ")] if words else []) + [_limit_words(run, f"{number}-{place}", limit, origin)]
    key = f"box-{number}"
    tail = write(
        ": {density} of those {count:number} futures fail, and they are {coverage} of all that fail.",
        density=_number(run, f"{key}-density", f"part of box {number} that fails", 100 * box.density, PERCENT, origin),
        count=_number(run, f"{key}-futures", f"futures in box {number}", box.futures, "futures", origin),
        coverage=_number(run, f"{key}-coverage", f"failures in box {number}", 100 * box.coverage, PERCENT, origin),
    )  # fmt: skip
    start = "It tends to fail where " if number == 1 else "Besides, it tends to fail where "
    return (*write("{start}", start=start), *(span for text in words for span in text), *tail)


def _limit_words(run: SweepRun, key: str, limit: Limit, origin: Origin) -> Text:
    name = input_name(run, limit.name)
    ends = {
        side: _number(run, f"limit-{key}-{side}", f"{side} limit on {name}", value, limit.unit or "–", origin)
        for side, value in (("low", limit.low), ("high", limit.high))
        if value is not None
    }
    shown = in_running_text(name)
    if len(ends) == 2:
        return write("{name} is between {low:number} and {high}", name=shown, low=ends["low"], high=ends["high"])
    if "low" in ends:
        return write("{name} is above {low}", name=shown, low=ends["low"])
    return write("{name} is below {high}", name=shown, high=ends["high"])
