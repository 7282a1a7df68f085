"""Pictures along an axis: lines over years, and fans, a band with its median and the central run, over weeks."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, SIZE, bare, blank, tick, year_and_status
from kaldor.brief.document import Challenge, Chart, Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_HEIGHT: Final = 1.75  # inches, of the axes
_TOP: Final = 0.30
_FOOT: Final = 0.62
_DASHES: Final = (4, 2)


def draw_curves(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, width: float) -> Canvas:
    """The picture of a chart of form lines or fan, `width` inches wide. Values that are missing leave a gap."""
    marks = 0.2 if chart.marks else 0.0
    unit = textwrap.wrap(f"{chart.axis} ({chart.unit})", int(width / CHARACTER * 0.95))
    top = _TOP + 0.16 * len(unit) + marks
    height = top + _HEIGHT + _FOOT
    canvas = blank(width, height)
    points = [row.x if row.x is not None else float("nan") for row in chart.rows]
    series = _columns(chart, figures)
    left = 0.12 + 0.072 * _longest_tick(series)
    axes = canvas.add_axes((left / width, _FOOT / height, 1 - (left + 0.12) / width, _HEIGHT / height))
    _set_axes(axes, chart, points)
    if chart.form == "fan":
        _fan(axes, points, series, challenge)
    else:
        _lines(axes, points, series, challenge)
    _key(canvas, chart, challenge, width, height)
    for place, line in enumerate(unit):
        y = 1 - (_TOP + 0.07 + 0.16 * place) / height
        canvas.text(0.04 / width, y, line, fontsize=SIZE - 0.5, va="center", color=palette.QUIET)
    _marks(axes, chart)
    year_and_status(canvas, chart, width, height)
    return canvas


def _columns(chart: Chart, figures: Mapping[str, Figure]) -> list[list[float]]:
    rows = [row.values(figures) for row in chart.rows]
    return [
        [float("nan") if row[k] is None else float(row[k] or 0.0) for row in rows] for k in range(len(chart.series))
    ]


def _longest_tick(series: Sequence[Sequence[float]]) -> int:
    known = [value for values in series for value in values if math.isfinite(value)]
    if not known:
        return 2
    span = max(known) - min(known)
    decimals = 0 if span >= 4 else 1 if span >= 0.4 else 2 if span >= 0.04 else 3
    return max(len(f"{value:,.{decimals}f}") for value in (min(known), max(known)))


def _set_axes(axes: Axes, chart: Chart, points: Sequence[float]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    bare(axes)
    axes.tick_params(axis="both", labelcolor=palette.QUIET, labelsize=SIZE - 1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3))
    axes.yaxis.set_major_formatter(FuncFormatter(tick))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _=None: f"{value:g}"))
    axes.set_xlabel(chart.along, color=palette.QUIET, fontsize=SIZE - 0.5, labelpad=4, loc="left")
    axes.grid(axis="y", color=palette.RULE, linewidth=0.6)
    axes.set_xlim(points[0], points[-1])
    axes.margins(y=0.08)
    if chart.level is not None:
        axes.axhline(chart.level, color=palette.QUIET, linewidth=0.9, zorder=1.5)


def _fan(axes: Axes, points: Sequence[float], series: Sequence[Sequence[float]], challenge: Challenge) -> None:
    low, median, high, central = series
    axes.fill_between(points, low, high, color=palette.STEPS[challenge][2], linewidth=0, zorder=2)
    axes.plot(points, median, color=palette.STEPS[challenge][0], linewidth=1.3, dashes=_DASHES, zorder=3)
    axes.plot(points, central, color=palette.CHALLENGE[challenge], linewidth=2.0, zorder=4)


def _lines(axes: Axes, points: Sequence[float], series: Sequence[Sequence[float]], challenge: Challenge) -> None:
    strong = palette.CHALLENGE[challenge]
    colours = [palette.QUIET, strong] if len(series) > 1 else [strong]
    for place, (values, colour) in enumerate(zip(series, colours, strict=True)):
        dashes = _DASHES if place == 0 and len(series) > 1 else (None, None)
        axes.plot(
            points, values, color=colour, linewidth=1.9, dashes=dashes, marker="o", markersize=3.4, zorder=3 + place,
            clip_on=False,
        )  # fmt: skip
    low, high = axes.get_ylim()
    # Amounts are told from a baseline of zero where that does not flatten what is shown.
    if 0 < low < 0.6 * high:
        axes.set_ylim(0, high)


def _key(canvas: Canvas, chart: Chart, challenge: Challenge, width: float, height: float) -> None:
    """The names of band and lines with their looks, in one line at the top."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    strong, (dark, _, soft) = palette.CHALLENGE[challenge], palette.STEPS[challenge]
    if chart.form == "fan":
        low, median, high, central = chart.series
        entries = [("band", soft, f"{low} to {high}"), ("dashed", dark, median), ("line", strong, central)]
    elif len(chart.series) > 1:
        entries = [("dashed", palette.QUIET, chart.series[0]), ("line", strong, chart.series[1])]
    else:
        entries = [("line", strong, chart.series[0])]
    place, line = 0.04, 1 - 0.13 / height
    for look, colour, name in entries:
        if look == "band":
            size = (0.22 / width, 0.11 / height)
            canvas.add_artist(
                Rectangle((place / width, line - size[1] / 2), *size, facecolor=colour, transform=canvas.transFigure)
            )
        else:
            dashes = _DASHES if look == "dashed" else (None, None)
            ends = [place / width, (place + 0.24) / width]
            canvas.add_artist(
                Line2D(ends, [line, line], color=colour, linewidth=1.8, dashes=dashes, transform=canvas.transFigure)
            )
        canvas.text((place + 0.3) / width, line, name, fontsize=SIZE - 0.5, va="center", color=palette.INK)
        place += 0.3 + len(name) * CHARACTER + 0.3


def _marks(axes: Axes, chart: Chart) -> None:
    """Dotted verticals with a number above the axes; numbers that would touch share their place."""
    if not chart.marks:
        return
    first, last = axes.get_xlim()
    inside = sorted((mark for mark in chart.marks if first <= mark.x <= last), key=lambda mark: mark.x)
    groups: list[tuple[float, list[str]]] = []
    for mark in inside:
        axes.axvline(mark.x, color=palette.QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1.4)
        if groups and mark.x - groups[-1][0] < (last - first) * 0.035:
            groups[-1][1].append(mark.label)
        else:
            groups.append((mark.x, [mark.label]))
    for x, labels in groups:
        axes.annotate(
            ", ".join(labels),
            (x, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=SIZE - 1.5,
            color=palette.QUIET,
            annotation_clip=False,
        )
