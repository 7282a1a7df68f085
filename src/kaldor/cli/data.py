"""`kaldor data`: what the store holds, and how official files come into it and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor.cli import data_check, data_get, screen
from kaldor.cli import data_words as words
from kaldor.cli.options import AsJson

if TYPE_CHECKING:
    from kaldor.atlas.manifest import Manifest

app = typer.Typer(no_args_is_help=True, help="Bring official data into the store; list, check and export it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The dataset's id, such as wiod2013.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the datasets of the store, and the sources that could be added."""
    from kaldor.atlas.catalogue import Catalogue

    store = words.usual_store()
    listing = store.listing()
    held = listing.datasets
    names = {dataset.id for dataset in held} | {one.id for one in listing.unreadable}
    known = [source for source in Catalogue.load().sources.values() if source.landing_page and source.id not in names]
    if as_json:
        from kaldor.economy.held import catalogue_answered, datasets_answered

        datasets = [one.model_dump(mode="json") for one in datasets_answered(store)]
        catalogue = [one.model_dump(mode="json") for one in catalogue_answered(store)]
        screen.print_json({"store": str(store.path), "datasets": datasets, "catalogue": catalogue})
        return
    console = screen.console()
    if held:
        rows = [
            (m.id, m.kind, words.years_of(m), m.unit or "not stated", words.megabytes(m.size), m.source.title)
            for m in held
        ]
        console.print(words.table(("id", "kind", "years", "unit", "MB", "title"), rows), crop=False)
    elif not listing.unreadable:
        console.print("The store is empty.")
    if listing.unreadable:
        console.print("\nIn the store, but not to be read:")
        for one in listing.unreadable:
            console.print(f"  {one}", **words.PLAIN)
    if known:
        console.print("\nKnown sources that are not in the store (kaldor data add PATH --as ID):")
        console.print(words.table(("id", "kind", "files"), [(s.id, s.kind, s.landing_page) for s in known]), crop=False)
    console.print(f"\nStore: {store.path}", style="dim", **words.PLAIN)


@app.command()
def info(id: Id, as_json: AsJson = False) -> None:
    """Show what is known of a dataset: source, licence, years, units, notes, and where it came from."""
    from kaldor.atlas.ids import STARTER

    if id == STARTER:
        _info_of_the_starter(as_json)
        return
    store = words.usual_store()
    manifest = store.info(id)
    if as_json:
        screen.print_json(words.as_answered(manifest, store))
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
    console = screen.console()
    told = [(name, text) for name, text in facts if text]
    console.print(words.facts(told, console.width), crop=False)


def _info_of_the_starter(as_json: bool) -> None:
    """What the world inside the package is: it lies in no store."""
    from kaldor.economy.held import starter_answered

    starter = starter_answered()
    if as_json:
        screen.print_json(starter.model_dump(mode="json"))
        return
    told = [
        ("Id", starter.id),
        ("Title", starter.title),
        ("Kind", f"{starter.kind}, {starter.status}; inside the package, in no store"),
        ("Publisher", starter.publisher),
        ("Citation", starter.citation),
        ("Licence", starter.licence),
        ("Years", ", ".join(map(str, starter.years))),
        ("Unit", starter.unit),
        ("Holds", ", ".join(f"{count:,} {name}" for name, count in starter.counts.items())),
        *(("Extension", f"{one.id}: {one.name}, {one.unit or 'no unit stated'}") for one in starter.extensions),
        *(("Note", note) for note in starter.notes),
    ]
    console = screen.console()
    console.print(words.facts([(name, text) for name, text in told if text], console.width), crop=False)


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

    store = words.usual_store()
    with words.progress("Adding") as progress:
        report = add_to_store(path, store, as_id, companions=not no_companions, progress=progress)
    if as_json:
        from kaldor.atlas.added import added_answered

        screen.print_json({"store": str(store.path), **added_answered(report, store)})
        return
    console = screen.console()
    first, *companions = report.added
    console.print(f"Recognised: {report.recognised}.", **words.PLAIN)
    console.print(f"{words.done(report, first)}: {report.saw}.", **words.PLAIN)
    for manifest in companions:
        console.print(f"{words.done(report, manifest)} too, found beside it: {manifest.source.title}.", **words.PLAIN)
    for warning in report.warnings:
        console.print(f"Note: {warning}", **words.PLAIN)


app.command()(data_get.get)
app.command()(data_check.check)


@app.command()
def codes(
    id: Id,
    find: Annotated[str, typer.Option(help="Only codes whose code or name holds this.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a list of codes (ISIC, NACE, CPC, HS, ISCO) of the store, indented by level."""
    frame = words.usual_store().codes(id)
    wanted = find.lower()
    rows = [row for row in frame.to_dict("records") if wanted in f"{row['code']} {row['name']}".lower()]
    if as_json:
        screen.print_json(rows)
        return
    indented = [("  " * (row["level"] - 1) + row["code"], row["name"]) for row in rows]
    screen.console().print(words.table(("code", "name"), indented), crop=False)


@app.command()
def export(
    id: Id,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Write a dataset as npz and CSV files that any program reads and `kaldor data add` reads back."""
    with words.progress("Exporting") as progress:
        progress(id, 0, 1)
        files = words.usual_store().export(id, folder)
    if as_json:
        screen.print_json({"files": [str(file) for file in files]})
    else:
        screen.console().print(f"Wrote {len(files)} files to {folder}.", **words.PLAIN)


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

    store = words.usual_store()
    with words.progress("Converting") as progress:
        manifest = convert_dataset(store, id, as_id, regions=regions, sectors=sectors, progress=progress)
    if as_json:
        screen.print_json(words.as_answered(manifest, store))
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in manifest.counts.items())
    screen.console().print(f"Made {manifest.id} from {id}: {counts}.", **words.PLAIN)
    for note in manifest.source.notes[len(store.info(id).source.notes) :]:
        screen.console().print(f"Note: {note}", **words.PLAIN)


@app.command()
def remove(
    id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a dataset from the store, also one that cannot be read; what Kaldor did not write of it stays."""
    store = words.usual_store()
    reasons = {one.id: one.reason for one in store.listing().unreadable}
    what = reasons[id] if id in reasons else _size_and_title(store.info(id))
    if not yes and not typer.confirm(f"Delete {id} ({what})?"):
        raise typer.Exit(1)
    stays = store.remove(id)
    if as_json:
        from kaldor.economy.held import Removed

        screen.print_json(Removed(removed=id, kept=list(stays)).model_dump(mode="json"))
        return
    screen.console().print(f"Deleted {id}.", **words.PLAIN)
    for name in stays:
        screen.console().print(f"Note: {store.path / name} stays; Kaldor did not write it.", **words.PLAIN)


def _size_and_title(manifest: Manifest) -> str:
    return f"{words.megabytes(manifest.size)} MB, {manifest.source.title}"
