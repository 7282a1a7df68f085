"""Questions to begin with over REST, and what the answer of a scenario says of itself."""

from __future__ import annotations

import json

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.twin.effect import effect_of
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.sentence import in_words
from kaldor.twin.twin import Twin

ON = "/api/economies/starter/2018"


def test_what_is_offered_can_be_asked_and_moves_its_own_metric(client) -> None:
    declared = {one["id"]: one for one in client.get("/api/openings").json()}
    found = client.get(f"{ON}/openings", params={"region": "IND"}).json()
    assert found["region"] == "IND"
    assert found["silent"] == {}
    assert len(found["offered"]) >= 8
    for one in found["offered"]:
        answer = client.post(f"{ON}/simulate", params={"region": "IND"}, json=one["scenario"]).json()
        metric = next(m for m in answer["outcomes"] if m["id"] == declared[one["id"]]["metric"])
        assert metric["effect"]["value"] == pytest.approx(one["value"], rel=1e-9)
        assert abs(one["value"]) > metric["effect"]["material"]
        assert abs(one["value"]) <= metric["effect"]["scales"][("small", "middle", "large").index(one["size"])]
        assert metric["on_dials"]
    assert client.get(f"{ON}/openings", params={"region": "XXX"}).status_code == 404


def test_server_and_python_say_the_same_of_a_scenario(client) -> None:
    body = {"id": "cp", "levers": [{"lever": "carbon-price", "strength": 100, "regions": ["IND"]}]}
    answer = client.post(f"{ON}/simulate", params={"region": "IND"}, json=body).json()
    twin = Twin(Economy.from_published(open_table("starter", 2018)))
    ours = outcomes_of(twin, Scenario.model_validate_json(json.dumps(body)), region="IND", band=False)
    assert answer["sentence"] == in_words(ours)
    for told in answer["outcomes"]:
        effect = effect_of(ours[told["id"]])
        assert (told["effect"] is None) == (effect is None)
        if effect is not None:
            assert told["effect"]["value"] == pytest.approx(effect.value, rel=1e-9, abs=1e-9)
            assert (told["effect"]["unit"], told["effect"]["verdict"]) == (effect.unit, effect.verdict)
