"""What the framework asks on the points of a brief, and what others tried."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="framework",
    title={"en": "Priorities and cases", "fr": "Priorités et cas", "es": "Prioridades y casos"},
    heading="What the framework asks on these points, and what others tried",
    challenge="economy",
    order=160,
    build=f"{__name__}.build",
)
