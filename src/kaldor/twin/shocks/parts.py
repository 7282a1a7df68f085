"""Firms, plants and products that the table lacks, put into it by typed values.

A firm makes the same product as the sector it is taken from, so that others can step in for it: it becomes a supplier
of its own, "DEU.plant", beside the regions. A product is unlike what it is taken from and nothing else replaces it: it
becomes a sector of its own, "c12.steel". Which of the two is typed decides how far a loss spreads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.split import SplitPart, split_sector
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.events import Part


def with_parts(economy: Economy, parts: Sequence[Part]) -> Economy:
    """The economy with typed firms and products taken out of their sectors; what is left of a sector keeps the rest.

    A firm "plant" of ("DEU", "c9") becomes the region "DEU.plant", which has that sector and no final users. A product
    "steel" of "c12" becomes the sector "c12.steel", and the rest "c12.rest". All totals stay.
    Raises UnknownLabelError; InputError with the values that cannot be (see `kaldor.economy.split.split_sector`).
    """
    for region, sector in dict.fromkeys((part.region, part.sector) for part in parts):
        here = [part for part in parts if (part.region, part.sector) == (region, sector)]
        kinds = {part.kind for part in here}
        if len(kinds) > 1:
            where = f"parts of {region}/{sector}"
            raise InputError(Problem(where, "firms and products of one sector.", "Type one kind for each sector."))
        split = split_sector(economy, region, sector, [*(_split_part(part) for part in here), SplitPart(label="rest")])
        economy = split if kinds == {"product"} else _as_suppliers(economy, split, region, sector, here)
    return economy


def _as_suppliers(economy: Economy, split: Economy, region: str, sector: str, firms: Sequence[Part]) -> Economy:
    """The split economy with each part of the sector moved to a region of its own, under the parent's code."""
    regions = (*economy.regions, *(f"{region}.{firm.label}" for firm in firms))
    S, m = len(economy.sectors), len(regions) * len(economy.demands)
    n = len(regions) * S
    from_rows, to_rows = [], []
    for row, (place, code) in enumerate(split.index):
        old, _, label = code.rpartition(".")
        if old != sector or label not in {"rest", *(firm.label for firm in firms)}:
            to_rows.append(regions.index(place) * S + economy.sector_position(code))
        elif label == "rest":
            to_rows.append(regions.index(place) * S + economy.sector_position(sector))
        elif place == region:
            to_rows.append(regions.index(f"{region}.{label}") * S + economy.sector_position(sector))
        else:
            continue  # a part has no output outside its own region
        from_rows.append(row)

    def moved(values: Array, *shape: int) -> Array:
        result = np.zeros(shape)
        result[np.array(to_rows)] = values
        return _read_only(result)

    Z = np.zeros((n, n))
    Z[np.ix_(to_rows, to_rows)] = split.Z[np.ix_(from_rows, from_rows)]
    users = economy.Y.shape[1]
    Y = np.zeros((n, m))
    Y[to_rows, :users] = split.Y[from_rows]
    return replace(
        split,
        regions=regions,
        sectors=economy.sectors,
        sector_names=economy.sector_names,
        sector_groups=economy.sector_groups,
        Z=_read_only(Z),
        Y=_read_only(Y),
        x=moved(split.x[from_rows], n),
        extensions={
            e.id: replace(
                e,
                F=moved(e.F[from_rows], n),
                F_Y=_read_only(np.append(e.F_Y, np.zeros(m - users))),
                missing=None if e.missing is None else moved(e.missing[from_rows].astype(float), n) > 0,
            )
            for e in split.extensions.values()
        },
    )


def _split_part(part: Part) -> SplitPart:
    def keys(values: dict[str, float]) -> dict[Any, float]:
        return {tuple(key.split("/", 1)) if "/" in key else key: value for key, value in values.items()}

    return SplitPart(
        label=part.label,
        name=part.name,
        output=part.output,
        output_share=part.output_share,
        inputs=keys(part.inputs),
        customers=keys(part.customers),
    )


def _read_only(values: Array) -> Array:
    values.flags.writeable = False
    return values
