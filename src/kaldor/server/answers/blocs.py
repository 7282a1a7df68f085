"""Blocs of countries."""

from __future__ import annotations

from pydantic import BaseModel


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
