"""EXIOBASE 3 downloads: equal to what pymrio reads of the same files, every edition and form, and damage refused."""

import json
import shutil
from pathlib import Path

import numpy as np
import pymrio
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.exiobase3 import LAYOUT
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official import damage, exiobase3

HURT = damage.Damageable("Z.txt", "satellite/F.txt", "IOT_2019_pxp")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def refused(path, store):
    with pytest.raises(InputError) as caught:
        add(path, store)
    assert not store.datasets()
    return str(caught.value)


@pytest.mark.parametrize("system", ["ixi", "pxp"])
@pytest.mark.parametrize("extensions", [exiobase3.OLD, exiobase3.NEW], ids=["old folders", "new folders"])
def test_every_number_is_what_pymrio_reads(system, extensions, tmp_path, store):
    path = exiobase3.zipped(exiobase3.write(tmp_path, 2020, system, extensions))
    theirs = pymrio.parse_exiobase3(path)
    report = add(path, store)
    ours = store.economy(f"exiobase3_{system}", 2020)
    in_words = {"ixi": "industry by industry", "pxp": "product by product"}[system]
    assert report.recognised == f"EXIOBASE 3, {in_words}, 2020"
    assert np.allclose(
        ours.Z, theirs.Z, rtol=1e-15, atol=0
    )  # pandas' quick parser is off by a last digit here and there
    assert np.allclose(ours.Y, theirs.Y, rtol=1e-15, atol=0)
    assert np.allclose(ours.x, theirs.x["indout"], rtol=1e-15, atol=0)
    by_name = {(extension.name, extension.unit): extension for extension in ours.extensions}
    count = 0
    for name in theirs.get_extensions():
        extension = getattr(theirs, name)
        for stressor in extension.F.index:
            own = by_name[stressor, extension.unit.loc[stressor, "unit"]]
            assert np.allclose(own.F, extension.F.loc[stressor], rtol=1e-15, atol=0)
            published = 0 if extension.F_Y is None else extension.F_Y.loc[stressor]
            assert np.allclose(own.F_Y, published, rtol=1e-15, atol=0)
            count += 1
    assert count == len(ours.extensions) == sum(map(len, extensions.values()))


CO2_PARTS = (
    "combustion",
    "non combustion - Cement production",
    "non combustion - Lime production",
    "waste - fossil",
)


def test_numbers_are_exactly_those_that_were_written(tmp_path, store):
    written = exiobase3.tables("pxp")
    add(exiobase3.write(tmp_path), store)
    ours = store.economy("exiobase3_pxp", 2020)
    assert np.array_equal(ours.Z, written["Z"])
    assert np.array_equal(ours.x, written["x"]["indout"])
    assert np.array_equal(ours.extensions[0].F, written["impacts/F"].iloc[0])


def test_labels_roles_groups_and_units(tmp_path, store):
    add(exiobase3.write(tmp_path, system="ixi"), store)
    economy = Economy.from_published(store.economy("exiobase3_ixi", 2020))
    assert economy.regions == ("AUT", "USA", "WF")
    assert economy.sectors == ("i01.b", "i27.a", "i40.11.a", "i40.12", "i80")
    assert economy.sector_names[2] == "Production of electricity by coal"
    assert economy.demands == ("y01", "y02.a", "y02.b", "y04", "y05.a", "y05.b", "y06")
    assert economy.demand_roles["y01"] == "households"
    assert economy.demand_roles["y05.a"] == "inventories"
    assert economy.sector_groups["manufacturing"] == ("i27.a",)
    assert economy.sector_groups["electricity"] == economy.sector_groups["energy"] == ("i40.11.a", "i40.12")
    assert (economy.unit, economy.year, economy.status) == ("million EUR", 2020, "estimated")
    co2 = economy.extensions["co2-combustion-air"]
    assert (co2.name, co2.unit) == ("CO2 - combustion - air", "kg")
    assert np.abs(economy.discrepancy).max() < 1e-9 * economy.x.max()


def test_carbon_dioxide_is_added_up_from_its_parts(tmp_path, store):
    """Combustion, cement, lime and fossil waste, in kt, beside the parts in kg; none where a part is missing."""
    parts = [f"CO2 - {part} - air" for part in CO2_PARTS]
    add(exiobase3.write(tmp_path, extensions={"satellite": dict.fromkeys(parts, "kg")}), store)
    economy = Economy.from_published(store.economy("exiobase3_pxp", 2020))
    co2 = economy.extension("co2")
    apart = [extension for id, extension in economy.extensions.items() if id != "co2"]
    assert (len(apart), co2.unit) == (4, "kt CO2")
    np.testing.assert_allclose(co2.F, 1e-6 * sum(one.F for one in apart), rtol=1e-12)
    np.testing.assert_allclose(co2.F_Y, 1e-6 * sum(one.F_Y for one in apart), rtol=1e-12)
    add(exiobase3.write(tmp_path / "other", extensions={"satellite": {parts[0]: "kg"}}), store)
    assert [one.id for one in store.economy("exiobase3_pxp", 2020).extensions] == ["co2-combustion-air"]


def test_an_export_brings_the_sums_back(tmp_path, store):
    parts = [f"CO2 - {part} - air" for part in CO2_PARTS]
    made = add(exiobase3.write(tmp_path, extensions={"satellite": dict.fromkeys(parts, "kg")}), store).added[0]
    store.export("exiobase3_pxp", tmp_path / "out")
    again = add(tmp_path / "out", store, "again").added[0]
    assert again.content_hash == made.content_hash
    ours, back = store.economy("exiobase3_pxp", 2020), store.economy("again", 2020)
    assert [one.id for one in back.extensions] == [one.id for one in ours.extensions]
    np.testing.assert_array_equal(back.extensions[-1].F, ours.extensions[-1].F)


def test_a_name_in_two_folders_gives_two_extensions(tmp_path, store):
    both = {**exiobase3.NEW, "satellite": {"CO2 - combustion - air": "t", "CO2: combustion, air": "Mt"}}
    add(exiobase3.write(tmp_path, extensions=both), store)
    ids = [extension.id for extension in store.economy("exiobase3_pxp", 2020).extensions]
    assert len(set(ids)) == len(ids)
    assert {
        "air-emissions.co2-combustion-air",
        "satellite.co2-combustion-air",
        "satellite.co2-combustion-air.2",
    } <= set(ids)


def test_without_Z_it_follows_from_A_and_x(tmp_path, store):
    add(exiobase3.write(tmp_path, leave_out=("Z",)), store)
    written = exiobase3.tables("pxp")
    assert np.allclose(store.economy("exiobase3_pxp", 2020).Z, written["Z"], rtol=1e-14)


def test_the_first_editions_call_final_users_own_amounts_F_hh(tmp_path, store):
    root = exiobase3.write(tmp_path)
    for folder in exiobase3.OLD:
        (root / folder / "F_Y.txt").rename(root / folder / "F_hh.txt")
    add(root, store)
    written = exiobase3.tables("pxp")
    assert np.array_equal(store.economy("exiobase3_pxp", 2020).extensions[0].F_Y, written["impacts/F_Y"].iloc[0])


def test_the_first_editions_mix_country_codes_of_two_and_three_letters(tmp_path, store):
    root = exiobase3.write(tmp_path)
    for name in ("Z.txt", "x.txt"):
        text = (root / name).read_text()
        for two, three in (("AT", "AUT"), ("US", "USA"), ("WF", "WWF")):
            text = text.replace(f"{two}\t", f"{three}\t")
        (root / name).write_text(text)
    add(root, store)
    assert store.economy("exiobase3_pxp", 2020).regions == ("AUT", "USA", "WF")


def test_what_final_users_are_not_given_is_said(tmp_path, store):
    add(exiobase3.write(tmp_path, extensions=exiobase3.NEW), store)
    notes = store.economy("exiobase3_pxp", 2020).notes
    assert any("taken as none, in: employment, factor_inputs" in note for note in notes)


def test_a_folder_of_zips_and_folders_is_several_years(tmp_path, store):
    many = tmp_path / "exiobase"
    for year in (2019, 2021):
        shutil.rmtree(exiobase3.zipped(exiobase3.write(many, year, seed=year)).with_suffix(""))
    exiobase3.write(many, 2020, seed=2020)
    report = add(many, store)
    assert report.recognised == "EXIOBASE 3, product by product, 2019–2021"
    assert store.years("exiobase3_pxp") == (2019, 2020, 2021)
    for year in (2019, 2020, 2021):
        assert np.array_equal(store.economy("exiobase3_pxp", year).Z, exiobase3.tables("pxp", year)["Z"])


def test_years_that_do_not_belong_together_are_refused(tmp_path, store):
    exiobase3.write(tmp_path / "both", 2019)
    exiobase3.write(tmp_path / "both", 2020, "ixi")
    assert "is industry by industry, both/IOT_2019_pxp is product by product" in refused(tmp_path / "both", store)
    exiobase3.write(tmp_path / "editions", 2019)
    exiobase3.write(tmp_path / "editions", 2020, extensions=exiobase3.NEW)
    assert "has other labels than editions/IOT_2019_pxp: extensions" in refused(tmp_path / "editions", store)
    exiobase3.write(tmp_path / "twice", 2019)
    exiobase3.write(tmp_path / "twice" / "again", 2019)
    assert "holds 2019, as twice/" in refused(tmp_path / "twice", store)


@pytest.mark.parametrize("kind", damage.DAMAGES)
def test_damage_is_refused_and_the_store_stays_as_it_was(kind, tmp_path, store):
    whole = exiobase3.write(tmp_path / "whole")
    add(whole, store)
    hurt = damage.made(kind, whole, tmp_path / "hurt", HURT)
    file = {"wrong year": "IOT_2019_pxp", "missing extension": "satellite/F.txt"}.get(kind, "Z.txt")
    message = damage.assert_refused(hurt, store, file)
    expected = {
        "cut": "cut off",
        "reordered": "expected",
        "wrong delimiter": "Cells are expected with a tab",
        "wrong year": "the name IOT_2019_pxp says 2019 pxp; metadata.json says 2020 pxp",
        "text in numbers": "line 18, column 'AT / Basic iron",
        "duplicated labels": "stands 2 times",
        "missing extension": "the file is missing",
        "huge": "bytes; at most",
        "empty": "the file is empty",
        "zip bomb": "as a zip bomb does",
    }
    assert expected[kind] in message


@pytest.mark.parametrize("name", ["Y.txt", "x.txt", "A.txt", "satellite/F.txt", "satellite/F_Y.txt", "impacts/F.txt"])
def test_every_file_is_looked_at_as_closely(name, tmp_path, store):
    """A.txt is not read where Z.txt is there, so it may be anything."""
    root = exiobase3.write(tmp_path)
    file = root / name
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:-1], lines[-1].rpartition("\t")[0] + "\tn/a"]) + "\n")
    if name == "A.txt":
        add(root, store)
    else:
        assert f"{name}, line {len(lines)}" in refused(root, store)


def test_small_files_are_checked_too(tmp_path, store):
    def hurt(name, change):
        root = exiobase3.write(tmp_path / f"{len(list(tmp_path.iterdir()))}")
        (root / name).write_text(change((root / name).read_text()))
        return refused(root, store)

    assert "flows are in several units" in hurt("unit.txt", lambda text: text.replace("M.EUR", "t", 1))
    assert "are not 3 regions of the same 5 sectors" in hurt("unit.txt", lambda text: text[: text.rindex("\nWF")])
    assert "stands twice" in hurt("unit.txt", lambda text: text + text.splitlines()[-1] + "\n")
    assert "2 cells, expected 3" in hurt("unit.txt", lambda text: text + "WF\tMore\n")
    assert "has no code for 'Wheat'" in hurt("products.txt", lambda text: text.replace("Wheat", "Rye"))
    assert "codes do not begin with 'p'" in hurt("products.txt", lambda text: text.replace("p01", "i01"))
    assert "hold no Name and CodeNr" in hurt("products.txt", lambda text: text.replace("CodeNr", "Code"))
    assert "unknown category" in hurt("Y.txt", lambda text: text.replace("Changes in valuables", "Gold"))
    assert "has 4 rows, expected 3" in hurt("satellite/unit.txt", lambda text: text[: text.index("Employment")])
    assert "the file is missing" in refused(exiobase3.write(tmp_path / "none", leave_out=("x",)), store)
    assert "Z.txt: the file is missing" in refused(exiobase3.write(tmp_path / "core", leave_out=("Z", "A")), store)


def test_the_year_may_stand_in_the_metadata_alone(tmp_path, store):
    root = exiobase3.write(tmp_path).rename(tmp_path / "download")
    add(root, store)
    assert store.years("exiobase3_pxp") == (2020,)


def test_other_folders_with_such_files_are_not_taken_for_exiobase(tmp_path):
    root = exiobase3.write(tmp_path).rename(tmp_path / "other")
    (root / "metadata.json").write_text(json.dumps({"description": "pxp for 2020, of somebody else"}))
    assert LAYOUT.sees(Download(root)) is None


def test_cells_that_nobody_reported_are_none_and_said(tmp_path):
    """As in 3.10.2: column WF / Education of two rows of air_emissions/F.txt, and one cell of F_Y, are empty."""
    root = exiobase3.write(tmp_path, extensions=exiobase3.NEW)
    for file, place in (("air_emissions/F.txt", -1), ("air_emissions/F_Y.txt", 1)):
        lines = (root / file).read_text().splitlines()
        rows = [line.split("\t") for line in lines[3:]]
        for row in rows[: 2 if place == -1 else 1]:
            row[place] = ""
        (root / file).write_text("\n".join([*lines[:3], *("\t".join(row) for row in rows)]) + "\n")
    store = Store(tmp_path / "store")
    source = add(root, store, as_id="new").added[0].source
    table = store.economy("new", 2020)
    co2 = next(one for one in table.extensions if one.name.startswith("CO2"))
    assert co2.F[-1] == 0 != co2.F[-2]
    said = "cells are not reported, and taken as none: "
    assert f"air_emissions/F.txt: {said}2 in 2020 (Rest of Africa, Education services (80))." in source.notes
    assert any(note.startswith(f"air_emissions/F_Y.txt: {said}1 in 2020 (Austria, ") for note in source.notes)


def test_each_version_says_its_own_licence(tmp_path):
    store = Store(tmp_path / "store")
    old = add(exiobase3.write(tmp_path / "old"), store, as_id="old").added[0].source
    new = add(exiobase3.write(tmp_path / "new", extensions=exiobase3.NEW), store, as_id="new").added[0].source
    assert old.licence == "CC BY-SA 4.0"
    assert "must not be published" in new.licence
    assert store.economy("new", 2020).source.licence == new.licence
    assert not any("not reported" in note for note in (*old.notes, *new.notes))


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"version": "v3.9.4", "description": "pxp for 2020"}, "must not be published"),
        ({"description": "EXIOBASE 3.9.4 pxp 2020"}, "must not be published"),
        ({"version": "3.10", "description": "EXIOBASE version 3.8.2 - pxp for 2020"}, "must not be published"),
        ({"version": "v3.82", "description": "pxp for 2020"}, "CC BY-SA 4.0"),
        ({"version": "4.3.9", "description": "pxp for 2020"}, "not known: the files name no version"),
        (None, "not known: the files name no version"),
    ],
)
def test_the_licence_is_never_the_freer_one_by_guess(tmp_path, metadata, said):
    root = exiobase3.write(tmp_path / "own")
    (root / "metadata.json").unlink()
    if metadata:
        (root / "metadata.json").write_text(json.dumps(metadata))
    licence = add(root, Store(tmp_path / "store")).added[0].source.licence
    assert said in licence
    assert (licence == "CC BY-SA 4.0") == (said == "CC BY-SA 4.0")


def test_a_gap_among_flows_is_still_refused(tmp_path):
    root = exiobase3.write(tmp_path, extensions=exiobase3.NEW)
    lines = (root / "Z.txt").read_text().splitlines()
    lines[5] = lines[5].rsplit("\t", 1)[0] + "\t"
    (root / "Z.txt").write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match="empty"):
        add(root, Store(tmp_path / "store"))
