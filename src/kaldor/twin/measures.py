"""How each metric of a scenario is measured: one small function each, named by the declarations in outcomes.toml.

A measure reads the state in question and, where it is about a change, the state before; asked about the baseline itself
both are the same. Amounts are in the units of the table and its extensions, volumes at the baseline's prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.chains import block_rows
from kaldor.economy.economy import Array, Economy
from kaldor.errors import UnknownLabelError
from kaldor.twin.incidence import Incidence, earned, final_levies, incidence, income_groups, industry_levies
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import at_risk, at_risk_in_the_tail, days_until_recovered
from kaldor.twin.twin import State

_PERCENT = 100.0
_NEGLIGIBLE = 1e-6  # of what an industry buys: an input below it is the noise of a balanced table, not a dependence


@dataclass(frozen=True, eq=False)
class View:
    """One state looked at from one region: whose outcomes, against which baseline, with which bloc as friends."""

    before: State
    after: State
    region: str
    bloc: tuple[str, ...] = ()

    @property
    def economy(self) -> Economy:
        """The economy of both states."""
        return self.after.economy

    @cached_property
    def incidence(self) -> Incidence:
        """Who pays and who gains."""
        return incidence(self.before, self.after)

    @cached_property
    def rows(self) -> slice:
        """The region's rows."""
        return self.economy.rows_of(self.region)

    @cached_property
    def manufacturing(self) -> NDArray[np.intp]:
        """Rows of the region's manufacturing that produce anything."""
        block = block_rows(self.economy, self.region, self.economy.group("manufacturing"))
        return block[self.economy.has_output[block]]

    @cached_property
    def abroad(self) -> NDArray[np.bool_]:
        """Which regions count as foreign: those outside the region and its bloc (regions)."""
        friends = {self.region, *self.bloc}
        return np.array([region not in friends for region in self.economy.regions])

    @cached_property
    def direct_inputs(self) -> Array:
        """What each manufacturing industry buys outside the block, volumes (n × block); the block's own rows are 0."""
        bought = self.after.coefficients(self.manufacturing) * self.after.x[self.manufacturing]
        bought[self.manufacturing] = 0.0
        return bought

    @cached_property
    def upstream(self) -> Array:
        """Output behind the block's inputs, all tiers, volumes (n): L'_·B L'_BB⁻¹ x'_B; the block's own rows are 0."""
        columns = self.after.inverse_columns(self.manufacturing)
        demand = np.linalg.solve(columns[self.manufacturing], self.after.x[self.manufacturing])
        behind = columns @ demand
        behind[self.manufacturing] = 0.0
        return behind

    def by_supplier(self, inputs: Array) -> Array:
        """Inputs (n) as regions × products."""
        return inputs.reshape(len(self.economy.regions), len(self.economy.sectors))


Measure = Callable[[View, "Terms"], float]


@dataclass(frozen=True)
class Terms:
    """What a declaration tells its measure: the extension, the income group, the threshold."""

    extension: str = ""
    group: str = ""
    threshold: float = 0.0


# -- amounts of extensions ---------------------------------------------------------------------------------------------


def on_territory(view: View, terms: Terms) -> float:
    """What the region's industries and its final users themselves emit, use or extract."""
    return in_industries(view, terms) + float(_direct(view, terms.extension)[view.economy.region_position(view.region)])


def in_industries(view: View, terms: Terms) -> float:
    """What the region's industries emit, use or employ."""
    return float(view.after.amount(terms.extension)[view.rows].sum())


def behind_final_use(view: View, terms: Terms) -> float:
    """What stands behind the region's final use along all chains, its own direct amount included."""
    position, demands = view.economy.region_position(view.region), len(view.economy.demands)
    bought = view.after.Y[:, position * demands : (position + 1) * demands].sum(axis=1)
    return float(view.after.multipliers[terms.extension] @ bought + _direct(view, terms.extension)[position])


def in_the_world(view: View, terms: Terms) -> float:
    """What all industries and final users emit, use or extract."""
    return float(view.after.amount(terms.extension).sum() + _direct(view, terms.extension).sum())


def _direct(view: View, extension: str) -> Array:
    return view.after.change.direct(extension).reshape(len(view.economy.regions), -1).sum(axis=1)


# -- suppliers ---------------------------------------------------------------------------------------------------------


def look_through_share(view: View, terms: Terms) -> float:
    """Share of foreign output in all output behind manufacturing's inputs, all tiers, in %."""
    return _foreign_share(view, view.upstream)


def face_value_share(view: View, terms: Terms) -> float:
    """Share of foreign suppliers in what manufacturing itself buys, in %."""
    return _foreign_share(view, view.direct_inputs.sum(axis=1))


def first_tier_hhi(view: View, terms: Terms) -> float:
    """Concentration of the foreign countries from which manufacturing buys, mean over products."""
    return _hhi(view, view.direct_inputs.sum(axis=1))


def full_tier_hhi(view: View, terms: Terms) -> float:
    """Concentration of the foreign countries behind manufacturing's inputs, all tiers, mean over products."""
    return _hhi(view, view.upstream)


def single_supplier_inputs(view: View, terms: Terms) -> float:
    """Pairs of (manufacturing industry, product) of which one foreign country supplies more than the threshold."""
    regions, sectors = len(view.economy.regions), len(view.economy.sectors)
    bought = (view.after.coefficients(view.manufacturing) * view.after.x[view.manufacturing]).reshape(
        regions, sectors, -1
    )
    of_product = bought.sum(axis=0)
    matters = of_product > _NEGLIGIBLE * of_product.sum(axis=0)
    largest = bought[view.abroad].max(axis=0, initial=0.0)
    return float((matters & (largest > terms.threshold * of_product)).sum())


def _foreign_share(view: View, inputs: Array) -> float:
    table = view.by_supplier(inputs)
    return _PERCENT * _ratio(table[view.abroad].sum(), table.sum())


def _hhi(view: View, inputs: Array) -> float:
    """Σ over products of (foreign amount of the product / foreign amount) × Σ over countries of share²."""
    foreign = view.by_supplier(inputs)[view.abroad]
    of_product = foreign.sum(axis=0)
    concentrated = np.divide((foreign**2).sum(axis=0), of_product, out=np.zeros_like(of_product), where=of_product > 0)
    return _ratio(concentrated.sum(), of_product[of_product > 0].sum())


# -- value added and jobs ----------------------------------------------------------------------------------------------


def manufacturing_value_added(view: View, terms: Terms) -> float:
    """Value added of the region's manufacturing without levies to the treasury."""
    return float(_own_value_added(view)[view.manufacturing].sum())


def labour_productivity(view: View, terms: Terms) -> float:
    """Value added of the region's industries, without levies, per job."""
    return _ratio(_own_value_added(view)[view.rows].sum(), jobs_by_industry(view.after)[view.rows].sum())


def share_of_value_added(view: View, terms: Terms) -> float:
    """An extension in money (wages) as a share of the value added of the region's industries, in %."""
    amount = view.after.amount(terms.extension)[view.rows].sum()
    return _PERCENT * _ratio(amount, _own_value_added(view)[view.rows].sum())


def jobs(view: View, terms: Terms) -> float:
    """Jobs in the region's industries."""
    return float(jobs_by_industry(view.after)[view.rows].sum())


def jobs_to_move(view: View, terms: Terms) -> float:
    """Jobs lost in the region's industries that lose any."""
    change = jobs_by_industry(view.after)[view.rows] - jobs_by_industry(view.before)[view.rows]
    return float(np.maximum(-change, 0).sum())


def jobs_by_industry(state: State) -> Array:
    """Jobs of each industry (n), those of women and men added up where the table counts them apart."""
    return np.sum([state.amount(name) for name in jobs_extensions(state.economy)], axis=0)


def jobs_extensions(economy: Economy) -> tuple[str, ...]:
    """The extensions that together are all jobs: "jobs", or else all that begin with "jobs_"."""
    if "jobs" in economy.extensions:
        return ("jobs",)
    return tuple(name for name in economy.extensions if name.startswith("jobs_"))


def _own_value_added(view: View) -> Array:
    return earned(view.after) - industry_levies(view.after)


# -- who pays ----------------------------------------------------------------------------------------------------------


def real_income_of_region(view: View, terms: Terms) -> float:
    """Real-income effect of the region."""
    return float(view.incidence.effects[view.economy.region_position(view.region)])


def real_income_of_group(view: View, terms: Terms) -> float:
    """Real-income effect of all regions of one income group."""
    members = np.array([group == terms.group for group in income_groups(view.economy)])
    return float(view.incidence.effects[members].sum())


def household_burden(view: View, terms: Terms) -> float:
    """What the region's households pay more."""
    economy = view.economy
    columns = [
        economy.region_position(view.region) * len(economy.demands) + i
        for i, demand in enumerate(economy.demands)
        if economy.demand_roles.get(demand) == "households"
    ]
    rise = view.after.prices - view.before.prices
    return float((rise @ view.after.Y[:, columns]).sum() + final_levies(view.after)[columns].sum())


def treasury_revenue(view: View, terms: Terms) -> float:
    """Levies that the region's treasury receives."""
    return view.incidence.treasury_of([view.region], "revenue")


def treasury_spending(view: View, terms: Terms) -> float:
    """What the region's treasury pays."""
    return view.incidence.treasury_of([view.region], "spending")


# -- under shocks ------------------------------------------------------------------------------------------------------


def value_added_at_risk(view: View, terms: Terms) -> float:
    """Mean loss of the region's value added over a set of shocks, in % of a year's; NaN if no stress test was run."""
    return _stress_figure(view, at_risk)


def value_added_at_risk_tail(view: View, terms: Terms) -> float:
    """Mean of the worst twentieth of these losses, in % of a year's value added."""
    return _stress_figure(view, at_risk_in_the_tail)


def days_to_recover(view: View, terms: Terms) -> float:
    """Median days until the region's value added is back, at most the simulated time."""
    return _stress_figure(view, days_until_recovered)


STRESS_FIGURES: Mapping[str, Callable[[StressResult, int | None], float]] = {
    "value_added_at_risk": at_risk,
    "value_added_at_risk_tail": at_risk_in_the_tail,
    "days_to_recover": days_until_recovered,
}
"""Measures that read a stress test, and the figure of it that each takes."""


def _stress_figure(view: View, figure: Callable[[StressResult], float]) -> float:
    return float("nan") if view.after.stress is None else figure(view.after.stress)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


MEASURES: Mapping[str, Measure] = {
    function.__name__: function
    for function in (
        on_territory,
        in_industries,
        behind_final_use,
        in_the_world,
        look_through_share,
        face_value_share,
        first_tier_hhi,
        full_tier_hhi,
        single_supplier_inputs,
        manufacturing_value_added,
        labour_productivity,
        share_of_value_added,
        jobs,
        jobs_to_move,
        real_income_of_region,
        real_income_of_group,
        household_burden,
        treasury_revenue,
        treasury_spending,
        value_added_at_risk,
        value_added_at_risk_tail,
        days_to_recover,
    )
}
"""Every measure that a declaration may name."""


def measure(name: str) -> Measure:
    """A measure by name. Raises UnknownLabelError with the near match."""
    if name not in MEASURES:
        raise UnknownLabelError("measure", name, MEASURES)
    return MEASURES[name]
