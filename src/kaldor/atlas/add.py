"""Bring files from outside into the store: see what they are, read them, write them with their provenance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kaldor import __version__
from kaldor.atlas import left_out, rest_of_world
from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.atlas.classifications import classification, is_classification
from kaldor.atlas.ids import id_problem
from kaldor.atlas.manifest import Manifest, OriginFile, Provenance
from kaldor.atlas.other_table import refuse_another
from kaldor.atlas.readers.contents import Contents, EconomyContents
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES, Download
from kaldor.atlas.readers.known import BY_NAME, recognise
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import short_name
from kaldor.atlas.store import Store
from kaldor.atlas.tables import file_hash
from kaldor.atlas.writing import Progress
from kaldor.declared import checked, refuse_special, toml_file
from kaldor.errors import InputError, Problem

DESCRIPTION = "dataset.toml"
"""The file in which a user describes a data set that no catalogue holds."""

READERS_OWN = ("table", "supply_use")
"""Sections of that file that a reader checks itself: they say what the rows and columns of a table are."""


@dataclass(frozen=True)
class AddReport:
    """What `add` did: the dataset, its companions, what it saw in it, and what the user should know.

    `recognised` says which layout the files are in, `saw` what they hold, `replaced` which ids were there before.
    """

    added: tuple[Manifest, ...]
    recognised: str
    saw: str
    warnings: tuple[str, ...]
    replaced: tuple[str, ...] = ()


def add(
    path: Path, store: Store, as_id: str | None = None, companions: bool = True, progress: Progress | None = None
) -> AddReport:
    """Read a folder or file into the store as dataset `as_id`, with the companions its source declares.

    What it is, is recognised from the files themselves (`kaldor.atlas.readers.known`). The source is the catalogue's
    entry of that id, or what the layout or the usual folder name tells; else `dataset.toml` in the folder; else the
    generic one. Without `as_id`, a held dataset is replaced by the same table alone, not by another with its id.
    Raises InputError with every problem of the input, before anything is written; StoreError.
    """
    store.exists()  # a folder that is no store is refused before hours are spent on reading
    refuse_special(path)
    layout, seen = recognise(Download(path))
    source = source_of(path, layout, seen, as_id)
    beside = _companions_beside(path, source) if companions else []
    # Everything is read before anything is written: a faulty companion leaves the store as it was.
    sources = [(source, path, seen.words), *((entry, place, "") for entry, place in beside)]
    read = [(entry, *_read(place, entry), words) for entry, place, words in sources]
    for entry, _, contents, _ in read:
        if entry.id != as_id:  # under an id of the user's choice anything is replaced
            refuse_another(store, entry, contents)
    held = _ids_of(store)
    added = [
        store.add(entry.id, contents, as_read(entry, contents), provenance_of(contents, entry, words), progress)
        for entry, _, contents, words in read
    ]
    warnings = (
        *(warning for dataset in added for warning in _warnings(dataset)),
        *(
            said
            for entry, download, contents, _ in read
            for said in left_out.words(download, contents, BY_NAME[entry.reader])
        ),
    )
    replaced = tuple(dataset.id for dataset in added if dataset.id in held)
    return AddReport(tuple(added), seen.words, _saw(added[0]), warnings, replaced)


def _ids_of(store: Store) -> set[str]:
    """The ids of all that a store holds, what cannot be read of it included."""
    listing = store.listing()
    return {*(one.id for one in listing.datasets), *(one.id for one in listing.unreadable)}


def source_of(path: Path, layout: Layout, seen: Seen, as_id: str | None) -> CatalogueSource:
    """The catalogue's entry for what is added, or the user's own description of it.

    Raises InputError where the catalogue says that the id is of another kind, dataset.toml has wrong keys, or the id
    that comes out of all this cannot be a dataset's.
    """
    source = _source_of(path, layout, seen, as_id)
    if problem := id_problem(source.id, "--as" if as_id is not None else short_name(path)):
        raise InputError(problem)
    return source


def _source_of(path: Path, layout: Layout, seen: Seen, as_id: str | None) -> CatalogueSource:
    catalogue, reader = Catalogue.load(), {"reader": layout.name}
    if as_id is not None and as_id in catalogue:
        source = catalogue.source(as_id)
        if source.kind != layout.kind:
            what = f"looks like {layout.kind}, but '{as_id}' is of kind {source.kind} in the catalogue."
            raise InputError(Problem(str(path), what, "Choose another id with --as."))
        return source.model_copy(update=reader)
    if seen.source:
        return _renamed(catalogue.source(seen.source).model_copy(update=reader), as_id)
    if as_id is None:
        for source in catalogue.sources.values():
            if source.folder and source.folder == path.resolve().name and source.kind == layout.kind:
                return source.model_copy(update=reader)
    return _own_source(path, catalogue.source(f"own-{layout.kind}").model_copy(update=reader), as_id)


def _renamed(source: CatalogueSource, id: str | None) -> CatalogueSource:
    """A catalogued source under an id of the user's own, checked as any other id is."""
    if id is None:
        return source
    return checked(CatalogueSource, source.model_dump() | {"id": id}, "--as")


def slug(name: str) -> str:
    """A file's name as a dataset id: small letters, digits and '-'."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")[:64] or "dataset"


def _own_source(path: Path, generic: CatalogueSource, id: str | None) -> CatalogueSource:
    name = path.resolve().name
    file = path / DESCRIPTION
    base = generic.model_dump() | {"id": slug(name.removesuffix(".csv")), "title": f"{generic.title} '{name}'"}
    described = {key: value for key, value in _description(file).items() if key not in READERS_OWN}
    kind = described.get("kind", generic.kind)
    if kind != generic.kind:
        raise InputError(Problem(f"{short_name(file)}, kind", f"says {kind}, the files look like {generic.kind}."))
    notes = {"notes": ()} if described else {}
    # Which layout the files are in is seen in the files: an export of an official table is in Kaldor's own.
    given = {"reader": generic.reader} | ({"id": id} if id is not None else {})
    where = short_name(file) if file.is_file() else "--as"
    return checked(CatalogueSource, base | notes | described | given, where)


def _description(file: Path) -> dict[str, object]:
    return toml_file(file, short_name(file)) if file.is_file() else {}


def read_contents(path: Path, source: CatalogueSource) -> Contents:
    """What the files of a source hold, by the reader that it names.

    Raises InputError, also where files of data lie beside them that it does not read.
    """
    return _read(path, source)[1]


def _read(path: Path, source: CatalogueSource) -> tuple[Download, Contents]:
    """The same, and the download that tells which of its files were read."""
    download, layout = Download(path), BY_NAME[source.reader]
    declared = classification(source.classification) if is_classification(source.classification) else None
    contents = layout.read(download, declared)
    left_out.refuse_left_out(download, contents, layout)
    return download, contents


def as_read(source: CatalogueSource, contents: Contents) -> CatalogueSource:
    """The source with what the files themselves say of unit and licence, and what a reader of figures must be told."""
    rest = (rest_of_world.words(source.title, source.rest_holds),) if source.rest_holds else ()
    unit, notes = contents.unit or source.unit, tuple(dict.fromkeys((*source.notes, *rest, *contents.notes)))
    said: dict[str, object] = {"unit": unit, "notes": notes}
    if isinstance(contents, EconomyContents):
        said["licence"] = contents.licence or source.licence
        said["negative_flows"] = contents.negative_flows or source.negative_flows
    return source.model_copy(update=said)


def provenance_of(contents: Contents, source: CatalogueSource, saw: str) -> Provenance:
    """Where contents come from: names and hashes of the files, the reader, the time."""
    return Provenance(
        origin=_origin(contents.files),
        reader=source.reader,
        reader_version=BY_NAME[source.reader].version,
        kaldor_version=__version__,
        added=datetime.now(UTC).replace(microsecond=0),
        saw=saw,
    )


def _origin(files: Sequence[Path]) -> tuple[OriginFile, ...]:
    """Names, sizes and hashes of the files. Raises InputError for one that is larger than any that is read."""
    for file in files:  # a zip may be larger: each of its members has to pass by itself
        if file.suffix.lower() != ".zip" and file.stat().st_size > MOST_MEMBER_BYTES:
            what = f"{file.stat().st_size:,} bytes; at most {MOST_MEMBER_BYTES:,} are read."
            raise InputError(Problem(short_name(file), what))
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
    if manifest.unit or manifest.source.extensions or manifest.kind in {"indicators", "codes"}:
        return []
    what = f"{manifest.id}: no unit is stated, so its figures will have none."
    return [f'{what} Write unit = "…" in {DESCRIPTION} beside the files and add it again.']
