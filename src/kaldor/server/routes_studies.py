"""Routes about saved studies and their briefs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from kaldor.brief.study_model import study_model
from kaldor.economy.held import Removed
from kaldor.errors import InputError, Problem
from kaldor.server.answers.jobs import JobStarted
from kaldor.server.answers.studies import Format, StudyEntry
from kaldor.server.refusals import may_answer
from kaldor.server.studies import as_toml
from kaldor.server.workbench import Bench, WritableBench

router = APIRouter(prefix="/api/studies", tags=["studies"])

_EXAMPLE: JsonDict = {
    "title": "India’s industry in 2018",
    "country": "IND",
    "peers": ["CHN"],
    "year": 2018,
    "economy": "starter",
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
}

# A brief is a page of its own without any script: its drawings and style stand in it, and it may load nothing.
BRIEF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups"
)


class _AsStudy:
    """Describes the values of a study by its model, whose parts become parts of the whole document."""

    def __get_pydantic_json_schema__(self, _: CoreSchema, described: GetJsonSchemaHandler) -> JsonSchemaValue:
        return described(study_model().__pydantic_core_schema__)


StudyValues = Annotated[dict[str, Any], _AsStudy()]


class SavedText(BaseModel):
    """A study to save: its values, or its TOML text as exported."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"study": _EXAMPLE}]})

    id: str | None = Field(default=None, description="made of the title if not given")
    study: StudyValues | None = None
    toml: str | None = Field(default=None, max_length=1_000_000)

    def text(self) -> str:
        """The study as TOML. Raises InputError where both or neither is given."""
        if (self.study is None) == (self.toml is None):
            raise InputError(Problem("body", "give either study or toml."))
        return self.toml if self.toml is not None else as_toml(self.study or {})


Saved = Annotated[
    SavedText,
    Body(openapi_examples={"starter world": {"summary": "India beside China", "value": {"study": _EXAMPLE}}}),
]

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="the ETag of the study as it was read; `*` for whatever stands there now"),
]


@router.get("", responses=may_answer())
def studies(bench: Bench) -> list[StudyEntry]:
    """Every saved study, the last changed first."""
    return bench.studies.all()


@router.post("", status_code=201, responses=may_answer(409))
def create_study(bench: WritableBench, body: Saved, response: Response) -> StudyEntry:
    """Save a new study. Its ETag stands in the answer and in the header."""
    return _marked(response, bench.studies.create(body.text(), body.id))


@router.get("/{id}", responses=may_answer(404))
def study(bench: Bench, id: str, response: Response) -> StudyEntry:
    """A saved study. Its ETag stands in the answer and in the header."""
    return _marked(response, bench.studies.get(id))


@router.put("/{id}", responses=may_answer(404, 409, 412, 428))
def replace_study(
    bench: WritableBench, id: str, body: Saved, response: Response, if_match: IfMatch = None
) -> StudyEntry:
    """Save a study in a new form, where it still is what was read: If-Match is required."""
    return _marked(response, bench.studies.replace(id, body.text(), if_match))


@router.delete("/{id}", responses=may_answer(404, 409, 412))
def remove_study(bench: WritableBench, id: str, if_match: IfMatch = None) -> Removed:
    """Delete a study and its brief; with If-Match, only where it still is what was read. Its jobs are cancelled."""
    kept = bench.studies.remove(id, if_match, before=lambda: bench.jobs.cancel_study(id))
    return Removed(removed=id, kept=kept)


@router.get(
    "/{id}/export",
    response_class=Response,  # a refusal is JSON, whatever the good answer is
    responses=may_answer(404)
    | {
        200: {
            "description": "The file that `kaldor run` reads.",
            "content": {"application/toml": {"schema": {"type": "string"}}},
        }
    },
)
def export_study(bench: Bench, id: str) -> Response:
    """A study as its TOML file."""
    content = bench.studies.file_of(id)
    headers = {"Content-Disposition": f'attachment; filename="{id}.toml"'}
    return Response(content, media_type="application/toml", headers=headers)


@router.post("/{id}/run", status_code=202, responses=may_answer(404, 409))
def run_study(bench: WritableBench, id: str) -> JobStarted:
    """Make a study's brief; follow the job, then read the brief."""
    entry = bench.studies.get(id)
    arguments = {
        "file": str(bench.studies.file(id)),
        "out": str(bench.studies.out(id)),
        "store": str(bench.store.path),
        "id": id,
    }
    return JobStarted(job=bench.jobs.start("study", entry.title, arguments).id)


@router.get(
    "/{id}/brief.{format}",
    response_class=FileResponse,
    responses=may_answer(404)
    | {
        200: {
            "description": "The brief.",
            "content": {kind.split(";")[0]: {"schema": {"type": "string"}} for kind in _TYPES.values()},
        }
    },
)
def brief(
    bench: Bench, id: str, format: Format, download: Annotated[bool, Query(description="as a file to keep")] = False
) -> FileResponse:
    """A study's brief as a page, a PDF file, JSON, a text or slides: the files that `kaldor run --format` writes."""
    path = bench.studies.brief(id, format)
    headers = {"Content-Security-Policy": BRIEF_POLICY, "Cache-Control": "no-cache"}
    name = f"{id}.{format}"
    where = "attachment" if download else "inline"
    return FileResponse(path, media_type=_TYPES[format], filename=name, content_disposition_type=where, headers=headers)


def _marked(response: Response, entry: StudyEntry) -> StudyEntry:
    response.headers["ETag"] = entry.etag
    return entry
