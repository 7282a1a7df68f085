"""The library that Kaldor brings: sixteen events, each with its shocks and all that was published about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kaldor.economy.economy import Economy
from kaldor.errors import KaldorError, UnknownLabelError
from kaldor.twin.library.declared import Known, Run, load_events
from kaldor.twin.shocks.events import Shock, written_out

PACKAGED: Final = Path(__file__).parent / "shocks" / "events"
"""The folder of its declarations; their shocks stand one folder up."""


@cache
def packaged_events() -> Mapping[str, Known]:
    """Every event of the library by id."""
    return {known.event.id: known for known in load_events([PACKAGED])}


def packaged_event(id: str, run: str) -> tuple[Known, Run]:
    """An event with one of its runs. Raises UnknownLabelError for an event or a run that is none."""
    known = packaged_events().get(id)
    if known is None:
        raise UnknownLabelError("event", id, packaged_events())
    runs = {one.id: one for one in known.event.runs}
    if run not in runs:
        raise UnknownLabelError("run", run, runs, where=f"event {id}")
    return known, runs[run]


def why_not_here(economy: Economy, known: Known, run: Run) -> str:
    """Why a run cannot be made on an economy, in a sentence; empty where it can.

    Parts that its shock splits off are asked for as the sectors and regions that they are parts of.
    """
    try:
        written_out(economy, _of_whole_sectors(known.shocks[run.id]))
    except KaldorError as error:
        return str(error).splitlines()[0]
    return ""


def _of_whole_sectors(shock: Shock) -> Shock:
    text = shock.model_copy(update={"parts": ()}).model_dump_json()
    for part in shock.parts:
        whole = part.sector if part.kind == "product" else part.region
        text = text.replace(f'"{whole}.{part.label}"', f'"{whole}"')
    return Shock.model_validate_json(text)
