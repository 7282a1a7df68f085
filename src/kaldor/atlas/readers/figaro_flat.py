"""FIGARO's flat format: one line a cell, with the labels of its row and column, brought back into a matrix."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.rows import number, number_problem
from kaldor.errors import InputError, Problem

MOST_LINES = 2**28
"""The largest number of lines that is read: a table of 46 regions by 64 industries has 9.4 million."""

MOST_LABELS = 2**16

_HEADER = re.compile(r"(?P<row>icioi?Row),(?P<column>icioi?Col),refArea,row[IP]i,counterpartArea,col[IP]i,obsValue")
_VALUE = "obsValue"


def read_flat(
    stream: BinaryIO, where: str, header: str
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
    """The labels of rows and of columns (AR_A01), in the order in which they first stand, and the cells between.

    `header` is the first line; area and code stand in it once more, apart, and are passed over.
    Raises InputError where it is another, a line is uneven or holds no finite number, or a cell is not there exactly
    once.
    """
    import pyarrow as pa
    from pyarrow import csv

    found = _HEADER.fullmatch(header.replace('"', "").strip())
    if not found:
        what = (
            f"expected the columns icioiRow, icioiCol, refArea … {_VALUE}." if header.strip() else "the file is empty."
        )
        raise InputError(Problem(f"{where}, line 1", what, f"Found: {header[:200]}." if header.strip() else ""))
    names = [found["row"], found["column"], _VALUE]
    label = pa.dictionary(pa.int32(), pa.string())
    options = csv.ConvertOptions(include_columns=names, column_types={names[0]: label, names[1]: label}, null_values=[])
    try:
        reader = csv.open_csv(stream, csv.ReadOptions(block_size=2**24), convert_options=options)
        parts, line = [], 2
        for batch in reader:
            parts.append(_batch(batch, where, line))
            line += batch.num_rows
    except pa.ArrowInvalid as error:
        raise InputError(Problem(where, f"not readable as CSV ({str(error)[:160].rstrip('.')}).")) from None
    if not parts:
        raise InputError(Problem(where, "there are no lines under the header.", "Download it again."))
    left, top = _Index(), _Index()
    row = np.concatenate([left.of(part[0]) for part in parts])
    column = np.concatenate([top.of(part[1]) for part in parts])
    cells = _placed(where, row, column, np.concatenate([part[2] for part in parts]), left.labels, top.labels)
    return tuple(left.labels), tuple(top.labels), cells


class _Index:
    """Labels numbered in the order in which they first stand."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self._number: dict[str, int] = {}

    def of(self, coded: tuple[NDArray[np.int64], list[str]]) -> NDArray[np.int64]:
        """The numbers of a batch's labels, given as codes into a list."""
        codes, labels = coded
        for label in labels:
            if label not in self._number:
                self._number[label] = len(self.labels)
                self.labels.append(label)
        return np.array([self._number[label] for label in labels], np.int64)[codes]


def _batch(
    batch: Any, where: str, line: int
) -> tuple[tuple[NDArray[np.int64], list[str]], tuple[NDArray[np.int64], list[str]], NDArray[np.float64]]:
    """Of one block of lines, the first being `line`: the labels of rows and columns as codes, and the values."""
    import pyarrow as pa

    row, column, value = batch.columns
    is_number = pa.types.is_floating(value.type) or pa.types.is_integer(value.type)
    values = value.cast(pa.float64()).to_numpy(zero_copy_only=False) if is_number else np.full(len(value), np.nan)
    if not np.isfinite(values).all():
        texts = [("" if cell is None else str(cell)) for cell in value.to_pylist()]
        at = next(place for place, text in enumerate(texts) if number(text) is None)
        raise InputError(number_problem(f"{where}, line {line + at}, column '{_VALUE}'", texts[at]))
    if max(len(row.dictionary), len(column.dictionary)) > MOST_LABELS:
        raise InputError(Problem(where, f"more than {MOST_LABELS:,} labels; no table has as many."))
    return _coded(row), _coded(column), values


def _coded(labels: Any) -> tuple[NDArray[np.int64], list[str]]:
    return labels.indices.to_numpy(zero_copy_only=False).astype(np.int64), labels.dictionary.to_pylist()


def _placed(
    where: str,
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    values: NDArray[np.float64],
    rows: list[str],
    columns: list[str],
) -> NDArray[np.float64]:
    if len(rows) * len(columns) > MOST_LINES:
        raise InputError(Problem(where, f"{len(rows):,} × {len(columns):,} labels; no table has as many."))
    times = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
    wrong = np.flatnonzero(times != 1)
    if len(wrong):
        i, j = divmod(int(wrong[0]), len(columns))
        count = int(times[wrong[0]])
        what = f"{rows[i]} → {columns[j]} stands {count} times ({len(wrong):,} such cells)."
        raise InputError(Problem(where, what, "Every cell has one line; the file may be cut off: download it again."))
    matrix = np.empty(len(rows) * len(columns))
    matrix[row * len(columns) + column] = values
    return matrix.reshape(len(rows), len(columns))
