"""A stress test as something that a scenario or a sweep is asked for besides: which shocks, for whom, how many runs.

The economies before and after a scenario are put through the same shocks with the same behaviours (one seed), so that
what differs between them is the scenario and not the draw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np

from kaldor import bounds
from kaldor.economy.economy import Economy
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.stress import STEPS, WEEKLY, StressResult, standard_shocks, stress, tail_mean
from kaldor.twin.shocks.summary import median

RUNS = 5
"""Behaviours a shock, where a scenario is asked for stress figures and nothing else is said."""


@dataclass(frozen=True, eq=False)
class StressPlan:
    """The stress test of a region: `runs` behaviours, drawn by `seed`, under each shock, over `steps` steps.

    `shocks` None means the standard set. `workers` threads share the runs; their number changes no figure.
    """

    region: str
    runs: int = RUNS
    seed: int = 1
    steps: int = STEPS
    shocks: Mapping[str, Shock] | None = None
    parameters: Parameters = WEEKLY
    workers: int | None = None

    def __post_init__(self) -> None:
        within = {"runs": (self.runs, bounds.RUNS), "steps": (self.steps, bounds.STEPS)}
        bounds.check("stress plan", **within, seed=(self.seed, bounds.SEED))

    def on(self, economy: Economy) -> StressResult:
        """An economy under this plan; asked again for the same economy and plan, the figures are at hand.

        Raises what `stress` raises.
        """
        return economy.once(_Kept).get(self.key, lambda: self._run(economy))

    def drawn_for(self, future: int) -> StressPlan:
        """The plan for one future of an ensemble: behaviours of its own, on one thread."""
        return replace(self, seed=(self.seed + future) % (int(bounds.SEED.high) + 1), workers=1)

    @property
    def declared(self) -> Mapping[str, Shock]:
        """The shocks by id, roles still in place of regions."""
        return standard_shocks() if self.shocks is None else self.shocks

    @cached_property
    def key(self) -> str:
        """All that decides the figures, as text."""
        shocks = {id: shock.model_dump(mode="json") for id, shock in self.declared.items()}
        parameters = self.parameters.model_dump(mode="json", exclude_unset=True)  # what is typed is not drawn
        return json.dumps([self.region, self.runs, self.seed, self.steps, shocks, parameters], sort_keys=True)

    def _run(self, economy: Economy) -> StressResult:
        return stress(
            economy,
            self.region,
            shocks=self.shocks,
            parameters=self.parameters,
            steps=self.steps,
            runs=self.runs,
            seed=self.seed,
            workers=self.workers,
        )


class _Kept:
    """What an economy gave under the plans that it was put through; each is run once, whoever asks."""

    def __init__(self, economy: Economy) -> None:
        # Locks of its own, one a plan: the economy's is for short work, and a run takes seconds.
        self._lock = Lock()
        self._locks: dict[str, Lock] = {}
        self._found: dict[str, StressResult] = {}

    def get(self, key: str, run: Callable[[], StressResult]) -> StressResult:
        with self._lock:
            own = self._locks.setdefault(key, Lock())
        with own:
            if key not in self._found:
                self._found[key] = run()
            return self._found[key]


# -- figures -----------------------------------------------------------------------------------------------------------


def at_risk(found: StressResult, run: int | None = None) -> float:
    """Mean loss over shocks (and runs, unless one is named), in % of a year's value added; NaN without any shock."""
    losses = _column(found, "value_added_at_risk", run)
    return 100 * float(losses.mean()) if len(losses) else float("nan")


def at_risk_in_the_tail(found: StressResult, run: int | None = None) -> float:
    """Mean of the worst twentieth of losses (at least one), in % of a year's value added; of one run: its worst."""
    losses = _column(found, "value_added_at_risk", run)
    return 100 * float(tail_mean(losses)) if len(losses) else float("nan")


def days_until_recovered(found: StressResult, run: int | None = None) -> float:
    """Median days to recover; a run that has not by the end of the simulated time counts as that time."""
    days = _column(found, "days_to_recover", run)
    return min(median(days), found.horizon) if len(days) else float("nan")


def changes_by_run(
    figure: Callable[[StressResult, int], float], before: StressResult, after: StressResult
) -> list[float]:
    """A figure's change under each behaviour by itself: the same behaviour and shocks, with and without the levers."""
    numbers = sorted(set(before.runs.index.get_level_values("run")))
    return [figure(after, number) - figure(before, number) for number in numbers]


def about_the_pair(before: StressResult, after: StressResult) -> str:
    """What stands behind a pair of stress figures and their band, in words."""
    shocks, runs = (len(set(before.runs.index.get_level_values(level))) for level in ("shock", "run"))
    said = (
        f"{shocks} shocks, {runs} behaviours each, seed {before.seed}, {before.horizon:g} days; band over the "
        "behaviours, the levers' figures at their own values."
    )
    late = [int((~np.isfinite(one.runs["days_to_recover"])).sum()) for one in (before, after)]
    if any(late):
        said += f" Not recovered by the end: {late[0]} of {shocks * runs} runs before, {late[1]} after."
    if before.not_modelled:
        said += " Left out: " + "; ".join(f"{id}, {why}" for id, why in before.not_modelled.items())
    return said


def _column(found: StressResult, name: str, run: int | None) -> np.ndarray:
    runs = found.runs
    chosen = runs if run is None else runs.xs(run, level="run")
    return chosen[name].to_numpy()
