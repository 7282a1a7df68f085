"""A small DuckDB database, reached through Ibis, of what the store holds. The manifests stay the truth.

The database's name carries the hash of the manifests that it was made from: when they change, another one is made,
and a connection that is still open on the old one stays valid.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kaldor.atlas import atomic
from kaldor.atlas.manifest import Manifest
from kaldor.errors import StoreError

_ABANDONED_SECONDS = 3600.0


@contextmanager
def connected(store: Path, manifests: Sequence[Manifest]) -> Iterator[Any]:
    """A read-only Ibis connection of its own on the index of these manifests, made first if it is missing."""
    import ibis

    path = _path(store, manifests)
    if not path.is_file():
        _make(path, manifests)
    connection = ibis.duckdb.connect(path, read_only=True)
    try:
        yield connection
    finally:
        connection.disconnect()


def sweep(store: Path, manifests: Sequence[Manifest]) -> None:
    """Delete indexes of other manifests, and what a killed process left of one. Needs the writer's lock."""
    kept = _path(store, manifests)
    for path in store.glob("catalogue-*.duckdb*"):
        if path != kept:
            atomic.discard(path)
    for path in store.glob(".catalogue-*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            atomic.discard(path)


def _path(store: Path, manifests: Sequence[Manifest]) -> Path:
    digest = hashlib.sha256("\n".join(m.model_dump_json() for m in manifests).encode()).hexdigest()
    return store / f"catalogue-{digest[:16]}.duckdb"


def _make(path: Path, manifests: Sequence[Manifest]) -> None:
    import ibis

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".catalogue-", dir=path.parent))
    except OSError as error:
        raise StoreError(f"{path.parent}: cannot be written ({error.strerror}).") from None
    try:
        connection = ibis.duckdb.connect(folder / path.name)
        for name, table in _tables(manifests).items():
            connection.create_table(name, table)
        connection.disconnect()
        (folder / path.name).replace(path)
    finally:
        atomic.discard(folder)


def _tables(manifests: Sequence[Manifest]) -> dict[str, Any]:
    import pyarrow as pa

    text, whole = pa.string(), pa.int64()
    datasets = [_dataset_row(m) for m in manifests]
    years = [{"dataset": m.id, "year": year} for m in manifests for year in m.years]
    extensions = [{"dataset": m.id, **entry.model_dump()} for m in manifests for entry in m.extensions]
    files = [
        {"dataset": m.id, "file": n, "bytes": f.bytes, "sha256": f.sha256}
        for m in manifests
        for n, f in m.files.items()
    ]
    types = {
        "datasets": (
            datasets,
            {"first_year": whole, "last_year": whole, "bytes": whole, "added": pa.timestamp("s", "UTC")},
        ),
        "dataset_years": (years, {"year": whole}),
        "extensions": (extensions, {}),
        "files": (files, {"bytes": whole}),
    }
    columns = {
        "datasets": [*_DATASET_COLUMNS],
        "dataset_years": ["dataset", "year"],
        "extensions": ["dataset", "id", "name", "unit", "status"],
        "files": ["dataset", "file", "bytes", "sha256"],
    }
    return {
        name: pa.Table.from_pylist(rows, schema=pa.schema([(c, special.get(c, text)) for c in columns[name]]))
        for name, (rows, special) in types.items()
    }


_DATASET_COLUMNS = (
    "id",
    "kind",
    "title",
    "publisher",
    "licence",
    "classification",
    "unit",
    "status",
    "first_year",
    "last_year",
    "bytes",
    "content_hash",
    "added",
)


def _dataset_row(manifest: Manifest) -> dict[str, Any]:
    source = manifest.source
    return {
        "id": manifest.id,
        "kind": manifest.kind,
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "classification": source.classification,
        "unit": manifest.unit,
        "status": manifest.status,
        "first_year": manifest.years[0],
        "last_year": manifest.years[-1],
        "bytes": manifest.size,
        "content_hash": manifest.content_hash,
        "added": manifest.provenance.added,
    }
