"""The twin: one economy prepared once, and any scenario of levers answered on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import Shown
from kaldor.economy.lowrank import Baseline, Response
from kaldor.economy.multipliers import OF_THE_TABLE
from kaldor.errors import InputError, Problem, UnproductiveEconomyError
from kaldor.twin import acts
from kaldor.twin.change import Change
from kaldor.twin.declared import packaged_levers
from kaldor.twin.lever import Lever
from kaldor.twin.order import Order, orders_of
from kaldor.twin.possible import impossible
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.start import published
from kaldor.twin.state import State

if TYPE_CHECKING:
    from kaldor.twin.responding.respondent import Respondent


class Twin(Shown):
    """Answers scenarios on one economy. Make it once; each `run` costs milliseconds to a second.

    Several threads may share one: what it remembers locks itself. `baseline` is the economy prepared for small changes,
    whose intensities are the rows named in `rows`. Twins of one economy may share a `respondent`.
    Raises UnproductiveEconomyError at once if the economy cannot be solved.
    """

    def __init__(
        self, economy: Economy, levers: Mapping[str, Lever] | None = None, *, respondent: Respondent | None = None
    ) -> None:
        self.economy = economy
        self._respondent = respondent
        self.levers = packaged_levers() if levers is None else levers
        self.rows = (*economy.extensions, OF_THE_TABLE)
        intensities = [economy.S(name) for name in economy.extensions]
        self._v = published(economy).v
        self.baseline = Baseline(economy, np.stack([*intensities, self._v]))

    def in_a_line(self) -> str:
        """Which economy, and how many levers wait for it."""
        return f"Twin of {self.economy.in_a_line()}; {len(self.levers)} levers"

    @cached_property
    def respondent(self) -> Respondent:
        """Who answers scenarios where prices respond, shared with other twins or made at the first question."""
        from kaldor.twin.responding.respondent import Respondent

        return self._respondent or Respondent(self.economy)

    def before(self, *, stress: StressPlan | None = None) -> State:
        """The baseline as a state, to compare with; with `stress` it carries the baseline's stress figures."""
        nothing = Scenario(id="baseline", title="Baseline")
        answer = Response(self.baseline.x, self.baseline.M, "low rank", 0)
        change = Change(self.economy)
        state = self._state(nothing, change, change.delta_A(), self.economy.Y, self._v, answer)
        return state if stress is None else state.stressed(stress)

    def run(self, scenario: Scenario, *, stress: StressPlan | None = None) -> State:
        """The economy under a scenario; with `stress` also under the shocks of the plan, which takes seconds a run.

        Raises InputError (levers out of bounds, unknown labels, missing data: all together; a lever that would make
        output, purchases or emissions negative),
        ContradictingLeversError, UnproductiveEconomyError with the lever that made the economy so.
        """
        orders = orders_of(self.economy, scenario, self.levers)
        change = self._changed(orders)
        if any(impossible(change)):
            raise self._impossible(scenario, orders)
        try:
            state = replace(self._solve(scenario, change), orders=orders)
        except UnproductiveEconomyError as error:
            raise self._with_lever(scenario, orders, error) from error
        if any(impossible(change, state.x)):
            raise self._impossible(scenario, orders)
        return state if stress is None else state.stressed(stress)

    def _changed(self, orders: Sequence[Order]) -> Change:
        change = Change(self.economy)
        act(change, orders)
        return change

    def _impossible(self, scenario: Scenario, orders: Sequence[Order]) -> InputError:
        """The error of a state below zero, with the first lever after which it is."""
        for count in range(1, len(orders) + 1):
            change = self._changed(orders[:count])
            (what,) = impossible(change)
            if not what:
                (what,) = impossible(change, self._solve(scenario, change).x)
            if what:
                break
        order = orders[count - 1]
        parameter = order.lever.parameter
        remedy = f"Check its figures, or lower its strength ({order.strength:g} {parameter.unit})."
        return InputError(Problem(f"scenario '{scenario.id}', lever {count} ({order.lever.id})", what, remedy))

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
        return self.baseline.respond(
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
            _baseline=self.baseline,
        )


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
