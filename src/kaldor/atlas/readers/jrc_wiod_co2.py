"""CO2 accounts of the European Commission's Joint Research Centre for the industries of WIOD 2016.

The workbook "CO2 emissions.xlsx" has a sheet a country (beside Notes, Sector, SectorAgr): codes of industries in the
first column, years in the first line, kilotonnes between; the line FC_HH is what households burn. The same in long
form: a CSV, perhaps with .gz, with columns country, sector, year, co2_kt.

Layout: Corsatea et al. (2019), World Input-Output Database Environmental Accounts, JRC116234, annex.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np

from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.readers.contents import Column, ExtensionContents
from kaldor.atlas.readers.csv_text import utf8_text
from kaldor.atlas.readers.download import DAMAGE, Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import lines_of, number, number_problem
from kaldor.atlas.readers.workbook import read_sheets
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem, UnknownLabelError

VERSION = 1
MOST_BYTES = 256 * 2**20
COLUMNS = ("country", "sector", "year", "co2_kt")

_HOUSEHOLDS, _TOTALS = "FC_HH", ("TOTAL", "TOT")
_YEARS = range(1995, 2031)
_NAME = re.compile(r"CO2[ _]emissions\.xlsx|co2_kt_44x56_.*\.csv(\.gz)?", re.IGNORECASE)
_REGION = re.compile(r"[A-Z]{3}")

_Value = tuple[str, str, int, float]


def read_co2(download: Download, declared: Classification | None = None) -> ExtensionContents:
    """Read emissions by country, industry and year from the workbook or its long form.

    `declared` gives the industries (WIOD's 56 where none is). Raises InputError with every problem: unknown
    industries, years that are none, cells that are no number, cells twice or missing.
    """
    name, where = _file(download), download.where(_file(download))
    industries = (declared or classification("wiod56")).codes
    problems: list[Problem] = []
    is_workbook = name.lower().endswith(".xlsx")
    values = list(_of_workbook(download, name, problems) if is_workbook else _of_long(download, name, problems))
    problems += _label_problems(where, values, industries)
    if problems or not values:
        raise InputError(problems or Problem(where, "there are no emissions in it.", "Download it again."))
    own = [value for value in values if value[1] == _HOUSEHOLDS]
    others = [value for value in values if value[1] != _HOUSEHOLDS]
    return ExtensionContents(
        values=_columns(others) | {"sector": tuple(sector for _, sector, _, _ in others)},
        households=_columns(own),
        years=tuple(sorted({year for _, _, year, _ in values})),
        files=download.origin([name]),
        unit="kt CO2",
    )


def _of_workbook(download: Download, name: str, problems: list[Problem]) -> Iterator[_Value]:
    where = download.where(name)
    sheets = {region: sheet for region, sheet in read_sheets(download, name).items() if _REGION.fullmatch(region)}
    if not sheets:
        raise InputError(Problem(where, "there is no sheet of a country.", "Expected sheets AUS, AUT …"))
    for region, sheet in sheets.items():
        place = f"{where}, sheet {region}"
        rows, width = range(1, sheet.values.shape[0]), range(1, sheet.values.shape[1])
        years = {column: sheet.text(0, column) for column in width if sheet.text(0, column)}
        for row in rows:
            sector = sheet.text(row, 0)
            if not sector or sector in _TOTALS:
                continue
            for column, year in years.items():
                value = sheet.values[row, column]
                if np.isfinite(value) and year.isdecimal():
                    yield region, sector, int(year), float(value)
                else:
                    at = f"{place}, line {row + 1}, column '{year}'"
                    problems.append(number_problem(at, sheet.text(row, column)))


def _of_long(download: Download, name: str, problems: list[Problem]) -> Iterator[_Value]:
    where = download.where(name)
    reader = lines_of(_text(download, name), where)
    header = [cell.strip() for cell in next(reader, [])]
    missing = [column for column in COLUMNS if header.count(column) != 1]
    if missing:
        what = f"column '{', '.join(missing)}' is missing or stands twice."
        raise InputError(Problem(f"{where}, line 1", what, f"Found: {', '.join(header)[:200]}."))
    at = [header.index(column) for column in COLUMNS]
    for line, cells in enumerate(reader, 2):
        if len(cells) != len(header):
            problems.append(Problem(f"{where}, line {line}", f"{len(cells)} cells under {len(header)} columns."))
            continue
        region, sector, year, text = (cells[place].strip() for place in at)
        value = number(text)
        if value is None or not year.isdecimal():
            problems.append(number_problem(f"{where}, line {line}", text if value is None else year))
        else:
            yield region, sector, int(year), value


def _label_problems(where: str, values: Sequence[_Value], industries: Sequence[str]) -> list[Problem]:
    """Strange industries and years, cells twice, and cells that other countries and years have."""
    known = (*industries, _HOUSEHOLDS)
    sectors, years = {value[1] for value in values}, {value[2] for value in values}
    problems = [Problem(where, f"{UnknownLabelError('sector', s, known)}") for s in sorted(sectors - set(known))]
    problems += [Problem(where, f"{year} is no year of these accounts.") for year in sorted(years - set(_YEARS))]
    counts = Counter((canonical_code(region), sector, year) for region, sector, year, _ in values)
    problems += [
        Problem(where, f"{' / '.join(map(str, label))} stands {count} times.", "Keep one of each.")
        for label, count in counts.items()
        if count > 1
    ]
    regions = {region for region, _, _ in counts}
    whole = ((region, sector, year) for region in regions for sector in sectors for year in years)
    missing = [label for label in whole if label not in counts] if not problems else []
    if missing:
        what = f"has no value for {' / '.join(map(str, missing[0]))} ({len(missing):,} in all)."
        problems.append(Problem(where, what, "It may be cut off: download it again."))
    return problems


def _columns(values: Sequence[_Value]) -> dict[str, Column]:
    return {
        "region": tuple(canonical_code(region) for region, _, _, _ in values),
        "year": np.array([year for _, _, year, _ in values], np.int64),
        "value": np.array([amount for _, _, _, amount in values], np.float64),
    }


def _text(download: Download, name: str) -> str:
    where = download.where(name)
    with download.open(name) as stream:
        try:
            data = (gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream).read(MOST_BYTES + 1)
        except DAMAGE:
            raise InputError(Problem(where, "is cut off or damaged.", "Download it again.")) from None
    if len(data) > MOST_BYTES:
        raise InputError(Problem(where, f"unpacks to more than {MOST_BYTES:,} bytes."))
    return utf8_text(data, where)


def _file(download: Download) -> str:
    found = _candidates(download)
    if len(found) != 1:
        what = f"there are {len(found)} files of CO2 accounts."
        raise InputError(Problem(str(download.path), what, "Add one at a time."))
    return found[0]


def _candidates(download: Download) -> list[str]:
    return [name for name in download.names[:200] if _is_ours(download, name)]


def _is_ours(download: Download, name: str) -> bool:
    file = PurePosixPath(name).name
    if _NAME.fullmatch(file):
        return True
    if not file.lower().removesuffix(".gz").endswith(".csv"):
        return False
    try:
        with download.open(name) as stream:
            head = (gzip.GzipFile(fileobj=stream) if file.lower().endswith(".gz") else stream).read(200)
    except (InputError, *DAMAGE):
        return False
    lines = head.decode("utf-8-sig", "replace").splitlines()
    return bool(lines) and {cell.strip(' "') for cell in lines[0].split(",")} >= set(COLUMNS)


def _sees(download: Download) -> Seen | None:
    if any(PurePosixPath(name).name.startswith("F_") for name in download.names):
        return None  # the accounts as an extension in Kaldor's own layout may have their source beside them
    found = _candidates(download)
    return Seen("CO2 accounts for the industries of WIOD 2016", "jrc_wiod56_co2") if found else None


LAYOUT = Layout("jrc_wiod_co2", "extension", VERSION, _sees, read_co2, marks=COLUMNS)
