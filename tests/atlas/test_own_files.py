"""Files of one's own as spreadsheets, other systems and mistakes leave them: read right, or refused in one sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError

OWN = "indicator,region,year,value,unit\n"
ROW = "gdp,DEU,2019,1.5,bn\n"
SEMICOLONS = "indicator;region;year;value;unit\ngdp;DEU;2019;1,5;bn\n"
PAGE = "<!-- wall -->\n<html><body>Please log in</body></html>"


def read(tmp_path: Path, path: Path) -> list[tuple]:
    store = Store(tmp_path / "store")
    add(path, store, as_id="own")
    frame = store.indicators("own")[["region", "year", "value", "unit"]]
    return list(frame.itertuples(index=False, name=None))


def refused(tmp_path: Path, path: Path) -> str:
    store = Store(tmp_path / "store")
    with pytest.raises(InputError) as told:
        add(path, store, as_id="own")
    assert not store.listing().datasets
    return str(told.value)


def file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(tmp_path: Path, *members: tuple[str, str | bytes]) -> Path:
    path = tmp_path / "own.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_the_empty_columns_that_a_spreadsheet_leaves_at_the_end(tmp_path):
    text = "indicator,region,year,value,unit,,\ngdp,DEU,2019,1.5,bn,,\n,,,,,,\n"
    assert read(tmp_path, file(tmp_path, "own.csv", text)) == [("DEU", 2019, 1.5, "bn")]


def test_a_column_without_a_name_that_holds_something_is_no_margin(tmp_path):
    message = refused(
        tmp_path, file(tmp_path, "own.csv", "indicator,region,year,value,unit,,\ngdp,DEU,2019,1.5,bn,,x\n")
    )
    assert "own.csv, line 1: column '' stands 2 times" in message


def test_two_marks_of_utf8(tmp_path):
    assert read(tmp_path, file(tmp_path, "own.csv", b"\xef\xbb\xbf" * 2 + (OWN + ROW).encode())) == [
        ("DEU", 2019, 1.5, "bn")
    ]


def test_a_zip_made_on_a_mac(tmp_path):
    beside = b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(100)
    path = zipped(tmp_path, ("own.csv", OWN + ROW), ("__MACOSX/._own.csv", beside), (".DS_Store", b"\0\0\0\1Bud1"))
    assert read(tmp_path, path) == [("DEU", 2019, 1.5, "bn")]


def test_several_files_side_by_side_are_all_read(tmp_path):
    file(tmp_path, "own/a.csv", OWN + ROW)
    file(
        tmp_path,
        "own/b.csv",
        SEMICOLONS.replace("DEU", "FRA").replace("unit", "unit;status").replace("bn", "bn;estimated"),
    )
    assert read(tmp_path, tmp_path / "own") == [("DEU", 2019, 1.5, "bn"), ("FRA", 2019, 1.5, "bn")]


def test_what_stands_in_two_files_or_in_two_units_is_refused_by_both_places(tmp_path):
    file(tmp_path, "own/a.csv", OWN + ROW)
    file(tmp_path, "own/b.csv", OWN + ROW + "gdp,FRA,2019,3,mn\n")
    message = refused(tmp_path, tmp_path / "own")
    assert "own/b.csv, line 2: 'gdp / DEU / 2019' stands in two files (also own/a.csv, line 2)" in message
    assert "own/b.csv, line 3, column 'unit': 'gdp' is in 'mn' here and in 'bn' above" in message


def test_a_file_beside_them_that_is_none_is_named(tmp_path):
    file(tmp_path, "own/a.csv", OWN + ROW)
    file(tmp_path, "own/notes.csv", "who,what\nme,checked\n")
    assert "own/notes.csv, line 1: column 'indicator' is missing" in refused(tmp_path, tmp_path / "own")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.csv", f"sep=;\n{SEMICOLONS}", "own.csv, line 1: 'sep=;' is no header but a line for one spreadsheet"),
        ("own.csv", (OWN + ROW).encode("utf-16-le"), "own.csv: the text is not UTF-8, nor UTF-16 that says so"),
        ("own.csv", (OWN + ROW).encode("utf-32"), "own.csv: the text is not UTF-8, nor UTF-16 that says so"),
        ("own.csv", PAGE, "own.csv: is a web page where the file should be"),
        ("own.csv", b"PK\x03\x04" + bytes(60), "own.csv: is a zip or a workbook under the name of a text"),
        ("own.xlsx", OWN + ROW, "own.xlsx: is no whole xlsx file"),
        ("own.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "own.xlsx: is protected by a password"),
        ("own.xls", PAGE, "own.xls: is a web page"),
        ("own.csv", f"{OWN}gdp,DEU,2019,−5,bn\n", "line 2, column 'value': '−5' is not a finite number"),
        ("own.csv", f"{OWN}gdp,DEU,2019,1e400,bn\n", "line 2, column 'value': '1e400' is not a finite number"),
        ("own.csv", SEMICOLONS.replace("1,5", "1.234.567,5"), "column 'value': '1.234.567,5' is not a finite number"),
    ],
)  # fmt: skip
def test_what_a_file_really_is_stands_in_the_message(name, content, said, tmp_path):
    assert said in refused(tmp_path, file(tmp_path, name, content))


def test_a_workbook_of_ones_own_is_told_what_to_do(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(OWN.strip().split(","))
    book.save(tmp_path / "own.xlsx")
    assert "save the sheet as CSV, or declare its cells in dataset.toml" in refused(tmp_path, tmp_path / "own.xlsx")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_a_name_twice_is_refused(tmp_path):
    path = zipped(tmp_path, ("own.csv", OWN + ROW), ("own.csv", OWN + ROW.replace("1.5", "9")))
    assert "own.zip/own.csv: stands 2 times in the zip" in refused(tmp_path, path)


def test_a_zip_of_zips_is_told_to_be_unpacked(tmp_path):
    inner = zipped(tmp_path, ("own.csv", OWN + ROW)).read_bytes()
    assert "holds zips alone: unpack them" in refused(tmp_path, zipped(tmp_path, ("inner.zip", inner)))


def test_a_header_in_another_encoding_is_named_with_its_line(tmp_path):
    """The header of an official file, which the library for large tables turns into texts by itself."""
    header = '"Country Name","Country Code","Indicator Name","Indicator Code","2019","Größe"\n'.encode("latin-1")
    path = file(tmp_path, "WDI.csv", header + b'"Poland","POL","One (kt)","A.ONE","1",""\n')
    assert "WDI.csv, line 1, byte 74: the text is not UTF-8 (perhaps Windows-1252" in refused(tmp_path, path)
