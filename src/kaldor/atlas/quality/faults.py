"""What can be at fault with a dataset: the kinds, how much each weighs, and one fault with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["wrong", "doubtful", "note"]

KINDS = {
    "damaged": ("wrong", "Stored files that are not as they were written"),
    "missing value": ("wrong", "Cells that hold no finite number"),
    "negative flow": ("wrong", "Flows between industries below zero"),
    "account all zero": ("wrong", "Accounts that are zero in every industry of a year, or of a country that had some"),
    "negative output": ("doubtful", "Outputs below zero: every account keeps these industries apart"),
    "gap": ("doubtful", "Outputs that differ from what the table says is used"),
    "inputs exceed output": ("doubtful", "Industries whose inputs reach their output"),
    "empty row": ("doubtful", "Industries with output that sell nothing"),
    "empty column": ("doubtful", "Industries with output that buy nothing"),
    "scale": ("wrong", "A whole table or account by another factor than before"),
    "output out of line": ("doubtful", "Outputs out of line with the table before"),
    "flow out of line": ("doubtful", "Flows out of line with the table before"),
    "flow appeared or vanished": ("doubtful", "Large flows that were zero before, or are zero now"),
    "extension out of line": ("doubtful", "Emissions, jobs … out of line with the table before"),
    "emission without output": ("doubtful", "Emissions, jobs … in industries without output"),
    "tiny output, large account": ("doubtful", "Emissions, jobs … far beyond what so small an output can explain"),
    "intensity out of line": (
        "doubtful",
        "Emissions, jobs … per output far from the same industry's elsewhere and before",
    ),
    "employees beyond persons": ("doubtful", "Industries with more employees than persons engaged"),
    "value out of line": ("doubtful", "Values out of line with their own series"),
    "flow below zero by its method": ("note", "Flows below zero, which the source's method brings about"),
    "gap of rounding": ("note", "Outputs that differ from uses by no more than rounding every cell explains"),
    "negative value": ("note", "Values below zero"),
    "gap in a series": ("doubtful", "Years missing inside a series"),
    "missing year": ("note", "Years inside the span that the dataset does not hold"),
    "not comparable": ("note", "Why a comparison was not made"),
}
"""Kinds of fault, in the order of a report: how much each weighs, and what it is in words."""


@dataclass(frozen=True)
class Fault:
    """One thing to look at: its kind (of KINDS), year, place (labels of the table), what is there, and how large."""

    kind: str
    year: int | None
    where: str
    what: str
    size: float = 0.0

    @property
    def weight(self) -> str:
        """How much it weighs: wrong, doubtful or a note."""
        return KINDS[self.kind][0]


@dataclass(frozen=True)
class Counted:
    """How many faults of one kind a year has; the report lists the largest of them."""

    kind: str
    year: int | None
    count: int
