"""Datasets as plain fields, the same in every door that speaks JSON: the starter world, what a store holds, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field, computed_field

from kaldor.asking.problem import ProblemAnswer
from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.atlas.catalogue import Kind as DatasetKind
from kaldor.atlas.companions import companions
from kaldor.atlas.ids import STARTER
from kaldor.atlas.manifest import Manifest, Provenance, UnreadableDataset
from kaldor.atlas.published import PublishedExtension
from kaldor.atlas.store import Store, how_to_add
from kaldor.economy.economy import Extension
from kaldor.economy.names import counts_jobs
from kaldor.economy.starter import starter_world
from kaldor.words import Principle, Status


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


def datasets_answered(store: Store) -> list[DatasetAnswer | UnreadableAnswer]:
    """The starter world and every dataset of a store; last those that cannot be read, with the reason."""
    listing = store.listing()
    everything = list(listing.datasets)
    held = [dataset_answered(manifest, everything) for manifest in everything]
    return [starter_answered(), *held, *map(_unreadable, listing.unreadable)]


def catalogue_answered(store: Store) -> list[CatalogueAnswer]:
    """The public sources that Kaldor knows, whether a store holds them, and the line that brings each into it."""
    held = {manifest.id for manifest in store.datasets()}
    return [_source(source, source.id in held) for source in Catalogue.load().sources.values() if source.landing_page]


def extension_answered(extension: Extension | PublishedExtension) -> ExtensionAnswer:
    """An extension as answers give it."""
    return ExtensionAnswer(
        id=extension.id,
        name=extension.name,
        unit=extension.unit,
        status=extension.status,
        principle=extension.source.principle,
    )


def starter_answered() -> DatasetAnswer:
    """The world inside the package, which lies in no store."""
    table = starter_world()
    return DatasetAnswer(
        id=STARTER,
        kind="economy",
        title=table.source.title,
        publisher=table.source.publisher,
        years=[table.year],
        unit=table.unit,
        status=table.status,
        licence=table.source.licence,
        citation=table.source.citation,
        landing_page=table.source.landing_page,
        extensions=[extension_answered(extension) for extension in table.extensions],
        attachable=[],
        notes=list(table.notes),
        counts={
            "regions": len(table.regions),
            "sectors": len(table.sectors),
            "demand categories": len(table.demands),
        },
        size=0,
        content_hash=None,
        provenance=None,
    )


def dataset_answered(manifest: Manifest, held: Sequence[Manifest]) -> DatasetAnswer:
    """A dataset, beside all that its store holds."""
    source = manifest.source
    return DatasetAnswer(
        id=manifest.id,
        kind=manifest.kind,
        title=source.title,
        publisher=source.publisher,
        years=list(manifest.years),
        unit=manifest.unit,
        status=manifest.status,
        licence=source.licence,
        citation=source.citation,
        landing_page=source.landing_page,
        extensions=[
            ExtensionAnswer(
                **entry.model_dump(include=set(ExtensionAnswer.model_fields)),
                principle=manifest.source.as_source().principle,
            )
            for entry in manifest.extensions
        ],
        attachable=[one.id for one in companions(manifest, held)],
        notes=[*source.notes, *source.year_notes.values(), *source.known_issues],
        counts=manifest.counts,
        size=manifest.size,
        content_hash=manifest.content_hash,
        provenance=manifest.provenance,
    )


def _unreadable(found: UnreadableDataset) -> UnreadableAnswer:
    remedy = f"{found.remedy[:1].upper()}{found.remedy[1:]}."
    problem = ProblemAnswer(where=f"dataset '{found.id}'", what=f"{found.reason}.", remedy=remedy)
    return UnreadableAnswer(id=found.id, title=found.id, problems=[problem])


def _source(source: CatalogueSource, held: bool) -> CatalogueAnswer:
    return CatalogueAnswer(
        id=source.id,
        kind=source.kind,
        title=source.title,
        publisher=source.publisher,
        licence=source.licence,
        landing_page=source.landing_page,
        years=source.years,
        held=held,
        how_to_add=how_to_add(source.id),
    )
