"""Each field of an answer has the figure that its name says: three small countries by hand (`tests.brief.trading`)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from kaldor.atlas.add import add
from kaldor.atlas.blocs import members
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.economy.economy import Economy
from kaldor.framework import load_framework
from kaldor.server.settings import Limits, Settings
from kaldor.twin.futures.ranges import packaged_growth_ranges
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.answered import shock_answer
from kaldor.twin.shocks.events import parse_shock
from kaldor.twin.shocks.run import ShockResult, run_shock
from kaldor.twin.twin import Twin
from tests.atlas.plain_folders import small_economy
from tests.brief.trading import REGIONS, keep_trading, keep_water
from tests.server.conftest import STUDY, in_process
from tests.waiting import until

ON = "/api/economies/trading/2010"
ADOPT = {"lever": "technology-adoption", "strength": 10, "regions": ["DEU"]}
SPARE = {"lever": "electricity-efficiency", "strength": 20, "regions": ["DEU"]}
BOTH = {"id": "both", "levers": [ADOPT, SPARE]}
FIXED = {"view": "fixed prices"}
SHOCK = """
id = "idle"
events = [{ kind = "capacity", regions = ["POL"], sectors = ["works"], share = 0.6, days = 42 }]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("served")
    keep_trading(Store(made / "store"), made / "files")
    return made


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with in_process(Settings(store=folder / "store")) as found:
        yield found


@pytest.fixture(scope="module")
def twin(folder: Path) -> Twin:
    return Twin(Economy.from_published(Store(folder / "store").economy("trading", 2010)))


def by_id(answers: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in answers}


def scenario(**written: Any) -> Scenario:
    return Scenario.model_validate({**written, "levers": tuple(written["levers"])})


@pytest.mark.parametrize("region", ["DEU", "POL"])
def test_an_outcome_has_before_after_and_both_ends_of_its_band(client: TestClient, twin: Twin, region: str) -> None:
    params = {"region": region, "bands": True}
    found = by_id(client.post(f"{ON}/simulate", params=params, json=BOTH).json()["outcomes"])
    expected = outcomes_of(twin, scenario(**BOTH), region=region)
    for id in ("co2-production", "co2-world", "real-income"):
        one, theirs = found[id], expected[id]
        for name in ("before", "after", "change") if id != "real-income" else ("after", "change"):
            assert one[name] == pytest.approx(getattr(theirs, name), rel=1e-9, abs=1e-9), (id, name)
        assert (one["before"] is None) == (id == "real-income"), "a change has nothing before it"
        assert (one["band_low"], one["band_high"]) == pytest.approx(theirs.band)
    assert found["co2-production"]["before"] == pytest.approx({"DEU": 920, "POL": 540}[region])
    assert found["co2-world"]["band_low"] < found["co2-world"]["change"] < found["co2-world"]["band_high"]


def test_bands_are_made_only_where_they_are_asked_for(client: TestClient) -> None:
    bands = [client.post(f"{ON}/simulate", params={"bands": wish}, json=BOTH).json() for wish in (False, True)]
    lows = [by_id(one["outcomes"])["real-income"]["band_low"] for one in bands]
    assert lows[0] is None
    assert lows[1] is not None


def test_friends_are_not_foreign(client: TestClient, twin: Twin) -> None:
    answers = [client.post(f"{ON}/simulate", params={"bloc": bloc}, json=BOTH).json() for bloc in ([], ["POL"])]
    assert [one["bloc"] for one in answers] == [[], ["POL"]]
    expected = outcomes_of(twin, scenario(**BOTH), region="DEU", bloc=["POL"])
    found = by_id(answers[1]["outcomes"])
    assert any(found[id]["before"] != by_id(answers[0]["outcomes"])[id]["before"] for id in found)
    for id, one in found.items():
        if one["before"] is not None:
            assert one["before"] == pytest.approx(expected[id].before, rel=1e-9, abs=1e-9), id


def test_maps_and_prices_of_a_scenario(client: TestClient, twin: Twin) -> None:
    answer = client.post(f"{ON}/simulate", json=BOTH | FIXED).json()
    after, economy = twin.run(scenario(**BOTH)), twin.economy
    made = economy.sum_by_region(after.amount("co2")) + np.array([100.0, 50, 30])
    worth = economy.sum_by_region(after.income())
    for at, region in enumerate(REGIONS):
        before = (920, 160, 540)[at]
        assert answer["map"]["co2"][region] == pytest.approx(100 * (made[at] / before - 1), abs=1e-9)
        assert answer["map"]["value-added"][region] == pytest.approx(
            100 * (worth[at] / (210, 130, 70)[at] - 1), abs=1e-9
        )
    assert answer["map"]["co2"]["DEU"] < -0.1
    price = {
        "id": "price",
        "levers": [{"lever": "carbon-price", "strength": 50, "regions": ["POL"], "sectors": ["all"]}],
    }
    sizes = [abs(one["change_pct"]) for one in client.post(f"{ON}/simulate", json=price).json()["prices"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) > 1


def test_scenarios_side_by_side_are_each_their_own(client: TestClient, twin: Twin) -> None:
    one, two = {"id": "one", "levers": [ADOPT]}, {"id": "two", "levers": [SPARE]}
    rows = client.post(f"{ON}/compare", json={"scenarios": [one, two]}).json()["tables"][0]["rows"]
    (found,) = (row for row in rows if row["metric"] == "co2-world")
    expected = {
        each["id"]: outcomes_of(twin, scenario(**each), region="DEU")["co2-world"].change for each in (one, two)
    }
    assert {id: found[id] for id in expected} == pytest.approx(expected)
    assert found["before"] == pytest.approx(1620)
    assert expected["one"] != pytest.approx(expected["two"])


def test_an_explanation_goes_from_before_to_after_and_keeps_its_seed(client: TestClient) -> None:
    body = {"scenario": BOTH | FIXED, "metric": "co2-world"}
    found = client.post(f"{ON}/explain", json=body).json()["facts"]
    assert found["before"] == pytest.approx(1620)
    assert found["after"] - found["before"] == pytest.approx(found["change"])
    assert found["change"] < 0
    many = {
        "id": "many",
        "levers": [{**one, "regions": [r]} for r in REGIONS for one in (ADOPT, SPARE, MOVES)],
    }
    parts = []
    for seed in (0, 1):
        body = {"scenario": many, "metric": "co2-world", "seed": seed}
        answer = client.post(f"{ON}/explain", params={"region": "DEU"}, json=body).json()
        parts.append([one["part"] for one in answer["tables"][0]["rows"]])
        assert answer["facts"]["seed"] == seed
    assert parts[0] != parts[1]


MOVES = {"lever": "worker-mobility", "strength": 5}


def test_a_path_has_its_reference_and_its_way(client: TestClient, twin: Twin) -> None:
    adoption = {"curve": "linear", "start": 2011, "until": 2013}
    path = {"id": "p", "region": "DEU", "start": 2011, "end": 2014, "levers": [{**SPARE, "adoption": adoption}]}
    answers = by_id(client.post(f"{ON}/pathway", json=path).json()["metrics"])
    assert (answers["real-wage"]["view"], answers["foreign-share"]["view"]) == ("prices respond", "fixed prices")
    path |= FIXED
    still = client.post(f"{ON}/pathway", json=path).json()
    assert {one["view"] for one in still["metrics"]} == {"fixed prices"}
    metric = by_id(still["metrics"])["co2-production"]
    assert metric["reference"] == pytest.approx([920] * 4)
    assert metric["path"][-1] < metric["path"][1] < 920
    assert still["growth"] == []
    grown = client.post(f"{ON}/pathway", params={"growth": "packaged"}, json=path).json()
    middles = {one.name: (one.low + one.high) / 2 for one in packaged_growth_ranges(twin.economy)}
    assert {one["name"]: one["rate"] for one in grown["growth"]} == pytest.approx(middles)


@pytest.mark.parametrize(("region", "scopes"), [("DEU", (200, 200, 250)), ("POL", (100, 200, 0))])
def test_scopes_of_the_region_that_is_asked_for(client: TestClient, region: str, scopes: tuple[float, ...]) -> None:
    rows = client.get(f"{ON}/scopes", params={"region": region}).json()["tables"][0]["rows"]
    assert {row["region"] for row in rows} == {region}
    works = next(row for row in rows if row["sector"] == "works")
    assert [works[name] for name in ("scope1", "scope2", "scope3_upstream")] == pytest.approx(scopes, abs=1e-9)


def test_maps_of_the_overview_are_of_the_side_that_they_name(client: TestClient) -> None:
    found = {
        one["metric"]: one["values"] for one in client.get(f"{ON}/overview", params={"region": "DEU"}).json()["maps"]
    }
    assert found["co2-production"] == pytest.approx({"DEU": 920, "FRA": 160, "POL": 540})
    assert found["co2-consumption"] == pytest.approx({"DEU": 679.5, "FRA": 467.5, "POL": 473})
    share = {"DEU": 13000 / 210, "FRA": 7000 / 130, "POL": 4000 / 70}
    assert found["manufacturing-share"] == pytest.approx(share)


@pytest.fixture(scope="module")
def shock(twin: Twin) -> ShockResult:
    return run_shock(twin.economy, parse_shock(SHOCK, "s"), steps=30, bands=5, seed=2)


def test_a_shock_shows_its_middle_and_sums_of_what_they_name(shock: ShockResult) -> None:
    found, bands = shock_answer(shock), shock.bands
    for region in ("world", "POL", "DEU"):
        assert found["value_added"][region] == pytest.approx(bands[region, "median"].tolist())
    at = int(bands["POL", "median"].to_numpy().argmin())
    assert bands["POL", "median"].iloc[at] < bands["POL", "p95"].iloc[at]
    for kind in ("p5", "p95"):
        assert found["bands"]["POL"][kind] == pytest.approx(bands["POL", kind].tolist())
    made = shock.production.xs("works", axis=1, level="sector").sum(axis=1)
    lacking = shock.unmet.xs("works", axis=1, level="product").sum(axis=1)
    assert found["production"]["works"] == pytest.approx(made.tolist())
    assert found["unmet"]["works"] == pytest.approx(lacking.tolist())
    (lost,) = (row for row in found["by_region"]["POL"] if row["measure"] == "lost_value_added")
    assert lost["central"] == pytest.approx(shock.summary(["POL"]).loc["lost_value_added", "central"])
    assert lost["central"] != pytest.approx(shock.summary().loc["lost_value_added", "central"])


def test_a_shock_runs_as_many_steps_as_asked_with_its_seed(client: TestClient) -> None:
    body = {
        "id": "idle",
        "events": [{"kind": "capacity", "regions": ["POL"], "sectors": ["works"], "share": 0.6, "days": 9}],
    }
    started = client.post(f"{ON}/shocks", params={"steps": 12, "bands": 2, "seed": 7}, json=body).json()["job"]
    until(lambda: client.get(f"/api/jobs/{started}").json()["state"] not in {"queued", "running"})
    job = client.get(f"/api/jobs/{started}").json()
    assert (len(job["result"]["days"]), job["result"]["runs"], job["result"]["seed"]) == (12, 2, 7)


def test_blocs_of_the_year_and_cases_of_a_debate(client: TestClient) -> None:
    for year in (1990, 2009):
        (union,) = (one for one in client.get("/api/blocs", params={"year": year}).json()["blocs"] if one["id"] == "EU")
        assert union["members"] == list(members("EU", year))
    framework = load_framework()
    debate = next(one for case in framework.cases() for one in case.debates)
    found = client.get("/api/framework/cases", params={"debate": debate}).json()["cases"]
    assert [one["id"] for one in found] == [one.id for one in framework.cases() if debate in one.debates]


def test_an_economy_that_was_replaced_is_not_answered_from_memory(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    keep_trading(store, tmp_path / "files")
    with in_process(Settings(store=store.path)) as client:
        before = client.get(f"{ON}/footprint", params={"extension": "co2"}).json()
        arrays = dict(np.load(tmp_path / "files" / "t_2010.npz"))
        np.savez(tmp_path / "files" / "t_2010.npz", **{**arrays, "F": 2 * arrays["F"]})
        add(tmp_path / "files", store, as_id="trading")
        after = client.get(f"{ON}/footprint", params={"extension": "co2"}).json()
    made = [next(row for row in one["tables"][0]["rows"] if row["region"] == "DEU") for one in (before, after)]
    assert [row["production"] for row in made] == pytest.approx([920, 2 * 820 + 100])


def test_an_extension_dataset_is_attached_where_it_is_named_and_offered_where_it_fits(
    folder: Path, client: TestClient
) -> None:
    """Attached data of water, of the year that is asked for: twice as much in 2010 as in 2005."""
    keep_water(Store(folder / "store"), folder / "water")
    asked = {"extension": "water", "with": "water"}
    for year, times in ((2005, 1), (2010, 2)):
        answer = client.get(f"/api/economies/trading/{year}/footprint", params=asked).json()
        rows = {row["region"]: row["production"] for row in answer["tables"][0]["rows"]}
        assert rows == pytest.approx({"DEU": 6 * times, "FRA": 15 * times, "POL": 24 * times})


def test_an_option_wins_over_the_environment() -> None:
    limits = Limits().changed(["upload_mb=7"], {"KALDOR_LIMIT_UPLOAD_MB": "9", "KALDOR_LIMIT_LEVERS": "3"})
    assert (limits.upload_mb, limits.levers) == (7, 3)


def test_extension_datasets_are_offered_to_tables_of_their_classification_alone() -> None:
    from kaldor.atlas.companions import companions

    def held(id: str, kind: str, classification: str) -> Any:
        return SimpleNamespace(id=id, kind=kind, source=SimpleNamespace(classification=classification))

    economy, mine, other = held("e", "economy", "a"), held("mine", "extension", "a"), held("other", "extension", "b")
    assert [one.id for one in companions(economy, [economy, mine, other])] == ["mine"]


def test_a_brief_is_up_to_date_until_its_study_changes_and_keeps_its_name(tmp_path: Path) -> None:
    study = {"title": "Two", "country": "DEU", "year": 2018, "economy": "starter", "sections": ["accounts"]}
    with in_process(Settings(store=tmp_path / "store")) as client:
        entry = client.post("/api/studies", json={"study": study, "id": "two"}).json()
        folder = tmp_path / "store" / "studies" / "two"
        run_study(folder / "study.toml", None, folder / "brief", ["json"])
        assert client.get("/api/studies/two").json()["up_to_date"] is True
        sent = client.get("/api/studies/two/brief.json", params={"download": True})
        assert sent.headers["content-disposition"] == 'attachment; filename="two.json"'
        assert sent.json()["title"] == "Two"
        changed = {"study": {**study, "title": "Other"}}
        client.put("/api/studies/two", json=changed, headers={"If-Match": entry["etag"]}).raise_for_status()
        assert client.get("/api/studies/two").json()["up_to_date"] is False


def test_studies_stand_with_the_last_changed_first(tmp_path: Path) -> None:
    with in_process(Settings(store=tmp_path / "store")) as client:
        for id in ("old", "new", "middle"):
            client.post("/api/studies", json={"study": STUDY, "id": id}).raise_for_status()
            seconds = 1_700_000_000 + {"old": 0, "middle": 50, "new": 100}[id]
            os.utime(tmp_path / "store" / "studies" / id / "study.toml", (seconds, seconds))
        assert [one["id"] for one in client.get("/api/studies").json()] == ["new", "middle", "old"]


def test_a_dataset_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    folder = small_economy(tmp_path / "f", years=(2010,))
    told = 'title = "Own"\nunit = "million USD"\nnotes = ["a note"]\nknown_issues = ["a fault"]\n'
    (folder / "dataset.toml").write_text(told + '[year_notes]\n2010 = "2010: revised"\n', "utf-8")
    add(folder, Store(tmp_path / "store"), as_id="own")
    with in_process(Settings(store=tmp_path / "store")) as client:
        notes = by_id(client.get("/api/datasets").json())["own"]["notes"]
    assert {"a note", "2010: revised", "a fault"} <= set(notes)
