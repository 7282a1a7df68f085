"""Work of seconds for one request: it ends where its client has left, so that nobody else waits behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from kaldor.errors import Problem
from kaldor.server.refusals import RefusedError

Progress = Callable[[int, int], None]
Found = TypeVar("Found")

_LOOK_SECONDS = 0.1


async def unless_gone(request: Request, work: Callable[[Progress], Found]) -> Found:
    """What work finds that is done in a thread; it calls the progress that it is given between its steps.

    Raises what the work raises, RefusedError (408) where the client left before it was done.
    """
    left = Event()

    def progress(_done: int, _total: int) -> None:
        if left.is_set():
            raise RefusedError(408, Problem("request", "was given up by its client.", "Ask again."))

    working = asyncio.ensure_future(run_in_threadpool(work, progress))
    while not working.done():
        await asyncio.wait({working}, timeout=_LOOK_SECONDS)
        if not working.done() and await request.is_disconnected():
            left.set()
    return working.result()
