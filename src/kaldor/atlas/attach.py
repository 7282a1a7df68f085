"""Attach an extension dataset to an economy: its cells find their industries by region code and sector code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kaldor.atlas import rest_of_world
from kaldor.atlas.manifest import ExtensionEntry, Manifest
from kaldor.atlas.national_money import in_money_of
from kaldor.atlas.placing import Cells, Labels, cells_of, place_extension, place_with_gaps
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd


def attach_extension(
    table: PublishedEconomy, manifest: Manifest, values: pd.DataFrame, households: pd.DataFrame
) -> PublishedEconomy:
    """The same economy that also carries the extensions of a dataset.

    `values` has region, sector, year, value; `households` region, year, value, which goes to the column of final
    demand whose role is "households"; both `extension` too where the dataset holds several. They must name exactly the
    economy's regions and sectors; where the dataset says that it has gaps, a cell that is not there is missing. Amounts
    in national currency are brought to the money of the table, which its notes say.
    Raises InputError where the year is missing or labels do not meet.
    """
    place = f"{manifest.id} → {table.source.id} {table.year}"
    if table.year not in manifest.years:
        years = f"{manifest.years[0]}–{manifest.years[-1]}"
        raise InputError(Problem(place, f"the extension has no year {table.year}.", f"It has {years}."))
    cells = {entry.id: _cells(entry, values, table.year, ["region", "sector"]) for entry in manifest.extensions}
    apart = _apart(table, manifest, cells)
    if apart:
        weights = rest_of_world.outputs_of(table)
        cells = {id: rest_of_world.shared_out(found, apart, weights) for id, found in cells.items()}
    outputs = {entry.money_by for entry in manifest.extensions}
    extensions: list[PublishedExtension] = []
    notes: dict[str, list[str]] = {}
    for entry in manifest.extensions:
        if entry.id in outputs or (entry.gaps and not cells[entry.id]):
            continue
        if entry.id in {extension.id for extension in table.extensions}:
            what = f"the economy already has an extension '{entry.id}'."
            raise InputError(Problem(place, what, "Attach one of them."))
        own = _cells(entry, households, table.year, ["region"])
        if apart and own:
            own = rest_of_world.shared_out(own, apart, rest_of_world.consumption_of(table))
        placed, note = _placed(place, table, manifest, entry, cells, own)
        extensions.append(placed)
        if note:
            notes.setdefault(note, []).append(entry.name)
    if not extensions:
        raise InputError(Problem(place, f"the extension has no value of {table.year}."))
    said = [f"{', '.join(names)}: {note}" for note, names in notes.items()]
    if apart:
        said.append(rest_of_world.words(manifest.source.title, apart))
    return replace(table, extensions=(*table.extensions, *extensions), notes=(*table.notes, *said))


def _apart(table: PublishedEconomy, manifest: Manifest, cells: Mapping[str, Cells]) -> tuple[str, ...]:
    """The regions of the table that stand in the extension's rest of the world, where its source says so."""
    if not manifest.source.rest_holds:
        return ()
    labels = Labels(table.regions, table.sectors, table.demands, table.demand_roles)
    found = {rest_of_world.lacking(labels, of, manifest.source.rest_holds) for of in cells.values()}
    return found.pop() if len(found) == 1 else ()


def _cells(entry: ExtensionEntry, frame: pd.DataFrame, year: int, keys: list[str]) -> Cells:
    return cells_of(frame[frame["extension"] == entry.id] if "extension" in frame.columns else frame, keys, year)


def _placed(
    place: str,
    table: PublishedEconomy,
    manifest: Manifest,
    entry: ExtensionEntry,
    cells: Mapping[str, Cells],
    households: Cells,
) -> tuple[PublishedExtension, str]:
    """One extension in the order of the table, and what must be said of how it got there."""
    labels = Labels(table.regions, table.sectors, table.demands, table.demand_roles)
    found, unit, note = cells[entry.id], entry.unit, ""
    if entry.money_by:
        found, note = in_money_of(table, found, cells[entry.money_by])
        unit = table.unit
    missing = None
    if entry.gaps:
        F, missing = place_with_gaps(place, labels, found)
        F_Y = np.zeros(len(table.regions) * len(table.demands))
        missing.flags.writeable = False
    else:
        F, F_Y = place_extension(place, labels, found, households)
    F.flags.writeable = F_Y.flags.writeable = False
    extension = PublishedExtension(
        id=entry.id,
        name=entry.name,
        unit=unit,
        F=F,
        F_Y=F_Y,
        status=entry.status,
        source=manifest.source.as_source(),
        missing=missing,
    )
    return extension, note
