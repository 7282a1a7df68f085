"""Declarations of sources, classifications and regions: all load, and a slip of the pen is named."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from importlib.util import find_spec

import pycountry
import pytest

from kaldor.atlas import regions
from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.atlas.classifications import classification, is_classification
from kaldor.atlas.readers.known import BY_NAME, LAYOUTS
from kaldor.declared import parse
from kaldor.errors import InputError, UnknownLabelError

WIOD_COUNTRIES = """
    AUS AUT BEL BGR BRA CAN CHN CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HUN IDN IND IRL ITA JPN KOR LTU LUX LVA MEX MLT
    NLD POL PRT ROU RUS SVK SVN SWE TUR TWN USA"""
ICIO_COUNTRIES = """
    AGO ARE ARG AUS AUT BEL BGD BGR BLR BRA BRN CAN CHE CHL CHN CIV CMR COD COL CRI CYP CZE DEU DNK EGY ESP EST FIN FRA
    GBR GRC HKG HRV HUN IDN IND IRL ISL ISR ITA JOR JPN KAZ KHM KOR LAO LTU LUX LVA MAR MEX MLT MMR MYS NGA NLD NOR NZL
    PAK PER PHL POL PRT ROU RUS SAU SEN SGP STP SVK SVN SWE THA TUN TUR TWN UKR USA VNM ZAF"""


@cache
def classified() -> tuple[str, ...]:
    """The countries that the World Bank put in an income group in some year, in alphabetic order."""
    codes = sorted({*(country.alpha_3 for country in pycountry.countries), "XKX"})
    years = range(1987, 2025)
    return tuple(code for code in codes if any(regions.income_group(code, year) is not None for year in years))


def test_every_source_is_complete():
    catalogue = Catalogue.load()
    declared = {f.name for f in files("kaldor.atlas.catalogue").iterdir() if f.name.endswith(".toml")}
    assert {f"{id}.toml" for id in catalogue.sources} == declared
    assert {"wiod2013", "wiod2013_regional", "jrc_wiod_co2", "own-economy", "own-indicators"} <= set(catalogue.sources)
    for source in catalogue.sources.values():
        assert all(companion in catalogue for companion in source.companions)
        if source.id.startswith("own-"):
            continue
        assert source.remote or source.by_hand or source.landing_page, "a source that nobody can find"
        if source.kind in {"economy", "extension"}:
            assert source.landing_page.startswith("https://")
            assert source.unit or [held.unit for held in source.extensions if held.unit]
            assert is_classification(source.classification)
            assert source.years is not None
            assert all(source.years[0] <= year <= source.years[1] for year in source.year_notes)


def test_2009_is_said_to_be_a_crisis_year():
    assert "crisis year" in Catalogue.load().source("wiod2013").year_notes[2009]


def test_an_unknown_source_suggests_the_nearest():
    with pytest.raises(UnknownLabelError, match="Did you mean 'wiod2013'"):
        Catalogue.load().source("wiod2O13")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ('colour = "red"\n', "colour"),
        ('reader = "magic"\n', "reader"),
        ("title = 3\n", "title"),
        ("[year_notes]\nlate = 'x'\n", "year_notes.late"),
    ],
)
def test_a_wrong_declaration_names_file_and_key(change, named):
    lines = {"id": "mine", "kind": "economy", "reader": "plain", "title": "t", "publisher": "p", "citation": "c"}
    lines |= {"licence": "l"}
    key = change.split(" ")[0]
    text = "".join(f'{name} = "{value}"\n' for name, value in lines.items() if name != key) + change
    with pytest.raises(InputError, match=rf"mine\.toml, {named}"):
        parse(CatalogueSource, text, "mine.toml")


def test_a_declaration_goes_by_its_files_name():
    with pytest.raises(InputError, match=r"other\.toml: its id is 'wiod2013'"):
        Catalogue({"other": Catalogue.load().source("wiod2013")})


def test_wiod_groups_are_what_the_methods_mean():
    wiod = classification("wiod35")
    assert len(wiod.sectors) == len(set(wiod.codes)) == 35
    assert wiod.groups["manufacturing"] == tuple(f"c{i}" for i in range(3, 17))
    assert wiod.groups["energy"] == ("c17",)
    assert wiod.demand_roles["c37"] == "households"
    assert set(wiod.groups["materials"]) | set(wiod.groups["equipment"]) <= set(wiod.groups["manufacturing"])
    broad = [
        code
        for name in ("agriculture", "mining", "manufacturing", "energy", "construction", "services")
        for code in wiod.groups[name]
    ]
    assert sorted(broad) == sorted(wiod.codes), "the broad groups cover every industry once"
    with pytest.raises(UnknownLabelError, match="Did you mean 'wiod35'"):
        classification("wiod34")


def test_regions_have_names_world_regions_and_aliases():
    assert regions.region("POL").name == "Poland"
    assert regions.region("POL").world_region == "Europe and Central Asia"
    assert regions.region("ROM") == regions.region("ROU")
    rest = regions.region("RoW")
    assert (rest.code, rest.name, rest.world_region, rest.is_country) == ("ROW", "Rest of world", None, False)
    assert regions.region_name("EUZ") == "EUZ"
    with pytest.raises(UnknownLabelError, match="Did you mean 'POL'"):
        regions.region("PLO")


def test_income_groups_change_with_the_year():
    assert [regions.income_group("POL", year) for year in (1987, 2008, 2009, 2024)] == ["LM", "UM", "H", "H"]
    assert [regions.income_group("ARG", year) for year in (2016, 2017, 2018)] == ["UM", "H", "UM"]
    assert [regions.income_group("CRI", year) for year in (2023, 2024)] == ["UM", "H"]
    assert regions.income_group("XKX", 2018) == "UM"
    assert regions.income_group("ROM", 2005) == "UM"
    assert regions.income_group("ROW", 2009) is None
    assert regions.income_group("POL", 2030) is None
    with pytest.raises(UnknownLabelError):
        regions.income_group("PLO", 2009)


def test_whom_the_world_bank_did_not_classify_has_no_group():
    assert regions.income_group("VEN", 2019) == "UM"
    assert regions.income_group("VEN", 2020) is None, "suspended"
    assert regions.income_group("ETH", 2024) is None, "suspended"
    assert regions.income_group("SSD", 2010) is None, "not yet a state"
    assert regions.income_group("SUN", 1989) is None, "dissolved states are not typed in"


@pytest.mark.parametrize(
    ("year", "low", "lower_middle", "upper_middle", "high"),
    [
        (2016, 31, 53, 56, 78),
        (2017, 34, 47, 56, 81),
        (2018, 31, 47, 60, 80),
        (2019, 29, 50, 56, 83),
        (2020, 27, 55, 55, 80),
        (2023, 26, 51, 54, 86),
    ],
)
def test_as_many_economies_in_each_group_as_the_world_bank_announced(year, low, lower_middle, upper_middle, high):
    """Its announcements of July 2017 to 2021 and 2024, less the Channel Islands: high, and without an ISO3 code."""
    groups = [regions.income_group(code, year) for code in classified()]
    counts = [groups.count(group) for group in ("L", "LM", "UM", "H")]
    assert counts == [low, lower_middle, upper_middle, high - 1]


def test_the_shares_of_2024_are_those_announced():
    """World Bank, July 2025: 12 % low and 40 % high of the economies it classified, the Channel Islands among them."""
    groups = [regions.income_group(code, 2024) for code in classified()]
    assert groups.count(None) == 2, "Ethiopia and Venezuela"
    assert round(100 * groups.count("L") / (218 - 2)) == 12
    assert round(100 * (groups.count("H") + 1) / (218 - 2)) == 40


def test_those_who_moved_in_the_list_of_july_2018():
    up = {"ARG", "ARM", "HRV", "GTM", "JOR", "PAN"}
    down = {"SYR", "TJK", "YEM"}
    moved = {c for c in classified() if regions.income_group(c, 2016) != regions.income_group(c, 2017)}
    assert moved == up | down


def test_every_country_of_the_tables_has_a_world_region_and_an_income_group_in_every_year():
    codes = set(classified())
    assert len(codes) == 217
    for code in codes:
        assert regions.region(code).world_region
        assert regions.region(code).is_country
    for table, (first, last) in {WIOD_COUNTRIES: (1995, 2023), ICIO_COUNTRIES: (1995, 2023)}.items():
        assert set(table.split()) <= codes
        for code in table.split():
            missing = [year for year in range(first, last + 1) if regions.income_group(code, year) is None]
            assert not missing, code


@pytest.mark.parametrize("spells", ["UM", "XX 1999", "UM 2005-2001", "UM 1999-2001, H 2001", "H 99", "H 1999;"])
def test_a_mistyped_spell_is_refused(spells):
    with pytest.raises(ValueError, match="not a spell"):
        regions.parse_spells(spells)


@pytest.mark.real
def test_income_groups_equal_the_world_banks(shared):
    with (shared / "evidence" / "codes" / "wb_income_group_by_fy.csv").open(encoding="utf-8") as stream:
        published = {(row["iso3"], int(row["data_year"])): row["group"] for row in csv.DictReader(stream)}
    years = {year for _, year in published}
    assert not years & {2016, 2017, 2018, 2019}, "the file lacks them; the two tests above and OGHIST itself cover them"
    typed = {
        (code, year): group
        for code in classified()
        for year in years
        if (group := regions.income_group(code, year)) is not None
    }
    theirs = {key: group for key, group in published.items() if key[0] in classified()}
    assert typed == theirs
    assert len(typed) > 6_500


def test_readers_are_found_by_their_modules_and_what_anybodys_files_look_like_is_tried_last():
    assert all(find_spec(f"kaldor.atlas.readers.{layout.name}") for layout in LAYOUTS)
    assert [layout.name for layout in LAYOUTS[-3:]] == ["plain", "extension_csv", "indicators_csv"]
    assert {source.reader for source in Catalogue.load().sources.values()} <= set(BY_NAME)
