"""The library of events over REST: what a table can have, why not the rest, and a run beside what was published."""

from __future__ import annotations

from kaldor.twin.library.packaged import packaged_events
from tests.waiting import until

ON = "/api/economies/starter/2018/events"


def test_events_say_which_of_their_runs_a_table_can_have(client):
    events = {one["id"]: one for one in client.get(ON).json()}
    assert list(events) == list(packaged_events())
    here = {id for id, one in events.items() if any(run["why_not"] is None for run in one["runs"])}
    assert here == {"gas-europe-2022", "lockdown-2020", "port-strike-2024", "tohoku-2011"}
    (rhine,) = events["rhine-2018"]["runs"]
    assert "unknown sector or group 'c24'" in rhine["why_not"]
    assert events["rhine-2018"]["published"][0]["told"]


def test_a_run_has_its_result_with_what_was_published_beside_it(client):
    job = client.post(f"{ON}/gas-europe-2022/germany", params={"bands": 4}).json()["job"]
    until(lambda: client.get(f"/api/jobs/{job}").json()["state"] in {"done", "failed"})
    found = client.get(f"/api/jobs/{job}").json()
    assert found["state"] == "done", found["problems"]
    event = found["result"]["event"]
    assert (event["id"], event["run"], event["year"], found["result"]["year"]) == (
        "gas-europe-2022", "germany", 2008, 2018,
    )  # fmt: skip
    for beside in event["beside"]:
        assert beside["low"] <= beside["median"] <= beside["high"] < 0


def test_what_cannot_be_run_is_refused_with_the_reason(client):
    assert "unknown sector or group 'c24'" in client.post(f"{ON}/rhine-2018/days").json()["message"]
    assert "where prices respond" in client.post(f"{ON}/china-decoupling/prices").json()["message"]
    refused = client.post(f"{ON}/rhine-2019/days")
    assert refused.status_code in {400, 404}
    assert "Did you mean 'rhine-2018'" in refused.json()["message"]
