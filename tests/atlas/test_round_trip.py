"""What goes into the store comes out of it, and out of its export, unchanged to the byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.plain_folders import small_economy, write_csv, write_economy

DTYPES = st.sampled_from(["<i4", "<i8", ">i4", "<u2", "<f4", "<f8", ">f8"])


@st.composite
def economies(draw):
    regions, sectors, demands, k = (draw(st.integers(1, most)) for most in (3, 3, 2, 2))
    n, m, dtype = regions * sectors, regions * demands, draw(DTYPES)

    elements = {"allow_nan": False, "allow_infinity": False}
    if np.dtype(dtype).kind == "f":
        elements |= {"min_value": -(2.0**96), "max_value": 2.0**96}  # beyond 1e30 an amount is refused

    def cells(shape):
        return draw(arrays.arrays(dtype, shape, elements=elements, fill=None))

    flows = {"Z": cells((n, n)), "Y": cells((n, m)), "x": cells((n,)), "F": cells((k, n)), "F_Y": cells((k, m))}
    flows["Z"].flat[0] = 1  # a table in which nothing is sold is refused
    if draw(st.booleans()):
        flows["Z"] = np.asfortranarray(flows["Z"])
    return flows, {"regions": regions, "sectors": sectors, "demands": demands}


@given(economies())
@settings(max_examples=15, deadline=None)
def test_arrays_survive_add_export_and_add_again(drawn):
    flows, sizes = drawn
    extensions = [[f"e{i}", f"Extension {i}", "kg"] for i in range(len(flows["F"]))]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        store = Store(here / "store")
        add(write_economy(here / "first", {2001: flows}, **sizes, extensions=extensions), store, "first")
        store.export("first", here / "exported")
        add(here / "exported", store, "second")
        for id in ("first", "second"):
            content = here / "store" / "datasets" / id / store.info(id).content / "2001"
            for name, array in flows.items():
                back = np.load(content / f"{name}.npy")
                assert back.dtype == array.dtype
                assert back.tobytes() == array.tobytes()
        table = store.economy("second", 2001)
        assert table.Z.tobytes() == flows["Z"].tobytes()
        assert [e.F.tobytes() for e in table.extensions] == [row.tobytes() for row in flows["F"]]
        assert store.info("first").content_hash == store.info("second").content_hash


def test_labels_roles_groups_and_description_survive(tmp_path):
    folder = small_economy(tmp_path / "first")
    write_csv(folder / "regions.csv", [["region"], ["ROM"], ["RoW"]])
    write_csv(
        folder / "sectors.csv",
        [["code", "name", "groups"], ["a", 'Farms, "all"', ""], ["b", "Zement & Glas – ü", "goods; manufacturing"],
         ["c", "Rest", "goods"]],
    )  # fmt: skip
    description = 'title = "My \\"own\\" table"\nunit = "thousand PLN"\nclassification = "mine"\nstatus = "estimated"\n'
    (folder / "dataset.toml").write_text(description + '[year_notes]\n2009 = "A crisis year."\n', encoding="utf-8")
    store = Store(tmp_path / "store")
    add(folder, store, "first")
    store.export("first", tmp_path / "exported")
    add(tmp_path / "exported", store, "second")
    for id in ("first", "second"):
        table = store.economy(id, 2009)
        assert table.regions == ("ROU", "ROW")
        assert table.sector_names == ('Farms, "all"', "Zement & Glas – ü", "Rest")
        assert table.sector_groups == {"goods": ("b", "c"), "manufacturing": ("b",)}
        assert table.demand_roles == {"d0": "households"}
        assert (table.unit, table.status, table.source.title) == ("thousand PLN", "estimated", 'My "own" table')
        assert table.notes == ("A crisis year.",)
        assert table.source.id == id


@pytest.mark.parametrize("households", [True, False])
def test_an_extension_dataset_meets_its_economy_and_survives_export(tmp_path, households):
    economy = small_economy(tmp_path / "economy", demands=2)
    folder = tmp_path / "emissions"
    folder.mkdir()
    cells = [[r, s, i + j / 3] for i, r in enumerate(("R1", "R0")) for j, s in enumerate(("s2", "s0", "s1"))]
    write_csv(folder / "F_smoke.csv", [["region", "sector", "2009"], *cells])
    if households:
        write_csv(folder / "F_Y_smoke.csv", [["reg", "2009"], ["R1", 5.5], ["R0", 7.1]])
    (folder / "dataset.toml").write_text('unit = "t"\nextension = { id = "smoke", name = "Smoke" }', encoding="utf-8")
    store = Store(tmp_path / "store")
    add(economy, store, "own")
    add(folder, store, "smoke-data")
    store.export("smoke-data", tmp_path / "exported")
    add(tmp_path / "exported", store, "again")
    for id in ("smoke-data", "again"):
        (smoke,) = store.economy("own", 2009, [id]).extensions
        assert (smoke.id, smoke.name, smoke.unit) == ("smoke", "Smoke", "t")
        assert smoke.F.tolist() == [1 + 1 / 3, 1 + 2 / 3, 1.0, 1 / 3, 2 / 3, 0.0]
        assert smoke.F_Y.tolist() == ([7.1, 0.0, 5.5, 0.0] if households else [0.0] * 4)
    with pytest.raises(InputError, match="already has an extension 'smoke'"):
        store.economy("own", 2009, ["smoke-data", "again"])


def test_extensions_as_csv_in_the_economys_folder(tmp_path):
    folder = small_economy(tmp_path / "own", years=(2001, 2005), sectors=2)
    write_csv(folder / "extensions.csv", [["id", "name", "unit"], ["jobs", "Jobs", "1000"], ["co2", "CO2", "kt"]])
    cells = [[r, s, i, 10 * i] for i, (r, s) in enumerate([("R1", "s1"), ("R1", "s0"), ("R0", "s1"), ("R0", "s0")])]
    write_csv(folder / "F_co2.csv", [["region", "sector", "2001", "2005"], *cells])
    write_csv(folder / "F_Y_co2.csv", [["region", "2001", "2005"], ["R0", 7, 8], ["R1", 9, 10]])
    write_csv(folder / "F_jobs.csv", [["region", "sector", "2001", "2003", "2005"], *([*c, 1] for c in cells)])
    store = Store(tmp_path / "store")
    add(folder, store, "own")
    store.export("own", tmp_path / "exported")
    add(tmp_path / "exported", store, "again")
    for id in ("own", "again"):
        jobs, co2 = store.economy(id, 2005).extensions
        assert (jobs.id, jobs.unit, jobs.F.tolist(), jobs.F_Y.tolist()) == ("jobs", "1000", [1, 1, 1, 1], [0, 0])
        assert (co2.id, co2.unit, co2.F.tolist(), co2.F_Y.tolist()) == ("co2", "kt", [30, 20, 10, 0], [8, 10])


def test_indicators_survive_export(tmp_path):
    rows = [["gdp", "POL", 2009, 0.1 + 0.2, "USD", "observed"], ["gdp", "ROM", 2010, 1e29, "USD", "estimated"]]
    file = write_csv(tmp_path / "mine.csv", [["indicator", "region", "year", "value", "unit", "status"], *rows])
    store = Store(tmp_path / "store")
    add(file, store)
    store.export("mine", tmp_path / "exported")
    add(tmp_path / "exported", store, "again")
    for id in ("mine", "again"):
        table = store.indicators(id)
        assert table["value"].tolist() == [0.1 + 0.2, 1e29]
        assert table["region"].tolist() == ["POL", "ROU"]
        assert table["status"].tolist() == ["observed", "estimated"]
    assert store.info("mine").content_hash == store.info("again").content_hash


def test_export_never_overwrites(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own"), store, "own")
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy" / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(InputError, match="not an empty folder"):
        store.export("own", tmp_path / "busy")
    assert [path.name for path in (tmp_path / "busy").iterdir()] == ["letter.txt"]
