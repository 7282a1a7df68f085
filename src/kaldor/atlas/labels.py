"""Fields that name something of a table or of the twin, marked so that a form can offer what there is.

The mark changes no value and refuses none: it stands in the JSON schema of a model, as `names`. Only a country that is
written by its name becomes its code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from kaldor.atlas.regions import code_meant

Kind = Literal["region", "sector", "lever", "metric"]


@dataclass(frozen=True)
class Named:
    """What a field names. `exact`: a name of the table itself; without, a bloc, "all" or a part may stand there too."""

    kind: Kind
    exact: bool = False

    def __get_pydantic_json_schema__(self, core: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """The field's schema with the mark in it."""
        return {**handler(core), "names": self.kind, "exact": self.exact}


RegionName = Annotated[str, Named("region")]
SectorName = Annotated[str, Named("sector")]
LeverName = Annotated[str, Named("lever")]
MetricName = Annotated[str, Named("metric")]
RegionNames = Annotated[tuple[str, ...], Named("region")]
SectorNames = Annotated[tuple[str, ...], Named("sector")]
MetricNames = Annotated[tuple[str, ...], Named("metric")]
Country = Annotated[str, AfterValidator(code_meant)]
"""A country by its ISO3 code or its name, as its code."""
ExactRegions = Annotated[tuple[Country, ...], Named("region", exact=True)]
ExactSectors = Annotated[tuple[str, ...], Named("sector", exact=True)]
