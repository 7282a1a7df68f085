"""`kaldor twin`: levers on one economy, alone or together, and what they do in five dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from kaldor.cli import outcomes, screen
from kaldor.cli.asked import group_of
from kaldor.cli.options import (
    AsJson,
    Bloc,
    Levers,
    MaybeOn,
    Metrics,
    On,
    Region,
    ScenarioFile,
    SplitFile,
    StorePath,
    Stress,
    With,
    WithBand,
    Year,
)
from kaldor.rooms import OF_THE_HOUSE
from kaldor.words import Status

if TYPE_CHECKING:
    from kaldor.atlas.store import Store
    from kaldor.economy.economy import Economy
    from kaldor.twin.metric import Metric
    from kaldor.twin.outcome import Outcomes
    from kaldor.twin.scenario import Scenario
    from kaldor.twin.twin import Twin

app = typer.Typer(cls=group_of("twin"), no_args_is_help=True, help=OF_THE_HOUSE["twin"][1])

PREDICTED: Final[Status] = "predicted"
"""How every figure of a what-if came about, whatever its table is."""


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
    from kaldor.twin.levers_answered import levers_answered

    if challenge is not None:
        load_framework().challenge(challenge)
    economy = opened_economy(on, year, with_, store) if on is not None else None
    known = [lever for lever in load_levers(*(own or ())).values() if challenge in {None, lever.challenge}]
    answered = levers_answered(known, economy)
    if as_json:
        screen.print_json([one.model_dump(mode="json") for one in answered])
        return
    table = screen.table("id", "lever", "challenge", "runs over", "effect", *(("live",) if economy else ()))
    for lever in answered:
        slider = f"{lever.parameter.name}, {lever.parameter.low:g} to {lever.parameter.high:g} {lever.parameter.unit}"
        live = (", ".join(f"lacks {what}" for what in lever.lacks) or "yes",) if economy else ()
        screen.add_row(table, lever.id, lever.title, lever.challenge, slider, lever.honesty, *live)
    console = screen.console()
    console.print(table)
    if economy:
        count = sum(lever.live for lever in answered)
        screen.say(console, f"{count} of {len(answered)} levers are live on {economy.source.id} {economy.year}.")


@app.command()
def run(
    scenario: ScenarioFile,
    on: On,
    id: Annotated[
        str | None, typer.Option("--id", help="Only this scenario of the file; all of them without it.")
    ] = None,
    year: Year = None,
    with_: With = None,
    region: Region = None,
    bloc: Bloc = None,
    own: Levers = None,
    metrics: Metrics = None,
    stress: Stress = None,
    band: WithBand = True,
    split: SplitFile = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every metric, note and industry, not the main lines only.")
    ] = False,
    share: Annotated[
        list[Path] | None,
        typer.Option(
            "--share",
            metavar="FILE",
            help="Also write a file to give away: a page that opens offline (.html), or a picture (.svg, .png); "
            "repeatable. A file of that name is replaced.",
        ),
    ] = None,
    store: StorePath = None,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: what it does in a few lines; with --all every metric, and who loses and gains."""
    from kaldor.twin.reading import read_scenarios

    read = read_scenarios(scenario) if id is None else (chosen_scenario(scenario, id),)
    _refuse_shares(share or (), len(read))
    twin = opened_twin(on, year, with_, own, store, split)
    measured = [_measure(twin, one, region, bloc, metrics, stress, band=band) for one in read]
    _share(share or (), twin, measured)
    if as_json:
        records = [outcomes.record(one, twin.economy, banded=band) for one in measured]
        screen.print_json(records[0] if len(records) == 1 else {"scenarios": records})
        return
    for one in measured:
        (outcomes.print_all if everything else outcomes.print_main_lines)(screen.console(), one, twin.economy)


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

    held = Store(store)
    economy = Economy.from_published(open_table(dataset, year, extensions or (), store=held))
    if extensions is None:
        _name_companions(held, economy, dataset)
    return economy if split is None else with_splits(economy, read_splits(split))


def _name_companions(store: Store, economy: Economy, dataset: str) -> None:
    """Say on stderr what the store holds beside a table that was opened without any of it."""
    from kaldor.atlas.companions import companions
    from kaldor.economy.opening import STARTER

    if dataset == STARTER:
        return
    held = companions(store.info(dataset), store.datasets(), economy.year)
    if held:
        options = " ".join(f"--with {one.id}" for one in held)
        screen.aside(f"{dataset} {economy.year} is opened by itself; the store holds more that fits it: {options}")


def _refuse_shares(files: Sequence[Path], scenarios: int) -> None:
    """Raise before anything is computed: for an ending that is not known, no folder, or more than one scenario."""
    from kaldor.cli.writing import refuse_folder
    from kaldor.errors import InputError, Problem
    from kaldor.share.file import kind_of

    for file in files:
        kind_of(file.name)
        refuse_folder(file, "--share")
    if files and scenarios > 1:
        raise InputError(Problem("--share", f"a file has one scenario, here are {scenarios}.", "Name one with --id."))


def _share(files: Sequence[Path], twin: Twin, measured: Sequence[Outcomes]) -> None:
    from kaldor.cli.writing import write_named
    from kaldor.share.file import kind_of, share_file
    from kaldor.share.scenario import shared

    for file in files:
        (one,) = measured
        write_named(file, share_file(shared(twin.economy, twin.levers, one), kind_of(file.name)), "--share")
        screen.aside(f"Wrote {file}.")


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
    from kaldor.twin.metric import load_metrics

    return dict(load_metrics(*(extra or ())))


def _measure(
    twin: Twin,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str] | None,
    metrics: Sequence[Path] | None,
    stress: int | None,
    *,
    band: bool,
) -> Outcomes:
    from kaldor.twin.outcomes import outcomes_of, region_of
    from kaldor.twin.shocks.stress_plan import StressPlan

    place, friends = region_of(twin, scenario, region), bloc or ()
    known, plan = _metrics(metrics), None if stress is None else StressPlan(place, runs=stress)
    with screen.progress() as told:
        what = "answering where prices respond" if plan is None else "running the standard shocks"
        told(what, 0, 0)
        return outcomes_of(
            twin,
            scenario,
            region=place,
            bloc=friends,
            metrics=known,
            stress=plan,
            band=band,
            progress=lambda done, total: told("answering where prices respond", done, total),
        )


def chosen_scenario(path: Path, id: str | None) -> Scenario:
    """The scenario of a file that is meant."""
    from kaldor.twin.questions.inputs import one_of
    from kaldor.twin.reading import read_scenarios

    return one_of(read_scenarios(path), id, path.name)
