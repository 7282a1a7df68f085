"""How good is an estimate? Take a country out of a real table, rebuild it from its facts, compare.

The country's rows and columns are estimated from its own totals (value added by sector, total exports and imports,
total CO2) with a technology made from the other countries; the rest of the table stays. Output multipliers and
consumption-based CO2 of the rebuilt country are set beside those of the table it was taken from.
Known limit: the countries left in share statistical methods with the one left out, so that a country far from all of
them, a poor one above all, will fare worse than the median found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.economy import Economy
from kaldor.economy.labelled import RATIO, Shown, labelled
from kaldor.economy.starter.estimate import CountryEstimate, Facts, estimate_country
from kaldor.economy.starter.joining import gravity_shares, nearness_from_blocs
from kaldor.economy.starter.template import CountryTable, country_table, mean_template
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneOut(Shown):
    """Rebuilt beside true: `multipliers` one row a (region, sector), `co2` one row a region, in the table's units.

    `co2` also holds the production-based amount, which is what a reader without any table would have to take.
    """

    multipliers: pd.DataFrame
    co2: pd.DataFrame

    def in_a_line(self) -> str:
        """How far off it is."""
        off = f"CO2 off by {self.co2_error:.1%}, multipliers by {self.multiplier_error:.1%}"
        return f"{len(self.co2)} countries rebuilt: {off}"

    def main_table(self) -> pd.DataFrame:
        """CO2 by country."""
        return self.co2

    @property
    def multiplier_error(self) -> float:
        """Median absolute relative error of output multipliers over all rebuilt region-sectors."""
        return _median_error(self.multipliers["rebuilt"], self.multipliers["true"])

    @property
    def co2_error(self) -> float:
        """Median absolute relative error of consumption-based CO2 over the rebuilt countries."""
        return _median_error(self.co2["rebuilt"], self.co2["true"])

    @property
    def co2_error_of_production(self) -> float:
        """The same error for taking production-based CO2 instead: what the estimate has to beat."""
        return _median_error(self.co2["production"], self.co2["true"])


def leave_one_out(
    economy: Economy,
    *,
    groups: Mapping[str, str],
    blocs: Mapping[str, str],
    broad: Mapping[str, str] | None = None,
    co2: str = "co2",
) -> LeaveOneOut:
    """Rebuild each region that has a group, one at a time, with the mean technology of the others of its group.

    groups: region → technology group; a region without one (rest of the world) is never rebuilt and never a donor.
    blocs: region → bloc within which trade is denser; how much denser is measured without the country.
    broad: sector → broad sector, if only value added by broad sector is to be known; its split into sectors is then
    the mean of the donors, as it is for a country with nothing but a World Bank profile.
    Raises InputError if a group has fewer than two members.
    """
    _check_groups(groups)
    tables = {region: country_table(economy, region, co2=co2) for region in economy.regions}
    true_multipliers, true_co2 = _outcomes(economy.A(), economy.S(co2), economy.Y_by_region)
    direct = economy.direct_by_region(co2)
    multipliers, accounts = [], []
    for region in groups:
        r, rows = economy.region_position(region), economy.rows_of(region)
        donors = [tables[other] for other in groups if groups[other] == groups[region] and other != region]
        estimate = _rebuilt(region, tables[region], donors, economy.sectors, broad)
        A, S, Y = _world_with(economy, region, estimate, tables, blocs, co2)
        rebuilt_multipliers, rebuilt_co2 = _outcomes(A, S, Y)
        multipliers.append(
            pd.DataFrame(
                {"true": true_multipliers[rows], "rebuilt": rebuilt_multipliers[rows]},
                index=pd.MultiIndex.from_product([[region], economy.sectors], names=["region", "sector"]),
            )
        )
        accounts.append(
            {
                "region": region,
                "true": true_co2[r] + direct[r],
                "rebuilt": rebuilt_co2[r] + (estimate.co2_households or 0.0),
                "production": float(tables[region].co2.sum()) + direct[r],
            }
        )
    own = economy.extension(co2)
    return LeaveOneOut(
        labelled(pd.concat(multipliers), economy, RATIO, status="estimated"),
        labelled(pd.DataFrame(accounts).set_index("region"), economy, own.unit, own, status="estimated"),
    )


def measured_nearness(economy: Economy, blocs: Mapping[str, str], *, without: Sequence[str] = ()) -> float:
    """How much denser trade is within blocs than across, relative to gravity without distance, in this table.

    A pair's gravity value is exports of the one × imports of the other over all trade. Regions without a bloc, and
    those named in `without`, are left out; 1 if no pair is left within blocs or none across.
    """
    trade, bloc = trade_matrix(economy), np.array([blocs.get(region, "") for region in economy.regions])
    kept = (bloc != "") & ~np.isin(economy.regions, without)
    trade, bloc = trade[np.ix_(kept, kept)], bloc[kept]
    gravity = np.outer(trade.sum(axis=1), trade.sum(axis=0))
    same = (bloc[:, None] == bloc[None, :]) & ~np.eye(len(bloc), dtype=bool)
    across = bloc[:, None] != bloc[None, :]
    if not same.any() or not across.any():
        return 1.0
    within = trade[same].sum() / gravity[same].sum()
    return float(within / (trade[across].sum() / gravity[across].sum()))


def _rebuilt(
    region: str,
    own: CountryTable,
    donors: Sequence[CountryTable],
    sectors: Sequence[str],
    broad: Mapping[str, str] | None,
) -> CountryEstimate:
    """The country from its own totals and the others' technology."""
    value_added = own.value_added
    if broad is not None:
        groups = np.array([broad[sector] for sector in sectors])
        split = np.mean([d.value_added / d.value_added.sum() for d in donors], axis=0)
        for group in dict.fromkeys(groups):
            inside = groups == group
            value_added[inside] = value_added[inside].sum() * split[inside] / split[inside].sum()
    facts = Facts(
        region=region,
        value_added=value_added,
        exports=float(own.exports.sum()),
        imports=own.imports,
        co2=float(own.co2.sum()) + own.co2_households,
    )
    return estimate_country(facts, mean_template(f"others like {region}", donors))


def _world_with(
    economy: Economy,
    region: str,
    estimate: CountryEstimate,
    tables: Mapping[str, CountryTable],
    blocs: Mapping[str, str],
    co2: str,
) -> tuple[Array, Array, Array]:
    """A (n×n), S (n) and Y by region (n×R) of the world in which the estimate stands in for the country."""
    R, s, r = len(economy.regions), len(economy.sectors), economy.region_position(region)
    factor = measured_nearness(economy, blocs, without=[region])
    nearness = nearness_from_blocs([blocs.get(name, "") for name in economy.regions], factor)
    sellers = np.stack([estimate.exports if name == region else tables[name].exports for name in economy.regions])
    origins = gravity_shares(np.maximum(sellers, 0), nearness)[:, r]

    A = economy.A().reshape(R, s, R, s)
    A[:, :, r, :] = origins[:, :, None] * (estimate.Z_imported / estimate.x)[None]
    A[r, :, r, :] = estimate.Z_domestic / estimate.x
    Y = economy.Y_by_region.reshape(R, s, R).copy()
    Y[:, :, r] = origins * estimate.Y_imported.sum(axis=1)[None]
    Y[r, :, r] = estimate.Y_domestic.sum(axis=1)
    buyers = _exports_by_buyer(economy, region, estimate, tables, nearness[r])
    for name, share in buyers:
        b = economy.region_position(name)
        A[r, :, b, :] = share[:, None] * tables[name].Z_imported * economy.per_output[economy.rows_of(name)]
        Y[r, :, b] = share * tables[name].Y_imported.sum(axis=1)

    S = economy.S(co2).copy()
    if estimate.co2 is not None:
        S[economy.rows_of(region)] = estimate.co2 / estimate.x
    return A.reshape(R * s, R * s), S, Y.reshape(R * s, R)


def _exports_by_buyer(
    economy: Economy, region: str, estimate: CountryEstimate, tables: Mapping[str, CountryTable], nearness: Array
) -> Iterator[tuple[str, Array]]:
    """For each buyer, the share of its imports of each product that comes from the country (s)."""
    others = [name for name in economy.regions if name != region]
    bought = np.stack([tables[b].Z_imported.sum(axis=1) + tables[b].Y_imported.sum(axis=1) for b in others])
    bought = np.maximum(bought, 0)
    pull = bought * np.array([nearness[economy.region_position(b)] for b in others])[:, None]
    sold = np.divide(pull, pull.sum(axis=0), out=np.zeros_like(pull), where=pull.sum(axis=0) > 0) * estimate.exports
    shares = np.divide(sold, bought, out=np.zeros_like(sold), where=bought > 0)
    return zip(others, shares, strict=True)


def _outcomes(A: Array, S: Array, Y: Array) -> tuple[Array, Array]:
    """Output multipliers (n) and emissions along the chains of each region's final use (R), from one factorisation."""
    sums = np.linalg.solve((np.eye(len(A)) - A).T, np.column_stack([np.ones(len(A)), S]))
    emissions: Array = sums[:, 1] @ Y
    multipliers: Array = sums[:, 0].astype(np.float64)
    return multipliers, emissions


def trade_matrix(economy: Economy) -> Array:
    """Trade between regions, all products together (R×R), zero on the diagonal."""
    R, s, d = len(economy.regions), len(economy.sectors), len(economy.demands)
    trade = economy.Z.reshape(R, s, R, s).sum(axis=(1, 3)) + economy.Y.reshape(R, s, R, d).sum(axis=(1, 3))
    np.fill_diagonal(trade, 0)
    return np.maximum(trade, 0)


def _median_error(rebuilt: pd.Series, true: pd.Series) -> float:
    return float((rebuilt / true - 1).abs().median())


def _check_groups(groups: Mapping[str, str]) -> None:
    members: dict[str, list[str]] = {}
    for region, group in groups.items():
        members.setdefault(group, []).append(region)
    problems = [
        Problem(f"technology group '{group}'", f"has only {regions[0]}.", "Give it to another group.")
        for group, regions in members.items()
        if len(regions) < 2
    ]
    if problems:
        raise InputError(problems)
