"""How often one client may ask: a bucket of requests for each address, which fills again with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from kaldor.errors import Problem
from kaldor.server.refusals import RefusedError
from kaldor.server.settings import Limits

_MOST_CLIENTS = 10_000


class Rates:
    """A token bucket for each client address."""

    def __init__(self, limits: Limits) -> None:
        self._rate, self._burst = limits.requests_per_second, limits.requests_burst
        self._level: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, client: str) -> None:
        """Count one request. Raises RefusedError (429)."""
        now = time.monotonic()
        with self._lock:
            level, last = self._level.pop(client, (self._burst, now))
            level = min(self._burst, level + (now - last) * self._rate)
            self._level[client] = (max(0.0, level - 1), now)
            while len(self._level) > _MOST_CLIENTS:
                self._level.popitem(last=False)
        if level < 1:
            what = f"more than {self._rate:g} requests a second."
            raise RefusedError(429, Problem("requests", what, "Wait a second and try again."))
