"""How `kaldor economy` shows a result: a table on the screen, a CSV file with every digit, JSON for another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaldor.cli import screen

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
    """Numbers flush right, about four digits, and a rounding error of a column as the zero that it is."""
    from pandas.api.types import is_integer_dtype, is_numeric_dtype

    flat = table.reset_index() if any(name is not None for name in table.index.names) else table
    made = screen.table(*(_title(name) for name in flat.columns))
    texts = []
    for column, name in zip(made.columns, flat.columns, strict=True):
        values = flat[name]
        if is_numeric_dtype(values) and not is_integer_dtype(values):
            rounding = 1e-12 * float(values.abs().max())
            texts.append([screen.number(0.0 if abs(value) <= rounding else value) for value in values])
        else:
            texts.append([str(value) for value in values])
        if is_numeric_dtype(values):
            column.justify, column.no_wrap = "right", True
        else:
            column.justify = "left"
    for cells in zip(*texts, strict=True):
        screen.add_row(made, *cells)
    console.print(made)


def _title(name: object) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name).replace("_", " ")


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    from kaldor.errors import StoreError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        named = any(name is not None for name in table.index.names)
        _plain(table).to_csv(path, index=named)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}). Choose another file with --csv.") from None


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with chains of industries written as text, producer first."""
    return table.assign(path=table["path"].map(_chain)) if "path" in table.columns else table


def _chain(path: Sequence[tuple[str, str]]) -> str:
    return " → ".join(f"{region} {sector}" for region, sector in path)


def _units(unit: str | Mapping[str, str]) -> str:
    if isinstance(unit, str):
        return unit
    return ", ".join(f"{name.replace('_', ' ')} in {one}" for name, one in unit.items())
