"""How long a step of a run is, by one rule for all events: what is short is run by the day, all else by the week."""

from __future__ import annotations

from typing import Final

from kaldor.twin.library.declared import Run
from kaldor.twin.shocks import STEP_DAYS
from kaldor.twin.shocks.events import Delay, Shock

DAILY: Final = 1.0
SHORTEST: Final = 4 * STEP_DAYS
"""Days below which an event, a delay or a stock that is known is too short for steps of a week: four of them."""


def step_days(shock: Shock, run: Run) -> float:
    """Days of a step: one where an event, a delay or a stock of the run lasts less than four weeks, else seven.

    In weeks a stock of nine days is lifted to one that lasts a step, and what is late by days is late by a week. The
    rule looks at what is declared alone, never at what comes out.
    """
    lasting = [event.days for event in shock.events]
    late = [event.by for event in shock.events if isinstance(event, Delay)]
    return DAILY if min([*lasting, *late, *run.inventory_days.values()]) < SHORTEST else STEP_DAYS
