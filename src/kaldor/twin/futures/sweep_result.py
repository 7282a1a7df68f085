"""What an ensemble gave: every future's inputs and metrics, their percentiles, and where a strategy fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array
from kaldor.economy.labelled import relabelled
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.futures.sampling import Design
from kaldor.twin.metric import Metric
from kaldor.twin.responding.closing import View
from kaldor.words import NOT_MODELLED

LEVELS = (5.0, 25.0, 50.0, 75.0, 95.0)
"""Percentiles of a band."""

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
    unstressed: pd.Series = field(repr=False, default_factory=lambda: reasons_by_future([], "unstressed"))
    notes: tuple[str, ...] = ()
    """What must be said of the levers: rates and indices of prices that were used, names that mean nothing here."""
    unanswered: pd.Series = field(repr=False, default_factory=lambda: reasons_by_future([], "unanswered"))
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


def reasons_by_future(texts: Sequence[str], name: str) -> pd.Series:
    """The texts that say something, by future."""
    said = pd.Series({i: text for i, text in enumerate(texts) if text}, name=name, dtype=str)
    said.index.name = "future"
    return said
