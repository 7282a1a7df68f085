"""Country accounts: what is emitted (or employed, or extracted) where, and for whose final use.

Two accounts of the same world, side by side and never merged: *production-based* (what a country's
producers and households cause themselves) and *consumption-based* (what a country's final use takes along all chains).
Source: Peters (2008), Ecological Economics 65; Miller & Blair (2009), ch. 10.
Whether a country's are those who reside in it, wherever they work, or what happens on its territory is the principle
of the source (`Source.principle`, `attrs["principle"]`): national accounts and multi-regional tables count residence,
inventories territory.
Known limit: one price per row, so that the same money of a product carries the same amount whoever buys it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.multipliers import intensity, is_of_the_table, without_output
from kaldor.economy.solve import solver_of

DISCREPANCY = "statistical discrepancy"
UNALLOCATED = "unallocated"
DIRECT_USE = "direct use"
OUTSIDE = "outside the table"
_ROUNDING = 1e-13  # of the world: what a table that balances has left of a discrepancy


def country_accounts(economy: Economy, extension: str) -> pd.DataFrame:
    """Production-based and consumption-based amount of each region, and the parts that they are made of.

    Returns one row a region, in the extension's unit (`attrs["unit"]`), with the columns
    production = domestic + embodied_in_exports + direct + discrepancy + unallocated,
    consumption = domestic + embodied_in_imports + direct, where `domestic` is made and finally used at home,
    exports include what leaves the table and imports what enters it, as if made with the table's own technology,
    `direct` is households' own, `discrepancy` is carried by the statistical discrepancy of the table and
    `unallocated` stands in industries without output or behind what they buy. A region of which nothing was published
    has NaN in all that is made there. Of a world table, summed over regions,
    consumption + discrepancy + unallocated = production.
    Raises UnknownExtensionError; UnproductiveEconomyError.
    """
    direct = _direct(economy, extension)
    flows, regions = _carried(economy, extension), len(economy.regions)
    sold, bought, idle, discrepancy = flows[:, regions:].T
    unallocated = economy.sum_by_region(without_output(economy, extension)) + idle
    traded = flows[:, :regions]
    at_home, supplied, used = np.diag(traded), traded.sum(axis=1), traded.sum(axis=0)
    domestic = at_home - bought
    frame = pd.DataFrame(
        {
            "production": supplied + sold - bought + direct + discrepancy + unallocated,
            "consumption": used + direct,
            "domestic": domestic,
            "embodied_in_imports": used - domestic,
            "embodied_in_exports": supplied - at_home + sold,
            "direct": direct,
            "discrepancy": discrepancy,
            "unallocated": unallocated,
        },
        index=pd.Index(economy.regions, name="origin"),
    )
    made = [column for column in frame.columns if column != "embodied_in_imports"]
    frame.loc[economy.unpublished(extension), made] = np.nan
    return _labelled(frame, economy, extension)


def footprint(economy: Economy, extension: str, *, by: Literal["region", "product"] = "region") -> pd.DataFrame:
    """Who finally uses what was emitted (or employed, or extracted) where, or in which products.

    by="region": regions of origin × regions of final use, households' direct use on the diagonal, and the columns
    "statistical discrepancy" and "unallocated", before them "outside the table" where the table has exports or
    imports of its own (exports less imports): rows sum to production accounts, the columns of regions to consumption
    accounts.
    by="product": products finally used (region, sector) × regions of final use, along all chains, and a last row
    ("", "direct use"): columns sum to consumption accounts.
    Origins of which nothing was published are NaN, and no part of any sum.
    All in the extension's unit (`attrs["unit"]`).
    Raises UnknownExtensionError; UnproductiveEconomyError.
    """
    frame = _by_region(economy, extension) if by == "region" else _by_product(economy, extension)
    return _labelled(frame, economy, extension)


def output_by_use(economy: Economy) -> Array:
    """Output of each industry for each region's final use, along all chains: L Y, n × regions, in the table's unit."""
    return _uses(economy)[:, : len(economy.regions)]


def output_for_outside(economy: Economy) -> tuple[Array, Array]:
    """Output of each industry (n) behind what the table sells outside, and behind what it buys there, as if made in it.

    Both along all chains, in the table's unit; zero for a table without exports or imports of its own.
    """
    uses = _uses(economy)
    return uses[:, -4], uses[:, -3]


def _uses(economy: Economy) -> Array:
    """L times home use by region and what else uses output (n × regions + 4, see `_carried`); solved once."""
    return economy.once(_solve_uses, of_flows=True)


def _solve_uses(economy: Economy) -> Array:
    others = [economy.sold_outside, economy.bought_outside, economy.idle_purchases, economy.discrepancy]
    asked = np.array([True] * len(economy.regions) + [bool(other.any()) for other in others])
    uses = np.zeros((economy.n, len(asked)))
    uses[:, asked] = solver_of(economy).solve(np.column_stack([economy.Y_by_region, *others])[:, asked])
    uses.flags.writeable = False
    return uses


def _carried(economy: Economy, extension: str) -> Array:
    """What each region's final use, and then each other use of output, takes from the industries of each region.

    Regions × (regions + 4: sold outside the table, bought there, by idle industries, discrepancy), in the extension's
    unit, without households' direct use.
    """
    regions = len(economy.regions)
    uses = _uses(economy)
    per_region = intensity(economy, extension).reshape(regions, 1, -1)
    flows = np.matmul(per_region, uses.reshape(regions, -1, uses.shape[1]))[:, 0]
    discrepancy, rounding = flows[:, -1], _ROUNDING * np.abs(flows).sum()
    discrepancy[np.abs(discrepancy) <= rounding] = 0.0
    return flows


def _by_region(economy: Economy, extension: str) -> pd.DataFrame:
    flows, regions = _carried(economy, extension), len(economy.regions)
    sold, bought, idle, discrepancy = flows[:, regions:].T
    uses = flows[:, :regions] + np.diag(_direct(economy, extension))
    frame = pd.DataFrame(
        uses, index=pd.Index(economy.regions, name="origin"), columns=pd.Index(economy.regions, name="use")
    )
    if economy.trades_outside:
        frame[OUTSIDE] = sold - bought
    frame[DISCREPANCY] = discrepancy
    frame[UNALLOCATED] = economy.sum_by_region(without_output(economy, extension)) + idle
    frame.loc[economy.unpublished(extension)] = np.nan
    return frame


def _by_product(economy: Economy, extension: str) -> pd.DataFrame:
    multiplier = solver_of(economy).solve(intensity(economy, extension), transposed=True)
    frame = pd.DataFrame(
        multiplier[:, None] * economy.Y_by_region,
        index=economy.index,
        columns=pd.Index(economy.regions, name="use"),
    )
    frame.loc[("", DIRECT_USE), :] = _direct(economy, extension)
    return frame


def _labelled(frame: pd.DataFrame, economy: Economy, extension: str) -> pd.DataFrame:
    if extension not in economy.extensions:
        return labelled(frame, economy, economy.unit)
    own = economy.extension(extension)
    return labelled(frame, economy, own.unit, own)


def _direct(economy: Economy, extension: str) -> Array:
    if is_of_the_table(economy, extension):
        return np.zeros(len(economy.regions))
    return economy.direct_by_region(extension)
