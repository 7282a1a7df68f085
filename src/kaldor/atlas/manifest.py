"""The manifest: everything the store knows of one dataset, as the JSON file that makes the dataset exist.

A folder without a manifest is no dataset. The manifest names the content folder that belongs to it, so that
replacing this one small file replaces the whole dataset at once. One that cannot be read says so of its own dataset
and of no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kaldor.atlas import atomic
from kaldor.atlas.catalogue import CatalogueSource, Kind
from kaldor.atlas.ids import RESERVED
from kaldor.words import Status

FILE = "manifest.json"
CONTENT = r"v-[0-9a-f]{16}"
"""How a content folder is called: a name that nobody else would give to a folder."""

_MOST_BYTES = 64 << 20
_FILE_NAME = r"^([\w-]+/)*[\w-]+\.\w+$"
_UNKNOWN = {"extra_forbidden", "literal_error"}
"""What pydantic says of keys and words that this version does not know."""


class _Kept(BaseModel):
    """What the store writes itself, and so reads without doubt of its types."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OriginFile(_Kept):
    """A file that a dataset was read from: its name beside the others, its size and its SHA-256."""

    name: str
    bytes: int
    sha256: str


class Provenance(_Kept):
    """How a dataset came into the store: from which files, through which reader and code version, and when.

    `saw` is what the files were recognised as, in words.
    """

    origin: tuple[OriginFile, ...]
    reader: str
    reader_version: int
    kaldor_version: str
    added: datetime
    saw: str = ""


class StoredFile(_Kept):
    """One file of the content folder; `values` hashes what a table says, whichever library wrote its bytes."""

    bytes: int
    sha256: str
    values: str


class ExtensionEntry(_Kept):
    """An extension that a dataset holds: a row of F and F_Y, or one of an extension dataset.

    `gaps` and `money_by` as in `HeldExtension`.
    """

    id: str
    name: str
    unit: str
    status: Status = "observed"
    gaps: bool = False
    money_by: str = ""


class _Named(BaseModel):
    """What of a manifest says which files are the dataset's."""

    content: Annotated[str, Field(pattern=f"^{CONTENT}$")]
    files: Mapping[Annotated[str, Field(pattern=_FILE_NAME)], Any]


class Manifest(_Kept):
    """One dataset of the store. `content_hash` depends on the data alone: same data, same hash, on any machine."""

    layout: Literal[1] = 1
    id: str
    kind: Kind
    unit: str
    status: Status
    years: Annotated[tuple[int, ...], Field(min_length=1)]
    source: CatalogueSource
    extensions: tuple[ExtensionEntry, ...] = ()
    counts: Mapping[str, int]
    provenance: Provenance
    content: Annotated[str, Field(pattern=f"^{CONTENT}$")]
    content_hash: str
    files: Mapping[Annotated[str, Field(pattern=_FILE_NAME)], StoredFile]

    @property
    def size(self) -> int:
        """Bytes on disk of the dataset's content."""
        return sum(file.bytes for file in self.files.values())


@dataclass(frozen=True)
class UnreadableDataset:
    """A dataset of which the store cannot say what it is: why, and what to do, each without a full stop."""

    id: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"dataset '{self.id}': {self.reason}: {self.remedy}."


def read_manifest(folder: Path) -> Manifest | UnreadableDataset | None:
    """What the manifest in a dataset's folder says, or why it says nothing; None where there is none. Never raises."""
    id = folder.name
    try:
        text = atomic.read_regular(folder / FILE, _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return damaged(id, f"{FILE} cannot be read, {error.strerror or error}")
    if id in RESERVED:
        return _reserved(id)
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        return _refused(id, error)
    if found.id != id:
        return damaged(id, f"{FILE} is that of '{found.id[:80]}'")
    return found


def _reserved(id: str) -> UnreadableDataset:
    remedy = f"add it again under another id, and take this one away with 'kaldor data remove {id}'"
    return UnreadableDataset(id, f"'{id}' {RESERVED[id]}", remedy)


def damaged(id: str, what: str) -> UnreadableDataset:
    """A dataset that only adding it again brings back."""
    if id in RESERVED:  # under this id it cannot be added
        return _reserved(id)
    remedy = f"add it again with 'kaldor data add PATH --as {id}', or take it away with 'kaldor data remove {id}'"
    return UnreadableDataset(id, f"damaged ({what})", remedy)


def named_files(folder: Path) -> tuple[str, tuple[str, ...]] | None:
    """A dataset's content folder and the files in it, by a manifest of which no more need be understood than that."""
    try:
        named = _Named.model_validate_json(atomic.read_regular(folder / FILE, _MOST_BYTES))
    except (OSError, ValidationError):
        return None
    return named.content, tuple(named.files)


def _refused(id: str, error: ValidationError) -> UnreadableDataset:
    """Whether a newer version wrote what is not understood, or nobody could have."""
    problems = error.errors()
    if any(problem["type"] in _UNKNOWN for problem in problems):
        return UnreadableDataset(id, "written by a newer Kaldor", "upgrade Kaldor to use it")
    if problems[0]["type"] == "json_invalid":
        return damaged(id, f"{FILE} is not whole")
    place = ".".join(map(str, problems[0]["loc"]))[:80] or "top level"
    return damaged(id, f"{FILE} has a wrong '{place}'")
