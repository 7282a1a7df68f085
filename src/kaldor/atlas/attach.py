"""Attach an extension dataset to an economy: its cells find their industries by region code and sector code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kaldor.atlas.manifest import Manifest
from kaldor.atlas.placing import Labels, cells_of, place_extension
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd


def attach_extension(
    table: PublishedEconomy, manifest: Manifest, values: pd.DataFrame, households: pd.DataFrame
) -> PublishedEconomy:
    """The same economy that also carries an extension.

    `values` has region, sector, year, value; `households` region, year, value, which goes to the column of final
    demand whose role is "households". Both must name exactly the economy's regions and sectors.
    Raises InputError where the year is missing or labels do not meet.
    """
    place = f"{manifest.id} → {table.source.id} {table.year}"
    entry = manifest.extensions[0]
    if table.year not in manifest.years:
        years = f"{manifest.years[0]}–{manifest.years[-1]}"
        raise InputError(Problem(place, f"the extension has no year {table.year}.", f"It has {years}."))
    if entry.id in {extension.id for extension in table.extensions}:
        raise InputError(Problem(place, f"the economy already has an extension '{entry.id}'.", "Attach one of them."))
    F, F_Y = place_extension(
        place,
        Labels(table.regions, table.sectors, table.demands, table.demand_roles),
        cells_of(values, ["region", "sector"], table.year),
        cells_of(households, ["region"], table.year),
    )
    F.flags.writeable = F_Y.flags.writeable = False
    extension = PublishedExtension(
        id=entry.id,
        name=entry.name,
        unit=entry.unit,
        F=F,
        F_Y=F_Y,
        status=entry.status,
        source=manifest.source.as_source(),
    )
    return replace(table, extensions=(*table.extensions, extension))
