"""Indicators as one long CSV: indicator, region, year, value, unit and perhaps sector, status, source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from kaldor.atlas.readers.contents import Column, IndicatorContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import Rows, blanks, duplicates, number, number_problem, read_rows, unknown_labels
from kaldor.atlas.regions import all_codes, canonical_code
from kaldor.errors import InputError, Problem
from kaldor.words import STATUSES

VERSION = 1
REQUIRED = ("indicator", "region", "year", "value", "unit")
OPTIONAL = ("sector", "status", "source")


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
    rows = _in_iso3(read_rows(file, REQUIRED))
    key = [name for name in ("indicator", "region", "year", "sector") if name in rows.header]
    problems = [
        *blanks(rows, ("indicator", "region", "unit")),
        *duplicates(rows, key),
        *unknown_labels(rows, "region", "region", all_codes()),
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
    return IndicatorContents(values, tuple(sorted(set(years.tolist()))), (file,))


def _in_iso3(rows: Rows) -> Rows:
    lines = tuple((line, {**cells, "region": canonical_code(cells["region"])}) for line, cells in rows.lines)
    return replace(rows, lines=lines)


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
    is_one = path.suffix.lower() == ".csv" if path.is_file() else path.is_dir() and file_in(path) is not None
    return Seen("one CSV file, taken for indicators") if is_one else None


LAYOUT = Layout(
    "indicators_csv", "indicators", VERSION, _sees, lambda download, _: read_indicators(download.path), order=95
)
