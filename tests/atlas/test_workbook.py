"""Workbooks from outside: cells in their places, and hostile files refused without taking the machine down."""

from __future__ import annotations

import zipfile

import numpy as np
import openpyxl
import pytest
import pyxlsb

from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.workbook import read_sheets
from kaldor.errors import InputError
from tests.atlas.official.xlsb import write_xlsb


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "first"
    made.active["C3"], made.active["D4"], made.active["D5"], made.active["B6"] = 1.5, "text", True, 7
    made.create_sheet("second")["A1"] = 2014
    made.save(path)
    return path


def test_cells_keep_their_places_wherever_the_sheet_begins(book):
    sheets = read_sheets(Download(book), book.name)
    assert list(sheets) == ["first", "second"]
    first, second = sheets.values()
    assert first.values.shape == (6, 4)
    assert (first.values[2, 2], first.values[5, 1]) == (1.5, 7)
    assert np.isnan(first.values).sum() == 22
    assert first.texts == {(3, 3): "text", (4, 3): "True"}
    assert (first.text(2, 2), first.text(5, 1), first.text(9, 9), second.text(0, 0)) == ("1.5", "7", "", "2014")


def test_our_smallest_xlsb_is_read_by_two_libraries(tmp_path):
    rows = [["a", 1.25, None], [None, -3e-9, "b"]]
    path = write_xlsb(tmp_path / "small.xlsb", {"one": rows, "two": [["x", 2.0]]})
    sheet = read_sheets(Download(path), path.name, ["one"])["one"]
    with pyxlsb.open_workbook(str(path)) as other, other.get_sheet("one") as page:
        assert [[cell.v for cell in row] for row in page.rows()] == rows
    np.testing.assert_array_equal(sheet.values[:, 1], [1.25, -3e-9])
    assert sheet.texts == {(0, 0): "a", (1, 2): "b"}


def test_a_cell_in_the_last_corner_takes_no_memory(tmp_path):
    made = openpyxl.Workbook()
    made.active["A1"], made.active["XFD1048576"] = 1, 2
    made.save(tmp_path / "corner.xlsx")
    with pytest.raises(InputError, match="more memory than a table"):
        read_sheets(Download(tmp_path / "corner.xlsx"), "corner.xlsx")


def test_what_is_no_whole_workbook_is_refused(book, tmp_path):
    cut, empty, text, bomb = (tmp_path / f"{name}.xlsx" for name in ("cut", "empty", "text", "bomb"))
    cut.write_bytes(book.read_bytes()[:2000])
    empty.write_bytes(b"")
    text.write_bytes(b"a,b\n1,2\n")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 2**24)
    for path, what in ((cut, "cut off"), (empty, "empty"), (text, "not read as a workbook"), (bomb, "zip bomb")):
        with pytest.raises(InputError, match=what):
            read_sheets(Download(path), path.name)


def test_a_sheet_that_is_not_there_is_named(book):
    with pytest.raises(InputError, match="no sheet third; found: first, second"):
        read_sheets(Download(book), book.name, ["third"])


def test_errors_and_formulas_without_a_value_are_no_empty_cells(tmp_path):
    """Excel writes an error as its own kind of cell; a program may write a formula whose value nobody worked out."""
    made = openpyxl.Workbook()
    page = made.active
    page["B2"], page["AA3"], page["C3"], page["D3"] = 4, "=B2+1", "#DIV/0!", "#N/A"
    made.create_sheet("second")["A1"] = "=SUM(first!B2:B3)"
    made.save(tmp_path / "book.xlsx")
    download = Download(tmp_path / "book.xlsx")
    (first,) = read_sheets(download, "book.xlsx").values()
    assert first.texts == {(2, 2): "#DIV/0!", (2, 3): "#N/A", (2, 26): "=B2+1"}
    assert first.values[1, 1] == 4
    with pytest.raises(InputError, match="sheet second is empty, but for formulas whose values are not saved"):
        read_sheets(download, "book.xlsx", ["second"])


def test_a_formula_that_gives_no_text_is_an_empty_cell(tmp_path):
    """As spreadsheet programs save =IF(A1="","",A1): a formula of kind text with an empty value."""
    made = openpyxl.Workbook()
    made.active["A1"], made.active["B1"] = 1, "=REPLACED"
    made.save(tmp_path / "whole.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "whole.xlsx") as whole,
        zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book,
    ):
        for name in whole.namelist():
            text = whole.read(name).replace(b'<c r="B1"><f>REPLACED</f>', b'<c r="B1" t="str"><f>IF(A1=0,1,"")</f>')
            book.writestr(name, text)
    sheet = read_sheets(Download(tmp_path / "book.xlsx"), "book.xlsx")["Sheet"]
    assert sheet.texts == {}
