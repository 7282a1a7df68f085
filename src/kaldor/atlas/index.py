"""A small DuckDB database in memory, reached through Ibis, of what the store holds. The manifests stay the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kaldor.atlas.manifest import Manifest


@contextmanager
def connected(manifests: Sequence[Manifest]) -> Iterator[Any]:
    """An Ibis connection of its own on the tables of these manifests, which are few."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        for name, table in _tables(manifests).items():
            connection.create_table(name, table)
        yield connection
    finally:
        connection.disconnect()


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
