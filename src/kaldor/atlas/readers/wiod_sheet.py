"""The cells of a WIOD table with their labels: from a workbook, its sheet as CSV, or the release of 2016's other CSV.

Whatever the form, a row is a region with an industry code (rows beneath the industries have the region TOT), and so is
a column (industries, then categories of final demand, then output under TOT).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.csv_text import cells_of
from kaldor.atlas.readers.matrix_text import read_matrix
from kaldor.atlas.readers.parts import Part
from kaldor.atlas.readers.workbook import Sheet, read_sheets
from kaldor.errors import InputError, Problem

HEADER, LABELS = 6, 4
"""Lines of header above the cells, and columns of labels beside them."""
DEMANDS_2016 = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN")
"""The codes of final demand of release 2016, in the order of its columns."""

_FIRST = "c1"
_LONG = ("IndustryCode", "IndustryDescription", "Country", "RNr", "Year")
_YEAR_SHEET = re.compile(r"(?:WIOT_?)?((?:19|20)[0-9]{2})")
_TITLE_YEAR = re.compile(r"\bfor ((?:19|20)[0-9]{2})\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:thousands?|millions?|billions?) (?:of )?[^()]+", re.IGNORECASE)
_OLD_PRICES = re.compile(r"previous year.{0,3} prices", re.IGNORECASE)
_NUMBERED = re.compile(r"([A-Z]{3})([0-9]{1,2})")


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows and columns as (region, code), the names of the rows, and the cells between (NaN where one is empty)."""

    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]


def workbook_cells(part: Part, year: int) -> Cells:
    """The cells of the sheet of a year. Raises InputError where the workbook has no such sheet or another layout."""
    sheet, rows, body = sheet_of_year(part, year)
    return _labelled(part.where, sheet.text, sheet.values.shape[1], [label[:3] for label in rows], body)


def sheet_of_year(part: Part, year: int) -> tuple[Sheet, list[tuple[str, ...]], NDArray[np.float64]]:
    """The sheet of a year ("2014", "WIOT_2009" or the only one), the labels of its rows, its cells below the header.

    Raises InputError where the workbook has no such sheet, none alone, sheets of several years, or a text among the
    cells; where its titles say another year, unit or prices.
    """
    sheets = read_sheets(part.download, part.name)
    named = [(match[1], name) for name in sheets if (match := _YEAR_SHEET.fullmatch(name.strip()))]
    years = dict(named)
    if len(named) > 1:
        what = f"there are sheets of several years, {', '.join(name for _, name in named)[:200]}."
        raise InputError(Problem(part.where, what, "Keep one workbook a year, as it is published."))
    if (years and str(year) not in years) or (not years and len(sheets) != 1):
        said = f"its sheet {', '.join(years)}" if years else f"none of its {len(sheets)} sheets says a year"
        what = f"the name says {year}, {said}." if sheets else "there is nothing in it."
        raise InputError(Problem(part.where, what, "Keep the name under which the file was published."))
    sheet = sheets[years[str(year)] if years else next(iter(sheets))]
    _check_titles(part.where, [sheet.text(row, column) for row in range(HEADER) for column in range(LABELS)], year)
    return sheet, *_body(sheet, part.where)


def _check_titles(where: str, titles: Sequence[str], year: int) -> None:
    """Raise InputError where the titles above the labels say another year, unit or prices than are read."""
    problems = []
    for title in titles:
        said, unit = _TITLE_YEAR.search(title), _UNIT.search(title)
        if said and int(said[1]) != year:
            what = f"its title says {said[1]}, its name {year}: '{title[:80]}'."
            problems.append(Problem(where, what, "Download it again, and keep the name under which it is published."))
        if unit and not re.fullmatch(r"millions? of (US\s?\$|US dollars|USD)", unit[0].strip(), re.IGNORECASE):
            what = f"figures are in '{unit[0].strip()[:60]}'; millions of US$ are read."
            problems.append(Problem(where, what, "Download the published table, or convert the figures and the title."))
        if _OLD_PRICES.search(title):
            what = f"is in previous years' prices, which are not read: '{title[:80]}'."
            problems.append(Problem(where, what, "Download the table in current prices."))
    if problems:
        raise InputError(problems)


def sheet_cells(part: Part, year: int) -> Cells:
    """The cells of the sheet of a year saved as CSV. Raises InputError as `sheet_of_year` does."""
    with part.open() as stream:
        head = [stream.readline(2**22).decode("utf-8-sig", "replace") for _ in range(HEADER)]
        # The lines of header are as wide as the others only in some programs' CSV, so they are read apart.
        where = f"{part.where}, below its {HEADER} lines of header"
        matrix = read_matrix(stream, where, header_rows=0, label_columns=LABELS, delimiter=",", empty=np.nan)
    lines = [[cell.strip() for cell in line] for line in map(cells_of, head)]
    _check_titles(part.where, [cell for line in lines for cell in line[:LABELS]], year)
    width = LABELS + matrix.values.shape[1]
    return _labelled(
        part.where,
        lambda row, column: lines[row][column] if row < len(lines) and column < len(lines[row]) else "",
        width,
        [tuple(label[:3]) for label in matrix.rows],
        matrix.values,
    )


def long_cells(part: Part, year: int) -> Cells:
    """The cells of the release's CSV with columns IndustryCode … Year, AUS1 … TOT; columns go by number."""
    with part.open() as stream:
        matrix = read_matrix(stream, part.where, header_rows=1, label_columns=len(_LONG), delimiter=",", empty=np.nan)
    header = [cell.strip() for cell in cells_of(matrix.header[0])]
    problems = []
    if tuple(header[: len(_LONG)]) != _LONG:
        problems.append(Problem(f"{part.where}, line 1", f"expected the columns {', '.join(_LONG)}."))
    years = {label[4] for label in matrix.rows}
    if years != {str(year)}:
        what = f"the name says {year}, its rows {', '.join(sorted(years))[:80]}."
        problems.append(Problem(part.where, what, "Keep the name under which the file was published."))
    codes = {label[3]: label[0] for label in matrix.rows if label[2] != "TOT"}
    last = max((int(number) for number in codes if number.isdecimal()), default=0)
    codes |= {str(last + number): code for number, code in enumerate(DEMANDS_2016, 1)}
    columns = []
    for (label,) in matrix.columns:
        match = _NUMBERED.fullmatch(label)
        if label == "TOT":
            columns.append(("TOT", "GO"))
        elif match and match[2] in codes:
            columns.append((match[1], codes[match[2]]))
        else:
            problems.append(Problem(f"{part.where}, line 1", f"'{label[:40]}' is no column of this layout."))
    if problems:
        raise InputError(problems)
    rows = tuple((label[2], label[0]) for label in matrix.rows)
    return Cells(rows, tuple(columns), tuple(label[1] for label in matrix.rows), matrix.values)


def _body(sheet: Sheet, where: str) -> tuple[list[tuple[str, ...]], NDArray[np.float64]]:
    rows = [tuple(sheet.text(row, column) for column in range(LABELS)) for row in range(HEADER, sheet.values.shape[0])]
    while rows and not any(rows[-1]):
        rows.pop()
    body = sheet.values[HEADER : HEADER + len(rows), LABELS:]
    stray = [(row, column) for row, column in sheet.texts if row >= HEADER and column >= LABELS]
    if stray:
        row, column = stray[0]
        place = f"{where}, row {row + 1}, column {column + 1}"
        what = f"'{sheet.texts[row, column][:40]}' is not a number ({len(stray):,} such cells)."
        raise InputError(Problem(place, what, "Download the file again."))
    return rows, body


def _labelled(
    where: str,
    text: Callable[[int, int], str],
    width: int,
    rows: Sequence[tuple[str, ...]],
    values: NDArray[np.float64],
) -> Cells:
    """Cells with the labels that the six lines of header give their columns."""
    if text(HEADER - 1, LABELS) != _FIRST:
        what = f"expected '{_FIRST}' in line {HEADER}, column {LABELS + 1}, found '{text(HEADER - 1, LABELS)[:40]}'."
        raise InputError(Problem(where, what, "The first six lines and four columns hold the labels."))
    columns = tuple((text(4, column), text(2, column)) for column in range(LABELS, width))
    bare = [number for number, (region, code) in enumerate(columns) if not region or not code]
    bare_rows = [number for number, label in enumerate(rows) if not label[0] or not label[2]]
    problems = [Problem(f"{where}, column {number + LABELS + 1}", "has no region or no code.") for number in bare]
    problems += [Problem(f"{where}, line {number + HEADER + 1}", "has no region or no code.") for number in bare_rows]
    if problems or not rows:
        raise InputError(problems or Problem(where, "there are no rows under the header.", "Download the file again."))
    return Cells(tuple((label[2], label[0]) for label in rows), columns, tuple(label[1] for label in rows), values)
