"""`kaldor data`: what the store holds, and how official files come into it and out of it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.options import AsJson, whole
from kaldor.errors import InputError, Problem, printable

if TYPE_CHECKING:
    from rich.console import Console

    from kaldor.atlas.add import AddReport
    from kaldor.atlas.checking import Balance
    from kaldor.atlas.manifest import Manifest
    from kaldor.atlas.store import Store
    from kaldor.atlas.writing import Progress

app = typer.Typer(no_args_is_help=True, help="Bring official data into the store; list, check and export it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The dataset's id, such as wiod2013.")]
_PLAIN: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
"""How a sentence is printed: as it is, and left to the terminal to wrap."""


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the datasets of the store, and the sources that could be added."""
    from kaldor.atlas.catalogue import Catalogue

    store = _store()
    listing = store.listing()
    held = listing.datasets
    names = {dataset.id for dataset in held} | {one.id for one in listing.unreadable}
    known = [source for source in Catalogue.load().sources.values() if source.landing_page and source.id not in names]
    if as_json:
        sources = [source.model_dump(mode="json") for source in known]
        record = {
            "datasets": [_summary(one) for one in held],
            "unreadable": [asdict(one) for one in listing.unreadable],
        }
        screen.print_json({"store": str(store.path), **record, "sources": sources})
        return
    console = screen.console()
    if held:
        rows = [(m.id, m.kind, _years(m), m.unit or "not stated", _megabytes(m.size), m.source.title) for m in held]
        console.print(_table(("id", "kind", "years", "unit", "MB", "title"), rows), crop=False)
    elif not listing.unreadable:
        console.print("The store is empty.")
    if listing.unreadable:
        console.print("\nIn the store, but not to be read:")
        for one in listing.unreadable:
            console.print(f"  {one}", **_PLAIN)
    if known:
        console.print("\nKnown sources that are not in the store (kaldor data add PATH --as ID):")
        console.print(_table(("id", "kind", "files"), [(s.id, s.kind, s.landing_page) for s in known]), crop=False)
    console.print(f"\nStore: {store.path}", style="dim", **_PLAIN)


@app.command()
def info(id: Id, as_json: AsJson = False) -> None:
    """Show what is known of a dataset: source, licence, years, units, notes, and where it came from."""
    manifest = _store().info(id)
    if as_json:
        screen.print_json(manifest.model_dump(mode="json"))
        return
    source, made = manifest.source, manifest.provenance
    counts = ", ".join(f"{count:,} {name}" for name, count in manifest.counts.items())
    facts = [
        ("Id", manifest.id),
        ("Title", source.title),
        ("Kind", f"{manifest.kind}, {manifest.status}"),
        ("Publisher", source.publisher),
        ("Citation", source.citation),
        ("Licence", source.licence),
        ("Files", source.landing_page),
        ("Years", ", ".join(map(str, manifest.years))),
        ("Unit", manifest.unit or ("that of each extension" if source.extensions else "not stated")),
        ("Classification", source.classification),
        ("Holds", counts),
        *(
            ("Extension", f"{entry.id}: {entry.name}, {entry.unit or 'no unit stated'}")
            for entry in manifest.extensions
        ),
        *(("Note", note) for note in source.notes),
        *((f"Note on {year}", note) for year, note in sorted(source.year_notes.items())),
        *(("Known issue", issue) for issue in source.known_issues),
        ("Added", f"{made.added:%Y-%m-%d %H:%M} UTC by Kaldor {made.kaldor_version}"),
        ("Read with", f"{made.reader}, version {made.reader_version}"),
        *(("From", f"{file.name}, {file.bytes:,} bytes, SHA-256 {file.sha256[:16]}…") for file in made.origin),
        ("Content hash", manifest.content_hash),
    ]
    screen.console().print(_facts([(name, text) for name, text in facts if text]))


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help="A folder with an economy or extension, or a CSV file of indicators.")],
    as_id: Annotated[str | None, typer.Option("--as", metavar="ID", help="The id it gets in the store.")] = None,
    no_companions: Annotated[
        bool, typer.Option("--no-companions", help="Leave the sources that belong with it, if they lie beside it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add official files, or your own, to the store; an older dataset of the same id is replaced."""
    from kaldor.atlas.add import add as add_to_store

    store = _store()
    with _progress("Adding") as progress:
        report = add_to_store(path, store, as_id, companions=not no_companions, progress=progress)
    if as_json:
        added = [_summary(manifest) for manifest in report.added]
        seen = {"recognised": report.recognised, "saw": report.saw, "warnings": report.warnings}
        seen |= {"replaced": report.replaced}
        screen.print_json({"store": str(store.path), "added": added, **seen})
        return
    console = screen.console()
    first, *companions = report.added
    console.print(f"Recognised: {report.recognised}.", **_PLAIN)
    console.print(f"{_done(report, first)}: {report.saw}.", **_PLAIN)
    for manifest in companions:
        console.print(f"{_done(report, manifest)} too, found beside it: {manifest.source.title}.", **_PLAIN)
    for warning in report.warnings:
        console.print(f"Note: {warning}", **_PLAIN)


@app.command()
def get(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="A source of 'kaldor data list', such as exiobase3_ixi.")
    ] = None,
    year: Annotated[list[int] | None, whole("--year", bounds.YEAR, "A year; may be given several times.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be fetched, and how large it is.")
    ] = False,
    no_add: Annotated[bool, typer.Option("--no-add", help="Fetch only; do not read it into the store.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Fetch anew what is there already.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only ask every address (of SOURCE, or of all) for its head, and say what answers."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch official files from their publisher (or from KALDOR_MIRROR) and add them to the store."""
    if check:
        _check_addresses(source, as_json)
        return
    if source is None:
        raise typer.BadParameter(
            "name a source of 'kaldor data list', or --check for all addresses", param_hint="SOURCE"
        )
    from kaldor.atlas.add import add as add_to_store
    from kaldor.atlas.catalogue import Catalogue
    from kaldor.atlas.getting import get as get_files
    from kaldor.atlas.getting import wanted

    store, entry = _store(), Catalogue.load().source(source)
    asked: list[int | None] = [*year] if year else [None]
    files = list({file.target: file for one in asked for file in wanted(entry, one, store)}.values())
    if not as_json:
        rows = [(f.name, _size_of(f.bytes), "there already" if f.there and not again else f.place) for f in files]
        screen.console().print(_table(("file", "MB", "from"), rows), crop=False)
    paths: list[Path] = []
    if not dry_run:
        with _progress("Fetching") as progress:
            paths = get_files(files, lambda name, done, total: progress(name, done, total or 0), again)
    report = None
    if paths and not no_add:
        folder = paths[0].parent
        held = [path for path in folder.iterdir() if not path.name.startswith(".")]
        try:
            with _progress("Adding") as progress:
                report = add_to_store(held[0] if len(held) == 1 else folder, store, entry.id, progress=progress)
        except InputError as error:
            advice = f"Fetched into {folder}, but not read: 'kaldor data get {entry.id} … --again' fetches it anew."
            raise InputError([*error.problems, Problem(str(folder), "holds what was fetched.", advice)]) from None
    if as_json:
        record = [{"file": f.name, "from": f.place, "bytes": f.bytes, "path": str(f.target)} for f in files]
        added = [_summary(manifest) for manifest in report.added] if report else []
        screen.print_json({"store": str(store.path), "files": record, "fetched": [*map(str, paths)], "added": added})
    elif report:
        said = f"{_done(report, report.added[0])}: {report.saw}."
        screen.console().print(f"Recognised: {report.recognised}.\n{said}", **_PLAIN)
    elif paths:
        screen.console().print(f"Fetched into {paths[0].parent}.", **_PLAIN)


@app.command()
def check(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The dataset; all of them without it.")] = None,
    year: Annotated[int | None, whole("--year", bounds.YEAR, "Only this year's balance.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that stored files are as they were written, and how well tables balance. Exit code 1 if one is damaged."""
    store = _store()
    listing = store.listing()
    manifests = [store.info(id)] if id is not None else listing.datasets
    unreadable = listing.unreadable if id is None else ()
    found: list[tuple[Manifest, list[Problem], list[Balance]]] = []
    with _progress("Checking") as progress:
        for done, manifest in enumerate(manifests):
            progress(manifest.id, done, len(manifests))
            problems = store.check(manifest.id)
            balances = [] if problems or manifest.kind != "economy" else _balances(store, manifest, year)
            found.append((manifest, problems, balances))
    if as_json:
        record = {"datasets": [_check_record(*one) for one in found], "unreadable": [asdict(one) for one in unreadable]}
        screen.print_json(record)
    else:
        for manifest, problems, balances in found:
            _print_check(screen.console(), manifest, problems, balances)
        for one in unreadable:
            screen.console().print(str(one), **_PLAIN)
    if unreadable or any(problems for _, problems, _ in found):
        raise typer.Exit(1)


@app.command()
def codes(
    id: Id,
    find: Annotated[str, typer.Option(help="Only codes whose code or name holds this.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a list of codes (ISIC, NACE, CPC, HS, ISCO) of the store, indented by level."""
    frame = _store().codes(id)
    wanted = find.lower()
    rows = [row for row in frame.to_dict("records") if wanted in f"{row['code']} {row['name']}".lower()]
    if as_json:
        screen.print_json(rows)
        return
    indented = [("  " * (row["level"] - 1) + row["code"], row["name"]) for row in rows]
    screen.console().print(_table(("code", "name"), indented), crop=False)


@app.command()
def export(
    id: Id,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Write a dataset as npz and CSV files that any program reads and `kaldor data add` reads back."""
    with _progress("Exporting") as progress:
        progress(id, 0, 1)
        files = _store().export(id, folder)
    if as_json:
        screen.print_json({"files": [str(file) for file in files]})
    else:
        screen.console().print(f"Wrote {len(files)} files to {folder}.", **_PLAIN)


@app.command()
def convert(
    id: Id,
    as_id: Annotated[str, typer.Option("--as", metavar="ID", help="The id of the new dataset.")],
    regions: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help="CSV with from, to and perhaps weight; or a bloc (EU@2009), 'income groups@2009', 'world regions', "
            "states@1990-2011.",
        ),
    ] = None,
    sectors: Annotated[Path | None, typer.Option(help="A CSV file with from, to and perhaps weight.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a dataset into other regions or sectors by weighted concordances; the new one says how it was made."""
    from kaldor.atlas.converting import convert_dataset

    with _progress("Converting") as progress:
        manifest = convert_dataset(_store(), id, as_id, regions=regions, sectors=sectors, progress=progress)
    if as_json:
        screen.print_json(_summary(manifest))
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in manifest.counts.items())
    screen.console().print(f"Made {manifest.id} from {id}: {counts}.", **_PLAIN)
    for note in manifest.source.notes[len(_store().info(id).source.notes) :]:
        screen.console().print(f"Note: {note}", **_PLAIN)


@app.command()
def remove(
    id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a dataset from the store, also one that cannot be read; what Kaldor did not write of it stays."""
    store = _store()
    reasons = {one.id: one.reason for one in store.listing().unreadable}
    what = reasons[id] if id in reasons else _size_and_title(store.info(id))
    if not yes and not typer.confirm(f"Delete {id} ({what})?"):
        raise typer.Exit(1)
    stays = store.remove(id)
    if as_json:
        screen.print_json({"removed": id} | ({"stays": stays} if stays else {}))
        return
    screen.console().print(f"Deleted {id}.", **_PLAIN)
    for name in stays:
        screen.console().print(f"Note: {store.path / name} stays; Kaldor did not write it.", **_PLAIN)


def _check_addresses(source: str | None, as_json: bool) -> None:
    """A table of what each address answers to a question for its head."""
    from kaldor.atlas.catalogue import Catalogue
    from kaldor.atlas.getting import check as check_addresses

    catalogue = Catalogue.load()
    sources = [catalogue.source(source)] if source is not None else list(catalogue.sources.values())
    with _progress("Asking") as progress:
        answers = check_addresses(sources, lambda name, done, total: progress(name, done, total or 0))
    if as_json:
        screen.print_json(
            [{"source": a.source, "file": a.name, "address": a.address, **asdict(a.head)} for a in answers]
        )
        return
    rows = [
        (a.source, a.name, a.head.said, str(a.head.status or "–"), _size_of(a.head.bytes), a.head.place)
        for a in answers
    ]
    screen.console().print(_table(("source", "files", "says", "status", "MB", "from"), rows), crop=False)
    good = sum(a.head.said in ("answers", "moved") for a in answers)
    screen.console().print(f"{good} of {len(answers)} addresses answer with a file.", **_PLAIN)


def _done(report: AddReport, manifest: Manifest) -> str:
    """What was done with a dataset: it is new, or stands in the place of an older one."""
    return f"{'Replaced' if manifest.id in report.replaced else 'Added'} {manifest.id}"


def _store() -> Store:
    from kaldor.atlas.store import Store

    return Store()


def _balances(store: Store, manifest: Manifest, year: int | None) -> list[Balance]:
    return [store.balance(manifest.id, one) for one in ([year] if year is not None else manifest.years)]


def _print_check(console: Console, manifest: Manifest, problems: list[Problem], balances: list[Balance]) -> None:
    files = f"{len(manifest.files)} files, {_megabytes(manifest.size)} MB"
    state = f"{len(problems)} problems" if problems else "as written"
    console.print(f"{manifest.id}: {files}: {state}.", **_PLAIN)
    for problem in problems:
        console.print(f"  {problem}", **_PLAIN)
    if not balances:
        return
    rows = [
        (
            str(b.year),
            f"{b.output:,.0f}",
            f"{b.value_added:,.0f}",
            f"{b.largest_gap:,.0f}",
            f"{b.gap_share:.3%}",
            str(b.without_output),
            str(b.negative_final_demand),
        )
        for b in balances
    ]
    header = ("year", "output", "value added", "largest gap", "all gaps", "no output", "Y < 0")
    console.print(_table(header, rows), crop=False)
    console.print(
        f"Amounts in {manifest.unit or 'a unit not stated'}. Gap: |output − uses| of an industry; all gaps: their sum "
        "over output. No output: industries that produce nothing. Y < 0: cells of final demand below zero.",
        style="dim",
        **_PLAIN,
    )
    for balance in balances:
        for remark in _remarks(balance):
            console.print(f"{balance.year}: {remark}", **_PLAIN)


def _remarks(balance: Balance) -> Iterator[str]:
    """What an official table may hold and a reader will stumble over."""
    if balance.negative_flows:
        yield f"{balance.negative_flows} flows are below zero; every account takes them as they are."
    if balance.negative_outputs:
        yield f"{balance.negative_outputs} outputs are below zero; every account keeps these industries apart."
    if balance.above_one:
        label, ratio = balance.above_one[0]
        yield f"in {len(balance.above_one)} industries inputs reach output, most in {label} ({_times(ratio)})."


def _times(ratio: float) -> str:
    """How many times its output an industry's inputs are; of no output there is no such number."""
    return f"{ratio:.2f} times" if math.isfinite(ratio) else "inputs without any output"


def _check_record(manifest: Manifest, problems: list[Problem], balances: list[Balance]) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "problems": [str(problem) for problem in problems],
        "balance": [_balance_record(balance) for balance in balances],
    }


def _balance_record(balance: Balance) -> dict[str, Any]:
    """A balance for JSON, which knows no infinity: inputs without any output have the ratio null."""
    above_one = [(label, ratio if math.isfinite(ratio) else None) for label, ratio in balance.above_one]
    return {**asdict(balance), "above_one": above_one}


def _summary(manifest: Manifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "kind": manifest.kind,
        "title": manifest.source.title,
        "years": list(manifest.years),
        "unit": manifest.unit,
        "status": manifest.status,
        "bytes": manifest.size,
        "content_hash": manifest.content_hash,
    }


def _size_and_title(manifest: Manifest) -> str:
    return f"{_megabytes(manifest.size)} MB, {manifest.source.title}"


def _years(manifest: Manifest) -> str:
    first, last = manifest.years[0], manifest.years[-1]
    if first == last:
        return str(first)
    return f"{first}–{last}" + ("" if len(manifest.years) == last - first + 1 else f", {len(manifest.years)} of them")


def _size_of(size: int | None) -> str:
    return "not known" if size is None else _megabytes(size)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"


def _table(header: tuple[str, ...], rows: Sequence[Sequence[str]]) -> Any:
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


def _facts(facts: list[tuple[str, str]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts:
        table.add_row(name, Text(printable(text, kept="\n")))
    return table


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
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
