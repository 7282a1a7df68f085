"""How each metric of a scenario is measured: one small function each, named by the declarations in outcomes.toml.

A measure reads the state in question and, where it is about a change, the state before; asked about the baseline itself
both are the same. Amounts are in the units of the table and its extensions, volumes at the baseline's prices.

The same functions measure one state (a number) and many at once (futures): what varies by future is the leading axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.chains import block_rows
from kaldor.economy.economy import Array, Economy
from kaldor.economy.names import jobs_of
from kaldor.errors import UnknownLabelError
from kaldor.twin.incidence import (
    final_levies,
    income_groups,
    real_income_effects,
    treasury_amount,
)
from kaldor.twin.measured import Measured
from kaldor.twin.natures import nature
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import at_risk, at_risk_in_the_tail, days_until_recovered

if TYPE_CHECKING:
    from kaldor.twin.responding.answer import Answer

_PERCENT = 100.0
_ROUNDING = 1e-10  # of all inputs
_NEGLIGIBLE = 1e-6  # of what an industry buys: an input below it is the noise of a balanced table, not a dependence


@dataclass(frozen=True, eq=False)
class View:
    """One state looked at from one region: whose outcomes, against which baseline, with which bloc as friends.

    `answer` is the scenario where prices respond and `balance` what it is compared with, where it was answered so.
    """

    before: Measured
    after: Measured
    region: str
    bloc: tuple[str, ...] = ()
    answer: Answer | None = None
    balance: Answer | None = None

    @property
    def economy(self) -> Economy:
        """The economy of both states."""
        return self.after.economy

    @property
    def position(self) -> int:
        """The region's place in the economy's order."""
        return self.economy.region_position(self.region)

    @cached_property
    def real_income(self) -> Array:
        """Real-income effect of each region (regions)."""
        return real_income_effects(self.before, self.after)

    @cached_property
    def value_added(self) -> Array:
        """Value added of each industry as a volume (n): per unit of output the table's, at its prices and its pay.

        What a scenario does to pay, profit or prices is no output, and in real income and what households pay more.
        """
        return self.after.change.start.v * self.after.x

    @cached_property
    def rows(self) -> slice:
        """The region's rows."""
        return self.economy.rows_of(self.region)

    @cached_property
    def columns(self) -> slice:
        """The region's columns of final demand."""
        position, width = self.economy.region_position(self.region), len(self.economy.demands)
        return slice(position * width, (position + 1) * width)

    @cached_property
    def home_use(self) -> slice | NDArray[np.intp]:
        """The region's columns of final demand that are use at home; exports from the table are not."""
        if not self.economy.trades_outside:
            return self.columns
        return np.arange(self.economy.Y.shape[1])[self.columns][self.economy.used_at_home[self.columns]]

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
        """What manufacturing buys outside its own block, volumes (n); the block's own rows are 0."""
        return self._outside(self.after.inputs(self.manufacturing))

    @cached_property
    def upstream(self) -> Array:
        """Output behind the block's inputs, all tiers, volumes (n): L'_·B L'_BB⁻¹ x'_B; the block's own rows are 0."""
        return self._outside(self.after.behind(self.manufacturing))

    def by_supplier(self, inputs: Array) -> Array:
        """Inputs (n) as regions × products."""
        return inputs.reshape(*inputs.shape[:-1], len(self.economy.regions), len(self.economy.sectors))

    def _outside(self, rows: Array) -> Array:
        rows[..., self.manufacturing] = 0.0
        return rows


Measure = Callable[[View, "Terms"], Array]
"""The metric: a number as an array without axes, or one for each future."""


@dataclass(frozen=True)
class Terms:
    """What a declaration tells its measure: the extension, the income group, the threshold."""

    extension: str = ""
    group: str = ""
    threshold: float = 0.0


READS: dict[str, tuple[str, str]] = {}
"""Which term a measure cannot do without, and the need of the economy that it stands for, by the measure's name."""


def reads(term: str, need: str) -> Callable[[Measure], Measure]:
    """Declare the term that a measure reads."""

    def declare(measure: Measure) -> Measure:
        READS[measure.__name__] = (term, need)
        return measure

    return declare


BEYOND_THE_REGION: set[str] = set()
"""Measures whose figures hold what other regions make, so that a gap in these is one in them."""


def beyond_the_region(measure: Measure) -> Measure:
    """Declare that a measure holds what other regions make."""
    BEYOND_THE_REGION.add(measure.__name__)
    return measure


# -- amounts of extensions ---------------------------------------------------------------------------------------------


@reads("extension", "extension")
def on_territory(view: View, terms: Terms) -> Array:
    """What the region's industries and its final users themselves emit, use or extract, as the source counts it.

    That is by residence or on the territory (`Source.principle`), whatever a declaration calls the measure.
    """
    return in_industries(view, terms) + _direct(view, terms.extension)


@reads("extension", "extension")
def in_industries(view: View, terms: Terms) -> Array:
    """What the region's industries emit, use or employ."""
    amounts = view.after.amount(terms.extension)[..., view.rows]
    return _published(view, [terms.extension], _sum(amounts))


@beyond_the_region
@reads("extension", "extension")
@nature(before="modelled")
def behind_final_use(view: View, terms: Terms) -> Array:
    """What stands behind the region's final use along all chains, its own direct amount included."""
    bought = view.after.bought(view.home_use)
    found = _sum(view.after.multipliers[terms.extension] * bought) + _direct(view, terms.extension)
    return _published(view, [terms.extension], found)


@beyond_the_region
@reads("extension", "extension")
def in_the_world(view: View, terms: Terms) -> Array:
    """What all industries and final users emit, use or extract."""
    return _sum(view.after.amount(terms.extension)) + _sum(view.after.change.direct(terms.extension))


def _published(view: View, extensions: Sequence[str], found: Array) -> Array:
    """What was found, or NaN where nothing was published of an extension in the region: missing is not zero."""
    region = view.economy.region_position(view.region)
    absent = any(view.economy.unpublished(extension)[region] for extension in extensions)
    return np.full(np.shape(found), np.nan) if absent else found


def _value_added_of(view: View, extensions: Sequence[str]) -> Array:
    """Value added, as a volume, of those of the region's industries of which extensions were published."""
    missing = np.any([view.economy.missing(extension)[view.rows] for extension in extensions], axis=0)
    return _sum(np.where(missing, 0.0, view.value_added[..., view.rows]))


def _direct(view: View, extension: str) -> Array:
    return _sum(view.after.change.direct(extension)[..., view.columns])


# -- suppliers ---------------------------------------------------------------------------------------------------------


@nature("volumes", before="modelled")
def value_added_share(view: View, terms: Terms) -> Array:
    """Share of foreign value added in all of it behind manufacturing's inputs, all tiers, in %.

    Per unit of output each industry adds what the table says, so that the share moves by volumes alone.
    """
    return _foreign_share(view, view.upstream * view.after.change.start.v)


@nature("volumes", before="modelled")
def look_through_share(view: View, terms: Terms) -> Array:
    """Share of foreign output in all output behind manufacturing's inputs, all tiers, in %: counts chains twice."""
    return _foreign_share(view, view.upstream)


@nature("volumes")
def face_value_share(view: View, terms: Terms) -> Array:
    """Share of foreign suppliers in what manufacturing itself buys, in %."""
    return _foreign_share(view, view.direct_inputs)


@nature("volumes")
def first_tier_hhi(view: View, terms: Terms) -> Array:
    """Concentration of the foreign countries from which manufacturing buys, mean over products."""
    return _hhi(view, view.direct_inputs)


@nature("volumes", before="modelled")
def full_tier_hhi(view: View, terms: Terms) -> Array:
    """Concentration of the foreign countries behind manufacturing's inputs, all tiers, mean over products."""
    return _hhi(view, view.upstream)


@nature("volumes")
def single_supplier_inputs(view: View, terms: Terms) -> Array:
    """Pairs of (manufacturing industry, product) of which one foreign country supplies more than the threshold."""
    of_product, largest = view.after.supply(view.manufacturing, view.abroad)
    matters = of_product > _NEGLIGIBLE * of_product.sum(axis=-2, keepdims=True)
    active = (view.after.x[..., view.manufacturing] > 0)[..., None, :]
    return np.count_nonzero(matters & active & (largest > terms.threshold * of_product), axis=(-2, -1)) * 1.0


def _foreign_share(view: View, inputs: Array) -> Array:
    table = view.by_supplier(inputs)
    return _PERCENT * _ratio(table[..., view.abroad, :].sum(axis=(-2, -1)), _sum(inputs))


def _hhi(view: View, inputs: Array) -> Array:
    """Σ over products of (foreign amount of the product / foreign amount) × Σ over countries of share²."""
    least = _ROUNDING * np.abs(inputs).sum(axis=-1)[..., None, None]
    foreign = view.by_supplier(inputs)[..., view.abroad, :]
    foreign = np.where(foreign > least, foreign, 0.0)  # what a solve leaves of nothing is no supplier
    of_product = foreign.sum(axis=-2)
    concentrated = np.divide((foreign**2).sum(axis=-2), of_product, out=np.zeros_like(of_product), where=of_product > 0)
    return _ratio(_sum(concentrated), _sum(np.maximum(of_product, 0)))


# -- value added and jobs ----------------------------------------------------------------------------------------------


@nature("volumes")
def manufacturing_value_added(view: View, terms: Terms) -> Array:
    """Value added of the region's manufacturing as a volume: at the table's prices and pay."""
    return _sum(view.value_added[..., view.manufacturing])


@nature("volumes", "technique")
def labour_productivity(view: View, terms: Terms) -> Array:
    """Value added of the region's industries, as a volume, per job that it takes at the table's pay.

    Jobs that answer to dearer pay alone are no better technology: what is made without them has no elasticity here.
    """
    after, names = view.after, jobs_of(view.economy)
    taken = np.zeros(after.change.shape)
    for name in names:  # of which one may have grown by future and another not
        amounts = after.change.intensity(name, at_old_pay=True) * after.x + view.economy.unallocated(name)
        taken = taken + _sum(amounts[..., view.rows])
    return _ratio(_value_added_of(view, names), _published(view, names, taken))


@reads("extension", "extension")
@nature("volumes", "intensity")
def share_of_value_added(view: View, terms: Terms) -> Array:
    """An extension in money (wages) as a share of the value added of the region's industries, in %.

    Both at the table's pay: the share moves by what is made, and where an extension's own intensity moves.
    """
    return _PERCENT * _ratio(in_industries(view, terms), _value_added_of(view, [terms.extension]))


def jobs(view: View, terms: Terms) -> Array:
    """Jobs in the region's industries."""
    return _published(view, jobs_of(view.economy), _sum(jobs_by_industry(view.after)[..., view.rows]))


@nature(of_change=True)
def jobs_to_move(view: View, terms: Terms) -> Array:
    """Jobs lost in the region's industries that lose any."""
    change = (jobs_by_industry(view.after) - jobs_by_industry(view.before))[..., view.rows]
    return _published(view, jobs_of(view.economy), _sum(np.maximum(-change, 0)))


def jobs_by_industry(state: Measured) -> Array:
    """Jobs of each industry (n), those of women and men added up where the table counts them apart."""
    return np.sum([state.amount(name) for name in jobs_of(state.economy)], axis=0)


def income_of(view: View, group: str = "") -> float:
    """Income before, of the region or of all regions of an income group, in the table's unit."""
    own = view.economy.sum_by_region(np.abs(view.before.income()))
    if not group:
        return float(own[view.position])
    return float(own[[one == group for one in income_groups(view.economy)]].sum())


# -- who pays ----------------------------------------------------------------------------------------------------------


@nature("volumes", "prices", "primary", of_change=True)
def real_income_of_region(view: View, terms: Terms) -> Array:
    """Real-income effect of the region."""
    return np.asarray(view.real_income[..., view.economy.region_position(view.region)])


@reads("group", "income")
@nature("volumes", "prices", "primary", of_change=True)
def real_income_of_group(view: View, terms: Terms) -> Array:
    """Real-income effect of all regions of one income group."""
    members = np.array([group == terms.group for group in income_groups(view.economy)])
    return _sum(view.real_income[..., members])


@nature("prices", of_change=True)
def household_burden(view: View, terms: Terms) -> Array:
    """What the region's households pay more."""
    economy, first = view.economy, view.columns.start
    roles = [economy.demand_roles.get(demand) for demand in economy.demands]
    columns = np.array([first + i for i, role in enumerate(roles) if role == "households"], dtype=np.intp)
    rise = view.after.prices - view.before.prices
    return _sum(rise * view.after.bought(columns)) + _sum(final_levies(view.after)[..., columns])


@nature("levies", of_change=True)
def treasury_revenue(view: View, terms: Terms) -> Array:
    """Levies that the region's treasury receives."""
    return treasury_amount(view.after, view.region, "revenue")


@nature("spending", of_change=True)
def treasury_spending(view: View, terms: Terms) -> Array:
    """What the region's treasury pays."""
    return treasury_amount(view.after, view.region, "spending")


# -- under shocks ------------------------------------------------------------------------------------------------------


@nature("volumes", before="predicted")
def value_added_at_risk(view: View, terms: Terms) -> Array:
    """Mean loss of the region's value added over a set of shocks, in % of a year's; NaN if no stress test was run."""
    return _stress_figure(view, at_risk)


@nature("volumes", before="predicted")
def value_added_at_risk_tail(view: View, terms: Terms) -> Array:
    """Mean of the worst twentieth of these losses, in % of a year's value added."""
    return _stress_figure(view, at_risk_in_the_tail)


@nature("volumes", before="predicted")
def days_to_recover(view: View, terms: Terms) -> Array:
    """Median days until the region's value added is back, at most the simulated time."""
    return _stress_figure(view, days_until_recovered)


STRESS_FIGURES: Mapping[str, Callable[[StressResult, int | None], float]] = {
    "value_added_at_risk": at_risk,
    "value_added_at_risk_tail": at_risk_in_the_tail,
    "days_to_recover": days_until_recovered,
}
"""Measures that read a stress test, and the figure of it that each takes."""


def _stress_figure(view: View, figure: Callable[[StressResult], float]) -> Array:
    return np.asarray(float("nan") if view.after.stress is None else figure(view.after.stress))


def _sum(values: Array) -> Array:
    return np.asarray(values.sum(axis=-1))


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole != 0)


MEASURES: Mapping[str, Measure] = {
    function.__name__: function
    for function in (
        on_territory,
        in_industries,
        behind_final_use,
        in_the_world,
        value_added_share,
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
