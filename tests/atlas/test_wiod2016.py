"""WIOD's release of 2016 against MARIO's parser, and against pyxlsb or pandas, cut by position as the release says.

The layout is described in Timmer, Los, Stehrer and de Vries (2016), GGDC Research Memorandum 162, and in the header of
the sheets.
"""

from __future__ import annotations

import subprocess
import zipfile
from itertools import product

import numpy as np
import pandas as pd
import pytest
import pyxlsb

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official.wiod2016 import BELOW, DEMANDS, INDUSTRIES, REGIONS, sheet, write_co2, write_wiod2016
from tests.atlas.official.xlsb import write_xlsb

S, N, M = len(INDUSTRIES), len(REGIONS) * len(INDUSTRIES), len(REGIONS) * len(DEMANDS)


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def _by_position(path):
    """Six lines of header and four columns of labels; then industries, final demand, output; rows of totals below."""
    if path.suffix == ".csv":
        return pd.read_csv(path, header=None, skiprows=6).to_numpy()[:, 4:].astype(float)
    if path.suffix == ".xlsx":
        return pd.read_excel(path, header=None, engine="openpyxl").to_numpy()[6:, 4:].astype(float)
    with pyxlsb.open_workbook(str(path)) as book, book.get_sheet(1) as page:
        return np.array([[cell.v for cell in row][4:] for row in list(page.rows())[6:]], float)


@pytest.mark.parametrize("form", ["xlsb", "xlsx", "csv"])
def test_a_table_is_what_another_parser_makes_of_it(form, tmp_path, store):
    path = write_wiod2016(tmp_path / "wiod", form=form)
    report = add(path, store)
    assert (report.recognised, report.added[0].id) == ("WIOD, release 2016, 2014", "wiod2016")
    table, cells = store.economy("wiod2016", 2014), _by_position(path)
    np.testing.assert_array_equal(table.Z, cells[:N, :N])
    np.testing.assert_array_equal(table.Y, cells[:N, N : N + M])
    np.testing.assert_array_equal(table.x, cells[N + 7, :N])
    for extension, row in zip(table.extensions, (5, 1, 2, 3, 4, 6), strict=True):
        np.testing.assert_array_equal(extension.F, cells[N + row, :N])
        np.testing.assert_array_equal(extension.F_Y, cells[N + row, N : N + M])
    assert (table.regions, table.sectors, table.demands) == (REGIONS, tuple(INDUSTRIES), tuple(DEMANDS))
    assert table.unit == "million USD"
    assert table.demand_roles["CONS_h"] == "households"
    assert table.sector_groups["electricity"] == ("D35",)
    assert Economy.from_published(table).n == N


def test_the_other_form_of_the_release_gives_the_same_table(tmp_path, store):
    add(write_wiod2016(tmp_path / "sheet"), store, as_id="sheet")
    add(write_wiod2016(tmp_path / "long", form="long"), store, as_id="long")
    assert store.info("sheet").content_hash == store.info("long").content_hash


def test_a_zip_of_years_is_read_year_by_year(tmp_path, store):
    years = [write_wiod2016(tmp_path / str(year), year, seed=year) for year in (2000, 2014)]
    with zipfile.ZipFile(tmp_path / "WIOTS_in_EXCEL.zip", "w") as archive:
        for path in years:
            archive.write(path, path.name)
    assert add(tmp_path / "WIOTS_in_EXCEL.zip", store).recognised == "WIOD, release 2016, 2000–2014"
    assert store.years("wiod2016") == (2000, 2014)
    for year in (2000, 2014):
        cells = _by_position(tmp_path / str(year) / f"WIOT{year}_Nov16_ROW.xlsb")
        np.testing.assert_array_equal(store.economy("wiod2016", year).Z, cells[:N, :N])


def test_a_sheet_of_another_year_is_refused(tmp_path, store):
    path = write_xlsb(tmp_path / "WIOT2013_Nov16_ROW.xlsb", {"2014": sheet()})
    with pytest.raises(InputError, match="the name says 2013, its sheet 2014"):
        add(path, store)
    assert store.datasets() == []


def test_previous_years_prices_are_refused_as_such(tmp_path, store):
    path = write_wiod2016(tmp_path / "wiod")
    with pytest.raises(InputError, match="previous years' prices"):
        add(path.rename(path.with_name("WIOT2014_PYP_Nov16_ROW.xlsb")), store)


def test_a_table_that_lost_rows_or_their_order_is_refused(tmp_path, store):
    whole = sheet()
    other = [*whole[:6], [*whole[6][:4], *whole[7][4:]], *whole[7:]]  # the figures of one row under another's label
    for rows, what in ((whole[:9] + whole[10:], "missing"), (whole[:-1], "'GO' of TOT is missing"), (other, "output")):
        path = write_xlsb(tmp_path / "WIOT2014_Nov16_ROW.xlsb", {"2014": rows})
        with pytest.raises(InputError, match=what):
            add(path, store)
    assert store.datasets() == []


def test_co2_accounts_attach_to_the_table(tmp_path, store):
    add(write_wiod2016(tmp_path / "wiod"), store)
    workbook = write_co2(tmp_path / "co2")
    assert add(workbook, store).added[0].id == "jrc_wiod56_co2"
    (co2,) = store.economy("wiod2016", 2014, ["jrc_wiod56_co2"]).extensions[len(BELOW) - 2 :]
    pages = pd.read_excel(workbook, sheet_name=None, index_col=0, engine="openpyxl")
    expected = np.concatenate([pages[region].loc[list(INDUSTRIES), 2014] for region in REGIONS])
    np.testing.assert_array_equal(co2.F, expected)
    np.testing.assert_array_equal(co2.F_Y[::5], [pages[region].loc["FC_HH", 2014] for region in REGIONS])
    assert co2.unit == "kt CO2"


def test_co2_accounts_with_a_gap_are_refused(tmp_path, store):
    long = "country,sector,year,co2_kt\nAUS,A01,2013,1\nAUS,A01,2014,2\nAUS,FC_HH,2013,1\n"
    (tmp_path / "co2.csv").write_text(long)
    with pytest.raises(InputError, match=r"no value for AUS / FC_HH / 2014 \(1 in all\)"):
        add(tmp_path / "co2.csv", store)
    assert store.datasets() == []


@pytest.mark.real
def test_the_real_co2_accounts_add_up_to_those_mapped_to_35_industries(shared, store):
    add(shared / "jrc_wiod_co2" / "co2_kt_44x56_2000_2016.csv.gz", store)
    assert store.info("jrc_wiod56_co2").counts == {"regions": 44, "sectors": 56, "values": 41_888}
    raw = pd.read_csv(shared / "jrc_wiod_co2" / "co2_kt_44x56_2000_2016.csv.gz")
    mapped = pd.read_csv(shared / "jrc_wiod_co2" / "F_co2_kt_wiod35_2000_2011.csv")["2009"].sum()
    assert raw[(raw.year == 2009) & (raw.sector != "FC_HH")].co2_kt.sum() == pytest.approx(mapped, rel=1e-9)


MARIO = """
import sys, mario, numpy
table = mario.parse_wiod(sys.argv[1], table="IOT", year=2014)
labels = [[str(part) for part in label] for label in (*table.Z.index, *table.Z.columns, *table.Y.columns)]
numpy.savez(sys.argv[2], Z=table.Z.to_numpy(), Y=table.Y.to_numpy(), labels=numpy.array(labels))
"""


@pytest.mark.long
def test_equal_to_what_mario_makes_of_the_same_workbook(tmp_path, store):
    """MARIO (mariopy, in its own environment) is the one public package that reads this workbook."""
    from benchmarks.measure import environment

    file = write_wiod2016(tmp_path / "files")
    made = tmp_path / "mario.npz"
    subprocess.run([environment("mario"), "-c", MARIO, str(file.parent), str(made)], check=True, capture_output=True)
    theirs = np.load(made)
    add(file, store)
    ours = store.economy("wiod2016", 2014)
    n = len(theirs["Z"])
    rows = [(label[0], label[2]) for label in theirs["labels"][:n]]
    place = {(region, sector): k for k, (region, sector) in enumerate(product(ours.regions, ours.sectors))}
    codes = {text: code for code, text in INDUSTRIES.items()}
    order = [place[region, codes[sector]] for region, sector in rows]
    np.testing.assert_allclose(theirs["Z"], ours.Z[np.ix_(order, order)], rtol=1e-12)
    wanted = {text: code for code, text in DEMANDS.items()}
    uses = {(region, demand): k for k, (region, demand) in enumerate(product(ours.regions, ours.demands))}
    columns = [uses[label[0], wanted[label[2]]] for label in theirs["labels"][2 * n :]]
    np.testing.assert_allclose(theirs["Y"], ours.Y[np.ix_(order, columns)], rtol=1e-12)
