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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np

from kaldor.atlas.published import PublishedEconomy, Redrawn
from kaldor.economy.economy import Array, Economy
from kaldor.economy.split.checks import declaration_problems, value_problems
from kaldor.economy.split.layout import Layout
from kaldor.economy.split.line import EXACT, Line, Typed, split_line, too_much
from kaldor.economy.split.part import SplitPart, key_text
from kaldor.errors import InputError, Problem
from kaldor.words import Status, weakest

_TRIES = 4  # draws of the parent for each that is asked for: typed values do not fit into all

__all__ = ["SplitPart", "split_sector", "split_sector_by_region"]


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
    _refuse(declaration_problems(sector, parts_by_region))
    layout = Layout(economy, sector, parts_by_region)
    _refuse(value_problems(layout))
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
    split = replace(
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
    parent = economy.redrawn
    return split.drawn_anew_by(partial(_redrawn, parent, sector, dict(parts_by_region))) if parent else split


def _redrawn(
    parent: Redrawn, sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]], count: int, seed: int
) -> Iterator[PublishedEconomy]:
    """The draws of an estimated economy, split alike. Where typed values have no room, another draw takes the place."""

    def split() -> Iterator[PublishedEconomy]:
        for draw in parent(_TRIES * count, seed):
            with suppress(InputError):
                yield split_sector_by_region(Economy.from_published(draw), sector, parts_by_region).to_published()

    return islice(split(), count)


# -- the three kinds of lines that are split ------------------------------------------------------------------------


def _split_outputs(layout: Layout) -> Array:
    """Outputs of all sectors after the split (n)."""
    x = layout.spread_rows(layout.economy.x)
    for region in layout.parts_by_region:
        outputs, parent = layout.outputs(region), layout.parent_output(region)
        remainder = parent - outputs.sum()
        x[layout.named(region)] = outputs
        x[layout.rest(region)] = remainder if remainder > EXACT * parent else 0.0
    return x


def _split_inputs(layout: Layout, region: str, Z: Array) -> list[Problem]:
    """Split the column of the rest in `region`; the parent's rows are still whole, at the rows of the rest."""
    outputs, rest = layout.outputs(region), layout.rest(region)
    typed = [
        Typed(
            layout.place(region, part, f"input '{key_text(key)}'"),
            k,
            layout.product_rows(key),
            value * outputs[k],
            value,
        )
        for k, part in enumerate(layout.named_parts(region))
        for key, value in part.inputs.items()
        if layout.part_of(key) is None
    ]
    line = split_line(Z[:, rest], layout.shares(region), typed, layout.cell_of_inputs(region), keep_sums=False)
    problems = [*line.problems, *_value_added_problems(layout, region, Z[:, rest].sum(), line)]
    Z[:, layout.named(region)] = line.named.T
    Z[:, rest] = line.rest
    return problems


def _split_extension(layout: Layout, region: str, extension: str, F: Array) -> list[Problem]:
    """Split one amount: typed as a whole or per unit of output."""
    outputs, rest = layout.outputs(region), layout.rest(region)
    typed = []
    for k, part in enumerate(layout.named_parts(region)):
        place = layout.place(region, part, f"extension '{extension}'")
        if extension in part.intensities:
            value = part.intensities[extension]
            typed.append(Typed(place, k, np.array([0]), value * outputs[k], value))
        if extension in part.amounts:
            typed.append(Typed(place, k, np.array([0]), part.amounts[extension], part.amounts[extension]))
    text = f"{extension} of {region}/{layout.sector}"
    line = split_line(F[[rest]], layout.shares(region), typed, lambda _: text, keep_sums=False)
    F[layout.named(region)] = line.named[:, 0]
    F[rest] = line.rest[0]
    return list(line.problems)


def _split_sales(layout: Layout, region: str, Z: Array, Y: Array, own_use: Sequence[Typed]) -> list[Problem]:
    """Split the row of the rest in `region` over all users; the columns are split already."""
    rest, n = layout.rest(region), len(Z)
    sales = np.concatenate([Z[rest], Y[rest]])
    shares = layout.shares(region)
    if sales.sum() <= 0 and any(part.customers for part in layout.named_parts(region)):
        what = f"the parent sells {sales.sum():.6g} in total, of which no shares can be taken."
        return [Problem(f"{region}/{layout.sector}, customers", what, "Type no customers here.")]
    typed = [
        Typed(
            layout.place(region, part, f"customer '{key_text(key)}'"),
            k,
            layout.user_columns(key),
            value * shares[k] * sales.sum(),
            value,
        )
        for k, part in enumerate(layout.named_parts(region))
        for key, value in part.customers.items()
    ]
    line = split_line(sales, shares, [*typed, *own_use], layout.cell_of_sales(region), keep_sums=True)
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


def _own_use(layout: Layout, Z: Array) -> tuple[dict[str, list[Typed]], list[Problem]]:
    """What parts buy of named parts, as cells of the rows that are split next, by region of the seller.

    A part's label without a region means its sellers everywhere, in the proportions in which they would sell untyped.
    """
    cells: dict[str, list[Typed]] = {region: [] for region in layout.parts_by_region}
    problems = []
    for buyer in layout.parts_by_region:
        outputs = layout.outputs(buyer)
        for k, part in enumerate(layout.named_parts(buyer)):
            column = np.array([layout.named(buyer).start + k])
            for key, value in part.inputs.items():
                seller_part = layout.part_of(key)
                if seller_part is None:
                    continue
                place = layout.place(buyer, part, f"input '{key_text(key)}'")
                sellers = [region for region in cells if isinstance(key, str) or key[0] == region]
                untyped = np.array([layout.shares(r)[seller_part] * Z[layout.rest(r), column[0]] for r in sellers])
                if value and untyped.sum() <= 0:
                    problems.append(too_much(place, "no part of that name sells there", value, 0.0))
                    continue
                amounts = value * outputs[k] * untyped / untyped.sum() if value else np.zeros(len(sellers))
                for region, amount in zip(sellers, amounts, strict=True):
                    cells[region].append(Typed(place, seller_part, column, float(amount), value))
    return cells, problems


def _value_added_problems(layout: Layout, region: str, inputs: float, line: Line) -> Iterator[Problem]:
    """A part whose typed inputs cost more than its output, although the parent's did not, and the rest likewise."""
    parent_output = layout.parent_output(region)
    if inputs > parent_output or line.problems:
        return
    outputs = layout.outputs(region)
    lines = [
        *zip(layout.parts(region), [*outputs, parent_output - outputs.sum()], [*line.named, line.rest], strict=True)
    ]
    for part, output, bought in lines:
        if bought.sum() > output + EXACT * parent_output:
            yield Problem(
                layout.place(region, part, "inputs"),
                f"inputs add up to {bought.sum():.6g}, output is {output:.6g}: value added would be negative.",
                f"Type inputs of the named parts so that every part's inputs stay below its output"
                f" ({inputs / parent_output:.4g} of it for {layout.sector} as a whole).",
            )


# -- the finished economy, or what is wrong ---------------------------------------------------------------------------


def _note(layout: Layout, region: str) -> str:
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
    return weakest(before, "estimated")


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InputError(found)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
