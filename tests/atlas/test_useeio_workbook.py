"""USEEIO models from EPA's workbook: the model of the JSON files, figure by figure; ten ways to spoil one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.errors import InputError
from tests.atlas.official.damage import assert_refused
from tests.atlas.official.useeio import sheets, write_useeio, write_useeio_workbook
from tests.atlas.official.workbook import write_sheets

NAME = "USEEIOv2.0.1-411.xlsx"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def test_the_workbook_is_the_model_of_the_json_files(tmp_path, store):
    report = add(write_useeio_workbook(tmp_path / NAME), store)
    add(write_useeio(tmp_path / "model"), store, as_id="json")
    assert report.recognised == f"a USEEIO model in EPA's workbook ({NAME})"
    assert report.added[0].id == "useeio"
    workbook, files = (store.economy(id, 2020) for id in ("useeio", "json"))
    for name in ("regions", "sectors", "sector_names", "unit"):
        assert getattr(workbook, name) == getattr(files, name)
    for name in ("Z", "Y", "x"):
        np.testing.assert_allclose(getattr(workbook, name), getattr(files, name), rtol=1e-12)
    assert [(e.id, e.unit) for e in workbook.extensions] == [(e.id, e.unit) for e in files.extensions]
    np.testing.assert_allclose([e.F for e in workbook.extensions], [e.F for e in files.extensions], rtol=1e-12)


def test_rows_and_columns_go_where_their_labels_say(tmp_path, store):
    shuffled = sheets()
    shuffled["A"] = [shuffled["A"][0], *shuffled["A"][:0:-1]]
    shuffled["D"] = [[row[0], *row[:0:-1]] for row in shuffled["D"]]
    shuffled["q"] = [shuffled["q"][0], *shuffled["q"][:0:-1]]
    add(write_useeio_workbook(tmp_path / NAME), store, as_id="whole")
    add(write_sheets(tmp_path / "other.xlsx", shuffled), store, as_id="shuffled")
    assert store.info("whole").content_hash == store.info("shuffled").content_hash


def test_without_q_output_follows_and_is_said(tmp_path, store):
    without = {name: rows for name, rows in sheets().items() if name != "q"}
    notes = add(write_sheets(tmp_path / NAME, without), store).added[0].source.notes
    assert any("The model holds no output" in note and "sheet q" in note for note in notes)


def test_the_advice_of_the_catalogue_leads_to_what_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    cli = CliRunner()
    told = cli.invoke(app, ["data", "get", "useeio"])
    assert NAME in str(told.exception)
    added = cli.invoke(app, ["data", "add", str(write_useeio_workbook(tmp_path / NAME))])
    assert added.exit_code == 0, added.output
    assert "Added useeio: economy (2 regions, 3 sectors" in added.output


def test_two_workbooks_are_not_read_as_one(tmp_path, store):
    for name in ("a.xlsx", "b.xlsx"):
        write_useeio_workbook(tmp_path / "models" / name)
    with pytest.raises(InputError, match=r"2 workbooks of models \(a.xlsx, b.xlsx\).*Add one model at a time"):
        add(tmp_path / "models", store)


def test_a_workbook_that_is_open_elsewhere_leaves_a_file_that_is_passed_over(tmp_path, store):
    write_useeio_workbook(tmp_path / "models" / NAME)
    (tmp_path / "models" / f"~${NAME}").write_bytes(b"\x05owner" + bytes(160))
    assert add(tmp_path / "models", store).added[0].id == "useeio"


def with_cell(sheet: str, row: int, column: int, cell: object) -> Callable[[Path], object]:
    """The workbook with another cell."""

    def write(path: Path) -> object:
        changed = sheets()
        changed[sheet][row][column] = cell
        return write_sheets(path, changed)

    return write


def without(sheet: str) -> Callable[[Path], object]:
    """The workbook without a sheet."""
    return lambda path: write_sheets(path, {name: rows for name, rows in sheets().items() if name != sheet})


def cut(path: Path) -> None:
    content = write_useeio_workbook(path).read_bytes()
    path.write_bytes(content[: len(content) * 3 // 5])


def huge(path: Path) -> None:
    with write_useeio_workbook(path).open("r+b") as stream:
        stream.truncate(MOST_MEMBER_BYTES + 1)


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (cut, NAME),
    "huge": (huge, NAME),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text in numbers": (with_cell("A", 2, 3, "n/a"), "sheet A, row 3, column '22/US-GA': 'n/a' is not a finite"),
    "empty cell": (with_cell("D", 1, 1, None), "sheet D, row 2, column '111CA/US-GA': the cell is empty"),
    "label twice": (with_cell("A", 2, 0, "22/RoUS"), "sheet A: row '22/RoUS' stands 2 times"),
    "other label": (with_cell("N", 1, 0, "Noise"), "sheet N: row 'Noise' is in no list of the workbook"),
    "other year": (with_cell("demands", 1, 1, 2012), "sheet demands: the demand vectors are of the years 2012, 2020"),
    "missing vector": (without("2020_RoUS_Production_Complete"), "no sheet 2020_RoUS_Production_Complete"),
    "other matrix": (with_cell("A", 1, 1, 0.9), "sheet L: it does not follow from A"),
    "no unit": (with_cell("indicators", 1, 4, None), "sheet indicators, row 2: unit is empty"),
    "strange sector": (with_cell("2020_RoUS_Consumption_Complete", 1, 0, "ZZ/US"), "unknown sector 'ZZ/US'"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_workbook_is_refused_and_the_store_stays_as_it_was(kind, tmp_path, store):
    add(write_useeio_workbook(tmp_path / "whole.xlsx"), store, as_id="before")
    spoil, said = SPOILT[kind]
    spoil(tmp_path / NAME)
    assert said in assert_refused(tmp_path / NAME, store, NAME)
