"""Indicators as one long CSV: indicator, region, year, value, unit and perhaps sector, status, source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from kaldor.atlas.readers.contents import Column, IndicatorContents
from kaldor.atlas.readers.csv_text import header_cells
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import Rows, blanks, duplicates, number, number_problem, read_rows, unknown_labels
from kaldor.atlas.regions import all_codes, codes_in, country_of_two
from kaldor.errors import InputError, Problem
from kaldor.words import STATUSES

VERSION = 2
REQUIRED = ("indicator", "region", "year", "value", "unit")
OPTIONAL = ("sector", "status", "source")
_TWO_LETTERS = (
    "Regions stand in the file by two letters, read as countries (DE is DEU, CA is Canada and not California)."
)
_ENOUGH = 3
"""How many of the required columns make a file one of indicators, so that the missing ones are named."""


def file_in(folder: Path) -> Path | None:
    """The one CSV file of a folder, if there is exactly one."""
    files = sorted(folder.glob("*.csv"))
    return files[0] if len(files) == 1 else None


def read_indicators(path: Path) -> IndicatorContents:
    """Read a long CSV file, or the only one of a folder.

    Regions are ISO3 codes, aliases or declared exceptions; the unit of an indicator is the same in all its rows.
    Raises InputError with every problem of the file.
    """
    file = path if path.is_file() else file_in(path)
    if file is None:
        raise InputError(Problem(f"{path.name}/", "expected one CSV file of indicators."))
    read = read_rows(file, REQUIRED)
    rows = _in_iso3(read).with_points(["value"])
    key = [name for name in ("indicator", "region", "year", "sector") if name in rows.header]
    problems = [
        *blanks(rows, ("indicator", "region", "unit")),
        *duplicates(rows, key),
        *_unknown_regions(rows),
        *_not_numbers(rows),
        *_mixed_units(rows),
        *(unknown_labels(rows, "status", "status", STATUSES) if "status" in rows.header else ()),
    ]
    if problems:
        raise InputError(problems)
    years = np.array([int(text) for text in rows.column("year")], np.int64)
    texts = {name: rows.column(name) for name in ("indicator", "unit")}
    count = len(rows.lines)
    others = {name: rows.column(name) if name in rows.header else ("",) * count for name in OPTIONAL}
    others["status"] = tuple(text or "observed" for text in others["status"])
    values: dict[str, Column] = {
        "indicator": texts["indicator"],
        "region": rows.column("region"),
        "year": years,
        "value": np.array([float(text) for text in rows.column("value")], np.float64),
        "unit": texts["unit"],
        **others,
    }
    notes = (_TWO_LETTERS,) if any(map(country_of_two, read.column("region"))) else ()
    return IndicatorContents(values, tuple(sorted(set(years.tolist()))), (file,), notes=notes)


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
        yield Problem(rows.place(line, "region"), what, "Two letters are read where every row has them.")
    yield from unknown_labels(rows, "region", "region", (*all_codes(), *told))


def _not_numbers(rows: Rows) -> Iterator[Problem]:
    for line, cells in rows.lines:
        if number(cells["value"]) is None:
            yield number_problem(rows.place(line, "value"), cells["value"])
        if not (cells["year"].isascii() and cells["year"].isdigit() and len(cells["year"]) == 4):
            yield Problem(rows.place(line, "year"), f"'{cells['year'][:40]}' is not a year.", "Write it like 2009.")


def _mixed_units(rows: Rows) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for line, cells in rows.lines:
        unit = first.setdefault(cells["indicator"], cells["unit"])
        if cells["unit"] and cells["unit"] != unit:
            what = f"'{cells['indicator']}' is in '{cells['unit']}' here and in '{unit}' above."
            yield Problem(rows.place(line, "unit"), what, "Convert to one unit.")


def _sees(download: Download) -> Seen | None:
    path = download.path
    file = path if path.is_file() and path.suffix.lower() == ".csv" else file_in(path) if path.is_dir() else None
    if file is None or len(set(REQUIRED) & set(header_cells(Download(file), file.name))) < _ENOUGH:
        return None
    return Seen("one CSV file, taken for indicators")


LAYOUT = Layout(
    "indicators_csv",
    "indicators",
    VERSION,
    _sees,
    lambda download, _: read_indicators(download.path),
    order=95,
    marks=REQUIRED,
)
