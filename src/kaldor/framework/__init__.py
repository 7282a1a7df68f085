"""Ground floor: the five grand challenges, their priorities, debates and cases, declared as data and read as types."""

from kaldor.framework.framework import Framework
from kaldor.framework.load import load_framework
from kaldor.framework.model import (
    Case,
    Challenge,
    Debate,
    Document,
    Fact,
    Figure,
    Instrument,
    Issue,
    Locator,
    Origin,
    Point,
    Priority,
    Role,
    Sector,
    Standing,
)

__all__ = [
    "Case",
    "Challenge",
    "Debate",
    "Document",
    "Fact",
    "Figure",
    "Framework",
    "Instrument",
    "Issue",
    "Locator",
    "Origin",
    "Point",
    "Priority",
    "Role",
    "Sector",
    "Standing",
    "load_framework",
]
