"""Runs of a shock that differ in behaviour only, in parts that go through the model side by side.

A product of matrices that serves sixteen runs costs little more than one that serves two, so runs share a part. How
many depends on the size of the table alone, and never on the number of threads: results are the same to the last digit
on any machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, pairwise

import numpy as np

from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.course import Course, simulate_together
from kaldor.twin.shocks.parameters import Behaviour
from kaldor.twin.shocks.timeline import Timeline

_ENOUGH = 16  # runs from which more in a part save little, and leave other cores idle
_SMALL = 16_000_000  # bytes of a part that is not worth a second one: there the interpreter is what takes time
_ROOM = 128_000_000  # bytes that a part may take, or
_ROOM_OF_TABLE = 0.25  # as much of what the flow table takes


def run_all(
    body: Body,
    timeline: Timeline,
    behaviours: Sequence[Behaviour],
    steps: int,
    *,
    keep: int = 0,
    workers: int | None = None,
    stepped: Callable[[], None] | None = None,
) -> list[Course]:
    """A course for each behaviour, as `simulate_together`; `workers` threads (by default all cores) share the parts."""
    parts = parts_of(body, timeline, behaviours)
    before = np.cumsum([0, *(len(part) for part in parts)])
    works = [
        partial(simulate_together, body, timeline, part, steps, keep=max(0, keep - int(first)), stepped=stepped)
        for part, first in zip(parts, before, strict=False)
    ]
    return list(chain.from_iterable(_in_threads(works, workers or os.cpu_count() or 1)))


def parts_of(body: Body, timeline: Timeline, behaviours: Sequence[Behaviour]) -> list[list[Behaviour]]:
    """The behaviours in order, in parts as equal as can be."""
    parts = -(-len(behaviours) // _most_in_a_part(body, timeline))
    bounds = np.linspace(0, len(behaviours), parts + 1).astype(int)
    return [list(behaviours[first:stop]) for first, stop in pairwise(bounds)]


def _most_in_a_part(body: Body, timeline: Timeline) -> int:
    each = bytes_of_a_run(body, timeline)
    room = max(_ROOM, _ROOM_OF_TABLE * body.economy.Z.nbytes)
    return max(1, int(min(max(_ENOUGH, _SMALL // each), room // each)))


def bytes_of_a_shock(body: Body, timeline: Timeline, steps: int, runs: int) -> int:
    """What the courses of all runs take, and the states of those in one part."""
    by_step = steps * (body.R + 2 * body.S)  # value added by region, stocks and deliveries by product
    kept = steps * 3 * body.n  # of the central run: production, and unmet demand twice
    together = min(runs, _most_in_a_part(body, timeline))
    return 8 * (runs * (by_step + 8 * body.n) + kept) + together * bytes_of_a_run(body, timeline)


def bytes_of_a_run(body: Body, timeline: Timeline) -> int:
    """What one more run takes in a part: stocks, orders, goods on their way, preferences, rebuilding."""
    transit = timeline.longest_delay + 1 if timeline.longest_delay else 0
    by_route = body.S * body.table.G * body.R * (1 + body.table.K * (3 + transit))  # preferences, specific goods
    return 8 * (body.S * body.n * (2 + transit) + by_route + 2 * body.n * len(timeline.rebuilding.industries))


def _in_threads(works: Sequence[Callable[[], list[Course]]], workers: int) -> list[list[Course]]:
    """Results of all works in order; numpy releases the interpreter's lock, so threads run side by side."""
    if (
        min(workers, len(works)) == 1
    ):  # joblib would hand it on, to the cluster whose worker we may be, and wait for itself
        return [work() for work in works]
    from joblib import Parallel, delayed

    found: list[list[Course]] = Parallel(n_jobs=workers, prefer="threads")(delayed(work)() for work in works)
    return found
