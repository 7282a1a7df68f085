"""SDMX-CSV in general, versions 1.0 and 2.0, from any agency (Eurostat, OECD, IMF, ILO, UNSD, ECB …).

One row an observation: DATAFLOW (or STRUCTURE, STRUCTURE_ID, ACTION), the dimensions, TIME_PERIOD, OBS_VALUE and
attributes. Which dimension is the region, the sector and the unit is told by its name; the others stay in the
indicator's name, as DATAFLOW:DIM=value, where they differ within the file. Values are multiplied by their UNIT_MULT.
Only yearly periods are read; codes with labels ("DE: Germany") are cut to the code.
Layout: SDMX Technical Working Group, SDMX-CSV field guide, versions 1.0 and 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.ilostat import STATUSES
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.text_table import Observations, TextTable, indicator_contents, read_text_table
from kaldor.atlas.readers.wdi import NO_UNIT
from kaldor.atlas.regions import code_of
from kaldor.errors import InputError, Problem

VERSION = 1
REQUIRED = ("TIME_PERIOD", "OBS_VALUE")
REGIONS = ("REF_AREA", "GEO", "LOCATION", "COUNTRY", "COU", "REPORTER")
SECTORS = ("ACTIVITY", "NACE_R2", "IND", "INDUSTRY", "PROD_NA", "CPA2_1", "PRODUCT", "SECTOR")
UNITS = ("UNIT_MEASURE", "UNIT")
_SYSTEM = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "LAST UPDATE", "FREQ")
_ATTRIBUTES = ("OBS_STATUS", "OBS_FLAG", "UNIT_MULT", "DECIMALS", "CONF_STATUS", "COMMENT", "COMMENT_OBS", "BASE_PER")
_YEAR = re.compile(r"[12][0-9]{3}(-A1)?")
_PERIOD = re.compile(r"[12][0-9]{3}(-?(A1|S[12]|Q[1-4]|M?[01][0-9]|W[0-5][0-9])(-[0-3][0-9])?)?")
_MISSING = ("", ":", "NaN", "nan")


def read_sdmx_csv(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read one SDMX-CSV file. Raises InputError with every problem of it."""
    (name,) = _files(download)[:1]
    table = read_text_table(download, name, ())
    named = {column.upper(): column for column in table.columns}
    where = f"{table.where}, line 1"
    problems = [Problem(where, f"column '{column}' is missing.") for column in REQUIRED if column not in named]
    region = next((named[column] for column in REGIONS if column in named), None)
    if region is None:
        expected = f"Expected one of {', '.join(REGIONS)}."
        problems.append(Problem(where, "no column is known to hold countries.", expected))
    if problems or region is None:
        raise InputError(problems)
    sector = next((named[column] for column in SECTORS if column in named), None)
    unit = next((named[column] for column in UNITS if column in named), None)
    times = table.texts(named["TIME_PERIOD"])
    yearly = _yearly(table, times)
    values = np.where(yearly, table.numbers(named["OBS_VALUE"], _MISSING), np.nan) * _multiplier(table, named)
    status = named.get("OBS_STATUS") or named.get("OBS_FLAG")
    observations = Observations(
        indicator=_indicators(table, named, {region, sector, unit}),
        region=[code_of(code) for code in _codes(table, region)],
        year=np.array([int(time[:4]) for time in times], np.int64),
        value=values,
        unit=[code or NO_UNIT for code in _codes(table, unit)],
        sector=_codes(table, sector),
        status=[STATUSES.get(code.upper()[:1], "observed") for code in _codes(table, status)],
        source=_codes(table, named.get("DATAFLOW") or named.get("STRUCTURE_ID")),
    )
    left_out = int((~yearly).sum())
    notes = (f"{left_out:,} values of parts of years are left out.",) if left_out else ()
    return indicator_contents(table.where, observations, download.origin([name]), notes)


def _yearly(table: TextTable, times: Sequence[str]) -> np.ndarray:
    problems = [
        Problem(f"{table.where}, line {table.lines[k]}, column 'TIME_PERIOD'", f"'{time[:20]}' is no period.")
        for k, time in enumerate(times)
        if not _PERIOD.fullmatch(time)
    ]
    if problems:
        raise InputError(problems[:20])
    return np.array([bool(_YEAR.fullmatch(time)) for time in times])


def _multiplier(table: TextTable, named: dict[str, str]) -> np.ndarray:
    """10 to the power of UNIT_MULT, 1 where the file has none."""
    if "UNIT_MULT" not in named:
        return np.ones(len(table))
    codes = {code: code for code in set(_codes(table, named["UNIT_MULT"]))}
    wrong = [code for code in codes if code and not re.fullmatch(r"-?[0-9]{1,2}", code)]
    if wrong:
        raise InputError(Problem(f"{table.where}, column 'UNIT_MULT'", f"'{wrong[0][:20]}' is no power of ten."))
    powers = {code: 10.0 ** int(code) if code else 1.0 for code in codes}
    return np.array([powers[code] for code in _codes(table, named["UNIT_MULT"])])


def _indicators(table: TextTable, named: dict[str, str], taken: set[str | None]) -> list[str]:
    """DATAFLOW:DIM=value … of each row, with the dimensions that are not all the same in the file."""
    flow = _codes(table, named.get("DATAFLOW") or named.get("STRUCTURE_ID"))
    outside = {*_SYSTEM, *_ATTRIBUTES, *REQUIRED}
    dimensions = [name for upper, name in named.items() if upper not in outside and name not in taken]
    parts = [(name, codes) for name in dimensions if len(set(codes := _codes(table, name))) > 1]
    names = [re.sub(r"^[^:]*:|\(.*$", "", code) or "observation" for code in flow]
    for name, codes in parts:
        names = [f"{label}:{name}={code}" for label, code in zip(names, codes, strict=True)]
    return names


def _codes(table: TextTable, name: str | None) -> Sequence[str]:
    """A column's codes; labels after ': ' are cut off. Empty texts where there is no such column."""
    if name is None:
        return ("",) * len(table)
    texts = table.texts(name)
    short = {text: text.split(": ")[0] for text in set(texts)}
    return tuple(short[text] for text in texts)


def _files(download: Download) -> list[str]:
    return [
        name
        for name in download.names
        if name.lower().endswith((".csv", ".csv.gz")) and _is_sdmx(download.head(name, 4_096), name)
    ]


def _is_sdmx(head: bytes, name: str) -> bool:
    if name.lower().endswith(".gz"):
        return False  # its head is packed; its name tells nothing
    first = head.decode("utf-8-sig", errors="replace").splitlines()[:1]
    columns = {cell.strip().strip('"').upper() for cell in first[0].split(",")} if first else set()
    return {"TIME_PERIOD", "OBS_VALUE"} <= columns and bool({"DATAFLOW", "STRUCTURE"} & columns)


def _sees(download: Download) -> Seen | None:
    names = _files(download)
    return Seen("SDMX-CSV", "sdmx_csv") if len(names) == 1 else None


LAYOUT = Layout("sdmx_csv", "indicators", VERSION, _sees, read_sdmx_csv, order=60)
