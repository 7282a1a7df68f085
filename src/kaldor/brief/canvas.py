"""A small SVG canvas: shapes and words at places in points, axes with round ticks, and what all pictures share.

A brief's pictures are rows of bars and dots, a few lines, and tiles. Written straight as SVG they cost a millisecond
each; a plotting library took 50 ms for each and 200 ms to load, a third of the whole run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeVar
from xml.sax.saxutils import escape

from kaldor.brief import palette
from kaldor.brief.document import Chart
from kaldor.brief.numbers import in_table

FACE: Final = "'Libertinus Serif'"
SIZE: Final = 9.5
INCH: Final = 72.0
CHARACTER: Final = 0.068 * INCH  # on average, at SIZE
_MIDDLE: Final = 0.33  # of the size: how far a line's baseline lies below the middle of its letters
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)

Point = tuple[float, float]
_P = TypeVar("_P", bound=tuple[float, ...])


class Canvas:
    """A picture of some width and height in points; places are measured from the top left corner."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def rectangle(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str = "", thick: float = 0.7,
        dashes: Sequence[float] = (),
    ) -> None:  # fmt: skip
        """A rectangle from its corner; a negative width reaches to the left."""
        place = f'x="{_at(min(x, x + width))}" y="{_at(y)}" width="{_at(abs(width))}" height="{_at(height)}"'
        self._parts.append(f'<rect {place} style="fill:{fill}{_stroke(edge, thick, dashes)}"/>')

    def disc(self, place: Point, radius: float, fill: str, edge: str = "", thick: float = 1.6) -> None:
        """A circle, filled, with an edge if one is given."""
        x, y = place
        self._parts.append(
            f'<circle cx="{_at(x)}" cy="{_at(y)}" r="{_at(radius)}" style="fill:{fill}{_stroke(edge, thick)}"/>'
        )

    def line(self, points: Sequence[Point], colour: str, thick: float, dashes: Sequence[float] = ()) -> None:
        """A line through points; one with a coordinate that is not a number leaves a gap."""
        for run in _runs(points):
            self._parts.append(f'<path d="M{_path(run)}" style="fill:none{_stroke(colour, thick, dashes)}"/>')

    def area(self, upper: Sequence[Point], lower: Sequence[Point], fill: str) -> None:
        """What lies between two lines over the same places, with gaps where either has one."""
        both = [(*a, *b) for a, b in zip(upper, lower, strict=True)]
        for run in _runs(both):
            outline = [*((x, y) for x, y, *_ in run), *((x, y) for *_, x, y in reversed(run))]
            self._parts.append(f'<path d="M{_path(outline)}Z" style="fill:{fill}"/>')

    def text(
        self, place: Point, words: str, *, anchor: Literal["start", "middle", "end"] = "start", size: float = SIZE,
        colour: str = palette.INK, bold: bool = False,
    ) -> None:  # fmt: skip
        """One line of words, its middle at the height of the place."""
        look = f"font-size:{_at(size)}px;text-anchor:{anchor};fill:{colour}{';font-weight:bold' if bold else ''}"
        x, y = place
        self._parts.append(f'<text x="{_at(x)}" y="{_at(y + _MIDDLE * size)}" style="{look}">{escape(words)}</text>')

    def svg(self) -> str:
        """The picture: no date, no ids, and the same bytes whenever the same is drawn."""
        size = f'width="{_at(self.width)}pt" height="{_at(self.height)}pt"'
        box = f'viewBox="0 0 {_at(self.width)} {_at(self.height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} style="font-family:{FACE};stroke-linejoin:round">'
        return "\n".join([head, *self._parts, "</svg>"])

    def year_and_status(self, chart: Chart) -> None:
        """Year and status inside the picture, so that they stay with it when it is copied out."""
        words = f"{chart.stamp.period or chart.stamp.year} · {chart.stamp.status}"
        place = (self.width - 0.02 * INCH, self.height - 0.09 * INCH)
        self.text(place, words, anchor="end", size=SIZE - 2, colour=palette.QUIET)


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` laid out from `start` to `end`, in points."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int = 5, *, whole: bool = False) -> list[float]:
        """Round values on the axis, at most `most` steps apart; whole numbers, if asked for."""
        power = 10.0 ** math.floor(math.log10((self.high - self.low) / most))
        power = max(power, 1.0) if whole else power
        sizes = (step * power * scale for scale in (1.0, 10.0) for step in _STEPS)
        fitting = (size for size in sizes if (self.high - self.low) / size <= most + 1e-9)
        step = next(size for size in fitting if not whole or float(size).is_integer())
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def tick(value: float) -> str:
    """A number on an axis."""
    text = f"{value:.6g}"
    decimals = len(text.split(".")[1]) if "." in text and "e" not in text else 0
    return in_table(value, decimals)


def _runs(points: Sequence[_P]) -> list[Sequence[_P]]:
    """The stretches of points whose every coordinate is a number."""
    gaps = [-1, *(k for k, point in enumerate(points) if not all(map(math.isfinite, point))), len(points)]
    return [points[a + 1 : b] for a, b in pairwise(gaps) if b > a + 1]


def _path(points: Sequence[Point]) -> str:
    return "L".join(f"{_at(x)} {_at(y)}" for x, y in points)


def _stroke(colour: str, thick: float, dashes: Sequence[float] = ()) -> str:
    if not colour:
        return ""
    broken = f";stroke-dasharray:{','.join(_at(length * thick) for length in dashes)}" if dashes else ""
    return f";stroke:{colour};stroke-width:{_at(thick)}{broken}"


def _at(value: float) -> str:
    """A coordinate, to a hundredth of a point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
