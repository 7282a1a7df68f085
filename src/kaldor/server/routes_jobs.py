"""Routes about jobs: what runs, what came of it, and news as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from kaldor.server.answers.jobs import JobAnswer
from kaldor.server.jobs import ended, event
from kaldor.server.refusals import may_answer
from kaldor.server.workbench import Bench, Workbench

router = APIRouter(prefix="/api/jobs", tags=["jobs"])
_LOOK_SECONDS = 0.1
_STILL_HERE_SECONDS = 15.0


@router.get("", responses=may_answer())
def jobs(bench: Bench) -> list[JobAnswer]:
    """Every job that is known, the newest first, without results: ask for a job by id to read its result."""
    return [job.model_copy(update={"result": None}) for job in bench.jobs.all()]


@router.get("/{id}", responses=may_answer(404))
def job(bench: Bench, id: str) -> JobAnswer:
    """A job: its state, how far it is, and its result or problems."""
    return bench.jobs.get(id)


@router.get(
    "/{id}/events",
    response_class=StreamingResponse,
    responses=may_answer(404)
    | {
        200: {
            "description": "Server-sent events named `job`, each with the whole job as JSON; the first is the last "
            "known state, the last one that of the ended job.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
def job_events(bench: Bench, id: str) -> StreamingResponse:
    """A job's changes as they happen; the stream ends with the job."""
    bench.jobs.get(id)
    return StreamingResponse(_news(bench, id), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.delete("/{id}", responses=may_answer(404))
def cancel_job(bench: Bench, id: str) -> JobAnswer:
    """Cancel a job; one that has ended stays as it is."""
    return bench.jobs.cancel(id)


async def _news(bench: Workbench, id: str) -> AsyncIterator[str]:
    seen, silent = -1, 0.0
    while True:
        version, record = bench.jobs.news(id)
        if version != seen:
            seen, silent = version, 0.0
            yield event(record)
        if ended(record) or bench.jobs.closed():
            return
        if silent >= _STILL_HERE_SECONDS:
            silent = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_SECONDS)
        silent += _LOOK_SECONDS
