"""Every declared metric of many futures: the measures of `kaldor.twin.measures`, with who pays counted in arrays.

Incidence (`kaldor.twin.incidence`) makes labelled tables for a reader; ten thousand futures need four numbers of it.
The short forms here follow from its definitions, and a test holds them to its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.chains import block_rows
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.futures.many import FutureState
from kaldor.twin.incidence import TREASURY, income_groups
from kaldor.twin.measures import Terms, View, measure
from kaldor.twin.outcomes import NOT_ASKED, Metric, Outcome, outcomes, packaged_metrics, why_not
from kaldor.twin.twin import State


class FutureView(View):
    """A view that takes what stands behind manufacturing from the batch, where it was asked for there."""

    @cached_property
    def upstream(self) -> Array:
        """Output behind the block's inputs, all tiers, volumes (n); the block's own rows are 0."""
        if isinstance(self.after, FutureState) and self.after.behind is not None:
            behind = self.after.behind.copy()
            behind[self.manufacturing] = 0.0
            return behind
        return super().upstream


class Meter:
    """Measures states of one economy for one region. `metrics` are ids; by default all that the economy can give.

    Stress figures are among them if `stressed`; a state without a stress test then gives NaN for them.
    """

    def __init__(
        self,
        economy: Economy,
        region: str,
        bloc: Sequence[str] = (),
        metrics: Sequence[str] | None = None,
        declared: Mapping[str, Metric] | None = None,
        *,
        stressed: bool = False,
    ) -> None:
        known = packaged_metrics() if declared is None else declared
        self.region, self.bloc = region, tuple(bloc)
        for name in (region, *bloc):
            economy.region_position(name)
        reasons = {
            id: NOT_ASKED if metric.stress and not stressed else why_not(metric, economy)
            for id, metric in known.items()
        }
        wanted = [id for id in known if not reasons[id]] if metrics is None else list(metrics)
        self.metrics = tuple(_known(known, id, reasons) for id in wanted)
        self.not_modelled = {id: reason for id, reason in reasons.items() if reason}
        self._groups = np.array(income_groups(economy))

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the metrics, in the order of the values."""
        return tuple(metric.id for metric in self.metrics)

    def units(self, before: State) -> dict[str, str]:
        """Unit of each metric on an economy."""
        found: dict[str, Outcome] = {
            outcome.metric.id: outcome
            for outcome in outcomes(
                before, before, region=self.region, bloc=self.bloc, metrics={m.id: m for m in self.metrics}
            ).outcomes
        }
        return {id: outcome.unit for id, outcome in found.items()}

    @staticmethod
    def block(economy: Economy, region: str) -> NDArray[np.intp] | None:
        """The rows of the region's manufacturing that produce anything; None where the table names no manufacturing."""
        if "manufacturing" not in economy.sector_groups:
            return None
        rows = block_rows(economy, region, economy.group("manufacturing"))
        return rows[economy.has_output[rows]]

    def values(self, before: State, after: State) -> Array:
        """Every metric at `after` (metrics); NaN where there is nothing to measure it on."""
        view = FutureView(before, after, self.region, self.bloc)
        return np.array([self._value(metric, view) for metric in self.metrics])

    def _value(self, metric: Metric, view: View) -> float:
        name = str(metric.measure)
        if name in _SHORT:
            return _SHORT[name](view, metric.terms, self._groups)
        return measure(name)(view, metric.terms)


def real_income(before: State, after: State) -> Array:
    """Real-income effect by region: income earned in it, less what its final users pay more by prices (regions).

    A levy on final purchases is paid and received in the same region and falls out.
    """
    economy = after.economy
    earned = economy.sum_by_region(after.income() - before.income())
    paid = (after.prices - before.prices) @ after.Y
    return np.asarray(earned - paid.reshape(len(economy.regions), -1).sum(axis=1))


def treasury(state: State, region: str, sign: int) -> float:
    """What a region's treasury receives (sign 1) or pays (sign −1) in levies, and pays besides."""
    economy = state.economy
    rows, position, width = economy.rows_of(region), economy.region_position(region), len(economy.demands)
    columns = slice(position * width, (position + 1) * width)
    total = 0.0
    for levy in state.change.levies:
        if levy.recipient == TREASURY:
            total += float(np.maximum(sign * levy.rate[rows] * state.x[rows], 0).sum())
    for final in state.change.final_levies:
        if final.recipient == TREASURY:
            rate = final.rate[:, columns]
            # A rate's sign says whether it is a levy; a negative purchase (from inventories) is a levy given back.
            total += float(np.where(sign * rate > 0, sign * rate * state.Y[:, columns], 0).sum())
    if sign < 0:
        total += sum(float(amounts[position]) for amounts in state.change.spending.values())
    return total


_SHORT: Mapping[str, Callable[[View, Terms, Array], float]] = {
    "real_income_of_region": lambda view, terms, groups: float(
        real_income(view.before, view.after)[view.economy.region_position(view.region)]
    ),
    "real_income_of_group": lambda view, terms, groups: float(
        real_income(view.before, view.after)[groups == terms.group].sum()
    ),
    "treasury_revenue": lambda view, terms, groups: treasury(view.after, view.region, 1),
    "treasury_spending": lambda view, terms, groups: treasury(view.after, view.region, -1),
}


def _known(known: Mapping[str, Metric], id: str, reasons: Mapping[str, str]) -> Metric:
    if id not in known:
        raise UnknownLabelError("metric", id, known)
    if reasons[id]:
        raise InputError(
            Problem(f"metric '{id}'", f"not modelled: {reasons[id]}", "Leave it out, or give what it needs.")
        )
    return known[id]
