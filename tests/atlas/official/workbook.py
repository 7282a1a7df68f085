"""Workbooks (xlsx) of some sheets, cell by cell as they are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl

from tests.atlas.official.xlsb import Cell


def write_sheets(path: Path, sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> Path:
    """A workbook of some sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path
