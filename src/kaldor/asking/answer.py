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
    sources: tuple[str, ...] = ()
    """Whose data were read beside the table's: each extension's name, and the citation of its source."""


@dataclass(frozen=True)
class Table:
    """A labelled table. Units are those that the frame says (`attrs`), or `units` by column where it says none.

    A column that is a variant of another (`output_lost`) has its unit.
    """

    id: str
    frame: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    largest: str | None = None
    """The column by whose size the rows are chosen where they do not all fit."""

    def unit(self, column: str) -> str:
        """The unit of a column: its own, that of the quantity it is a variant of, or the table's; "" for a label."""
        own = unit_among(self.units or self.frame.attrs.get("units", {}), column)
        if own is None and column in self._figures:
            own = self.frame.attrs.get("unit")
        return own or ""

    @cached_property
    def _figures(self) -> frozenset[str]:
        kinds = zip(self.frame.columns, self.frame.dtypes, strict=True)
        return frozenset(str(name) for name, kind in kinds if kind.kind in "iuf")

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
