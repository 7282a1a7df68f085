"""Question: what higher productivity brings, and to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question
from kaldor.economy.questions.industries import Industries, industries_of
from kaldor.economy.questions.measuring import Meant, Measuring
from kaldor.economy.questions.responding import respond
from kaldor.economy.questions.subject import ECONOMY, Asked

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Base


class _Rise(Inputs):
    """By how much, and of what."""

    rise: Annotated[float, Field(gt=-1, le=5, description="Share: 0.05 is 5 % more from the same.")] = 0.05
    kind: Annotated[
        Literal["all", "labour"], Field(description="More from all inputs together, or from labour alone.")
    ] = "all"


class Productivity(Industries, _Rise):
    """By how much, of what, and where."""


def meant(asked: Asked, given: Productivity) -> Meant:
    """The measure that is meant. Raises UnknownLabelError, InputError."""
    import numpy as np

    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.together import Measure

    own = industries_of(asked, given)

    def shock(base: Base) -> Shock:
        factor = np.ones_like(base.output)
        factor[np.ix_(own.regions, own.sectors)] = 1 + given.rise
        none = Shock.none(base)
        return (
            replace(none, labour_productivity=factor) if given.kind == "labour" else replace(none, productivity=factor)
        )

    inputs = "labour" if given.kind == "labour" else "all inputs"
    words = f"{100 * given.rise:+g} % from {inputs} in {own.words}"
    return Meant(
        own.named,
        words,
        [Measure(words, shock)],
        facts={"rise": given.rise, "kind": given.kind, "sector": list(given.sector)},
        notes=("Cost of the measure: none assumed. Freed workers find other work only as the closure says.",),
    )


def productivity(asked: Asked, given: Productivity, progress: Progress) -> Answer:
    """Find what higher productivity brings its country and the partners once prices, trade and income respond."""
    return respond(asked, given, meant(asked, given), progress)


MEASURE = Measuring(
    "productivity", "rise of productivity", Productivity, meant, "rise", unit=lambda _: "%", size=0.01, most=50
)
QUESTION = Question(
    id="productivity",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What higher productivity brings",
        "fr": "Ce qu’apporte une productivité plus élevée",
        "es": "Lo que aporta una mayor productividad",
    },
    order=104,
    inputs=Productivity,
    answer=productivity,
    page="equilibrium",
    long=True,
    check=industries_of,
)
