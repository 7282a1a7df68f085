"""Which industries are key, and where they stand in the chains."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="linkages",
    title={"en": "Key industries", "fr": "Branches clés", "es": "Ramas clave"},
    heading="Key industries: linkages at home and place in the chains",
    challenge="economy",
    order=80,
    shown="on request",
    build=f"{__name__}.build",
)
