"""Where a country stands: per head and per dollar, among its peers, over the years, and to whom it is exposed."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="standing",
    title={
        "en": "Standing among peers",
        "fr": "Position parmi les pairs",
        "es": "Posición entre los pares",
    },
    heading="Where the country stands among its peers",
    challenge="economy",
    order=5,
    needs=("regions",),
    priorities=("technology.public.risky-innovation",),
    build=f"{__name__}.build",
)
