"""The World Input-Output Database, release 2016: one workbook a year, WIOT2014_Nov16_ROW.xlsb, or what it is saved as.

One sheet: six lines of header (title, prices, codes, names, regions, numbers c1 …), four columns of labels (code, name,
region, number r1 …), 44 regions × 56 industries, five categories of final demand a region, a last column of output;
below the industries II_fob, TXSP, EXP_adj, PURR, PURNR, VA, IntTTM and GO. Also read: the same sheet as xlsx or CSV,
and the release's other form, a CSV with columns IndustryCode, IndustryDescription, Country, RNr, Year, AUS1 … TOT, in
which columns go by number. Rows of value added and the like become extensions; output is GO.

Layout: Timmer, Los, Stehrer and de Vries (2016), "An anatomy of the global trade slowdown based on the WIOD 2016
release", GGDC Research Memorandum 162, and the sheets' own headers.
"""

from __future__ import annotations

import re

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import EconomyContents
from kaldor.atlas.readers.csv_text import cells_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.parts import Part, parts_named
from kaldor.atlas.readers.wiod_sheet import DEMANDS_2016, Cells, long_cells, sheet_cells, workbook_cells
from kaldor.atlas.readers.wiod_table import by_year, demands_of, table_contents
from kaldor.errors import InputError, Problem

VERSION = 1
FILE = re.compile(r"WIOT([0-9]{4})_(Nov|October)16_ROW\.(xlsb|xlsx|csv)", re.IGNORECASE)
YEARS = range(2000, 2015)

DEMANDS = demands_of(*DEMANDS_2016)


def read_wiod2016(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of the first year and find the others; `load` of the result reads one year.

    With `declared`, another industry is a problem. Raises InputError with the problems of the files' names and of the
    first table; `load` with those of a year.
    """
    return table_contents(_years(download), _cells, DEMANDS, declared)


def _years(download: Download) -> dict[int, Part]:
    """The file of each year. Raises InputError with every problem of the names."""
    years, problems = by_year(((part, int(match[1])) for part, match in parts_named(download, FILE)), YEARS)
    if not years:
        pyp = any("_PYP_" in name.upper() for name in download.names)
        what = (
            "is in previous years' prices, which are not read." if pyp else "no file name tells the year of the table."
        )
        remedy = "Expected the table in current prices, under a name such as WIOT2014_Nov16_ROW.xlsb."
        problems.append(Problem(str(download.path), what, remedy))
    if problems:
        raise InputError(problems)
    return years


def _cells(part: Part, year: int) -> Cells:
    """The cells of a year's file, in whichever form it is. Raises InputError where the file says another year."""
    if not part.file.lower().endswith(".csv"):
        return workbook_cells(part, year)
    return long_cells(part, year) if _is_long(part) else sheet_cells(part, year)


def _is_long(part: Part) -> bool:
    return part.download.head(part.name, 64).decode("utf-8-sig", "replace").lstrip('"').startswith("IndustryCode")


def _sees(download: Download) -> Seen | None:
    matches = parts_named(download, FILE)
    if not matches:
        return Seen("WIOD 2016 without the name of its file", "wiod2016") if _looks_alike(download) else None
    years = sorted({match[1] for _, match in matches})
    return Seen("WIOD, release 2016, " + (f"{years[0]}–{years[-1]}" if len(years) > 1 else years[0]), "wiod2016")


def _looks_alike(download: Download) -> bool:
    """Whether a file without the official name begins as the release's tables do, or bears the beginning of it."""
    for name in download.names[:20]:
        if re.match(r"WIOT[0-9]{4}_", name.rsplit("/", 1)[-1]):
            return True
        head = download.head(name, 64).decode("utf-8-sig", "replace")
        if cells_of(head.partition("\n")[0])[:1] == ["IndustryCode"]:
            return True
    return False


LAYOUT = Layout("wiod2016", "economy", VERSION, _sees, read_wiod2016, marks=("WIOT*_Nov16_ROW.xlsb",))
