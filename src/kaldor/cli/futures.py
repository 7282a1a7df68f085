"""`kaldor twin shock|stress|path|sweep|discover`: the twin in time and under uncertainty, beside its other commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.assumed import Assumed
from kaldor.cli.bundle import bundled
from kaldor.cli.ensemble import Ensemble
from kaldor.cli.options import (
    AsJson,
    Levers,
    On,
    Region,
    Seed,
    SplitFile,
    StorePath,
    With,
    Year,
    number,
    whole,
)
from kaldor.cli.twin import about, app, on_a_table, opened_economy, opened_twin
from kaldor.twin.shocks import RUNS, STEP_DAYS, STEPS, draws_beside
from kaldor.words import NOT_MODELLED, figure


class FailsWhen(StrEnum):
    """On which side of a bound a strategy fails."""

    above = "above"
    below = "below"


__all__ = ["app"]


@app.command()
@bundled
def shock(
    assumed: Assumed,
    file: Annotated[Path, typer.Argument(metavar="SHOCK", help="The shock file (TOML).")],
    on: On,
    year: Year = None,
    with_: With = None,
    region: Region = None,
    steps: Annotated[int, whole("--steps", bounds.STEPS, "Steps to simulate.")] = STEPS,
    step_days: Annotated[float, number("--step-days", bounds.STEP_DAYS, "Days a step; 1 for days.")] = STEP_DAYS,
    bands: Annotated[int, whole("--bands", bounds.RUNS, "Draws of how firms behave, beside the central run.")] = RUNS,
    seed: Seed = 1,
    store: StorePath = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every table, price and note, not the main lines only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a shock step by step: what is lost, how long it takes to recover, who loses most, what breaks first."""
    from kaldor.cli.shock_files import refuse_the_other
    from kaldor.cli.shocked import print_losses, print_prices
    from kaldor.cli.shocked_in_short import print_main_lines
    from kaldor.twin.shocks.answered import shock_answer
    from kaldor.twin.shocks.events import load_shock
    from kaldor.twin.shocks.idle import refuse_without_value_added
    from kaldor.twin.shocks.parameters import Parameters
    from kaldor.twin.shocks.run import run_shock
    from kaldor.twin.shocks.words import sentence

    refuse_the_other([file], "shock")
    read = load_shock(file)
    economy = opened_economy(on, year, with_, store)
    if region:
        refuse_without_value_added(economy, "shock", [region])
    with screen.working("simulating"):
        behaviour = Parameters.assuming(assumed.read(), step_days)
        result = run_shock(economy, read, behaviour, steps=steps, bands=bands, seed=seed)
    if as_json:
        screen.print_json(shock_answer(result))
        return
    console = screen.console()
    console.print(read.title or read.id, style="bold", markup=False)
    screen.say(
        console, f"{on_a_table(economy)} · {region or 'world'} · {steps} steps of {step_days:g} days"
        f" · {draws_beside(bands)}, seed {seed}"
    )  # fmt: skip
    if not everything:
        print_main_lines(console, result, region)
        return
    if result.not_modelled:
        screen.say(console, sentence(result.not_modelled))
    else:
        print_losses(console, result, region)
    print_prices(console, result, region)
    for note in result.notes:
        screen.say(console, note)


@app.command()
@bundled
def stress(
    assumed: Assumed,
    on: On,
    region: Annotated[str, typer.Option(help="Whose value added is at risk.")],
    year: Year = None,
    with_: With = None,
    runs: Annotated[int, whole("--runs", bounds.RUNS, "Draws of how firms behave, each shock.")] = 20,
    seed: Seed = 1,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Run the standard set of shocks: value added at risk, in the mean and in the tail, and days to recover."""
    from kaldor.cli.shocked import print_stress
    from kaldor.twin.shocks.parameters import Parameters
    from kaldor.twin.shocks.stress import WEEKLY
    from kaldor.twin.shocks.stress import stress as stressed

    behaviour = Parameters.assuming(assumed.read(), WEEKLY.dt)
    economy = opened_economy(on, year, with_, store)
    with screen.working("running the standard shocks"):
        result = stressed(economy, region, parameters=behaviour, runs=runs, seed=seed)
    if as_json:
        asked = {"region": region, "runs": runs, "seed": seed, "notes": list(result.notes)}
        screen.print_json({**asked, **about(economy), "shocks": screen.rows(result.shocks)})
        return
    console = screen.console()
    screen.say(console, f"{on_a_table(economy)} · {region} · {runs} draws a shock, seed {seed}")
    print_stress(console, result.shocks, region, economy.unit)
    for note in result.notes:
        screen.say(console, note)


@app.command()
def path(
    file: Annotated[Path, typer.Argument(metavar="PATH", help="The path file (TOML).")],
    on: On,
    year: Year = None,
    with_: With = None,
    own: Levers = None,
    split: SplitFile = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Follow levers to a year: tonnes, jobs and costs on the way, milestones, and each lever's latest useful start."""
    from kaldor.twin.futures.meter import at_fixed_prices, in_sentences
    from kaldor.twin.futures.path import latest_starts, run_path
    from kaldor.twin.futures.path_answered import path_answered
    from kaldor.twin.futures.pathway import read_pathway

    pathway = read_pathway(file)
    twin = opened_twin(on, year, with_, own, store, split)
    with screen.working("following the path"):
        result = run_path(twin, pathway)
        starts = latest_starts(twin, pathway) if pathway.targets else None
    if as_json:
        screen.print_json(path_answered(result, twin.economy, starts=starts).model_dump(mode="json"))
        return
    tables = {"cumulative": result.cumulative, "milestones": result.milestones, "costs": result.costs}
    if result.responding:
        tables["growth without the levers, %"] = result.grown
    if starts is not None:
        tables["latest useful starts"] = starts
    console = screen.console()
    console.print(pathway.title or pathway.id, style="bold", markup=False)
    how = [sentence for sentence in (result.responding, at_fixed_prices(result.views)) if sentence]
    for sentence in (
        result.warning,
        *how,
        *result.notes,
        *in_sentences(result.not_modelled, result.yearly.attrs["units"]),
    ):
        screen.say(console, sentence)
    for known in ("cumulative", "milestones"):
        tables[known] = tables[known].astype(object).fillna(NOT_MODELLED)
    for name, frame in tables.items():
        if not frame.empty:
            screen.heading(console, name.capitalize())
            screen.print_frame(console, frame)


@app.command()
@bundled
def sweep(asked: Ensemble) -> None:
    """Run a scenario in many futures: a band on every outcome."""
    from kaldor.twin.futures.meter import at_fixed_prices, in_sentences

    result, economy = asked.swept()
    bands = result.bands()
    if asked.as_json:
        counts = {"failed": len(result.failed), "stressed": len(result.stressed), "answered": len(result.answered)}
        screen.print_json(
            {
                "seed": asked.seed,
                "runs": asked.runs,
                **counts,
                **about(economy),
                "responding": result.responding,
                "views": dict(result.views),
                "notes": list(result.notes),
                "not_modelled": result.not_modelled,
                "bands": screen.rows(bands),
            }
        )
        return
    console = screen.console()
    screen.say(
        console,
        f"Change by the levers in {asked.runs} futures, seed {asked.seed}; {len(result.failed)} could not be run.",
    )
    if result.responding:
        of = f"{len(result.answered)} of {asked.runs} futures"
        screen.say(console, f"Where prices respond: {of}. {result.responding} {at_fixed_prices(result.views)}")
    if asked.stress is not None:
        shocks = f"{asked.stress} behaviours each under the standard shocks, as large and long as they are there"
        screen.say(console, f"Stress figures: {len(result.stressed)} of {asked.runs} futures, {shocks}.")
    table = screen.table("metric", "p5", "p50", "p95", "unit")
    for row in bands.itertuples():
        band = (row.p5, row.p50, row.p95)
        told = [NOT_MODELLED] * 3 if row.Index in result.not_modelled else map(figure, band)
        screen.add_row(table, row.title, *told, row.unit)
    console.print(table)
    for sentence in (*result.notes, *in_sentences(result.not_modelled, result.units)):
        screen.say(console, sentence)


@app.command()
@bundled
def discover(
    asked: Ensemble,
    metric: Annotated[str, typer.Option("--metric", help="Whose change decides.")],
    worse_than: Annotated[
        float, number("--worse-than", bounds.AMOUNT, "The strategy fails where the change is worse.")
    ],
    fails_when: Annotated[
        FailsWhen | None,
        typer.Option(
            "--fails-when", metavar="above|below", help="On which side of that; by default where the metric is worse."
        ),
    ] = None,
) -> None:
    """Say in which futures a scenario fails: where a metric's change is worse than a bound."""
    from kaldor.twin.futures.discovery import discover as found_in
    from kaldor.twin.futures.sweep_result import worse_side
    from kaldor.twin.metric import packaged_metrics

    if fails_when is None and metric in packaged_metrics():
        worse_side(packaged_metrics()[metric])  # before an hour of futures
    result, economy = asked.swept()
    failing = result.failing(metric, worse_than, None if fails_when is None else fails_when.value)
    how = "worse than" if fails_when is None else "more than" if fails_when is FailsWhen.above else "less than"
    words = f"{metric} changes by {how} {worse_than:g}"
    discovery = found_in(result.inputs.loc[failing.index], failing, what=words)
    if asked.as_json:
        record = {
            "runs": asked.runs,
            "futures": discovery.runs,
            "failing": discovery.failing,
            "words": discovery.in_words(),
        }
        screen.print_json(
            {**record, **about(economy), "notes": list(result.notes), "boxes": screen.rows(discovery.frame())}
        )
        return
    for sentence in (discovery.in_words(), *result.notes):
        screen.say(screen.console(), sentence)
