"""Saved studies: what the page saves is what `kaldor run` reads."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaldor.brief.study import parse_study
from kaldor.errors import InputError
from kaldor.server.settings import Limits, Settings
from kaldor.server.studies import as_toml
from tests.server.conftest import STUDY, in_process


def test_save_open_export_duplicate_change_delete(client):
    saved = client.post("/api/studies", json={"study": STUDY})
    assert saved.status_code == 201
    entry = saved.json()
    assert entry["id"] == "india-beside-china"
    assert (entry["briefs"], entry["up_to_date"]) == ([], False)
    exported = client.get(f"/api/studies/{entry['id']}/export")
    assert parse_study(exported.text, "study.toml").peers == ("CHN",)
    again = client.post("/api/studies", json={"toml": exported.text}).json()
    assert again["id"] == "india-beside-china-2"
    assert again["study"] == entry["study"]
    mark = {"If-Match": again["etag"]}
    changed = client.put(
        f"/api/studies/{again['id']}", json={"study": {**STUDY, "title": "Other"}}, headers=mark
    ).json()
    assert changed["title"] == "Other"
    assert client.get(f"/api/studies/{entry['id']}").json()["title"] == STUDY["title"]
    assert client.delete(f"/api/studies/{again['id']}").json() == {"removed": again["id"], "kept": []}
    assert [one["id"] for one in client.get("/api/studies").json()] == [entry["id"]]
    assert client.get(f"/api/studies/{again['id']}").status_code == 404


def test_every_fault_of_a_study_is_named_and_nothing_saved(client):
    answer = client.post("/api/studies", json={"study": {"title": "x", "cuontry": "IND", "year": "2018"}})
    assert answer.status_code == 400
    assert {"cuontry", "country", "year", "economy"} <= {
        problem["where"].split(", ")[-1] for problem in answer.json()["problems"]
    }
    assert client.get("/api/studies").json() == []


def test_an_id_that_is_taken_or_no_name_is_refused(client):
    assert client.post("/api/studies", json={"study": STUDY, "id": "mine"}).status_code == 201
    assert client.post("/api/studies", json={"study": STUDY, "id": "mine"}).status_code == 409
    for id in ("../mine", "a/b", "A", "", ".", "x" * 64):
        assert client.post("/api/studies", json={"study": STUDY, "id": id}).status_code == 400
    assert client.get("/api/studies/..%2F..%2Fetc").status_code in {400, 404}


def test_a_file_changed_by_hand_is_shown_with_its_problems(client, tmp_path):
    client.post("/api/studies", json={"study": STUDY, "id": "mine"})
    (tmp_path / "store" / "studies" / "mine" / "study.toml").write_text("title = ")
    entry = client.get("/api/studies/mine").json()
    assert entry["study"] is None
    assert "not valid TOML" in entry["problems"][0]["what"]


def test_too_many_studies(tmp_path):
    with in_process(Settings(store=tmp_path / "store", limits=Limits(studies=1))) as client:
        assert client.post("/api/studies", json={"study": STUDY}).status_code == 201
        assert client.post("/api/studies", json={"study": STUDY}).status_code == 409


def test_no_brief_before_a_run(client):
    client.post("/api/studies", json={"study": STUDY, "id": "mine"})
    answer = client.get("/api/studies/mine/brief.html")
    assert answer.status_code == 404
    assert "Run the study first" in answer.json()["message"]


_SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_INLINE = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3))


@given(st.dictionaries(_KEYS, _INLINE, max_size=5))
def test_what_is_written_as_toml_is_read_back(values):
    assert tomllib.loads(as_toml(values)) == values


def test_tables_are_written_readably():
    text = as_toml(
        {"title": 'A "b"\n\x7f', "levers": [{"lever": "x", "figures": {"a": 1.5}}], "blocs": {"EU": ["DEU"]}}
    )
    assert "[[levers]]" in text
    assert "[blocs]" in text
    assert tomllib.loads(text)["levers"] == [{"lever": "x", "figures": {"a": 1.5}}]


def test_a_study_with_scenarios_keeps_them_through_page_and_file(client):
    """What the page reads, it can save again: levers, figures and countries within tables within tables."""
    lever = {"lever": "material-efficiency", "strength": 20, "regions": ["IND"], "figures": {"cost": 1.5}}
    scenario = {"id": "lighter", "title": "Lighter", "closure": "profit", "levers": [lever]}
    study = STUDY | {"sections": ["accounts", "scenarios"], "scenarios": [scenario]}
    saved = client.post("/api/studies", json={"study": study}).json()
    text = client.get(f"/api/studies/{saved['id']}/export").text
    assert "[[scenarios]]" in text
    assert "[[scenarios.levers]]" in text
    read = parse_study(text, "study.toml").scenarios[0]
    assert (read.closure, read.levers[0].figures) == ("profit", {"cost": 1.5})
    mark = {"If-Match": saved["etag"]}
    again = client.put(f"/api/studies/{saved['id']}", json={"study": saved["study"]}, headers=mark)
    assert again.status_code == 200, again.text
    assert again.json()["study"] == saved["study"]


def test_null_is_no_toml():
    with pytest.raises(InputError, match="is null"):
        as_toml({"title": None})
