"""Routes about datasets: what the store holds, what is known, uploads and deletion."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from kaldor.atlas.add import slug
from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.atlas.companions import companions
from kaldor.atlas.ids import RESERVED, STARTER, id_problem
from kaldor.atlas.manifest import Manifest, UnreadableDataset
from kaldor.atlas.store import how_to_add
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, Problem, StoreError
from kaldor.server.answers.data import CatalogueAnswer, DatasetAnswer, ExtensionAnswer, Removed, UnreadableAnswer
from kaldor.server.answers.jobs import JobStarted
from kaldor.server.describing import extension_answer
from kaldor.server.refusals import ProblemAnswer, RefusedError, may_answer
from kaldor.server.uploads import safe_name
from kaldor.server.workbench import Bench, WritableBench
from kaldor.unforeseen import refusal

router = APIRouter(prefix="/api", tags=["data"])
_CHUNK = 1 << 20
_OF_AN_EXTENSION = set(ExtensionAnswer.model_fields)


@router.get("/datasets", responses=may_answer())
def datasets(bench: Bench) -> list[DatasetAnswer | UnreadableAnswer]:
    """The starter world and every dataset of the store; last those that cannot be read, with the reason."""
    listing = bench.store.listing()
    held = list(listing.datasets)
    readable = [_dataset(manifest, [one.id for one in companions(manifest, held)]) for manifest in held]
    return [_starter(), *readable, *map(_unreadable, listing.unreadable)]


@router.get("/catalogue", responses=may_answer())
def catalogue(bench: Bench) -> list[CatalogueAnswer]:
    """The public sources that Kaldor knows, and the line that brings each into the store."""
    held = {manifest.id for manifest in bench.store.datasets()}
    return [_source(source, source.id in held) for source in Catalogue.load().sources.values() if source.landing_page]


@router.post("/datasets", status_code=202, responses=may_answer(409))
def add_dataset(
    bench: WritableBench,
    file: Annotated[UploadFile, File(description="a zip of a folder in Kaldor's layout, or one CSV file")],
    as_id: Annotated[str | None, Form(description="the id that it gets in the store", examples=["mine"])] = None,
) -> JobStarted:
    """Add a file to the store; the job's result is the validation report. A dataset of the same id is replaced."""
    id = as_id or None
    name = safe_name(file.filename or "upload")
    _refuse_bad_id(id, name)
    folder = bench.workplace.new_folder()
    try:
        _save(file, folder / "sent")
    except BaseException:
        bench.workplace.discard(folder)
        raise
    arguments = {
        "file": str(folder / "sent"),
        "name": name,
        "as_id": id,
        "store": str(bench.store.path),
        "limits": asdict(bench.settings.limits),
    }
    return JobStarted(job=bench.jobs.start("upload", f"Add {name}", arguments, folder).id)


@router.delete("/datasets/{id}", responses=may_answer(404, 409))
def remove_dataset(bench: WritableBench, id: str) -> Removed:
    """Delete a dataset from the store, also one that cannot be read."""
    if id in RESERVED and not bench.store.has(id):
        raise RefusedError(409, Problem(f"dataset '{id}'", f"{RESERVED[id]} and cannot be deleted."))
    kept = bench.store.remove(id)
    bench.twins.forget(id)
    return Removed(removed=id, kept=list(kept))


def _save(file: UploadFile, target: Path) -> None:
    try:
        with target.open("wb") as sent:
            while chunk := file.file.read(_CHUNK):
                sent.write(chunk)
    except OSError as error:
        said, remedy = refusal(error)
        raise StoreError(f"the upload cannot be kept ({said}). Nothing was changed. {remedy}") from error


def _refuse_bad_id(id: str | None, name: str) -> None:
    """Refuse an id that no dataset may have, given or made of a file's name, before anything is read."""
    if id is None and name.lower().endswith(".csv") and slug(name[:-4]) in RESERVED:
        id = slug(name[:-4])
    if id is None:
        return
    problem = id_problem(id, where="as_id", remedy="Give it another name in the store.")
    if problem is not None and id in RESERVED:
        raise RefusedError(409, problem)
    if problem is not None:
        raise InputError(problem)


def _starter() -> DatasetAnswer:
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
        extensions=[extension_answer(extension) for extension in table.extensions],
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


def _dataset(manifest: Manifest, attachable: list[str]) -> DatasetAnswer:
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
                **entry.model_dump(include=_OF_AN_EXTENSION), principle=manifest.source.as_source().principle
            )
            for entry in manifest.extensions
        ],
        attachable=attachable,
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
