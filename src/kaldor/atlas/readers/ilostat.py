"""ILOSTAT's bulk files: one indicator a file, ID.csv or ID.csv.gz, with codes or with codes and labels.

Columns ref_area, source, indicator, sex, classif1, classif2, time, obs_value, obs_status and notes. An economic
activity (classif ECO_…) becomes the observation's sector; sex and every other class stay in the indicator's name, since
Kaldor never adds classes up by itself: EMP_TEMP_SEX_ECO_NB_A:SEX_F. The unit follows from the indicator's code: NB
thousands, RT per cent. Monthly and quarterly values are left out.
Layout: ILO Department of Statistics, ILOSTAT bulk download facility, guide to the files and codes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import IndicatorContents
from kaldor.atlas.readers.csv_text import header_cells
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.observation_status import status_of
from kaldor.atlas.readers.text_table import Observations, TextTable, indicator_contents, read_text_table
from kaldor.atlas.readers.wdi import NO_UNIT
from kaldor.atlas.regions import codes_in
from kaldor.errors import InputError, Problem

VERSION = 2
REQUIRED = ("ref_area", "time", "obs_value")
UNITS = {"NB": "thousands", "RT": "%"}
_YEAR = re.compile(r"[12][0-9]{3}")
_ID = re.compile(r"(?P<id>[A-Z0-9]{3}_[A-Z0-9]{4}_[A-Z0-9_]+)(-filtered[-0-9]*)?( \([0-9]+\))?")


def read_ilostat(download: Download, _: Classification | None = None) -> IndicatorContents:
    """Read one file of one indicator. Raises InputError with every problem of it."""
    names = _files(download)
    if len(names) != 1:
        what = f"holds {len(names)} files of ILOSTAT."
        raise InputError(Problem(str(download.path.name), what, "Add one indicator at a time, each under its own id."))
    table = read_text_table(download, names[0], REQUIRED)
    id = _indicator(table, names[0])
    times = table.texts("time")
    problems = [
        Problem(table.place(k), f"'{time[:20]}' is no time.", "Expected 2009, 2009Q1 or 2009M01.")
        for k, time in enumerate(times)
        if not re.fullmatch(r"[12][0-9]{3}(Q[1-4]|M[01][0-9])?", time)
    ]
    if problems:
        raise InputError(problems[:20])
    yearly = np.array([bool(_YEAR.fullmatch(time)) for time in times])
    values = np.where(yearly, table.numbers("obs_value"), np.nan)
    sectors, kept = _classes(table)
    areas = table.texts("ref_area")
    unit = UNITS.get(_measure(id), NO_UNIT)
    rows = len(table)
    observations = Observations(
        indicator=[f"{id}{''.join(f':{part}' for part in parts)}" for parts in zip(*kept, strict=True)]
        if kept
        else [id] * rows,
        region=list(map(codes_in(areas).__getitem__, areas)),
        year=np.array([int(time[:4]) for time in times], np.int64),
        value=values,
        unit=(unit,) * rows,
        sector=sectors,
        status=list(map(status_of, _column(table, "obs_status"))),
        source=_column(table, "source"),
        place=table.place,
    )
    left_out = int((~yearly).sum())
    notes = (f"{left_out:,} monthly and quarterly values are left out.",) if left_out else ()
    return indicator_contents(table.where, observations, download.origin(names), notes)


def _classes(table: TextTable) -> tuple[Sequence[str], list[Sequence[str]]]:
    """The economic activity of each row, and the other classes that stay in its indicator's name."""
    sectors: Sequence[str] = ("",) * len(table)
    kept = []
    for name in ("sex", "classif1", "classif2"):
        column = _column(table, name)
        if any(column) and all(cell.startswith("ECO_") for cell in column if cell):
            sectors = column
        elif any(column):
            kept.append(column)
    return sectors, kept


def _column(table: TextTable, name: str) -> Sequence[str]:
    return table.texts(name) if name in table.columns else ("",) * len(table)


def _indicator(table: TextTable, name: str) -> str:
    """The indicator's code: in the column of that name, else from the file's name. Raises InputError for several."""
    if "indicator" not in table.columns:
        if id := _id_in(name):
            return id
        what = "neither a column 'indicator' nor the file's name tells which indicator it holds."
        raise InputError(Problem(table.where, what, "Keep ILOSTAT's own name, such as EMP_TEMP_SEX_ECO_NB_A.csv."))
    found = sorted(set(table.texts("indicator")))
    if len(found) != 1:
        raise InputError(Problem(table.where, f"holds {len(found)} indicators.", "Expected one a file."))
    return found[0]


def _measure(id: str) -> str:
    """What is measured, by the code's last part before the frequency: EMP_TEMP_SEX_ECO_NB_A counts (NB)."""
    parts = [part for part in id.split("_") if part not in {"A", "Q", "M"}]
    return parts[-1] if parts else ""


def _files(download: Download) -> list[str]:
    return [
        name
        for name in download.names
        if name.lower().endswith((".csv", ".csv.gz")) and (_id_in(name) or _has_columns(download, name))
    ]


def _id_in(name: str) -> str:
    """The indicator's code in a file's name, as ILOSTAT gives it to files of the whole and of a choice; else ""."""
    found = _ID.fullmatch(PurePosixPath(name).name.split(".")[0])
    return found["id"] if found else ""


def _has_columns(download: Download, name: str) -> bool:
    """Whether the header is ILOSTAT's, of codes or of labels alone."""
    return set(REQUIRED) <= {cell.removesuffix(".label") for cell in header_cells(download, name)}


def _sees(download: Download) -> Seen | None:
    names = _files(download)
    return (
        Seen(f"ILOSTAT, {', '.join(_id_in(n) or PurePosixPath(n).name for n in names)}", "ilostat") if names else None
    )


LAYOUT = Layout("ilostat", "indicators", VERSION, _sees, read_ilostat, marks=REQUIRED)
