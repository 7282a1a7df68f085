"""A scenario, a shock, a path and a study may name a known bloc with its year in place of a list."""

from __future__ import annotations

import pytest

from kaldor.atlas.blocs import members
from kaldor.brief.study import parse_study
from kaldor.errors import InputError
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.reading import parse_scenarios
from kaldor.twin.shocks.events import parse_shock

SCENARIO = 'id = "one"\n[blocs]\nEU = {}\n[[levers]]\nlever = "friendshoring"\nstrength = 1\nregions = ["EU"]\n'
SHOCK = 'id = "ban"\n[blocs]\nEU = {}\n[[events]]\nkind = "ban"\norigins = ["CHN"]\ndestinations = ["EU"]\n'


def scenario(bloc: str):
    return parse_scenarios(SCENARIO.format(bloc), "one.toml")[0]


def test_a_named_bloc_is_the_list_of_its_members():
    union = members("EU", 2009)
    listed = "[" + ", ".join(f'"{code}"' for code in union) + "]"
    assert scenario('"EU@2009"') == scenario(listed)
    assert parse_shock(SHOCK.format('"EU@2009"') + "products = ['c14']\ndays = 30\n", "ban.toml").blocs == {"EU": union}
    path = Pathway.model_validate({"id": "p", "region": "DEU", "start": 2020, "blocs": {"EU": "EU@2020"}})
    assert path.blocs["EU"] == members("EU", 2020)


def test_a_study_spells_its_blocs_out():
    text = 'title = "T"\ncountry = "DEU"\nyear = 2018\neconomy = "starter"\nsections = ["scenarios"]\n'
    text += '[blocs]\nclub = "G7@2018"\n[[scenarios]]\nid = "one"\n'
    text += '[[scenarios.levers]]\nlever = "friendshoring"\nstrength = 1\nregions = ["USA"]\nbloc = ["club"]\n'
    assert parse_study(text, "study.toml").scenarios[0].blocs == {"club": members("G7", 2018)}


@pytest.mark.parametrize(
    ("bloc", "said"),
    [
        ('"EUU@2009"', "unknown bloc 'EUU'. Did you mean 'EU'"),
        ('"EU"', "names no year: write EU@2009"),
        ('"EA@1995"', "has no members: Euro area began in 1999"),
    ],
)
def test_a_wrong_name_is_a_problem_of_the_file(bloc, said):
    with pytest.raises(InputError, match=said):
        scenario(bloc)
