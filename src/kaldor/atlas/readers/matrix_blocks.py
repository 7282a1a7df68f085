"""A matrix without labels, some rows at a time: for files whose whole would not fit into memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.matrix_text import MOST_LINE_BYTES, read_matrix
from kaldor.atlas.readers.parts import Part
from kaldor.errors import InputError, Problem


def row_blocks(part: Part, rows: int, columns: int, block: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """The number of a first row and the `block` rows from it on (fewer at the end), each of `columns` numbers.

    Raises InputError where there are more or fewer rows or columns, or a cell is no number.
    """
    with part.open() as packed:
        stream = io.BufferedReader(cast(io.RawIOBase, packed), 2**20)
        for first in range(0, rows, block):
            count = min(block, rows - first)
            lines = [_line(stream, part.where) for _ in range(count)]
            found = sum(bool(line.strip()) for line in lines)
            if found < count:
                what = f"ends after {first + found:,} of {rows:,} rows."
                raise InputError(Problem(part.where, what, "It is cut off, or the labels are of another release."))
            if columns > 1 and b"," not in lines[0]:
                raise InputError(
                    Problem(f"{part.where}, line {first + 1}", "cells are expected with a comma between them.")
                )
            where = f"{part.where}, rows from {first + 1:,} on"
            cells = lines[0].count(b",") + 1
            if cells != columns:
                what = f"{cells:,} cells in a row; the labels give {columns:,}."
                raise InputError(Problem(where, what, "It is cut off, or the labels are of another release."))
            text, most = io.BytesIO(b"".join(lines)), 8 * columns * count
            matrix = read_matrix(text, where, header_rows=0, label_columns=0, delimiter=",", most_bytes=most)
            yield first, matrix.values
        if _line(stream, part.where).strip():
            raise InputError(
                Problem(part.where, f"goes on after {rows:,} rows.", "The labels may be of another release.")
            )
        stream.detach()


def _line(stream: BinaryIO, where: str) -> bytes:
    line = stream.readline(MOST_LINE_BYTES + 1)
    if len(line) > MOST_LINE_BYTES:
        raise InputError(
            Problem(where, f"a line is longer than {MOST_LINE_BYTES:,} bytes.", "Expected lines of numbers.")
        )
    return line
