"""Jobs on a Dask cluster, with real processes on the loopback address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaldor import __version__
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.server.on_dask import _work
from tests.atlas.plain_folders import small_economy
from tests.server.conftest import Served, launch, served
from tests.server.several import BANDS, client_of_each
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.long  # a worker takes seconds to start

BAN = {
    "id": "ban",
    "events": [{"kind": "ban", "origins": ["R0"], "destinations": ["R1"], "products": ["s0"], "start": 1, "days": 5}],
}


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
    output, errors = process.communicate(timeout=PATIENCE)
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
