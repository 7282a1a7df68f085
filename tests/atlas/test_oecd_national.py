"""National tables of the OECD: a small one by script, cell for cell; Belgium 2020 in place; ten ways to spoil one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.classifications import classification
from kaldor.atlas.readers.oecd_national import edition_of, sectors_of
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.trade import gross_exports
from kaldor.errors import InputError
from tests.atlas.official.damage import DAMAGES, Damageable, assert_refused
from tests.conftest import SHARED

INDUSTRIES = ("01", "10T12", "64T66")
DEMANDS = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR", "CONS_NONRES", "EXPO", "IMPO")
FILE = "NZL2018ttl.csv"


def frame(seed: int = 1) -> pd.DataFrame:
    """A table that balances: output is uses less imports, and inputs with taxes and value added."""
    chance = np.random.default_rng(seed)
    rows, columns = [f"TTL_{i}" for i in INDUSTRIES], [f"D{i}" for i in INDUSTRIES]
    table = pd.DataFrame(
        0.0, [*rows, "TXS_IMP_FNL", "TXS_INT_FNL", "TTL_INT_FNL", "VALU", "OUTPUT"], [*columns, *DEMANDS]
    )
    table.loc[rows, columns] = chance.uniform(1, 30, (3, 3)).round(1)
    table.loc[rows, list(DEMANDS[:-1])] = chance.uniform(1, 60, (3, 8)).round(1)
    table.loc[rows, "IMPO"] = -chance.uniform(1, 60, 3).round(1)
    table.loc["OUTPUT", columns] = table.loc[rows].sum(axis=1).to_numpy()
    table.loc["TXS_INT_FNL", [*columns, "HFCE"]] = [1.5, -0.5, 2.0, 9.0]
    table.loc["TXS_IMP_FNL", columns] = [0.25, 0.5, 0.25]
    table.loc["TTL_INT_FNL"] = table.loc[[*rows, "TXS_IMP_FNL", "TXS_INT_FNL"]].sum()
    table.loc["VALU", columns] = table.loc["OUTPUT", columns] - table.loc["TTL_INT_FNL", columns]
    return table


def write(folder: Path, name: str = FILE, seed: int = 1) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    frame(seed).to_csv(folder / name, index_label="")
    return folder / name


def test_a_national_table_needs_no_description(tmp_path):
    store = Store(tmp_path / "store")
    report = add(write(tmp_path), store, as_id="nzl")
    assert (report.recognised, report.added[0].id) == ("OECD national table, NZL 2018", "nzl")
    table, cells = store.economy("nzl", 2018), frame()
    np.testing.assert_array_equal(table.Z, cells.iloc[:3, :3])
    np.testing.assert_array_equal(table.Y, cells.iloc[:3, 3:])
    np.testing.assert_allclose(table.x, cells.loc["OUTPUT"].iloc[:3])
    assert [extension.id for extension in table.extensions] == ["value-added", "taxes-on-products", "taxes-on-imports"]
    np.testing.assert_allclose(table.extensions[0].F, cells.loc["VALU"].iloc[:3])
    assert (table.regions, table.sectors, table.unit) == (("NZL",), ("D01", "D10T12", "D64T66"), "million USD")
    assert {code for code, role in table.demand_roles.items() if role == "exports"} == {"CONS_NONRES", "EXPO"}
    exports = cells.loc["TTL_01":"TTL_64T66", ["CONS_NONRES", "EXPO"]].to_numpy().sum()
    assert gross_exports(Economy.from_published(table), "NZL").sum() == pytest.approx(exports)


def test_several_years_are_one_dataset_and_parts_of_the_flows_are_named(tmp_path):
    for year in (2018, 2019):
        write(tmp_path / "nzl", f"NZL{year}ttl.csv", seed=year)
    write(tmp_path / "nzl", "NZL2018dom.csv")
    store = Store(tmp_path / "store")
    report = add(tmp_path / "nzl", store)
    assert store.years("nzl") == (2018, 2019)
    assert any("Not read: NZL2018dom.csv" in note for note in report.added[0].source.notes)


@pytest.mark.parametrize(
    ("name", "said"),
    [("AUS2018ttl.csv", "holds tables of 2 countries \\(AUS, NZL\\)"), ("nzl2018TTL.csv", "2018 is also in")],
)
def test_several_countries_or_two_files_of_a_year_are_refused(tmp_path, name, said):
    write(tmp_path / "both")
    write(tmp_path / "both", name)
    with pytest.raises(InputError, match=said):
        add(tmp_path / "both", Store(tmp_path / "store"))


def test_domestic_flows_alone_are_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"Take that of all flows: NZL2018ttl\.csv\."):
        add(write(tmp_path, "NZL2018dom.csv"), Store(tmp_path / "store"))


@pytest.mark.parametrize("edition", ["oecd50", "oecd45", "oecd36"])
def test_industries_of_an_edition_get_its_codes_and_names(edition):
    sectors = classification(edition).sectors
    letters = {"D": "35", "E": "36T39", "F": "41T43", "G": "45T47", "I": "55T56", "K": "64T66", "L": "68", "M": "69T75",
               "N": "77T82", "O": "84", "P": "85", "Q": "86T88", "R": "90T93", "S": "94T96", "T": "97T98"}  # fmt: skip
    divisions = [letters.get(s.code) or s.code.lstrip("ABCHJ").replace("_", "T") for s in sectors]
    assert edition_of(divisions) == edition
    assert sectors_of(divisions) == {"code": tuple(s.code for s in sectors), "name": tuple(s.name for s in sectors)}
    assert edition_of(divisions[1:]) == ""


def test_belgium_2020_as_published(tmp_path):
    file = SHARED / "cases" / "layouts" / "BEL2020ttl.csv"
    if not file.is_file():
        pytest.skip("the layouts (../shared/cases) are not on this machine")
    store = Store(tmp_path / "store")
    add(file, store)
    table = store.economy("oecd_iot_2025", 2020)
    cells = pd.read_csv(file, index_col=0)
    assert table.sectors == classification("oecd50").codes
    assert table.x.sum() == pytest.approx(1_054_181.5)
    assert table.extensions[0].F.sum() == pytest.approx(472_436.5)
    assert gross_exports(Economy.from_published(table), "BEL").sum() == pytest.approx(
        cells.loc["TTL_01":"TTL_97T98", ["CONS_NONRES", "EXPO"]].to_numpy().sum()
    )
    assert "C20" in table.sector_groups["manufacturing"]


def text(change):
    def hurt(folder: Path) -> None:
        (folder / FILE).write_text(change((folder / FILE).read_text()))

    return hurt


HURT = {
    "reordered": text(
        lambda t: "\n".join([*t.splitlines()[:1], t.splitlines()[2], t.splitlines()[1], *t.splitlines()[3:]])
    ),
    "wrong year": lambda folder: (folder / FILE).rename(folder / "NZL20185ttl.csv"),
    "duplicated labels": text(lambda t: t.replace("TTL_10T12", "TTL_01")),
    "missing extension": text(lambda t: "".join(line for line in t.splitlines(True) if not line.startswith("VALU"))),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_table_is_refused_and_nothing_is_left(kind, tmp_path):
    folder = tmp_path / "download"
    write(folder)
    damaged = folder
    if kind in HURT:
        HURT[kind](folder)
    else:
        damaged = DAMAGES[kind](folder, Damageable(FILE, "", "", ",", 1, 1))
    store = Store(tmp_path / "store")
    assert_refused(damaged, store, "download")
    assert store.datasets() == []
