"""Clients of a server with several workers. A client keeps its connection, and so its worker."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx
import psutil

from tests.server.conftest import Served
from tests.waiting import PATIENCE, until

ON = "/api/economies/starter/2018"
BANDS = f"{ON}/bands?draws=20&extension=co2&region=DEU"


def workers_of(server: Served) -> list[int]:
    """The processes of a server that answer."""
    port = httpx.URL(server.address).port
    return [one.pid for one in psutil.Process(server.process.pid).children() if _holds(one, port)]


def _holds(process: psutil.Process, port: int | None) -> bool:
    """Whether a process has a socket at a port; one that has just died has none."""
    try:
        return any(one.laddr and one.laddr.port == port for one in process.net_connections())
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def client_of_each(server: Served, count: int) -> Iterator[dict[int, httpx.Client]]:
    """A client for every worker, by the number of its process. Each has asked once, for the server's health."""
    until(lambda: len(workers_of(server)) == count)
    with contextlib.ExitStack() as kept:
        found = {worker: kept.enter_context(_client_of(server, worker)) for worker in workers_of(server)}
        assert [worker_of(server, client) for client in found.values()] == list(found)
        yield found


def _client_of(server: Served, worker: int) -> httpx.Client:
    return httpx.Client(base_url=server.address, timeout=PATIENCE, transport=_ToOneWorker(server, worker))


class _ToOneWorker(httpx.HTTPTransport):
    """Requests that one worker answers. The others stand still while it is connected to: the kernel is free to give a
    connection to any of them, and the server closes one that nobody used for seconds."""

    def __init__(self, server: Served, worker: int) -> None:
        super().__init__(limits=httpx.Limits(max_connections=1))
        self._server, self._worker = server, worker

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with contextlib.ExitStack() as still:
            if not any(one.is_idle() and not one.has_expired() for one in self._pool.connections):
                for other in workers_of(self._server):
                    if other != self._worker:
                        still.enter_context(_paused(other))
            return super().handle_request(request)


@contextlib.contextmanager
def _paused(process: int) -> Iterator[None]:
    """A process that stands still within this, or has died."""
    found = psutil.Process(process)
    found.suspend()
    try:
        until(lambda: found.status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE})
        yield
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            found.resume()


def worker_of(server: Served, client: httpx.Client) -> int:
    """Which process of a server answers a client."""
    address = client.get("/api/health").extensions["network_stream"].get_extra_info("client_addr")
    for worker in workers_of(server):
        if any(one.raddr and tuple(one.raddr) == address for one in psutil.Process(worker).net_connections()):
            return worker
    raise AssertionError(f"nobody holds the connection from {address}")
