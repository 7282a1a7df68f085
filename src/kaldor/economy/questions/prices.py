"""Question: where a rise of costs ends up."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table
from kaldor.economy.extraction import block_of
from kaldor.economy.names import block_words, regions_of, sectors_of
from kaldor.economy.prices import consumer_prices, cost_push
from kaldor.economy.questions.inputs import Regions, Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, answer


class Prices(Inputs):
    """Which costs rise, where, and whose prices are shown."""

    cost: Annotated[
        float, Field(ge=-1, le=10, description="More primary input per unit of output: 0.05 is 5 % of what is sold.")
    ]
    region: Regions = ()
    sector: Sectors = ()
    of: Annotated[Literal["products", "consumers"], Field(description="Prices of products, or bills of users.")] = (
        "consumers"
    )


def prices(asked: Asked, given: Prices, _: Progress) -> Answer:
    """Pass a rise of costs (wages, a tax) on along the chains: to prices, and to what final users pay."""
    economy = asked.economy
    named = regions_of(economy, given.region)
    block = block_of(economy, named.regions or None, sectors_of(economy, given.sector) or None)
    pushed = cost_push(economy, pd.Series(given.cost, index=pd.MultiIndex.from_tuples(block)))
    if given.of == "products":
        table = Table("prices", pushed.to_frame(), {"price_change": pushed.attrs["unit"]}, largest="price_change")
    else:
        bills = consumer_prices(economy, pushed)
        table = Table("prices", bills, dict(bills.attrs["units"]), largest="price_change")
    return answer(
        asked,
        f"Prices after {given.cost:+g} of primary inputs per unit of output in {block_words(block)}",
        table,
        "cost-push price model p = (I − A')⁻¹ v (Miller & Blair 2009, ch. 2)",
        facts={"cost": given.cost, "block": [list(one) for one in block], "of": given.of},
        said=named.notes,
    )


QUESTION = Question(
    id="prices",
    room="economy",
    of=ECONOMY,
    title={
        "en": "Who pays a rise of costs",
        "fr": "Qui paie une hausse des coûts",
        "es": "Quién paga un alza de costes",
    },
    order=70,
    inputs=Prices,
    answer=prices,
    page="prices",
)
