"""Routes about one economy of one year: its labels and overview. Its questions are in `asked`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from kaldor.atlas.blocs import Blocs
from kaldor.bounds import YEAR
from kaldor.economy.names import regions_of
from kaldor.server.answers.economies import EconomyAnswer, NamedAnswer, OverviewAnswer
from kaldor.server.describing import described
from kaldor.server.overview import overview_of
from kaldor.server.refusals import may_answer
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench

router = APIRouter(prefix="/api/economies/{dataset}/{year}", tags=["economies"])

Dataset = Annotated[str, Path(description="a dataset of the store, or starter", examples=["starter"])]
Year = Annotated[int, YEAR, Path(examples=[2018])]
With = Annotated[
    list[str] | None,
    Query(alias="with", description="extension datasets to attach: repeated, or by commas", max_length=20),
]
Region = Annotated[str, Query(description="a region's code", examples=["IND"])]


def prepared_of(bench: Bench, dataset: Dataset, year: Year, with_: With = None) -> Prepared:
    """The economy that a path names, prepared once for all who ask."""
    return bench.twins.get(dataset, year, split(with_))


Asked = Annotated[Prepared, Depends(prepared_of)]


def split(with_: list[str] | None) -> tuple[str, ...]:
    """Ids of extensions, whether they came one by one or joined by commas."""
    ids = [id.strip() for text in with_ or () for id in text.split(",")]
    return tuple(dict.fromkeys(id for id in ids if id))


@router.get("", responses=may_answer(404))
def economy(prepared: Asked, dataset: Dataset) -> EconomyAnswer:
    """Regions, sectors, groups, final demand and extensions of an economy."""
    return described(prepared.economy, dataset)


class Names(BaseModel):
    """Names of regions, and the blocs that they may be."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"named": ["India", "EU", "!DEU"]}]})

    named: list[str] = Field(max_length=300)
    blocs: Blocs = {}


@router.post("/regions", responses=may_answer(404))
def regions(prepared: Asked, asked: Names) -> NamedAnswer:
    """The regions of an economy that names mean (codes, countries, blocs, income groups), and who is left out."""
    found = regions_of(prepared.economy, asked.named, asked.blocs, where="named")
    return NamedAnswer(regions=list(found.regions), notes=list(found.notes))


@router.get("/overview", responses=may_answer(404, 409))
def overview(prepared: Asked, region: Region) -> OverviewAnswer:
    """The five challenges of a region in a few figures, and maps of all regions."""
    with prepared.twin() as (_, before):
        return overview_of(before, region)
