"""Kaldor's own layout for an economy: a folder of label files and one npz file a year.

regions.csv (region), sectors.csv (code, name), final_demand.csv (code, name, perhaps role), any number of files
NAME_YYYY.npz with Z, Y, x. Where extensions.csv (id, name, unit, perhaps status) lists extensions, they are F and F_Y
in the npz files, or CSV files F_ID.csv and F_Y_ID.csv, wide by year.
Documented in docs/reference/economy-layout.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.placing import Labels, cells_of, place_extension
from kaldor.atlas.readers import extension_csv
from kaldor.atlas.readers.contents import EconomyContents, Table, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.npz import read_npz
from kaldor.atlas.readers.rows import Rows, blanks, duplicates, read_rows, short_name, unknown_labels
from kaldor.atlas.regions import canonical_code
from kaldor.atlas.roles import roles_by_code
from kaldor.errors import InputError, Problem
from kaldor.words import STATUSES

VERSION = 1
YEAR_FILE = re.compile(r".+_([0-9]{4})\.npz")


def looks_like_economy(folder: Path) -> bool:
    """Whether a folder seems meant as this layout: it has a label file or an npz of a year."""
    labels = ("regions.csv", "sectors.csv", "final_demand.csv")
    return any((folder / name).is_file() for name in labels) or any(folder.glob("*.npz"))


def read_economy(folder: Path, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of an economy folder and find its years; `load` of the result reads one year's arrays.

    Region labels are brought to ISO3 where they are known aliases (ROM is ROU, RoW is ROW); the publisher's own
    label stays in the column `label`. `declared` is the classification that the source says the economy is in; with
    it, another sector code is a problem.
    Raises InputError with every problem of the label files, the extension files and the file names.
    """
    problems: list[Problem] = []
    regions = _labels(folder / "regions.csv", ["region"], problems)
    sectors = _labels(folder / "sectors.csv", ["code", "name"], problems)
    demand = _labels(folder / "final_demand.csv", ["code", "name"], problems)
    extensions_file = folder / "extensions.csv"
    listed = _labels(extensions_file, ["id", "name", "unit"], problems) if extensions_file.is_file() else None
    extensions = _extension_entries(listed, problems) if listed else ()
    years, year_problems = _year_files(folder)
    problems += year_problems
    if sectors and declared:
        problems += unknown_labels(sectors, "code", "sector", declared.codes)
    if regions:
        problems += _merged_regions(regions)
    files_of = _extension_files(folder, [entry.id for entry in extensions], problems)
    if problems or regions is None or sectors is None or demand is None:
        raise InputError(problems)

    labels = Labels(
        tuple(map(canonical_code, regions.column("region"))),
        sectors.column("code"),
        demand.column("code"),
        demand_roles(_table(demand), declared),
    )
    from_csv = _placed_by_year(files_of, labels, sorted(years)) if files_of else {}
    shapes = _shapes(labels, 0 if from_csv else len(extensions))

    def load(year: int) -> YearArrays:
        return YearArrays(**read_npz(years[year], shapes), **from_csv.get(year, {}))

    label_files = [folder / Path(rows.file).name for rows in (regions, sectors, demand, listed) if rows]
    extension_files = [file for pair in files_of.values() for file in pair if file]
    return EconomyContents(
        regions=_region_table(regions),
        sectors=_table(sectors),
        final_demand=_table(demand),
        extensions=extensions,
        years=tuple(sorted(years)),
        load=load,
        files=(*label_files, *extension_files, *(years[year] for year in sorted(years))),
    )


def demand_roles(final_demand: Table, declared: Classification | None) -> dict[str, str]:
    """What each demand category is: by the dataset's own column `role`, else by its classification."""
    roles = declared.demand_roles if declared else {}
    if "role" in final_demand:
        roles = dict(zip(final_demand["code"], final_demand["role"], strict=True))
    return roles_by_code(final_demand["code"], roles)


def _extension_files(folder: Path, ids: Sequence[str], problems: list[Problem]) -> dict[str, tuple[Path, Path | None]]:
    """The CSV files of each listed extension, if extensions come as CSV; else they are looked for in the npz files."""
    industry = {path.stem.removeprefix("F_"): path for path in extension_csv.industry_files(folder)}
    households = {path.stem.removeprefix("F_Y_"): path for path in extension_csv.household_files(folder)}
    for id, path in [*industry.items(), *households.items()]:
        if id not in ids:
            problems.append(Problem(short_name(path), f"extensions.csv lists no '{id}'.", "Give its id, name, unit."))
    if industry:
        for id in ids:
            if id not in industry:
                problems.append(Problem(f"{folder.name}/F_{id}.csv", "the file is missing.", "Others come as CSV."))
    return {id: (industry[id], households.get(id)) for id in ids if id in industry}


def _placed_by_year(
    files_of: Mapping[str, tuple[Path, Path | None]], labels: Labels, years: Sequence[int]
) -> dict[int, dict[str, NDArray[np.float64]]]:
    """F (k×n) and F_Y (k×m) of each year from CSV files. Raises InputError with the problems of all of them."""
    problems: list[Problem] = []
    rows: dict[int, list[tuple[NDArray[np.float64], NDArray[np.float64]]]] = {year: [] for year in years}
    for industry, households in files_of.values():
        try:
            contents = extension_csv.read_files(industry, households, labels.sectors)
            for year in years:
                cells = cells_of(contents.values, ["region", "sector"], year)
                own = cells_of(contents.households, ["region"], year)
                rows[year].append(place_extension(f"{short_name(industry)}, {year}", labels, cells, own))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return {y: {"F": np.stack([F for F, _ in r]), "F_Y": np.stack([F_Y for _, F_Y in r])} for y, r in rows.items()}


def _labels(path: Path, required: list[str], problems: list[Problem]) -> Rows | None:
    """The rows of a label file, or None when its problems were noted."""
    try:
        rows = read_rows(path, required)
    except InputError as error:
        problems.extend(error.problems)
        return None
    found = [*blanks(rows, required[:1]), *duplicates(rows, required[:1])]
    problems.extend(found)
    return None if found else rows


def _merged_regions(regions: Rows) -> Iterator[Problem]:
    for code, count in Counter(map(canonical_code, regions.column("region"))).items():
        if count > 1:
            yield Problem(regions.file, f"{count} labels mean the region {code}.", "Add them up or rename one.")


def _extension_entries(listed: Rows, problems: list[Problem]) -> tuple[ExtensionEntry, ...]:
    entries = []
    for line, cells in listed.lines:
        status = cells.get("status") or "observed"
        if status not in STATUSES:
            expected = f"Expected one of {', '.join(STATUSES)}."
            problems.append(Problem(listed.place(line, "status"), f"unknown status '{status}'.", expected))
            continue
        entries.append(ExtensionEntry(id=cells["id"], name=cells["name"], unit=cells["unit"], status=status))
    return tuple(entries)


def _year_files(folder: Path) -> tuple[dict[int, Path], list[Problem]]:
    years: dict[int, Path] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.npz")):
        match = YEAR_FILE.fullmatch(path.name)
        if match is None:
            problems.append(Problem(short_name(path), "the name has no year.", "Call it NAME_YYYY.npz."))
        elif int(match[1]) in years:
            other = years[int(match[1])].name
            problems.append(Problem(short_name(path), f"{match[1]} is also in {other}.", "Keep one file a year."))
        else:
            years[int(match[1])] = path
    if not years and not problems:
        problems.append(Problem(f"{folder.name}/", "no NAME_YYYY.npz file with Z, Y and x."))
    return years, problems


def _shapes(labels: Labels, extensions: int) -> dict[str, tuple[int, ...]]:
    n, m = len(labels.regions) * len(labels.sectors), len(labels.regions) * len(labels.demands)
    shapes: dict[str, tuple[int, ...]] = {"Z": (n, n), "Y": (n, m), "x": (n,)}
    return shapes | ({"F": (extensions, n), "F_Y": (extensions, m)} if extensions else {})


def _table(rows: Rows) -> Table:
    return {name: rows.column(name) for name in rows.header}


def _region_table(rows: Rows) -> Table:
    published = rows.column("label") if "label" in rows.header else rows.column("region")
    others = {name: rows.column(name) for name in rows.header if name not in ("region", "label")}
    return {"region": tuple(map(canonical_code, rows.column("region"))), "label": published, **others}


def _sees(download: Download) -> Seen | None:
    return (
        Seen("an economy in Kaldor's own layout")
        if download.path.is_dir() and looks_like_economy(download.path)
        else None
    )


LAYOUT = Layout(
    "plain",
    "economy",
    VERSION,
    _sees,
    lambda download, declared: read_economy(download.path, declared),
    order=80,
    marks=("regions.csv", "sectors.csv", "final_demand.csv", "*_????.npz"),
)
