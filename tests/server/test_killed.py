"""A server killed with -9 at any moment: what it acknowledged is whole at the next start, nothing half-made stays."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest

from kaldor.atlas.store import Store
from tests.atlas.plain_folders import small_economy
from tests.server.conftest import STUDY, Served
from tests.server.test_uploads import packed_folder
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long

MOMENTS = 50

# Has imported all that a server needs, and forks into one at each line on its standard input, so that fifty starts take
# seconds. Of each it tells the number of the process and that it has ended; the server itself tells its address.
FORKING = """
import os, sys
from pathlib import Path
from kaldor.cli.serve import serve
import kaldor.server.app, kaldor.economy.starter, uvicorn, uvicorn.protocols.http.auto, uvicorn.lifespan.on
print("ready", flush=True)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        serve(port=0, store=Path(sys.argv[1]))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
LONG = "long " * 79


class Servers:
    """One server after the other on the same store, each killed before the next starts."""

    def __init__(self, store: Path) -> None:
        command = [sys.executable, "-c", FORKING, str(store)]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._said() == "ready"
        self._child = 0

    def start(self) -> Served:
        assert self._parent.stdin is not None
        self._parent.stdin.write("go\n")
        self._parent.stdin.flush()
        number, told = sorted([self._said(), self._said()])  # digits sort before letters
        self._child = int(number)
        address = re.search(r"http://\S+/", told)[0]
        served = Served(self._parent, address, httpx.Client(base_url=address, timeout=PATIENCE))
        assert served.http.get("/api/health").status_code == 200  # it listens already; the answer comes when it runs
        return served

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        assert self._said() == "ended"
        self._child = 0

    def close(self) -> None:
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
        self._parent.kill()
        self._parent.wait()

    def _said(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


@pytest.fixture
def servers(tmp_path) -> Iterator[Servers]:
    found = Servers(tmp_path / "store")
    yield found
    found.close()


class Saved:
    """Studies that one client makes and changes without pause: by id, the titles that may stand there."""

    def __init__(self) -> None:
        self.may_be: dict[str, set[str]] = {}
        self.acknowledged: set[str] = set()
        self._number = 0

    def save_on(self, http: httpx.Client) -> int:
        """Save until the server is gone; returns how often it said that it had."""
        count = 0
        with contextlib.suppress(httpx.TransportError):
            while True:
                self._save(http)
                count += 1
                time.sleep(0.01)  # so that there is time for the uploads beside it
        return count

    def _save(self, http: httpx.Client) -> None:
        self._number += 1
        id, title = f"study-{self._number % 7}", f"Number {self._number}"
        study = {**STUDY, "title": title, "subtitle": LONG, "question": LONG}
        there = id in self.may_be
        self.may_be.setdefault(id, set()).add(title)
        if there:
            answer = http.put(f"/api/studies/{id}", json={"study": study}, headers={"If-Match": "*"})
        if not there or (answer.status_code == 404 and id not in self.acknowledged):
            answer = http.post("/api/studies", json={"study": study, "id": id})
        assert answer.status_code in {200, 201}, answer.text
        self.may_be[id] = {title}
        self.acknowledged.add(id)

    def check(self, http: httpx.Client) -> None:
        """Every study that was acknowledged is there, whole, as it was last acknowledged or was just being saved."""
        held = {one["id"]: one for one in http.get("/api/studies").json()}
        assert self.acknowledged <= set(held)
        for id, entry in held.items():
            assert entry["problems"] == []
            assert entry["title"] in self.may_be[id]
            assert entry["study"]["subtitle"] == LONG


class Sent:
    """Two versions of a dataset that one client uploads in turn, and which of them may be the one in the store."""

    def __init__(self, folders: list[Path]) -> None:
        self._packed = [packed_folder(folder) for folder in folders]
        self._first = [float(np.load(folder / "table_2009.npz")["x"][0]) for folder in folders]
        self.may_be: set[float] = set()
        self.jobs: list[str] = []
        self.done = 0
        self._turn = 0

    def send_on(self, server: Served) -> None:
        with contextlib.suppress(httpx.TransportError):
            while True:
                self.send(server)

    def send(self, server: Served) -> None:
        self._turn += 1
        version = self._turn % 2
        self.may_be.add(self._first[version])
        answer = server.http.post(
            "/api/datasets", files={"file": ("own.zip", self._packed[version])}, data={"as_id": "own"}
        )
        assert answer.status_code == 202, answer.text
        self.jobs.append(answer.json()["job"])
        assert server.wait(self.jobs[-1])["state"] == "done"
        self.may_be = {self._first[version]}
        self.done += 1

    def check(self, server: Served, store: Store) -> None:
        assert store.check("own") == []
        assert float(store.economy("own", 2009).x[0]) in self.may_be
        assert server.wait(self.jobs[-1])["state"] in {"done", "failed"}


def strangers(store: Store) -> list[str]:
    """Everything in the store that is not a study, a dataset, a job's record or what every running server has."""
    (own,) = store.datasets()
    known = {f"datasets/own/{own.content}/{file}" for file in own.files} | {"datasets/own/manifest.json"}
    known |= {"kaldor-store.json", ".write.lock", ".server.lock", ".server.made"}
    found = []
    for path in sorted(store.path.rglob("*")):
        name = path.relative_to(store.path).as_posix()
        if path.is_dir():
            usual = len(list(path.iterdir())) > 0 or path.parent.name == "incoming"
        elif name.startswith("jobs/"):
            usual = json.loads(path.read_text())["id"] == path.stem
        else:
            usual = name in known or (name.startswith("studies/") and path.name == "study.toml")
        if not usual:
            found.append(name)
    return found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")
def test_fifty_kills_while_studies_are_saved_and_files_sent(servers, tmp_path):
    store, saved = Store(tmp_path / "store"), Saved()
    sent = Sent([small_economy(tmp_path / f"own{i}", seed=i, years=range(2005, 2010)) for i in range(2)])
    server = servers.start()
    sent.send(server)  # the first, so that there is one to be kept; the second says how long one takes
    started = time.perf_counter()
    sent.send(server)
    usual = min(8.0, time.perf_counter() - started)  # a machine that does much else shall not take an hour
    moments = np.random.default_rng(9).uniform(0, 1.3 * usual, MOMENTS)
    count = 0
    for moment in moments:
        with ThreadPoolExecutor(2) as clients:
            saving = clients.submit(saved.save_on, server.http)
            sending = clients.submit(sent.send_on, server)
            time.sleep(moment)
            servers.kill()
        server.http.close()
        count += saving.result()
        sending.result()
        server = servers.start()
        saved.check(server.http)
        sent.check(server, store)
        assert strangers(store) == []
        assert len(list((store.path / "incoming").iterdir())) == 1
    assert count > MOMENTS
    uploads = f"{len(sent.jobs)} uploads were taken on and {sent.done} of them done"
    print(f"{MOMENTS} kills: {count:,} savings were acknowledged, {uploads}; none of it is lost")
