"""Bring files from outside into the store: see what they are, read them, write them with their provenance."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from kaldor import __version__
from kaldor.atlas.catalogue import Catalogue, CatalogueSource, Kind, toml_problems
from kaldor.atlas.classifications import classification, is_classification
from kaldor.atlas.manifest import Manifest, OriginFile, Provenance
from kaldor.atlas.readers import extension_csv, indicators_csv, plain
from kaldor.atlas.readers.contents import Contents
from kaldor.atlas.readers.rows import short_name
from kaldor.atlas.store import Store
from kaldor.atlas.tables import file_hash
from kaldor.atlas.writing import Progress
from kaldor.errors import InputError, Problem

DESCRIPTION = "dataset.toml"
"""The file in which a user describes a data set that no catalogue holds."""

_READER_VERSIONS = {
    "plain": plain.VERSION,
    "extension_csv": extension_csv.VERSION,
    "indicators_csv": indicators_csv.VERSION,
}


@dataclass(frozen=True)
class AddReport:
    """What `add` did: the dataset, its companions, what it saw, and what the user should know."""

    added: tuple[Manifest, ...]
    saw: str
    warnings: tuple[str, ...]


def add(
    path: Path, store: Store, as_id: str | None = None, companions: bool = True, progress: Progress | None = None
) -> AddReport:
    """Read a folder or file into the store as dataset `as_id`, with the companions its source declares.

    What it is, is recognised from the files themselves: a folder with labels and NAME_YYYY.npz is an economy, one
    with F_….csv an extension, a CSV file (or a folder with one) indicators. The source is the catalogue's entry of
    that id, or of the usual folder name; else `dataset.toml` in the folder; else the generic one.
    Raises InputError with every problem of the input, before anything is written; StoreError.
    """
    if not path.exists():
        raise InputError(Problem(str(path), "no such file or folder."))
    kind = recognise(path)
    source = source_of(path, kind, as_id)
    beside = _companions_beside(path, source) if companions else []
    # Everything is read before anything is written: a faulty companion leaves the store as it was.
    sources = [(source, path), *beside]
    read = [(entry, _read(place, entry)) for entry, place in sources]
    added = [store.add(entry.id, contents, entry, _provenance(contents, entry), progress) for entry, contents in read]
    return AddReport(
        tuple(added), _saw(added[0]), tuple(warning for dataset in added for warning in _warnings(dataset))
    )


def recognise(path: Path) -> Kind:
    """What a folder or file seems to be. Raises InputError where it is nothing that Kaldor reads."""
    if path.is_file() and path.suffix.lower() == ".csv":
        return "indicators"
    if path.is_dir():
        if plain.looks_like_economy(path):
            return "economy"
        if extension_csv.looks_like_extension(path):
            return "extension"
        if indicators_csv.file_in(path) is not None:
            return "indicators"
    raise InputError(
        Problem(
            str(path),
            "is nothing that Kaldor reads.",
            "Expected a folder with regions.csv, sectors.csv, final_demand.csv and NAME_YYYY.npz (an economy), one "
            "with F_NAME.csv (an extension), or a CSV file of indicators.",
        )
    )


def source_of(path: Path, kind: Kind, as_id: str | None) -> CatalogueSource:
    """The catalogue's entry for what is added, or the user's own description of it.

    Raises InputError where the catalogue says that the id is of another kind, or dataset.toml has wrong keys.
    """
    catalogue = Catalogue.load()
    if as_id is not None and as_id in catalogue:
        source = catalogue.source(as_id)
        if source.kind != kind:
            what = f"looks like {kind}, but '{as_id}' is of kind {source.kind} in the catalogue."
            raise InputError(Problem(str(path), what, "Choose another id with --as."))
        return source
    if as_id is None:
        for source in catalogue.sources.values():
            if source.folder and source.folder == path.resolve().name and source.kind == kind:
                return source
    return _own_source(path, catalogue.source(f"own-{kind}"), as_id)


def slug(name: str) -> str:
    """A file's name as a dataset id: small letters, digits and '-'."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")[:64] or "dataset"


def _own_source(path: Path, generic: CatalogueSource, id: str | None) -> CatalogueSource:
    name = path.resolve().name
    file = path / DESCRIPTION
    base = generic.model_dump() | {"id": slug(name.removesuffix(".csv")), "title": f"{generic.title} '{name}'"}
    described = _description(file) if file.is_file() else {}
    kind = described.get("kind", generic.kind)
    if kind != generic.kind:
        raise InputError(Problem(f"{short_name(file)}, kind", f"says {kind}, the files look like {generic.kind}."))
    notes = {"notes": ()} if described else {}
    try:
        return CatalogueSource.model_validate(base | notes | described | ({"id": id} if id is not None else {}))
    except ValidationError as error:
        raise InputError(toml_problems(error, short_name(file) if file.is_file() else "--as")) from None


def _description(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(short_name(file), f"not valid TOML: {error}.")) from None


def _read(path: Path, source: CatalogueSource) -> Contents:
    declared = classification(source.classification) if is_classification(source.classification) else None
    if source.reader == "plain":
        return plain.read_economy(path, declared)
    if source.reader == "extension_csv":
        return extension_csv.read_extension(path, declared.codes if declared else ())
    return indicators_csv.read_indicators(path)


def _provenance(contents: Contents, source: CatalogueSource) -> Provenance:
    return Provenance(
        origin=_origin(contents.files),
        reader=source.reader,
        reader_version=_READER_VERSIONS[source.reader],
        kaldor_version=__version__,
        added=datetime.now(UTC).replace(microsecond=0),
    )


def _origin(files: Sequence[Path]) -> tuple[OriginFile, ...]:
    return tuple(OriginFile(name=f.name, bytes=f.stat().st_size, sha256=file_hash(f)) for f in files)


def _companions_beside(path: Path, source: CatalogueSource) -> list[tuple[CatalogueSource, Path]]:
    catalogue = Catalogue.load()
    declared = [catalogue.source(id) for id in source.companions]
    found = [(entry, path.resolve().parent / entry.folder) for entry in declared]
    return [(entry, folder) for entry, folder in found if folder.is_dir()]


def _saw(manifest: Manifest) -> str:
    counts = ", ".join(f"{count:,} {singular(name) if count == 1 else name}" for name, count in manifest.counts.items())
    first, last = manifest.years[0], manifest.years[-1]
    years = f"{len(manifest.years)} years, {first}–{last}" if first != last else str(first)
    return f"{manifest.kind} ({counts}; {years})"


def singular(name: str) -> str:
    """One of what a manifest counts: 'regions' → 'region', 'demand categories' → 'demand category'."""
    return name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")


def _warnings(manifest: Manifest) -> list[str]:
    if manifest.unit or manifest.kind == "indicators":
        return []
    what = f"{manifest.id}: no unit is stated, so its figures will have none."
    return [f'{what} Write unit = "…" in {DESCRIPTION} beside the files and add it again.']
