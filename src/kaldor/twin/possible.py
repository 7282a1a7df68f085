"""What no economy can be: output, purchases and intensities below zero that were not before a scenario.

Figures within their bounds never make one; those of a lever of one's own may (a repair that costs less than nothing).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array
from kaldor.twin.change import Change
from kaldor.twin.levies import rows_of_product

_ROUNDING = 1e-9  # of the largest of its kind


def impossible(change: Change, x: Array | None = None) -> tuple[str, ...]:
    """What of a change, or of the output `x` after it, is below zero and was not before; "" where all is well.

    One sentence for each future. An industry without output makes none, whatever a table shows as bought from it.
    """
    economy = change.economy
    found = [""] * (change.shape[0] if change.shape else 1)
    for what, below in _below_zero(change) if x is None else [("output", _new(x, change.x) & economy.has_output)]:
        if below.any():
            of_each = np.broadcast_to(below, (*change.shape, economy.n)).reshape(-1, economy.n)
            for future in np.flatnonzero(of_each.any(axis=1)):
                where = " ".join(economy.index[int(np.argmax(of_each[future]))])
                found[future] = found[future] or f"{what} of {where} would fall below zero."
    return tuple(found)


def _below_zero(change: Change) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What, and of which industries (…, n) it is below zero."""
    economy = change.economy
    for name in change.moved_extensions:
        words = f"{economy.extension(name).name} per unit of output"
        yield words, _new(change.intensity(name), change.start.S(name))
    for product, moved in change.moved_inputs():
        after = change.inputs(economy.sectors[product])
        of_payers = _new(after, after - moved).any(axis=-2).astype(float)
        yield "purchases", change.at(change.payers.positions, of_payers) > 0
    for product, after in change.final_blocks().items():
        rows = rows_of_product(economy, product)
        below = _new(after, change.start.Y(rows, change.buyers.positions)).any(axis=-1)
        of_product = np.zeros((*change.shape, economy.n), dtype=bool)
        of_product[..., rows] = below
        yield "final purchases", of_product


def _new(after: Array, before: Array) -> NDArray[np.bool_]:
    """Where something is below zero that was not."""
    return np.asarray((after < -_ROUNDING * np.abs(before).max(initial=0.0)) & (before >= 0))
