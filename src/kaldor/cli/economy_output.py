"""How `kaldor economy` shows a result: a table on the screen, a CSV file with every digit, JSON for another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaldor.cli import screen
from kaldor.cli.writing import write_named

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.economy.economy import Economy


@dataclass(frozen=True)
class Answer:
    """What a command found: the table, what it is of, its units, and what must be said beside it.

    `facts` go into JSON beside the rows; `said` are sentences for the screen. `largest` names the column by which the
    rows on a screen are chosen where they do not all fit.
    """

    title: str
    table: pd.DataFrame
    unit: str | Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Sequence[str] = ()
    largest: str | None = None


@dataclass(frozen=True)
class Output:
    """Where a result goes: JSON or the screen (at most `rows` rows of it), and a CSV file beside."""

    as_json: bool
    csv: Path | None
    rows: int


def show(economy: Economy, answer: Answer, output: Output) -> None:
    """Print an answer and write its CSV file."""
    if output.csv is not None:
        _write_csv(answer.table, output.csv)
    if output.as_json:
        source = {"economy": economy.source.id, "year": economy.year, "status": economy.status}
        screen.print_json({**source, "unit": answer.unit, **answer.facts, "rows": screen.rows(_plain(answer.table))})
        return
    console = screen.console()
    console.print(answer.title, style="bold", markup=False)
    screen.say(console, f"{economy.source.id} {economy.year} ({economy.status}) · {_units(answer.unit)}")
    chosen = answer.table
    if len(chosen) > output.rows:
        order = chosen[answer.largest].abs().sort_values(ascending=False).index if answer.largest else chosen.index
        chosen = chosen.loc[order[: output.rows]]
    _print_table(console, _plain(chosen).rename(columns={"path": "chain"}))
    if len(answer.table) > len(chosen):
        which = f" largest by {answer.largest.replace('_', ' ')}" if answer.largest else " first"
        screen.say(
            console, f"The {len(chosen)}{which} of {len(answer.table):,} rows; --rows, --csv and --json give more."
        )
    for sentence in answer.said:
        screen.say(console, sentence)
    if output.csv is not None:
        screen.say(console, f"Wrote {output.csv}.")


def _print_table(console: Console, table: pd.DataFrame) -> None:
    """Numbers flush right, whole, of about four digits; a table too wide for the screen stands on its side."""
    flat = table.reset_index() if any(name is not None for name in table.index.names) else table
    titles = [_title(name) for name in flat.columns]
    texts = [_texts(flat[name]) for name in flat.columns]
    numeric = [_is_number(flat[name]) for name in flat.columns]
    widths = [_width(title, cells) for title, cells in zip(titles, texts, strict=True)]
    needed = sum(widths) + 3 * len(widths)
    if needed > console.width and len(flat) <= _FEW_ROWS:
        texts = [titles, *map(list, zip(*texts, strict=True))]
        titles, numeric = [""] * len(texts), [False, *[True] * len(flat)]
        widths = [_width("", cells) for cells in texts]
    words = [_longest_word([title, *cells]) for title, cells in zip(titles, texts, strict=True)]
    made = screen.table(*titles)
    for column, is_number, width in zip(made.columns, numeric, widths, strict=True):
        column.justify = "right" if is_number else "left"
        column.min_width = min(width, _LONG)
    for cells in zip(*texts, strict=True):
        screen.add_row(made, *cells)
    usual = console.width
    # What Rich would measure, cell by cell and three times over, is known here: the widths, and borders of 3 a column.
    smallest = sum(max(min(width, _LONG), word) for width, word in zip(widths, words, strict=True))
    smallest += 3 * len(widths) - 1
    console.width = max(usual, smallest + 2 * len(widths))  # a figure that is cut off would be misread
    whole = [max(map(len, (title, *cells))) for title, cells in zip(titles, texts, strict=True)]
    if sum(whole) + 3 * len(whole) - 1 <= console.width:  # nothing is wrapped: no need to measure again
        for column, width in zip(made.columns, whole, strict=True):
            column.width = width
    console.print(made)
    console.width = usual


_FEW_ROWS = 4
_LONG = 60
"""The width that a column of words never takes more than."""


def _texts(values: pd.Series) -> list[str]:
    """A column's cells; a rounding error of the column as the zero that it is."""
    if not _is_number(values) or values.dtype.kind in "iu":
        return [str(value) for value in values]
    rounding = 1e-12 * float(values.abs().max())
    return [screen.number(0.0 if abs(value) <= rounding else value) for value in values]


def _is_number(values: pd.Series) -> bool:
    return bool(values.dtype.kind in "iuf")


def _width(title: str, cells: Sequence[str]) -> int:
    """What a column needs: its longest cell, or the longest word of its heading."""
    return max([*map(len, cells), *map(len, title.split()), 1])


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def _title(name: object) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name).replace("_", " ").replace("-", " ")


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    named = any(name is not None for name in table.index.names)
    write_named(path, _plain(table).to_csv(index=named), "--csv")


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with chains of industries written as text, producer first."""
    return table.assign(path=table["path"].map(_chain)) if "path" in table.columns else table


def _chain(path: Sequence[tuple[str, str]]) -> str:
    return " → ".join(f"{region} {sector}" for region, sector in path)


def _units(unit: str | Mapping[str, str]) -> str:
    if isinstance(unit, str):
        return unit
    return ", ".join(f"{name.replace('_', ' ')} in {one}" for name, one in unit.items())
