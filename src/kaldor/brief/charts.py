"""The pictures of a brief, drawn as SVG: labelled directly, unit on the axis, the same bytes for the same data.

Text stays text, so that it can be read aloud, searched and set in the page's own type. Colours are those of
`palette`; the HTML page swaps them for its own variables and so follows a reader's dark setting.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING, Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, FACE, SIZE, bare, blank, style, tick, year_and_status
from kaldor.brief.curves import draw_curves
from kaldor.brief.document import Challenge, Chart, Figure
from kaldor.brief.numbers import decimals_for, in_table
from kaldor.brief.tiles import draw_tiles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

__all__ = ["FACE", "draw", "series_colours"]

_ROW_HEIGHT: Final = 0.255  # inches
_TWO_LINE_HEIGHT: Final = 0.33
_KEY_HEIGHT: Final = 0.30
_AXIS_HEIGHT: Final = 0.58
_LONGEST_LINE: Final = 27


def draw(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, *, width: float = 4.6) -> str:
    """The picture of a chart as an SVG of `width` inches, without the stamp and table that go beside it.

    The drawing is a function of its arguments alone: no date, no random ids.
    """
    import matplotlib

    with matplotlib.rc_context(style(chart)):
        paint = {"lines": draw_curves, "fan": draw_curves, "tiles": draw_tiles}.get(chart.form, _draw_rows)
        written = StringIO()
        paint(chart, figures, challenge, width).savefig(
            written, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return _tidied(written.getvalue(), chart)


def _draw_rows(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, width: float) -> Canvas:
    """A picture with a row for each category."""
    key = _KEY_HEIGHT if _needs_key(chart) else 0.06
    two_lines = any(len(_lines(row.label)) > 1 for row in chart.rows)
    longest = max(len(line) for row in chart.rows for line in _lines(row.label))
    left = min(longest * CHARACTER + 0.12, width * 0.46)
    axis = textwrap.wrap(f"{chart.axis} ({chart.unit})", int((width - left) / CHARACTER))
    foot = _AXIS_HEIGHT + 0.15 * (len(axis) - 1)
    height = key + (_TWO_LINE_HEIGHT if two_lines else _ROW_HEIGHT) * len(chart.rows) + foot
    canvas = blank(width, height)
    right = _room_for_values(chart, figures)
    axes = canvas.add_axes((left / width, foot / height, 1 - (left + right) / width, 1 - (foot + key) / height))
    _prepare(axes, chart, axis)
    _FORMS[chart.form](axes, chart, _values(chart, figures), challenge)
    if _needs_key(chart):
        _key(axes, chart, challenge, width, height)
    year_and_status(canvas, chart, width, height)
    return canvas


def _needs_key(chart: Chart) -> bool:
    return len(chart.series) > 1 and chart.form != "boxes"


def series_colours(chart: Chart, challenge: Challenge) -> tuple[str, ...]:
    """One colour for each series of a chart, in order."""
    if chart.form == "stacked":
        return palette.STEPS[challenge][: len(chart.series)]
    if len(chart.series) == 1:
        return (palette.CHALLENGE[challenge],)
    return (palette.QUIET, palette.CHALLENGE[challenge], palette.STEPS[challenge][0])[: len(chart.series)]


def _values(chart: Chart, figures: Mapping[str, Figure]) -> list[list[float | None]]:
    return [row.values(figures) for row in chart.rows]


def _prepare(axes: Axes, chart: Chart, axis: list[str]) -> None:
    """Rows from top to bottom, row labels at the left, light vertical lines, the unit under the axis."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    places = range(len(chart.rows))
    axes.set_ylim(len(chart.rows) - 0.5, -0.5)
    axes.set_yticks(list(places), ["\n".join(_lines(row.label)) for row in chart.rows], linespacing=0.95)
    for row, label in zip(chart.rows, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if row.highlight else "normal")
    bare(axes)
    axes.tick_params(axis="x", labelcolor=palette.QUIET, labelsize=SIZE - 1)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=3))
    axes.xaxis.set_major_formatter(FuncFormatter(tick))
    axes.set_xlabel("\n".join(axis), color=palette.QUIET, fontsize=SIZE - 0.5, labelpad=4, loc="left", linespacing=1.0)
    axes.grid(axis="x", color=palette.RULE, linewidth=0.6)


def _bars(axes: Axes, chart: Chart, values: list[list[float | None]], challenge: Challenge) -> None:
    lengths = [row[0] or 0.0 for row in values]
    any_highlight = any(row.highlight for row in chart.rows)
    strong, soft = palette.CHALLENGE[challenge], palette.STEPS[challenge][2]
    colours = [strong if row.highlight or not any_highlight else soft for row in chart.rows]
    axes.barh(range(len(lengths)), lengths, height=0.66, color=colours)
    _span(axes, lengths)
    decimals = decimals_for(lengths)
    for place, (length, row) in enumerate(zip(lengths, values, strict=True)):
        _beside(axes, place, length, in_table(row[0], decimals), leftward=length < 0)


def _stacked(axes: Axes, chart: Chart, values: list[list[float | None]], challenge: Challenge) -> None:
    colours = series_colours(chart, challenge)
    starts = [0.0] * len(values)
    for series, colour in enumerate(colours):
        lengths = [row[series] or 0.0 for row in values]
        axes.barh(range(len(lengths)), lengths, left=starts, height=0.66, color=colour)
        starts = [start + length for start, length in zip(starts, lengths, strict=True)]
    _span(axes, starts)
    decimals = decimals_for(starts)
    for place, total in enumerate(starts):
        _beside(axes, place, total, in_table(total, decimals))


def _dumbbell(axes: Axes, chart: Chart, values: list[list[float | None]], challenge: Challenge) -> None:
    for place, row in enumerate(values):
        known = [value for value in row if value is not None]
        if known:
            axes.plot([min(known), max(known)], [place, place], color=palette.RULE, linewidth=3.2, zorder=2)
    _dots(axes, chart, values, challenge)


def _dots(axes: Axes, chart: Chart, values: list[list[float | None]], challenge: Challenge) -> None:
    for series, colour in enumerate(series_colours(chart, challenge)):
        points = [(x, place) for place, row in enumerate(values) if (x := row[series]) is not None]
        hollow = series == 0 and len(chart.series) > 1
        axes.scatter(
            [x for x, _ in points],
            [y for _, y in points],
            s=44,
            facecolor=palette.PAPER if hollow else colour,
            edgecolor=colour,
            linewidth=1.6,
            zorder=3 + series,
            clip_on=False,
        )
    _span(axes, [value for row in values for value in row if value is not None])


def _boxes(axes: Axes, chart: Chart, values: list[list[float | None]], challenge: Challenge) -> None:
    """A line from the first to the last percentile, a bar over the middle ones, and the median across it."""
    for place, row in enumerate(values):
        low, lower, median, upper, high = (value if value is not None else float("nan") for value in row)
        axes.plot([low, high], [place, place], color=palette.QUIET, linewidth=1.4, zorder=2, solid_capstyle="butt")
        axes.barh(place, upper - lower, left=lower, height=0.5, color=palette.STEPS[challenge][2], zorder=3)
        axes.plot(
            [median, median], [place - 0.32, place + 0.32], color=palette.STEPS[challenge][0], linewidth=2.2, zorder=4
        )
    _span(axes, [value for row in values for value in row if value is not None])


_FORMS: Mapping[str, Callable[[Axes, Chart, list[list[float | None]], Challenge], None]] = {
    "bars": _bars,
    "stacked": _stacked,
    "dumbbell": _dumbbell,
    "dots": _dots,
    "boxes": _boxes,
}


def _span(axes: Axes, values: list[float]) -> None:
    """An axis that begins at zero, or reaches below it where values do."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) * 0.03 or 1.0
    axes.set_xlim(low - (room * 5 if low < 0 else 0.0), high + room)
    if low < 0:
        axes.axvline(0.0, color=palette.QUIET, linewidth=0.9, zorder=1.5)


def _beside(axes: Axes, place: int, end: float, text: str, *, leftward: bool = False) -> None:
    axes.annotate(
        text,
        (end, place),
        xytext=(-4 if leftward else 4, 0),
        textcoords="offset points",
        ha="right" if leftward else "left",
        va="center",
        fontsize=SIZE - 0.5,
        color=palette.INK,
        annotation_clip=False,
    )


def _key(axes: Axes, chart: Chart, challenge: Challenge, width: float, height: float) -> None:
    """The names of the series with their marks, in one line above the rows, in reading order."""
    from matplotlib.lines import Line2D

    figure, round_marks = axes.figure, chart.form in ("dumbbell", "dots")
    place, line = 0.09, 1 - 0.13 / height
    for series, (name, colour) in enumerate(zip(chart.series, series_colours(chart, challenge), strict=True)):
        mark = Line2D(
            [place / width],
            [line],
            marker="o" if round_marks else "s",
            markersize=6.5,
            markerfacecolor=palette.PAPER if round_marks and series == 0 else colour,
            markeredgecolor=colour,
            markeredgewidth=1.6 if round_marks else 0,
            linestyle="none",
            transform=figure.transFigure,
        )
        figure.add_artist(mark)
        figure.text((place + 0.1) / width, line, name, fontsize=SIZE - 0.5, va="center", color=palette.INK)
        place += 0.1 + len(name) * CHARACTER + 0.3


def _room_for_values(chart: Chart, figures: Mapping[str, Figure]) -> float:
    """Inches right of the axes: for the value at the end of a bar, or for half a tick label."""
    if chart.form not in ("bars", "stacked"):
        return 0.22
    largest = max((abs(sum(v or 0.0 for v in row)) for row in _values(chart, figures)), default=0.0)
    return 0.14 + CHARACTER * len(in_table(largest, decimals_for([largest])))


def _lines(label: str) -> list[str]:
    """A label in at most two lines; the table beside the picture has it in full."""
    return textwrap.wrap(label, _LONGEST_LINE, max_lines=2, placeholder=" …") if len(label) > _LONGEST_LINE else [label]


def _tidied(svg: str, chart: Chart) -> str:
    """The drawing without prologue, with ids of its own and type that its page decides."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{chart.id}-', body)
    body = re.sub(r"url\(#", f"url(#{chart.id}-", body)
    body = re.sub(r'href="#', f'href="#{chart.id}-', body)
    return re.sub(r"'STIXGeneral'(, 'DejaVu Serif')?", FACE, body).strip()
