"""A part of an ensemble: some of its futures, answered and measured."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.lowrank_batch import prepare
from kaldor.errors import KaldorError
from kaldor.twin.futures.future import Future
from kaldor.twin.futures.many import Answered, Many, grown_twin
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.responding import Respondents
from kaldor.twin.futures.sampling import Design
from kaldor.twin.futures.sweep_folder import PartResult
from kaldor.twin.metric import Metric
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

PART = 64
"""Futures a part at most: enough for products of matrices, few enough to lose little."""

PART_BYTES = 64e6
"""Memory that a part's futures may take together; on a large table fewer than `PART` fit."""


class Parts:
    """Makes parts: answers and measures their futures. Of one economy, factor and design they are the same anywhere."""

    def __init__(self, twin: Twin, design: Design) -> None:
        prepare(twin.economy)
        self._twin = Twin(twin.economy, twin.levers)  # made again, with that factor and under this limit of threads
        self._design = design
        self._many = Many(self._twin, runs=design.runs)
        stressed = design.stress is not None
        self.meter = Meter(
            twin.economy, design.region, design.bloc, design.metrics, blocs=design.scenario.blocs, stressed=stressed,
            responding=design.scenario.view == "prices respond",
        )  # fmt: skip
        asked = self.meter.responding
        self._respondents = Respondents(self._many, design.scenario, asked, self.meter.region, self.meter.bloc)
        self._responding, self._chosen = self.meter.places(asked), frozenset(design.responding)
        self._before = self.meter.values(self._many.before, self._many.before)

    def fitting(self) -> int:
        """How many futures a part may have, by the memory that they take."""
        each = self._many.bytes_each(self._design.futures(self._twin.economy, slice(0, 1)))
        return int(min(PART, max(1, PART_BYTES // each)))

    def made(self, call: tuple[int, int]) -> tuple[int, PartResult]:
        """A part by its number, and how many futures each part has."""
        number, part = call
        first = number * part
        futures = self._design.futures(self._twin.economy, slice(first, first + part))
        before, after = (np.full((len(futures), len(self._before)), np.nan) for _ in range(2))
        failed: list[str] = []
        for answered in self._many.answers(futures):
            at = slice(len(failed), len(failed) + len(answered.failed))
            self._measure(answered, before[at], after[at])
            failed += answered.failed
        unanswered = self._respond(first, before, after, failed)
        return number, (before, after, failed, self._stressed(first, before, after, failed), unanswered)

    def seconds_each(self, numbers: Sequence[int]) -> float:
        """How long a future takes where prices respond, by some of them, all being prepared; 0 where none can be."""
        if self._respondents.why_not or not self.meter.responding:
            return 0.0
        taken = [self._seconds(number) for number in (numbers[0], *numbers)]
        return sum(taken[1:]) / len(numbers)  # the first also prepared the table

    def _seconds(self, number: int) -> float:
        started = perf_counter()
        with suppress(KaldorError):
            pair = self._respondents.pair(self._design.future(self._twin.economy, number))
            self._respondents.values(pair)
        return perf_counter() - started

    def in_words(self) -> str:
        """How prices respond, or why not; empty at fixed prices."""
        if not self.meter.responding:
            return ""
        if self._respondents.why_not:
            return f"Prices do not respond here: {self._respondents.why_not}"
        return self._respondents.in_words(self._design.scenario)

    def unmoved(self, future: Future, metrics: Sequence[Metric]) -> dict[str, str]:
        """Which of some metrics a future cannot move for want of data, and why, by id."""
        found = self.meter.unmoved(grown_twin(self._twin, future), future.scenario)
        if any(metric in self.meter.responding for metric in metrics):
            found |= self._respondents.unmoved(future.scenario)
        return {metric.id: found[metric.id] for metric in metrics if metric.id in found}

    def _respond(self, first: int, before: Array, after: Array, failed: Sequence[str]) -> list[str]:
        """Fill in the metrics that respond of those futures that are answered so; why one has no balance."""
        reasons = [""] * len(failed)
        before[:, self._responding] = after[:, self._responding] = np.nan
        if self._respondents.why_not or not self.meter.responding:
            return reasons
        for i in range(len(failed)):
            if failed[i] or first + i not in self._chosen:
                continue
            try:
                pair = self._respondents.pair(self._design.future(self._twin.economy, first + i))
                before[i, self._responding], after[i, self._responding] = self._respondents.values(pair)
            except KaldorError as error:
                reasons[i] = str(error)
        return reasons

    def _measure(self, answered: Answered, before: Array, after: Array) -> None:
        """Fill in the metrics (futures × metrics)."""
        if answered.before is not None:
            same = answered.before is self._many.before
            before[:] = self._before if same else self.meter.values(answered.before, answered.before)
        if answered.before is not None and answered.after is not None:
            after[:] = self.meter.values(answered.before, answered.after)
        after[[text != "" for text in answered.failed]] = np.nan

    def _stressed(self, first: int, before: Array, after: Array, failed: Sequence[str]) -> list[str]:
        """Fill in the stress figures of those futures that carry them; why one could not be put under stress."""
        columns = [i for i, metric in enumerate(self.meter.metrics) if metric.stress]
        reasons = [""] * len(failed)
        for i in range(len(failed)):
            try:
                plan = None if failed[i] else self._design.stress_of(first + i)
                if plan is not None:
                    start, end = (state.stressed(plan) for state in self._alone(first + i))
                    before[i, columns] = self.meter.values(start, start)[columns]
                    after[i, columns] = self.meter.values(start, end)[columns]
            except KaldorError as error:
                reasons[i] = str(error)
        return reasons

    def _alone(self, number: int) -> tuple[State, State]:
        """A future by itself, before its levers and after."""
        future = self._design.future(self._twin.economy, number)
        with self._many.one_by_one:
            twin = grown_twin(self._twin, future)
            return twin.before(), twin.run(future.scenario)
