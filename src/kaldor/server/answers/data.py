"""Datasets, the catalogue, and what was added or removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, Field, computed_field

from kaldor.atlas.catalogue import Kind as DatasetKind
from kaldor.atlas.manifest import Provenance
from kaldor.economy.names import counts_jobs
from kaldor.server.refusals import ProblemAnswer
from kaldor.words import Principle, Status


class Code(BaseModel):
    """A code with its name."""

    code: str
    name: str


class ExtensionAnswer(BaseModel):
    """What an economy carries beside its flows."""

    id: str
    name: str
    unit: str
    status: Status
    principle: Principle

    @computed_field(description="Whether it counts jobs, all of them or some.")  # type: ignore[prop-decorator]
    @property
    def counts_jobs(self) -> bool:
        """Whether it counts jobs, all of them or some."""
        return counts_jobs(self.id)


class DatasetAnswer(BaseModel):
    """A dataset of the store, or the starter world inside the package (provenance null)."""

    id: str
    kind: DatasetKind
    title: str
    publisher: str
    years: list[int]
    unit: str
    status: Status
    licence: str
    citation: str
    landing_page: str
    extensions: list[ExtensionAnswer]
    attachable: list[str] = Field(description="ids of extension datasets of this store that fit the economy")
    notes: list[str]
    counts: Mapping[str, int]
    size: int = Field(description="bytes on disk")
    content_hash: str | None
    provenance: Provenance | None


class UnreadableAnswer(BaseModel):
    """A dataset of the store that this version cannot read: damaged, written by a newer one, or under a reserved id."""

    id: str
    kind: Literal["unreadable"] = "unreadable"
    title: str
    problems: list[ProblemAnswer] = Field(description="why, and what to do: it can be deleted, or added anew")


class CatalogueAnswer(BaseModel):
    """A public source that Kaldor knows."""

    id: str
    kind: DatasetKind
    title: str
    publisher: str
    licence: str
    landing_page: str
    years: tuple[int, int] | None
    held: bool
    how_to_add: str


class Removed(BaseModel):
    """What was deleted."""

    removed: str
    kept: list[str] = Field(default=[], description="files that stay in its folder because Kaldor did not make them")
