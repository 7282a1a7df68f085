"""WIOD's socio-economic accounts: persons, hours, labour income and value added by country, industry and year.

Release 2013 (`Socio_Economic_Accounts_July14.xlsx`: Country, Variable, Description, Code, _1995 …, the 35 industries by
ISIC Rev. 3) and release 2016 (`WIOD_SEA_Nov16.xlsx` or `Socio_Economic_Accounts.xlsx`: country, variable, description,
code, 2000 …, the 56 industries), sheet DATA. Money is in millions of national currency. An empty cell was not
published and stays missing. Of 2010 and 2011 many countries of release 2013 lack labour income: beside what was
published stands an extension of its own in which those cells have the ratio to output of 2009.

Layout: Erumban, Gouma, de Vries, de Vries and Timmer (2012), WIOD Socio-Economic Accounts: Sources and Methods; Gouma,
Chen, Woltjer and Timmer (2018), WIOD Socio-Economic Accounts 2016: Sources and Methods.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.readers.contents import ExtensionContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import number_problem
from kaldor.atlas.readers.workbook import Sheet, read_sheets
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem, UnknownLabelError

VERSION = 1
SHEET = "DATA"
COLUMNS = ("country", "variable", "code")

_NAME = re.compile(r"(socio_economic_accounts|wiod_sea)(_[a-z]+(?P<year>[0-9]{2}))?\.xlsx", re.IGNORECASE)
_YEAR = re.compile(r"_?((19|20)[0-9]{2})")
_TOTAL, _NOTHING = "TOT", ("", "NA")
_MOST_LISTED = 20

_MONEY = {"GO": "output", "LAB": "labour_income", "COMP": "wages", "VA": "value_added"}
_PERSONS = {"EMP": "jobs", "EMPE": "employees"}


@dataclass(frozen=True)
class _Release:
    """The source that a release is, the variables that are read of it, and the year that stands in for later gaps."""

    source: str
    variables: Mapping[str, str]
    stands_in: int | None = None


_RELEASES = {
    "wiod35": _Release("wiod2013_labour", {**_MONEY, **_PERSONS, "H_EMP": "hours"}, 2009),
    "wiod56": _Release("wiod2016_labour", {**_MONEY, **_PERSONS, "H_EMPE": "hours_employees"}),
}
ESTIMATED = "labour_income_estimated"

_Cells = dict[tuple[str, str, str, int], float]
"""Values by extension, region, sector and year."""


def read_accounts(download: Download, declared: Classification | None = None) -> ExtensionContents:
    """Read the accounts of one release, in the industries of `declared` (by the file's name where none is).

    Raises InputError with every problem: columns or variables that are not there, industries that the release does not
    have or that are incomplete, lines twice, cells that are no number.
    """
    name = _file(download)
    industries = declared or classification(_release_of(name))
    where = f"{download.where(name)}, sheet {SHEET}"
    sheet = read_sheets(download, name, [SHEET])[SHEET]
    release = _RELEASES.get(industries.id)
    if release is None:
        raise InputError(Problem(where, f"has no accounts by {industries.title}.", "Add it without --as."))
    values, years = _values(sheet, where, industries, release)
    values |= dict(_estimated(values, release))
    order = [*release.variables.values(), ESTIMATED]
    values = dict(sorted(values.items(), key=lambda cell: order.index(cell[0][0])))
    ids, regions, sectors, of_years = zip(*values, strict=True)
    return ExtensionContents(
        values={
            "extension": ids,
            "region": regions,
            "sector": sectors,
            "year": np.array(of_years, np.int64),
            "value": np.array(list(values.values()), np.float64),
        },
        households={"extension": (), "region": (), "year": np.array([], np.int64), "value": np.array([], np.float64)},
        years=years,
        files=download.origin([name]),
    )


def _values(sheet: Sheet, where: str, industries: Classification, release: _Release) -> tuple[_Cells, tuple[int, ...]]:
    """All values that were published, and the years of the sheet. Raises InputError with all that is wrong."""
    at, years = _header(sheet, where)
    codes = {sector.isic3 or sector.code: sector.code for sector in industries.sectors}
    values: _Cells = {}
    lines: Counter[tuple[str, str, str]] = Counter()
    problems: list[Problem] = []
    for row in range(1, sheet.values.shape[0]):
        country, variable, code = (sheet.text(row, at[column]) for column in COLUMNS)
        if variable not in release.variables or code == _TOTAL:
            continue
        if code not in codes:
            problems.append(Problem(f"{where}, line {row + 1}", f"{UnknownLabelError('sector', code, codes)}"))
            continue
        label = (release.variables[variable], canonical_code(country), codes[code])
        lines[label] += 1
        for column, year in years.items():
            value = sheet.values[row, column]
            if np.isfinite(value):
                values[*label, year] = float(value)
            elif (text := sheet.text(row, column)) not in _NOTHING:
                problems.append(number_problem(f"{where}, line {row + 1}, column '{year}'", text))
    problems += _line_problems(where, lines, industries, release)
    if not values and not problems:
        problems = [Problem(where, "holds no figure: every cell of the accounts is empty.", "Download it again.")]
    if problems:
        raise InputError(problems[:_MOST_LISTED])
    return values, tuple(sorted(years.values()))


def _header(sheet: Sheet, where: str) -> tuple[dict[str, int], dict[int, int]]:
    """The places of the columns that are needed, and the year of each column of figures. Raises InputError."""
    heads = {column: sheet.text(0, column) for column in range(sheet.values.shape[1])}
    at = {head.lower(): column for column, head in heads.items() if head.lower() in COLUMNS}
    years = {column: int(match[1]) for column, head in heads.items() if (match := _YEAR.fullmatch(head))}
    missing = [column for column in COLUMNS if column not in at] + ([] if years else ["a year"])
    if missing or len(set(years.values())) < len(years):
        what = f"column '{', '.join(missing)}' is missing." if missing else "a year stands twice."
        raise InputError(Problem(f"{where}, line 1", what, f"Found: {', '.join(filter(None, heads.values()))[:200]}."))
    return at, years


def _line_problems(
    where: str, lines: Counter[tuple[str, str, str]], industries: Classification, release: _Release
) -> Iterator[Problem]:
    """Lines twice, and lines that every country and variable has to have."""
    for (id, region, sector), count in lines.items():
        if count > 1:
            yield Problem(where, f"{region} / {id} / {sector} stands {count} times.", "Keep one of each.")
    regions = dict.fromkeys(region for _, region, _ in lines)
    for variable, id in release.variables.items():
        absent = [f"{r}/{s}" for r in regions for s in industries.codes if (id, r, s) not in lines]
        if absent or not regions:
            what = f"has no line of variable {variable} for {', '.join(absent[:3]) or 'any country'}"
            yield Problem(where, f"{what} ({len(absent):,} in all).", "It may be cut off: download it again.")


def _estimated(values: _Cells, release: _Release) -> Iterator[tuple[tuple[str, str, str, int], float]]:
    """Labour income of years after the one that stands in, with its ratio to output there where none was published."""
    if release.stands_in is None:
        return
    for (id, region, sector, year), output in values.items():
        if id != "output" or year <= release.stands_in:
            continue
        published = values.get(("labour_income", region, sector, year))
        earned = values.get(("labour_income", region, sector, release.stands_in))
        made = values.get(("output", region, sector, release.stands_in), 0.0)
        if published is not None:
            yield (ESTIMATED, region, sector, year), published
        elif earned is not None and made > 0:
            yield (ESTIMATED, region, sector, year), earned / made * output


def _file(download: Download) -> str:
    found = _candidates(download)
    if len(found) != 1:
        what = f"there are {len(found)} workbooks of socio-economic accounts."
        raise InputError(Problem(str(download.path), what, "Add one at a time, under the name it was published by."))
    return found[0]


def _candidates(download: Download) -> list[str]:
    return [name for name in download.names[:200] if _NAME.fullmatch(PurePosixPath(name).name)]


def _release_of(name: str) -> str:
    """The classification of a file by its name: those of release 2013 bear the month and year of an edition to 2014."""
    match = _NAME.fullmatch(PurePosixPath(name).name)
    return "wiod35" if match and match["year"] and int(match["year"]) <= 14 else "wiod56"


def _sees(download: Download) -> Seen | None:
    found = _candidates(download)
    if not found:
        return None
    source = _RELEASES[_release_of(found[0])].source
    return Seen(f"WIOD's socio-economic accounts, release {source[4:8]}", source)


LAYOUT = Layout("wiod_sea", "extension", VERSION, _sees, read_accounts, marks=("*Socio_Economic_Accounts*.xlsx",))
