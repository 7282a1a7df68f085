"""Commands made of questions: options from their inputs, and the answer on the screen, as JSON or in a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kaldor.cli import screen
from kaldor.cli.options import AsJson, On, StorePath, With, Year

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write all rows, every digit: .csv, .xlsx, .parquet or .json."),
]
Rows = Annotated[int, typer.Option("--rows", min=1, help="Rows on the screen.")]

_ROWS = 45


def group_of(room: str) -> type[TyperGroup]:
    """A group of commands that holds the questions of a room; they are read when one of them is asked for."""

    class Group(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return [*super().list_commands(ctx), *_questions(room)]

        def get_command(self, ctx: Any, name: str) -> Any:
            known = _questions(room)
            return _command(known[name]) if name in known else super().get_command(ctx, name)

    return Group


def _questions(room: str) -> Mapping[str, Any]:
    from kaldor.rooms import rooms

    return {question.id: question for question in rooms()[room].questions}


def _command(question: Any) -> Any:
    """A command whose options are the inputs of a question. What they take is read by the question itself."""
    one = typer.Typer(add_completion=False, rich_markup_mode="rich")
    one.command(question.id, help=question.help)(_function(question))
    made = typer.main.get_command(one)
    made.name = question.id
    return made


def _function(question: Any) -> Callable[..., None]:
    own = {one.id: one for one in question.described}

    def asked(on: str, year: int | None, with_: list[str] | None, store: Path | None, as_json: bool, out: Path | None,
              rows: int, **typed: Any) -> None:  # fmt: skip
        given = {name: _given(own[name], value) for name, value in typed.items() if value not in (None, [], ())}
        question.read(given)  # what is wrong with the inputs is said before an economy is read
        subject = _subject(on, year, with_, store)
        with screen.progress() as progress:
            answer = question.ask(subject, given, progress)
        if out is not None:
            _write(answer, out)
        if as_json:
            from kaldor.asking.shape import as_plain

            screen.print_json(as_plain(answer))
            return
        _show(answer, rows, out)

    options = [
        ("on", On, inspect.Parameter.empty),
        *((one.id, Annotated[list[str] | None, _option(one)] if one.many else Annotated[str | None, _option(one)], None)
          for one in question.described),
        ("year", Year, None),
        ("with_", With, None),
        ("store", StorePath, None),
        ("as_json", AsJson, False),
        ("out", Out, None),
        ("rows", Rows, _ROWS),
    ]  # fmt: skip
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, annotation=of, default=usual) for name, of, usual in options]
    asked.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    asked.__annotations__ = {name: of for name, of, _ in options}
    return asked


def _option(one: Any) -> Any:
    """How an input is typed: its bounds, choices and default are told, and checked by the question."""
    told = [one.help]
    if one.range:
        told.append(f"From {one.range}.")
    if one.many:
        told.append("Repeatable.")
    if one.required:
        told.append("[red]\\[required][/red]")
    elif one.default not in (None, []):
        told.append(f"[dim]\\[default: {one.default}][/dim]")
    kinds = {"number": "NUMBER", "whole": "WHOLE NUMBER", "flag": "true|false", "file": "FILE", "text": "TEXT"}
    metavar = "|".join(one.choices) if one.choices else (one.names or kinds[one.kind]).upper()
    return typer.Option(f"--{one.id.replace('_', '-')}", metavar=metavar, help=" ".join(told))


def _given(one: Any, value: Any) -> Any:
    if one.kind != "file":
        return value
    from kaldor.declared import text_of

    return text_of(Path(value))


def _subject(on: str, year: int | None, with_: list[str] | None, store: Path | None) -> Any:
    from kaldor.economy.questions.opening import asked_of

    return asked_of(on, year, with_ or (), store)


def _write(answer: Any, out: Path) -> None:
    from kaldor.asking.files import file_of
    from kaldor.errors import StoreError

    made = file_of(answer, out.name)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(made)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror}). Choose another file with --out.") from None


def _show(answer: Any, rows: int, out: Path | None) -> None:
    from kaldor.cli.tables import print_table

    console = screen.console()
    console.print(answer.title, style="bold", markup=False)
    screen.say(console, f"{answer.origin.dataset} {answer.origin.year} ({answer.status}) · {answer.method}")
    for table in answer.tables:
        print_table(console, table, rows)
    for sentence in answer.said:
        screen.say(console, sentence)
    if out is not None:
        screen.say(console, f"Wrote {out}.")
