"""Whether the sums of a published table are near its outputs: far ones tell of rows or columns lost, moved or mixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Label = TypeVar("Label")

_LARGEST_GAP = 0.01
"""Sums may miss an output by 1 % of it: published tables balance, but for rounding."""


def all_whole(*arrays: NDArray[np.generic]) -> bool:
    """Whether every cell is a whole figure, as in a copy that somebody rounded."""
    return all(np.issubdtype(a.dtype, np.integer) or bool(np.all(a == np.rint(a))) for a in arrays)


def far_from_output(
    labels: Sequence[Label],
    output: NDArray[np.float64],
    sums: NDArray[np.float64],
    *,
    rounded: bool = False,
    least: float = 1.0,
) -> list[tuple[Label, float, float]]:
    """The labels whose sums are far from their outputs, each with its output and its sum, in the table's unit.

    Small outputs may be missed by `least` of the unit; in a table `rounded` to few digits by 1 % of a tenth of the
    largest output.
    """
    size = np.abs(output)
    allowed = _LARGEST_GAP * (0.1 * size.max()) if rounded else least
    off = np.abs(sums - output) > np.maximum(allowed, _LARGEST_GAP * size)
    return [
        (label, float(made), float(total))
        for label, made, total, wrong in zip(labels, output, sums, off, strict=True)
        if wrong
    ]
