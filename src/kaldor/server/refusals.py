"""From an error that a user can act on to an answer with a status: one shape for every refusal."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from kaldor.asking.problem import ProblemAnswer
from kaldor.bounds import ODDLY_WRITTEN, OUTSIDE, WRITE_DIGITS
from kaldor.declared import said
from kaldor.declared.place import place_of
from kaldor.errors import (
    InputError,
    KaldorError,
    NotConvergedError,
    Problem,
    StoreError,
    UnknownLabelError,
    UnproductiveEconomyError,
    put_in_words,
)
from kaldor.twin.errors import ContradictingLeversError
from kaldor.unforeseen import caught

_LOG = logging.getLogger("kaldor.server")


class Refusal(BaseModel):
    """Why a request was refused; the same shape for every status from 400 on."""

    message: str = Field(examples=["unknown region 'GER'. Did you mean 'DEU'?"])
    problems: list[ProblemAnswer]


class RefusedError(KaldorError):
    """A request that the server itself turns down (a limit, read-only mode, no token), with its HTTP status."""

    def __init__(self, status: int, problem: Problem) -> None:
        self.status, self.problem = status, problem
        super().__init__(str(problem))


STATUSES: dict[type[KaldorError], int] = {
    InputError: 400,
    UnknownLabelError: 404,
    ContradictingLeversError: 409,
    UnproductiveEconomyError: 409,
    NotConvergedError: 409,
    StoreError: 503,
}
"""The HTTP status of each family of errors; what is none of them is a 400."""

_MEANINGS = {
    400: "The input is wrong; every problem is named.",
    401: "The server asks for a token.",
    403: "The server is read-only, or the request came from another site's page.",
    404: "A label that does not exist, with the near match.",
    409: "Parts that contradict each other, or a state in which this cannot be done.",
    412: "It has changed since it was read.",
    413: "More than the server's limits allow.",
    422: "The request is not of the declared shape.",
    428: "The header If-Match is missing.",
    429: "Too many requests or jobs; try again later.",
    503: "The store cannot be read or written now.",
}


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: these refusals beside those that every route may give."""
    wanted = sorted({400, 401, 403, 413, 422, 429, 503, *statuses})
    return {status: {"model": Refusal, "description": _MEANINGS[status]} for status in wanted}


def refusal_of(error: KaldorError) -> tuple[int, Refusal]:
    """Status and body for an error of Kaldor."""
    if isinstance(error, RefusedError):
        return error.status, Refusal(message=str(error), problems=[_answer(error.problem)])
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 400)
    return status, Refusal(message=str(error), problems=problems_of(error))


def problems_of(error: KaldorError) -> list[ProblemAnswer]:
    """The problems that an error carries, as many as a reader looks at."""
    if isinstance(error, InputError):
        return [_answer(problem) for problem in error.problems[: InputError.shown]]
    return [ProblemAnswer(where="", what=str(error))]


def refusal_of_any(error: Exception) -> tuple[int, Refusal]:
    """Status and body for whatever a route or a library raised; a fault of Kaldor's own goes to the server's log."""
    if isinstance(error, KaldorError):
        return refusal_of(error)
    found = caught(error)
    if found.fault:
        _LOG.error("a request failed unexpectedly", exc_info=error)
    status = 400 if isinstance(error, RecursionError | UnicodeError) else 503
    return status, Refusal(message=str(found.problem), problems=[_answer(found.problem)])


def without_folders(refusal: Refusal, store: Path) -> Refusal:
    """The same refusal for somebody else's eyes: files by their names, without the folders of this machine."""
    problems = [
        ProblemAnswer(where=_bare(one.where, store), what=_bare(one.what, store), remedy=_bare(one.remedy, store))
        for one in refusal.problems
    ]
    return Refusal(message=_bare(refusal.message, store), problems=problems)


def answer(status: int, refusal: Refusal, headers: dict[str, str] | None = None) -> JSONResponse:
    """A refusal as a response."""
    return JSONResponse(refusal.model_dump(), status, headers)


def install(app: FastAPI, store: Path) -> None:
    """Give every error of a FastAPI application the shape of a `Refusal`; the folders of `store` stay unsaid."""

    @app.exception_handler(KaldorError)
    async def _ours(_: Request, error: KaldorError) -> JSONResponse:
        status, refusal = refusal_of(error)
        return answer(status, without_folders(refusal, store))

    @app.exception_handler(RequestValidationError)
    async def _shape(request: Request, error: RequestValidationError) -> JSONResponse:
        sent_as = request.headers.get("content-type", "")
        found = InputError(put_in_words(error.errors(), "request", partial(_misshapen, sent_as=sent_as)))
        return answer(422, Refusal(message=str(found), problems=problems_of(found)))

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        problems = [ProblemAnswer(where="", what=str(error.detail))]
        headers = dict(error.headers) if error.headers else None
        return answer(error.status_code, Refusal(message=str(error.detail), problems=problems), headers)


def _misshapen(fault: Mapping[str, Any], sent_as: str) -> Problem:
    """One finding of FastAPI in the words of every door.

    Only place and complaint: what was sent is not echoed, since it may be large or no valid JSON value.
    """
    place, kind, ctx = _place(fault["loc"]), fault["type"], fault.get("ctx", {})
    if place == "body" and kind != "missing" and "json" not in sent_as:
        return Problem(place, "is not said to be JSON.", "Send it with the header Content-Type: application/json.")
    if kind in (OUTSIDE, ODDLY_WRITTEN):
        return Problem(place, ctx["found"], ctx["remedy"])
    what, remedy = _FAULTS.get(kind, ("", "Write it as /api/openapi.json says."))
    return Problem(place, what or said(fault), remedy)


def _place(loc: Sequence[str | int]) -> str:
    """Keys and positions as every door writes them, entries counted from 1: "body, levers 1, strength"."""
    top, *within = loc
    return place_of(str(top), None, within)


_FAULTS: Final = {
    "missing": ("is missing.", "Add it."),
    "extra_forbidden": ("unknown key.", "Leave it out, or look for its name in /api/openapi.json."),
    "json_invalid": ("", "Send one JSON value in UTF-8."),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), ("is not a whole number.", WRITE_DIGITS)),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), ("is not a number.", WRITE_DIGITS)),
}
"""What is wrong, where that is not pydantic's to say, and what to do about it, by pydantic's kind of finding."""


def _answer(problem: Problem) -> ProblemAnswer:
    return ProblemAnswer(where=problem.where, what=problem.what, remedy=problem.remedy)


def _bare(text: str, store: Path) -> str:
    """A text in which paths below this machine's folders are the names of their files, and which JSON can hold."""
    text = text.encode("utf-8", "backslashreplace").decode()
    places = {store, store.resolve(), Path(__file__).parents[2], Path.cwd(), Path.home(), Path(tempfile.gettempdir())}
    for place in sorted((str(one) for one in places if len(one.parts) > 1), key=len, reverse=True):
        text = re.sub(rf"{re.escape(place)}/(?:[^\s:'\"]*/)?", "", text)
        text = text.replace(place, "the store") if place in {str(store), str(store.resolve())} else text
    return text
