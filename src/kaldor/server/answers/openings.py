"""Questions to begin with: the declared candidates, and those that say something on one economy and country."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from kaldor.twin.effect import Size
from kaldor.twin.metric import Dimension
from kaldor.twin.scenario import Scenario
from kaldor.words import Language


class OpeningAnswer(BaseModel):
    """A candidate in words: `title` holds {country}, {strength} and {rest}, what the strength leaves of 100."""

    id: str
    challenge: Dimension
    lever: str
    metric: str
    labour: str | None
    title: Mapping[Language, str]


class OfferedAnswer(BaseModel):
    """A question that says something here: its scenario, and the scale that holds the effect on its own metric."""

    id: str
    size: Size
    value: float
    unit: str
    scenario: Scenario


class TriedAnswer(BaseModel):
    """What is offered for a region; `silent` says why nothing is of a challenge, and so what data would help."""

    region: str
    offered: list[OfferedAnswer]
    silent: Mapping[str, list[str]]
