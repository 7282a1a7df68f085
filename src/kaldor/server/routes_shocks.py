"""The route that runs a shock over time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from kaldor.bounds import RUNS, SEED, STEPS
from kaldor.economy.opening import STARTER
from kaldor.errors import InputError, Problem
from kaldor.server.answers.events import EventAnswer
from kaldor.server.answers.jobs import JobStarted
from kaldor.server.events import event_answer
from kaldor.server.refusals import may_answer
from kaldor.server.routes_economies import Asked, Dataset, With, Year, split
from kaldor.server.workbench import Bench
from kaldor.twin.library.packaged import packaged_event, packaged_events, why_not_here
from kaldor.twin.shocks.assumptions import Assumptions
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.parameters import Parameters, behaviour_of


class AskedShock(Shock):
    """A shock, and what is assumed of goods in place of what is usual; `goods` there is the text of a user's file."""

    assumptions: Assumptions = Assumptions()


router = APIRouter(prefix="/api/economies/{dataset}/{year}", tags=["shocks"])


@router.get("/events", responses=may_answer(404))
def events(prepared: Asked) -> list[EventAnswer]:
    """Events that happened or are feared, which of their runs can be made on this economy, and what was published."""
    return [event_answer(prepared.economy, known) for known in packaged_events().values()]


@router.post("/events/{event}/{run}", status_code=202, responses=may_answer(404, 409))
def run_event(
    bench: Bench,
    dataset: Dataset,
    year: Year,
    event: str,
    run: str,
    bands: Annotated[int, RUNS.up_to(200), Query(description="runs over the behavioural parameters")] = 30,
    seed: Annotated[int, SEED, Query(description="of the draw of those parameters")] = 1,
) -> JobStarted:
    """Run an event by the week on the table of its own year where the dataset has it, else of the year asked for.

    The job's result is that of a shock, with `event`: what was published beside it.
    """
    known, chosen = packaged_event(event, run)
    if chosen.model != "days":
        what = "is run where prices respond, not by the day."
        raise InputError(Problem(f"event '{event}', run '{run}'", what, "Ask the question horizons of its shock."))
    at = year if dataset == STARTER or chosen.year not in bench.store.years(dataset) else chosen.year
    if why := why_not_here(bench.twins.get(dataset, at).economy, known, chosen):
        raise InputError(Problem(f"event '{event}', run '{run}'", f"cannot be run on {dataset} {at}: {why}"))
    asked = {"dataset": dataset, "year": at, "store": str(bench.store.path), "bands": bands, "seed": seed}
    job = bench.jobs.start("event", known.event.title, {"event": event, "run": run, **asked})
    return JobStarted(job=job.id)


_EXAMPLE = {
    "id": "metals-ban",
    "title": "China stops selling metals to Germany for ten weeks",
    "events": [
        {"kind": "ban", "origins": ["CHN"], "destinations": ["DEU"], "products": ["metals"], "start": 7, "days": 70}
    ],
}


@router.post("/shocks", status_code=202, responses=may_answer(404))
def run_shock(
    bench: Bench,
    prepared: Asked,
    dataset: Dataset,
    year: Year,
    shock: Annotated[AskedShock, Body(openapi_examples={"a ban": {"summary": "An export ban", "value": _EXAMPLE}})],
    with_: With = None,
    steps: Annotated[int, STEPS.up_to(1_500), Query(description="days to simulate")] = 365,
    bands: Annotated[int, RUNS.up_to(200), Query(description="runs over the behavioural parameters")] = 30,
    seed: Annotated[int, SEED, Query(description="of the draw of those parameters")] = 1,
) -> JobStarted:
    """Run a shock day by day with a band over firms' behaviour; the job's result holds the series and who is hit."""
    if not shock.parts:  # labels are wrong or right at once; those of split-off parts are known only in the job
        resolved(prepared.economy, shock)
        behaviour_of(prepared.economy, Parameters.assuming(shock.assumptions, dt=1.0))
    arguments = {
        "shock": shock.model_dump(mode="json", exclude={"assumptions"}),
        "assumptions": shock.assumptions.model_dump(mode="json", exclude_unset=True),  # what is typed is not drawn
        "dataset": dataset,
        "year": year,
        "extensions": list(split(with_)),
        "store": str(bench.store.path),
        "steps": steps,
        "bands": bands,
        "seed": seed,
    }
    return JobStarted(job=bench.jobs.start("shocks", shock.title or shock.id, arguments).id)
