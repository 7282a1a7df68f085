"""SDMX-CSV in general, versions 1.0 and 2.0, from any agency (Eurostat, OECD, IMF, ILO, UNSD, ECB …).

One row an observation: DATAFLOW (or STRUCTURE, STRUCTURE_ID, ACTION), the dimensions, TIME_PERIOD, OBS_VALUE and
attributes. Which dimension is the region, the sector and the unit is told by its name; the others stay in the
indicator's name, as DATAFLOW:DIM=value, where they differ within the file. Values are multiplied by their UNIT_MULT.
Only yearly periods are read; labels are passed over, be they in the cell ("DE: Germany") or in a column of their own.
Parts of countries are left out where a column COUNTRY tells them apart; files of changes (ACTION D) are refused.
Layout: SDMX Technical Working Group, SDMX-CSV field guide, versions 1.0 and 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.csv_text import header_cells
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.observation_status import status_of
from kaldor.atlas.readers.sdmx_columns import REQUIRED, Columns, codes, columns_of
from kaldor.atlas.readers.text_table import Observations, TextTable, contents_of_files, read_text_table
from kaldor.atlas.readers.wdi import NO_UNIT
from kaldor.atlas.regions import codes_in
from kaldor.errors import InputError, Problem

VERSION = 2
_FLOWS = ("DATAFLOW", "STRUCTURE_ID")
_YEAR = re.compile(r"[12][0-9]{3}(-A1)?")
_PERIOD = re.compile(r"[12][0-9]{3}(-?(A1|S[12]|Q[1-4]|M?[01][0-9]|W[0-5][0-9])(-[0-3][0-9])?)?")
_MISSING = ("", ":", "NaN", "nan")
_VALUES = frozenset({"", "I", "A", "M", "R"})
"""Values of ACTION under which a row holds an observation: information, append, merge, replace."""


def read_sdmx_csv(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read the SDMX-CSV files of a download as one. Raises InputError with every problem of them."""
    return contents_of_files(
        download, _files(download), lambda name: _observations(read_text_table(download, name, ()))
    )


def _observations(table: TextTable) -> tuple[Observations, tuple[str, ...]]:
    """The rows of one file, and what must be said of those that are left out."""
    columns = columns_of(table)
    _refuse_changes(table, codes(table, columns.of("ACTION")))
    times = table.texts(columns.of("TIME_PERIOD"))
    yearly = _yearly(table, times)
    whole, parts_left_out = _whole_countries(table, columns)
    numbers = table.numbers(columns.of("OBS_VALUE"), _MISSING)
    areas = codes(table, columns.region)
    meant = codes_in(areas)
    observations = Observations(
        indicator=_indicators(table, columns),
        region=[meant[area] if kept else "" for area, kept in zip(areas, whole.tolist(), strict=True)],
        year=np.array([int(time[:4]) for time in times], np.int64),
        value=np.where(yearly & whole, numbers, np.nan) * _multiplier(table, columns),
        unit=[code or NO_UNIT for code in codes(table, columns.unit)],
        sector=codes(table, columns.sector),
        status=list(map(status_of, codes(table, columns.of("OBS_STATUS", "OBS_FLAG")))),
        source=codes(table, columns.of(*_FLOWS)),
        place=table.place,
    )
    left_out = int((~yearly).sum())
    said = (f"{left_out:,} values of parts of years are left out.",) if left_out else ()
    return observations, (*said, *parts_left_out)


def _refuse_changes(table: TextTable, actions: Sequence[str]) -> None:
    """Raise InputError where a row is no observation but takes one back."""
    problems = [
        Problem(table.place(row, "ACTION"), f"'{action[:20]}' is no value but a change of one.", _WHOLE)
        for row, action in enumerate(actions)
        if action.upper() not in _VALUES
    ]
    if problems:
        raise InputError(problems[:20])


_WHOLE = "Ask the agency for the whole data set, whose rows have ACTION I."


def _whole_countries(table: TextTable, columns: Columns) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which rows are of a whole country, where a column tells to which one each region belongs; and what to say."""
    areas, parents = codes(table, columns.region), codes(table, columns.parent)
    if not columns.parent:
        return np.ones(len(table), bool), ()
    area, parent = codes_in(areas), codes_in(parents)
    whole = np.array([not b or area[a] == parent[b] for a, b in zip(areas, parents, strict=True)], bool)
    parts = sorted({a for a, kept in zip(areas, whole.tolist(), strict=True) if not kept})
    if not whole.any():
        what = f"holds parts of countries only ({', '.join(parts[:5])}{' …' if len(parts) > 5 else ''})."
        remedy = (
            f"Kaldor's indicators are of countries: ask for them in {columns.region} ({columns.parent} names them)."
        )
        raise InputError(Problem(f"{table.where}, column '{columns.region}'", what, remedy))
    some = f"{', '.join(parts[:5])}{' …' if len(parts) > 5 else ''}"
    return whole, (f"Left out, being parts of countries: {len(parts)} regions ({some}).",) if parts else ()


def _yearly(table: TextTable, times: Sequence[str]) -> NDArray[np.bool_]:
    problems = [
        Problem(table.place(k, "TIME_PERIOD"), f"'{time[:20]}' is no period.")
        for k, time in enumerate(times)
        if not _PERIOD.fullmatch(time)
    ]
    if problems:
        raise InputError(problems[:20])
    return np.array([bool(_YEAR.fullmatch(time)) for time in times])


def _multiplier(table: TextTable, columns: Columns) -> NDArray[np.float64]:
    """10 to the power of UNIT_MULT, 1 where the file has none."""
    written = codes(table, columns.of("UNIT_MULT"))
    wrong = [code for code in set(written) if code and not re.fullmatch(r"-?[0-9]{1,2}", code)]
    if wrong:
        raise InputError(Problem(f"{table.where}, column 'UNIT_MULT'", f"'{wrong[0][:20]}' is no power of ten."))
    powers = {code: 10.0 ** int(code) if code else 1.0 for code in set(written)}
    return np.array([powers[code] for code in written])


def _indicators(table: TextTable, columns: Columns) -> list[str]:
    """DATAFLOW:DIM=value … of each row, with the dimensions that are not all the same in the file."""
    names = [re.sub(r"^[^:]*:|\(.*$", "", flow) or "observation" for flow in codes(table, columns.of(*_FLOWS))]
    for column in columns.dimensions:
        found = codes(table, column)
        if len(set(found)) > 1:
            label = column.split(": ")[0]
            names = [f"{name}:{label}={code}" for name, code in zip(names, found, strict=True)]
    return _by_unit(names, columns.unit.split(": ")[0], codes(table, columns.unit))


def _by_unit(names: list[str], column: str, units: Sequence[str]) -> list[str]:
    """The same names, but an indicator that stands in several units is one for each of them."""
    units_of: dict[str, set[str]] = {}
    for name, unit in zip(names, units, strict=True):
        units_of.setdefault(name, set()).add(unit)
    return [
        f"{name}:{column}={unit}" if len(units_of[name]) > 1 else name for name, unit in zip(names, units, strict=True)
    ]


def _files(download: Download) -> list[str]:
    return [
        name
        for name in download.names
        if name.lower().endswith((".csv", ".csv.gz"))
        and _is_sdmx({cell.upper() for cell in header_cells(download, name)})
    ]


def _is_sdmx(columns: set[str]) -> bool:
    return set(REQUIRED) <= columns and bool({"DATAFLOW", "STRUCTURE"} & columns)


def _sees(download: Download) -> Seen | None:
    names = _files(download)
    return Seen("SDMX-CSV" if len(names) == 1 else f"{len(names)} files of SDMX-CSV", "sdmx_csv") if names else None


LAYOUT = Layout("sdmx_csv", "indicators", VERSION, _sees, read_sdmx_csv, order=60, marks=("DATAFLOW", *REQUIRED))
