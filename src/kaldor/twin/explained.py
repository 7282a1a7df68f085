"""All that explains a metric's change, for every door: each lever's part, the industries and chains, the cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kaldor.twin.explain import Cost, Explanation, channels, cost_per, explain, paths
from kaldor.twin.metric import Metric
from kaldor.twin.outcome import PREDICTED
from kaldor.twin.outcomes import region_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.spread import spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import weakest


@dataclass(frozen=True, eq=False)
class Explained:
    """`parts`: each lever's. `channels` is None for a metric that reads no extension, `cost` where none has a unit."""

    region: str
    parts: Explanation
    channels: pd.DataFrame | None
    cost: Cost | None
    before: State
    after: State

    def chains(self) -> pd.DataFrame | None:
        """The chains along which the levers' first changes of purchases work. Raises as `explain.paths`."""
        extension = self.parts.metric.extension
        if not extension:
            return None
        table = paths(self.before, self.after, extension).table
        table.attrs["status"] = weakest(PREDICTED, table.attrs["status"])
        return table


def explained(
    twin: Twin, scenario: Scenario, metric: Metric, *, region: str | None, bloc: Sequence[str] = (), seed: int = 0
) -> Explained:
    """Everything of a metric for a region (default: the one in which the levers act), jobs gained counted there.

    Raises what `region_of`, `Twin.run`, `explain` and `cost_per` raise.
    """
    place = region_of(twin, scenario, region)
    parts = explain(twin, scenario, metric, region=place, bloc=bloc, seed=seed)
    before, after = twin.before(), twin.run(scenario)
    through = channels(before, after, metric.extension) if metric.extension else None
    what = "jobs" if metric.dimension == "workforce" else metric.extension
    cost = cost_per(before, after, what, region=place, spread=spread_of(twin, scenario)) if what else None
    return Explained(place, parts, through, cost, before, after)
