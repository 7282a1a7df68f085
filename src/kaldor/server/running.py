"""An application answering at a socket until it is told to stop: alone in its process, or as one of several workers.

Workers share one listening socket, so that what a killed one had not taken yet goes to another; the parent starts a new
one in its place, and keeps what all must agree on (`desk`). It works for no request itself.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

from kaldor.errors import StoreError
from kaldor.server.children import end_with_server, start
from kaldor.server.stalled import heads_within

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kaldor.server.desk import Desk
    from kaldor.server.settings import Settings

_LOG = logging.getLogger("kaldor.server")
_SPAWN = multiprocessing.get_context("spawn")
_SECONDS_TO_STOP = 3
_GRACE_SECONDS = 5.0
_LOOK_SECONDS = 0.25
_SECONDS_BETWEEN_STARTS = 1.0
_UNSTARTED = 3


def run(app: FastAPI, listening: socket.socket) -> None:
    """Answer at a socket until the process is told to stop."""
    import uvicorn

    config = uvicorn.Config(
        app,
        http=heads_within(app.state.workbench.settings.limits.stall_seconds),
        log_level="warning",
        access_log=False,  # who asked what is nobody's business, and a log is where secrets end up
        server_header=False,
        proxy_headers=False,  # `forwarded` reads them, from the proxies that the settings name alone
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )
    uvicorn.Server(config).run(sockets=[listening])


def run_workers(settings: Settings, desk: Desk, listening: socket.socket) -> None:
    """Answer with as many worker processes as the settings say, until this process is told to stop.

    A worker that ends is replaced. Raises StoreError where one cannot start.
    """
    with _told_to_stop() as told:
        address = desk.answer_workers()
        workers: list[BaseProcess] = []
        not_before = 0.0  # those that cannot live must not keep the machine busy with starting
        try:
            while not told:
                if len(workers) < settings.workers and time.monotonic() >= not_before:
                    workers += [_started(settings, address, listening) for _ in range(settings.workers - len(workers))]
                    not_before = time.monotonic() + _SECONDS_BETWEEN_STARTS
                wait([worker.sentinel for worker in workers], timeout=_LOOK_SECONDS)
                for worker in [one for one in workers if not one.is_alive() and not told]:
                    if worker.exitcode == _UNSTARTED:
                        raise StoreError("a worker could not start; its reason stands above.")
                    _LOG.warning("a worker ended (exit code %s); another takes its place.", worker.exitcode)
                    workers.remove(worker)
        finally:
            listening.close()
            _end(workers)
            desk.jobs.close()


def _end(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(_GRACE_SECONDS)
        if worker.is_alive():
            worker.kill()
            worker.join()


def _started(settings: Settings, address: Any, listening: socket.socket) -> BaseProcess:
    worker = _SPAWN.Process(target=_work, args=(settings, address, listening))
    start(worker)
    return worker


def _work(settings: Settings, address: Any, listening: socket.socket) -> None:
    """One worker, from its start to its end."""
    from kaldor.server.app import make_app
    from kaldor.server.desk import Desk

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it comes through, uvicorn ends and hands it on
    end_with_server()
    try:
        app = make_app(settings, Desk.reached(address))
    except Exception:
        _LOG.exception("a worker could not start")
        raise SystemExit(_UNSTARTED) from None
    run(app, listening)


@contextmanager
def _told_to_stop() -> Iterator[list[int]]:
    """A list that is empty until the process is told to stop."""
    told: list[int] = []
    before = {one: signal.signal(one, lambda number, _: told.append(number)) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
