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
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES, Download
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


def huge(path):
    """Larger than any file that is read, though nothing but its size is stored."""
    with path.open("r+b") as stream:
        stream.truncate(MOST_MEMBER_BYTES + 1)


def bomb(path):
    """A zip in place of the file's folder, in which the file unpacks to a thousand times its size."""
    with zipfile.ZipFile(path.parent.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path.name, path.read_bytes()[:200] + bytes(32 * 2**20))


def sheets(change):
    """A damage done to the workbook of the Penn World Table."""

    def hurt(path):
        import openpyxl

        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)

    return hurt


def cell(sheet, place, value):
    return sheets(lambda book: book[sheet].__setitem__(place, value))


def renamed(name):
    return lambda path: path.rename(path.with_name(name))


def page(change):
    """A damage done to the first page of the API."""

    def hurt(path):
        content = json.loads(path.read_text())
        change(content)
        path.write_text(json.dumps(content))

    return hurt


PAGE, PWT = ("wdi_pages", "page1.json"), ("pwt", "pwt1001.xlsx")
ISIC, NACE = ("isic", "ISIC_Rev_4_english_structure.txt"), ("nace", "NACE_REV2_20260101.csv")
HS = ("hs", "harmonized-system.csv")
TOO_LARGE = "at most [0-9,]+ are read"
DAMAGES = [
    (WDI, "cut", text(lambda t: t[: t.rindex('"NY.')]), "cells under"),
    (WDI, "no codes", text(swap('"Country Code"', '"Code"')), "column 'Country Code' is missing"),
    (WDI, "wrong delimiter", text(swap(",", "|")), "is missing"),
    (WDI, "wrong year", text(no_years), "no column is a year"),
    (WDI, "text in numbers", text(swap("103.5", "hundred")), "line 3, column '2018': 'hundred' is not"),
    (WDI, "row twice", text(first_row_again), "NY.GDP.MKTP.CD / DEU / 2018 stands twice"),
    (WDI, "column twice", text(swap('"2019"', '"2018"')), "column '2018' stands 2 times"),
    (WDI, "empty", text(lambda t: "\n" * 3), "no known layout|empty|missing"),
    (WDI, "only aggregates", text(only_aggregates), "no value of a known country"),
    (WDI, "infinite", text(swap("103.5", "1e999")), "'1e999' is not a finite number"),
    (WDI, "huge", huge, TOO_LARGE),
    (WDI, "zip bomb", bomb, "zip bomb"),
    (SDMX, "cut", text(lambda t: t[: t.index("OBS_FLAG") + 40]), "cells under"),
    (SDMX, "no region", text(drop("geo")), "no column is known to hold countries"),
    (SDMX, "wrong delimiter", text(swap(",", "|")), "no known layout"),
    (SDMX, "wrong year", text(swap(",2019,", ",last year,")), "'last year' is no period"),
    (SDMX, "text in numbers", text(swap("17250.5", "17 250.5 mn")), "is not a finite number"),
    (SDMX, "row twice", text(first_row_again), "stands twice"),
    (SDMX, "column twice", text(swap("nace_r2", "geo")), "column 'geo' stands 2 times"),
    (SDMX, "not UTF-8", raw(lambda b: b.replace(b"C24", b"C\xff24", 1)), "UTF8|UTF-8"),
    (SDMX, "empty", raw(lambda b: b""), "empty|missing"),
    (SDMX, "huge", huge, TOO_LARGE),
    (SDMX, "zip bomb", bomb, "zip bomb"),
    (ILO, "cut", raw(lambda b: b[:-60]), "not a whole gzip"),
    (ILO, "wrong delimiter", packed(swap(",", "|")), "column 'ref_area' is missing"),
    (ILO, "column missing", packed(drop("obs_value")), "column 'obs_value' is missing"),
    (ILO, "column twice", packed(swap("classif1", "sex")), "column 'sex' stands 2 times"),
    (ILO, "text in numbers", packed(swap("1890.5", "many")), "'many' is not a finite number"),
    (ILO, "wrong year", packed(swap("2019", "MMXIX")), "'MMXIX' is no time"),
    (ILO, "several indicators", packed(lambda t: t.replace("_NB_A,SEX_F", "_RT_A,SEX_F", 1)), "holds 2 indicators"),
    (ILO, "zip bomb", raw(lambda b: gzip.compress(bytes(64 * 2**20))), "zip bomb"),
    (ILO, "row twice", packed(first_row_again), "stands twice"),
    (ILO, "empty", raw(lambda b: gzip.compress(b"")), "the file is empty"),
    (ILO, "huge", huge, TOO_LARGE),
    (PAGE, "cut", raw(lambda b: b[:-9]), "page1.json: not whole JSON"),
    (PAGE, "page missing", page(lambda p: p[0].update(pages=3)), "2 of 3 pages are missing \\(2, 3\\)"),
    (PAGE, "wrong year", page(lambda p: p[1][0].update(date="2001Q1")), "observation 1: '2001Q1' is no year"),
    (PAGE, "text in numbers", page(lambda p: p[1][0].update(value="much")), "'much' is not a finite number"),
    (PAGE, "value missing", page(lambda p: p[1][0].pop("value")), "observation 1: 'value' is missing"),
    (PAGE, "no country", page(lambda p: p[1][0].update(country="DE")), "must have an id and a value"),
    (PAGE, "row twice", page(lambda p: p[1].append(p[1][0])), "stands twice"),
    (PAGE, "place missing", page(lambda p: p[0].pop("page")), "does not say 'page'"),
    (PAGE, "another shape", page(lambda p: p.append([])), "is no page of the World Bank's API"),
    (PAGE, "huge", huge, TOO_LARGE),
    (PWT, "cut", raw(lambda b: b[: len(b) // 2]), "pwt1001.xlsx"),
    (PWT, "no legend", sheets(lambda b: b.remove(b["Legend"])), "Legend"),
    (PWT, "no data", sheets(lambda b: b.remove(b["Data"])), "Data"),
    (PWT, "column missing", cell("Data", "A1", "code"), "column 'countrycode' is missing"),
    (PWT, "wrong year", cell("Data", "D2", 18), "row 2: the year is none"),
    (PWT, "text in numbers", cell("Data", "F2", "many"), "row 2, column 'pop': 'many' is no number"),
    (PWT, "not in the legend", cell("Data", "F1", "people"), "variable 'people' is not in the sheet Legend"),
    (PWT, "row twice", sheets(lambda b: b["Data"].append(list(official.PWT_ROWS[0]))), "stands twice"),
    (PWT, "empty", raw(lambda b: b""), "pwt1001.xlsx"),
    (PWT, "huge", huge, "pwt1001.xlsx: .*bytes"),
    (ISIC, "code twice", text(swap('"011"', '"01"')), "code '01' stands in line 3 too"),
    (ISIC, "no name", text(swap('"Crops"', '""')), "code '01' has no name"),
    (ISIC, "cut", text(lambda t: t[: t.rindex(",")]), "1 cell under 2 columns"),
    (ISIC, "edition unknown", renamed("isic.txt"), "does not tell the edition of ISIC"),
    (ISIC, "huge", huge, TOO_LARGE),
    (ISIC, "zip bomb", bomb, "zip bomb"),
    (ISIC, "not UTF-8", raw(lambda b: b.replace(b"Crops", b"Cr\xffps")), "UTF8|UTF-8"),
    (NACE, "parent unknown", text(swap('"01","Annual', '"99","Annual')), "parent '99' of '01.1' is no code"),
    (NACE, "in a circle", text(swap('"A","","Agri', '"A","01.1","Agri')), "go round in a circle"),
    (HS, "markup", text(swap('"0101","Horses"', '"<b>","Horses"')), "'<b>' is no code"),
]


@pytest.mark.parametrize(
    ("made", "damage", "said"),
    [(made, damage, said) for made, _, damage, said in DAMAGES],
    ids=[f"{made[0]}-{name}" for made, name, *_ in DAMAGES],
)
def test_damaged_files_are_refused_and_leave_nothing(tmp_path, made, damage, said):
    maker, name = made
    make = getattr(official, maker, None) or (lambda folder: official.code_list(folder, maker))
    path = make(tmp_path / "files")
    damage(path / name if path.is_dir() else path)
    zipped = tmp_path / "files.zip"
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=f"(?s){said}"):
        add(zipped if zipped.exists() else tmp_path / "files", store, maker if maker in official.CODE_LISTS else "own")
    assert store.datasets() == []


def test_unknown_csv_files_are_still_taken_for_indicators(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("indicator,region,year,value,unit\nx,DEU,2019,1,USD\n")
    assert recognise(Download(path))[0].name == "indicators_csv"
    assert np.isclose(added(tmp_path, path, "own")[1]["value"].sum(), 1)
