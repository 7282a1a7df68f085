"""What levers would change, side by side over the five dimensions."""

from __future__ import annotations

from kaldor.brief.section import Section, tables
from kaldor.twin.scenario import Scenario

SCENARIOS = tables("scenarios", Scenario, {"en": "Scenario", "fr": "Scénario", "es": "Escenario"})

SECTION = Section(
    id="scenarios",
    title={"en": "Scenarios", "fr": "Scénarios", "es": "Escenarios"},
    heading="What the scenarios would change",
    challenge="economy",
    order=110,
    shown="where declared",
    keys=(SCENARIOS,),
    build=f"{__name__}.build",
)
