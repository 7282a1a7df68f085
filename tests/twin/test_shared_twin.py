"""One twin that several threads ask at once answers each as if it were alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np
import pytest

from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from tests.twin.random_world import random_world

WORLD = random_world(3)


def scenario(lever: str, strength: float, region: str, **more: Any) -> Scenario:
    """One lever on one industry, so that different levers change the same column of A in different directions."""
    setting = LeverSetting(lever=lever, strength=strength, regions=(region,), sectors=("metals",), **more)
    return Scenario(id=f"{lever}-{strength}", levers=(setting,))


SCENARIOS = [
    scenario(lever, strength, region, products=products)
    for region in ("AAA", "BBB")
    for strength in (5.0, 20.0, 35.0)
    for lever, products in (
        ("material-efficiency", ("mining",)),
        ("electricity-efficiency", ("energy", "fuels")),
        ("material-efficiency", ("services", "energy", "minerals")),
    )
]


class Meeting(dict[Any, Any]):
    """A memory in which two threads that write meet before either goes on, unless only one can come."""

    def __init__(self) -> None:
        super().__init__()
        self.barrier, self.met = Barrier(2), False

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        try:
            self.barrier.wait(timeout=0.5)
            self.met = True
        except BrokenBarrierError:
            self.barrier.reset()


def wrong(found: State, expected: State) -> bool:
    gaps = [np.abs(found.x - expected.x).max() / expected.x.max(), np.abs(found.prices - expected.prices).max()]
    return max(gaps) > 1e-9


def alone(asked: Sequence[Scenario]) -> list[State]:
    """What each scenario gives on a twin of its own."""
    return [Twin(WORLD).run(one) for one in asked]


def test_two_threads_that_meet_between_look_up_and_write_are_both_right() -> None:
    asked = SCENARIOS[:2]
    expected, twin, meeting = alone(asked), Twin(WORLD), Meeting()
    assert wrong(*expected)
    twin.baseline._right._known = meeting
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(twin.run, asked))
    assert not any(wrong(one, other) for one, other in zip(found, expected, strict=True))
    assert not meeting.met


def _runs(count: int) -> int:
    """How many of so many runs by four threads on one twin are wrong."""
    expected, twin = dict(zip(range(len(SCENARIOS)), alone(SCENARIOS), strict=True)), Twin(WORLD)
    order = np.random.default_rng(1).integers(0, len(SCENARIOS), count).tolist()
    with ThreadPoolExecutor(4) as threads:
        return sum(threads.map(lambda number: wrong(twin.run(SCENARIOS[number]), expected[number]), order))


def test_some_runs_of_four_threads_are_right() -> None:
    assert _runs(300) == 0


@pytest.mark.long
def test_five_thousand_runs_of_four_threads_are_right() -> None:
    assert _runs(5_000) == 0
