"""Split one sector into parts by typed values: steel out of basic metals, hydrogen out of chemicals.

A lever on one product cannot act on a sector that mixes it with others. The analyst types what is known of the part
(output, main inputs, customers, intensities); what is not typed is shared by output, as if the part had the parent's
technology and customers. The last part is the rest and takes what remains, so that every total of the table stays.

Known limit: a split is no observation. Multipliers of the parts are as good as the values typed, and where nothing
but output is typed they are the parent's.
Sources: Wolsky (1984), Review of Economics and Statistics 66; Lindner, Legault & Guan (2012), Economic Systems
Research 24 (splitting with incomplete information: output shares first, then what is known).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.published import Status
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem

Positions = NDArray[np.intp]
Label = str | tuple[str, str]
"""A sector or demand code (in every region), or (region, code)."""

_EXACT = 1e-13  # a remainder smaller than this share of what was split is rounding, and becomes zero


@dataclass(frozen=True)
class SplitPart:
    """One part of a sector in one region, with all that is typed about it; the last part of a split is the rest.

    - `label`, `name`: the part of c12 with the label "steel" becomes the sector "c12.steel".
    - `output`: in the table's unit; or `output_share`, as a share of the parent's output.
    - `inputs`: product → amount bought per unit of the part's output. The product is a sector code (all origins in the
      parent's proportions) or (region, code). The parent's own code is the use of all parts together, a part's label
      ("c12.steel") the use of that part out of it.
    - `customers`: user → share of the part's sales (0–1). The user is a sector, part or demand code (of all regions in
      the parent's proportions) or (region, code). What is not typed is sold as the parent sells.
    - `intensities`: extension → amount per unit of the part's output, in the extension's unit per unit of the table.
    - `amounts`: extension → the part's whole amount, in the extension's unit.
    """

    label: str
    name: str = ""
    output: float | None = None
    output_share: float | None = None
    inputs: Mapping[Label, float] = field(default_factory=dict)
    customers: Mapping[Label, float] = field(default_factory=dict)
    intensities: Mapping[str, float] = field(default_factory=dict)
    amounts: Mapping[str, float] = field(default_factory=dict)

    @property
    def typed(self) -> tuple[str, ...]:
        """What is typed about the part apart from its output: "input c17", "customer DEU/c15", "co2"."""
        return (
            *(f"input {_text(key)}" for key in self.inputs),
            *(f"customer {_text(key)}" for key in self.customers),
            *self.intensities,
            *self.amounts,
        )


def split_sector(economy: Economy, region: str, sector: str, parts: Sequence[SplitPart]) -> Economy:
    """The economy with one sector of one region split into parts; in all other regions everything stays in the rest.

    As `split_sector_by_region` for one region, with its returns and errors.
    """
    return split_sector_by_region(economy, sector, {region: parts})


def split_sector_by_region(
    economy: Economy, sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]]
) -> Economy:
    """The economy with a sector split into the same parts in several regions, each by its own typed values.

    Every region gets the new sectors ("c12.steel", "c12.rest") in the parent's place. Where nothing is typed the rest
    is the parent and the other parts have no output. In a region with parts, of output shares w:

    - inputs not typed are bought in the parent's proportions, Z_ik = w_k Z_ip;
    - each part's row sums to w_k of the parent's sales: what typed customers leave goes to the others in the parent's
      proportions (inventories that the parent draws down stay at w_k), and the discrepancy is shared by w_k;
    - extensions not typed are shared by w_k; final users' own amounts (F_Y) do not change;
    - the last part takes Z, Y, x and F less the other parts.

    Adding the parts up (`aggregate`) gives the old economy back. Sector groups of the parent hold all its parts, a
    note says what was typed, and an observed table becomes an estimated one.
    Raises UnknownLabelError for a sector or region that is not there; InputError with every problem of the typed
    values, and where a remainder would turn negative with the cell, the value typed and the largest possible one (all
    other values as they are).
    """
    _refuse(_declaration_problems(sector, parts_by_region))
    layout = _Layout(economy, sector, parts_by_region)
    _refuse(_value_problems(layout))
    Z, Y = layout.spread_rows(layout.spread_columns(economy.Z)), layout.spread_rows(economy.Y)
    F = {e.id: layout.spread_rows(e.F) for e in economy.extensions.values()}
    _refuse(
        problem
        for region in parts_by_region
        for problem in (
            *_split_inputs(layout, region, Z),
            *(p for extension in F for p in _split_extension(layout, region, extension, F[extension])),
        )
    )
    own_use, problems = _own_use(layout, Z)
    for region in parts_by_region:
        problems += _split_sales(layout, region, Z, Y, own_use[region])
    _refuse(problems)
    return replace(
        economy,
        sectors=layout.sectors,
        sector_names=layout.sector_names,
        Z=_frozen(Z),
        Y=_frozen(Y),
        x=_frozen(_split_outputs(layout)),
        sector_groups={name: layout.group(members) for name, members in economy.sector_groups.items()},
        extensions={
            e.id: replace(e, F=_frozen(F[e.id]), status=_status(e.status)) for e in economy.extensions.values()
        },
        status=_status(economy.status),
        notes=(*economy.notes, *(_note(layout, region) for region in parts_by_region)),
    )


# -- the three kinds of lines that are split ------------------------------------------------------------------------


def _split_outputs(layout: _Layout) -> Array:
    """Outputs of all sectors after the split (n)."""
    x = layout.spread_rows(layout.economy.x)
    for region in layout.parts_by_region:
        outputs, parent = layout.outputs(region), layout.parent_output(region)
        remainder = parent - outputs.sum()
        x[layout.named(region)] = outputs
        x[layout.rest(region)] = remainder if remainder > _EXACT * parent else 0.0
    return x


def _split_inputs(layout: _Layout, region: str, Z: Array) -> list[Problem]:
    """Split the column of the rest in `region`; the parent's rows are still whole, at the rows of the rest."""
    outputs, rest = layout.outputs(region), layout.rest(region)
    typed = [
        _Typed(
            layout.place(region, part, f"input '{_text(key)}'"), k, layout.product_rows(key), value * outputs[k], value
        )
        for k, part in enumerate(layout.named_parts(region))
        for key, value in part.inputs.items()
        if layout.part_of(key) is None
    ]
    line = _split_line(Z[:, rest], layout.shares(region), typed, layout.cell_of_inputs(region), keep_sums=False)
    problems = [*line.problems, *_value_added_problems(layout, region, Z[:, rest].sum(), line)]
    Z[:, layout.named(region)] = line.named.T
    Z[:, rest] = line.rest
    return problems


def _split_extension(layout: _Layout, region: str, extension: str, F: Array) -> list[Problem]:
    """Split one amount: typed as a whole or per unit of output."""
    outputs, rest = layout.outputs(region), layout.rest(region)
    typed = []
    for k, part in enumerate(layout.named_parts(region)):
        place = layout.place(region, part, f"extension '{extension}'")
        if extension in part.intensities:
            value = part.intensities[extension]
            typed.append(_Typed(place, k, np.array([0]), value * outputs[k], value))
        if extension in part.amounts:
            typed.append(_Typed(place, k, np.array([0]), part.amounts[extension], part.amounts[extension]))
    text = f"{extension} of {region}/{layout.sector}"
    line = _split_line(F[[rest]], layout.shares(region), typed, lambda _: text, keep_sums=False)
    F[layout.named(region)] = line.named[:, 0]
    F[rest] = line.rest[0]
    return list(line.problems)


def _split_sales(layout: _Layout, region: str, Z: Array, Y: Array, own_use: Sequence[_Typed]) -> list[Problem]:
    """Split the row of the rest in `region` over all users; the columns are split already."""
    rest, n = layout.rest(region), len(Z)
    sales = np.concatenate([Z[rest], Y[rest]])
    shares = layout.shares(region)
    if sales.sum() <= 0 and any(part.customers for part in layout.named_parts(region)):
        what = f"the parent sells {sales.sum():.6g} in total, of which no shares can be taken."
        return [Problem(f"{region}/{layout.sector}, customers", what, "Type no customers here.")]
    typed = [
        _Typed(
            layout.place(region, part, f"customer '{_text(key)}'"),
            k,
            layout.user_columns(key),
            value * shares[k] * sales.sum(),
            value,
        )
        for k, part in enumerate(layout.named_parts(region))
        for key, value in part.customers.items()
    ]
    line = _split_line(sales, shares, [*typed, *own_use], layout.cell_of_sales(region), keep_sums=True)
    Z[layout.named(region)], Y[layout.named(region)] = line.named[:, :n], line.named[:, n:]
    Z[rest], Y[rest] = line.rest[:n], line.rest[n:]
    parts = layout.named_parts(region)
    return [
        *line.problems,
        *(
            Problem(layout.place(region, parts[k], "customers"), what, "Type other shares, or fewer of them.")
            for k, what in line.bad_sums
        ),
    ]


def _own_use(layout: _Layout, Z: Array) -> tuple[dict[str, list[_Typed]], list[Problem]]:
    """What parts buy of named parts, as cells of the rows that are split next, by region of the seller.

    A part's label without a region means its sellers everywhere, in the proportions in which they would sell untyped.
    """
    cells: dict[str, list[_Typed]] = {region: [] for region in layout.parts_by_region}
    problems = []
    for buyer in layout.parts_by_region:
        outputs = layout.outputs(buyer)
        for k, part in enumerate(layout.named_parts(buyer)):
            column = np.array([layout.named(buyer).start + k])
            for key, value in part.inputs.items():
                seller_part = layout.part_of(key)
                if seller_part is None:
                    continue
                place = layout.place(buyer, part, f"input '{_text(key)}'")
                sellers = [region for region in cells if isinstance(key, str) or key[0] == region]
                untyped = np.array([layout.shares(r)[seller_part] * Z[layout.rest(r), column[0]] for r in sellers])
                if value and untyped.sum() <= 0:
                    problems.append(_too_much(place, "no part of that name sells there", value, 0.0))
                    continue
                amounts = value * outputs[k] * untyped / untyped.sum() if value else np.zeros(len(sellers))
                for region, amount in zip(sellers, amounts, strict=True):
                    cells[region].append(_Typed(place, seller_part, column, float(amount), value))
    return cells, problems


def _value_added_problems(layout: _Layout, region: str, inputs: float, line: _Line) -> Iterator[Problem]:
    """A part whose typed inputs cost more than its output, although the parent's did not, and the rest likewise."""
    parent_output = layout.parent_output(region)
    if inputs > parent_output or line.problems:
        return
    outputs = layout.outputs(region)
    lines = [
        *zip(layout.parts(region), [*outputs, parent_output - outputs.sum()], [*line.named, line.rest], strict=True)
    ]
    for part, output, bought in lines:
        if bought.sum() > output + _EXACT * parent_output:
            yield Problem(
                layout.place(region, part, "inputs"),
                f"inputs add up to {bought.sum():.6g}, output is {output:.6g}: value added would be negative.",
                f"Type inputs of the named parts so that every part's inputs stay below its output"
                f" ({inputs / parent_output:.4g} of it for {layout.sector} as a whole).",
            )


# -- the kernel: one line of the table, shared out --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Typed:
    """One typed value: in whose part, over which cells of a line, as which amount of the line's unit."""

    place: str
    part: int
    cells: Positions
    amount: float
    value: float


@dataclass(frozen=True, eq=False)
class _Line:
    """A line shared out: the named parts (parts − 1 × cells), the rest (cells), and what is wrong with it."""

    named: Array
    rest: Array
    problems: tuple[Problem, ...]
    bad_sums: tuple[tuple[int, str], ...]


def _split_line(
    whole: Array, shares: Array, typed: Sequence[_Typed], text: Callable[[int], str], *, keep_sums: bool
) -> _Line:
    """Share the cells of a line among the named parts, by output `shares` where nothing is typed.

    With `keep_sums` what is typed moves the rest of a part's line, so that it still sums to shares × the line's sum.
    """
    named = shares[:, None] * whole
    touched = np.zeros(named.shape, dtype=bool)
    problems: list[Problem] = []
    for entry in typed:
        room = np.where(whole[entry.cells] * np.sign(entry.amount) > 0, whole[entry.cells], 0.0)
        if touched[entry.part, entry.cells].any():
            problems.append(Problem(entry.place, "part of these cells is typed twice.", "Keep one of the two values."))
        elif entry.amount and not room.any():
            problems.append(_too_much(entry.place, f"{text(entry.cells[0])} has nothing to split", entry.value, 0.0))
        else:
            named[entry.part, entry.cells] = entry.amount * room / (room.sum() or 1.0)
            touched[entry.part, entry.cells] = True
    bad_sums = [*_rescale(whole, shares, named, touched)] if keep_sums else []
    rest = whole - named.sum(axis=0)
    rest[np.abs(rest) <= _EXACT * np.abs(whole)] = 0
    if not problems and not bad_sums:
        rest_is_empty = bool(shares.sum() >= 1 - _EXACT)
        problems = [*_overdrawn(whole, named, rest, typed, text, rest_is_empty=rest_is_empty)]
    return _Line(named, rest, tuple(problems), tuple(bad_sums))


def _rescale(whole: Array, shares: Array, named: Array, touched: NDArray[np.bool_]) -> Iterator[tuple[int, str]]:
    """Scale the untyped positive cells of each part so that its line sums to its share; say where that cannot be."""
    for k in np.flatnonzero(touched.any(axis=1)):
        open_cells = ~touched[k] & (whole > 0)
        sales, kept = shares[k] * whole.sum(), named[k, ~touched[k] & (whole <= 0)].sum()
        typed, room = named[k, touched[k]].sum(), whole[open_cells].sum()
        left = sales - kept - typed
        if left < -_EXACT * abs(sales):
            yield (
                int(k),
                f"what is typed adds up to {typed / sales:.4g} of the part's sales;"
                f" the largest possible is {(sales - kept) / sales:.4g}.",
            )
        elif left > room + _EXACT * abs(sales):
            yield (
                int(k),
                f"what is typed leaves {left:.6g} of sales to all others, who buy {room:.6g} of the parent in all;"
                f" the shares must add up to at least {(sales - kept - room) / sales:.4g}.",
            )
        else:
            named[k, open_cells] = max(left, 0.0) * whole[open_cells] / (room or 1.0)


def _overdrawn(
    whole: Array, named: Array, rest: Array, typed: Sequence[_Typed], text: Callable[[int], str], *, rest_is_empty: bool
) -> Iterator[Problem]:
    """Where the rest would have the opposite sign of what was split, and which typed value is to blame."""
    bad = rest * np.sign(whole) < 0
    blamed = np.zeros(len(whole), dtype=bool)
    for entry in typed:
        if not bad[entry.cells].any():
            continue
        own = named[entry.part, entry.cells]
        possible = own + rest[entry.cells]
        ratio = np.divide(possible, own, out=np.full(len(own), np.inf), where=own != 0)
        if not math.isfinite(ratio.min()):
            continue
        tied = ratio <= ratio.min() + 1e-9  # a product bought of many regions is short in all of them at once
        worst = int(np.argmax(np.where(tied, np.abs(rest[entry.cells]), -1)))
        blamed[entry.cells] = True
        yield _too_much(
            entry.place,
            f"the rest of {text(entry.cells[worst])} would be {rest[entry.cells[worst]]:.6g}",
            entry.value,
            entry.value * max(float(ratio.min()), 0.0),
        )
    if (bad & ~blamed).any():
        worst = int(np.argmin(np.where(bad & ~blamed, rest * np.sign(whole), 0)))
        yield Problem(
            text(worst),
            f"the rest would be {rest[worst]:.6g}, since what is typed elsewhere leaves the named parts"
            f" {named[:, worst].sum():.6g} here; the largest possible is {whole[worst]:.6g}.",
            "Type larger values elsewhere, or this cell too.",
        )
    if rest_is_empty and rest.any() and not bad.any():
        worst = int(np.argmax(np.abs(rest)))
        yield Problem(
            text(worst),
            f"the rest has no output, but {rest[worst]:.6g} would be left in it.",
            "Type less output for the named parts, or leave this to be shared by output.",
        )


def _too_much(place: str, why: str, value: float, largest: float) -> Problem:
    return Problem(place, f"{value:.6g} is typed, and {why}.", f"The largest possible value is {largest:.6g}.")


# -- labels and places ------------------------------------------------------------------------------------------------


class _Layout:
    """Where old rows and new parts stand: S sectors with the parent at q become S + P − 1, its parts at q … q + P − 1.

    The last part, the rest, stands where the parent is spread to, so that all that is not taken out stays in it.
    """

    def __init__(self, economy: Economy, sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]]) -> None:
        self.economy, self.sector = economy, sector
        self.parts_by_region = {region: tuple(parts) for region, parts in parts_by_region.items()}
        self._q = economy.sector_position(sector)
        first = next(iter(self.parts_by_region.values()))
        self.part_labels = tuple(f"{sector}.{part.label}" for part in first)
        parent_name = economy.sector_names[self._q]
        names = tuple(part.name or f"{parent_name}: {part.label}" for part in first)
        self.sectors = (*economy.sectors[: self._q], *self.part_labels, *economy.sectors[self._q + 1 :])
        self.sector_names = (*economy.sector_names[: self._q], *names, *economy.sector_names[self._q + 1 :])
        regions = np.arange(len(economy.regions))
        old = np.arange(len(economy.sectors))
        spread = old + np.where(old >= self._q, len(first) - 1, 0)
        self._place_of_old = (regions[:, None] * len(self.sectors) + spread).ravel()
        self.n = len(regions) * len(self.sectors)

    # the parts of a region

    def parts(self, region: str) -> tuple[SplitPart, ...]:
        return self.parts_by_region[region]

    def named_parts(self, region: str) -> tuple[SplitPart, ...]:
        return self.parts_by_region[region][:-1]

    def named(self, region: str) -> slice:
        """Rows of the named parts."""
        return slice(self.rest(region) - len(self.part_labels) + 1, self.rest(region))

    def rest(self, region: str) -> int:
        """Row of the rest."""
        return int(self._place_of_old[self._parent(region)])

    def parent_output(self, region: str) -> float:
        return float(self.economy.x[self._parent(region)])

    def outputs(self, region: str) -> Array:
        """Output of the named parts, in the table's unit."""
        parent = self.parent_output(region)
        return np.array([_output(part, parent) for part in self.named_parts(region)])

    def shares(self, region: str) -> Array:
        """Output of the named parts per unit of the parent's."""
        parent = self.parent_output(region)
        return self.outputs(region) / parent if parent else np.zeros(len(self.part_labels) - 1)

    def _parent(self, region: str) -> int:
        return self.economy.rows_of(region).start + self._q

    # old arrays in the new places

    def spread_rows(self, old: Array) -> Array:
        """The rows of an old array at their new places, those of the named parts zero."""
        new = np.zeros((self.n, *old.shape[1:]))
        new[self._place_of_old] = old
        return new

    def spread_columns(self, old: Array) -> Array:
        """The columns of Z at their new places."""
        new = np.zeros((len(old), self.n))
        new[:, self._place_of_old] = old
        return new

    def group(self, members: Sequence[str]) -> tuple[str, ...]:
        """A sector group with the parts in the parent's place."""
        return tuple(new for old in members for new in (self.part_labels if old == self.sector else (old,)))

    # typed labels

    def part_of(self, key: Label) -> int | None:
        """Number of the part that a typed label names, or None for other labels."""
        code = key if isinstance(key, str) else key[1]
        return self.part_labels.index(code) if code in self.part_labels else None

    def product_rows(self, key: Label) -> Positions:
        """Rows of a product while the parent's rows are still whole."""
        code = key if isinstance(key, str) else key[1]
        position = self.economy.sector_position(code)
        rows = self._place_of_old.reshape(len(self.economy.regions), -1)[:, position]
        return rows if isinstance(key, str) else rows[[self.economy.region_position(key[0])]]

    def user_columns(self, key: Label) -> Positions:
        """Columns of a user among those of Z and, behind them, of Y; the parent's code means all its parts."""
        code = key if isinstance(key, str) else key[1]
        regions = range(len(self.economy.regions))
        if not isinstance(key, str):
            regions = range((r := self.economy.region_position(key[0])), r + 1)
        if code in self.economy.demands:
            start, width, wanted = self.n, len(self.economy.demands), [self.economy.demands.index(code)]
        else:
            labels = self.part_labels if code == self.sector else (code,)
            start, width, wanted = 0, len(self.sectors), [self.sectors.index(label) for label in labels]
        return np.array([start + r * width + i for r in regions for i in wanted], dtype=np.intp)

    # words for messages

    def place(self, region: str, part: SplitPart, what: str) -> str:
        return f"{region}/{self.sector}.{part.label}, {what}"

    def cell_of_inputs(self, region: str) -> Callable[[int], str]:
        return lambda row: f"{self._row_text(row)} → {region}/{self.sector}"

    def cell_of_sales(self, region: str) -> Callable[[int], str]:
        return lambda column: f"{region}/{self.sector} → {self._user_text(column)}"

    def _row_text(self, row: int) -> str:
        region, position = divmod(int(row), len(self.sectors))
        label = self.sectors[position]
        return f"{self.economy.regions[region]}/{self.sector if label == self.part_labels[-1] else label}"

    def _user_text(self, column: int) -> str:
        width, labels = len(self.sectors), self.sectors
        if column >= self.n:
            column, width, labels = column - self.n, len(self.economy.demands), self.economy.demands
        region, position = divmod(int(column), width)
        return f"{self.economy.regions[region]}/{labels[position]}"


def _output(part: SplitPart, parent: float) -> float:
    return part.output if part.output is not None else (part.output_share or 0.0) * parent


def _text(key: Label) -> str:
    return key if isinstance(key, str) else "/".join(key)


def _note(layout: _Layout, region: str) -> str:
    """What was typed, in one sentence that travels with the economy."""
    outputs, unit = layout.outputs(region), layout.economy.unit
    described = [
        f"{layout.sector}.{part.label} with output {output:.6g} {unit}"
        + (f" (also typed: {', '.join(part.typed)})" if part.typed else "")
        for part, output in zip(layout.named_parts(region), outputs, strict=True)
    ]
    return f"{layout.sector} of {region} is split by typed values: {'; '.join(described)}."


def _status(before: Status) -> Status:
    """Typed values make an observed table an estimate."""
    return "estimated" if before == "observed" else before


# -- what is wrong with the typed values themselves -------------------------------------------------------------------


def _declaration_problems(sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]]) -> Iterator[Problem]:
    """Parts that are no split: too few, the same label twice, other labels than in the first region, a typed rest."""
    if not parts_by_region:
        yield Problem(f"split of {sector}", "no region has parts.", "Type the parts of at least one region.")
    first: tuple[str, ...] | None = None
    for region, parts in parts_by_region.items():
        place, labels = f"{region}/{sector}", tuple(part.label for part in parts)
        first = labels if first is None else first
        if len(labels) < 2:
            yield Problem(place, f"{len(labels)} part.", "A split needs a named part and the rest.")
            continue
        if labels != first:
            yield Problem(
                place, f"parts {labels}, expected {first}.", "Type the same parts in the same order everywhere."
            )
        if len(set(labels)) < len(labels) or not all(labels):
            yield Problem(place, f"part labels {labels} are empty or stand twice.", "Give each part its own label.")
        rest = parts[-1]
        if rest.typed or rest.output is not None or rest.output_share is not None:
            yield Problem(
                f"{place}.{rest.label}",
                "values are typed for the last part.",
                "The last part takes what remains; type values of the others only.",
            )


def _value_problems(layout: _Layout) -> Iterator[Problem]:
    """Labels that do not exist, outputs that are missing or too large, values that are no amounts."""
    economy = layout.economy
    for label in layout.part_labels:
        if label in economy.sectors or label in economy.demands:
            yield Problem(f"split of {layout.sector}", f"the economy has a '{label}' already.", "Choose another label.")
    for region in layout.parts_by_region:
        economy.region_position(region)
        for part in layout.named_parts(region):
            yield from _output_problems(layout, region, part)
            yield from _number_problems(layout, region, part)
            yield from _key_problems(layout, region, part)
        total, parent = layout.outputs(region).sum(), layout.parent_output(region)
        if total > parent * (1 + _EXACT):
            yield Problem(
                f"{region}/{layout.sector}",
                f"the parts' outputs add up to {total:.6g} {economy.unit}.",
                f"The parent's output and so the largest possible sum is {parent:.6g}.",
            )


def _output_problems(layout: _Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    place = layout.place(region, part, "output")
    if (part.output is None) == (part.output_share is None):
        yield Problem(place, "neither or both of output and output_share are typed.", "Type one of the two.")
    for value in (part.output, part.output_share):
        if value is not None and not (math.isfinite(value) and value >= 0):
            yield Problem(place, f"{value} is typed.", "Expected a number of 0 or more.")


def _number_problems(layout: _Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    for what, values in (("input", part.inputs), ("customer", part.customers)):
        for key, value in values.items():
            if not (math.isfinite(value) and value >= 0):
                place = layout.place(region, part, f"{what} '{_text(key)}'")
                yield Problem(place, f"{value} is typed.", "Expected a number of 0 or more.")
    for extension, value in [*part.intensities.items(), *part.amounts.items()]:
        if not math.isfinite(value):
            place = layout.place(region, part, f"extension '{extension}'")
            yield Problem(place, f"{value} is typed.", "Expected a finite number.")


def _key_problems(layout: _Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    economy = layout.economy
    sectors = (*economy.sectors, *layout.part_labels)
    for key in part.inputs:
        place = layout.place(region, part, f"input '{_text(key)}'")
        yield from _unknown(layout, place, key, "sector", sectors)
        if layout.part_of(key) == len(layout.part_labels) - 1:
            yield Problem(
                place,
                "the rest delivers what remains and is not typed as an input.",
                f"Type '{layout.sector}' for all parts together, and the named parts of it.",
            )
    for key in part.customers:
        place = layout.place(region, part, f"customer '{_text(key)}'")
        yield from _unknown(layout, place, key, "sector or demand", (*sectors, *economy.demands))
    for extension in (*part.intensities, *part.amounts):
        place = layout.place(region, part, f"extension '{extension}'")
        if extension not in economy.extensions:
            yield Problem(place, "the economy has no such extension.", f"Known: {', '.join(economy.extensions)}.")
        if extension in part.intensities and extension in part.amounts:
            yield Problem(place, "typed per unit and as an amount.", "Keep one of the two.")


def _unknown(layout: _Layout, place: str, key: Label, kind: str, known: Sequence[str]) -> Iterator[Problem]:
    code = key if isinstance(key, str) else key[1]
    if code not in known:
        near = get_close_matches(code, known, n=1, cutoff=0.6)
        yield Problem(place, f"no {kind} '{code}'.", f"Did you mean '{near[0]}'?" if near else "")
    if not isinstance(key, str) and key[0] not in layout.economy.regions:
        near = get_close_matches(key[0], layout.economy.regions, n=1, cutoff=0.6)
        yield Problem(place, f"no region '{key[0]}'.", f"Did you mean '{near[0]}'?" if near else "")


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InputError(found)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
