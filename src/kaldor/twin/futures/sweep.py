"""Ensembles: every future of a design answered and measured, in parts that outlive a killed process.

The design is cut into parts of a fixed size. Each is answered on its own, from the same baseline, so that neither the
number of workers nor an interruption changes a number. A finished part is written in one step beside a note of what the
sweep is; a sweep that is begun again in the same folder takes up the parts that are there and runs the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor import threads
from kaldor.economy.economy import Array
from kaldor.errors import KaldorError
from kaldor.twin.futures.future import Future
from kaldor.twin.futures.many import grown_twin
from kaldor.twin.futures.sampling import Design
from kaldor.twin.futures.sweep_folder import PartResult, held
from kaldor.twin.futures.sweep_result import SweepResult, reasons_by_future
from kaldor.twin.futures.sweep_work import Work
from kaldor.twin.natures import nature_of
from kaldor.twin.order import said_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

__all__ = ["SweepResult", "probe", "sweep"]

MOST_PROBED = 200
"""Futures that `probe` looks at, if nothing else is asked."""

Progress = Callable[[int, int], None]


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
    `part` is how many futures are answered together (by default as many as memory holds, see `sweep_parts`).
    `progress` is told how many futures of how many are done. Before it starts, `told` gets in words how long it takes
    where prices respond, measured on the first few futures.

    Raises InputError where the folder holds another sweep or anything else, or the scheduler does not answer;
    StoreError where the folder cannot be written or another process sweeps into it. A future that cannot be run does
    not stop the sweep.
    """
    with nullcontext() if where is None else held(where) as folder, threads.one_each():
        work = Work(twin, design, part)
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


def _tell(progress: Progress | None, done: dict[int, PartResult], runs: int) -> None:
    if progress is not None:
        progress(sum(len(result[2]) for result in done.values()), runs)


def _assembled(work: Work, parts: Sequence[PartResult]) -> SweepResult:
    before: NDArray[np.float64] = np.concatenate([part[0] for part in parts])
    after: NDArray[np.float64] = np.concatenate([part[1] for part in parts])
    failed = reasons_by_future([text for part in parts for text in part[2]], "failed")
    after = work.meter.changed(before, after, work.twin.before())
    unanswered = reasons_by_future([text for part in parts for text in part[4]], "unanswered")
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
        unstressed=reasons_by_future([text for part in parts for text in part[3]], "unstressed"),
        notes=said_of(work.twin.economy, work.design.scenario, work.twin.levers),
        unanswered=unanswered,
        views=work.meter.views,
        responding=work.in_words(),
    )


def _unmoved(work: Work, failed: pd.Series, unanswered: pd.Series, change: Array) -> dict[str, str]:
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
