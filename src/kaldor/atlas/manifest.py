"""The manifest: everything the store knows of one dataset, as the JSON file that makes the dataset exist.

A folder without a manifest is no dataset. The manifest names the content folder that belongs to it, so that
replacing this one small file replaces the whole dataset at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kaldor.atlas.catalogue import CatalogueSource, Kind
from kaldor.atlas.published import Status


class OriginFile(BaseModel):
    """A file that a dataset was read from: its name beside the others, its size and its SHA-256."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    bytes: int
    sha256: str


class Provenance(BaseModel):
    """How a dataset came into the store: from which files, through which reader and code version, and when.

    `saw` is what the files were recognised as, in words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    origin: tuple[OriginFile, ...]
    reader: str
    reader_version: int
    kaldor_version: str
    added: datetime
    saw: str = ""


class StoredFile(BaseModel):
    """One file of the content folder; `values` hashes what a table says, whichever library wrote its bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    sha256: str
    values: str


class ExtensionEntry(BaseModel):
    """An extension that a dataset holds: a row of F and F_Y, or the one table of an extension dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    unit: str
    status: Status = "observed"


class Manifest(BaseModel):
    """One dataset of the store. `content_hash` depends on the data alone: same data, same hash, on any machine."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layout: Literal[1] = 1
    id: str
    kind: Kind
    unit: str
    status: Status
    years: tuple[int, ...]
    source: CatalogueSource
    extensions: tuple[ExtensionEntry, ...] = ()
    counts: Mapping[str, int]
    provenance: Provenance
    content: str
    content_hash: str
    files: Mapping[str, StoredFile]

    @property
    def size(self) -> int:
        """Bytes on disk of the dataset's content."""
        return sum(file.bytes for file in self.files.values())
