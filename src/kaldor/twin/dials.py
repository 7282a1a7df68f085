"""What the five dials show of a scenario when nobody chose: the same for the page, a sentence, a file and a screen."""

from __future__ import annotations

from collections.abc import Sequence

from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.openings import asks
from kaldor.twin.outcome import Outcome, Outcomes


def dials(found: Outcomes) -> tuple[Outcome, ...]:
    """One outcome of each challenge that has any: what the scenario's question is about, else the first declared.

    Where that has no figure the first that has one stands there; where none has, the reason why not.
    """
    asked = asks(found.scenario)
    metric = asked.metric if asked else ""
    by_challenge = {of: [one for one in found if one.metric.dimension == of] for of in DIMENSIONS[:5]}
    return tuple(_shown(of_one, metric) for of_one in by_challenge.values() if of_one)


def _shown(outcomes: Sequence[Outcome], asked: str) -> Outcome:
    on_dials = [one for one in outcomes if one.metric.on_dials] or list(outcomes)
    wished = sorted(on_dials, key=lambda one: (one.metric.id != asked, not one.metric.first))
    return next((one for one in wished if one.modelled), wished[0])
