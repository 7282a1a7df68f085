"""`kaldor economy`: the standard questions of input-output analysis, each a thin door to the Python function.

Here the questions on countries: footprints, the chains behind them, their change, and how sure they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kaldor.cli import screen
from kaldor.cli.economy_options import (
    Csv,
    Extension,
    MaybeRegion,
    Region,
    Regions,
    Rows,
    name_of,
    prices_between,
    the_extension,
)
from kaldor.cli.economy_output import Answer, Output, show
from kaldor.cli.options import AsJson, On, StorePath, With, Year
from kaldor.cli.twin import opened_economy

app = typer.Typer(no_args_is_help=True, help="Footprints, paths, linkages …: what an economy's table can tell.")


@app.command()
def footprint(
    on: On,
    extension: Extension = None,
    region: MaybeRegion = None,
    by: Annotated[
        Literal["account", "region", "product"],
        typer.Option(help="Both accounts of each country; origins × users; or products × users."),
    ] = "account",
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Show who emits (employs, extracts) and for whose final use: production beside consumption accounts."""
    from kaldor.economy.accounts import country_accounts
    from kaldor.economy.accounts import footprint as made

    economy = opened_economy(on, year, with_, store)
    name = the_extension(economy, extension)
    place = None if region is None else economy.region_position(region)
    with screen.working("solving"):
        table = country_accounts(economy, name) if by == "account" else made(economy, name, by=by)
    if place is not None:
        table = table.iloc[[place]] if by == "account" else table.iloc[:, [place]]
    answer = Answer(
        f"{name_of(economy, name)} by {by}",
        table,
        str(table.attrs["unit"]),
        {"extension": name, "by": by},
        largest=region if by != "account" else None,
    )
    show(economy, answer, Output(as_json, csv, rows))


@app.command()
def paths(
    on: On,
    region: Region,
    extension: Extension = None,
    sector: Annotated[list[str] | None, typer.Option(help="Only this product's final use; repeatable.")] = None,
    threshold: Annotated[float, typer.Option(help="Every chain that carries this share of the total.")] = 1e-3,
    longest: Annotated[int | None, typer.Option(min=0, help="Stop at this tier; 0: final producers.")] = None,
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 20,
) -> None:
    """Find the supply chains, one by one, through which a region's final use causes most."""
    from kaldor.economy.paths import structural_paths

    economy = opened_economy(on, year, with_, store)
    name = the_extension(economy, extension)
    with screen.working("searching"):
        found = structural_paths(economy, name, region, sector=sector or None, threshold=threshold, longest=longest)
    facts = {
        "extension": name,
        "region": region,
        "threshold": found.threshold,
        "total": found.total,
        "found": found.found,
        "remainder": found.remainder,
        "direct": found.direct,
    }
    share = f" ({100 * found.found / found.total:.1f} %)" if found.total else ""
    said = [
        f"{len(found.table):,} chains carry {screen.number(found.found)}{share} of {screen.number(found.total)}; "
        f"all others {screen.number(found.remainder)}. Final users' own: {screen.number(found.direct)}."
    ]
    title = f"{name_of(economy, name)}: chains behind what {region} finally uses, producer first"
    show(economy, Answer(title, found.table, found.unit, facts, said), Output(as_json, csv, rows))


@app.command()
def change(
    on: On,
    since: Annotated[int, typer.Option(help="The earlier year; --year is the later one.")],
    year: Annotated[int, typer.Option(help="The later year.")],
    extension: Extension = None,
    region: MaybeRegion = None,
    account: Annotated[Literal["consumption", "production"], typer.Option(help="Whose account.")] = "consumption",
    by: Annotated[Literal["region", "sector", "world"], typer.Option(help="One row a …")] = "region",
    factor: Annotated[list[str] | None, typer.Option(help="Factors in place of the usual ones; repeatable.")] = None,
    deflator: Annotated[
        float | None,
        typer.Option(
            help="How much dearer everything became: 1.27 is 27 %; with --deflators, what has none of its own."
        ),
    ] = None,
    deflators: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|DATASET|builtin",
            help="CSV with region, deflator and maybe sector; a dataset of WDI or PWT; or the few that are built in.",
        ),
    ] = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Split a change between two years into intensity, technology, sourcing, mix and level of final use."""
    from kaldor.economy.decomposition import decompose
    from kaldor.economy.factors import FACTORS

    earlier, later = (opened_economy(on, one, with_, store) for one in (since, year))
    name = the_extension(later, extension)
    place = None if region is None else later.region_position(region)
    prices, of_prices = prices_between(deflators, deflator, earlier, later, store)
    with screen.working("solving"):
        found = decompose(
            earlier, later, name, factors=tuple(factor or FACTORS), account=account, by=by, deflators=prices
        )
    table = found.table if place is None or by != "region" else found.table.iloc[[place]]
    facts = {
        "extension": name,
        "since": since,
        "account": account,
        "prices": str(found.table.attrs["prices"]),
        "deflators": " ".join(of_prices),
        "orderings": found.orderings,
        "warning": found.warning,
    }
    said = [
        f"Mean over all {found.orderings} orderings; {facts['prices']}.",
        *([found.warning] if found.warning else []),
        *of_prices,
    ]
    title = f"{name_of(later, name)}: change of the {account} account from {since} to {year}"
    show(later, Answer(title, table, found.unit, facts, said), Output(as_json, csv, rows))


@app.command()
def bands(
    on: On,
    extension: Extension = None,
    region: Regions = None,
    of: Annotated[
        Literal["accounts", "multipliers"], typer.Option(help="Countries' accounts, or multipliers.")
    ] = "accounts",
    draws: Annotated[int, typer.Option(min=20, help="Tables drawn around the published one.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 1,
    rule: Annotated[
        Literal["rows", "gras"], typer.Option(help="How drawn tables keep the published outputs.")
    ] = "rows",
    model: Annotated[str, typer.Option(metavar="ID", help="Error model: standard errors of the cells.")] = "usual",
    errors: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="TOML with error models of your own.")
    ] = None,
    level: Annotated[float, typer.Option(help="Share of draws within a band.")] = 0.9,
    year: Year = None,
    with_: With = None,
    store: StorePath = None,
    as_json: AsJson = False,
    csv: Csv = None,
    rows: Rows = 45,
) -> None:
    """Draw tables within stated errors: how far an account or a multiplier may be off."""
    from kaldor.economy.error_model import error_model
    from kaldor.economy.uncertainty import bands as made

    economy = opened_economy(on, year, with_, store)
    name, chosen = the_extension(economy, extension), error_model(model, *(errors or ()))
    with screen.counting("drawing tables", draws) as progress:
        found = made(
            economy,
            name,
            regions=region or None,
            model=chosen,
            draws=draws,
            seed=seed,
            rule=rule,
            level=level,
            progress=progress,
        )
    facts = {
        "extension": name,
        "of": of,
        "level": level,
        "draws": draws,
        "seed": seed,
        "rule": rule,
        "model": chosen.model_dump(mode="json"),
    }
    table = found.table if of == "accounts" else found.multipliers
    unit = found.unit if of == "accounts" else f"{found.unit} per {economy.unit}"
    said = [
        f"{100 * level:g} % of {draws} draws (seed {seed}, rule {rule}) lie between low and high.",
        f"{chosen.source}.",
    ]
    title = f"{name_of(economy, name)}: bands of {of}"
    show(economy, Answer(title, table, unit, facts, said, largest="value"), Output(as_json, csv, rows))
