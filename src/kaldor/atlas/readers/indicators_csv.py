"""Indicators as a long CSV, or several side by side.

Columns: indicator, region, year, value, unit and perhaps sector, status, source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaldor.atlas.readers.contents import Column, IndicatorContents
from kaldor.atlas.readers.csv_text import header_cells, text_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import (
    MOST_BYTES,
    Rows,
    blanks,
    duplicates,
    number,
    number_problem,
    rows_of,
    unknown_labels,
)
from kaldor.atlas.regions import all_codes, codes_in, country_of_two
from kaldor.errors import InputError, Problem
from kaldor.words import STATUSES

VERSION = 2
REQUIRED = ("indicator", "region", "year", "value", "unit")
OPTIONAL = ("sector", "status", "source")
_KEY = ("indicator", "region", "year", "sector")
_TWO_LETTERS = (
    "Regions stand in the file by two letters, read as countries (DE is DEU, CA is Canada and not California)."
)
_ENOUGH = 3
"""How many of the required columns make a file one of indicators, so that the missing ones are named."""


def read_indicators(download: Download) -> IndicatorContents:
    """Read a long CSV file, or all that a folder or zip holds as one.

    Regions are ISO3 codes, aliases or declared exceptions; the unit of an indicator is the same in all its rows.
    Raises InputError with every problem of the files, and where the same observation stands in two of them.
    """
    names = _files(download)
    problems: list[Problem] = []
    tables = [rows for name in names if (rows := _noted(download, name, problems)) is not None]
    problems += [*_mixed_units(tables), *_in_two(tables)]
    if problems:
        raise InputError(problems)
    columns = {name: _column(tables, name) for name in (*REQUIRED, *OPTIONAL)}
    years = np.array([int(text) for text in columns["year"]], np.int64)
    values: dict[str, Column] = {
        **columns,
        "year": years,
        "value": np.array([float(text) for text in columns["value"]], np.float64),
        "status": tuple(text or "observed" for text in columns["status"]),
    }
    notes = (_TWO_LETTERS,) if any(rows.two_letters for rows in tables) else ()
    return IndicatorContents(values, tuple(sorted(set(years.tolist()))), download.origin(names), notes=notes)


@dataclass(frozen=True)
class _Table:
    """The rows of one file, its regions by ISO3, and whether they stand there by two letters."""

    rows: Rows
    two_letters: bool


def _noted(download: Download, name: str, problems: list[Problem]) -> _Table | None:
    """The rows of a file; None where something is wrong with them, which is noted."""
    try:
        read = _rows(download, name)
        rows = _in_iso3(read).with_points(["value"])
    except InputError as error:
        problems.extend(error.problems)
        return None
    problems += [
        *blanks(rows, ("indicator", "region", "unit")),
        *duplicates(rows, [column for column in _KEY if column in rows.header]),
        *_unknown_regions(rows),
        *_not_numbers(rows),
        *(unknown_labels(rows, "status", "status", STATUSES) if "status" in rows.header else ()),
    ]
    return _Table(rows, any(map(country_of_two, read.column("region"))))


def _rows(download: Download, name: str) -> Rows:
    where = download.where(name)
    if download.size(name) > MOST_BYTES:
        what = f"{download.size(name):,} bytes; at most {MOST_BYTES:,} are read."
        raise InputError(Problem(where, what, "Split the file."))
    with download.open(name) as stream:
        return rows_of(text_of(stream.read(), where), where, REQUIRED, OPTIONAL)


def _column(tables: Sequence[_Table], name: str) -> tuple[str, ...]:
    """A column of all files one after the other, empty where a file has none."""
    return tuple(cells.get(name, "") for table in tables for _, cells in table.rows.lines)


def _in_iso3(rows: Rows) -> Rows:
    codes = codes_in(rows.column("region"))
    lines = tuple((line, {**cells, "region": codes[cells["region"]]}) for line, cells in rows.lines)
    return replace(rows, lines=lines)


def _unknown_regions(rows: Rows) -> Iterator[Problem]:
    """Regions that are none; two letters beside countries' three with the country that they may mean."""
    told: set[str] = set()
    known = set(all_codes())
    for line, cells in rows.lines:
        label = cells["region"]
        if label in known or label in told or not country_of_two(label):
            continue
        told.add(label)
        what = f"unknown region '{label}'. Did you mean '{country_of_two(label)}'?"
        yield Problem(rows.place(line, "region"), what, "Two letters are read where no row has a country's three.")
    yield from unknown_labels(rows, "region", "region", (*all_codes(), *told))


def _not_numbers(rows: Rows) -> Iterator[Problem]:
    for line, cells in rows.lines:
        if number(cells["value"]) is None:
            yield number_problem(rows.place(line, "value"), cells["value"])
        if not (cells["year"].isascii() and cells["year"].isdigit() and len(cells["year"]) == 4):
            yield Problem(rows.place(line, "year"), f"'{cells['year'][:40]}' is not a year.", "Write it like 2009.")


def _mixed_units(tables: Sequence[_Table]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for rows in (table.rows for table in tables):
        for line, cells in rows.lines:
            unit = first.setdefault(cells["indicator"], cells["unit"])
            if cells["unit"] and cells["unit"] != unit:
                what = f"'{cells['indicator']}' is in '{cells['unit']}' here and in '{unit}' above."
                yield Problem(rows.place(line, "unit"), what, "Convert to one unit.")


def _in_two(tables: Sequence[_Table]) -> Iterator[Problem]:
    """Observations that stand in two files."""
    first: dict[tuple[str, ...], str] = {}
    for rows in (table.rows for table in tables):
        own = {tuple(cells.get(name, "") for name in _KEY): rows.place(line) for line, cells in rows.lines}
        for key, place in own.items():
            if key in first:
                what = f"'{' / '.join(filter(None, key))}' stands in two files (also {first[key]})."
                yield Problem(place, what, "Keep one observation of each.")
        first |= own


def _files(download: Download) -> tuple[str, ...]:
    """The CSV files that lie side by side in a folder or zip, or the one that is given."""
    if download.path.is_file() and not download.is_zip:
        return tuple(name for name in download.names if name.lower().endswith(".csv"))
    return tuple(name for name in download.names if name.lower().endswith(".csv") and "/" not in name)


def _sees(download: Download) -> Seen | None:
    names = _files(download)
    meant = [name for name in names if _known_columns(download, name) >= _ENOUGH]
    if not meant:
        return None
    return Seen(f"{'one CSV file' if len(names) == 1 else f'{len(names)} CSV files'}, taken for indicators")


def _known_columns(download: Download, name: str) -> int:
    """How many of the required columns a file has, in capitals or not."""
    return len(set(REQUIRED) & {cell.lower() for cell in header_cells(download, name)})


LAYOUT = Layout(
    "indicators_csv",
    "indicators",
    VERSION,
    _sees,
    lambda download, _: read_indicators(download),
    order=95,
    marks=REQUIRED,
)
