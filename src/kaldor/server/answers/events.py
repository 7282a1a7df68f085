"""The library of events on an economy: what each is, which of its runs can be made there, and what was published."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from kaldor.twin.library.answered import PublishedFigure
from kaldor.twin.library.declared import Model
from kaldor.words import Language


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
    """An event of the library; `titles` are what it is called in every language of the page."""

    id: str
    title: str
    titles: dict[Language, str]
    when: str
    declared: str
    may_miss: str
    runs: list[RunOfEvent]
    published: list[PublishedFigure]
