"""A problem as plain fields: the same where an answer of any door names what is wrong."""

from __future__ import annotations

from pydantic import BaseModel


class ProblemAnswer(BaseModel):
    """One thing that is wrong: where, what, and what to do about it."""

    where: str
    what: str
    remedy: str = ""
