"""A labelled table on the screen: figures flush right and whole, of about four digits, units in the headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaldor.cli import screen
from kaldor.words import figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.asking import Table

_FEW_ROWS = 4
_LONG = 60
"""The width that a column of words never takes more than."""


def print_table(console: Console, table: Table, most: int) -> None:
    """The rows of a table, at most so many of them: the largest by the column that the table names, else the first."""
    frame = table.frame
    units = list(dict.fromkeys(unit for name in map(str, frame.columns) if (unit := table.unit(name))))
    if len(units) == 1:
        screen.say(console, f"in {units[0]}")
    chosen = frame
    if len(frame) > most:
        by = table.largest
        order = frame[by].abs().sort_values(ascending=False).index if by else frame.index
        chosen = frame.loc[order[:most]]
    _print(console, chosen, {str(name): table.unit(str(name)) for name in frame.columns} if len(units) > 1 else {})
    if len(frame) > len(chosen):
        which = f" largest by {_words(table.largest)}" if table.largest else " first"
        screen.say(console, f"The {len(chosen)}{which} of {len(frame):,} rows; --rows, --out and --json give more.")


def _print(console: Console, frame: pd.DataFrame, units: dict[str, str]) -> None:
    """A table that is too wide for the screen stands on its side."""
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    titles = [_title(name, units) for name in flat.columns]
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


def _texts(values: pd.Series) -> list[str]:
    """A column's cells; a rounding error of the column as the zero that it is."""
    if not _is_number(values) or values.dtype.kind in "iu":
        return [_text(value) for value in values]
    rounding = 1e-12 * float(values.abs().max())
    return [figure(0.0 if abs(value) <= rounding else value) for value in values]


def _text(value: object) -> str:
    from kaldor.asking.files import in_words

    return in_words(value)


def _is_number(values: pd.Series) -> bool:
    return bool(values.dtype.kind in "iuf")


def _width(title: str, cells: Sequence[str]) -> int:
    """What a column needs: its longest cell, or the longest word of its heading."""
    return max([*map(len, cells), *map(len, title.split()), 1])


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def _title(name: object, units: dict[str, str]) -> str:
    unit = units.get(str(name))
    words = " ".join(map(str, name)) if isinstance(name, tuple) else _words(str(name))
    return f"{words} ({unit})" if unit else words


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ").replace("-", " ")
