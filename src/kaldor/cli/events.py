"""`kaldor twin events`: a library of events beside what was published about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.futures import app
from kaldor.cli.options import AsJson, On, Seed, StorePath, whole
from kaldor.cli.twin import opened_economy
from kaldor.twin.shocks import RUNS, draws_said
from kaldor.words import figure

if TYPE_CHECKING:
    from rich.console import Console

    from kaldor.economy.economy import Economy
    from kaldor.twin.library.run import Answered

__all__ = ["app"]

_FEW = 4  # events on a screen, each perhaps two lines at 80 columns; --all has every one


@app.command()
def events(
    on: On,
    places: Annotated[
        list[Path] | None,
        typer.Argument(metavar="EVENTS…", help="Event files (TOML), or folders of them; Kaldor's own without any."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--event", metavar="ID", help="Only this event; repeatable.")
    ] = None,
    draws: Annotated[int, whole("--draws", bounds.RUNS, "Draws of how firms behave, each event.")] = RUNS,
    seed: Seed = 1,
    store: StorePath = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every comparison, run, caution and note, not the main lines only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run events that happened or are feared, and set each beside all that was published about it."""
    from kaldor.cli.shock_files import refuse_the_other
    from kaldor.twin.library.declared import load_events
    from kaldor.twin.library.packaged import PACKAGED
    from kaldor.twin.library.run import run_library, score

    refuse_the_other(
        [file for place in places or () for file in (place.glob("*.toml") if place.is_dir() else [place])], "events"
    )
    known = load_events(places or [PACKAGED], only or ())
    _refuse_unknown(on, store)

    @cache
    def opened(year: int) -> Economy:
        return opened_economy(on, year, None, store)

    with screen.progress() as told:
        answered = run_library(known, opened, draws=draws, seed=seed, progress=told)
    if as_json:
        records = [_record(one) for one in answered]
        screen.print_json({"draws": draws, "seed": seed, "events": records, "score": score(answered).words})
        return
    console = screen.console()
    screen.say(console, f"predicted on {on}, each event in its own year · {draws_said(draws)}, seed {seed}")
    if everything:
        for one in answered:
            _print(console, one)
        screen.heading(console, "All together")
    else:
        _print_main_lines(console, answered)
    screen.say(console, score(answered).words)


def _print_main_lines(console: Console, answered: Sequence[Answered]) -> None:
    """A line for each of the events that were missed most, how many others there are, and how the rest is seen."""
    from kaldor.twin.shocks.words import few

    compared = sorted((one for one in answered if one.counted), key=_farthest, reverse=True)
    for one in compared[:_FEW]:
        screen.say(console, f"{one.known.event.id} ({one.known.event.when}): {_in_a_line(one)}")
    left = compared[_FEW:]
    if left:
        screen.say(console, f"{len(left)} other events, of which {sum(one.met for one in left)} are met.")
    apart = [one.known.event.id for one in answered if not one.counted]
    if apart:
        screen.say(console, f"Not run on this economy, or beside nothing published: {few(apart, _FEW)}.")
    screen.say(console, "--all prints every comparison and why, --json too; --event ID one event.")


def _farthest(one: Answered) -> float:
    """How many times its worst comparison is off."""
    return max(beside.standing.factor for beside in one.counted)


def _in_a_line(one: Answered) -> str:
    """Of an event how many comparisons are met, and its farthest figure."""
    worst = max(one.counted, key=lambda beside: beside.standing.factor)
    inside = sum(beside.standing.met for beside in one.counted)
    published = worst.published
    return (
        f"{inside} of {len(one.counted)} comparisons met; farthest {published.measure}, {published.scope}: "
        f"{figure(worst.ours.median)} {published.unit}, {worst.standing.words}"
    )


def _refuse_unknown(dataset: str, store: Path | None) -> None:
    """Raise UnknownDatasetError for a dataset that is nowhere: it is not the year of one event that is missing."""
    from kaldor.atlas.ids import STARTER
    from kaldor.atlas.store import Store

    if dataset != STARTER:
        Store(store).years(dataset)


def _record(one: Answered) -> dict[str, Any]:
    """An event's fields, those of what was published and of what stands beside it as at every door."""
    from kaldor.twin.library.answered import beside_answered, published_answered

    event = one.known.event
    said = {name: getattr(event, name) for name in ("id", "title", "when", "declared", "may_miss")}
    parts = {
        "published": [published_answered(each).model_dump(mode="json") for each in event.published],
        "beside": [beside_answered(each).model_dump(mode="json") for each in one.beside],
    }
    alone = [
        {**each.compared.model_dump(), "year": each.run.year, "median": each.median,
         "low": each.band[0], "high": each.band[1]}
        for each in one.alone
    ]  # fmt: skip
    return {**said, **parts, "alone": alone, "not_run": list(one.not_run), "notes": list(one.notes)}


def _print(console: Console, one: Answered) -> None:
    from kaldor.twin.library.run import uncompared
    from kaldor.twin.library.steps import step_days
    from kaldor.twin.library.words import alone_in_words, in_words, width_in_words

    event = one.known.event
    screen.heading(console, f"{event.id}: {event.title} ({event.when})")
    screen.say(console, event.declared)
    for run in event.runs:
        how = f", steps of {step_days(one.known.shocks[run.id], run):g} days" if run.model == "days" else ""
        screen.say(console, f"  {run.id}: economy of {run.year}, {run.why}{how}")
    if one.beside:
        shown = screen.table("figure", "run", "unit", "Kaldor", "5 to 95 %", "width", "published", "sign", "stands")
        for beside in one.beside:
            published, ours = beside.published, beside.ours
            verify = " (to be verified)" if published.verify else ""
            screen.add_row(
                shown,
                f"{published.measure}, {published.scope}, {published.horizon}{verify}",
                ours.run.id,
                published.unit,
                figure(ours.median),
                " to ".join(map(figure, ours.band)),
                width_in_words(ours),
                in_words(published).removesuffix(f" {published.unit}"),
                beside.standing.sign,
                beside.standing.words,
            )
        console.print(shown)
    for ours in one.alone:
        screen.say(console, f"Beside nothing: {alone_in_words(ours)}.")
    for id, why in {beside.published.id: beside.why for beside in one.beside if beside.why}.items():
        screen.say(console, f"Missed, {id}: {why}.")
    for published in dict.fromkeys(beside.published for beside in one.beside if beside.published.caution):
        screen.say(console, f"To be known, {published.id}: {published.caution}.")
    for _, row in uncompared(one).iterrows():
        screen.say(console, f"No comparable measure, {row['measure']}, {row['scope']} ({row['figure']}): {row['why']}.")
    for sentence in (*one.not_run, *one.notes):
        screen.say(console, sentence)
