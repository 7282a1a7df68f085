"""Question: what a tariff brings and costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question
from kaldor.economy.questions.measuring import Meant, Measuring
from kaldor.economy.questions.responding import respond
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.economy.questions.trade_block import OfTrade, block_of_trade

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Base


class _Rate(Inputs):
    """At which rate."""

    rate: Annotated[float, Field(ge=0, le=3, description="Share of the value at the border: 0.1 is 10 %.")] = 0.1


class Tariff(OfTrade, _Rate):
    """On whose products, at which rate."""


def meant(asked: Asked, given: Tariff) -> Meant:
    """The measure that is meant. Raises UnknownLabelError, InputError."""
    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.together import Measure

    block = block_of_trade(asked, given)

    def shock(base: Base) -> Shock:
        return replace(Shock.none(base), tariffs=base.tariffs + block.of_tariffs(base.tariffs, given.rate))

    words = f"A tariff of {100 * given.rate:g} % on {block.words}"
    return Meant(
        block.buyers,
        words,
        [Measure(words, shock)],
        facts={"rate": given.rate, "supplier": list(given.supplier), "product": list(given.product)},
        notes=(
            "The tariff comes on top of those that the table holds among its taxes; the buyer's treasury hands the "
            "revenue out, and nobody answers in kind.",
        ),
    )


def tariff(asked: Asked, given: Tariff, progress: Progress) -> Answer:
    """Find what a tariff brings and costs the buyer and the partners once prices, trade and income respond."""
    return respond(asked, given, meant(asked, given), progress)


MEASURE = Measuring("tariff", "tariff", Tariff, meant, "rate", unit=lambda _: "%", size=0.01, most=100)
QUESTION = Question(
    id="tariff",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What a tariff brings and costs",
        "fr": "Ce qu’un droit de douane rapporte et coûte",
        "es": "Lo que un arancel aporta y cuesta",
    },
    order=103,
    inputs=Tariff,
    answer=tariff,
    page="equilibrium",
    long=True,
    check=block_of_trade,
)
