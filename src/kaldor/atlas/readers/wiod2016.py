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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.csv_text import cells_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.parts import Part, parts_named
from kaldor.atlas.readers.wiod2016_sheet import Cells, long_cells, sheet_cells, workbook_cells
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem, UnknownLabelError

VERSION = 1
FILE = re.compile(r"WIOT([0-9]{4})_(Nov|October)16_ROW\.(xlsb|xlsx|csv)", re.IGNORECASE)
YEARS = range(2000, 2015)

DEMANDS: Mapping[str, tuple[str, str]] = {
    "CONS_h": ("Final consumption of households", "households"),
    "CONS_np": ("Final consumption of non-profit institutions serving households", "npish"),
    "CONS_g": ("Final consumption of government", "government"),
    "GFCF": ("Gross fixed capital formation", "investment"),
    "INVEN": ("Changes in inventories and valuables", "inventories"),
}
BELOW: Mapping[str, tuple[str, str]] = {
    "VA": ("value-added", "Value added at basic prices"),
    "TXSP": ("taxes-on-products", "Taxes less subsidies on products"),
    "EXP_adj": ("cif-fob-adjustment", "Adjustment of exports from cif to fob"),
    "PURR": ("purchases-abroad", "Direct purchases abroad by residents"),
    "PURNR": ("purchases-of-non-residents", "Domestic purchases by non-residents"),
    "IntTTM": ("transport-margins", "International transport margins"),
}
"""The rows beneath the industries that become extensions: id and name."""

_TOTAL, _OUTPUT, _SUM = "TOT", "GO", "II_fob"
_LARGEST_GAP = 0.01
_UNIT = "million USD"


@dataclass(frozen=True)
class _Labels:
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    demands: tuple[str, ...]

    @property
    def industries(self) -> list[tuple[str, str]]:
        return [(region, sector) for region in self.regions for sector in self.sectors]

    @property
    def uses(self) -> list[tuple[str, str]]:
        return [(region, demand) for region in self.regions for demand in self.demands]


def read_wiod2016(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of the first year and find the others; `load` of the result reads one year.

    With `declared`, another industry is a problem. Raises InputError with the problems of the files' names and of the
    first table; `load` with those of a year.
    """
    files = _years(download)
    kept: dict[int, Cells] = {}

    def cells_of(year: int) -> Cells:
        if year not in kept:
            kept.clear()  # one year at a time: labels and arrays of the first come from one reading
            kept[year] = _cells(files[year], year)
        return kept[year]

    first = cells_of(min(files))
    labels = _labels(files[min(files)].where, first, declared)
    names = dict(zip((code for _, code in first.rows), first.names, strict=True))
    titles = {sector.code: sector.name for sector in declared.sectors} if declared else {}
    return EconomyContents(
        regions={"region": tuple(map(canonical_code, labels.regions)), "label": labels.regions},
        sectors={"code": labels.sectors, "name": tuple(titles.get(s) or names[s] for s in labels.sectors)},
        final_demand={
            "code": labels.demands,
            "name": tuple(DEMANDS[demand][0] for demand in labels.demands),
            "role": tuple(DEMANDS[demand][1] for demand in labels.demands),
        },
        extensions=tuple(ExtensionEntry(id=id, name=name, unit=_UNIT) for id, name in BELOW.values()),
        years=tuple(sorted(files)),
        load=lambda year: _arrays(files[year].where, cells_of(year), labels),
        files=tuple(dict.fromkeys(files[year].path for year in sorted(files))),
        unit=_UNIT,
    )


def _years(download: Download) -> dict[int, Part]:
    """The file of each year. Raises InputError with every problem of the names."""
    years: dict[int, Part] = {}
    problems: list[Problem] = []
    for part, match in parts_named(download, FILE):
        year = int(match[1])
        if year not in YEARS:
            what = f"the release has no year {year}; it has {YEARS[0]} to {YEARS[-1]}."
            problems.append(Problem(part.where, what, "Keep the name under which the file was published."))
        elif year in years:
            problems.append(Problem(part.where, f"{year} is also in {years[year].where}.", "Keep one file a year."))
        with part.open():  # what is too large or damaged is refused before any is read
            years.setdefault(year, part)
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
    return long_cells(part, year) if _is_long(part) else sheet_cells(part)


def _is_long(part: Part) -> bool:
    return part.download.head(part.name, 64).decode("utf-8-sig", "replace").lstrip('"').startswith("IndustryCode")


def _labels(where: str, cells: Cells, declared: Classification | None) -> _Labels:
    industries = [(region, code) for region, code in cells.rows if region != _TOTAL]
    regions, sectors = (
        tuple(dict.fromkeys(part)) for part in (zip(*industries, strict=True) if industries else ((), ()))
    )
    found = {code for _, code in cells.columns}
    labels = _Labels(regions, sectors, tuple(demand for demand in DEMANDS if demand in found))
    problems = _differences(where, cells, labels)
    if declared:
        unknown = [sector for sector in sectors if sector not in declared.codes]
        problems += [Problem(where, f"{UnknownLabelError('sector', s, declared.codes)}") for s in unknown]
    if not labels.demands:
        problems.append(Problem(where, "there is no final demand.", f"Expected columns {', '.join(DEMANDS)}."))
    if problems:
        raise InputError(problems)
    return labels


def _differences(where: str, cells: Cells, labels: _Labels) -> list[Problem]:
    """Labels that are missing, strange or stand twice, of rows and of columns."""
    below = [(_TOTAL, code) for code in (*BELOW, _OUTPUT)]
    sides = (
        ("row", cells.rows, [*labels.industries, *below], {(_TOTAL, _SUM)}),
        ("column", cells.columns, [*labels.industries, *labels.uses], {(_TOTAL, _OUTPUT)}),
    )
    problems, remedy = [], "Download the file again."
    for kind, found, expected, beside in sides:
        there, known = set(found), {*expected, *beside}
        problems += [Problem(where, f"{kind} {_text(x)} is missing.", remedy) for x in expected if x not in there]
        problems += [Problem(where, f"unknown {kind} {_text(x)}.", remedy) for x in there if x not in known]
        if len(there) != len(found):
            twice = next(x for number, x in enumerate(found) if x in found[:number])
            problems.append(Problem(where, f"{kind} {_text(twice)} stands more than once.", remedy))
        if not problems and found[: len(labels.industries)] != tuple(labels.industries):
            problems.append(Problem(where, f"the {kind}s are not region by region, industry by industry.", remedy))
    return problems


def _text(label: tuple[str, str]) -> str:
    return f"'{label[1]}' of {label[0]}"


def _arrays(where: str, cells: Cells, labels: _Labels) -> YearArrays:
    """The arrays of one year in the order of the labels. Raises InputError where labels or sums are others."""
    problems = _differences(where, cells, labels)
    if problems:
        raise InputError(problems)
    rows = _places(cells.rows, [*labels.industries, *((_TOTAL, code) for code in (*BELOW, _OUTPUT))])
    columns = _places(cells.columns, [*labels.industries, *labels.uses])
    values = cells.values[rows][:, columns]
    empty = np.argwhere(~np.isfinite(values))
    if len(empty):
        i, j = (int(at) for at in empty[0])
        place = f"{where}, {_text(cells.rows[rows[i]])} → {_text(cells.columns[columns[j]])}"
        raise InputError(Problem(place, f"is not a number ({len(empty):,} such cells).", "Download the file again."))
    n = len(labels.industries)
    Z, Y, F, F_Y, x = values[:n, :n], values[:n, n:], values[n:-1, :n], values[n:-1, n:], values[-1, :n]
    _check(where, labels, x, Z.sum(axis=1) + Y.sum(axis=1), "uses")
    _check(where, labels, x, Z.sum(axis=0) + F.sum(axis=0), "inputs and value added")
    return YearArrays(*map(np.ascontiguousarray, (Z, Y, x, F, F_Y)))


def _places(found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> list[int]:
    place = {label: number for number, label in enumerate(found)}
    return [place[label] for label in wanted]


def _check(where: str, labels: _Labels, x: NDArray[np.float64], sums: NDArray[np.float64], what: str) -> None:
    """Refuse a table whose sums are far from its outputs: rows or columns were lost or moved."""
    off = np.abs(sums - x) > np.maximum(1.0, _LARGEST_GAP * np.abs(x))
    problems = [
        Problem(where, f"{_text(label)}: output is {made:,.1f}, {what} are {total:,.1f} {_UNIT}.", "Rows may be cut.")
        for label, made, total, wrong in zip(labels.industries, x, sums, off, strict=True)
        if wrong
    ]
    if problems:
        raise InputError(problems)


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
