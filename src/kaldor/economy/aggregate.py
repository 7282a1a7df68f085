"""Exact aggregation: add regions and sectors up, losing nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from kaldor.atlas.concordance import typed_concordance
from kaldor.economy.economy import Array, Economy
from kaldor.economy.names import sectors_of
from kaldor.errors import InputError, Problem


def aggregate(
    economy: Economy,
    *,
    regions: Mapping[str, str] | None = None,
    sectors: Mapping[str, str] | None = None,
    sector_names: Mapping[str, str] | None = None,
) -> Economy:
    """The same economy with regions and sectors added up to new ones.

    `regions` and `sectors` send each old label to its new one; a label that is not named keeps itself. New labels
    stand in the order in which they first appear. Z, Y, x, F and F_Y are added, so every total stays to the last
    digit; a sector group survives where all of its new sectors hold only its members.
    Raises InputError if a mapping names a label that the economy does not have.
    Known limit: multipliers of the aggregate are not sums of the old ones (aggregation bias; Miller & Blair, ch. 4).
    """
    _check_known("region", regions, economy.regions)
    _check_known("sector", sectors, economy.sectors)
    new_region, region_of = _grouping(economy.regions, regions or {})
    new_sector, sector_of = _grouping(economy.sectors, sectors or {})
    rows = _combined(region_of, sector_of, len(new_sector))
    columns = _combined(region_of, np.arange(len(economy.demands)), len(economy.demands))
    n, m = len(new_region) * len(new_sector), len(new_region) * len(economy.demands)
    names = dict(zip(economy.sectors, economy.sector_names, strict=True)) | dict(sector_names or {})
    return replace(
        economy,
        regions=new_region,
        sectors=new_sector,
        sector_names=tuple(names.get(sector, sector) for sector in new_sector),
        Z=_frozen(_add_rows(_add_rows(economy.Z, rows, n).T, rows, n).T),
        Y=_frozen(_add_rows(_add_rows(economy.Y, rows, n).T, columns, m).T),
        x=_frozen(_add_rows(economy.x, rows, n)),
        sector_groups=_surviving_groups(economy, new_sector, sector_of),
        extensions={
            e.id: replace(
                e,
                F=_frozen(_add_rows(e.F, rows, n)),
                F_Y=_frozen(_add_rows(e.F_Y, columns, m)),
                missing=None if e.missing is None else _add_rows(np.where(e.missing, 0.0, 1.0), rows, n) == 0,
            )
            for e in economy.extensions.values()
        },
    )


def added_up(economy: Economy, text: str, where: str) -> Economy:
    """The economy with its sectors added up as a CSV text says, and a note of it.

    Columns `from` (a sector by code or name, or a group of them) and `to` (the new sector); a sector that is not named
    keeps itself. Messages name the text `where`.
    Raises InputError for what is no such table, and for a sector that goes to two; UnknownLabelError.
    """
    given = typed_concordance(text, where)
    goes_to: dict[str, str] = {}
    twice = list(given.split)
    for name, shares in given.shares.items():
        for sector in sectors_of(economy, (name,), where=where):
            twice += [sector] if sector in goes_to else []
            goes_to[sector] = next(iter(shares))
    if twice:
        what = f"{', '.join(dict.fromkeys(twice))}: goes to several sectors."
        raise InputError(Problem(where, what, "Sectors are added up whole: send each to one."))
    made = aggregate(economy, sectors=goes_to)
    note = f"Sectors were added up before this was asked, from {len(economy.sectors)} to {len(made.sectors)}."
    return replace(made, notes=(*made.notes, note))


def _add_rows(values: Array, group: np.ndarray, groups: int) -> Array:
    """Sum the rows of `values` that share a group number."""
    total = np.zeros((groups, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def _combined(region_of: np.ndarray, item_of: np.ndarray, items: int) -> np.ndarray:
    return (region_of[:, None] * items + item_of[None, :]).ravel()


def _grouping(labels: Sequence[str], mapping: Mapping[str, str]) -> tuple[tuple[str, ...], np.ndarray]:
    new = [mapping.get(label, label) for label in labels]
    order = tuple(dict.fromkeys(new))
    position = {label: i for i, label in enumerate(order)}
    return order, np.array([position[label] for label in new])


def _surviving_groups(
    economy: Economy, new_sectors: Sequence[str], sector_of: np.ndarray
) -> dict[str, tuple[str, ...]]:
    groups = {}
    for name, members in economy.sector_groups.items():
        inside = np.isin(economy.sectors, members)
        whole = [new for i, new in enumerate(new_sectors) if inside[sector_of == i].all()]
        touched = [new for i, new in enumerate(new_sectors) if inside[sector_of == i].any()]
        if whole == touched:
            groups[name] = tuple(whole)
    return groups


def _check_known(kind: str, mapping: Mapping[str, str] | None, known: Sequence[str]) -> None:
    problems = [
        Problem(f"{kind} mapping", f"'{label}' is no {kind} of this economy.", f"Known: {', '.join(known[:12])} …")
        for label in mapping or {}
        if label not in known
    ]
    if problems:
        raise InputError(problems)


def _frozen(array: Array) -> Array:
    contiguous = np.ascontiguousarray(array)
    contiguous.flags.writeable = False
    return contiguous
