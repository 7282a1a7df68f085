"""WIOD with its labour accounts, by the rules of the figures that the tests hold: a year's gaps as in 2009."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from kaldor.atlas.published import Source
from kaldor.atlas.regions import canonical_code
from kaldor.economy.economy import Economy, Extension

LAST_FULL_YEAR = 2009


def with_labour(wiod: Callable[[int], Economy], shared: Path, year: int) -> Economy:
    """WIOD of a year with labour income and value added at basic prices; none for the rest of the world."""
    accounts = pd.read_csv(shared / "wiod_labour" / "labour.csv.gz")
    economy = wiod(year)
    labour = _column(economy, accounts, "labour_comp_musd", year)
    last = wiod(LAST_FULL_YEAR)
    made = last.x.reshape(labour.shape)
    ratio = _column(last, accounts, "labour_comp_musd", LAST_FULL_YEAR) / np.where(made > 0, made, np.nan)
    labour = np.where(np.isnan(labour), ratio * economy.x.reshape(labour.shape), labour)
    added = _column(economy, accounts, "va_basic_musd", year)
    return economy.with_extensions(
        _extension(economy, "labour_income", labour), _extension(economy, "value_added", added)
    )


def _column(economy: Economy, accounts: pd.DataFrame, name: str, year: int) -> np.ndarray:
    own = accounts[accounts.year == year]
    table = own.pivot_table(index=own.country.map(canonical_code), columns="industry", values=name, dropna=False)
    return table.reindex(index=[canonical_code(one) for one in economy.regions], columns=economy.sectors).to_numpy(
        float
    )


def _extension(economy: Economy, id: str, amounts: np.ndarray) -> Extension:
    source = Source(id, id, "", "", "")
    return Extension(
        id, id, economy.unit, np.nan_to_num(amounts).ravel(), np.zeros(economy.Y.shape[1]), "observed", source
    )
