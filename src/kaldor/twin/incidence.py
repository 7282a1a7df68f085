"""Who pays and who gains: value added, prices, final users, treasuries and real income, by country and sector.

Everything is the difference of two states of one economy, in the table's currency at the baseline's prices. With p' the
prices after the scenario, Y' the final demand and δ the statistical discrepancy in volumes, v' the value added per unit
of output (levies included) and τ a levy on final purchases, received in the buyer's country:

    burden of region r        b_r = Σ (p' − 1)·Y'_r + Σ τ·Y'_r
    income earned in r        Σ_{i in r} v'_i x'_i + Σ τ·Y'_r     (by its industries and on final purchases; a premium
                              for dearer purchases counts where those who supply them are)
    real-income effect of r   change of the income earned in r − b_r

Because p'ᵀ(Y'1 + δ) = v'ᵀx', the effects of all regions less the burden that the discrepancy bears add up to the change
of final volumes, 1ᵀ(Y' − Y)1: nothing where these stay as they are. Countries are grouped by income; households by
income are never shown, since the table does not know them.

Known limits: income goes to the country where it is earned, not to who owns it. A treasury's `spending` on something
that moves no flow is shown in the treasury's lines alone, as it is a transfer to a recipient that is not modelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.atlas.regions import INCOME_GROUP_NAMES, IncomeGroup, income_group, is_known
from kaldor.digits import largest_first
from kaldor.economy.accounts import DISCREPANCY, OUTSIDE
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import PERCENT, Shown, labelled, relabelled
from kaldor.errors import InputError, Problem
from kaldor.twin.levies import FinalLevy, rows_of_product
from kaldor.twin.measured import Measured
from kaldor.twin.state import State

NO_GROUP = "no income group"
POORER: tuple[str, ...] = (INCOME_GROUP_NAMES["L"], INCOME_GROUP_NAMES["LM"])
"""The groups that are shown first, so that large amounts elsewhere never push them off the page."""

GROUPS: tuple[str, ...] = (*(INCOME_GROUP_NAMES[group] for group in ("L", "LM", "UM", "H")), NO_GROUP)
"""Every line of a table by income group, poorest countries first."""

TREASURY, SUPPLIERS = "treasury", "suppliers"
_ROUNDING = 1e-11  # a change below this share of the world's value added is the rounding of a solve


@dataclass(frozen=True, eq=False, repr=False)
class Incidence(Shown):
    """Who pays and who gains between two states of one economy. Make it with `incidence`."""

    before: State
    after: State

    def in_a_line(self) -> str:
        """Of which scenario."""
        return f"Who pays and who gains: {self.after.scenario.called}"

    def main_table(self) -> pd.DataFrame:
        """Real income by country."""
        return self.real_income

    @property
    def economy(self) -> Economy:
        """The economy of both states."""
        return self.after.economy

    # -- industries ----------------------------------------------------------------------------------------------------

    @cached_property
    def value_added(self) -> pd.DataFrame:
        """Value added by (region, sector): before, after, and the change and its parts, in the table's unit.

        change = own_change + levies_change, where `own` is what stays with the industry's capital and labour and
        `levies` goes to its region's treasury (negative: a subsidy that it receives). A premium that an industry pays
        for dearer purchases is earned by those who supply it, and stands with them.
        """
        old_levies, new_levies = industry_levies(self.before), industry_levies(self.after)
        old, new = earned(self.before), earned(self.after)
        frame = pd.DataFrame(
            {
                "before": old,
                "after": new,
                "change": new - old,
                "own_before": self._own[0],
                "own_change": self._own[1],
                "levies_change": new_levies - old_levies,
            },
            index=self.economy.index,
        )
        return _labelled(frame, self.economy)

    @cached_property
    def _own(self) -> tuple[Array, Array]:
        """What stays with each industry's capital and labour before (n), and its change (n), in the table's unit."""
        old = earned(self.before) - industry_levies(self.before)
        return old, earned(self.after) - industry_levies(self.after) - old

    @cached_property
    def prices(self) -> pd.DataFrame:
        """Price by (region, product) relative to before (1 = unchanged) and its change in %."""
        relative = np.divide(self.after.prices, self.before.prices)
        frame = pd.DataFrame({"price": relative, "change_pct": 100 * (relative - 1)}, index=self.economy.index)
        units = {"price": "index (1: as before)", "change_pct": PERCENT}
        return labelled(frame, self.economy, units, status="predicted")

    # -- final users -----------------------------------------------------------------------------------------------

    @cached_property
    def burden(self) -> pd.DataFrame:
        """What final users pay more (negative: less) by (region, category), and the discrepancy as the last line.

        Exports from the table and imports into it stand under "outside the table": no region's users pay for them.

        Columns prices = Σ (p' − 1)·Y', levies = what is paid on final purchases besides (taxes, premiums), total; in
        the table's unit.
        """
        economy = self.economy
        rise = self.after.prices - self.before.prices
        lines = pd.DataFrame({"prices": rise @ self.after.Y, "levies": final_levies(self.after)})
        buyers = np.where(economy.used_at_home, economy.final_demand_index.get_level_values("region"), OUTSIDE)
        lines.index = pd.MultiIndex.from_arrays([buyers, economy.final_demand_index.get_level_values("demand")])
        lines.index.names = economy.final_demand_index.names
        lines.loc[(DISCREPANCY, DISCREPANCY), :] = [rise @ economy.unexplained, 0.0]
        lines["total"] = lines["prices"] + lines["levies"]
        return _labelled(lines, economy)

    @cached_property
    def treasury(self) -> pd.DataFrame:
        """Each treasury's lines: region, line, kind ("revenue", "spending") and amount, in the table's unit.

        A levy with negative rates is a subsidy and stands under spending; both are amounts above zero.
        """
        economy = self.economy
        rows: list[tuple[str, str, str, float]] = []
        for name, by_region in _levies_by_region(self.after):
            for region, received, paid in zip(economy.regions, *by_region, strict=True):
                rows += [(region, name, "revenue", received)] if received else []
                rows += [(region, name, "spending", -paid)] if paid else []
        for name, amounts in self.after.change.spending.items():
            rows += [(r, name, "spending", float(a)) for r, a in zip(economy.regions, amounts, strict=True) if a]
        frame = pd.DataFrame(rows, columns=["region", "line", "kind", "amount"])
        return _labelled(frame.groupby(["region", "line", "kind"], sort=False, as_index=False).sum(), economy)

    def treasury_of(self, regions: Sequence[str], kind: str) -> float:
        """Revenue or spending of the treasuries of some regions, in the table's unit."""
        lines = self.treasury
        wanted = set(regions)
        cells = zip(lines["region"].tolist(), lines["kind"].tolist(), lines["amount"].tolist(), strict=True)
        return float(sum(amount for region, line_kind, amount in cells if line_kind == kind and region in wanted))

    # -- countries -------------------------------------------------------------------------------------------------

    @cached_property
    def effects(self) -> Array:
        """Real-income effect of each region (regions), in the table's unit: as in `real_income`, without its parts."""
        return real_income_effects(self.before, self.after)

    @cached_property
    def real_income(self) -> pd.DataFrame:
        """Real-income effect by region: change of its industries' value added, final levies received, burden, effect.

        effect = value_added + final_levies − burden. The last line is the discrepancy, before it buyers outside the
        table where it has any. `effect` adds up to the change of final volumes (`attrs["final_volumes"]`), in the
        table's unit.
        """
        economy = self.economy
        by_industry = economy.sum_by_region(earned(self.after) - earned(self.before))
        burden = self.burden.groupby(level="region", sort=False)["total"].sum()
        others = self._others
        lines = [*economy.regions, *others]
        frame = pd.DataFrame(
            {
                "group": [*income_groups(economy), *others],
                "value_added": [*by_industry, *(0.0 for _ in others)],
                "final_levies": [*_by_buyer(economy, _kept_by_buyers(self.after)), *(0.0 for _ in others)],
                "burden": burden.loc[lines].to_numpy(),
            },
            index=pd.Index(lines, name="region"),
        )
        frame["effect"] = frame["value_added"] + frame["final_levies"] - frame["burden"]
        before = self.burden_base
        frame["effect_pct"] = np.divide(
            100 * frame["effect"], before, out=np.full(len(before), np.nan), where=before > 0
        )
        frame.attrs |= {
            "final_volumes": float(self.after.Y.sum() - self.before.Y.sum()),
            "income_groups_of": groups_year(economy),
        }
        return _labelled(frame, economy)

    @property
    def burden_base(self) -> Array:
        """Final use of each region before (regions, and zero for the lines that are none), in the table's unit."""
        home = np.where(self.economy.used_at_home, self.before.Y.sum(axis=0), 0.0)
        return np.append(_by_buyer(self.economy, home), [0.0 for _ in self._others])

    @property
    def _others(self) -> tuple[str, ...]:
        """The lines of a table by country that are no country."""
        return (OUTSIDE, DISCREPANCY) if self.economy.trades_outside else (DISCREPANCY,)

    @cached_property
    def by_income_group(self) -> pd.DataFrame:
        """Real-income effect and its parts by country income group, poorest first, then the discrepancy."""
        parts = ["value_added", "final_levies", "burden", "effect"]
        totals = self.real_income.groupby("group", sort=False)[parts].sum()
        present = [group for group in (*GROUPS, OUTSIDE, DISCREPANCY) if group in totals.index]
        frame = totals.loc[present]
        counts = self.real_income["group"].value_counts()
        frame.insert(0, "regions", [int(counts[group]) if group in GROUPS else 0 for group in present])
        return relabelled(frame, _units(frame, self.economy), like=self.real_income)

    # -- the largest ---------------------------------------------------------------------------------------------------

    def losers(self, *, home: Sequence[str] | None = None, most: int = 10) -> pd.DataFrame:
        """The industries whose own value added falls most: `most` at home, then abroad, poorest countries first.

        Abroad there are `most` of low-income, of lower-middle-income and of all other countries each, so that large
        amounts never crowd out the poor. `home` defaults to the regions in which the levers act. Index (region,
        sector); columns where, group, before, change, change_pct, in the table's unit.
        Empty where no industry loses; who pays may then be the final users, see `burden`.
        """
        return self._ranked(home, most, sign=-1)

    def gainers(self, *, home: Sequence[str] | None = None, most: int = 10) -> pd.DataFrame:
        """The industries whose own value added rises most, ordered and limited as the losers are."""
        return self._ranked(home, most, sign=1)

    def _ranked(self, home: Sequence[str] | None, most: int, sign: int) -> pd.DataFrame:
        old, change = self._own
        smallest = _ROUNDING * float(np.abs(self.before.income()).sum())
        at_home = self.after.home if home is None else home
        return ranked(self.economy, old, change, home=at_home, most=most, sign=sign, smallest=smallest)

    # -- does it add up ------------------------------------------------------------------------------------------------

    @property
    def gap(self) -> float:
        """What the world's real income leaves unexplained, as a share of its value added: rounding, or a fault."""
        effect = float(self.real_income["effect"].sum()) - self.real_income.attrs["final_volumes"]
        return effect / float(np.abs(self.before.income()).sum())


def ranked(
    economy: Economy, old: Array, change: Array, *, home: Sequence[str], most: int = 10, sign: int, smallest: float
) -> pd.DataFrame:
    """The industries whose income (n) falls (`sign` -1) or rises (1) most, as `Incidence.losers` orders them.

    A change of at most `smallest` is none.
    """
    at_home = set(home)
    group = dict(zip(economy.regions, income_groups(economy), strict=True))
    moved = np.flatnonzero(sign * change > smallest)
    moved = moved[largest_first(sign * change[moved])]
    # Only the few rows that are shown become a table: this runs at every move of a slider.
    region = moved // len(economy.sectors)
    abroad = np.array([name not in at_home for name in economy.regions])[region]
    groups = np.array([group[name] for name in economy.regions], dtype=object)[region]
    poorer = [abroad & (groups == name) for name in POORER]
    parts = [~abroad, *poorer, abroad & ~np.any(poorer, axis=0)]
    chosen = np.concatenate([np.flatnonzero(part)[:most] for part in parts])
    rows = moved[chosen]
    ranked = pd.DataFrame(
        {
            "where": np.where(abroad[chosen], "abroad", "home"),
            "group": groups[chosen],
            "before": old[rows],
            "change": change[rows],
            "change_pct": np.divide(100 * change[rows], old[rows], out=np.full(len(rows), np.nan), where=old[rows] > 0),
        },
        index=economy.index[rows],
    )
    return _labelled(ranked, economy)


def _labelled(frame: pd.DataFrame, economy: Economy) -> pd.DataFrame:
    """Amounts in the table's unit, shares in %; what a scenario brings is predicted by a model."""
    return labelled(frame, economy, _units(frame, economy), status="predicted")


def _units(frame: pd.DataFrame, economy: Economy) -> dict[str, str]:
    special = {"regions": "regions", "group": "", "where": "", "region": "", "line": "", "kind": ""}
    return {
        name: PERCENT if name.endswith("_pct") else special.get(name, economy.unit) for name in map(str, frame.columns)
    }


def incidence(before: State, after: State) -> Incidence:
    """Who pays and who gains from `before` to `after`, two states of one economy.

    Raises InputError where the two are of different economies.
    """
    if before.economy is not after.economy:
        raise InputError(Problem("incidence", "the two states are of different economies.", "Use one Twin for both."))
    return Incidence(before, after)


# -- in arrays: of one state, or of many with the futures as the leading axis ------------------------------------------


def industry_levies(state: Measured) -> Array:
    """What each industry pays to its own treasury (n), subsidies negative, in the table's unit."""
    rates = [levy.rate for levy in state.change.levies if levy.recipient == TREASURY]
    return np.asarray(sum(rates, np.zeros(state.economy.n)) * state.x)


def final_levies(state: Measured) -> Array:
    """What each column of final demand pays besides prices (m), whoever receives it, in the table's unit."""
    return _by_column(state, state.change.final_levies)


def earned(state: Measured) -> Array:
    """What each industry earns (n): its value added less the premiums that it pays, and those that it is paid."""
    economy, income = state.economy, np.array(state.income())
    for levy in state.change.levies:
        if levy.by_supplier is not None:
            income -= levy.rate * state.x
            paid = levy.by_supplier @ state.x[..., levy.payers, None]
            income[..., rows_of_product(economy, levy.product)] += paid[..., 0]
    for final in state.change.final_levies:
        if final.recipient == SUPPLIERS:
            income[..., final.rows] += state.due(final).sum(axis=-1)
    return income


def real_income_effects(before: Measured, after: Measured) -> Array:
    """Real-income effect of each region (regions), in the table's unit: as in `Incidence.real_income`, in one sum."""
    economy = after.economy
    by_industry = (earned(after) - earned(before)).reshape(*after.x.shape[:-1], len(economy.regions), -1).sum(axis=-1)
    burden = after.worth(after.prices - before.prices) + final_levies(after)
    if economy.trades_outside:
        burden = np.where(economy.used_at_home, burden, 0.0)
    return np.asarray(by_industry + _by_buyer(economy, _kept_by_buyers(after) - burden))


def treasury_amount(state: Measured, region: str, kind: Literal["revenue", "spending"]) -> Array:
    """Revenue or spending of one region's treasury, in the table's unit: all lines of `Incidence.treasury`."""
    economy, sign = state.economy, 1 if kind == "revenue" else -1
    rows, position, width = economy.rows_of(region), economy.region_position(region), len(economy.demands)
    total = np.zeros(state.change.shape)
    for levy in state.change.levies:
        if levy.recipient == TREASURY:
            total = total + np.maximum(sign * (levy.rate * state.x)[..., rows], 0).sum(axis=-1)
    for final in state.change.final_levies:
        if final.recipient == TREASURY:
            own = final.columns // width == position
            # A rate's sign says whether it is a levy; a negative purchase (from inventories) is a levy given back.
            due = np.where(sign * final.cells > 0, sign * state.due(final), 0)
            total = total + due[..., own].sum(axis=(-2, -1))
    if kind == "spending":
        for amounts in state.change.spending.values():
            total = total + amounts[..., position]
    return total


def _kept_by_buyers(state: Measured) -> Array:
    """What of the levies on final purchases (m) stays in the buyer's region: all but premiums to suppliers."""
    return _by_column(state, [levy for levy in state.change.final_levies if levy.recipient != SUPPLIERS])


def _by_column(state: Measured, levies: Sequence[FinalLevy]) -> Array:
    paid = np.zeros((*state.change.shape, state.economy.Y.shape[1]))
    for levy in levies:
        paid[..., levy.columns] += state.due(levy).sum(axis=-2)
    return paid


def income_groups(economy: Economy) -> tuple[str, ...]:
    """The World Bank income group of each region in the table's year, in words; `NO_GROUP` where it has none.

    Where no group at all is typed for that year, the latest earlier year's are taken (`groups_year` tells which).
    """
    return economy.once(_income_groups)


def _income_groups(economy: Economy) -> tuple[str, ...]:
    year = groups_year(economy)
    return tuple(INCOME_GROUP_NAMES[group] if (group := _group(r, year)) else NO_GROUP for r in economy.regions)


def groups_year(economy: Economy) -> int:
    """The year whose income groups are used: the table's own, or the latest before it that is typed."""
    for year in range(economy.year, economy.year - 10, -1):
        if any(_group(region, year) for region in economy.regions):
            return year
    return economy.year


def _group(region: str, year: int) -> IncomeGroup | None:
    return income_group(region, year) if is_known(region) else None


def _by_buyer(economy: Economy, columns: Array) -> Array:
    """Columns of final demand (m) added up to the regions that buy."""
    return columns.reshape(*columns.shape[:-1], len(economy.regions), len(economy.demands)).sum(axis=-1)


def _levies_by_region(state: State) -> list[tuple[str, tuple[Array, Array]]]:
    """Each levy to a treasury: its name, and by region what is received (≥ 0) and what is paid out (≤ 0)."""
    economy, found = state.economy, []
    for levy in state.change.levies:
        if levy.recipient == TREASURY:
            due = levy.rate * state.x
            received, granted = economy.sum_by_region(np.maximum(due, 0)), economy.sum_by_region(np.minimum(due, 0))
            found.append((levy.name, (received, granted)))
    for final in state.change.final_levies:
        if final.recipient != TREASURY:
            continue
        # A rate's sign says whether it is a levy; a negative purchase (from inventories) is a levy given back.
        paid, columns = state.due(final), np.zeros((2, economy.Y.shape[1]))
        columns[0, final.columns] = np.where(final.cells > 0, paid, 0).sum(axis=0)
        columns[1, final.columns] = np.where(final.cells < 0, paid, 0).sum(axis=0)
        charged, granted = columns
        found.append((f"{final.name}, final purchases", (_by_buyer(economy, charged), _by_buyer(economy, granted))))
    return found
