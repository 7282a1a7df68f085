"""World Bank DataBank: what its page exports, as a workbook or CSV, with the years down the rows or across.

Down: Country Code and Time Code (YR1960), one column a series, called by its code or as "Name [CODE]"; the workbook's
sheet of series' metadata gives names and units. Across: Country Code, Series Name, Series Code, one column a year,
called "1960 [YR1960]". Cells that are empty or '..' are gaps; lines without a country's code (the source and date at
the end) are passed over. The unit is what the metadata say, else what stands in brackets at the end of a series' name.

Layout: World Bank, DataBank, "Download options", Excel and CSV.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.csv_text import header_cells, separator_in, text_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import lines_of, number
from kaldor.atlas.readers.text_table import Observations, contents_of_files, unpacked_text
from kaldor.atlas.readers.wdi import unit_of
from kaldor.atlas.readers.workbook import Sheet, read_sheets, sheet_names
from kaldor.atlas.regions import codes_in
from kaldor.errors import InputError, Problem

VERSION = 1
DATA, METADATA = "Data", "Series - Metadata"
COUNTRY, TIME, SERIES, NAME = "Country Code", "Time Code", "Series Code", "Series Name"

_LABELS = ("Country Name", COUNTRY, "Time", TIME, NAME, SERIES)
_YEAR = re.compile(r"(?:[12][0-9]{3} )?\[?YR([12][0-9]{3})\]?")
_CODED = re.compile(r"(?P<name>.*?)\s*\[(?P<code>[A-Z0-9][A-Za-z0-9_.]*)\]")
_GAPS = ("", "..")


@dataclass(frozen=True)
class _Series:
    code: str
    name: str
    unit: str


@dataclass(frozen=True)
class _Cell:
    """One figure with its series, country and year, and where it stands."""

    series: _Series
    country: str
    year: int
    value: float
    place: str


def read_databank(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read the exports of a download as one. Raises InputError with every problem of them."""
    return contents_of_files(download, _files(download), lambda name: (_observations(download, name), ()))


def _observations(download: Download, name: str) -> Observations:
    where, known = download.where(name), dict[str, _Series]()
    if name.lower().endswith(".xlsx"):
        sheets = read_sheets(download, name)
        if DATA not in sheets:
            raise InputError(Problem(where, f"there is no sheet {DATA}.", f"Found: {', '.join(sheets)[:200]}."))
        sheet, known, where = sheets[DATA], _metadata(sheets.get(METADATA)), f"{where}, sheet {DATA}"
    else:
        sheet = _sheet_of_text(text_of(unpacked_text(download, name), where), where)
    cells = _cells(sheet, known, where)
    countries = codes_in(cell.country for cell in cells)
    return Observations(
        indicator=[cell.series.code for cell in cells],
        region=[countries[cell.country] for cell in cells],
        year=np.array([cell.year for cell in cells], np.int64),
        value=np.array([cell.value for cell in cells], np.float64),
        unit=[cell.series.unit for cell in cells],
        sector=("",) * len(cells),
        status=("observed",) * len(cells),
        source=[cell.series.name for cell in cells],
        place=lambda row: cells[row].place,
    )


def _cells(sheet: Sheet, known: Mapping[str, _Series], where: str) -> list[_Cell]:
    """Every figure of a sheet. Raises InputError with every label that is none and every text among the figures."""
    header = [sheet.text(0, column) for column in range(sheet.values.shape[1])]
    at = {label: header.index(label) for label in _LABELS if label in header}
    problems = [Problem(f"{where}, row 1", f"column '{COUNTRY}' is missing.") for _ in (0,) if COUNTRY not in at]
    if TIME not in at and SERIES not in at:
        problems.append(Problem(f"{where}, row 1", f"neither '{TIME}' nor '{SERIES}' is a column."))
    twice = sorted({label for label in header if label and header.count(label) > 1})
    problems += [Problem(f"{where}, row 1", f"column '{label}' stands more than once.") for label in twice]
    figures = [column for column, label in enumerate(header) if label and label not in _LABELS]
    if not figures:
        problems.append(Problem(f"{where}, row 1", "there is no column of figures."))
    if problems:
        raise InputError(problems)
    rows = [row for row in range(1, sheet.values.shape[0]) if sheet.text(row, at[COUNTRY])]
    if TIME in at:
        by_column = {column: _series(header[column], known) for column in figures}
        by_row = {row: _year(f"{where}, row {row + 1}", sheet.text(row, at[TIME]), problems) for row in rows}
    else:
        years = {column: _year(f"{where}, row 1", header[column], problems) for column in figures}
        series_of = {row: _described(sheet, row, at, known) for row in rows}
    cells = []
    for row in rows:
        for column in figures:
            place = f"{where}, row {row + 1}, column '{header[column]}'"
            value = _value(sheet, row, column, place, problems)
            if value is None:
                continue
            series, year = (by_column[column], by_row[row]) if TIME in at else (series_of[row], years[column])
            cells.append(_Cell(series, sheet.text(row, at[COUNTRY]), year, value, place))
    if problems:
        raise InputError(problems[:20])
    return cells


_NONE = "Leave the cell empty, or write '..', where there is no figure."


def _series(label: str, known: Mapping[str, _Series]) -> _Series:
    """The series that a column's label names: by its code, or as 'Name [CODE]'."""
    coded = _CODED.fullmatch(label)
    code, name = (coded["code"], coded["name"]) if coded else (label, label)
    return known.get(code) or _Series(code, name, unit_of(name))


def _described(sheet: Sheet, row: int, at: Mapping[str, int], known: Mapping[str, _Series]) -> _Series:
    code = sheet.text(row, at[SERIES])
    name = sheet.text(row, at[NAME]) if NAME in at else code
    return known.get(code) or _Series(code, name, unit_of(name))


def _year(place: str, text: str, problems: list[Problem]) -> int:
    found = _YEAR.fullmatch(text)
    if not found:
        problems.append(Problem(place, f"'{text[:40]}' is no year.", "Expected YR2019; only yearly figures are read."))
    return int(found[1]) if found else 0


def _value(sheet: Sheet, row: int, column: int, place: str, problems: list[Problem]) -> float | None:
    """The figure of a cell; None where it is a gap, or is none and was noted."""
    text = sheet.texts.get((row, column), "").strip()
    if text in _GAPS:
        value = float(sheet.values[row, column])
        return value if np.isfinite(value) else None
    problems.append(Problem(place, f"'{text[:40]}' is not a finite number.", _NONE))
    return None


def _metadata(sheet: Sheet | None) -> dict[str, _Series]:
    """What the sheet of metadata says of each series; nothing where there is no such sheet."""
    if sheet is None:
        return {}
    header = {sheet.text(0, column): column for column in range(sheet.values.shape[1])}
    code, name, unit = (header.get(label) for label in ("Code", "Indicator Name", "Unit of measure"))
    if code is None or name is None:
        return {}
    found = {}
    for row in range(1, sheet.values.shape[0]):
        said, called = sheet.text(row, code), sheet.text(row, name)
        measured = sheet.text(row, unit) if unit is not None else ""
        if said and called:
            found[said] = _Series(said, called, measured or unit_of(called))
    return found


def _sheet_of_text(text: str, where: str) -> Sheet:
    """The cells of a CSV export as those of a sheet."""
    rows = list(lines_of(text, where, separator_in(text)))
    values = np.full((len(rows), max(map(len, rows), default=0)), np.nan)
    texts = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            value = number(cell.strip()) if row else None
            if value is None:
                texts[row, column] = cell
            else:
                values[row, column] = value
    return Sheet(values, texts)


def _files(download: Download) -> list[str]:
    return [name for name in download.names if _is_export(download, name)]


def _is_export(download: Download, name: str) -> bool:
    if name.lower().endswith(".xlsx"):
        return {DATA, METADATA} <= set(sheet_names(download, name))
    header = set(header_cells(download, name)) if name.lower().endswith((".csv", ".csv.gz")) else set()
    return {COUNTRY, TIME} <= header or {COUNTRY, NAME, SERIES} <= header


def _sees(download: Download) -> Seen | None:
    names = [PurePosixPath(name).name for name in _files(download)]
    return Seen(f"an export of the World Bank's DataBank ({', '.join(names[:3])})", "databank") if names else None


LAYOUT = Layout(
    "databank", "indicators", VERSION, _sees, read_databank, marks=(COUNTRY, TIME, SERIES, NAME), passes=("*metadata*",)
)
