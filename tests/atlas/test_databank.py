"""Exports of the World Bank's DataBank, years down and years across, and ten ways to spoil one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.official.damage import DAMAGES, Damageable, assert_refused
from tests.atlas.official.workbook import write_sheets

FILE = "P_Data_Extract.xlsx"
DOWN = [
    ["Country Code", "Time Code", "NY.GDP.PCAP.KD", "SL.UEM.TOTL.ZS"],
    ["POL", "YR2019", 15_000.5, 3.25],
    ["POL", "YR2020", 14_700, None],
    ["XKX", "YR2019", 4_000, ".."],
    ["EUU", "YR2019", 30_000, 6.0],
]
METADATA = [
    ["Code", "License Type", "Indicator Name", "Unit of measure"],
    ["NY.GDP.PCAP.KD", "CC BY-4.0", "GDP per capita (constant 2015 US$)", None],
    ["SL.UEM.TOTL.ZS", "CC BY-4.0", "Unemployment, total", "% of labour force"],
]


def write(folder: Path, rows: list[list] | None = None) -> Path:
    return write_sheets(folder / FILE, {"Data": rows or DOWN, "Series - Metadata": METADATA})


def cells(store: Store, id: str) -> list[tuple]:
    columns = ["indicator", "region", "year", "value", "unit"]
    return sorted(store.indicators(id)[columns].itertuples(index=False, name=None))


EXPECTED = [
    ("NY.GDP.PCAP.KD", "POL", 2019, 15_000.5, "constant 2015 US$"),
    ("NY.GDP.PCAP.KD", "POL", 2020, 14_700.0, "constant 2015 US$"),
    ("NY.GDP.PCAP.KD", "XKX", 2019, 4_000.0, "constant 2015 US$"),
    ("SL.UEM.TOTL.ZS", "POL", 2019, 3.25, "% of labour force"),
]


def test_years_down_the_rows_of_a_workbook(tmp_path):
    store = Store(tmp_path / "store")
    report = add(write(tmp_path), store)
    assert report.added[0].id == "databank"
    assert cells(store, "databank") == EXPECTED
    assert any("EUU" in note for note in report.added[0].source.notes)


def test_years_across_the_columns_of_a_csv(tmp_path):
    (tmp_path / "export.csv").write_text(
        "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]\n"
        "Poland,POL,GDP per capita (constant 2015 US$),NY.GDP.PCAP.KD,15000.5,14700\n"
        "Kosovo,XKX,GDP per capita (constant 2015 US$),NY.GDP.PCAP.KD,4000,..\n"
        "Poland,POL,Unemployment (% of labour force),SL.UEM.TOTL.ZS,3.25,\n"
        ",,,,,\nData from database: World Development Indicators,,,,,\nLast Updated: 01/01/2026,,,,,\n"
    )
    store = Store(tmp_path / "store")
    add(tmp_path / "export.csv", store, as_id="across")
    assert cells(store, "across") == EXPECTED


def test_series_named_with_their_code_in_brackets(tmp_path):
    rows = [
        ["Country Name", "Country Code", "Time", "Time Code", "Gini index [SI.POV.GINI]"],
        ["Poland", "POL", 2019, "YR2019", 30.2],
    ]
    store = Store(tmp_path / "store")
    add(write(tmp_path, rows), store, as_id="gini")
    assert cells(store, "gini") == [("SI.POV.GINI", "POL", 2019, 30.2, "not stated")]
    assert store.indicators("gini")["source"].tolist() == ["Gini index"]


def changed(row: int, column: int, cell: object):
    rows = [list(line) for line in DOWN]
    rows[row][column] = cell
    return lambda folder: write(folder, rows)


HURT = {
    "reordered": changed(0, 0, "Code"),  # the labels of the rows are no longer known
    "wrong delimiter": lambda folder: (folder / FILE).write_text("Country Code;Time Code\n"),
    "wrong year": changed(1, 1, "2019Q1"),
    "text in numbers": changed(1, 2, "n/a"),
    "duplicated labels": changed(2, 1, "YR2019"),
    "missing extension": lambda folder: write_sheets(folder / FILE, {"Datos": DOWN, "Series - Metadata": METADATA}),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_export_is_refused_and_nothing_is_left(kind, tmp_path):
    folder = tmp_path / "download"
    folder.mkdir()
    write(folder)
    damaged = folder
    if kind in HURT:
        HURT[kind](folder)
    else:
        damaged = DAMAGES[kind](folder, Damageable(FILE, "", ""))
    store = Store(tmp_path / "store")
    assert_refused(damaged, store, "download")
    assert store.datasets() == []


def test_an_error_of_a_spreadsheet_is_told_what_to_write(tmp_path):
    folder = tmp_path / "download"
    folder.mkdir()
    changed(1, 2, "#N/A")(folder)
    with pytest.raises(InputError, match=r"'#N/A' is not a finite number\. Leave the cell empty, or write '\.\.'"):
        add(folder, Store(tmp_path / "store"))
