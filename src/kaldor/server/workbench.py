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
from kaldor.server.workplace import Workplace


class Workbench:
    """One server's state. Nothing in it outlives the process but what stands in the store's folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store)
        self.twins = Twins(self.store, settings.limits)
        self._workplace = self._claimed()
        self.studies = Studies(self.store.path, settings.limits, self._workplace)
        self.jobs = Jobs(settings.limits, self._workplace)
        self.sessions = Sessions(settings.token)
        if self._workplace is not None:
            self.store.tidy()
            self.studies.tidy()

    def close(self) -> None:
        """Stop every job, clear what is half-made, and let another server have the store."""
        self.jobs.close()
        if self._workplace is not None:
            self._workplace.close()

    def _claimed(self) -> Workplace | None:
        """A place to work in the store, unless it is only read. Raises StoreError where the folder is no store."""
        if self.settings.read_only:
            self.store.exists()
            return None
        self.store.claim()
        return Workplace(self.store.path)

    @property
    def workplace(self) -> Workplace:
        """Where files on their way stand. Raises RefusedError (403) where the server changes nothing."""
        if self._workplace is None:
            raise _read_only()
        return self._workplace


def workbench_of(request: Request) -> Workbench:
    """The workbench of the application that a request reached."""
    return request.app.state.workbench


def writable_workbench_of(request: Request) -> Workbench:
    """The same, for a route that changes something."""
    workbench = workbench_of(request)
    if workbench.settings.read_only:
        raise _read_only()
    return workbench


def _read_only() -> RefusedError:
    what = "this server is read-only: it saves, adds and deletes nothing."
    return RefusedError(403, Problem("server", what, "Export the study, or run kaldor serve yourself."))


Bench = Annotated[Workbench, Depends(workbench_of)]
WritableBench = Annotated[Workbench, Depends(writable_workbench_of)]
