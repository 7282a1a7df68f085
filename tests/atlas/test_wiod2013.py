"""WIOD's release of 2013 as its official workbooks hold it, against openpyxl's cells cut by position."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official.wiod2013 import BELOW, DEMANDS, INDUSTRIES, REGIONS, sheet, write_wiod2013
from tests.atlas.official.workbook import write_sheets

N, M = len(REGIONS) * len(INDUSTRIES), len(REGIONS) * len(DEMANDS)


def cells_of(path):
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=7, min_col=5, values_only=True))
    return np.array(rows, float)


def test_an_official_workbook_is_read_cell_for_cell(tmp_path):
    path = write_wiod2013(tmp_path / "wiod")
    store = Store(tmp_path / "store")
    report = add(path, store)
    assert (report.recognised, report.added[0].id) == ("WIOD, release 2013, 2009", "wiod2013")
    table, cells = store.economy("wiod2013", 2009), cells_of(path)
    np.testing.assert_array_equal(table.Z, cells[:N, :N])
    np.testing.assert_array_equal(table.Y, cells[:N, N : N + M])
    np.testing.assert_array_equal(table.x, cells[N + list(BELOW).index("GO"), :N])
    value_added = next(one for one in table.extensions if one.id == "value-added")
    np.testing.assert_array_equal(value_added.F, cells[N + list(BELOW).index("VA"), :N])
    assert (table.regions, table.sectors, table.demands) == (REGIONS, tuple(INDUSTRIES), tuple(DEMANDS))
    assert (table.unit, table.demand_roles["c37"]) == ("million USD", "households")
    assert table.sector_names[2] == "Leather and footwear"
    assert Economy.from_published(table).n == N


def test_years_of_both_centuries_and_a_workbook_renamed(tmp_path):
    folder = tmp_path / "wiod"
    write_wiod2013(folder, 1995, seed=2)
    write_wiod2013(folder, 2011, name="my copy.xlsx", seed=3)
    store = Store(tmp_path / "store")
    assert add(folder, store).recognised == "WIOD, release 2013, 1995–2011"
    assert store.years("wiod2013") == (1995, 2011)
    np.testing.assert_array_equal(store.economy("wiod2013", 2011).Z, cells_of(folder / "my copy.xlsx")[:N, :N])


def test_rumania_of_the_early_years_is_the_rumania_of_today(tmp_path):
    rows = [["ROM" if cell == "AUS" else cell for cell in row] for row in sheet(1995)]
    write_sheets(tmp_path / "wiod" / "WIOT95_ROW_Apr12.xlsx", {"WIOT_1995": rows})
    store = Store(tmp_path / "store")
    add(tmp_path / "wiod", store)
    assert store.economy("wiod2013", 1995).regions == ("ROU", *REGIONS[1:])


@pytest.mark.parametrize(
    ("name", "said"),
    [("WIOT08_ROW_Sep12.xlsx", "the name says 2008, its sheet 2009"), ("WIOT12_ROW_Sep12.xlsx", "no year 2012")],
)
def test_another_year_is_refused(tmp_path, name, said):
    path = write_wiod2013(tmp_path / "wiod", name=name)
    with pytest.raises(InputError, match=said):
        add(path, Store(tmp_path / "store"))


def test_known_issues_are_those_of_the_copy_that_was_read(tmp_path):
    rows = sheet(2009)
    rows[6][4] += 0.125  # one figure with digits, in its row's output too
    rows[6][-1] += 0.125
    write_sheets(tmp_path / "digits" / "WIOT09_ROW_Sep12.xlsx", {"WIOT_2009": rows})
    store = Store(tmp_path / "store")
    added = add(tmp_path / "digits", store).added[0]
    assert not any("Rounded" in issue or "824" in issue for issue in added.source.known_issues)
    below = int((store.economy("wiod2013", 2009).Y < 0).sum())
    assert added.source.known_issues == (
        f"Industries without output: {len(REGIONS)}.",  # private households with employed persons
        f"Cells of final demand below zero, as falling inventories are: {below}.",
    )


@pytest.mark.parametrize(("output", "said"), [(12.0, "up to 12 million USD"), (100.0, "")])
def test_whole_figures_miss_published_outputs_by_rounding(tmp_path, output, said):
    # The first industry's uses are all below half a million, and so zero: of 15 + 15 cells and its output 15.5 million
    # may be lost in all.
    rows = sheet(2009)
    body = np.array([row[4:] for row in rows[6:]], float).round()
    body[0] = 0.0
    names = {code: N + k for k, code in enumerate(BELOW)}
    made = np.r_[output, body[1:N, :-1].sum(axis=1)]
    body[:N, -1] = body[names["GO"], :N] = made
    inputs = [k for k in range(len(body)) if k not in (names["II_fob"], names["VA"], names["GO"])]
    body[names["VA"], :N] = made - body[inputs, :N].sum(axis=0)
    for row, cells in zip(rows[6:], body.tolist(), strict=True):
        row[4:] = cells
    write_sheets(tmp_path / "whole" / "WIOT09_ROW_Sep12.xlsx", {"WIOT_2009": rows})
    if said:
        assert said in add(tmp_path / "whole", Store(tmp_path / "store")).added[0].source.known_issues[0]
    else:
        with pytest.raises(InputError, match=r"output is 100\.0, uses are 0\.0 million USD\. Rows may"):
            add(tmp_path / "whole", Store(tmp_path / "store"))


@pytest.mark.parametrize(
    ("row", "title", "said"),
    [
        (3, "(billions of US$)", "figures are in 'billions of US\\$'; millions of US\\$ are read"),
        (3, "(thousands of euro)", "figures are in 'thousands of euro'"),
        (0, "World Input-Output Table for 2005", "its title says 2005, its name 2009"),
        (1, "41 regions, in previous years' prices", "in previous years' prices"),
    ],
)
def test_what_the_titles_say_of_unit_year_and_prices_is_obeyed(tmp_path, row, title, said):
    rows = sheet(2009)
    rows[row][0] = title
    write_sheets(tmp_path / "wiod" / "WIOT09_ROW_Sep12.xlsx", {"WIOT_2009": rows})
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=said):
        add(tmp_path / "wiod", store)
    assert not store.listing().datasets


@pytest.mark.parametrize("name", ["WIOT09_ROW_Sep12.xlsx", "mine.xlsx"])
def test_a_workbook_of_two_years_is_refused(tmp_path, name):
    write_sheets(tmp_path / "wiod" / name, {"WIOT_2009": sheet(2009), "WIOT_2008": sheet(2008)})
    with pytest.raises(InputError, match="sheets of several years, WIOT_2009, WIOT_2008"):
        add(tmp_path / "wiod", Store(tmp_path / "store"))
