"""`kaldor run` and `kaldor demo`: from a study file to a brief, and where it lies."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor.cli import screen
from kaldor.cli.screen import escaped
from kaldor.errors import printable, printable_json

if TYPE_CHECKING:
    from kaldor.brief.assemble import Progress
    from kaldor.brief.run import StudyResult

Out = Annotated[Path | None, typer.Option("--out", help="Folder for the brief; briefs/NAME if not given.")]
Formats = Annotated[
    str, typer.Option("--format", help="What to write beside the JSON, by commas: html, pdf, docx, pptx.")
]
Short = Annotated[bool, typer.Option("--short", help="Leave the annex out: at most eight pages.")]
Template = Annotated[
    Path | None, typer.Option("--template", help="A DOCX file whose styles the text wears (with --format docx).")
]
Open = Annotated[bool, typer.Option("--open", help="Open the brief when it is done.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print where everything is as JSON.")]
StorePath = Annotated[Path | None, typer.Option("--store", help="Folder of the store, in place of the usual one.")]

_ALL = "html,pdf,json"


def run(
    study: Annotated[Path, typer.Argument(help="The study file (TOML).")],
    out: Out = None,
    formats: Formats = _ALL,
    open_: Open = False,
    as_json: AsJson = False,
    store: StorePath = None,
    short: Short = False,
    template: Template = None,
) -> None:
    """Run a study: results, lock file and a brief as HTML and PDF."""
    from kaldor.atlas.store import Store

    _make(study, Store(store), out, formats, open_=open_, as_json=as_json, short=short, template=template)


def demo(
    out: Out = None,
    formats: Formats = _ALL,
    open_: Open = False,
    as_json: AsJson = False,
    short: Short = False,
    template: Template = None,
) -> None:
    """Make a brief from the starter world inside the package: no data needed."""
    from importlib.resources import as_file, files

    with as_file(files("kaldor.brief") / "studies" / "starter.toml") as study:
        _make(study, None, out, formats, open_=open_, as_json=as_json, short=short, template=template)


def _make(
    study: Path,
    store: object,
    out: Path | None,
    formats: str,
    *,
    open_: bool,
    as_json: bool,
    short: bool,
    template: Path | None,
) -> None:
    from kaldor.brief.run import run_study

    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    with _progress(quiet=as_json) as progress:
        result = run_study(study, store, out, wanted, progress, short=short, template=template)  # type: ignore[arg-type]
    _say(result, as_json=as_json)
    if open_:
        typer.launch(str(_best(result)))


def _say(result: StudyResult, *, as_json: bool) -> None:
    if as_json:
        files = {name: str(path) for name, path in result.files.items()}
        content = {"folder": str(result.folder), "files": files, "fingerprint": result.fingerprint}
        content |= {"of_an_earlier_run": list(result.earlier)}
        typer.echo(printable_json(json.dumps(content, ensure_ascii=False, indent=1)))
        return
    from kaldor.cli.fitting import unbroken

    console = screen.console()
    console.print(unbroken(printable(result.document.title), console.width), crop=False)
    for finding in result.document.findings:
        said = "  • " + printable("".join(span.text for span in finding.text))
        console.print(unbroken(said, console.width, indent="    "), crop=False)
    typer.echo(f"The brief is in {result.folder}:")
    for name in ("html", "pdf", "docx", "pptx", "json"):
        if name in result.files:
            typer.echo(f"  {result.files[name]}")
    for name in result.earlier:
        typer.echo(f"{name} is of an earlier run.")


def _best(result: StudyResult) -> Path:
    """What a reader would want to see first."""
    return next(result.files[name] for name in ("html", "pdf", "docx", "pptx", "json") if name in result.files)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on standard error, where a person is looking; otherwise none."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns: Sequence[object] = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"))
    with Bar(*columns, console=console, transient=True) as bar:  # type: ignore[arg-type]
        task = bar.add_task("starting", total=None)
        yield lambda what, done, total: bar.update(task, description=escaped(what), completed=done, total=total)
