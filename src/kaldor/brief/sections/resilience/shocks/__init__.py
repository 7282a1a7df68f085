"""What shocks would cost, over time and place."""

from __future__ import annotations

from typing import Annotated

from kaldor import bounds
from kaldor.brief.section import Section, tables
from kaldor.brief.seed import Seed
from kaldor.twin.shocks import RUNS, STEP_DAYS, STEPS
from kaldor.twin.shocks.assumptions import Assumptions
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.inputs import Inputs


class StudyShock(Shock):
    """A shock of a study: `steps` steps of `step_days` days, and `runs` draws of how firms behave for the bands.

    With `horizons` what is left of its bans for good stands beside it. `assumptions` of goods stand in place of the
    usual ones; `goods` there names a file beside the study.
    """

    runs: Annotated[int, bounds.RUNS] = RUNS
    steps: Annotated[int, bounds.STEPS] = STEPS
    step_days: Annotated[float, bounds.STEP_DAYS] = STEP_DAYS
    seed: Seed = 1
    horizons: bool = False
    assumptions: Assumptions = Assumptions()


SHOCKS = tables(
    "shocks",
    StudyShock,
    {"en": "Shock", "fr": "Choc", "es": "Choque"},
    file=True,
    files={"assumptions.goods": Inputs},
)

SECTION = Section(
    id="shocks",
    title={"en": "Shocks", "fr": "Chocs", "es": "Choques"},
    heading="What shocks would cost",
    challenge="resilience",
    order=120,
    shown="where declared",
    keys=(SHOCKS,),
    build=f"{__name__}.build",
)
