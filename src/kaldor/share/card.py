"""A scenario as a picture that speaks for itself: what, where, when, unit, scale, legend and source are inside it."""

from __future__ import annotations

import math
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, SIZE, Axis, Canvas, tick
from kaldor.share.scenario import Shared
from kaldor.twin.outcome import Outcome
from kaldor.words import figure

_WIDTH: Final = 600.0
_EDGE: Final = 18.0
_BAR: Final = 352.0  # where bars begin; words stand to the left of it
_ROW: Final = 44.0
_LINE: Final = 13.0
_SMALL: Final = SIZE - 1.5
_DOTS_AN_INCH: Final = 192
_TITLE: Final = 16.0
_SENTENCE: Final = SIZE + 1.5


def card(of: Shared) -> str:
    """The picture as SVG: one row a headline figure, with its bar in % of before on one scale, and its band."""
    rows = of.headline
    title, sentence = _wrapped(of.title, _TITLE, 3), _wrapped(of.sentence, _SENTENCE, 4)
    about, foot = _about(of), _foot(of)
    top = _EDGE + 24 * len(title) + 15 * len(sentence) + _LINE * len(about) + 22
    height = top + _ROW * len(rows) + 34 + _LINE * len(foot) + _EDGE
    canvas = Canvas(_WIDTH, height)
    canvas.rectangle(0, 0, _WIDTH, height, palette.PAPER)
    y = _EDGE
    for line in title:
        canvas.text((_EDGE, y + 9), line, size=_TITLE, bold=True)
        y += 24
    for line in sentence:
        canvas.text((_EDGE, y + 6), line, size=_SENTENCE)
        y += 15
    for line in about:
        canvas.text((_EDGE, y + 7), line, size=_SMALL, colour=palette.QUIET)
        y += _LINE
    axis = _axis(rows)
    for place, one in enumerate(rows):
        _row(canvas, one, top + place * _ROW, axis)
    bottom = top + _ROW * len(rows)
    _scale(canvas, axis, bottom)
    for place, line in enumerate(foot):
        canvas.text((_EDGE, bottom + 36 + place * _LINE), line, size=_SMALL, colour=palette.QUIET)
    return canvas.svg()


def as_png(svg: str) -> bytes:
    """The same picture in dots, two for each point of a screen, set in the fonts that the compiler brings."""
    import typst

    with tempfile.TemporaryDirectory(prefix="kaldor-card-") as name:
        folder = Path(name)
        (folder / "card.svg").write_text(svg, "utf-8")
        page = '#set page(width: auto, height: auto, margin: 0pt)\n#image("card.svg")\n'
        (folder / "card.typ").write_text(page, "utf-8")
        compiler = typst.Compiler(str(folder / "card.typ"), root=str(folder), ignore_system_fonts=True)
        made = compiler.compile(format="png", ppi=_DOTS_AN_INCH)
    assert isinstance(made, bytes), "one page was asked for"
    return made


def in_percent(one: Outcome) -> tuple[float, tuple[float, float] | None] | None:
    """The change in % of before, or of a metric that is itself a change in %; with its band. None for an amount."""
    if one.change is None:
        return None
    if one.before:
        factor = 100 / abs(one.before)
    elif one.unit == "%" and one.before is None:
        factor = 1.0
    else:
        return None
    band = None if one.band is None else (factor * one.band[0], factor * one.band[1])
    return factor * one.change, band


def change_in_words(one: Outcome) -> str:
    """The change with its unit, in % beside it where there is a level before; in words where there is no figure."""
    if one.change is None:
        return "not modelled"
    told = f"{_signed(one.change)} {_unit_of_change(one)}"
    share = one.change_pct
    return told if share is None or one.unit == "%" else f"{told} ({_signed(share)} %)"


def _unit_of_change(one: Outcome) -> str:
    return "percentage points" if one.unit == "%" and one.before is not None else one.unit


def _signed(value: float) -> str:
    return f"+{figure(value)}" if value > 0 else figure(value)


def _row(canvas: Canvas, one: Outcome, y: float, axis: Axis) -> None:
    dimension = one.metric.dimension
    colour = palette.CHALLENGE["economy" if dimension == "treasury" else dimension]
    canvas.rectangle(_EDGE, y + 2, 3, _ROW - 8, colour)
    canvas.text((_EDGE + 9, y + 7), dimension.capitalize(), size=_SMALL, colour=colour, bold=True)
    title = _shortened(one.metric.title, int((_BAR - _EDGE - 20) / CHARACTER))
    canvas.text((_EDGE + 9, y + 19), title)
    level = f"{figure(one.before)} → {figure(one.after)}; " if one.before is not None and one.modelled else ""
    canvas.text((_EDGE + 9, y + 31), f"{level}{change_in_words(one)}", size=_SMALL, colour=palette.QUIET)
    shown = in_percent(one)
    if shown is None:
        why = "not modelled" if one.change is None else "an amount: no level before, no bar"
        canvas.text(((axis.start + axis.end) / 2, y + 17), why, anchor="middle", size=_SMALL, colour=palette.QUIET)
        return
    value, band = shown
    canvas.line([(axis.at(0), y + 2), (axis.at(0), y + _ROW - 6)], palette.INK, 0.7)
    canvas.rectangle(axis.at(0), y + 10, axis.at(value) - axis.at(0), 13, colour)
    if band is not None:
        canvas.line([(axis.at(band[0]), y + 27), (axis.at(band[1]), y + 27)], palette.INK, 1.4)


def _axis(rows: Sequence[Outcome]) -> Axis:
    """One round scale for all rows, as wide on both sides of zero."""
    sizes = [abs(size) for one in rows if (found := in_percent(one)) for size in (found[0], *(found[1] or ()))]
    most = max(sizes, default=1.0) or 1.0
    power = 10.0 ** math.floor(math.log10(most))
    end = next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= most)
    return Axis(-end, end, _BAR, _WIDTH - _EDGE - 8)


def _scale(canvas: Canvas, axis: Axis, bottom: float) -> None:
    for value in (axis.low, 0.0, axis.high):
        canvas.line([(axis.at(value), bottom - 3), (axis.at(value), bottom)], palette.QUIET, 0.7)
        said = f"{'+' if value > 0 else ''}{tick(value)} %"
        canvas.text((axis.at(value), bottom + 8), said, anchor="middle", size=_SMALL, colour=palette.QUIET)
    legend = "Bar: change in % of before. Line below it: band of what is assumed."
    canvas.text((_WIDTH - _EDGE, bottom + 21), legend, anchor="end", size=_SMALL, colour=palette.QUIET)


def _about(of: Shared) -> list[str]:
    sliders = "; ".join(f"{one.title}, {one.strength}, {one.where}" for one in of.sliders) or "No lever is set"
    return [*_wrapped(of.place, _SMALL, 2), *_wrapped(f"Levers: {sliders}. View: {of.view}.", _SMALL, 4)]


def _foot(of: Shared) -> list[str]:
    sources = "; ".join(one.citation or one.title for one in of.sources)
    lines = _wrapped(f"Figures are predicted by a model. Sources: {sources}", _SMALL, 6)
    return [*lines, f"Made with {of.made_with}."]


def _wrapped(text: str, size: float, most: int) -> list[str]:
    width = int((_WIDTH - 2 * _EDGE) / (CHARACTER * size / SIZE))
    return textwrap.wrap(text, width, max_lines=most, placeholder=" …")


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,;')}…"
