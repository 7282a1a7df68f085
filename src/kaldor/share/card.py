"""A scenario as a picture that speaks for itself: what, where, when, unit, scale, legend and source are inside it."""

from __future__ import annotations

import tempfile
import textwrap
from pathlib import Path
from typing import Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, SIZE, Axis, Canvas, tick
from kaldor.share.scenario import Shared
from kaldor.share.wording import change_in_words
from kaldor.twin.effect import Effect, effect_of
from kaldor.twin.outcome import Outcome

_WIDTH: Final = 600.0
_EDGE: Final = 18.0
_BAR: Final = 352.0  # where bars begin; words stand to the left of it
_ROW: Final = 44.0
_LINE: Final = 13.0
_SMALL: Final = SIZE - 1.5
_DOTS_AN_INCH: Final = 192
_LEGEND: Final = (
    "Bar: the change on its metric's scale for middling effects, grey where too small to count. Line: its band."
)
_TITLE: Final = 16.0
_SENTENCE: Final = SIZE + 1.5


def card(of: Shared) -> str:
    """The picture as SVG: one row a headline figure, with its bar on the metric's own declared scale, and its band."""
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
    for place, one in enumerate(rows):
        _row(canvas, one, top + place * _ROW)
    bottom = top + _ROW * len(rows)
    canvas.text((_WIDTH - _EDGE, bottom + 8), _LEGEND, anchor="end", size=_SMALL, colour=palette.QUIET)
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


def _row(canvas: Canvas, one: Outcome, y: float) -> None:
    dimension = one.metric.dimension
    colour = palette.CHALLENGE["economy" if dimension == "treasury" else dimension]
    canvas.rectangle(_EDGE, y + 2, 3, _ROW - 8, colour)
    canvas.text((_EDGE + 9, y + 7), dimension.capitalize(), size=_SMALL, colour=colour, bold=True)
    title = _shortened(one.metric.title, int((_BAR - _EDGE - 20) / CHARACTER))
    canvas.text((_EDGE + 9, y + 19), title)
    canvas.text((_EDGE + 9, y + 31), change_in_words(one), size=_SMALL, colour=palette.QUIET)
    effect = effect_of(one)
    if effect is None:
        place = ((_BAR + _WIDTH - _EDGE) / 2, y + 17)
        canvas.text(place, "not modelled", anchor="middle", size=_SMALL, colour=palette.QUIET)
        return
    _bar(canvas, effect, y, colour if effect.moves else palette.QUIET)


def _bar(canvas: Canvas, effect: Effect, y: float, colour: str) -> None:
    """The change on the metric's scale for middling effects, which no result chooses; what is beyond it is said."""
    end = effect.scales[1]
    axis = Axis(-end, end, _BAR, _WIDTH - _EDGE - 8)

    def at(value: float) -> float:
        return axis.at(max(-end, min(end, value)))

    canvas.line([(axis.at(0), y + 2), (axis.at(0), y + _ROW - 18)], palette.INK, 0.7)
    canvas.rectangle(axis.at(0), y + 6, at(effect.value) - axis.at(0), 11, colour)
    if effect.low is not None and effect.high is not None:
        canvas.line([(at(effect.low), y + 21), (at(effect.high), y + 21)], palette.INK, 1.4)
    beyond = abs(effect.value) > end
    canvas.text((axis.start, y + 32), tick(-end), size=_SMALL, colour=palette.QUIET)
    middle = "off this scale" if beyond else "0"
    canvas.text((axis.at(0), y + 32), middle, anchor="middle", size=_SMALL, colour=palette.QUIET)
    last = f"+{tick(end)} {effect.unit}"
    canvas.text((axis.end, y + 32), last, anchor="end", size=_SMALL, colour=palette.QUIET)


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
