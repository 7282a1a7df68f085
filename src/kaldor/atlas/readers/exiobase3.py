"""EXIOBASE 3 as downloaded: IOT_YYYY_ixi.zip or IOT_YYYY_pxp.zip, or what is unpacked from it, one or several years.

A table is a folder with Z.txt (or A.txt), Y.txt, x.txt and unit.txt, tab-separated under two header lines; each folder
in it with F.txt, F_Y.txt (F_hh.txt in the first editions) and unit.txt holds extensions: `satellite` and `impacts` up
to 3.8, `air_emissions`, `employment`, `energy`, `factor_inputs` and others since 3.9. Value added stands there too.
Layout: the description at doi 10.5281/zenodo.3583070, and Stadler et al. (2018), Journal of Industrial Ecology 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.exiobase3_labels import (
    SYSTEMS,
    Labels,
    YearTable,
    demand_table,
    extension_entries,
    read_labels,
    region_code,
    region_table,
    sector_table,
    year_tables,
)
from kaldor.atlas.readers.exiobase3_version import gaps, licence_of, words
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_text import Matrix, RowsTo, read_matrix
from kaldor.atlas.readers.parts import Part
from kaldor.errors import InputError, Problem

VERSION = 2

UNITS = {"M.EUR": "million EUR", "MEUR": "million EUR", "Million Euro": "million EUR"}


def read(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Labels of every year at once; `load` of the result reads one year's arrays.

    Regions come as ISO3; EXIOBASE's five remainders (WA, WE, WF, WL, WM) keep their codes. Sectors and demand
    categories have EXIOBASE's own codes. Every row of every extension folder is an extension of its own. Raises
    InputError with the problems of all years: files missing, years or systems that disagree, labels that differ.
    """
    tables = year_tables(download)
    problems: list[Problem] = []
    labels: list[Labels] = []
    for table in tables:
        try:
            labels.append(read_labels(table))
        except InputError as error:
            problems += error.problems
    problems += _disagreements(tables, labels) if not problems else []
    if problems or not labels:
        raise InputError(problems or [Problem(download.path.name, "there is no table of EXIOBASE 3.")])
    first = labels[0]
    by_year = {table.year: table for table in tables}

    def load(year: int) -> YearArrays:
        return _load(by_year[year], first)

    def load_rows(year: int, rows_to: RowsTo) -> YearArrays:
        return _load(by_year[year], first, rows_to)

    return EconomyContents(
        regions=region_table(first),
        sectors=sector_table(first),
        final_demand=demand_table(first),
        extensions=extension_entries(first),
        years=tuple(sorted(by_year)),
        load=load,
        files=_files(tables),
        unit=UNITS.get(first.unit, first.unit),
        licence=licence_of([table.parts for table in tables], [folder.name for folder in first.folders]),
        notes=(*_notes(first), *_gaps(tables, first)),
        load_rows=load_rows,
    )


def _load(table: YearTable, labels: Labels, rows_to: RowsTo | None = None) -> YearArrays:
    industries = [(region, sector) for region in labels.regions for sector in labels.sectors]
    uses = [(region, demand) for region in labels.regions for demand in labels.demands]
    x = _matrix(table.part("x.txt"), industries, None)[:, 0]
    if "Z.txt" in table.parts:
        Z = _matrix(table.part("Z.txt"), industries, industries, square=True, rows_to=rows_to)
    elif rows_to:
        Z = _matrix(table.part("A.txt"), industries, industries, square=True, rows_to=lambda A: rows_to(A * x))
    else:
        Z = _matrix(table.part("A.txt"), industries, industries, square=True) * x
    Y = _matrix(table.part("Y.txt"), industries, uses)
    k = len(labels.extensions)
    if not k:
        return YearArrays(Z, Y, x)
    F, F_Y = np.empty((k, len(industries))), np.zeros((k, len(uses)))
    begin = 0
    for folder in labels.folders:
        stressors = [(stressor,) for stressor, _ in folder.stressors]
        rows = slice(begin, begin := begin + len(stressors))
        F[rows] = _matrix(table.part(f"{folder.name}/F.txt"), stressors, industries, empty=0.0)
        if folder.final_use:
            F_Y[rows] = _matrix(table.part(f"{folder.name}/{folder.final_use}"), stressors, uses, empty=0.0)
    return YearArrays(Z, Y, x, F, F_Y)


def _matrix(
    part: Part,
    rows: Sequence[tuple[str, ...]],
    columns: Sequence[tuple[str, ...]] | None,
    square: bool = False,
    rows_to: RowsTo | None = None,
    empty: float | None = None,
) -> NDArray[np.float64]:
    """The numbers of a file, whose labels must be the expected ones in order; x.txt has one column of any name."""
    with part.open() as stream:
        matrix = read_matrix(
            stream,
            part.where,
            header_rows=1 if columns is None else 2,
            label_columns=len(rows[0]),
            delimiter="\t",
            square=square,
            rows_to=rows_to,
            empty=empty,
        )
    problems = _label_problems(part.where, matrix, rows, columns)
    if problems:
        raise InputError(problems)
    return matrix.values


def _label_problems(
    where: str, matrix: Matrix, rows: Sequence[tuple[str, ...]], columns: Sequence[tuple[str, ...]] | None
) -> list[Problem]:
    problems = []
    for kind, found, expected in (("row", matrix.rows, rows), ("column", matrix.columns, columns)):
        if expected is None or list(found) == list(expected):
            continue
        got = [_canonical(label) for label in found]
        wanted = [_canonical(label) for label in expected]
        if got == wanted:
            continue
        place = next((k for k, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), None)
        if place is None:
            what = f"has {len(got):,} {kind}s, expected {len(wanted):,}."
        else:
            what = f"{kind} {place + 1:,} is '{' / '.join(found[place])}', expected '{' / '.join(expected[place])}'."
        problems.append(Problem(where, what, "Every file must be in the order of unit.txt: download it again."))
    return problems


def _canonical(label: tuple[str, ...]) -> tuple[str, ...]:
    """The first editions name countries by three letters in some files and by two in others."""
    return (region_code(label[0]), *label[1:]) if len(label) == 2 else label


def _disagreements(tables: Sequence[YearTable], labels: Sequence[Labels]) -> list[Problem]:
    """What keeps several years from being one dataset."""
    problems = []
    years: dict[int, str] = {}
    for table, its in zip(tables, labels, strict=True):
        if table.year in years:
            what = f"holds {table.year}, as {years[table.year]} does."
            problems.append(Problem(table.where, what, "Keep one table a year."))
        years.setdefault(table.year, table.where)
        if table.system != tables[0].system:
            what = f"is {SYSTEMS[table.system]}, {tables[0].where} is {SYSTEMS[tables[0].system]}."
            problems.append(Problem(table.where, what, "Put them into folders of their own."))
        elif its != labels[0]:
            what = f"has other labels than {tables[0].where}: {its.difference(labels[0])}."
            problems.append(Problem(table.where, what, "Add tables of one edition together."))
    return problems


def _files(tables: Sequence[YearTable]) -> tuple[Path, ...]:
    paths = [part.path for table in tables for _, part in sorted(table.parts.items()) if table.reads(part)]
    return tuple(dict.fromkeys(paths))


def _notes(labels: Labels) -> tuple[str, ...]:
    silent = [folder.name for folder in labels.folders if not folder.final_use]
    if not labels.folders:
        return ("The download holds no extensions.",)
    if silent:
        return (f"Final users' own amounts are not given, and taken as none, in: {', '.join(silent)}.",)
    return ()


def _gaps(tables: Sequence[YearTable], labels: Labels) -> tuple[str, ...]:
    """What to say of cells of extensions that are empty, file by file."""
    files = [f"{folder.name}/{file}" for folder in labels.folders for file in ("F.txt", folder.final_use) if file]
    found = [words(file, {table.year: gaps(table.part(file)) for table in tables}) for file in files]
    return tuple(said for said in found if said)


def _sees(download: Download) -> Seen | None:
    if not any(name.lower().endswith((".zip", "unit.txt", "y.txt")) for name in download.names):
        return None
    tables = year_tables(download)
    if not tables:
        return None
    years = sorted({table.year for table in tables})
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
    system = tables[0].system
    return Seen(f"EXIOBASE 3, {SYSTEMS[system]}, {span}", f"exiobase3_{system}")


LAYOUT = Layout("exiobase3", "economy", VERSION, _sees, read, marks=("Z.txt", "A.txt", "Y.txt", "x.txt", "unit.txt"))
