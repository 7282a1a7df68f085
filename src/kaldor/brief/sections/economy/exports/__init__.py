"""What exports leave at home, in value added and in jobs."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="exports",
    title={
        "en": "Value added in exports",
        "fr": "Valeur ajoutée des exportations",
        "es": "Valor añadido en las exportaciones",
    },
    heading="Value added in exports",
    challenge="economy",
    order=50,
    priorities=(
        "technology.public.risky-innovation",
        "workforce.public.safety-nets",
    ),
    build=f"{__name__}.build",
)
