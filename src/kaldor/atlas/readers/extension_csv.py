"""An extension as CSV, wide by year: F_NAME.csv (region, sector, years …) and perhaps F_Y_NAME.csv (region, years …).

The first holds what industries emit, employ or extract; the second what households do themselves. Region labels
are brought to ISO3 where they are known aliases. Several extensions in one folder are declared as [[extensions]] in
dataset.toml beside them, each with its F_ID.csv; one that has gaps may have empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kaldor.atlas.catalogue import HeldExtension
from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import Column, ExtensionContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.held import DESCRIPTION, held_extensions
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import (
    Rows,
    blanks,
    duplicates,
    number,
    number_problem,
    read_rows,
    short_name,
    unknown_labels,
)
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem

VERSION = 1
_YEAR = re.compile(r"[0-9]{4}")
_NONE: dict[str, Column] = {"region": (), "year": np.array([], np.int64), "value": np.array([], np.float64)}


def looks_like_extension(folder: Path) -> bool:
    """Whether a folder seems meant as this layout: it has a file F_….csv."""
    return bool(industry_files(folder))


def read_extension(folder: Path, sectors: Sequence[str] = ()) -> ExtensionContents:
    """Read the extension that a folder holds, or the several that its dataset.toml declares, into long form.

    `sectors` are the codes of the classification the extension is declared in; with it, another code is a problem.
    Raises InputError with every problem of both files.
    """
    if held := held_extensions(Download(folder)):
        return _read_several(folder, held, sectors)
    industry = _one(folder, industry_files(folder), "F_*.csv")
    households = household_files(folder)
    return read_files(industry, _one(folder, households, "F_Y_*.csv") if households else None, sectors)


def read_files(industry: Path, households: Path | None, sectors: Sequence[str] = ()) -> ExtensionContents:
    """Read one extension from its file of industries and, if there is one, its file of households.

    Raises InputError as `read_extension` does.
    """
    problems: list[Problem] = []
    values = _long(industry, ["sector"], problems, sectors)
    own = _long(households, [], problems, ()) if households else _NONE
    if problems:
        raise InputError(problems)
    years = tuple(sorted({int(year) for year in values["year"]}))
    missing = sorted(set(years) ^ {int(year) for year in own["year"]}) if households else []
    if households and missing:
        what = f"the years {missing} are not in both files."
        raise InputError(Problem(short_name(households), what, "Give both the same."))
    return ExtensionContents(values, own, years, (industry, households) if households else (industry,))


def _read_several(folder: Path, held: Sequence[HeldExtension], sectors: Sequence[str]) -> ExtensionContents:
    """The extensions declared, one after the other, each cell with its extension's id."""
    problems = [
        Problem(f"{folder.name}/F_{one.id}.csv", "the file is missing.", f"{DESCRIPTION} declares '{one.id}'.")
        for one in held
        if not (folder / f"F_{one.id}.csv").is_file()
    ]
    ids = {one.id for one in held}
    strangers = [p for p in industry_files(folder) if p.stem.removeprefix("F_") not in ids]
    strangers += [p for p in household_files(folder) if p.stem.removeprefix("F_Y_") not in ids]
    problems += [Problem(short_name(p), f"{DESCRIPTION} declares no such extension.", "Declare it.") for p in strangers]
    parts, files = [], []
    for one in held if not problems else ():
        industry, households = folder / f"F_{one.id}.csv", folder / f"F_Y_{one.id}.csv"
        values = _long(industry, ["sector"], problems, sectors, gaps=one.gaps)
        own = _long(households, [], problems, ()) if households.is_file() else _NONE
        parts.append((one.id, values, own))
        files += [industry, *([households] if households.is_file() else [])]
    if problems:
        raise InputError(problems)
    values = _joined([(id, values) for id, values, _ in parts], ["region", "sector"])
    own = _joined([(id, own) for id, _, own in parts], ["region"])
    years = tuple(sorted({int(year) for part in (values, own) for year in part["year"]}))
    return ExtensionContents(values, own, years, tuple(files))


def _joined(parts: Sequence[tuple[str, dict[str, Column]]], labels: Sequence[str]) -> dict[str, Column]:
    joined: dict[str, Column] = {"extension": tuple(id for id, part in parts for _ in part["year"])}
    joined |= {label: tuple(text for _, part in parts for text in part[label]) for label in labels}
    return joined | {name: np.concatenate([np.asarray(part[name]) for _, part in parts]) for name in ("year", "value")}


def industry_files(folder: Path) -> list[Path]:
    """The files F_….csv of a folder."""
    return sorted(path for path in folder.glob("F_*.csv") if not path.name.startswith("F_Y_"))


def household_files(folder: Path) -> list[Path]:
    """The files F_Y_….csv of a folder."""
    return sorted(folder.glob("F_Y_*.csv"))


def _one(folder: Path, found: Sequence[Path], pattern: str) -> Path:
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        what = f"expected one file {pattern}, found {names}."
        raise InputError(Problem(f"{folder.name}/", what, "Keep one extension a folder."))
    return found[0]


def _long(
    path: Path, keys: list[str], problems: list[Problem], sectors: Sequence[str], *, gaps: bool = False
) -> dict[str, Column]:
    """The cells of a wide file as rows: region, keys, year, value. Notes its problems and returns what is sound.

    With `gaps` an empty cell is no row and no problem.
    """
    try:
        rows = _with_region(read_rows(path, keys))
    except InputError as error:
        problems.extend(error.problems)
        return {**_NONE, "sector": ()}
    labels = ["region", *keys]
    problems += [*blanks(rows, labels), *duplicates(rows, labels)]
    if sectors and "sector" in keys:
        problems += unknown_labels(rows, "sector", "sector", sectors)
    years = [name for name in rows.header if _YEAR.fullmatch(name)]
    try:
        rows = rows.with_points(years)
    except InputError as error:
        problems.extend(error.problems)
        return {**_NONE, "sector": ()}
    if not years:
        problems.append(Problem(f"{rows.file}, line 1", "no column is a year.", "Head each year's column like 2009."))
    values = [
        (line, cells, year, number(cells[year]))
        for line, cells in rows.lines
        for year in years
        if cells[year] or not gaps
    ]
    problems += [number_problem(rows.place(line, y), cells[y]) for line, cells, y, value in values if value is None]
    long: dict[str, Column] = {label: tuple(cells[label] for _, cells, _, _ in values) for label in labels}
    long["year"] = np.array([int(year) for _, _, year, _ in values], np.int64)
    long["value"] = np.array([value if value is not None else 0.0 for *_, value in values], np.float64)
    return long


def _with_region(rows: Rows) -> Rows:
    """The same rows with the region under the name 'region', brought to ISO3; publishers also write 'reg'."""
    name = next((name for name in ("region", "reg", "country", "iso3") if name in rows.header), None)
    if name is None:
        raise InputError(Problem(f"{rows.file}, line 1", "column 'region' is missing."))
    header = tuple("region" if column == name else column for column in rows.header)
    lines = tuple((line, {**cells, "region": canonical_code(cells[name])}) for line, cells in rows.lines)
    return replace(rows, header=header, lines=lines)


def _sees(download: Download) -> Seen | None:
    return (
        Seen("an extension, wide by year") if download.path.is_dir() and looks_like_extension(download.path) else None
    )


def _read(download: Download, declared: Classification | None) -> ExtensionContents:
    return read_extension(download.path, declared.codes if declared else ())


LAYOUT = Layout("extension_csv", "extension", VERSION, _sees, _read, order=90, marks=("F_*.csv",))
