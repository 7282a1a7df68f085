"""Prints the tables of docs/methods/decomposition.md: `./run python docs/make_changes.py --store FOLDER`.

The store must hold the World Input-Output Database with its CO2 accounts (`kaldor data add`, dataset wiod2013).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from kaldor.atlas.store import Store
from kaldor.economy.decomposition import Decomposition, decompose
from kaldor.economy.economy import Economy

COUNTRIES = ("USA", "CHN", "DEU", "IND", "JPN")


@dataclass(frozen=True)
class Prices:
    """GDP deflator and currency units per US dollar in 2000 and 2011.

    Deflators: World Bank, World Development Indicators, NY.GDP.DEFL.ZS (as of 2017; base years differ by country).
    Rates: World Bank, PA.NUS.FCRF, yearly averages; the euro's from the European Central Bank's yearly averages.
    """

    deflator: tuple[float, float]
    per_dollar: tuple[float, float]

    @property
    def in_dollars(self) -> float:
        """How much dearer the country's products became in dollars: own prices times the rise of its currency."""
        own = self.deflator[1] / self.deflator[0]
        return own * self.per_dollar[0] / self.per_dollar[1]


PRICES = {
    "USA": Prices((80.899, 102.065), (1, 1)),
    "CHN": Prices((57.953, 94.664), (8.28, 6.46)),
    "DEU": Prices((89.731, 101.070), (1 / 0.9236, 1 / 1.3920)),
    "IND": Prices((53.184, 100.000), (44.94, 46.67)),
    "JPN": Prices((112.178, 98.326), (107.77, 79.81)),
}


def main() -> None:
    """Print deflators, then the terms of the five countries in each price basis, in Mt CO2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    store = Store(parser.parse_args().store)
    years = [Economy.from_published(store.economy("wiod2013", year, ["jrc_wiod_co2"])) for year in (2000, 2011)]
    united_states = PRICES["USA"].in_dollars
    own = dict.fromkeys(years[0].regions, united_states) | {c: p.in_dollars for c, p in PRICES.items()}
    print("deflators in dollars:", ", ".join(f"{c} {p.in_dollars:.3f}" for c, p in PRICES.items()), "\n")
    bases = {"current dollars": None, "the US deflator for all": united_states, "own deflators": own}
    for title, deflators in bases.items():
        show(title, decompose(years[0], years[1], "co2", deflators=deflators))


def show(title: str, found: Decomposition) -> None:
    """One table in Markdown, one row a country, with the range of the intensity term over all orderings."""
    table, spread = found.table.loc[list(COUNTRIES)] / 1e3, found.spread / 1e3
    terms = [*found.factors, "direct use"]
    gap = (table[terms].sum(axis=1) - table["change"]).abs().max()
    print(f"{title}: {found.orderings} orderings, {found.solves} solves, terms add up to {gap:.0e} Mt\n")
    print("| country | 2000 | " + " | ".join(terms) + " | 2011 | intensity, range | polar |")
    print("|---|--:|" + "--:|" * (len(terms) + 3))
    for country, row in table.iterrows():
        of = spread.loc[(country, "intensity")]
        cells = [row["earlier"], *row[terms], row["later"]]
        span = f"{of['lowest']:,.0f} to {of['highest']:,.0f}"
        print(f"| {country} | " + " | ".join(f"{v:,.0f}" for v in cells) + f" | {span} | {of['polar']:,.0f} |")
    print()


if __name__ == "__main__":
    main()
