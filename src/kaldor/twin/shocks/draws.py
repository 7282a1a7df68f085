"""Behaviours drawn for a band: a Latin hypercube over the ranges, around what is typed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.twin.shocks.assumptions import typed
from kaldor.twin.shocks.parameters import Behaviour, Parameters, behaviour_of
from kaldor.twin.shocks.ranges import RANGES, Range


def draw(economy: Economy, parameters: Parameters, count: int, seed: int) -> list[tuple[dict[str, float], Behaviour]]:
    """`count` behaviours from a Latin hypercube over the ranges, each with the values drawn.

    What is typed of goods (`OfGoods`) holds in every draw, unless a range is typed for it too. Any other parameter
    that is set away from its usual value takes its range with it (`Range.around`). A product with `inventory_days` of
    its own keeps them, scaled as all stocks are: a lever stays a lever in every draw.
    """
    return [_drawn(economy, parameters, row) for row in latin_hypercube(count, len(RANGES), seed)]


def latin_hypercube(count: int, dimensions: int, seed: int) -> Array:
    """A Latin hypercube in 0…1 (count × dimensions): in each dimension one point in each of `count` equal slices.

    The same numbers as `scipy.stats.qmc.LatinHypercube`, whose import takes longer than a small band of runs.
    Source: McKay, Beckman & Conover (1979), Technometrics 21(2).
    """
    rng = np.random.default_rng(seed)
    within = rng.uniform(size=(count, dimensions))
    slices = np.tile(np.arange(1, count + 1), (dimensions, 1))
    for one in slices:
        rng.shuffle(one)
    return np.asarray((slices.T - within) / count)


def _drawn(economy: Economy, parameters: Parameters, unit: Array) -> tuple[dict[str, float], Behaviour]:
    values = {}
    for r, u in zip(RANGES, unit, strict=True):
        central = getattr(parameters, r.name)
        if central is None:
            continue
        low, high = _bounds(r, central, parameters)
        values[r.name] = float(low * (high / low) ** u) if r.log and low > 0 else float(low + u * (high - low))
    behaviour = behaviour_of(
        economy, parameters.model_copy(update=dict(values) | {"stock_days": parameters.stock_days})
    )
    scale = values["stock_days"] / parameters.stock_days
    return values, replace(behaviour, stock_days=_no_shorter_than_a_step(behaviour, scale))


def _bounds(r: Range, central: float, parameters: Parameters) -> tuple[float, float]:
    if r.name in parameters.ranges:
        return parameters.ranges[r.name]
    if r.name in typed(parameters):
        return central, central
    return (r.low, r.high) if central == r.central else r.around(central)


def _no_shorter_than_a_step(behaviour: Behaviour, scale: float) -> Array:
    """Stocks of a draw; where the range reaches below what a step allows (ψ n_s ≥ dt), the step's bound is taken."""
    scaled = behaviour.stock_days * scale
    return np.where(behaviour.can_stop[:, None], np.maximum(scaled, behaviour.dt / behaviour.psi), scaled)
