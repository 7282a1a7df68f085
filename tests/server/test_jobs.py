"""Long work: progress, news, cancelling, limits, and what a restart finds. With real servers and real processes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

import pytest

from kaldor.server.answers.jobs import JobAnswer
from kaldor.server.jobs import Jobs, ended
from kaldor.server.refusals import RefusedError
from kaldor.server.settings import Limits, Settings
from kaldor.server.workplace import Workplace
from tests.server.conftest import STUDY, in_process
from tests.waiting import until

pytestmark = pytest.mark.long  # every test starts a real server

LEVER = {"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}
LONG_STUDY = {
    **STUDY,
    "sections": ["sweeps"],
    "sweeps": [{"id": "a", "title": "A", "futures": 8192, "levers": [LEVER]}],
}
"""Its brief takes a minute, so that it is still being made when a test looks."""


@pytest.fixture
def workplace(tmp_path):
    found = Workplace(tmp_path)
    yield found
    found.close()


def events(text: str) -> list[dict]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def test_a_study_is_saved_run_watched_and_still_there_after_a_restart(serve, tmp_path):
    server = serve()
    server.http.post("/api/studies", json={"study": STUDY, "id": "india"})
    job = server.http.post("/api/studies/india/run").json()["job"]
    with server.http.stream("GET", f"/api/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        seen = events(stream.read().decode())
    assert seen[-1]["state"] == "done"
    assert [one["progress"] for one in seen] == sorted(one["progress"] for one in seen)
    assert len({one["step"] for one in seen}) > 3
    again = events(server.http.get(f"/api/jobs/{job}/events").text)  # a page that reloads
    assert [one["state"] for one in again] == ["done"]
    assert server.http.get("/api/studies/india").json()["up_to_date"] is True

    server.stop()
    restarted = serve(store=tmp_path / "store")
    (listed,) = restarted.http.get("/api/jobs").json()
    assert (listed["id"], listed["result"]) == (job, None)
    kept = restarted.http.get(f"/api/jobs/{job}").json()
    assert (kept["id"], kept["state"], kept["result"]["study"]) == (job, "done", "india")
    assert [one["id"] for one in restarted.http.get("/api/studies").json()] == ["india"]
    page = restarted.http.get("/api/studies/india/brief.html")
    assert STUDY["title"] in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    pdf = restarted.http.get("/api/studies/india/brief.pdf?download=true")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"] == 'attachment; filename="india.pdf"'
    assert restarted.http.get("/api/studies/india/brief.json").json()["country"] == "IND"
    changed = {"study": {**STUDY, "title": "Changed"}}
    assert restarted.http.put("/api/studies/india", json=changed, headers={"If-Match": "*"}).status_code == 200
    assert restarted.http.get("/api/studies/india").json()["up_to_date"] is False


def test_a_job_is_cancelled_and_leaves_nothing(serve, tmp_path):
    server = serve()
    server.http.post("/api/studies", json={"study": LONG_STUDY, "id": "india"})
    first = server.http.post("/api/studies/india/run").json()["job"]
    second = server.http.post("/api/studies/india/run").json()["job"]
    server.wait(first, "running")
    assert server.http.get(f"/api/jobs/{second}").json()["state"] == "queued"
    assert server.http.delete(f"/api/jobs/{second}").json()["state"] == "cancelled"
    assert server.http.delete(f"/api/jobs/{first}").json()["state"] == "cancelled"
    assert server.http.get("/api/studies/india").json()["briefs"] == []
    folder = tmp_path / "store" / "studies" / "india"
    assert [path.name for path in folder.iterdir()] == ["study.toml"]
    short = {"study": STUDY}
    assert server.http.put("/api/studies/india", json=short, headers={"If-Match": "*"}).status_code == 200
    third = server.http.post("/api/studies/india/run").json()["job"]
    assert server.wait(third)["state"] == "done"
    assert server.http.delete(f"/api/jobs/{third}").json()["state"] == "done"


def test_what_ran_when_the_server_stopped_is_marked_failed(serve, tmp_path):
    server = serve()
    server.http.post("/api/studies", json={"study": LONG_STUDY, "id": "india"})
    job = server.http.post("/api/studies/india/run").json()["job"]
    server.wait(job, "running")
    server.process.kill()
    server.process.wait()
    restarted = serve(store=tmp_path / "store")
    record = restarted.http.get(f"/api/jobs/{job}").json()
    assert record["state"] == "failed"
    assert "Start it again" in record["problems"][0]["remedy"]


def test_a_study_that_cannot_be_run_fails_with_advice(serve):
    server = serve()
    server.http.post("/api/studies", json={"study": {**STUDY, "economy": "wiod2013", "year": 2009}, "id": "no-data"})
    record = server.wait(server.http.post("/api/studies/no-data/run").json()["job"])
    assert record["state"] == "failed"
    assert "kaldor data add PATH --as wiod2013" in record["problems"][0]["what"]


def test_a_job_beyond_its_memory_fails_alone(serve):
    server = serve("--limit", "job_memory_mb=60")
    server.http.post("/api/studies", json={"study": STUDY, "id": "india"})
    record = server.wait(server.http.post("/api/studies/india/run").json()["job"])
    assert record["state"] == "failed"
    assert server.http.get("/api/health").status_code == 200


def test_only_so_many_jobs_wait(tmp_path, workplace):
    jobs = Jobs(Limits(jobs_at_once=1, jobs_waiting=1), workplace)
    try:
        arguments = {"file": "none.toml", "out": "none", "store": str(tmp_path), "id": "none"}
        folder = workplace.new_folder()
        with jobs._lock:  # as long as this is held, the first does not end
            jobs.start("study", "first", arguments)
            jobs.start("study", "second", arguments)
            with pytest.raises(RefusedError, match="waiting already") as caught:
                jobs.start("study", "third", arguments, folder)
        assert caught.value.status == 429
        assert not folder.exists()
    finally:
        jobs.close()


def record_of(number: int | str, **changes) -> str:
    made = datetime(2026, 1, 1 + int(number), tzinfo=UTC)
    record = JobAnswer(
        id=f"{number}", kind="study", title="", state="done", progress=1, step="done", made=made, ended=made
    )
    return record.model_copy(update=changes).model_dump_json()


def test_old_records_give_way_to_new_ones(tmp_path, workplace):
    records = tmp_path / "jobs"
    records.mkdir()
    for number in range(5):
        (records / f"{number}.json").write_text(record_of(number))
    jobs = Jobs(Limits(jobs_kept=3), workplace)
    assert [job.id for job in jobs.all()] == ["4", "3", "2"]
    assert sorted(path.name for path in records.iterdir()) == ["2.json", "3.json", "4.json"]
    jobs.close()


def test_what_is_no_record_stays_and_holds_nothing_up(tmp_path, workplace):
    """Files of the user's, damaged records and those of a newer Kaldor stand beside the others, and stay there."""
    records = tmp_path / "jobs"
    (records / "folder.json").mkdir(parents=True)
    outside = tmp_path / "outside.json"
    outside.write_text(record_of(1, id="link", state="running", ended=None))
    (records / "link.json").symlink_to(outside)
    os.mkfifo(records / "pipe.json")
    kept = {
        "mine.json": b'{"my": "notes"}',
        "notes.txt": b"notes",
        "half.json": b"{",
        "latin.json": "{'título'}".encode("latin-1"),
        "deep.json": b"[" * 3000,
        "other-name.json": record_of(0).encode(),
        "newer.json": record_of(1, id="newer", kind="sweep").encode(),
    }
    for name, content in kept.items():
        (records / name).write_bytes(content)
    (records / "2.json").write_text(record_of(2))
    jobs = Jobs(Limits(jobs_kept=1), workplace)
    assert [job.id for job in jobs.all()] == ["2"]
    jobs.close()
    assert {name: (records / name).read_bytes() for name in kept} == kept
    assert sorted(path.name for path in records.iterdir()) == sorted(
        [*kept, "2.json", "folder.json", "link.json", "pipe.json"]
    )
    assert outside.read_text() == record_of(1, id="link", state="running", ended=None)


def test_unknown_jobs(tmp_path):
    with in_process(Settings(store=tmp_path)) as client:
        for answer in (client.get("/api/jobs/x"), client.get("/api/jobs/x/events"), client.delete("/api/jobs/x")):
            assert answer.status_code == 404


def test_a_job_that_takes_too_long_is_stopped(tmp_path):
    jobs = Jobs(Limits(job_minutes=1e-6))
    study = tmp_path / "study.toml"
    study.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in STUDY.items()))
    arguments = {"file": str(study), "out": str(tmp_path / "out"), "store": str(tmp_path), "id": "slow"}
    id = jobs.start("study", "slow", arguments).id
    until(lambda: ended(jobs.get(id)))
    record = jobs.get(id)
    jobs.close()
    assert record.state in {"failed", "done"}  # done only on a machine that makes a brief within the first look
    assert record.state == "done" or "minutes that this server allows" in record.problems[0].what


def test_a_shock_is_run_over_time(serve):
    server = serve()
    strike = {"kind": "capacity", "regions": ["DEU"], "sectors": ["metals"], "share": 0.5, "start": 5, "days": 20}
    shock = {"id": "strike", "events": [strike]}
    address = "/api/economies/starter/2018/shocks"
    wrong = server.http.post(address, json={"id": "strike", "events": [{**strike, "sectors": ["metal"]}]})
    assert wrong.status_code == 400
    assert "Did you mean 'metals'" in wrong.json()["message"]
    record = server.wait(server.http.post(address, params={"steps": 60, "bands": 3}, json=shock).json()["job"])
    assert record["state"] == "done", record["problems"]
    series = record["result"]
    assert len(series["days"]) == 60
    assert series["value_added"]["DEU"][0] == pytest.approx(1)
    assert min(series["value_added"]["DEU"]) < 1
    low, high = series["bands"]["world"]["min"], series["bands"]["world"]["max"]
    assert all(least <= most for least, most in zip(low, high, strict=True))
    assert series["losers"]
