"""Section: the study's scenarios side by side over the five dimensions, who loses, and what each lever rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kaldor.brief.context import Context, Part
from kaldor.brief.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    ChartRow,
    Column,
    Figure,
    Note,
    Table,
    Text,
)
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.resilience.stress import STRESS
from kaldor.brief.sections.twin.scenarios import SCENARIOS, SECTION
from kaldor.brief.sections.twin.scenarios.responding import at_fixed_prices, how_answered, partners_table
from kaldor.brief.sections.twin.scenarios.said import WORLD, said
from kaldor.brief.units import shown_unit
from kaldor.brief.wording import listing
from kaldor.digits import shown as as_shown
from kaldor.twin.compare import side_by_side
from kaldor.twin.gains import INCOME, TERMS, gain_in_words
from kaldor.twin.lever import HONESTY
from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

if TYPE_CHECKING:
    import pandas as pd

METHOD = "what-if"
_WORLD: Final = WORLD
_INCOME: Final = INCOME
_PICTURED: Final = (_INCOME, _WORLD)
_BEFORE: Final = 2  # the place of a metric's figure before any scenario, among the columns of its table
_LOSERS: Final = 5  # of each kind in the printed table; the results have ten


@dataclass(frozen=True)
class _Run:
    """One scenario of the study and what came out."""

    outcomes: Outcomes

    @property
    def id(self) -> str:
        return self.outcomes.scenario.id

    @property
    def name(self) -> str:
        return self.outcomes.scenario.called


def build(context: Context) -> Part:
    """Every scenario of the study, run on its economy and measured for its country."""
    twin = context.economy.once(Twin)
    plan = _stress_plan(context)
    runs = tuple(
        _Run(outcomes_of(twin, scenario, region=context.country, stress=plan))
        for scenario in context.study.of(SCENARIOS)
    )
    origin = _origin(context)
    every = [run.outcomes for run in runs]
    blocks: list[Block | None] = [how_answered(context, every)]
    blocks += [_chart(context, runs, metric, origin) for metric in _PICTURED]
    blocks += [_dimension_table(context, runs, origin, dimension) for dimension in DIMENSIONS]
    for run in runs:
        blocks += [partners_table(context, run.outcomes, origin, METHOD), _losers_table(context, run, origin)]
        blocks.append(_levers(twin, run))
    blocks.append(_band_note(runs))
    return Part.of(
        SECTION,
        tuple(b for b in blocks if b is not None),
        _headline(context, runs, origin),
        results=_results(runs),
        not_modelled=_not_modelled(runs),
        said=said(context, every, lambda found, outcome: _enter(context, _Run(found), outcome, origin), origin, METHOD),
        leading=(*(f"scenarios-{one}" for one in (_WORLD, "society", _INCOME, "sustainability", "workforce")),),
    )


def _origin(context: Context) -> Origin:
    """What a scenario brings is predicted by a model, on whatever the table is."""
    return context.table_origin("predicted")


def _enter(context: Context, run: _Run, outcome: Outcome, origin: Origin) -> Figure:
    shown = shown_unit(outcome.unit)
    return context.ledger.enter(
        (SECTION.id, run.id, outcome.metric.id),
        f"{run.name}: change of {in_running_text(outcome.metric.title)}",
        None if outcome.change is None else outcome.change * shown.factor,
        shown.unit,
        METHOD,
        origin,
    )


def _chart(context: Context, runs: Sequence[_Run], metric: str, origin: Origin) -> Chart | None:
    drawn = [run for run in runs if run.outcomes[metric].modelled]
    if not drawn:
        return None
    outcomes = [run.outcomes[metric] for run in drawn]
    title, unit = outcomes[0].metric.title, shown_unit(outcomes[0].unit).unit
    figures = [_enter(context, run, outcome, origin) for run, outcome in zip(drawn, outcomes, strict=True)]
    left_out = [run.name for run in runs if run not in drawn]
    partly = [run.name for run in drawn if _is_part(run.outcomes[metric])]
    said = ((NOT_MODELLED, left_out), ("partial", partly))
    return Chart(
        id=f"scenarios-{metric}",
        form="bars",
        title=f"{title}: change by scenario",
        unit=unit,
        axis=f"Change of: {title}",
        series=("Change",),
        rows=tuple(ChartRow(label=r.name, figures=(f.id,)) for r, f in zip(drawn, figures, strict=True)),
        label_title="Scenario",
        stamp=origin.stamp(),
        alt=f"Bars for {len(drawn)} scenarios: change of {title}.",
        caption=" ".join(f"{sentence_start(what)}: {listing(names)}." for what, names in said if names),
    )


def _dimension_table(context: Context, runs: Sequence[_Run], origin: Origin, dimension: str) -> Table | None:
    """One dimension: a row for each metric that any scenario moves, today's value and the change by scenario."""
    rows, shown = [], []
    for each in zip(*(run.outcomes.outcomes for run in runs), strict=True):
        first = next((outcome for outcome in each if outcome.modelled), None)
        if first is None or first.metric.dimension != dimension:
            continue
        changes = [_change(context, run, outcome, origin) for run, outcome in zip(runs, each, strict=True)]
        head = (Cell(text=first.metric.title), Cell(text=shown_unit(first.unit).unit))
        rows.append((*head, _before(context, first, origin), *changes))
        shown.append(each)
    if not rows:
        return None
    begun = any(row[_BEFORE].figure for row in rows)  # where all are changes, there is nothing to set them beside
    return Table(
        id=f"scenarios-{dimension}",
        title=f"{sentence_start(dimension)}: {'before, and ' if begun else ''}the change by scenario",
        columns=(
            Column(title="Metric"),
            Column(title="Unit"),
            *((Column(title="Before", numeric=True),) if begun else ()),
            *(Column(title=run.name, numeric=True) for run in runs),
        ),
        rows=tuple(row if begun else (*row[:_BEFORE], *row[_BEFORE + 1 :]) for row in rows),
        stamp=origin.stamp(),
        caption=at_fixed_prices(shown, [run.outcomes for run in runs]),
        decimals="row",
    )


def _change(context: Context, run: _Run, outcome: Outcome, origin: Origin) -> Cell:
    """What a scenario brings, marked where it is not all that it would."""
    if not outcome.modelled:
        return Cell(text=NOT_MODELLED)
    return cell(_enter(context, run, outcome, origin), "partial:" if _is_part(outcome) else "")


def _is_part(outcome: Outcome) -> bool:
    """Whether a figure leaves something out, as its note says; that of a stress figure says how it was made."""
    return outcome.modelled and bool(outcome.note) and not outcome.metric.stress


def _before(context: Context, outcome: Outcome, origin: Origin) -> Cell:
    """Today's value; a change has none."""
    if outcome.before is None:
        return Cell()
    shown = shown_unit(outcome.unit)
    figure = context.ledger.enter(
        (SECTION.id, "before", outcome.metric.id),
        f"{outcome.metric.title}, before any scenario",
        outcome.before * shown.factor,
        shown.unit,
        METHOD,
        replace(origin, status=outcome.before_status),
    )
    return cell(figure)


def _losers_table(context: Context, run: _Run, origin: Origin) -> Table | None:
    losers = run.outcomes.losers
    if losers.empty:
        return None
    money = context.currency()
    rows = []
    for kind, group in losers.groupby("where", sort=False):
        for (region, sector), row in group.head(_LOSERS).iterrows():
            place, industry = listed(region), context.sector_name(sector)
            figure = context.ledger.enter(
                (SECTION.id, run.id, "loser", region, sector),
                f"{run.name}: change of {_lost(run)}, {place}, {industry}",
                float(row["change"]) * money.factor,
                money.unit,
                METHOD,
                origin,
            )
            rows.append((Cell(text=str(kind)), Cell(text=place), Cell(text=industry), cell(figure)))
    return Table(
        id=identifier(SECTION.id, "losers", run.id),
        title=f"Whose {_lost(run)} falls most: {run.name}",
        columns=(
            Column(title="Where"),
            Column(title="Country"),
            Column(title="Industry"),
            Column(title="Change", unit=money.unit, numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Abroad, low-income and lower-middle-income countries come first.",
    )


def _lost(run: _Run) -> str:
    """What the ranking of industries is about."""
    return "income of capital and labour" if run.outcomes.responding else "value added"


def _levers(twin: Twin, run: _Run) -> Bullets:
    """What the scenario sets, how honest each lever is, what it rests on and where it ends."""
    items = []
    for setting in run.outcomes.scenario.levers:
        lever = twin.levers[setting.lever]
        items.append(
            write(
                "{title} ({scenario}): {name} {strength} {unit}. {honesty}. {limits}",
                title=lever.title,
                scenario=run.name,
                name=lever.parameter.name,
                strength=f"{setting.strength:g}",
                unit=lever.parameter.unit,
                honesty=f"{sentence_start(lever.honesty)}: {HONESTY[lever.honesty]}",
                limits=lever.limits,
            )
        )
    return Bullets(items=tuple(items))


def _band_note(runs: Sequence[_Run]) -> Note:
    text = " ".join(
        dict.fromkeys(
            found.about_the_band
            for found in (run.outcomes for run in runs)
            if found.varied or found.without_band or found.band_where_responding
        )
    )
    without = "No lever of these scenarios rests on an assumed figure with a range, so changes have no band."
    every = [*(note for run in runs for note in run.outcomes.notes), *(note for run in runs for note in _partly(run))]
    left_out = "".join(f" {note}" for note in dict.fromkeys(every))
    said = _bands(runs) + (text or without) + left_out
    return Note(tone="caution", title="How sure this is", text=write("{text}", text=said))


def _partly(run: _Run) -> Iterator[str]:
    """What the figures of a scenario leave out, by what is said of them."""
    said: dict[str, list[str]] = {}
    for outcome in run.outcomes.outcomes:
        if _is_part(outcome):
            said.setdefault(outcome.note, []).append(outcome.metric.title)
    yield from (f"{run.name}, {'; '.join(titles)}: {_reason(note)}" for note, titles in said.items())


def _bands(runs: Sequence[_Run]) -> str:
    """The band of the two pictured metrics in words, where there is one."""
    parts = []
    for run in runs:
        for metric in _PICTURED:
            outcome = run.outcomes[metric]
            if outcome.band is not None and outcome.modelled:
                shown = shown_unit(outcome.unit)
                low, high = (bound * shown.factor for bound in outcome.band)
                parts.append(f"{run.name}, {outcome.metric.title}: {in_prose(low)} to {in_prose(high)} {shown.unit}.")
    return " ".join(parts) + (" " if parts else "")


def _headline(context: Context, runs: Sequence[_Run], origin: Origin) -> Text:
    first = runs[0]
    income, world = first.outcomes[_INCOME], first.outcomes[_WORLD]
    moved = [
        write(words, **{place: _enter(context, first, outcome, origin)}, whose=possessive(context.country))
        for place, words, outcome in (
            ("income", "{whose} real national income by {income}", income),
            ("world", "the world’s CO₂ by {world} a year", world),
        )
        if outcome.modelled
    ]
    missing = [
        write("{what} is not modelled: {reason}", what=_NAMED[one.metric.id], reason=_reason(one.note))
        for one in (income, world)
        if not one.modelled
    ]
    partly = [
        write("{what} {note}", what=_NAMED[one.metric.id], note=_so_far(one))
        for one in (income, world)
        if _is_part(one)
    ]
    said = write("{scenario} would change ", scenario=first.name) if moved else write("{s}: ", s=first.name)
    for number, text in enumerate(moved):
        said += (write(" and ") if number else ()) + text
    said += _all_else(first) if moved else ()
    after = [*([_terms(context, first, origin)] if income.modelled else []), *partly, *missing]
    for number, text in enumerate(one for one in after if one):
        said += (write(" ") if moved or number else ()) + text
    return said


def _all_else(run: _Run) -> Text:
    return write("; prices, trade and wages respond." if run.outcomes.responding else ", all else equal.")


def _terms(context: Context, run: _Run, origin: Origin) -> Text:
    """How much of the change of income is better or worse prices in trade; a gain that is nothing else is called so."""
    if gain := gain_in_words(run.outcomes):
        return write("{gain}", gain=gain)
    terms = run.outcomes[TERMS]
    if not terms.modelled:
        return ()
    return write(
        "Of that income {terms} is better or worse prices in trade.", terms=_enter(context, run, terms, origin)
    )


_NAMED: Final = {_WORLD: "The world’s CO₂", _INCOME: "Real income"}


def _so_far(outcome: Outcome) -> str:
    """What a figure leaves out, after its name in a sentence."""
    partial, _, rest = outcome.note.partition(": ")
    return f"is partial: {rest}" if partial == "Partial" else f"leaves something out: {outcome.note}"


def _not_modelled(runs: Sequence[_Run]) -> tuple[Text, ...]:
    """What has no figure, by reason: once where it is the same in every scenario, else under each one's name."""
    by_reason: dict[tuple[str, str], list[_Run]] = {}
    for run in runs:
        for outcome in run.outcomes.outcomes:
            if not outcome.modelled:
                by_reason.setdefault((outcome.metric.title, outcome.note), []).append(run)
    grouped: dict[tuple[str, str], list[str]] = {}
    for (title, note), where in by_reason.items():
        names = "Scenarios" if len(where) == len(runs) else listing([run.name for run in where])
        grouped.setdefault((names, note), []).append(title)
    return tuple(
        write("{names}, {metrics}: {reason}", names=names, metrics="; ".join(titles), reason=_reason(note))
        for (names, note), titles in grouped.items()
    )


def _stress_plan(context: Context) -> StressPlan | None:
    """The study's stress test under every scenario, where it asks for one of its own country, which has others."""
    asked = context.study.of(STRESS)
    if asked is None or asked.region not in {"", context.country} or len(context.economy.regions) == 1:
        return None
    return StressPlan(context.country, runs=asked.runs, seed=asked.seed, steps=asked.steps)


def _reason(note: str) -> str:
    """Why a metric is not there, in a brief's words: what a command could have been told is no help to a reader."""
    if note.startswith("not asked for"):
        return "the study asks for no stress test of its country ([stress]), so shocks are not run under its scenarios."
    return note


def _results(runs: Sequence[_Run]) -> dict[str, pd.DataFrame]:
    """Tables for the results folder; words of the outcome tables become text columns."""
    compared = side_by_side([run.outcomes for run in runs]).reset_index()
    words = compared.map(_in_words)
    tables = {"scenarios": words}
    for run in runs:
        tables[f"losers_{identifier(run.id)}"] = run.outcomes.losers.reset_index()
        if not run.outcomes.partners.empty:
            tables[f"partners_{identifier(run.id)}"] = run.outcomes.partners.reset_index()
    return tables


def _in_words(value: str | float | None) -> str:
    """A cell of words as it is, a figure as a brief shows it, nothing where a change has nothing before it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else repr(as_shown(float(value)))
