"""Where a band lies beside a published range: whether they meet, and by which factor they miss each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

Sign = Literal["right", "wrong", "no effect", "none asked"]

_NOTHING: Final = 0.005
"""Below it a figure rounds to nothing at the two decimals that are shown."""


@dataclass(frozen=True)
class Standing:
    """How a band stands: its sign, and by which factor it misses the range.

    `sign` is that of the median: "no effect" where it rounds to nothing, "none asked" by a range on both sides of zero.
    `factor` is 1 where band and range meet; else the larger of their nearest ends over the smaller, `large` where the
    band's is the larger, infinite where the band does not reach the sign of the range. Of a `null`, which only a band
    that lies wholly within it meets, it is how far the band goes beyond: its farther end over the range's.
    """

    sign: Sign
    factor: float
    large: bool = False
    null: bool = False

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
        digits = 2 if self.factor < 1.1 else 1 if self.factor < 10 else 0
        if self.null:
            return f"reaches {self.factor:.{digits}f} times as far"
        return f"{self.factor:.{digits}f} times too {'large' if self.large else 'small'}"


def standing(median: float, band: tuple[float, float], range: tuple[float, float], *, null: bool = False) -> Standing:
    """Where a band (lower end, upper end) with its median stands beside a published range (lower end, upper end).

    Beside a `null`, a range around zero that says that nothing was to be seen, the whole band has to lie within it.

    >>> standing(-1.0, (-1.5, -0.5), (-4.0, -3.0)).words, standing(-1.0, (-1.5, -0.5), (-0.25, 0.0)).words
    ('2.0 times too small', '2.0 times too large')
    """
    (low, high), (least, most) = range, band
    sign: Sign = "none asked" if low < 0 < high else _sign(median, low + high)
    if null:
        return Standing(sign, max(least / low, most / high, 1.0), large=not low <= least <= most <= high, null=True)
    if least <= high and low <= most:
        return Standing(sign, 1.0)
    ours, theirs = (most, low) if most < low else (least, high)
    if most < low < 0 or least > high > 0:
        return Standing(sign, ours / theirs, large=True)
    return Standing(sign, theirs / ours if ours * theirs > 0 else math.inf)


def _sign(median: float, published: float) -> Sign:
    if abs(median) < _NOTHING:
        return "no effect"
    return "right" if median * published > 0 else "wrong"
