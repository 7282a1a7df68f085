"""National input–output tables of the OECD: one CSV a country and year, BEL2020ttl.csv, with its unit and roles known.

Rows TTL_01 … and columns D01 … are industries by the divisions of ISIC Rev. 4; then final demand (HFCE … EXPO, and IMPO
below zero: uses hold imports), rows of taxes, total inputs, value added and output. Where the industries are those of
an inter-country edition, they get its codes and names. A folder may hold several years of one country; the
tables of domestic and of imported flows alone (dom, imp) are named, not read.

Layout: OECD, Input-Output Tables, "Guide to OECD's Input-Output Tables", and the files themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, Table, YearArrays
from kaldor.atlas.readers.csv_text import header_cells
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_text import Matrix, read_matrix
from kaldor.atlas.readers.parts import Part, parts_named
from kaldor.atlas.readers.sums import far_from_output
from kaldor.atlas.regions import canonical_code, is_known
from kaldor.atlas.roles import EXPORTS, IMPORTS
from kaldor.errors import InputError, Problem

VERSION = 1
UNIT = "million USD"
FILE = re.compile(r"([A-Z]{3})((?:19|20)[0-9]{2})(ttl|dom|imp)\.csv", re.IGNORECASE)
DEMANDS: Mapping[str, tuple[str, str]] = {
    "HFCE": ("Final consumption of households", "households"),
    "NPISH": ("Final consumption of non-profit institutions serving households", "npish"),
    "GGFC": ("Final consumption of government", "government"),
    "GFCF": ("Gross fixed capital formation", "investment"),
    "INVNT": ("Changes in inventories and valuables", "inventories"),
    "DPABR": ("Residents' direct purchases abroad", ""),
    "CONS_ABR": ("Residents' direct purchases abroad", ""),
    "CONS_NONRES": ("Direct purchases by non-residents", EXPORTS),
    "EXPO": ("Exports", EXPORTS),
    "IMPO": ("Imports, below zero", IMPORTS),
}
_BELOW = {
    "VALU": ("value-added", "Value added at basic prices"),
    "TXS_INT_FNL": ("taxes-on-products", "Taxes less subsidies on products"),
    "TXS_IMP_FNL": ("taxes-on-imports", "Taxes less subsidies on imported products"),
}
_SUM, _OUTPUT = "TTL_INT_FNL", "OUTPUT"
_EDITIONS = {"oecd50": "oecd_iot_2025", "oecd45": "oecd_iot_2021", "oecd36": "oecd_iot_2018"}
"""The classification of each edition whose industries are known, and its source."""

_DIVISIONS = {"D": "35", "E": "36T39", "F": "41T43", "G": "45T47", "I": "55T56", "K": "64T66", "L": "68", "M": "69T75",
              "N": "77T82", "O": "84", "P": "85", "Q": "86T88", "R": "90T93", "S": "94T96", "T": "97T98"}  # fmt: skip
"""The divisions of the sections that an inter-country edition calls by their letter alone."""

_NOTES = (
    "A national table of all flows: what imports cause abroad is not in it, and uses hold imports, which a column "
    "takes off again.",
    "Residents' purchases abroad count as used at home, purchases of non-residents as exports.",
)


@dataclass(frozen=True)
class _Labels:
    """What stands in a table: industries as rows (TTL_01) and columns (D01), categories of final demand, rows below."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    demands: tuple[str, ...]
    below: tuple[str, ...]


def read_oecd_national(download: Download, _: Classification | None = None) -> EconomyContents:
    """Read the tables of one country; `load` of the result reads one year.

    Raises InputError with the problems of the files' names and of the first table; `load` with those of a year.
    """
    country, files, beside = _years(download)
    first = min(files)
    labels = _labels(files[first], _matrix(files[first]))
    notes = (*_NOTES, *((f"Not read: {', '.join(beside)}, parts of the same flows.",) if beside else ()))
    return EconomyContents(
        regions={"region": (canonical_code(country),), "label": (country,)},
        sectors=sectors_of(tuple(column.removeprefix("D") for column in labels.columns)),
        final_demand={
            "code": labels.demands,
            "name": tuple(DEMANDS[code][0] for code in labels.demands),
            "role": tuple(DEMANDS[code][1] for code in labels.demands),
        },
        extensions=tuple(
            ExtensionEntry(id=id, name=name, unit=UNIT) for id, name in map(_BELOW.__getitem__, labels.below)
        ),
        years=tuple(sorted(files)),
        load=lambda year: _arrays(files[year], labels),
        files=tuple(dict.fromkeys(files[year].path for year in sorted(files))),
        unit=UNIT,
        notes=notes,
    )


def sectors_of(divisions: Sequence[str]) -> Table:
    """Codes and names of industries by their divisions (01, 10T12): an edition's where it has the same ones."""
    edition = edition_of(divisions)
    if not edition:
        return {"code": tuple(f"D{division}" for division in divisions), "name": tuple(f"D{d}" for d in divisions)}
    by_division = {_division(sector.code): sector for sector in classification(edition).sectors}
    found = [by_division[division] for division in divisions]
    return {"code": tuple(sector.code for sector in found), "name": tuple(sector.name for sector in found)}


def edition_of(divisions: Sequence[str]) -> str:
    """The classification of the inter-country edition that has just these divisions; "" where none has."""
    return next((id for id in _EDITIONS if _divisions_of(id) == set(divisions)), "")


@cache
def _divisions_of(id: str) -> set[str]:
    return {_division(sector.code) for sector in classification(id).sectors}


def _division(code: str) -> str:
    """The divisions of an inter-country table's industry: 10T12 of C10T12, 17T18 of C17_18, 35 of D."""
    return _DIVISIONS.get(code) or re.sub("^[A-Z]", "", code).replace("_", "T")


def _years(download: Download) -> tuple[str, dict[int, Part], list[str]]:
    """The country, the file of each year, and the names of those that are not read. Raises InputError."""
    found = parts_named(download, FILE)
    countries = sorted({match[1].upper() for _, match in found})
    problems: list[Problem] = []
    years: dict[int, Part] = {}
    for part, match in found:
        if match[3].lower() != "ttl":
            continue
        if int(match[2]) in years:
            other = years[int(match[2])].where
            problems.append(Problem(part.where, f"{match[2]} is also in {other}.", "Keep one file a year."))
        with part.open():  # what is too large or damaged is refused before any is read
            years.setdefault(int(match[2]), part)
    if len(countries) > 1:
        what = f"holds tables of {len(countries)} countries ({', '.join(countries[:5])})."
        problems.append(Problem(str(download.path), what, "Add one country at a time, each under its own id."))
    if not years:
        what = "is the table of domestic or of imported flows alone."
        part, match = found[0]
        problems.append(Problem(part.where, what, f"Take that of all flows: {match[1]}{match[2]}ttl.csv."))
    problems += [
        Problem(download.path.name, f"'{country}' is no country's code.")
        for country in countries
        if not is_known(country)
    ]
    if problems:
        raise InputError(problems)
    return countries[0], years, [part.file for part, match in found if match[3].lower() != "ttl"]


def _matrix(part: Part) -> Matrix:
    with part.open() as stream:
        return read_matrix(stream, part.where, header_rows=1, label_columns=1, delimiter=",")


def _labels(part: Part, matrix: Matrix) -> _Labels:
    """The labels of a table. Raises InputError where rows and columns are not the same industries in one order."""
    rows, columns = ([label for (label,) in side] for side in (matrix.rows, matrix.columns))
    industries = [label for label in rows if label.startswith("TTL_") and label != _SUM]
    uses = [label for label in columns if label in DEMANDS]
    made = [label for label in columns if label not in DEMANDS]
    strange = [label for label in rows if label not in {*industries, *_BELOW, _SUM, _OUTPUT}]
    problems = [Problem(part.where, f"unknown row '{label[:40]}'.", "Download the file again.") for label in strange]
    problems += [Problem(part.where, f"row '{row}' is missing.") for row in (_OUTPUT, "VALU") if row not in rows]
    if [label.removeprefix("TTL_") for label in industries] != [label.removeprefix("D") for label in made]:
        odd = sorted({r.removeprefix("TTL_") for r in industries} ^ {c.removeprefix("D") for c in made})
        what = f"rows and columns are not the same industries ({', '.join(odd[:5])})." if odd else _ORDER
        problems.append(Problem(part.where, what, "Download the file again."))
    problems += [Problem(part.where, f"column '{code}' is missing.") for code in ("EXPO", "IMPO") if code not in uses]
    if problems:
        raise InputError(problems)
    return _Labels(tuple(industries), tuple(made), tuple(uses), tuple(label for label in _BELOW if label in rows))


_ORDER = "rows and columns do not stand in the same order."


def _arrays(part: Part, labels: _Labels) -> YearArrays:
    matrix = _matrix(part)
    found = _labels(part, matrix)
    if found != labels:
        what = "has other industries, final demand or rows beneath than the first year."
        raise InputError(Problem(part.where, what, "Add one edition at a time."))
    row = {label: place for place, (label,) in enumerate(matrix.rows)}
    column = {label: place for place, (label,) in enumerate(matrix.columns)}
    made, used = ([column[label] for label in side] for side in (labels.columns, labels.demands))
    industries, below = ([row[label] for label in side] for side in (labels.rows, labels.below))
    cells = matrix.values
    Z, Y, x = cells[np.ix_(industries, made)], cells[np.ix_(industries, used)], cells[row[_OUTPUT], made]
    F, F_Y = cells[np.ix_(below, made)], cells[np.ix_(below, used)]
    problems = [
        *_gaps(part.where, labels, x, Z.sum(axis=1) + Y.sum(axis=1), "uses"),
        *_gaps(part.where, labels, x, Z.sum(axis=0) + F.sum(axis=0), "inputs, taxes and value added"),
    ]
    if problems:
        raise InputError(problems)
    return YearArrays(*map(np.ascontiguousarray, (Z, Y, x, F, F_Y)))


def _gaps(where: str, labels: _Labels, x: NDArray[np.float64], sums: NDArray[np.float64], what: str) -> list[Problem]:
    """Industries whose output is far from what it must add up to: rows or columns were lost or moved."""
    return [
        Problem(f"{where}, {row}", f"output is {made:,.1f}, {what} are {total:,.1f} {UNIT}.", "Download it again.")
        for row, made, total in far_from_output(labels.rows, x, sums)
    ]


def _sees(download: Download) -> Seen | None:
    headers = [(match, _header(part)) for part, match in parts_named(download, FILE)]
    found = [(match, header) for match, header in headers if header is not None]
    if not found:
        return None
    years = sorted({match[2] for match, _ in found})
    countries = ", ".join(sorted({match[1].upper() for match, _ in found})[:3])
    editions = {edition_of([c.removeprefix("D") for c in h if c and c not in DEMANDS]) for _, h in found if h}
    source = _EDITIONS.get(min(editions, default=""), "") if len(editions) == 1 else ""
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return Seen(f"OECD national table, {countries} {span}", source)


def _header(part: Part) -> list[str] | None:
    """The columns of a file; none where it is empty or cannot be read; None where it is of another layout."""
    header = header_cells(part.download, part.name)
    return header if not header or {"HFCE", "EXPO", "IMPO"} & set(header) else None


LAYOUT = Layout("oecd_national", "economy", VERSION, _sees, read_oecd_national, marks=("???????ttl.csv",))
