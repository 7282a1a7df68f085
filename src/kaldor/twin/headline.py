"""The few figures of a scenario that are shown first: one of each dimension, the same on a screen and in a file."""

from __future__ import annotations

from collections.abc import Sequence

from kaldor.errors import InputError, Problem
from kaldor.twin.dials import dials
from kaldor.twin.effect import effect_of
from kaldor.twin.outcome import Outcome, Outcomes

MOST = 12
"""Figures that a reader takes in at once, and more than a picture has room for."""


def headline(found: Outcomes, named: Sequence[str] = ()) -> tuple[Outcome, ...]:
    """The outcomes to show first: those `named`, else what the dials show, and of a treasury what moves most.

    Raises UnknownLabelError for a name that is no metric of the scenario, InputError for too many.
    """
    if len(named) > MOST:
        raise InputError(Problem("headline", f"names {len(named)} metrics.", f"Name {MOST} at most."))
    if named:
        return tuple(found[name] for name in dict.fromkeys(named))
    treasury = [(one, effect) for one in found if one.metric.dimension == "treasury" and (effect := effect_of(one))]
    moved = sorted((pair for pair in treasury if pair[0].change), key=lambda pair: -pair[1].relative)
    return (*dials(found), *(one for one, _ in moved[:1]))
