"""Emissions of industries by scope: their own, their electricity's, everything else upstream.

Scopes belong to industries, never to countries: a country has a production-based and a consumption-based account
(`kaldor.economy.accounts`). They are also never added up over industries, since the chain of one runs through the
next: in WIOD 2009 the upstream parts of all industries add up to 1.8 times the world's industrial emissions. A block
of industries is therefore asked as one (`block_scopes`), its internal chains netted.

Known limits: scope 3 is upstream only (no use of sold products, no capital goods), at one price per row; where the
table's electricity sector also holds gas and water, so does scope 2.
Sources: Hertwich & Wood (2018), Environmental Research Letters 13 (scopes from input–output tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kaldor.economy.chains import block_rows, upstream_output
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.labelled import Shown, labelled
from kaldor.economy.solve import solved_within, solver_of
from kaldor.errors import UnknownLabelError

ENERGY_GROUP = "energy"


@dataclass(frozen=True)
class RatioSummary:
    """How one amount compares with another over many industries: of their sums, and the middle industry's.

    The unweighted mean is left out on purpose: a few tiny denominators decide it.
    """

    pooled: float
    median: float
    industries: int


@dataclass(frozen=True, eq=False, repr=False)
class IndustryScopes(Shown):
    """Scopes 1, 2 and 3 upstream of each region-industry.

    `table` has the columns output (table's unit), scope1, scope2, scope2_direct (purchased electricity at the
    generator's own intensity, without its chain) and scope3_upstream (extension's unit), and its rows are
    (region, sector). `reporting` marks the rows with output and emissions of their own, the only ones with ratios.
    """

    table: pd.DataFrame
    unit: str
    energy_sectors: tuple[str, ...]

    def in_a_line(self) -> str:
        """Of how many industries, in which unit."""
        return f"Scopes 1, 2 and 3 upstream of {len(self.table):,} industries, {self.unit}"

    def main_table(self) -> pd.DataFrame:
        """The scopes by industry."""
        return self.table

    @property
    def reporting(self) -> pd.Series:
        """Rows with output and scope 1 emissions."""
        return (self.table["output"] > 0) & (self.table["scope1"] > 0)

    def of(self, sectors: Sequence[str], regions: Sequence[str] = ()) -> IndustryScopes:
        """The rows of these sectors, of all regions or of some."""
        chosen = self.table.index.get_level_values("sector").isin(sectors)
        if regions:
            chosen &= self.table.index.get_level_values("region").isin(regions)
        return IndustryScopes(self.table[chosen], self.unit, self.energy_sectors)

    def scope3_over_scopes12(self, *, chain_of_energy: bool = True) -> RatioSummary:
        """Scope 3 upstream per unit of scopes 1 + 2; without the energy chain, that chain is counted in scope 3."""
        rows = self.table[self.reporting]
        scope2 = rows["scope2"] if chain_of_energy else rows["scope2_direct"]
        scope3 = rows["scope3_upstream"] + rows["scope2"] - scope2
        return _summary(scope3, rows["scope1"] + scope2)

    def upstream_over_scope1(self) -> RatioSummary:
        """Everything upstream (scopes 2 and 3) per unit of an industry's own emissions."""
        rows = self.table[self.reporting]
        return _summary(rows["scope2"] + rows["scope3_upstream"], rows["scope1"])


def industry_scopes(
    economy: Economy, extension: str = "co2", *, energy_sectors: Sequence[str] | None = None
) -> IndustryScopes:
    """What each industry emits itself, through its electricity, and through all its other inputs.

    With E the electricity sectors of every region (default: the table's sector group "energy"):
    scope 1 = F_j, of industries without output too; scope 2 = s_E (I − A_EE)⁻¹ A_Ej x_j;
    scope 3 upstream = (M_j − s_j) x_j − scope 2.
    Industries of E have no scope 2 of their own; what they buy of each other is part of their scope 3.
    Raises UnknownExtensionError; UnknownLabelError without an energy group; UnproductiveEconomyError.
    """
    energy = tuple(energy_sectors) if energy_sectors is not None else economy.group(ENERGY_GROUP)
    in_energy = economy.index.get_level_values("sector").isin(
        [economy.sectors[economy.sector_position(s)] for s in energy]
    )
    s = economy.S(extension)
    M = solver_of(economy).solve(s, transposed=True)
    with_chain, generators_only = _energy_intensities(economy, s, np.flatnonzero(in_energy))
    scope2 = np.where(in_energy, 0.0, with_chain * economy.x)
    own = economy.extension(extension)
    table = pd.DataFrame(
        {
            "output": economy.x,
            "scope1": own.F,
            "scope2": scope2,
            "scope2_direct": np.where(in_energy, 0.0, generators_only * economy.x),
            "scope3_upstream": (M - s) * economy.x - scope2,
        },
        index=economy.index,
    )
    return IndustryScopes(labelled(table, economy, _units(economy, own, table.columns), own), own.unit, energy)


def block_scopes(
    economy: Economy,
    region: str,
    sectors: Sequence[str],
    extension: str = "co2",
    *,
    energy_sectors: Sequence[str] | None = None,
) -> pd.Series:
    """A block of industries of one region asked as one: scopes 1, 2 and 3 upstream of the block's own borders.

    Upstream of the block: s_O L_OB L_BB⁻¹ x_B = s_O (I − A_OO)⁻¹ A_OB x_B with O everything outside the block B, so
    that chains inside it are netted and nothing is counted twice. Returns output (table's unit), scope1, scope2,
    scope2_direct and scope3_upstream (extension's unit), as in `industry_scopes`.
    Raises UnknownLabelError, also if the block holds an energy sector; UnknownExtensionError;
    UnproductiveEconomyError.
    """
    energy = tuple(energy_sectors) if energy_sectors is not None else economy.group(ENERGY_GROUP)
    block = block_rows(economy, region, sectors)
    if set(energy) & set(sectors):
        raise UnknownLabelError("sector outside the energy group", next(iter(set(energy) & set(sectors))), sectors)
    s = economy.S(extension)
    in_energy = np.flatnonzero(economy.index.get_level_values("sector").isin(energy))
    with_chain, generators_only = _energy_intensities(economy, s, in_energy)
    x = economy.x[block]
    upstream = float(np.delete(s, block) @ np.delete(upstream_output(economy, block), block))
    scope2 = float(with_chain[block] @ x)
    own = economy.extension(extension)
    found = pd.Series(
        {
            "output": x.sum(),
            "scope1": float(own.F[block].sum()),
            "scope2": scope2,
            "scope2_direct": float(generators_only[block] @ x),
            "scope3_upstream": upstream - scope2,
        },
        name=region,
    )
    return labelled(found, economy, _units(economy, own, found.index), own)


def _units(economy: Economy, own: Extension, names: Iterable[str]) -> dict[str, str]:
    return {name: economy.unit if name == "output" else own.unit for name in names}


def _energy_intensities(economy: Economy, s: Array, energy: np.ndarray) -> tuple[Array, Array]:
    """Emissions of purchased electricity per unit of output (n): with the generators' own chain, and without it."""
    A_E = economy.Z[energy] * economy.per_output
    A_EE = A_E[:, energy]
    chain = solved_within(A_EE.T, s[energy], f"{economy.source.id} {economy.year}, electricity")
    return chain @ A_E, s[energy] @ A_E


def _summary(amounts: pd.Series, bases: pd.Series) -> RatioSummary:
    if amounts.empty or bases.sum() <= 0:
        return RatioSummary(np.nan, np.nan, len(amounts))
    ratios = amounts / bases
    return RatioSummary(float(amounts.sum() / bases.sum()), float(ratios.median()), len(amounts))
