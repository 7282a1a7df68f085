"""Servers for tests: one inside the test's own process, and real ones on the loopback address."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from kaldor.server.app import make_app
from kaldor.server.settings import Settings
from tests.waiting import PATIENCE, until

ADDRESS = "http://127.0.0.1:8123"
SCENARIO = {"id": "lighter", "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}]}
STUDY = {"title": "India beside China", "country": "IND", "peers": ["CHN"], "year": 2018, "economy": "starter"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A server on an empty store, in this process."""
    with in_process(Settings(store=tmp_path / "store")) as found:
        yield found


@contextlib.contextmanager
def in_process(settings: Settings) -> Iterator[TestClient]:
    with TestClient(make_app(settings), base_url=ADDRESS) as found:
        yield found


@dataclass
class Served:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    http: httpx.Client

    def wait(self, job: str, *states: str, seconds: float = PATIENCE) -> dict:
        """A job once it is in one of these states (default: ended)."""
        wanted = states or ("done", "failed", "cancelled")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            record = self.http.get(f"/api/jobs/{job}").json()
            if record["state"] in wanted:
                return record
            time.sleep(0.05)
        raise AssertionError(f"job {job} is still {record}")

    def stop(self) -> None:
        self.http.close()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def served(*options: str) -> Iterator[Served]:
    """A server with these options, stopped afterwards."""
    found = _started(launch(*options))
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Iterator[Served]:
    """A server of one worker."""
    with served("--port", "0", "--store", str(tmp_path_factory.mktemp("one") / "store")) as found:
        yield found


def _started(process: subprocess.Popen[str]) -> Served:
    """A server once it answers."""
    line = process.stdout.readline()
    found = re.search(r"http://\S+/", line)
    assert found, f"no address in {line!r}; {process.stderr.read() if process.poll() is not None else ''}"
    served = Served(process, found[0], httpx.Client(base_url=found[0], timeout=PATIENCE))
    until(lambda: process.poll() is not None or bool(served.http.get("/api/health").status_code))
    return served


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a server with these options on a free port of the loopback address; all are stopped afterwards."""
    started: list[Served] = []

    def start(*options: str, store: Path | None = None) -> Served:
        found = _started(launch("--port", "0", "--store", str(store or tmp_path / "store"), *options))
        started.append(found)
        return found

    yield start
    for served in started:
        served.stop()


def launch(*options: str, token: str | None = None, start_new_session: bool = False) -> subprocess.Popen[str]:
    """`kaldor serve` with these options; in a session of its own, a signal can be sent to all its processes."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KALDOR_")}
    if token is not None:
        environment["KALDOR_TOKEN"] = token
    return subprocess.Popen(
        [sys.executable, "-m", "kaldor", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=start_new_session,
    )
