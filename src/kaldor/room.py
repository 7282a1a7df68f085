"""A room of the house: what can be asked there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaldor.asking import Question
from kaldor.words import Words


@dataclass(frozen=True)
class Room:
    """One subject: its questions, in the order in which they are offered."""

    id: str
    title: Words
    questions: tuple[Question[Any, Any], ...] = ()
