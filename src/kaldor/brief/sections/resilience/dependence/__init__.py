"""On whom industry depends once suppliers’ suppliers are counted."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="dependence",
    title={"en": "Dependence on others", "fr": "Dépendance", "es": "Dependencia"},
    heading="Import dependence, at face value and looked through",
    challenge="resilience",
    order=40,
    needs=("regions",),
    priorities=(
        "resilience.public.restructuring",
        "resilience.public.international-coordination",
        "resilience.private.risk-assessment",
        "resilience.private.information-sharing",
    ),
    debates=("resilience.debate.relocation",),
    build=f"{__name__}.build",
)
