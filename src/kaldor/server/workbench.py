"""What all routes share while a server runs: its settings, store, prepared economies, jobs and studies."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from kaldor.atlas.store import Store
from kaldor.errors import Problem
from kaldor.server.jobs import Jobs
from kaldor.server.refusals import RefusedError
from kaldor.server.sessions import Sessions
from kaldor.server.settings import Settings
from kaldor.server.studies import Studies
from kaldor.server.twins import Twins


class Workbench:
    """One server's state. Nothing in it outlives the process but what stands in the store's folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store)
        self.twins = Twins(self.store, settings.limits)
        self.studies = Studies(self.store.path / "studies", settings.limits)
        self.jobs = Jobs(self.store.path, settings.limits, keep=not settings.read_only)
        self.sessions = Sessions(settings.token)

    def close(self) -> None:
        """Stop every job."""
        self.jobs.close()

    def refuse_if_read_only(self) -> None:
        """Raise RefusedError (403) where the server changes nothing."""
        if self.settings.read_only:
            what = "this server is read-only: it saves, adds and deletes nothing."
            raise RefusedError(403, Problem("server", what, "Export the study, or run kaldor serve yourself."))


def workbench_of(request: Request) -> Workbench:
    """The workbench of the application that a request reached."""
    return request.app.state.workbench


def writable_workbench_of(request: Request) -> Workbench:
    """The same, for a route that changes something."""
    workbench = workbench_of(request)
    workbench.refuse_if_read_only()
    return workbench


Bench = Annotated[Workbench, Depends(workbench_of)]
WritableBench = Annotated[Workbench, Depends(writable_workbench_of)]
