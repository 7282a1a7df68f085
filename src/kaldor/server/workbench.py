"""What all routes share while a server runs: its settings, store, prepared economies, jobs and studies."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from kaldor.atlas.store import Store
from kaldor.errors import Problem
from kaldor.server.desk import Desk
from kaldor.server.jobs import Jobs
from kaldor.server.refusals import RefusedError
from kaldor.server.settings import Settings
from kaldor.server.studies import Studies
from kaldor.server.twins import Twins
from kaldor.server.workplace import Workplace


class Workbench:
    """One server's state. Nothing in it outlives the process but what stands in the store's folder.

    One of several workers is given the `desk` that all of them share, and leaves it to their parent.
    """

    def __init__(self, settings: Settings, desk: Desk | None = None) -> None:
        self.settings = settings
        self.store = Store(settings.store)
        self.twins = Twins(self.store, settings.limits)
        self._workplace = self._claimed()
        self.studies = Studies(self.store.path, settings.limits, self._workplace)
        self._shared = desk is not None
        self.desk = desk or Desk.of(settings, self._workplace)
        if self._workplace is not None:
            self.store.tidy()
            self.studies.tidy()

    def close(self) -> None:
        """Stop every job, clear what is half-made, and let another server have the store."""
        if not self._shared:
            self.jobs.close()
        if self._workplace is not None:
            self._workplace.close()

    def _claimed(self) -> Workplace | None:
        """A place to work in the store, unless it is only read. Raises StoreError where the folder is no store."""
        if not self.settings.writes:
            self.store.exists()
            return None
        self.store.claim()
        return Workplace(self.store.path)

    @property
    def jobs(self) -> Jobs:
        """The server's jobs, whichever worker was asked for them."""
        return self.desk.jobs

    def admits(self, authorization: str, cookie: str) -> bool:
        """Whether a request with these headers may pass."""
        return self.settings.token is None or self.desk.sessions.admits(authorization, cookie)

    @property
    def workplace(self) -> Workplace:
        """Where files on their way stand. Raises RefusedError (403) where the server changes nothing."""
        if self._workplace is None:
            raise _only_reads(self.settings)
        return self._workplace


def workbench_of(request: Request) -> Workbench:
    """The workbench of the application that a request reached."""
    return request.app.state.workbench


def writable_workbench_of(request: Request) -> Workbench:
    """The same, for a route that changes something."""
    workbench = workbench_of(request)
    if not workbench.settings.writes:
        raise _only_reads(workbench.settings)
    return workbench


def _only_reads(settings: Settings) -> RefusedError:
    if settings.workers > 1 and not settings.read_only:
        what = f"this server has {settings.workers} workers, which only read: it saves, adds and deletes nothing."
        remedy = "Export the study, or have its owner run it with one worker: kaldor serve without --workers."
        return RefusedError(403, Problem("server", what, remedy))
    what = "this server is read-only: it saves, adds and deletes nothing."
    return RefusedError(403, Problem("server", what, "Export the study, or run kaldor serve yourself."))


Bench = Annotated[Workbench, Depends(workbench_of)]
WritableBench = Annotated[Workbench, Depends(writable_workbench_of)]
