"""Pictures along an axis: lines over years, and fans, a band with its median and the central run, over weeks."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, INCH, SIZE, Axis, Canvas, Point, tick
from kaldor.brief.document import Challenge, Chart, Figure

_HEIGHT: Final = 1.75 * INCH  # of the axes
_TOP: Final = 0.30 * INCH
_FOOT: Final = 0.62 * INCH
_DASHES: Final = (4, 2)
_DOTS: Final = (1, 2)


def draw_curves(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, width: float) -> Canvas:
    """The picture of a chart of form lines or fan, `width` points wide. Values that are missing leave a gap."""
    marks = 0.2 * INCH if chart.marks else 0.0
    unit = textwrap.wrap(f"{chart.axis} ({chart.unit})", int(width / CHARACTER * 0.95))
    top = _TOP + 0.16 * INCH * len(unit) + marks
    canvas = Canvas(width, top + _HEIGHT + _FOOT)
    points = [row.x if row.x is not None else math.nan for row in chart.rows]
    series = _columns(chart, figures)
    left = (0.12 + 0.072 * _longest_tick(series)) * INCH
    x = Axis(points[0], points[-1] if points[-1] > points[0] else points[0] + 1, left, width - 0.12 * INCH)
    y = Axis(*_reach(chart, series), top + _HEIGHT, top)
    _draw_axes(canvas, chart, x, y)
    curves = [[(x.at(a), y.at(b)) for a, b in zip(points, values, strict=True)] for values in series]
    (_fan if chart.form == "fan" else _lines)(canvas, curves, challenge)
    _key(canvas, chart, challenge)
    for place, line in enumerate(unit):
        at = (0.04 * INCH, _TOP + (0.07 + 0.16 * place) * INCH)
        canvas.text(at, line, size=SIZE - 0.5, colour=palette.QUIET)
    _marks(canvas, chart, x, y)
    return canvas


def _columns(chart: Chart, figures: Mapping[str, Figure]) -> list[list[float]]:
    rows = [row.values(figures) for row in chart.rows]
    return [[math.nan if row[k] is None else float(row[k] or 0.0) for row in rows] for k in range(len(chart.series))]


def _longest_tick(series: Sequence[Sequence[float]]) -> int:
    known = _known(series)
    if not known:
        return 2
    span = max(known) - min(known)
    decimals = 0 if span >= 4 else 1 if span >= 0.4 else 2 if span >= 0.04 else 3
    return max(len(f"{value:,.{decimals}f}") for value in (min(known), max(known)))


def _known(series: Sequence[Sequence[float]]) -> list[float]:
    return [value for values in series for value in values if math.isfinite(value)]


def _reach(chart: Chart, series: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The ends of the vertical axis: all values and the level, with a little room."""
    known = _known(series) + ([chart.level] if chart.level is not None else [])
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    room = 0.08 * (high - low) or abs(high) * 0.05 or 1.0
    low, high = low - room, high + room
    # Amounts are told from a baseline of zero where that does not flatten what is shown.
    return (0.0, high) if chart.form == "lines" and 0 < low < 0.6 * high else (low, high)


def _draw_axes(canvas: Canvas, chart: Chart, x: Axis, y: Axis) -> None:
    for value in y.ticks():
        canvas.line([(x.start, y.at(value)), (x.end, y.at(value))], palette.RULE, 0.6)
        canvas.text((x.start - 5, y.at(value)), tick(value), anchor="end", size=SIZE - 1, colour=palette.QUIET)
    for value in x.ticks(6, whole=True):
        place = (x.at(value), y.start + 8.6)
        canvas.text(place, f"{value:g}", anchor="middle", size=SIZE - 1, colour=palette.QUIET)
    canvas.text((x.start, y.start + 22), chart.along, size=SIZE - 0.5, colour=palette.QUIET)
    if chart.level is not None:
        canvas.line([(x.start, y.at(chart.level)), (x.end, y.at(chart.level))], palette.QUIET, 0.9)


def _fan(canvas: Canvas, curves: Sequence[Sequence[Point]], challenge: Challenge) -> None:
    low, median, high, central = curves
    canvas.area(high, low, palette.STEPS[challenge][2])
    canvas.line(median, palette.STEPS[challenge][0], 1.3, _DASHES)
    canvas.line(central, palette.CHALLENGE[challenge], 2.0)


def _lines(canvas: Canvas, curves: Sequence[Sequence[Point]], challenge: Challenge) -> None:
    strong = palette.CHALLENGE[challenge]
    colours = [palette.QUIET, strong] if len(curves) > 1 else [strong]
    for place, (points, colour) in enumerate(zip(curves, colours, strict=True)):
        canvas.line(points, colour, 1.9, _DASHES if place == 0 and len(curves) > 1 else ())
        for point in points:
            if math.isfinite(point[1]):
                canvas.disc(point, 2.2, colour)


def _key(canvas: Canvas, chart: Chart, challenge: Challenge) -> None:
    """The names of band and lines with their looks, in one line at the top."""
    strong, (dark, _, soft) = palette.CHALLENGE[challenge], palette.STEPS[challenge]
    if chart.form == "fan":
        low, median, high, central = chart.series
        entries = [("band", soft, f"{low} to {high}"), ("dashed", dark, median), ("line", strong, central)]
    elif len(chart.series) > 1:
        entries = [("dashed", palette.QUIET, chart.series[0]), ("line", strong, chart.series[1])]
    else:
        entries = [("line", strong, chart.series[0])]
    x, y = 0.04 * INCH, 0.13 * INCH
    for look, colour, name in entries:
        if look == "band":
            canvas.rectangle(x, y - 4, 0.22 * INCH, 8, colour)
        else:
            canvas.line([(x, y), (x + 0.24 * INCH, y)], colour, 1.8, _DASHES if look == "dashed" else ())
        canvas.text((x + 0.3 * INCH, y), name, size=SIZE - 0.5)
        x += 0.6 * INCH + len(name) * CHARACTER


def _marks(canvas: Canvas, chart: Chart, x: Axis, y: Axis) -> None:
    """Dotted verticals with a number above the axes; numbers that would touch share their place."""
    inside = sorted((mark for mark in chart.marks if x.low <= mark.x <= x.high), key=lambda mark: mark.x)
    groups: list[tuple[float, list[str]]] = []
    for mark in inside:
        canvas.line([(x.at(mark.x), y.end), (x.at(mark.x), y.start)], palette.QUIET, 0.8, _DOTS)
        if groups and mark.x - groups[-1][0] < (x.high - x.low) * 0.035:
            groups[-1][1].append(mark.label)
        else:
            groups.append((mark.x, [mark.label]))
    for place, labels in groups:
        words = ", ".join(labels)
        canvas.text((x.at(place), y.end - 7), words, anchor="middle", size=SIZE - 1.5, colour=palette.QUIET)
