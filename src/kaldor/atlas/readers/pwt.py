"""Penn World Table: pwtVERSION.xlsx with sheets Data (countrycode, country, currency_unit, year, variables) and Legend.

Each variable is an indicator; its name and unit come from the Legend. Where the flag i_cig says that a country's price
levels are interpolated or extrapolated rather than from a benchmark, the variables that need them are "estimated".
Layout: Feenstra, Inklaar and Timmer (2015), American Economic Review 105(10), and the Legend of the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.text_table import Observations, indicator_contents, repeated
from kaldor.atlas.readers.wdi import NO_UNIT
from kaldor.atlas.readers.workbook import Sheet, read_sheets
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem

VERSION = 1
DATA, LEGEND = "Data", "Legend"
LABELS = ("countrycode", "country", "currency_unit", "year")
PRICE_FLAG = "i_cig"
_FILE = re.compile(r"pwt(?P<version>[0-9]{2,4})\.xlsx", re.IGNORECASE)
_NEEDS_PRICES = re.compile(r"rgdpe|rgdpo|c(con|da|gdpe|gdpo|n|k)|ctfp|cwtfp|pl_.*|csh_.*")
_UNIT = re.compile(r"\((in [^()]*(?:\([^()]*\)[^()]*)*|[^()]*=[^()]*)\)\s*$")


def read_pwt(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read the sheets Data and Legend. Raises InputError with every problem of both."""
    name = _file(download)
    data, legend = read_sheets(download, name, [DATA, LEGEND]).values()
    where = f"{download.where(name)}, sheet {DATA}"
    header = _header(data, where)
    names = _legend(legend)
    variables = [column for column in header if column not in LABELS and not column.startswith("i_")]
    rows = [row for row in range(1, data.values.shape[0]) if data.text(row, header["countrycode"])]
    years = _years(data, rows, header["year"], where)
    problems = [p for column in variables for p in _no_numbers(data, rows, column, header[column], where)]
    problems += [Problem(where, f"variable '{v}' is not in the sheet {LEGEND}.") for v in variables if v not in names]
    if problems:
        raise InputError(problems)
    times, count = len(variables), len(rows)
    estimated = _estimated(data, rows, header)
    observations = Observations(
        indicator=[variable for variable in variables for _ in rows],
        region=repeated([canonical_code(data.text(row, header["countrycode"])) for row in rows], times),
        year=np.tile(years, times),
        value=np.concatenate([data.values[rows, header[variable]] for variable in variables]),
        unit=[_unit(names[variable]) for variable in variables for _ in rows],
        sector=("",) * (times * count),
        status=[
            "estimated" if needs_prices and guessed else "observed"
            for needs_prices in (bool(_NEEDS_PRICES.fullmatch(variable)) for variable in variables)
            for guessed in estimated
        ],
        source=[names[variable] for variable in variables for _ in rows],
    )
    return indicator_contents(where, observations, download.origin([name]), ())


def _header(data: Sheet, where: str) -> dict[str, int]:
    header = {data.text(0, column): column for column in range(data.values.shape[1]) if data.text(0, column)}
    missing = [Problem(f"{where}, row 1", f"column '{label}' is missing.") for label in LABELS if label not in header]
    if missing:
        raise InputError(missing)
    return header


def _legend(legend: Sheet) -> dict[str, str]:
    """What each variable means, from the two columns of the Legend."""
    names = {legend.text(row, 0): legend.text(row, 1) for row in range(legend.values.shape[0])}
    return {variable: meaning for variable, meaning in names.items() if variable and meaning}


def _unit(meaning: str) -> str:
    found = _UNIT.search(meaning)
    return found[1].removeprefix("in ").strip() if found else NO_UNIT


def _years(data: Sheet, rows: list[int], column: int, where: str) -> NDArray[np.int64]:
    years = data.values[rows, column]
    wrong = [row for row, year in zip(rows, years, strict=True) if not (1900 <= year <= 2200 and year == int(year))]
    if wrong:
        raise InputError([Problem(f"{where}, row {row + 1}", "the year is none.") for row in wrong[:20]])
    return years.astype(np.int64)


def _no_numbers(data: Sheet, rows: list[int], variable: str, column: int, where: str) -> list[Problem]:
    """Cells of a variable that hold a text."""
    wrong = [row for row in rows if data.texts.get((row, column), "").strip()]
    return [
        Problem(f"{where}, row {row + 1}, column '{variable}'", f"'{data.text(row, column)[:40]}' is no number.")
        for row in wrong[:20]
    ]


def _estimated(data: Sheet, rows: list[int], header: Mapping[str, int]) -> list[bool]:
    """Whether the price levels of each row are interpolated or extrapolated."""
    if PRICE_FLAG not in header:
        return [False] * len(rows)
    flags = [data.text(row, header[PRICE_FLAG]).lower() for row in rows]
    return [flag.startswith(("extrapolated", "interpolated", "1", "2")) for flag in flags]


def _file(download: Download) -> str:
    names = _files(download)
    if len(names) != 1:
        raise InputError(
            Problem(str(download.path.name), f"holds {len(names)} Penn World Tables.", "Add one at a time.")
        )
    return names[0]


def _files(download: Download) -> list[str]:
    return [name for name in download.names if _FILE.fullmatch(PurePosixPath(name).name)]


def _sees(download: Download) -> Seen | None:
    names = _files(download)
    if not names:
        return None
    found = _FILE.fullmatch(PurePosixPath(names[0]).name)
    version = found["version"] if found else ""
    return Seen(f"Penn World Table {version[:-1]}.{version[-1]}", "pwt")


LAYOUT = Layout("pwt", "indicators", VERSION, _sees, read_pwt, marks=("pwt*.xlsx",))
