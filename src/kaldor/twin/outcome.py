"""An outcome: one metric before and after a scenario, and all of one scenario together, as tables say them.

What has no figure says so in words: "not modelled" with the reason, "no band", "undefined"; it is never 0 and never
blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from kaldor.economy.labelled import OF_EACH_ROW, Shown, relabelled
from kaldor.errors import UnknownLabelError
from kaldor.twin.metric import Metric
from kaldor.twin.natures import nature_of
from kaldor.twin.reach import PARTIAL
from kaldor.twin.responding.closing import View
from kaldor.twin.scenario import Scenario
from kaldor.words import NOT_MODELLED, Status, Words

PREDICTED: Final[Status] = "predicted"
NO_BAND = "no band"
UNDEFINED = "undefined"


@dataclass(frozen=True)
class Outcome:
    """One metric before and after. `after` is None where it is not modelled; `note` then says why.

    `before` is None too of a metric that is a change (real income, a burden, revenue): it has no level before.
    A metric that the scenario's levers cannot move for want of data is not modelled either (`kaldor.twin.reach`), and
    keeps the figure before; the `note` of one that has a figure says what that leaves out. `before_status` is the
    weakest of what the metric reads and how it is made; what a scenario makes of it is a model's, `status`.
    `band` is the smallest and largest change over the ranges of the assumed figures; None where nothing was varied.
    `view` says whether prices respond in it. `size` is, of a metric that is a change, what it is a change of: the
    income or the jobs of the country or group, in the metric's unit.
    """

    metric: Metric
    unit: str
    before: float | None
    after: float | None
    before_status: Status
    band: tuple[float, float] | None = None
    note: str = ""
    view: View = "fixed prices"
    size: float = 0.0

    @property
    def status(self) -> Status:
        """How what comes after came about: by a model, whatever the table is."""
        return PREDICTED

    @property
    def modelled(self) -> bool:
        """Whether there is a figure."""
        return self.after is not None

    @property
    def partial(self) -> bool:
        """Whether a figure in money lacks what some lever costs: it can be called neither better nor worse."""
        return self.modelled and PARTIAL in self.note

    @property
    def change(self) -> float | None:
        """After less before."""
        if self.before is None or self.after is None:
            return self.after if nature_of(str(self.metric.measure)).of_change else None
        return self.after - self.before

    @property
    def change_pct(self) -> float | None:
        """Change in % of before; None where before is zero."""
        return 100 * self.change / abs(self.before) if self.before and self.change is not None else None

    def record(self) -> dict[str, Any]:
        """The outcome as plain values for a table or JSON; what is missing is said in words, None before a change."""
        band = self.band or ((NO_BAND, NO_BAND) if self.modelled else (NOT_MODELLED, NOT_MODELLED))
        relative = self.change_pct if self.change_pct is not None else UNDEFINED
        return {
            "metric": self.metric.id,
            "dimension": self.metric.dimension,
            "title": self.metric.title,
            "unit": self.unit,
            "better": self.metric.better,
            "view": self.view,
            "before": (None if self.modelled else NOT_MODELLED) if self.before is None else self.before,
            "after": NOT_MODELLED if self.after is None else self.after,
            "change": NOT_MODELLED if self.change is None else self.change,
            "change_pct": relative if self.modelled else NOT_MODELLED,
            "status": self.status if self.modelled else NOT_MODELLED,
            "before_status": self.before_status if self.modelled or self.before is not None else NOT_MODELLED,
            "band_low": band[0],
            "band_high": band[1],
            "note": self.note,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes(Shown):
    """Every metric of one scenario for one region, and who loses and gains most."""

    scenario: Scenario
    region: str
    bloc: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    losers: pd.DataFrame
    gainers: pd.DataFrame
    source: str
    year: int
    method: str
    varied: tuple[str, ...] = ()
    responding: str = ""
    """Where prices respond: the elasticities and closures that were chosen, in words; empty at fixed prices."""
    band_where_responding: str = ""
    """What the band of metrics varies that are measured where prices respond; empty where there is none."""
    without_band: str = ""
    """Why there is no band although figures have ranges: at which end the scenario cannot be run."""
    notes: tuple[str, ...] = ()
    """What must be said besides: members of blocs that the economy does not show, rates and indices of prices used."""
    without_cost: tuple[Words, ...] = ()
    """The titles of the levers that act and of which nobody knows what they cost."""
    earners: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Where prices respond, what labour, capital and the treasury receive before, and the change; else empty."""
    partners: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Where prices respond, the other countries' real income and terms of trade, poorer ones first; else empty."""

    def in_a_line(self) -> str:
        """Which scenario, measured where."""
        modelled = sum(outcome.modelled for outcome in self.outcomes)
        words = f"{self.scenario.called}, measured for {self.region}"
        return f"{words}: {modelled} of {len(self.outcomes)} metrics are modelled"

    def main_table(self) -> pd.DataFrame:
        """What is modelled: before, after and the change."""
        frame = self.frame()
        kept = frame[[outcome.modelled for outcome in self.outcomes]]
        return kept[["before", "after", "change", "unit"]]

    def __iter__(self) -> Iterator[Outcome]:
        """Every outcome, in the order of the metrics."""
        return iter(self.outcomes)

    def __getitem__(self, metric: str) -> Outcome:
        found = {outcome.metric.id: outcome for outcome in self.outcomes}
        if metric not in found:
            raise UnknownLabelError("metric", metric, found)
        return found[metric]

    @property
    def about_the_band(self) -> str:
        """What the band varies, or why there is none."""
        fixed = self._about_the_band_at_fixed_prices
        if not self.band_where_responding:
            return fixed
        return f"Where prices respond: {self.band_where_responding} At fixed prices: {fixed}"

    @property
    def _about_the_band_at_fixed_prices(self) -> str:
        if self.without_band:
            return self.without_band
        if self.varied:
            return "Band: one assumed figure at a time at its low and high value: " + "; ".join(self.varied) + "."
        return "No band: no lever of the scenario rests on an assumed figure with a range. Data errors are not in it."

    def frame(self) -> pd.DataFrame:
        """One row a metric; cells without a figure say why in words ("not modelled", "no band", "undefined")."""
        frame = pd.DataFrame([outcome.record() for outcome in self.outcomes]).set_index("metric")
        about = {"region": self.region, "scenario": self.scenario.id, "source": self.source, "year": self.year}
        about |= {"status": PREDICTED}
        return relabelled(frame, OF_EACH_ROW, about=about)
