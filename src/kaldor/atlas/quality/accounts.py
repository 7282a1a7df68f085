"""Faults of the accounts of an economy (emissions, jobs …): zeroed ones, and intensities that nothing explains.

An intensity is an account per output. It is out of line where it is both far from the median of the same industry in
the other regions and far from its own a year before; where it is no further from its own, or there is no year before,
the distance to the others alone must be a hundred times as large. Only industries that matter to the whole account are
looked at.

Known limits: an industry that is the only one of its kind (a refinery in a small country) may be far from the others
and right; one that is wrong in every year alike is seen only where it is very far, and in a table of few regions, where
nothing tells what is usual, only where its output is tiny.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.atlas.quality.faults import Fault

Array = NDArray[np.float64]

_TINY = 1e5  # times the mean intensity of the world
_MATTERS = 1e-4  # of the whole account
_FAR = 10.0  # times the others' median, and times its own before
_VERY_FAR = 1_000.0  # times the others' median, where nothing is known of before
_REGIONS = 3  # so many others make a median


def account_faults(table: PublishedEconomy, before: PublishedEconomy | None) -> Iterator[Fault]:
    """The faults of every account of a year; `before` is the same table a year earlier, where there is one."""
    older = _accounts_of(before, table)
    for extension in table.extensions:
        yield from _zeroed(table, extension, older.get(extension.id))
    yield from beside_output(table, before)


def beside_output(table: PublishedEconomy, before: PublishedEconomy | None) -> Iterator[Fault]:
    """What only outputs tell of the accounts of a year: amounts without any, and intensities that nothing explains."""
    names = [f"{region}/{sector}" for region in table.regions for sector in table.sectors]
    x = np.asarray(table.x, np.float64)
    older = _accounts_of(before, table)
    for extension in table.extensions:
        F = np.asarray(extension.F, np.float64)
        past = older.get(extension.id)
        yield from _without_output(extension, table.year, names, F, x)
        yield from _tiny(extension, table.year, names, F, x)
        old = _per_output(np.asarray(past.F, np.float64), np.asarray(before.x, np.float64)) if past and before else None
        yield from _out_of_line(extension, table, names, F, x, old)


def _accounts_of(before: PublishedEconomy | None, table: PublishedEconomy) -> dict[str, PublishedExtension]:
    """The accounts of a table a year earlier by id; none where its labels are others."""
    if before is None or (before.regions, before.sectors) != (table.regions, table.sectors):
        return {}
    return {one.id: one for one in before.extensions}


def _zeroed(table: PublishedEconomy, extension: PublishedExtension, past: PublishedExtension | None) -> Iterator[Fault]:
    """The account as a whole, or that of a country which had one the year before."""
    F = np.asarray(extension.F, np.float64).reshape(len(table.regions), -1)
    if not F.any():
        yield Fault("account all zero", table.year, extension.id, "zero in every industry")
        return
    if past is None:
        return
    had = np.abs(np.asarray(past.F, np.float64).reshape(F.shape)).sum(axis=1)
    for i in np.flatnonzero((had > 0) & ~F.any(axis=1)):
        what = f"zero in every industry; {had[i]:,.4g} {extension.unit} the year before"
        yield Fault("account all zero", table.year, f"{extension.id}: {table.regions[int(i)]}", what, float(had[i]))


def _without_output(
    extension: PublishedExtension, year: int, names: Sequence[str], F: Array, x: Array
) -> Iterator[Fault]:
    for i in np.flatnonzero(~(x > 0) & (F != 0)):
        what = f"{F[i]:,.4g} {extension.unit}"
        yield Fault("emission without output", year, f"{extension.id}: {names[int(i)]}", what, abs(float(F[i])))


def _tiny(extension: PublishedExtension, year: int, names: Sequence[str], F: Array, x: Array) -> Iterator[Fault]:
    if F.sum() <= 0 or x.sum() <= 0:
        return
    mean = F.sum() / x.sum()
    for i in np.flatnonzero((x > 0) & (_MATTERS * F.sum() < F) & (_TINY * mean * x < F)):
        what = f"{F[i]:,.4g} {extension.unit} of an output of {x[i]:,.4g}"
        yield Fault("tiny output, large account", year, f"{extension.id}: {names[int(i)]}", what, float(F[i]))


def _out_of_line(
    extension: PublishedExtension,
    table: PublishedEconomy,
    names: Sequence[str],
    F: Array,
    x: Array,
    old: Array | None,
) -> Iterator[Fault]:
    intensity = _per_output(F, x)
    usual = _median_elsewhere(intensity.reshape(len(table.regions), -1)).reshape(-1)
    if F.sum() <= 0:
        return
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.abs(np.log(intensity / usual))
        moved = np.full(len(x), np.nan) if old is None else np.abs(np.log(intensity / old))
    matters = np.maximum(F, usual * x) > _MATTERS * F.sum()
    far = matters & (apart > np.log(_FAR)) & (moved > np.log(_FAR))
    alone = matters & (apart > np.log(_VERY_FAR))
    for i in map(int, np.flatnonzero((far | alone) & (intensity > 0))):
        past = "" if old is None or not np.isfinite(moved[i]) else f", {old[i]:.4g} the year before"
        what = f"{intensity[i]:.4g} {extension.unit} per output; elsewhere {usual[i]:.4g}{past}"
        yield Fault("intensity out of line", table.year, f"{extension.id}: {names[i]}", what, float(F[i]))


def _per_output(F: Array, x: Array) -> Array:
    return np.divide(F, x, out=np.full(len(F), np.nan), where=x > 0)


def _median_elsewhere(intensity: Array) -> Array:
    """The median of the same sector (columns) in the other regions (rows), among those above zero; NaN of too few."""
    usual = np.full(intensity.shape, np.nan)
    above = np.where(intensity > 0, intensity, np.nan)
    for region in range(len(intensity)):
        others = np.delete(above, region, axis=0)
        enough = np.isfinite(others).sum(axis=0) >= _REGIONS
        usual[region, enough] = np.nanmedian(others[:, enough], axis=0)
    return usual
