"""Tables that nobody means are refused by `data add`, whichever reader read them, and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.believable import SPREADSHEET_ERRORS
from kaldor.atlas.readers import contents as held
from tests.atlas.plain_folders import balanced, small_economy, write_csv, write_economy
from tests.hostile.doors import content, kaldor

ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!")
INDICATOR = ["indicator", "region", "year", "value", "unit"]
EXTENSION = ["region", "sector", "2018"]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def _refused(path: Path, *said: str) -> str:
    before = content(path.parent)
    ended = kaldor("data", "add", str(path), "--as", "given")
    assert ended.code == 2, ended
    assert ended.err.startswith("kaldor: ")
    for one in said:
        assert one in ended.err, ended.err
    assert kaldor("data", "list").out.count("given") == 0
    assert {name: what for name, what in content(path.parent).items() if name in before} == before
    return ended.err


def _with(folder: Path, **arrays: np.ndarray) -> Path:
    return write_economy(folder, {2009: balanced(1) | arrays}, regions=2, sectors=3)


def test_flows_that_are_all_below_zero(tmp_path):
    said = _refused(
        _with(tmp_path / "own", Z=-balanced(1)["Z"]), "2009, array 'Z': every flow between industries is 0 or below"
    )
    assert "Turn the signs" in said


def test_one_flow_below_zero_is_an_official_tables_own(tmp_path):
    Z = balanced(1)["Z"]
    Z[0, 0] = -1
    assert kaldor("data", "add", str(_with(tmp_path / "own", Z=Z)), "--as", "given").code == 0


@pytest.mark.parametrize("name", ["Z", "Y", "x"])
@pytest.mark.parametrize("value", [1.5e308, -1e300, 1e31])
def test_a_cell_that_no_sum_can_hold(tmp_path, name, value):
    array = balanced(1)[name]
    array[(1,) * array.ndim] = value
    cell = ", ".join(["1"] * array.ndim)
    said = _refused(_with(tmp_path / "own", **{name: array}))
    assert f"2009, array '{name}', cell ({cell}): is {value:.3g}, beyond any amount" in said
    assert "expected at most 1e+30" in said
    assert "slip of the unit" in said


@pytest.mark.parametrize("year", [0, 1, 1492, 9999])
def test_a_year_that_is_none(tmp_path, year):
    folder = write_economy(tmp_path / "own", {2009: balanced(1)}, regions=2, sectors=3)
    (folder / "table_2009.npz").rename(folder / f"table_{year:04d}.npz")
    assert "year" in _refused(folder)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(("file", "column", "table"), [
    ("regions.csv", 0, "regions, region 2"), ("sectors.csv", 0, "sectors, code 2"),
    ("sectors.csv", 1, "sectors, name 2"), ("final_demand.csv", 1, "final demand, name 1"),
])  # fmt: skip
def test_an_error_of_a_spreadsheet_as_a_name(tmp_path, file, column, table, error):
    folder = small_economy(tmp_path / "own")
    lines = [line.split(",") for line in (folder / file).read_text("utf-8").splitlines()]
    lines[min(2, len(lines) - 1)][column] = error
    write_csv(folder / file, lines)
    _refused(folder, f"{table}: '{error}' is an error of a spreadsheet", "Mend the sheet")


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("column", [0, 1, 2, 3, 4])
def test_an_error_of_a_spreadsheet_among_indicators(tmp_path, column, error):
    row = ["a", "DEU", "2018", "1.5", "%"]
    row[column] = error
    folder = tmp_path / "given"
    folder.mkdir()
    _refused(write_csv(folder / "values.csv", [INDICATOR, ["a", "FRA", "2018", "1.5", "%"], row]), "values.csv", error)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_an_error_of_a_spreadsheet_in_an_extension(tmp_path, column, error):
    row = ["DEU", "c2", "1.5"]
    row[column] = error
    folder = tmp_path / "given"
    folder.mkdir()
    write_csv(folder / "F_co2.csv", [EXTENSION, ["DEU", "c1", "2"], row])
    _refused(folder, "F_co2.csv", error)


@pytest.mark.parametrize(("file", "rows"), [
    ("values.csv", [INDICATOR, ["a", "DEU", "2018", "1.5e308", "%"]]),
    ("F_co2.csv", [EXTENSION, ["DEU", "c1", "1.5e308"]]),
])  # fmt: skip
def test_a_value_of_a_long_table_that_no_sum_can_hold(tmp_path, file, rows):
    folder = tmp_path / "given"
    folder.mkdir()
    write_csv(folder / file, rows)
    _refused(folder, file, "beyond any amount")


def test_every_kind_of_contents_passes_the_check():
    """One check serves all readers: what they hand over is one of these kinds."""
    from typing import get_args

    from kaldor.atlas.readers.known import BY_NAME

    assert len(BY_NAME) > 15
    assert set(get_args(held.Contents)) == {
        held.EconomyContents, held.ExtensionContents, held.IndicatorContents, held.CodeContents
    }  # fmt: skip
    assert "#REF!" in SPREADSHEET_ERRORS
