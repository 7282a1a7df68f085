"""The single supply chains behind the footprint."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="supply-paths",
    title={
        "en": "Supply chains one by one",
        "fr": "Chaînes d’approvisionnement une à une",
        "es": "Cadenas de suministro una a una",
    },
    heading="Supply chains behind the footprint, one by one",
    challenge="sustainability",
    order=60,
    shown="on request",
    needs=("emissions",),
    build=f"{__name__}.build",
)
