"""Many futures of one economy answered together, each as exactly as `Twin.run` would alone.

Levers act on all futures of a batch at once, by the same functions as everywhere (`kaldor.twin.change`); what they make
of the table is solved together (`kaldor.economy.lowrank_batch`), and so is growth, which leaves A as it is: no future
holds a table or a factor of its own. Where a lever asks for more than some future has, the batch is halved until that
future stands alone and is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.lowrank_batch import BatchedBaseline
from kaldor.errors import KaldorError
from kaldor.twin.change import Change
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growing import Growing
from kaldor.twin.futures.growth import Factors, grown
from kaldor.twin.futures.states import ChangedCells, FutureStates, changed_cells
from kaldor.twin.levies import Positions
from kaldor.twin.measured import Measured
from kaldor.twin.order import Order, orders_of
from kaldor.twin.possible import impossible
from kaldor.twin.start import Start
from kaldor.twin.state import State
from kaldor.twin.twin import Twin, act

_MOST_OF_N = 0.25  # a change of A of a higher rank than this part of n costs more than a new factor
_VECTORS, _COPIES = 60, 4  # vectors over all industries, and copies of what changed, that a future takes at its peak
_NONE = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Answered:
    """Some futures, in their order, before their levers and after.

    `failed` says for each why its scenario cannot be run there, "" where it can; `after` then means nothing for it, and
    is None where none of them can be run. `before` is None where growth itself is impossible.
    """

    before: Measured | None
    after: Measured | None
    failed: tuple[str, ...]


class Many:
    """Answers futures of one twin, in batches. Make it once; several threads may ask it at once.

    `runs` is how many futures will be asked for.
    """

    def __init__(self, twin: Twin, *, runs: int = 1_000) -> None:
        self.twin, self.economy = twin, twin.economy
        self._growing = Growing(twin.economy, BatchedBaseline(twin.baseline, runs=runs))
        self._before = twin.before()
        self._old: dict[tuple[int, bytes], Array] = {}
        self.one_by_one = Lock()
        """Held while the twin itself runs: its baseline remembers images, and is not for several threads."""

    @property
    def before(self) -> State:
        """The economy as published, before any lever and any growth."""
        return self._before

    def start(self, factors: Factors) -> Start:
        """One economy as it has grown at fixed prices, before any lever. Raises InputError where it cannot."""
        return self._growing.start(factors)

    def answers(self, futures: Futures) -> Iterator[Answered]:
        """Futures before and after their levers, in their order. What cannot be run is said, not raised."""
        try:
            found = self._together(futures)
        except KaldorError:
            if len(futures) == 1:
                yield self._refused(futures.one(0))
            else:
                yield from self._halved(futures)
            return
        if found is None:
            yield from (self._alone(futures.one(number)) for number in range(len(futures)))
        else:
            yield found

    def bytes_each(self, futures: Futures) -> int:
        """About how much memory a future of a batch takes while it is answered and measured, from one of them."""
        vectors = _VECTORS * self.economy.n
        try:
            change = self._changed(futures.part(slice(0, 1)))
        except KaldorError:
            return 8 * vectors
        cells, final = changed_cells(change).delta.size, sum(block.size for block in change.final_blocks().values())
        charged = sum(levy.cells.size for levy in change.final_levies)
        return 8 * (vectors + _COPIES * (cells + final + charged))

    # -- inside --------------------------------------------------------------------------------------------------------

    def _together(self, futures: Futures) -> Answered | None:
        """All futures at once; None where their levers change too much of A for that."""
        change = self._changed(futures)
        cells = changed_cells(change)
        if cells.rank > _MOST_OF_N * self.economy.n:
            return None
        after = FutureStates(change, cells, futures.scenario.closure, self._growing)
        asked, made = impossible(change), impossible(change, after.x)
        failed = tuple(
            asked[number] or (made[number] if fine else self._unproductive(cells, number))
            for number, fine in enumerate(after.productive)
        )
        return Answered(self._befores(change), after, failed)

    def _befores(self, change: Change) -> Measured:
        """The economies of the futures before their levers; the published one where nothing has grown."""
        if change.start.demand is None:
            return self._before
        none = Change(self.economy, change.start, industries=_NONE, final=_NONE)
        return FutureStates(none, changed_cells(none), "pass-through", self._growing)

    def _changed(self, futures: Futures) -> Change:
        """What the levers make of all futures. Raises KaldorError if one of them cannot be run."""
        orders = self._orders(futures)
        named = {region for order in orders for region in (*order.regions, *order.bloc)}
        at = np.array([i for i, region in enumerate(self.economy.regions) if region in named], dtype=np.intp)
        industries, final = (
            (at[:, None] * width + np.arange(width)).ravel()
            for width in (len(self.economy.sectors), len(self.economy.demands))
        )
        start = self._growing.start(futures.factors, len(futures))
        old = partial(self._old_inputs, industries)
        change = Change(self.economy, start, industries=industries, final=final, old=old)
        act(change, orders)
        return change

    def _orders(self, futures: Futures) -> list[Order]:
        """Every lever with the strengths and figures of all futures as columns (futures × 1)."""
        lowest, highest = futures.ends()
        orders_of(self.economy, lowest, self.twin.levers)  # numbers out of bounds are at one of the ends
        orders = orders_of(self.economy, highest, self.twin.levers)
        found = []
        for order, strengths, figures in zip(orders, futures.strengths.T, futures.figures, strict=True):
            columns = {name: values[:, None] for name, values in figures.items()}
            found.append(replace(order, strength=strengths[:, None], figures={**order.figures, **columns}))
        return found

    def _old_inputs(self, industries: Positions, product: int) -> Array:
        """Published coefficients of a product (regions × industries), shared by all futures."""
        key = (product, industries.tobytes())
        if key not in self._old:
            of_product = self.economy.Z[product :: len(self.economy.sectors)][:, industries]
            self._old[key] = of_product * self.economy.per_output[industries]
        return self._old[key]

    def _halved(self, futures: Futures) -> Iterator[Answered]:
        middle = len(futures) // 2
        for half in (slice(0, middle), slice(middle, None)):
            yield from self.answers(futures.part(half))

    def _refused(self, future: Future) -> Answered:
        """A future whose levers refuse, or in which an industry would have to produce less than nothing."""
        before: Measured | None = None
        try:
            alone = self._growing.start(Futures.of([future]).factors, 1)
            before = self._befores(Change(self.economy, alone))
            act(
                Change(self.economy, self._growing.start(future.factors)),
                orders_of(self.economy, future.scenario, self.twin.levers),
            )
        except KaldorError as error:
            return Answered(before, None, (str(error),))
        raise AssertionError("a future that was refused in a batch of one was not refused alone")

    def _alone(self, future: Future) -> Answered:
        """A future whose levers change much of A, by itself."""
        with self.one_by_one:
            twin = grown_twin(self.twin, future)
            before = twin.before()
            try:
                return Answered(before, twin.run(future.scenario), ("",))
            except KaldorError as error:
                return Answered(before, None, (str(error),))

    def _unproductive(self, cells: ChangedCells, future: int) -> str:
        """Why a future cannot be run, with what its levers make of A."""
        added = np.zeros(self.economy.n)
        added[cells.columns] = cells.delta[future].sum(axis=0)
        return str(self.twin.baseline.solver.unproductive(" after the change", added))


def grown_twin(twin: Twin, future: Future) -> Twin:
    """A twin of the economy as a future has grown it; it solves with the same factor.

    Raises InputError where an industry would have to produce less than nothing.
    """
    if future.factors is None or future.factors.none:
        return twin
    return Twin(grown(twin.economy, future.factors), twin.levers)
