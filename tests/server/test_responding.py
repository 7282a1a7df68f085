"""Where prices respond over the API: the equilibrium's own figures, who gains and pays, and what a server keeps."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest
from starlette.requests import Request

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.server.refusals import RefusedError
from kaldor.server.simulation import simulate
from kaldor.server.twins import Prepared
from kaldor.server.unless_gone import unless_gone
from kaldor.twin.incidence import GROUPS, income_groups
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.responding.responded import responded
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin

ON = "/api/economies/starter/2018/simulate"
PRICE = {"id": "price", "levers": [{"lever": "carbon-price", "strength": 50, "regions": ["DEU"]}]}


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(starter_world())


@pytest.fixture(scope="module")
def found(economy):
    twin = Twin(economy)
    scenario = Scenario.model_validate({**PRICE, "levers": tuple(PRICE["levers"])})
    return responded(twin, scenario, twin.run(scenario))


def outcome(answer: dict, metric: str) -> dict:
    return next(one for one in answer["outcomes"] if one["id"] == metric)


def test_prices_respond_unless_fixed_prices_are_asked_for(client):
    answer = client.post(ON, json=PRICE).json()
    assert answer["view"] == "prices respond"
    assert "'central'" in answer["responding"]
    views = {one["id"]: one["view"] for one in answer["outcomes"]}
    assert {id for id, view in views.items() if view == "prices respond"} == {
        metric.id for metric in packaged_metrics().values() if metric.responds
    }
    fixed = client.post(ON, json={**PRICE, "view": "fixed prices"}).json()
    assert (fixed["view"], fixed["responding"]) == ("fixed prices", "")
    assert {one["view"] for one in fixed["outcomes"]} == {"fixed prices"}
    assert {about["view"] for about in fixed["map_about"].values()} == {"fixed prices"}
    assert (fixed["earners"], fixed["partners"], answer["payers"]) == ([], [], [])
    assert outcome(fixed, "real-wage")["after"] is None
    assert outcome(answer, "real-wage")["change"] < 0


def test_the_choice_of_a_scenario_moves_its_figures_and_stands_beside_them(client):
    usual = client.post(ON, json=PRICE).json()
    chosen = {"set": "long", "labour": "fixed-real-wage", "lending": "fixed"}
    other = client.post(ON, json={**PRICE, "responses": chosen}).json()
    assert "'long'" in other["responding"]
    assert outcome(usual, "jobs")["change"] == pytest.approx(0, abs=1e-6)
    assert outcome(other, "jobs")["change"] < -1
    # What is held is pay against all final use; the metric counts what households buy.
    assert abs(outcome(other, "real-wage")["change"]) < abs(outcome(usual, "real-wage")["change"]) / 5
    refused = client.post(ON, json={**PRICE, "responses": {"set": "centrall"}})
    assert (refused.status_code, "central" in refused.json()["message"]) == (404, True)
    assert client.post(ON, json={**PRICE, "responses": {"labour": "none"}}).status_code == 422


def test_every_choice_that_is_offered_is_one_that_a_scenario_takes(client):
    offered = client.get("/api/responses").json()
    assert [one["id"] for one in offered["view"]] == ["prices respond", "fixed prices"]
    central = next(one for one in offered["set"] if one["id"] == "central")
    assert (central["labour"], central["capital"], central["lending"]) == ("full-employment", "by-industry", "pooled")
    for key in ("set", "labour", "capital", "lending", "sourcing"):
        assert len(offered[key]) > 1
        for one in offered[key]:
            answer = client.post(ON, json={**PRICE, "responses": {key: one["id"]}})
            assert answer.status_code == 200, (key, one)
            assert outcome(answer.json(), "real-income")["after"] is not None
    assert len(offered["options"]) > 3
    for one in offered["options"]:
        answer = client.post(ON, json={**PRICE, "responses": {"options": [one["id"]]}}).json()
        earned = sum(line["change"] for line in answer["earners"])
        assert earned == pytest.approx(outcome(answer, "real-income")["change"], rel=1e-6), one


@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_what_earners_gain_adds_up_to_real_income_and_regions_to_the_groups(client, economy, region):
    answer = client.post(ON, params={"region": region}, json=PRICE).json()
    earned = {line["earner"]: line["change"] for line in answer["earners"]}
    income = outcome(answer, "real-income")["change"]
    assert list(earned) == ["labour", "capital", "treasury"]
    assert sum(earned.values()) == pytest.approx(income, rel=1e-6)
    assert earned["treasury"] == pytest.approx(outcome(answer, "treasury-balance")["change"], rel=1e-9)
    assert (earned["treasury"] > 0) == (region == "DEU")
    partners = answer["partners"]
    assert {line["region"] for line in partners} == {*economy.regions} - {region}
    ranks = [GROUPS.index(line["group"]) for line in partners]
    assert ranks == sorted(ranks)
    assert partners[0]["group"] == "low income"
    groups = dict(zip(economy.regions, income_groups(economy), strict=True))
    for metric, group in (("real-income-low", GROUPS[0]), ("real-income-high", GROUPS[3])):
        own = income if groups[region] == group else 0.0
        summed = own + sum(line["change"] for line in partners if line["group"] == group)
        assert summed == pytest.approx(outcome(answer, metric)["change"], rel=1e-6)


def test_the_treasury_has_what_the_metric_says(client):
    answer = client.post(ON, json=PRICE).json()
    (line,) = answer["treasury"]
    assert (line["region"], line["line"], line["kind"]) == ("DEU", "price of carbon", "revenue")
    assert line["amount"] == pytest.approx(outcome(answer, "treasury-revenue")["change"], rel=1e-9)


def test_prices_and_maps_are_those_of_the_answer(client, economy, found):
    answer = client.post(ON, json=PRICE).json()
    rows = economy.rows_of("DEU")
    ratios = dict(zip(economy.sectors, found.answer.real_price[rows], strict=True))
    assert {one["sector"]: one["change_pct"] for one in answer["prices"]} == pytest.approx(
        {sector: 100 * (ratio - 1) for sector, ratio in ratios.items()}, abs=1e-9
    )
    assert "buy" in answer["prices_against"]
    position = economy.region_position("DEU")
    emitted = outcome(answer, "co2-production")
    assert answer["map"]["co2"]["DEU"] == pytest.approx(emitted["change_pct"], rel=1e-9)
    spent = found.answer.point.scenario.base.spending.sum(axis=1)[position] / found.answer.read.million
    assert answer["map"]["real-income"]["DEU"] == pytest.approx(
        100 * outcome(answer, "real-income")["change"] / spent, rel=1e-9
    )
    added = found.answer.value_added_change[rows].sum() / economy.value_added[rows].sum()
    assert answer["map"]["value-added"]["DEU"] == pytest.approx(100 * added, rel=1e-9)
    assert answer["map"]["jobs_male"]["DEU"] == pytest.approx(outcome(answer, "jobs-men")["change_pct"], rel=1e-9)
    assert answer["map_about"]["co2"]["view"] == "prices respond"


def test_levers_without_data_for_prices_leave_the_map_of_income_empty_and_not_zero(client):
    power = {"lever": "clean-electricity", "strength": 50, "regions": ["DEU"]}
    answer = client.post(ON, json={"id": "clean", "levers": [power]}).json()
    assert set(answer["map"]["real-income"].values()) == {None}
    assert "no cost data" in outcome(answer, "real-income")["reason"]
    assert answer["map"]["co2"]["DEU"] < 0


def test_jobs_that_full_employment_holds_do_not_read_as_missing_data(client):
    lighter = {"lever": "material-efficiency", "strength": 20, "regions": ["DEU"]}  # nobody gave what it costs
    answer = client.post(ON, json={"id": "lighter", "levers": [lighter]}).json()
    jobs = outcome(answer, "jobs")
    assert (jobs["change"], jobs["reason"]) == (0.0, None)
    assert outcome(answer, "jobs-to-move")["change"] > 1


def test_bands_hold_the_answer_and_say_what_was_varied(client):
    answer = client.post(ON, params={"bands": True}, json=PRICE).json()
    income = outcome(answer, "real-income")
    assert income["band_low"] < income["change"] < income["band_high"]
    assert "draws" in answer["about_the_band"]


def test_who_answers_is_prepared_once_for_all_twins_and_counted(economy):
    prepared = Prepared(economy)
    empty = prepared.megabytes
    scenario = Scenario.model_validate({**PRICE, "levers": tuple(PRICE["levers"])})
    simulate(prepared, scenario, "DEU")
    once = prepared.megabytes
    factor = np.dtype(np.float32).itemsize * (2 * economy.n) ** 2 / 1e6
    assert once > empty + factor
    simulate(prepared, scenario, "IND")
    assert prepared.megabytes == once
    mobile = scenario.responses.model_copy(update={"capital": "mobile"})
    simulate(prepared, scenario.model_copy(update={"responses": mobile}), "DEU")
    assert prepared.megabytes > once + factor
    with prepared.twin() as (quick, _), prepared.twin(patient=True) as (patient, _):
        assert quick.respondent is patient.respondent is prepared.own_twin().respondent


def test_work_ends_at_its_next_step_when_its_client_has_left():
    steps = []

    async def gone() -> dict:
        return {"type": "http.disconnect"}

    def work(progress):
        for step in range(10_000):
            progress(step, 10_000)
            steps.append(step)
            time.sleep(0.02)

    with pytest.raises(RefusedError, match="given up"):
        asyncio.run(unless_gone(Request({"type": "http"}, gone), work))
    assert 0 < len(steps) < 10_000


def test_work_of_a_client_that_waits_is_done():
    async def waiting() -> dict:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    def work(progress):
        time.sleep(0.35)
        progress(1, 1)
        return "found"

    assert asyncio.run(unless_gone(Request({"type": "http"}, waiting), work)) == "found"
