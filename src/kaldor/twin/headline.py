"""The few figures of a scenario that are shown first: one of each dimension, the same on a screen and in a file."""

from __future__ import annotations

from collections.abc import Sequence

from kaldor.errors import InputError, Problem
from kaldor.twin.effect import effect_of
from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.sentence import INCOME, declared

MOST = 12
"""Figures that a reader takes in at once, and more than a picture has room for."""


def headline(found: Outcomes, named: Sequence[str] = ()) -> tuple[Outcome, ...]:
    """The outcomes to show first: those `named`, else of each dimension what moves most beside its scale.

    What the sentence may tell stands before what it does not, and what a dial may show before what it may not; where
    nothing of a challenge has a figure its first metric stands, which says so. A treasury that nothing moves is left
    out.
    Raises UnknownLabelError for a name that is no metric of the scenario, InputError for too many.
    """
    if len(named) > MOST:
        raise InputError(Problem("headline", f"names {len(named)} metrics.", f"Name {MOST} at most."))
    if named:
        return tuple(found[name] for name in dict.fromkeys(named))
    by_dimension = {of: [one for one in found if one.metric.dimension == of] for of in DIMENSIONS}
    firsts = [_foremost(of_one) for of_one in by_dimension.values() if of_one]
    return tuple(one for one in firsts if one.metric.dimension != "treasury" or one.change)


def _foremost(outcomes: Sequence[Outcome]) -> Outcome:
    on_dials = [one for one in outcomes if one.metric.on_dials] or outcomes
    known = [(one, effect.relative) for one in on_dials if (effect := effect_of(one)) is not None]
    told = [pair for pair in known if pair[0].metric.id in {INCOME, *declared().metrics}]
    return max(told or known, key=lambda pair: pair[1])[0] if known else on_dials[0]
