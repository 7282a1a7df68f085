"""Which futures are looked at: Latin hypercube and Sobol samples of declared ranges, with their seed.

- *Latin hypercube* (McKay, Beckman & Conover 1979): each range is cut into as many equal parts as there are runs, and
  each part is met once. Good for bands and for finding where a strategy fails.
- *Sobol* (Saltelli 2010): the sample from which first- and total-order sensitivities are counted; for k ranges and a
  base of N (a power of 2) it takes N (k + 2) runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

import numpy as np
import pandas as pd

from kaldor import bounds
from kaldor.atlas.memory import refuse_beyond_memory
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growth import Growth
from kaldor.twin.futures.ranges import Range, check_ranges, future_of, futures_of, shocks_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.shocks.idle import refuse_without_value_added
from kaldor.twin.shocks.stress import roles_of
from kaldor.twin.shocks.stress_plan import StressPlan
from kaldor.twin.twin import Twin

_METRICS = 100  # more than a sweep measures, before and after
MOST_STRESSED = 200
"""Futures of an ensemble that may carry stress figures."""

Method = Literal["latin hypercube", "sobol"]


@dataclass(frozen=True, eq=False)
class Design:
    """An ensemble before it is run: the scenario, what varies, the drawn values (runs × ranges), and what is measured.

    `years` after the table's year, the growth rates have worked that long. `metrics` None means all that the economy
    can give. With `stress`, the futures numbered in `stressed` go through its shocks, each with behaviours of its own.
    The futures numbered in `responding` are answered where prices respond; none at fixed prices.
    """

    scenario: Scenario
    ranges: tuple[Range, ...]
    values: Array = field(repr=False)
    method: Method
    seed: int
    region: str
    bloc: tuple[str, ...] = ()
    metrics: tuple[str, ...] | None = None
    growth: tuple[Growth, ...] = ()
    years: float = 0.0
    stress: StressPlan | None = None
    stressed: tuple[int, ...] = ()
    responding: tuple[int, ...] = ()

    @property
    def runs(self) -> int:
        """How many futures."""
        return len(self.values)

    @property
    def inputs(self) -> pd.DataFrame:
        """The drawn values: one row a future, one column a range; `attrs["units"]` and `attrs["sources"]` by column."""
        frame = pd.DataFrame(self.values, columns=[one.name for one in self.ranges])
        frame.index.name = "future"
        frame.attrs |= {
            "units": {one.name: one.unit for one in self.ranges},
            "sources": {one.name: one.source for one in self.ranges},
            "seed": self.seed,
            "method": self.method,
        }
        return frame

    def futures(self, economy: Economy, at: slice) -> Futures:
        """Some of the futures, ready to be answered together."""
        return futures_of(economy, self.scenario, self.growth, self.years, self.ranges, self.values[at])

    def future(self, economy: Economy, number: int) -> Future:
        """One of the futures by itself."""
        return future_of(economy, self.scenario, self.growth, self.years, self.ranges, self.values[number])

    def stress_of(self, number: int) -> StressPlan | None:
        """The stress test of a future, its shocks as large and long as they are there; None outside the subsample.

        Raises InputError where ranges that are each possible make a shock that is not.
        """
        if self.stress is None or number not in self._stressed:
            return None
        shocks = shocks_of(self.stress.declared, self.ranges, self.values[number])
        return replace(self.stress.drawn_for(number), shocks=shocks)

    @cached_property
    def _stressed(self) -> frozenset[int]:
        return frozenset(self.stressed)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that decides the futures."""
        written: dict[str, Any] = {
            "scenario": self.scenario.model_dump(mode="json"),
            "ranges": [one.model_dump(mode="json") for one in self.ranges],
            "growth": [one.model_dump(mode="json") for one in self.growth],
            "years": self.years,
            "region": self.region,
            "bloc": self.bloc,
            "metrics": self.metrics,
            "seed": self.seed,
            "method": self.method,
            "stress": None if self.stress is None else [self.stress.key, self.stressed],
            "responding": self.responding,
        }
        hashed = sha256(json.dumps(written, sort_keys=True).encode())
        hashed.update(np.ascontiguousarray(self.values).tobytes())
        return hashed.hexdigest()


def plan(
    twin: Twin,
    scenario: Scenario,
    ranges: Sequence[Range],
    *,
    runs: int,
    seed: int,
    region: str,
    method: Method = "latin hypercube",
    bloc: Sequence[str] = (),
    metrics: Sequence[str] | None = None,
    growth: Sequence[Growth] = (),
    years: float = 0.0,
    stress: StressPlan | None = None,
    stressed: int = MOST_STRESSED,
    responding: int = bounds.MOST_RESPONDING,
) -> Design:
    """Draw an ensemble of futures of a scenario. For Sobol `runs` is the base sample, a power of 2.

    With `stress`, a subsample of `stressed` futures, drawn by `seed`, also carries stress figures. Where prices respond
    all futures are answered so if they are at most `responding`; else a subsample of so many that `seed` draws, of a
    Sobol sample its first part, which is a smaller one.
    Raises InputError with every range that does not fit; for a stress test of another region, or of more than 200
    futures.
    """
    bounds.check("design", runs=(runs, bounds.FUTURES), seed=(seed, bounds.SEED), years=(years, bounds.YEARS_AHEAD))
    bounds.check("design", responding=(responding, bounds.RESPONDING))
    rows = runs * (len(ranges) + 2 if method == "sobol" else 1)
    refuse_beyond_memory(
        8 * rows * (3 * len(ranges) + 2 * _METRICS),
        "design",
        f"a sweep of {rows:,} futures over {len(ranges)} ranges",
        "Run fewer futures.",
    )
    check_ranges(twin, scenario, ranges, years, None if stress is None else stress.declared)
    if stress is not None:
        _check_stress(twin.economy, stress, stressed, region)
    low, high = np.array([r.low for r in ranges]), np.array([r.high for r in ranges])
    unit = latin_hypercube(len(ranges), runs, seed) if method == "latin hypercube" else sobol(len(ranges), runs, seed)
    values = low + unit * (high - low)
    return Design(
        scenario=scenario,
        ranges=tuple(ranges),
        values=values,
        method=method,
        seed=seed,
        region=region,
        bloc=tuple(bloc),
        metrics=None if metrics is None else tuple(metrics),
        growth=tuple(growth),
        years=years,
        stress=stress,
        stressed=() if stress is None else _subsample(len(values), stressed, seed),
        responding=_responding(scenario, method, len(ranges), len(values), responding, seed),
    )


def _responding(scenario: Scenario, method: Method, ranges: int, runs: int, most: int, seed: int) -> tuple[int, ...]:
    """The futures that are answered where prices respond: of a Sobol sample as many of its first bases as fit."""
    if scenario.view == "fixed prices":
        return ()
    if runs <= most:
        return tuple(range(runs))
    if method == "latin hypercube":
        return _subsample(runs, most, seed)
    base = max(2, 1 << ((max(most // (ranges + 2), 1)).bit_length() - 1))
    return tuple(range(min(runs, base * (ranges + 2))))


def _subsample(runs: int, stressed: int, seed: int) -> tuple[int, ...]:
    """The futures that are put under stress, by chance: every so-many-th would follow the order of a Sobol sample."""
    generator = np.random.Generator(np.random.SFC64([seed, runs]))
    return tuple(np.sort(generator.choice(runs, min(stressed, runs), replace=False)).tolist())


def _check_stress(economy: Economy, stress: StressPlan, stressed: int, region: str) -> None:
    roles_of(economy, stress.region)
    refuse_without_value_added(economy, "stress plan", [stress.region])
    if stress.region != region:
        what = f"is for {stress.region}, the ensemble's outcomes for {region}."
        raise InputError(Problem("stress plan", what, "Name the same region in both."))
    if not 1 <= stressed <= MOST_STRESSED:
        what = f"{stressed} futures under stress; at least 1 and at most {MOST_STRESSED}, each takes seconds."
        raise InputError(Problem("design", what, "Give stressed = 50 or so."))


def latin_hypercube(ranges: int, runs: int, seed: int) -> Array:
    """runs × ranges values in 0…1, each range's parts met once. Raises InputError for less than one run."""
    if runs < 1:
        raise InputError(Problem("design", f"runs = {runs}: there must be at least one.", "Give runs = 1,000 or so."))
    [rng] = np.random.Generator(np.random.SFC64(seed)).spawn(1)  # as SciPy does, so that seeds keep their futures
    within = rng.uniform(size=(runs, ranges))
    parts = np.tile(np.arange(1, runs + 1), (ranges, 1))
    for one in parts:
        rng.shuffle(one)
    return np.asarray((parts.T - within) / runs)


def sobol(ranges: int, base: int, seed: int) -> Array:
    """base × (ranges + 2) rows of values in 0…1, in SALib's order. Raises InputError unless base is a power of 2."""
    from SALib.sample import sobol as salib

    if base < 2 or base & (base - 1):
        near = 2 ** max(1, round(np.log2(max(base, 2))))
        raise InputError(Problem("design", f"a Sobol base of {base} is no power of 2.", f"Give {near}."))
    return np.asarray(salib.sample(problem(ranges), base, calc_second_order=False, scramble=True, seed=seed))


def problem(ranges: int, names: Sequence[str] | None = None) -> dict[str, Any]:
    """The description of ranges 0…1 that SALib reads."""
    return {
        "num_vars": ranges,
        "names": list(names) if names is not None else [f"x{i + 1}" for i in range(ranges)],
        "bounds": [[0.0, 1.0]] * ranges,
    }
