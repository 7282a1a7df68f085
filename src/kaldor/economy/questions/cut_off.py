"""Question: what is lost if a supplier never sells again, or sells less for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question
from kaldor.economy.questions.measuring import Meant, Measuring
from kaldor.economy.questions.responding import respond
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.economy.questions.trade_block import Block, OfTrade, block_of_trade
from kaldor.errors import InputError, Problem
from kaldor.words import figure

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Array, Base
    from kaldor.economy.equilibrium.figures import Reader
    from kaldor.economy.equilibrium.responses import Change, Response, Responses
    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.solver import Point
    from kaldor.economy.equilibrium.sought import Sought

_RATES = (0.0, *(10.0 * 2**i for i in range(11)))  # % dearer, at which a quota is looked for
_GAINS = {
    "lost": "is lost: what arrives takes more work",
    "supplier": "goes to the supplier's country",
    "buyer": "goes to the buyer's treasury, which sells licences",
}


class _HowMuch(Inputs):
    """How much less is sold, and who earns what scarcity costs."""

    share: Annotated[
        float, Field(gt=0, le=1, description="How much less is sold: 1 is nothing any more, 0.3 leaves 70 %.")
    ] = 1.0
    scarcity: Annotated[
        Literal["lost", "supplier", "buyer"],
        Field(description="Where less is sold: who earns the higher price, nobody, the supplier or the buyer."),
    ] = "lost"


class CutOff(OfTrade, _HowMuch):
    """Who sells how much less of what to whom, and how all respond."""


def meant(asked: Asked, given: CutOff) -> Meant:
    """The ban that is meant; a quota is no measure of its own. Raises UnknownLabelError, InputError."""
    import numpy as np

    from kaldor.economy.equilibrium.together import Measure

    block = _block(asked, given)

    def cut(base: Base) -> Array:
        gone = block.of_tariffs(base.tariffs, 1.0).transpose(1, 2, 0)  # product, buyer, supplier
        return np.asarray(1.0 - gone[..., None])

    whole = given.share == 1
    words = f"Without {block.words} for good" if whole else f"{100 * given.share:g} % less of {block.words} for good"
    return Meant(
        block.buyers,
        words,
        [Measure(words, cut=cut)] if whole else [],
        facts={"supplier": list(given.supplier), "product": list(given.product), "share": given.share},
        notes=(_BANNED if whole else _LIMITED.format(_GAINS[given.scarcity]),),
    )


_MEANING = "how much dearer than its maker asks it has to be"
_BANNED = (
    "What is cut off is not made up for at the old price: buyers pay what remaining makers ask. Stocks take "
    "nothing of it either. For the first weeks ask a shock instead."
)
_LIMITED = (
    "One rate on all of this trade makes it as much smaller as is asked, volumes at base prices together; what "
    "scarcity costs {}. Changes in stocks keep what they buy."
)


def cut_off(asked: Asked, given: CutOff, progress: Progress) -> Answer:
    """Find what a country and its partners lose if a supplier never sells to it again, or less for good."""
    found, sought = meant(asked, given), limited(asked, given)
    if sought is None:
        return respond(asked, given, found, progress)
    return respond(asked, given, found, progress, sought=sought, said=_dearer)


def limited(asked: Asked, given: CutOff) -> Sought | None:
    """The rate that is looked for where some is still sold; None of a ban. Raises as `meant`."""
    return None if given.share == 1 else _quota(_block(asked, given), given)


def _block(asked: Asked, given: CutOff) -> Block:
    if given.share == 1 and given.scarcity != "lost":
        what = "is of a quota, and nothing is sold any more."
        raise InputError(Problem("scarcity", what, "Give a share below 1, or leave it out."))
    return block_of_trade(asked, given)


def _quota(block: Block, given: CutOff) -> Sought:
    from kaldor.economy.equilibrium.responses import Change
    from kaldor.economy.equilibrium.sought import Sought

    def change(rate: float, base: Base) -> Change:
        return Change(_scarce(base, block.of_tariffs(base.tariffs, rate / 100), given.scarcity))

    def reached(point: Point, _: Response) -> float:
        base = point.scenario.base
        own = block.of_tariffs(base.tariffs, 1.0)
        arrives = point.volumes.sent / point.scenario.shock.transport
        before = float((own * base.flows.sum(axis=3).transpose(2, 0, 1)).sum())
        if before <= 0:
            raise InputError(Problem("supplier", "sells nothing of this to the buyer.", "Name another trade."))
        return 100 * (float((own * arrives).sum()) / before - 1)

    return Sought(change, reached, -100 * given.share, _RATES, "this trade", _MEANING, "%")


def _scarce(base: Base, rates: Array, scarcity: str) -> Shock:
    from kaldor.economy.equilibrium.shock import Shock

    none = Shock.none(base)
    if scarcity == "supplier":
        return replace(none, export_tax=rates)
    if scarcity == "buyer":
        return replace(none, tariffs=base.tariffs + rates * (1 + base.tariffs))
    return replace(none, transport=1 + rates)


def _dearer(found: Responses, _: Reader) -> Iterator[str]:
    rates = [one.strength or 0.0 for one in found.solved]
    band = f" ({figure(min(rates))} to {figure(max(rates))} % over all sets and closures)" if found.others else ""
    yield f"So much less is bought where it costs {figure(rates[0])} % more than its maker asks{band}."


MEASURE = Measuring("cut-off", "ban", CutOff, meant)
QUESTION = Question(
    id="cut-off",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What is lost without a supplier for good",
        "fr": "Ce que l’on perd sans un fournisseur, pour toujours",
        "es": "Lo que se pierde sin un proveedor para siempre",
    },
    order=102,
    inputs=CutOff,
    answer=cut_off,
    page="equilibrium",
    long=True,
    check=_block,
)
