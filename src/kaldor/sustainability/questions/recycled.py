"""Question: how much of what industries buy is recycled."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.economy.names import regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.sustainability.circularity import RECYCLING, recycled_input_share


class Recycled(OfEconomy):
    """Which sectors recycle, and beside what their share stands."""

    group: Annotated[str, Field(description="The group of sectors that sell what is recycled.")] = RECYCLING
    primary: Annotated[
        str | None,
        Field(description="The group that sells the same from nature; the share is of all inputs if none is named."),
    ] = None
    region: Regions = ()


def recycled(asked: Asked, given: Recycled, _: Progress) -> Answer:
    """Show how much of what industries buy comes from recycling, at home or abroad: a share in money."""
    named = regions_of(asked.economy, given.region)
    table = recycled_input_share(asked.economy, group=given.group, primary=given.primary)
    beside = "all inputs" if given.primary is None else f"'{given.group}' and '{given.primary}' together"
    return answer(
        asked,
        f"Inputs from '{given.group}', of {beside}",
        Table("recycled", named.rows_of(table), largest="recycled"),
        "share of purchases, in money (OECD 2008)",
        facts={"group": given.group, "primary": given.primary},
        said=named.notes,
    )


QUESTION = Question(
    id="recycled",
    room="sustainability",
    of=ECONOMY,
    title={
        "en": "How much of the inputs is recycled",
        "fr": "La part recyclée des achats",
        "es": "Cuánto de los insumos es reciclado",
    },
    inputs=Recycled,
    answer=recycled,
    page="circularity",
)
