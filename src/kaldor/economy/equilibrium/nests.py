"""The one function of prices that every nest uses: a constant elasticity of substitution, also where it is 1."""

from __future__ import annotations

import numpy as np

from kaldor.economy.equilibrium.base import Array


def price_of(weights: Array, log_prices: Array, elasticity: float, axis: int = 0) -> Array:
    """Log of the price of a bundle: weights sum to 1 along `axis` (or to less, where suppliers are barred).

    Σ (w p^(1 − e)) to the power 1 / (1 − e), by way of expm1 and log1p: no digit is lost where e is nearly 1.
    """
    if elasticity == 1:
        return np.asarray((weights * log_prices).sum(axis=axis))
    power = 1 - elasticity
    total = weights.sum(axis=axis)
    missing = np.where(total > 0, total - 1, 0.0)  # a bundle of nothing has the price of its base
    grown = (weights * np.expm1(power * log_prices)).sum(axis=axis)
    return np.asarray(np.log1p(grown + missing) / power)


def shares_in(weights: Array, log_prices: Array, log_price: Array, elasticity: float) -> Array:
    """The share of spending on each part of a bundle at these prices."""
    return np.asarray(weights * np.exp((1 - elasticity) * (log_prices - log_price)))
