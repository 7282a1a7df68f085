"""`kaldor economy` on industries: what hangs on them, how they link, where they stand, what they set in motion."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from kaldor.cli import screen
from kaldor.cli.economy import app
from kaldor.cli.economy_options import Csv, MaybeRegion, Regions, Rows, Sectors, block_words, once
from kaldor.cli.economy_output import Answer, Output, show
from kaldor.cli.options import AsJson, On, StorePath, With, Year
from kaldor.cli.twin import opened_economy

__all__ = ["app"]


@app.command()
def extract(
    on: On,
    region: Regions = None,
    sector: Sectors = None,
    kind: Annotated[
        Literal["full", "backward", "forward"], typer.Option(help="What goes: all, purchases, sales.")
    ] = "full",
    share: Annotated[float, typer.Option(help="Share of the block's flows that goes, 0 to 1.")] = 1.0,
    by: Annotated[Literal["region", "sector", "region-sector"], typer.Option(help="One row a …")] = "region",
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Take an industry out: what output, value added and emissions hang on it."""
    from kaldor.economy.extraction import KINDS, block_of
    from kaldor.economy.extraction import extract as made
    from kaldor.errors import InputError, Problem

    economy = opened_economy(on, year, with_, store)
    if not region and not sector:
        raise InputError(Problem("block", "is not named.", "Name it with --region, --sector or both."))
    block = block_of(economy, region or None, sector or None)
    with screen.working("solving"):
        table = made(economy, block, kind=kind, share=share, by=by)
    facts = {"kind": kind, "share": share, "block": [list(one) for one in block]}
    title = f"Lost without {100 * share:g} % of {block_words(block)} ({kind}: {KINDS[kind]})"
    show(
        economy,
        Answer(title, table, dict(table.attrs["units"]), facts, largest="output_lost"),
        Output(as_json, csv, rows),
    )


@app.command()
def linkages(
    on: On,
    region: Regions = None,
    scope: Annotated[
        Literal["domestic", "global"], typer.Option(help="Inputs made at home only, or all.")
    ] = "domestic",
    weights: Annotated[Literal["equal", "output", "final_demand"], typer.Option(help="Of the average.")] = "equal",
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Rank industries by their pull on suppliers and push on customers; the key ones are above average in both."""
    from kaldor.economy.linkages import linkages as made

    economy = opened_economy(on, year, with_, store)
    places = [economy.region_position(one) for one in region or ()]
    with screen.working("solving"):
        table = made(economy, scope=scope, weights=weights, variation=False)
    if places:
        table = table.loc[[economy.regions[place] for place in places]]
    facts = {"scope": scope, "weights": weights}
    title = f"Linkages, {scope}, over the average ({weights} weights)"
    columns = ["backward", "forward", "power", "sensitivity", "sensitivity_ghosh", "quadrant"]
    shown = table if as_json or csv else table[columns]
    show(economy, Answer(title, shown, "dimensionless", facts, largest="power"), Output(as_json, csv, rows))


@app.command()
def prices(
    on: On,
    cost: Annotated[float, typer.Option(help="More primary input per unit of output: 0.05 is 5 cents a dollar.")],
    region: Regions = None,
    sector: Sectors = None,
    of: Annotated[
        Literal["products", "consumers"], typer.Option(help="Prices of products, or bills of users.")
    ] = "consumers",
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Pass a rise of costs (wages, a tax) on along the chains: to prices, and to what final users pay."""
    import pandas as pd

    from kaldor.economy.extraction import block_of
    from kaldor.economy.prices import consumer_prices, cost_push

    economy = opened_economy(on, year, with_, store)
    block = block_of(economy, region or None, sector or None)
    with screen.working("solving"):
        pushed = cost_push(economy, pd.Series(cost, index=pd.MultiIndex.from_tuples(block)))
        table = pushed.to_frame() if of == "products" else consumer_prices(economy, pushed)
    unit: Any = {"price_change": "share of the price before"} if of == "products" else dict(table.attrs["units"])
    facts = {"cost": cost, "block": [list(one) for one in block], "of": of}
    title = f"Prices after {cost:+g} of primary inputs per unit of output in {block_words(block)}"
    show(economy, Answer(title, table, unit, facts, largest="price_change"), Output(as_json, csv, rows))


@app.command()
def upstream(
    on: On,
    region: MaybeRegion = None,
    by: Annotated[Literal["region-sector", "region", "sector", "world"], typer.Option(help="One row a …")] = "sector",
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Place industries in the chains: stages to final use, and stages from primary inputs."""
    from kaldor.economy.upstream import positions

    economy = opened_economy(on, year, with_, store)
    if region is not None:
        economy.region_position(region)
        by = "region-sector" if by == "sector" else by
    with screen.working("solving"):
        table = positions(economy, by=by)
    if region is not None and by in {"region-sector", "region"}:
        table = table.loc[[region]]
    answer = Answer(
        "Where industries stand in the chains", table, dict(table.attrs["units"]), {"by": by}, largest="output"
    )
    show(economy, answer, Output(as_json, csv, rows))


@app.command()
def induced(
    on: On,
    extension: Annotated[
        list[str] | None, typer.Option(callback=once, help="Extensions; all if none. Repeatable.")
    ] = None,
    region: Regions = None,
    income: Annotated[
        str, typer.Option(metavar="ID", help="What counts as income: an extension, or value_added.")
    ] = "value_added",
    spending: Annotated[
        float | None, typer.Option(help="Spent per unit of income; as in the table if not given.")
    ] = None,
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Compare multipliers along the chains with those that include the spending of incomes."""
    from kaldor.economy.induced import type2_multipliers

    economy = opened_economy(on, year, with_, store)
    places = [economy.region_position(one) for one in region or ()]
    with screen.working("solving"):
        table = type2_multipliers(economy, extension or None, income=income, spending=spending)
    note, units = str(table.attrs["note"]), dict(table.attrs["units"])
    if places:
        table = table.loc[[economy.regions[place] for place in places]]
    answer = Answer(
        "Multipliers without and with induced spending",
        table,
        units,
        {"income": income, "spending": spending},
        [note, "Type II is an upper bound."],
        largest="output_type2",
    )
    show(economy, answer, Output(as_json, csv, rows))
