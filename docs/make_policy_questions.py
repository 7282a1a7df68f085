"""Fills the tables of docs/how-to/policy-questions.md: each row's own command, or a price on metals alone.

`./run python docs/make_policy_questions.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013 with
its CO2 and labour accounts) in the store. The page is the one list: a row asks what stands in its first cell, a column
shows what its heading says, once for each set of elasticities.
"""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from typer.testing import CliRunner

from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import Prepared, chosen
from kaldor.economy.equilibrium.sets import positions_in
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.names import regions_of
from kaldor.economy.questions.leakage import at_the_border as border_tariffs

PAGE = Path(__file__).parent / "how-to" / "policy-questions.md"
SETS = ("low", "central", "long")
TABLE = {"--on": "wiod2013", "--year": "2011"}
ACCOUNTS = ("jrc_wiod_co2", "wiod2013_labour")
PRICE = 0.111  # million dollars a kt: 80 € at 2011's rate

Figures = Mapping[str, float]
HEADINGS: Mapping[str, tuple[str, float, int]] = {
    "real income, %": ("real_income_share", 1, 2),
    "GDP volume, %": ("gdp_volume", 1, 2),
    "real wage, %": ("real_wage", 1, 2),
    "terms of trade, bn $": ("terms_of_trade", 1e-3, 1),
    "CO2 at home, %": ("co2_home_share", 1, 1),
    "leakage": ("leakage", 1, 2),
    "output of metals, %": ("metals", 1, 1),
    "CO2 of metals, %": ("metals_co2", 1, 1),
}
"""By the heading of a column: the figure, what it is multiplied by, digits; `XXX can buy, bn $` is a partner's."""


@dataclass(eq=False)
class Asker:
    """Answers the first cell of a row under a set of elasticities."""

    store: Path

    def answer(self, asked: str, own_set: str) -> Figures:
        """The figures by name. Raises what the command raises."""
        if asked.startswith("`"):
            return self._by_command(asked.strip("`"), own_set)
        who, _, rest = asked.removeprefix("price on the metals of ").partition(",")
        return self._on_metals(who, own_set, at_the_border="border" in rest)

    def _by_command(self, typed: str, own_set: str) -> Figures:
        options = [word for pair in TABLE.items() for word in pair]
        options += [word for id in ACCOUNTS for word in ("--with", id)]
        words = ["economy", *shlex.split(typed), *options, "--set", own_set, "--band", "none", "--json"]
        done = CliRunner().invoke(app, words, env={"KALDOR_STORE": str(self.store)}, catch_exceptions=False)
        found = json.loads(done.stdout)
        countries: list[dict[str, Any]] = next(one["rows"] for one in found["tables"] if one["id"] == "countries")
        partners = {f"{row['region']} can buy": row["real_spending"] for row in countries}
        return found["facts"] | partners

    @cached_property
    def _economy(self) -> Economy:
        return Economy.from_published(Store(self.store).economy(TABLE["--on"], int(TABLE["--year"]), ACCOUNTS))

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(self._economy)

    def _on_metals(self, who: str, own_set: str, *, at_the_border: bool) -> Figures:
        economy, equilibrium = self._economy, self._prepared.equilibrium(chosen(elasticity_set(own_set)))
        base = equilibrium.base
        (metals,), here = positions_in(economy, ["metals"]), economy.regions.index("DEU")
        charged = [economy.regions.index(one) for one in regions_of(economy, [who]).regions]
        price = base.carbon_price.copy()
        price[charged, metals] = PRICE
        shock = replace(Shock.none(base), carbon_price=price)
        if at_the_border:
            tariffs = base.tariffs.copy()
            tariffs[:, metals] = border_tariffs(base, price[:, metals])[:, metals]
            shock = replace(shock, tariffs=tariffs)
        point = equilibrium.solve(shock)
        outcomes = outcomes_of(point)
        emitted = point.volumes.emitted
        inside = outcomes.emissions[charged].sum()
        return {
            "real_income_share": 100 * outcomes.income[here] / base.spending[here].sum(),
            "metals": 100 * np.expm1(point.at.output[here, metals]),
            "metals_co2": 100 * (emitted[here, metals] / base.emitted[here, metals] - 1),
            "leakage": 1 - outcomes.emissions.sum() / inside,
        }


def filled(text: str, answer: Callable[[str, str], Figures]) -> str:
    """The page with every row that asks answered anew."""
    return "\n".join(_lines(text.split("\n"), answer))


def _lines(lines: list[str], answer: Callable[[str, str], Figures]) -> Iterator[str]:
    columns: list[str] = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| asked |"):
            columns = cells[1:]
        if not line.startswith("| ") or not columns or line.startswith("| asked |"):
            columns = columns if line.startswith("|") else []
            yield line
            continue
        found = [answer(cells[0], one) for one in SETS]
        yield f"| {cells[0]} | {' | '.join(_cell(column, found) for column in columns)} |"


def _cell(column: str, found: list[Figures]) -> str:
    name, scale, digits = HEADINGS.get(column, (column.partition(",")[0], 1e-3, 1))
    return " / ".join(_figure(scale * one[name], digits) for one in found)


def _figure(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−") if round(value, digits) else "0"


def main() -> None:
    """Writes the page with its figures as they come out today."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    asker = Asker(parser.parse_args().store or Store(None).path)
    PAGE.write_text(filled(PAGE.read_text("utf-8"), asker.answer), "utf-8")


if __name__ == "__main__":
    main()
