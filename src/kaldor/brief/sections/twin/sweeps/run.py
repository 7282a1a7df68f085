"""One sweep of a study: the scenario run in its futures, and the futures in which it fails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.brief.context import Context
from kaldor.brief.cost_left_out import without_cost
from kaldor.brief.sections.twin.scenarios import SCENARIOS
from kaldor.brief.sections.twin.sweeps import Failure, StudySweep
from kaldor.brief.units import shown_unit
from kaldor.errors import InputError, Problem
from kaldor.twin.futures.discovery import Discovery, discover
from kaldor.twin.futures.ranges import Range, lever_ranges, packaged_growth_ranges
from kaldor.twin.futures.sampling import plan
from kaldor.twin.futures.sweep import SweepResult, sweep
from kaldor.twin.twin import Twin

if TYPE_CHECKING:
    from kaldor.brief.units import Shown
    from kaldor.twin.metric import Metric
    from kaldor.twin.scenario import Scenario

NOISE: Final = 1e-9  # changes below this share of what they change are rounding


@dataclass(frozen=True)
class SweepRun:
    """One sweep of the study and what came out."""

    context: Context
    twin: Twin
    asked: StudySweep

    @property
    def id(self) -> str:
        """Its id."""
        return self.asked.id

    @cached_property
    def scenario(self) -> Scenario:
        """What is swept."""
        return self.asked.asked(self.context.study.of(SCENARIOS))

    @property
    def name(self) -> str:
        """What it is called."""
        return self.asked.title or self.scenario.title or self.id

    @property
    def region(self) -> str:
        """Whose outcomes are measured."""
        return self.asked.region or self.context.country

    @property
    def without_cost(self) -> tuple[str, ...]:
        """The titles of the levers that act and of which nobody knows what they cost."""
        return without_cost(self.twin, (one.lever for one in self.scenario.levers if one.strength))

    @cached_property
    def result(self) -> SweepResult:
        """The sweep, run."""
        return swept(self.context, self.asked)

    @cached_property
    def moving(self) -> tuple[Metric, ...]:
        """The metrics that the levers change in some future, by more than rounding."""
        change, before = (np.abs(frame.to_numpy()) for frame in (self.result.change, self.result.before))
        most = [np.nanmax(column) if np.isfinite(column).any() else 0.0 for column in change.T]
        size = [np.nanmax(column) if np.isfinite(column).any() else 0.0 for column in before.T]
        return tuple(m for m, c, b in zip(self.result.metrics, most, size, strict=True) if c > NOISE * max(b, 1e-12))

    @cached_property
    def discovery(self) -> Discovery | None:
        """Where the sweep fails, if the study says what failing is and the change of its metric is modelled."""
        rule = self.asked.fails
        if rule is None or rule.metric in self.result.not_modelled:
            return None
        return discovered(self.result, rule)

    def modelled(self, metric: Metric) -> bool:
        """Whether the levers have the data by which a metric would move."""
        return metric.id not in self.result.not_modelled

    def shown(self, metric: str) -> Shown:
        """How a metric is shown."""
        return shown_unit(self.result.units[metric])


def swept(context: Context, asked: StudySweep) -> SweepResult:
    """A sweep of the study, run as declared there. Raises InputError where its futures are too few for a sample."""
    twin = context.economy.once(Twin)
    scenario = asked.asked(context.study.of(SCENARIOS))
    ranges = asked.ranges or _default_ranges(twin, scenario, asked)
    runs = asked.futures if asked.sampling == "latin hypercube" else _base(asked, len(ranges))
    design = plan(
        twin,
        scenario,
        ranges,
        runs=runs,
        seed=asked.seed,
        region=asked.region or context.country,
        method=asked.sampling,
        metrics=asked.measured(),
        years=asked.years,
        responding=asked.responding,
    )
    return sweep(twin, design, where=None)


def discovered(result: SweepResult, rule: Failure) -> Discovery:
    """The futures in which the change of a metric is worse than the rule's bound.

    Of a Sobol sample only the rows that were drawn independently are looked at: the others repeat them but for one
    number, and would make every limit look surer than it is.
    """
    failing = result.failing(rule.metric, rule.worse_than)
    if result.design.method == "sobol":
        block = len(result.design.ranges) + 2
        failing = failing[np.isin(failing.index % block, (0, block - 1))]
    return discover(result.inputs.loc[failing.index], failing, boxes=rule.boxes)


def _default_ranges(twin: Twin, scenario: Scenario, asked: StudySweep) -> tuple[Range, ...]:
    growth = packaged_growth_ranges(twin.economy) if asked.years else ()
    return (*lever_ranges(twin, scenario), *growth)


def _base(asked: StudySweep, ranges: int) -> int:
    """The largest base of a Sobol sample, a power of 2, that `futures` allow."""
    per_base = ranges + 2
    if asked.futures < 2 * per_base:
        what = f"{asked.futures} futures are too few: a Sobol sample of {ranges} ranges takes {2 * per_base} or more."
        raise InputError(Problem(f"sweep '{asked.id}', futures", what, "Give more, or sampling = 'latin hypercube'."))
    return 1 << ((asked.futures // per_base).bit_length() - 1)


def input_name(run: SweepRun, name: str) -> str:
    """The name of a range with a lever's title in place of its id."""
    id, colon, rest = name.partition(":")
    bare = id.split(" (")[0]
    lever = run.twin.levers.get(bare)
    return name if lever is None else f"{lever.title}{id.removeprefix(bare)}{colon}{rest}"
