"""Question: what is lost if a supplier never sells again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kaldor.asking import Answer, Progress, Question
from kaldor.economy.questions.responding import respond
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.economy.questions.trade_block import OfTrade, block_of_trade

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Base
    from kaldor.economy.equilibrium.responses import Change

_NAMED = 6


def cut_off(asked: Asked, given: OfTrade, progress: Progress) -> Answer:
    """Find what a country and its partners lose if a supplier never sells to it again."""
    import numpy as np

    from kaldor.economy.equilibrium.bars import bars
    from kaldor.economy.equilibrium.responses import Change
    from kaldor.economy.equilibrium.shock import Shock

    block, economy = block_of_trade(asked, given), asked.economy

    def change(base: Base) -> Change:
        gone = block.of_tariffs(base.tariffs, 1.0).transpose(1, 2, 0)[..., None]  # product, buyer, supplier
        found = bars(base, np.broadcast_to(1.0 - gone, base.flows.shape), economy.sectors, economy.regions)
        shock = replace(Shock.none(base), recipe=found.recipe, barred=found.barred, stocks=found.stocks)
        return Change(shock, tuple(exempt(found.exempt)))

    def exempt(cells: tuple[tuple[int, int], ...]) -> list[str]:
        if not cells:
            return []
        shown = ", ".join(f"{economy.sectors[s]} of {economy.regions[d]}" for s, d in cells[:_NAMED])
        more = f" and {len(cells) - _NAMED} more" if len(cells) > _NAMED else ""
        return [f"Exempt, small and without another maker: {shown}{more}."]

    return respond(
        asked,
        given,
        block.buyers,
        f"Without {block.words} for good",
        change,
        progress,
        facts={"supplier": list(given.supplier), "product": list(given.product)},
        notes=(
            "What is cut off is not made up for at the old price: buyers pay what remaining makers ask. Stocks "
            "take nothing of it either. For the first weeks ask a shock instead.",
        ),
    )


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
    inputs=OfTrade,
    answer=cut_off,
    page="equilibrium",
    long=True,
    check=block_of_trade,
)
