"""Asks a question of the equilibrium in Python."""

from __future__ import annotations

from typing import Any

from kaldor.asking import Answer
from kaldor.economy.economy import Economy
from kaldor.economy.questions.subject import Asked
from kaldor.rooms import questions
from tests.economy.equilibrium.test_by_hand import SETS


def ask(economy: Economy, question: str, given: dict[str, Any], *, by_hand: bool = True) -> Answer:
    """The answer alone, in the world with fixed shares, unless the inputs say otherwise."""
    asked = Asked(economy, "hand", lambda _: economy, lambda _: None)  # type: ignore[arg-type, return-value]
    one = questions()[question]
    usual = {"set": "hand", "sets": SETS} if by_hand else {}
    if "band" in one.inputs.model_fields:
        usual["band"] = "none"
    return one.ask(asked, usual | given)
