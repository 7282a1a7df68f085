"""Ensembles: every future of a design answered and measured, in parts that outlive a killed process.

The design is cut into parts of a fixed size. Each is answered on its own, from the same baseline, so that neither the
number of workers nor an interruption changes a number. A finished part is written in one step beside a note of what the
sweep is; a sweep that is begun again in the same folder takes up the parts that are there and runs the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import kaldor
from kaldor import threads
from kaldor.atlas.published import PublishedEconomy
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import relabelled
from kaldor.economy.lowrank_batch import prepare
from kaldor.economy.solve import Factors, solver_of
from kaldor.errors import InputError, KaldorError, Problem, UnknownLabelError
from kaldor.twin.futures.future import Future
from kaldor.twin.futures.many import Answered, Many, grown_twin
from kaldor.twin.futures.mapping import map_parts
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.responding import Respondents
from kaldor.twin.futures.sampling import Design
from kaldor.twin.futures.sweep_folder import PartResult, held
from kaldor.twin.lever import Lever
from kaldor.twin.metric import Metric
from kaldor.twin.natures import nature_of
from kaldor.twin.order import said_of
from kaldor.twin.responding.closing import View
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED

PART = 64
"""Futures a part at most: enough for products of matrices, few enough to lose little."""

PART_BYTES = 64e6
"""Memory that a part's futures may take together; on a large table fewer than `PART` fit."""

MOST_PROBED = 200
"""Futures that `probe` looks at, if nothing else is asked."""

_TIMED = 3
"""Futures on which it is measured how long one takes where prices respond."""

LEVELS = (5.0, 25.0, 50.0, 75.0, 95.0)
"""Percentiles of a band."""

Progress = Callable[[int, int], None]
Of = Literal["before", "after", "change"]
Side = Literal["above", "below"]


def worse_side(metric: Metric) -> Side:
    """On which side of a bound a metric is worse. Raises InputError where it has no better and no worse."""
    if metric.better == "none":
        what = f"metric '{metric.id}' has no better and no worse, so that it cannot be told where it fails."
        raise InputError(Problem("--fails-when", what, "Say above or below."))
    return "below" if metric.better == "higher" else "above"


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What an ensemble gave: inputs and metrics of every future, before its levers and after.

    `not_modelled` says of metrics why there is nothing of them: the table does not carry them, or the levers have no
    data by which they would move; the latter are among `metrics`, and NaN with the levers and as a change.
    `failed` names, by future, why the scenario could not be run there; its metrics are NaN and in no band. Stress
    figures stand in the futures of `stressed` and are NaN in all others; `unstressed` names, by future, why one that
    was chosen for them could not be put under stress. Metrics that respond stand in the futures of `answered` and are
    NaN in all others; `unanswered` names, by future, why one that was chosen has no balance. `views` says which metrics
    these are, `responding` how prices respond.
    """

    design: Design
    metrics: tuple[Metric, ...]
    units: dict[str, str]
    not_modelled: dict[str, str]
    before_values: Array = field(repr=False)
    after_values: Array = field(repr=False)
    failed: pd.Series = field(repr=False)
    unstressed: pd.Series = field(repr=False, default_factory=lambda: _reasons([], "unstressed"))
    notes: tuple[str, ...] = ()
    """What must be said of the levers: rates and indices of prices that were used, names that mean nothing here."""
    unanswered: pd.Series = field(repr=False, default_factory=lambda: _reasons([], "unanswered"))
    views: Mapping[str, View] = field(default_factory=dict)
    responding: str = ""

    @property
    def answered(self) -> tuple[int, ...]:
        """The futures that were answered where prices respond."""
        left_out = {*self.failed.index, *self.unanswered.index}
        return tuple(number for number in self.design.responding if number not in left_out)

    @property
    def stressed(self) -> tuple[int, ...]:
        """The futures that carry stress figures: those chosen by the design, but for `failed` and `unstressed`."""
        return tuple(n for n in self.design.stressed if n not in self.failed.index and n not in self.unstressed.index)

    @property
    def inputs(self) -> pd.DataFrame:
        """What was drawn: futures × ranges."""
        return self.design.inputs

    @property
    def before(self) -> pd.DataFrame:
        """Metrics without the levers, grown where growth varies: futures × metrics."""
        return self._frame(self.before_values)

    @property
    def after(self) -> pd.DataFrame:
        """Metrics with the levers: futures × metrics."""
        return self._frame(self.after_values)

    @property
    def change(self) -> pd.DataFrame:
        """What the levers change: futures × metrics."""
        return self._frame(self.after_values - self.before_values)

    def values(self, metric: str, of: Of = "change") -> pd.Series:
        """One metric over the futures. Raises UnknownLabelError with the near match."""
        ids = [one.id for one in self.metrics]
        if metric not in ids:
            raise UnknownLabelError("metric", metric, ids)
        frame: pd.DataFrame = getattr(self, of)
        return relabelled(frame[metric], self.units[metric], like=frame)

    def failing(self, metric: str, bound: float, when: Side | None = None) -> pd.Series:
        """In which futures the change of a metric is worse than a bound, or on the side of it that is named.

        Futures that do not carry the metric are left out. Raises UnknownLabelError as `values`; InputError as
        `worse_side`, and where the change is not modelled, with the reason.
        """
        if metric in self.not_modelled:
            raise InputError(Problem(f"metric '{metric}'", f"{NOT_MODELLED}: {self.not_modelled[metric]}"))
        changes = self.values(metric).dropna()
        side = when or worse_side(next(one for one in self.metrics if one.id == metric))
        return changes < bound if side == "below" else changes > bound

    def bands(self, of: Of = "change", levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Percentiles of every metric over the futures that could be run.

        Index metric; columns title, unit, better, p5 … p95, mean, futures, failed; the seed and method are in `attrs`.
        `futures` says how many carry the metric: all that could be run, or the subsample under stress.
        """
        values: Array = getattr(self, of).to_numpy()
        columns = [column[np.isfinite(column)] for column in values.T]
        nothing = np.full(len(levels), np.nan)
        rows = [np.percentile(column, levels) if len(column) else nothing for column in columns]
        frame = pd.DataFrame(rows, columns=[f"p{level:g}" for level in levels])
        frame.insert(0, "title", [one.title for one in self.metrics])
        frame.insert(1, "unit", [self.units[one.id] for one in self.metrics])
        frame.insert(2, "better", [one.better for one in self.metrics])
        frame["mean"] = [column.mean() if len(column) else np.nan for column in columns]
        frame["futures"], frame["failed"] = [len(column) for column in columns], len(self.failed)
        frame.index = pd.Index([one.id for one in self.metrics], name="metric")
        frame.attrs |= self._about(of)
        return frame

    def _frame(self, values: Array) -> pd.DataFrame:
        frame = pd.DataFrame(values, columns=[one.id for one in self.metrics])
        frame.index.name = "future"
        frame.attrs |= {"units": dict(self.units), **self._about("")}
        return frame

    def _about(self, of: str) -> dict[str, object]:
        design = self.design
        about: dict[str, object] = {"seed": design.seed, "method": design.method, "runs": design.runs}
        about |= {"region": design.region, "scenario": design.scenario.id, "stressed": len(self.stressed)}
        return about | ({"of": of} if of else {})


def sweep(
    twin: Twin,
    design: Design,
    *,
    where: Path | None,
    scheduler: str | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    part: int | None = None,
    told: Callable[[str], None] | None = None,
) -> SweepResult:
    """Answer and measure every future of a design.

    `where` is a folder for finished parts (None: none are kept): begun again with the same design, the sweep goes on
    from there, with the same numbers. `workers` threads work here, or all workers of the Dask cluster at `scheduler`.
    `part` is how many futures are answered together (by default as many as `PART_BYTES` hold, `PART` at most).
    `progress` is told how many futures of how many are done. Before it starts, `told` gets in words how long it takes
    where prices respond, measured on the first few futures.

    Raises InputError where the folder holds another sweep or anything else, or the scheduler does not answer;
    StoreError where the folder cannot be written or another process sweeps into it. A future that cannot be run does
    not stop the sweep.
    """
    with nullcontext() if where is None else held(where) as folder, threads.one_each():
        work = _Work(twin, design, part)
        parts = range(-(-design.runs // work.part))
        done = {} if folder is None else folder.resume(work.digest, design.seed, design.runs, work.part)
        _tell(progress, done, design.runs)
        missing = [number for number in parts if number not in done]
        if told is not None and missing and (words := work.how_long(missing)):
            told(words)
        for number, result in work.results(missing, scheduler, workers):
            done[number] = result
            if folder is not None:
                folder.add(number, result)
            _tell(progress, done, design.runs)
    return _assembled(work, [done[number] for number in parts])


def probe(
    twin: Twin,
    design: Design,
    measure: Callable[[State, State], Mapping[str, float]],
    *,
    most: int = MOST_PROBED,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Something costly of at most `most` futures of a design, spread evenly over its order: a stress test, say.

    `measure` gets the states before and after the levers and names its figures. Index future (the numbers of the
    design); one column a figure; `attrs` say how many of how many were looked at, and the seed. A future that cannot be
    run has no row.
    """
    chosen = np.unique(np.linspace(0, design.runs - 1, min(most, design.runs)).round().astype(int))
    rows: dict[int, Mapping[str, float]] = {}
    for done, number in enumerate(chosen.tolist(), start=1):
        states = _states_of(twin, design.future(twin.economy, number))
        if states is not None:
            rows[number] = measure(*states)
        if progress is not None:
            progress(done, len(chosen))
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "future"
    frame.attrs |= {"probed": len(chosen), "runs": design.runs, "seed": design.seed}
    return frame


def _states_of(twin: Twin, future: Future) -> tuple[State, State] | None:
    """A future by itself, before its levers and after; None where it cannot be run."""
    try:
        grown = grown_twin(twin, future)
        return grown.before(), grown.run(future.scenario)
    except KaldorError:
        return None


class _Work:
    """A sweep to be made: how large its parts are, by whom they are made, and what is told of it."""

    def __init__(self, twin: Twin, design: Design, part: int | None) -> None:
        self.twin, self.design = twin, design
        self._parts = _Parts(twin, design)
        self.part = self._parts.fitting() if part is None else part
        self.meter = self._parts.meter

    def results(self, numbers: Sequence[int], scheduler: str | None, workers: int) -> Iterator[tuple[int, PartResult]]:
        """The parts of these numbers, as they get ready."""
        if not numbers:
            return iter(())
        calls = [(number, self.part) for number in numbers]
        if scheduler is None:
            return map_parts(_Parts.made, self._parts, calls, workers=workers)
        economy, levers = self.twin.economy, dict(self.twin.levers)
        sent = _Sent(economy.to_published(), solver_of(economy).factors, levers, self.design, self.digest)
        return map_parts(_made_away, sent, calls, scheduler=scheduler)

    def how_long(self, missing: Sequence[int]) -> str:
        """How long the parts of these numbers take where prices respond, in words; empty where none does."""
        left = [number for number in self.design.responding if number // self.part in set(missing)]
        each = self._parts.seconds_each(left[:_TIMED]) if left else 0.0
        if not each:
            return ""
        of = f"{len(self.design.responding):,} of {self.design.runs:,} futures"
        return (
            f"Prices respond in {of}: {each:.2g} s each, measured on the first {min(_TIMED, len(left))}; about "
            f"{each * len(left):,.0f} s for the {len(left):,} that are left, on one core."
        )

    def in_words(self) -> str:
        """How prices respond, or why not; empty at fixed prices."""
        return self._parts.in_words()

    def unmoved(self, future: Future, metrics: Sequence[Metric]) -> dict[str, str]:
        """Which of some metrics a future cannot move for want of data, and why, by id."""
        return self._parts.unmoved(future, metrics)

    @property
    def digest(self) -> str:
        """A fingerprint of the design, the economy, the levers, the metrics, the size of parts and the version."""
        economy, hashed = self.twin.economy, sha256()
        extensions = [
            array for e in economy.extensions.values() for array in (e.F, e.F_Y, e.missing) if array is not None
        ]
        for array in (economy.Z, economy.Y, economy.x, *extensions):
            hashed.update(np.ascontiguousarray(array).tobytes())
        used = sorted({setting.lever for setting in self.design.scenario.levers})
        written = {
            "labels": [economy.regions, economy.sectors, economy.demands, list(economy.extensions)],
            "levers": [self.twin.levers[id].model_dump(mode="json") for id in used],
            "metrics": [metric.model_dump(mode="json") for metric in self.meter.metrics],
            "design": self.design.digest,
            "part": self.part,
            "version": kaldor.__version__,
        }
        hashed.update(json.dumps(written, sort_keys=True).encode())
        return hashed.hexdigest()


class _Parts:
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


@dataclass(frozen=True, eq=False)
class _Sent:
    """What a worker elsewhere is sent, once: the table with its factors, and all that decides the futures."""

    published: PublishedEconomy
    factors: Factors
    levers: dict[str, Lever]
    design: Design
    digest: str

    def parts(self) -> _Parts:
        """What makes the parts, with a twin of the worker's own."""
        economy = Economy.from_published(self.published)
        solver_of(economy).adopt(self.factors)
        return _Parts(Twin(economy, self.levers), self.design)


def _made_away(sent: _Sent, call: tuple[int, int]) -> tuple[int, PartResult]:
    """A part made by a worker elsewhere, whose cores are its parts', not one product's."""
    with threads.one_each():
        with _MAKING:
            if sent.digest not in _AWAY:
                _AWAY.clear()
                _AWAY[sent.digest] = sent.parts()
            parts = _AWAY[sent.digest]
        return parts.made(call)


_MAKING = Lock()
_AWAY: dict[str, _Parts] = {}
"""What this worker makes parts with, by the fingerprint of the sweep; one at a time."""


def _tell(progress: Progress | None, done: dict[int, PartResult], runs: int) -> None:
    if progress is not None:
        progress(sum(len(result[2]) for result in done.values()), runs)


def _assembled(work: _Work, parts: Sequence[PartResult]) -> SweepResult:
    before: NDArray[np.float64] = np.concatenate([part[0] for part in parts])
    after: NDArray[np.float64] = np.concatenate([part[1] for part in parts])
    failed = _reasons([text for part in parts for text in part[2]], "failed")
    after = work.meter.changed(before, after, work.twin.before())
    unanswered = _reasons([text for part in parts for text in part[4]], "unanswered")
    still = _unmoved(work, failed, unanswered, after - before)
    for column, metric in enumerate(work.meter.metrics):
        if metric.id in still:
            after[:, column] = np.nan
            if nature_of(str(metric.measure)).of_change:
                before[:, column] = np.nan
    return SweepResult(
        design=work.design,
        metrics=work.meter.metrics,
        units=work.meter.units(work.twin.before()),
        not_modelled={**work.meter.not_modelled, **still},
        before_values=before,
        after_values=after,
        failed=failed,
        unstressed=_reasons([text for part in parts for text in part[3]], "unstressed"),
        notes=said_of(work.twin.economy, work.design.scenario, work.twin.levers),
        unanswered=unanswered,
        views=work.meter.views,
        responding=work.in_words(),
    )


def _unmoved(work: _Work, failed: pd.Series, unanswered: pd.Series, change: Array) -> dict[str, str]:
    """Metrics that no future moves since the levers lack the data for it, and why (change: futures × metrics).

    The levers' data are the same in all futures, so that the first which could be run tells of every one.
    """
    design, left_out = work.design, {*failed.index, *unanswered.index}
    first = next((number for number in (*design.responding, *range(design.runs)) if number not in left_out), None)
    moved = np.asarray(np.nan_to_num(change).any(axis=0))
    still = [metric for metric, moves in zip(work.meter.metrics, moved, strict=True) if not moves]
    if first is None or not still:
        return {}
    return work.unmoved(design.future(work.twin.economy, first), still)


def _reasons(texts: Sequence[str], name: str) -> pd.Series:
    """The texts that say something, by future."""
    said = pd.Series({i: text for i, text in enumerate(texts) if text}, name=name, dtype=str)
    said.index.name = "future"
    return said
