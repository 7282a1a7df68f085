"""Small files after faults that people reported in public: each comes out right, or is refused by its line.

They lie in ../shared/cases/files; the tests skip where that folder is absent. What each teaches is tried with files of
this repository's own in `test_portals`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.conftest import SHARED

READ = {
    "EMP_TEMP_SEX_ECO_NB_A-filtered-2024-01-01.csv": [
        ("EMP_TEMP_SEX_ECO_NB_A:SEX_T", "DEU", 2019, 8000.5, "thousands", "observed")
    ],
    "gdp_worldbank_renamed.csv": [
        ("AA.ONE.ZS", "DEU", 2019, 1, "%", "observed"),
        ("AA.ONE.ZS", "DEU", 2020, 2, "%", "observed"),
    ],
    "wb_two": [
        ("AA.ONE.ZS", "DEU", 2019, 1, "%", "observed"),
        ("AA.ONE.ZS", "DEU", 2020, 2, "%", "observed"),
        ("BB.TWO.ZS", "DEU", 2019, 3, "%", "observed"),
        ("BB.TWO.ZS", "DEU", 2020, 4, "%", "observed"),
    ],
    "oecd_both_country.csv": [
        ("DSD_X@DF_X:AGE=Y45T49:SEX=F", "BGR", 2011, 83_000, "DT", "observed"),
        ("DSD_X@DF_X:AGE=Y45T49:SEX=M", "BGR", 2011, 73_000, "DT", "observed"),
        ("DSD_X@DF_X:AGE=Y_GE80:SEX=M", "POL", 2014, 550_000, "DT", "observed"),
    ],
    "sdmx_names_both.csv": [
        ("NAMA_10_GDP", "DEU", 2019, 3_473_350, "CP_MEUR", "observed"),
        ("NAMA_10_GDP", "GRC", 2019, 183_250.7, "CP_MEUR", "observed"),
    ],
    "sdmx_semicolon.csv": [
        ("NAMA_10_GDP", "DEU", 2019, 3_473_350.5, "CP_MEUR", "observed"),
        ("NAMA_10_GDP", "FRA", 2019, 2_437_635.1, "CP_MEUR", "observed"),
    ],
    "sdmx_codes.csv": [
        ("NAMA_10_GDP", "GRC", 2019, 183_250.7, "CP_MEUR", "observed"),
        ("NAMA_10_GDP", "GBR", 2019, 2_526_615.2, "CP_MEUR", "estimated"),
        ("NAMA_10_GDP", "XKX", 2019, 7_056.2, "CP_MEUR", "observed"),
        ("NAMA_10_GDP", "NAM", 2019, 11_000, "CP_MEUR", "estimated"),
        ("NAMA_10_GDP", "TWN", 2019, 545_000, "CP_MEUR", "observed"),
    ],
    "own_semicolon.csv": [
        ("gdp", "DEU", 2019, 3473.35, "billion EUR", "observed"),
        ("gdp", "FRA", 2019, 2437.6, "billion EUR", "observed"),
    ],
    "own_utf16.csv": [("gdp", "DEU", 2019, 3473.35, "billion EUR", "observed")],
    "own_bom_crlf.csv": [("gdp", "DEU", 2019, 3473.35, "billion EUR", "observed")],
    "wbapi": [
        ("SP.POP.TOTL", "DEU", 2019, 83_092_962, "not stated", "observed"),
        ("SP.POP.TOTL", "WLD", 2019, 7_700_000_000, "not stated", "observed"),
    ],
}
REFUSED = {
    "sdmx_dup.csv": ["X / DEU / 2019 stands twice (sdmx_dup.csv, line 2 and sdmx_dup.csv, line 3)"],
    "sdmx_two": ["NAMA_10_GDP / GBR / 2019 stands twice (sdmx_two/a.csv, line 3 and sdmx_two/b.csv, line 3)"],
    "own_NA.csv": [
        "line 2, column 'region': unknown region 'NA'. Did you mean 'NAM'?",
        "line 4, column 'region': unknown region 'XK'. Did you mean 'XKX'?",
        "line 5, column 'region': unknown region 'EL'. Did you mean 'GRC'?",
        "line 6, column 'region': unknown region 'UK'. Did you mean 'GBR'?",
    ],
    "own_latin1.csv": ["line 2, byte 46: the text is not UTF-8 (perhaps Windows-1252"],
    "own_thousands.csv": [f"line {line}, column 'value': '{text}' is not a finite number: it holds a mark of thousands"
                          for line, text in ((2, "3,473.35"), (3, "2.437,6"), (4, "1 796.6"))],
    "own_missing.csv": ["line 2, column 'value': 'NaN'", "line 3, column 'value': 'inf'", "line 4, column 'value': '-'",
                        "line 5, column 'value': '..'", "line 6, column 'value': the cell is empty"],
    "own_years.csv": [f"line {line}, column 'year': '{text}' is not a year"
                      for line, text in enumerate(("2019.0", "2019/20", "FY2019", "YR2019", "2019-12-31"), 2)],
}  # fmt: skip


@pytest.fixture
def cases() -> Path:
    folder = SHARED / "cases" / "files"
    if not folder.is_dir():
        pytest.skip("the cases from practice (../shared/cases) are not on this machine")
    return folder


@pytest.mark.parametrize("name", READ)
def test_a_file_of_a_portal_comes_out_right(cases, tmp_path, name):
    store = Store(tmp_path / "store")
    add(cases / name, store, as_id="case")
    found = store.indicators("case")[["indicator", "region", "year", "value", "unit", "status"]]
    assert list(found.itertuples(index=False, name=None)) == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_file_is_refused_by_its_lines(cases, tmp_path, name):
    store = Store(tmp_path / "store")
    with pytest.raises(InputError) as told:
        add(cases / name, store, as_id="case")
    for expected in REFUSED[name]:
        assert expected in str(told.value)
    assert len(str(told.value).splitlines()) >= len(REFUSED[name])
    assert not store.listing().datasets


def test_a_model_without_output_names_its_demand_vectors_itself(cases, tmp_path):
    store = Store(tmp_path / "store")
    add(cases / "useeio_no_q", store, as_id="model")
    assert store.economy("model", 2012).x == pytest.approx([154.667, 96.0], abs=5e-4)


def test_emissions_without_output_stand_apart(cases, tmp_path):
    store = Store(tmp_path / "store")
    for name in ("zero_output", "zero_output_co2"):
        add(cases / name, store, as_id=name)
    table = Economy.from_published(store.economy("zero_output", 2020, ["zero_output_co2"]))
    accounts = country_accounts(table, "co2")
    emitted = table.extension("co2").F[table.x == 0].sum()
    assert emitted > 0
    assert accounts["unallocated"].sum() == pytest.approx(emitted, rel=1e-12)


def test_every_case_is_tried_somewhere(cases):
    elsewhere = {"national_exports", "national_exports_co2", "negative_output", "useeio_net_exports", "useeio_no_q",
                 "zero_output", "zero_output_co2", "zeroed_account"}  # fmt: skip
    assert {path.name for path in cases.iterdir()} == {*READ, *REFUSED, *elsewhere}
