"""Frames that say what they hold: unit, status, year and source in `attrs`, and a short face in a notebook.

A frame has one unit for all its figures (`attrs["unit"]`) or one by column (`attrs["units"]`). It is a pandas frame in
all else. Everything else that a question returns is `Shown`: a line of words and its main table.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from html import escape
from itertools import product
from typing import Any, Protocol, TypeVar

import pandas as pd

from kaldor.atlas.published import Source
from kaldor.words import Status, unit_among, weakest

SHARE = "share (0 to 1)"
PERCENT = "%"
RATIO = "ratio"
OF_EACH_ROW = "in the column 'unit'"
"""The unit of a frame whose rows are of different kinds and say theirs."""

_TEXT_LIMIT, _TEXT_WIDTH, _TEXT_LINES = 590, 72, 9
_HTML_LIMIT = 3_900
_SIZES = tuple(product((10, 6, 4, 2), (8, 6, 4, 2)))  # rows × columns to try, the largest first
_WIDEST_CELL, _WIDEST_TEXT = 28, 20
_UNITS = ("unit", "units")

Table = TypeVar("Table", pd.DataFrame, pd.Series)
"""A frame or a column: what comes back is what was given."""


class About(Protocol):
    """What a frame is made of: an economy, or one of its extensions beside it."""

    @property
    def status(self) -> Status: ...  # noqa: D102
    @property
    def source(self) -> Source: ...  # noqa: D102


class OfAYear(About, Protocol):
    """An economy, as far as the label of a frame needs it."""

    @property
    def year(self) -> int: ...  # noqa: D102


class Frame(pd.DataFrame):  # type: ignore[misc]  # pandas ships no types
    """A pandas frame with its unit, status, year and source, shown in a few rows; `to_string` still writes them all."""

    @property
    def _constructor(self) -> type[Frame]:
        return Frame

    @property
    def _constructor_sliced(self) -> type[Column]:
        return Column

    def __repr__(self) -> str:
        return short_text(self)

    def _repr_html_(self) -> str:
        return short_html(self)


class Column(pd.Series):  # type: ignore[misc]  # pandas ships no types
    """A pandas series likewise."""

    @property
    def _constructor(self) -> type[Column]:
        return Column

    @property
    def _constructor_expanddim(self) -> type[Frame]:
        return Frame

    def __repr__(self) -> str:
        return short_text(self.to_frame(self.name if self.name is not None else "value"))

    def _repr_html_(self) -> str:
        return short_html(self.to_frame(self.name if self.name is not None else "value"))


class Shown(ABC):
    """A result that terminals and notebooks show in short: what it is in a line, and the head of its main table."""

    @abstractmethod
    def in_a_line(self) -> str:
        """What it is, in one line."""

    def main_table(self) -> pd.DataFrame | None:
        """The table that is asked for first; None where there is none."""
        return None

    def __repr__(self) -> str:
        table, head = self.main_table(), self.in_a_line()
        return clipped(head) if table is None else short_text(table, head)

    def _repr_html_(self) -> str:
        table, head = self.main_table(), self.in_a_line()
        return f"<p>{escape(clipped(head))}</p>" if table is None else short_html(table, head)


def labelled(
    table: Table, economy: OfAYear, unit: str | Mapping[str, str], *also: About, status: Status = "modelled"
) -> Table:
    """The same table with what its figures are: unit (or units by column), status, year and source of the economy.

    `also` are extensions that the figures come from besides: the weakest status holds, all sources are named, and
    `attrs["principle"]` says whether they count by residence or on the territory. `status`
    is what the method itself makes of figures: what is solved from a table is no observation, and only cells of it, or
    sums of them, are ("observed"). Other `attrs` stay.
    """
    behind = (economy, *also)
    principle = {"principle": ", ".join(dict.fromkeys(one.source.principle for one in also))} if also else {}
    return _with(
        table,
        unit,
        **principle,
        status=weakest(status, *(one.status for one in behind)),
        year=economy.year,
        source=", ".join(dict.fromkeys(one.source.id for one in behind)),
    )


def relabelled(
    table: Table,
    unit: str | Mapping[str, str],
    *,
    like: pd.DataFrame | pd.Series | None = None,
    about: Mapping[str, Any] | None = None,
) -> Table:
    """A table that was made of another (`like`): figures of its own unit, all else that is said of them as there.

    `about` says more, or all of it where there is no other.
    """
    kept = {} if like is None else {key: value for key, value in like.attrs.items() if key not in _UNITS}
    return _with(table, unit, **kept, **(about or {}))


def _with(table: Table, unit: str | Mapping[str, str], **said: Any) -> Table:
    made = Frame(table) if isinstance(table, pd.DataFrame) else Column(table)
    made.attrs = {key: value for key, value in table.attrs.items() if key not in _UNITS} | said
    made.attrs |= {"unit": unit} if isinstance(unit, str) else {"units": dict(unit)}
    return made


def unit_of(table: pd.DataFrame | pd.Series, column: Any = None) -> str | None:
    """The unit of a column, or else the one of the whole table; None where none is said."""
    own = unit_among(table.attrs.get("units", {}), column)
    return table.attrs.get("unit") if own is None else own


def about(table: pd.DataFrame | pd.Series) -> str:
    """Unit, year, status and source of a table in a line, as far as it says them."""
    attrs = table.attrs
    unit = attrs.get("unit") or ("units by column" if attrs.get("units") else "")
    parts = (unit, attrs.get("year"), attrs.get("status"), attrs.get("source"))
    return " · ".join(str(part) for part in parts if part not in {None, ""})


def short_text(table: pd.DataFrame, head: str = "") -> str:
    """A table in a few lines: what it is, its size, its first and last rows."""
    size = f"{len(table):,} rows × {len(table.columns):,} columns"
    lines = [*([head] if head else []), " · ".join(filter(None, (size, about(table))))]
    if len(table):
        shown = _plain(table).to_string(max_rows=4, max_cols=4, float_format=amount, max_colwidth=_WIDEST_TEXT)
        lines += shown.splitlines()[:_TEXT_LINES]
    text = "\n".join(clipped(line, _TEXT_WIDTH * 2 if place < 2 else _TEXT_WIDTH) for place, line in enumerate(lines))
    return clipped(text, _TEXT_LIMIT)


def short_html(table: pd.DataFrame, head: str = "") -> str:
    """The same for a notebook, never above a few thousand characters."""
    size = f"{len(table):,} rows × {len(table.columns):,} columns"
    words = f"<p>{escape(clipped(head))}</p>" if head else ""
    words += f"<p><small>{escape(clipped(' · '.join(filter(None, (size, about(table))))))}</small></p>"
    return next((words + made for made in _tables(table) if len(words + made) <= _HTML_LIMIT), words)


def amount(value: float) -> str:
    """A figure with about four digits, thousands parted."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def clipped(text: str, most: int = 300) -> str:
    """The text, its end left out where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(table, copy=False)


def _tables(table: pd.DataFrame) -> Iterator[str]:
    """The table in HTML with fewer and fewer rows and columns."""
    plain = _plain(table)
    with pd.option_context("display.max_colwidth", _WIDEST_CELL):
        for rows, columns in _SIZES:
            made = plain.to_html(max_rows=rows, max_cols=columns, border=0, float_format=amount)
            yield re.sub(r">\s+<", "><", made).replace(' style="text-align: right;"', "")
