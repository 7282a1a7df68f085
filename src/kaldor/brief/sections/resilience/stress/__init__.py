"""The standard set of shocks on the country, one after the other."""

from __future__ import annotations

from typing import Annotated

from kaldor import bounds
from kaldor.atlas.labels import RegionName
from kaldor.brief.section import Section, table
from kaldor.brief.seed import Seed
from kaldor.declared import Declared


class StudyStress(Declared):
    """The standard set of shocks, on the study's country where no region is named; steps are weeks."""

    region: RegionName = ""
    runs: Annotated[int, bounds.RUNS] = 20
    steps: Annotated[int, bounds.STEPS] = 104
    seed: Seed = 1


STRESS = table(
    "stress", StudyStress, {"en": "Standard shocks", "fr": "Chocs standard", "es": "Choques estándar"}, file=True
)

SECTION = Section(
    id="stress",
    title={"en": "Stress test", "fr": "Test de résistance", "es": "Prueba de resistencia"},
    heading="How the country stands up to the standard shocks",
    challenge="resilience",
    order=130,
    needs=("regions",),
    shown="where declared",
    keys=(STRESS,),
    build=f"{__name__}.build",
)
