"""WIOD's socio-economic accounts: read as published, brought to a table's money by hand, gaps kept, faults refused."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.classifications import classification
from kaldor.atlas.concordance import read_concordance
from kaldor.atlas.conversion import convert
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.atlas.quality.report import quality_report
from kaldor.atlas.store import Store
from kaldor.economy.aggregate import aggregate
from kaldor.economy.economy import Economy
from kaldor.economy.split import SplitPart, split_sector
from kaldor.errors import InputError
from tests.atlas.official.wiod_sea import NAMES, write_accounts
from tests.atlas.plain_folders import write_csv
from tests.atlas.small_wiod import ACCOUNTS, REGIONS, write_labour, write_table

C1, C3 = 0, 2
LABOUR = "wiod2013_labour"


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    folder = tmp_path_factory.mktemp("labour")
    store = Store(folder / "store")
    add(write_table(folder / "small"), store)
    report = add(write_labour(folder / "files"), store)
    assert (report.recognised, report.added[0].id) == ("WIOD's socio-economic accounts, release 2013", LABOUR)
    assert report.warnings == ()
    return store


def _attached(table: PublishedEconomy) -> dict[str, PublishedExtension]:
    return {extension.id: extension for extension in table.extensions}


def _cell(extension: PublishedExtension, region: str, sector: int) -> float | None:
    place = [*REGIONS[:2], "ROW"].index(region) * 35 + sector
    assert extension.missing is not None
    return None if extension.missing[place] else float(extension.F[place])


def test_money_comes_by_the_output_of_each_country_and_persons_as_they_are(store):
    table = store.economy("small", 2009, [LABOUR])
    found = _attached(table)
    assert list(found) == ["labour_income", "wages", "value_added", "jobs", "employees", "hours"]
    units = [*["million USD"] * 3, *["thousand persons"] * 2, "million hours"]
    assert [extension.unit for extension in found.values()] == units
    # Poland: 300 of 1,200 zloty, a quarter of a dollar each; the USA: one for one
    assert [_cell(found["labour_income"], "POL", s) for s in (C1, C3)] == [50.0, 25.0]
    assert [_cell(found["labour_income"], "USA", s) for s in (C1, C3)] == [40.0, 30.0]
    assert [_cell(found["value_added"], "POL", s) for s in (C1, C3)] == [40.0, 75.0]
    assert [_cell(found["jobs"], "POL", s) for s in (C1, C3)] == [10.0, 8.0]
    assert [_cell(found["hours"], "POL", s) for s in (C1, C3)] == [18.0, None]
    assert {_cell(extension, "ROW", s) for extension in found.values() for s in range(35)} == {None}
    assert not any(extension.F_Y.any() for extension in found.values())
    note = next(note for note in table.notes if "national currency" in note)
    names = "Labour income, Compensation of employees, Value added at basic prices"
    assert note.startswith(f"{names}: brought from national currency to million USD by each country's output")
    assert "(USA 1, POL 0.25)" in note
    assert "differ by 0.0% at most" in note


def test_a_gap_after_2009_stays_a_gap_and_is_filled_by_the_ratio_of_2009_under_another_name(store):
    found = _attached(store.economy("small", 2011, [LABOUR]))
    # Poland's 300 of 900 are a third; the USA's 500 of 625 are 0.8
    assert [_cell(found["labour_income"], "POL", s) for s in (C1, C3)] == [pytest.approx(40), pytest.approx(20)]
    assert [_cell(found["labour_income"], "USA", s) for s in (C1, C3)] == [None, None]
    estimated = found["labour_income_estimated"]
    assert [_cell(estimated, "POL", s) for s in (C1, C3)] == [pytest.approx(40), pytest.approx(20)]
    # 40 of 400 and 30 of 100 in 2009: 50 of 500 and 37.5 of 125, times 0.8
    assert [_cell(estimated, "USA", s) for s in (C1, C3)] == [pytest.approx(40), pytest.approx(30)]
    assert (found["labour_income"].status, estimated.status) == ("observed", "estimated")
    assert "employees" not in found  # nobody's were published that year


def test_what_is_missing_is_said_and_survives_an_aggregation(store):
    economy = Economy.from_published(store.economy("small", 2009, [LABOUR]))
    said = [note for note in economy.notes if "not published" in note]
    missing = "They are missing, not zero: a total is of the others, and what is caused by way of them is not counted."
    assert said == [
        "Labour income, Value added at basic prices, Jobs (persons engaged): not published for 2 industries with "
        f"output (ROW 2). {missing}",
        f"Compensation of employees, Employees: not published for 4 industries with output (USA 2, ROW 2). {missing}",
        f"Hours of persons engaged: not published for 5 industries with output (POL 1, USA 2, ROW 2). {missing}",
    ]
    assert economy.unpublished("jobs").tolist() == [False, False, True]
    assert economy.unpublished("hours").tolist() == [False, True, True]
    one = aggregate(economy, sectors=dict.fromkeys(economy.sectors, "all"))
    assert one.extension("jobs").F.tolist() == [18.0, 6.0, 0.0]
    assert one.unpublished("jobs").tolist() == [False, False, True]
    two = aggregate(economy, regions={"USA": "rest", "ROW": "rest"})
    assert two.unpublished("jobs").tolist() == [False, False]


def test_what_is_missing_survives_a_split_and_a_conversion(store, tmp_path):
    table = store.economy("small", 2009, [LABOUR])
    parts = [SplitPart("ready", output_share=0.25), SplitPart("rest")]
    split = split_sector(Economy.from_published(table), "POL", "c3", parts)
    missing = dict(zip(split.index, split.missing("hours"), strict=True))
    assert (missing["POL", "c1"], missing["POL", "c3.ready"], missing["POL", "c3.rest"]) == (False, True, True)
    assert not split.missing("jobs")[split.rows_of("POL")].any()
    rows = [["from", "to"], ["POL", "all"], ["USA", "all"], ["ROW", "ROW"]]
    converted = convert(table, regions=read_concordance(write_csv(tmp_path / "regions.csv", rows)))
    hours = _attached(converted)["hours"]
    assert hours.missing is not None
    assert (hours.missing[[C1, C3, 35 + C1]].tolist(), hours.F[C1]) == ([False, True, True], 18)


def test_a_folder_of_several_extensions_has_a_file_for_each_and_gaps_only_where_it_says_so(store, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    declared = '[[extensions]]\nid = "jobs"\nname = "Jobs"\nunit = "thousand persons"\ngaps = true\n'
    declared += '[[extensions]]\nid = "ore"\nname = "Ore"\nunit = "kt"\n'
    (folder / "dataset.toml").write_text(declared, encoding="utf-8")
    write_csv(folder / "F_jobs.csv", [["region", "sector", "2009"], ["POL", "c1", ""], ["POL", "c3", 8]])
    assert "own/F_ore.csv: the file is missing. dataset.toml declares 'ore'." in _refused(folder, tmp_path)
    write_csv(folder / "F_ore.csv", [["region", "sector", "2009"], ["POL", "c1", ""], ["POL", "c3", 8]])
    assert "F_ore.csv, line 2, column '2009': the cell is empty." in _refused(folder, tmp_path)
    write_csv(folder / "F_ore.csv", [["region", "sector", "2009"], ["POL", "c1", 1], ["POL", "c3", 0]])
    write_csv(folder / "F_coal.csv", [["region", "sector", "2009"], ["POL", "c1", 1]])
    assert "own/F_coal.csv: dataset.toml declares no such extension." in _refused(folder, tmp_path)
    (folder / "F_coal.csv").unlink()
    own = Store(tmp_path / "own-store")
    add(folder, own)
    assert own.extension("own")["value"].tolist() == [8, 1, 0]


def test_it_is_exported_and_added_again_as_the_same_dataset(store, tmp_path):
    written = store.export(LABOUR, tmp_path / "out")
    assert {path.name for path in written} >= {"dataset.toml", "F_jobs.csv", "F_labour_income.csv", "F_output.csv"}
    again = Store(tmp_path / "again")
    (added,) = add(tmp_path / "out", again).added
    assert added.content_hash == store.info(LABOUR).content_hash
    assert added.extensions == store.info(LABOUR).extensions


def test_the_quality_report_names_industries_with_more_employees_than_persons(store):
    report = quality_report(store, LABOUR)
    (fault,) = [fault for fault in report.faults if fault.kind == "employees beyond persons"]
    assert (fault.year, fault.where, fault.what) == (2009, "POL/c3", "9 employees among 8 persons engaged")


def test_accounts_of_release_2016_are_read_by_the_56_industries(tmp_path):
    figures = {("DEU", "GO", "C10-C12", 2014): 8.0, ("DEU", "EMP", "C10-C12", 2014): 2.5}
    figures |= {("DEU", "H_EMPE", "C10-C12", 2014): 3.5}
    variables = [variable for variable in NAMES if variable != "H_EMP"]
    path = tmp_path / "Socio_Economic_Accounts.xlsx"
    write_accounts(path, ["DEU"], figures, of="wiod56", variables=variables)
    (added,) = add(path, store := Store(tmp_path / "store")).added
    assert (added.id, added.years[0], added.years[-1]) == ("wiod2016_labour", 2000, 2014)
    rows = [tuple(row) for row in store.extension(added.id).itertuples(index=False)]
    assert rows == [
        ("output", "DEU", "C10-C12", 2014, 8.0),
        ("jobs", "DEU", "C10-C12", 2014, 2.5),
        ("hours_employees", "DEU", "C10-C12", 2014, 3.5),
    ]


def _refused(path: Path, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        add(path, Store(folder / "store"))
    assert Store(folder / "store").datasets() == []
    return str(caught.value)


def test_faulty_accounts_are_refused_with_the_place(tmp_path):
    path = tmp_path / "Socio_Economic_Accounts_July14.xlsx"
    write_accounts(path, ["POL"], ACCOUNTS, variables=["GO", "VA", "LAB", "COMP", "EMP", "EMPE"])
    assert "has no line of variable H_EMP for POL/c1" in _refused(path, tmp_path)
    write_accounts(path, ["POL", "POL"], ACCOUNTS)
    assert "POL / output / c1 stands 2 times" in _refused(path, tmp_path)
    write_accounts(path, ["POL"], ACCOUNTS | {("POL", "EMP", "c3", 2009): "n.a."})
    assert "column '2009': 'n.a.' is not a finite number" in _refused(path, tmp_path)
    write_accounts(path, ["POL"], ACCOUNTS, of="wiod56")
    assert "unknown sector 'A01'" in _refused(path, tmp_path)
    path.write_bytes(path.read_bytes()[:2000])
    assert "is cut off or damaged" in _refused(path, tmp_path)


def test_accounts_of_countries_that_the_table_lacks_are_refused(store, tmp_path):
    accounts = {("DEU", variable, code, year): v for (_, variable, code, year), v in ACCOUNTS.items()}
    path = tmp_path / "Socio_Economic_Accounts_July14.xlsx"
    add(write_accounts(path, ["DEU"], accounts), own := Store(tmp_path / "store"))
    add(write_table(tmp_path / "small"), own)
    with pytest.raises(InputError, match="has values for what the economy lacks: DEU/c1"):
        own.economy("small", 2009, [LABOUR])


PUBLISHED = {
    "labour_income": "labour_comp_musd",
    "wages": "employee_comp_musd",
    "value_added": "va_basic_musd",
    "jobs": "employed_th",
    "employees": "employees_th",
    "hours": "hours_m",
}


@pytest.mark.real
def test_the_real_accounts_come_back_cell_for_cell(shared, labour_store):
    """An official-layout workbook of the published figures gives those figures; totals as the publisher has them."""
    with gzip.open(shared / "wiod_labour" / "labour.csv.gz", "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    sectors, checked = classification("wiod35").codes, 0
    for year in (1995, 2009, 2011):
        table = labour_store.economy("wiod2013", year, [LABOUR])
        regions = {region: i for i, region in enumerate(table.regions)}
        of_year = [row for row in rows if row["year"] == str(year)]
        for id, extension in _attached(table).items():
            if id not in PUBLISHED:
                continue
            expected = np.full(len(regions) * 35, np.nan)
            for row in of_year:
                region = "ROU" if row["country"] == "ROM" else row["country"]
                if row[PUBLISHED[id]]:
                    expected[regions[region] * 35 + sectors.index(row["industry"])] = float(row[PUBLISHED[id]])
            assert (np.isnan(expected) == extension.missing).all()
            there = ~np.isnan(expected)
            np.testing.assert_allclose(extension.F[there], expected[there], rtol=1e-9, atol=1e-9)
            checked += int(there.sum())
    jobs = _attached(labour_store.economy("wiod2013", 2009, [LABOUR]))["jobs"].F.reshape(-1, 35).sum(axis=1)
    found = {region: round(jobs[regions[region]]) for region in ("DEU", "USA", "CHN", "IND")}
    print(f"{checked:,} cells; persons engaged 2009, thousand: {found}; 40 countries {jobs.sum():,.0f}")
    assert found == {"DEU": 40_850, "USA": 145_345, "CHN": 779_950, "IND": 465_828}


@pytest.mark.real
def test_the_estimate_of_2011_fills_what_was_not_published_and_only_that(labour_store):
    found = _attached(labour_store.economy("wiod2013", 2011, [LABOUR]))
    published, estimated = found["labour_income"], found["labour_income_estimated"]
    assert not estimated.missing[~published.missing].any()
    np.testing.assert_array_equal(estimated.F[~published.missing], published.F[~published.missing])
    filled = int((published.missing & ~estimated.missing).sum())
    print(f"{filled} of {int(published.missing.sum())} cells filled")
    assert filled == 446


@pytest.mark.real
def test_employees_beyond_persons_are_as_many_as_are_known(labour_store):
    """The accounts' known trap: 141 industries in 2008 and 214 in 2009, none in the other table years."""
    report = quality_report(labour_store, LABOUR)
    found = {one.year: one.count for one in report.counts if one.kind == "employees beyond persons"}
    print(found)
    assert found == {2008: 141, 2009: 214}
