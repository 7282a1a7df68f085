"""Several workers behind one address: whichever answers, it answers as the one of a single server would.

With real processes on the loopback address. A client keeps its connection, and so its worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from kaldor import __version__
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.server.on_dask import _work
from tests.atlas.plain_folders import small_economy
from tests.server.conftest import SCENARIO, STUDY, Served, launch, served
from tests.server.test_uploads import packed_folder

pytestmark = pytest.mark.long  # a worker takes seconds to start

ON = "/api/economies/starter/2018"
BANDS = f"{ON}/bands?draws=20&extension=co2&region=DEU"
BAN = {
    "id": "ban",
    "events": [{"kind": "ban", "origins": ["R0"], "destinations": ["R1"], "products": ["s0"], "start": 1, "days": 5}],
}
TOKEN = "a-long-enough-token-for-tests"
LEVERS = ("carbon-price", "material-efficiency", "electricity-efficiency")
Request = tuple[str, str, dict | None]


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Iterator[Served]:
    """A server of one worker."""
    with served("--port", "0", "--store", str(tmp_path_factory.mktemp("one") / "store")) as found:
        yield found


@pytest.fixture(scope="module")
def several(tmp_path_factory) -> Iterator[Served]:
    """A server of three workers."""
    store = tmp_path_factory.mktemp("three") / "store"
    with served("--port", "0", "--store", str(store), "--workers", "3") as found:
        yield found
    assert not store.exists()


def workers_of(server: Served) -> list[int]:
    """The processes of a server that answer."""
    port = httpx.URL(server.address).port
    found = psutil.Process(server.process.pid).children()
    return [one.pid for one in found if any(c.laddr and c.laddr.port == port for c in one.net_connections())]


@contextlib.contextmanager
def client_of_each(server: Served, count: int) -> Iterator[dict[int, httpx.Client]]:
    """A client for every worker, by the number of its process."""
    found: dict[int, httpx.Client] = {}
    with contextlib.ExitStack() as kept:
        for _ in range(500):
            client = kept.enter_context(httpx.Client(base_url=server.address, timeout=60))
            stream = client.get("/api/health").extensions["network_stream"]
            found.setdefault(_at_the_other_end(server, stream.get_extra_info("client_addr")), client)
            if len(found) == count:
                yield found
                return
        raise AssertionError(f"{len(found)} of {count} workers ever answered")


def _at_the_other_end(server: Served, address: tuple[str, int]) -> int:
    for worker in workers_of(server):
        if any(one.raddr and tuple(one.raddr) == address for one in psutil.Process(worker).net_connections()):
            return worker
    raise AssertionError(f"nobody holds the connection from {address}")


def requests() -> list[Request]:
    """200 questions, of which 150 are moves of sliders."""
    regions = ("DEU", "IND", "CHN", "USA", "BRA")
    asked: list[Request] = [("GET", "/api/levers", None), ("GET", "/api/framework", None), ("GET", ON, None)]
    asked += [("GET", f"{ON}/overview?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/footprint?extension={e}&region={r}", None) for e in ("co2", "jobs_male") for r in regions]
    asked += [("GET", f"{ON}/paths?extension=co2&region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/dependence?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/scopes?region={region}", None) for region in regions]
    asked += [("GET", f"{ON}/{name}?region=DEU", None) for name in ("linkages", "positions", "induced")]
    asked += [("GET", f"{ON}/extraction?region={region}", None) for region in regions]
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
    limits = ("--limit", "requests_burst=40", "--limit", "requests_per_second=0.001")
    server = serve("--workers", "2", "--host", "0.0.0.0", "--token", TOKEN, *limits)
    server.address = server.address.replace("0.0.0.0", "127.0.0.1")
    clients = [httpx.Client(base_url=server.address, timeout=60) for _ in range(6)]
    reached = {_at_the_other_end(server, _end_of(client)) for client in clients}
    opened = clients[0].post("/api/session", headers={"authorization": f"Bearer {TOKEN}"})
    cookie = {"cookie": opened.headers["set-cookie"].split(";")[0]}
    inside = [client.get("/api/datasets", headers=cookie).status_code for client in clients]
    clients[1].delete("/api/session", headers=cookie)
    outside = [client.get("/api/datasets", headers=cookie).status_code for client in clients]
    answers = [client.get("/api/health").status_code for _ in range(10) for client in clients]
    for client in clients:
        client.close()
    assert (inside, outside) == ([200] * 6, [401] * 6)
    assert len(reached) == 2
    asked_before = 6 + 1 + 6 + 1 + 6 + 1  # the first is that of `serve`, which waits until the server answers
    assert answers.count(200) == 40 - asked_before
    assert set(answers) == {200, 429}


def _end_of(client: httpx.Client) -> tuple[str, int]:
    return client.get("/api/health").extensions["network_stream"].get_extra_info("client_addr")


def test_a_killed_worker_is_replaced_and_the_service_goes_on(several):
    job = several.http.post(BANDS.replace("=20", "=200")).json()["job"]
    with client_of_each(several, 3) as clients:
        killed, others = next(iter(clients)), list(clients.values())[1:]
        os.kill(killed, signal.SIGKILL)
        assert [client.post(f"{ON}/simulate", json=SCENARIO).status_code for client in others] == [200, 200]
    for _ in range(20):
        assert httpx.post(f"{several.address}{ON[1:]}/simulate", json=SCENARIO, timeout=60).status_code == 200
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
    httpx.post(f"{address}{BANDS[1:].replace('=20', '=2000')}", timeout=60)
    everyone = psutil.Process(process.pid).children(recursive=True)
    assert len(everyone) >= 3
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in everyone))
    assert "Traceback" not in errors
    assert process.returncode == (-number if number == signal.SIGKILL else 0)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (tmp_path / "store").exists()


def until(true, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError, psutil.NoSuchProcess):
            if true():
                return
        time.sleep(0.05)
    raise AssertionError("not in time")


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
    _, errors = launch("--port", "0", "--store", str(tmp_path / "store")).communicate(timeout=60)
    assert "another server writes into this store" in errors


def test_an_ordinary_folder_is_refused_before_any_worker_starts(tmp_path):
    (tmp_path / "notes.md").write_text("mine")
    process = launch("--port", "0", "--store", str(tmp_path), "--workers", "2")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert output == ""
    assert "Nothing was touched" in errors


# -- jobs on a Dask cluster --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, protocol="tcp"
    ) as found:
        yield found


@pytest.fixture(scope="module")
def on_cluster(tmp_path_factory, cluster) -> Iterator[Served]:
    """A server of two workers, its jobs on a cluster, over a store with a dataset of its own."""
    folder = tmp_path_factory.mktemp("cluster")
    add(small_economy(folder / "own"), Store(folder / "store"), "own")
    options = ("--port", "0", "--store", str(folder / "store"), "--workers", "2")
    with served(*options, "--dask", cluster.scheduler_address) as found:
        yield found


def test_a_job_on_a_cluster_gives_what_one_in_a_process_gives(alone, on_cluster):
    here = alone.wait(alone.http.post(BANDS).json()["job"])
    with client_of_each(on_cluster, 2) as clients:
        first, second = clients.values()
        job = first.post(BANDS).json()["job"]
        news = second.get(f"/api/jobs/{job}/events").text
        there = second.get(f"/api/jobs/{job}").json()
        own = first.post("/api/economies/own/2009/shocks?steps=20&bands=2", json=BAN).json()["job"]
    assert there["state"] == "done", there["problems"]
    assert there["result"] == here["result"]
    assert "drawing tables" in news
    assert on_cluster.wait(own)["state"] == "done"


@pytest.mark.parametrize("end", ["cancel", "stop"])
def test_what_is_cancelled_stops_on_the_cluster_too(serve, cluster, on_cluster, end):
    options = ("--read-only", "--dask", cluster.scheduler_address)
    server = on_cluster if end == "cancel" else serve(*options)
    with cluster.get_client() as watching:

        def at_work() -> bool:
            return any(watching.run(_kaldor_at_work).values())

        job = server.http.post(BANDS.replace("=20", "=2000")).json()["job"]
        until(lambda: server.http.get(f"/api/jobs/{job}").json()["step"] == "drawing tables")
        assert at_work()
        if end == "cancel":
            assert server.http.delete(f"/api/jobs/{job}").json()["state"] == "cancelled"
        else:
            server.stop()
        until(lambda: not at_work())


def _kaldor_at_work(dask_worker) -> bool:
    return any(str(key).startswith("kaldor-") for key in dask_worker.active_threads.values())


@pytest.mark.parametrize(
    ("version", "says"), [("0.0.1", "Install the same version"), (__version__, "Mount the store at the same place")]
)
def test_a_cluster_is_told_what_it_lacks(tmp_path, cluster, version, says):
    with cluster.get_client() as client:
        asked = ("bands", {"store": str(tmp_path / "elsewhere")}, version, True)
        state, (problem,) = client.submit(_work, *asked, pure=False).result()
    assert state == "failed"
    assert says in problem["remedy"]


def test_a_scheduler_that_does_not_answer_is_refused_at_the_start(tmp_path):
    pytest.importorskip("distributed")
    process = launch("--port", "0", "--store", str(tmp_path / "store"), "--read-only", "--dask", "tcp://127.0.0.1:9")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert output == ""
    assert "tcp://127.0.0.1:9 does not answer" in errors


def test_a_scheduler_that_goes_away_fails_the_job_and_not_the_server(serve):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, protocol="tcp"
    ) as short_lived:
        server = serve("--read-only", "--dask", short_lived.scheduler_address)
        job = server.http.post(BANDS.replace("=20", "=2000")).json()["job"]
        until(lambda: server.http.get(f"/api/jobs/{job}").json()["step"] == "drawing tables")
    record = server.wait(job)
    assert record["state"] == "failed"
    assert "Dask cluster did not finish it" in record["problems"][0]["what"]
    after = server.wait(server.http.post(BANDS).json()["job"])
    assert "does not answer" in after["problems"][0]["what"]
    assert server.http.get("/api/health").status_code == 200
