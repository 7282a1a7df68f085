"""Long work as jobs: each in a process of its own, with progress, cancelling, a memory guard and a record on disk.

A record is one small JSON file, replaced whole at each change of state, so that a page that reloads or a server that
restarts finds what was there. A job that ran when the server stopped is marked as failed: nothing pretends to run.
"""

from __future__ import annotations

import json
import multiprocessing
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from kaldor.asking.problem import ProblemAnswer
from kaldor.errors import Problem, StoreError, UnknownLabelError
from kaldor.server import work
from kaldor.server.answers.jobs import JobAnswer, JobState
from kaldor.server.children import start
from kaldor.server.refusals import RefusedError
from kaldor.server.settings import Limits
from kaldor.server.workplace import Workplace, refuse_link

Kind = Literal["upload", "study", "shocks", "event", "question"]

_ENDED: tuple[JobState, ...] = ("done", "failed", "cancelled")
_GRACE_SECONDS = 5.0
_FOLDER = "jobs"
_LARGEST_RECORD = 64_000_000
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(eq=False)
class Job:
    """One piece of long work. `folder` is its own place for files, gone when it ends."""

    record: JobAnswer
    arguments: Mapping[str, Any]
    folder: Path | None = None
    process: Any = None
    cancelled: bool = False
    started: float = 0.0
    version: int = field(default=0)
    """Grows with every change, so that a listener sees whether there is news."""


class Jobs:
    """The queue and the records of one server.

    With a workplace, records stand in `<store>/jobs` and survive a restart; without, nothing is written into a store.
    What else stands in that folder, or cannot be read as a record, is left alone. With `dask`, the address of a
    scheduler, a job's process has its work done there.
    """

    def __init__(self, limits: Limits, workplace: Workplace | None = None, dask: str | None = None) -> None:
        self._limits, self._workplace, self._dask = limits, workplace, dask
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._running: set[Job] = set()
        self._lock = threading.RLock()
        self._closed = False
        if workplace is not None:
            refuse_link(workplace.store, _FOLDER)
            self._load(workplace.store / _FOLDER)

    # -- asking --------------------------------------------------------------------------------------------------------

    def all(self) -> list[JobAnswer]:
        """Every known job, the newest first."""
        with self._lock:
            return sorted((job.record for job in self._jobs.values()), key=lambda one: one.made, reverse=True)

    def get(self, id: str) -> JobAnswer:
        """A job by id. Raises UnknownLabelError."""
        return self._job(id).record

    def news(self, id: str) -> tuple[int, JobAnswer]:
        """A job and the number of its last change. Raises UnknownLabelError."""
        job = self._job(id)
        with self._lock:
            return job.version, job.record

    def closed(self) -> bool:
        """Whether the server stops, and no job will change any more."""
        return self._closed

    # -- doing ---------------------------------------------------------------------------------------------------------

    def start(self, kind: Kind, title: str, arguments: Mapping[str, Any], folder: Path | None = None) -> JobAnswer:
        """Take on a job; it runs as soon as fewer than the allowed number do.

        `folder` is one of the workplace's, discarded when the job ends or is not taken on. Raises RefusedError (429)
        where too many wait; StoreError.
        """
        with self._lock:
            if len(self._waiting) >= self._limits.jobs_waiting or self._closed:
                self._discard(folder)
                what = f"{len(self._waiting)} jobs are waiting already."
                raise RefusedError(429, Problem("jobs", what, "Wait until some are done, or cancel one."))
            record = JobAnswer(
                id=secrets.token_hex(8),
                kind=kind,
                title=title,
                state="queued",
                progress=0,
                step="waiting",
                made=datetime.now(UTC),
            )
            job = Job(record, dict(arguments), folder)
            try:
                self._write(job)
            except StoreError:
                self._discard(folder)
                raise
            self._jobs[record.id] = job
            self._waiting.append(job)
            self._forget_oldest()
            self._start_next()
            return job.record

    def cancel(self, id: str) -> JobAnswer:
        """Stop a job; one that has ended stays as it is. Raises UnknownLabelError."""
        job = self._job(id)
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                self._end(job, "cancelled", step="cancelled")
            elif job in self._running:
                job.cancelled = True
                job.process.terminate()
        process = job.process
        if process is not None:
            process.join(_GRACE_SECONDS)
            if process.is_alive():
                process.kill()
        self._wait_for_end(job)
        return job.record

    def cancel_study(self, id: str) -> None:
        """Stop what makes the brief of a study that is about to go."""
        with self._lock:
            open_jobs = [job for job in self._jobs.values() if not ended(job.record)]
        for job in open_jobs:
            if job.record.kind == "study" and job.arguments.get("id") == id:
                self.cancel(job.record.id)

    def close(self) -> None:
        """Stop everything; what ran is marked as failed, since nobody asked for it to be cancelled."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            running = list(self._running)
            for job in running:
                job.process.terminate()
        for job in running:
            job.process.join(_GRACE_SECONDS)
            if job.process.is_alive():
                job.process.kill()
            self._wait_for_end(job)  # and its record with it

    # -- inside --------------------------------------------------------------------------------------------------------

    def _job(self, id: str) -> Job:
        with self._lock:
            if id not in self._jobs:
                raise UnknownLabelError("job", id, list(self._jobs))
            return self._jobs[id]

    def _start_next(self) -> None:
        while self._waiting and len(self._running) < max(1, int(self._limits.jobs_at_once)):
            job = self._waiting.popleft()
            ours, theirs = _SPAWN.Pipe(duplex=False)
            memory = int(self._limits.job_memory_mb * 1e6)
            job.process = _SPAWN.Process(
                target=work.main, args=(theirs, job.record.kind, job.arguments, memory, self._dask), daemon=True
            )
            job.started = time.monotonic()
            start(job.process)
            theirs.close()
            self._running.add(job)
            self._change(job, state="running", step="starting")
            threading.Thread(target=self._watch, args=(job, ours), daemon=True).start()

    def _watch(self, job: Job, pipe: Connection) -> None:
        """Read what a job's process says until it ends, then note how it ended."""
        said: work.Message | None = None
        try:
            while True:
                if not pipe.poll(1.0):
                    if time.monotonic() - job.started > 60 * self._limits.job_minutes:
                        said = ("failed", [_too_long(self._limits)])
                        job.process.terminate()
                        break
                    continue
                message: work.Message = pipe.recv()
                if message[0] == "progress":
                    with self._lock:
                        self._change(job, step=message[1], progress=message[2], write=False)
                else:
                    said = message
        except (EOFError, OSError):  # the process has closed its end: it is done, or it died
            pass
        finally:
            pipe.close()
        job.process.join(_GRACE_SECONDS)
        if job.process.is_alive():
            job.process.kill()
            job.process.join()
        with self._lock:
            self._conclude(job, said)
            self._running.discard(job)
            if not self._closed:
                self._start_next()

    def _conclude(self, job: Job, said: work.Message | None) -> None:
        if job.cancelled:
            self._end(job, "cancelled", step="cancelled")
        elif said is not None and said[0] == "done":
            self._end(job, "done", step="done", progress=1.0, result=said[1])
        elif said is not None and said[0] == "failed":
            self._end(job, "failed", step="failed", problems=said[1])
        elif self._closed:
            self._end(job, "failed", step="failed", problems=[_stopped()])
        else:
            self._end(job, "failed", step="failed", problems=[_died(job.process.exitcode, self._limits)])

    def _end(self, job: Job, state: JobState, **changes: Any) -> None:
        self._discard(job.folder)
        self._change(job, state=state, ended=datetime.now(UTC), **changes)

    def _change(self, job: Job, *, write: bool = True, **changes: Any) -> None:
        job.record = JobAnswer.model_validate(job.record.model_dump() | changes)
        job.version += 1
        if write:
            # What runs goes on where the disk is full: the next start takes such a job for one that was stopped.
            with suppress(StoreError):
                self._write(job)

    def _discard(self, folder: Path | None) -> None:
        if folder is not None and self._workplace is not None:
            self._workplace.discard(folder)

    def _wait_for_end(self, job: Job) -> None:
        deadline = time.monotonic() + 2 * _GRACE_SECONDS
        while (job in self._running or not ended(job.record)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _write(self, job: Job) -> None:
        if self._workplace is not None:
            self._workplace.write_whole(_file(self._workplace, job.record), job.record.model_dump_json(indent=1))

    def _load(self, folder: Path) -> None:
        for path in sorted(folder.glob("*.json")):
            record = _record(path)
            if record is None:
                continue
            job = Job(record, {})
            self._jobs[record.id] = job
            if not ended(record):
                self._end(job, "failed", step="failed", problems=[_stopped()])
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        over = [job for job in self._jobs.values() if ended(job.record)]
        too_many = len(self._jobs) - int(self._limits.jobs_kept)
        for job in sorted(over, key=lambda one: one.record.made)[: max(0, too_many)]:
            del self._jobs[job.record.id]
            if self._workplace is not None:
                file = _file(self._workplace, job.record)
                if _record(file) is not None:
                    with suppress(OSError):
                        file.unlink()


def ended(record: JobAnswer) -> bool:
    """Whether nothing more will happen to a job."""
    return record.state in _ENDED


def event(record: JobAnswer) -> str:
    """A job's state as one server-sent event."""
    return f"event: job\ndata: {json.dumps(record.model_dump(mode='json'), ensure_ascii=False)}\n\n"


def _file(workplace: Workplace, record: JobAnswer) -> Path:
    return workplace.store / _FOLDER / f"{record.id}.json"


def _record(path: Path) -> JobAnswer | None:
    """The record in a file; None where it is none, or none that this version wrote under that name."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_RECORD:
            return None
        record = JobAnswer.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        return None
    return record if record.id == path.stem else None


def _stopped() -> ProblemAnswer:
    return ProblemAnswer(where="server", what="was stopped while this ran.", remedy="Start it again.")


def _too_long(limits: Limits) -> dict[str, str]:
    what = f"took longer than the {limits.job_minutes:g} minutes that this server allows."
    return {"where": "job", "what": what, "remedy": "Ask its owner to raise the limit job_minutes."}


def _died(code: int | None, limits: Limits) -> ProblemAnswer:
    return ProblemAnswer(
        where="job",
        what=f"its process ended without an answer (exit code {code}); it may have needed more memory than "
        f"{limits.job_memory_mb:,.0f} MB.",
        remedy="Try a smaller input, or ask the server's owner to raise the limit job_memory_mb.",
    )
