"""The library of events on an economy: what each is, which of its runs can be made there, and what was published."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from kaldor.twin.library.answered import PublishedFigure
from kaldor.twin.library.declared import Model


class RunOfEvent(BaseModel):
    """A run of an event. `why_not` says in a sentence why it cannot be made on the economy; null where it can."""

    id: str
    title: str
    year: int
    why: str
    model: Model
    why_not: str | None
    shock: dict[str, Any]


class EventAnswer(BaseModel):
    """An event of the library."""

    id: str
    title: str
    when: str
    declared: str
    may_miss: str
    runs: list[RunOfEvent]
    published: list[PublishedFigure]
