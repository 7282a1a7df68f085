"""Question: which industries are key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.economy.linkages import linkages as ranked
from kaldor.economy.names import regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer


class Linkages(OfEconomy):
    """Which industries, over which chains, beside which average."""

    region: Regions = ()
    scope: Annotated[Literal["domestic", "global"], Field(description="Inputs made at home only, or all.")] = "domestic"
    weights: Annotated[
        Literal["equal", "output", "final_demand"], Field(description="Of the average beside which industries stand.")
    ] = "equal"


def linkages(asked: Asked, given: Linkages, _: Progress) -> Answer:
    """Rank industries by their pull on suppliers and push on customers; the key ones are above average in both."""
    named = regions_of(asked.economy, given.region)
    table = ranked(asked.economy, scope=given.scope, weights=given.weights, variation=False)
    return answer(
        asked,
        f"Linkages, {given.scope}, over the average ({given.weights} weights)",
        Table("linkages", named.rows_of(table), largest="power"),
        "linkages by the Leontief and Ghosh inverses (Miller & Blair 2009, ch. 12)",
        facts={"scope": given.scope, "weights": given.weights},
        said=named.notes,
    )


QUESTION = Question(
    id="linkages",
    room="economy",
    of=ECONOMY,
    title={"en": "Which industries are key", "fr": "Quelles industries sont clés", "es": "Qué industrias son clave"},
    order=60,
    inputs=Linkages,
    answer=linkages,
    page="linkages",
)
