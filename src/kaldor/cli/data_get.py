"""`kaldor data get`: fetch official files and add them, or only ask their addresses what they answer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kaldor import bounds
from kaldor.cli import data_words as words
from kaldor.cli import screen
from kaldor.cli.options import AsJson, whole
from kaldor.errors import InputError, Problem


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

    store, entry = words.usual_store(), Catalogue.load().source(source)
    asked: list[int | None] = [*year] if year else [None]
    files = list({file.target: file for one in asked for file in wanted(entry, one, store)}.values())
    if not as_json:
        rows = [(f.name, words.size_of(f.bytes), "there already" if f.there and not again else f.place) for f in files]
        screen.console().print(words.table(("file", "MB", "from"), rows), crop=False)
    paths: list[Path] = []
    if not dry_run:
        with words.progress("Fetching") as progress:
            paths = get_files(files, lambda name, done, total: progress(name, done, total or 0), again)
    report = None
    if paths and not no_add:
        folder = paths[0].parent
        held = [path for path in folder.iterdir() if not path.name.startswith(".")]
        try:
            with words.progress("Adding") as progress:
                report = add_to_store(held[0] if len(held) == 1 else folder, store, entry.id, progress=progress)
        except InputError as error:
            command = " ".join(["kaldor data get", entry.id, *(f"--year {one}" for one in year or ()), "--again"])
            told = Problem(str(folder), "what was fetched is there, and not read.", f"'{command}' fetches it anew.")
            raise InputError([*error.problems, told]) from None
    if as_json:
        record = [{"file": f.name, "from": f.place, "bytes": f.bytes, "path": str(f.target)} for f in files]
        added = [words.as_answered(manifest, store) for manifest in report.added] if report else []
        screen.print_json({"store": str(store.path), "files": record, "fetched": [*map(str, paths)], "added": added})
    elif report:
        said = f"{words.done(report, report.added[0])}: {report.saw}."
        screen.console().print(f"Recognised: {report.recognised}.\n{said}", **words.PLAIN)
    elif paths:
        screen.console().print(f"Fetched into {paths[0].parent}.", **words.PLAIN)


def _check_addresses(source: str | None, as_json: bool) -> None:
    """A table of what each address answers to a question for its head."""
    from kaldor.atlas.catalogue import Catalogue
    from kaldor.atlas.getting import check as check_addresses

    catalogue = Catalogue.load()
    sources = [catalogue.source(source)] if source is not None else list(catalogue.sources.values())
    with words.progress("Asking") as progress:
        answers = check_addresses(sources, lambda name, done, total: progress(name, done, total or 0))
    if as_json:
        screen.print_json(
            [{"source": a.source, "file": a.name, "address": a.address, **asdict(a.head)} for a in answers]
        )
        return
    rows = [
        (a.source, a.name, a.head.said, str(a.head.status or "–"), words.size_of(a.head.bytes), a.head.place)
        for a in answers
    ]
    screen.console().print(words.table(("source", "files", "says", "status", "MB", "from"), rows), crop=False)
    good = sum(a.head.said in ("answers", "moved") for a in answers)
    screen.console().print(f"{good} of {len(answers)} addresses answer with a file.", **words.PLAIN)
