"""The application: routes, page and guard put together for one set of settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from kaldor import __version__
from kaldor.asking.problem import ProblemAnswer
from kaldor.server import (
    asked,
    refusals,
    routes_about,
    routes_data,
    routes_economies,
    routes_jobs,
    routes_sections,
    routes_shocks,
    routes_studies,
    routes_twin,
)
from kaldor.server.compression import Compressed
from kaldor.server.desk import Desk
from kaldor.server.guard import Guard
from kaldor.server.openapi import Described
from kaldor.server.page import Page
from kaldor.server.settings import Settings
from kaldor.server.workbench import Workbench

_ROUTES = (
    routes_about,
    routes_data,
    routes_economies,
    asked,
    routes_twin,
    routes_shocks,
    routes_sections,
    routes_studies,
    routes_jobs,
)
_DESCRIPTION = (
    "Evidence, model and dialogue for industrial strategy. Every figure comes with its unit, year, status and source; "
    "what the data cannot say is null with the reason. Refusals have one shape from status 400 on."
)


def make_app(settings: Settings | None = None, desk: Desk | None = None) -> FastAPI:
    """The server as an ASGI application; `desk` is what it shares with the other workers of its parent.

    Raises InputError for settings that must not be.
    """
    workbench = Workbench(settings or Settings(), desk)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        workbench.close()

    app = Described(
        title="Kaldor",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # the usual pages load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.workbench = workbench
    refusals.install(app, workbench.store.path)
    for routes in _ROUTES:
        app.include_router(routes.router)
    app.add_api_route("/api/{rest:path}", _no_such_route, include_in_schema=False)
    app.mount("/", Page(), name="page")
    app.add_middleware(Compressed)
    app.add_middleware(Guard, workbench=workbench)
    return app


def _no_such_route(request: Request, rest: str) -> JSONResponse:
    what = f"there is no /api/{rest[:80]}."
    problem = ProblemAnswer(where="address", what=what, remedy="See /api/openapi.json.")
    return refusals.answer(404, refusals.Refusal(message=what, problems=[problem]))
