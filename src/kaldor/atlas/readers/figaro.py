"""Eurostat FIGARO: inter-country input–output tables, industry by industry or product by product, one CSV file a year.

Two formats of the same table: the matrix ("rowLabels, AR_A01, …, AR_P3_S13, …" over rows AR_A01 … W2_D1 …) and the
flat one (refArea, rowIi, counterpartArea, colIi, obsValue, one line a cell). Files say the year and the edition in
their names only: matrix_eu-ic-io_ind-by-ind_25ed_2022.csv. Rows of taxes and value added (W2_…) become extensions;
output is the sum of all uses, and where inputs and value added add up to something else the file is refused.

Layout: Eurostat, "EU inter-country supply, use and input-output tables (FIGARO)", reference metadata naio_10_fcp,
sections 3.2 and 9, and the sheet of codes published with each edition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.figaro_flat import read_flat
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_text import read_matrix
from kaldor.atlas.readers.parts import Part, parts_named
from kaldor.atlas.readers.sums import far_from_output
from kaldor.atlas.regions import code_of
from kaldor.errors import InputError, Problem, UnknownLabelError

VERSION = 1
FILE = re.compile(r"(matrix|flatfile)_eu-ic-io_(ind-by-ind|prod-by-prod)_([0-9]{2})ed_([0-9]{4})(_v[0-9]+)?\.csv")
KINDS = {"ind-by-ind": ("industry by industry", "figaro"), "prod-by-prod": ("product by product", "figaro_products")}

DEMANDS: Mapping[str, tuple[str, str]] = {
    "P3_S13": ("Final consumption of general government", "government"),
    "P3_S14": ("Final consumption of households", "households"),
    "P3_S15": ("Final consumption of non-profit institutions serving households", "npish"),
    "P51G": ("Gross fixed capital formation", "investment"),
    "P5M": ("Changes in inventories and valuables", "inventories"),
}
PRIMARY: Mapping[str, tuple[str, str]] = {
    "D21X31": ("taxes-on-products", "Taxes less subsidies on products"),
    "OP_RES": ("purchases-abroad", "Direct purchases abroad by residents"),
    "OP_NRES": ("purchases-of-non-residents", "Domestic purchases by non-residents"),
    "D1": ("compensation", "Compensation of employees"),
    "D29X39": ("taxes-on-production", "Other taxes less subsidies on production"),
    "B2A3G": ("operating-surplus", "Gross operating surplus and mixed income"),
}
"""The rows beneath the industries: the extension that each becomes, and its name."""

_VALUE_ADDED = ("D1", "D29X39", "B2A3G")
_VA = ("value-added", "Value added at basic prices")
_DOMAIN = "W2"
_REMEDY = "Download the file again."
_UNIT = "million EUR"


@dataclass(frozen=True, eq=False)
class LabelledCells:
    """A table as it stands in the file: labels of rows and columns (AR_A01) and the cells between."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class _Labels:
    """The labels of the table, in the order of its rows."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    demands: tuple[str, ...]

    @property
    def rows(self) -> list[str]:
        """The labels of the rows of Z."""
        return [f"{region}_{sector}" for region in self.regions for sector in self.sectors]

    @property
    def uses(self) -> list[str]:
        """The labels of the columns of Y."""
        return [f"{region}_{demand}" for region in self.regions for demand in self.demands]


def read_figaro(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of the first year and find the others; `load` of the result reads one year.

    `declared` gives sectors their names, and another sector code is a problem. Raises InputError with the problems of
    the files' names and of the first table; `load` with those of a year.
    """
    files = _years(download)
    cells_of = _reader(files)
    first = min(files)
    labels = _labels(files[first].where, cells_of(first), declared)
    titles = {sector.code: sector.name for sector in declared.sectors} if declared else {}
    codes = [sector.removeprefix("CPA_") for sector in labels.sectors]
    return EconomyContents(
        regions={"region": tuple(map(code_of, labels.regions)), "label": labels.regions},
        sectors={"code": tuple(codes), "name": tuple(titles.get(code, code) for code in codes)},
        final_demand={
            "code": labels.demands,
            "name": tuple(DEMANDS[demand][0] for demand in labels.demands),
            "role": tuple(DEMANDS[demand][1] for demand in labels.demands),
        },
        extensions=tuple(ExtensionEntry(id=id, name=name, unit=_UNIT) for id, name in (_VA, *PRIMARY.values())),
        years=tuple(sorted(files)),
        load=lambda year: _arrays(files[year].where, cells_of(year), labels),
        files=tuple(dict.fromkeys(files[year].path for year in sorted(files))),
        unit=_UNIT,
    )


def _years(download: Download) -> dict[int, Part]:
    """The file of each year. Raises InputError with every problem of the names."""
    problems: list[Problem] = []
    years: dict[int, Part] = {}
    matches = parts_named(download, FILE)
    for part, match in matches:
        where, year, edition = part.where, int(match[4]), 2000 + int(match[3])
        if not 2010 <= year < edition - 1:
            what = f"the edition of {edition} has no year {year}."
            problems.append(Problem(where, what, "Keep the name under which Eurostat gives the file."))
        elif year in years:
            what = f"{year} is also in {years[year].where}."
            problems.append(Problem(where, what, "Keep one file a year, of one edition and kind."))
        with part.open():  # what is too large or damaged is refused before any is read
            years.setdefault(year, part)
    kinds = sorted({match[2] for _, match in matches})
    if len(kinds) > 1:
        what = f"there are tables {' and '.join(kinds)}."
        problems.append(Problem(str(download.path), what, "Put each kind into a folder of its own."))
    if not years:
        remedy = "Keep the names under which Eurostat gives the files: matrix_eu-ic-io_ind-by-ind_25ed_2022.csv."
        problems.append(Problem(str(download.path), "no file name tells kind, edition and year of the table.", remedy))
    if problems:
        raise InputError(problems)
    return years


def _reader(files: Mapping[int, Part]) -> Callable[[int], LabelledCells]:
    """A function that reads the cells of a year; the last year stays in memory, as labels and cells come from one."""
    kept: dict[int, LabelledCells] = {}

    def cells_of(year: int) -> LabelledCells:
        if year not in kept:
            kept.clear()
            kept[year] = _cells(files[year])
        return kept[year]

    return cells_of


def _cells(part: Part) -> LabelledCells:
    with part.open() as stream:
        if part.file.startswith("flatfile"):
            header = part.download.head(part.name, 256).decode("utf-8-sig", "replace").partition("\n")[0]
            return LabelledCells(*read_flat(stream, part.where, header))
        matrix = read_matrix(stream, part.where, header_rows=1, label_columns=1, delimiter=",")
    columns, rows = (tuple(label for (label,) in labels) for labels in (matrix.columns, matrix.rows))
    return LabelledCells(rows, columns, matrix.values)


def _labels(where: str, cells: LabelledCells, declared: Classification | None) -> _Labels:
    """The labels of a table, from its rows; its columns must be the same and those of final demand."""
    problems: list[Problem] = []
    pairs = [_parts(label) for label in cells.rows]
    body = [(region, sector) for region, sector in pairs if region != _DOMAIN]
    regions, sectors = (tuple(dict.fromkeys(part)) for part in (zip(*body, strict=True) if body else ((), ())))
    uses = [_parts(label) for label in cells.columns if label not in set(cells.rows)]
    demands = tuple(d for d in DEMANDS if d in {u for _, u in uses})
    below = [(region, code) for region, code in pairs if region == _DOMAIN]
    problems += _differences(where, "row", body, [(r, s) for r in regions for s in sectors])
    problems += _differences(where, "column of final demand", uses, [(r, d) for r in regions for d in demands])
    problems += _differences(where, "column", [*map(_parts, cells.columns)], [*body, *uses])
    problems += _differences(where, "row", below, [(_DOMAIN, code) for code in PRIMARY])
    sides = (("rows", cells.rows), ("columns", cells.columns))
    problems += [
        Problem(where, f"the {side} are not region by region, each with its industries in one order.", _REMEDY)
        for side, found in sides
        if not problems and not _regular([_parts(label) for label in found[: len(body)]])
    ]
    if not demands:
        problems.append(
            Problem(where, "there is no final demand.", f"Expected columns such as AT_{next(iter(DEMANDS))}.")
        )
    if declared:
        unknown = [s for s in sectors if s.removeprefix("CPA_") not in declared.codes]
        problems += [Problem(where, f"{UnknownLabelError('sector', s, declared.codes)}") for s in unknown]
    if problems:
        raise InputError(problems[:100])
    return _Labels(regions, sectors, demands)


def _regular(labels: Sequence[tuple[str, str]]) -> bool:
    """Whether labels run region by region and, in each, through the same industries in the same order."""
    regions, sectors = (list(dict.fromkeys(label[side] for label in labels)) for side in (0, 1))
    return list(labels) == [(region, sector) for region in regions for sector in sectors]


def _differences(
    where: str, kind: str, found: Sequence[tuple[str, str]], expected: Sequence[tuple[str, str]]
) -> list[Problem]:
    known, there = set(expected), set(found)
    missing = ["_".join(label) for label in expected if label not in there]
    strange = ["_".join(label) for label in found if label not in known]
    return [
        *(Problem(where, f"{kind} {label} is missing.", _REMEDY) for label in missing),
        *(Problem(where, f"unknown {kind} {label}.", _REMEDY) for label in strange),
    ]


def _parts(label: str) -> tuple[str, str]:
    """Region and sector of a label: FIGW1_C31_32 is (FIGW1, C31_32)."""
    region, _, rest = label.partition("_")
    return region, rest


def _arrays(where: str, cells: LabelledCells, labels: _Labels) -> YearArrays:
    """The arrays of one year in the order of the labels. Raises InputError where the file has other labels."""
    rows = {label: number for number, label in enumerate(cells.rows)}
    columns = {label: number for number, label in enumerate(cells.columns)}
    primary = [f"{_DOMAIN}_{code}" for code in PRIMARY]
    wanted = {"row": [*labels.rows, *primary], "column": [*labels.rows, *labels.uses]}
    problems = [
        Problem(where, f"{kind} {label} is missing, which the first year has.", "Add years of one edition together.")
        for kind, known in (("row", rows), ("column", columns))
        for label in wanted[kind]
        if label not in known
    ]
    if problems or len(rows) != len(wanted["row"]) or len(columns) != len(wanted["column"]):
        raise InputError(problems or Problem(where, "its labels are not those of the first year."))
    ordered = cells.values[[rows[label] for label in wanted["row"]]][:, [columns[label] for label in wanted["column"]]]
    n = len(labels.rows)
    Z, Y, F, F_Y = ordered[:n, :n], ordered[:n, n:], ordered[n:, :n], ordered[n:, n:]
    x = Z.sum(axis=1) + Y.sum(axis=1)
    _check_balance(where, labels, x, Z.sum(axis=0) + F.sum(axis=0))
    part = [list(PRIMARY).index(code) for code in _VALUE_ADDED]
    F, F_Y = (np.vstack([rows[part].sum(axis=0), rows]) for rows in (F, F_Y))
    return YearArrays(np.ascontiguousarray(Z), np.ascontiguousarray(Y), x, F, F_Y)


def _check_balance(where: str, labels: _Labels, uses: NDArray[np.float64], inputs: NDArray[np.float64]) -> None:
    problems = [
        Problem(where, f"{label}: uses are {use:,.1f}, inputs and value added {made:,.1f} {_UNIT}.", "Rows may be cut.")
        for label, use, made in far_from_output(labels.rows, uses, inputs)
    ]
    if problems:
        raise InputError(problems)


def _sees(download: Download) -> Seen | None:
    matches = parts_named(download, FILE)
    if matches:
        kind, source = KINDS[matches[0][1][2]]
        years = sorted({match[4] for _, match in matches})
        return Seen(f"FIGARO, {kind}, {years[0]}" + (f"–{years[-1]}" if len(years) > 1 else ""), source)
    heads = [download.head(name, 32) for name in download.names[:20]]
    if any(head.startswith((b"rowLabels,", b"icioiRow,", b"icioRow,")) for head in heads):
        return Seen("FIGARO without the name that Eurostat gives the file", "figaro")
    return None


LAYOUT = Layout("figaro", "economy", VERSION, _sees, read_figaro, marks=("matrix_eu-ic-io_*.csv",))
