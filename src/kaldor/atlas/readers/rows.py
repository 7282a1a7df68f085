"""CSV files from outside, row by row with their line numbers, so that a problem can be named by its place."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kaldor.declared import refuse_special
from kaldor.errors import InputError, Problem, UnknownLabelError

MOST_BYTES = 64 * 2**20
"""The largest CSV file that is read: 64 MB hold some million rows."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # neither tab nor line feed, which a quoted cell may hold


@dataclass(frozen=True)
class Rows:
    """A CSV file: its name for messages, its header, its rows as cells under that header, each with its line."""

    file: str
    header: tuple[str, ...]
    lines: tuple[tuple[int, dict[str, str]], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """All cells of one column, in order."""
        return tuple(cells[name] for _, cells in self.lines)

    def place(self, line: int, column: str = "") -> str:
        """How a message names a line or a cell of this file."""
        return f"{self.file}, line {line}" + (f", column '{column}'" if column else "")


def short_name(path: Path) -> str:
    """A file's name as messages give it: with the folder it lies in."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """The cells of one line of CSV, unstripped; none where it cannot be read as such."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond all measure, or a stray carriage return
        return []


def lines_of(text: str, where: str, delimiter: str = ",") -> Iterator[list[str]]:
    """The cells of each line of a CSV text. Raises InputError at what cannot be read as such."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(Problem(f"{where}, line {reader.line_num}", f"not readable as CSV: {error}.")) from None


def read_rows(path: Path, required: Sequence[str]) -> Rows:
    """Read a CSV file that has at least the `required` columns and one row.

    Cells are stripped of surrounding blanks; a row has as many cells as the header. Raises InputError with every
    problem: file missing, too large, not UTF-8, no rows, columns missing or double, rows too short or too long.
    """
    file = short_name(path)
    return _rows(file, _records(path, file), required)


def rows_of(text: str, where: str, required: Sequence[str]) -> Rows:
    """As `read_rows`, of a CSV text that somebody handed over; messages name it `where`."""
    lines = enumerate(lines_of(text, where), start=1)
    return _rows(where, list(lines), required)


def _rows(file: str, records: list[tuple[int, list[str]]], required: Sequence[str]) -> Rows:
    if not records:
        raise InputError(Problem(file, "the file is empty.", f"Expected a header with {', '.join(required)}."))
    header = tuple(cell.strip() for cell in records[0][1])
    problems = list(_header_problems(file, header, required))
    body = [(line, cells) for line, cells in records[1:] if any(cell.strip() for cell in cells)]
    if not body:
        problems.append(Problem(file, "there are no rows under the header."))
    for line, cells in body:
        if len(cells) != len(header):
            problems.append(Problem(f"{file}, line {line}", f"{len(cells)} cells under {len(header)} columns."))
        if any(_CONTROL.search(cell) for cell in cells):
            problems.append(Problem(f"{file}, line {line}", "there are control characters.", "Save it as plain text."))
    if problems:
        raise InputError(problems)
    lines = ((line, dict(zip(header, (cell.strip() for cell in cells), strict=True))) for line, cells in body)
    return Rows(file, header, tuple(lines))


def number(text: str) -> float | None:
    """The finite number that a cell holds, or None: no blanks, 'NaN', infinities or digit separators."""
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def number_problem(place: str, text: str) -> Problem:
    """What to say of a cell that should hold a number and does not."""
    if not text:
        return Problem(place, "the cell is empty.", "Write a number; leave the row out where the value is missing.")
    return Problem(place, f"'{text[:40]}' is not a finite number.", "Write it with a decimal point, without unit.")


def duplicates(rows: Rows, columns: Sequence[str]) -> Iterator[Problem]:
    """Keys that stand in more than one row of a file."""
    lines: dict[tuple[str, ...], list[int]] = {}
    for line, cells in rows.lines:
        lines.setdefault(tuple(cells[c] for c in columns), []).append(line)
    for key, found in lines.items():
        if len(found) > 1:
            place = rows.place(found[1], columns[0] if len(columns) == 1 else "")
            what = f"'{' / '.join(key)}' stands {len(found)} times (first in line {found[0]})."
            yield Problem(place, what, "Keep one row for each label.")


def unknown_labels(rows: Rows, column: str, kind: str, known: Sequence[str]) -> Iterator[Problem]:
    """Labels of a column that are not among the known ones, each once, with the near match."""
    first: dict[str, int] = {}
    for line, cells in rows.lines:
        if cells[column] and cells[column] not in first:
            first[cells[column]] = line
    strangers = set(first) - set(known)
    for label in islice((label for label in first if label in strangers), 100):  # a near match costs time
        yield Problem(rows.place(first[label], column), f"{UnknownLabelError(kind, label, known)}")


def blanks(rows: Rows, columns: Iterable[str]) -> Iterator[Problem]:
    """Cells that must not be empty and are."""
    for column in columns:
        for line, cells in rows.lines:
            if not cells[column]:
                yield Problem(rows.place(line, column), "the cell is empty.", "Every row needs this label.")


def _records(path: Path, file: str) -> list[tuple[int, list[str]]]:
    refuse_special(path, file)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(Problem(file, f"{size:,} bytes; at most {MOST_BYTES:,} are read.", "Split the file."))
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            return [(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(f"{file}, byte {error.start}", "the text is not UTF-8.", "Save the file as CSV in UTF-8.")
        ) from None
    except csv.Error as error:
        raise InputError(Problem(file, f"not readable as CSV: {error}.")) from None
    except OSError as error:
        raise InputError(Problem(file, f"cannot be read: {error.strerror}.")) from None


def _header_problems(file: str, header: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    for column in required:
        if column not in header:
            yield Problem(f"{file}, line 1", f"column '{column}' is missing.", f"Found: {', '.join(header)[:200]}.")
    for column, count in Counter(header).items():
        if count > 1:
            yield Problem(f"{file}, line 1", f"column '{column}' stands {count} times.")
