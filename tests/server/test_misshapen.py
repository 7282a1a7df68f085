"""What does not have the shape of a route's inputs is refused as at every other door: place, fault and remedy."""

from __future__ import annotations

import json

import pytest

from tests.server.conftest import SCENARIO

ON = "/api/economies/starter/2018"


def refused(answer, status=422):
    assert answer.status_code == status, answer.text
    body = answer.json()
    for problem in body["problems"]:
        assert problem["where"]
        assert problem["remedy"]
        assert problem["remedy"] in body["message"]
    return body["problems"][0]


@pytest.mark.parametrize(
    ("body", "what", "remedy"),
    [
        ({}, "is missing.", "Add it."),
        ({**SCENARIO, "strenght": 3}, "unknown key.", "Leave it out, or look for its name in /api/openapi.json."),
        ([], "should be a table.", "Write it as /api/openapi.json says."),
        (
            {**SCENARIO, "title": "x" * 201},
            "should have at most 200 characters.",
            "Write it as /api/openapi.json says.",
        ),
        ({**SCENARIO, "id": "x" * 201}, "should have at most 200 characters.", "Write it as /api/openapi.json says."),
    ],
)
def test_a_body_of_another_shape_is_told_with_a_remedy(client, body, what, remedy):
    found = refused(client.post(f"{ON}/simulate", json=body))
    assert (found["what"], found["remedy"]) == (what, remedy)


def test_a_place_in_a_list_is_counted_from_1_as_at_every_other_door(client):
    levers = [SCENARIO["levers"][0], {"lever": "carbon-price", "strength": "much", "regions": ["IND"]}]
    found = refused(client.post(f"{ON}/simulate", json={**SCENARIO, "levers": levers}))
    assert found["where"] == "body, levers 2, strength"


def test_a_year_that_is_no_number_is_told_with_a_remedy(client):
    found = refused(client.get("/api/economies/starter/twenty"))
    assert found["what"] == "is not a whole number."
    assert found["remedy"] == "Write digits alone, such as 10 or 0.5."


def test_json_that_is_not_said_to_be_json_is_told_so(client):
    sent = json.dumps(SCENARIO)
    found = refused(client.post(f"{ON}/simulate", content=sent, headers={"content-type": "text/plain"}))
    assert found["what"] == "is not said to be JSON."
    assert "application/json" in found["remedy"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_json_in_another_encoding_is_refused(client, encoding):
    sent = json.dumps(SCENARIO).encode(encoding)
    headers = {"content-type": "application/json"}
    found = refused(client.post(f"{ON}/simulate", content=sent, headers=headers), 400)
    assert found["what"] == "is no JSON in UTF-8."
    assert client.post(f"{ON}/simulate", content=json.dumps(SCENARIO), headers=headers).status_code == 200
