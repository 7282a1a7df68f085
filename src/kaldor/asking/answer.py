"""What a question's function found: labelled tables with units, and all that must stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaldor.words import Principle, Status, unit_among

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Origin:
    """What an answer was made from: dataset and year, the weakest status of the data, and their publication."""

    dataset: str
    year: int
    status: Status
    title: str
    citation: str
    licence: str
    landing_page: str
    principle: Principle = "unknown"
    """Whether what the answer counts follows residence or territory; unknown too where its extensions differ."""


@dataclass(frozen=True)
class Table:
    """A labelled table. `units` by column; a column that is a variant of another (`output_lost`) has its unit."""

    id: str
    frame: pd.DataFrame
    units: Mapping[str, str]
    title: str = ""
    largest: str | None = None
    """The column by whose size the rows are chosen where they do not all fit."""

    def unit(self, column: str) -> str:
        """The unit of a column: its own, or that of the quantity of which it is a variant; "" for a label."""
        return unit_among(self.units, column) or ""

    @cached_property
    def flat(self) -> pd.DataFrame:
        """The table with its labels as columns, before the figures; an index without a name is only a count."""
        named = any(name is not None for name in self.frame.index.names)
        return self.frame.reset_index() if named else self.frame.reset_index(drop=True)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Labels first, then figures, as every door lists them."""
        return tuple(map(str, self.flat.columns))


@dataclass(frozen=True)
class Answer:
    """What a question's function found.

    `facts` are single figures and settings for a program, `said` the same in words for a reader; `notes` are what the
    data say of themselves. `method` names the method and its source in one line.
    """

    title: str
    tables: tuple[Table, ...]
    status: Status
    origin: Origin
    method: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
