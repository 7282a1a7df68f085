"""Writes docs/methods/equilibrium-figures.md: changes × countries × tables × sets of elasticities, and why each sign.

`./run python docs/make_equilibrium_figures.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013,
with its CO2 and labour accounts) in the store. What is asked, what is compared with and the reasons stand in
equilibrium_figures.toml beside this file; a sign that no reason covers stops the command.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from kaldor.atlas.blocs import ALL
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.bars import bars
from kaldor.economy.equilibrium.base import Base, every_user
from kaldor.economy.equilibrium.channels import channels_of
from kaldor.economy.equilibrium.figures import Reader
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import Choice, Prepared, chosen
from kaldor.economy.equilibrium.responses import Response
from kaldor.economy.equilibrium.sets import Capital, positions_in
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.equilibrium.solver import Equilibrium, Point
from kaldor.economy.equilibrium.work import pay
from kaldor.economy.questions.leakage import at_the_border as border_tariffs
from kaldor.economy.starter import starter_world

HERE = Path(__file__).parent
PAGE = HERE / "methods" / "equilibrium-figures.md"
DECLARED: dict[str, Any] = tomllib.loads((HERE / "equilibrium_figures.toml").read_text("utf-8"))
TEXTS: Mapping[str, str] = DECLARED["texts"]

COUNTRIES, YEARS, STARTER = ("DEU", "IND", "MEX"), (2008, 2009, 2011), "starter"
SETS = ("low", "central", "long")
SUPPLY = 0.25  # of work to the real wage, where it answers
GERMAN, OF_GDP = 10_000.0, 0.003  # subsidies: million dollars in Germany, a share of GDP elsewhere
OUTCOMES: Mapping[str, Mapping[str, Any]] = {one["id"]: one for one in DECLARED["outcomes"]}
KEYS = ["change", "country", "table", "set"]


def economies(store: Path | None, years: Iterable[int] = YEARS) -> Iterator[tuple[str, Economy]]:
    """The tables by name: WIOD of some years with its accounts, then the starter world."""
    shelf = Store(store)
    for year in years:
        yield str(year), Economy.from_published(shelf.economy("wiod2013", year, ["jrc_wiod_co2", "wiod2013_labour"]))
    yield STARTER, Economy.from_published(starter_world())


def figures_of(table: str, economy: Economy, **closing: Any) -> pd.DataFrame:
    """All figures of one table by KEYS: full employment, but for welfare and jobs; `own_wage` beside the outcomes.

    `closing`: the closures of capital and lending, the set's own if none is named.
    """
    prepared, rows = Prepared(economy), []
    for name in SETS:
        own = elasticity_set(name)
        answering = own.model_copy(update={"labour_supply": own.labour_supply.model_copy(update={"value": SUPPLY})})
        held, works = chosen(own, "full-employment", **closing), chosen(answering, "supply", **closing)
        full, supply = prepared.equilibrium(held), prepared.equilibrium(works)
        for country in COUNTRIES:
            wage = _own_wage(full, economy, country)
            for change, shock in changes(economy, full.base, country):
                figures = _told(economy, held, full.solve(shock), country, leaks="carbon" in change)
                working = _told(economy, works, supply.solve(shock), country)
                figures |= {one: working[one] for one in ("welfare_share", "jobs")}
                rows.append(dict(zip(KEYS, (change, country, table, name), strict=True)) | figures | {"own_wage": wage})
    return pd.DataFrame(rows).set_index(KEYS)


def changes(economy: Economy, base: Base, country: str) -> Iterator[tuple[str, Shock]]:
    """What is changed, by the ids of the declared file; a supplier that a table does not show is left out."""
    none, here, regions = Shock.none(base), economy.regions.index(country), economy.regions
    made, low = positions_in(economy, ["manufacturing"]), positions_in(economy, DECLARED["low_wage"])
    everything = range(base.products)

    def inside(sectors: Iterable[int], value: float, otherwise: float) -> np.ndarray:
        found = np.full_like(base.output, otherwise)
        found[here, list(sectors)] = value
        return found

    def given(sectors: Sequence[int]) -> Shock:
        amount = GERMAN if country == "DEU" else OF_GDP * base.income[here]
        rate = amount / base.cost[here, list(sectors)].sum()
        return replace(none, output_tax=inside(sectors, -rate, 0.0))

    def without(supplier: str, what: str, *, both_ways: bool = False) -> Shock:
        cut, there = np.ones_like(base.flows), regions.index(supplier)
        for buyer, seller in ((here, there), (there, here))[: 2 if both_ways else 1]:
            cut[list(positions_in(economy, [what])), buyer, seller] = 0.0
        left = bars(base, cut, economy.sectors, regions)
        return replace(none, recipe=left.recipe, barred=left.barred)

    by_region = np.where(np.arange(base.regions) == here, 0.1, 0.0)  # million dollars a kt: 100 $/t
    price = every_user(by_region, base.users)
    tariffs = base.tariffs.copy()
    tariffs[:, list(made), here] += 0.1
    tariffs[here, :, here] = base.tariffs[here, :, here]
    yield "wages", replace(none, wage_wedge=inside(everything, 1.05, 1.0))
    yield "low wages", replace(none, wage_wedge=inside(low, 1.1, 1.0))
    yield "productivity", replace(none, productivity=inside(made, 1.05, 1.0))
    yield "labour productivity", replace(none, labour_productivity=inside(made, 1.05, 1.0))
    yield "carbon", replace(none, carbon_price=price)
    yield "carbon at the border", replace(none, carbon_price=price, tariffs=border_tariffs(base, by_region))
    yield "tariff", replace(none, tariffs=tariffs)
    yield "subsidy", given(made)
    yield "subsidy to all", given(everything)
    yield "China", without("CHN", "manufacturing")
    yield "no trade with China", without("CHN", ALL, both_ways=True)
    supplier = DECLARED["mining_from"][country]
    if supplier in regions:
        yield "mining", without(supplier, "mining")


def _told(economy: Economy, choice: Choice, point: Point, country: str, *, leaks: bool = False) -> dict[str, float]:
    here, base = economy.regions.index(country), point.scenario.base
    outcomes, reader = outcomes_of(point), Reader(economy, 1.0, leaks)
    response = Response(choice, base, outcomes, channels_of(point, outcomes), (), ())
    own, others = reader.of(response, [here]), reader.of(response, [i for i in range(base.regions) if i != here])
    found = own | {"others": others["real_spending"] / 1e3, "terms_of_trade": own["terms_of_trade"] / 1e3}
    return {name: found[name] for name in OUTCOMES if name in found}


def _own_wage(full: Equilibrium, economy: Economy, country: str) -> float:
    """By how many per cent fewer work for each per cent of the real wage: one in a hundred leaves, and it rises."""
    here, none = economy.regions.index(country), Shock.none(full.base)
    fewer = none.labour_force.copy()
    fewer[here] = 0.99
    point = full.solve(replace(none, labour_force=fewer))
    at = point.scenario, point.at, point.prices, point.volumes
    return float(np.log(fewer[here]) / (pay(*at) - point.prices.consumption)[here])


# -- signs -------------------------------------------------------------------------------------------------------------


def unexplained(figures: pd.DataFrame) -> list[str]:
    """Figures whose sign, as printed, no declared reason covers."""
    found = []
    for key, row in figures.iterrows():
        place = dict(zip(KEYS, key, strict=True))
        for outcome, declared in OUTCOMES.items():
            value, digits = row[outcome], declared["digits"]
            told = not np.isfinite(value) or not round(value, digits)
            if not told and not any(_covers(one, place, outcome, value) for one in _of(place)):
                found.append(f"{place}: {declared['words']} {value:+.{digits}f}")
    return found


def unexplained_elsewhere(table: str, economy: Economy) -> list[str]:
    """The same under every other closure of capital and lending."""
    found = []
    for capital, lending in product(get_args(Capital), ("pooled", "fixed")):
        figures = figures_of(table, economy, capital=capital, lending=lending)
        found += [f"{capital}, {lending}: {one}" for one in unexplained(figures)]
    return found


def _of(place: Mapping[str, str]) -> list[dict[str, Any]]:
    return next(one["signs"] for one in DECLARED["changes"] if one["id"] == place["change"])


def _covers(sign: Mapping[str, Any], place: Mapping[str, str], outcome: str, value: float) -> bool:
    """Whether a reason is about this figure: of its outcome, its sign, and where and in which set it stands."""
    where = all(place[key] in sign[key] for key in KEYS[1:] if key in sign)
    return where and outcome in sign["of"] and (value > 0) == (sign["sign"] == "+")


# -- page --------------------------------------------------------------------------------------------------------------


def page(figures: pd.DataFrame) -> str:
    """The whole page as Markdown."""
    parts = [TEXTS["introduction"].strip(), ""]
    for change in DECLARED["changes"]:
        own = figures.loc[change["id"]]
        parts += [f"## {change['words']}\n", f"{change['note']}\n", *_table(own), "", *_reasons(change["signs"]), ""]
    wages = figures.loc["wages", "own_wage"]
    parts += [TEXTS["own_wage"].strip(), "", *_own_wages(wages), "", TEXTS["own_wage_read"].strip(), ""]
    parts += [TEXTS["published"].strip(), "", *_published(figures), "", TEXTS["published_read"].strip()]
    return "\n".join([*parts, ""])


def _table(own: pd.DataFrame) -> Iterator[str]:
    shown = [name for name, one in OUTCOMES.items() if own[name].notna().any() and own[name].round(one["digits"]).any()]
    if not shown:
        return
    yield f"| | {' | '.join(_heading(name) for name in shown)} |"
    yield "|---|" + "--:|" * len(shown)
    for country, table in _rows(own):
        cells = [_cell(own.loc[(country, table), name], OUTCOMES[name]["digits"]) for name in shown]
        yield f"| {country} {table} | {' | '.join(cells)} |"


def _heading(outcome: str) -> str:
    return f"{OUTCOMES[outcome]['words']}, {OUTCOMES[outcome]['unit']}"


def _rows(own: pd.DataFrame | pd.Series) -> list[tuple[str, str]]:
    """Country and table of each row, country by country."""
    found = dict.fromkeys(key[:2] for key in own.index)
    return sorted(found, key=lambda one: COUNTRIES.index(one[0]))


def _cell(values: pd.Series, digits: int) -> str:
    return " / ".join(_figure(values[name], digits) for name in SETS)


def _reasons(signs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for sign in signs:
        where = ", ".join(one for key in KEYS[1:] for one in sign.get(key, ()))
        words = ", ".join(OUTCOMES[one]["words"] for one in sign["of"])
        yield f"- **{words} {sign['sign'].replace('-', '−')}**{f' ({where})' if where else ''}: {sign['why'].strip()}"


def _own_wages(wages: pd.Series) -> Iterator[str]:
    yield "| | low | central | long |\n|---|--:|--:|--:|"
    for row in _rows(wages):
        yield f"| {' '.join(row)} | {' | '.join(_figure(wages[row][name], 2) for name in SETS)} |"


def _published(figures: pd.DataFrame) -> Iterator[str]:
    yield "| publication | theirs | ours, low / central / long | $\\sigma$ of ours |\n|---|---|---|---|"
    for one in DECLARED["published"]:
        digits = OUTCOMES[one["outcome"]]["digits"]
        ours = "; ".join(
            f"{' '.join(row)}: {_cell(figures.loc[(one['change'], *row), one['outcome']], digits)}"
            for row in one["rows"]
        )
        yield f"| {one['who']} | {one['theirs']} | {ours} | {one['sigma']} |"


def _figure(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−") if round(value, digits) else "0"


def main() -> None:
    """Writes the page, unless a sign on it has no reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    tables = list(economies(parser.parse_args().store))
    figures = pd.concat([figures_of(*one) for one in tables]).sort_index()
    without = unexplained(figures) + [one for table in tables for one in unexplained_elsewhere(*table)]
    if without:
        raise SystemExit("\n".join(["No reason in equilibrium_figures.toml covers:", *without]))
    PAGE.write_text(page(figures), "utf-8")


if __name__ == "__main__":
    main()
