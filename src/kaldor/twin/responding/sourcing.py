"""What makes buyers turn to other countries: a cost, a tariff, or another taste.

A lever of sourcing says how much is moved, not why. Where prices respond the reason decides who pays: dearer purchases
(rules, checks, lost suppliers) cost everyone, a tariff fills the treasury and bends the terms of trade, another taste
costs only its premium. The same shift is reached by each: at base prices, with σ among the sources of a product, the
countries that are left keep the part D' of a buyer region's purchases where they had D, if they are dearer by

    (D' (1 − D) / (D (1 − D')))^(1 / (1 − σ)) − 1
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.twin.change import Change

_LEAST_LEFT = 0.01  # of what was bought: no finite price drives all buyers away


@dataclass(frozen=True, eq=False)
class Dearer:
    """By how much which suppliers are dearer for which buyers, as a rate (R supplier, S, R buyer), and what it moves.

    `mean` is the rate over all that is charged, weighted by purchases before; `unmoved` the purchases (in the base's
    money) of which nothing could be moved, since nobody else supplies them at base.
    """

    rate: Array = field(repr=False)
    mean: float
    unmoved: float
    capped: bool


def dearer(base: Base, change: Change, million: float) -> Dearer:
    """The rates that move at base prices what levers of sourcing moved in a change that holds nothing else."""
    R, S = base.regions, base.products
    rate = np.zeros((R, S, R))
    weight = unmoved = 0.0
    capped = False
    before_all = base.flows.sum(axis=3)  # product, buyer's region, supplier
    moved: dict[int, Array] = {}
    for product, block in change.moved_inputs():
        moved[product] = (block * change.economy.x).reshape(R, R, S).sum(axis=2).T
    for product, block in change.moved_final():
        by_region = block.reshape(R, R, -1).sum(axis=2).T
        moved[product] = moved.get(product, 0.0) + by_region
    for product, delta in moved.items():
        before, power = before_all[product], 1 / (1 - base.elasticities.sourcing[product])
        left = (million * delta < 0) & (before > 0)
        old = np.where(left, before, 0.0).sum(axis=1)
        new = old + million * np.where(left, delta, 0.0).sum(axis=1)
        total = before.sum(axis=1)
        there = np.divide(old, total, out=np.zeros(R), where=total > 0)
        goal = np.divide(np.maximum(new, _LEAST_LEFT * old), total, out=np.zeros(R), where=total > 0)
        able = (there > 0) & (there < 1 - 1e-12) & (goal < there)
        capped |= bool((able & (new < _LEAST_LEFT * old)).any())
        unmoved += float((old - new)[(there >= 1 - 1e-12)].sum())
        odds = np.divide(goal * (1 - there), there * (1 - goal), out=np.ones(R), where=able)
        by_buyer = odds**power - 1
        rate[:, product, :] = (left * by_buyer[:, None]).T
        weight += float((np.where(left, before, 0.0) * by_buyer[:, None]).sum())
    charged = float((before_all * (rate > 0).transpose(1, 2, 0)).sum())
    return Dearer(rate, weight / charged if charged else 0.0, unmoved, capped)
