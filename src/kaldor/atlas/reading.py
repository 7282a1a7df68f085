"""Make published tables out of a dataset's content folder and its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kaldor.atlas.attach import attach_extension
from kaldor.atlas.catalogue import CatalogueSource, Kind
from kaldor.atlas.classifications import Classification, classification, is_classification
from kaldor.atlas.manifest import Manifest
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.atlas.readers.contents import Table
from kaldor.atlas.readers.plain import demand_roles
from kaldor.atlas.tables import read_columns, read_frame
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd


def economy(manifest: Manifest, folder: Path, year: int) -> PublishedEconomy:
    """One year of an economy, its arrays memory-mapped and read-only.

    Raises InputError where the dataset is no economy or has no such year; FileNotFoundError where a file is gone.
    """
    expect_kind(manifest, "economy")
    if year not in manifest.years:
        years = ", ".join(map(str, manifest.years))
        raise InputError(Problem(f"dataset '{manifest.id}'", f"there is no year {year}.", f"It has {years}."))
    source = manifest.source
    regions, sectors, demand = (
        read_columns(folder / f"{name}.parquet") for name in ("regions", "sectors", "final_demand")
    )
    arrays = {name: np.load(folder / str(year) / f"{name}.npy", mmap_mode="r") for name in array_names(manifest)}
    return PublishedEconomy(
        regions=regions["region"],
        sectors=sectors["code"],
        sector_names=sectors["name"],
        demands=demand["code"],
        demand_names=demand["name"],
        Z=arrays["Z"],
        Y=arrays["Y"],
        x=arrays["x"],
        unit=manifest.unit,
        year=year,
        status=manifest.status,
        source=source.as_source(),
        demand_roles=demand_roles(demand, _classification(source)),
        sector_groups=_sector_groups(source, sectors),
        extensions=_with_sums(_own_extensions(manifest, arrays), source),
        notes=tuple(note for note in (source.year_notes.get(year), *source.notes, *source.known_issues) if note),
    )


def with_extension(table: PublishedEconomy, manifest: Manifest, folder: Path) -> PublishedEconomy:
    """The same economy that also carries an extension dataset. Raises InputError where labels do not meet."""
    expect_kind(manifest, "extension")
    return attach_extension(
        table, manifest, read_frame(folder / "values.parquet"), read_frame(folder / "households.parquet")
    )


def extension(manifest: Manifest, folder: Path) -> pd.DataFrame:
    """The long table of an extension dataset: region, sector ("" for final users' own), year, value. InputError.

    One that holds several has the column `extension` before them.
    """
    import pandas as pd

    expect_kind(manifest, "extension")
    values, households = (read_frame(folder / f"{name}.parquet") for name in ("values", "households"))
    columns = [name for name in ("extension", "region", "sector", "year", "value") if name in values.columns]
    return pd.concat([values, households.assign(sector="")], ignore_index=True)[columns]


def indicators(manifest: Manifest, folder: Path) -> pd.DataFrame:
    """The long table of an indicator dataset; `attrs` name the dataset and its citation. Raises InputError."""
    expect_kind(manifest, "indicators")
    frame = read_frame(folder / "indicators.parquet")
    frame.attrs.update(dataset=manifest.id, citation=manifest.source.citation)
    return frame


def codes(manifest: Manifest, folder: Path) -> pd.DataFrame:
    """A list of codes: code, name, parent, level; `attrs` name the dataset and its citation. Raises InputError."""
    expect_kind(manifest, "codes")
    frame = read_frame(folder / "codes.parquet").astype({"level": int})
    frame.attrs.update(dataset=manifest.id, citation=manifest.source.citation)
    return frame


def array_names(manifest: Manifest) -> tuple[str, ...]:
    """The arrays that each year of an economy has."""
    return ("Z", "Y", "x", "F", "F_Y") if manifest.extensions else ("Z", "Y", "x")


def expect_kind(manifest: Manifest, kind: Kind) -> None:
    """Raise InputError where a dataset is of another kind."""
    if manifest.kind != kind:
        raise InputError(Problem(f"dataset '{manifest.id}'", f"it is of kind {manifest.kind}, not {kind}."))


def _sector_groups(source: CatalogueSource, sectors: Table) -> dict[str, tuple[str, ...]]:
    """Named groups of sectors: by the dataset's own column `groups` (names with ';'), else by its classification."""
    if "groups" not in sectors:
        groups = declared.groups if (declared := _classification(source)) else {}
        return {name: codes for name, codes in groups.items() if set(codes) <= set(sectors["code"])}
    own: dict[str, tuple[str, ...]] = {}
    for code, names in zip(sectors["code"], sectors["groups"], strict=True):
        for name in (part.strip() for part in names.split(";")):
            own |= {name: (*own.get(name, ()), code)} if name else {}
    return own


def _classification(source: CatalogueSource) -> Classification | None:
    return classification(source.classification) if is_classification(source.classification) else None


def _with_sums(extensions: tuple[PublishedExtension, ...], source: CatalogueSource) -> tuple[PublishedExtension, ...]:
    """The extensions of the files, and the sums that their source declares, where all parts are there in their unit."""
    by_id = {extension.id: extension for extension in extensions}
    units = {id: extension.unit for id, extension in by_id.items()}
    declared = [one for one in source.sums if one.id not in by_id and {units.get(p) for p in one.of} == {one.of_unit}]
    sums = [
        replace(
            by_id[one.of[0]],
            id=one.id,
            name=one.name,
            unit=one.unit,
            F=one.factor * np.sum([by_id[part].F for part in one.of], axis=0),
            F_Y=one.factor * np.sum([by_id[part].F_Y for part in one.of], axis=0),
        )
        for one in declared
    ]
    return (*extensions, *sums)


def _own_extensions(manifest: Manifest, arrays: Mapping[str, Any]) -> tuple[PublishedExtension, ...]:
    return tuple(
        PublishedExtension(
            id=entry.id,
            name=entry.name,
            unit=entry.unit,
            F=arrays["F"][k],
            F_Y=arrays["F_Y"][k],
            status=entry.status,
            source=manifest.source.as_source(),
        )
        for k, entry in enumerate(manifest.extensions)
    )
