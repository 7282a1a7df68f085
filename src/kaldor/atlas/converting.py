"""Convert a dataset of the store into a new one, with the parent and the concordances in its provenance."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kaldor import __version__
from kaldor.atlas.catalogue import CatalogueSource
from kaldor.atlas.concordance import Concordance, read_concordance
from kaldor.atlas.conversion import AGGREGATION, conversion_notes, convert, convert_indicator
from kaldor.atlas.countries import comparable
from kaldor.atlas.groupings import grouping, is_grouping, period_of
from kaldor.atlas.manifest import ExtensionEntry, Manifest, OriginFile, Provenance
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.readers.contents import EconomyContents, IndicatorContents, Table, YearArrays
from kaldor.atlas.regions import canonical_code
from kaldor.atlas.store import Store
from kaldor.atlas.tables import file_hash
from kaldor.atlas.writing import Progress
from kaldor.errors import InputError, Problem

VERSION = 1


def convert_dataset(
    store: Store,
    id: str,
    new_id: str,
    *,
    regions: Path | str | None = None,
    sectors: Path | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write dataset `new_id`: dataset `id` brought to the regions and sectors that concordances lead to.

    `regions` is a file, or a grouping by name (`kaldor.atlas.groupings`: "EU@2009", "income groups@2009"). An economy
    is added up year by year; indicators (amounts) by region. Raises InputError where a file is faulty, a label has no
    row, or the dataset is an extension (convert the economy that carries it); UnknownDatasetError, UnknownLabelError.
    """
    parent = store.info(id)
    file = None if regions is None or _is_named(regions) else Path(regions)
    named = None if regions is None or file else str(regions)
    by_region = read_concordance(file) if file else grouping(named, *_held(store, parent)) if named else None
    by_sector = read_concordance(sectors) if sectors else None
    origin = (
        OriginFile(name=f"dataset {id}", bytes=parent.size, sha256=parent.content_hash),
        *(OriginFile(name=f.name, bytes=f.stat().st_size, sha256=file_hash(f)) for f in (file, sectors) if f),
    )
    provenance = Provenance(
        origin=origin,
        reader="conversion",
        reader_version=VERSION,
        kaldor_version=__version__,
        added=datetime.now(UTC).replace(microsecond=0),
        saw=f"a conversion of dataset {id}" + (f", regions by {named}" if named else ""),
    )
    source = _source(parent, new_id, by_region, by_sector)
    if parent.kind == "economy":
        contents = _economy(store, parent, by_region, by_sector)
        return store.add(new_id, contents, source, provenance, progress)
    if parent.kind == "indicators" and by_region is not None and by_sector is None:
        period = period_of(named) if named else None
        return store.add(new_id, _indicators(store, parent, by_region, period), source, provenance, progress)
    raise _other_kind(parent)


def _is_named(regions: Path | str) -> bool:
    """Whether regions are given by name, be it a wrong one, and not as a file."""
    return isinstance(regions, str) and (is_grouping(regions) or not (Path(regions).suffix or Path(regions).exists()))


def _held(store: Store, parent: Manifest) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The regions and years of a dataset."""
    if parent.kind == "economy":
        return store.economy(parent.id, parent.years[0]).regions, parent.years
    if parent.kind == "indicators":
        return tuple(sorted(set(store.indicators(parent.id)["region"]))), parent.years
    raise _other_kind(parent)


def _other_kind(parent: Manifest) -> InputError:
    what = f"is of kind {parent.kind}: only economies, and regions of indicators, are converted."
    return InputError(Problem(f"dataset '{parent.id}'", what))


def _source(parent: Manifest, new_id: str, regions: Concordance | None, sectors: Concordance | None) -> CatalogueSource:
    source = parent.source
    kept = "" if sectors else source.classification
    changes = {
        "id": new_id,
        "title": f"{source.title}, converted",
        "classification": kept,
        "companions": (),
        "folder": "",
        "notes": (*source.notes, *_bias(parent, regions, sectors), *conversion_notes(regions, sectors)),
    }
    return source.model_copy(update=changes)


def _bias(parent: Manifest, *used: Concordance | None) -> tuple[str, ...]:
    """The note on aggregation, where regions or sectors of an economy are added up."""
    adds_up = any(_adds_up(one) for one in used if one is not None)
    return (AGGREGATION,) if parent.kind == "economy" and adds_up else ()


def _adds_up(used: Concordance) -> bool:
    """Whether two labels lead to one."""
    targets = [new for shares in used.shares.values() for new, share in shares.items() if share > 0]
    return len(targets) > len(set(targets))


def _economy(
    store: Store, parent: Manifest, regions: Concordance | None, sectors: Concordance | None
) -> EconomyContents:
    def converted(year: int) -> PublishedEconomy:
        return convert(store.economy(parent.id, year), regions=regions, sectors=sectors)

    def load(year: int) -> YearArrays:
        table = converted(year)
        if not table.extensions:
            return YearArrays(table.Z, table.Y, table.x)
        F, F_Y = (np.stack([getattr(e, name) for e in table.extensions]) for name in ("F", "F_Y"))
        return YearArrays(table.Z, table.Y, table.x, F, F_Y)

    first = converted(parent.years[0])
    return EconomyContents(
        regions={"region": tuple(map(canonical_code, first.regions)), "label": first.regions},
        sectors=_sectors(first),
        final_demand={
            "code": first.demands,
            "name": first.demand_names,
            "role": tuple(first.demand_roles.get(code, "") for code in first.demands),
        },
        extensions=tuple(ExtensionEntry(id=e.id, name=e.name, unit=e.unit, status=e.status) for e in first.extensions),
        years=parent.years,
        load=load,
        files=(),
    )


def _sectors(table: PublishedEconomy) -> Table:
    names = [[name for name, members in table.sector_groups.items() if code in members] for code in table.sectors]
    return {"code": table.sectors, "name": table.sector_names, "groups": tuple(map(";".join, names))}


def _indicators(
    store: Store, parent: Manifest, regions: Concordance, period: tuple[int, int] | None
) -> IndicatorContents:
    frame = store.indicators(parent.id)
    frame = comparable(frame, *period) if period else convert_indicator(frame, regions)
    texts = ("indicator", "region", "unit", "sector", "status", "source")
    values = {name: tuple(map(str, frame[name])) for name in texts}
    years = frame["year"].to_numpy(np.int64)
    return IndicatorContents(
        {**values, "year": years, "value": frame["value"].to_numpy(np.float64)}, tuple(sorted(set(years.tolist()))), ()
    )
