"""Routes of the standard questions: linkages, positions, extraction, prices, induced spending, change, bands."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from fastapi import APIRouter, Query
from pydantic import AfterValidator

from kaldor.atlas.prices import named_deflators
from kaldor.economy.decomposition import decompose
from kaldor.economy.deflation import Deflators
from kaldor.economy.extraction import block_of, extract
from kaldor.economy.induced import type2_multipliers
from kaldor.economy.linkages import linkages
from kaldor.economy.prices import consumer_prices, cost_push
from kaldor.economy.upstream import positions
from kaldor.errors import InputError, Problem
from kaldor.server.answers import ColumnAnswer, JobStarted, TableAnswer
from kaldor.server.describing import about
from kaldor.server.refusals import may_answer
from kaldor.server.routes_economies import Asked, Dataset, ExtensionId, With, Year, prepared_of, split
from kaldor.server.tables import rows_of
from kaldor.server.twins import Prepared
from kaldor.server.workbench import Bench

router = APIRouter(prefix="/api/economies/{dataset}/{year}", tags=["questions"])


def _once(labels: list[str] | None) -> list[str] | None:
    """Labels in their order, each once: naming one twice means no more than naming it."""
    return labels and list(dict.fromkeys(labels))


Labels = Annotated[list[str] | None, AfterValidator(_once)]
Regions = Annotated[Labels, Query(description="regions' codes, repeated", max_length=300, examples=[["IND"]])]
Sectors = Annotated[
    Labels,
    Query(description="sectors or groups of sectors, repeated", max_length=300, examples=[["manufacturing"]]),
]
_REFUSES = may_answer(404, 409)


@router.get("/linkages", responses=_REFUSES)
def industry_linkages(
    prepared: Asked,
    region: Regions = None,
    scope: Literal["domestic", "global"] = "domestic",
    weights: Annotated[
        Literal["equal", "output", "final_demand"], Query(description="of the average beside which industries stand")
    ] = "equal",
) -> TableAnswer:
    """How strongly industries pull on suppliers and push on customers; the key ones are above average in both."""
    places = _known(prepared, region)
    table = linkages(prepared.economy, scope=scope, weights=weights, variation=False)
    table = table.loc[places] if places else table
    return _answer(prepared, table, {}, "linkages by the Leontief and Ghosh inverses (Miller & Blair 2009, ch. 12)")


@router.get("/positions", responses=_REFUSES)
def industry_positions(
    prepared: Asked,
    by: Annotated[
        Literal["region-sector", "region", "sector", "world"] | None,
        Query(description="one row a …; sector, or region-sector where regions are named"),
    ] = None,
    region: Regions = None,
) -> TableAnswer:
    """How many stages industries stand from final use, and from primary inputs."""
    places = _known(prepared, region)
    grouping = by or ("region-sector" if places else "sector")
    if places and grouping not in {"region-sector", "region"}:
        raise InputError(Problem("region", f"means nothing by {grouping}.", "Ask by region or region-sector."))
    table = positions(prepared.economy, by=grouping)
    units = table.attrs["units"]
    table = table.loc[places] if places else table
    return _answer(prepared, table, units, "upstreamness and downstreamness (Antràs et al. 2012)")


@router.get("/extraction", responses=_REFUSES)
def extraction(
    prepared: Asked,
    region: Regions = None,
    sector: Sectors = None,
    kind: Literal["full", "backward", "forward"] = "full",
    share: Annotated[float, Query(ge=0, le=1)] = 1.0,
    by: Literal["region", "sector", "region-sector"] = "region",
) -> TableAnswer:
    """What output, value added and extensions hang on an industry, or on a share of it."""
    if not region and not sector:
        raise InputError(Problem("region, sector", "name no block.", "Give one of them, or both."))
    block = block_of(prepared.economy, region or None, sector or None)
    table = extract(prepared.economy, block, kind=kind, share=share, by=by)
    return _answer(prepared, table, table.attrs["units"], "hypothetical extraction (Dietzenbacher & Lahr 2013)")


@router.get("/prices", responses=_REFUSES)
def prices(
    prepared: Asked,
    cost: Annotated[float, Query(ge=-1, le=10, description="more primary input per unit of output", examples=[0.05])],
    region: Regions = None,
    sector: Sectors = None,
    of: Literal["products", "consumers"] = "consumers",
) -> TableAnswer:
    """Where a rise of costs (wages, a tax) ends up: in the prices of products, or in what final users pay."""
    block = block_of(prepared.economy, region or None, sector or None)
    pushed = cost_push(prepared.economy, pd.Series(cost, index=pd.MultiIndex.from_tuples(block)))
    method = "cost-push price model p = (I − A')⁻¹ v (Miller & Blair 2009, ch. 2)"
    if of == "products":
        return _answer(prepared, pushed.to_frame(), {"price_change": pushed.attrs["unit"]}, method)
    table = consumer_prices(prepared.economy, pushed)
    return _answer(prepared, table, table.attrs["units"], method)


@router.get("/induced", responses=_REFUSES)
def induced(
    prepared: Asked,
    region: Regions = None,
    extension: Annotated[Labels, Query(description="extensions; all if none", max_length=50)] = None,
    income: Annotated[str, Query(description="what counts as income: an extension, or value_added")] = "value_added",
    spending: Annotated[
        float | None, Query(ge=0, le=10, description="spent per unit of income; as in the table if not given")
    ] = None,
) -> TableAnswer:
    """Multipliers that also follow what households earn and spend (Type II), beside those that do not (Type I)."""
    places = _known(prepared, region)
    table = type2_multipliers(prepared.economy, extension or None, income=income, spending=spending)
    note, units = str(table.attrs["note"]), table.attrs["units"]
    answer = _answer(prepared, table.loc[places] if places else table, units, "Type II (Miller & Blair 2009, ch. 6)")
    return answer.model_copy(update={"notes": [*answer.notes, note, "Type II is an upper bound."]})


@router.get("/change", responses=_REFUSES)
def change(
    bench: Bench,
    prepared: Asked,
    dataset: Dataset,
    since: Annotated[int, Query(ge=1900, le=2200, description="the earlier year", examples=[2018])],
    with_: With = None,
    extension: ExtensionId = "co2",
    account: Literal["consumption", "production"] = "consumption",
    deflator: Annotated[
        float | None,
        Query(gt=0, le=1e6, description="how much dearer everything became, or what has no deflator of its own"),
    ] = None,
    deflators: Annotated[
        str | None,
        Query(description="'builtin', or a dataset of indicators that holds prices (WDI, PWT)", examples=["builtin"]),
    ] = None,
) -> TableAnswer:
    """Why a country's account changed since an earlier year: intensity, technology, sourcing, mix and level."""
    earlier = prepared_of(bench, dataset, since, with_)
    prices: Deflators | None = deflator
    said: list[str] = []
    if deflators is not None:
        regions = prepared.economy.regions
        prices, said = named_deflators(
            deflators, deflator, since, prepared.economy.year, regions, bench.store.indicators
        )
    found = decompose(earlier.economy, prepared.economy, extension, account=account, deflators=prices)
    answer = _answer(
        prepared,
        found.table,
        dict.fromkeys(map(str, found.table.columns), found.unit),
        f"structural decomposition, mean over {found.orderings} orderings (Dietzenbacher & Los 1998)",
        extension,
    )
    return answer.model_copy(update={"notes": [*answer.notes, *([found.warning] if found.warning else []), *said]})


@router.post("/bands", status_code=202, responses=may_answer(404))
def account_bands(
    bench: Bench,
    prepared: Asked,
    dataset: Dataset,
    year: Year,
    with_: With = None,
    extension: ExtensionId = "co2",
    region: Regions = None,
    of: Annotated[Literal["accounts", "multipliers"], Query(description="of countries, or of industries")] = "accounts",
    draws: Annotated[int, Query(ge=20, le=2_000, description="tables drawn around the published one")] = 200,
    seed: Annotated[int, Query(ge=0, le=2**31, description="of the draws")] = 1,
    rule: Annotated[Literal["rows", "gras"], Query(description="how drawn tables keep the outputs")] = "rows",
    level: Annotated[float, Query(gt=0, lt=1, description="share of draws within a band")] = 0.9,
) -> JobStarted:
    """How far accounts or multipliers may be off when cells have errors: a job, whose result is a table of bands."""
    places = _known(prepared, region)
    prepared.economy.extension(extension)
    arguments = {
        "dataset": dataset,
        "year": year,
        "extensions": list(split(with_)),
        "store": str(bench.store.path),
        "extension": extension,
        "regions": places,
        "of": of,
        "draws": draws,
        "seed": seed,
        "rule": rule,
        "level": level,
    }
    where = ", ".join(places[:3]) + (" …" if len(places) > 3 else "") if places else "all regions"
    return JobStarted(job=bench.jobs.start("bands", f"{extension}, {where}, {year}", arguments).id)


def _known(prepared: Prepared, regions: list[str] | None) -> list[str]:
    """Regions that were named, each refused with the near match where the economy has none of that code."""
    return [prepared.economy.regions[prepared.economy.region_position(one)] for one in regions or ()]


def _answer(
    prepared: Prepared, table: pd.DataFrame, units: dict[str, str], method: str, extension: str | None = None
) -> TableAnswer:
    """A table with its labels and units; a label has none."""
    flat = table.reset_index()
    columns = [ColumnAnswer(id=str(name), unit=_unit(units, str(name))) for name in flat.columns]
    return TableAnswer(**about(prepared.economy, extension, method), columns=columns, rows=rows_of(table))


def _unit(units: dict[str, str], column: str) -> str:
    """A column's unit: its own, or that of the quantity of which it is a variant (output_lost, co2_type2)."""
    return units.get(column, units.get(column.rpartition("_")[0], ""))
