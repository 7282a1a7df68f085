"""Where a change of costs would end up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from kaldor.atlas.labels import ExactRegions, ExactSectors
from kaldor.brief.section import Section, table
from kaldor.declared import Declared


class CostRise(Declared):
    """A rise of wages, taxes or other primary costs that every buyer passes on.

    `share` of the output of the industries named (0.05: five more on each 100 sold); a fall is negative.
    `sectors` are industries or groups of them, `regions` where they stand: all industries, and the study's country,
    where none is named.
    """

    share: Annotated[float, Field(ge=-1, le=10)]
    sectors: ExactSectors = ()
    regions: ExactRegions = ()

    @model_validator(mode="after")
    def _of_something(self) -> CostRise:
        if self.share == 0:
            raise ValueError("a share of 0 changes no price")
        for names in (self.sectors, self.regions):
            if len(set(names)) != len(names):
                raise ValueError("a name stands there twice")
        return self


COST_RISE = table("cost_rise", CostRise, {"en": "Rise of costs", "fr": "Hausse des coûts", "es": "Alza de costes"})

SECTION = Section(
    id="prices",
    title={"en": "Where costs end up", "fr": "Où aboutissent les coûts", "es": "Dónde acaban los costes"},
    heading="Where a change of costs would end up",
    challenge="economy",
    order=100,
    shown="where declared",
    keys=(COST_RISE,),
    build=f"{__name__}.build",
)
