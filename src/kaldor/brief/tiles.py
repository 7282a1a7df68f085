"""Tile maps: one square a country on a grid of its own (tiles.toml), a panel for each moment.

Squares of equal size show economies and no land, so that small countries can be seen and no border is drawn. Regions
that the grid has no place for (the rest of the world, parts of a country) stand in a row under it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from kaldor.brief import palette
from kaldor.brief.canvas import CHARACTER, INCH, SIZE, Canvas, Point
from kaldor.brief.document import Challenge, Chart, Figure
from kaldor.declared import DeclaredFile, read_packaged

Place = tuple[int, int]
"""Row from the north and column from the west, from 0."""

_LARGEST: Final = 0.30 * INCH  # of a tile
_GAP: Final = 0.04  # share of a tile left free around it
_COLUMNS: Final = 2  # panels side by side
_GUTTER: Final = 0.3 * INCH
_TITLE: Final = 0.26 * INCH
_BELOW: Final = 0.1 * INCH
_KEY: Final = 0.34 * INCH
_BROKEN: Final[Mapping[str, Sequence[float]]] = {"-": (), "--": (3.7, 1.6), ":": (1, 1.65)}


def draw_tiles(chart: Chart, figures: Mapping[str, Figure], challenge: Challenge, width: float) -> Canvas:
    """The panels of a tile map, `width` points wide; colours are the classes of `classes`, the same in all panels."""
    grid = placed(chart.tiles)
    rows, columns = 1 + max(r for r, _ in grid.values()), 1 + max(c for _, c in grid.values())
    across = min(len(chart.series), 3 if columns <= 9 else _COLUMNS)
    down = -(-len(chart.series) // across)
    tile = min(_LARGEST, (width - _GUTTER * (across - 1)) / across / columns)
    panel = (columns * tile, rows * tile)
    canvas = Canvas(width, _KEY + down * (panel[1] + _TITLE + _BELOW) + 0.24 * INCH)
    values = [row.values(figures) for row in chart.rows]
    bounds = classes(values)
    step = min((width - panel[0]) / (across - 1), panel[0] + 2 * _GUTTER) if across > 1 else 0.0
    for number, title in enumerate(chart.series):
        left, top = (number % across) * step, _KEY + (number // across) * (panel[1] + _TITLE + _BELOW)
        canvas.text((left, top + 0.12 * INCH), title, bold=True)
        for code, row in zip(chart.tiles, values, strict=True):
            r, c = grid[code]
            corner = (left + c * tile, top + _TITLE + r * tile)
            _tile(canvas, corner, code, look(row[number], bounds, challenge), tile)
    x, y = 0.0, 0.135 * INCH
    for sample, words in _legend(values, bounds, chart.unit):
        face, edge, _, line = look(sample, bounds, challenge)
        canvas.rectangle(x + 0.7, y - 5.4, 10.8, 10.8, face, edge, 0.8, _BROKEN[line])
        canvas.text((x + 0.21 * INCH, y), words, size=SIZE - 1)
        x += 0.41 * INCH + len(words) * CHARACTER * 0.92
    return canvas


def placed(codes: Sequence[str]) -> dict[str, Place]:
    """Where each region stands, with empty rows and columns of the grid closed up, and a last row for those without."""
    known = {code: _grid()[code] for code in codes if code in _grid()}
    rows, columns = (sorted({place[k] for place in known.values()}) for k in (0, 1))
    found = {code: (rows.index(r), columns.index(c)) for code, (r, c) in known.items()}
    others = [code for code in codes if code not in found]
    wide = max(len(columns), min(len(others), 8), 1)
    for number, code in enumerate(others):
        found[code] = (len(rows) + number // wide, number % wide)
    return found


def classes(values: Sequence[Sequence[float | None]]) -> tuple[float, float, float]:
    """Three bounds between the four classes of loss: a round number near half of the largest, a tenth and a hundredth.

    >>> classes([[8.3, 0.01]])
    (0.02, 0.2, 2.0)
    """
    largest = max((value for row in values for value in row if value is not None), default=0.0)
    if largest <= 0:
        return (0.01, 0.1, 1.0)
    power = 10.0 ** math.floor(math.log10(largest / 2))
    top = max(step for step in (1.0, 2.0, 5.0) if step * power <= largest / 2 * (1 + 1e-12)) * power
    return (float(f"{top / 100:.3g}"), float(f"{top / 10:.3g}"), float(f"{top:.3g}"))


def look(value: float | None, bounds: Sequence[float], challenge: Challenge) -> tuple[str, str, str, str]:
    """Face, edge, colour of the letters and line style of a tile of this value."""
    dark, _, soft = palette.STEPS[challenge]
    if value is None:
        return palette.PAPER, palette.RULE, palette.QUIET, ":"
    if value < -bounds[0]:
        return palette.PAPER, palette.INK, palette.INK, "--"
    if value < bounds[0]:
        return palette.PAPER, palette.RULE, palette.INK, "-"
    if value < bounds[1]:
        return soft, soft, palette.INK, "-"
    strong = palette.CHALLENGE[challenge]
    return (strong, strong, palette.PAPER, "-") if value < bounds[2] else (dark, dark, palette.PAPER, "-")


def _tile(canvas: Canvas, corner: Point, code: str, looks: tuple[str, str, str, str], size: float) -> None:
    (x, y), (face, edge, letters, line) = corner, looks
    gap, side = _GAP * size, (1 - 2 * _GAP) * size
    canvas.rectangle(x + gap, y + gap, side, side, face, edge, 0.7, _BROKEN[line])
    # A part of a country stands by its own name. Letters of more than three are set smaller.
    name = code.rpartition(".")[2]
    points = min(SIZE - 1.5, size * 0.82 / (0.68 * max(3, len(name))))
    canvas.text((x + size / 2, y + size / 2), name, anchor="middle", size=points, colour=letters)


def _legend(
    values: Sequence[Sequence[float | None]], bounds: tuple[float, float, float], unit: str
) -> list[tuple[float, str]]:
    low, middle, high = (f"{bound:g}" for bound in bounds)
    sign = " %" if unit.startswith("%") else ""
    entries = [
        (0.0, f"below {low}{sign}"),
        (bounds[0], f"{low} to {middle}{sign}"),
        (bounds[1], f"{middle} to {high}{sign}"),
        (bounds[2], f"{high}{sign} or more"),
    ]
    gains = any(value is not None and value < -bounds[0] for row in values for value in row)
    return entries + ([(-2 * bounds[0], "gains")] if gains else [])


class _Tiles(DeclaredFile):
    rows: tuple[str, ...]


@cache
def _grid() -> dict[str, Place]:
    lines = [line.split() for line in read_packaged(_Tiles, "kaldor.brief", "tiles.toml").rows]
    return {code: (r, c) for r, line in enumerate(lines) for c, code in enumerate(line) if code != "."}
