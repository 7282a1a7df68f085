"""Question: where a change of primary inputs ends up when sales shares stay fixed."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.bounds import CHANGE
from kaldor.economy.extraction import block_of
from kaldor.economy.labelled import relabelled
from kaldor.economy.names import block_words, regions_of, sectors_of
from kaldor.economy.prices import ghosh_quantities
from kaldor.economy.questions.inputs import Regions, Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer

OF_PRICE = "share of the price before"


class Ghosh(OfEconomy):
    """Whose primary inputs change by how much, and how the model is read."""

    change: Annotated[float, CHANGE, Field(description="Change of the primary inputs: 0.1 is a tenth more.")]
    region: Regions = ()
    sector: Sectors = ()
    of: Annotated[
        Literal["prices", "quantities"],
        Field(description="Read as dearer output, which is sound; or as more of it, as if one input alone made more."),
    ] = "prices"


def ghosh(asked: Asked, given: Ghosh, _: Progress) -> Answer:
    """Pass a change of primary inputs on along sales: to prices, or (with the usual doubts) to quantities."""
    economy = asked.economy
    named = regions_of(economy, given.region)
    block = block_of(economy, named.regions or None, sectors_of(economy, given.sector) or None)
    inputs = pd.Series(economy.value_added, index=economy.index).loc[list(block)]
    table, column = _read(ghosh_quantities(economy, given.change * inputs), economy.x, given.of)
    return answer(
        asked,
        f"{given.of.capitalize()} after {100 * given.change:+g} % of primary inputs in {block_words(block)}",
        Table("ghosh", table, largest=column),
        "Ghosh model Δx' = Δw' G; as prices Δp = Δx / x (Dietzenbacher 1997)",
        facts={"change": given.change, "block": [list(one) for one in block], "of": given.of},
        said=named.notes,
    )


def _read(change: pd.Series, x: np.ndarray, of: str) -> tuple[pd.DataFrame, str]:
    """The change of output as such, or as a rise of its price: none where nothing is made."""
    if of == "quantities":
        return change.to_frame("output_change"), "output_change"
    rise = np.divide(change.to_numpy(), x, out=np.full_like(x, np.nan), where=x > 0)
    frame = pd.DataFrame({"price_change": rise}, index=change.index)
    return relabelled(frame, OF_PRICE, like=change), "price_change"


QUESTION = Question(
    id="ghosh",
    room="economy",
    of=ECONOMY,
    title={
        "en": "Where a change of supply goes",
        "fr": "Où va un changement de l’offre",
        "es": "Adónde va un cambio de la oferta",
    },
    order=80,
    inputs=Ghosh,
    answer=ghosh,
    page="prices",
)
