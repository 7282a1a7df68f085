"""The World Input-Output Database, release 2013: one workbook a year, WIOT95_ROW_Apr12.xlsx to WIOT11_ROW_Sep12.xlsx.

One sheet, WIOT_2009: six lines of header (title, prices, codes, names, regions, numbers c1 …), four columns of labels
(code, name, region, number), 41 regions × 35 industries, then five categories of final demand a region (c37 households,
c38 non-profit institutions, c39 government, c41 investment, c42 inventories) and total output; below the industries
rows that go by their names, since their numbers (r60 to r69) differ between the years. A workbook of another name is
known by its sheet.

Layout: Timmer (ed.) (2012), "The World Input-Output Database (WIOD): Contents, Sources and Methods", WIOD Working Paper
10, and the sheets' own headers.
"""

from __future__ import annotations

import re

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import EconomyContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.parts import Part, parts_of
from kaldor.atlas.readers.wiod_sheet import HEADER, LABELS, Cells, sheet_of_year
from kaldor.atlas.readers.wiod_table import by_year, demands_of, table_contents
from kaldor.atlas.readers.workbook import sheet_names
from kaldor.errors import InputError, Problem

VERSION = 1
FILE = re.compile(r"WIOT([0-9]{2})_ROW_(Apr|Sep)12\.xlsx", re.IGNORECASE)
SHEET = re.compile(r"WIOT_((?:19|20)[0-9]{2})")
YEARS = range(1995, 2012)

DEMANDS = demands_of("c37", "c38", "c39", "c41", "c42")

_BENEATH = {
    "II_fob": "total intermediate consumption",
    "TXSP": "taxes less subsidies on products",
    "EXP_adj": r"cif ?/ ?fob adjustments on exports",
    "PURR": "direct purchases abroad by residents",
    "PURNR": "purchases on the domestic territory by non-residents",
    "VA": "value added at basic prices",
    "IntTTM": "international transport margins",
    "GO": "output at basic prices",
}
"""The rows beneath the industries, by their names in small letters."""


def read_wiod2013(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of the first year and find the others; `load` of the result reads one year.

    With `declared`, another industry is a problem. Raises InputError with the problems of the files' names and of the
    first table; `load` with those of a year.
    """
    return table_contents(_years(download), _cells, DEMANDS, declared)


def _years(download: Download) -> dict[int, Part]:
    """The workbook of each year, by its name or its sheet. Raises InputError with every problem of them."""
    years, problems = by_year(_workbooks(download), YEARS)
    if problems:
        raise InputError(problems)
    return years


def _workbooks(download: Download) -> list[tuple[Part, int]]:
    """The workbooks of this release and their years, as the file's name or else its sheet says."""
    found = []
    for part in parts_of(download):
        if named := FILE.fullmatch(part.file):
            short = int(named[1])
            found.append((part, (1900 if short >= 90 else 2000) + short))
        elif part.file.lower().endswith(".xlsx"):
            said = [match for name in sheet_names(part.download, part.name) if (match := SHEET.fullmatch(name))]
            found += [(part, int(said[0][1]))] if said else []  # of several, reading refuses
    return found


def _cells(part: Part, year: int) -> Cells:
    """The cells of a year's workbook; industries and final demand go by number, rows beneath them by name."""
    sheet, labels, body = sheet_of_year(part, year)
    columns = []
    for column in range(LABELS, sheet.values.shape[1]):
        name, region, number = (sheet.text(row, column) for row in (3, 4, HEADER - 1))
        columns.append(("TOT", "GO") if "total output" in name.lower() else (region, number))
    rows = tuple(_row(name, region, number) for _, name, region, number in labels)
    bare = [f"row {k + HEADER + 1}" for k, row in enumerate(rows) if not all(row)]
    bare += [f"column {k + LABELS + 1}" for k, column in enumerate(columns) if not all(column)]
    if bare:
        what = "has no region or no number."
        remedy = "Download the file again; in one that somebody saved, merged cells of the header have to be parted."
        raise InputError([Problem(f"{part.where}, {place}", what, remedy) for place in bare[:20]])
    return Cells(rows, tuple(columns), tuple(name for _, name, _, _ in labels), body)


def _row(name: str, region: str, number: str) -> tuple[str, str]:
    beneath = next((code for code, pattern in _BENEATH.items() if re.fullmatch(pattern, name.strip().lower())), "")
    return ("TOT", beneath) if beneath else (region, re.sub("^r", "c", number))


def _sees(download: Download) -> Seen | None:
    years = sorted({year for _, year in _workbooks(download)})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    return Seen(f"WIOD, release 2013, {span}", "wiod2013") if years else None


LAYOUT = Layout("wiod2013", "economy", VERSION, _sees, read_wiod2013, marks=("WIOT??_ROW_???12.xlsx",))
