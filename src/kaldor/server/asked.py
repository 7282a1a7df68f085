"""Routes made of questions: one a question, its parameters in OpenAPI from its inputs, its answer in one shape.

What was typed is read by the question itself, so that a refusal has the words of every other door. A long question is
a job, whose result is the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request

from kaldor.asking import Input, Question
from kaldor.asking.schema import schema_of
from kaldor.asking.shape import as_plain
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.rooms import questions, rooms
from kaldor.server.answers import AnswerShape, InputShape, JobStarted, QuestionShape, RoomShape
from kaldor.server.refusals import may_answer
from kaldor.server.routes_economies import Dataset, With, Year, prepared_of, split
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench, Workbench

router = APIRouter()


@router.get("/api/rooms", tags=["questions"], responses=may_answer())
def all_rooms() -> list[RoomShape]:
    """What can be asked, room by room: every question with its inputs, as a form needs them."""
    return [
        RoomShape(id=room.id, title=dict(room.title), questions=[_shape(one) for one in room.questions])
        for room in rooms().values()
    ]


def _shape(question: Question[Any, Any]) -> QuestionShape:
    return QuestionShape(
        id=question.id,
        room=question.room,
        of=question.of,
        title=dict(question.title),
        help=question.help,
        page=question.page,
        long=question.long,
        inputs=[InputShape(**vars(one)) for one in question.described],
    )


def asked_of(bench: Workbench, prepared: Prepared, dataset: str, with_: tuple[str, ...]) -> Asked:
    """An economy as its questions want it, with what this server keeps prepared."""
    return Asked(
        prepared.economy, dataset, lambda year: bench.twins.get(dataset, year, with_).economy, bench.store.indicators
    )


def _add(question: Question[Any, Any]) -> None:
    described = {one.id: one for one in question.described}

    def given_by(request: Request) -> Mapping[str, Any]:
        """What the query says, but for the parameter that says which extensions are attached."""
        names = dict.fromkeys(name for name in request.query_params if name != "with")
        return {name: request.query_params.getlist(name) for name in names}

    def answered(bench: Bench, request: Request, dataset: Dataset, year: Year, with_: With = None) -> Any:
        given = given_by(request)
        question.read(given)  # what is wrong with the inputs is said before an economy is read
        subject = asked_of(bench, prepared_of(bench, dataset, year, with_), dataset, split(with_))
        return as_plain(question.ask(subject, given))

    def started(bench: Bench, request: Request, dataset: Dataset, year: Year, with_: With = None) -> JobStarted:
        given = given_by(request)
        question.read(given)
        prepared_of(bench, dataset, year, with_)  # what cannot be opened is refused now, not by a job
        where = {"dataset": dataset, "year": year, "extensions": list(split(with_)), "store": str(bench.store.path)}
        title = f"{question.title['en']}, {dataset} {year}"
        job = bench.jobs.start("question", title, {"question": question.id, "given": dict(given), **where})
        return JobStarted(job=job.id)

    do: Callable[..., Any] = started if question.long else answered
    do.__name__ = question.id
    router.add_api_route(
        f"/api/economies/{{dataset}}/{{year}}/{question.id}",
        do,
        methods=["POST" if question.long else "GET"],
        status_code=202 if question.long else 200,
        response_model=JobStarted if question.long else AnswerShape,
        responses=may_answer(404, 409),
        tags=["questions"],
        summary=question.title["en"],
        description=question.help,
        openapi_extra={"parameters": [_parameter(one) for one in described.values()]},
    )


def _parameter(one: Input) -> dict[str, Any]:
    """An input in OpenAPI."""
    about = {"name": one.id, "in": "query", "required": one.required, "description": one.help}
    return about | {"schema": schema_of(one)}


for _question in questions().values():
    if _question.of == ECONOMY:
        _add(_question)
