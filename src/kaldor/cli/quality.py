"""`kaldor data report`: the quality report of a stored dataset, on the screen, as a page and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.options import whole
from kaldor.cli.writing import made_folder, write_named

if TYPE_CHECKING:
    from kaldor.atlas.quality import QualityReport
    from kaldor.atlas.quality.faults import Counted, Weight

_LISTED = 3  # faults of each kind on a screen; the page and JSON have more


def report(
    id: Annotated[str, typer.Argument(metavar="ID", help="The dataset's id, such as wiod2013; or starter.")],
    against: Annotated[
        str | None, typer.Option(metavar="ID", help="An older vintage of the same data; else the year before.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the page here: a file that ends in .html, or a folder.")
    ] = None,
    most: Annotated[int, whole("--most", bounds.ROWS, "Faults of each kind and year listed one by one.")] = 10,
    store: Annotated[
        Path | None, typer.Option("--store", help="Folder of the store, in place of the usual one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
) -> None:
    """Report the quality of a dataset: balance, faults, what is out of line, what is missing, what is known."""
    with screen.working(f"Looking {id} over"):
        made = _made(id, against, most, store)
    page = _written(made, out) if out is not None else None
    if as_json:
        screen.print_json(made.record() | ({"page": str(page)} if page else {}))
        return
    _print(made)
    if page is not None:
        screen.say(screen.console(), f"Wrote {page}.")


def _made(id: str, against: str | None, most: int, store: Path | None) -> QualityReport:
    """The report of a dataset of the store, or of the starter world, which lies in none and has one year."""
    from kaldor.atlas.ids import STARTER
    from kaldor.atlas.quality import quality_report, table_report
    from kaldor.atlas.store import Store

    if id != STARTER:
        return quality_report(Store(store), id, against=against, most=most)
    from kaldor.economy.starter import starter_world
    from kaldor.errors import InputError, Problem

    if against is not None:
        raise InputError(Problem("--against", "the starter world has no older vintage.", "Leave it out."))
    return table_report(starter_world(), most=most)


def _written(made: QualityReport, out: Path) -> Path:
    from kaldor.atlas.quality.page import to_html

    is_named = out.suffix.lower() in {".html", ".htm"}
    page = out if is_named else out / f"quality-{made.id}.html"
    if not is_named:
        _refuse_others(page)
        made_folder(out, "--out")
    write_named(page, to_html(made), "--out")
    return page


def _refuse_others(page: Path) -> None:
    """Under a name that the user did not type, only an earlier report is replaced."""
    from kaldor.errors import StoreError

    if page.is_file() and b"<title>Quality of " not in page.read_bytes()[:4096]:
        raise StoreError(f"{page}: is no report of Kaldor's. Move it, or name a file with --out; nothing was changed.")


def _print(made: QualityReport) -> None:
    from kaldor.atlas.quality.faults import KINDS

    console = screen.console()
    console.print(f"{made.id}: {made.title}", style="bold", markup=False)
    weights = ", ".join(f"{made.total(weight):,} {word}" for weight, word in _WORDS)
    screen.say(console, f"{weights}. Compared with {made.compared_with}.")
    for kind, (weight, words) in KINDS.items():
        counts = [one for one in made.counts if one.kind == kind]
        if not counts:
            continue
        years = ", ".join(_counted(one) for one in counts)
        screen.heading(console, f"{words} ({weight})")
        screen.say(console, f"  {years}")
        listed = sorted((fault for fault in made.faults if fault.kind == kind), key=lambda fault: -fault.size)
        table = screen.table("year", "where", "what")
        for fault in listed[:_LISTED]:
            screen.add_row(table, fault.year or "", fault.where, fault.what)
        console.print(table)
    for issue in made.known_issues:
        screen.say(console, f"Known issue of the source: {issue}")


def _counted(one: Counted) -> str:
    if one.year is None:
        return f"{one.count:,}"
    return str(one.year) if one.kind == "missing year" else f"{one.year}: {one.count:,}"


_WORDS: tuple[tuple[Weight, str], ...] = (("wrong", "wrong"), ("doubtful", "doubtful"), ("note", "to note"))
