"""A labelled table on the screen: figures flush right and whole, of about four digits, units in the headings."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaldor.cli import screen
from kaldor.digits import largest_first
from kaldor.words import MISSING, TITLES, decimals_of, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.asking import Table

_FEW_ROWS = 4
_LONG = 60
"""The width that a column of words never takes more than."""
_SHORT = 24
"""The width that a column of words has at least, where it needs that much."""
_BORDER = 3
_MOST_DIGITS = 7
_WHOLE = 10
"""A column of whole numbers is one of counts or of rounded figures, unless all are as small as shares and ratios."""
_NAME = 32
"""Characters of an industry's name beside its code."""
_UNDEFINED = figure(math.nan)


def print_table(
    console: Console, table: Table, most: int, *, written: bool = False, names: Mapping[str, str] | None = None
) -> None:
    """The rows of a table, at most so many of them: the largest by the column that the table names, else the first.

    `written`: a file has all of it. `names` of industries by code stand beside the codes.
    """
    frame = table.frame
    units = list(dict.fromkeys(unit for name in map(str, frame.columns) if (unit := table.unit(name))))
    if len(units) == 1:
        screen.say(console, _in_unit(units[0]))
    chosen = frame
    if len(frame) > most:
        by = table.largest
        chosen = frame.iloc[largest_first(frame[by].abs().to_numpy())[:most]] if by else frame.head(most)
    shown = {str(name): table.unit(str(name)) for name in frame.columns} if len(units) > 1 else {}
    is_whole = _print(console, chosen, shown, names or {})
    if not (is_whole or written):
        screen.say(console, "Its columns do not fit side by side: --json and --out give them in one table.")
    if len(frame) > len(chosen):
        which = f" largest by {_words(table.largest)}" if table.largest else " first"
        more = "the file has all" if written else "--rows, --out and --json give more"
        screen.say(console, f"The {len(chosen)}{which} of {len(frame):,} rows; {more}.")


def _in_unit(unit: str) -> str:
    """The unit of all figures of a table, above them."""
    from kaldor.economy.labelled import OF_EACH_ROW, RATIO

    return {RATIO: "ratios, without a unit", OF_EACH_ROW: OF_EACH_ROW}.get(unit, f"in {unit}")


def _print(console: Console, frame: pd.DataFrame, units: dict[str, str], names: Mapping[str, str]) -> bool:
    """A table that is too wide for the screen stands on its side, or in blocks of columns, each with the labels.

    Whether it stands there in one piece.
    """
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    flat = flat[[name for name in flat.columns if name not in frame.columns or not _is_blank(flat[name])]]
    frame = frame[[name for name in frame.columns if name in flat.columns]]
    titles = [_title(name, units, frame.attrs.get(TITLES, {})) for name in flat.columns]
    absent = frame.attrs.get(MISSING, {})
    texts = [_named(_texts(flat[name], absent.get(str(name), _UNDEFINED)), names) for name in flat.columns]
    numeric = [_is_number(flat[name]) for name in flat.columns]
    widths = [_width(title, cells) for title, cells in zip(titles, texts, strict=True)]
    needed = sum(widths) + 3 * len(widths)
    if needed > console.width and len(flat) <= _FEW_ROWS:
        texts = [titles, *map(list, zip(*texts, strict=True))]
        titles, numeric = [""] * len(texts), [False, *[True] * len(flat)]
        widths = [_width("", cells) for cells in texts]
    columns = [_Column(*one) for one in zip(titles, texts, numeric, widths, strict=True)]
    labels = 1 if titles[0] == "" else len(flat.columns) - len(frame.columns)
    blocks = _blocks(columns, labels, console.width)
    for block in blocks:
        _print_block(console, block)
    return len(blocks) == 1


@dataclass(frozen=True)
class _Column:
    """A column of texts: `width` is that of its longest cell, or of the longest word of its heading."""

    title: str
    cells: Sequence[str]
    is_number: bool
    width: int

    @property
    def least(self) -> int:
        """The width below which a figure or a word would break."""
        if self.is_number:
            return self.width
        return max(min(self.width, _SHORT), _longest_word([self.title, *self.cells]))


def _blocks(columns: Sequence[_Column], labels: int, width: int) -> list[list[_Column]]:
    """Columns side by side as far as they fit, each block begun by the labels."""
    beside = list(columns[:labels])
    blocks = [beside]
    for column in columns[labels:]:
        tried = [*blocks[-1], column]
        if sum(one.least + _BORDER for one in tried) > width and len(blocks[-1]) > labels:
            blocks.append([*beside, column])
        else:
            blocks[-1] = tried
    return blocks


def _print_block(console: Console, columns: Sequence[_Column]) -> None:
    made = screen.table(*(one.title for one in columns))
    # Every width is told: what Rich would measure for itself, cell by cell and three times over, may cut figures off.
    for column, one, width in zip(made.columns, columns, _widths(columns, console.width), strict=True):
        column.justify = "right" if one.is_number else "left"
        column.width, column.no_wrap = width, False
    for cells in zip(*(one.cells for one in columns), strict=True):
        screen.add_row(made, *cells)
    usual = console.width
    console.width = max(usual, sum(one.least + _BORDER for one in columns))  # a figure that is cut off would be misread
    console.print(made)
    console.width = usual


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    """Whole headings where there is room for them; else words take the room that figures leave."""
    whole = [max(map(len, (one.title, *one.cells))) for one in columns]
    if sum(whole) + _BORDER * len(whole) <= width:
        return whole
    spare = max(0, width - sum(one.least + _BORDER for one in columns))
    given = []
    for one in columns:
        more = 0 if one.is_number else min(spare, one.width - one.least)
        given.append(one.least + more)
        spare -= more
    return given


def _texts(values: pd.Series, missing: str = _UNDEFINED) -> list[str]:
    """A column's cells; a rounding error of the column as the zero that it is, and all others with as many decimals."""
    if not _is_number(values) or values.dtype.kind in "iu":
        return ["–" if missing else _text(value) for value, missing in zip(values, values.isna(), strict=True)]
    rounding = 1e-12 * float(values.abs().max())
    kept = [0.0 if abs(value) <= rounding else float(value) for value in values]
    decimals = _decimals(kept)
    return [
        missing if math.isnan(value) else figure(value) if value == 0 else figure(value, decimals) for value in kept
    ]


def _named(texts: list[str], names: Mapping[str, str]) -> list[str]:
    """The codes of industries with their names beside them, in a column that has mostly these."""
    if 2 * sum(text in names for text in texts) <= len(texts):
        return texts
    said = {
        code: code if name.casefold() == code.casefold() else f"{code} {_shortened(name)}"
        for code, name in names.items()
    }
    return [said.get(text, text) for text in texts]


def _shortened(name: str) -> str:
    """A name of an industry that leaves room for figures."""
    return textwrap.shorten(name, _NAME, placeholder=" …").replace(", …", " …")


def _decimals(values: Sequence[float]) -> int | None:
    """How many decimals a column has: four digits of its largest, two of its smallest; None where none serve both."""
    sizes = [abs(value) for value in values if value and math.isfinite(value)]
    if not sizes:
        return None
    if all(size.is_integer() for size in sizes) and max(sizes) >= _WHOLE:
        return 0
    found = max(decimals_of(max(sizes)), decimals_of(min(sizes)) - 2)
    return found if found <= decimals_of(max(sizes)) + 2 and found + math.log10(max(sizes)) < _MOST_DIGITS else None


def _text(value: object) -> str:
    from kaldor.asking.files import in_words

    return in_words(value)


def _is_blank(values: pd.Series) -> bool:
    """Whether a column of words says nothing of any row."""
    return len(values) > 0 and not _is_number(values) and all(value == "" for value in values)


def _is_number(values: pd.Series) -> bool:
    return bool(values.dtype.kind in "iuf")


def _width(title: str, cells: Sequence[str]) -> int:
    """What a column needs: its longest cell, or the longest word of its heading."""
    return max([*map(len, cells), *map(len, title.split()), 1])


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def _title(name: object, units: dict[str, str], said: Mapping[str, str]) -> str:
    unit = units.get(str(name))
    words = " ".join(map(str, name)) if isinstance(name, tuple) else said.get(str(name)) or _words(str(name))
    return f"{words} ({unit})" if unit else words


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ").replace("-", " ")
