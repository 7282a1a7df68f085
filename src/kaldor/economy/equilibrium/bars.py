"""A supplier that may not sell any more: which weights are left, and who could not live without it.

Weights that are cut are not made up for: the cost of the loss stays in the price of what is left. A buyer that is left
with less than a quarter of its region's remaining share takes its region's pattern. Where a region is left with less
than a hundredth of a product, nobody else makes it: small purchases are exempt and told, larger ones refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.equilibrium.base import Array, Base
from kaldor.errors import KaldorError

_POOR = 0.25  # of its region's remaining share: a buyer left with less takes the region's pattern
_ALONE = 0.01  # of a region's purchases of a product: with less there is no other maker
_SMALL = 1e-4  # of what a region spends in all: purchases up to this are exempt where there is no other maker


@dataclass(frozen=True, eq=False)
class Bars:
    """What a shock takes: `recipe` and `barred` (S, R, R, S + K), `stocks` (R supplier, S, R), cut where all buyers of
    the region are; `exempt` (product, region) without another maker."""

    recipe: Array | None
    barred: Array
    stocks: Array
    exempt: tuple[tuple[int, int], ...]


def bars(base: Base, cut: Array, products: Sequence[str] = (), regions: Sequence[str] = ()) -> Bars:
    """What is left of the weights when flows are cut by factors (S, R buyer, R supplier, S + K), 0 a full ban.

    `products` and `regions` name them for a refusal, which counts them from 1 otherwise.

    Raises KaldorError where a region buys much of a product that nobody else makes for it, or where a product's
    suppliers replace each other so little (σ ≤ 1) that a ban has no finite price.
    """
    touched: NDArray[np.bool_] = np.asarray((cut < 1).any(axis=(2, 3)))
    rigid = base.elasticities.sourcing <= 1
    if (touched & rigid[:, None]).any():
        product = int(np.flatnonzero((touched & rigid[:, None]).any(axis=1))[0])
        raise KaldorError(
            f"A ban on product {_named(product, products)} has no finite price where its sources replace each other "
            "with an elasticity of 1 or less: limit its quantity instead, or choose a larger elasticity."
        )
    duty = (1 + base.tariffs).transpose(1, 2, 0)[..., None]
    paid = base.flows * duty
    bought: Array = paid.sum(axis=(2, 3))
    left = _share((paid * cut).sum(axis=2), paid.sum(axis=2))
    of_region = _share((paid * cut).sum(axis=(2, 3)), bought)
    alone = (touched & (of_region < _ALONE) & (bought > 0)).astype(bool)
    large = np.argwhere(alone & (bought > _SMALL * bought.sum(axis=0)))
    if len(large):
        product, region = large[0]
        told = f"product {_named(product, products)} to region {_named(region, regions)}"
        raise KaldorError(f"Nobody else sells {told}: a ban on it has no answer.")
    cut = np.where(alone[..., None, None], 1.0, cut)
    poor = touched[..., None] & ~alone[..., None] & (left < _POOR * of_region[..., None])
    recipe = _pattern_of_region(base, paid, poor) if poor.any() else None
    stocks = base.stocks * cut.max(axis=3).transpose(2, 0, 1)
    return Bars(recipe, cut, stocks, tuple((int(s), int(d)) for s, d in np.argwhere(alone)))


def _named(position: int, labels: Sequence[str]) -> str:
    return labels[position] if labels else str(position + 1)


def _pattern_of_region(base: Base, paid: Array, poor: NDArray[np.bool_]) -> Array:
    """Flows in which poor buyers have their region's pattern of suppliers at the same spending."""
    pattern = _share(paid.sum(axis=3), paid.sum(axis=(2, 3))[..., None])
    duty = (1 + base.tariffs).transpose(1, 2, 0)
    wanted = (pattern / duty)[..., None] * paid.sum(axis=2)[:, :, None, :]
    return np.where(poor[:, :, None, :], wanted, base.flows)


def _share(part: Array, whole: Array) -> Array:
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.ones(part.shape), where=whole > 0)
