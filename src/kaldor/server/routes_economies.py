"""Routes about one economy of one year: its labels, overview, accounts, scopes, footprints, paths, dependence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from kaldor.economy.accounts import DISCREPANCY, UNALLOCATED, country_accounts, footprint
from kaldor.economy.paths import structural_paths
from kaldor.resilience.lookthrough import import_dependence
from kaldor.server.answers import (
    ColumnAnswer,
    DependenceAnswer,
    EconomyAnswer,
    FootprintAnswer,
    Link,
    OverviewAnswer,
    PathAnswer,
    PathNode,
    PathsAnswer,
    Ratio,
    ScopesAnswer,
    TableAnswer,
)
from kaldor.server.describing import about, described
from kaldor.server.overview import overview_of
from kaldor.server.refusals import may_answer
from kaldor.server.tables import finite, rows_of
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench
from kaldor.sustainability.scopes import RatioSummary, industry_scopes

router = APIRouter(prefix="/api/economies/{dataset}/{year}", tags=["economies"])

Dataset = Annotated[str, Path(description="a dataset of the store, or starter", examples=["starter"])]
Year = Annotated[int, Path(ge=1900, le=2200, examples=[2018])]
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


@router.get("/overview", responses=may_answer(404, 409))
def overview(prepared: Asked, region: Region) -> OverviewAnswer:
    """The five challenges of a region in a few figures, and maps of all regions."""
    with prepared.twin() as (_, before):
        return overview_of(before, region)


@router.get("/accounts", responses=may_answer(404, 409))
def accounts(prepared: Asked, extension: ExtensionId = "co2") -> TableAnswer:
    """Production-based and consumption-based account of every region, with their parts."""
    frame = country_accounts(prepared.economy, extension).rename_axis("region")
    columns = [ColumnAnswer(id="region"), *(ColumnAnswer(id=name, unit=frame.attrs["unit"]) for name in frame.columns)]
    method = "country accounts by the Leontief inverse of the multi-regional table (Peters 2008)"
    return TableAnswer(**about(prepared.economy, extension, method), columns=columns, rows=rows_of(frame))


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


@router.get("/footprint", responses=may_answer(404, 409))
def consumption_footprint(prepared: Asked, region: Region, extension: ExtensionId = "co2") -> FootprintAnswer:
    """Where a region's consumption footprint arises: flows from the regions of origin, and by product finally used."""
    chosen = prepared.economy
    chosen.region_position(region)
    flows = footprint(chosen, extension)
    origins = flows.drop(columns=[DISCREPANCY, UNALLOCATED])[region]
    products = footprint(chosen, extension, by="product")[region].groupby(level=1, sort=False).sum()
    return FootprintAnswer(
        **about(chosen, extension, "consumption-based account by origin and by product (Miller & Blair 2009, ch. 10)"),
        region=region,
        extension=extension,
        unit=str(flows.attrs["unit"]),
        total=float(origins.sum()),
        origins=[Link(source=str(origin), target=region, value=float(value)) for origin, value in origins.items()],
        links=[
            *(Link(source=f"origin:{code}", target=f"use:{region}", value=float(v)) for code, v in origins.items()),
            *(Link(source=f"use:{region}", target=f"product:{code}", value=float(v)) for code, v in products.items()),
        ],
    )


@router.get("/paths", responses=may_answer(404, 409))
def paths(
    prepared: Asked,
    region: Region,
    extension: ExtensionId = "co2",
    sector: Annotated[str | None, Query(description="one product finally used; all if not given")] = None,
    most: Annotated[int, Query(ge=1, le=500)] = 25,
    threshold: Annotated[float, Query(ge=1e-5, le=1, description="smallest share of the total to look for")] = 1e-4,
) -> PathsAnswer:
    """The supply chains behind a region's final use that carry most, and what all others carry."""
    chosen = prepared.economy
    found = structural_paths(chosen, extension, region, sector=sector, threshold=threshold, most=most)
    return PathsAnswer(
        **about(chosen, extension, "structural path analysis with an exact remainder"),
        region=region,
        sector=sector,
        extension=extension,
        unit=found.unit,
        total=found.total,
        found=found.found,
        remainder=found.remainder,
        direct=found.direct,
        threshold=found.threshold,
        paths=[
            PathAnswer(
                path=[PathNode(region=at, sector=of) for at, of in row.path],
                tier=int(row.tier),
                value=float(row.value),
                share=float(row.share),
            )
            for row in found.table.itertuples()
        ],
    )


@router.get("/dependence", responses=may_answer(404, 409))
def dependence(prepared: Asked, region: Region) -> DependenceAnswer:
    """On which countries and products from abroad a region's manufacturing depends, at face value and all tiers."""
    found = import_dependence(prepared.economy, region)
    return DependenceAnswer(
        **about(
            prepared.economy, method="face value and look-through shares (Baldwin, Freeman & Theodorakopoulos 2023)"
        ),
        region=region,
        sectors=list(found.sectors),
        foreign_share={str(name): finite(value) for name, value in found.foreign_share().items()},
        suppliers=rows_of(found.by_supplier()),
        products=rows_of(found.by_product()),
    )


def _ratio(found: RatioSummary) -> Ratio:
    return Ratio(pooled=finite(found.pooled), median=finite(found.median), industries=found.industries)
