"""Routes about datasets: what the store holds, what is known, uploads and deletion."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile

from kaldor.atlas.add import slug
from kaldor.atlas.ids import RESERVED, id_problem
from kaldor.economy.held import (
    CatalogueAnswer,
    DatasetAnswer,
    Removed,
    UnreadableAnswer,
    catalogue_answered,
    datasets_answered,
)
from kaldor.errors import InputError, Problem, StoreError
from kaldor.server.answers.jobs import JobStarted
from kaldor.server.refusals import RefusedError, may_answer
from kaldor.server.uploads import safe_name
from kaldor.server.workbench import Bench, WritableBench
from kaldor.unforeseen import refusal

router = APIRouter(prefix="/api", tags=["data"])
_CHUNK = 1 << 20


@router.get("/datasets", responses=may_answer())
def datasets(bench: Bench) -> list[DatasetAnswer | UnreadableAnswer]:
    """The starter world and every dataset of the store; last those that cannot be read, with the reason."""
    return datasets_answered(bench.store)


@router.get("/catalogue", responses=may_answer())
def catalogue(bench: Bench) -> list[CatalogueAnswer]:
    """The public sources that Kaldor knows, and the line that brings each into the store."""
    return catalogue_answered(bench.store)


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
