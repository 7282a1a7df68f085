"""An outcome's change as a dial reads it: in terms that compare, on declared scales, against what is material.

A level changes in % of what it was, a share by percentage points; what is a change itself (real income, jobs to be
moved) is told in % of the income or the jobs that it is a change of. So no dial depends on how large a country is, and
none on what a slider does: its three scales and the least change that counts are declared beside the metric.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from kaldor.twin.natures import nature_of
from kaldor.twin.outcome import Outcome

Verdict = Literal["better", "worse", "neutral", "about no change", "either way", "cost not modelled"]
Size = Literal["small", "middle", "large"]
SIZES: Final[tuple[Size, ...]] = get_args(Size)
"""For which effects the three scales of a metric are, in their order."""

PERCENT, POINTS = "%", "percentage points"
OF_INCOME, OF_GROUP, OF_JOBS = "% of the country's income", "% of their income", "% of the country's jobs"


@dataclass(frozen=True)
class Effect:
    """A change, and its band if it has one, in `unit`; below `material` it is no change to speak of."""

    value: float
    low: float | None
    high: float | None
    unit: str
    material: float
    scales: tuple[float, float, float]
    verdict: Verdict

    @property
    def moves(self) -> bool:
        """Whether it is material."""
        return abs(self.value) >= self.material

    @property
    def size(self) -> Size:
        """The smallest scale that holds it; the largest where none does."""
        return next((size for size, end in zip(SIZES, self.scales, strict=True) if abs(self.value) <= end), SIZES[-1])

    @property
    def relative(self) -> float:
        """Its size beside an effect that fills the middle scale: what puts effects of several metrics in order."""
        return abs(self.value) / self.scales[1]


def effect_of(outcome: Outcome) -> Effect | None:
    """How a change reads; None where it is not modelled."""
    if outcome.change is None:
        return None
    factor, unit = _terms(outcome)
    value = outcome.change * factor
    low, high = (one * factor for one in outcome.band) if outcome.band else (None, None)
    metric = outcome.metric
    either = low is not None and high is not None and low < 0 < high
    return Effect(value, low, high, unit, metric.material, metric.scales, _verdict(outcome, value, either=either))


def _terms(outcome: Outcome) -> tuple[float, str]:
    """What a change is multiplied by, and the unit that it then has."""
    if outcome.unit == "%":
        return 1.0, PERCENT if nature_of(str(outcome.metric.measure)).of_change else POINTS
    if outcome.before:
        return 100 / abs(outcome.before), PERCENT
    if not outcome.size:
        return 1.0, outcome.unit
    if "jobs" in outcome.metric.needs:
        return 100 / outcome.size, OF_JOBS
    return 100 / outcome.size, OF_GROUP if outcome.metric.group else OF_INCOME


def _verdict(outcome: Outcome, value: float, *, either: bool) -> Verdict:
    if outcome.partial:
        return "cost not modelled"
    if abs(value) < outcome.metric.material:
        return "about no change"
    if outcome.metric.better == "none":
        return "neutral"
    if either:  # its band does not tell a rise from a fall
        return "either way"
    return "better" if (value > 0) == (outcome.metric.better == "higher") else "worse"
