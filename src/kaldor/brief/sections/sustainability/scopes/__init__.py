"""Which industries emit themselves, through electricity, through their suppliers."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="scopes",
    title={"en": "Scopes of industries", "fr": "Périmètres des branches", "es": "Alcances de las ramas"},
    heading="Manufacturing industries by scope",
    challenge="sustainability",
    order=30,
    needs=("emissions",),
    priorities=(
        "sustainability.private.resource-efficiency",
        "sustainability.public.risk-sharing",
    ),
    debates=("sustainability.debate.fuel-switching",),
    build=f"{__name__}.build",
)
