"""OECD inter-country tables of five editions: the same arrays as pymrio's parser makes, and clear refusals."""

import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers.oecd_icio import merge
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official import damage
from tests.atlas.official.oecd_icio import EDITIONS, REGIONS, write_icio

YEARS = {2016: 2011, 2018: 2015, 2021: 2018, 2023: 2020, 2025: 2022}


def by_pymrio(path: Path):
    """pymrio's tables of a file, under its own labels."""
    import pymrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pymrio.parse_oecd(path)


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("edition", EDITIONS)
def test_equal_to_pymrios_parser(tmp_path, edition, extended):
    path = write_icio(tmp_path / "files", edition, YEARS[edition], extended=extended)
    store = Store(tmp_path / "store")
    report = add(path, store)
    assert report.added[0].id == f"oecd_icio_{edition}"
    assert report.recognised == f"OECD Inter-Country Input-Output tables, edition {edition}"
    table = store.economy(f"oecd_icio_{edition}", YEARS[edition])
    assert table.regions == REGIONS
    assert table.sectors == EDITIONS[edition].sectors
    assert table.unit == "million USD"
    theirs = by_pymrio(path)
    industries = [(r, s) for r in table.regions for s in table.sectors]
    demand = [(r, d) for r in table.regions for d in table.demands]
    np.testing.assert_allclose(table.Z, theirs.Z.loc[industries, industries].to_numpy(), rtol=1e-14)
    np.testing.assert_allclose(table.Y, theirs.Y.loc[industries, demand].to_numpy(), rtol=1e-14)
    factors = theirs.factor_inputs
    rows = factors.F.index
    taxes = [row for row in rows if row == "TLS" or row.endswith("_TAXSUB")]
    added = [row for row in rows if row not in taxes]
    assert len(added) == 1
    for extension, labels in zip(table.extensions, [added, taxes], strict=edition != 2016):
        np.testing.assert_allclose(extension.F, factors.F.loc[labels, industries].sum(axis=0), rtol=1e-12)
        np.testing.assert_allclose(extension.F_Y, factors.F_Y.loc[labels, demand].sum(axis=0), rtol=1e-12, atol=1e-12)
    added_up = [note for note in table.notes if "MX1, MX2, CN1, CN2 are added up into CHN and MEX" in note]
    assert bool(added_up) == extended


@pytest.mark.parametrize("edition", EDITIONS)
def test_published_output_is_kept(tmp_path, edition):
    store = Store(tmp_path / "store")
    add(write_icio(tmp_path / "files", edition, YEARS[edition], extended=True), store)
    table = store.economy(f"oecd_icio_{edition}", YEARS[edition])
    gap = table.x - table.Z.sum(axis=1) - table.Y.sum(axis=1)
    if edition == 2016:  # the published discrepancy is a thousandth of what uses add up to
        np.testing.assert_allclose(gap, table.x * 0.001 / 1.001, atol=0.002)
    else:
        np.testing.assert_allclose(gap, 0, atol=1e-9)
    bought = table.Z.sum(axis=0) + sum(extension.F for extension in table.extensions)
    np.testing.assert_allclose(bought, table.x, rtol=1e-12)
    economy = Economy.from_published(table)
    assert economy.sector_groups["food"] == (EDITIONS[edition].sectors[2],)
    assert economy.demand_roles[table.demands[3]] == "investment"


def test_years_in_a_folder_a_zip_and_zips_of_years(tmp_path):
    files = [write_icio(tmp_path / "plain", 2021, year, seed=year) for year in (2017, 2018)]
    with zipfile.ZipFile(tmp_path / "ICIO_2015-2018.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"tables/{file.name}")
    (tmp_path / "years").mkdir()
    for file in files:
        with zipfile.ZipFile(tmp_path / "years" / f"{file.stem}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
    hashes = set()
    for number, place in enumerate(("plain", "ICIO_2015-2018.zip", "years")):
        report = add(tmp_path / place, Store(tmp_path / f"store{number}"))
        assert report.added[0].years == (2017, 2018)
        hashes.add(report.added[0].content_hash)
    assert len(hashes) == 1, "the same tables, however they are packed"
    with zipfile.ZipFile(tmp_path / "ICIO-2016-2020.zip", "w") as archive:
        archive.write(tmp_path / "years" / "ICIO2021_2018.zip", "2018.zip")
    with pytest.raises(InputError, match=r"holds zips inside the zip.*Unpack it once"):
        add(tmp_path / "ICIO-2016-2020.zip", Store(tmp_path / "store9"))


def test_what_does_not_belong_together_is_refused(tmp_path):
    store = Store(tmp_path / "store")
    both = tmp_path / "both"
    write_icio(both, 2023, 2020)
    write_icio(both, 2023, 2020, extended=True)
    with pytest.raises(InputError, match=r"2020 is also in .*Keep the regular or the extended table"):
        add(both, store)
    mixed = tmp_path / "mixed"
    write_icio(mixed, 2021, 2018)
    write_icio(mixed, 2018, 2015)
    with pytest.raises(InputError, match="several editions: oecd_icio_2018, oecd_icio_2021"):
        add(mixed, store)
    unequal = tmp_path / "unequal"
    write_icio(unequal, 2023, 2019)
    write_icio(unequal, 2023, 2020, extended=True)
    with pytest.raises(InputError, match="its labels are not those of"):
        add(unequal, store)
    with pytest.raises(InputError, match="not in oecd36"):
        add(write_icio(tmp_path / "wrong", 2021, 2018), store, as_id="oecd_icio_2018")
    assert not store.datasets()


def test_an_output_that_is_not_what_is_used_is_refused(tmp_path):
    path = write_icio(tmp_path / "files", 2018, 2015)
    lines = path.read_text().splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:-1], repr(float(cells[-1]) * 5)])
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=r"sums of rows: differ from the published outputs by"):
        add(path, Store(tmp_path / "store"))


def test_merge_adds_up_regions_of_one_target():
    blocks = np.arange(6.0)
    np.testing.assert_array_equal(merge(blocks, (0, 1, 0), 0, 2), [4.0, 6.0, 2.0, 3.0])
    np.testing.assert_array_equal(merge(np.eye(3), (0, 0, 1), 1, 1), [[1, 0], [1, 0], [0, 1]])


HURT = damage.Damageable("ICIO2021_2018.csv", "ICIO2021_2018.csv", "ICIO2021_2017", ",", 1, 1)


@pytest.mark.parametrize("kind", damage.DAMAGES)
def test_damage_is_refused_and_the_store_stays_as_it_was(kind, tmp_path):
    whole, store = tmp_path / "whole" / "ICIO2021_2018", Store(tmp_path / "store")
    add(write_icio(whole, 2021, 2018), store)
    hurt = damage.made(kind, whole, tmp_path / "hurt", HURT)  # the one file holds the extensions too
    damage.assert_refused(hurt, store, "ICIO2021_2018" if kind == "missing extension" else HURT.table)


def test_industries_out_of_order_and_a_year_outside_the_edition_are_refused(tmp_path):
    path = write_icio(tmp_path / "files", 2023, 2020)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2], lines[1], *lines[3:]]))
    with pytest.raises(InputError, match=r"line 2: expected the row 'AUS_A01_02', found 'AUS_A03'"):
        add(path, Store(tmp_path / "store"))
    with pytest.raises(InputError, match="the name says 2022, but this edition has 1995 to 2020"):
        add(write_icio(tmp_path / "late", 2023, 2022), Store(tmp_path / "store"))
    nameless = write_icio(tmp_path / "name", 2023, 2020)
    with pytest.raises(InputError, match="does not say one year"):
        add(nameless.rename(nameless.with_name("icio.csv")), Store(tmp_path / "store"))
