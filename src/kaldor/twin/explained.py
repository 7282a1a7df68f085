"""All that explains a metric's change, for every door: each lever's part, the industries and chains, the cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kaldor.twin.explain import Cost, Explanation, channels, cost_per, cost_where_responding, explain, paths
from kaldor.twin.measures import real_income_of_region
from kaldor.twin.metric import Metric
from kaldor.twin.outcome import PREDICTED
from kaldor.twin.outcomes import region_of
from kaldor.twin.responding.explaining import income_parts
from kaldor.twin.responding.responded import in_words, responded
from kaldor.twin.scenario import Scenario
from kaldor.twin.spread import spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import weakest


@dataclass(frozen=True, eq=False)
class Explained:
    """`parts`: each lever's. `channels` is None for a metric that reads no extension, `cost` where none has a unit.

    `responding` says in words how prices respond, empty at fixed prices; `income` are the channels of the change of
    real income, None for other metrics and at fixed prices.
    """

    region: str
    parts: Explanation
    channels: pd.DataFrame | None
    cost: Cost | None
    before: State
    after: State
    responding: str = ""
    said: tuple[str, ...] = ()
    income: pd.DataFrame | None = None

    def chains(self) -> pd.DataFrame | None:
        """The chains along which the levers' first changes of purchases work at fixed prices.

        Raises as `explain.paths`.
        """
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
    answered = responded(twin, scenario, after) if parts.view == "prices respond" else None
    through = channels(before, after, metric.extension, answered) if metric.extension else None
    what = "jobs" if metric.dimension == "workforce" else metric.extension
    if answered is None or answered.answer is None or answered.balance is None:
        cost = cost_per(before, after, what, region=place, spread=spread_of(twin, scenario)) if what else None
        return Explained(place, parts, through, cost, before, after)
    cost = cost_where_responding(before, answered, what, region=place) if what else None
    of_region = metric.measure == real_income_of_region.__name__
    income = income_parts(answered.answer, place) if of_region else None
    return Explained(place, parts, through, cost, before, after, in_words(answered), answered.said, income)
