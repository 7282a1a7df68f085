"""Many states at once: what `kaldor.twin.state.State` says of one economy, arrays with the futures as leading axis.

The levers have acted (`kaldor.twin.change.Change`, on all futures together); here is what the economies then are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.economy.multipliers import OF_THE_TABLE
from kaldor.twin.change import Change
from kaldor.twin.futures.demand import FinalDemand
from kaldor.twin.futures.growing import Growing
from kaldor.twin.levies import FinalLevy, Positions
from kaldor.twin.scenario import Closure
from kaldor.twin.shocks.stress import StressResult
from kaldor.twin.twin import more_of_all


@dataclass(frozen=True, eq=False)
class ChangedCells:
    """The cells of A that differ from the old ones in any future: `delta` (futures × rows × columns), 0 elsewhere.

    `moved` says the same by product (futures × regions × industries that the change keeps).
    """

    rows: Positions
    columns: Positions
    delta: Array
    moved: Mapping[int, Array]

    @property
    def rank(self) -> int:
        """Of the change of A, at most."""
        return min(len(self.rows), len(self.columns))


def changed_cells(change: Change) -> ChangedCells:
    """What the levers of a change made of A."""
    sectors, kept = len(change.economy.sectors), change.payers.positions
    moved = dict(change.moved_inputs())
    differs = {product: (difference != 0).any(axis=0) for product, difference in moved.items()}
    used = [np.flatnonzero(cells.any(axis=0)) for cells in differs.values()]
    columns = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *used]))
    rows, delta = [np.empty(0, dtype=np.intp)], [np.empty((*change.shape, 0, len(columns)))]
    for product, cells in differs.items():
        regions = np.flatnonzero(cells.any(axis=1))
        rows.append(regions * sectors + product)
        cell: tuple[Any, ...] = (..., *np.ix_(regions, columns))
        delta.append(moved[product][cell])
    return ChangedCells(np.concatenate(rows), kept[columns], np.concatenate(delta, axis=-2), moved)


class FutureStates:
    """The economies of many futures after their levers; all that `kaldor.twin.measured.Measured` promises."""

    stress: StressResult | None = None

    def __init__(self, change: Change, cells: ChangedCells, closure: Closure, growing: Growing) -> None:
        self.change, self.economy = change, change.economy
        self._growing, self._moved = growing, cells.moved
        self.response = growing.shared.respond(cells.rows, cells.columns, cells.delta)
        self.value_added = change.value_added(closure)
        self._made: dict[str, Array] = {}
        self._demand = FinalDemand(change)
        if closure == "savings re-spent":
            self._demand.again = more_of_all(change, self._paid_by_final_users())
        self.x: Array = self.response.output(change.start.x, self._demand.more())

    @property
    def productive(self) -> NDArray[np.bool_]:
        """Which futures can reproduce themselves; figures of the others mean nothing."""
        return self.response.productive

    @cached_property
    def prices(self) -> Array:
        """Prices (futures × n), 1 = unchanged; an industry without output keeps the baseline's."""
        return np.where(self.economy.has_output, self.multipliers[OF_THE_TABLE], 1.0)

    @property
    def multipliers(self) -> Mapping[str, Array]:
        """Multipliers (futures × n) by extension, each made when it is first asked for."""
        return _Multipliers(self)

    def amount(self, extension: str) -> Array:
        """What each industry emits (employs, extracts) (futures × n); unallocated amounts stay."""
        return self.change.intensity(extension) * self.x + self.economy.unallocated(extension)

    def income(self) -> Array:
        """Value added of each industry (futures × n), levies that it pays included."""
        return self.value_added * self.x

    def bought(self, columns: slice | Positions) -> Array:
        """What some columns of final demand buy together (futures × n)."""
        return self._demand.bought(columns)

    def worth(self, prices: Array) -> Array:
        """What each column of final demand buys, at some prices (n) (futures × m)."""
        return self._demand.worth(prices)

    def due(self, levy: FinalLevy) -> Array:
        """What is paid of a levy on final purchases in each cell that it charges."""
        return np.asarray(levy.cells * self._demand.cells(levy.product, levy.columns))

    def inputs(self, industries: Positions) -> Array:
        """What some industries buy together (futures × n)."""
        x = np.broadcast_to(self.x, (*self.change.shape, self.economy.n))[..., industries]
        bought = x @ self._old_coefficients(industries).T
        if self._kept(industries):
            at = self.change.payers.at(industries)
            for product, moved in self._moved.items():
                bought[..., product :: len(self.economy.sectors)] += (moved[..., at] @ x[..., None])[..., 0]
        return np.asarray(bought)

    def supply(self, industries: Positions, among: NDArray[np.bool_]) -> tuple[Array, Array]:
        """What industries use of each product per unit of output, and of it the most from one of some regions.

        `among` (regions) marks those. Both futures × products × industries.
        """
        regions, sectors = len(self.economy.regions), len(self.economy.sectors)
        by_region = self._old_coefficients(industries).reshape(regions, sectors, -1)
        shape = (*self.change.shape, sectors, len(industries))
        of_product = np.array(np.broadcast_to(by_region.sum(axis=0), shape))
        largest = np.array(np.broadcast_to(by_region[among].max(axis=0, initial=0.0), shape))
        if self._kept(industries):
            at = self.change.payers.at(industries)
            for product, moved in self._moved.items():
                used = by_region[:, product] + moved[..., at]
                of_product[..., product, :] = used.sum(axis=-2)
                largest[..., product, :] = used[..., among, :].max(axis=-2, initial=0.0)
        return of_product, largest

    def behind(self, block: Positions) -> Array:
        """All output that stands behind a block's own output (futures × n)."""
        return self.response.behind_block(block, self.x)

    # -- inside --------------------------------------------------------------------------------------------------------

    def _paid_by_final_users(self) -> Array:
        """What each column of final demand would pay for what it bought so far, at the new prices (futures × m)."""
        made = self.economy.has_output
        paid = self._demand.worth(np.where(made, self.prices, 0.0))
        for levy in self.change.final_levies:
            paid[..., levy.columns] += np.where(made[levy.rows][:, None], self.due(levy), 0.0).sum(axis=-2)
        return paid

    def _multiplier(self, name: str) -> Array:
        if name not in self._made:
            old, moved = self._before_A(name)
            self._made[name] = self.response.multipliers(old + self._growing.shared.left(moved) if moved.any() else old)
        return self._made[name]

    def _before_A(self, name: str) -> tuple[Array, Array]:
        """Multipliers before any lever, and what levers add to the intensity."""
        start = self.change.start
        if name == OF_THE_TABLE:
            return self._growing.shared.M[-1], self.value_added - start.v
        return self._growing.multipliers(start, name), self.change.intensity(name) - start.S(name)

    def _old_coefficients(self, industries: Positions) -> Array:
        return self.economy.Z[:, industries] * self.economy.per_output[industries]

    def _kept(self, industries: Positions) -> bool:
        """Whether levers may act on these industries (all of one region)."""
        return len(self.change.payers.among(industries)) == len(industries)


class _Multipliers(Mapping[str, Array]):
    """Multipliers of states by name; the states keep those that were made.

    (One kept by the states would hold them in a circle, and with them all memory of a batch until a collector comes.)
    """

    def __init__(self, states: FutureStates) -> None:
        self._states = states

    def __getitem__(self, name: str) -> Array:
        if name not in list(self):
            raise KeyError(name)
        return self._states._multiplier(name)

    def __iter__(self) -> Iterator[str]:
        return iter([*self._states.economy.extensions, OF_THE_TABLE])

    def __len__(self) -> int:
        return len(self._states.economy.extensions) + 1
