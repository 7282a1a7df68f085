"""What the server tells of sections, and that a study with every one of them is kept as it was sent."""

from __future__ import annotations

import tomllib

import pytest
from starlette.testclient import TestClient

from kaldor.brief.sections import keys, sections
from kaldor.brief.study import parse_study
from kaldor.twin.metric import packaged_metrics

LEVER = {"lever": "carbon-price", "strength": 50.0, "regions": ["IND"]}
HELD = {
    "compare_year": 2010,
    "compare_deflator": 1.27,
    "extract": ["energy", "manufacturing"],
    "cost_rise": {"share": 0.05, "sectors": ["energy"], "regions": ["CHN", "IND"]},
    "scenarios": [{"id": "a", "title": "Á “b”", "levers": [LEVER], "blocs": {"near": ["CHN", "BRA"]}}, {"id": "b"}],
    "shocks": [
        {
            "id": "closed",
            "runs": 2,
            "events": [
                {"kind": "capacity", "regions": ["IND"], "sectors": ["energy"], "share": 0.5, "days": 30},
                {"kind": "ban", "origins": ["CHN"], "destinations": ["all"], "products": ["all"], "days": 9},
            ],
        }
    ],
    "stress": {"runs": 3},
    "paths": [
        {
            "id": "p",
            "start": 2025,
            "levers": [{**LEVER, "adoption": {"curve": "bass", "start": 2026, "until": 2040}}],
            "growth": [{"demand": 2.0, "intensities": {"co2": -1.5}, "source": "typed"}],
            "targets": [{"metric": "co2-production", "by": 2050, "cut": 25.0}],
        }
    ],
    "sweeps": [{"id": "s", "scenario": "a", "futures": 64, "fails": {"metric": "co2-world", "worse_than": -6000.0}}],
}
"""Something under every key of every section."""

STUDY = {"title": "Whole", "country": "IND", "peers": ["CHN"], "year": 2018, "economy": "starter"}


def holds(found: object, sent: object) -> bool:
    """Whether what was sent stands in what is found; defaults may stand beside it."""
    if isinstance(sent, dict):
        return isinstance(found, dict) and all(holds(found.get(key), value) for key, value in sent.items())
    if isinstance(sent, list):
        return isinstance(found, list) and len(found) == len(sent) and all(map(holds, found, sent))
    return found == sent


def test_every_key_is_tried() -> None:
    assert set(HELD) == set(keys())


@pytest.mark.parametrize("id", list(sections()))
def test_a_section_alone_goes_from_the_editors_json_to_toml_and_back(client: TestClient, id: str) -> None:
    own = {key.name: HELD[key.name] for key in sections()[id].keys}
    shown = [id]
    if id == "sweeps":  # one of the study's scenarios is swept
        own, shown = {**own, "scenarios": HELD["scenarios"]}, ["scenarios", id]
    sent = {**STUDY, "sections": shown, **own}
    made = client.post("/api/studies", json={"study": sent, "id": "mine"})
    assert made.status_code == 201, made.text
    study = made.json()["study"]
    assert holds(study, sent)
    text = client.get("/api/studies/mine/export").text
    assert holds(tomllib.loads(text), sent)
    assert parse_study(text, "mine.toml").model_dump(mode="json", exclude_none=True) == study
    # What the editor read, saved as it is, stays the same study.
    again = client.put("/api/studies/mine", json={"study": study}, headers={"If-Match": made.json()["etag"]})
    assert again.status_code == 200, again.text
    assert again.json()["study"] == study


def test_all_sections_together_are_shown_in_order_where_a_study_names_none(client: TestClient) -> None:
    study = client.post("/api/studies", json={"study": {**STUDY, **HELD}}).json()["study"]
    assert study["sections"] == [one for one in sections() if one not in ("supply-paths", "linkages")]


def test_every_section_is_described_in_three_languages_with_a_schema_a_key(client: TestClient) -> None:
    described = client.get("/api/sections").json()
    assert [one["id"] for one in described["sections"]] == list(sections())
    for one in described["sections"]:
        assert all(set(words) == {"en", "fr", "es"} for words in (one["title"], *(key["title"] for key in one["keys"])))
        assert [key["name"] for key in one["keys"]] == [key.name for key in sections()[one["id"]].keys]
    forms = {key["name"]: key["form"] for one in described["sections"] for key in one["keys"]}
    assert forms["extract"] == {"type": "array", "items": {"type": "string"}, "names": "sector", "exact": True}
    assert forms["compare_year"]["anyOf"][0] == {
        "type": "integer", "minimum": 1900, "maximum": 2200, "description": "of the same economy",
    }  # fmt: skip
    setting = forms["scenarios"]["$defs"]["LeverSetting"]["properties"]
    assert [setting[name]["names"] for name in ("lever", "regions")] == ["lever", "region"]
    assert [one["name"] for one in described["metrics"] if one["code"] == "co2-world"] == [
        packaged_metrics()["co2-world"].title
    ]
