"""The library of events in the shape of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaldor.economy.economy import Economy
from kaldor.server.answers.events import EventAnswer, RunOfEvent
from kaldor.twin.library.answered import beside_answered, published_answered
from kaldor.twin.library.declared import Known
from kaldor.twin.library.packaged import packaged_event, why_not_here
from kaldor.twin.library.run import Counted, run_with_result
from kaldor.twin.shocks.answered import shock_answer


def event_answer(economy: Economy, known: Known) -> EventAnswer:
    """An event, and which of its runs can be made on an economy."""
    event = known.event
    return EventAnswer(
        id=event.id,
        title=event.title,
        titles=dict(event.titles),
        when=event.when,
        declared=event.declared,
        may_miss=event.may_miss,
        runs=[
            RunOfEvent(
                id=run.id,
                title=known.shocks[run.id].title or event.title,
                year=run.year,
                why=run.why,
                model=run.model,
                why_not=why_not_here(economy, known, run) or None,
                shock=known.shocks[run.id].model_dump(mode="json"),
            )
            for run in event.runs
        ],
        published=[published_answered(one) for one in event.published],
    )


def run_answer(
    economy: Economy, event: str, run: str, *, draws: int, seed: int, progress: Counted
) -> Mapping[str, Any]:
    """A run of an event as `shock_answer` has it, with `event`: whose run it is, and what was published beside it.

    Raises what `packaged_event` and `run_with_result` raise.
    """
    known, chosen = packaged_event(event, run)
    result, answered = run_with_result(economy, known, chosen, draws=draws, seed=seed, progress=progress)
    beside = [beside_answered(one).model_dump(mode="json") for one in answered.beside]
    about = {"id": event, "run": run, "year": chosen.year, "beside": beside}
    return shock_answer(result) | {"event": about, "notes": list(answered.notes)}
