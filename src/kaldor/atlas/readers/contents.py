"""What readers hand to the store: an economy, an extension or indicators, checked and still as published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.manifest import ExtensionEntry

Table = Mapping[str, tuple[str, ...]]
"""A small table of texts, column by column."""

Column = tuple[str, ...] | NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class YearArrays:
    """The arrays of one year as published: Z (n×n), Y (n×m), x (n); with k extensions also F (k×n) and F_Y (k×m)."""

    Z: NDArray[np.generic]
    Y: NDArray[np.generic]
    x: NDArray[np.generic]
    F: NDArray[np.generic] | None = None
    F_Y: NDArray[np.generic] | None = None

    def named(self) -> dict[str, NDArray[np.generic]]:
        """The arrays that are there, by name."""
        arrays = {"Z": self.Z, "Y": self.Y, "x": self.x, "F": self.F, "F_Y": self.F_Y}
        return {name: array for name, array in arrays.items() if array is not None}


@dataclass(frozen=True, eq=False)
class EconomyContents:
    """An economy of several years: labels at once, arrays year by year, since one year may fill the memory.

    Tables: regions (region, label), sectors (code, name, …), final_demand (code, name, role).
    `load` reads one year and raises InputError. `unit` is what the files themselves say flows are in ("" where they
    are silent and the catalogue speaks), `licence` theirs where their version has another than the catalogue says;
    `notes` are what was seen in them that a reader of figures must be told; `negative_flows` says that the way they
    were made into a table leaves flows below zero.
    `load_rows`, where a reader has it, reads a year likewise but hands the rows of Z to its second argument as they
    are read, so that Z need not fit into memory; Z of what it returns is then empty.
    """

    regions: Table
    sectors: Table
    final_demand: Table
    extensions: tuple[ExtensionEntry, ...]
    years: tuple[int, ...]
    load: Callable[[int], YearArrays]
    files: tuple[Path, ...]
    unit: str = ""
    licence: str = ""
    notes: tuple[str, ...] = ()
    negative_flows: bool = False
    load_rows: Callable[[int, Callable[[NDArray[np.float64]], object]], YearArrays] | None = None


@dataclass(frozen=True, eq=False)
class ExtensionContents:
    """Extensions of several years in long form; households' own amounts stand apart.

    `values`: region, sector, year, value; `households`: region, year, value (possibly empty). Where the source declares
    several extensions, both have a column `extension` too, with their ids.
    """

    values: Mapping[str, Column]
    households: Mapping[str, Column]
    years: tuple[int, ...]
    files: tuple[Path, ...]
    unit: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class IndicatorContents:
    """A long table of indicators: indicator, region, year, value, unit, sector, status, source."""

    values: Mapping[str, Column]
    years: tuple[int, ...]
    files: tuple[Path, ...]
    unit: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CodeContents:
    """A list of codes: code, name, parent ("" at the top) and level (1 at the top); `years` is its edition's."""

    values: Table
    years: tuple[int, ...]
    files: tuple[Path, ...]
    unit: str = ""
    notes: tuple[str, ...] = ()


Contents = EconomyContents | ExtensionContents | IndicatorContents | CodeContents
