"""Levers and scenarios over the API are those of the twin."""

from __future__ import annotations

import json
import time

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.twin.declared import packaged_levers
from kaldor.twin.explain import explain
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.server.conftest import SCENARIO

ON = "/api/economies/starter/2018"
PRICE = {
    "id": "price",
    "view": "fixed prices",
    "levers": [{"lever": "carbon-price", "strength": 50, "regions": ["DEU"]}],
}


@pytest.fixture(scope="module")
def twin():
    return Twin(Economy.from_published(starter_world()))


@pytest.mark.parametrize("bands", [False, True])
def test_simulate_gives_every_metric_as_the_twin_does(client, twin, bands):
    answer = client.post(f"{ON}/simulate", params={"bands": bands}, json=SCENARIO).json()
    scenario = Scenario.model_validate({**SCENARIO, "levers": tuple(SCENARIO["levers"])})
    expected = outcomes_of(twin, scenario, region="IND")
    assert answer["region"] == "IND"
    assert [one["id"] for one in answer["outcomes"]] == list(packaged_metrics())
    for one in answer["outcomes"]:
        theirs = expected[one["id"]]
        assert one["after"] == (pytest.approx(theirs.after) if theirs.modelled else None)
        assert bool(one["reason"]) is not theirs.modelled
        if bands and theirs.band:
            assert (one["band_low"], one["band_high"]) == pytest.approx(theirs.band)
    assert set(answer["map"]["co2"]) == set(twin.economy.regions)
    assert answer["map"]["co2"]["IND"] < 0
    assert set(answer["map"]) == set(answer["map_about"])
    ways = {id: about["better"] for id, about in answer["map_about"].items()}
    assert ways == dict.fromkeys(ways, "higher") | {"co2": "lower"}  # jobs of women and men, value added, income


def test_the_map_of_real_income_adds_up_over_regions_as_the_metric_says(client):
    answer = client.post(f"{ON}/simulate", json=SCENARIO).json()
    effect = next(one["after"] for one in answer["outcomes"] if one["id"] == "real-income")
    assert (effect > 0) == (answer["map"]["real-income"]["IND"] > 0)


def test_no_lever_no_change(client):
    answer = client.post(f"{ON}/simulate", params={"region": "IND"}, json={"id": "nothing"}).json()
    changes = [one["change"] for one in answer["outcomes"] if one["change"] is not None]
    assert changes
    assert all(change == 0 for change in changes)
    assert answer["prices"] == []


def test_a_carbon_price_is_the_treasurys(client):
    answer = client.post(f"{ON}/simulate", json=PRICE).json()
    (line,) = answer["treasury"]
    assert (line["region"], line["kind"]) == ("DEU", "revenue")
    assert line["amount"] > 0
    assert all(price["change_pct"] > 0 for price in answer["prices"])


def test_who_pays_adds_up_and_is_seen_from_the_region_that_is_asked_about(client):
    seen = {}
    for region in ("DEU", "IND"):
        answer = client.post(f"{ON}/simulate", params={"region": region}, json=PRICE).json()
        lines = {line["payer"]: line for line in answer["payers"]}
        assert list(lines) == ["households", "other final users", "buyers abroad", "statistical discrepancy"]
        burden = next(one["after"] for one in answer["outcomes"] if one["id"] == "household-burden")
        assert lines["households"]["total"] == pytest.approx(burden, rel=1e-9)
        assert all(line["total"] == pytest.approx(line["prices"] + line["levies"]) for line in answer["payers"])
        seen[region] = {payer: line["total"] for payer, line in lines.items()}
    # The treasury receives what all payers pay more, wherever one looks from.
    (line,) = client.post(f"{ON}/simulate", json=PRICE).json()["treasury"]
    for totals in seen.values():
        assert sum(totals.values()) == pytest.approx(line["amount"], rel=1e-6)
    assert seen["DEU"]["households"] > seen["IND"]["households"] > 0
    assert seen["DEU"]["buyers abroad"] < seen["IND"]["buyers abroad"]


def test_all_problems_of_a_scenario_come_together(client):
    levers = [
        {"lever": "carbon-price", "strength": -5, "regions": ["DEU"]},
        {"lever": "carbon-pryce", "strength": 5, "regions": ["DEU"]},
        {"lever": "friendshoring", "strength": 5, "regions": ["XXX"]},
    ]
    answer = client.post(f"{ON}/simulate", json={"id": "bad", "levers": levers})
    assert answer.status_code == 400
    said = answer.json()["message"]
    for part in ("out of bounds", "Did you mean 'carbon-price'", "unknown region 'XXX'", "needs a bloc"):
        assert part in said


def test_levers_that_contradict_each_other_are_a_conflict(client):
    levers = [
        {"lever": "friendshoring", "strength": 80, "regions": ["DEU"], "away_from": ["CHN"], "bloc": ["KOR"]},
        {"lever": "reshoring", "strength": 80, "regions": ["DEU"]},
    ]
    answer = client.post(f"{ON}/simulate", json={"id": "torn", "levers": levers})
    assert answer.status_code == 409
    assert "friendshoring" in answer.json()["message"]


def test_a_lever_that_stands_twice_on_a_target_is_refused(client):
    levers = [{"lever": "carbon-price", "strength": strength, "regions": ["DEU"]} for strength in (500, 400)]
    answer = client.post(f"{ON}/simulate", json={"id": "twice", "levers": levers})
    assert answer.status_code == 400
    assert "as lever 1 does already" in answer.json()["message"]


def test_unknown_keys_of_a_scenario_are_named(client):
    answer = client.post(f"{ON}/simulate", json={**SCENARIO, "leevers": []})
    assert answer.status_code == 422
    assert "leevers" in answer.json()["message"]


def test_not_a_number_is_refused(client):
    body = '{"id": "nan", "levers": [{"lever": "carbon-price", "strength": NaN, "regions": ["DEU"]}]}'
    answer = client.post(f"{ON}/simulate", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}


def test_a_scenario_of_too_many_levers(client):
    levers = [{"lever": "carbon-price", "strength": 1, "regions": ["DEU"]}] * 61
    answer = client.post(f"{ON}/simulate", json={"id": "many", "levers": levers})
    assert answer.status_code == 413
    assert "61 levers" in answer.json()["message"]


def test_compare(client):
    none = {"id": "none", "levers": []}
    answer = client.post(f"{ON}/compare", json={"scenarios": [SCENARIO, none]}).json()
    assert answer["facts"]["scenarios"] == ["lighter", "none"]
    emitted = next(row for row in answer["tables"][0]["rows"] if row["metric"] == "co2-production")
    assert emitted["lighter"] < 0 == emitted["none"]
    assert "energy" in answer["facts"]["not_modelled"]["energy-use"]
    stressed = client.post(f"{ON}/compare?stress=2", json={"scenarios": [SCENARIO]})
    assert (stressed.status_code, "command line" in stressed.json()["message"]) == (400, True)
    none_given = client.post(f"{ON}/compare", json={"scenarios": []})
    assert (none_given.status_code, "is missing" in none_given.json()["message"]) == (400, True)
    many = client.post(f"{ON}/compare", json={"scenarios": [{"id": "many", "levers": SCENARIO["levers"] * 61}]})
    assert (many.status_code, "61 levers" in many.json()["message"]) == (400, True)
    twice = client.post(f"{ON}/compare", json={"scenarios": [SCENARIO] * 2})
    assert twice.status_code == 400
    assert "stands there twice" in twice.json()["message"]


def test_explain(client, twin):
    fixed = {**SCENARIO, "view": "fixed prices"}
    answer = client.post(f"{ON}/explain", json={"scenario": fixed, "metric": "co2-world"}).json()
    scenario = Scenario.model_validate({**fixed, "levers": tuple(SCENARIO["levers"])})
    found = explain(twin, scenario, packaged_metrics()["co2-world"], region="IND")
    assert (answer["status"], answer["facts"]["change"]) == ("predicted", pytest.approx(found.change))
    tables = {table["id"]: table["rows"] for table in answer["tables"]}
    assert sum(lever["part"] for lever in tables["levers"]) == pytest.approx(found.change)
    assert sum(row["change"] for row in tables["channels"]) == pytest.approx(found.change)
    assert client.post(f"{ON}/explain", json={"scenario": SCENARIO, "metric": "co3"}).status_code == 404


def test_levers_are_those_declared_and_say_what_an_economy_lacks(client):
    assert [lever["id"] for lever in client.get("/api/levers").json()] == list(packaged_levers())
    on = client.get("/api/levers", params={"dataset": "starter", "year": 2018}).json()
    assert any(lever["live"] for lever in on)
    assert all(lever["live"] is not bool(lever["lacks"]) for lever in on)


@pytest.mark.real
def test_the_real_table_answers_as_in_python_and_is_prepared_once(real_store, wiod):
    from kaldor.server.settings import Settings
    from tests.server.conftest import in_process

    levers = [
        {"lever": "carbon-price", "strength": 50, "regions": ["DEU"]},
        {"lever": "material-efficiency", "strength": 20, "regions": ["DEU"]},
        {"lever": "electricity-efficiency", "strength": 10, "regions": ["DEU"]},
    ]
    address = "/api/economies/wiod2013/2009/simulate?with=jrc_wiod_co2"
    with in_process(Settings(store=real_store.path)) as client:
        answers, took = [], []
        for _ in range(5):
            begun = time.process_time()  # what else the machine does is not the answer's
            answers.append(client.post(address, json={"id": "three", "levers": levers}).json())
            took.append(time.process_time() - begun)
    scenario = Scenario.model_validate_json(json.dumps({"id": "three", "levers": levers}))
    expected = outcomes_of(Twin(wiod(2009)), scenario, region="DEU")
    for one in answers[-1]["outcomes"]:
        if expected[one["id"]].modelled:
            assert one["after"] == pytest.approx(expected[one["id"]].after, rel=1e-9)
    assert min(took) < took[0] / 2  # the first reads and factors the table


def test_a_map_of_what_the_levers_have_no_data_to_move_is_empty_and_not_zero(client):
    power = {"lever": "clean-electricity", "strength": 50, "regions": ["DEU"]}
    answer = client.post(f"{ON}/simulate", params={"region": "DEU"}, json={"id": "clean", "levers": [power]}).json()
    assert next(one["after"] for one in answer["outcomes"] if one["id"] == "real-income") is None
    assert set(answer["map"]["real-income"].values()) == {None}
    assert answer["map"]["co2"]["DEU"] < 0
    answer = client.post(f"{ON}/simulate", params={"region": "DEU"}, json=PRICE).json()
    assert set(answer["map"]["co2"].values()) == {None}
    assert answer["map"]["real-income"]["DEU"] != 0
