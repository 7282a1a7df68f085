"""Levers on productivity: new technology, advice, research, training, people in the right place.

Making the same with less labour cuts jobs at fixed prices mechanically. Whether jobs fall in the end depends on what
customers and wages do when the price falls, which is answered where prices respond.
"""

from __future__ import annotations

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.names import jobs_of
from kaldor.twin.acts import act
from kaldor.twin.change import Change
from kaldor.twin.levies import Positions
from kaldor.twin.order import Order
from kaldor.twin.users import Factor

_WAGES = ("labour_share", "to_wages")
ELASTICITIES = "customers answer by the set of elasticities where prices respond"


@act("labour_share", "to_wages", may=("gain",), gone={"elasticity": ELASTICITIES}, fixed_only=_WAGES)
def raise_productivity(change: Change, order: Order) -> None:
    """Output per job of the industries named rises by `strength` % (× `gain` / 100 where a lever has that figure).

    With g that rise, jobs per unit of output are divided by 1 + g; value added per unit of output falls by the labour
    cost saved, `labour_share` × g/(1 + g), less what is passed on as wages (`to_wages`, % of the saving). That is at
    fixed prices; where they respond, labour's income is the table's, and wages and customers answer by the equilibrium.
    """
    figures = order.figures
    industries = change.industries(order.regions, order.sectors)
    gain = order.strength / 100 * figures.get("gain", 100.0) / 100
    saving = figures["labour_share"] / 100 * gain / (1 + gain) * (1 - figures["to_wages"] / 100)
    for extension in jobs_of(change.economy):
        change.scale_intensity(extension, industries, 1 / (1 + gain))
    change.scale_primary(industries, 1 - saving)
    change.where_prices_respond(
        lambda asked, _: asked.raise_labour_productivity(industries, np.full(len(industries), 1 + gain))
    )


def wages_so_far(change: Change, industries: Positions, labour_share: Factor) -> Array:
    """Labour cost per unit of output of some industries: a share of value added, none where that is negative."""
    return labour_share * np.maximum(change.value_added_so_far[..., industries], 0)
