"""Options that several commands share, each with one name, one meaning and one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kaldor import bounds
from kaldor.bounds import Bounds


def whole(name: str, within: Bounds, help: str, **shown: Any) -> Any:
    """An option that takes a whole number; what it may not be is said in the words of every other door."""
    return _number(name, within, help, whole=True, **shown)


def number(name: str, within: Bounds, help: str, **shown: Any) -> Any:
    """The same of any number."""
    return _number(name, within, help, whole=False, **shown)


def _number(name: str, within: Bounds, help: str, *, whole: bool, **shown: Any) -> Any:
    def read(text: str) -> float:
        return within.read(text, name, whole=whole)

    return typer.Option(name, parser=read, min=within.low, max=within.high, help=help, **shown)


# -- which economy -----------------------------------------------------------------------------------------------------

On = Annotated[str, typer.Option("--on", metavar="DATASET", help="A dataset of the store, or starter.")]
MaybeOn = Annotated[str | None, typer.Option("--on", metavar="DATASET", help="Which are live on this economy.")]
Year = Annotated[
    int | None, whole("--year", bounds.YEAR, "Year of the table; may be left out where there is one only.")
]
With = Annotated[list[str] | None, typer.Option("--with", metavar="ID", help="Extension to attach; repeatable.")]
SplitFile = Annotated[
    Path | None,
    typer.Option("--split", metavar="FILE", help="A TOML file with sectors to split by typed values first."),
]


def store_folder(text: str) -> Path:
    """The folder that --store names. Raises InputError for no text, which would be the folder one happens to be in."""
    from kaldor.errors import InputError, Problem

    if not text.strip():
        raise InputError(Problem("--store", "names no folder.", "Name one, or leave --store out."))
    return Path(text)


StorePath = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FOLDER", parser=store_folder, help="Folder of the store, in place of the usual one."
    ),
]

# -- which scenario, and what of it ------------------------------------------------------------------------------------

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="The scenario file (TOML).")]
ScenarioFiles = Annotated[list[Path], typer.Argument(metavar="SCENARIO…", help="Scenario files (TOML).")]
Which = Annotated[str | None, typer.Option("--id", help="Which scenario of the file, where it holds several.")]
Region = Annotated[str | None, typer.Option(help="Whose outcomes; the region of the levers if not given.")]
Bloc = Annotated[
    list[str] | None,
    typer.Option("--bloc", metavar="NAME", help="Countries, or a bloc of the scenario, that are not foreign."),
]
Levers = Annotated[
    list[Path] | None, typer.Option("--levers", metavar="FILE", help="A TOML file with levers of your own; repeatable.")
]
Metrics = Annotated[
    list[Path] | None, typer.Option("--metrics", metavar="FILE", help="A TOML file with metrics of your own.")
]
WithBand = Annotated[
    bool,
    typer.Option("--band/--no-band", help="Vary all that is assumed, too: tens of answers where prices respond."),
]
Stress = Annotated[
    int | None,
    whole(
        "--stress",
        bounds.RUNS,
        "Also put the economy under the standard shocks, so many runs each (5 is a start; seconds a run).",
        metavar="RUNS",
    ),
]

# -- chance, and how many ----------------------------------------------------------------------------------------------

Seed = Annotated[int, whole("--seed", bounds.SEED, "Seed of all that is drawn.")]
Runs = Annotated[int, whole("--runs", bounds.FUTURES, "Futures to run.")]
Ranges = Annotated[
    Path | None, typer.Option("--ranges", metavar="FILE", help="What is uncertain (TOML); else the packaged ranges.")
]
Ahead = Annotated[float, number("--years", bounds.YEARS_AHEAD, "Years ahead over which growth rates are compounded.")]
Where = Annotated[
    Path | None, typer.Option("--where", help="Folder for finished parts; a sweep that was stopped goes on from there.")
]
Responding = Annotated[
    int, whole("--responding", bounds.RESPONDING, "Where prices respond: at most so many futures, drawn by the seed.")
]
Stressed = Annotated[int, whole("--stressed", bounds.STRESSED, "With --stress: how many futures, drawn by the seed.")]

# -- how it is shown ---------------------------------------------------------------------------------------------------

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
