"""What all workers of one server must agree on: its jobs, its open sessions, and how often a client has asked.

One process holds it: the server itself where it has one worker, the parent where it has several. These reach it through
a socket of this machine, whose key only the parent's own children have; they call the same methods there as here.
"""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from typing import Any, cast

from kaldor.server.jobs import Jobs
from kaldor.server.on_dask import refuse_unreachable
from kaldor.server.rates import Rates
from kaldor.server.sessions import Sessions
from kaldor.server.settings import Settings
from kaldor.server.workplace import Workplace

_CALLED_BY_WORKERS = {
    "jobs": ("all", "get", "news", "closed", "start", "cancel"),
    "sessions": ("matches", "open", "close", "admits"),
    "rates": ("take",),
}


@dataclass(frozen=True)
class Desk:
    """Jobs, sessions and rates of one server."""

    jobs: Jobs
    sessions: Sessions
    rates: Rates

    @classmethod
    def of(cls, settings: Settings, workplace: Workplace | None = None) -> Desk:
        """A new desk. Raises InputError where jobs are to run on a Dask scheduler that does not answer."""
        if settings.dask is not None:
            refuse_unreachable(settings.dask)
        return cls(Jobs(settings.limits, workplace, settings.dask), Sessions(settings.token), Rates(settings.limits))

    def answer_workers(self) -> Any:
        """Let child processes reach this desk as long as this process runs; returns the address for `reached`."""
        # On Linux a name that is in no folder, so that nothing stays behind whoever is killed; elsewhere the default.
        address = f"\0kaldor-{secrets.token_hex(16)}" if sys.platform == "linux" else None
        server = _manager(lambda name: lambda: getattr(self, name))(address).get_server()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.address

    @classmethod
    def reached(cls, address: Any) -> Desk:
        """The desk of the parent process, in a child of its: every call of a method is done there."""
        manager = _manager(lambda name: None)(address)
        manager.connect()
        jobs, sessions, rates = (getattr(manager, name)() for name in _CALLED_BY_WORKERS)
        return cls(cast(Jobs, jobs), cast(Sessions, sessions), cast(Rates, rates))


def _manager(held: Callable[[str], Callable[[], Any] | None]) -> type[BaseManager]:
    """A manager of processes that knows the parts of a desk; `held` gives each where this process holds it."""

    class Manager(BaseManager):
        pass

    for name, methods in _CALLED_BY_WORKERS.items():
        Manager.register(name, callable=held(name), exposed=methods)
    return Manager
