"""FIGARO's files against pandas, label by label, and Eurostat's emissions attached to them.

No public parser could be run here beside a small file; the layout is described in Eurostat's reference metadata
naio_10_fcp (sections 3.2 and 9), the codes in the sheet published with each edition.
"""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.official.figaro import (
    DEMANDS,
    INDUSTRIES,
    REGIONS,
    emissions,
    write_emissions,
    write_figaro,
)

ISO3 = ("AUT", "GRC", "GBR", "ROW")


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.mark.parametrize("kind", ["ind-by-ind", "prod-by-prod"])
@pytest.mark.parametrize("form", ["matrix", "flatfile"])
def test_a_table_is_what_pandas_makes_of_it(form, kind, tmp_path, store):
    path = write_figaro(tmp_path / "figaro", form=form, kind=kind)
    report = add(path, store, as_id="table")
    assert report.recognised == f"FIGARO, {'industry by industry' if kind[0] == 'i' else 'product by product'}, 2022"
    frame = pd.read_csv(path)
    cells = (
        frame.set_index("rowLabels")
        if form == "matrix"
        else frame.pivot(index=frame.columns[0], columns=frame.columns[1], values="obsValue")
    )
    prefix = "" if kind[0] == "i" else "CPA_"
    industries = [f"{region}_{prefix}{code}" for region in REGIONS for code in INDUSTRIES]
    uses = [f"{region}_{code}" for region in REGIONS for code in DEMANDS]
    table = store.economy("table", 2022)
    np.testing.assert_array_equal(table.Z, cells.loc[industries, industries])
    np.testing.assert_array_equal(table.Y, cells.loc[industries, uses])
    np.testing.assert_allclose(table.x, cells.loc[industries].sum(axis=1), rtol=1e-14)
    np.testing.assert_allclose(table.x, cells[industries].sum(axis=0), rtol=1e-9)
    taxes = next(extension for extension in table.extensions if extension.id == "taxes-on-products")
    np.testing.assert_array_equal(taxes.F_Y, cells.loc["W2_D21X31", uses])
    added = cells.loc[["W2_D1", "W2_D29X39", "W2_B2A3G"], industries].sum()
    np.testing.assert_allclose(table.extensions[0].F, added, rtol=1e-12)
    assert (table.regions, table.sectors, table.extensions[0].id) == (ISO3, INDUSTRIES, "value-added")
    assert table.demand_roles["P3_S14"] == "households"
    assert table.unit == "million EUR"
    assert Economy.from_published(table).n == len(industries)


def test_both_formats_are_the_same_table(tmp_path, store):
    for form in ("matrix", "flatfile"):
        add(write_figaro(tmp_path / form, form=form), store, as_id=form)
    assert store.info("matrix").content_hash == store.info("flatfile").content_hash


def test_a_folder_of_years_of_which_one_is_zipped(tmp_path, store):
    write_figaro(tmp_path / "figaro", 2021, seed=2)
    path = write_figaro(tmp_path / "figaro", 2022, form="flatfile")
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    path.unlink()
    assert add(tmp_path / "figaro", store).recognised == "FIGARO, industry by industry, 2021–2022"
    assert store.years("figaro") == (2021, 2022)


def test_years_outside_the_edition_and_mixed_kinds_are_refused(tmp_path, store):
    write_figaro(tmp_path / "mixed", 2024, edition=25)
    write_figaro(tmp_path / "mixed", 2020, kind="prod-by-prod")
    with pytest.raises(InputError) as refused:
        add(tmp_path / "mixed", store)
    assert "the edition of 2025 has no year 2024" in str(refused.value)
    assert "ind-by-ind and prod-by-prod" in str(refused.value)
    assert store.datasets() == []


def test_a_name_without_a_year_is_asked_for(tmp_path, store):
    path = write_figaro(tmp_path / "figaro")
    path.rename(path.with_name("figaro.csv"))
    with pytest.raises(InputError, match="Keep the names under which Eurostat gives the files"):
        add(path.with_name("figaro.csv"), store)


def test_columns_in_another_order_of_regions_find_their_rows(tmp_path, store):
    path = write_figaro(tmp_path / "figaro")
    add(path, store, as_id="published")
    frame = pd.read_csv(path)
    last = [name for name in frame if name.startswith("AT_") and "_P" not in name]
    others = [name for name in frame if name not in last]
    at = len(REGIONS) * len(INDUSTRIES) + 1 - len(last)
    frame[[*others[:at], *last, *others[at:]]].to_csv(path, index=False)
    add(path, store, as_id="moved")
    assert store.info("moved").content_hash == store.info("published").content_hash


def test_figures_under_the_label_of_another_row_are_refused(tmp_path, store):
    path = write_figaro(tmp_path / "figaro")
    lines = path.read_text().splitlines()
    first, second = lines[1].split(",", 1), lines[2].split(",", 1)
    lines[1:3] = [f"{first[0]},{second[1]}", f"{second[0]},{first[1]}"]
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=r"uses are .* inputs and value added"):
        add(path, store)
    assert store.datasets() == []


@pytest.mark.parametrize(("form", "packed"), [("csv", False), ("csv", True), ("tsv", False), ("tsv", True)])
def test_emissions_attach_to_the_industries_that_emit(form, packed, tmp_path, store):
    add(write_figaro(tmp_path / "figaro"), store)
    add(write_emissions(tmp_path / "emissions", form=form, packed=packed), store)
    ghg = store.economy("figaro", 2022, ["figaro_ghg"]).extensions[-1]
    expected = emissions()
    assert ghg.F.tolist() == [expected[region, code, 2022] for region in REGIONS for code in INDUSTRIES]
    assert ghg.F_Y.reshape(len(REGIONS), -1)[:, 1].tolist() == [expected[region, "HH", 2022] for region in REGIONS]
    assert (ghg.id, ghg.unit) == ("ghg", "kt CO2 eq")
    assert any("EU27_2020" in note for note in store.info("figaro_ghg").source.notes)


def test_emissions_beside_the_tables_come_with_them(tmp_path, store):
    write_figaro(tmp_path / "figaro")
    write_emissions(tmp_path / "env_ac_ghgfp")
    assert [dataset.id for dataset in add(tmp_path / "figaro", store).added] == ["figaro", "figaro_ghg"]


def test_several_units_or_a_missing_country_are_said(tmp_path, store):
    path = write_emissions(tmp_path / "emissions")
    text = path.read_text()
    path.write_text(text.replace("THS_T,2022", "KG_HAB,2022"))
    with pytest.raises(InputError, match="several kinds of unit: KG_HAB, THS_T"):
        add(path, store)
    path.write_text("\n".join(line for line in text.splitlines() if ",UK,WORLD," not in line))
    add(write_figaro(tmp_path / "figaro"), store)
    add(path, store)
    with pytest.raises(InputError, match="has no value for GBR"):
        store.economy("figaro", 2022, ["figaro_ghg"])


def test_countries_inside_the_rest_of_the_world_get_their_share_of_it(tmp_path, store, monkeypatch):
    """Greece stands in for Albania: its industries share the rest's amounts by output, households by final demand."""
    path = write_emissions(tmp_path / "emissions")
    path.write_text("\n".join(line for line in path.read_text().splitlines() if ",EL,WORLD," not in line))
    source = Catalogue.load().sources["figaro_ghg"]
    monkeypatch.setitem(Catalogue.load().sources, "figaro_ghg", source.model_copy(update={"rest_holds": ("GRC",)}))
    add(write_figaro(tmp_path / "figaro"), store)
    add(path, store)
    table = store.economy("figaro", 2022, ["figaro_ghg"])
    ghg, told = table.extensions[-1], emissions()
    F, x = ghg.F.reshape(len(REGIONS), -1), np.asarray(table.x).reshape(len(REGIONS), -1)
    greece, rest = REGIONS.index("GR"), REGIONS.index("FIGW1")
    for k, code in enumerate(INDUSTRIES):
        whole = told["FIGW1", code, 2022]
        assert F[greece, k] == pytest.approx(whole * x[greece, k] / (x[greece, k] + x[rest, k]), rel=1e-12)
        assert F[greece, k] + F[rest, k] == pytest.approx(whole, rel=1e-12)
        assert F[0, k] == told["AT", code, 2022]
    bought = np.asarray(table.Y).sum(axis=0).reshape(len(REGIONS), -1)[:, 1]
    share = bought[greece] / (bought[greece] + bought[rest])
    assert ghg.F_Y.reshape(len(REGIONS), -1)[greece, 1] == pytest.approx(told["FIGW1", "HH", 2022] * share, rel=1e-12)
    said = next(note for note in table.notes if "Greece stands in its rest of the world" in note)
    assert said in store.info("figaro_ghg").source.notes


def test_cells_without_a_value_stay_missing(tmp_path, store):
    path = write_emissions(tmp_path / "emissions")
    lines = path.read_text().splitlines()
    lines[1] = ",".join([*lines[1].split(",")[:9], ":", "", ""])
    path.write_text("\n".join(lines))
    add(path, store)
    assert store.info("figaro_ghg").counts["values"] == len(REGIONS) * len(INDUSTRIES) * 2 - 1
    assert any("1 cells have no value" in note for note in store.info("figaro_ghg").source.notes)
