"""Python as people use it: the ten lines, the pictures, what `import kaldor` loads and what its page says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

import kaldor
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.labelled import unit_of
from kaldor.resilience.lookthrough import MEASURES
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import run_shock
from tests.atlas.plain_folders import small_economy

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "python.md"
PEERS = ["CHN", "VNM", "MEX", "BRA", "ZAF", "ETH", "KOR", "DEU"]  # of the demo's study


@pytest.fixture(scope="module")
def world() -> kaldor.Economy:
    return kaldor.load()


@pytest.fixture(scope="module")
def small() -> kaldor.Economy:
    """Two countries, one industry: (I − A)⁻¹ = [[1.28, 0.08], [0.48, 1.28]], CO2 0.5 and 0.1 a unit of output."""
    source = Source("small", "By hand", "Test", "By hand", "")
    co2 = PublishedExtension("co2", "CO2", "kt CO2", np.array([50.0, 20.0]), np.array([5.0, 3.0]), "predicted", source)
    return kaldor.Economy.from_published(
        PublishedEconomy(
            regions=("DEU", "FRA"),
            sectors=("goods",),
            sector_names=("Goods",),
            demands=("all",),
            demand_names=("All",),
            Z=np.array([[20.0, 10.0], [30.0, 40.0]]),
            Y=np.array([[60.0, 10.0], [20.0, 110.0]]),
            x=np.array([100.0, 200.0]),
            unit="million €",
            year=2020,
            status="observed",
            source=source,
            demand_roles={"all": "households"},
            sector_groups={"manufacturing": ("goods",)},
            extensions=(co2,),
        )
    )


# -- the ten lines, by hand --------------------------------------------------------------------------------------------


def test_accounts_of_two_countries_are_those_worked_out_by_hand(small):
    accounts = kaldor.accounts(small, "co2")
    np.testing.assert_allclose(accounts["production"], [55.0, 23.0])
    np.testing.assert_allclose(accounts["consumption"], [49.64, 28.36])
    np.testing.assert_allclose(accounts["embodied_in_imports"], [5.44, 10.8])
    assert accounts.attrs["unit"] == "kt CO2"
    assert accounts.attrs["year"] == 2020
    assert accounts.attrs["status"] == "predicted", "the weaker of the table's and the extension's"


def test_multipliers_prices_and_quantities_of_two_countries_are_those_worked_out_by_hand(small):
    np.testing.assert_allclose(kaldor.multipliers(small)["co2"], [0.688, 0.168])
    rise = kaldor.cost_push(small, {("DEU", "goods"): 0.1})
    np.testing.assert_allclose(rise, [0.128, 0.008])
    change = kaldor.ghosh_quantities(small, {("DEU", "goods"): 10.0})
    np.testing.assert_allclose(change, [12.8, 1.6])
    assert (rise.attrs["unit"], change.attrs["unit"]) == ("share of the price before", "million €")


def test_an_aggregate_keeps_every_total(small):
    one = kaldor.aggregate(small, regions={"DEU": "EUR", "FRA": "EUR"})
    accounts = kaldor.accounts(one, "co2")
    assert accounts.loc["EUR", ["production", "consumption"]].tolist() == pytest.approx([78.0, 78.0])
    assert one.x.tolist() == [300.0]


def test_shares_are_said_to_be_shares_and_amounts_to_be_money(small):
    dependence = kaldor.dependence(small, "DEU")
    assert dependence.inputs.loc[("FRA", "goods")].tolist() == pytest.approx([30.0, 28.125, 37.5])
    assert dependence.inputs.attrs["unit"] == "million €"
    assert dependence.by_product().loc["goods", list(MEASURES)].tolist() == pytest.approx([1.0, 1.0, 1.0])
    shares = [dependence.by_product(), dependence.by_supplier(), dependence.foreign_share()]
    said = {unit_of(table, column) for table in shares for column in MEASURES}
    assert said == {"share (0 to 1)"}, "by_product() said million US$"
    assert unit_of(dependence.by_product(), "suppliers_hhi") == "index (0 to 1)"


def test_the_ten_lines_on_the_starter_economy(world):
    assert (len(world.regions), len(world.sectors), world.year, world.status) == (13, 12, 2018, "estimated")
    india = kaldor.accounts(world, "co2").loc["IND"]
    assert india["production"] == pytest.approx(2_590_000, rel=1e-6)
    assert india["consumption"] == pytest.approx(2_376_880, rel=1e-6)
    assert kaldor.footprint(world, "co2")["IND"].sum() == pytest.approx(india["consumption"])
    assert kaldor.dependence(world, "IND").foreign_share().tolist() == pytest.approx(
        [0.334324, 0.418991, 0.467874], abs=1e-6
    )
    cleaner = kaldor.what_if(world, "clean-electricity", 50, regions="IND")
    assert cleaner["co2-world"].change == pytest.approx(-655_578.5, rel=1e-6)
    before, after = (kaldor.accounts(one, "co2")["production"].sum() for one in (world, cleaner.economy()))
    assert after - before == pytest.approx(-655_578.5, rel=1e-6)
    cut = kaldor.shock(world, kind="capacity", regions="DEU", sectors="vehicles", share=0.4, days=28, runs=5)
    lost = cut.summary(["DEU"]).loc["lost_value_added"]
    # With nothing specific it is the figure from before there were specific goods.
    assert (lost["central"], lost["unit"]) == (pytest.approx(9_316.07, rel=1e-5), "million US$")
    event = {"kind": "capacity", "regions": ["DEU"], "sectors": ["vehicles"], "share": 0.4, "days": 28}
    nothing = Parameters(dt=7, specificity=0.0)
    pooled = run_shock(world, Shock.model_validate({"id": "cut", "events": [event]}), nothing, steps=52, bands=0)
    assert pooled.summary(["DEU"]).loc["lost_value_added", "central"] == pytest.approx(10_829.93, rel=1e-5)


def test_what_ifs_stand_side_by_side(world):
    two = [kaldor.what_if(world, "clean-electricity", size, regions="IND") for size in (25, 50)]
    table = kaldor.compare(*two)
    changes = table.loc[("sustainability", "co2-world"), ["clean-electricity-25", "clean-electricity-50"]]
    assert changes.tolist() == pytest.approx([two[0]["co2-world"].change, -655_578.5], rel=1e-6)
    assert len(table.plot("co2-world").chart.rows) == 2


def test_a_scenario_file_and_a_mistyped_lever(world):
    file = Path(__file__).parents[1] / "studies" / "scenarios" / "india-power.toml"
    assert kaldor.what_if(world, file)["co2-world"].change < 0
    with pytest.raises(kaldor.KaldorError, match="Did you mean 'clean-electricity'"):
        kaldor.what_if(world, "clean-electricty", 50, regions="IND")


# -- load --------------------------------------------------------------------------------------------------------------


def test_load_reads_a_dataset_of_the_store_or_the_same_files_where_they_lie(tmp_path):
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store

    folder = small_economy(tmp_path / "mine", years=(2019, 2020))
    store = Store(tmp_path / "store")
    add(folder, store, as_id="mine")
    stored = kaldor.load("mine", 2020, store=store.path)
    direct = kaldor.load(folder, 2020)
    assert (direct.regions, direct.sectors, direct.unit, direct.year) == (
        stored.regions, stored.sectors, stored.unit, 2020,
    )  # fmt: skip
    for array in ("Z", "Y", "x"):
        np.testing.assert_array_equal(getattr(direct, array), getattr(stored, array))
    assert kaldor.datasets(store.path).loc["mine", "kind"] == "economy"


def test_load_says_which_years_there_are_and_how_to_add_what_is_not_there(tmp_path):
    folder = small_economy(tmp_path / "mine", years=(2019, 2020))
    with pytest.raises(kaldor.KaldorError, match=r"there is no year 1900.*hold"):
        kaldor.load(folder, 1900)
    with pytest.raises(kaldor.KaldorError, match="kaldor data add"):
        kaldor.load("wiod2013", 2009, store=tmp_path / "store")
    with pytest.raises(kaldor.KaldorError, match="cannot take them"):
        kaldor.load(folder, 2020, extensions=["jrc_wiod_co2"])


@pytest.mark.real
def test_load_reads_wiod_from_its_official_folder_as_the_store_does(shared, real_store):
    direct = kaldor.load(shared / "wiod2013_41x35", 2009)
    stored = kaldor.load("wiod2013", 2009, store=real_store.path)
    np.testing.assert_array_equal(direct.Z, stored.Z)
    assert (len(direct.regions), len(direct.sectors), direct.unit) == (41, 35, stored.unit)


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    with as_file(files("kaldor.brief") / "studies" / "starter.toml") as file:
        return kaldor.study(file, tmp_path_factory.mktemp("brief") / "out", formats=["html"])


def test_plot_draws_what_the_brief_draws_to_the_byte(world, brief):
    accounts, dependence = kaldor.accounts(world, "co2"), kaldor.dependence(world, "IND")
    drawn = [
        accounts.plot("IND", PEERS),
        accounts.plot("IND", PEERS, "accounts-balance"),
        dependence.plot(),
        dependence.plot(PEERS, "dependence-countries"),
    ]
    assert [one.svg for one in drawn] == [brief.plot(one.id).svg for one in drawn]
    page = brief.files["html"].read_text("utf-8")
    for one in drawn:
        labels = re.findall(r"<text [^>]*>([^<]+)</text>", one.svg)
        assert len(labels) > 10
        assert all(f">{label}</text>" in page for label in labels)


def test_a_picture_is_svg_with_its_stamp_and_can_be_saved(world, tmp_path):
    picture = kaldor.accounts(world, "co2").plot("IND", ["DEU"])
    assert picture._repr_svg_() == picture.svg
    assert picture.save(tmp_path / "accounts.svg").read_text("utf-8") == picture.svg + "\n"
    html = picture._repr_html_()
    assert picture.svg in html
    assert "Year: 2018. Status: estimated. Unit: Mt CO₂." in html
    assert '<th scope="row">India</th><td>2\u202f590</td><td>2\u202f377</td>' in html
    production = next(figure for figure in picture.figures.values() if figure.id == "accounts-ind-production")
    assert (production.value, production.unit) == (pytest.approx(2590.0), "Mt CO₂")


def test_a_brief_says_its_findings_and_names_its_pictures(brief):
    said = brief.findings[0].replace("\u202f", "").replace("\xa0", " ")
    assert said.startswith("India’s consumption caused 2377Mt CO₂")
    assert {"accounts-both", "accounts-balance", "dependence-inputs"} <= set(brief.pictures)
    assert len(repr(brief)) < 600
    with pytest.raises(kaldor.KaldorError, match="Did you mean 'accounts-both'"):
        brief.plot("accounts-boht")


def test_a_shock_is_drawn_over_time_and_as_a_map(world):
    cut = kaldor.shock(world, kind="capacity", regions="DEU", sectors="vehicles", share=0.4, days=28, runs=2, steps=8)
    fan, tiles = cut.plot("DEU"), cut.plot(picture="map")
    assert (fan.chart.form, tiles.chart.form) == ("fan", "tiles")
    central = fan.figures["shocks-shock-deu-central"].values
    normal = world.sum_by_region(world.value_added)[world.region_position("DEU")]
    expected = 100 * (cut.value_added["DEU"].to_numpy() / normal - 1)
    assert central == pytest.approx(expected.tolist(), rel=1e-5, abs=1e-7)  # as a brief shows it: six digits
    assert min(expected) < -0.3


def test_accounts_of_jobs_are_not_drawn_as_emissions(world):
    with pytest.raises(kaldor.KaldorError, match="is not of emissions"):
        kaldor.accounts(world, "jobs_female").plot("IND")
    with pytest.raises(kaldor.KaldorError, match="not the table's manufacturing"):
        kaldor.dependence(world, "IND", ["vehicles"]).plot()


# -- what the import costs, and what the page says of it ---------------------------------------------------------------

_FRESH = """
import sys, json
before = set(sys.modules)
import kaldor
loaded = sorted(set(sys.modules) - before)
names = dir(kaldor)
kaldor.KaldorError
print(json.dumps([loaded, names, "numpy" in sys.modules, "kaldor.errors" in sys.modules]))
"""


def test_the_import_is_light_in_a_fresh_process():
    loaded, names, with_numpy, with_errors = json.loads(
        subprocess.check_output([sys.executable, "-c", _FRESH], text=True)
    )
    assert {name for name in loaded if name.startswith("kaldor")} == {"kaldor", "kaldor.threads"}
    heavy = {"numpy", "pandas", "scipy", "pydantic", "duckdb", "ibis", "typer", "jinja2", "importlib.resources"}
    assert not heavy & set(loaded)
    assert len(loaded) < 50, "it takes hundredths of a second"
    assert {*kaldor.__all__} <= {*names}, "names are seen before they are loaded"
    assert (with_numpy, with_errors) == (False, True), "a name loads its own module"


def test_every_public_name_is_there_and_on_the_page_and_no_other_is():
    for name in kaldor.__all__:
        assert getattr(kaldor, name).__doc__, name
    named = set(re.findall(r"\bkaldor\.([A-Za-z_]\w*)", PAGE.read_text("utf-8")))
    rooms = {folder.name for folder in (Path(kaldor.__file__).parent).iterdir()}
    modules = {"errors", *rooms}
    assert named - modules - {"kaldor"} == {*kaldor.__all__}
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        kaldor.lode  # noqa: B018


def test_a_picture_is_saved_under_the_name_of_what_it_is(small, tmp_path):
    picture = kaldor.accounts(small, "co2").plot("DEU")
    with pytest.raises(kaldor.KaldorError, match=r"accounts\.png: pictures are drawn as SVG\. End the name in \.svg\."):
        picture.save(tmp_path / "accounts.png")
    assert list(tmp_path.iterdir()) == []


def test_countries_go_by_their_names_as_at_the_command_line(small):
    assert kaldor.dependence(small, "Germany").region == "DEU"
    assert kaldor.dependence(small, "germany", "Goods").sectors == ("goods",)
    accounts = kaldor.accounts(small, "co2")
    assert accounts.plot("Germany", ["France"]).svg == accounts.plot("DEU", ["FRA"]).svg
    assert accounts.plot("Germany").svg == accounts.plot("DEU").svg
    assert accounts.plot("Germany", ["!Germany"]).svg == accounts.plot("DEU").svg
    with pytest.raises(kaldor.KaldorError, match=r"unknown region 'Germny'\. Did you mean 'DEU' \(Germany\)\?"):
        accounts.plot("Germny")


def test_a_shock_and_a_what_if_are_shown_for_a_country_by_its_name(world):
    run = kaldor.shock(
        world, kind="capacity", regions="Germany", sectors="manufacturing", share=0.4, days=7, steps=3, runs=1
    )
    assert run.plot("Germany").svg == run.plot("DEU").svg
    one = kaldor.what_if(world, "friendshoring", regions="DEU", bloc=["KOR", "JPN"], measured="Germany")
    assert one.outcomes.region == "DEU"
