"""Kaldor's figure beside a published one: its median, its band and how wide that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kaldor.twin.library.declared import Compared, Run


@dataclass(frozen=True)
class Figure:
    """A figure of a run, in per cent or in billion dollars.

    `median` and `band` are over the draws (5 to 95 %); by prices the usual set of elasticities, and the lowest and
    highest of all sets and closures.
    """

    compared: Compared
    run: Run
    median: float
    band: tuple[float, float]

    @property
    def width(self) -> float:
        """How many times as large the band's farther end is as its nearer one; infinite where it reaches zero."""
        near, far = sorted(map(abs, self.band))
        if self.band[0] * self.band[1] <= 0:
            return 1.0 if far == 0 else math.inf
        return far / near
