"""Faults of the flows and outputs of an economy: of one year by itself, and against an older table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.atlas.quality import outliers
from kaldor.atlas.quality.faults import Fault
from kaldor.atlas.quality.found import Found
from kaldor.atlas.quality.outliers import Jump

_GAP = 0.01  # of an industry's output, and
_ROUNDING = 1e-7  # of the world's: what rounding explains is not counted
_FLOOR = 1e-6  # of the world's output: smaller flows are not looked at one by one
LIMIT = 8.0  # usual spreads of change; WIOD has some 10 to 120 such flows a year
_SCALE = 3.0  # a factor of the whole table from one year to the next that no growth explains
_ENOUGH = 4  # values of an account make a whole
_APPEARED = 10 * _FLOOR
_STEPS = (1.0, 0.1, 0.01, 0.001)  # to which cells may be rounded
_ALMOST = 1e-9  # how near a whole multiple is, per multiple
_ROWS_AT_ONCE = 512


def look_within(table: PublishedEconomy, found: Found, *, negative_flows: bool = False) -> None:
    """What is wrong with one year by itself; `negative_flows` says that its method leaves some below zero."""
    names, uses = _labels(table)
    x = np.asarray(table.x, np.float64)
    sold, bought = table.Z.sum(axis=1, dtype=np.float64), table.Z.sum(axis=0, dtype=np.float64)
    used = sold + table.Y.sum(axis=1, dtype=np.float64)
    unit, year = table.unit, table.year
    below = {"Z": "flow below zero by its method" if negative_flows else "negative flow", "x": "negative output"}
    places = {"Z": (names, names), "Y": (names, uses), "x": (names,)}
    for name, array in (("Z", table.Z), ("Y", table.Y), ("x", table.x)):
        holes = np.argwhere(~np.isfinite(np.asarray(array)))
        found.add(
            [Fault("missing value", year, _place(name, at, places[name]), "no number") for at in holes[:1000]],
            len(holes),
        )
        if name == "Y":
            continue  # falling inventories are normal
        at = np.argwhere(np.asarray(array) < 0)
        values = [float(array[tuple(place)]) for place in at[:1000]]
        found.add(
            [
                Fault(below[name], year, _place(name, place, places[name]), f"{_figure(value)} {unit}", -value)
                for place, value in zip(at[:1000], values, strict=True)
            ],
            len(at),
        )
    gap, rounding = np.abs(x - used), rounding_of(table)
    made, far = x > 0, (gap > _GAP * np.maximum(x, used)) & (gap > _ROUNDING * x.sum())
    for kind, which in (("gap", gap > rounding), ("gap of rounding", gap <= rounding)):
        _lines(found, kind, year, names, far & which, gap,
               lambda i: f"output {_figure(x[i])}, uses {_figure(used[i])} {unit}")  # fmt: skip
    _lines(found, "inputs exceed output", year, names, (bought >= x) & (bought > 0), bought - x,
           lambda i: f"inputs {_figure(bought[i])}, output {_figure(x[i])} {unit}")  # fmt: skip
    _lines(found, "empty row", year, names, made & (used == 0), x, lambda i: f"output {_figure(x[i])} {unit}")
    employers = np.tile([_employs_at_home(name) for name in table.sector_names], len(table.regions))
    _lines(
        found,
        "empty column",
        year,
        names,
        made & (bought == 0) & ~employers,
        x,
        lambda i: f"output {_figure(x[i])} {unit}",
    )


def compare(before: PublishedEconomy, after: PublishedEconomy, found: Found) -> None:
    """What is out of line with an older table of the same labels."""
    year = after.year
    labels = [(one.regions, one.sectors) for one in (before, after)]
    if labels[0] != labels[1]:
        what = "regions or sectors differ from the table before: not compared."
        found.add([Fault("not comparable", year, f"{before.source.id} {before.year}", what)])
        return
    names, _ = _labels(after)
    old, new = np.asarray(before.x, np.float64), np.asarray(after.x, np.float64)
    ratio = outliers.median_ratio(old, new)
    if ratio is not None and not 1 / _SCALE <= ratio <= _SCALE:
        what = f"half of all outputs are more than {ratio:.3g} times what they were: has the unit changed?"
        found.add([Fault("scale", year, "x", what, ratio)])
    floor, unit = _FLOOR * float(new.sum()), after.unit
    groups = np.repeat(np.arange(len(after.regions)), len(after.sectors))
    jumps = outliers.line_jumps(old, new, groups, floor=floor, limit=LIMIT)
    found.add([_jump("output out of line", year, names[j.place[0]], j, unit) for j in jumps.largest], jumps.count)
    cells = outliers.cell_jumps(before.Z, after.Z, floor=floor, limit=LIMIT, most=100)
    found.add(
        [_jump("flow out of line", year, _place("Z", j.place, (names, names)), j, unit) for j in cells.largest],
        cells.count,
    )
    new_cells = outliers.appearances(before.Z, after.Z, floor=_APPEARED * float(new.sum()), most=100)
    found.add(
        [
            _jump("flow appeared or vanished", year, _place("Z", j.place, (names, names)), j, unit)
            for j in new_cells.largest
        ],
        new_cells.count,
    )
    older = {extension.id: extension for extension in before.extensions}
    for extension in after.extensions:
        if extension.id in older:
            found.add(_change_of_unit(older[extension.id], extension, year))
            F = np.asarray(extension.F, np.float64)
            jumps = outliers.line_jumps(
                np.asarray(older[extension.id].F, np.float64), F, groups, floor=1e-5 * float(F.sum()), limit=LIMIT
            )
            found.add(
                [
                    _jump("extension out of line", year, f"{extension.id}: {names[j.place[0]]}", j, extension.unit)
                    for j in jumps.largest
                ],
                jumps.count,
            )


def _change_of_unit(before: PublishedExtension, after: PublishedExtension, year: int) -> Iterator[Fault]:
    """Whether the industries, or the final users, of an account are by another factor than before."""
    parts = (("industries", before.F, after.F), ("final users", before.F_Y, after.F_Y))
    for whole, *both in parts:
        old, new = (np.asarray(amounts, np.float64) for amounts in both)
        ratio = outliers.median_ratio(old, new) if np.sum((old > 0) & (new > 0)) >= _ENOUGH else None
        if ratio is not None and not 1 / _SCALE <= ratio <= _SCALE:
            what = f"half of all values are more than {ratio:.3g} times what they were: has the unit changed?"
            yield Fault("scale", year, f"{after.id}: {whole}", what, ratio)


def _lines(
    found: Found,
    kind: str,
    year: int,
    names: Sequence[str],
    which: NDArray[np.bool_],
    size: NDArray[np.float64],
    words: Callable[[int], str],
) -> None:
    at = np.flatnonzero(which)
    found.add([Fault(kind, year, names[i], words(i), float(size[i])) for i in map(int, at)])


def _jump(kind: str, year: int, where: str, jump: Jump, unit: str) -> Fault:
    spreads = "" if math.isinf(jump.score) else f", {abs(jump.score):.0f} times the usual spread"
    what = f"{_figure(jump.before)} → {_figure(jump.after)} {unit}{spreads}"
    return Fault(kind, year, where, what, abs(jump.after - jump.before))


def rounding_of(table: PublishedEconomy) -> float:
    """By how much output may differ from uses because every cell of a row was rounded; 0 where cells were not.

    Cells are rounded where all are whole multiples of 1, 0.1, 0.01 or 0.001: each may then be off by half of that.
    """
    cells = table.Z.shape[1] + table.Y.shape[1] + 1
    step = next((step for step in _STEPS if all(_multiples(part, step) for part in _parts(table))), 0.0)
    return step / 2 * cells


def _parts(table: PublishedEconomy) -> Iterator[NDArray[np.generic]]:
    """The cells of a table piece by piece, so that a large one of digits is known by its first rows."""
    for array in (table.x, table.Y, table.Z):
        for start in range(0, len(array), _ROWS_AT_ONCE):
            yield np.asarray(array[start : start + _ROWS_AT_ONCE])


def _multiples(cells: NDArray[np.generic], step: float) -> bool:
    if np.issubdtype(cells.dtype, np.integer):
        return True
    times = np.asarray(cells, np.float64) / step
    return bool(np.all(np.abs(times - np.round(times)) < _ALMOST * np.maximum(1, np.abs(times))))


def _employs_at_home(sector: str) -> bool:
    """Whether a sector is households as employers, which buy nothing by definition."""
    return "household" in sector.lower() and "employ" in sector.lower()


def _labels(table: PublishedEconomy) -> tuple[list[str], list[str]]:
    names = [f"{region}/{sector}" for region in table.regions for sector in table.sectors]
    uses = [f"{region}/{use}" for region in table.regions for use in table.demands]
    return names, uses


def _place(array: str, at: Iterable[int], labels: Sequence[Sequence[str]]) -> str:
    """Z: row, column (the seller, then the buyer)."""
    return f"{array}: " + " → ".join(names[int(i)] for names, i in zip(labels, at, strict=True))


def _figure(value: float) -> str:
    """Four digits, thousands set apart, a true minus."""
    value = float(value)
    decimals = 0 if value == 0 else max(0, min(6, 3 - math.floor(math.log10(abs(value)))))
    return f"{value:,.{decimals}f}".replace("-", "−")
