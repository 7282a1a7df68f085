"""A scenario followed over the years: the same figures as the single what-if, and refusals that say why."""

from __future__ import annotations

import pytest

from tests.server.conftest import SCENARIO

ON = "/api/economies/starter/2018"
LEVER = {**SCENARIO["levers"][0], "adoption": {"curve": "linear", "start": 2030, "until": 2040}}
PATHWAY = {"id": "lighter", "region": "IND", "start": 2025, "end": 2050, "step": 5, "levers": [LEVER]}


def followed(client, body, **query):
    answer = client.post(f"{ON}/pathway", json=body, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(answer, metric):
    return next(one for one in answer["metrics"] if one["id"] == metric)


def test_the_last_year_is_the_what_if_and_the_first_is_the_table(client):
    whatif = client.post(f"{ON}/simulate", params={"region": "IND"}, json=SCENARIO).json()
    found = followed(client, PATHWAY)
    assert found["years"] == [2025, 2030, 2035, 2040, 2045, 2050]
    assert found["levers"][0]["strengths"] == pytest.approx([0, 0, 10, 20, 20, 20])
    compared = 0
    for outcome in whatif["outcomes"]:
        if outcome["after"] is None:
            assert outcome["id"] in found["not_modelled"]
            continue
        by_year = of(found, outcome["id"])
        assert by_year["path"][0] == pytest.approx(outcome["before"] or 0.0, rel=1e-9, abs=1e-6)
        assert by_year["path"][-1] == pytest.approx(outcome["after"], rel=1e-9, abs=1e-6)
        assert by_year["unit"] == outcome["unit"]
        compared += 1
    assert compared >= 10
    assert "not a forecast" in found["warning"]
    assert "2018" in found["warning"]
    assert found["status"] == "predicted"


def test_packaged_growth_is_named_with_its_range_and_compounds(client):
    still, grown = followed(client, PATHWAY), followed(client, PATHWAY, growth="packaged")
    rates = {one["name"]: one for one in grown["growth"]}
    demand, population = rates["demand a head"], rates["population"]
    assert still["growth"] == []
    assert all(one["source"] and one["low"] < one["rate"] < one["high"] for one in rates.values())
    # Equal growth everywhere scales the whole economy: (1 + a)(1 + b) a year from the table's year on.
    factor = (1 + demand["rate"] / 100) * (1 + population["rate"] / 100)
    before = of(still, "manufacturing-value-added")["reference"][0]
    assert of(grown, "manufacturing-value-added")["reference"][-1] == pytest.approx(before * factor ** (2050 - 2018))


def test_what_is_summed_adds_up_the_years(client):
    found = followed(client, PATHWAY | {"step": 1})
    summed = next(one for one in found["summed"] if one["id"] == "co2-production")
    assert summed["path"] == pytest.approx(sum(of(found, "co2-production")["path"]))
    reached = {one["what"]: one["year"] for one in found["milestones"]}
    assert reached["material-efficiency: 50% adopted"] == pytest.approx(2035)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"start": 1800, "end": 1850}, 422, "Allowed: 1900 to 2200"),
        ({"start": 2025, "end": 2110, "step": 1}, 413, "86 years"),
        ({"region": "XXX"}, 404, "XXX"),
        ({"levers": [LEVER | {"strength": 900}]}, 400, "50"),
        ({"levers": [LEVER | {"adoption": {"start": 2030, "until": 2020}}]}, 422, "must come after"),
        (
            {"levers": [LEVER | {"adoption": {"start": "-inf", "until": 2020}}]},
            422,
            "is not a number. Write digits alone",
        ),
        ({"levers": [LEVER] * 61}, 413, "61 levers"),
    ],
)
def test_a_path_that_cannot_be_followed_says_why(client, change, status, says):
    answer = client.post(f"{ON}/pathway", json=PATHWAY | change)
    assert answer.status_code == status, answer.text
    assert says in answer.json()["message"]
