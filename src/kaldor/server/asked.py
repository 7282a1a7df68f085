"""Routes made of questions: one a question, its parameters in OpenAPI from its inputs, its answer in one shape.

What was typed is read by the question itself, so that a refusal has the words of every other door. A long question is
a job, whose result is the answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from kaldor.asking import Input, Question
from kaldor.asking.schema import object_of, schema_of
from kaldor.asking.shape import as_plain
from kaldor.atlas.territorial import territorial
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.errors import InputError, Problem
from kaldor.rooms import left_out, questions, rooms
from kaldor.server.answers.jobs import JobStarted
from kaldor.server.answers.questions import AnswerShape, QuestionShape, RoomShape
from kaldor.server.refusals import may_answer
from kaldor.server.routes_economies import Dataset, With, Year, prepared_of, split
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench, Workbench
from kaldor.words import LANGUAGES

router = APIRouter()


@router.get("/api/rooms", tags=["questions"], responses=may_answer())
def all_rooms() -> list[RoomShape]:
    """What can be asked, room by room: every question with its inputs, as a form needs them."""
    usable = [
        RoomShape(id=room.id, title=dict(room.title), questions=[_shape(one) for one in room.questions])
        for room in rooms().values()
    ]
    # Under the id alone: what the package says of its room was never read, or is not believed.
    faulty = [
        RoomShape(id=id, title=dict.fromkeys(LANGUAGES, id), questions=[], note=str(fault))
        for id, fault in left_out().items()
    ]
    return usable + faulty


def _shape(question: Question[Any, Any]) -> QuestionShape:
    return QuestionShape(
        id=question.id,
        room=question.room,
        of=question.of,
        title=dict(question.title),
        help=question.help,
        page=question.page,
        long=question.long,
        inputs=list(question.described),
    )


def asked_of(bench: Workbench, prepared: Prepared, dataset: str, with_: tuple[str, ...]) -> Asked:
    """An economy as its questions want it, with what this server keeps prepared."""
    economy = prepared.economy
    return Asked(
        economy,
        dataset,
        lambda year: bench.twins.get(dataset, year, with_).economy,
        bench.store.indicators,
        inventories=lambda extension, year: territorial(bench.store, extension, year, economy.regions),
        most_levers=int(bench.settings.limits.levers),
    )


async def _given(request: Request) -> dict[str, list[Any]]:
    """What query and body say together, but for the parameter that says which extensions are attached."""
    given = {name: list(request.query_params.getlist(name)) for name in request.query_params if name != "with"}
    for name, value in _body(await request.body()).items():
        given.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return given


def _body(sent: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(sent or b"{}")
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise InputError(Problem("body", "is no JSON object.", "Send the inputs of the question by name."))
    return read


Given = Annotated[dict[str, list[Any]], Depends(_given)]


def _add(question: Question[Any, Any]) -> None:
    """The routes of a question: its inputs in the query, or in the body where one of them may be a file."""

    def answered(bench: Bench, given: Given, dataset: Dataset, year: Year, with_: With = None) -> Any:
        read = question.read(given)  # what is wrong with the inputs is said before an economy is read
        subject = asked_of(bench, prepared_of(bench, dataset, year, with_), dataset, split(with_))
        return as_plain(question.ask(subject, read))

    def started(bench: Bench, given: Given, dataset: Dataset, year: Year, with_: With = None) -> JobStarted:
        read = question.read(given)
        prepared = prepared_of(bench, dataset, year, with_)
        question.refuse(asked_of(bench, prepared, dataset, split(with_)), read)  # not by a job, later
        where = {"dataset": dataset, "year": year, "extensions": list(split(with_)), "store": str(bench.store.path)}
        title = f"{question.title['en']}, {dataset} {year}"
        return JobStarted(
            job=bench.jobs.start("question", title, {"question": question.id, "given": given, **where}).id
        )

    takes_file = any(one.kind == "file" for one in question.described)
    for method in ["POST"] if question.long else ["GET", "POST"] if takes_file else ["GET"]:
        body = {"requestBody": {"content": {"application/json": {"schema": object_of(question, {}, [])}}}}
        in_query = {"parameters": [_parameter(one) for one in question.described]}
        router.add_api_route(
            f"/api/economies/{{dataset}}/{{year}}/{question.id}",
            started if question.long else answered,
            methods=[method],
            operation_id=f"{method.lower()}_{question.id}",
            name=question.id,
            status_code=202 if question.long else 200,
            response_model=JobStarted if question.long else AnswerShape,
            responses=may_answer(404, 409),
            tags=["questions"],
            summary=question.title["en"],
            description=question.help,
            openapi_extra=body if method == "POST" else in_query,
        )


def _parameter(one: Input) -> dict[str, Any]:
    """An input in OpenAPI."""
    about = {"name": one.id, "in": "query", "required": one.required, "description": one.help}
    return about | {"schema": schema_of(one)}


for _question in questions().values():
    if _question.of == ECONOMY:
        _add(_question)
