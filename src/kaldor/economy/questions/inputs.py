"""Inputs that several questions share, each with one name, one meaning and one help text."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kaldor.asking import names
from kaldor.bounds import YEAR

LARGEST_FILE = 1_000_000
"""Characters of a file that is handed over as an input; a declaration is a page or two."""

Extension = Annotated[
    str | None,
    Field(
        description="Emissions, jobs …, or value_added; if none is named the only one besides jobs, or co2.",
        json_schema_extra=names("extension"),
    ),
]
Region = Annotated[str, Field(description="Whose final use.", json_schema_extra=names("region"))]
MaybeRegion = Annotated[str | None, Field(description="Only this region.", json_schema_extra=names("region"))]
Regions = Annotated[
    tuple[str, ...], Field(description="Only these regions; all if none.", json_schema_extra=names("region"))
]
Sectors = Annotated[
    tuple[str, ...], Field(description="Only these sectors, by code, name or group.", json_schema_extra=names("sector"))
]
Year = Annotated[int, YEAR]
