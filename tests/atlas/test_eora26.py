"""Eora26: the same arrays as pymrio's parser makes of the same files; the full Eora is refused with advice."""

import re
import warnings

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers import eora26
from kaldor.atlas.readers.download import Download
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official import damage
from tests.atlas.official.eora26 import DEMANDS, SECTORS, eora26_files, write_eora26, zip_eora26


def by_pymrio(path, year=None, price="bp"):
    """pymrio's tables of a folder or zip, under its own labels."""
    import pymrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pymrio.parse_eora26(path, year, price)


def matrix(text):
    return np.array([line.split("\t") for line in text.splitlines()], float)


@pytest.mark.parametrize("packed", ["folder", "zip"])
def test_equal_to_pymrios_parser(tmp_path, packed):
    made = write_eora26 if packed == "folder" else lambda place, year: zip_eora26(place, year, labels=True)
    path = made(tmp_path / "eora", 2015)
    store = Store(tmp_path / "store")
    report = add(path, store)
    assert report.added[0].id == "eora26"
    assert report.recognised == "Eora26, basic prices, 2015"
    origin = {file.name for file in report.added[0].provenance.origin}
    assert origin == ({path.name} if packed == "zip" else set(eora26_files(2015)))
    table = store.economy("eora26", 2015)
    assert table.regions == ("AUS", "SDN", "SSD", "SUN"), (
        "Sudan and South Sudan and the Soviet Union by ISO, ROW left out"
    )
    assert table.sectors == ("e01", "e03", "e18", "e13")
    assert table.unit == "thousand USD"
    theirs = by_pymrio(path, 2015)
    industries = [(r, s) for r in ("AUS", "SUD", "SDS", "USR") for s in SECTORS]
    demand = [(r, d) for r in ("AUS", "SUD", "SDS", "USR") for d in DEMANDS]
    np.testing.assert_array_equal(table.Z, theirs.Z.loc[industries, industries])
    np.testing.assert_array_equal(table.Y, theirs.Y.loc[industries, demand])
    F = np.concatenate([theirs.Q.F[industries], theirs.VA.F[industries]])
    np.testing.assert_array_equal([extension.F for extension in table.extensions], F)
    np.testing.assert_array_equal([extension.F_Y for extension in table.extensions][:3], theirs.Q.F_Y[demand])
    assert [extension.unit for extension in table.extensions][:3] == list(theirs.Q.unit["unit"])
    assert [extension.id for extension in table.extensions][:4] == [
        "total-co2-emissions-from-edgar",
        "energy-usage-coal",
        "energy-usage-petroleum",
        "input-compensation-of-employees-d-1",
    ]


def test_output_is_the_sum_of_a_row_with_what_goes_to_the_discrepancy(tmp_path):
    store = Store(tmp_path / "store")
    add(write_eora26(tmp_path / "eora", 2015), store)
    files = eora26_files(2015)
    rows = matrix(files["Eora26_2015_bp_T.txt"]).sum(axis=1) + matrix(files["Eora26_2015_bp_FD.txt"]).sum(axis=1)
    table = store.economy("eora26", 2015)
    np.testing.assert_allclose(table.x, rows[:-1], rtol=1e-14)
    assert any("ROW with its one sector TOTAL" in note for note in table.notes)
    assert any("Output is not published" in note for note in table.notes)
    economy = Economy.from_published(table)
    assert economy.sector_groups["energy"] == ("e13",)
    assert economy.demand_roles["P.3h"] == "households"
    bought = matrix(files["Eora26_2015_bp_T.txt"]).sum(axis=0) + matrix(files["Eora26_2015_bp_VA.txt"]).sum(axis=0)
    np.testing.assert_allclose(bought[:-1], table.x, rtol=1e-12, err_msg="the file itself balances")


def test_labels_beside_the_zip_and_several_years(tmp_path):
    zip_eora26(tmp_path / "all", 2014, seed=4)
    last = zip_eora26(tmp_path / "all", 2015, seed=5)
    store = Store(tmp_path / "store")
    assert add(tmp_path / "all", store, as_id="both").added[0].years == (2014, 2015)
    assert add(last, store, as_id="one").added[0].years == (2015,)
    np.testing.assert_array_equal(store.economy("both", 2015).Z, store.economy("one", 2015).Z)
    (tmp_path / "all" / "indices.zip").unlink()
    with pytest.raises(InputError, match=r"labels_T\.txt: the file is missing. Put indices\.zip"):
        add(last, store, as_id="none")


def test_a_table_without_row_and_in_purchasers_prices(tmp_path):
    store = Store(tmp_path / "store")
    path = write_eora26(tmp_path / "eora", 2015, price="pp", with_row=False)
    assert add(path, store).recognised == "Eora26, purchasers' prices, 2015"
    table = store.economy("eora26", 2015)
    np.testing.assert_allclose(table.x, table.Z.sum(axis=1) + table.Y.sum(axis=1), rtol=1e-14)
    assert any("margins and taxes are in the flows" in note for note in table.notes)
    assert not any("TOTAL" in note for note in table.notes)
    write_eora26(path, 2015, price="bp", with_row=False)
    with pytest.raises(InputError, match="holds basic and purchasers' prices"):
        add(path, store)


def test_the_full_eora_is_refused_with_advice(tmp_path):
    store = Store(tmp_path / "store")
    path = write_eora26(tmp_path / "unequal", 2015, with_row=False)
    lines = (path / "labels_T.txt").read_text().splitlines(keepends=True)
    (path / "labels_T.txt").write_text("".join([*lines[:4], lines[3].replace("Gas", "Steam"), *lines[4:]]))
    with pytest.raises(InputError, match=re.escape("USR has 4 industries and AUS has 5")) as caught:
        add(path, store)
    assert "download Eora26 in its place" in str(caught.value)
    full = tmp_path / "full"
    full.mkdir()
    (full / "20151123_Mother_AllCountries_002_T-Results_2013_199_Markup001(full).txt").write_text("1\t2\n")
    with pytest.raises(InputError, match=r"is the full Eora.*Download Eora26"):
        add(full, store)
    assert not store.datasets()


def test_missing_and_double_files_are_all_named(tmp_path):
    path = write_eora26(tmp_path / "eora", 2015)
    for kind in ("FD", "QY"):
        (path / f"Eora26_2015_bp_{kind}.txt").unlink()
    (path / "again").mkdir()
    (path / "again" / "Eora26_2015_bp_T.txt").write_text("1\n")
    with pytest.raises(InputError) as caught:
        add(path, Store(tmp_path / "store"))
    assert len(caught.value.problems) == 3
    assert "Eora26_2015_bp_QY.txt: the file is missing" in str(caught.value)
    assert "2015 is also in" in str(caught.value)


def test_matrices_of_another_order_are_seen_by_their_sums(tmp_path):
    path = write_eora26(tmp_path / "eora", 2015)
    file = path / "Eora26_2015_bp_T.txt"
    file.write_text("".join(reversed(file.read_text().splitlines(keepends=True))))
    demand = path / "Eora26_2015_bp_FD.txt"
    demand.write_text("".join(reversed(demand.read_text().splitlines(keepends=True))))
    with pytest.raises(InputError, match=r"sums of rows and of columns .* differ by"):
        add(path, Store(tmp_path / "store"))


MATRIX = damage.Damageable("Eora26_2015_bp_T.txt", "Eora26_2015_bp_Q.txt", "Eora26_2014_bp", "\t", 0, 0)
LABELS = damage.Damageable("labels_T.txt", "labels_Q.txt", "Eora26_2014_bp", "\t", 0, 4)


@pytest.mark.parametrize("kind", damage.DAMAGES)
def test_damage_is_refused_and_the_store_stays_as_it_was(kind, tmp_path):
    whole, store = write_eora26(tmp_path / "whole" / "Eora26_2015_bp", 2015, with_row=False), Store(tmp_path / "store")
    add(whole, store)
    of = LABELS if kind in ("reordered", "duplicated labels") else MATRIX  # labels stand in files of their own
    hurt = damage.made(kind, whole, tmp_path / "hurt", of)
    damage.assert_refused(hurt, store, of.extension if kind == "missing extension" else of.table)
    if kind == "wrong delimiter":
        message = damage.assert_refused(hurt, store, of.table)
        assert "expected with a tab between them" in message
    if kind not in ("text in numbers", "wrong year"):
        damage.assert_refused(damage.made(kind, whole, tmp_path / "labels", LABELS), store, "labels_")


def test_row_is_the_discrepancy_only_as_one_sector_at_the_end(tmp_path):
    store = Store(tmp_path / "store")
    path = write_eora26(tmp_path / "eora", 2015)
    file = path / "labels_T.txt"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:-2], lines[-1], lines[-2]]))
    with pytest.raises(InputError, match="ROW has 1 industries and AUS has 4"):
        add(path, store)
    whole = write_eora26(tmp_path / "whole", 2015, with_row=False)
    for name in ("labels_T.txt", "labels_FD.txt"):
        text = (whole / name).read_text()
        (whole / name).write_text(text.replace("Former USSR\tUSR", "Rest of world\tROW"))
    add(whole, store)
    assert store.economy("eora26", 2015).regions == ("AUS", "SDN", "SSD", "ROW")


def test_a_broken_zip_that_is_nothing_of_eora_does_no_harm(tmp_path):
    path = write_eora26(tmp_path / "eora", 2015)
    (path / "photographs.zip").write_bytes(b"PK no zip at all")
    assert eora26.LAYOUT.sees(Download(path)).words == "Eora26, basic prices, 2015"
    (path / "Eora26_2014_bp.zip").write_bytes(b"PK no zip at all")
    with pytest.raises(InputError, match=r"Eora26_2014_bp\.zip: not a whole zip file"):
        eora26.LAYOUT.sees(Download(path))
