"""What regions would lose without any trade: closed forms, and the change that the equilibrium is asked for.

With fixed shares of spending everywhere but among sources, and one kind of factor that moves between industries, real
income without trade follows from shares alone: how much of each product is bought at home, how much of it is needed
for final use, inputs of inputs counted. Lending ends with trade.

Sources: Arkolakis, Costinot & Rodríguez-Clare (2012), American Economic Review 102, eq. (1); Costinot & Rodríguez-Clare
(2014), Handbook of International Economics 4, section 3 (several products, inputs).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kaldor.economy.equilibrium.bars import Bars, bars
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.shock import Shock
from kaldor.errors import KaldorError


def bought_at_home(base: Base) -> tuple[Array, Array]:
    """What each region pays for each product from its own makers, and from all (S, R), tariffs in."""
    paid = base.flows.sum(axis=3) * (1 + base.tariffs).transpose(1, 2, 0)
    return np.einsum("sdd->sd", paid), paid.sum(axis=2)


def one_sector(base: Base, elasticity: float) -> Array:
    """Share of real income (R) that trade brings where all products are one, by the trade elasticity: 1 − λ^(1/ε)."""
    home, all_of_it = (amounts.sum(axis=0) for amounts in bought_at_home(base))
    return np.asarray(1 - (home / all_of_it) ** (1 / elasticity))


def with_inputs(base: Base) -> Array:
    """Share of real income (R) that trade brings, product by product and through the inputs of inputs.

    1 − exp(−β (1 − A')⁻¹ g): β final spending by product, A what industries pay for inputs from all sources by cost,
    g = −log λ / (σ − 1). Not a number where something that is needed is not made at home at all.

    Raises KaldorError for an elasticity among sources of 1 or less, with which nothing replaces what is lost.
    """
    sigma = base.elasticities.sourcing
    home, all_of_it = bought_at_home(base)
    if ((sigma <= 1) & (home < all_of_it).any(axis=1)).any():
        what = "Without trade nothing replaces products whose sources have an elasticity of 1 or less."
        raise KaldorError(f"{what} Choose a set with larger ones.")
    with np.errstate(divide="ignore"):
        dearer = -np.log(np.divide(home, all_of_it, out=np.ones_like(home), where=all_of_it > 0))
    dearer = np.where(dearer > 0, dearer / np.where(sigma > 1, sigma - 1, 1.0)[:, None], 0.0)
    return np.array([_lost(_needed(base, region), dearer[:, region]) for region in range(base.regions)])


def not_made_at_home(base: Base) -> tuple[tuple[int, int], ...]:
    """(product, region) of which a region needs some for its final use and buys nothing from its own makers."""
    home, all_of_it = bought_at_home(base)
    return tuple((int(s), int(d)) for s, d in np.argwhere((home <= 0) & (all_of_it > 0)))


def _needed(base: Base, region: int) -> Array:
    """What one unit of final spending needs of each product (S), directly and as inputs of inputs."""
    S = base.products
    paid = base.paid_with_carbon[:, region]
    inputs = paid[:, :S] / base.cost[region]
    final = paid[:, S:].sum(axis=1)
    return np.asarray(np.linalg.solve(np.eye(S) - inputs, final / final.sum()))


def _lost(needed: Array, dearer: Array) -> float:
    if np.isinf(dearer[needed > 0]).any():
        return np.nan
    return float(-np.expm1(-needed @ np.where(needed > 0, dearer, 0.0)))


def without_trade(
    base: Base, region: int, products: Sequence[str] = (), regions: Sequence[str] = ()
) -> tuple[Shock, Bars]:
    """The change in which a region neither buys nor sells abroad. Raises as `bars`."""
    kept = np.ones((base.regions, base.regions))
    kept[region] = kept[:, region] = 0.0
    kept[region, region] = 1.0
    found = bars(base, np.broadcast_to(kept[None, :, :, None], base.flows.shape), products, regions)
    return replace(Shock.none(base), recipe=found.recipe, barred=found.barred), found
