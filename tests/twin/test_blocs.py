"""One bloc, every entrance: a member that is no region of the economy is left out and named, the others stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.brief.study import parse_study
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.errors import InputError
from kaldor.server.settings import Settings
from kaldor.twin.futures.path import run_path
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.order import orders_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.twin import Twin
from tests.server.conftest import in_process

EU = {"eu": ["DEU", "BRA", "FRA"]}
NOBODY = {"far": ["FRA", "ITA"]}
SAID = "Bloc 'eu': FRA is not in this economy and left out."
LEVER = {"lever": "friendshoring", "strength": 20, "regions": ["IND"], "bloc": ["eu"]}
MILD = {"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(open_table("starter"))


@pytest.fixture(scope="module")
def twin(economy) -> Twin:
    return Twin(economy)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with in_process(Settings(store=tmp_path / "store")) as found:
        yield found


def test_a_bloc_of_a_lever(twin) -> None:
    scenario = Scenario.model_validate({"id": "s", "blocs": EU, "levers": [LEVER]})
    (order,) = orders_of(twin.economy, scenario, twin.levers)
    assert (order.bloc, order.notes) == (("DEU", "BRA"), (SAID,))


def test_a_bloc_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        'id = "s"\nblocs = { eu = ["DEU", "BRA", "FRA"], far = ["FRA", "ITA"] }\n'
        '[[levers]]\nlever = "material-efficiency"\nstrength = 20\nregions = ["IND"]\n'
    )
    line = ["twin", "run", str(tmp_path / "s.toml"), "--on", "starter"]
    answer = json.loads(CliRunner().invoke(app, [*line, "--bloc", "eu", "--json"]).stdout)
    assert (answer["bloc"], answer["notes"]) == (["DEU", "BRA"], [SAID])
    assert SAID in CliRunner().invoke(app, [*line, "--bloc", "eu", "--all"]).stdout
    refused = CliRunner().invoke(app, [*line, "--bloc", "far"]).exception
    assert str(refused).startswith("bloc: the bloc 'far' (FRA, ITA) has no region of this economy.")


def test_a_bloc_over_rest(client) -> None:
    body = {"id": "s", "blocs": EU | NOBODY, "levers": [MILD]}
    address = "/api/economies/starter/2018/simulate"
    answer = client.post(address, params={"bloc": "eu", "region": "India"}, json=body).json()
    assert (answer["bloc"], answer["region"], answer["notes"][-1]) == (["DEU", "BRA"], "IND", SAID)
    refused = client.post(address, params={"bloc": "far"}, json=body)
    assert (refused.status_code, "'far' (FRA, ITA)" in refused.json()["message"]) == (400, True)


def test_a_bloc_of_a_path(twin) -> None:
    asked = {"id": "p", "region": "India", "bloc": ["eu"], "blocs": EU, "start": 2018, "end": 2019}
    found = run_path(twin, Pathway.model_validate(asked), metrics=["foreign-share"])
    listed = run_path(twin, Pathway.model_validate(asked | {"bloc": ["DEU", "BRA"]}), metrics=["foreign-share"])
    assert found.notes == (SAID,)
    assert found.yearly.equals(listed.yearly)
    with pytest.raises(InputError, match=r"the bloc 'far' \(FRA, ITA\) has no region"):
        run_path(twin, Pathway.model_validate(asked | {"bloc": ["far"], "blocs": NOBODY}))


def test_a_bloc_of_a_shock(economy) -> None:
    event = {
        "kind": "capital",
        "regions": ["eu"],
        "sectors": ["all"],
        "share": 0.1,
        "days": 30,
        "rebuilding": {"construction": 1},
    }
    found = resolved(economy, Shock.model_validate({"id": "s", "blocs": EU, "events": [event], "note": "Made up."}))
    assert found.events[0].regions == ("DEU", "BRA")
    assert found.note == f"Made up. {SAID}"
    with pytest.raises(InputError, match=r"s: event 1, regions: the bloc 'far' \(FRA, ITA\) has no region"):
        resolved(economy, Shock.model_validate({"id": "s", "blocs": NOBODY, "events": [event | {"regions": ["far"]}]}))


def test_a_bloc_of_a_study_on_the_page(client) -> None:
    """The page asks the server what the names of a study mean, before it opens it in the simulator."""
    address = "/api/economies/starter/2018/regions"
    found = client.post(address, json={"named": ["eu", "!Brazil"], "blocs": EU}).json()
    assert found == {"regions": ["DEU"], "notes": [SAID]}
    refused = client.post(address, json={"named": ["far"], "blocs": NOBODY})
    assert (refused.status_code, "'far' (FRA, ITA)" in refused.json()["message"]) == (400, True)


def test_a_study_names_countries_by_name_and_its_brief_says_who_is_left_out(tmp_path: Path) -> None:
    text = (
        'title = "T"\ncountry = "India"\npeers = ["Viet Nam", "CHN"]\nyear = 2018\neconomy = "starter"\n'
        'sections = ["accounts", "scenarios"]\nblocs = { eu = ["DEU", "BRA", "FRA"] }\n'
        '[[scenarios]]\nid = "s"\n'
        '[[scenarios.levers]]\nlever = "friendshoring"\nstrength = 20\nregions = ["India"]\nbloc = ["eu"]\n'
    )
    study = parse_study(text, "study.toml")
    assert (study.country, study.peers) == ("IND", ("VNM", "CHN"))
    (tmp_path / "study.toml").write_text(text)
    run_study(tmp_path / "study.toml", Store(tmp_path / "store"), tmp_path / "brief", formats=())
    assert SAID in (tmp_path / "brief" / "brief.json").read_text("utf-8")
