"""Where figures of files and of the store end up: small tables by hand, each figure another one, so that none can stand
in another's place.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.blocs import members
from kaldor.atlas.concordance import concordance
from kaldor.atlas.conversion import convert_indicator
from kaldor.atlas.quality.outliers import cell_jumps, median_ratio
from kaldor.atlas.quality.series import series_faults
from kaldor.atlas.store import Store
from tests.atlas.official import indicators as official
from tests.atlas.plain_folders import small_economy, write_csv
from tests.brief.trading import keep_trading


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def indicators(store: Store, path: Path, id: str = "found") -> pd.DataFrame:
    add(path, store, id)
    return store.indicators(id)


def asked(store: Store, table: str) -> pd.DataFrame:
    with store.catalogue() as catalogue:
        return catalogue.table(table).to_pandas().set_index("dataset" if table != "datasets" else "id")


def test_the_catalogue_tells_what_stands_there_now(store: Store, tmp_path: Path) -> None:
    add(small_economy(tmp_path / "one", years=(2001, 2005)), store, as_id="own")
    before = asked(store, "datasets").loc["own"]
    assert (before["first_year"], before["last_year"]) == (2001, 2005)
    add(small_economy(tmp_path / "two", seed=5, years=(2003, 2009)), store, as_id="own")
    after = asked(store, "datasets").loc["own"]
    assert (after["first_year"], after["last_year"]) == (2003, 2009)
    assert after["content_hash"] == store.info("own").content_hash != before["content_hash"]
    assert sorted(asked(store, "dataset_years").loc["own", "year"]) == [2003, 2009]
    assert store.economy("own", 2009).x.tolist() == pytest.approx(
        np.load(tmp_path / "two" / "table_2009.npz")["x"].tolist()
    )


def test_a_balance_by_hand(store: Store, tmp_path: Path) -> None:
    """520 of output (60, 200, 20, 20, 100, 40, 20, 50, 10), 110 of inputs."""
    keep_trading(store, tmp_path / "files")
    found = store.balance("trading", 2010)
    assert (found.output, found.value_added, found.largest_gap) == pytest.approx((520, 410, 0))
    assert found.above_one == ()
    assert found.without_output == 0


def test_inputs_are_those_of_a_column(store: Store, tmp_path: Path) -> None:
    """R0/s1 buys 30 of R0/s0 and makes 20: its inputs are 1.5 times its output; R0/s0 sells 30 and buys nothing."""
    folder = small_economy(tmp_path / "f", years=(2010,))
    arrays = dict(np.load(folder / "table_2010.npz"))
    Z, Y = np.zeros_like(arrays["Z"]), np.ones_like(arrays["Y"])
    Z[0, 1], Y[1] = 30, [12, 8]
    np.savez(folder / "table_2010.npz", **{**arrays, "Z": Z, "Y": Y, "x": Z.sum(axis=1) + Y.sum(axis=1)})
    add(folder, store, as_id="odd")
    assert store.balance("odd", 2010).above_one == (("R0/s1", pytest.approx(1.5)),)


def test_what_a_dataset_says_of_itself_goes_with_each_of_its_years(store: Store, tmp_path: Path) -> None:
    folder = small_economy(tmp_path / "f", years=(2005, 2010))
    told = 'title = "Own"\nunit = "million USD"\nnotes = ["of all years"]\nknown_issues = ["a fault"]\n'
    (folder / "dataset.toml").write_text(told + '[year_notes]\n2010 = "2010: revised"\n', "utf-8")
    add(folder, store, as_id="own")
    assert {"2010: revised", "of all years", "a fault"} <= set(store.economy("own", 2010).notes)
    assert "2010: revised" not in store.economy("own", 2005).notes


def test_a_declared_sum_has_its_factor(store: Store, tmp_path: Path) -> None:
    keep_trading(store, tmp_path / "first")
    sums = '[[sums]]\nid = "co2-t"\nname = "CO2 in tonnes"\nunit = "t CO2"\nfactor = 1000\n'
    sums += 'of_unit = "kt CO2"\nof = ["co2"]\n'
    description = tmp_path / "first" / "dataset.toml"
    description.write_text(description.read_text("utf-8") + sums, "utf-8")
    add(tmp_path / "first", store, as_id="trading")
    held = {one.id: one for one in store.economy("trading", 2010).extensions}
    assert held["co2-t"].F.tolist() == pytest.approx([600e3, 200e3, 20e3, 20e3, 50e3, 40e3, 400e3, 100e3, 10e3])
    assert held["co2-t"].F_Y.sum() == pytest.approx(180e3)


def test_roles_belong_to_their_own_columns(store: Store, tmp_path: Path) -> None:
    keep_trading(store, tmp_path / "files")
    table = store.economy("trading", 2010)
    assert dict(table.demand_roles) == {"hh": "households", "inv": "investment"}
    assert table.Y[:, 0].tolist() == [30, 60, 20, 0, 0, 0, 0, 0, 0]  # German households
    assert table.Y[:, 1].tolist() == [0, 0, 0, 0, 30, 0, 0, 0, 0]  # German investment


def test_membership_counts_from_the_end_of_the_year() -> None:
    """Poland joined the Union on 1 May 2004, the United Kingdom left on 31 January 2020."""
    assert [("POL" in members("EU", year)) for year in (2003, 2004, 2005)] == [False, True, True]
    assert [("GBR" in members("EU", year)) for year in (2019, 2020)] == [True, False]


def test_forecasts_units_and_gaps_of_the_world_bank(store: Store, tmp_path: Path) -> None:
    import json

    records = [official.wdi_record("DE", "DEU", 2018, 4.0e12), official.wdi_record("DE", "DEU", 2030, 5.0e12)]
    records += [official.wdi_record("FR", "FRA", 2018, None)]
    records[1]["obs_status"] = "F"
    (tmp_path / "pages").mkdir()
    page = [{"page": 1, "pages": 1, "per_page": 50, "total": 3}, records]
    (tmp_path / "pages" / "page1.json").write_text(json.dumps(page), "utf-8")
    found = indicators(store, tmp_path / "pages").set_index(["region", "year"])
    assert dict(found["status"]) == {("DEU", 2018): "observed", ("DEU", 2030): "predicted"}
    assert set(found["unit"]) == {"current US$"}  # as the indicator's name has it; France has no value, and not 0


def test_thousands_of_people_of_whole_years(store: Store, tmp_path: Path) -> None:
    rows = [
        ("DEU", "BA:1", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019", "1890.5", "", ""),
        ("DEU", "BA:1", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019Q1", "1800", "", ""),
        ("BRA", "BA:2", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019", "", "", ""),
        ("FRA", "BA:2", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019", "700", "E", ""),
    ]
    found = indicators(store, official.ilostat(tmp_path / "ilo", rows)).set_index("region")
    assert dict(found["value"]) == {"DEU": 1890.5, "FRA": 700}  # neither the quarter nor the empty cell
    assert set(found["unit"]) == {"thousands"}
    assert dict(found["status"]) == {"DEU": "observed", "FRA": "estimated"}


def test_multipliers_and_flags_of_sdmx(store: Store, tmp_path: Path) -> None:
    header = ["DATAFLOW", "FREQ", "REF_AREA", "UNIT_MEASURE", "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]
    rows = [
        ["X:F(1.0)", "A", "DEU", "USD", "6", "2019", "2.5", "E"],
        ["X:F(1.0)", "A", "FRA", "USD", "0", "2019", "7", ""],
    ]
    write_csv(tmp_path / "sdmx.csv", [header, *rows])
    found = indicators(store, tmp_path / "sdmx.csv").set_index("region")
    assert dict(found["value"]) == {"DEU": 2.5e6, "FRA": 7}
    assert dict(found["status"]) == {"DEU": "estimated", "FRA": "observed"}


def test_each_value_of_the_penn_world_table_has_its_own_year(store: Store, tmp_path: Path) -> None:
    found = indicators(store, official.pwt(tmp_path / "pwt")).set_index(["indicator", "region", "year"])["value"]
    assert {year: found["pop", "DEU", year] for year in (2017, 2018)} == {2017: 82.6, 2018: 82.9}
    assert {year: found["xr", "DEU", year] for year in (2017, 2018)} == {2017: 0.885, 2018: 0.847}
    assert ("xr", "BRA", 2018) not in found


RATES = pd.DataFrame(
    {
        "indicator": "x", "region": ["DEU", "FRA", "POL"], "year": 2010, "value": [10.0, 20, 90], "unit": "% of people",
        "sector": "", "status": ["observed", "estimated", "observed"], "source": "",
    }
)  # fmt: skip
TWO = concordance({"DEU": {"W": 1.0}, "FRA": {"W": 1.0}, "POL": {"E": 1.0}}, "by hand")


def test_a_rate_of_several_is_their_mean_by_weight_and_an_amount_their_sum() -> None:
    weights = pd.DataFrame({"region": ["DEU", "FRA", "POL"], "year": 2010, "weight": [3.0, 1, 5]})
    found = convert_indicator(RATES, TWO, weights=weights).set_index("region")
    assert dict(found["value"]) == pytest.approx({"W": 12.5, "E": 90})  # (3 × 10 + 20) / 4
    assert dict(found["status"]) == {"W": "estimated", "E": "observed"}
    assert dict(convert_indicator(RATES, TWO).set_index("region")["value"]) == pytest.approx({"W": 30, "E": 90})
    lacking = convert_indicator(RATES.iloc[[0, 2]], TWO).set_index("region")
    assert list(lacking.index) == ["E"]  # France lacks: what is missing is not 0


def test_households_are_those_that_the_declaration_names(store: Store, tmp_path: Path) -> None:
    """Investment stands before households; 7 kt are their own."""
    folder = tmp_path / "national"
    folder.mkdir()
    table = [
        ["", "farms", "works", "inv", "hh"],
        ["farms", 5, 10, 0, 35],
        ["works", 10, 20, 40, 30],
        ["co2", 3, 60, "", 7],
    ]
    write_csv(folder / "table.csv", table)
    (folder / "dataset.toml").write_text(
        'title = "One"\nunit = "million USD"\n[table]\nfile = "table.csv"\nregion = "POL"\nyear = 1995\ncodes = ""\n'
        'rows = ["farms", "works"]\ncolumns = ["farms", "works"]\n'
        '[table.final_demand]\ninv = "investment"\nhh = "households"\n'
        '[[table.extensions]]\nid = "co2"\nname = "CO2"\nunit = "kt CO2"\nrow = "co2"\nhouseholds = "hh"\n',
        "utf-8",
    )
    add(folder, store, as_id="one")
    found = store.economy("one", 1995)
    (co2,) = found.extensions
    assert (co2.F.tolist(), co2.F_Y.tolist()) == ([3, 60], [0, 7])
    assert found.x.tolist() == [50, 100]
    assert dict(found.demand_roles) == {"inv": "investment", "hh": "households"}


def test_a_fault_of_a_series_has_its_own_year() -> None:
    frame = pd.DataFrame({"indicator": "x", "region": "DEU", "year": [2008, 2009, 2011], "value": [3.0, -2, 4]})
    faults: list = []
    series_faults(frame, faults.extend, limit=10)
    assert [(one.kind, one.year) for one in faults if one.kind == "negative value"] == [("negative value", 2009)]


def test_the_largest_changes_come_first_and_the_usual_one_is_the_median() -> None:
    before = np.full((6, 6), 100.0)
    after = before * np.exp(np.linspace(-0.01, 0.01, 36)).reshape(6, 6)
    after[1, 2], after[3, 4] = 9000, 40_000
    found = cell_jumps(before, after, floor=1, limit=6, most=5)
    assert [jump.place for jump in found.largest] == [(3, 4), (1, 2)]
    assert median_ratio(np.array([1.0, 1, 1]), np.array([1.0, 2, 1000])) == pytest.approx(2)
