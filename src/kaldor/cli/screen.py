"""What the commands print: tables, headings, figures with about four digits, JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from kaldor.errors import printable, printable_json
from kaldor.words import figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

_NUMBERS = {
    "before", "after", "change", "%", "intensity", "volume", "alone", "part", "standard error", "no.", "central", "low",
    "high", "p5", "p50", "p95", "share", "day", "reference", "path", "planned", "latest", "slack", "median",
    "5 %", "95 %",
}  # fmt: skip
_YEARS = {"year", "planned", "latest"}


def console() -> Console:
    """A console that prints words as they are, and none that a terminal would obey."""
    from kaldor.cli.obeyed import Words

    return Words(highlight=False)


def table(*headings: str) -> Table:
    """A table with these headings; those of numbers are set flush right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE, pad_edge=False)
    for title in headings:
        right = title in _NUMBERS
        made.add_column(title, overflow="fold", no_wrap=right or title == "id", justify="right" if right else "left")
    return made


def add_row(to: Table, *cells: object, kept: str = "") -> None:
    """A row of a table; of what a terminal would obey only `kept` stands in it, such as an end of a line."""
    # Text, since a bracket in a user's own words is not markup.
    from rich.text import Text

    to.add_row(*(Text(printable(str(cell), kept=kept)) for cell in cells))


def heading(on: Console, text: str) -> None:
    """A heading between parts of the output."""
    on.print(f"\n{printable(text)}", style="bold underline", markup=False)


def say(on: Console, text: str) -> None:
    """A line of text, brackets and all."""
    on.print(printable(text, kept="\n"), markup=False)


def aside(text: str) -> None:
    """A line on stderr, for whoever waits: no part of the answer."""
    from rich.console import Console

    Console(stderr=True, soft_wrap=True).print(escaped(text))


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as records for JSON, its index as columns; missing numbers as null."""
    from kaldor.asking.shape import rows_of

    return rows_of(frame)


def print_json(value: object) -> None:
    """JSON for another program, on stdout."""
    typer.echo(printable_json(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)))


# -- screen ------------------------------------------------------------------------------------------------------------


def print_frame(on: Console, frame: pd.DataFrame) -> None:
    """A frame as a table: its named index and its columns as headings, numbers with about four digits."""
    named = any(name is not None for name in frame.index.names)
    flat = frame.reset_index() if named else frame
    titles = [" ".join(map(str, c)) if isinstance(c, tuple) else str(c).replace("_", " ") for c in flat.columns]
    made = table(*titles)
    for row in flat.itertuples(index=False):
        add_row(made, *(_cell(title, value) for title, value in zip(titles, row, strict=True)))
    on.print(made)


def _cell(title: str, value: object) -> str:
    if title in _YEARS and not isinstance(value, str):
        return "none" if value != value else f"{float(value):.0f}"  # type: ignore[arg-type]  # noqa: PLR0124  (NaN)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return str(value)
    return figure(value)


def escaped(text: str) -> str:
    """A text as a bar or a spinner shows it: neither a terminal nor rich's markup obeys it."""
    from rich.markup import escape

    return escape(printable(text))


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner on stderr while something of unknown length goes on."""
    from rich.console import Console

    with Console(stderr=True).status(escaped(what)):
        yield


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; the function that it gives is told how many of how many are done."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(escaped(what), total=total)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A spinner on stderr that becomes a bar once the work says how many parts there are."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("working", total=None)
        yield lambda what, done, total: shown.update(task, description=escaped(what), completed=done, total=total)
