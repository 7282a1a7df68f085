"""Long work, and how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from kaldor.asking.problem import ProblemAnswer

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobAnswer(BaseModel):
    """Long work: what it is, how far it is, and what came of it."""

    id: str
    kind: Literal["upload", "study", "shocks", "event", "question"]
    title: str
    state: JobState
    progress: float = Field(ge=0, le=1)
    step: str
    made: datetime
    ended: datetime | None = None
    result: dict[str, Any] | None = None
    problems: list[ProblemAnswer] = []


class JobStarted(BaseModel):
    """Long work was taken on; follow it under /api/jobs/{job}."""

    job: str
