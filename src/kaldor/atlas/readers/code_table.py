"""A list of codes as a table of texts, whichever file its publisher puts it into: CSV or tabs, workbook, JSON."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from kaldor.atlas.readers.csv_text import header_cells, text_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.text_table import TextTable, parse_table, unpacked_text
from kaldor.atlas.readers.workbook import Sheet, read_sheets
from kaldor.errors import InputError, Problem

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".json")


def columns_seen(download: Download, name: str) -> list[list[str]]:
    """The columns that a file has; of a workbook, those of each sheet. None where it cannot be read."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in (".xlsx", ".json"):
        return [header_cells(download, name)]
    try:
        return [list(table.columns) for table in _tables(download, name)]
    except InputError:
        return []


def code_table(download: Download, name: str, sheet: int = 0, *, windows: bool = False) -> TextTable:
    """The table of a file; of a workbook, that of the sheet with this number. Raises InputError.

    `windows` says that the publisher writes this text in Windows-1252.
    """
    table = _tables(download, name, windows)[sheet]
    if not len(table):
        raise InputError(Problem(table.where, "there are no rows under the header."))
    return table


def _tables(download: Download, name: str, windows: bool = False) -> list[TextTable]:
    suffix, where = PurePosixPath(name).suffix.lower(), download.where(name)
    if suffix == ".xlsx":
        return [_of_sheet(sheet, f"{where}, sheet {title}") for title, sheet in read_sheets(download, name).items()]
    data = unpacked_text(download, name)
    if suffix == ".json":
        return [_of_records(data, where)]
    return [parse_table(where, _from_windows(data, where) if windows else data, ())]


def _from_windows(data: bytes, where: str) -> bytes:
    """The bytes in UTF-8; what is no UTF-8 is Windows-1252."""
    try:
        return text_of(data, where).encode()
    except InputError:
        return data.decode("cp1252", errors="replace").encode()


def _of_sheet(sheet: Sheet, where: str) -> TextTable:
    height, width = sheet.values.shape
    header = {sheet.text(0, column): column for column in range(width) if sheet.text(0, column)}
    rows = [row for row in range(1, height) if any(sheet.text(row, column) for column in header.values())]
    texts = {label: [sheet.text(row, column) for row in rows] for label, column in header.items()}
    return _table(where, texts, [row + 1 for row in rows])


def _of_records(data: bytes, where: str) -> TextTable:
    """The list of commodities as UN Comtrade gives it: results with id, text ('01 - Animals; live') and parent."""
    try:
        found: Any = json.loads(data)
        records = [record for record in found["results"] if record["parent"] != "#"]
        texts = {key: [str(record[key]) for record in records] for key in ("id", "text", "parent")}
    except (ValueError, RecursionError, KeyError, TypeError):
        what = "is no list of codes: expected results, each with id, text and parent."
        raise InputError(Problem(where, what, "Download it again.")) from None
    names = [name.removeprefix(f"{code} - ") for code, name in zip(texts["id"], texts["text"], strict=True)]
    return _table(where, {**texts, "text": names}, list(range(1, len(names) + 1)))


def _table(where: str, texts: dict[str, list[str]], lines: list[int]) -> TextTable:
    import pyarrow as pa

    columns = {label: pa.chunked_array([pa.array(cells, pa.string())]) for label, cells in texts.items()}
    return TextTable(where, columns, np.array(lines, np.int64))
