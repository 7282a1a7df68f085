"""A metric of a scenario with some of its levers: what each lever's part in a change is worked out from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from kaldor.twin.metric import Metric
from kaldor.twin.outcome import Outcome
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin


@dataclass(eq=False)
class Game(ABC):
    """What is asked of a set of levers, by their positions in the scenario; the views differ in how it is answered."""

    twin: Twin
    scenario: Scenario
    metric: Metric
    region: str
    bloc: tuple[str, ...]

    @property
    @abstractmethod
    def size(self) -> float:
        """The size of what the metric is a change of, of which rounding leaves a share."""

    @abstractmethod
    def measured(self, members: frozenset[int]) -> Outcome:
        """The metric with these levers."""

    @abstractmethod
    def value(self, members: frozenset[int]) -> float:
        """The same as a number."""
