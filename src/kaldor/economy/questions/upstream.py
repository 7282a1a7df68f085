"""Question: where industries stand in the chains."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.economy.names import regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.economy.upstream import positions


class Upstream(OfEconomy):
    """Which industries, and how they are grouped."""

    region: Regions = ()
    by: Annotated[
        Literal["region-sector", "region", "sector", "world"] | None,
        Field(description="One row a …; sector, or region-sector where regions are named."),
    ] = None

    @model_validator(mode="after")
    def _of_regions(self) -> Upstream:
        if self.region and self.by in {"sector", "world"}:
            raise ValueError(f"by {self.by} leaves no region to choose. Ask by region or region-sector.")
        return self


def upstream(asked: Asked, given: Upstream, _: Progress) -> Answer:
    """Place industries in the chains: stages to final use, and stages from primary inputs."""
    named = regions_of(asked.economy, given.region)
    by = given.by or ("region-sector" if named.regions else "sector")
    table = positions(asked.economy, by=by)
    return answer(
        asked,
        "Where industries stand in the chains",
        Table("positions", named.rows_of(table), largest="output"),
        "upstreamness and downstreamness (Antràs et al. 2012)",
        facts={"by": by},
        said=named.notes,
    )


QUESTION = Question(
    id="upstream",
    room="economy",
    of=ECONOMY,
    title={
        "en": "Where industries stand in the chains",
        "fr": "La place des industries dans les chaînes",
        "es": "El lugar de las industrias en las cadenas",
    },
    order=90,
    inputs=Upstream,
    answer=upstream,
    page="upstreamness",
)
