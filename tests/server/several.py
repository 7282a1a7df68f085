"""Clients of a server with several workers. A client keeps its connection, and so its worker."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import httpx
import psutil

from tests.server.conftest import Served

ON = "/api/economies/starter/2018"
BANDS = f"{ON}/bands?draws=20&extension=co2&region=DEU"


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
            found.setdefault(worker_of(server, client), client)
            if len(found) == count:
                yield found
                return
        raise AssertionError(f"{len(found)} of {count} workers ever answered")


def worker_of(server: Served, client: httpx.Client) -> int:
    """Which process of a server answers a client."""
    address = client.get("/api/health").extensions["network_stream"].get_extra_info("client_addr")
    for worker in workers_of(server):
        if any(one.raddr and tuple(one.raddr) == address for one in psutil.Process(worker).net_connections()):
            return worker
    raise AssertionError(f"nobody holds the connection from {address}")


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something to be true. Raises AssertionError where it is not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError, psutil.NoSuchProcess):
            if true():
                return
        time.sleep(0.05)
    raise AssertionError("not in time")
