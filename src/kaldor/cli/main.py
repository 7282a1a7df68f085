"""The command `kaldor`: one table of contents, every command a thin door to the same function in Python."""

from __future__ import annotations

import os
import sys
import traceback
from io import TextIOWrapper

import typer

from kaldor import __version__
from kaldor.cli import asked, collector, data, events, framework, mcp, quality, serve, study
from kaldor.errors import InputError, KaldorError, Problem, printable
from kaldor.rooms import OF_THE_HOUSE
from kaldor.unforeseen import caught

DEBUG = "KALDOR_DEBUG"
"""The environment variable that asks for tracebacks."""

app = typer.Typer(
    name="kaldor",
    cls=asked.Rooms,
    help="Evidence, model and dialogue for industrial strategy, in one place.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", rich_help_panel="From data to a brief")(study.demo)
app.command("run", rich_help_panel="From data to a brief")(study.run)
app.command("serve", rich_help_panel="From data to a brief")(serve.serve)
app.command("mcp", rich_help_panel="From data to a brief")(mcp.mcp)
data.app.command("report")(quality.report)
app.add_typer(data.app, name="data", rich_help_panel="From data to a brief")
for _room, (_, _told) in OF_THE_HOUSE.items():
    _what_if = _room == "twin"  # some of its commands are no questions
    _group = events.app if _what_if else typer.Typer(cls=asked.group_of(_room), no_args_is_help=True, help=_told)
    app.add_typer(_group, name=_room, rich_help_panel="What if" if _what_if else "What the economy tells")
app.add_typer(framework.app, name="framework", rich_help_panel="What is known")


@app.callback(invoke_without_command=True)
def _options(version: bool = typer.Option(False, "--version", help="Show the version and stop.")) -> None:
    if version:
        typer.echo(f"kaldor {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. What goes wrong is one message on stderr: exit code 2 where the user can mend it, 70 where
    Kaldor is at fault. With KALDOR_DEBUG set, the traceback is shown too.
    """
    collector.look_rarely()
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot show is no reason to stop
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _refuse_unprintable(sys.argv[1:])
        app()
    except KaldorError as error:
        _stop(error, str(error), 2)
    except Exception as error:
        found = caught(error)
        hint = f" {DEBUG}=1 shows where." if found.fault else ""
        _stop(error, f"{printable(str(found.problem))}{hint}", 70 if found.fault else 2)


def _refuse_unprintable(typed: list[str]) -> None:
    """Raise InputError for a line break or another control character in what was typed: no name here holds one."""
    for number, argument in enumerate(typed, 1):
        if (shown := printable(argument)) != argument:
            what = f"'{shown[:80]}' holds a line break or another control character."
            raise InputError(Problem(f"argument {number}", what, "Type it without."))


def _stop(error: Exception, message: str, code: int) -> None:
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    typer.echo(f"kaldor: {message}", err=True)
    sys.exit(code)
