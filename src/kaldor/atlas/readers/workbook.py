"""Sheets of a workbook (xlsx, xlsb, ods, xls) as numbers and texts, whatever somebody put into the file.

The library that reads them lays a sheet out as one dense block: a single cell in the last corner of a hostile file asks
for 400 GB. So it runs in a process of its own with a limit of memory and time, and what it hands back is checked.
"""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.download import DAMAGE, MOST_TIMES_PACKED, Download
from kaldor.errors import InputError, Problem

MOST_BYTES = 512 * 2**20
"""The largest workbook that is read, packed; a world table of 2,500 industries takes 60 MB."""

MOST_MEMORY = 6 * 2**30
"""What reading a workbook may take: 2,472 × 2,689 cells take less than 1 GB."""

MOST_SECONDS = 600

_LIST, _MOST_LIST = "xl/workbook.xml", 2**20


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet from its cell A1: numbers (rows × columns, NaN where a cell holds none) and texts by (row, column)."""

    values: NDArray[np.float64]
    texts: Mapping[tuple[int, int], str]

    def text(self, row: int, column: int) -> str:
        """The text of a cell without surrounding blanks; a whole number as its digits; "" where it is empty."""
        if (row, column) in self.texts:
            return self.texts[row, column].strip()
        inside = row < self.values.shape[0] and column < self.values.shape[1]
        value = self.values[row, column] if inside else np.nan
        return "" if np.isnan(value) else f"{value:g}" if value % 1 else str(int(value))


def sheet_names(download: Download, name: str) -> tuple[str, ...]:
    """The names of an xlsx workbook's sheets, read from its list of them alone; none where it is no such workbook."""
    try:
        with download.open(name) as stream, zipfile.ZipFile(stream) as archive, archive.open(_LIST) as listed:
            text = listed.read(_MOST_LIST).decode("utf-8", "replace")
    except (InputError, KeyError, *DAMAGE):
        return ()
    return tuple(html.unescape(found) for found in re.findall(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"', text))


def read_sheets(download: Download, name: str, sheets: Sequence[str] = ()) -> dict[str, Sheet]:
    """Sheets of a workbook by name; all that hold something, in order, where none are named.

    Raises InputError where the file is no whole workbook, is larger than is read or lacks a sheet.
    """
    described, body = _asked(download, name, sheets)
    return {sheet["name"]: _sheet(sheet, body) for sheet in described}


def _sheet(described: Mapping[str, Any], body: io.BytesIO) -> Sheet:
    values = np.lib.format.read_array(body, allow_pickle=False)
    return Sheet(values, {(row, column): text for row, column, text in described["texts"]})


def _asked(download: Download, name: str, sheets: Sequence[str]) -> tuple[list[Any], io.BytesIO]:
    """What the process that reads the workbook answers: a line of JSON, then arrays."""
    where = download.where(name)
    with download.open(name) as stream:
        data = stream.read(MOST_BYTES + 1)
    _check_packed(where, data)
    command = [sys.executable, "-m", "kaldor.atlas.readers.workbook_process", str(MOST_MEMORY), *sheets]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(Problem(where, f"was not read within {MOST_SECONDS} seconds.")) from None
    line, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        what = "is no whole workbook, or needs more memory than a table does."
        raise InputError(Problem(where, what, "Download it again."))
    answer = json.loads(line)
    if "problem" in answer:
        raise InputError(Problem(where, answer["problem"], "Download it again."))
    return answer["answer"], io.BytesIO(rest)


def _check_packed(where: str, data: bytes) -> None:
    """Refuse by its size and its list of contents alone what a workbook is not."""
    if not data:
        raise InputError(Problem(where, "the file is empty.", "Download it again."))
    if len(data) > MOST_BYTES:
        raise InputError(Problem(where, f"more than {MOST_BYTES:,} bytes; no table is that large."))
    if not data.startswith(b"PK"):
        return  # an xls is no zip: the library tells what it is
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except DAMAGE:
        raise InputError(Problem(where, "is cut off or damaged.", "Download it again.")) from None
    for info in infos:
        if info.file_size > MOST_MEMORY or (
            info.file_size > 2**20 and info.file_size > MOST_TIMES_PACKED * max(1, info.compress_size)
        ):
            what = f"its part {info.filename[:100]} unpacks to {info.file_size:,} bytes, as a zip bomb does."
            raise InputError(Problem(where, what))
