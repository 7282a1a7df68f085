"""`kaldor twin`: levers on one economy, alone or together, and what they do in five dimensions."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kaldor.cli import screen
from kaldor.cli.options import (
    AsJson,
    Bloc,
    Levers,
    MaybeOn,
    Metrics,
    On,
    Region,
    ScenarioFile,
    ScenarioFiles,
    SplitFile,
    StorePath,
    Stress,
    Which,
    With,
    Year,
)
from kaldor.words import NOT_MODELLED, Status, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.economy.economy import Economy
    from kaldor.twin.explain import Cost
    from kaldor.twin.explained import Explained
    from kaldor.twin.outcomes import Metric, Outcomes
    from kaldor.twin.scenario import Scenario
    from kaldor.twin.twin import Twin

app = typer.Typer(no_args_is_help=True, help="What-ifs: levers on one economy, and who pays and gains.")

PREDICTED: Final[Status] = "predicted"
"""How every figure of a what-if came about, whatever its table is."""

_FEW = 5  # rows of the losers' and channels' tables on a screen; JSON has all


@app.command()
def levers(
    challenge: Annotated[str | None, typer.Option(help="Only levers of this challenge.")] = None,
    on: MaybeOn = None,
    year: Year = None,
    with_: With = None,
    own: Levers = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """List the levers: what they do, how honest their effect is, and which are live on an economy."""
    from kaldor.framework import load_framework
    from kaldor.twin.declared import load_levers
    from kaldor.twin.dollars import priced
    from kaldor.twin.order import missing_data

    if challenge is not None:
        load_framework().challenge(challenge)
    economy = opened_economy(on, year, with_, store) if on is not None else None
    known = [lever for lever in load_levers(*(own or ())).values() if challenge in {None, lever.challenge}]
    found = [priced(economy, lever).lever if economy else lever for lever in known]
    lacks = {lever.id: missing_data(economy, lever) if economy else () for lever in found}
    if as_json:
        records = []
        for lever in found:
            shown = {"live": not lacks[lever.id], "lacks": list(lacks[lever.id])} if economy else {}
            records.append({**lever.model_dump(mode="json"), **shown})
        screen.print_json({"levers": records})
        return
    table = screen.table("id", "lever", "challenge", "runs over", "effect", *(("live",) if economy else ()))
    for lever in found:
        slider = f"{lever.parameter.name}, {lever.parameter.low:g} to {lever.parameter.high:g} {lever.parameter.unit}"
        live = (", ".join(f"lacks {what}" for what in lacks[lever.id]) or "yes",) if economy else ()
        screen.add_row(table, lever.id, lever.title, lever.challenge, slider, lever.honesty, *live)
    console = screen.console()
    console.print(table)
    if economy:
        count = sum(not missing for missing in lacks.values())
        screen.say(console, f"{count} of {len(found)} levers are live on {economy.source.id} {economy.year}.")


@app.command()
def run(
    scenario: ScenarioFile,
    on: On,
    year: Year = None,
    with_: With = None,
    region: Region = None,
    bloc: Bloc = None,
    own: Levers = None,
    metrics: Metrics = None,
    stress: Stress = None,
    split: SplitFile = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: every metric before and after, and who loses and gains."""
    from kaldor.twin.reading import read_scenarios

    read = read_scenarios(scenario)
    twin = opened_twin(on, year, with_, own, store, split)
    measured = [_measure(twin, one, region, bloc, metrics, stress) for one in read]
    if as_json:
        records = [_record(one, twin.economy) for one in measured]
        screen.print_json(records[0] if len(records) == 1 else {"scenarios": records})
        return
    for one in measured:
        _print_outcomes(screen.console(), one, twin.economy)


@app.command()
def compare(
    scenarios: ScenarioFiles,
    on: On,
    year: Year = None,
    with_: With = None,
    region: Region = None,
    bloc: Bloc = None,
    own: Levers = None,
    metrics: Metrics = None,
    stress: Stress = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Show the changes that several scenarios bring side by side, over the five dimensions."""
    from kaldor.twin.compare import side_by_side
    from kaldor.twin.reading import read_scenarios

    read = [one for path in scenarios for one in read_scenarios(path)]
    twin = opened_twin(on, year, with_, own, store)
    compared = [_measure(twin, one, region, bloc, metrics, stress) for one in read]
    frame = side_by_side(compared)
    if as_json:
        changes = json.loads(frame.reset_index().to_json(orient="records"))
        screen.print_json(
            {"region": compared[0].region, **about(twin.economy), "notes": _notes(compared), "changes": changes}
        )
        return
    _print_side_by_side(screen.console(), frame, compared, twin.economy)


@app.command()
def explain(
    scenario: ScenarioFile,
    on: On,
    metric: Annotated[str, typer.Option(help="Id of the metric to explain.")] = "co2-world",
    id: Which = None,
    year: Year = None,
    with_: With = None,
    region: Region = None,
    bloc: Bloc = None,
    own: Levers = None,
    metrics: Metrics = None,
    store: StorePath = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random orders, above eight levers.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say which lever of a scenario does how much, through which industries, at what cost."""
    from kaldor.errors import UnknownLabelError
    from kaldor.twin.explained import explained

    chosen = chosen_scenario(scenario, id)
    known = _metrics(metrics)
    if metric not in known:
        raise UnknownLabelError("metric", metric, known)
    twin = opened_twin(on, year, with_, own, store)
    found = explained(twin, chosen, known[metric], region=region, bloc=bloc or (), seed=seed)
    if as_json:
        screen.print_json({**_explained_record(found), **about(twin.economy)})
    else:
        _print_explanation(screen.console(), found, twin.economy)


# -- opening -----------------------------------------------------------------------------------------------------------


def opened_economy(
    dataset: str,
    year: int | None,
    extensions: Sequence[str] | None,
    store: Path | None,
    split: Path | None = None,
) -> Economy:
    """The economy that the options name, its sectors split as a file says."""
    from kaldor.atlas.store import Store
    from kaldor.economy.economy import Economy
    from kaldor.economy.opening import open_table
    from kaldor.twin.splits import read_splits, with_splits

    economy = Economy.from_published(open_table(dataset, year, extensions or (), store=Store(store)))
    return economy if split is None else with_splits(economy, read_splits(split))


def opened_twin(
    dataset: str,
    year: int | None,
    with_: Sequence[str] | None,
    own: Sequence[Path] | None,
    store: Path | None,
    split: Path | None = None,
) -> Twin:
    """The economy that the options name, prepared for levers."""
    from kaldor.twin.declared import load_levers
    from kaldor.twin.twin import Twin

    known = load_levers(*(own or ()))
    return Twin(opened_economy(dataset, year, with_, store, split), known)


def on_a_table(economy: Economy) -> str:
    """What a model's figures rest on, beside what they are, for the head of a screen."""
    return f"{PREDICTED} on {economy.source.id} {economy.year} ({economy.status})"


def about(economy: Economy) -> dict[str, Any]:
    """The same for the top of JSON."""
    return {"status": PREDICTED, "year": economy.year, "source": economy.source.id}


def _metrics(extra: Sequence[Path] | None) -> dict[str, Metric]:
    from kaldor.twin.outcomes import load_metrics

    return dict(load_metrics(*(extra or ())))


def _measure(
    twin: Twin,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str] | None,
    metrics: Sequence[Path] | None,
    stress: int | None,
) -> Outcomes:
    from kaldor.twin.outcomes import outcomes_of, region_of
    from kaldor.twin.shocks.stress_plan import StressPlan

    place, friends = region_of(twin, scenario, region), bloc or ()
    known = _metrics(metrics)
    if stress is None:
        return outcomes_of(twin, scenario, region=place, bloc=friends, metrics=known)
    with screen.working("running the standard shocks"):
        plan = StressPlan(place, runs=stress)
        return outcomes_of(twin, scenario, region=place, bloc=friends, metrics=known, stress=plan)


def chosen_scenario(path: Path, id: str | None) -> Scenario:
    """The scenario of a file that is meant."""
    from kaldor.twin.reading import read_scenarios

    return _one_of(read_scenarios(path), id, path)


def _one_of(read: Sequence[Scenario], id: str | None, path: Path) -> Scenario:
    from kaldor.errors import InputError, Problem, UnknownLabelError

    known = {scenario.id: scenario for scenario in read}
    if id is None and len(read) > 1:
        raise InputError(Problem(path.name, f"holds {', '.join(known)}.", "Choose one with --id."))
    if id is not None and id not in known:
        raise UnknownLabelError("scenario", id, known, where=path.name)
    return known[id] if id is not None else read[0]


# -- JSON --------------------------------------------------------------------------------------------------------------


def _record(measured: Outcomes, economy: Economy) -> dict[str, Any]:
    return {
        "scenario": measured.scenario.model_dump(mode="json"),
        "economy": measured.source,
        **about(economy),
        "region": measured.region,
        "bloc": list(measured.bloc),
        "solved_by": measured.method,
        "band": measured.about_the_band,
        "notes": list(measured.notes),
        "outcomes": [outcome.record() for outcome in measured.outcomes],
        "losers": screen.rows(measured.losers),
        "gainers": screen.rows(measured.gainers),
    }


def _notes(compared: Sequence[Outcomes]) -> list[str]:
    """What must be said of the scenarios of a comparison, each sentence once."""
    return list(dict.fromkeys(note for one in compared for note in one.notes))


def _explained_record(found: Explained) -> dict[str, Any]:
    from dataclasses import asdict

    answer, chains, cost = found.parts, found.chains(), found.cost
    return {
        "metric": answer.metric.id,
        "region": found.region,
        "before": answer.before,
        "after": answer.after,
        "change": answer.change,
        "exact": answer.exact,
        "runs": answer.runs,
        "seed": answer.seed,
        "levers": screen.rows(answer.levers),
        "interaction": answer.interaction,
        "channels": screen.rows(found.channels) if found.channels is not None else None,
        "paths": screen.rows(chains.assign(path=chains["path"].map(_chain))) if chains is not None else None,
        "cost": _finite({"cost": cost.cost, "net": cost.net, **asdict(cost)}) if cost is not None else None,
        "notes": list(found.after.notes),
    }


def _finite(record: dict[str, Any]) -> dict[str, Any]:
    """Missing figures and ranges without an end (nothing is saved there) said in words: JSON has no infinity."""
    said: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, tuple):
            said[name] = ["unbounded" if math.isinf(end) else end for end in value]
        elif value is None:
            said[name] = "no range" if name.endswith("range") and record["per_unit"] is not None else NOT_MODELLED
        else:
            said[name] = value
    return said


def _print_outcomes(console: Console, measured: Outcomes, economy: Economy) -> None:
    scenario = measured.scenario
    console.print(scenario.title or scenario.id, style="bold", markup=False)
    screen.say(console, f"{measured.region} · {on_a_table(economy)} · {scenario.closure}")
    table = screen.table("dimension", "metric", "before", "after", "change", "band of change", "unit")
    waiting = []
    for outcome in measured.outcomes:
        if not outcome.modelled:
            waiting.append(f"{outcome.metric.title}: {outcome.note}")
            continue
        metric = outcome.metric
        band = " to ".join(map(figure, outcome.band)) if outcome.band else "no band"
        cells = map(figure, (outcome.before, outcome.after, outcome.change))
        screen.add_row(table, metric.dimension, metric.title, *cells, band, outcome.unit)
    console.print(table)
    screen.say(console, measured.about_the_band)
    for note in measured.notes:
        screen.say(console, note)
    for note in dict.fromkeys(one.note for one in measured.outcomes if one.modelled and one.metric.stress):
        screen.say(console, f"Stress figures: {note}")
    if waiting:
        screen.heading(console, "Not modelled")
        for line in waiting:
            screen.say(console, f"  {line}")
    _print_ranked(console, "Who loses most", measured.losers, economy)
    _print_ranked(console, "Who gains most", measured.gainers, economy)


def _print_ranked(console: Console, heading: str, frame: pd.DataFrame, economy: Economy) -> None:
    from kaldor.twin.incidence import POORER

    screen.heading(console, f"{heading}: value added of industries, without levies, {economy.unit}")
    if frame.empty:
        screen.say(console, "  No industry's. Final users and the treasury are in the metrics above.")
        return
    table = screen.table("where", "income group", "region", "industry", "change", "%")
    # As `Incidence.losers` orders them: at home, then each of the poorer groups, then all others.
    part = frame["where"] + frame["group"].where(frame["group"].isin(POORER) & (frame["where"] != "home"), "")
    for (region, sector), row in frame.groupby(part, sort=False).head(_FEW).iterrows():
        place = (row["where"], row["group"], region, _name(economy, sector))
        screen.add_row(table, *place, figure(row["change"]), figure(row["change_pct"]))
    console.print(table)


def _print_side_by_side(console: Console, frame: pd.DataFrame, compared: Sequence[Outcomes], economy: Economy) -> None:
    screen.say(console, f"Changes for {compared[0].region} · {on_a_table(economy)}")
    names = [one.scenario.id for one in compared]
    table = screen.table("dimension", "metric", "before", *names, "unit")
    waiting = []
    for (dimension, _), row in frame.iterrows():
        if isinstance(row["before"], str):
            waiting.append(str(row["title"]))
            continue
        screen.add_row(
            table,
            dimension,
            row["title"],
            figure(row["before"]),
            *(figure(row[name]) for name in names),
            row["unit"],
        )
    console.print(table)
    for note in _notes(compared):
        screen.say(console, note)
    if waiting:
        screen.say(console, f"Not modelled: {'; '.join(waiting)}. Why: kaldor twin run.")


def _print_explanation(console: Console, found: Explained, economy: Economy) -> None:
    answer, through, chains, cost = found.parts, found.channels, found.chains(), found.cost
    console.print(f"{answer.metric.title}, {found.region}", style="bold", markup=False)
    screen.say(console, f"{figure(answer.before)} to {figure(answer.after)}: {figure(answer.change)}")
    table = screen.table("no.", "lever", "strength", "alone", "part", "standard error")
    for number, row in answer.levers.iterrows():
        error = "exact" if answer.exact else figure(row["standard_error"])
        screen.add_row(
            table,
            number,
            row["lever"],
            f"{row['strength']:g}",
            figure(row["alone"]),
            figure(row["part"]),
            error,
        )
    console.print(table)
    how = "every combination" if answer.exact else f"random orders, seed {answer.seed}"
    screen.say(console, f"The parts add up to the change ({how}, {answer.runs} runs).")
    screen.say(console, f"Together the levers do {figure(answer.interaction)} more than each alone, added up.")
    if through is not None and not through.empty:
        screen.heading(console, f"Through whom the world's total changes, {through.attrs['unit']}")
        rows = screen.table("region", "industry", "intensity", "volume", "change")
        for (place, sector), row in through.head(2 * _FEW).iterrows():
            screen.add_row(
                rows,
                place,
                _name(economy, sector),
                *map(figure, (row["intensity"], row["volume"], row["change"])),
            )
        console.print(rows)
    if chains is not None and not chains.empty:
        screen.heading(console, "Along which chains the changed purchases work, producer first")
        rows = screen.table("chain", "change", "share")
        for row in chains.head(_FEW).itertuples():
            screen.add_row(rows, _chain(row.path), figure(row.value), f"{100 * row.share:.1f} %")
        console.print(rows)
    if cost is not None:
        _print_cost(console, cost)
    for note in found.after.notes:
        screen.say(console, note)


def _chain(path: Sequence[tuple[str, str]]) -> str:
    return " → ".join(f"{region} {sector}" for region, sector in path)


def _print_cost(console: Console, cost: Cost) -> None:
    screen.heading(console, "Cost for the world")
    if cost.per_unit is None or cost.net_per_unit is None:
        screen.say(console, f"  not modelled: {cost.reason}")
        return
    spread = f"range {figure(cost.range[0])} to {figure(cost.range[1])}" if cost.range else "no range"
    screen.say(
        console,
        f"  {figure(cost.per_unit)} {cost.unit} ({spread}); net of levies {figure(cost.net_per_unit)}.",
    )
    parts = {"treasuries spend": cost.spending, "final users bear": cost.burden, "treasuries receive": cost.revenue}
    screen.say(console, "  " + ", ".join(f"{what} {figure(amount)}" for what, amount in parts.items()) + ".")


def _name(economy: Economy, sector: object) -> str:
    return dict(zip(economy.sectors, economy.sector_names, strict=True)).get(str(sector), str(sector))
