"""A figure of a scenario in words: its amount in short steps, and the change as its dial reads it."""

from __future__ import annotations

from kaldor.twin.effect import effect_of
from kaldor.twin.outcome import Outcome
from kaldor.twin.sentence import short_amount


def change_in_words(one: Outcome) -> str:
    """The change as the sentence and the dial tell it, with what is said of it; in words where there is no figure.

    An amount has its change in % beside it; where what a lever costs is not modelled, or a change is too small to
    count, that is said.
    """
    effect = effect_of(one)
    if one.change is None or effect is None:
        return "not modelled"
    if one.unit == "%":
        told = _signed(effect.value, effect.unit)
    else:
        told = _signed(one.change, one.unit)
        told = told if effect.unit == one.unit else f"{told} ({_signed(effect.value, effect.unit)})"
    return f"{told}, {effect.verdict}" if effect.verdict not in _PLAIN else told


_PLAIN = {"better", "worse", "neutral"}


def verdict(one: Outcome) -> str:
    """How a change reads: better, worse, too small to count, or without what a lever costs."""
    effect = effect_of(one)
    return "not modelled" if effect is None else effect.verdict


def _signed(value: float, unit: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{short_amount(abs(value), unit)}"
