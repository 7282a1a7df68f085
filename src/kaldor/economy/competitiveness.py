"""How a country's industries sell abroad: market shares, revealed comparative advantage, and with whom it trades.

Gross flows of the table, at the prices of its year. What crosses the table's own border counts as sold abroad, without
a partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kaldor.economy.trade import gross_exports

if TYPE_CHECKING:
    from kaldor.economy.economy import Array, Economy


def sales_by_place(economy: Economy) -> Array:
    """What each industry sells to users of each region, intermediate and final (n × regions), in the economy's unit."""
    regions = len(economy.regions)
    inputs = economy.Z.reshape(economy.n, regions, len(economy.sectors)).sum(axis=2)
    return np.asarray(inputs + economy.Y_by_region)


def sold_abroad(economy: Economy) -> pd.DataFrame:
    """What each industry of each region sells outside it (regions × sectors), in the economy's unit."""
    each = [gross_exports(economy, region) for region in economy.regions]
    return pd.DataFrame(each, index=list(economy.regions), columns=list(economy.sectors))


def market_shares(exports: pd.DataFrame) -> pd.DataFrame:
    """Each region's share of what all regions sell abroad of a product, in 1; NaN of one that nobody sells abroad."""
    whole = exports.sum(axis=0)
    return exports / whole.where(whole > 0)


def revealed_advantage(exports: pd.DataFrame, sectors: Sequence[str]) -> pd.DataFrame:
    """A product's share of a region's exports over its share of all exports; above 1: the region is specialised in it.

    Among `sectors` alone, such as manufactures. NaN where a region, or the world, exports none of them.
    Source: Balassa (1965), The Manchester School 33.
    """
    among = exports[list(sectors)]
    own, world = among.sum(axis=1), among.sum(axis=0)
    mix = among.div(own.where(own > 0), axis=0)
    return mix / (world / world.sum()).where(world > 0)


def partners(economy: Economy, region: str) -> pd.DataFrame:
    """With whom a region trades: exports to each other region and imports from it, in the economy's unit."""
    sales = pd.DataFrame(sales_by_place(economy), index=economy.index, columns=list(economy.regions))
    between = sales.groupby(level="region", sort=False).sum()
    frame = pd.DataFrame({"exports": between.loc[region], "imports": between[region]})
    return frame.drop(index=region)
