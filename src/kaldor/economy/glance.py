"""The bands of one region's accounts at the price of a glance: for a page that shows them beside the figures.

A table is drawn few times, so that the ends of the band are off by some tenths of its width. The starter world is drawn
too slowly even for that and comes with bands of its draws (`starter/bands.csv`, by docs/make_starter_bands.py), which
are taken only where the accounts beside them are those of the economy at hand. Large tables have no glance.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.uncertainty import ACCOUNTS, DRAWS, LEVEL, SEED, bands
from kaldor.errors import UnproductiveEconomyError

FEW = 24
"""Draws of a table: on WIOD 2009 half a CPU second for one country."""

LARGEST = 5_000
"""Industries of a table beyond which even a few draws take minutes and gigabytes."""

ENDS = ["value", "low", "median", "high"]

_DIGITS = 3  # significant ones: more of few draws in single precision would tell processors apart, and nothing else

_SAME = 1e-8  # of a value, which the file holds to ten digits


@dataclass(frozen=True, eq=False)
class Glance:
    """`table`: one row an account of the region, columns value, low, median, high in the extension's unit.

    All but the value have three significant digits.
    """

    table: pd.DataFrame
    draws: int
    seed: int
    level: float


def glance(economy: Economy, extension: str, region: str) -> Glance | None:
    """How far the accounts of one region may be off, by few draws or those that the starter world comes with.

    None where the table is too large, or some table near it cannot be solved. Raises UnknownExtensionError,
    UnknownLabelError.
    """
    if economy.n > LARGEST:
        return None
    kept = _kept(economy, extension, region) if economy.redrawn_for(extension) else None
    if kept is not None:
        return Glance(_rounded(kept), DRAWS, SEED, LEVEL)
    try:
        found = bands(economy, extension, regions=[region], draws=FEW, seed=SEED)
    except UnproductiveEconomyError:
        return None
    return Glance(_rounded(found.table.loc[region, ENDS]), found.draws, found.seed, found.level)


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    drawn = ENDS[1:]
    return table.assign(**{end: [float(f"{amount:.{_DIGITS}g}") for amount in table[end]] for end in drawn})


def starter_bands(economy: Economy) -> pd.DataFrame:
    """What `starter/bands.csv` holds: (extension, region, account) × ENDS, by the usual draws of the starter world."""
    tables = {name: bands(economy, name).table[ENDS] for name in economy.extensions}
    return pd.concat(tables, names=["extension"])


def _kept(economy: Economy, extension: str, region: str) -> pd.DataFrame | None:
    """The packaged bands of a region; None where they are not those of this very world."""
    packaged = packaged_bands()
    if extension not in packaged.index.unique("extension"):
        return None
    of_all = packaged.loc[extension]
    own = country_accounts(economy, extension)[list(ACCOUNTS)].stack()
    if len(own) != len(of_all) or list(own.index) != list(of_all.index):
        return None
    scale = float(np.abs(own.to_numpy()).max())
    same = np.allclose(own.to_numpy(), of_all["value"].to_numpy(), rtol=_SAME, atol=_SAME * scale)
    return of_all.loc[region] if same else None


@cache
def packaged_bands() -> pd.DataFrame:
    """The bands of the starter world as the package holds them."""
    text = files("kaldor.economy.starter").joinpath("bands.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), keep_default_na=False, index_col=["extension", "region", "account"])
