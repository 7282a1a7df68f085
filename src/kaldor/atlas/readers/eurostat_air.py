"""Eurostat's emissions by industry, as SDMX-CSV or TSV: FIGARO's footprints by origin, and air emissions accounts.

env_ac_ghgfp and env_ac_co2fp split emissions by country of origin (c_orig), industry (nace_r2) and final use (c_dest,
na_item); with destination WORLD and item TOTAL they are what each industry of each country emits, for the whole world
of the FIGARO tables. env_ac_ainah_r2 has the same for European countries (geo), by pollutant. Industry HH is what
households burn themselves. One file holds one pollutant in one unit; aggregates of regions or industries are left out,
and so are cells without a value: missing is not zero.

Layout: Eurostat, API for data retrieval, "SDMX-CSV" and "TSV" data formats; codes: data structures of the data sets.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.readers.contents import Column, ExtensionContents
from kaldor.atlas.readers.csv_text import utf8_text
from kaldor.atlas.readers.download import DAMAGE, Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import lines_of, number
from kaldor.atlas.regions import code_of, is_known
from kaldor.errors import InputError, Problem

VERSION = 1
MOST_BYTES = 2**30
"""The largest text that is read, unpacked: all years of the footprints with destination WORLD take 20 MB."""

SOURCES = {"ENV_AC_GHGFP": "figaro_ghg", "ENV_AC_CO2FP": "figaro_co2", "ENV_AC_AINAH_R2": "eurostat_air"}
UNITS = {"THS_T": "kt", "T": "t", "MIO_T": "Mt", "KG": "kg"}
_SECTIONS = {"D": "D35", "O": "O84", "P": "P85", "L68": "L"}
_HOUSEHOLDS = "HH"
_WHOLE = {"c_dest": "WORLD", "na_item": "TOTAL"}
_VALUE = re.compile(r"(?P<number>-?[0-9.eE+-]+)?(?P<missing>:)?( [a-z]+)?")
_FLOW = re.compile(r"(ESTAT:)?(?P<name>[A-Z0-9_]+)")


@dataclass(frozen=True)
class _Cell:
    line: int
    keys: Mapping[str, str]
    year: str
    text: str


def read_air(download: Download, declared: Classification | None = None) -> ExtensionContents:
    """Read one file of emissions by country and industry.

    `declared` is the classification whose industries are kept (FIGARO's 64 where none is). Raises InputError with
    every problem: columns missing, several pollutants or units, numbers that are none, cells twice.
    """
    name, _ = _tables(download)[0]
    where = download.where(name)
    kept = declared or classification("figaro64")
    cells = [cell for cell in _cells(download, name) if all(cell.keys.get(k, v) == v for k, v in _WHOLE.items())]
    if not cells:
        remedy = "Take destination WORLD and item TOTAL (c_dest, na_item)."
        raise InputError(Problem(where, "there are no rows of emissions by origin.", remedy))
    unit = _one(where, cells, "unit", UNITS)
    gas = _one(where, cells, "airpol", {}) if "airpol" in cells[0].keys else ""
    place = next(key for key in ("c_orig", "geo") if key in cells[0].keys)
    rows, left_out, problems = _rows(where, cells, place, kept)
    if problems:
        raise InputError(problems)
    values = [row for row in rows if row[1] != _HOUSEHOLDS]
    households = [row for row in rows if row[1] == _HOUSEHOLDS]
    if not values:
        raise InputError(Problem(where, "no cell has a known country and industry.", "Codes such as DE and C20."))
    return ExtensionContents(
        values=_columns(values, ("region", "sector")),
        households=_columns(households, ("region",)),
        years=tuple(sorted({row[2] for row in values})),
        files=download.origin([name]),
        unit=" ".join([UNITS[unit], gas or _gas(download, name)]).strip(),
        notes=tuple(left_out),
    )


def _rows(
    where: str, cells: Sequence[_Cell], place: str, kept: Classification
) -> tuple[list[tuple[str, str, int, float]], list[str], list[Problem]]:
    """Region, sector, year and value of each cell that is kept; what was left out; the problems."""
    rows, problems = [], []
    aggregates, missing = Counter[str](), 0
    for cell in cells:
        region, sector = code_of(cell.keys[place]), _sector(cell.keys["nace_r2"])
        if not is_known(region) or region == "WLD":
            aggregates[cell.keys[place]] += 1
            continue
        if sector != _HOUSEHOLDS and sector not in kept.codes:
            continue  # sections and totals stand beside their parts
        match = _VALUE.fullmatch(cell.text)
        value = number(match["number"]) if match and match["number"] else None
        if not cell.year.isdecimal() or len(cell.year) != 4:
            problems.append(Problem(f"{where}, line {cell.line}", f"'{cell.year[:20]}' is no year."))
        elif value is not None:
            rows.append((region, sector, int(cell.year), value))
        elif match and (match["missing"] or not cell.text):
            missing += 1
        else:
            problems.append(Problem(f"{where}, line {cell.line}", f"'{cell.text[:40]}' is not a finite number."))
    for key, count in Counter(row[:3] for row in rows).items():
        if count > 1:
            what = f"{key[0]} / {key[1]} / {key[2]} stands {count} times."
            problems.append(Problem(where, what, "Keep one of each: one pollutant, one unit, one vintage."))
    notes = [f"Left out: {', '.join(sorted(aggregates))}, which are no countries of their own."] if aggregates else []
    notes += [f"{missing:,} cells have no value in the file and are left out."] if missing else []
    return rows, notes, problems


def _sector(code: str) -> str:
    """FIGARO's code of an industry that other data sets write otherwise: C10-C12 is C10T12, J59_J60 is J59_60."""
    code = re.sub(r"^([A-Z])([0-9]{2})-[A-Z]?([0-9]{2})$", r"\1\2T\3", code)
    code = re.sub(r"^([A-Z])([0-9]{2})_[A-Z]([0-9]{2})$", r"\1\2_\3", code)
    return _SECTIONS.get(code, code)


def _one(where: str, cells: Sequence[_Cell], key: str, known: Mapping[str, str]) -> str:
    """The one value that a key has in all rows. Raises InputError where there are several, or it is unknown."""
    found = sorted({cell.keys[key] for cell in cells})
    if len(found) > 1:
        what = f"there are several kinds of {key}: {', '.join(found)[:200]}."
        raise InputError(Problem(where, what, "Keep one: tonnes rather than shares, one pollutant a file."))
    if known and found[0] not in known:
        raise InputError(Problem(where, f"unknown unit '{found[0]}'.", f"Known: {', '.join(known)}."))
    return found[0]


def _columns(rows: Sequence[tuple[str, str, int, float]], labels: Sequence[str]) -> dict[str, Column]:
    ordered = sorted(rows, key=lambda row: row[2])
    texts = {"region": tuple(row[0] for row in ordered), "sector": tuple(row[1] for row in ordered)}
    columns: dict[str, Column] = {label: texts[label] for label in labels}
    columns["year"] = np.array([row[2] for row in ordered], np.int64)
    columns["value"] = np.array([row[3] for row in ordered], np.float64)
    return columns


def _cells(download: Download, name: str) -> Iterator[_Cell]:
    """The cells of a file, long (CSV) or wide by year (TSV), with the codes of its dimensions."""
    where = download.where(name)
    reader = lines_of(_text(download, name), where, "\t" if _is_tsv(name) else ",")
    header = [cell.strip() for cell in next(reader, [])]
    yield from _wide(reader, header, where) if _is_tsv(name) else _long(reader, header, where)


def _long(reader: Iterator[list[str]], header: list[str], where: str) -> Iterator[_Cell]:
    _require(where, header, ("nace_r2", "unit", "TIME_PERIOD", "OBS_VALUE"))
    for line, cells in enumerate(reader, 2):
        if len(cells) != len(header):
            what = f"{len(cells)} cells under {len(header)} columns."
            raise InputError(Problem(f"{where}, line {line}", what, "The file may be cut off: download it again."))
        keys = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        yield _Cell(line, keys, keys["TIME_PERIOD"], keys["OBS_VALUE"])


def _wide(reader: Iterator[list[str]], header: list[str], where: str) -> Iterator[_Cell]:
    dimensions = header[0].partition("\\")[0].split(",") if header else []
    _require(where, dimensions, ("nace_r2", "unit"))
    for line, cells in enumerate(reader, 2):
        codes = cells[0].strip().split(",")
        if len(cells) != len(header) or len(codes) != len(dimensions):
            what = f"{len(cells)} cells under {len(header)} columns."
            raise InputError(Problem(f"{where}, line {line}", what, "The file may be cut off: download it again."))
        keys = dict(zip(dimensions, codes, strict=True))
        for year, cell in zip(header[1:], cells[1:], strict=True):
            yield _Cell(line, keys, year, cell.strip())


def _require(where: str, names: Sequence[str], wanted: Sequence[str]) -> None:
    if not any(names):
        raise InputError(Problem(where, "the file is empty.", "Download it again."))
    missing = [name for name in wanted if name not in names]
    if not missing and not {"c_orig", "geo"} & set(names):
        missing = ["c_orig"]
    if missing or len(set(names)) != len(names):
        what = f"columns {', '.join(missing)} are missing." if missing else "a column stands twice."
        raise InputError(Problem(f"{where}, line 1", what, f"Found: {', '.join(names)[:200]}."))


def _text(download: Download, name: str, most: int = MOST_BYTES) -> str:
    where = download.where(name)
    with download.open(name) as stream:
        try:
            data = (gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream).read(most + 1)
        except DAMAGE:
            raise InputError(Problem(where, "is cut off or damaged.", "Download it again.")) from None
    if len(data) > most:
        raise InputError(Problem(where, f"unpacks to more than {most:,} bytes.", "Take destination WORLD only."))
    return utf8_text(data, where)


def _is_tsv(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(".tsv")


def _first_lines(download: Download, name: str) -> list[str]:
    try:
        with download.open(name) as stream:
            data = (gzip.GzipFile(fileobj=stream) if name.lower().endswith(".gz") else stream).read(4096)
    except (InputError, *DAMAGE):
        return []
    return data.decode("utf-8-sig", "replace").splitlines()[:2]


def _gas(download: Download, name: str) -> str:
    return {"ENV_AC_GHGFP": "CO2 eq", "ENV_AC_CO2FP": "CO2"}.get(_flow(download, name), "")


def _flow(download: Download, name: str) -> str:
    """The name of the data set: from the column DATAFLOW, else from the file's name; "" where neither tells."""
    lines = _first_lines(download, name)
    first = lines[1].split(",")[0] if len(lines) > 1 and lines[0].startswith("DATAFLOW") else ""
    texts = (first, name.rsplit("/", 1)[-1].upper())
    return next((flow for text in texts for flow in SOURCES if flow in text.upper()), "")


def _tables(download: Download) -> list[tuple[str, str]]:
    """The files of a download that are one of the data sets, with the name of it. Raises InputError for several."""
    texts = [name for name in download.names if name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))]
    found = [(name, flow) for name in texts[:50] if (flow := _flow(download, name)) and _has_industries(download, name)]
    if len(found) > 1:
        names = ", ".join(name for name, _ in found)
        raise InputError(Problem(str(download.path), f"there are several files: {names}.", "Add one at a time."))
    return found


def _has_industries(download: Download, name: str) -> bool:
    lines = _first_lines(download, name)
    return (
        not lines or "nace_r2" in lines[0]
    )  # what cannot be read is recognised by its name, and refused with a reason


def _sees(download: Download) -> Seen | None:
    for _, flow in _tables(download):
        return Seen(f"Eurostat's emissions by industry ({flow.lower()})", SOURCES[flow])
    return None


LAYOUT = Layout(
    "eurostat_air", "extension", VERSION, _sees, read_air, marks=("airpol", "nace_r2", "TIME_PERIOD", "OBS_VALUE")
)
