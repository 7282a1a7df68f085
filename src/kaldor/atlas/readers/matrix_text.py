"""A labelled matrix of numbers from delimited text, block by block: header rows, label columns, and doubles between.

The layout of nearly every published input–output table (EXIOBASE, Eora, OECD and others write it with different
delimiters and numbers of labels). Text goes straight into the array that is returned: no cell becomes a Python object,
and memory stays at the array and one block of text. Numbers are the nearest doubles to their decimal text.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.csv_text import cells_of
from kaldor.atlas.readers.npz import MOST_ARRAY_BYTES
from kaldor.atlas.readers.rows import number, number_problem
from kaldor.errors import InputError, Problem

BLOCK = 2**19
"""Bytes of text that are read at a time: what a processor's own memory holds."""

MOST_LINE_BYTES = 64 * 2**20
"""The longest line that is read; 32,000 numbers of 25 characters take less than a megabyte."""

ROWS_PASSED_ON = 16
"""Rows that are passed on together where a matrix goes straight to a file."""

RowsTo = Callable[[NDArray[np.float64]], object]
"""Takes some rows of a matrix, the next ones at each call; they are overwritten afterwards."""

_ROWS_A_CALL, _NOTES = 1024, 1024


@dataclass(frozen=True, eq=False)
class Matrix:
    """A matrix with its labels: `columns` has one tuple of labels a column, `rows` one a row; values rows × columns.

    `header` are the header lines as they stand in the file, with a line of index names where there is one.
    """

    columns: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    values: NDArray[np.float64]
    header: tuple[str, ...]


def read_matrix(
    stream: BinaryIO,
    where: str,
    *,
    header_rows: int,
    label_columns: int,
    delimiter: str,
    most_bytes: int = MOST_ARRAY_BYTES,
    square: bool = False,
    encoding: str = "utf-8",
    empty: float | None = None,
    rows_to: RowsTo | None = None,
    progress: Callable[[int], None] | None = None,
) -> Matrix:
    """Read a matrix from delimited text (`delimiter` is one character, no blank).

    The first `label_columns` fields of a line are its labels, the others numbers; the first `header_rows` lines hold
    the labels of the columns. A line below them that names the label columns and is empty otherwise, as pandas writes
    it, is passed over. With `square` there are as many rows as columns, and what does not fit into `most_bytes` is
    refused before it is read. `empty` is what an empty cell stands for; without it, an empty cell is a fault.
    With `rows_to` rows are passed on to it as they are read, and the matrix that is returned has labels only.
    `progress` is called with the bytes read so far.

    Raises InputError with the first problems, each with file, line and column: no number, NaN or infinity, an empty
    cell, uneven lines, labels twice, one column only, no lines, more than `most_bytes`.
    """
    lines = _Lines(stream, where, encoding, progress)
    header, columns = _header(lines, header_rows, label_columns, delimiter)
    count = len(columns) if header_rows else _count_fields(lines, delimiter) - label_columns
    _check_width(where, count, len(columns) if square else 1, most_bytes, delimiter)
    body = _Body(
        where, header, columns or ((),) * count, label_columns, delimiter, encoding, most_bytes, square, empty, rows_to
    )
    for text, begin, end in lines.blocks():
        body.read(text, begin, end)
    return body.finished()


class _Lines:
    """The text of a stream: single lines first, then blocks that end where a line ends, all in one buffer."""

    def __init__(self, stream: BinaryIO, where: str, encoding: str, progress: Callable[[int], None] | None) -> None:
        from kaldor.atlas.readers.decimals import PADDING

        self.stream, self.where, self.encoding, self.progress = stream, where, encoding, progress
        self.padding = PADDING
        self.buffer = bytearray(BLOCK + PADDING)
        self.begin = self.end = self.total = 0
        self.ended = False
        self._more()
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            self.begin = 3

    def peek(self) -> str | None:
        """The next line without its end; None at the end of the text."""
        while (stop := self.buffer.find(b"\n", self.begin, self.end)) < 0 and not self.ended:
            self._more()
        if not self._last():
            return None
        line = self.buffer[self.begin : stop if stop >= 0 else self.end].rstrip(b"\r")
        return decoded(bytes(line), self.where, self.encoding)

    def take(self) -> None:
        """Pass over the next line."""
        stop = self.buffer.find(b"\n", self.begin, self.end)
        self.begin = stop + 1 if stop >= 0 else self.end

    def blocks(self) -> Iterator[tuple[bytearray, int, int]]:
        """What is left, in texts that hold whole lines from a place to another, with some padding behind.

        Blank lines at the end of the file are left out.
        """
        while not self.ended:
            # Blank lines may be the end of the file: they wait until more follows.
            stop = self.buffer.rfind(b"\n", self.begin, self._last()) + 1
            if stop > self.begin:
                yield self.buffer, self.begin, stop
                self.begin = stop
            self._more()
        last = self._last()
        if last:
            self.buffer[last] = ord("\n")
            yield self.buffer, self.begin, last + 1

    def _last(self) -> int:
        """Where the text that is held ends, blank lines aside; 0 where there is none."""
        last = self.end
        while last > self.begin and self.buffer[last - 1] in b"\r\n":
            last -= 1
        return last if last > self.begin else 0

    def _more(self) -> None:
        """Move what is left to the front and fill the rest of the buffer, which grows where a line is longer."""
        kept = self.end - self.begin
        if kept > MOST_LINE_BYTES:
            what = f"a line is longer than {MOST_LINE_BYTES:,} bytes."
            raise InputError(Problem(self.where, what, "Expected lines of delimited text."))
        room = len(self.buffer) - self.padding
        larger = len(self.buffer) if kept <= room // 2 else 2 * room + self.padding
        held = self.buffer[self.begin : self.end]
        if larger > len(self.buffer):
            self.buffer = bytearray(larger)
        self.buffer[:kept] = held
        with memoryview(self.buffer) as view:
            read = cast(io.BufferedIOBase, self.stream).readinto(view[kept : len(view) - self.padding])
        self.begin, self.end, self.ended = 0, kept + read, not read
        self.total += read
        if self.progress:
            self.progress(self.total)


class _Body:
    """The array as it fills, its row labels, and the problems found on the way."""

    def __init__(
        self,
        where: str,
        header: tuple[str, ...],
        columns: tuple[tuple[str, ...], ...],
        label_columns: int,
        delimiter: str,
        encoding: str,
        most_bytes: int,
        square: bool,
        empty: float | None,
        rows_to: RowsTo | None,
    ) -> None:
        from kaldor.atlas.readers.decimals import powers_of_five

        self.where, self.header, self.columns, self.labels = where, header, columns, label_columns
        self.delimiter, self.encoding, self.square, self.empty = delimiter, encoding, square, empty
        self.fives = powers_of_five()
        self.most_rows = most_bytes // (8 * len(columns))
        # Untouched memory costs nothing, so a square array is the first guess; it grows or shrinks in place.
        first_guess = ROWS_PASSED_ON if rows_to else max(len(columns), 64)
        self.values = np.empty((min(self.most_rows, first_guess), len(columns)))
        self.rows_to, self.passed_on = rows_to, 0
        self.notes = np.empty((_NOTES, 4), np.int64)
        self.bounds = np.zeros((_ROWS_A_CALL, max(1, label_columns), 2), np.int64)
        self.rows: list[tuple[str, ...]] = []
        self.problems: list[Problem] = []

    def read(self, block: bytearray, begin: int, end: int) -> None:
        """Parse the lines of a block, which stand from `begin` to `end`, into the array."""
        from kaldor.atlas.readers.decimals import NOTES_FULL, VALUES_FULL, parse_rows, words_of

        text, words = np.frombuffer(block, np.uint8), words_of(block, end)
        held = len(self.rows) - self.passed_on
        state = np.array([begin, held, 0, 0, held], np.int64)
        reason = VALUES_FULL
        while reason in (VALUES_FULL, NOTES_FULL):
            reason = parse_rows(
                text,
                words,
                end,
                ord(self.delimiter),
                self.labels,
                self.values.view(np.uint64),
                self.bounds,
                self.notes,
                self.fives,
                state,
            )
            for row, column, start, stop in self.notes[: state[3]].tolist():
                self._note(row, column, start, stop, block)
            state[3] = 0
            if reason == NOTES_FULL:
                continue
            self._keep_labels(block, self.bounds[: state[1] - state[4]].tolist())
            self.bounds[: state[1] - state[4]] = 0  # a line may end before its labels do
            state[4] = state[1]
            if reason == VALUES_FULL and state[1] == len(self.values):
                self._make_room()
                state[1] = state[4] = len(self.rows) - self.passed_on

    def finished(self) -> Matrix:
        """The matrix. Raises InputError with the problems found."""
        if not self.rows:
            raise InputError(Problem(self.where, "there are no lines of numbers.", "Download the file again."))
        if self.square and len(self.rows) != len(self.columns):
            what = f"{len(self.rows):,} rows under {len(self.columns):,} columns; the table should be square."
            self.problems.append(Problem(self.where, what, "It may be cut off: download it again."))
        if self.labels:
            self.problems += _twice(self.where, "row", self.rows)
        if self.problems:
            raise InputError(self.problems)
        if self.rows_to:
            self._pass_on()
        self.values.resize((len(self.rows) - self.passed_on, len(self.columns)), refcheck=False)
        return Matrix(self.columns, tuple(self.rows), self.values, self.header)

    def _make_room(self) -> None:
        """Room for another row: pass on those that are held, or let the array grow."""
        if len(self.rows) >= self.most_rows or (self.square and len(self.rows) >= len(self.columns)):
            limit = (
                f"{len(self.columns):,} rows" if self.square else f"{8 * len(self.columns) * self.most_rows:,} bytes"
            )
            what = f"there are more than {len(self.rows):,} rows of {len(self.columns):,} columns; at most {limit}."
            raise InputError([*self.problems, Problem(self.where, what)])
        if self.rows_to:
            self._pass_on()
            return
        more = min(self.most_rows, len(self.values) + max(64, len(self.values) // 4))
        self.values.resize((more, len(self.columns)), refcheck=False)

    def _pass_on(self) -> None:
        if self.rows_to and not self.problems:
            self.rows_to(self.values[: len(self.rows) - self.passed_on])
        self.passed_on = len(self.rows)

    def _keep_labels(self, block: bytearray, bounds: list[list[list[int]]]) -> None:
        texts = ([bytes(block[begin:end]) for begin, end in row] for row in bounds)
        if not self.labels:
            self.rows += [()] * len(bounds)
            return
        self.rows += [tuple(self._label(text) for text in row) for row in texts]

    def _label(self, text: bytes) -> str:
        label = decoded(text, self.where, self.encoding).strip()
        return "".join(cells_of(label, self.delimiter)[:1]).strip() if label.startswith('"') else label

    def _note(self, row: int, column: int, begin: int, end: int, block: bytearray) -> None:
        """Read a cell that the kernel left, or keep the problem; give up when the first screen is full."""
        from kaldor.atlas.readers.decimals import UNEVEN

        line = f"{self.where}, line {self.passed_on + row + len(self.header) + 1}"
        if column == UNEVEN:
            expected = self.labels + len(self.columns)
            remedy = "Expected as many on every line; the file may be cut off."
            self.problems.append(Problem(line, f"{begin:,} cells, expected {expected:,}.", remedy))
        else:
            text = block[begin:end].decode(self.encoding, "replace").strip().strip('"')
            value = self.empty if not text else number(text) if text.isascii() else None
            if value is not None:
                self.values[row, column] = value
                return
            place = f"{line}, column '{_title(self.columns[column]) or self.labels + column + 1}'"
            none = Problem(
                place, "the cell is empty.", "A table has a figure in every cell: write 0 where nothing flows."
            )
            self.problems.append(number_problem(place, text) if text else none)
        if len(self.problems) >= InputError.shown:
            raise InputError(self.problems)


def decoded(text: bytes, where: str, encoding: str) -> str:
    """Text from bytes. Raises InputError where they are not in the encoding."""
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        shown = text[:40].decode(encoding, "replace")
        raise InputError(Problem(where, f"'{shown}' is not text in {encoding}.", "Download it again.")) from None


def _header(
    lines: _Lines, header_rows: int, label_columns: int, delimiter: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The header lines and the labels of the columns, one tuple each."""
    header: list[str] = []
    cells: list[list[str]] = []
    for _ in range(header_rows):
        header.append(_next_line(lines))
        cells.append(_fields(header[-1], delimiter))
        lines.take()
    following = lines.peek()
    if header_rows and label_columns and following is not None and _names_only(following, label_columns, delimiter):
        header.append(following)
        lines.take()
    widths = [len(row) for row in cells]
    if len(set(widths)) > 1:
        what = f"the header lines have {', '.join(map(str, widths))} cells."
        raise InputError(Problem(f"{lines.where}, line 1", what, "Expected as many on each."))
    columns = tuple(zip(*(row[label_columns:] for row in cells), strict=True))
    problems = _twice(f"{lines.where}, line 1", "column", columns) if header_rows else []
    if problems:
        raise InputError(problems)
    return tuple(header), columns


def _names_only(line: str, label_columns: int, delimiter: str) -> bool:
    cells = _fields(line, delimiter)
    return len(cells) > label_columns and any(cells) and not any(cells[label_columns:])


def _count_fields(lines: _Lines, delimiter: str) -> int:
    return len(_fields(_next_line(lines), delimiter))


def _next_line(lines: _Lines) -> str:
    line = lines.peek()
    if line is None:
        raise InputError(Problem(lines.where, "the file is empty.", "Download it again."))
    return line


def _fields(line: str, delimiter: str) -> list[str]:
    if '"' in line:
        csv.field_size_limit(MOST_LINE_BYTES)
        return [cell.strip() for cell in cells_of(line, delimiter)]
    return [cell.strip() for cell in line.split(delimiter)]


def _check_width(where: str, columns: int, rows: int, most_bytes: int, delimiter: str) -> None:
    if columns < 1:
        shown = {"\t": "a tab", ";": "a semicolon", ",": "a comma"}.get(delimiter, f"'{delimiter}'")
        raise InputError(Problem(f"{where}, line 1", "there is one column only.", f"Cells are expected with {shown}."))
    if 8 * columns * rows > most_bytes:
        what = f"{rows:,} × {columns:,} numbers take {8 * columns * rows:,} bytes; at most {most_bytes:,} are read."
        raise InputError(Problem(where, what))


def _twice(where: str, kind: str, labels: tuple[tuple[str, ...], ...] | list[tuple[str, ...]]) -> list[Problem]:
    if len(set(labels)) == len(labels):
        return []
    counts = Counter(labels)
    return [
        Problem(where, f"the {kind} label '{_title(label)}' stands {count} times.", "Keep one of each label.")
        for label, count in counts.items()
        if count > 1
    ]


def _title(labels: tuple[str, ...]) -> str:
    return " / ".join(label for label in labels if label)
