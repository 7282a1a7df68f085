"""What `kaldor data` prints: tables of words, facts, sizes, years and a bar while one waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kaldor.cli import screen
from kaldor.errors import printable

if TYPE_CHECKING:
    from kaldor.atlas.add import AddReport
    from kaldor.atlas.manifest import Manifest
    from kaldor.atlas.store import Store
    from kaldor.atlas.writing import Progress

PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
"""How a sentence is printed: as it is, and left to the terminal to wrap."""


def done(report: AddReport, manifest: Manifest) -> str:
    """What was done with a dataset: it is new, or stands in the place of an older one."""
    return f"{'Replaced' if manifest.id in report.replaced else 'Added'} {manifest.id}"


def usual_store() -> Store:
    """The store that the environment names."""
    from kaldor.atlas.store import Store

    return Store()


def as_answered(manifest: Manifest, store: Store) -> dict[str, Any]:
    """A dataset for JSON, as every door gives it."""
    from kaldor.economy.held import dataset_answered

    return dataset_answered(manifest, list(store.listing().datasets)).model_dump(mode="json")


def years_of(manifest: Manifest) -> str:
    """Its years in words: 1995–2011, 6 of them."""
    first, last = manifest.years[0], manifest.years[-1]
    if first == last:
        return str(first)
    return f"{first}–{last}" + ("" if len(manifest.years) == last - first + 1 else f", {len(manifest.years)} of them")


def size_of(size: int | None) -> str:
    """A size in megabytes, where it is known."""
    return "not known" if size is None else megabytes(size)


def megabytes(size: int) -> str:
    """A size in megabytes."""
    return f"{size / 1e6:,.1f}"


def table(header: tuple[str, ...], rows: Sequence[Sequence[str]]) -> Any:
    """Rows of words under headings; a word is never broken into lines, so that ids and figures can be read."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, *cells in zip(header, *rows, strict=True):
        # Only between words may a cell be broken into lines: an id or a figure that is broken is misread.
        words = [word for cell in cells for word in cell.split()]
        width = None if name in ("title", "files") else max(map(len, words), default=0)
        table.add_column(name, overflow="fold", min_width=width)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def facts(facts: list[tuple[str, str]], width: int) -> Any:
    """Names and what there is to say of each, on a screen of some width; an address stays whole and may reach over."""
    from rich.console import Group
    from rich.text import Text

    from kaldor.cli.fitting import unbroken

    names = max(len(name) for name, _ in facts)
    told = Text(no_wrap=True, overflow="ignore")
    for number, (name, text) in enumerate(facts):
        lines = unbroken(printable(text, kept="\n"), width - names - 1).plain.split("\n")
        told.append(("\n" if number else "") + name.ljust(names) + " ", "bold")
        told.append(("\n" + " " * (names + 1)).join(lines))
    return Group(told)  # a console that is given a text itself joins it to others, which wrap


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A bar on the error stream, where that is a terminal; elsewhere silence, so that logs and pipes stay clean."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda part, done, total: bar.update(
            task, description=screen.escaped(f"{what}: {part}"), completed=done, total=total
        )
