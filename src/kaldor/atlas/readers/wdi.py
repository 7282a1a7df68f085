"""World Bank indicators: the bulk file of the World Development Indicators, wide by year, or answers of the API.

Bulk: WDI_CSV.zip with WDICSV.csv (older: WDIData.csv): Country Name, Country Code, Indicator Name, Indicator Code and
one column a year; so are the files of a single indicator (API_….csv, four lines above the header). API: JSON as
/v2/country/all/indicator/ID?format=json gives it, a list of the page's place and its observations.

The unit is what stands in brackets at the end of an indicator's name. Regional and income aggregates are left out.
Layout: World Bank, World Development Indicators, "Bulk download"; Indicators API, version 2, basic call structures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.csv_text import first_rows
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.text_table import (
    Observations,
    TextTable,
    contents_of_files,
    indicator_contents,
    parse_table,
    unpacked_text,
)
from kaldor.atlas.regions import canonical_code, code_of, codes_in
from kaldor.errors import InputError, Problem

VERSION = 2
NO_UNIT = "not stated"
HEADER = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
_BULK = ("wdicsv.csv", "wdidata.csv")
_PREAMBLE = 10
_YEAR = re.compile(r"[12][0-9]{3}")
_UNIT = re.compile(r"\(([^()]+)\)\s*$")


def read_wdi(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read the bulk file, a single indicator's file, or pages of the API. Raises InputError with every problem."""
    names = _wide_files(download)
    if not names:
        return _read_pages(download)
    return contents_of_files(download, names, lambda name: (_wide(download, name), ()))


def unit_of(name: str) -> str:
    """The unit that an indicator's name states: "GDP (current US$)" is in current US$."""
    found = _UNIT.search(name)
    return found[1].strip() if found else NO_UNIT


def _wide(download: Download, name: str) -> Observations:
    table = _after_preamble(download, name)
    years = [column for column in table.columns if _YEAR.fullmatch(column)]
    if not years:
        raise InputError(Problem(f"{table.where}, line 1", "no column is a year.", "Each year has a column like 2009."))
    codes = table.texts("Country Code")
    regions = tuple(map(codes_in(codes).__getitem__, codes))
    names = table.texts("Indicator Name")
    units = {label: unit_of(label) for label in set(names)}
    problems: list[Problem] = []
    values, kept = [], []
    for year in years:
        try:
            column = table.numbers(year, ("", ".."))
        except InputError as error:
            problems.extend(error.problems)
            continue
        kept.append(np.flatnonzero(np.isfinite(column)))  # most cells are gaps: only the others become rows
        values.append(column[kept[-1]])
    if problems:
        raise InputError(problems)
    rows = np.concatenate(kept).tolist()
    return Observations(
        indicator=_taken(table.texts("Indicator Code"), rows),
        region=_taken(regions, rows),
        year=np.repeat(np.array(list(map(int, years)), np.int64), [len(found) for found in kept]),
        value=np.concatenate(values),
        unit=_taken([units[label] for label in names], rows),
        sector=("",) * len(rows),
        status=("observed",) * len(rows),
        source=_taken(names, rows),
        place=lambda row: table.place(rows[row]),
    )


def _taken(column: Sequence[str], rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(column.__getitem__, rows))


def _after_preamble(download: Download, name: str) -> TextTable:
    """The table of a file; files of one indicator have lines on source and date above the header, and a last comma."""
    text, where = unpacked_text(download, name), download.where(name)
    head = text.find(b"Country Name", 0, 4_096)
    if head < 0:
        raise InputError(Problem(f"{where}, line 1", "column 'Country Name' is missing."))
    return parse_table(where, text, HEADER, skip=text.count(b"\n", 0, head))


def _read_pages(download: Download) -> IndicatorContents:
    problems: list[Problem] = []
    records: list[Mapping[str, Any]] = []
    places: dict[tuple[str, int], set[int]] = {}
    names = [name for name in download.names if name.lower().endswith(".json")]
    for name in names:
        try:
            place, found = _page(download, name)
        except InputError as error:
            problems.extend(error.problems)
            continue
        series = str(found[0]["indicator"]["id"]) if found else name
        places.setdefault((series, int(place["pages"])), set()).add(int(place["page"]))
        records += found
    for (series, pages), seen in places.items():
        missing = sorted(set(range(1, pages + 1)) - seen)
        if missing:
            what = f"{series}: {len(missing)} of {pages} pages are missing ({', '.join(map(str, missing[:5]))})."
            problems.append(Problem(str(download.path.name), what, "Ask for per_page=20000 and keep all pages."))
    if problems:
        raise InputError(problems)
    return indicator_contents(download.path.name, _observations(records), download.origin(names), ())


def _page(download: Download, name: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    where = download.where(name)
    try:
        answer = json.loads(unpacked_text(download, name))
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(where, f"not whole JSON ({error}).", "Download it again.")) from None
    if not (isinstance(answer, list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise InputError(Problem(where, "is no page of the World Bank's API.", "Expected [place, observations]."))
    place, found = answer
    problems = [Problem(where, f"the page does not say '{key}'.") for key in ("page", "pages") if key not in place]
    for k, record in enumerate(found or []):
        problems += _record_problems(f"{where}, observation {k + 1}", record)
    if problems:
        raise InputError(problems)
    return place, found or []


def _record_problems(where: str, record: Any) -> list[Problem]:
    if not isinstance(record, dict):
        return [Problem(where, "is no observation.")]
    problems = [
        Problem(where, f"'{key}' is missing.") for key in ("indicator", "country", "date", "value") if key not in record
    ]
    if problems:
        return problems
    if not (isinstance(record["indicator"], dict) and isinstance(record["country"], dict)):
        return [Problem(where, "indicator and country must have an id and a value.")]
    if not _YEAR.fullmatch(str(record["date"])):
        problems.append(Problem(where, f"'{str(record['date'])[:20]}' is no year.", "Only yearly data are read."))
    value = record["value"]
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value)):
        problems.append(Problem(where, f"'{str(value)[:40]}' is not a finite number."))
    return problems


def _observations(records: Sequence[Mapping[str, Any]]) -> Observations:
    names = [str(record["indicator"].get("value", "")) for record in records]
    return Observations(
        indicator=[str(record["indicator"].get("id", "")) for record in records],
        region=[_api_region(record) for record in records],
        year=np.array([int(record["date"]) for record in records], np.int64),
        value=np.array([np.nan if record["value"] is None else float(record["value"]) for record in records]),
        unit=[str(record.get("unit") or "") or unit_of(name) for record, name in zip(records, names, strict=True)],
        sector=[""] * len(records),
        status=["predicted" if record.get("obs_status") == "F" else "observed" for record in records],
        source=names,
    )


def _api_region(record: Mapping[str, Any]) -> str:
    code = str(record.get("countryiso3code") or "")
    return canonical_code(code) if code else code_of(str(record["country"].get("id", "")))


def _wide_files(download: Download) -> list[str]:
    """The files that are wide by year: named as the bulk file is, or with its header, whatever they are called."""
    return [name for name in download.names if PurePosixPath(name).name.lower() in _BULK or _is_wide(download, name)]


def _is_wide(download: Download, name: str) -> bool:
    if not name.lower().endswith((".csv", ".csv.gz")):
        return False
    rows = first_rows(download, name, _PREAMBLE)
    named = PurePosixPath(name).name.lower().startswith("api_")
    return any(row[:1] == HEADER[:1] and (named or set(HEADER) <= set(row)) for row in map(tuple, rows))


def _sees(download: Download) -> Seen | None:
    wide = [PurePosixPath(name).name for name in _wide_files(download)]
    if wide:
        return Seen(
            f"World Bank indicators, wide by year ({', '.join(wide[:3])}{' …' if len(wide) > 3 else ''})", "wdi"
        )
    pages = [name for name in download.names if name.lower().endswith(".json")]
    if pages and all(b'"countryiso3code"' in download.head(name) for name in pages):
        return Seen(
            f"World Bank indicators, {'one page' if len(pages) == 1 else f'{len(pages)} pages'} of the API", "wdi"
        )
    return None


LAYOUT = Layout("wdi", "indicators", VERSION, _sees, read_wdi, marks=HEADER, passes=("metadata_*", "wdi*"))
