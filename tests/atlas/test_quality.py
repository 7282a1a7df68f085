"""The quality report: every planted fault is found and named by its place, and a clean table has none."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.quality import quality_report, table_report
from kaldor.atlas.quality.faults import KINDS
from kaldor.atlas.quality.page import to_html
from kaldor.atlas.quality.tables import rounding_of
from kaldor.atlas.store import Store
from kaldor.errors import InputError, UnknownDatasetError
from tests.atlas import test_supply_use as supply_use
from tests.atlas.plain_folders import write_csv, write_economy
from tests.conftest import SHARED

REGIONS, SECTORS = 4, 6
N = REGIONS * SECTORS


def _years(count: int = 2, growth: float = 1.05) -> dict[int, dict[str, np.ndarray]]:
    """A table that grows evenly, with changes of a few per cent a cell."""
    rng = np.random.default_rng(1)
    Z, Y = rng.lognormal(3, 1, (N, N)), rng.lognormal(6, 0.5, (N, REGIONS))
    years = {}
    for step in range(count):
        factor = growth**step
        z, y = Z * factor * rng.lognormal(0, 0.05, Z.shape), Y * factor * rng.lognormal(0, 0.05, Y.shape)
        years[2000 + step] = {"Z": z, "Y": y, "x": z.sum(axis=1) + y.sum(axis=1)}
    return years


def _report(tmp_path, years, **options):
    store = Store(tmp_path / "store")
    add(write_economy(tmp_path / "table", years, REGIONS, SECTORS), store, as_id="made")
    return quality_report(store, "made", **options)


def _faults(report, kind):
    return [(fault.year, fault.where) for fault in report.faults if fault.kind == kind]


def test_a_clean_table_has_no_fault(tmp_path):
    report = _report(tmp_path, _years(3))
    assert report.faults == ()
    assert report.total("wrong") == report.total("doubtful") == report.total("note") == 0
    assert report.coverage.years == (2000, 2001, 2002)
    assert [balance.year for balance in report.balances] == [2000, 2001, 2002]
    assert "No fault was found." in to_html(report)


def test_faults_of_one_year_are_each_named_by_their_place(tmp_path):
    years = _years()
    later = years[2001]
    later["x"][13] = 0.9 * later["Z"][:, 13].sum()  # R2/s1 takes more than it makes
    later["Z"][:, 20] = 0  # R3/s2 buys nothing
    later["Z"][22] = 0  # R3/s4 sells nothing, and still has output
    later["Y"][22] = 0
    report = _report(tmp_path, years)
    assert _faults(report, "inputs exceed output") == [(2001, "R2/s1")]
    assert _faults(report, "empty column") == [(2001, "R3/s2")]
    assert _faults(report, "empty row") == [(2001, "R3/s4")]
    assert {where for _, where in _faults(report, "gap")} >= {"R2/s1", "R3/s4"}
    assert not [fault for fault in report.faults if fault.year == 2000]


def test_negative_flows_are_named_and_falling_inventories_are_not(tmp_path):
    years = _years(1)
    years[2000]["Z"][3, 8] = -25.0
    years[2000]["Y"][5, 1] = -10.0
    report = _report(tmp_path, years)
    assert _faults(report, "negative flow") == [(2000, "Z: R0/s3 → R1/s2")]
    [fault] = [fault for fault in report.faults if fault.kind == "negative flow"]
    assert (fault.weight, fault.what.split()[0], fault.size) == ("wrong", "−25.00", 25.0)
    assert report.balances[0].negative_final_demand == 1


def test_a_slip_of_the_decimal_point_is_out_of_line(tmp_path):
    years = _years()
    years[2001]["Z"][2, 9] *= 1000
    years[2001]["x"][2] *= 30
    report = _report(tmp_path, years)
    assert _faults(report, "flow out of line") == [(2001, "Z: R0/s2 → R1/s3")]
    assert _faults(report, "output out of line") == [(2001, "R0/s2")]
    [fault] = [fault for fault in report.faults if fault.kind == "flow out of line"]
    before, after = (float(part.replace(",", "")) for part in re.findall(r"[\d,.]+", fault.what)[:2])
    assert after / before == pytest.approx(1000 * 1.05, rel=0.3)


def test_a_flow_that_appears_and_one_that_vanishes_are_named(tmp_path):
    years = _years()
    years[2000]["Z"][1, 2] = 0
    years[2001]["Z"][7, 3] = 0
    report = _report(tmp_path, years)
    found = _faults(report, "flow appeared or vanished")
    assert sorted(found) == [(2001, "Z: R0/s1 → R0/s2"), (2001, "Z: R1/s1 → R0/s3")]


def test_a_change_of_unit_is_one_fault_not_thousands(tmp_path):
    years = _years(growth=1000.0)
    report = _report(tmp_path, years)
    assert [fault.kind for fault in report.faults] == ["scale"]
    assert "unit" in report.faults[0].what


def test_missing_years_are_listed(tmp_path):
    years = _years(4)
    del years[2002]
    report = _report(tmp_path, years)
    assert report.coverage.years_missing == (2002,)
    assert _faults(report, "missing year") == [(2002, "made")]


def test_all_are_counted_where_only_the_largest_are_listed(tmp_path):
    years = _years(1)
    years[2000]["Z"][0, :9] = -np.arange(1, 10)
    report = _report(tmp_path, years, most=2)
    [counted] = [one for one in report.counts if one.kind == "negative flow"]
    listed = [fault.size for fault in report.faults if fault.kind == "negative flow"]
    assert (counted.count, listed) == (9, [9.0, 8.0])


def test_against_an_older_vintage_only_the_revised_cells_are_named(tmp_path):
    store = Store(tmp_path / "store")
    rng, years = np.random.default_rng(2), _years(2)
    add(write_economy(tmp_path / "old", years, REGIONS, SECTORS), store, as_id="old")
    for year in years.values():
        year["Z"] = year["Z"] * rng.lognormal(0, 0.02, (N, N))
    years[2000]["Z"][4, 5] *= 50
    add(write_economy(tmp_path / "new", years, REGIONS, SECTORS), store, as_id="new")
    report = quality_report(store, "new", against="old")
    assert report.compared_with == "old"
    assert _faults(report, "flow out of line") == [(2000, "Z: R0/s4 → R0/s5")]


def test_extensions_without_output_and_out_of_line_are_named(tmp_path):
    store, years = Store(tmp_path / "store"), _years()
    for year in years.values():
        year["F"], year["F_Y"] = np.linspace(5, 20, N)[None], np.zeros((1, REGIONS))
        for name in ("Z", "Y"):
            year[name][9] = 0
        year["Z"][:, 9], year["x"][9] = 0, 0  # R1/s3 makes nothing and emits all the same
    years[2001]["F"] = years[2001]["F"] * 1.02
    years[2001]["F"][0, 3] *= 40
    folder = write_economy(tmp_path / "table", years, REGIONS, SECTORS, extensions=[["co2", "CO2", "kt"]])
    add(folder, store, as_id="made")
    report = quality_report(store, "made")
    assert _faults(report, "emission without output") == [(2000, "co2: R1/s3"), (2001, "co2: R1/s3")]
    assert _faults(report, "extension out of line") == [(2001, "co2: R0/s3")]


def test_an_indicator_with_one_wrong_year_and_one_hole_is_named(tmp_path):
    rows = [["indicator", "region", "year", "value", "unit"]]
    rng = np.random.default_rng(3)
    for region in ("DEU", "KOR", "USA", "CHN"):
        for year in range(2000, 2010):
            value = 100 * 1.03 ** (year - 2000) * rng.lognormal(0, 0.01)
            if (region, year) == ("KOR", 2005):
                value *= 100
            if (region, year) != ("USA", 2004):
                rows.append(["wage", region, year, round(value, 3), "USD"])
    store = Store(tmp_path / "store")
    add(write_csv(tmp_path / "wages.csv", rows), store, as_id="wages")
    report = quality_report(store, "wages")
    assert _faults(report, "value out of line") == [(2005, "wage/KOR")]
    assert [(fault.where, fault.what) for fault in report.faults if fault.kind == "gap in a series"] == [
        ("wage/USA", "no value in 2004")
    ]
    assert report.coverage.filled == pytest.approx(39 / 40)


def test_a_damaged_file_ends_the_report_with_its_name(tmp_path):
    store = Store(tmp_path / "store")
    add(write_economy(tmp_path / "table", _years(), REGIONS, SECTORS), store, as_id="made")
    [file] = (tmp_path / "store").rglob("2001/Z.npy")
    file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)
    report = quality_report(store, "made")
    assert [fault.kind for fault in report.faults] == ["damaged"]
    assert "2001/Z.npy" in report.faults[0].where


def test_what_is_not_there_or_of_another_kind_is_refused(tmp_path):
    store = Store(tmp_path / "store")
    add(write_economy(tmp_path / "table", _years(1), REGIONS, SECTORS), store, as_id="made")
    add(
        write_csv(tmp_path / "w.csv", [["indicator", "region", "year", "value", "unit"], ["w", "DEU", 2000, 1, "h"]]),
        store,
        "wages",
    )
    with pytest.raises(UnknownDatasetError, match="Did you mean 'made'"):
        quality_report(store, "mads")
    with pytest.raises(InputError, match="of kind indicators"):
        quality_report(store, "made", against="wages")


def _with_account(tmp_path, change, count=2):
    """A table of four countries (and two more) with an account of steady intensity, changed by hand."""
    years = _years(count)
    for arrays in years.values():
        arrays["F"], arrays["F_Y"] = arrays["x"][None] * 0.5, np.zeros((1, REGIONS))
    change(years)
    folder = write_economy(tmp_path / "table", years, REGIONS, SECTORS)
    write_csv(folder / "extensions.csv", [["id", "name", "unit"], ["co2", "CO2", "kt"]])
    store = Store(tmp_path / "store")
    add(folder, store, as_id="made")
    return quality_report(store, "made")


def test_an_account_that_is_zero_in_its_last_year_is_named(tmp_path):
    report = _with_account(tmp_path, lambda years: years[2001].update(F=np.zeros((1, N))))
    assert _faults(report, "account all zero") == [(2001, "co2")]
    assert report.total("wrong") == 1


def test_an_account_that_is_zero_in_one_country_is_named(tmp_path):
    def change(years):
        years[2001]["F"][0, SECTORS : 2 * SECTORS] = 0

    assert _faults(_with_account(tmp_path, change), "account all zero") == [(2001, "co2: R1")]


def test_a_tiny_output_with_a_huge_emission_is_named(tmp_path):
    """R2/s3 (column 15) makes a ten-millionth of what it made and emits as before."""

    def change(years):
        for arrays in years.values():
            arrays["Z"][15] *= 1e-8
            arrays["Z"][:, 15] *= 1e-8
            arrays["Y"][15] *= 1e-8
            arrays["x"][15] *= 1e-8

    report = _with_account(tmp_path, change)
    assert _faults(report, "tiny output, large account") == [(2000, "co2: R2/s3"), (2001, "co2: R2/s3")]


def test_an_output_below_zero_is_named_apart(tmp_path):
    report = _with_account(tmp_path, lambda years: years[2001]["x"].__setitem__(7, -5.0))
    assert _faults(report, "negative output") == [(2001, "x: R1/s1")]
    assert _faults(report, "negative flow") == []


def test_an_intensity_far_from_its_neighbours_and_its_past_is_named(tmp_path, monkeypatch):
    """R3/s0 (18) emits 30 times as much per output in 2001; R0/s1 always did, which is no fault."""
    monkeypatch.setattr("kaldor.atlas.quality.accounts._REGIONS", 3)  # four countries here: three others

    def change(years):
        years[2001]["F"][0, 18] *= 30
        for arrays in years.values():
            arrays["F"][0, 1] *= 30

    assert _faults(_with_account(tmp_path, change), "intensity out of line") == [(2001, "co2: R3/s0")]


@pytest.mark.real
def test_of_the_real_co2_accounts_one_intensity_is_out_of_line(real_store):
    """Greek shipping: 1.66 kt CO2 per million dollars in 2007, 0.07 in 2008, 0.86 elsewhere: a break in the source."""
    report = quality_report(real_store, "jrc_wiod_co2")
    assert _faults(report, "intensity out of line") == [(2008, "co2: GRC/c24")]
    assert not _faults(report, "account all zero") + _faults(report, "tiny output, large account")


def _own_account(tmp_path, amounts, years=None, unit="kt"):
    """The report of an account of its own files beside an economy of its own files, neither known to the catalogue."""
    store, years = Store(tmp_path / "store"), years or _years()
    add(write_economy(tmp_path / "table", years, REGIONS, SECTORS), store, as_id="made")
    folder = tmp_path / "soot"
    folder.mkdir()
    rows = [
        [f"R{n // SECTORS}", f"s{n % SECTORS}", *(amounts(year, years)[n] for year in sorted(years))] for n in range(N)
    ]
    write_csv(folder / "F_soot.csv", [["region", "sector", *sorted(years)], *rows])
    (folder / "dataset.toml").write_text(f'unit = "{unit}"\nextension = {{ id = "soot", name = "Soot" }}\n')
    add(folder, store)
    return quality_report(store, "soot")


def _even(year, years, **changed):
    """Half a kt per output, but for the industries named by number: n14=5000 is 5,000 times as much."""
    return [0.5 * made * changed.get(f"n{n}", 1) for n, made in enumerate(years[year]["x"])]


def test_an_own_account_is_looked_at_beside_an_own_economy(tmp_path):
    years = _years()
    for arrays in years.values():
        arrays["Z"][9] = arrays["Z"][:, 9] = arrays["Y"][9] = arrays["x"][9] = 0  # R1/s3 makes nothing
    report = _own_account(tmp_path, lambda year, years: [50 if n == 9 else v for n, v in enumerate(_even(year, years))],
                          years)  # fmt: skip
    assert _faults(report, "emission without output") == [(2000, "soot: R1/s3"), (2001, "soot: R1/s3")]
    assert report.total("doubtful") == 2
    assert {fault.what for fault in report.faults} == {"50 kt (outputs of made)"}


def test_a_tiny_output_beside_an_own_account_is_named(tmp_path):
    years = _years()
    amounts = {year: _even(year, years) for year in years}
    for arrays in years.values():
        arrays["Z"][15] *= 1e-8
        arrays["Z"][:, 15] *= 1e-8
        arrays["Y"][15] *= 1e-8
        arrays["x"][15] *= 1e-8
    report = _own_account(tmp_path, lambda year, _: amounts[year], years)
    assert _faults(report, "tiny output, large account") == [(2000, "soot: R2/s3"), (2001, "soot: R2/s3")]


def test_an_intensity_five_thousand_times_too_high_in_every_year_is_named_in_each(tmp_path):
    report = _own_account(tmp_path, lambda year, years: _even(year, years, n14=5000))
    assert _faults(report, "intensity out of line") == [(2000, "soot: R2/s2"), (2001, "soot: R2/s2")]


def test_an_own_account_in_line_has_no_fault_and_one_of_another_table_is_passed_over(tmp_path):
    store = Store(tmp_path / "store")
    folder = write_economy(tmp_path / "other", _years(), REGIONS, SECTORS)
    (folder / "regions.csv").write_text("region\nA\nB\nC\nD\n")
    add(folder, store, as_id="other")
    assert _own_account(tmp_path, _even).faults == ()


def test_the_emission_without_output_of_the_cases_is_named(tmp_path):
    cases = SHARED / "cases" / "files"
    if not cases.is_dir():
        pytest.skip("the cases from practice (../shared/cases) are not on this machine")
    store = Store(tmp_path / "store")
    add(cases / "zero_output", store)
    add(cases / "zero_output_co2", store)
    report = quality_report(store, "zero_output_co2")
    assert _faults(report, "emission without output") == [(2020, "co2: PRT/goods")]


def test_a_zeroed_year_of_an_extension_is_named(tmp_path):
    folder = tmp_path / "land"
    folder.mkdir()
    rows = [
        ["POL", "farms", 50, 51, 0],
        ["POL", "works", 5, 5, 0],
        ["FRA", "farms", 70, 71, 0],
        ["FRA", "works", 1, 0, 0],
    ]
    write_csv(folder / "F_land.csv", [["region", "sector", "2018", "2019", "2020"], *rows])
    store = Store(tmp_path / "store")
    add(folder, store, as_id="land")
    assert _faults(quality_report(store, "land"), "account all zero") == [(2020, "all values")]


def _land(tmp_path, *rows, own=()):
    """The report of an account of land in 2018 and 2019 by region and sector, and of final users' `own`."""
    folder = tmp_path / "land"
    folder.mkdir()
    write_csv(folder / "F_land.csv", [["region", "sector", "2018", "2019"], *rows])
    if own:
        write_csv(folder / "F_Y_land.csv", [["region", "2018", "2019"], *own])
    store = Store(tmp_path / "store")
    add(folder, store)
    return quality_report(store, "land")


def test_a_change_of_unit_is_said_of_the_industries_that_changed_and_not_of_those_that_did_not(tmp_path):
    """All industries are 1,000 times as large in 2019, but for ESP/works; households are as they were."""
    regions = ("POL", "FRA", "DEU", "ESP", "ITA")
    rows = [[r, s, 50 + n, 1000 * (51 + n)] for r in regions for n, s in enumerate(("farms", "works", "rest"))]
    rows[10][3] /= 1000
    report = _land(tmp_path, *rows, own=[[r, 5, 5] for r in regions])
    [change] = [fault for fault in report.faults if fault.kind == "scale"]
    assert (change.year, change.where, change.weight) == (2019, "industries", "wrong")
    assert change.what == "half of all values are 1,020 times as large as the year before: a change of unit?"
    assert _faults(report, "value out of line") == [(2019, "ESP/works")]


def test_a_country_that_is_zero_in_the_last_of_two_years_is_named(tmp_path):
    report = _land(tmp_path, ["POL", "farms", 50, 0], ["POL", "works", 5, 0], ["FRA", "farms", 70, 71],
                   ["FRA", "works", 0, 0], ["ESP", "farms", 0, 0], ["ESP", "works", 0, 0])  # fmt: skip
    assert _faults(report, "account all zero") == [(2019, "POL")]


def test_a_change_of_unit_in_an_account_of_a_table_is_one_fault(tmp_path):
    def change(years):
        years[2001]["F"] *= 1000

    report = _with_account(tmp_path, change)
    assert [(fault.kind, fault.where) for fault in report.faults] == [("scale", "co2: industries")]


def test_the_zeroed_account_of_the_cases_is_named(tmp_path):
    folder = SHARED / "cases" / "files" / "zeroed_account"
    if not folder.is_dir():
        pytest.skip("the cases from practice (../shared/cases) are not on this machine")
    store = Store(tmp_path / "store")
    add(folder, store, as_id="land")
    assert _faults(quality_report(store, "land"), "account all zero") == [(2020, "all values")]


def test_the_page_stands_alone_and_escapes_what_a_dataset_says(tmp_path):
    years = _years()
    years[2001]["Z"][3, 8] = -25.0
    folder = write_economy(tmp_path / "table", years, REGIONS, SECTORS)
    (folder / "regions.csv").write_text("region\n<b>R0\nR1\nR2\nR3\n")
    store = Store(tmp_path / "store")
    add(folder, store, as_id="made")
    page = to_html(quality_report(store, "made"))
    assert "Z: &lt;b&gt;R0/s3 → R1/s2" in page
    assert "<b>R0" not in page
    assert not re.search(r"https?://|<script|src=", page)
    assert page.count("<svg") == 2
    assert page.count('role="img" aria-label=') == 2


def test_the_command_prints_writes_and_gives_json(tmp_path):
    from kaldor.cli.main import app

    years = _years()
    years[2001]["Z"][3, 8] = -25.0
    store = tmp_path / "store"
    add(write_economy(tmp_path / "table", years, REGIONS, SECTORS), Store(store), as_id="made")
    options = ["data", "report", "made", "--store", str(store)]
    printed = CliRunner().invoke(app, [*options, "--out", str(tmp_path / "page")])
    assert printed.exit_code == 0
    assert "Z: R0/s3 → R1/s2" in printed.stdout
    assert "Quality of made" in (tmp_path / "page" / "quality-made.html").read_text("utf-8")
    assert CliRunner().invoke(app, [*options, "--out", str(tmp_path / "page")]).exit_code == 0
    (tmp_path / "page" / "quality-made.html").write_text("<p>mine</p>")
    refused = CliRunner().invoke(app, [*options, "--out", str(tmp_path / "page")])
    assert "quality-made.html: is no report of Kaldor's" in str(refused.exception)
    assert [path.read_text() for path in (tmp_path / "page").iterdir()] == ["<p>mine</p>"]
    record = json.loads(CliRunner().invoke(app, [*options, "--json"]).stdout)
    assert record == json.loads(json.dumps(quality_report(Store(store), "made").record()))
    assert {fault["kind"] for fault in record["faults"]} <= set(KINDS)
    assert record["totals"]["wrong"] == 1


@pytest.mark.real
def test_the_report_of_wiod_knows_what_its_source_says(real_store):
    report = quality_report(real_store, "wiod2013")
    assert report.total("wrong") == 0
    assert max(balance.largest_gap for balance in report.balances) == pytest.approx(113, abs=0.5)
    # measured on the copy that was added, whose figures are whole
    assert report.known_issues == (
        "Rounded to whole figures: uses differ from an industry's published output by up to 113 million USD.",
        "Industries without output: 18 to 22 a year, most in 2009.",
        "Cells of final demand below zero, as falling inventories are: 186 to 824 a year, most in 2009.",
    )
    # All gaps are within 0.5 × (1,435 + 205 + 1) million, and of the 29 that buy nothing 24 employ at home in 1995.
    counted = {(one.kind, one.year): one.count for one in report.counts}
    assert "gap" not in {kind for kind, _ in counted}
    assert counted["gap of rounding", 1995] == 435
    assert _faults(report, "empty column")[-1] == (2011, "IND/c31")
    assert counted["empty column", 2011] == 1
    assert counted["output out of line", 2011] == 2
    assert report.total("doubtful") == 387
    assert 1996 in report.coverage.years_missing


@pytest.mark.real
def test_what_is_normal_in_georgia_and_the_starter_world_is_not_flagged(shared, tmp_path):
    from kaldor.economy.starter import starter_world

    store = Store(tmp_path / "store")
    add(shared / "useeio_georgia", store, as_id="georgia")
    georgia = quality_report(store, "georgia")
    assert (georgia.total("wrong"), georgia.total("doubtful")) == (0, 0)
    assert [(one.kind, one.count) for one in georgia.counts] == [("flow below zero by its method", 41)]
    assert table_report(starter_world()).faults == ()


def test_the_command_reports_on_the_starter_world_too():
    from kaldor.cli.main import app

    printed = CliRunner().invoke(app, ["data", "report", "starter"])
    assert printed.exit_code == 0, printed.output
    assert "0 wrong, 0 doubtful, 0 to note" in printed.output
    assert CliRunner().invoke(app, ["data", "report", "starter", "--against", "x"]).exit_code != 0


@pytest.mark.parametrize(("added", "kind"), [(12, "gap of rounding"), (17, "gap")])
def test_a_gap_that_rounding_explains_is_a_note(added, kind, tmp_path):
    """Whole numbers: 24 + 4 cells and the output may each be off by a half, 14.5 together."""
    whole = {name: np.round(array) for name, array in _years(1)[2000].items()}
    small = 7
    whole["Z"][:, small] = 1
    whole["Z"][small], whole["Y"][small] = 0, 0
    whole["Y"][small, 0] = 500
    whole["x"] = whole["Z"].sum(axis=1) + whole["Y"].sum(axis=1)
    whole["x"][small] += added
    assert rounding_of(_published(tmp_path, {2000: whole})) == 14.5
    report = quality_report(Store(tmp_path / "store"), "made")
    assert _faults(report, kind) == [(2000, f"R{small // SECTORS}/s{small % SECTORS}")]
    assert {one.kind for one in report.counts} == {kind}


def _published(tmp_path, years):
    store = Store(tmp_path / "store")
    add(write_economy(tmp_path / "table", years, REGIONS, SECTORS), store, as_id="made")
    return store.economy("made", 2000)


def test_cells_with_all_their_digits_leave_no_room_for_rounding(tmp_path):
    assert rounding_of(_published(tmp_path, _years(1))) == 0


def test_households_as_employers_buy_nothing_and_that_is_normal(tmp_path):
    years = _years(1)
    years[2000]["Z"][:, 5] = 0
    years[2000]["Z"][:, 4] = 0
    folder = write_economy(tmp_path / "table", years, REGIONS, SECTORS)
    names = [f"s{k},Sector {k}" for k in range(SECTORS - 1)]
    employers = f"s{SECTORS - 1},Activities of households as employers"
    (folder / "sectors.csv").write_text("\n".join(["code,name", *names, employers]) + "\n")
    store = Store(tmp_path / "store")
    add(folder, store, as_id="made")
    assert _faults(quality_report(store, "made"), "empty column") == [(2000, "R0/s4")]


def test_a_rise_of_a_half_is_not_out_of_line_however_alike_the_others_move(tmp_path):
    years = _years(1)
    years[2001] = {name: array * 1.05 for name, array in years[2000].items()}
    years[2001]["x"][2] *= 1.5  # as refining does where oil becomes dearer
    years[2001]["x"][9] *= 2.5
    assert _faults(_report(tmp_path, years), "output out of line") == [(2001, "R1/s3")]


def test_negative_flows_that_a_model_leaves_are_a_note(tmp_path):
    use = [*supply_use.USE[:3], ["P1", "Crops", 30, 1, 69], ["P2", "Tools", 10, 34, 56], supply_use.USE[5]]
    store = Store(tmp_path / "store")
    add(supply_use.write(tmp_path / "ruritania", "A", use=use), store)
    report = quality_report(store, "ruritania")
    assert _faults(report, "flow below zero by its method") == [(2010, "Z: HRV/P1 → HRV/P2")]
    assert report.total("wrong") == 0
