"""What bands of the starter world must be: quantiles of the accounts of its draws, one world at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_draws, starter_world
from kaldor.economy.uncertainty import ACCOUNTS


@cache
def drawn_worlds(draws: int, seed: int) -> tuple[Economy, ...]:
    """Draws of the starter world, made once for all tests: each is an estimate of a world."""
    return tuple(Economy.from_published(one) for one in starter_draws(draws, seed=seed))


@cache
def bands_of_the_draws(region: str, draws: int, seed: int, extension: str = "co2") -> pd.DataFrame:
    """Bands of 90 % of one region's accounts, (region, account) × columns, by the explicit accounts of each draw.

    Worked out once for all tests that hold a door beside it.
    """

    def accounts(world: Economy) -> pd.Series:
        return country_accounts(world, extension).loc[region, list(ACCOUNTS)]

    found = pd.DataFrame([accounts(one) for one in drawn_worlds(draws, seed)])
    low, median, high = np.percentile(found.to_numpy(), (5, 50, 95), axis=0)
    value = accounts(Economy.from_published(starter_world())).to_numpy()
    columns = {"value": value, "mean": found.mean(), "sd": found.std(), "low": low, "median": median, "high": high}
    index = pd.MultiIndex.from_product([[region], ACCOUNTS], names=["region", "account"])
    return pd.DataFrame({name: np.asarray(values) for name, values in columns.items()}, index=index)
