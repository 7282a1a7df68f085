"""CSV files from outside, row by row with their line numbers, so that a problem can be named by its place."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from kaldor.atlas.readers.csv_text import separator_in, text_of, with_points
from kaldor.declared import refuse_special
from kaldor.errors import InputError, Problem, UnknownLabelError

MOST_BYTES = 64 * 2**20
"""The largest CSV file that is read: 64 MB hold some million rows."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # neither tab nor line feed, which a quoted cell may hold

_MARKED = re.compile(r"[+-]?([0-9]{1,3}([,. '\u2019\u00a0\u202f][0-9]{3})+([,.][0-9]+)?|[0-9]*,[0-9]+)")


@dataclass(frozen=True)
class Rows:
    """A CSV file: its name for messages, its header, its rows as cells under that header, each with its line."""

    file: str
    header: tuple[str, ...]
    lines: tuple[tuple[int, dict[str, str]], ...]
    separator: str = ","

    def column(self, name: str) -> tuple[str, ...]:
        """All cells of one column, in order."""
        return tuple(cells[name] for _, cells in self.lines)

    def with_points(self, columns: Sequence[str]) -> Rows:
        """The same rows, the decimal commas of these columns together written as points.

        Raises InputError as `csv_text.with_points` does.
        """
        if self.separator != ";":
            return self
        cells = iter(
            with_points(
                [row[name] for _, row in self.lines for name in columns], self.separator, self.place_of(columns)
            )
        )
        lines = tuple((line, {**row, **{name: next(cells) for name in columns}}) for line, row in self.lines)
        return replace(self, lines=lines)

    def place_of(self, columns: Sequence[str]) -> str:
        """How a message names columns of this file."""
        many = f"columns '{columns[0]}' to '{columns[-1]}'" if len(columns) > 1 else f"column '{''.join(columns)}'"
        return f"{self.file}, {many}"

    def place(self, line: int, column: str = "") -> str:
        """How a message names a line or a cell of this file."""
        return f"{self.file}, line {line}" + (f", column '{column}'" if column else "")


def short_name(path: Path) -> str:
    """A file's name as messages give it: with the folder it lies in."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


def lines_of(text: str, where: str, delimiter: str = ",") -> Iterator[list[str]]:
    """The cells of each line of a CSV text. Raises InputError at what cannot be read as such."""
    return (cells for _, cells in numbered_lines(text, where, delimiter))


def numbered_lines(text: str, where: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The same with the number of the line, the last where quotes hold several."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from ((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        raise InputError(Problem(f"{where}, line {reader.line_num}", f"not readable as CSV: {error}.")) from None


def read_rows(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """Read a CSV file that has at least the `required` columns and one row; their names may be in capitals.

    Cells are stripped of surrounding blanks; a row has as many cells as the header. Raises InputError with every
    problem: file missing, too large, not UTF-8, no rows, columns missing or double, rows too short or too long.
    """
    file = short_name(path)
    return rows_of(_text(path, file), file, required, optional)


def rows_of(text: str, where: str, required: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """As `read_rows`, of a CSV text that somebody handed over; messages name it `where`."""
    separator = separator_in(text)
    return _rows(where, list(numbered_lines(text, where, separator)), required, optional, separator)


def _rows(
    file: str,
    records: list[tuple[int, list[str]]],
    required: Sequence[str],
    optional: Sequence[str],
    separator: str,
) -> Rows:
    if not records:
        raise InputError(Problem(file, "the file is empty.", f"Expected a header with {', '.join(required)}."))
    records = _without_margin(records)
    named = {name.lower(): name for name in (*required, *optional)}
    header = tuple(named.get(cell.strip().lower(), cell.strip()) for cell in records[0][1])
    problems = list(_header_problems(file, header, required))
    body = [(line, cells) for line, cells in records[1:] if any(cell.strip() for cell in cells)]
    if not body:
        problems.append(Problem(file, "there are no rows under the header."))
    for line, cells in body:
        if len(cells) != len(header):
            problems.append(uneven(f"{file}, line {line}", len(cells), len(header), separator))
        if any(_CONTROL.search(cell) for cell in cells):
            problems.append(Problem(f"{file}, line {line}", "there are control characters.", "Save it as plain text."))
    if problems:
        raise InputError(problems)
    lines = ((line, dict(zip(header, (cell.strip() for cell in cells), strict=True))) for line, cells in body)
    return Rows(file, header, tuple(lines), separator)


def _without_margin(records: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The lines without the columns at their end that have neither name nor cell, as spreadsheets leave them."""
    header = [cell.strip() for cell in records[0][1]]
    width = len(header)
    while (
        width and not header[width - 1] and not any(cell.strip() for _, cells in records for cell in cells[width - 1 :])
    ):
        width -= 1
    return [(line, cells[:width]) for line, cells in records] if width and width < len(header) else records


def uneven(place: str, cells: int, columns: int, separator: str) -> Problem:
    """A line of more or fewer cells than the header: what the likely cause is."""
    if cells > columns:
        remedy = f"Put texts that hold a '{separator}' in quotes; a number has no mark of thousands."
    else:
        remedy = "The line may be cut off, or a title above the header: the first line must name every column."
    return Problem(place, f"{cells} cell{'s' * (cells != 1)} under {columns} column{'s' * (columns != 1)}.", remedy)


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
    if text.startswith("="):
        remedy = "Open the workbook in a spreadsheet program and save it, so that it holds the values too."
        return Problem(place, f"the formula '{text[:40]}' has no saved value.", remedy)
    if _MARKED.fullmatch(text):
        what = (
            f"'{text[:40]}' is not a finite number: it holds a mark of thousands, or a decimal comma that may be one."
        )
        return Problem(place, what, "Write 3473.35, or 3473,35 in a file with ';' between its cells.")
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


def twice(where: str, kind: str, labels: Iterable[str], remedy: str = "") -> list[Problem]:
    """Labels that stand more than once among those of a list, a row or a column."""
    counts = Counter(labels)
    return [Problem(where, f"{kind} '{label}' stands {n} times.", remedy) for label, n in counts.items() if n > 1]


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


def _text(path: Path, file: str) -> str:
    refuse_special(path, file)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(Problem(file, f"{size:,} bytes; at most {MOST_BYTES:,} are read.", "Split the file."))
        return text_of(path.read_bytes(), file)
    except OSError as error:
        raise InputError(Problem(file, f"cannot be read: {error.strerror}.")) from None


def _header_problems(file: str, header: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    for column in required:
        if column not in header:
            yield Problem(f"{file}, line 1", f"column '{column}' is missing.", f"Found: {', '.join(header)[:200]}.")
    for column, count in Counter(header).items():
        if count > 1:
            remedy = "Keep one of them, or give the other another name."
            yield Problem(f"{file}, line 1", f"column '{column}' stands {count} times.", remedy)
