"""In which futures a strategy fails, said in words: scenario discovery by PRIM.

The patient rule induction method (Friedman & Fisher 1999, Statistics and Computing 9) looks for a box in the space of
inputs that holds many failing futures and few others. *Peeling* cuts off, step by step, the slice of `peel` of the
remaining futures whose removal leaves the highest share of failures per future lost; *pasting* gives back slices that
were cut too much; then limits that do no work are dropped again. Every step is kept, and the box is the one of
the peeling trajectory with the highest product of coverage and density (coverage: the part of all failures that lies in
the box; density: the part of the box that fails), among those of at least `least_density` where there are any.

As proposed for policy by Bryant & Lempert (2010), Technological Forecasting & Social Change 77, each limit carries a
quasi-p-value: the chance that as many of the futures that the other limits leave would fail inside by luck alone.
Limits above `significance` are dropped.

Known limits: boxes are parallel to the axes, so that failure along a slope (both a little high) is shown as a step; the
search is greedy. It describes the futures that were drawn and says nothing about how likely they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem

Bools = NDArray[np.bool_]

_SMALLEST = 10  # futures below which a box is luck


@dataclass(frozen=True)
class Limit:
    """One side of a box: an input above `low` and below `high`; None where it is open."""

    name: str
    low: float | None
    high: float | None
    unit: str
    p_value: float

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.low is not None and self.high is not None:
            return f"{self.name} is between {self.low:.3g} and {self.high:.3g}{unit}"
        if self.low is not None:
            return f"{self.name} is above {self.low:.3g}{unit}"
        return f"{self.name} is below {self.high:.3g}{unit}"


@dataclass(frozen=True)
class Box:
    """Futures in which the strategy tends to fail: the limits, and how well they tell.

    coverage: part of all failing futures that lies inside; density: part of those inside that fails; futures: how many
    lie inside.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    futures: int

    def holds(self, inputs: pd.DataFrame) -> Bools:
        """Which futures lie in the box (futures)."""
        inside = np.ones(len(inputs), dtype=bool)
        for limit in self.limits:
            values = inputs[limit.name].to_numpy()
            if limit.low is not None:
                inside &= values >= limit.low
            if limit.high is not None:
                inside &= values <= limit.high
        return inside

    def __str__(self) -> str:
        return " and ".join(str(limit) for limit in self.limits) if self.limits else "anything is the case"


@dataclass(frozen=True, eq=False)
class Discovery:
    """Boxes of failing futures, the most telling first, with the trajectories from which they were chosen."""

    boxes: tuple[Box, ...]
    runs: int
    failing: int
    what: str
    trajectory: pd.DataFrame = field(repr=False)
    seed: int | None = None

    def __str__(self) -> str:
        return self.in_words()

    def in_words(self) -> str:
        """What was found, in sentences."""
        if self.failing == 0:
            return f"{self.what}: in none of {self.runs:,} futures."
        share = f"{self.what}: in {_percent(self.failing / self.runs)} of {self.runs:,} futures."
        if self.failing == self.runs:
            return f"{share} No range that was varied makes a difference to that."
        if not self.boxes:
            return f"{share} No limit on a single number sets these futures apart from the others."
        sentences = [
            f"{'It tends to happen where' if i == 0 else 'Besides, it tends to happen where'} {box}: "
            f"{_percent(box.density)} of those {box.futures:,} futures, and {_percent(box.coverage)} of all in which "
            "it happens."
            for i, box in enumerate(self.boxes)
        ]
        return " ".join([share, *sentences])

    def frame(self) -> pd.DataFrame:
        """One row a limit: box, input, low, high, unit, p_value, and the box's coverage, density and futures."""
        rows = [
            {
                "box": number,
                "input": limit.name,
                "low": limit.low,
                "high": limit.high,
                "unit": limit.unit,
                "p_value": limit.p_value,
                "coverage": box.coverage,
                "density": box.density,
                "futures": box.futures,
            }
            for number, box in enumerate(self.boxes, start=1)
            for limit in box.limits
        ]
        columns = ["box", "input", "low", "high", "unit", "p_value", "coverage", "density", "futures"]
        frame = pd.DataFrame(rows, columns=columns)
        frame.attrs |= {"runs": self.runs, "failing": self.failing, "what": self.what, "seed": self.seed}
        return frame


def discover(
    inputs: pd.DataFrame,
    failing: Bools | pd.Series,
    *,
    what: str = "The strategy fails",
    boxes: int = 1,
    peel: float = 0.05,
    least_density: float = 0.0,
    significance: float = 0.05,
) -> Discovery:
    """Find the futures in which something happens. `inputs` are futures × numbers, `failing` says where it happens.

    `what` begins the sentences; `inputs.attrs["units"]` and `["seed"]` are taken over. With `boxes` above 1 the futures
    of each box are taken out before the next is sought.
    Raises InputError where the lengths differ, an input is not a number, `failing` is not said of every future (NaN is
    neither), or `peel` is not between 0 and 0.5.
    """
    fails = _told(failing)
    X = _checked(inputs, fails, peel)
    units: Mapping[str, str] = inputs.attrs.get("units", {})
    left = np.ones(len(fails), dtype=bool)
    found: list[Box] = []
    steps: list[pd.DataFrame] = []
    for number in range(boxes):
        if not fails[left].any() or fails[left].all():
            break
        trajectory = list(_peeled(X[left], fails[left], peel))
        steps.append(_described(trajectory, X[left], fails[left], number + 1))
        bounds = _pasted(_chosen(trajectory, X[left], fails[left], least_density), X[left], fails[left], peel)
        bounds, p_values = _significant(bounds, X[left], fails[left], significance)
        limits = _limits(bounds, X, list(inputs.columns), units, p_values)
        if not limits:
            break
        inside = _inside(bounds, X) & left
        found.append(
            Box(limits, float(fails[inside].sum() / fails.sum()), float(fails[inside].mean()), int(inside.sum()))
        )
        left &= ~inside
    trajectory_frame = pd.concat(steps, ignore_index=True) if steps else pd.DataFrame()
    return Discovery(tuple(found), len(fails), int(fails.sum()), what, trajectory_frame, inputs.attrs.get("seed"))


Bounds = Array
"""2 × inputs: the lower and the upper limit of each, infinite where open."""


def _peeled(X: Array, fails: Bools, peel: float) -> Iterator[Bounds]:
    """The peeling trajectory, from everything to the smallest box."""
    bounds: Bounds = np.stack([np.full(X.shape[1], -np.inf), np.full(X.shape[1], np.inf)])
    inside = np.ones(len(X), dtype=bool)
    yield bounds.copy()
    while inside.sum() > _SMALLEST and not fails[inside].all():
        best: tuple[float, int, int, float] | None = None
        mean, count = fails[inside].mean(), int(inside.sum())
        for column in range(X.shape[1]):
            values = X[inside, column]
            for side, cut in ((0, np.quantile(values, peel)), (1, np.quantile(values, 1 - peel))):
                stay = values > cut if side == 0 else values < cut
                kept = int(stay.sum())
                if not 0 < kept < count or kept < min(_SMALLEST, count):
                    continue
                # Gain of density per future given up, so that a coarse input may not win by its width alone.
                gain = (fails[inside][stay].mean() - mean) / (count - kept)
                if best is None or gain > best[0]:
                    best = (float(gain), column, side, float(cut))
        if best is None:
            return
        _, column, side, cut = best
        stay = X[:, column] > cut if side == 0 else X[:, column] < cut
        inside &= stay
        edge = X[inside, column]
        bounds[side, column] = edge.min() if side == 0 else edge.max()
        yield bounds.copy()


def _chosen(trajectory: Sequence[Bounds], X: Array, fails: Bools, least_density: float) -> Bounds:
    """The box of the trajectory with the best product of coverage and density; dense enough ones first."""
    scores = [_score(bounds, X, fails) for bounds in trajectory]
    dense = [i for i, (_, density) in enumerate(scores) if density >= least_density]
    candidates = dense or range(len(scores))
    return trajectory[max(candidates, key=lambda i: (scores[i][0] * scores[i][1], scores[i][1]))]


def _score(bounds: Bounds, X: Array, fails: Bools) -> tuple[float, float]:
    """Coverage and density of a box."""
    inside = _inside(bounds, X)
    return float(fails[inside].sum() / fails.sum()), float(fails[inside].mean()) if inside.any() else 0.0


def _pasted(bounds: Bounds, X: Array, fails: Bools, peel: float) -> Bounds:
    """Move each limit outwards as long as the product of coverage and density rises; then inwards by single futures."""
    bounds = bounds.copy()
    improved = True
    while improved:
        improved = False
        for column, side in np.argwhere(np.isfinite(bounds.T)):
            for moved in _moves(bounds, X, int(column), int(side), peel):
                trial = bounds.copy()
                trial[side, column] = moved
                if np.prod(_score(trial, X, fails)) > np.prod(_score(bounds, X, fails)) + 1e-12:
                    bounds, improved = trial, True
    return bounds


def _moves(bounds: Bounds, X: Array, column: int, side: int, peel: float) -> Iterator[float]:
    """Other places for a limit: among the futures that the remaining limits leave, some nearby and fully open."""
    open_here = bounds.copy()
    open_here[side, column] = -np.inf if side == 0 else np.inf
    values = np.sort(X[_inside(open_here, X), column])
    at = int(np.searchsorted(values, bounds[side, column]))
    reach = max(1, int(peel * len(values)))
    for step in {1, 2, 4, max(1, reach // 4), max(1, reach // 2), reach}:
        for place in (at - step, at + step):
            if 0 <= place < len(values):
                yield float(values[place])
    yield float(open_here[side, column])


def _significant(bounds: Bounds, X: Array, fails: Bools, significance: float) -> tuple[Bounds, Array]:
    """Drop limits, worst first, until every one that stays has a quasi-p-value at or below `significance`."""
    bounds = bounds.copy()
    while True:
        p_values = _p_values(bounds, X, fails)
        if not np.isfinite(p_values).any() or np.nanmax(p_values) <= significance:
            return bounds, p_values
        worst = int(np.nanargmax(p_values))
        bounds[:, worst] = (-np.inf, np.inf)


def _p_values(bounds: Bounds, X: Array, fails: Bools) -> Array:
    """Chance of as many failures inside, were the input's limits blind; NaN where an input has none."""
    from scipy.stats import binom

    p_values = np.full(bounds.shape[1], np.nan)
    inside = _inside(bounds, X)
    for column in np.flatnonzero(np.isfinite(bounds).any(axis=0)):
        without = bounds.copy()
        without[:, column] = (-np.inf, np.inf)
        rate = fails[_inside(without, X)].mean()
        p_values[column] = binom.sf(fails[inside].sum() - 1, inside.sum(), rate)
    return p_values


def _inside(bounds: Bounds, X: Array) -> Bools:
    return np.asarray(((bounds[0] <= X) & (bounds[1] >= X)).all(axis=1))


def _limits(
    bounds: Bounds, X: Array, names: Sequence[str], units: Mapping[str, str], p_values: Array
) -> tuple[Limit, ...]:
    """The limits that cut anything off, the most telling first."""
    limits = []
    for column in np.argsort(np.where(np.isnan(p_values), np.inf, p_values), kind="stable"):
        low, high = bounds[:, column]
        low_cuts = bool(np.isfinite(low) and low > X[:, column].min())
        high_cuts = bool(np.isfinite(high) and high < X[:, column].max())
        if low_cuts or high_cuts:
            limits.append(
                Limit(
                    names[column],
                    float(low) if low_cuts else None,
                    float(high) if high_cuts else None,
                    units.get(names[column], ""),
                    float(p_values[column]),
                )
            )
    return tuple(limits)


def _described(trajectory: Sequence[Bounds], X: Array, fails: Bools, number: int) -> pd.DataFrame:
    rows = []
    for step, bounds in enumerate(trajectory):
        coverage, density = _score(bounds, X, fails)
        rows.append(
            {
                "box": number,
                "step": step,
                "coverage": coverage,
                "density": density,
                "futures": int(_inside(bounds, X).sum()),
                "limits": int(np.isfinite(bounds).any(axis=0).sum()),
            }
        )
    return pd.DataFrame(rows)


def _told(failing: Bools | pd.Series) -> Bools:
    """Whether each future fails. Raises InputError where that is not said: a NaN would count as a failure."""
    lacking = int(pd.isna(failing).sum())
    if lacking:
        what = f"of {lacking} of {len(failing)} futures it is not known whether they fail (NaN)."
        raise InputError(Problem("discover", what, "Leave them out, of the inputs too."))
    return np.asarray(failing, dtype=bool)


def _checked(inputs: pd.DataFrame, fails: Bools, peel: float) -> Array:
    problems = []
    if len(inputs) != len(fails):
        problems.append(
            Problem("discover", f"{len(inputs)} rows of inputs, but {len(fails)} of failing.", "Give one each.")
        )
    if not 0 < peel < 0.5:
        problems.append(Problem("discover", f"peel = {peel}", "Give a share between 0 and 0.5."))
    X = inputs.to_numpy(dtype=float)
    if not np.isfinite(X).all():
        names = [str(name) for name, bad in zip(inputs.columns, ~np.isfinite(X).all(axis=0), strict=True) if bad]
        problems.append(
            Problem("discover", f"inputs {', '.join(names)} hold what is no number.", "Leave those rows out.")
        )
    if problems:
        raise InputError(problems)
    return X


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
