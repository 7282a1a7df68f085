"""Why a scenario does what it does: each lever's part, the industries through which it works, and what it costs.

*Each lever's part* is its Shapley value: the change that it brings on top of the levers before it, averaged over all
orders in which they could be added. The parts add up to the whole change, whatever the levers do to each other. Up to
eight levers all 2^k combinations are run; above, orders are drawn at random, each with its reverse (which cancels much
of the chance), and every part carries its standard error.
Source: Shapley (1953), A value for n-person games; sampling: Castro, Gómez & Tejada (2009), Computers & OR 36.

*The industries* through which a total changes: with s the intensity and x the output of an industry,
s'x' − s x = (s' − s)(x' + x)/2 + (x' − x)(s' + s)/2, its intensity part and its volume part, the mean over both orders.

*Cost* of a scenario for the world, at fixed prices: treasuries' spending (subsidies included) and what prices and final
levies burden on final users, and the same net of what treasuries receive. Where prices respond: what all countries
together can buy less, net of the worth of work; what one pays another is in it on both sides. It is compared with the
tonnes saved or the jobs gained.

Where prices respond every set of levers is an equilibrium of its own, so that the parts are exact up to fewer levers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.digits import largest_first, unless_noise
from kaldor.economy.economy import Array
from kaldor.economy.labelled import Shown, amount, labelled
from kaldor.economy.names import jobs_of, region_of, regions_of
from kaldor.economy.paths import StructuralPaths, paths_of_demand
from kaldor.errors import InputError, Problem
from kaldor.twin import measures as fixed
from kaldor.twin.game import Game
from kaldor.twin.incidence import incidence
from kaldor.twin.measures import Terms, View, jobs_by_industry
from kaldor.twin.metric import Metric
from kaldor.twin.outcome import Outcome
from kaldor.twin.outcomes import outcomes, size_of, value_of
from kaldor.twin.reach import without_cost
from kaldor.twin.responding.closing import View as AnyView
from kaldor.twin.responding.explaining import Subsets, lost_by_the_world, made_before_and_after
from kaldor.twin.responding.measures import in_the_world, jobs
from kaldor.twin.responding.responded import Responded
from kaldor.twin.scenario import Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

MOST_EXACT = 8
"""Up to so many levers every combination is run (256 at eight)."""

PAIRS = 64
"""Pairs of random orders that are drawn above."""

MOST_EXACT_RESPONDING, PAIRS_RESPONDING = 5, 8
"""The same where prices respond: a set of levers takes a tenth of a second there, and not a millisecond."""


_ROUNDING = 1e-12  # a first change of purchases below this share of the largest output is the rounding of a lever

_ROUNDED = 1e-12  # of the world's total: what solving an equilibrium leaves of an industry that nothing moves

Value = Callable[[frozenset[int]], float]


@dataclass(frozen=True, eq=False)
class Parts:
    """What each of k players adds (k), with the standard error of each (k, zeros where exact)."""

    values: Array
    errors: Array
    exact: bool
    runs: int


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Shown):
    """Each lever's part in the change of one metric.

    `levers` has one row a lever, in the scenario's order: lever, strength, alone (its effect by itself), part (its
    Shapley value), standard_error, left_out (how the metric would move if this lever were left out of the scenario),
    note. The parts add up to `change`. Where a lever by itself is not modelled `alone` is NaN and the note says why; so
    are the others where the other levers leave it nothing either.
    `before` is None of a metric that is a change; `note` says what the figures leave out; `view` whether prices respond
    in them.
    """

    metric: Metric
    before: float | None
    after: float
    levers: pd.DataFrame
    exact: bool
    runs: int
    seed: int | None
    size: float
    """What the change is a change of, of which rounding leaves a share."""
    note: str = ""
    view: AnyView = "fixed prices"

    def in_a_line(self) -> str:
        """What changes by how much."""
        levels = "" if self.before is None else f"{amount(self.before)} to {amount(self.after)}, "
        return f"{self.metric.title}: {levels}change {amount(self.change)}"

    def main_table(self) -> pd.DataFrame:
        """Each lever's part."""
        return self.levers

    @property
    def change(self) -> float:
        """After less before, if there is a level before."""
        return self.after - (self.before or 0.0)

    @property
    def interaction(self) -> float:
        """The change of all levers together less the sum of what each does alone, where that is modelled."""
        return float(unless_noise(0.0, np.array(self.change - float(self.levers["alone"].sum())), self.size))


def shapley(value: Value, k: int, *, most_exact: int = MOST_EXACT, pairs: int = PAIRS, seed: int = 0) -> Parts:
    """The Shapley value of each of k players for a function of the set of players that take part.

    Exact with 2^k calls up to `most_exact` players; above, from `pairs` random orders and their reverses (antithetic),
    with the standard error of the mean. The values add up to value(all) − value(none) either way. Sets are asked for
    once each.
    """
    known: dict[frozenset[int], float] = {}

    def asked(members: frozenset[int]) -> float:
        if members not in known:
            known[members] = value(members)
        return known[members]

    if k <= most_exact:
        values = _exact(asked, k)
        return Parts(values, np.zeros(k), True, len(known))
    if pairs < 2:
        raise InputError(Problem("pairs", f"{pairs} pair of orders gives no standard error.", "Draw at least 2."))
    rng = np.random.default_rng(seed)
    draws = np.empty((pairs, k))
    for number in range(pairs):
        order = [int(player) for player in rng.permutation(k)]
        draws[number] = (_added(asked, order) + _added(asked, order[::-1])) / 2
    return Parts(draws.mean(axis=0), draws.std(axis=0, ddof=1) / math.sqrt(pairs), False, len(known))


def explain(
    twin: Twin,
    scenario: Scenario,
    metric: Metric,
    *,
    region: str,
    bloc: Sequence[str] = (),
    most_exact: int | None = None,
    pairs: int | None = None,
    seed: int = 0,
) -> Explanation:
    """How much each lever of a scenario contributes to the change of a metric, in the scenario's view of it.

    Without `most_exact` and `pairs` they are MOST_EXACT and PAIRS, fewer where prices respond.
    Raises InputError where the metric is not modelled on the economy, or the scenario has no lever, or some of its
    levers have no answer where prices respond; what `Twin.run` raises.
    """
    k = len(scenario.levers)
    if not k:
        raise InputError(Problem(f"scenario '{scenario.id}'", "has no lever to explain.", "Add [[levers]]."))
    region = region_of(twin.economy, region)
    friends = regions_of(twin.economy, bloc, scenario.blocs, where="bloc").regions

    twin.run(scenario)  # all that is wrong with it, before any of its parts
    responding = scenario.view == "prices respond" and metric.responds
    game: Game = (Subsets if responding else _AtFixedPrices)(twin, scenario, metric, region, friends)
    if most_exact is None:
        most_exact = MOST_EXACT_RESPONDING if responding else MOST_EXACT
    if pairs is None:
        pairs = PAIRS_RESPONDING if responding else PAIRS
    everyone = frozenset(range(k))
    whole = game.measured(everyone)
    if whole.after is None:
        raise InputError(Problem(f"metric '{metric.id}'", f"{NOT_MODELLED}: {whole.note}"))
    parts = shapley(game.value, k, most_exact=most_exact, pairs=pairs, seed=seed)
    alone = [game.measured(frozenset({i})) for i in range(k)]
    left_out = np.array([game.value(everyone - {i}) - game.value(everyone) for i in range(k)])
    values, left_out = (unless_noise(0.0, one, game.size) for one in (parts.values, left_out))
    unknown = np.array([not one.modelled for one in alone]) & (values == 0)
    levers = pd.DataFrame(
        {
            "lever": [setting.lever for setting in scenario.levers],
            "strength": [setting.strength for setting in scenario.levers],
            "alone": [math.nan if one.change is None else one.change for one in alone],
            "part": np.where(unknown, math.nan, values),
            "standard_error": np.where(unknown, math.nan, parts.errors),
            "left_out": np.where(unknown, math.nan, left_out),
            "note": ["" if one.modelled else one.note for one in alone],
        },
        index=pd.RangeIndex(1, k + 1, name="number"),
    )
    drawn = None if parts.exact else seed
    return Explanation(
        metric, whole.before, whole.after, levers, parts.exact, parts.runs, drawn, game.size, whole.note, whole.view
    )  # fmt: skip


@dataclass(eq=False)
class _AtFixedPrices(Game):
    _known: dict[frozenset[int], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._before = self.twin.before()

    @property
    def size(self) -> float:
        return size_of(self.metric, self._before, region=self.region, bloc=self.bloc)

    def measured(self, members: frozenset[int]) -> Outcome:
        asked = {self.metric.id: self.metric}
        found = outcomes(self._before, self._state(members), region=self.region, bloc=self.bloc, metrics=asked)
        return found[self.metric.id]

    def value(self, members: frozenset[int]) -> float:
        if members not in self._known:
            state = self._state(members)
            self._known[members] = value_of(
                self.metric, self._before, state, region=self.region, bloc=self.bloc
            )  # fmt: skip
        return self._known[members]

    def _state(self, members: frozenset[int]) -> State:
        absent = set(range(len(self.scenario.levers))) - members
        return self.twin.run(self.scenario.without(*absent)) if members else self._before


def channels(before: State, after: State, extension: str, responded: Responded | None = None) -> pd.DataFrame:
    """Through which industries of which countries the world's total of an extension changes, largest change first.

    Index (region, sector); columns intensity (cleaner or leaner production), volume (more or less of it) and
    change = intensity + volume, in the extension's unit; with `responded`, as that answers.
    Rows without a change are left out. Raises UnknownExtensionError.
    """
    economy = after.economy
    own = economy.extension(extension)
    if responded is not None and responded.answer is not None:
        view = View(before, before, economy.regions[0], balance=responded.balance)
        s0, x0, s1, x1 = made_before_and_after(view, responded.answer, extension)
    else:
        s0, s1 = before.change.intensity(extension), after.change.intensity(extension)
        x0, x1 = before.x, after.x
    intensity, volume = (s1 - s0) * (x1 + x0) / 2, (x1 - x0) * (s1 + s0) / 2
    frame = pd.DataFrame({"intensity": intensity, "volume": volume}, index=economy.index)
    if responded is not None:
        smallest = _ROUNDED * float(np.abs(s0 * x0).sum())
        frame = frame.where(frame.abs() > smallest, 0.0)
    frame["change"] = frame["intensity"] + frame["volume"]
    moved = frame[(frame["intensity"] != 0) | (frame["volume"] != 0)]
    ordered = moved.iloc[largest_first(moved["change"].abs().to_numpy())].copy()
    return labelled(ordered, economy, own.unit, own, status="predicted")


def paths(before: State, after: State, extension: str, *, threshold: float = 1e-2, most: int = 20) -> StructuralPaths:
    """Along which supply chains the levers' first changes of purchases change an extension, largest first.

    A lever changes what is bought first: w = ΔA x' + Δy. All output that follows is L w, so that the volume change of
    an extension is S L w exactly, and its paths and their remainder add up to that. What becomes cleaner per unit is
    not in it: see `channels`. The statistical discrepancy stays. Empty where no purchase changes.
    Raises UnknownExtensionError; InputError where the first changes carry nothing in total.
    """
    first = after.coefficients_change @ after.x + (after.Y - before.Y).sum(axis=1)
    smallest = _ROUNDING * float(np.abs(before.x).max())
    return paths_of_demand(
        after.economy, extension, np.where(np.abs(first) > smallest, first, 0.0), threshold=threshold, most=most
    )


@dataclass(frozen=True)
class Cost:
    """What a scenario costs the world, its parts, and the cost of a unit saved or gained; None with the reason.

    cost = spending + burden; net = cost − revenue, since levies are a transfer to a treasury. `amount` is what was
    saved (or gained). `per_unit` and `net_per_unit` are in `unit`; ranges come from the assumed figures. Where prices
    respond both are what the world has `lost`, transfers being in it on both sides, and the parts are None.
    """

    spending: float | None
    burden: float | None
    revenue: float | None
    amount: float | None
    per_unit: float | None
    net_per_unit: float | None
    range: tuple[float, float] | None
    net_range: tuple[float, float] | None
    unit: str
    reason: str = ""
    lost: float | None = None
    view: AnyView = "fixed prices"

    @property
    def cost(self) -> float | None:
        """Spending and burden together; where prices respond, what the world has lost."""
        if self.lost is not None:
            return self.lost
        return None if self.spending is None or self.burden is None else self.spending + self.burden

    @property
    def net(self) -> float | None:
        """The cost less what treasuries receive; where prices respond, what the world has lost."""
        if self.lost is not None:
            return self.lost
        return None if self.cost is None or self.revenue is None else self.cost - self.revenue


def cost_per(
    before: State,
    after: State,
    what: Literal["jobs"] | str,
    *,
    region: str | None = None,
    spread: Mapping[str, State] | None = None,
) -> Cost:
    """The scenario's cost per unit of an extension saved, or per job ("jobs") gained.

    The cost is the world's, whoever bears it. Savings of an extension count in all the world, direct use included, so
    that what only moves abroad is no saving; jobs count in `region` (default: where the levers act), women's and men's
    together. `spread` (see `outcomes.spread_of`) gives the range.
    Not modelled, with the reason, where a lever states no cost, where nothing is saved or gained, or where the economy
    lacks the data.
    """
    economy = after.economy
    unit = f"{economy.unit} per {_unit(after, what)}"
    reason = _why_no_cost(after, what)
    if reason:
        return _no_cost(unit, reason)
    regions = after.home if region is None else (region,)
    one = _costs(before, after, what, regions)
    if not _worth_dividing(one[3], before, what):
        where = f" in {', '.join(regions)}" if what == "jobs" else ""
        return _no_cost(unit, f"no {'job is gained' if what == 'jobs' else what + ' is saved'}{where}.", one)
    spending, burden, revenue, amount = one
    if not _worth_paying(spending, burden, before):
        return _no_cost(unit, "what these levers cost stands in no price and no treasury.", one)
    every = [one, *(_costs(before, state, what, regions) for state in (spread or {}).values())]
    gross = [(s + b) / a if _worth_dividing(a, before, what) else math.inf for s, b, _, a in every]
    net = [(s + b - r) / a if _worth_dividing(a, before, what) else math.inf for s, b, r, a in every]
    return Cost(
        spending, burden, revenue, amount, gross[0], net[0],
        (min(gross), max(gross)) if spread else None,
        (min(net), max(net)) if spread else None,
        unit,
    )  # fmt: skip


def cost_where_responding(before: State, responded: Responded, what: Literal["jobs"] | str, *, region: str) -> Cost:
    """What a scenario costs the world where prices respond, per kt of CO2 saved in it or per job gained in a region.

    Not modelled, with the reason, where a lever states no cost, nothing is saved or gained, or there is no answer.
    """
    answer, unit = responded.answer, f"{before.economy.unit} per {_unit(before, what)}"
    view = View(before, before, region, answer=answer, balance=responded.balance)
    if answer is None:
        return replace(_no_cost(unit, responded.why_not), view="prices respond")
    if what == "jobs":
        saved = jobs(view, answer, Terms()) - float(fixed.jobs(view, Terms())) if jobs_of(before.economy) else 0.0
    else:
        saved = float(fixed.in_the_world(view, Terms(what))) - in_the_world(view, answer, Terms(what))
    lost = lost_by_the_world(answer)
    reason = "the economy carries no jobs." if what == "jobs" and not jobs_of(before.economy) else ""
    reason = reason or without_cost(answer.orders)
    if not reason and not _worth_dividing(saved, before, what):
        reason = f"no job is gained in {region}." if what == "jobs" else f"no {what} is saved."
    per_unit = None if reason else lost / saved
    return Cost(None, None, None, saved, per_unit, per_unit, None, None, unit, reason, lost, "prices respond")


def _exact(value: Value, k: int) -> Array:
    """Σ over sets without i of |S|! (k − |S| − 1)! / k! × (value with i − value without)."""
    parts = np.zeros(k)
    for player in range(k):
        others = [other for other in range(k) if other != player]
        for size in range(k):
            weight = 1 / (k * math.comb(k - 1, size))
            for members in combinations(others, size):
                without = frozenset(members)
                parts[player] += weight * (value(without | {player}) - value(without))
    return parts


def _added(value: Value, order: Sequence[int]) -> Array:
    """What each player adds to those before it in one order."""
    added = np.empty(len(order))
    members: frozenset[int] = frozenset()
    for player in order:
        added[player] = value(members | {player}) - value(members)
        members |= {player}
    return added


def _why_no_cost(after: State, what: str) -> str:
    if what == "jobs":
        if not jobs_of(after.economy):
            return "the economy carries no jobs."
    else:
        after.economy.extension(what)
    return without_cost(after.orders)


def _costs(before: State, after: State, what: str, regions: Sequence[str]) -> tuple[float, float, float, float]:
    """Spending, burden, revenue (all the world's) and what is saved or gained."""
    who = incidence(before, after)
    world = after.economy.regions
    burden = float(who.burden["total"].sum())
    spending, revenue = who.treasury_of(world, "spending"), who.treasury_of(world, "revenue")
    return spending, burden, revenue, _amount(before, after, what, regions)


def _amount(before: State, after: State, what: str, regions: Sequence[str]) -> float:
    if what == "jobs":
        change = jobs_by_industry(after) - jobs_by_industry(before)
        return float(sum(change[after.economy.rows_of(region)].sum() for region in regions))
    return _total(before, what) - _total(after, what)


def _total(state: State, extension: str) -> float:
    return float(state.amount(extension).sum() + state.change.direct(extension).sum())


def _worth_dividing(amount: float, before: State, what: str) -> bool:
    """Whether something was saved that is more than the rounding of the totals."""
    total = float(jobs_by_industry(before).sum()) if what == "jobs" else _total(before, what)
    return amount > 1e-11 * abs(total)


def _worth_paying(spending: float, burden: float, before: State) -> bool:
    """Whether anybody pays, or saves, more than the rounding of the world's value added."""
    return max(abs(spending), abs(burden)) > 1e-11 * float(np.abs(before.income()).sum())


def _unit(after: State, what: str) -> str:
    names = jobs_of(after.economy) if what == "jobs" else (what,)
    return after.economy.extension(names[0]).unit if names else "job"


def _no_cost(
    unit: str, reason: str, parts: tuple[float | None, float | None, float | None, float | None] = (None,) * 4
) -> Cost:
    return Cost(*parts, None, None, None, None, unit, reason)
