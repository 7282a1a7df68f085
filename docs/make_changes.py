"""Prints the tables of docs/methods/decomposition.md: `./run python docs/make_changes.py --store FOLDER`.

The store must hold the World Input-Output Database with its CO2 accounts (`kaldor data add`, dataset wiod2013).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kaldor.atlas.prices import built_in_deflators
from kaldor.atlas.store import Store
from kaldor.economy.decomposition import Decomposition, decompose
from kaldor.economy.economy import Economy

COUNTRIES = ("USA", "CHN", "DEU", "IND", "JPN")


def main() -> None:
    """Print deflators, then the terms of the five countries in each price basis, in Mt CO2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    store = Store(parser.parse_args().store)
    years = [Economy.from_published(store.economy("wiod2013", year, ["jrc_wiod_co2"])) for year in (2000, 2011)]
    prices = built_in_deflators(2000, 2011)
    united_states = float(prices["USA"])
    own = dict.fromkeys(years[0].regions, united_states) | prices.to_dict()
    print("deflators in dollars:", ", ".join(f"{code} {prices[code]:.3f}" for code in COUNTRIES), "\n")
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
