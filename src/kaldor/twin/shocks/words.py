"""What the figures of a shock are called, and what must be said beside them, at every door that prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kaldor.twin.shocks.events import Price, Shock

MONEY: Final = "money"
SHARE: Final = "share"
DAYS: Final = "days"
RATIO: Final = "ratio"

MEASURES: Final = (
    ("lost_value_added", "Value added lost", MONEY),
    ("lost_value_added_share", "The same, of what is normal over that time", SHARE),
    ("direct_loss", "Direct: what the events themselves take", MONEY),
    ("lost_along_chains", "Lost along chains, for want of an input or a buyer", MONEY),
    ("made_up", "Made up by overtime, rebuilding and others’ sales", MONEY),
    ("indirect_loss", "Indirect: along chains less what is made up", MONEY),
    ("indirect_per_direct", "Indirect loss for each unit of direct loss", RATIO),
    ("unmet_final_demand", "Final demand not delivered", MONEY),
    ("unmet_final_demand_elsewhere", "Final demand not delivered elsewhere", MONEY),
    ("direct_loss_elsewhere", "Direct loss elsewhere; of a ban the sender’s own", MONEY),
    ("deepest_loss_share", "Deepest loss in any step", SHARE),
    ("days_to_recover", "Time until back to normal", DAYS),
)
"""Measures of `kaldor.twin.shocks.summary.losses` that are told, their words and kinds; a place has those it has."""

NOT_IN_TIME: Final = "not in this time"
"""What stands for a time without end."""

SIGNS: Final = "Losses stand above zero, gains below."

SAME_LOSS: Final = (
    "Final demand not delivered is the same loss seen from those who use, here and elsewhere: not to be added to value "
    "added lost."
)

NOTHING_BREAKS: Final = (
    "No product ran short in the central run: stocks, other suppliers and unused capacity bridged the gap. What was "
    "lost was lost where the events struck, and in demand for what those industries buy. Runs with smaller stocks or "
    "slower substitution may lose more; the band shows how much."
)

BASKETS: Final = (
    ("basket_rise", "Final basket dearer by", SHARE),
    ("real_income_loss", "Real income lost", MONEY),
    ("real_income_loss_share", "The same, of value added", SHARE),
    ("windfall", "Windfall of its sellers", MONEY),
    ("net_loss", "Lost after windfall", MONEY),
)
"""Columns of `kaldor.twin.shocks.price_effects.basket_frame` and their words; money is a year's."""

BASKETS_ARE: Final = (
    "A year’s figures if the height of the event lasted a year. Real income lost: rise times what final users buy, "
    "before any windfall. Windfall: the first round’s rise times all that is bought."
)


def sentence(text: str) -> str:
    """A text with a capital, and nothing else changed."""
    return text[:1].upper() + text[1:]


def few(names: Sequence[str], most: int = 3) -> str:
    """Names in a few words: "DEU, FRA, POL and 5 more"."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def dearer_for(
    shock: Shock, regions: Sequence[str], region: Callable[[str], str] = str, product: Callable[[str], str] = str
) -> str:
    """Who buys dearer what, and from whom, under the price events of a shock whose labels are written out: a sentence
    each, with what `region` and `product` call their labels. `regions` are all that there are."""
    everywhere = len(regions)

    def said(event: Price) -> str:
        buyers = "all regions" if len(event.regions) == everywhere else few([region(one) for one in event.regions])
        named = f"from {few([region(one) for one in event.origins])}"
        sellers = "whoever sells" if len(event.origins) == everywhere else named
        goods = few([product(one) for one in event.products])
        return f"Dearer for buyers in {buyers}, {sellers}: {goods}, by {100 * event.rise:g} %."

    return " ".join(said(event) for event in shock.events if isinstance(event, Price))
