"""An economy after a scenario, and everything that can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import Shown
from kaldor.economy.lowrank import Baseline
from kaldor.errors import InputError, Problem
from kaldor.twin.change import Change
from kaldor.twin.levies import FinalLevy, Positions
from kaldor.twin.order import Order
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.shocks.stress_plan import StressPlan

_NOTHING = 1e-12  # of the largest output: what rounding leaves of an industry that nobody buys from any more


@dataclass(frozen=True, eq=False, repr=False)
class State(Shown):
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

    def in_a_line(self) -> str:
        """Which economy under which scenario."""
        return f"{self.economy.in_a_line()} after {self.scenario.called} ({self.method})"

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of the levers: rates and indices of prices that were used, names that mean nothing here."""
        return tuple(dict.fromkeys(note for order in self.orders for note in order.notes))

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
