"""Prints figures of the pages on extraction, linkages, upstreamness, prices and induced effects in docs/methods.

`./run python docs/make_economy_figures.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013, with
its CO2 accounts) in the store.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.extraction import KINDS, block_of, extract
from kaldor.economy.induced import type2_multipliers
from kaldor.economy.linkages import linkages
from kaldor.economy.prices import consumer_prices, cost_push
from kaldor.economy.upstream import positions


def main() -> None:
    """One block of figures a page, for 2011."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    economy = Economy.from_published(Store(parser.parse_args().store).economy("wiod2013", 2011, ["jrc_wiod_co2"]))
    extraction(economy)
    german_linkages(economy)
    upstream(economy)
    prices(economy)
    induced(economy)


def extraction(economy: Economy) -> None:
    """What the world and Germany lose without German transport equipment (c15)."""
    block = block_of(economy, "DEU", "c15")
    for kind in KINDS:
        lost = extract(economy, block, kind=kind)
        lines = {"world": lost.sum(), "Germany": lost.loc["DEU"]}
        for place, row in lines.items():
            money = f"output {row['output_lost'] / 1e3:,.0f}, value added {row['value_added_lost'] / 1e3:,.0f} bn $"
            print(f"extraction, {kind}, {place}: {money}, CO2 {row['co2_lost'] / 1e3:,.1f} Mt")


def german_linkages(economy: Economy) -> None:
    """German industries by quadrant, domestic and global."""
    for scope in ("domestic", "global"):
        found = linkages(economy, scope=scope, variation=False).loc["DEU"]
        counts = found["quadrant"].value_counts().to_dict()
        key = found[found["quadrant"] == "key"].sort_values("power", ascending=False)
        top = ", ".join(f"{s} {row['power']:.2f}/{row['sensitivity_ghosh']:.2f}" for s, row in key.head(5).iterrows())
        print(f"linkages, Germany, {scope}: {counts}; key sectors first by power: {top}")


def upstream(economy: Economy) -> None:
    """Countries furthest up and down, and the means of the world."""
    found = positions(economy, by="region", inventories="in proportion").sort_values("upstreamness")
    ends = pd.concat([found.head(4), found.tail(4)])
    rows = ", ".join(f"{r} {row['upstreamness']:.2f}/{row['downstreamness']:.2f}" for r, row in ends.iterrows())
    print("positions, upstreamness/downstreamness:", rows)
    world = positions(economy, by="world", inventories="in proportion").iloc[0]
    print(f"positions, world: {world['upstreamness']:.3f}")
    sectors = positions(economy, by="sector", inventories="in proportion")["upstreamness"].sort_values()
    print("positions, sectors:", sectors.round(2).iloc[[0, 1, 2, -3, -2, -1]].to_dict())


def prices(economy: Economy) -> None:
    """Russian mining (oil and gas) dearer by ten cents on each dollar of output."""
    change = cost_push(economy, {("RUS", "c2"): 0.1})
    print("prices, products:", change.sort_values(ascending=False).head(4).round(4).to_dict())
    paid = consumer_prices(economy, change)["price_change"].sort_values(ascending=False)
    print(
        "prices, households:", (paid.loc[["RUS", *paid.index.drop("RUS")[:3], "DEU", "USA"]] * 100).round(2).to_dict()
    )


def induced(economy: Economy) -> None:
    """German vehicles: type I and II."""
    found = type2_multipliers(economy, ["co2"], spending=0.6).loc[("DEU", "c15")]
    print("induced, DEU c15, 0.6 of income spent:", found.round(3).to_dict())


if __name__ == "__main__":
    main()
