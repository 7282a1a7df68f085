"""Options of `kaldor economy`, and what they mean on an economy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from kaldor.economy.deflation import Deflators
    from kaldor.economy.economy import Economy

Extension = Annotated[
    str | None,
    typer.Option("--extension", metavar="ID", help="Emissions, jobs …, or value_added; the only one if one."),
]
Region = Annotated[str, typer.Option(help="Whose final use.")]
MaybeRegion = Annotated[str | None, typer.Option(help="Only this region.")]


def once(labels: list[str] | None) -> list[str] | None:
    """Labels in their order, each once: naming one twice means no more than naming it."""
    return labels and list(dict.fromkeys(labels))


Regions = Annotated[
    list[str] | None, typer.Option("--region", callback=once, help="Of these regions; all if none. Repeatable.")
]
Sectors = Annotated[
    list[str] | None, typer.Option("--sector", callback=once, help="Of these sectors or groups; repeatable.")
]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all rows, every digit, to a CSV file.")]
Rows = Annotated[int, typer.Option("--rows", min=1, help="Rows on the screen.")]


def the_extension(economy: Economy, name: str | None) -> str:
    """The extension that is meant: the one named, or the only one there is."""
    from kaldor.errors import InputError, Problem, UnknownExtensionError

    if name is None and len(economy.extensions) == 1:
        return next(iter(economy.extensions))
    if name is None:
        held = ", ".join(economy.extensions) or "none; add one with --with"
        raise InputError(Problem("--extension", f"is not named. The economy carries {held}.", "Name one."))
    if name != "value_added" and name not in economy.extensions:
        raise UnknownExtensionError(name, [*economy.extensions, "value_added"])
    return name


def name_of(economy: Economy, extension: str) -> str:
    """What an extension is called in words."""
    return economy.extension(extension).name if extension in economy.extensions else "Value added"


def block_words(block: Sequence[tuple[str, str]]) -> str:
    """The first industries of a block, and how many there are."""
    shown = ", ".join(f"{region} {sector}" for region, sector in block[:4])
    return shown + (f" … ({len(block)} industries)" if len(block) > 4 else "")


def prices_between(
    named: str | None, rest: float | None, earlier: Economy, later: Economy, store: Path | None
) -> tuple[Deflators | None, list[str]]:
    """Deflators from `earlier` to `later` that options name, and what to say of them.

    `named` is a CSV file, a dataset of indicators in the store, or "builtin"; `rest` stands for regions without any.
    With "builtin" and no `rest` these have the deflator of the United States, which is said.
    """
    from kaldor.atlas.prices import completed, named_deflators
    from kaldor.atlas.store import Store

    if named is None:
        return rest, []
    if Path(named).suffix or Path(named).exists():
        return completed(deflators_of(Path(named)), named, rest, later.regions)
    return named_deflators(named, rest, earlier.year, later.year, later.regions, Store(store).indicators)


def deflators_of(path: Path) -> dict[Any, float]:
    """Deflators of a CSV file: region, deflator, and sector where they differ by product."""
    from kaldor.atlas.readers.rows import read_rows
    from kaldor.errors import InputError, Problem

    read = read_rows(path, ("region", "deflator"))
    found: dict[Any, float] = {}
    problems = []
    for line, row in read.lines:
        key = (row["region"], row["sector"]) if row.get("sector") else row["region"]
        try:
            found[key] = float(row["deflator"])
        except ValueError:
            problems.append(Problem(read.place(line, "deflator"), f"'{row['deflator']}' is no number."))
    if problems:
        raise InputError(problems)
    return found
