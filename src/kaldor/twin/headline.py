"""The few figures of a scenario that are shown first: one of each dimension, the same on a screen and in a file."""

from __future__ import annotations

from collections.abc import Sequence

from kaldor.errors import InputError, Problem
from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.outcome import Outcome, Outcomes

MOST = 12
"""Figures that a reader takes in at once, and more than a picture has room for."""


def headline(found: Outcomes, named: Sequence[str] = ()) -> tuple[Outcome, ...]:
    """The outcomes to show first: those `named`, else of each dimension the first that has a figure and moves.

    Where nothing of a challenge moves its first figure stands; where nothing has one its first metric does, which says
    so. A treasury that nothing moves is left out.
    Raises UnknownLabelError for a name that is no metric of the scenario, InputError for too many.
    """
    if len(named) > MOST:
        raise InputError(Problem("headline", f"names {len(named)} metrics.", f"Name {MOST} at most."))
    if named:
        return tuple(found[name] for name in dict.fromkeys(named))
    by_dimension = {of: [one for one in found if one.metric.dimension == of] for of in DIMENSIONS}
    firsts = [_first(of_one) for of_one in by_dimension.values() if of_one]
    return tuple(one for one in firsts if one.metric.dimension != "treasury" or one.change)


def _first(outcomes: Sequence[Outcome]) -> Outcome:
    modelled = [one for one in outcomes if one.modelled]
    return next((one for one in modelled if one.change), next(iter(modelled), outcomes[0]))
