"""The smallest parts of a brief: a figure with everything that is known of it, and text that shows figures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kaldor.words import Status

Challenge = Literal["sustainability", "resilience", "technology", "workforce", "society", "economy"]
"""What a section is about: one of the five challenges, or the economy that they share. It sets the colour."""

Standing = Status | Literal["self-reported", "target", "projection"]
"""How a figure came about; figures quoted from case studies carry the standing that their document gives them."""

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Record(BaseModel):
    """The base of every part: immutable, and closed to keys that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Record):
    """One row of the data annex: a value with everything a reader needs to trust or doubt it.

    A row may hold a run of values instead, such as one for each week: then `value` is None, and `along` says what the
    `values` run along.
    """

    id: Identifier
    label: str
    value: float | None
    unit: str
    period: str
    """The year, or the years, that it holds for."""
    status: Standing
    sources: tuple[str, ...]
    method: str
    dataset: str
    digits: int = 0
    """Significant digits that it is known to, where one of its sources is typed to few; 0: as many as are shown."""
    number: int = 0
    """Its place in the annex, from 1; given when the document is assembled."""
    values: tuple[float | None, ...] = ()
    along: str = ""

    def at(self, place: int | None) -> float | None:
        """The value that a picture or a cell shows: the only one, or that at a place of the run."""
        return self.value if place is None else self.values[place]


class Span(Record):
    """A run of text; with `figure` it shows that figure, with `section` it leads to that section."""

    text: str
    figure: str | None = None
    section: str | None = None
    strong: bool = False


Text = tuple[Span, ...]


class Stamp(Record):
    """What every picture and table carries: sources, year and status."""

    sources: tuple[str, ...]
    year: int
    status: Status
    period: str = ""
    """What is printed in place of the year, where the figures are of several."""
