"""What a bloc of one's own may be called and hold, at every entrance; and who of it is left out by a shock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.brief.study import parse_study
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.names import regions_of
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, UnknownLabelError
from kaldor.twin.reading import parse_scenarios
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.events import Shock, parse_shock

EVENT = '[[events]]\nkind = "capacity"\nregions = ["zz"]\nsectors = ["all"]\nshare = 0.1\ndays = 5\n'
STUDY = 'title = "T"\ncountry = "IND"\nyear = 2018\neconomy = "starter"\nsections = ["accounts"]\n'

CONTRADICTING = [
    ('all = ["DEU"]', "'all' means every region, and cannot name another bloc: choose another name."),
    ('DEU = ["KOR"]', "'DEU' is Germany"),
    ('Germany = ["KOR"]', "'Germany' is Germany"),
    ('RoW = ["KOR"]', "'RoW' is Rest of world"),
    ('EU = ["USA"]', "'EU' is European Union"),
    ('"EU@2009" = ["USA"]', "'EU@2009' is European Union"),
    ('"low income" = ["USA"]', "'low income' is an income group"),
    ('"!x" = ["DEU"]', "'!x' is no name for a bloc"),
    ('"" = ["DEU"]', "'' is no name for a bloc"),
    ('a = ["a"]', "'a' holds 'a', which is a bloc itself"),
    ('a = ["b"]\nb = ["a"]', "'b' holds 'a', which is a bloc itself"),
    ('a = ["!DEU"]', "'a' holds '!DEU', and nobody can be taken away"),
    ('a = ["EU", "USA"]', "'a' holds 'EU', which is European Union"),
    ('a = ["all"]', "'a' holds 'all', which means every region"),
]


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.mark.parametrize(("blocs", "said"), CONTRADICTING)
def test_a_bloc_that_contradicts_is_refused_at_load(blocs: str, said: str) -> None:
    table = f"[blocs]\n{blocs}\n"
    for read in (
        lambda: parse_shock(f'id = "s"\n{table}{EVENT}', "own.toml"),
        lambda: parse_scenarios(f'id = "s"\n{table}', "own.toml"),
        lambda: parse_study(f"{STUDY}{table}", "own.toml"),
    ):
        with pytest.raises(InputError) as caught:
            read()
        (problem,) = caught.value.problems
        assert problem.where == "own.toml, blocs"
        assert said in problem.what
        assert not problem.what.endswith("..")


def test_all_that_is_wrong_with_the_blocs_of_a_study_is_said_once_however_many_scenarios_share_them() -> None:
    text = f'{STUDY}[blocs]\nall = ["DEU"]\nDEU = ["KOR"]\n[[scenarios]]\nid = "a"\n[[scenarios]]\nid = "b"\n'
    with pytest.raises(InputError) as caught:
        parse_study(text.replace('"accounts"', '"scenarios"'), "own.toml")
    (problem,) = caught.value.problems
    assert "'all' means" in problem.what
    assert "'DEU' is Germany" in problem.what


def test_older_blocs_stay_valid() -> None:
    blocs = {"eu": ["DEU", "BRA", "FRA"], "EU": "EU@2009", "Asia": ["south korea", "US-GA"], "deu": ["KOR"]}
    assert Scenario.model_validate({"id": "s", "blocs": blocs}).blocs["eu"] == ("DEU", "BRA", "FRA")
    again = Scenario.model_validate({"id": "s", "blocs": blocs}).model_dump(mode="json")
    assert len(Scenario.model_validate(again).blocs["EU"]) == 27


def test_a_member_that_is_nothing_at_all_is_refused_with_the_near_match(economy) -> None:
    assert regions_of(economy, ["zz"], {"zz": ["DEU", "FRA", "fra"]}).regions == ("DEU",)
    with pytest.raises(UnknownLabelError, match=r"region, bloc 'zz': unknown region 'DEUU'. Did you mean 'DEU'\?"):
        regions_of(economy, ["zz"], {"zz": ["DEU", "DEUU"]})


def test_a_bloc_with_the_name_of_a_region_of_this_economy_is_refused(economy) -> None:
    with pytest.raises(InputError, match="'VNM' is a bloc, and a region of this economy too"):
        regions_of(economy, ["VNM"], {"VNM": ["DEU"]})


def test_a_shock_says_who_of_a_bloc_is_left_out_and_refuses_who_is_nobody(tmp_path: Path) -> None:
    said = "Bloc 'zz': FRA is not in this economy and left out."
    line = ["twin", "shock", str(tmp_path / "s.toml"), "--all", "--on", "starter", "--steps", "8", "--bands", "1"]
    (tmp_path / "s.toml").write_text(f'id = "s"\nblocs = {{ zz = ["DEU", "FRA"] }}\n{EVENT}')
    assert json.loads(CliRunner().invoke(app, [*line, "--json"]).stdout)["notes"][0] == said
    assert said in CliRunner().invoke(app, line).stdout
    (tmp_path / "s.toml").write_text(f'id = "s"\nblocs = {{ zz = ["DEU", "XXQ"] }}\n{EVENT}')
    refused = CliRunner().invoke(app, line).exception
    assert "s: event 1, regions, bloc 'zz': unknown region 'XXQ'." in str(refused)


def test_a_server_refuses_such_blocs_in_the_same_words(tmp_path: Path) -> None:
    from kaldor.server.settings import Settings
    from tests.server.conftest import in_process

    said = "'DEU' is Germany, and cannot name another bloc: choose another name."
    levers = [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}]
    address = "/api/economies/starter/2018/"
    with in_process(Settings(store=tmp_path / "store")) as client:
        for door, body in (
            ("regions", {"named": ["DEU"]}),
            ("simulate", {"id": "s", "levers": levers}),
            (
                "shocks",
                {
                    "id": "s",
                    "events": [{"kind": "price", "regions": ["IND"], "products": ["all"], "rise": 1, "days": 5}],
                },
            ),
        ):
            refused = client.post(address + door, json={**body, "blocs": {"DEU": ["KOR"]}})
            assert refused.status_code == 422
            problem = {"where": "body, blocs", "what": said, "remedy": "Write it as /api/openapi.json says."}
            assert refused.json()["problems"] == [problem]


def test_a_server_and_a_brief_say_who_of_a_shock_is_left_out(economy, tmp_path: Path) -> None:
    from kaldor.atlas.store import Store
    from kaldor.brief.run import run_study
    from kaldor.twin.shocks.answered import shock_answer
    from kaldor.twin.shocks.run import run_shock

    said = "Bloc 'zz': FRA is not in this economy and left out."
    shock: Shock = parse_shock(f'id = "s"\nblocs = {{ zz = ["DEU", "FRA"] }}\n{EVENT}', "s.toml")
    assert shock_answer(run_shock(economy, shock, steps=8, bands=1))["notes"][0] == said
    text = STUDY.replace('"accounts"', '"shocks"') + '[blocs]\nzz = ["DEU", "FRA"]\n[[shocks]]\nid = "s"\nruns = 1\n'
    (tmp_path / "study.toml").write_text(text + "steps = 8\n" + EVENT.replace("[[events]]", "[[shocks.events]]"))
    run_study(tmp_path / "study.toml", Store(tmp_path / "store"), tmp_path / "brief", formats=())
    assert said in (tmp_path / "brief" / "brief.json").read_text("utf-8")
