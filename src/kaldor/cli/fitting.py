"""A table on a screen that has no room for it: no word is broken, and no figure is cut off.

Columns give way down to their longest word. Where that is still too wide each row stands over lines of its own: what
names it, under a line that says what these names are, then its figures with their headings.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from rich.table import Table

_BETWEEN = 3
_INDENT = 4


@dataclass(frozen=True)
class _Column:
    title: str
    cells: Sequence[str]
    is_number: bool
    is_whole: bool

    @property
    def natural(self) -> int:
        return max(map(cell_len, [self.title, *self.cells]))

    @property
    def least(self) -> int:
        if self.is_whole:
            return self.natural
        return max((cell_len(word) for text in (self.title, *self.cells) for word in text.split()), default=1)


def fitted(table: Table, width: int) -> RenderableType:
    """The table with columns that hold their words, or its rows one over the other; as it is where widths are set."""
    if not table.columns or not table.row_count or any(column.width is not None for column in table.columns):
        return table
    columns = [
        _Column(str(one.header), [str(cell) for cell in one.cells], one.justify == "right", one.no_wrap)
        for one in table.columns
    ]
    room = width - _BETWEEN * len(columns)
    if sum(one.natural for one in columns) <= room:
        return table
    if sum(one.least for one in columns) > room:
        return Group(*_over_each_other(columns, width))
    for column, size in zip(table.columns, _widths(columns, room), strict=True):
        column.width = size
    return table


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """From the longest word up: a character more for whoever lacks most, until there is no more room."""
    widths = [one.least for one in columns]
    for _ in range(room - sum(widths)):
        lacks = [one.natural - width for one, width in zip(columns, widths, strict=True)]
        if max(lacks) <= 0:
            break
        widths[lacks.index(max(lacks))] += 1
    return widths


def _over_each_other(columns: Sequence[_Column], width: int) -> Iterator[RenderableType]:
    names = next((place for place, one in enumerate(columns) if one.is_number), len(columns)) or 1
    yield unbroken(" · ".join(one.title for one in columns[:names] if one.title), width)
    for row in zip(*(one.cells for one in columns), strict=True):
        yield unbroken(" · ".join(filter(None, row[:names])), width)
        figures = [f"{one.title} {cell}" for one, cell in zip(columns[names:], row[names:], strict=True) if cell]
        if figures:
            yield Padding(Text(" · ".join(figures)), (0, 0, 0, _INDENT))


def unbroken(text: str, width: int, indent: str = "") -> Text:
    """Lines that end between words; a longer word, such as an address, reaches over the edge and stays whole.

    Lines of the text are kept; what follows the first line of one begins with `indent`.
    """
    lines = [
        line
        for one in text.split("\n")
        for line in textwrap.wrap(one, width, break_long_words=False, break_on_hyphens=False, subsequent_indent=indent)
        or [""]
    ]
    return Text("\n".join(lines), no_wrap=True, overflow="ignore")
