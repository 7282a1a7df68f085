"""Commands made of questions: options from their inputs, and the answer on the screen, as JSON or in a file.

Every option takes texts, as often as it is typed: the question reads them, so that a refusal has the words of every
other door. A room from another package has a group of commands of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.bundle import REQUIRED, declare
from kaldor.cli.options import AsJson, On, StorePath, With, Year, whole
from kaldor.cli.wording import NUMBER, TEXT, WHOLE, plainly, worded
from kaldor.cli.writing import refuse_folder, write_named

Out = Annotated[
    Path | None,
    typer.Option("--out", "--csv", metavar="FILE", help="Write all rows, every digit: .csv, .xlsx, .parquet or .json."),
]
Rows = Annotated[int, whole("--rows", bounds.ROWS, "Rows on the screen.")]

_ROWS = 45
_ALIKE = 2
"""Notes that begin with the same words, on a screen."""


class Rooms(TyperGroup):
    """The commands of the house, and a group for every room that another package brings; none is read to be listed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Commands in the order of their declaration, rooms from outside after them."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in _from_outside() if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, or the group of a room."""
        own = super().get_command(ctx, cmd_name)
        return worded(_group(cmd_name) if own is None and cmd_name in _from_outside() else own)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; what an option of it may not be is said in the words of every other refusal."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            _refuse_missing(error)
            _refuse_without_economy(error)
            raise plainly(error) from None


def group_of(room: str) -> type[TyperGroup]:
    """A group of commands that holds the questions of a room; they are read when one of them is asked for."""

    class Group(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return [*super().list_commands(ctx), *_questions(room)]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            own = super().get_command(ctx, cmd_name)
            known = {} if own else _questions(room)
            return worded(_command(known[cmd_name])) if cmd_name in known else own

    return Group


def _from_outside() -> Mapping[str, str]:
    from kaldor.room import bringers

    return bringers()


def _group(room: str) -> Any:
    made = typer.main.get_group(
        typer.Typer(cls=group_of(room), no_args_is_help=True, help=f"What {_from_outside()[room]} can tell.")
    )
    made.name = room
    return made


def _questions(room: str) -> Mapping[str, Any]:
    from kaldor import rooms

    return {question.id: question for question in rooms.room(room).questions}


def _command(question: Any) -> Any:
    """A command whose options are the inputs of a question. What they take is read by the question itself."""
    one = typer.Typer(add_completion=False, rich_markup_mode="rich")
    one.command(question.id, help=question.help)(_function(question))
    made = typer.main.get_command(one)
    made.name = question.id
    made.question = question  # type: ignore[attr-defined]
    return made


def _refuse_missing(error: typer.BadParameter) -> None:
    """Let the question refuse that an input of its own was left out, as at every other door. Raises InputError."""
    question = getattr(error.ctx.command, "question", None) if error.ctx is not None else None
    if question is None or error.param is None:
        return
    if error.param.name in {one.id for one in question.described}:
        question.read({})


def _refuse_without_economy(error: typer.BadParameter) -> None:
    """Where no economy is named, name one that everybody has. Raises InputError."""
    if error.param is not None and error.param.name == "on":  # any text will do: it can only be missing
        from kaldor.errors import InputError, Problem

        remedy = "Such as --on starter, the world inside the package; kaldor data list names those of the store."
        raise InputError(Problem("option --on", "is missing: of which economy?", remedy))


def _function(question: Any) -> Callable[..., None]:
    own = {one.id: one for one in question.described}

    def asked(on: str, year: int | None, with_: list[str] | None, store: Path | None, as_json: bool, out: Path | None,
              rows: int, **typed: Any) -> None:  # fmt: skip
        given = {name: [_given(own[name], value) for value in values] for name, values in typed.items() if values}
        read = question.read(given)  # what is wrong with the inputs is said before an economy is read
        if out is not None:
            _refuse_ending(out)
            refuse_folder(out, "--out")
        subject = _subject(on, year, with_, store)
        with screen.progress() as progress:
            answer = question.ask(subject, read, progress)
        if out is not None:
            _write(answer, out)
        if as_json:
            from kaldor.asking.shape import as_plain

            screen.print_json(as_plain(answer))
            return
        _show(answer, rows, out, _industries(subject, read))

    options = [
        ("on", On, REQUIRED),
        *(_typed(one) for one in question.described),
        ("year", Year, None),
        ("with_", With, None),
        ("store", StorePath, None),
        ("as_json", AsJson, False),
        ("out", Out, None),
        ("rows", Rows, _ROWS),
    ]  # fmt: skip
    declare(asked, options)
    return asked


def _typed(one: Any) -> tuple[str, Any, Any]:
    """An input as a parameter: its name, its option, and its default where it may be left out."""
    if one.required:
        return one.id, Annotated[list[str], _option(one)], REQUIRED
    return one.id, Annotated[list[str] | None, _option(one)], None


def _option(one: Any) -> Any:
    """How an input is typed: its bounds, choices and default are told, and checked by the question."""
    told = [one.help]
    if one.range:
        told.append(f"{one.range[0].upper()}{one.range[1:]}.")
    if one.many:
        told.append("Repeatable.")
    if one.default not in (None, []):
        told.append(f"[dim]\\[default: {one.default}][/dim]")
    kinds = {"number": NUMBER, "whole": WHOLE, "flag": "true|false", "text": TEXT}
    takes = [*one.choices, *(["FILE"] if one.kind == "file" else []), *([one.names.upper()] if one.names else [])]
    metavar = "|".join(takes or [kinds[one.kind]])
    if one.first:
        return typer.Argument(metavar=f"{one.id.upper()}{'…' if one.many else ''}", help=" ".join(told))
    return typer.Option(f"--{one.id.replace('_', '-')}", metavar=metavar, help=" ".join(told))


def _given(one: Any, value: str) -> str:
    """What was typed; of a file its text, unless the option may name something else and this is no file."""
    if one.kind == "file" and not value.strip():
        from kaldor.errors import InputError, Problem

        option = f"--{one.id.replace('_', '-')}"
        raise InputError(Problem(option, "names no file.", f"Name one, or leave {option} out."))
    path = Path(value)
    if one.kind != "file" or (one.names and not path.suffix and not path.exists()):
        return value
    from kaldor.declared import text_of

    text = text_of(path)
    return text if text.endswith("\n") else f"{text}\n"


def _subject(on: str, year: int | None, with_: list[str] | None, store: Path | None) -> Any:
    from kaldor.economy.questions.opening import asked_of

    return asked_of(on, year, with_ or (), store)


def _refuse_ending(out: Path) -> None:
    """Say what is wrong with a file's name before anything is computed for it."""
    from kaldor.asking.files import refuse_ending

    refuse_ending(out.name)


def _write(answer: Any, out: Path) -> None:
    from kaldor.asking.files import file_of

    write_named(out, file_of(answer, out.name), "--out")


def _show(answer: Any, rows: int, out: Path | None, names: Mapping[str, str]) -> None:
    from kaldor.cli.tables import print_table

    console = screen.console()
    console.print(answer.title, style="bold", markup=False)
    screen.say(console, f"{answer.origin.dataset} {answer.origin.year} ({answer.status}) · {answer.method}")
    for table in answer.tables:
        if table.title:
            screen.heading(console, table.title)
        print_table(console, table, rows, written=out is not None, names=names)
    for sentence in answer.said:
        screen.say(console, sentence)
    _say_whose(console, answer)
    if out is not None:
        screen.say(console, f"Wrote {out}.")


def _industries(subject: Any, read: Any) -> Mapping[str, str]:
    """The names of industries by code; none of what has no industries, or has them added up to others."""
    economy = None if getattr(read, "aggregate", None) else getattr(subject, "economy", None)
    return {} if economy is None else dict(zip(economy.sectors, economy.sector_names, strict=True))


def _say_whose(console: Any, answer: Any) -> None:
    """What was counted, from which sources, and what the data say of themselves, below the figures."""
    from kaldor.words import PRINCIPLES

    origin = answer.origin
    screen.heading(console, "Data")
    if origin.sources:
        screen.say(console, f"Extensions are {PRINCIPLES[origin.principle]}.")
    own = origin.citation or origin.title
    for cited in (own, *(one for one in origin.sources if not one.endswith(f": {own}"))):
        screen.say(console, f"Source: {cited}")
    told = {*answer.said, *origin.sources}
    alike: dict[str, list[str]] = {}
    for note in answer.notes:
        if note not in told:
            alike.setdefault(note.partition(":")[0], []).append(note)
    for start, notes in alike.items():
        for note in notes[:_ALIKE]:
            screen.say(console, note)
        if len(notes) > _ALIKE:
            screen.say(console, f"{start}: {len(notes) - _ALIKE} more such notes; --json has them all.")
