"""Tables of the store as Parquet: written from columns, read as columns or as a frame, hashed by what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kaldor.atlas.readers.contents import Column, Table


def write_table(path: Path, columns: Mapping[str, Column], about: Mapping[str, str]) -> None:
    """Write columns of texts or numbers as Parquet; `about` (unit, source …) goes into the file's metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: pa.array(values) if len(values) else _empty(values) for name, values in columns.items()})
    pq.write_table(table.replace_schema_metadata({f"kaldor.{k}": v for k, v in about.items()}), path)


def read_columns(path: Path) -> Table:
    """The columns of a table of texts."""
    table = _read(path)
    return {name: tuple(table.column(name).to_pylist()) for name in table.column_names}


def read_frame(path: Path) -> Any:
    """A table as a pandas DataFrame."""
    return _read(path).to_pandas()


def values_hash(columns: Mapping[str, Column]) -> str:
    """SHA-256 of what a table says, the same whichever library wrote its bytes."""
    digest = hashlib.sha256()
    for name, values in columns.items():
        digest.update(json.dumps(name).encode())
        if isinstance(values, np.ndarray):
            digest.update(np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes())
        else:
            digest.update(json.dumps(values).encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(path: Path) -> Any:
    """The one file as an Arrow table; not by `read_table`, which loads all that reads folders of files (80 ms)."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return file.read()


def _empty(values: Column) -> Any:
    import pyarrow as pa

    return pa.array([], pa.string()) if isinstance(values, tuple) else pa.array(values)
