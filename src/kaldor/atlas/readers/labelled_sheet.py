"""A table with labels, wherever it stands: a CSV file, or a declared range of cells of a workbook's sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator, model_validator

from kaldor.atlas.catalogue import Id
from kaldor.atlas.readers.csv_text import separator_in, shows_mark, text_of, with_points
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.rows import MOST_BYTES, number, number_problem, numbered_lines, twice, uneven
from kaldor.atlas.readers.workbook import Sheet, read_sheets, sheet_names
from kaldor.atlas.readers.workbook_cells import column_number
from kaldor.declared import Declared
from kaldor.errors import InputError, Problem
from kaldor.words import Status

_CELL = r"([A-Z]{1,3})([1-9][0-9]{0,6})"
_RANGE = re.compile(f"{_CELL}:{_CELL}")
_ONE = "Keep one of each label."
_BLANK = 'Write the number; where the office leaves zeros empty, write blanks = "zero" beside the file in dataset.toml.'
_WORKBOOKS = (".xlsx", ".xlsb", ".xls", ".ods")


def file_beside(file: str) -> str:
    """The name of a file that is declared in dataset.toml. Raises ValueError for a place outside its folder."""
    if file.startswith(("/", "\\")) or re.match("[A-Za-z]:", file) or ".." in re.split(r"[/\\]", file):
        raise ValueError(f"'{file[:80]}' is no file beside dataset.toml: copy it there, and give its name alone")
    return file


class Where(Declared):
    """Where a table with labels stands: a CSV file, or the cells `range` ("B9:N40") of a workbook's `sheet`.

    The first row of it holds the labels of the columns, the column `codes` (by default the first) those of the rows.
    Between the cells of a CSV stands what parts its header into most, unless `delimiter` says it; with ';' numbers may
    have decimal commas.
    `blanks = "zero"` says that the office leaves cells of zero empty; of workbooks that holds for xlsx alone, since the
    others give a broken formula as an empty cell.
    """

    file: str
    sheet: str = ""
    range: str = ""
    codes: str = ""
    delimiter: Literal["", ",", ";", "\t"] = ""
    blanks: Literal["", "zero"] = ""

    @property
    def is_workbook(self) -> bool:
        """Whether the file is a workbook by its name."""
        return self.file.lower().endswith(_WORKBOOKS)

    @field_validator("file")
    @classmethod
    def _beside(cls, file: str) -> str:
        return file_beside(file)

    @model_validator(mode="after")
    def _has_cells(self) -> Where:
        if self.is_workbook and not (self.sheet and self.range):
            raise ValueError("a workbook needs sheet and range, such as sheet = 'IOT', range = 'B9:N40'")
        if not self.is_workbook and (self.sheet or self.range):
            raise ValueError(f"'{self.file}' is no workbook, so that sheet and range say nothing")
        if self.range and not _RANGE.fullmatch(self.range):
            raise ValueError(f"'{self.range}' is no range of cells such as B9:N40")
        return self

    def beside(self, file: str, sheet: str) -> Where:
        """The same of another file, whose rows go by the first column."""
        return Where(
            file=file, sheet=sheet, range=self.range if sheet else "", delimiter=self.delimiter, blanks=self.blanks
        )


class ExtensionRow(Declared):
    """A row beneath a table that becomes an extension."""

    row: str
    id: Id
    name: str
    unit: str
    status: Status = "observed"


class LabelledSheet:
    """The cells of a CSV file or of a range of a workbook, by row code and column name, with the lines they stand in.

    Raises InputError where labels stand twice or rows are of another length than the header.
    """

    def __init__(self, download: Download, at: Where) -> None:
        self.where = download.where(at.file) + (f", sheet {at.sheet}" if at.sheet else "")
        self._empty = 0.0 if at.blanks else None
        self._taken: set[tuple[int, str]] = set()
        codes = at.codes
        self._separator, records = ("", _of_workbook(download, at)) if at.is_workbook else _of_text(download, at)
        header = [cell.strip() for cell in records[0][1]]
        body = [(line, cells) for line, cells in records[1:] if any(cell.strip() for cell in cells)]
        problems = [
            uneven(f"{self.where}, line {line}", len(cells), len(header), self._separator)
            for line, cells in body
            if len(cells) != len(header)
        ]
        problems += twice(f"{self.where}, line 1", "column", [name for name in header if name], _ONE)
        if codes and codes not in header:
            remedy = f"Found: {', '.join(header)[:200]}."
            problems.append(Problem(f"{self.where}, line 1", f"column '{codes}' is missing.", remedy))
        if problems:
            raise InputError(problems)
        first = header.index(codes) if codes else 0
        labelled = [(cells[first].strip(), line, cells) for line, cells in body]
        problems = twice(self.where, "row", [label for label, _, _ in labelled if label], _ONE)
        if problems:
            raise InputError(problems)
        self.columns = {label: number for number, label in enumerate(header)}
        self.rows = {label: (line, cells) for label, line, cells in labelled if label}
        marked = (cell.strip() for _, cells in body for k, cell in enumerate(cells) if k != first)
        self._mark = next(filter(shows_mark, marked), "") if self._separator == ";" else ""

    def missing(self, kind: str, labels: Sequence[str], known: Mapping[str, object]) -> list[Problem]:
        """The labels that the file lacks."""
        remedy = f"Found: {', '.join(label for label in known if label)[:200]}."
        if kind == "column" and list(known).count(""):
            remedy += " Columns without a label may lie under a merged cell: write the label above each."
        return [Problem(self.where, f"{kind} '{label}' is missing.", remedy) for label in labels if label not in known]

    def block(self, rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
        """The numbers of rows × columns. Raises InputError with every label missing and every cell that is none."""
        problems = [*self.missing("row", rows, self.rows), *self.missing("column", columns, self.columns)]
        if problems:
            raise InputError(problems)
        values = np.zeros((len(rows), len(columns)))
        texts = iter(self._texts(rows, columns))
        for i, row in enumerate(rows):
            line = self.rows[row][0]
            for j, column in enumerate(columns):
                text = next(texts)
                value = number(text) if text else self._empty
                if not text and value is not None:
                    self._taken.add((line, column))
                if value is None:
                    place = f"{self.where}, line {line}, column '{column}'"
                    problems.append(
                        number_problem(place, text) if text else Problem(place, "the cell is empty.", _BLANK)
                    )
                values[i, j] = value or 0.0
        if problems:
            raise InputError(problems)
        return values

    def _texts(self, rows: Sequence[str], columns: Sequence[str]) -> Sequence[str]:
        """The cells of rows × columns, row by row, with decimal points by the marks of all the file."""
        cells = [self.rows[row][1][self.columns[column]].strip() for row in rows for column in columns]
        shown = [self._mark] if self._mark else []
        return with_points([*cells, *shown], self._separator, self.where)[: len(cells)]

    def noted_block(self, rows: Sequence[str], columns: Sequence[str], problems: list[Problem]) -> NDArray[np.float64]:
        """The numbers of rows × columns; notes the problems and goes on with zeros."""
        try:
            return self.block(rows, columns)
        except InputError as error:
            problems.extend(error.problems)
            return np.zeros((len(rows), len(columns)))

    def notes(self) -> tuple[str, ...]:
        """How many of the cells read so far were empty and taken as zero; nothing where there were none."""
        count = len(self._taken)
        if not count:
            return ()
        cells = f"{count:,} empty cells are" if count > 1 else "1 empty cell is"
        return (f'{self.where}: {cells} taken as zero, as blanks = "zero" says.',)

    def names(self, rows: Sequence[str], column: str) -> tuple[str, ...]:
        """The names of rows from a column of labels; the codes themselves without one."""
        if not column:
            return tuple(rows)
        problems = [*self.missing("row", rows, self.rows), *self.missing("column", [column], self.columns)]
        if problems:
            raise InputError(problems)
        return tuple(self.rows[row][1][self.columns[column]].strip() or row for row in rows)


def _of_text(download: Download, at: Where) -> tuple[str, list[tuple[int, list[str]]]]:
    """What parts the cells of a CSV, and its lines with their numbers."""
    with download.open(at.file) as stream:
        data = stream.read(MOST_BYTES + 1)
    where = download.where(at.file)
    if len(data) > MOST_BYTES:
        raise InputError(Problem(where, f"more than {MOST_BYTES:,} bytes.", "Expected one national table."))
    text = text_of(data, where)
    separator = at.delimiter or separator_in(text)
    records = list(numbered_lines(text, where, separator))
    if not records:
        raise InputError(Problem(where, "the file is empty.", "Copy or download it again."))
    return separator, records


def _of_workbook(download: Download, at: Where) -> list[tuple[int, list[str]]]:
    """The cells of the range as texts, each row with its number in the sheet."""
    sheet = read_sheets(download, at.file, [at.sheet])[at.sheet]
    if at.blanks and not sheet_names(download, at.file):
        what = 'blanks = "zero" is not safe here: in this format a broken formula (#DIV/0!) reads as an empty cell.'
        raise InputError(Problem(download.where(at.file), what, "Save the workbook as xlsx, and name that file."))
    top, left, bottom, right = corners(at.range)
    height, width = sheet.values.shape
    if bottom > height or right > width or top >= bottom or left >= right:
        what = f"the range {at.range} does not lie inside its {height} rows and {width} columns."
        raise InputError(Problem(f"{download.where(at.file)}, sheet {at.sheet}", what, "Correct the range."))
    return [(row + 1, [_written(sheet, row, column) for column in range(left, right)]) for row in range(top, bottom)]


def _written(sheet: Sheet, row: int, column: int) -> str:
    """A cell as text, a number by all its digits."""
    value = sheet.values[row, column]
    return sheet.text(row, column) if np.isnan(value) or value % 1 == 0 else repr(float(value))


def corners(written: str) -> tuple[int, int, int, int]:
    """First row and column and the ends behind the last ones, from 0, of a range such as B9:N40 → (8, 1, 40, 14)."""
    found = _RANGE.fullmatch(written)
    if not found:
        raise ValueError(f"'{written}' is no range of cells")
    first, top, last, bottom = found.groups()
    return int(top) - 1, column_number(first) - 1, int(bottom), column_number(last)
