"""Years of a path answered and measured: without the levers, and with each at the strength that it has then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kaldor.economy.economy import Array
from kaldor.errors import InputError, KaldorError, Problem
from kaldor.twin.futures.future import Future, Futures
from kaldor.twin.futures.growth import factors_after
from kaldor.twin.futures.many import Answered, Many
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.responding import Respondents, growth_of, incomes
from kaldor.twin.measured import Measured
from kaldor.twin.order import orders_of
from kaldor.twin.twin import Twin

_BATCH = 32


@dataclass(frozen=True, eq=False)
class Year:
    """One computed year: the metrics without and with the levers, what the region pays because of them, and what has
    grown without them (empty at fixed prices)."""

    reference: Array
    path: Array
    paid: dict[str, float]
    grown: dict[str, float] = field(default_factory=dict)


class PathYears:
    """Answers years of paths on one twin. `unanswered` says of metrics why no year has them where prices respond."""

    def __init__(self, twin: Twin, pathway: Pathway, metrics: Sequence[str] | None) -> None:
        self.twin = twin
        responding = pathway.view == "prices respond"
        self.meter = Meter(
            twin.economy, pathway.region, pathway.bloc, metrics, blocs=pathway.blocs, responding=responding
        )
        self.many = Many(twin)
        asked = self.meter.responding
        scenario = pathway.scenario(pathway.end)
        self._respondents = Respondents(self.many, scenario, asked, self.meter.region, self.meter.bloc)
        self._responding = self.meter.places(asked)
        self._position = twin.economy.region_position(self.meter.region)
        self.unanswered: dict[str, str] = {}
        self._refuse(self._respondents.why_not)

    def unmoved(self, pathway: Pathway) -> dict[str, str]:
        """Metrics that the path's levers cannot move for want of data, and why; those that no year has."""
        end = pathway.scenario(pathway.end)
        found = self.meter.unmoved(self.twin, end)
        return found | (self.unanswered or self._respondents.unmoved(end))

    def in_words(self, pathway: Pathway) -> str:
        """How prices respond; empty at fixed prices."""
        if not self.meter.responding:
            return ""
        if self.unanswered:
            return f"Prices do not respond here: {next(iter(self.unanswered.values()))}"
        return self._respondents.in_words(pathway.scenario(pathway.end))

    def years(self, pathway: Pathway, years: Sequence[int]) -> list[Year]:
        """The years of a path, in their order. Raises InputError naming the year that cannot be run."""
        economy = self.twin.economy
        orders_of(economy, pathway.scenario(pathway.end), self.twin.levers)  # all faults at once, before any year
        futures = [
            Future(pathway.scenario(year), factors_after(economy, pathway.growth, year - economy.year))
            for year in years
        ]
        return self.solved(futures, [f"path '{pathway.id}', year {year}" for year in years])

    def solved(self, futures: Sequence[Future], places: Sequence[str]) -> list[Year]:
        """Futures answered and measured; `places` name them in an error."""
        found: list[Year] = []
        for start in range(0, len(futures), _BATCH):
            for answered in self.many.answers(Futures.of(futures[start : start + _BATCH])):
                for failed in filter(None, answered.failed):
                    place = places[len(found) + answered.failed.index(failed)]
                    raise InputError(Problem(place, failed, "Lower the strength of that lever, or let less grow."))
                found += self._measured(answered)
        if not self.meter.responding or self.unanswered:
            return found
        return [self._responded(*one) for one in zip(found, futures, places, strict=True)]

    def _responded(self, year: Year, future: Future, place: str) -> Year:
        """A year with the metrics that respond, measured in its two balances."""
        reference, path = year.reference.copy(), year.path.copy()
        try:
            pair = self._respondents.pair(future, place)
        except KaldorError as reason:
            self._refuse(str(reason))
            return year
        reference[self._responding], path[self._responding] = self._respondents.values(pair)
        return Year(reference, path, incomes(pair, self._position), growth_of(pair.reference, self._position))

    def _refuse(self, reason: str) -> None:
        if reason:
            self.unanswered = dict.fromkeys((metric.id for metric in self.meter.responding), reason)

    def _measured(self, answered: Answered) -> list[Year]:
        before, after = answered.before, answered.after
        if before is None or after is None:
            raise AssertionError("futures without states that have not failed")
        count = len(answered.failed)
        shape = (count, len(self.meter.metrics))
        reference = np.broadcast_to(self.meter.values(before, before), shape)
        after_levers = np.broadcast_to(self.meter.values(before, after), shape)
        path = self.meter.changed(reference, after_levers, self.many.before)
        paid = {
            name: np.broadcast_to(amount, count) for name, amount in _paid(before, after, self.meter.region).items()
        }
        return [
            Year(reference[i], path[i], {name: float(amount[i]) for name, amount in paid.items()}) for i in range(count)
        ]


def _paid(before: Measured, after: Measured, region: str) -> dict[str, Array]:
    """What a region's industries, its final users and its treasury pay because of the levers, by line."""
    economy = after.economy
    rows, position = economy.rows_of(region), economy.region_position(region)
    columns = slice(position * len(economy.demands), (position + 1) * len(economy.demands))
    rise = after.worth(after.prices - before.prices)[..., columns].sum(axis=-1)
    paid: dict[str, Array] = {"dearer purchases (final users)": rise}
    for levy in after.change.levies:
        name = f"{levy.name} (industries, to {levy.recipient})"
        paid[name] = paid.get(name, np.zeros(())) + (levy.rate * after.x)[..., rows].sum(axis=-1)
    for final in after.change.final_levies:
        name = f"{final.name} (final users, to {final.recipient})"
        own = final.columns // len(economy.demands) == position
        paid[name] = paid.get(name, np.zeros(())) + after.due(final)[..., own].sum(axis=(-2, -1))
    for name, amounts in after.change.spending.items():
        paid[f"{name} (treasury)"] = amounts[..., position]
    return paid
