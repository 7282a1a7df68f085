"""Why emissions changed since an earlier year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from kaldor.atlas.prices import HIGHEST, LOWEST
from kaldor.bounds import YEAR, Bounds
from kaldor.brief.section import Section, value
from kaldor.errors import Problem

COMPARE_YEAR = value(
    "compare_year",
    int,
    {
        "en": "Earlier year to compare with",
        "fr": "Année antérieure de comparaison",
        "es": "Año anterior de comparación",
    },
    YEAR,
    Field(description="of the same economy"),
)
COMPARE_DEFLATOR = value(
    "compare_deflator",
    float,
    {
        "en": "Prices now over prices then",
        "fr": "Prix actuels sur prix d’alors",
        "es": "Precios actuales sobre los de entonces",
    },
    Bounds(LOWEST, HIGHEST),
    Field(
        allow_inf_nan=False,
        description="1.27: all products became 27 % dearer",
    ),
)


def _compared_with_nothing(written: Mapping[str, Any], file: str) -> list[Problem]:
    """A year to compare with that is not before the study's own, or a deflator without one."""
    year, earlier = written.get("year"), written.get(COMPARE_YEAR.name)
    if earlier is None and written.get(COMPARE_DEFLATOR.name) is not None:
        return [Problem(f"{file}, compare_deflator", "is given, but no compare_year.", "Add compare_year.")]
    if isinstance(year, int) and isinstance(earlier, int) and earlier >= year:
        return [Problem(f"{file}, compare_year", f"{earlier} is not before {year}.", "Name an earlier year.")]
    return []


SECTION = Section(
    id="change",
    title={
        "en": "Why emissions changed",
        "fr": "Pourquoi les émissions ont changé",
        "es": "Por qué cambiaron las emisiones",
    },
    heading="Why consumption-based emissions changed",
    challenge="sustainability",
    order=70,
    shown="where declared",
    needs=("emissions",),
    keys=(COMPARE_YEAR, COMPARE_DEFLATOR),
    earlier=COMPARE_YEAR,
    check=_compared_with_nothing,
    build=f"{__name__}.build",
)
