"""Several workers behind one address: whichever answers, it answers as the one of a single server would.

With real processes on the loopback address. A client keeps its connection, and so its worker.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from tests.atlas.plain_folders import small_economy
from tests.server.conftest import SCENARIO, STUDY, Served, launch, served
from tests.server.several import BANDS, ON, client_of_each
from tests.server.test_uploads import packed_folder
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.long  # a worker takes seconds to start

TOKEN = "a-long-enough-token-for-tests"
LEVERS = ("carbon-price", "material-efficiency", "electricity-efficiency")
Request = tuple[str, str, dict | None]


@pytest.fixture(scope="module")
def several(tmp_path_factory) -> Iterator[Served]:
    """A server of three workers."""
    store = tmp_path_factory.mktemp("three") / "store"
    with served("--port", "0", "--store", str(store), "--workers", "3") as found:
        yield found
    assert not store.exists()


def requests() -> list[Request]:
    """200 questions, of which 150 are moves of sliders."""
    regions = ("DEU", "IND", "CHN", "USA", "BRA")
    asked: list[Request] = [("GET", "/api/levers", None), ("GET", "/api/framework", None), ("GET", ON, None)]
    asked += [("GET", f"{ON}/overview?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/footprint?extension={e}&region={r}", None) for e in ("co2", "jobs_male") for r in regions]
    asked += [("GET", f"{ON}/paths?extension=co2&region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/dependence?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/scopes?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/{name}?region=DEU", None) for name in ("linkages", "upstream", "induced")]
    asked += [("GET", f"{ON}/extract?region={region}", None) for region in regions]
    asked += [("POST", f"{ON}/explain", {"scenario": scenario(n), "metric": "co2-production"}) for n in range(9)]
    return asked + [("POST", f"{ON}/simulate", scenario(number)) for number in range(200 - len(asked))]


def scenario(number: int) -> dict:
    """Three levers in a country, one of them where the number says."""
    strengths = [40.0, 20.0, 10.0]
    strengths[number % 3] = 5.0 + (7 * number) % 45
    levers = [
        {"lever": lever, "strength": strength, "regions": [("DEU", "IND", "CHN")[number // 3 % 3]]}
        for lever, strength in zip(LEVERS, strengths, strict=True)
    ]
    return {"id": f"move-{number}", "levers": levers}


def test_three_workers_answer_200_requests_as_one_does(alone, several):
    """To the byte, where the same was asked before: a move of a slider scales what was solved for an earlier one, so
    that its last digits tell which that was. After others, each figure is the same to 1e-9 of the largest of its kind.
    """
    asked = requests()
    assert len(asked) == 200
    wanted = [alone.http.request(method, path, json=body) for method, path, body in asked]
    assert {answer.status_code for answer in wanted} == {200}
    with client_of_each(several, 3) as clients, ThreadPoolExecutor(3) as asking:

        def ask(first: int, client: httpx.Client) -> list[httpx.Response]:
            return [client.request(m, path, json=body) for m, path, body in asked[first:] + asked[:first]]

        starts = (0, 60, 110)
        found = list(asking.map(ask, starts, clients.values()))
    assert [told(one) for one in found[0]] == [told(one) for one in wanted]
    worst = 0.0
    for start, answers in zip(starts, found, strict=True):
        in_order = answers[200 - start :] + answers[: 200 - start]
        for (method, *_), one, other in zip(asked, wanted, in_order, strict=True):
            assert method == "POST" or other.content == one.content
            worst = max(worst, difference(json.loads(told(one)), json.loads(told(other))))
    assert worst < 1e-9
    print(f"3 workers, {3 * 200} answers: asked in one order the same bytes, in others {worst:.0e} apart at most")


def told(answer: httpx.Response) -> str:
    """What an answer says, but for how long it took."""
    assert answer.status_code == 200
    return re.sub(r'"milliseconds":{[^}]*}', '"milliseconds":{}', answer.text)


def difference(one: object, other: object) -> float:
    """How far figures of two answers lie apart, of the largest figure of the same name; all else must be the same."""
    ours, theirs = figures(one), figures(other)
    assert ours.keys() == theirs.keys()
    worst = 0.0
    for name, values in ours.items():
        assert len(values) == len(theirs[name])
        scale = max((abs(v) for v in values if isinstance(v, float)), default=0.0) or 1.0
        for here, there in zip(values, theirs[name], strict=True):
            if isinstance(here, float) and isinstance(there, float):
                worst = max(worst, abs(here - there) / scale)
            else:
                assert here == there, name
    return worst


def figures(answer: object, name: str = "") -> dict[str, list[object]]:
    """What stands under each name of an answer, in its order."""
    if isinstance(answer, dict):
        parts = [figures(value, str(key)) for key, value in answer.items()]
    elif isinstance(answer, list):
        parts = [figures(value, name) for value in answer]
    else:
        return {name: [answer]}
    found: dict[str, list[object]] = {}
    for part in parts:
        for key, values in part.items():
            found.setdefault(key, []).extend(values)
    return found


def test_a_job_asked_of_one_worker_is_seen_by_all(alone, several):
    with client_of_each(several, 3) as clients:
        first, second, third = clients.values()
        job = first.post(BANDS).json()["job"]
        news = second.get(f"/api/jobs/{job}/events").text.strip().splitlines()[-1]
        ended = third.get(f"/api/jobs/{job}").json()
        assert [[one["id"] for one in client.get("/api/jobs").json()] for client in clients.values()] == [[job]] * 3
        assert '"state": "done"' in news
        assert second.get("/api/jobs/none").status_code == 404
        long = second.post(BANDS.replace("=20", "=2000")).json()["job"]
        assert third.delete(f"/api/jobs/{long}").json()["state"] == "cancelled"
        assert first.get(f"/api/jobs/{long}").json()["state"] == "cancelled"
    assert ended["result"] == alone.wait(alone.http.post(BANDS).json()["job"])["result"]


def test_a_session_and_a_rate_hold_for_all_workers(serve):
    limits = ("--limit", "requests_burst=40", "--limit", "requests_per_second=1e-9")
    server = serve("--workers", "2", "--host", "0.0.0.0", "--token", TOKEN, *limits)
    server.address = server.address.replace("0.0.0.0", "127.0.0.1")
    with client_of_each(server, 2) as clients:
        first, second = clients.values()
        opened = first.post("/api/session", headers={"authorization": f"Bearer {TOKEN}"})
        cookie = {"cookie": opened.headers["set-cookie"].split(";")[0]}
        inside = [client.get("/api/datasets", headers=cookie).status_code for client in (first, second)]
        second.delete("/api/session", headers=cookie)
        outside = [client.get("/api/datasets", headers=cookie).status_code for client in (first, second)]
        answers = [client.get("/api/health").status_code for _ in range(20) for client in (first, second)]
    assert (inside, outside) == ([200] * 2, [401] * 2)
    asked_before = 1 + 2 + 1 + 2 + 1 + 2  # the first is that of `serve`, which waits until the server answers
    assert answers == [200] * (40 - asked_before) + [429] * asked_before


def test_a_killed_worker_is_replaced_and_the_service_goes_on(several):
    job = several.http.post(BANDS.replace("=20", "=200")).json()["job"]
    with client_of_each(several, 3) as clients:
        killed, others = next(iter(clients)), list(clients.values())[1:]
        os.kill(killed, signal.SIGKILL)
        assert [client.post(f"{ON}/simulate", json=SCENARIO).status_code for client in others] == [200, 200]
    for _ in range(20):
        assert httpx.post(f"{several.address}{ON[1:]}/simulate", json=SCENARIO, timeout=PATIENCE).status_code == 200
    with client_of_each(several, 3) as clients:
        assert killed not in clients
        several.http = next(iter(clients.values()))
        assert several.wait(job)["state"] == "done"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_end_of_the_parent_leaves_no_process_and_no_file(tmp_path, monkeypatch, number):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    process = launch("--port", "0", "--store", str(tmp_path / "store"), "--workers", "2", start_new_session=True)
    address = process.stdout.readline().split()[3]
    until(lambda: httpx.get(f"{address}api/health").status_code == 200)
    httpx.post(f"{address}{BANDS[1:].replace('=20', '=2000')}", timeout=PATIENCE)
    everyone = psutil.Process(process.pid).children(recursive=True)
    assert len(everyone) >= 3
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in everyone))
    assert "Traceback" not in errors
    assert process.returncode == (-number if number == signal.SIGKILL else 0)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (tmp_path / "store").exists()


def test_workers_read_a_store_into_which_one_other_server_writes(serve, tmp_path):
    writer, readers = serve(), serve("--workers", "2")
    writer.http.post("/api/studies", json={"study": STUDY, "id": "india"})
    sent = {"file": ("own.zip", packed_folder(small_economy(tmp_path / "own")))}
    job = writer.http.post("/api/datasets", files=sent, data={"as_id": "own"}).json()["job"]
    assert writer.wait(job)["state"] == "done"
    with client_of_each(readers, 2) as clients:
        for client in clients.values():
            assert client.get("/api/studies/india").status_code == 200
            own = "/api/economies/own/2009"
            assert client.get(own).content == writer.http.get(own).content
            assert client.delete("/api/datasets/own").status_code == 403
    _, errors = launch("--port", "0", "--store", str(tmp_path / "store")).communicate(timeout=PATIENCE)
    assert "another server writes into this store" in errors


def test_an_ordinary_folder_is_refused_before_any_worker_starts(tmp_path):
    (tmp_path / "notes.md").write_text("mine")
    process = launch("--port", "0", "--store", str(tmp_path), "--workers", "2")
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert output == ""
    assert "Nothing was touched" in errors
