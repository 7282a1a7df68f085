"""Bring a table into other regions or sectors: what merges is added up, what is split is split by given shares.

A split repeats the parent: each part buys, sells and emits in the parent's proportions, so that totals hold to the last
digit and nothing new is known of the parts. To split with knowledge of a part, see `kaldor.economy.split`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.atlas.concordance import Concordance
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.errors import InputError, Problem
from kaldor.words import weakest

Array = NDArray[np.float64]


def convert(
    table: PublishedEconomy,
    *,
    regions: Concordance | None = None,
    sectors: Concordance | None = None,
    sector_names: Mapping[str, str] | None = None,
) -> PublishedEconomy:
    """The same economy in the regions and sectors that concordances lead to.

    Z, Y, x, F and F_Y are added up by shares: every total stays. A sector group survives where each of its parents'
    parts holds members only. The conversion is written into `notes`. Raises InputError for labels that a concordance
    does not know, or where nothing is converted.
    """
    if regions is None and sectors is None:
        raise InputError(Problem("conversion", "names neither regions nor sectors.", "Give a concordance of one."))
    by_region = _shares(regions, table.regions)
    by_sector = _shares(sectors, table.sectors)
    region_labels = regions.targets if regions else table.regions
    sector_labels = sectors.targets if sectors else table.sectors
    names = dict(zip(table.sectors, table.sector_names, strict=True)) | dict(sector_names or {})
    demand = np.eye(len(table.demands))
    Z = _rows(_rows(np.asarray(table.Z, np.float64), by_region, by_sector).T, by_region, by_sector).T
    Y = _rows(_rows(np.asarray(table.Y, np.float64), by_region, by_sector).T, by_region, demand).T
    return replace(
        table,
        regions=region_labels,
        sectors=sector_labels,
        sector_names=tuple(names.get(sector, sector) for sector in sector_labels),
        Z=np.ascontiguousarray(Z),
        Y=np.ascontiguousarray(Y),
        x=_rows(np.asarray(table.x, np.float64), by_region, by_sector),
        sector_groups=_groups(table, by_sector, sector_labels),
        extensions=tuple(_extension(e, by_region, by_sector, demand) for e in table.extensions),
        notes=(*table.notes, *conversion_notes(regions, sectors)),
    )


def conversion_notes(regions: Concordance | None, sectors: Concordance | None) -> tuple[str, ...]:
    """What a reader of converted figures must be told: by which file, and which labels were split by shares."""
    notes = []
    for kind, used in (("Regions", regions), ("Sectors", sectors)):
        if used is not None:
            split = f"; split by fixed shares: {', '.join(used.split)}" if used.split else ""
            notes.append(f"{kind} converted by {used.origin}{split}.")
    return tuple(notes)


AGGREGATION = (
    "Added up before anything is computed: what stands together counts as one industry with its mean inputs and "
    "emissions, so that footprints differ from those of the finer table added up afterwards (aggregation bias)."
)
"""What a reader of a converted economy must be told. Source: Morimoto (1970), Review of Economics and Statistics 52."""


def convert_indicator(
    frame: pd.DataFrame, regions: Concordance, *, weights: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Indicators (indicator, region, year, value, unit …) brought to other regions.

    Without `weights` amounts are added up by shares. With `weights` (region, year, weight) ratios are averaged by
    them. A new region lacks a value where any of its members lacks one: missing is not zero. Its status is the least
    certain among its members. Raises InputError for regions that the concordance does not know.
    """
    shares = pd.DataFrame(
        [(old, new, share) for old, targets in regions.shares.items() for new, share in targets.items() if share > 0],
        columns=["region", "to", "share"],
    )
    regions.matrix(sorted(set(frame["region"])))
    joined = frame.merge(shares, on="region")
    joined["weight"] = joined["share"] if weights is None else _joined_weights(joined, weights)
    joined["value"] = joined["value"] * joined["weight"]
    joined = joined[np.isfinite(joined["value"])]
    keys = ["indicator", "to", "year", "unit", "sector"]
    found = joined.groupby(keys, as_index=False, sort=False).agg(
        value=("value", "sum"),
        weight=("weight", "sum"),
        members=("region", "nunique"),
        status=("status", lambda statuses: weakest(*statuses)),
    )
    expected = shares.groupby("to")["region"].nunique()
    whole = found[found["members"] == found["to"].map(expected)].copy()
    if weights is not None:
        whole["value"] = whole["value"] / whole["weight"]
    whole["source"] = f"converted by {regions.origin}"
    columns = ["indicator", "region", "year", "value", "unit", "sector", "status", "source"]
    return whole.rename(columns={"to": "region"})[columns].reset_index(drop=True)


def _joined_weights(joined: pd.DataFrame, weights: pd.DataFrame) -> Array:
    """Each row's share times the weight of its region in its year; NaN, and so no value, where there is none."""
    found = joined.merge(weights[["region", "year", "weight"]], on=["region", "year"], how="left", suffixes=("", "_"))
    return np.asarray(joined["share"].to_numpy() * found["weight"].to_numpy(), np.float64)


def _shares(used: Concordance | None, labels: Sequence[str]) -> Array:
    return used.matrix(labels) if used else np.eye(len(labels))


def _rows(values: Array, by_region: Array, by_item: Array) -> Array:
    """Add the (region × item) rows of an array up by both shares: (R·S, …) → (R'·S', …)."""
    (old_regions, regions), (old_items, items) = by_region.shape, by_item.shape
    cube = values.reshape(old_regions, old_items, -1)
    merged = np.einsum("ri,rsk->isk", by_region, cube, optimize=True)
    merged = np.einsum("sj,isk->ijk", by_item, merged, optimize=True)
    return np.asarray(merged.reshape(regions * items, *values.shape[1:]))


def _extension(extension: PublishedExtension, by_region: Array, by_sector: Array, demand: Array) -> PublishedExtension:
    F = _rows(np.asarray(extension.F, np.float64), by_region, by_sector)
    missing = extension.missing
    if missing is not None:
        missing = _rows(np.where(missing, 0.0, 1.0), by_region, by_sector) == 0
    F_Y = _rows(np.asarray(extension.F_Y, np.float64), by_region, demand)
    return replace(extension, F=F, F_Y=F_Y, missing=missing)


def _groups(table: PublishedEconomy, by_sector: Array, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    groups = {}
    for name, members in table.sector_groups.items():
        inside = np.isin(table.sectors, members)
        touched = [label for j, label in enumerate(labels) if by_sector[inside, j].any()]
        mixed = [label for j, label in enumerate(labels) if by_sector[~inside, j].any() and label in touched]
        if touched and not mixed:
            groups[name] = tuple(touched)
    return groups
