"""GLORIA: supply and use as pymrio reads them, and the industry table that model D makes of them."""

import warnings

import numpy as np
import pytest
from scipy import sparse

from kaldor.atlas import memory
from kaldor.atlas.add import add
from kaldor.atlas.readers import gloria
from kaldor.atlas.readers.gloria import fixed_product_sales
from kaldor.atlas.readers.workbook import read_sheets
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official import damage
from tests.atlas.official.gloria import DEMANDS, EMPTY, REGIONS, SECTORS, gloria_matrices, write_gloria, write_readme

READ: dict[bytes, list] = {}
ALL = [(code, name) for _, code in REGIONS for _, name in SECTORS]


@pytest.fixture(autouse=True)
def a_workbook_is_read_once(monkeypatch):
    """A workbook of the same bytes is read by one process only, since each takes a second to start."""

    def read_once(download, name, sheets):
        with download.open(name) as stream:
            key = stream.read()
        if key not in READ:
            READ[key] = read_sheets(download, name, sheets)
        return READ[key]

    monkeypatch.setattr(gloria, "read_sheets", read_once)


def by_pymrio(path, construct):
    """pymrio's supply and use tables of a folder and what it makes of them, every region in its place again."""
    import pymrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts, _ = pymrio.parse_gloria_sut(path, 2022, "059"[1:])
        table = pymrio.parse_gloria(path, 2022, "059"[1:], construct=construct)
    return parts, table


def labelled(frame, rows, columns):
    """A frame of pymrio's by Kaldor's order; the region that it leaves out because it has no output is zero."""
    return frame.reindex(index=rows, columns=columns, fill_value=0.0).to_numpy()


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("by_products", [False, True])
def test_equal_to_what_pymrio_reads(tmp_path, zipped, by_products):
    path = write_gloria(tmp_path / "gloria", 2022, zipped=zipped, by_products=by_products)
    store = Store(tmp_path / "store")
    report = add(path, store)
    assert report.added[0].id == "gloria"
    assert report.recognised == "GLORIA, release 059, 2022"
    table = store.economy("gloria", 2022)
    assert table.regions == ("AUS", "YMD", "ROU", "XAF")
    assert table.sectors == ("g001", "g086", "g093")
    assert table.demands == ("P.3h", "P.3n", "P.3g", "P.51", "P.52", "P.53")
    parts, theirs = by_pymrio(path, "D")
    V, U = labelled(parts["V"], ALL, ALL), labelled(parts["U"], ALL, ALL)
    columns = [(code, name) for _, code in REGIONS for name in DEMANDS]
    Y = labelled(parts["Y"], ALL, columns)
    q = U.sum(axis=1) + Y.sum(axis=1)
    shares = np.divide(V, q, out=np.zeros_like(V), where=q > 0)
    np.testing.assert_allclose(table.Z, shares @ U, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(table.Y, shares @ Y, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(table.x, V.sum(axis=1), rtol=1e-14)
    np.testing.assert_allclose(table.Y, labelled(theirs.Y, ALL, columns), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(table.Z, labelled(theirs.A, ALL, ALL) * q, rtol=1e-12, atol=1e-9)
    F = np.array([extension.F for extension in table.extensions])
    satellites = parts["Q"].reindex(columns=ALL, fill_value=0.0).to_numpy()
    np.testing.assert_array_equal(F[:2], satellites)
    va = parts["VA"].T.groupby(level=[0, 1], sort=False).sum().T.groupby(level=1, sort=False).sum()
    np.testing.assert_allclose(F[2:], va.reindex(columns=ALL, fill_value=0.0), rtol=1e-12)
    F_Y = np.array([extension.F_Y for extension in table.extensions])
    own = parts["QY"].reindex(columns=columns)
    np.testing.assert_array_equal(F_Y[:2][:, ~own.isna().any().to_numpy()], own.dropna(axis=1).to_numpy())


@pytest.mark.parametrize("by_products", [False, True])
def test_the_identities_of_an_industry_table_hold(tmp_path, by_products):
    store = Store(tmp_path / "store")
    add(write_gloria(tmp_path / "gloria", 2022, by_products=by_products), store)
    table = store.economy("gloria", 2022)
    np.testing.assert_allclose(table.x, table.Z.sum(axis=1) + table.Y.sum(axis=1), rtol=1e-12)
    value_added = sum(extension.F for extension in table.extensions if extension.id.startswith("input-"))
    np.testing.assert_allclose(table.Z.sum(axis=0) + value_added, table.x, rtol=1e-12, atol=1e-9)
    assert not table.x[EMPTY * len(SECTORS) : (EMPTY + 1) * len(SECTORS)].any()
    assert (table.extensions[0].unit, table.extensions[1].name) == ("kilotonnes", "Employment: 'Male.Low-skilled'")
    economy = Economy.from_published(table)
    assert economy.sector_groups["machinery"] == ("g086",)
    assert economy.demand_roles["P.3g"] == "government"


@pytest.mark.parametrize("block", [1, 512])
def test_model_d_by_hand(block):
    """Two products, two industries: the second makes a fifth of the first's product besides its own."""
    supply = sparse.csr_array(np.array([[80.0, 0.0], [20.0, 50.0]]))
    use, demand = np.array([[10.0, 30.0], [20.0, 5.0]]), np.array([[60.0], [25.0]])
    Z, Y, x = fixed_product_sales(supply, use, demand, block)
    np.testing.assert_allclose(Z, [[8.0, 24.0], [22.0, 11.0]])
    np.testing.assert_allclose(Y, [[48.0], [37.0]])
    np.testing.assert_allclose(x, [80.0, 70.0])
    np.testing.assert_allclose(Z.sum(axis=1) + Y.sum(axis=1), x)


def test_a_product_that_nobody_uses_is_left_to_the_discrepancy():
    supply = sparse.csr_array(np.diag([10.0, 3.0]))
    Z, Y, x = fixed_product_sales(supply, np.array([[4.0, 0.0], [0.0, 0.0]]), np.array([[6.0], [0.0]]))
    np.testing.assert_allclose(Z, [[4.0, 0.0], [0.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(x - Z.sum(axis=1) - Y.sum(axis=1), [0.0, 3.0], atol=1e-12)


def test_one_zip_with_its_readme_and_satellites_beside_it(tmp_path):
    path = write_gloria(tmp_path / "gloria", 2022, zipped=True)
    write_gloria(path, 2021, zipped=True, seed=2)
    store = Store(tmp_path / "store")
    assert add(path, store, as_id="both").added[0].years == (2021, 2022)
    one = add(path / "GLORIA_MRIOs_59_2022.zip", store, as_id="one").added[0]
    assert one.years == (2022,)
    assert len(one.extensions) == 8
    np.testing.assert_array_equal(store.economy("one", 2022).Z, store.economy("both", 2022).Z)
    (path / "GLORIA_ReadMe_059.xlsx").unlink()
    with pytest.raises(InputError, match=r"GLORIA_ReadMe_059\.xlsx: the file is missing"):
        add(path, store, as_id="none")


def test_without_satellites_value_added_is_the_only_extension(tmp_path):
    store = Store(tmp_path / "store")
    add(write_gloria(tmp_path / "gloria", 2022, satellites=False), store)
    table = store.economy("gloria", 2022)
    assert table.extensions[0].id == "input-compensation-of-employees-d-1"
    assert len(table.extensions) == 6
    assert any("satellite accounts were not in the download" in note for note in table.notes)


def test_a_table_that_does_not_fit_is_refused_with_the_bytes_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda: 5_000)
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=r"a table of 12 industries takes [0-9,]+ bytes of memory; 5,000 are free"):
        add(write_gloria(tmp_path / "gloria", 2022), store)
    assert not store.datasets()


def test_what_is_no_supply_and_use_table_is_refused(tmp_path):
    store = Store(tmp_path / "store")
    path = write_gloria(tmp_path / "gloria", 2022)
    (file,) = path.glob("*/*T-Results*")
    T = gloria_matrices()["T"]
    order = [*range(len(T))]
    order[0], order[12] = 12, 0  # a row of Australia and one of Romania
    file.write_text("".join(",".join(map(repr, row)) + "\n" for row in T[order].tolist()))
    with pytest.raises(InputError, match="rows of AUS: industries sell to industries or supply another country"):
        add(path, store)
    T[3:6] *= 50  # the use of Australia's products
    file.write_text("".join(",".join(map(repr, row)) + "\n" for row in T.tolist()))
    with pytest.raises(InputError, match="use of products: differ from supply by"):
        add(path, store)
    assert not store.datasets()


def test_other_prices_are_not_taken_for_basic_ones(tmp_path):
    path = write_gloria(tmp_path / "gloria", 2022)
    for file in path.glob("*/*"):
        file.rename(file.with_name(file.name.replace("Markup001", "Markup005")))
    with pytest.raises(InputError, match="holds no matrix in basic prices"):
        add(path, Store(tmp_path / "store"))


TABLE = "20240110_120secMother_AllCountries_002_T-Results_2022_059_Markup001(full).csv"
HURT = damage.Damageable(TABLE, TABLE.replace("T-R", "TQ-R"), "GLORIA_MRIOs_59_2021", ",", 0, 0)


@pytest.mark.parametrize("kind", damage.DAMAGES)
def test_damage_is_refused_and_the_store_stays_as_it_was(kind, tmp_path):
    whole = tmp_path / "whole" / "GLORIA_MRIOs_59_2022"
    whole.mkdir(parents=True)
    for file in write_gloria(tmp_path / "made", 2022).rglob("*"):
        if file.is_file():
            file.rename(whole / file.name)
    store = Store(tmp_path / "store")
    add(whole, store)
    hurt = damage.made(kind, whole, tmp_path / "hurt", HURT)
    if kind == "duplicated labels":  # they stand in the workbook
        write_readme(hurt / "GLORIA_ReadMe_059.xlsx", (SECTORS[0], SECTORS[1], (93, SECTORS[1][1])))
    if kind == "reordered":  # rows of two countries change places; within one, only the sums would tell
        lines = (hurt / TABLE).read_text().splitlines()
        lines[0], lines[12] = lines[12], lines[0]
        (hurt / TABLE).write_text("\n".join(lines))
    names = {"missing extension": "TQ-Results_2022", "duplicated labels": "GLORIA_ReadMe_059.xlsx, sheet 'Sectors'"}
    damage.assert_refused(hurt, store, names.get(kind, TABLE))
