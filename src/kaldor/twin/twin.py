"""The twin: one economy prepared once, and any scenario of levers answered on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kaldor.economy.economy import Array, Economy
from kaldor.economy.lowrank import Baseline, Response
from kaldor.errors import InputError, Problem, UnproductiveEconomyError
from kaldor.twin import acts
from kaldor.twin.change import Change
from kaldor.twin.declared import packaged_levers
from kaldor.twin.lever import Lever
from kaldor.twin.levies import FinalLevy, Positions
from kaldor.twin.order import Order, orders_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.start import published

_NOTHING = 1e-12  # of the largest output: what rounding leaves of an industry that nobody buys from any more

VALUE_ADDED = "value_added"


@dataclass(frozen=True, eq=False)
class State:
    """An economy after a scenario, or before any (`Twin.before`).

    x output in volumes, i.e. at baseline prices (n); Y final demand in volumes (n × m); prices relative to the baseline
    (n, 1 = unchanged); value_added per unit of output, levies included (n); multipliers by extension (n), those of
    "value_added" being the prices; coefficients_change, the change of A (n × n, sparse); stress, what a stress test of
    the changed economy found, None where none was asked for.
    """

    economy: Economy
    scenario: Scenario
    change: Change
    x: Array
    Y: Array
    prices: Array
    value_added: Array
    multipliers: Mapping[str, Array]
    method: Literal["low rank", "full solve", "baseline"]
    rank: int
    coefficients_change: coo_array = field(repr=False)
    orders: tuple[Order, ...] = field(repr=False, default=())
    stress: StressResult | None = field(repr=False, default=None)
    _baseline: Baseline | None = field(repr=False, default=None)

    @property
    def home(self) -> tuple[str, ...]:
        """The regions in which the scenario's levers act, in the economy's order."""
        named = {region for order in self.orders for region in (order.regions or order.bloc)}
        return tuple(region for region in self.economy.regions if region in named)

    def amount(self, extension: str) -> Array:
        """What each industry emits (employs, extracts) (n), in the extension's unit; unallocated amounts stay."""
        return self.change.intensity(extension) * self.x + self.economy.unallocated(extension)

    def income(self) -> Array:
        """Value added of each industry (n), levies that it pays included, in the table's unit."""
        return self.value_added * self.x

    def coefficients(self, columns: NDArray[np.intp]) -> Array:
        """Columns of A after the scenario (n × len(columns))."""
        old = self.economy.Z[:, columns] * self.economy.per_output[columns]
        return old + self.coefficients_change.tocsc()[:, columns].toarray() if self.coefficients_change.nnz else old

    def inverse_columns(self, columns: NDArray[np.intp]) -> Array:
        """Columns of L after the scenario (n × len(columns)): all output that stands behind one unit of each."""
        if self._baseline is None:
            raise ValueError("this state was made by hand; only a Twin's states know their baseline")
        return self._baseline.columns(self.coefficients_change, columns)

    def bought(self, columns: slice | Positions) -> Array:
        """What some columns of final demand buy together, volumes (n)."""
        return np.asarray(self.Y[:, columns].sum(axis=1))

    def worth(self, prices: Array) -> Array:
        """What each column of final demand buys, at some prices (n), in the table's unit (m)."""
        return np.asarray(prices @ self.Y)

    def due(self, levy: FinalLevy) -> Array:
        """What is paid of a levy on final purchases in each cell that it charges, in the table's unit."""
        return np.asarray(levy.cells * self.Y[levy.rows][:, levy.columns])

    def inputs(self, industries: Positions) -> Array:
        """What some industries buy together, volumes (n)."""
        return np.asarray(self.coefficients(industries) @ self.x[industries])

    def supply(self, industries: Positions, among: NDArray[np.bool_]) -> tuple[Array, Array]:
        """What industries use of each product per unit of output, and of it the most from one of some regions.

        `among` (regions) marks those. Both products × industries.
        """
        regions, sectors = len(self.economy.regions), len(self.economy.sectors)
        by_region = self.coefficients(industries).reshape(regions, sectors, -1)
        return by_region.sum(axis=0), by_region[among].max(axis=0, initial=0.0)

    def behind(self, block: Positions) -> Array:
        """All output that stands behind a block's own output, volumes (n): L'_·B L'_BB⁻¹ x'_B."""
        columns = self.inverse_columns(block)
        return np.asarray(columns @ np.linalg.solve(columns[block], self.x[block]))

    def as_economy(self) -> Economy:
        """The changed economy as a table of its own, in volumes at the baseline's prices: Z' = A'x̂', Y', x' and F'.

        Outputs less uses leave the baseline's discrepancy, so that it balances as the baseline does. Value added is
        output less inputs at the old prices. Without levers it is the baseline itself.
        Raises InputError where an industry would have to produce less than nothing.
        """
        flows = _changed_flows(self)
        return flows if flows is self.economy and not self.orders else _with_amounts(flows, self)

    def stressed(self, plan: StressPlan) -> State:
        """The same state with what a stress test of its economy found. Raises what `kaldor.twin.shocks.stress` does."""
        return replace(self, stress=plan.on(_changed_flows(self)))

    def levies_paid(self) -> dict[str, Array]:
        """Each levy on industries (n), in the table's unit; negative where it is a subsidy."""
        return {levy.name: levy.rate * self.x for levy in self.change.levies}


class Twin:
    """Answers scenarios on one economy. Make it once; each `run` costs milliseconds to a second.

    Several threads may share one: what it remembers locks itself.
    Raises UnproductiveEconomyError at once if the economy cannot be solved.
    """

    def __init__(self, economy: Economy, levers: Mapping[str, Lever] | None = None) -> None:
        self.economy = economy
        self.levers = packaged_levers() if levers is None else levers
        self.rows = (*economy.extensions, VALUE_ADDED)
        intensities = [economy.S(name) for name in economy.extensions]
        self._v = published(economy).v
        self._baseline = Baseline(economy, np.stack([*intensities, self._v]))

    def before(self, *, stress: StressPlan | None = None) -> State:
        """The baseline as a state, to compare with; with `stress` it carries the baseline's stress figures."""
        nothing = Scenario(id="baseline", title="Baseline")
        answer = Response(self._baseline.x, self._baseline.M, "low rank", 0)
        change = Change(self.economy)
        state = self._state(nothing, change, change.delta_A(), self.economy.Y, self._v, answer)
        return state if stress is None else state.stressed(stress)

    def run(self, scenario: Scenario, *, stress: StressPlan | None = None) -> State:
        """The economy under a scenario; with `stress` also under the shocks of the plan, which takes seconds a run.

        Raises InputError (levers out of bounds, unknown labels, missing data: all together),
        ContradictingLeversError, UnproductiveEconomyError with the lever that made the economy so.
        """
        orders = orders_of(self.economy, scenario, self.levers)
        try:
            state = replace(self._solve(scenario, self._changed(orders)), orders=orders)
        except UnproductiveEconomyError as error:
            raise self._with_lever(scenario, orders, error) from error
        return state if stress is None else state.stressed(stress)

    def _changed(self, orders: Sequence[Order]) -> Change:
        change = Change(self.economy)
        act(change, orders)
        return change

    def _with_lever(
        self, scenario: Scenario, orders: Sequence[Order], error: UnproductiveEconomyError
    ) -> UnproductiveEconomyError:
        """The same error with the first lever after which the economy no longer reproduces itself."""
        for count, order in enumerate(orders, start=1):
            try:
                self._solve(scenario, self._changed(orders[:count]))
            except UnproductiveEconomyError:
                parameter = order.lever.parameter
                place = f"scenario '{scenario.id}', lever {count} ({order.lever.id})"
                return UnproductiveEconomyError(
                    f"{place} at {order.strength:g} {parameter.unit}: {error} "
                    f"Lower its strength (bounds {parameter.low:g} to {parameter.high:g}) or its figures."
                )
        return error

    def _solve(self, scenario: Scenario, change: Change) -> State:
        delta_A, Y = change.delta_A(), change.Y()
        v = change.value_added(scenario.closure)
        answer = self._respond(change, delta_A, Y, v)
        if scenario.closure == "savings re-spent":
            Y = self._respent(change, Y, answer.multipliers[-1])
            answer = self._respond(change, delta_A, Y, v)
        return self._state(scenario, change, delta_A, Y, v, answer)

    def _respent(self, change: Change, Y: Array, prices: Array) -> Array:
        """Final demand after households spend as much as before, at the new prices, on more or less of all they buy."""
        economy = self.economy
        made = economy.has_output
        paid = np.where(made, prices, 0.0) @ Y
        for levy in change.final_levies:
            charged = levy.cells * np.where(made[:, None], Y, 0.0)[levy.rows][:, levy.columns]
            paid[levy.columns] += charged.sum(axis=0)
        spent = np.array(Y)
        spent[made] *= more_of_all(change, paid)
        return spent

    def _respond(self, change: Change, delta_A: coo_array, Y: Array, v: Array) -> Response:
        delta_S = np.stack([*(change.intensity(e) - self.economy.S(e) for e in self.economy.extensions), v - self._v])
        delta_y = Y.sum(axis=1) - self.economy.Y.sum(axis=1) if Y is not self.economy.Y else None
        return self._baseline.respond(
            delta_A,
            delta_y=delta_y if delta_y is not None and delta_y.any() else None,
            delta_S=delta_S if delta_S.any() else None,
        )

    def _state(
        self, scenario: Scenario, change: Change, delta_A: coo_array, Y: Array, v: Array, answer: Response
    ) -> State:
        # An industry without output has no price of its own; it keeps the baseline's.
        prices = np.where(self.economy.has_output, answer.multipliers[-1], 1.0)
        return State(
            economy=self.economy,
            scenario=scenario,
            change=change,
            x=answer.x,
            Y=Y,
            prices=prices,
            value_added=v,
            multipliers=dict(zip(self.rows, answer.multipliers, strict=True)),
            method=answer.method,
            rank=answer.rank,
            coefficients_change=delta_A,
            _baseline=self._baseline,
        )


def _changed_flows(state: State) -> Economy:
    """The economy with Z, Y and x after the scenario, extensions as before; the economy itself if no flow changed."""
    economy, delta = state.economy, state.coefficients_change
    if not delta.nnz and np.array_equal(state.Y, economy.Y):
        return economy
    x = np.where(economy.has_output, state.x, 0.0)
    x[np.abs(x) <= _NOTHING * economy.x.max()] = 0.0
    if x.min() < 0:
        where = economy.index[int(np.argmin(x))]
        raise InputError(
            Problem(f"scenario '{state.scenario.id}'", f"output of {where} would fall below zero.", "Lower its levers.")
        )
    A = economy.A()
    A[delta.coords] += delta.data
    A *= x
    Y = np.array(state.Y)
    for array in (A, Y, x):
        array.flags.writeable = False
    return replace(economy, Z=A, Y=Y, x=x)


def _with_amounts(economy: Economy, state: State) -> Economy:
    """An economy that carries what its industries and final users emit (employ, extract) after the scenario."""
    found = []
    for id, extension in economy.extensions.items():
        F, F_Y = state.amount(id), np.array(state.change.direct(id))
        F.flags.writeable = F_Y.flags.writeable = False
        found.append(replace(extension, F=F, F_Y=F_Y))
    return economy.with_extensions(*found)


def act(change: Change, orders: Sequence[Order]) -> None:
    """Let levers act on a change, in their order; one of no strength does nothing."""
    for order in orders:
        if order.lever.function is not None and np.any(order.strength):
            acts.function(order.lever.function)(change, order)


def more_of_all(change: Change, paid: Array) -> Array:
    """How many times as much households buy (m) to spend as before, where they would pay `paid` (m); 1 for others.

    What nobody produces has no price to pay, and more of it cannot be had: entries of published tables that stay, and
    are in neither sum.
    """
    economy, per_column = change.economy, change.start.per_column
    budget = economy.Y[economy.has_output].sum(axis=0) * (1.0 if per_column is None else per_column)
    households = np.array([economy.demand_roles.get(demand) == "households" for demand in economy.demands])
    able = np.tile(households, len(economy.regions)) & (paid > 0)
    return np.divide(budget, paid, out=np.ones_like(paid), where=able)
