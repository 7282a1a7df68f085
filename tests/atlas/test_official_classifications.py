"""The declared classifications of OECD, Eora26 and GLORIA: complete, without gaps or overlaps."""

import pytest

from kaldor.atlas import regions
from kaldor.atlas.classifications import classification
from kaldor.atlas.readers.ielab import country_codes

SIZES = {"oecd34": 34, "oecd36": 36, "oecd45": 45, "oecd45_2023": 45, "oecd50": 50, "eora26": 26, "gloria120": 120}
BROAD = ("agriculture", "mining", "manufacturing", "energy", "construction", "services")


@pytest.mark.parametrize("id", SIZES)
def test_broad_groups_cover_every_sector_once(id):
    kinds = classification(id)
    assert len(set(kinds.codes)) == len(kinds.codes) == SIZES[id]
    assert len({sector.name for sector in kinds.sectors}) == SIZES[id]
    assert sorted(code for name in BROAD for code in kinds.groups[name]) == sorted(kinds.codes)
    assert set(kinds.groups["materials"]) | set(kinds.groups["equipment"]) <= set(kinds.groups["manufacturing"])
    assert set(kinds.groups["transport"]) <= set(kinds.groups["services"])
    assert {"households", "government", "investment", "inventories"} <= set(kinds.demand_roles.values())


@pytest.mark.parametrize("id", SIZES)
def test_the_groups_that_levers_name_are_there(id):
    wiod = classification("wiod35")
    assert set(wiod.groups) <= set(classification(id).groups)


def test_regions_that_are_no_country_of_today_have_names():
    assert country_codes(("SUD", "SDS", "USR", "XAF")) == ("SDN", "SSD", "SUN", "XAF")
    assert country_codes(("SUD", "SDN")) == ("SUD", "SDN"), "both stay where one would become the other"
    assert regions.region("USR").name == "Soviet Union"
    assert not regions.region("XAS").is_country
