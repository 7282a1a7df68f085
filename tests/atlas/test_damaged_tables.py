"""WIOD 2016, FIGARO, Eurostat's emissions, USEEIO and national tables, each damaged in ten ways: refused, nothing left.

Where a layout is no table of delimited text in a folder, or says its year elsewhere, the damage is made by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kaldor.atlas.store import Store
from tests.atlas.official.damage import DAMAGES, Damageable, assert_refused
from tests.atlas.official.figaro import write_emissions, write_figaro
from tests.atlas.official.national_table import write_national_table
from tests.atlas.official.useeio import write_useeio
from tests.atlas.official.wiod2013 import sheet as sheet2013
from tests.atlas.official.wiod2013 import write_wiod2013
from tests.atlas.official.wiod2016 import sheet, write_co2, write_wiod2016
from tests.atlas.official.workbook import write_sheets
from tests.atlas.official.xlsb import write_xlsb

Hurt = Callable[[Path], object]


def _lines(file: str, change: Callable[[list[str]], list[str]]) -> Hurt:
    def hurt(folder: Path) -> None:
        path = folder / file
        path.write_text("\n".join(change(path.read_text("utf-8").splitlines())) + "\n", "utf-8")

    return hurt


def _swapped(lines: list[str]) -> list[str]:
    """The first two rows of figures change places (those at the end stand under no column of their own)."""
    at = next(n for n, line in enumerate(lines) if line.count(",") > 3 and line.split(",")[-2][:1].isdigit())
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def _without(text: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for line in lines if text not in line]


def _replaced(file: str, old: str, new: str) -> Hurt:
    def hurt(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")

    return hurt


def _renamed(file: str, name: str) -> Hurt:
    return lambda folder: (folder / file).rename(folder / name)


def _json(file: str, change: Callable[[list], object]) -> Hurt:
    def hurt(folder: Path) -> None:
        content = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps(change(content)))

    return hurt


def _rows(change: Callable[[list[list]], list[list]], name: str = "2014") -> Hurt:
    """A workbook with a damaged sheet."""
    return lambda folder: write_xlsb(folder / "WIOT2014_Nov16_ROW.xlsb", {name: change(sheet())})


def _rows2013(change: Callable[[list[list]], list[list]]) -> Hurt:
    return lambda folder: write_sheets(folder / WIOD2013, {"WIOT_2009": change(sheet2013())})


def _cell(rows: list[list]) -> list[list]:
    return [*rows[:8], [*rows[8][:5], "n/a", *rows[8][6:]], *rows[9:]]


def _workbook(change: Callable[[dict[str, list[list]]], object]) -> Hurt:
    """The workbook of CO2 accounts with its sheets changed."""

    def hurt(folder: Path) -> None:
        import openpyxl

        path = folder / "CO2 emissions.xlsx"
        book = openpyxl.load_workbook(path)
        change({page.title: page for page in book})
        book.save(path)

    return hurt


WIOD2013, VALUE_ADDED = "WIOT09_ROW_Sep12.xlsx", "Value added at basic prices"
MATRIX, FLAT = (f"{form}_eu-ic-io_ind-by-ind_25ed_2022.csv" for form in ("matrix", "flatfile"))
SHEET, LONG = "WIOT2014_Nov16_ROW.csv", "WIOT2014_October16_ROW.csv"
EMISSIONS = "env_ac_ghgfp_linear.csv"

LAYOUTS: dict[str, tuple[Callable[[Path], object], Damageable, dict[str, Hurt]]] = {
    "wiod2016-xlsb": (
        write_wiod2016,
        Damageable("WIOT2014_Nov16_ROW.xlsb", "", ""),
        {
            "reordered": _rows(lambda rows: [*rows[:6], rows[7], rows[6], *rows[8:]]),
            "wrong delimiter": lambda folder: (folder / "WIOT2014_Nov16_ROW.xlsb").write_text("a;b\n1;2\n"),
            "wrong year": _renamed("WIOT2014_Nov16_ROW.xlsb", "WIOT2012_Nov16_ROW.xlsb"),
            "text in numbers": _rows(_cell),
            "duplicated labels": _rows(lambda rows: [*rows[:7], [*rows[6][:4], *rows[7][4:]], *rows[8:]]),
            "missing extension": _rows(lambda rows: [row for row in rows if row[0] != "VA"]),
        },
    ),
    "wiod2013": (
        write_wiod2013,
        Damageable(WIOD2013, "", ""),
        {
            "reordered": _rows2013(lambda rows: [*rows[:6], rows[7], rows[6], *rows[8:]]),
            "wrong delimiter": lambda folder: (folder / WIOD2013).write_text("a;b\n1;2\n"),
            "wrong year": _renamed(WIOD2013, "WIOT11_ROW_Sep12.xlsx"),
            "text in numbers": _rows2013(_cell),
            "duplicated labels": _rows2013(lambda rows: [*rows[:7], [*rows[6][:4], *rows[7][4:]], *rows[8:]]),
            "missing extension": _rows2013(lambda rows: [row for row in rows if row[1:2] != [VALUE_ADDED]]),
        },
    ),
    "wiod2016-sheet": (
        lambda folder: write_wiod2016(folder, form="csv"),
        Damageable(SHEET, "", "", ",", 6, 4),
        {
            "reordered": _lines(SHEET, lambda lines: [*lines[:6], lines[7], lines[6], *lines[8:]]),
            "wrong year": _renamed(SHEET, "WIOT2015_Nov16_ROW.csv"),
            "duplicated labels": _replaced(SHEET, "\nC10-C12,", "\nA01,"),
            "missing extension": _lines(SHEET, _without("Value added")),
        },
    ),
    "wiod2016-long": (
        lambda folder: write_wiod2016(folder, form="long"),
        Damageable(LONG, "", "", ",", label_columns=5),
        {
            "reordered": _lines(LONG, lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
            "wrong year": _renamed(LONG, "WIOT2013_October16_ROW.csv"),
            "missing extension": _lines(LONG, _without("Value added")),
        },
    ),
    "figaro-matrix": (
        write_figaro,
        Damageable(MATRIX, "", "", ",", 1, 1),
        {
            "reordered": _lines(MATRIX, _swapped),
            "wrong year": _renamed(MATRIX, MATRIX.replace("2022", "2024")),
            "missing extension": _lines(MATRIX, _without("W2_B2A3G")),
        },
    ),
    "figaro-flat": (
        lambda folder: write_figaro(folder, form="flatfile"),
        Damageable(FLAT, "", "", ",", 1, 4),
        {
            "reordered": _lines(FLAT, lambda lines: [lines[0], *lines[500:], *lines[1:500]]),
            "wrong year": _renamed(FLAT, FLAT.replace("2022", "2009")),
            "text in numbers": _lines(
                FLAT, lambda lines: [*lines[:9], lines[9].rsplit(",", 1)[0] + ",n/a", *lines[10:]]
            ),
            "duplicated labels": _lines(FLAT, lambda lines: [*lines, lines[1]]),
            "missing extension": _lines(FLAT, _without("W2_B2A3G")),
        },
    ),
    "eurostat-air": (
        write_emissions,
        Damageable(EMISSIONS, "", "", ",", 1, 9),
        {
            "reordered": _replaced(EMISSIONS, "TIME_PERIOD,OBS_VALUE", "OBS_VALUE,TIME_PERIOD"),
            "wrong year": _replaced(EMISSIONS, "THS_T,2022", "THS_T,2022-Q1"),
            "text in numbers": _lines(EMISSIONS, lambda rows: [rows[0], rows[1].replace(",,", "x,,"), *rows[2:]]),
            "duplicated labels": _lines(EMISSIONS, lambda lines: [*lines, lines[1]]),
            "missing extension": _lines(EMISSIONS, lambda rows: [r for r in rows if ",WORLD," not in r]),
        },
    ),
    "useeio": (
        write_useeio,
        Damageable("matrix/A.json", "matrix/D.json", "", ","),
        {
            "reordered": _json("matrix/A.json", lambda rows: rows[::-1]),
            "wrong year": _replaced("demands.json", "2020", "2019"),
            "text in numbers": _json("matrix/A.json", lambda rows: [["n/a", *rows[0][1:]], *rows[1:]]),
            "duplicated labels": _replaced("sectors.json", "311FT", "111CA"),
        },
    ),
    "national-table": (
        write_national_table,
        Damageable("table.csv", "dataset.toml", "", ","),
        {
            "reordered": _replaced("dataset.toml", '"CPA_A", "CPA_B-E"', '"CPA_B-E", "CPA_A"'),
            "wrong delimiter": _lines("table.csv", lambda lines: [line.replace(",", "|") for line in lines]),
            "wrong year": _replaced("dataset.toml", "1995", "95"),
            "missing extension": _lines("table.csv", _without("Employment")),
        },
    ),
    "jrc-wiod-co2": (
        write_co2,
        Damageable("CO2 emissions.xlsx", "", ""),
        {
            "reordered": _workbook(lambda pages: setattr(pages["CHN"]["A3"], "value", "2014")),
            "wrong delimiter": lambda folder: (folder / "CO2 emissions.xlsx").write_text("A01;1\n"),
            "wrong year": _workbook(lambda pages: setattr(pages["CHN"]["B1"], "value", 2012)),
            "text in numbers": _workbook(lambda pages: setattr(pages["CHN"]["B3"], "value", "n/a")),
            "duplicated labels": _workbook(lambda pages: setattr(pages["CHN"]["A3"], "value", "A01")),
            "missing extension": _workbook(lambda pages: pages["CHN"].delete_rows(7)),
        },
    ),
}


_SLOW = ("wiod2016-sheet", "wiod2016-long", "jrc-wiod-co2")
"""Other forms of what the default run damages already."""


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize(
    "layout", [pytest.param(name, marks=pytest.mark.long) if name in _SLOW else name for name in LAYOUTS]
)
def test_a_damaged_download_is_refused_and_nothing_is_left(layout, kind, tmp_path):
    write, at, by_hand = LAYOUTS[layout]
    folder = tmp_path / "download"
    write(folder)
    store = Store(tmp_path / "store")
    if kind in by_hand:
        by_hand[kind](folder)
        damaged = folder
    else:
        damaged = DAMAGES[kind](folder, at)
    assert_refused(damaged, store, "download")
    assert store.datasets() == []
