"""What one more unit of final demand sets in motion, industry by industry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.solve import solver_of

VALUE_ADDED = "value_added"
"""Value added by name: the extension of that id where one is attached, else that of the table."""

OF_THE_TABLE = "value added of the table"
"""Value added of the table itself, whatever is attached: for accounts that have to add up to its flows."""


def is_of_the_table(economy: Economy, extension: str) -> bool:
    """Whether a name means the table's own value added, and no extension."""
    return extension == OF_THE_TABLE or (extension == VALUE_ADDED and extension not in economy.extensions)


def multipliers(economy: Economy, extensions: Sequence[str] | None = None) -> pd.DataFrame:
    """How much of each extension one unit of final demand for each industry's product takes, along all chains.

    Returns n rows (region, sector) × extensions, M = S (I − A)⁻¹, in each extension's unit per currency unit of
    the table; `attrs["units"]` gives them. "value_added" may be named as an extension.
    Raises UnknownExtensionError; UnproductiveEconomyError.
    Source: Miller & Blair (2009), ch. 6 and 10. One solve with (I − A)ᵀ per extension; no inverse.
    """
    names = list(economy.extensions) if extensions is None else list(extensions)
    rows = np.column_stack([intensity(economy, name) for name in names]) if names else np.empty((economy.n, 0))
    frame = pd.DataFrame(solver_of(economy).solve(rows, transposed=True), index=economy.index, columns=names)
    return _labelled(frame, economy, names)


def intensities(economy: Economy, extensions: Sequence[str] | None = None) -> pd.DataFrame:
    """Direct amount of each extension per unit of output: n rows × extensions, S = F x̂⁻¹.

    Units as in `multipliers`. Raises UnknownExtensionError.
    """
    names = list(economy.extensions) if extensions is None else list(extensions)
    frame = pd.DataFrame({name: intensity(economy, name) for name in names}, index=economy.index)
    return _labelled(frame, economy, names)


def intensity(economy: Economy, extension: str) -> Array:
    """Direct intensity (n) of one extension; "value_added" is value added per unit of output."""
    if is_of_the_table(economy, extension):
        return economy.value_added * economy.per_output
    return economy.S(extension)


def amounts_of(economy: Economy, extension: str) -> Array:
    """What each industry has of one extension (n), those without output too; "value_added" is that of the table."""
    if is_of_the_table(economy, extension):
        return economy.value_added
    return economy.extension(extension).F


def without_output(economy: Economy, extension: str) -> Array:
    """The part of `amounts_of` that stands in industries without output (n): no output has a share in it."""
    return np.where(economy.has_output, 0.0, amounts_of(economy, extension))


def _labelled(frame: pd.DataFrame, economy: Economy, names: Sequence[str]) -> pd.DataFrame:
    units = {name: f"{unit_of(economy, name)} per {economy.unit}" for name in names}
    return labelled(frame, economy, units, *(economy.extensions[name] for name in names if name in economy.extensions))


def unit_of(economy: Economy, extension: str) -> str:
    """The unit of an extension; of "value_added" the economy's own. Raises UnknownExtensionError."""
    if is_of_the_table(economy, extension):
        return economy.unit
    return economy.extension(extension).unit
