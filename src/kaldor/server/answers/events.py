"""The library of events on an economy: what each is, which of its runs can be made there, and what was published."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from kaldor.twin.library.declared import Kind, Model


class RunOfEvent(BaseModel):
    """A run of an event. `why_not` says in a sentence why it cannot be made on the economy; null where it can."""

    id: str
    title: str
    year: int
    why: str
    model: Model
    why_not: str | None
    shock: dict[str, Any]


class PublishedFigure(BaseModel):
    """One published figure in words, with its unit; `verify`: read in the press or from memory only.

    `not_compared` says why nothing of a run compares with it; null where something does.
    """

    id: str
    kind: Kind
    measure: str
    told: str
    scope: str
    horizon: str
    by: str
    year: int
    verify: bool
    not_compared: str | None


class EventAnswer(BaseModel):
    """An event of the library."""

    id: str
    title: str
    when: str
    declared: str
    may_miss: str
    runs: list[RunOfEvent]
    published: list[PublishedFigure]


class BesideAnswer(BaseModel):
    """A published figure with Kaldor's of the same, losses below zero, in the publication's unit, and how they stand.

    `low` and `high` are the band of 5 to 95 % over the draws of how firms behave; `why` says why a miss is one.
    """

    published: str
    unit: str
    median: float
    low: float
    high: float
    stands: str
    why: str | None
