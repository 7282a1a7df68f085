"""Every declared metric of many futures at once: the measures of `kaldor.twin.measures`, chosen once for an economy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kaldor.digits import unless_noise
from kaldor.economy.economy import Array, Economy
from kaldor.economy.names import region_of, regions_of
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.levies import Positions
from kaldor.twin.measured import Measured
from kaldor.twin.measures import View, measure
from kaldor.twin.metric import Metric, packaged_metrics, unit_of, why_not
from kaldor.twin.outcomes import NOT_ASKED, scale_of, unmoved
from kaldor.twin.responding.closing import View as AnyView
from kaldor.twin.responding.measures import ONLY_RESPONDING
from kaldor.twin.scenario import Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED


class Meter:
    """Measures states of one economy for one region; `bloc` may name `blocs`.

    `metrics` are ids; by default all that the economy can give.

    Stress figures are among them if `stressed`; a state without a stress test then gives NaN for them. With
    `responding` those are among them that mean something only where prices respond; `values`, which are at fixed
    prices, are NaN for them, and `kaldor.twin.futures.responding` has them.
    """

    def __init__(
        self,
        economy: Economy,
        region: str,
        bloc: Sequence[str] = (),
        metrics: Sequence[str] | None = None,
        declared: Mapping[str, Metric] | None = None,
        *,
        blocs: Mapping[str, Sequence[str]] | None = None,
        stressed: bool = False,
        responding: bool = False,
    ) -> None:
        known = packaged_metrics() if declared is None else declared
        friends = regions_of(economy, bloc, blocs, where="bloc")
        self.region, self.bloc, self.notes = region_of(economy, region), friends.regions, friends.notes
        reasons = {
            id: NOT_ASKED
            if metric.stress and not stressed
            else why_not(metric, economy, self.region, responding=responding)
            for id, metric in known.items()
        }
        wanted = [id for id in known if not reasons[id]] if metrics is None else list(metrics)
        self.metrics = tuple(_known(known, id, reasons) for id in wanted)
        self.not_modelled = {id: reason for id, reason in reasons.items() if reason}
        self.responding = tuple(metric for metric in self.metrics if responding and metric.responds)
        """The metrics that are measured where prices respond; all others follow volumes at fixed prices."""

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the metrics, in the order of the values."""
        return tuple(metric.id for metric in self.metrics)

    def changed(self, before: Array, after: Array, baseline: Measured) -> Array:
        """`after` (… × metrics), exactly `before` where only rounding lies between; `baseline` is the table's state."""
        own = np.array([0.0 if metric in self.responding else scale_of(metric, baseline) for metric in self.metrics])
        return unless_noise(before, after, own)

    def unmoved(self, twin: Twin, scenario: Scenario) -> dict[str, str]:
        """Which of the metrics at fixed prices a scenario cannot move for want of data, and why, by id."""
        fixed = [metric for metric in self.metrics if metric not in self.responding]
        return unmoved(twin, scenario, fixed, region=self.region, bloc=self.bloc)

    def units(self, before: State) -> dict[str, str]:
        """Unit of each metric on an economy."""
        return {metric.id: unit_of(metric, before.economy) for metric in self.metrics}

    @property
    def views(self) -> dict[str, AnyView]:
        """In which view each metric is measured."""
        return {one.id: "prices respond" if one in self.responding else "fixed prices" for one in self.metrics}

    def places(self, metrics: Sequence[Metric]) -> Positions:
        """Where some of the metrics stand among the values."""
        return np.array([self.metrics.index(metric) for metric in metrics], dtype=np.intp)

    def values(self, before: Measured, after: Measured) -> Array:
        """Every metric at `after` (metrics; of many futures × metrics); NaN where there is nothing to measure."""
        view = View(before, after, self.region, self.bloc)
        shape = np.broadcast_shapes(before.change.shape, after.change.shape)
        found = np.empty((*shape, len(self.metrics)))
        for number, metric in enumerate(self.metrics):
            fixed = metric.measure not in ONLY_RESPONDING
            found[..., number] = measure(str(metric.measure))(view, metric.terms) if fixed else np.nan
        return found


def at_fixed_prices(views: Mapping[str, AnyView]) -> str:
    """Which of some metrics are at fixed prices although in others prices respond, in a sentence; empty where all are
    of one view."""
    fixed = [id for id, view in views.items() if view == "fixed prices"]
    if not fixed or len(fixed) == len(views):
        return ""
    return f"At fixed prices: {'; '.join(packaged_metrics()[id].title for id in fixed)}."


def in_sentences(not_modelled: Mapping[str, str], of: Iterable[str]) -> list[str]:
    """Which of some metrics are not modelled and why: a sentence for each reason, with the titles of its metrics."""
    titles: dict[str, list[str]] = {}
    for id in of:
        if reason := not_modelled.get(id):
            titles.setdefault(reason, []).append(packaged_metrics()[id].title)
    return [f"{NOT_MODELLED.capitalize()}: {'; '.join(names)}: {reason}" for reason, names in titles.items()]


def _known(known: Mapping[str, Metric], id: str, reasons: Mapping[str, str]) -> Metric:
    if id not in known:
        raise UnknownLabelError("metric", id, known)
    if reasons[id]:
        raise InputError(
            Problem(f"metric '{id}'", f"not modelled: {reasons[id]}", "Leave it out, or give what it needs.")
        )
    return known[id]
