"""Routes about levers and scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic.config import JsonDict

from kaldor.bounds import YEAR
from kaldor.economy.equilibrium.sets import closures, declared
from kaldor.errors import Problem
from kaldor.server.answers.openings import OpeningAnswer, TriedAnswer
from kaldor.server.answers.scenarios import (
    ChoiceAnswer,
    OptionAnswer,
    ResponsesAnswer,
    SetAnswer,
    SimulationAnswer,
)
from kaldor.server.openings import openings_answer, tried_answer
from kaldor.server.pathways import pathway_answer
from kaldor.server.refusals import RefusedError, may_answer
from kaldor.server.routes_economies import Asked, Region, With, split
from kaldor.server.sharing import shared_file
from kaldor.server.simulation import simulate
from kaldor.server.unless_gone import unless_gone
from kaldor.server.workbench import Bench, Workbench
from kaldor.share.file import TYPES, Kind, file_name
from kaldor.twin.declared import packaged_levers
from kaldor.twin.futures.path_fields import PathwayAnswer
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.headline import MOST as MOST_FIRST
from kaldor.twin.levers_answered import LeverAnswer, levers_answered
from kaldor.twin.responding.closing import SOURCING, VIEWS
from kaldor.twin.scenario import Scenario

router = APIRouter(prefix="/api")
_ON = "/economies/{dataset}/{year}"

_SCENARIO: JsonDict = {
    "id": "lighter",
    "title": "Lighter buildings in India",
    "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}],
}

_PATHWAY: JsonDict = {
    "id": "lighter-by-2040",
    "title": "Lighter buildings in India by 2040",
    "region": "IND",
    "start": 2025,
    "end": 2050,
    "step": 5,
    "levers": [
        {
            "lever": "material-efficiency",
            "strength": 20,
            "regions": ["IND"],
            "adoption": {"curve": "logistic", "start": 2026, "until": 2040},
        }
    ],
}

OneScenario = Annotated[
    Scenario, Body(openapi_examples={"one lever": {"summary": "Less material in construction", "value": _SCENARIO}})
]
Whose = Annotated[
    str | None, Query(alias="region", description="whose outcomes; the only region of the levers if not given")
]
Friends = Annotated[
    list[str] | None,
    Query(alias="bloc", description="countries, or a bloc of the scenario, that are not foreign", max_length=300),
]


@router.get("/levers", tags=["levers"], responses=may_answer(404))
def levers(
    bench: Bench,
    dataset: Annotated[str | None, Query(examples=["starter"])] = None,
    year: Annotated[int | None, YEAR, Query(examples=[2018])] = None,
    with_: With = None,
) -> list[LeverAnswer]:
    """All levers; with a dataset and year, which of them have the data that they need there."""
    economy = None
    if dataset is not None and year is not None:
        economy = bench.twins.get(dataset, year, split(with_)).economy
    return levers_answered(packaged_levers().values(), economy)


@router.get("/openings", tags=["levers"], responses=may_answer())
def openings() -> list[OpeningAnswer]:
    """Questions to begin with, before they are tried on an economy."""
    return openings_answer()


@router.get(f"{_ON}/openings", tags=["levers"], response_model=TriedAnswer, responses=may_answer(404, 409))
async def tried_openings(request: Request, prepared: Asked, region: Region) -> Response:
    """The questions to begin with that say something for a region: each with its scenario; may take seconds once."""
    found = await unless_gone(request, lambda progress: tried_answer(prepared, region, progress))
    return Response(found.model_dump_json(), media_type="application/json")


@router.get("/responses", tags=["levers"], responses=may_answer())
def responses() -> ResponsesAnswer:
    """How a scenario may be answered: whether prices respond, by which elasticities, and what holds besides."""
    return ResponsesAnswer(
        view=_said(VIEWS.items()),
        set=[SetAnswer.model_validate(one, from_attributes=True) for one in declared().sets],
        sourcing=_said(SOURCING.items()),
        labour=_closures("labour"),
        capital=_closures("capital"),
        lending=_closures("lending"),
        options=[OptionAnswer.model_validate(one, from_attributes=True) for one in declared().options],
    )


@router.post(
    f"{_ON}/simulate",
    tags=["levers"],
    response_model=SimulationAnswer,
    responses=may_answer(404, 409),
)
async def simulate_scenario(
    request: Request,
    bench: Bench,
    prepared: Asked,
    scenario: OneScenario,
    region: Whose = None,
    bloc: Friends = None,
    bands: Annotated[bool, Query(description="also the range of what is assumed; may take seconds")] = False,
) -> Response:
    """What a scenario does to one region in five dimensions and to the treasury, and to all regions on a map.

    Prices respond unless the scenario's `view` is "fixed prices"; `responses` says by which elasticities and closures.
    """
    _refuse_many(bench, scenario)
    found = await unless_gone(
        request,
        lambda progress: simulate(prepared, scenario, region, bloc or (), bands=bands, progress=progress),
    )
    # The answer of every slider move: written once, without a second validation.
    return Response(found.model_dump_json(), media_type="application/json")


@router.post(
    f"{_ON}/share",
    tags=["levers"],
    response_class=Response,
    responses=may_answer(404, 409) | {200: {"content": {"text/html": {}, "image/svg+xml": {}, "image/png": {}}}},
)
async def share_scenario(
    request: Request,
    bench: Bench,
    prepared: Asked,
    scenario: OneScenario,
    region: Whose = None,
    bloc: Friends = None,
    kind: Annotated[Kind, Query(description="a page that opens offline, or a picture")] = "html",
    first: Annotated[list[str] | None, Query(description="the metrics that stand first", max_length=MOST_FIRST)] = None,
) -> Response:
    """A scenario as a file to give away: its levers and figures with their bands, who gains and pays, and sources.

    The page needs no network and no script; the picture has what it shows, where, when, scale and sources inside.
    """
    _refuse_many(bench, scenario)
    made = await unless_gone(
        request,
        lambda progress: shared_file(prepared, scenario, region, bloc or (), kind, first or (), progress=progress),
    )
    headers = {"Content-Disposition": f'attachment; filename="{file_name(scenario, kind)}"'}
    return Response(made, media_type=TYPES[kind], headers=headers)


@router.post(f"{_ON}/pathway", tags=["levers"], responses=may_answer(404, 409))
def follow_pathway(
    bench: Bench,
    prepared: Asked,
    pathway: Annotated[
        Pathway, Body(openapi_examples={"to 2050": {"summary": "A lever that spreads to 2040", "value": _PATHWAY}})
    ],
    growth: Annotated[
        Literal["declared", "packaged"],
        Query(description="only what the path declares, or also the middles of the package's ranges of growth"),
    ] = "declared",
    starts: Annotated[
        bool, Query(description="also how late each lever may begin for the targets; computes the path many times")
    ] = False,
) -> PathwayAnswer:
    """A path to a chosen year: every metric with and without the levers, by year, and what is reached when."""
    _refuse_many(bench, pathway)
    return pathway_answer(prepared, pathway, packaged_growth=growth == "packaged", starts=starts)


def _closures(of: str) -> list[ChoiceAnswer]:
    return _said((id, one.said) for id, one in closures(of).items())


def _said(choices: Iterable[tuple[str, str]]) -> list[ChoiceAnswer]:
    return [ChoiceAnswer(id=id, said=said) for id, said in choices]


def _refuse_many(bench: Workbench, scenario: Scenario | Pathway) -> None:
    """Raise RefusedError (413) where a scenario has more levers than a server should run at once."""
    most = bench.settings.limits.levers
    if len(scenario.levers) > most:
        what = f"has {len(scenario.levers)} levers; this server runs {most:,.0f} at most."
        remedy = "Run it with kaldor twin run, or ask the server's owner to raise the limit levers."
        raise RefusedError(413, Problem(f"scenario '{scenario.id[:80]}'", what, remedy))
