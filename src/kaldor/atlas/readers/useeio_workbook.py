"""A USEEIO model as EPA's workbook: sheets commodities_meta, indicators, demands, A, D, q … and one a demand vector.

A matrix has its labels in its first row and first column: ids of commodities (1111A0/US), names of indicators; q and
the demand vectors have the ids in their first column. Whatever the order, a figure goes where its labels say.

Layout: US EPA, useeior, writeModeltoXLSX, format_specs/Model.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.rows import number_problem, twice
from kaldor.atlas.readers.workbook import Sheet, read_sheets, sheet_names
from kaldor.errors import InputError, Problem

_SECTORS = "commodities_meta"
_SHEETS = {"sectors": _SECTORS, "indicators": "indicators", "demands": "demands"}
_MARKS = frozenset({*_SHEETS.values(), "A", "D"})
_SHOWN = 20


class WorkbookFiles:
    """The parts of a model, one sheet each. Raises InputError where a download holds several such workbooks."""

    def __init__(self, download: Download) -> None:
        found = workbooks(download)
        if len(found) != 1:
            what = f"there are {len(found)} workbooks of models ({', '.join(found)[:200]})."
            raise InputError(Problem(str(download.path), what, "Add one model at a time."))
        self._download, self._file = download, found[0]
        self._sheets = frozenset(sheet_names(download, found[0]))

    def names(self) -> tuple[str, ...]:
        """The files of the model: the workbook."""
        return (self._file,)

    def where(self, part: str) -> str:
        """How a message names the sheet of a part."""
        return f"{self._download.where(self._file)}, sheet {_SHEETS.get(part, part)}"

    def is_there(self, part: str) -> bool:
        """Whether the model has this part."""
        return _SHEETS.get(part, part) in self._sheets

    def records(self, part: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        """The rows of a sheet by the names of its columns in small letters, all as texts."""
        sheet, where = self._sheet(part), self.where(part)
        header = [sheet.text(0, column).lower() for column in range(sheet.values.shape[1])]
        problems = [Problem(f"{where}, row 1", f"column '{key}' is missing.") for key in keys if key not in header]
        problems += twice(f"{where}, row 1", "column", [name for name in header if name in keys])
        if problems:
            raise InputError(problems)
        records = {
            row: {key: sheet.text(row, header.index(key)) for key in keys} for row in range(1, sheet.values.shape[0])
        }
        records = {row: record for row, record in records.items() if any(record.values())}
        for row, record in records.items():
            if lacking := [key for key, text in record.items() if not text]:
                problems.append(Problem(f"{where}, row {row + 1}", f"{', '.join(lacking)} is empty."))
        if problems or not records:
            raise InputError(problems or [Problem(where, "there are no rows under the header.")])
        return list(records.values())

    def amounts(self, demand: str) -> list[Mapping[str, Any]]:
        """A vector of final demand: sector and amount, of the first two columns."""
        sheet, where = self._sheet(demand), self.where(demand)
        rows = [row for row in range(1, sheet.values.shape[0]) if sheet.text(row, 0)]
        if sheet.values.shape[1] < 2:
            raise InputError(Problem(where, "there is no column of amounts.", "Expected ids, then amounts."))
        _check(sheet, where, rows, [1])
        return [{"sector": sheet.text(row, 0), "amount": float(sheet.values[row, 1])} for row in rows]

    def matrix(self, part: str, rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
        """The numbers of rows × columns, each by its labels, which must be these and no others."""
        sheet, where = self._sheet(part), self.where(part)
        height, width = sheet.values.shape
        down = {row: sheet.text(row, 0) for row in range(1, height) if sheet.text(row, 0)}
        across = {column: sheet.text(0, column) for column in range(1, width) if sheet.text(0, column)}
        problems = [*_unlike(where, "row", rows, down.values()), *_unlike(where, "column", columns, across.values())]
        if problems:
            raise InputError(problems[:_SHOWN])
        row_of, column_of = ({label: number for number, label in labels.items()} for labels in (down, across))
        at = [row_of[label] for label in rows], [column_of[label] for label in columns]
        _check(sheet, where, *at)
        return sheet.values[np.ix_(*at)]

    def _sheet(self, part: str) -> Sheet:
        name = _SHEETS.get(part, part)
        return read_sheets(self._download, self._file, [name])[name]


def workbooks(download: Download) -> list[str]:
    """The workbooks of a download that hold a model of commodities."""
    names = [name for name in download.names if name.lower().endswith(".xlsx")]
    return [name for name in names if set(sheet_names(download, name)) >= _MARKS]


def _check(sheet: Sheet, where: str, rows: Sequence[int], columns: Sequence[int]) -> None:
    """Raise InputError that names the cells among the figures that hold none."""
    wrong = np.argwhere(~np.isfinite(sheet.values[np.ix_(rows, columns)]))
    problems = []
    for i, j in wrong[:_SHOWN].tolist():
        place = f"{where}, row {rows[i] + 1}, column '{sheet.text(0, columns[j])}'"
        problems.append(number_problem(place, sheet.text(rows[i], columns[j])))
    if problems:
        raise InputError(problems)


def _unlike(where: str, kind: str, wanted: Sequence[str], found: Any) -> list[Problem]:
    """Labels that lack, that no list names, or that stand twice."""
    labels = list(found)
    known, there = set(wanted), set(labels)
    problems = [Problem(where, f"{kind} '{label}' is missing.") for label in wanted if label not in there]
    problems += [
        Problem(where, f"{kind} '{label}' is in no list of the workbook.") for label in there if label not in known
    ]
    return [*problems, *twice(where, kind, labels)]
