"""A table of the World Input-Output Database, of whichever release, made of the cells of a sheet and their labels.

Rows and columns are (region, code); rows beneath the industries have the region TOT and one of the codes of `BELOW`.
Industries stand region by region, in one order; rows of value added and the like become extensions; output is GO.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.parts import Part
from kaldor.atlas.readers.sums import all_whole, far_from_output
from kaldor.atlas.readers.wiod_sheet import Cells
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem, UnknownLabelError

Demands = Mapping[str, tuple[str, str]]
"""The categories of final demand of a release by their codes: name and role."""

_CATEGORIES = (
    ("Final consumption of households", "households"),
    ("Final consumption of non-profit institutions serving households", "npish"),
    ("Final consumption of government", "government"),
    ("Gross fixed capital formation", "investment"),
    ("Changes in inventories and valuables", "inventories"),
)

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


def demands_of(*codes: str) -> Demands:
    """The categories of final demand by a release's own codes, in the order that all releases keep."""
    return dict(zip(codes, _CATEGORIES, strict=True))


def by_year(found: Iterable[tuple[Part, int]], years: range) -> tuple[dict[int, Part], list[Problem]]:
    """The file of each year, and what is wrong: a year that the release has not, or two files of one."""
    files: dict[int, Part] = {}
    problems: list[Problem] = []
    for part, year in found:
        if year not in years:
            what = f"the release has no year {year}; it has {years[0]} to {years[-1]}."
            problems.append(Problem(part.where, what, "Keep the name under which the file was published."))
        elif year in files:
            problems.append(Problem(part.where, f"{year} is also in {files[year].where}.", "Keep one file a year."))
        with part.open():  # what is too large or damaged is refused before any is read
            files.setdefault(year, part)
    return files, problems


def table_contents(
    files: Mapping[int, Part], cells: Callable[[Part, int], Cells], demands: Demands, declared: Classification | None
) -> EconomyContents:
    """The labels of the first year; `load` of the result reads one year, by `cells` of its file.

    With `declared`, another industry is a problem. Raises InputError with the problems of the first table; `load` with
    those of a year.
    """
    kept: dict[int, Cells] = {}

    def cells_of(year: int) -> Cells:
        if year not in kept:
            kept.clear()  # one year at a time: labels and arrays of the first come from one reading
            kept[year] = cells(files[year], year)
        return kept[year]

    first = cells_of(min(files))
    labels = _labels(files[min(files)].where, first, demands, declared)
    names = dict(zip((code for _, code in first.rows), first.names, strict=True))
    titles = {sector.code: sector.name for sector in declared.sectors} if declared else {}
    return EconomyContents(
        regions={"region": tuple(map(canonical_code, labels.regions)), "label": labels.regions},
        sectors={"code": labels.sectors, "name": tuple(titles.get(s) or names[s] for s in labels.sectors)},
        final_demand={
            "code": labels.demands,
            "name": tuple(demands[demand][0] for demand in labels.demands),
            "role": tuple(demands[demand][1] for demand in labels.demands),
        },
        extensions=tuple(ExtensionEntry(id=id, name=name, unit=_UNIT) for id, name in BELOW.values()),
        years=tuple(sorted(files)),
        load=lambda year: _arrays(files[year].where, cells_of(year), labels),
        files=tuple(dict.fromkeys(files[year].path for year in sorted(files))),
        unit=_UNIT,
    )


def _labels(where: str, cells: Cells, demands: Demands, declared: Classification | None) -> _Labels:
    industries = [(region, code) for region, code in cells.rows if region != _TOTAL]
    regions, sectors = (
        tuple(dict.fromkeys(part)) for part in (zip(*industries, strict=True) if industries else ((), ()))
    )
    found = {code for _, code in cells.columns}
    labels = _Labels(regions, sectors, tuple(demand for demand in demands if demand in found))
    problems = _differences(where, cells, labels)
    if declared:
        unknown = [sector for sector in sectors if sector not in declared.codes]
        problems += [Problem(where, f"{UnknownLabelError('sector', s, declared.codes)}") for s in unknown]
    if not labels.demands:
        problems.append(Problem(where, "there is no final demand.", f"Expected columns {', '.join(demands)}."))
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
    half = 0.5 if all_whole(values) else 0.0  # by which each cell of a copy in whole figures may be off
    rounded = half * (n + Y.shape[1] + 1), half * (n + len(F) + 1)
    _check(where, labels, x, Z.sum(axis=1) + Y.sum(axis=1), "uses", rounded[0])
    _check(where, labels, x, Z.sum(axis=0) + F.sum(axis=0), "inputs and value added", rounded[1])
    return YearArrays(*map(np.ascontiguousarray, (Z, Y, x, F, F_Y)))


def _places(found: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]]) -> list[int]:
    place = {label: number for number, label in enumerate(found)}
    return [place[label] for label in wanted]


def _check(
    where: str, labels: _Labels, x: NDArray[np.float64], sums: NDArray[np.float64], what: str, rounded: float
) -> None:
    """Refuse a table whose sums are far from its outputs, beyond what is `rounded`: rows or columns were lost."""
    problems = [
        Problem(where, f"{_text(label)}: output is {made:,.1f}, {what} are {total:,.1f} {_UNIT}.", "Rows may be cut.")
        for label, made, total in far_from_output(labels.industries, x, sums, least=max(1.0, rounded))
    ]
    if problems:
        raise InputError(problems)
