"""The store on the real tables: figures that IO_ORIGINS.md gives, and labels that meet."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def store(shared, tmp_path_factory) -> Store:
    store = Store(tmp_path_factory.mktemp("real") / "store")
    report = add(shared / "wiod2013_41x35", store, "wiod2013")
    assert [manifest.id for manifest in report.added] == ["wiod2013", "jrc_wiod_co2"]
    assert "41 regions" in report.saw
    add(shared / "wiod2013_regional_7x35", store)
    return store


@pytest.mark.parametrize(("year", "output", "value_added"), [(2009, 114_158, 57_002), (2011, 141_768, 69_328)])
def test_world_output_and_value_added(store, year, output, value_added):
    balance = store.balance("wiod2013", year)
    assert round(balance.output / 1000) == output
    assert round(balance.value_added / 1000) == value_added
    assert balance.largest_gap <= 113
    assert 18 <= balance.without_output <= 22


def test_arrays_are_those_of_the_file(store, shared):
    with np.load(shared / "wiod2013_41x35" / "wiot_2009.npz") as published:
        table = store.economy("wiod2013", 2009)
        for name in ("Z", "Y", "x"):
            array = getattr(table, name)
            assert array.dtype == published[name].dtype
            assert array.tobytes() == published[name].tobytes()
    assert store.check("wiod2013") == []


def test_the_seven_regions_are_the_same_world(store):
    table = store.economy("wiod2013_regional", 2011)
    assert table.regions == ("EUZ", "EUN", "NAF", "CHN", "EAS", "BRI", "ROW")
    assert table.x.sum() / 1000 == pytest.approx(141_767.884, abs=5e-4)
    assert table.x[3 * 35 : 4 * 35].sum() / 1e6 == pytest.approx(22.27, abs=5e-3)


@pytest.mark.parametrize("year", [2000, 2009, 2011])
def test_co2_is_attached_in_the_right_place_and_none_is_lost(store, shared, year):
    table = store.economy("wiod2013", year, ["jrc_wiod_co2"])
    (co2,) = table.extensions
    assert (co2.id, co2.unit) == ("co2", "kt CO2")
    cells = list(csv.DictReader((shared / "jrc_wiod_co2" / "F_co2_kt_wiod35_2000_2011.csv").open(encoding="utf-8")))
    own = list(csv.DictReader((shared / "jrc_wiod_co2" / "F_Y_households_co2_kt_2000_2011.csv").open(encoding="utf-8")))
    assert co2.F.sum() == pytest.approx(sum(float(cell[str(year)]) for cell in cells), rel=1e-12)
    assert co2.F_Y.sum() == pytest.approx(sum(float(cell[str(year)]) for cell in own), rel=1e-12)
    romania = table.regions.index("ROU")
    (metals,) = (float(c[str(year)]) for c in cells if (c["region"], c["sector"]) == ("ROM", "c12"))
    assert co2.F[romania * 35 + table.sectors.index("c12")] == metals
    (homes,) = (float(c[str(year)]) for c in own if c["reg"] == "ROM")
    assert co2.F_Y[romania * 5 : romania * 5 + 5].tolist() == [homes, 0, 0, 0, 0]


def test_a_year_without_co2_is_said(store):
    with pytest.raises(InputError, match=r"no year 1995. It has 2000–2011"):
        store.economy("wiod2013", 1995, ["jrc_wiod_co2"])


def test_the_extension_does_not_fit_the_seven_regions(store):
    with pytest.raises(InputError, match="has no value for EUZ/c1"):
        store.economy("wiod2013_regional", 2011, ["jrc_wiod_co2"])


def test_notes_tell_of_the_crisis_year(store):
    assert any("crisis year" in note for note in store.economy("wiod2013", 2009).notes)
    assert not any("crisis year" in note for note in store.economy("wiod2013", 2011).notes)


def test_companions_can_be_left(shared, tmp_path):
    report = add(shared / "wiod2013_41x35", Store(tmp_path), "wiod2013", companions=False)
    assert [manifest.id for manifest in report.added] == ["wiod2013"]
