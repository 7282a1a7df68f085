"""Routes about one economy of one year: its labels, overview, scopes. Its questions are in `asked`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from kaldor.asking.shape import rows_of
from kaldor.atlas.blocs import Blocs
from kaldor.bounds import YEAR
from kaldor.economy.names import regions_of
from kaldor.server.answers.economies import (
    ColumnAnswer,
    EconomyAnswer,
    NamedAnswer,
    OverviewAnswer,
    Ratio,
    ScopesAnswer,
)
from kaldor.server.describing import about, described
from kaldor.server.overview import overview_of
from kaldor.server.refusals import may_answer
from kaldor.server.tables import finite
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench
from kaldor.sustainability.scopes import RatioSummary, industry_scopes

router = APIRouter(prefix="/api/economies/{dataset}/{year}", tags=["economies"])

Dataset = Annotated[str, Path(description="a dataset of the store, or starter", examples=["starter"])]
Year = Annotated[int, YEAR, Path(examples=[2018])]
With = Annotated[
    list[str] | None,
    Query(alias="with", description="extension datasets to attach: repeated, or by commas", max_length=20),
]
Region = Annotated[str, Query(description="a region's code", examples=["IND"])]
ExtensionId = Annotated[str, Query(description="an extension that the economy carries", examples=["co2"])]


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


@router.get("/scopes", responses=may_answer(404, 409))
def scopes(
    prepared: Asked,
    extension: ExtensionId = "co2",
    region: Annotated[str | None, Query(description="a region's code; all regions if not given")] = None,
) -> ScopesAnswer:
    """Scopes 1, 2 and 3 upstream of industries; never to be added up over industries."""
    chosen = prepared.economy
    if region is not None:
        chosen.region_position(region)
    found = industry_scopes(chosen, extension).of(chosen.sectors, region)
    units = {name: chosen.unit if name == "output" else found.unit for name in found.table.columns}
    columns = [ColumnAnswer(id="region"), ColumnAnswer(id="sector")]
    columns += [ColumnAnswer(id=name, unit=unit) for name, unit in units.items()]
    return ScopesAnswer(
        **about(chosen, extension, "scopes from input–output tables, upstream only (Hertwich & Wood 2018)"),
        columns=columns,
        rows=rows_of(found.table),
        region=region,
        energy_sectors=list(found.energy_sectors),
        scope3_over_scopes12=_ratio(found.scope3_over_scopes12()),
        upstream_over_scope1=_ratio(found.upstream_over_scope1()),
    )


def _ratio(found: RatioSummary) -> Ratio:
    return Ratio(pooled=finite(found.pooled), median=finite(found.median), industries=found.industries)
