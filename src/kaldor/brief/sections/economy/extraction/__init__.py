"""What hangs on single industries, were each of them gone."""

from __future__ import annotations

from kaldor.brief.section import Section, names

EXTRACT = names(
    "extract",
    "sector",
    {"en": "Industries or groups taken out", "fr": "Branches ou groupes retirés", "es": "Ramas o grupos retirados"},
)

SECTION = Section(
    id="extraction",
    title={
        "en": "What hangs on single industries",
        "fr": "Ce qui dépend de chaque branche",
        "es": "Qué depende de cada rama",
    },
    heading="What hangs on single industries",
    challenge="economy",
    order=90,
    shown="on request",
    keys=(EXTRACT,),
    build=f"{__name__}.build",
)
