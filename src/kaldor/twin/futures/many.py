"""Many futures of one economy answered together, each as exactly as `Twin.run` would alone.

A future is a scenario on an economy that may have grown. Levers act one future at a time, by the same functions as
everywhere; what they make of the table is then solved for all futures of a batch together
(`kaldor.economy.lowrank_batch`), because the baseline's inverse serves all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from kaldor.economy.economy import Array, Economy
from kaldor.economy.lowrank_batch import MOST_ROWS, BatchedBaseline, BatchResponse
from kaldor.errors import KaldorError
from kaldor.twin import acts
from kaldor.twin.change import Change
from kaldor.twin.futures.growth import Factors, grown
from kaldor.twin.order import Order, orders_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import State, Twin, _respent

Positions = NDArray[np.intp]

_MOST_OF_N = 0.25  # with more columns changed than this part of n, a future is solved by itself
_BASELINE = Scenario(id="baseline", title="Baseline")


@dataclass(frozen=True, eq=False)
class Future:
    """One scenario on the economy, or on the economy grown by `factors`."""

    scenario: Scenario
    factors: Factors | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """A future before its levers and after; `after` is None where the scenario cannot be run, and `failed` says why."""

    before: State
    after: State | None
    failed: str = ""


@dataclass(frozen=True, eq=False)
class FutureState(State):
    """A state that was solved in a batch. `behind` (n) is all output behind the block that the batch was asked for."""

    behind: Array | None = field(repr=False, default=None)
    _inverse: Callable[[Positions], Array] | None = field(repr=False, default=None)

    def inverse_columns(self, columns: Positions) -> Array:
        """Columns of L after the scenario (n × len(columns))."""
        return super().inverse_columns(columns) if self._inverse is None else self._inverse(columns)


class FutureChange(Change):
    """A change whose old coefficients are shared by all futures, and which keeps only what came of it.

    The copies of a future's products are some ten megabytes; once its levers have acted (`finish`), the few columns
    that they touched, final demand, intensities and levies are all that is left of them.
    """

    def __init__(self, economy: Economy, old: Callable[[int], Array]) -> None:
        super().__init__(economy)
        self._old = old
        self._delta: coo_array | None = None
        self._touched: Positions = np.empty(0, dtype=np.intp)
        self._D: Array = np.empty((economy.n, 0))
        self._final_use: Array | None = None
        self._intensities: dict[str, Array] = {}

    def finish(self) -> None:
        """Say that all levers have acted: what came of it is made, and the copies are given back."""
        self._touched, self._D = self._columns()
        rows, columns = np.nonzero(self._D)
        n = self.economy.n
        self._delta = coo_array((self._D[rows, columns], (rows, self._touched[columns])), shape=(n, n))
        self._final_use = super().Y()
        self._intensities = {extension: super(FutureChange, self).intensity(extension) for extension in self._moved()}
        # Rates that were functions of the change held it, and with it all copies, in a circle.
        self._levies = [(levy.name, levy.rate, levy.recipient) for levy in self.levies]
        self._final_levies = [(levy.name, levy.rate, levy.recipient) for levy in self.final_levies]
        self._late.clear()
        self._claimants.clear()
        self._claims.clear()
        self._A.clear()
        self._Y.clear()

    @property
    def touched(self) -> Positions:
        """The columns of A that levers changed."""
        return self._touched

    def delta_A(self) -> coo_array:
        """Changed less old coefficients, sparse (n × n)."""
        return super().delta_A() if self._delta is None else self._delta

    def Y(self) -> Array:
        """Final demand (n × m) after the change."""
        return super().Y() if self._final_use is None else self._final_use

    def intensity(self, extension: str) -> Array:
        """Intensity (n) of an extension after all levers."""
        return self._intensities[extension] if extension in self._intensities else super().intensity(extension)

    def dense_columns(self, columns: Positions) -> Array:
        """Changed less old coefficients of columns (n × len(columns)) that hold all that were touched, ascending."""
        D = np.zeros((self.economy.n, len(columns)))
        D[:, np.searchsorted(columns, self._touched)] = self._D
        return D

    def _old_inputs(self, position: int) -> Array:
        return self._old(position).copy()

    def _moved(self) -> list[str]:
        return [extension for extension in self.economy.extensions if extension in self._S or extension in self._late]

    def _blocks(self, product: str) -> tuple[Array, Array]:
        if self._delta is not None and self.economy.sector_position(product) not in self._A:
            raise RuntimeError(f"the levers have acted; '{product}' is no longer held")
        return super()._blocks(product)

    def _columns(self) -> tuple[Positions, Array]:
        """The columns that differ from the old ones, ascending, and by how much (n × columns)."""
        differs = {p: np.flatnonzero((block != self._old(p)).any(axis=0)) for p, block in self._A.items()}
        touched = np.unique(np.concatenate([np.empty(0, dtype=np.intp), *differs.values()]))
        D = np.zeros((self.economy.n, len(touched)))
        for product, columns in differs.items():
            at = np.searchsorted(touched, columns)
            D[product :: self._sectors, at] = self._A[product][:, columns] - self._old(product)[:, columns]
        return touched, D


@dataclass(frozen=True, eq=False)
class _Begun:
    """A future whose levers have acted and which is not solved yet."""

    scenario: Scenario
    orders: tuple[Order, ...]
    change: FutureChange
    Y: Array
    v: Array


class Many:
    """Answers futures of one twin, in batches. Make it once; several threads may ask it at once.

    `block` are the rows whose look-through suppliers will be asked for (a country's manufacturing).
    """

    def __init__(self, twin: Twin, *, block: Positions | None = None) -> None:
        self.twin, self.economy = twin, twin.economy
        self.block = block if block is not None and len(block) else None
        self._blocks: dict[int, Array] = {}
        self._one_by_one = Lock()
        self.shared = BatchedBaseline(twin._baseline) if twin.economy.n <= MOST_ROWS else None
        self._before = twin.before()
        if self.shared is not None:
            none = np.empty(0, dtype=np.intp)
            found = self.shared.respond(none, np.empty((1, self.economy.n, 0)))
            change = FutureChange(self.economy, self._old)
            self._before = self._state(
                _Begun(_BASELINE, (), change, self.economy.Y, twin._v), found, 0, self._behind(found)
            )

    @property
    def before(self) -> State:
        """The economy as published, before any lever and any growth."""
        return self._before

    def answers(self, futures: Sequence[Future]) -> list[Answer]:
        """Each future before and after its levers, in their order. What cannot be run is said, not raised."""
        if self.shared is None:
            return [self._alone(future) for future in futures]
        befores = self._befores(futures)
        begun: list[_Begun | KaldorError] = []
        for future, before in zip(futures, befores, strict=True):
            try:
                begun.append(self._begin(future.scenario, before.economy))
            except KaldorError as error:
                begun.append(error)
        ready = [b for b in begun if isinstance(b, _Begun)]
        solved = iter(self._solve(ready))
        found = []
        for before, one in zip(befores, begun, strict=True):
            after = next(solved) if isinstance(one, _Begun) else one
            failed = str(after) if isinstance(after, KaldorError) else ""
            found.append(Answer(before, None if isinstance(after, KaldorError) else after, failed))
        return found

    # -- one future ---------------------------------------------------------------------------------------------------

    def _begin(self, scenario: Scenario, economy: Economy) -> _Begun:
        orders = orders_of(economy, scenario, self.twin.levers)
        change = FutureChange(economy, self._old)
        for order in orders:
            if order.lever.function is not None and order.strength != 0:
                acts.function(order.lever.function)(change, order)
        change.finish()
        return _Begun(scenario, orders, change, change.Y(), self.twin._value_added(scenario, change))

    def _alone(self, future: Future) -> Answer:
        """A table too large for the explicit inverse: the future by itself, by low rank."""
        with self._one_by_one:  # a baseline remembers images, and is not for several threads
            twin, before = self.twin, self._before
            if future.factors is not None and not future.factors.none:
                twin = Twin(grown(self.economy, future.factors), self.twin.levers)
                before = twin.before()
            try:
                return Answer(before, twin.run(future.scenario))
            except KaldorError as error:
                return Answer(before, None, str(error))

    def _old(self, position: int) -> Array:
        """Coefficients (regions × n) of one product in the baseline, shared by all futures."""
        if position not in self._blocks:
            step = len(self.economy.sectors)
            self._blocks[position] = self.economy.Z[position::step] * self.economy.per_output
        return self._blocks[position]

    # -- many ---------------------------------------------------------------------------------------------------------

    def _befores(self, futures: Sequence[Future]) -> list[State]:
        """The economy of each future before its levers; the same object where nothing has grown."""
        at = [i for i, f in enumerate(futures) if f.factors is not None and not f.factors.none]
        befores = [self._before] * len(futures)
        if at:
            economies = [grown(self.economy, futures[i].factors) for i in at]  # type: ignore[arg-type]
            starts = [
                _Begun(_BASELINE, (), FutureChange(economy, self._old), economy.Y, self.twin._v)
                for economy in economies
            ]
            for i, state in zip(at, self._solve(starts), strict=True):
                if isinstance(state, KaldorError):  # growth keeps A, which is productive
                    raise state
                befores[i] = state
        return befores

    def _solve(self, begun: Sequence[_Begun]) -> list[State | KaldorError]:
        if not begun or self.shared is None:
            return []
        columns = np.unique(np.concatenate([one.change.touched for one in begun]))
        if len(columns) > _MOST_OF_N * self.economy.n and len(begun) > 1:
            return [self._solve([one])[0] for one in begun]
        D = np.stack([one.change.dense_columns(columns) for one in begun])
        S = np.stack([self._intensities(one) for one in begun])
        found = self.shared.respond(columns, D, y=np.stack([_demand(one, one.Y) for one in begun]), S=S)
        respent = [i for i, one in enumerate(begun) if one.scenario.closure == "savings re-spent"]
        if respent:
            begun = [self._respend(one, found, b) if b in respent else one for b, one in enumerate(begun)]
            found = self.shared.respond(columns, D, y=np.stack([_demand(one, one.Y) for one in begun]), S=S)
        behind = self._behind(found)
        return [
            self._state(one, found, b, behind)
            if found.productive[b]
            else self.twin._baseline.solver.unproductive(" after the change")
            for b, one in enumerate(begun)
        ]

    def _respend(self, one: _Begun, found: BatchResponse, b: int) -> _Begun:
        if not found.productive[b]:
            return one
        Y = _respent(one.change.economy, one.change, one.Y, found.multipliers[b, -1])
        return _Begun(one.scenario, one.orders, one.change, Y, one.v)

    def _intensities(self, one: _Begun) -> Array:
        return np.stack([*(one.change.intensity(e) for e in self.economy.extensions), one.v])

    def _behind(self, found: BatchResponse) -> Array | None:
        return None if self.block is None else found.behind_block(self.block)

    def _state(self, one: _Begun, found: BatchResponse, b: int, behind: Array | None) -> FutureState:
        economy, delta = one.change.economy, one.change.delta_A()
        return FutureState(
            economy=economy,
            scenario=one.scenario,
            change=one.change,
            x=found.x[b],
            Y=one.Y,
            prices=np.where(economy.has_output, found.multipliers[b, -1], 1.0),
            value_added=one.v,
            multipliers=dict(zip(self.twin.rows, found.multipliers[b], strict=True)),
            method="low rank" if one.orders else "baseline",
            rank=len(found.columns),
            coefficients_change=delta,
            orders=one.orders,
            behind=None if behind is None else behind[b],
            _inverse=lambda columns: found.inverse_columns(b, columns),
        )


def _demand(one: _Begun, Y: Array) -> Array:
    """Final demand of all users, the discrepancy with it (n)."""
    return Y.sum(axis=1) + one.change.economy.discrepancy
