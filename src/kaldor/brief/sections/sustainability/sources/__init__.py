"""Where abroad consumption causes emissions."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="sources",
    title={"en": "Sources of the footprint", "fr": "Origines de l’empreinte", "es": "Orígenes de la huella"},
    heading="Largest foreign sources of the consumption footprint",
    challenge="sustainability",
    order=20,
    needs=("emissions", "regions"),
    priorities=(
        "sustainability.public.data-standardisation",
        "sustainability.private.partner-selection",
    ),
    build=f"{__name__}.build",
)
