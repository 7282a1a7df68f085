"""`kaldor framework`: what the five challenges are, what is wanted, what is disputed, and what has been tried."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor.cli import screen
from kaldor.cli.options import AsJson
from kaldor.errors import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from kaldor.framework import Case, Challenge, Framework

app = typer.Typer(
    no_args_is_help=True, help="The five grand challenges: key issues, priorities, debates and case studies."
)

Add = Annotated[
    list[Path] | None,
    typer.Option("--add", metavar="FILE", help="A TOML file of your own that adds to the framework; repeatable."),
]


@app.command()
def show(
    challenge: Annotated[str | None, typer.Argument(help="A challenge's id, such as resilience.")] = None,
    add: Add = None,
    as_json: AsJson = False,
) -> None:
    """Show the challenges, or everything the framework holds on one of them."""
    from kaldor.framework.answered import challenge_answered, framework_answered

    framework = _framework(add)
    wanted = [framework.challenge(challenge)] if challenge is not None else list(framework.challenges)
    if as_json:
        answer = framework_answered(framework) if challenge is None else challenge_answered(framework, wanted[0])
        screen.print_json(answer.model_dump(mode="json"))
    elif challenge is not None:
        _print_challenge(screen.console(), framework, wanted[0])
    else:
        _print_overview(screen.console(), framework)


@app.command()
def cases(
    challenge: Annotated[str | None, typer.Option(help="Only cases of this challenge.")] = None,
    instrument: Annotated[str | None, typer.Option(help="Only cases that use this instrument.")] = None,
    add: Add = None,
    as_json: AsJson = False,
) -> None:
    """List the case studies, with what is known of their results."""
    framework = _framework(add)
    found = framework.cases(challenge=challenge, instrument=instrument)
    if as_json:
        screen.print_json({"cases": [case.model_dump(mode="json") for case in found]})
        return
    table = _table("id", "case and place", "instruments", "results and their standing")
    for case in found:
        instruments = ", ".join(framework.instrument(id).title for id in case.instruments)
        screen.add_row(
            table, case.id, f"{case.title}\n{case.place}", instruments, _standing_of_results(case), kept="\n"
        )
    console = screen.console()
    console.print(table)
    console.print(
        f"{len(found)} of {len(framework.cases())} cases. More on one: kaldor framework case ID", markup=False
    )


@app.command()
def case(
    id: Annotated[str, typer.Argument(metavar="ID", help="The case's id, such as hybrit.")],
    add: Add = None,
    as_json: AsJson = False,
) -> None:
    """Show one case study: who, where, by which means, and every figure with its standing and place."""
    framework = _framework(add)
    found = framework.case(id)
    if as_json:
        screen.print_json(found.model_dump(mode="json"))
    else:
        _print_case(screen.console(), framework, found)


def _framework(add: list[Path] | None) -> Framework:
    from kaldor.framework import load_framework

    return load_framework(*(add or ()))


def _print_overview(console: Console, framework: Framework) -> None:
    table = _table("no.", "id", "challenge", "issues", "public", "private", "debates", "cases")
    for challenge in framework.challenges:
        counts = (
            framework.issues(challenge.id),
            framework.priorities(challenge.id, "public"),
            framework.priorities(challenge.id, "private"),
            framework.debates(challenge.id),
            framework.cases(challenge.id),
        )
        screen.add_row(table, challenge.number, challenge.id, challenge.title, *(len(entries) for entries in counts))
    console.print(table)
    console.print("public, private: priorities of each sector. More on one: kaldor framework show ID", markup=False)


def _print_challenge(console: Console, framework: Framework, challenge: Challenge) -> None:
    console.print(f"{challenge.number}  {challenge.title}", style="bold", markup=False)
    screen.say(console, challenge.summary)
    _print_section(
        console, "Key issues", ((one.title, f"{one.summary}\n{one.id}") for one in framework.issues(challenge.id))
    )
    for sector in ("public", "private"):
        rows = (
            (one.title, "\n".join([one.summary, *(f"• {point.title}: {point.text}" for point in one.points), one.id]))
            for one in framework.priorities(challenge.id, sector)
        )
        _print_section(console, f"Priorities of the {sector} sector", rows)
    debates = ((one.title, f"{one.question}\n{one.summary}\n{one.id}") for one in framework.debates(challenge.id))
    _print_section(console, "Under debate", debates)
    _print_section(console, "Cases", ((one.id, one.title) for one in framework.cases(challenge.id)))
    if challenge.origin is not None:
        console.print(f"\nAfter {framework.document(challenge.origin.document).title}", style="dim", markup=False)


def _print_case(console: Console, framework: Framework, case: Case) -> None:
    console.print(case.title, style="bold", markup=False)
    screen.say(console, case.summary)
    about = [
        ("Initiative", case.initiative),
        ("Where", case.place),
        ("When", case.period),
        ("Who", ", ".join(case.actors)),
        ("Instruments", ", ".join(framework.instrument(id).title for id in case.instruments)),
        ("Challenge", framework.challenge(case.challenge).title),
        ("Priorities", "\n".join(case.priorities)),
        ("Debates", "\n".join(case.debates) or "none"),
        ("Evidence", case.evidence),
        ("Reported by", case.reported_by),
        ("Source", str(case.locator)),
    ]
    _print_section(console, "", about)
    if not case.figures:
        _print_section(console, "Figures", [("none", case.no_figures_because or "")])
        return
    table = _table("figure", "what it measures", "role", "standing", "place")
    for figure in case.figures:
        against = f"Against: {figure.baseline}." if figure.baseline else None
        measures = "\n".join(part for part in (figure.measures, figure.period, against, figure.caution) if part)
        place = f"line {figure.locator.line}" if figure.locator.line is not None else str(figure.locator)
        screen.add_row(table, figure.stated(), measures, figure.role, figure.standing, place, kept="\n")
    console.print()
    console.print(table)


def _standing_of_results(case: Case) -> str:
    standings = [figure.standing for figure in case.results]
    counts = [f"{standings.count(one)} {one}" for one in dict.fromkeys(standings)]
    return ", ".join(counts) or "none reported"


def _table(*headings: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in headings:
        # An id or a label broken over lines cannot be read; long text can.
        whole = heading in {"id", "figure", "role", "standing", "place"}
        table.add_column(heading, overflow="fold", no_wrap=whole)
    return table


def _print_section(console: Console, heading: str, rows: Iterable[tuple[str, str]]) -> None:
    """A heading and two columns, name and text, the text wrapped at the terminal's width."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", max_width=28)
    grid.add_column(overflow="fold")
    for name, text in rows:
        grid.add_row(Text(printable(name)), Text(printable(text, kept="\n")))
    if not grid.row_count:
        return
    console.print(f"\n{heading}" if heading else "", style="bold underline", markup=False)
    body: RenderableType = Padding(grid, (0, 0, 0, 2))
    console.print(body)
