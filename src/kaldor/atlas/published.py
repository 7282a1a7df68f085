"""An economy as its publisher gives it: labels, flows and extensions, before any algebra.

The store writes and reads this record; the floor above turns it into an `Economy`, which adds the discrepancy
and the unallocated line. Nothing here is corrected, so that a dataset is always what its source says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kaldor.words import Status


@dataclass(frozen=True)
class Source:
    """Where a dataset comes from, in the words a brief prints beside every figure."""

    id: str
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: str = ""


@dataclass(frozen=True, eq=False)
class PublishedExtension:
    """One row of an economy's extensions: what each industry and each final use emits, employs or extracts.

    F has one value per region-sector (n,), F_Y one per column of final demand (m,), both in `unit`.
    """

    id: str
    name: str
    unit: str
    F: NDArray[np.float64]
    F_Y: NDArray[np.float64]
    status: Status
    source: Source


Redrawn = Callable[[int, int], "Iterator[PublishedEconomy]"]
"""From a number of draws and a seed to an estimate as it might have come out, so many times."""


@dataclass(frozen=True, eq=False, repr=False)
class PublishedEconomy:
    """A multi-regional input–output table of one year.

    Rows and columns of Z run region by region, sector by sector within a region: n = regions × sectors.
    Columns of Y run region by region, demand category by category: m = regions × demands.
    Flows are in `unit`. `demand_roles` says which category is what (households, government, investment,
    inventories …); `sector_groups` names sets of sectors ("manufacturing", "energy") for the questions that need one.
    `redrawn` draws an estimate anew from what it was made of; it is no data, and no store keeps it.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    sector_names: tuple[str, ...]
    demands: tuple[str, ...]
    demand_names: tuple[str, ...]
    Z: NDArray[np.generic]
    Y: NDArray[np.generic]
    x: NDArray[np.generic]
    unit: str
    year: int
    status: Status
    source: Source
    demand_roles: Mapping[str, str] = field(default_factory=dict)
    sector_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: tuple[PublishedExtension, ...] = ()
    notes: tuple[str, ...] = ()
    redrawn: Redrawn | None = None

    def __repr__(self) -> str:
        from kaldor.atlas.showing import in_a_line

        return f"PublishedEconomy: {in_a_line(self)}"
