"""What a country emits beside what its consumption causes."""

from __future__ import annotations

from kaldor.brief.section import Section

SECTION = Section(
    id="accounts",
    title={"en": "Accounts of countries", "fr": "Comptes des pays", "es": "Cuentas de los países"},
    heading="Emissions made at home beside emissions caused by consumption",
    challenge="sustainability",
    order=10,
    needs=("emissions",),
    priorities=(
        "sustainability.public.regulation",
        "sustainability.public.affordability",
    ),
    debates=("sustainability.debate.carbon-intensive-sectors",),
    build=f"{__name__}.build",
)
