"""Reads a treaty: which tariff on whose products, where, from how much to how much; CSV or TOML, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field

from kaldor.atlas.readers.rows import number, number_problem, rows_of
from kaldor.declared import Declared, DeclaredFile, parse
from kaldor.economy.economy import Economy
from kaldor.economy.names import regions_of, sectors_of
from kaldor.economy.questions.responding import positions
from kaldor.errors import InputError, Problem, UnknownLabelError

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Array

HIGHEST = 1_000.0
"""Per cent: the highest tariff that is read."""
_SEVERAL = ";"  # between names in one cell
_COLUMNS = ("supplier", "buyer", "product", "before", "after", "change", "part")
_MOST_PROBLEMS = 50
_TABLE = re.compile(r"^\s*\[\[", re.MULTILINE)  # what makes it TOML

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Treaty:
    """Tariffs before and after as shares (R supplier, S, R buyer); which part each cell belongs to (0: untouched).

    `parts` name them from 1 on, `regions` are those that sell or buy, in the table's order; `notes` what is left out.
    """

    before: Array
    after: Array
    part: Array
    parts: tuple[str, ...]
    regions: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    place: str
    supplier: str
    buyer: str
    product: str
    before: float | None
    after: float | None
    change: float | None
    part: str


class _Tariff(Declared):
    supplier: str
    buyer: str
    product: str = ""
    before: Annotated[float, Field(ge=0, le=HIGHEST)] | None = None
    after: Annotated[float, Field(ge=0, le=HIGHEST)] | None = None
    change: Annotated[float, Field(ge=-HIGHEST, le=HIGHEST)] | None = None
    part: str = ""


class _File(DeclaredFile):
    tariffs: Annotated[tuple[_Tariff, ...], Field(min_length=1)]


def treaty_of(economy: Economy, text: str, where: str = "treaty") -> Treaty:
    """The treaty that a text holds, on an economy; messages name it `where`.

    Columns `supplier` and `buyer` (regions or blocs, several with ';'), maybe `product` (all where it is empty), and
    per cents: `after` with or without `before`, or `change` in points; maybe `part`. Raises InputError with every
    problem and its line.
    """
    import numpy as np

    lines = list(_toml(text, where) if _TABLE.search(text) else _csv(text, where))
    names = tuple(dict.fromkeys(line.part for line in lines))
    R, S = len(economy.regions), len(economy.sectors)
    before, after = np.zeros((R, S, R)), np.zeros((R, S, R))
    part, set_by = np.zeros((R, S, R), dtype=int), np.zeros((R, S, R), dtype=int)
    home, notes, problems = np.eye(R, dtype=bool)[:, None, :], dict[str, None](), list[Problem]()
    regions, products = _names(economy, notes)
    for count, line in enumerate(lines, start=1):
        found = _cells(line, regions, products, problems)
        if found is None or len(problems) > _MOST_PROBLEMS:
            continue
        cells = np.zeros((R, S, R), dtype=bool)
        cells[np.ix_(*found)] = True
        cells &= ~np.broadcast_to(home, cells.shape)
        if not cells.any():
            problems.append(Problem(line.place, "buyer and supplier are the same.", "A tariff stands at a border."))
            continue
        again = set_by[cells & (set_by > 0)]
        if len(again):
            what = f"sets again what {lines[int(again[0]) - 1].place} sets."
            problems.append(Problem(line.place, what, "Name each trade once; take it out with !NAME elsewhere."))
        old = line.before or 0.0
        new = line.after if line.after is not None else old + (line.change or 0.0)
        if new < 0:
            what = f"ends at {new:g} %, below 0."
            problems.append(Problem(line.place, what, "Say with 'before' from how much it comes down."))
        before[cells], after[cells] = old / 100, new / 100
        part[cells], set_by[cells] = names.index(line.part) + 1, count
    if problems:
        raise InputError(problems[:_MOST_PROBLEMS])
    acting = (part > 0).any(axis=(1, 2)) | (part > 0).any(axis=(0, 1))
    acting_regions = tuple(economy.regions[i] for i in np.flatnonzero(acting))
    return Treaty(before, after, part, names, acting_regions, tuple(notes))


def _names(
    economy: Economy, notes: dict[str, None]
) -> tuple[Callable[[str, str], list[int]], Callable[[str], list[int]]]:
    """What names in a cell mean: positions of regions (under 'supplier' or 'buyer'), and of products."""

    @cache
    def regions(cell: str, column: str) -> list[int]:
        found = regions_of(economy, _split(cell), where=column)
        notes.update(dict.fromkeys(found.notes))
        return positions(economy.regions, found.regions)

    @cache
    def products(cell: str) -> list[int]:
        return positions(economy.sectors, sectors_of(economy, _split(cell), where="product"))

    return regions, products


def _split(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(_SEVERAL) if name.strip()]


def _cells(
    line: _Line, regions: Callable[[str, str], list[int]], products: Callable[[str], list[int]], problems: list[Problem]
) -> Sequence[list[int]] | None:
    """Positions of suppliers, products and buyers; none where a name is wrong, which is added to the problems."""
    known = len(problems)
    problems += _amounts(line)
    sellers = _told(line, problems, lambda: regions(line.supplier, "supplier"))
    bought = _told(line, problems, lambda: products(line.product))
    buyers = _told(line, problems, lambda: regions(line.buyer, "buyer"))
    if len(problems) > known or sellers is None or bought is None or buyers is None:
        return None
    return sellers, bought, buyers


def _told(line: _Line, problems: list[Problem], reading: Callable[[], T]) -> T | None:
    try:
        return reading()
    except InputError as error:
        problems += [Problem(f"{line.place}, {one.where}", one.what, one.remedy) for one in error.problems]
    except UnknownLabelError as error:
        problems.append(Problem(line.place, f"{error}"))
    return None


def _amounts(line: _Line) -> Iterator[Problem]:
    if (line.after is None) == (line.change is None):
        what = "says neither 'after' nor 'change'." if line.after is None else "says both 'after' and 'change'."
        yield Problem(line.place, what, "Give the new tariff in % or the change in points.")
    for name, value in (("before", line.before), ("after", line.after), ("change", line.change)):
        least = -HIGHEST if name == "change" else 0.0
        if value is not None and not least <= value <= HIGHEST:
            remedy = f"Give {least:g} to {HIGHEST:g} per cent."
            yield Problem(f"{line.place}, column '{name}'", f"{value:g} is out of bounds.", remedy)
    for name, cell in (("supplier", line.supplier), ("buyer", line.buyer)):
        if not _split(cell):
            remedy = "Write a country, a bloc, or all."
            yield Problem(f"{line.place}, column '{name}'", "names nobody.", remedy)


def _toml(text: str, where: str) -> Iterator[_Line]:
    for count, one in enumerate(parse(_File, text, where).tariffs, start=1):
        rates, part = (one.before, one.after, one.change), one.part or one.buyer
        yield _Line(f"{where}, tariffs {count}", one.supplier, one.buyer, one.product, *rates, part)


def _csv(text: str, where: str) -> Iterator[_Line]:
    rows = rows_of(text, where, ("supplier", "buyer"))
    problems = [
        Problem(f"{where}, line 1", f"unknown column '{name}'.", f"Known: {', '.join(_COLUMNS)}.")
        for name in rows.header
        if name not in _COLUMNS
    ]
    read: list[_Line] = []
    for line, cells in rows.lines:
        typed = {name: cells.get(name, "") for name in _COLUMNS}
        numbers = {name: number(typed[name]) if typed[name] else None for name in ("before", "after", "change")}
        problems += [
            number_problem(rows.place(line, name), typed[name])
            for name, value in numbers.items()
            if typed[name] and value is None
        ]
        seller, buyer, product, part = (typed[name] for name in ("supplier", "buyer", "product", "part"))
        before, after, change = numbers.values()
        read.append(_Line(rows.place(line), seller, buyer, product, before, after, change, part or buyer))
    if problems:
        raise InputError(problems[:_MOST_PROBLEMS])
    yield from read
