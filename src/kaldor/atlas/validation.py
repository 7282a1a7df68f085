"""What a published table must satisfy before any algebra; all problems are reported together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.published import PublishedEconomy
from kaldor.errors import InputError, Problem


def check_published(table: PublishedEconomy) -> None:
    """Raise InputError with all that makes the table unusable: labels, shapes, non-finite cells.

    Negative final demand (inventories), negative value added, a few negative flows (scrap, by-products) and idle
    industries with an output below zero occur in official tables and pass.
    """
    problems = [*_label_problems(table), *_shape_problems(table)]
    if not problems:  # the cells of an array of the wrong shape have no labels to name them by
        problems = [*_cell_problems(table)]
    if problems:
        raise InputError(problems)


def _label_problems(table: PublishedEconomy) -> Iterator[Problem]:
    place = _place(table)
    for kind, labels in (("region", table.regions), ("sector", table.sectors), ("demand", table.demands)):
        if not labels:
            yield Problem(place, f"no {kind} labels.", f"Expected at least one {kind}.")
        for label, count in Counter(labels).items():
            if count > 1:
                yield Problem(place, f"{kind} label '{label}' stands {count} times.", "Labels must be unique.")
    for extension, count in Counter(e.id for e in table.extensions).items():
        if count > 1:
            yield Problem(place, f"extension '{extension}' stands {count} times.", "Extension ids must be unique.")


def _shape_problems(table: PublishedEconomy) -> Iterator[Problem]:
    n, m = len(table.regions) * len(table.sectors), len(table.regions) * len(table.demands)
    expected: list[tuple[str, NDArray[np.generic], tuple[int, ...]]] = [
        ("Z", table.Z, (n, n)),
        ("Y", table.Y, (n, m)),
        ("x", table.x, (n,)),
    ]
    for e in table.extensions:
        expected += [(f"F of '{e.id}'", e.F, (n,)), (f"F_Y of '{e.id}'", e.F_Y, (m,))]
        expected += [] if e.missing is None else [(f"missing of '{e.id}'", e.missing, (n,))]
    for name, array, shape in expected:
        if array.shape != shape:
            yield Problem(
                _place(table),
                f"{name} has shape {array.shape}, expected {shape}.",
                f"The labels give {len(table.regions)} regions × {len(table.sectors)} sectors.",
            )
    if len(table.sector_names) != len(table.sectors):
        yield Problem(_place(table), f"{len(table.sector_names)} sector names for {len(table.sectors)} sectors.")


def _cell_problems(table: PublishedEconomy) -> Iterator[Problem]:
    place = _place(table)
    rows = [f"{r}/{s}" for r in table.regions for s in table.sectors]
    uses = [f"{r}/{d}" for r in table.regions for d in table.demands]
    arrays: list[tuple[str, NDArray[np.generic], Sequence[str], Sequence[str]]] = [
        ("Z", table.Z, rows, rows),
        ("Y", table.Y, rows, uses),
        ("x", table.x, rows, ()),
    ]
    for e in table.extensions:
        arrays += [(f"F of '{e.id}'", e.F, rows, ()), (f"F_Y of '{e.id}'", e.F_Y, uses, ())]
    for name, array, row_labels, column_labels in arrays:
        if _all_finite(array):
            continue
        yield from _first_cells(place, name, ~np.isfinite(array), row_labels, column_labels, "is not a finite number")


def _all_finite(array: NDArray[np.generic]) -> bool:
    """Whether every cell is finite, in one pass over the data and without a mask as large as the table.

    A read-only map of a file comes from the store, which took finite numbers only: no need to read it all.
    """
    if isinstance(array, np.memmap) and array.mode == "r":
        return True
    return not array.size or bool(np.isfinite(array.min()) and np.isfinite(array.max()))


def _first_cells(
    place: str,
    name: str,
    bad: NDArray[np.bool_],
    rows: Sequence[str],
    columns: Sequence[str],
    what: str,
    most: int = 3,
) -> Iterator[Problem]:
    if not bad.any():
        return
    count = int(np.count_nonzero(bad))
    for position in np.argwhere(bad)[:most]:
        label = rows[position[0]] + (f" → {columns[position[1]]}" if columns else "")
        yield Problem(place, f"{name} at {label} {what} ({count} such cells).", "Correct the file, then add it again.")


def _place(table: PublishedEconomy) -> str:
    return f"{table.source.id} {table.year}"
