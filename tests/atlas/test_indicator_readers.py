"""Official files of indicators and lists of codes: read as pandas reads them, recognised, refused when damaged.

The layouts are those that the module docstrings cite; pandas, which knows nothing of them, is the independent parser.
"""

from __future__ import annotations

import gzip
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers import text_table
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.known import recognise
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.official import indicators as official


def added(tmp_path, path, id):
    store = Store(tmp_path / "store")
    report = add(path, store, id)
    return report, store.indicators(id)


def values(frame):
    return frame.set_index(["indicator", "region", "year", "sector"])["value"].sort_index()


def test_the_bulk_file_equals_what_pandas_makes_of_it(tmp_path):
    folder = official.wdi_bulk(tmp_path / "wdi")
    report, frame = added(tmp_path, folder, "wdi")
    wide = pd.read_csv(folder / "WDICSV.csv", encoding="utf-8-sig")
    long = wide.melt(["Country Name", "Country Code", "Indicator Name", "Indicator Code"], var_name="year").dropna()
    long = long[long["Country Code"] != "ARB"]
    expected = long.set_index([long["Indicator Code"], long["Country Code"], long["year"].astype(int)])["value"]
    found = frame.set_index(["indicator", "region", "year"])["value"]
    assert found.to_dict() == expected.to_dict()
    assert set(frame["unit"]) == {"current US$", "base year varies by country"}
    assert report.recognised == "World Bank indicators, wide by year (WDICSV.csv)"
    assert any("ARB" in note for note in report.added[0].source.notes)


def test_a_zip_of_the_bulk_file_is_read_in_place(tmp_path):
    folder = official.wdi_bulk(tmp_path / "wdi")
    with zipfile.ZipFile(tmp_path / "WDI_CSV.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    _, zipped = added(tmp_path, tmp_path / "WDI_CSV.zip", "zipped")
    _, plain = added(tmp_path, folder, "plain")
    assert values(zipped).to_dict() == values(plain).to_dict()


def test_one_indicators_file_and_pages_of_the_api(tmp_path):
    _, single = added(tmp_path, official.wdi_single(tmp_path / "single"), "single")
    assert single[["region", "year", "value"]].to_numpy().tolist() == [["DEU", 2018, 4.0e12], ["DEU", 2020, 3.9e12]]
    _, pages = added(tmp_path, official.wdi_pages(tmp_path / "pages"), "pages")
    assert pages[["region", "year", "value"]].to_numpy().tolist() == [
        ["DEU", 2001, 4.0e12 + 1], ["DEU", 2002, 4.0e12 + 2],
    ]  # fmt: skip


def test_the_penn_world_table_equals_what_pandas_makes_of_it(tmp_path):
    path = official.pwt(tmp_path / "pwt")
    report, frame = added(tmp_path, path, "pwt")
    wide = pd.read_excel(path, sheet_name="Data", engine="openpyxl")
    long = wide.melt(["countrycode", "year"], ["rgdpo", "pop", "xr"], var_name="indicator").dropna()
    expected = long.set_index(["indicator", "countrycode", "year"])["value"].astype(float)
    assert frame.set_index(["indicator", "region", "year"])["value"].to_dict() == expected.to_dict()
    units = dict(zip(frame["indicator"], frame["unit"], strict=True))
    assert units == {"rgdpo": "mil. 2017US$", "pop": "millions", "xr": "not stated"}
    guessed = frame[frame["status"] == "estimated"][["indicator", "region", "year"]].to_numpy().tolist()
    assert sorted(guessed) == [["rgdpo", "BRA", 2018], ["rgdpo", "DEU", 2018]]
    assert report.recognised == "Penn World Table 100.1"


def test_ilostat_keeps_classes_apart_and_says_what_is_imputed(tmp_path):
    _, frame = added(tmp_path, official.ilostat(tmp_path / "ilo"), "ilo")
    id = "EMP_TEMP_SEX_ECO_NB_A"
    assert frame[["indicator", "region", "sector", "value", "unit", "status"]].to_numpy().tolist() == [
        [f"{id}:SEX_F", "DEU", "ECO_ISIC4_C", 1890.5, "thousands", "observed"],
        [f"{id}:SEX_M", "DEU", "ECO_ISIC4_C", 5600.25, "thousands", "observed"],
        [f"{id}:SEX_F", "BRA", "ECO_ISIC4_C", 3700.0, "thousands", "estimated"],
    ]


def test_sdmx_of_two_agencies(tmp_path):
    _, eurostat = added(tmp_path, official.sdmx_eurostat(tmp_path / "estat"), "estat")
    columns = ["indicator", "region", "sector", "value", "unit", "status"]
    assert eurostat[columns].to_numpy().tolist() == [
        ["NAMA_10_A64", "DEU", "C24", 17250.5, "CP_MEUR", "observed"],
        ["NAMA_10_A64", "GRC", "C24", 1100.0, "CP_MEUR", "estimated"],
    ]
    report, oecd = added(tmp_path, official.sdmx_oecd(tmp_path / "oecd"), "oecd")
    assert oecd[columns].to_numpy().tolist() == [
        ["DF_STAN:MEASURE=PROD", "DEU", "C29", 450.5e6, "EUR", "observed"],
        ["DF_STAN:MEASURE=VALU", "DEU", "C29", 140e6, "EUR", "estimated"],
    ]
    assert any("1 values of parts of years" in note for note in report.added[0].source.notes)


@pytest.mark.parametrize("id", list(official.CODE_LISTS))
def test_lists_of_codes_have_parents_and_levels_and_survive_export(tmp_path, id):
    store = Store(tmp_path / "store")
    path = official.code_list(tmp_path / id, id)
    report = add(path, store)
    assert report.added[0].id == id
    frame = store.codes(id)
    assert frame["level"].tolist()[:2] == [1, 2]
    parents = dict(zip(frame["code"], frame["parent"], strict=True))
    assert all(parent == "" or parent in parents for parent in parents.values())
    (exported,) = [p for p in store.export(id, tmp_path / "out") if p.suffix == ".csv"]
    assert add(exported, store, f"{id}-again").added[0].content_hash == report.added[0].content_hash


def test_divisions_belong_to_the_section_above_them(tmp_path):
    store = Store(tmp_path / "store")
    add(official.code_list(tmp_path / "isic", "isic"), store)
    frame = store.codes("isic")
    assert dict(zip(frame["code"], frame["parent"], strict=True)) == {
        "A": "", "01": "A", "011": "01", "B": "", "05": "B",
    }  # fmt: skip
    assert store.info("isic").years == (2008,)


def text(change):
    """A damage done to a text file."""
    return lambda path: path.write_text(change(path.read_text("utf-8-sig")))


def packed(change):
    """A damage done to the text inside a gzip file."""
    return lambda path: path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()).decode()).encode()))


def drop(column):
    def change(content):
        header, *rest = content.split("\n")
        return "\n".join([header.replace(column, "other"), *rest])

    return change


WDI = ("wdi_bulk", "WDICSV.csv")
SDMX = ("sdmx_eurostat", "estat_nama_10_a64.csv")
ILO = ("ilostat", "EMP_TEMP_SEX_ECO_NB_A.csv.gz")


def no_years(content):
    return content.replace("2018", "y1").replace("2019", "y2").replace("2020", "y3")


def swap(old, new):
    return lambda content: content.replace(old, new)


def first_row_again(content):
    return content + content.split("\n")[1] + "\n"


def only_aggregates(content):
    return content.replace("DEU", "EUU").replace("XKX", "EAS")


def raw(change):
    return lambda path: path.write_bytes(change(path.read_bytes()))


DAMAGES = [
    (WDI, "cut", text(lambda t: t[: t.rindex('"NY.')]), "cells under"),
    (WDI, "no codes", text(swap('"Country Code"', '"Code"')), "column 'Country Code' is missing"),
    (WDI, "wrong delimiter", text(swap(",", ";")), "is missing"),
    (WDI, "wrong year", text(no_years), "no column is a year"),
    (WDI, "text in numbers", text(swap("103.5", "hundred")), "line 3, column '2018': 'hundred' is not"),
    (WDI, "row twice", text(first_row_again), "NY.GDP.MKTP.CD / DEU / 2018 stands twice"),
    (WDI, "column twice", text(swap('"2019"', '"2018"')), "column '2018' stands 2 times"),
    (WDI, "empty", text(lambda t: "\n" * 3), "nothing that Kaldor reads|empty|missing"),
    (WDI, "only aggregates", text(only_aggregates), "no value of a known country"),
    (WDI, "infinite", text(swap("103.5", "1e999")), "'1e999' is not a finite number"),
    (SDMX, "cut", text(lambda t: t[: t.index("OBS_FLAG") + 40]), "cells under"),
    (SDMX, "no region", text(drop("geo")), "no column is known to hold countries"),
    (SDMX, "wrong year", text(swap(",2019,", ",last year,")), "'last year' is no period"),
    (SDMX, "text in numbers", text(swap("17250.5", "17 250.5 mn")), "is not a finite number"),
    (SDMX, "row twice", text(first_row_again), "stands twice"),
    (SDMX, "not UTF-8", raw(lambda b: b.replace(b"C24", b"C\xff24", 1)), "UTF8|UTF-8"),
    (ILO, "cut", raw(lambda b: b[:-60]), "not a whole gzip"),
    (ILO, "column missing", packed(drop("obs_value")), "column 'obs_value' is missing"),
    (ILO, "text in numbers", packed(swap("1890.5", "many")), "'many' is not a finite number"),
    (ILO, "wrong year", packed(swap("2019", "MMXIX")), "'MMXIX' is no time"),
    (ILO, "several indicators", packed(lambda t: t.replace("_NB_A,SEX_F", "_RT_A,SEX_F", 1)), "holds 2 indicators"),
    (ILO, "zip bomb", raw(lambda b: gzip.compress(bytes(64 * 2**20))), "zip bomb"),
    (ILO, "row twice", packed(first_row_again), "stands twice"),
    (ILO, "empty", raw(lambda b: gzip.compress(b"")), "the file is empty"),
]


@pytest.mark.parametrize(
    ("made", "damage", "said"),
    [(made, damage, said) for made, _, damage, said in DAMAGES],
    ids=[f"{made[0]}-{name}" for made, name, *_ in DAMAGES],
)
def test_damaged_files_are_refused_and_leave_nothing(tmp_path, made, damage, said):
    maker, name = made
    path = getattr(official, maker)(tmp_path / "files")
    damage(path / name if path.is_dir() else path)
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=f"(?s){said}"):
        add(path, store, "own")
    assert store.datasets() == []


def test_too_large_a_table_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = official.sdmx_eurostat(tmp_path / "estat")
    monkeypatch.setattr(text_table, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="at most 100 are read"):
        add(path, Store(tmp_path / "store"), "own")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda page: page[1][0].pop("value"), "observation 1: 'value' is missing"),
        (lambda page: page[1][0].update(value="much"), "'much' is not a finite number"),
        (lambda page: page[1][0].update(date="2001Q1"), "'2001Q1' is no year"),
        (lambda page: page[0].update(pages=3), "1 of 3 pages are missing \\(3\\)"),
        (lambda page: page.pop(), "is no page of the World Bank's API"),
    ],
)
def test_damaged_pages_of_the_api_are_refused(tmp_path, change, said):
    folder = official.wdi_pages(tmp_path / "pages")
    for path in folder.iterdir():
        page = json.loads(path.read_text())
        change(page)
        path.write_text(json.dumps(page) + " " * 5 + '\n"countryiso3code"'[:0])
    if said.startswith("is no page"):
        with pytest.raises(InputError):
            add(folder, Store(tmp_path / "store"), "own")
        return
    with pytest.raises(InputError, match=said):
        add(folder, Store(tmp_path / "store"), "own")


@pytest.mark.parametrize(
    ("id", "change", "said"),
    [
        ("isic", lambda t: t.replace('"011"', '"01"'), "code '01' stands in line 3 too"),
        ("isic", lambda t: t.replace('"Crops"', '""'), "code '01' has no name"),
        ("nace", lambda t: t.replace('"01","Annual', '"99","Annual'), "parent '99' of '01.1' is no code"),
        ("hs", lambda t: t.replace('"0101","Horses"', '"<b>","Horses"'), "'<b>' is no code"),
    ],
)
def test_damaged_lists_of_codes_are_refused(tmp_path, id, change, said):
    path = official.code_list(tmp_path / id, id)
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=said):
        add(path, Store(tmp_path / "store"))


def test_an_edition_that_the_name_does_not_tell_is_asked_for(tmp_path):
    path = official.code_list(tmp_path / "cpc", "cpc")
    renamed = path.rename(path.with_name("my_cpc.txt"))
    with pytest.raises(InputError, match="does not tell the edition of CPC"):
        add(renamed, Store(tmp_path / "store"))


def test_unknown_csv_files_are_still_taken_for_indicators(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("indicator,region,year,value,unit\nx,DEU,2019,1,USD\n")
    assert recognise(Download(path))[0].name == "indicators_csv"
    assert np.isclose(added(tmp_path, path, "own")[1]["value"].sum(), 1)
