"""Challenges, priorities, debates, cases and blocs."""

from __future__ import annotations

from pydantic import BaseModel

from kaldor.framework.model import Case, Challenge, Debate, Document, Instrument, Issue, Priority


class ChallengeAnswer(Challenge):
    """A grand challenge with all that hangs on it."""

    issues: tuple[Issue, ...]
    priorities: tuple[Priority, ...]
    debates: tuple[Debate, ...]


class FrameworkAnswer(BaseModel):
    """The five challenges, the instruments that cases name, and the documents that entries come from."""

    challenges: list[ChallengeAnswer]
    instruments: list[Instrument]
    documents: list[Document]


class BlocAnswer(BaseModel):
    """A bloc of countries, with its members at the end of a year (none before it began) and where that is from."""

    id: str
    name: str
    members: list[str]
    note: str
    source: str
    page: str


class BlocsAnswer(BaseModel):
    """The blocs that Kaldor knows, in a year."""

    year: int
    blocs: list[BlocAnswer]


class CasesAnswer(BaseModel):
    """The case library."""

    cases: list[Case]
