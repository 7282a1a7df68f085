"""Routes about the server itself, the framework, and blocs of countries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from kaldor import __version__
from kaldor.atlas.blocs import blocs as known_blocs
from kaldor.bounds import YEAR
from kaldor.errors import Problem
from kaldor.framework import load_framework
from kaldor.framework.answered import CasesAnswer, FrameworkAnswer, framework_answered
from kaldor.server.answers.about import Health, Session
from kaldor.server.answers.blocs import BlocAnswer, BlocsAnswer
from kaldor.server.refusals import RefusedError, may_answer
from kaldor.server.sessions import COOKIE
from kaldor.server.workbench import Bench

router = APIRouter(prefix="/api")


@router.get("/health", tags=["server"], responses=may_answer())
def health(request: Request, bench: Bench) -> Health:
    """Whether the server answers, which version it is, and whether one must present a token first."""
    admitted = bench.admits(request.headers.get("authorization", ""), request.headers.get("cookie", ""))
    return Health(version=__version__, read_only=not bench.settings.writes, token_required=not admitted)


@router.post("/session", tags=["server"], responses=may_answer())
def open_session(
    request: Request, response: Response, bench: Bench, authorization: Annotated[str, Header()] = ""
) -> Session:
    """Exchange the token, given as `Authorization: Bearer …`, for a cookie that scripts cannot read."""
    if bench.settings.token is None:
        return Session(open=True)
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not bench.desk.sessions.matches(token.strip()):
        raise RefusedError(401, Problem("token", "it is not this server's.", "Ask its owner for the token."))
    response.set_cookie(
        COOKIE,
        bench.desk.sessions.open(),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return Session(open=True)


@router.delete("/session", tags=["server"], responses=may_answer())
def close_session(request: Request, response: Response, bench: Bench) -> Session:
    """End the browser's session."""
    bench.desk.sessions.close(request.headers.get("cookie", ""))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return Session(open=False)


@router.get("/framework", tags=["framework"], responses=may_answer())
def framework() -> FrameworkAnswer:
    """The five grand challenges with their key issues, priorities and debates."""
    return framework_answered(load_framework())


@router.get("/framework/cases", tags=["framework"], responses=may_answer(404))
def cases(
    challenge: str | None = None, priority: str | None = None, instrument: str | None = None, debate: str | None = None
) -> CasesAnswer:
    """The case library: what was done where, with which instrument, and what is known of the result."""
    return CasesAnswer(cases=list(load_framework().cases(challenge, priority, instrument, debate=debate)))


@router.get("/blocs", tags=["framework"], responses=may_answer())
def blocs(
    year: Annotated[int, YEAR, Query(description="members at its end", examples=[2009])],
) -> BlocsAnswer:
    """Blocs of countries (EU, euro area, OECD, G20, trade agreements …), with their members at the end of a year."""
    found = [
        BlocAnswer(id=b.id, name=b.name, members=list(b.members(year)), note=b.note, source=b.source, page=b.page)
        for b in known_blocs()
    ]
    return BlocsAnswer(year=year, blocs=found)
