"""The command `kaldor`: one table of contents, every command a thin door to the same function in Python."""

from __future__ import annotations

import sys

import typer

from kaldor import __version__
from kaldor.cli import asked, data, framework, futures, mcp, quality, serve, study
from kaldor.errors import KaldorError

app = typer.Typer(
    name="kaldor",
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
app.add_typer(
    typer.Typer(
        cls=asked.group_of("economy"),
        no_args_is_help=True,
        help="Footprints, paths, linkages …: what an economy's table can tell.",
    ),
    name="economy",
    rich_help_panel="What the economy tells",
)
app.add_typer(futures.app, name="twin", rich_help_panel="What if")
app.add_typer(framework.app, name="framework", rich_help_panel="What is known")


@app.callback(invoke_without_command=True)
def _options(version: bool = typer.Option(False, "--version", help="Show the version and stop.")) -> None:
    if version:
        typer.echo(f"kaldor {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an error that the user can act on is one message on stderr and exit code 2."""
    try:
        app()
    except KaldorError as error:
        typer.echo(f"kaldor: {error}", err=True)
        sys.exit(2)
