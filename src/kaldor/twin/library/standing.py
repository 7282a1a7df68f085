"""Where a band lies beside a published range: whether they meet, and by which factor they miss each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

_NOTHING = 1e-9


@dataclass(frozen=True)
class Standing:
    """`sign`: right, wrong, or "" where the published range lies on both sides of zero and asks for none.

    `factor` is 1 where band and range meet; else their nearest ends over each other, `large` where the band is the
    larger, infinite where it does not reach the sign of the range.
    """

    sign: str
    factor: float
    large: bool

    @property
    def met(self) -> bool:
        """Whether the band meets the range."""
        return self.factor == 1

    @property
    def words(self) -> str:
        """The same in two or three words."""
        if self.met:
            return "inside"
        if math.isinf(self.factor):
            return "does not reach it"
        return f"{self.factor:.2g} times too {'large' if self.large else 'small'}"


def standing(median: float, band: tuple[float, float], range: tuple[float, float]) -> Standing:
    """Where a band (5 %, 95 %) with its median stands beside a published range (lower end, upper end)."""
    (low, high), (least, most) = range, band
    sign = "" if low < 0 < high else ("right" if median * (low + high) > 0 else "wrong")
    if least <= high and low <= most:
        return Standing(sign, 1.0, False)
    # Nearest ends, turned so that the range is at or above zero where it can be.
    ours, theirs = (least, high) if least > high else (most, low)
    above = least > high
    if ours * theirs <= 0:
        beyond = abs(theirs) < _NOTHING
        return Standing(sign, math.inf, beyond)
    large = (above and theirs > 0) or (not above and theirs < 0)
    return Standing(sign, abs(ours / theirs) if large else abs(theirs / ours), large)
