"""The pictures of a brief, drawn as SVG: labelled directly, unit on the axis, the same bytes for the same data.

Text stays text, so that it can be read aloud, searched and set in the page's own type. Colours are those of
`palette`; the HTML page swaps them for its own variables and so follows a reader's dark setting.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, FACE, INCH, SIZE, Axis, Canvas, tick
from kaldor.brief.curves import draw_curves
from kaldor.brief.document import Challenge, Chart, Figure
from kaldor.brief.tables import as_in_a_sentence
from kaldor.brief.tiles import draw_tiles

__all__ = ["FACE", "draw", "series_colours"]

_WIDE: Final = 6.6 * INCH  # across a printed page
_BESIDE: Final = 4.2 * INCH  # with its table at the side
_ROW_HEIGHT: Final = 0.255 * INCH
_TWO_LINE_HEIGHT: Final = 0.33 * INCH
_KEY_HEIGHT: Final = 0.30 * INCH
_AXIS_HEIGHT: Final = 0.58 * INCH
_LINE: Final = 0.15 * INCH
_LONGEST_LINE: Final = 27
_SMALL: Final = 7.4  # points, of a label that two lines do not hold; three of its lines fit the height of two
_LABEL_GAP: Final = 9.0  # points between a label and the axis, where a dot may lie on zero


def draw(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge) -> str:
    """The picture of a chart as SVG, without the stamp and table that go beside it: the same on page and paper.

    It is as wide as it stands in print. The drawing is a function of its arguments alone: no date, no random ids.
    """
    width = _WIDE if chart.wide else _BESIDE
    paint = {"lines": draw_curves, "fan": draw_curves, "tiles": draw_tiles}.get(chart.form, _draw_rows)
    canvas = paint(chart, figures, challenge, width)
    canvas.year_and_status(chart)
    return canvas.svg()


@dataclass(frozen=True)
class _Rows:
    """A picture with a row for each category, while it is drawn."""

    chart: Chart
    challenge: Challenge
    values: list[list[float | None]]
    canvas: Canvas
    across: Axis
    top: float
    row_height: float

    @property
    def strong(self) -> str:
        return palette.CHALLENGE[self.challenge]

    @property
    def bottom(self) -> float:
        return self.top + self.row_height * len(self.chart.rows)

    def y(self, place: float) -> float:
        """The middle of a row."""
        return self.top + (place + 0.5) * self.row_height

    def bar(self, place: int, start: float, end: float, colour: str, height: float = 0.66) -> None:
        x, high = self.across.at(start), height * self.row_height
        self.canvas.rectangle(x, self.y(place) - high / 2, self.across.at(end) - x, high, colour)

    def span(self, place: int, start: float, end: float, colour: str, thick: float) -> None:
        points = [(self.across.at(value), self.y(place)) for value in (start, end)]
        self.canvas.line(points, colour, thick)

    def beside(self, place: int, end: float, text: str) -> None:
        """The value at the end of a bar, outside it, with no line of the axis through its digits."""
        x, left = self.across.at(end), end < 0
        wide, high = CHARACTER * len(text) * 0.9, SIZE * 0.9
        self.canvas.rectangle(
            x - 3 if left else x + 3, self.y(place) - high / 2, -wide if left else wide, high, palette.PAPER
        )
        at = (x - 4 if left else x + 4, self.y(place))
        self.canvas.text(at, text, anchor="end" if left else "start", size=SIZE - 0.5)


def _draw_rows(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, width: float) -> Canvas:
    chart = chart.model_copy(update={"rows": tuple(row for row in chart.rows if row.drawn)})
    key = _KEY_HEIGHT if _needs_key(chart) else 0.06 * INCH
    values = [row.values(figures) for row in chart.rows]
    labels = [_label(row.label) for row in chart.rows]
    two_lines = any(len(label.lines) > 1 for label in labels)
    left = min(max(label.width for label in labels) + _LABEL_GAP + 4, width * 0.46)
    axis = textwrap.wrap(f"{chart.axis} ({chart.unit})", int((width - left) / CHARACTER))
    foot = _AXIS_HEIGHT + _LINE * (len(axis) - 1)
    row_height = _TWO_LINE_HEIGHT if two_lines else _ROW_HEIGHT
    canvas = Canvas(width, key + row_height * len(chart.rows) + foot)
    across = _across(chart, values, left, width - _room_for_values(chart, values))
    rows = _Rows(chart, challenge, values, canvas, across, key, row_height)
    _prepare(rows, axis)
    _FORMS[chart.form](rows)
    if _needs_key(chart):
        _key(rows)
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


def _prepare(rows: _Rows, axis: list[str]) -> None:
    """Row labels at the left, light vertical lines with their values, and the unit under them."""
    canvas, across = rows.canvas, rows.across
    for place, row in enumerate(rows.chart.rows):
        label = _label(row.label)
        for number, line in enumerate(label.lines):
            y = rows.y(place) + (number - (len(label.lines) - 1) / 2) * label.size * 1.1
            canvas.text((across.start - _LABEL_GAP, y), line, anchor="end", size=label.size, bold=row.highlight)
    for value in across.ticks():
        x = across.at(value)
        canvas.line([(x, rows.top), (x, rows.bottom)], palette.RULE, 0.6)
        canvas.text((x, rows.bottom + 8.6), tick(value), anchor="middle", size=SIZE - 1, colour=palette.QUIET)
    if across.low < 0:
        x = across.at(0.0)
        canvas.line([(x, rows.top), (x, rows.bottom)], palette.QUIET, 0.9)
    for number, line in enumerate(axis):
        canvas.text((across.start, rows.bottom + 22 + number * _LINE), line, size=SIZE - 0.5, colour=palette.QUIET)


def _bars(rows: _Rows) -> None:
    lengths = [row[0] or 0.0 for row in rows.values]
    any_highlight = any(row.highlight for row in rows.chart.rows)
    soft = palette.STEPS[rows.challenge][2]
    for place, (length, row) in enumerate(zip(lengths, rows.chart.rows, strict=True)):
        rows.bar(place, 0.0, length, rows.strong if row.highlight or not any_highlight else soft)
        rows.beside(place, length, as_in_a_sentence(rows.values[place][0]))


def _stacked(rows: _Rows) -> None:
    colours = series_colours(rows.chart, rows.challenge)
    totals = [sum(value or 0.0 for value in row) for row in rows.values]
    for place, row in enumerate(rows.values):
        start = 0.0
        for value, colour in zip(row, colours, strict=True):
            rows.bar(place, start, start + (value or 0.0), colour)
            start += value or 0.0
        rows.beside(place, totals[place], as_in_a_sentence(totals[place]))


def _dumbbell(rows: _Rows) -> None:
    for place, row in enumerate(rows.values):
        known = [value for value in row if value is not None]
        if known:
            rows.span(place, min(known), max(known), palette.RULE, 3.2)
    _dots(rows)


def _dots(rows: _Rows) -> None:
    for series, colour in enumerate(series_colours(rows.chart, rows.challenge)):
        hollow = series == 0 and len(rows.chart.series) > 1
        for place, row in enumerate(rows.values):
            if (value := row[series]) is not None:
                at = (rows.across.at(value), rows.y(place))
                rows.canvas.disc(at, 3.3, palette.PAPER if hollow else colour, colour)


def _boxes(rows: _Rows) -> None:
    """A line from the first to the last percentile, a bar over the middle ones, and the median across it."""
    dark, _, soft = palette.STEPS[rows.challenge]
    for place, row in enumerate(rows.values):
        known = [value for value in row if value is not None]
        if len(known) < len(row):
            continue
        low, lower, median, upper, high = known
        rows.span(place, low, high, palette.QUIET, 1.4)
        rows.bar(place, lower, upper, soft, height=0.5)
        x = rows.across.at(median)
        rows.canvas.line([(x, rows.y(place - 0.32)), (x, rows.y(place + 0.32))], dark, 2.2)


_FORMS: Mapping[str, Callable[[_Rows], None]] = {
    "bars": _bars,
    "stacked": _stacked,
    "dumbbell": _dumbbell,
    "dots": _dots,
    "boxes": _boxes,
}


def _across(chart: Chart, values: list[list[float | None]], start: float, end: float) -> Axis:
    """The axis, with room left of the longest bar below zero for its value, which would else cover a row's label."""
    low, high = _span(chart, values)
    if low < 0 and chart.form in ("bars", "stacked"):
        share = (6 + CHARACTER * _longest(chart, values)) / (end - start)
        low = (low - share * high) / (1 - share)
    return Axis(low, high, start, end)


def _span(chart: Chart, values: list[list[float | None]]) -> tuple[float, float]:
    """The ends of an axis that begins at zero, or reaches below it where values do."""
    known = [value for row in values for value in row if value is not None]
    if chart.form == "stacked":
        known = [sum(value or 0.0 for value in row) for row in values]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = (high - low) * 0.03 or 1.0
    return low - (room if low < 0 else 0.0), high + room


def _key(rows: _Rows) -> None:
    """The names of the series with their marks, in one line above the rows, in reading order."""
    chart, canvas = rows.chart, rows.canvas
    round_marks = chart.form in ("dumbbell", "dots")
    x, y = 0.09 * INCH, 0.13 * INCH
    for series, (name, colour) in enumerate(zip(chart.series, series_colours(chart, rows.challenge), strict=True)):
        if round_marks:
            canvas.disc((x, y), 3.25, palette.PAPER if series == 0 else colour, colour)
        else:
            canvas.rectangle(x - 3.25, y - 3.25, 6.5, 6.5, colour)
        canvas.text((x + 0.1 * INCH, y), name, size=SIZE - 0.5)
        x += 0.4 * INCH + len(name) * CHARACTER


def _room_for_values(chart: Chart, values: list[list[float | None]]) -> float:
    """Points right of the axis: for the value at the end of a bar, or for half a tick label."""
    if chart.form not in ("bars", "stacked"):
        return 0.22 * INCH
    return 0.14 * INCH + CHARACTER * _longest(chart, values)


def _longest(chart: Chart, values: list[list[float | None]]) -> int:
    """Letters of the longest number at the end of a bar."""
    ends = [sum(value or 0.0 for value in row) if chart.form == "stacked" else row[0] for row in values]
    return max((len(as_in_a_sentence(end)) for end in ends), default=0)


@dataclass(frozen=True)
class _Label:
    """A row's label in lines, and their size in points."""

    lines: tuple[str, ...]
    size: float

    @property
    def width(self) -> float:
        """About how wide the longest line is, in points."""
        return max(map(len, self.lines)) * CHARACTER * self.size / SIZE


def _label(text: str) -> _Label:
    """A label in at most two lines, or in three of smaller type; the table beside the picture has it in full."""
    lines = textwrap.wrap(text, _LONGEST_LINE) or [text]
    if len(lines) <= 2:
        return _Label(tuple(lines), SIZE)
    letters = int(_LONGEST_LINE * SIZE / _SMALL)
    return _Label(tuple(textwrap.wrap(text, letters, max_lines=3, placeholder=" …")), _SMALL)
