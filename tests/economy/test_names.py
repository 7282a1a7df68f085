"""What names mean on an economy: regions, blocs, income groups, sectors, jobs."""

from __future__ import annotations

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.names import jobs_of, region_of, regions_of, sectors_of
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, KaldorError, UnknownLabelError

EU = {"eu": ["DEU", "BRA", "FRA"]}


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        (["IND"], ("IND",)),
        (["india", "Germany", "IND"], ("IND", "DEU")),
        (["Viet Nam"], ("VNM",)),
        (["RoW"], ("ROW",)),
        (["EU"], ("DEU",)),
        (["G7@2018", "IND"], ("DEU", "JPN", "USA", "IND")),
        (["upper middle income"], ("CHN", "BRA", "MEX", "ZAF")),
        (["low income"], ("ETH",)),
        (["eu"], ("DEU", "BRA")),
        ([], ()),
    ],
)
def test_regions(economy, named, meant) -> None:
    assert regions_of(economy, named, EU).regions == meant


def test_without(economy) -> None:
    others = tuple(code for code in economy.regions if code not in {"DEU", "BRA"})
    assert regions_of(economy, ["!eu"], EU).regions == others
    assert regions_of(economy, ["!eu", "all"], EU).regions == others
    assert regions_of(economy, ["all", "!Germany", "!BRA"]).regions == others
    with pytest.raises(InputError, match="names nobody"):
        regions_of(economy, ["DEU", "!DEU"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("INT", "unknown region 'INT'. Did you mean 'IND' (India)?"),
        ("Poland", "Poland is POL."),
        ("EU@09", "'EU@09' names no year"),
        ("OEDC@2018", "unknown bloc 'OEDC'. Did you mean 'OECD'?"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_near_match(economy, name, said) -> None:
    with pytest.raises(KaldorError) as caught:
        regions_of(economy, [name], EU)
    assert said in str(caught.value)


def test_one_region(economy) -> None:
    assert [region_of(economy, name) for name in ("KOR", "south korea", "Korea, Republic of")] == ["KOR"] * 3


@pytest.mark.parametrize("name", ["all", "EU", "EU@2018", "high income", "!KOR"])
def test_where_one_country_is_asked_a_bloc_is_refused_with_its_members(economy, name) -> None:
    with pytest.raises(InputError, match=f"one country is asked for, and '{name}' is none. It stands for .*DEU"):
        region_of(economy, name)


@pytest.mark.parametrize("asked", [region_of, lambda economy, name: regions_of(economy, [name])])
def test_names_with_a_comma_between_them_are_to_be_named_one_by_one(economy, asked) -> None:
    with pytest.raises(InputError, match=r"'DEU, China' is 2 names in one\. .*: --region DEU --region China"):
        asked(economy, "DEU, China")
    with pytest.raises(InputError, match="--sector metals --sector energy"):
        sectors_of(economy, ["metals,energy"])
    with pytest.raises(UnknownLabelError, match="unknown region 'DEU,XYZ'"):
        asked(economy, "DEU,XYZ")


def test_a_near_match_looks_at_names_too_and_not_at_capitals(economy) -> None:
    for name, meant in {"Germny": r"'DEU' \(Germany\)", "chna": r"'CHN' \(China\)"}.items():
        with pytest.raises(UnknownLabelError, match=f"unknown region '{name}'. Did you mean {meant}"):
            region_of(economy, name)
    with pytest.raises(UnknownLabelError, match="Did you mean 'light' \\(Textiles, wood"):
        sectors_of(economy, ["furnitur"])


def test_sectors_by_code_name_and_group(economy) -> None:
    code, name = economy.sectors[0], economy.sector_names[0]
    assert sectors_of(economy, [code, name.upper()]) == (code,)
    assert sectors_of(economy, ["manufacturing"]) == tuple(economy.sector_groups["manufacturing"])
    assert sectors_of(economy, ["all", f"!{code}"]) == economy.sectors[1:]
    with pytest.raises(UnknownLabelError, match="Did you mean 'metals'"):
        sectors_of(economy, ["metal"])


def test_jobs(economy) -> None:
    assert jobs_of(economy) == ("jobs_female", "jobs_male")


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        (["deu"], ("DEU",)),
        (["eU@2009"], ("DEU",)),
        (["g7@2018", "!usa"], ("DEU", "JPN")),
        (["Upper Middle Income"], ("CHN", "BRA", "MEX", "ZAF")),
        (["EU"], ("DEU",)),  # beside a bloc `eu` of one's own: each is itself
    ],
)
def test_names_are_found_whatever_their_capitals(economy, named, meant) -> None:
    assert regions_of(economy, named, EU).regions == meant
    assert regions_of(economy, ["ALL"]).regions == economy.regions
    assert regions_of(economy, ["eu"]).regions == ("DEU",)


def test_capitals_that_leave_two_meanings_are_refused(economy) -> None:
    with pytest.raises(UnknownLabelError):
        regions_of(economy, ["Zz"], {"zz": ["DEU"], "ZZ": ["BRA"]})
    assert regions_of(economy, ["ZZ"], {"zz": ["DEU"], "ZZ": ["BRA"]}).regions == ("BRA",)


@pytest.mark.parametrize("name", ["!", "", " "])
def test_no_name_is_said_to_be_none(economy, name) -> None:
    with pytest.raises(InputError, match=f"region: '{name}' names nobody"):
        regions_of(economy, [name])
    with pytest.raises(InputError, match=f"sector: '{name}' names nobody"):
        sectors_of(economy, [name])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("EU@1", "region: 'EU@1' names no year of four digits from 1958 on: write EU@2009, or list countries."),
        ("EUU@2009", "region: unknown bloc 'EUU'. Did you mean 'EU'?"),
    ],
)
def test_a_refusal_ends_with_one_mark(economy, name, said) -> None:
    with pytest.raises(InputError) as caught:
        regions_of(economy, [name])
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ALL", "one country is asked for, and 'ALL' is none. It stands for USA, DEU, JPN"),
        ("eu", "one country is asked for, and 'eu' is none. It stands for DEU. Name one."),
        ("EU@2009", "one country is asked for, and 'EU@2009' is none. It stands for DEU. Name one."),
        ("low income", "one country is asked for, and 'low income' is none. It stands for ETH. Name one."),
    ],
)
def test_what_means_several_regions_is_told_where_one_is_asked_for(economy, name, said) -> None:
    with pytest.raises(InputError) as caught:
        region_of(economy, name)
    assert str(caught.value).startswith(f"region: {said}")


def test_one_region_in_any_capitals(economy) -> None:
    assert [region_of(economy, name) for name in ("deu", "Deu", "row")] == ["DEU", "DEU", "ROW"]
