"""Studies that were saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from kaldor.asking.problem import ProblemAnswer

Format = Literal["html", "pdf", "json", "docx", "pptx"]
"""What a brief is kept as: `kaldor.brief.formats.FORMATS`, spelt out for the description of the server."""


class StudyEntry(BaseModel):
    """A saved study. `study` is null, with the problems, where its file was changed by hand and is no study now.

    `etag` changes with the file: who saves a change says by it, in the header If-Match, what the change was made to.
    """

    id: str
    title: str
    study: dict[str, Any] | None
    problems: list[ProblemAnswer] = []
    changed: datetime
    etag: str
    briefs: list[Format]
    brief_made: datetime | None
    up_to_date: bool = Field(description="whether the brief was made from the study as it stands")
